package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"custode/encrypt/seal"
	"custode/internal/safefile"
)

// Target says where a home is made.
type Target struct {
	Home string
	With []age.Identity
	// Check looks at the home before it gets its name.
	Check func(ctx context.Context, home string) error
	// DryRun does all but the last step, and leaves nothing.
	DryRun bool
}

// Vacant reports whether a home can be made at a place: nothing is there, or an
// empty folder. ErrNotEmpty if not.
func Vacant(home string) error {
	entries, err := os.ReadDir(home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return ErrNotEmpty
	}
	return nil
}

// Read makes a home of a backup. Until the last step all lies in a private folder
// beside the home; a run that was killed leaves no home, and its folder goes with
// the next run.
func Read(ctx context.Context, file string, to Target) (about About, err error) {
	if err := Vacant(to.Home); err != nil {
		return about, err
	}
	f, err := os.Open(file)
	if err != nil {
		return about, err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return about, err
	}
	beside, base := filepath.Dir(to.Home), filepath.Base(to.Home)
	if err := os.MkdirAll(beside, 0o700); err != nil {
		return about, err
	}
	prefix := temporary + strings.TrimPrefix(base, ".") + "-"
	if err := sweep(beside, prefix); err != nil {
		return about, err
	}
	tmp, err := os.MkdirTemp(beside, prefix) // 0700
	if err != nil {
		return about, err
	}
	defer func() {
		if err != nil || to.DryRun {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	if about, err = unpack(ctx, io.NewSectionReader(f, 0, info.Size()), info.Size(), tmp, to.With); err != nil {
		return about, err
	}
	if to.Check != nil {
		if err := to.Check(ctx, tmp); err != nil {
			return about, err
		}
	}
	if to.DryRun {
		return about, nil
	}
	if err := flushFolders(tmp); err != nil {
		return about, err
	}
	if err := os.Remove(to.Home); err != nil && !errors.Is(err, fs.ErrNotExist) { // it was empty
		return about, ErrNotEmpty
	}
	if err := os.Rename(tmp, to.Home); err != nil {
		return about, err
	}
	return about, safefile.SyncDir(beside)
}

// unpack writes what is in the file into an empty folder. Nothing counts before
// the last byte was authentic.
func unpack(ctx context.Context, src io.Reader, size int64, dir string, with []age.Identity) (about About, err error) {
	r, w := io.Pipe()
	opened := make(chan error, 1)
	go func() {
		_, err := seal.Decrypt(ctx, w, src, with, seal.Options{})
		_ = w.CloseWithError(err) // never fails
		opened <- err
	}()
	about, err = untar(ctx, r, size, dir)
	if err == nil {
		_, err = io.Copy(io.Discard, r) // what follows the tar is authentic too, or all is refused
	}
	_ = r.CloseWithError(errGaveUp)
	if cause := <-opened; cause != nil && !errors.Is(cause, errGaveUp) {
		err = cause // not what tar made of it
	}
	return about, err
}

var errGaveUp = errors.New("the tar was refused")

// untar takes files and nothing else, each with a name that belongs there, no more
// bytes than the sealed file has.
func untar(ctx context.Context, src io.Reader, size int64, dir string) (About, error) {
	r := tar.NewReader(src)
	about, err := readAbout(r)
	if err != nil {
		return about, err
	}
	var files, total int64
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return about, errors.Join(ErrDamaged, err)
		}
		files, total = files+1, total+h.Size
		if h.Typeflag != tar.TypeReg || sparse(h) || h.Size < 0 || total > size || !belongs(h.Name) {
			return about, ErrDamaged
		}
		if err := ctx.Err(); err != nil {
			return about, err
		}
		if err := place(filepath.Join(dir, filepath.FromSlash(h.Name)), r, h); err != nil {
			return about, err
		}
	}
	if files != about.Files || total != about.Bytes {
		return about, ErrDamaged
	}
	return about, nil
}

// sparse reports whether a header stands for more than what is in the tar.
func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func readAbout(r *tar.Reader) (about About, err error) {
	h, err := r.Next()
	if err != nil {
		return about, errors.Join(ErrForeign, err)
	}
	if h.Name != aboutName || h.Typeflag != tar.TypeReg || h.Size > aboutMost {
		return about, ErrForeign
	}
	raw, err := io.ReadAll(io.LimitReader(r, aboutMost))
	if err != nil {
		return about, errors.Join(ErrDamaged, err)
	}
	if err := json.Unmarshal(raw, &about); err != nil {
		return about, errors.Join(ErrDamaged, err)
	}
	switch before, _, ok := strings.Cut(about.Schema, "/"); {
	case about.Schema == schema:
		return about, nil
	case ok && before+"/1" == schema:
		return about, ErrNewer
	}
	return about, ErrForeign
}

// place writes one file, flushed, for its owner alone. A name that comes twice is
// refused.
func place(path string, r io.Reader, h *tar.Header) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrDamaged
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if n, err := io.Copy(f, r); err != nil || n != h.Size {
		if errors.As(err, new(*fs.PathError)) {
			return err // of the disk
		}
		return errors.Join(ErrDamaged, err)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Chtimes(path, h.ModTime, h.ModTime)
}

// flushFolders makes the names in a folder durable, and those below.
func flushFolders(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return safefile.SyncDir(path)
	})
}
