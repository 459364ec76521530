package backup

import (
	"archive/tar"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/seal"
	"custode/internal/rawpath"
)

// Source says what is put into a backup.
type Source struct {
	Home    string
	To      []age.Recipient
	Now     time.Time
	Version string
	// Copy writes a whole and consistent copy of the database to a new file.
	Copy func(ctx context.Context, to string) error
	FS   disk.System
}

// Written says what a backup holds.
type Written struct {
	Files, Bytes int64 // in the home
	SealedSize   int64
	Cipher       [32]byte // SHA-256 of the sealed file
}

// member is a file that goes in.
type member struct {
	name, path string
	info       fs.FileInfo
}

// Plan tells what Write would put in, the database as it is now.
func Plan(home string) (w Written, err error) {
	all, err := members(home, filepath.Join(home, database))
	for _, m := range all {
		w.Files, w.Bytes = w.Files+1, w.Bytes+m.info.Size()
	}
	return w, err
}

// Free reports whether a backup of that name can be made: ErrTaken if not.
func Free(file string) error {
	if err := rawpath.New(file); err != nil {
		return err
	}
	switch _, err := os.Lstat(file); {
	case err == nil:
		return ErrTaken
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	info, err := os.Stat(filepath.Dir(file))
	if err == nil && !info.IsDir() {
		err = fs.ErrNotExist
	}
	return err
}

// Write makes a backup. The caller sees to it that nobody changes the keys
// meanwhile, and that no second one is written from the same home. Whatever
// fails, there is no file of that name, and nothing readable is left over.
func Write(ctx context.Context, file string, src Source) (w Written, err error) {
	if err := Free(file); err != nil {
		return w, err
	}
	if err := sweep(src.Home, temporary+"backup-"); err != nil {
		return w, err
	}
	private, err := os.MkdirTemp(src.Home, temporary+"backup-") // 0700
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(private)) }()
	db := filepath.Join(private, database)
	if err := src.Copy(ctx, db); err != nil {
		return w, err
	}
	all, err := members(src.Home, db)
	if err != nil {
		return w, err
	}
	dir, err := src.FS.Open(filepath.Dir(file))
	if err != nil {
		return w, err
	}
	defer dir.Close() // what matters was flushed
	tmp := temporary + strings.ToLower(rand.Text()[:8]) + ".tmp"
	defer func() {
		if err != nil {
			if gone := dir.Remove(tmp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}()
	s, err := sealed(ctx, dir, tmp, all, src)
	if err != nil {
		return w, err
	}
	defer s.Forget()
	if err := proven(ctx, dir, tmp, s); err != nil {
		return w, err
	}
	if err := dir.Publish(tmp, filepath.Base(file)); err != nil {
		if errors.Is(err, fs.ErrExist) {
			err = ErrTaken
		}
		return w, err
	}
	if err := dir.Sync(); err != nil {
		return w, errors.Join(err, dir.Remove(filepath.Base(file)))
	}
	for _, m := range all {
		w.Files, w.Bytes = w.Files+1, w.Bytes+m.info.Size()
	}
	w.SealedSize, w.Cipher = s.SealedSize, s.Cipher
	return w, nil
}

// sealed writes the temporary file and flushes it.
func sealed(ctx context.Context, dir disk.Folder, tmp string, all []member, src Source) (s seal.Sealed, err error) {
	f, err := dir.Create(tmp)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, w := io.Pipe()
	packed := make(chan error, 1)
	go func() {
		err := pack(ctx, w, all, src)
		_ = w.CloseWithError(err) // never fails
		packed <- err
	}()
	s, err = seal.Seal(ctx, f, r, src.To, seal.Options{})
	_ = r.CloseWithError(context.Canceled) // so that pack ends, if Seal gave up
	if cause := <-packed; cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause // the one that Seal met in turn
	}
	if err == nil {
		err = f.Sync()
	}
	return s, err
}

// proven opens again what was written and compares it.
func proven(ctx context.Context, dir disk.Folder, name string, s seal.Sealed) error {
	f, err := dir.OpenAgain(name)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	id, err := f.Look()
	if err != nil {
		return err
	}
	err = s.Check(ctx, f, id.Size, seal.Options{})
	if errors.Is(err, seal.ErrDamaged) || errors.Is(err, seal.ErrTruncated) {
		return ErrUnproven
	}
	return err
}

// members lists the files of a home that go in, the database being the copy.
func members(home, db string) (all []member, err error) {
	add := func(name, path string) error {
		info, err := os.Lstat(path)
		if err == nil && info.Mode().IsRegular() {
			all = append(all, member{name, path, info})
		}
		return err
	}
	for _, name := range single {
		path := filepath.Join(home, name)
		if name == database {
			path = db
		}
		if err := add(name, path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, &FileError{path, err}
		}
	}
	for _, top := range folders {
		root := filepath.Join(home, top)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if path == root && errors.Is(err, fs.ErrNotExist) {
				return fs.SkipAll
			}
			if err != nil {
				return &FileError{path, err}
			}
			if !d.Type().IsRegular() { // links and the like are none of custode's
				return nil
			}
			rel, err := filepath.Rel(home, path)
			if name := filepath.ToSlash(rel); err == nil && belongs(name) {
				err = add(name, path)
			}
			if err != nil {
				return &FileError{path, err}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// pack writes the tar.
func pack(ctx context.Context, to io.Writer, all []member, src Source) error {
	w := tar.NewWriter(to)
	about := About{Schema: schema, MadeAt: src.Now.UTC(), Version: src.Version, Files: int64(len(all))}
	for _, m := range all {
		about.Bytes += m.info.Size()
	}
	raw, err := json.MarshalIndent(about, "", "  ")
	if err != nil {
		return err
	}
	raw = append(raw, '\n')
	if err := w.WriteHeader(header(aboutName, int64(len(raw)), src.Now)); err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	for _, m := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.WriteHeader(header(m.name, m.info.Size(), m.info.ModTime())); err != nil {
			return err
		}
		if err := content(w, m); err != nil {
			return err
		}
	}
	return w.Close()
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at.Truncate(time.Second), Format: tar.FormatPAX}
}

// content copies one file, exactly as long as it was when it was listed.
func content(w io.Writer, m member) error {
	f, err := os.Open(m.path)
	if err != nil {
		return &FileError{m.path, err}
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return &FileError{m.path, err}
	}
	if !os.SameFile(info, m.info) || info.Size() != m.info.Size() {
		return &FileError{m.path, ErrChanged}
	}
	n, err := io.CopyN(w, f, info.Size())
	if errors.Is(err, io.EOF) && n < info.Size() {
		return &FileError{m.path, ErrChanged}
	}
	return err
}

// sweep removes the folders that a run that was killed left: those that MkdirTemp names so. Where a home's name begins
// with that of another, what its run is at stays.
func sweep(dir, prefix string) error {
	left, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range left {
		number, ours := strings.CutPrefix(e.Name(), prefix)
		if ours && e.IsDir() && number != "" && strings.Trim(number, "0123456789") == "" {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
