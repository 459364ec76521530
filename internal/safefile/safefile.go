// Package safefile writes a file whole or not at all: to a temporary file in
// the same folder, flushed to the disk, then renamed over the old one. Whatever
// happens in between, the old content is there, or the new, never half of it.
package safefile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/internal/rawpath"
)

// suffix marks our temporary files: ".NAME.3f2a….custode-tmp".
const suffix = ".custode-tmp"

// Write puts data at path with the given permissions (0600 for all that is
// ours; Windows has no such bits and goes by the folder). An older file is
// replaced, unless it can't be: then it is left as it was, and so is the folder.
func Write(path string, data []byte, perm os.FileMode) error {
	return Stream(path, perm, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Stream is Write for what is written piece by piece: where fn fails, nothing
// happened. What it gives is fn's error, or that of the system.
func Stream(path string, perm os.FileMode, fn func(w io.Writer) error) (err error) {
	if err := rawpath.New(path); err != nil {
		return err
	}
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	f, err := create(dir, name, perm)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreClosed(f.Close()), os.Remove(f.Name()))
		}
	}()
	if err = fn(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(dir)
}

// Sweep removes the temporary files that killed runs left in a folder: those that nobody has
// written to since a moment. It is for folders into which contents of files are streamed; what it
// can't remove the next can.
func Sweep(dir string, before time.Time) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().Before(before) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// create makes a temporary file that no other process can have.
func create(dir, name string, perm os.FileMode) (*os.File, error) {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	if len(name) > 200 { // 255 bytes is the limit of most file systems
		name = name[:200]
	}
	tmp := filepath.Join(dir, "."+name+"."+hex.EncodeToString(random[:])+suffix)
	return os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
