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
	"slices"
	"strings"

	"filippo.io/age"
	"github.com/gofrs/flock"

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
	// Keep names files that may be in the place already, and stay: those of the page
	// that runs before a home is made.
	Keep []string
}

// Vacant reports whether a home can be made at a place: nothing is there, or a
// folder with nothing but the files that are named. ErrNotEmpty if not.
func Vacant(home string, keep ...string) error {
	entries, err := os.ReadDir(home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !slices.Contains(keep, e.Name()) {
			return ErrNotEmpty
		}
	}
	return nil
}

// Read makes a home of a backup. Until the last step all lies in a private folder
// beside the home; a run that was killed leaves no home, and its folder goes with
// the next run. Two at once for one place are refused: ErrInUse. [*StandsError] if
// the home stands, and what comes after that failed.
func Read(ctx context.Context, file string, to Target) (about About, err error) {
	if err := Vacant(to.Home, to.Keep...); err != nil {
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
	letGo, err := hold(filepath.Join(beside, prefix+"lock"))
	if err != nil {
		return about, err
	}
	defer letGo() // after all of this run's is away
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
	return about, publish(tmp, to)
}

// publish gives a home its name. What was there goes away by its name first: nobody who
// sets a home up at that moment is overwritten.
func publish(made string, to Target) (err error) {
	for _, name := range to.Keep {
		switch raw, err := os.ReadFile(filepath.Join(to.Home, name)); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		default:
			if err := safefile.Write(filepath.Join(made, name), raw, 0o600); err != nil {
				return err
			}
		}
	}
	was := to.Home + ".was" + made[strings.LastIndexByte(made, '-')+1:] // no name that the next run sweeps: it may be a home
	switch err := os.Rename(to.Home, was); {
	case errors.Is(err, fs.ErrNotExist):
		was = ""
	case err != nil:
		return err
	default:
		if err := Vacant(was, to.Keep...); err != nil {
			return errors.Join(err, os.Rename(was, to.Home))
		}
	}
	if err := os.Rename(made, to.Home); err != nil {
		if was != "" {
			err = errors.Join(err, os.Rename(was, to.Home))
		}
		return err
	}
	if was != "" {
		_ = os.RemoveAll(was) // what was kept of it is in the new one
	}
	if err := safefile.SyncDir(filepath.Dir(to.Home)); err != nil {
		return &StandsError{err}
	}
	return nil
}

// hold takes the lock of a path, and returns what lets it go and removes its file.
// ErrInUse if somebody has it.
func hold(path string) (letGo func(), err error) {
	l := flock.New(path, flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err == nil && ok {
		var mine, named fs.FileInfo
		if mine, err = l.Stat(); err == nil {
			named, err = os.Stat(path)
		}
		ok = err == nil && os.SameFile(mine, named) // who had it may have removed it since it was opened here
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil || !ok {
		if err == nil {
			err = ErrInUse
		}
		return nil, errors.Join(err, l.Close())
	}
	return func() {
		gone := os.Remove(path) // by its name, as long as it is held
		_ = l.Close()
		if gone != nil { // Windows removes nothing that is open; who opened it since keeps it
			_ = os.Remove(path)
		}
	}, nil
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
