package gate

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// What the kernel asks for, and what makes a judgement old.
const (
	askMask    = unix.FAN_OPEN_PERM
	changeMask = unix.FAN_MODIFY | unix.FAN_CLOSE_WRITE
	namesMask  = unix.FAN_CREATE | unix.FAN_DELETE | unix.FAN_MOVED_FROM | unix.FAN_MOVED_TO | unix.FAN_ONDIR
)

// marker puts marks on folders, beside the one that answers: two on each, one to be
// asked, and one to know that something was changed there.
type marker struct {
	asks, changes int
	// blind: changes are not told everywhere, so every open is to be judged.
	blind                     atomic.Bool
	ready                     atomic.Bool // all folders are marked, which was not told yet
	folders, links, uncovered atomic.Int64
}

// walk marks a folder, and all below.
func (m *marker) walk(top string) {
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	_ = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // what is gone needs no mark; what can't be listed was marked before
		case d.IsDir():
			m.folder(path)
		case d.Type().IsRegular():
			if info, err := d.Info(); err == nil {
				if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Nlink > 1 {
					m.link(path)
				}
			}
		}
		return nil
	})
}

func (m *marker) folder(path string) {
	const flags = unix.FAN_MARK_ADD | unix.FAN_MARK_DONT_FOLLOW | unix.FAN_MARK_ONLYDIR
	m.mark(&m.folders, flags, path, unix.FAN_EVENT_ON_CHILD, namesMask)
}

// link marks a file itself, whatever name it is opened by.
func (m *marker) link(path string) {
	m.mark(&m.links, unix.FAN_MARK_ADD|unix.FAN_MARK_DONT_FOLLOW, path, 0, 0)
}

func (m *marker) mark(count *atomic.Int64, flags uint, path string, both, names uint64) {
	err := unix.FanotifyMark(m.asks, flags, askMask|both, unix.AT_FDCWD, path)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR): // gone again
		return
	case err != nil: // above all the limit fs.fanotify.max_user_marks
		m.uncovered.Add(1)
		return
	}
	count.Add(1)
	if unix.FanotifyMark(m.changes, flags, changeMask|both|names, unix.AT_FDCWD, path) != nil {
		m.blind.Store(true) // no handles here
	}
}
