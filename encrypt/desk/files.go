package desk

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"custode/encrypt/inplace"
)

// markSize is how much of a sealed file is in its Mark.
const markSize = 64 << 10

// head is the size of a file, and its beginning.
type head struct {
	f    *os.File
	left int64
	size int64
	said bool
}

// Read is that of io.Reader.
func (h *head) Read(b []byte) (int, error) {
	if !h.said {
		h.said = true
		return copy(b, strconv.FormatInt(h.size, 10)+"\n"), nil // whoever reads has room for that
	}
	if h.left == 0 {
		return 0, io.EOF
	}
	n, err := h.f.Read(b[:min(int64(len(b)), h.left)])
	h.left -= int64(n)
	return n, err
}

// Stamp tells one moment of the copy from another, without reading it.
type Stamp struct {
	there bool
	size  int64
	mtime time.Time
	info  fs.FileInfo
}

// Stamp looks at the copy.
func (c *Copy) Stamp() Stamp { return StampOf(c.Path()) }

// StampOf looks at a file of the private place.
func StampOf(path string) Stamp {
	info, err := os.Lstat(path)
	if err != nil {
		return Stamp{}
	}
	return Stamp{true, info.Size(), info.ModTime(), info}
}

// Same reports whether both are one moment.
func (s Stamp) Same(t Stamp) bool {
	return s.there == t.there && s.size == t.size && s.mtime.Equal(t.mtime) && (!s.there || os.SameFile(s.info, t.info))
}

// Time is when the copy was last written; zero: it is not there.
func (s Stamp) Time() time.Time { return s.mtime }

// Reopen opens a file of the private place to be sealed. It fails at its end if it changed meanwhile, so
// that half a version is never taken for a whole one; changed is what it says then.
func Reopen(path string, changed error) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &steady{File: f, path: path, was: Stamp{true, info.Size(), info.ModTime(), info}, changed: changed}, nil
}

// steady is a file that is held to what it was when it was opened.
type steady struct {
	*os.File

	path    string
	was     Stamp
	changed error
}

// Read is that of io.Reader.
func (s *steady) Read(b []byte) (int, error) {
	n, err := s.File.Read(b)
	if err == io.EOF {
		info, e := os.Lstat(s.path)
		if e != nil || !s.was.Same(Stamp{true, info.Size(), info.ModTime(), info}) {
			err = s.changed
		}
	}
	return n, err
}

// WriteTo is hidden, so that the end is seen.
func (s *steady) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{s})
}

// Locked reports whether a program has put one of the files beside the copy by which
// it tells others that it has it open: LibreOffice, Microsoft Office, vim, Emacs.
func (c *Copy) Locked() bool {
	list, _ := os.ReadDir(c.Folder())
	for _, e := range list {
		n := e.Name()
		if strings.HasPrefix(n, ".~lock.") || strings.HasPrefix(n, "~$") || strings.HasPrefix(n, ".#") ||
			strings.HasPrefix(n, ".") && strings.HasSuffix(n, ".swp") {
			return true
		}
	}
	return false
}

// Others are the files that the person saved beside the copy, under other names.
func (c *Copy) Others() (out []string) {
	_ = filepath.WalkDir(c.Folder(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == c.Folder() {
			return nil //nolint:nilerr // what can't be looked at is not there
		}
		if dropping(d.Name(), c.Note.Name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() && path != c.Path() {
			out = append(out, path)
		}
		return nil
	})
	return out
}

// dropping reports whether a name is one that programs and systems make for
// themselves beside a file: locks, safety copies, half a version on its way.
func dropping(name, of string) bool {
	low := strings.ToLower(name)
	switch {
	case name == of:
		return false
	case inplace.IsTemporary(name), strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"), strings.HasSuffix(name, "~"),
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"), strings.HasSuffix(low, ".tmp"),
		low == strings.ToLower(of)+".bak", low == strings.ToLower(strings.TrimSuffix(of, filepath.Ext(of)))+".bak",
		low == "thumbs.db", low == "desktop.ini":
		return true
	}
	return false
}

// Replaceable looks whether a new version could be put beside a sealed file, to take
// its place: before any work is put into one.
func Replaceable(sealed string) error {
	tmp := filepath.Join(filepath.Dir(sealed), inplace.Temporary(inplace.RandomName()))
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = f.Close()
	_ = os.Remove(tmp) // if it can't be, the next run will
	return err
}
