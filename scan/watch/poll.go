package watch

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"
)

// poller compares names, sizes, times and permissions every few minutes. It is
// for network shares, whose other users no sensor hears, and for what is beyond a
// limit of the system. It sees neither reads nor who, and of what came and went
// between two looks nothing at all.
type poller struct {
	out  *out
	stop context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex
	folders map[string]map[string]state
}

// state is what a look keeps of a file.
type state struct {
	id   fileID
	size int64
	mod  int64
	mode fs.FileMode
}

func newPoll(ctx context.Context, o *out) (sensor, error) {
	ctx, stop := context.WithCancel(ctx)
	p := &poller{out: o, stop: stop, folders: map[string]map[string]state{}}
	p.done.Go(func() {
		tick := time.NewTicker(o.poll)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.look()
			case <-ctx.Done():
				return
			}
		}
	})
	return p, nil
}

func (p *poller) caps() Caps {
	return Caps{Backend: pollName, Changes: true, Permissions: hasModes, Delay: p.out.poll}
}

func (p *poller) close() {
	p.stop()
	p.done.Wait()
}

func (p *poller) add(folder string) error {
	now, err := snapshot(folder)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.folders[folder] = now
	return nil
}

func (p *poller) drop(folder string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.folders, folder)
}

// look compares every folder with what it was.
func (p *poller) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for folder, before := range p.folders {
		after, err := snapshot(folder)
		if err != nil {
			p.out.recheck()
			continue
		}
		p.folders[folder] = after
		for _, e := range compare(before, after) {
			e.At = p.out.now()
			p.out.event(e)
		}
	}
}

// snapshot looks at every file of a tree.
func snapshot(top string) (map[string]state, error) {
	seen := map[string]state{}
	note := func(path string) error {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		s := state{id: identify(info), mode: info.Mode()}
		if !info.IsDir() {
			s.size, s.mod = info.Size(), info.ModTime().UnixNano()
		}
		seen[path] = s
		return nil
	}
	err := descend(top, note, func(path string, _ fs.DirEntry) { _ = note(path) })
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	return seen, nil
}

// compare tells what happened between two looks, sorted by name.
func compare(before, after map[string]state) []Event {
	gone := map[fileID]string{}
	var out []Event
	for path, b := range before {
		if _, ok := after[path]; !ok && b.id != (fileID{}) {
			gone[b.id] = path
		}
	}
	renamed := map[string]bool{}
	for path, a := range after {
		b, ok := before[path]
		e := Event{Path: path, Dir: a.mode.IsDir()}
		switch {
		case !ok && gone[a.id] != "" && before[gone[a.id]].mode.IsDir() == e.Dir:
			e.Op, e.From = Rename, gone[a.id]
			renamed[e.From] = true
			b = before[e.From]
		case !ok:
			e.Op = Create
			b = a
		}
		if a.size != b.size || a.mod != b.mod || a.id != b.id {
			e.Op |= Write
		}
		if a.mode != b.mode {
			e.Op |= Permission
		}
		if e.Op != 0 {
			out = append(out, e)
		}
	}
	for path, b := range before {
		if _, ok := after[path]; !ok && !renamed[path] {
			out = append(out, Event{Op: Delete, Path: path, Dir: b.mode.IsDir()})
		}
	}
	slices.SortFunc(out, func(x, y Event) int { return cmp.Compare(x.Path, y.Path) })
	return out
}
