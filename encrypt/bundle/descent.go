package bundle

import (
	"errors"
	"io/fs"
	"strings"

	"custode/encrypt/disk"
)

// descent is the way from the top of a folder to where the work is.
type descent struct {
	stack []*place
	enter func(in *place, name string) (disk.Tree, error)
	leave func(p *place) error // of one whose content is complete
	err   error                // the first of leave
}

// to goes to a folder, given from the top with slashes.
func (d *descent) to(dir string) (*place, error) {
	var parts []string
	if dir != "" {
		parts = strings.Split(dir, "/")
	}
	same := 0
	for same < len(parts) && same+1 < len(d.stack) && d.stack[same+1].name == parts[same] {
		same++
	}
	for len(d.stack) > same+1 {
		d.up(true)
	}
	for _, name := range parts[same:] {
		in := d.stack[len(d.stack)-1]
		t, err := d.enter(in, name)
		if err != nil {
			return nil, err
		}
		d.stack = append(d.stack, &place{Tree: t, name: name})
	}
	return d.stack[len(d.stack)-1], nil
}

func (d *descent) up(complete bool) {
	p := d.stack[len(d.stack)-1]
	d.stack = d.stack[:len(d.stack)-1]
	if complete {
		if err := d.leave(p); d.err == nil {
			d.err = err
		}
	}
	_ = p.Close()
}

// closeAll leaves what is still open.
func (d *descent) closeAll(complete bool) error {
	for len(d.stack) > 0 {
		d.up(complete)
	}
	return d.err
}

// makeFolder makes a folder if it is not there.
func makeFolder(in *place, name string) (disk.Tree, error) {
	if err := in.MakeFolder(name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return in.Enter(name)
}

func enterFolder(in *place, name string) (disk.Tree, error) { return in.Enter(name) }

// finishFolder gives a folder what it had, and flushes its names.
func finishFolder(p *place) error {
	if p.set {
		p.Restore(p.mode, p.mtime) // who can't have them can have the content
	}
	return p.Sync()
}
