package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// descend goes through a tree without following symbolic links. It calls dir for
// each folder before it lists it, so that a sensor is in place before the look;
// file (which may be nil) is called for everything else. A folder that vanishes
// meanwhile is passed over; another error of dir ends it.
func descend(top string, dir func(path string) error, file func(path string, d fs.DirEntry)) error {
	todo := []string{top}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if err := dir(at); err != nil {
			if errors.Is(err, fs.ErrNotExist) && at != top || errors.Is(err, fs.ErrPermission) {
				continue
			}
			return err
		}
		list, err := os.ReadDir(at)
		if err != nil && at == top {
			return err
		}
		for _, d := range list {
			path := filepath.Join(at, d.Name())
			if d.IsDir() {
				todo = append(todo, path)
			} else if file != nil {
				file(path, d)
			}
		}
	}
	return nil
}

// halfMove is the old name of a rename whose new name has not come yet.
type halfMove[K comparable] struct {
	key   K
	event Event
}

// moves pairs the two halves of renames.
type moves[K comparable] struct{ half []halfMove[K] }

// moveWait is how long the second half of a rename is waited for.
const moveWait = 100 * time.Millisecond

func (m *moves[K]) put(key K, e Event) { m.half = append(m.half, halfMove[K]{key, e}) }

// match takes the first half out.
func (m *moves[K]) match(key K) (Event, bool) {
	for i, h := range slices.Backward(m.half) {
		if h.key == key {
			m.half = append(m.half[:i], m.half[i+1:]...)
			return h.event, true
		}
	}
	return Event{}, false
}

// left takes out those that waited in vain: the file left the folders.
func (m *moves[K]) left(now time.Time) []Event {
	var out []Event
	for len(m.half) > 0 && now.Sub(m.half[0].event.At) >= moveWait {
		out = append(out, m.half[0].event)
		m.half = m.half[1:]
	}
	return out
}
