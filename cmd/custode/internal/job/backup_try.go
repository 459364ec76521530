package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/internal/host/copies"
	"custode/internal/rawpath"
	"custode/scan/walk"
)

// The reasons why a file proves nothing of a backup.
var (
	ErrNotAway   = errors.New("it lies in a data folder")
	ErrNoBytes   = errors.New("it is empty")
	ErrNoSibling = errors.New("no file of that name in the data folders")
	ErrDiffers   = errors.New("the file of that name in the data folders is another")
)

// Tried is a file that came back from a backup, and the one of which it is a copy.
type Tried struct {
	File   string `json:"file"`
	SameAs string `json:"same_as"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// TryBackup holds a file that was brought back from a backup against those of its name in the
// data folders: where one is the same, byte for byte, the backup can be restored from, and the
// journal says so. A sealed file is compared as it is, without a key. That the file came out of
// a backup is the owner's word: it may lie in no data folder.
func TryBackup(ctx context.Context, st BackupStore, folders []string, file string) (Tried, error) {
	t := Tried{File: file}
	real, err := filepath.EvalSymlinks(file)
	if err != nil {
		return t, err
	}
	for _, f := range folders {
		if dir, err := filepath.EvalSymlinks(f); err == nil && copies.Within(dir, real) {
			return t, ErrNotAway
		}
	}
	own, err := os.Stat(real)
	if err != nil {
		return t, err
	}
	if !own.Mode().IsRegular() {
		return t, os.ErrInvalid
	}
	if own.Size() == 0 {
		return t, ErrNoBytes
	}
	if t.SHA256, err = sumOf(ctx, real); err != nil {
		return t, err
	}
	t.Bytes = own.Size()
	named := false
	err = walk.Walk(ctx, folders, walk.Options{}, func(e walk.Entry) error {
		if !strings.EqualFold(filepath.Base(e.Path), filepath.Base(file)) {
			return nil
		}
		info, err := rawpath.Lstat(e.Path)
		if err != nil || !info.Mode().IsRegular() {
			return nil //nolint:nilerr // it is gone since: another may be the same
		}
		if os.SameFile(info, own) { // one file under two names is no copy
			return ErrNotAway
		}
		if named = true; info.Size() != own.Size() {
			return nil
		}
		switch sum, err := sumOf(ctx, e.Path); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && sum == t.SHA256:
			t.SameAs = e.Path
			return errFound
		}
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, errFound):
		return t, err
	case !named:
		return t, ErrNoSibling
	case t.SameAs == "":
		return t, ErrDiffers
	}
	_, err = st.Record(ctx, BackupTried, t)
	return t, err
}

// sumOf reads a file for its sum.
func sumOf(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // opened for reading
	h := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		const some = 16 << 20
		n, err := io.CopyN(h, f, some)
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// triedAt is when a file last came back whole; zero: never.
func triedAt(ctx context.Context, st DailyStore) (time.Time, error) {
	last, there, err := st.LastOf(ctx, BackupTried)
	if err != nil || !there {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339Nano, last.At)
	return local(at), err
}
