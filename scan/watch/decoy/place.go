package decoy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"custode/internal/safefile"
	"custode/scan/walk"
)

// Place writes a decoy, whole or not at all, and never over anything: then the error is
// ErrTaken. On disks without hard links (FAT) a power cut may leave a part.
func Place(d Draft) (err error) {
	temp := d.temp()
	_ = os.Remove(temp) // of a run that was killed: nobody else's name
	if err := write(temp, d); err != nil {
		return errors.Join(err, gone(os.Remove(temp)))
	}
	err = os.Link(temp, d.Path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if err = write(d.Path, d); err != nil && !errors.Is(err, fs.ErrExist) {
			err = errors.Join(err, gone(os.Remove(d.Path)))
		}
	}
	if err := errors.Join(err, gone(os.Remove(temp))); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return ErrTaken
		}
		return err
	}
	return safefile.SyncDir(filepath.Dir(d.Path))
}

// write makes a file that was not there.
func write(path string, d Draft) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(d.Data))
	if err == nil {
		err = give(f, d.Owner)
	}
	if err == nil {
		err = f.Chmod(d.Mode.Perm())
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Chtimes(path, d.MTime, d.MTime)
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// temp is where it is written first. A killed run's is removed with the decoy.
func (d Decoy) temp() string {
	return filepath.Join(d.Folder, ".custode-"+hex.EncodeToString(d.Digest[:8])+".custode-tmp")
}

// settled is how long after its making a decoy may still show a change of its own: a
// name, permissions.
const settled = 10 * time.Minute

// Check tells what became of a decoy. It looks inside only if somebody touched it: to
// open a decoy is what the watch alarms about.
func (d Decoy) Check() (State, error) {
	info, state, err := d.lie()
	if state != "" || err != nil {
		return state, err
	}
	if s := walk.StampOf(info); s.MTimeNS == d.MTime.UnixNano() && s.CTimeNS <= d.MadeAt.Add(settled).UnixNano() {
		return Present, nil
	}
	return d.compare()
}

// lie tells how it lies there, as far as that shows from outside.
func (d Decoy) lie() (fs.FileInfo, State, error) {
	info, err := os.Lstat(d.Path)
	if err != nil {
		if _, above := os.Stat(filepath.Dir(d.Path)); errors.Is(above, fs.ErrNotExist) {
			return nil, Away, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, Gone, nil
		}
		return nil, "", err
	}
	if !info.Mode().IsRegular() || info.Size() != d.Size {
		return nil, Changed, nil
	}
	return info, "", nil
}

func (d Decoy) compare() (State, error) {
	sum, err := digest(d.Path, d.Size)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Gone, nil
	case err != nil:
		return "", err
	case sum != d.Digest:
		return Changed, nil
	}
	return Present, nil
}

// digest is that of a file of a size; of a longer one it is another.
func digest(path string, size int64) (sum [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close() // opened for reading
	h := sha256.New()
	_, err = io.Copy(h, io.LimitReader(f, size+1))
	return [32]byte(h.Sum(nil)), err
}

// Remove removes a decoy, if it is what was written to the last byte: else the error is
// ErrChanged. One that is gone is no error.
func (d Decoy) Remove() error {
	_ = os.Remove(d.temp()) // of a killed run; most have none
	_, state, err := d.lie()
	if err != nil {
		return err
	}
	if state == "" {
		if state, err = d.compare(); err != nil {
			return err
		}
	}
	switch state {
	case Changed:
		return ErrChanged
	case Gone, Away:
		return nil
	case Present:
	}
	if err := os.Remove(d.Path); err != nil {
		return gone(err)
	}
	return safefile.SyncDir(filepath.Dir(d.Path))
}
