package evidence

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/internal/safefile"
)

// disk is where the sealed files lie; tests have one whose power can be cut.
type disk interface {
	MakeDir(dir string) error // with its name on the disk
	Sweep(dir string, now time.Time)
	Create(path string) (output, error) // a new one, for the owner alone
	OpenAgain(path string) (io.ReadCloser, error)
	Link(from, to string) error
	Rename(from, to string) error
	Remove(path string) error
	SyncDir(dir string) error
	Exists(path string) bool
	Same(a, b string) bool
}

type output interface {
	io.WriteCloser
	Sync() error
}

type realDisk struct{}

func (realDisk) MakeDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return safefile.SyncDir(filepath.Dir(dir))
}

func (realDisk) Create(path string) (output, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	hold(f)
	return f, nil
}

// OpenAgain opens a file so that what is read comes from the disk, where the system
// can be asked for that.
func (realDisk) OpenAgain(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	forget(f)
	return f, nil
}

func (realDisk) Link(from, to string) error   { return os.Link(from, to) }
func (realDisk) Rename(from, to string) error { return os.Rename(from, to) }
func (realDisk) Remove(path string) error     { return os.Remove(path) }
func (realDisk) SyncDir(dir string) error     { return safefile.SyncDir(dir) }

func (realDisk) Exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func (realDisk) Same(a, b string) bool {
	one, err := os.Lstat(a)
	if err != nil {
		return false
	}
	other, err := os.Lstat(b)
	return err == nil && os.SameFile(one, other)
}

// leftover is how old a temporary file is that may be swept, if nobody writes it.
const leftover = time.Minute

// Sweep removes what a killed custode left over: temporary files that no process has open
// for writing. What is younger than a minute is left alone, it may just be begun.
func (realDisk) Sweep(dir string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the writing will say it
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), temporary) || now.Sub(info.ModTime()).Abs() < leftover {
			continue
		}
		if path := filepath.Join(dir, e.Name()); !held(path) {
			_ = os.Remove(path) // it is sealed, and is tried again the next time
		}
	}
}
