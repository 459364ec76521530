package disk

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

// Enter opens a folder in this one.
func (d *folder) Enter(name string) (Tree, error) {
	who, err := d.Look(name)
	switch {
	case err != nil:
		return nil, err
	case who.Mode.Type() != fs.ModeDir:
		return nil, d.fail("open", name, ErrSpecial)
	}
	return &folder{path: d.join(name)}, nil
}

func (d *folder) named(op, name string, fn func(*uint16) error) error {
	path, err := long(d.join(name))
	if err == nil {
		err = patient(func() error { return fn(path) })
	}
	return d.fail(op, name, err)
}

func (d *folder) MakeFolder(name string) error {
	return d.named("mkdir", name, func(path *uint16) error { return windows.CreateDirectory(path, nil) })
}

func (d *folder) RemoveFolder(name string) error {
	return d.named("rmdir", name, func(path *uint16) error {
		err := windows.RemoveDirectory(path)
		if errors.Is(err, windows.ERROR_DIR_NOT_EMPTY) {
			return coded{ErrNotEmpty, err}
		}
		return err
	})
}

// PublishFolder is the same call as for a file.
func (d *folder) PublishFolder(from, to string) error { return d.Publish(from, to) }

func (d *folder) Restore(_ fs.FileMode, mtime int64) Missed {
	path, err := long(d.path)
	if err != nil {
		return MissedTimes
	}
	h, err := windows.CreateFile(path, windows.FILE_WRITE_ATTRIBUTES, shareAll, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return MissedTimes
	}
	defer windows.CloseHandle(h) //nolint:errcheck // nothing was written by it
	changed := windows.NsecToFiletime(mtime)
	if windows.SetFileTime(h, nil, nil, &changed) != nil {
		return MissedTimes
	}
	return 0
}
