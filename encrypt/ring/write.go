package ring

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"custode/internal/safefile"
)

// disk is what a change does to the folder; tests put one there that dies.
type disk interface {
	Write(path string, data []byte) error
	Remove(path string) error
}

type realDisk struct{}

func (realDisk) Write(path string, data []byte) error {
	dir := filepath.Dir(path)
	if !exists(dir) { // a new folder has a name to be flushed too
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := safefile.SyncDir(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	return safefile.Write(path, data, 0o600)
}

func (realDisk) Remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return safefile.SyncDir(filepath.Dir(path))
}

// draft is a change in the making: a list, and the new files that it names.
type draft struct {
	doc   doc
	names []string
	data  map[string][]byte
}

func (r *Ring) draft() *draft { return &draft{doc: r.doc.clone(), data: map[string][]byte{}} }

// add puts a new file into the draft, under a name that was never used: stem,
// four random characters, end.
func (w *draft) add(stem, end string, data []byte) fileDoc {
	var random [4]byte
	_, _ = rand.Read(random[:]) // it never fails, the program would end
	name := stem + "-" + hex.EncodeToString(random[:]) + end
	sum := sha256.Sum256(data)
	w.names = append(w.names, name)
	w.data[name] = data
	return fileDoc{name, hex.EncodeToString(sum[:])}
}

// stem makes the beginning of a file's name of a person's name.
func stem(name string) string {
	s := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c == ' ', c == '-', c == '_', c == '.':
			return '-'
		}
		return -1
	}, strings.ToLower(name))
	if s = strings.Trim(s, "-"); s == "" {
		s = "person"
	}
	return "people/" + s[:min(len(s), 30)]
}

// commit makes the draft the ring. If it fails nothing has changed.
func (r *Ring) commit(w *draft) error {
	raw, err := json.MarshalIndent(w.doc, "", "  ")
	if err != nil {
		return err
	}
	raw = append(raw, '\n')
	next := &Ring{}
	if err := next.take(raw); err != nil { // what can't be read again is never written
		return err
	}
	list := filepath.Join(r.dir, listName)
	if now, err := os.ReadFile(list); !bytes.Equal(now, r.raw) || err != nil && (r.raw != nil || !errors.Is(err, fs.ErrNotExist)) {
		return ErrChanged
	}
	for i, name := range w.names {
		path := filepath.Join(r.dir, filepath.FromSlash(name))
		if err := r.disk.Write(path, w.data[name]); err != nil {
			r.undo(w.names[:i+1])
			return &FileError{path, err}
		}
	}
	if err := r.disk.Write(list, raw); err != nil {
		// The list may stand all the same: only flushing its folder failed. Then
		// its files must stay.
		if now, e := os.ReadFile(list); e == nil && bytes.Equal(now, r.raw) || errors.Is(e, fs.ErrNotExist) && r.raw == nil {
			r.undo(w.names)
		}
		return &FileError{list, err}
	}
	r.raw, r.doc, r.kind, r.to, r.prints = raw, next.doc, next.kind, next.to, next.prints
	r.sweep()
	return nil
}

// undo removes the files of a change that failed.
func (r *Ring) undo(names []string) {
	for _, n := range names {
		_ = r.disk.Remove(filepath.Join(r.dir, filepath.FromSlash(n))) // the next sweep gets it
	}
}

// sweep removes the files of the ring's shape that the list does not name: what
// a change has replaced, and what a crash has left.
func (r *Ring) sweep() {
	named := []string{filepath.Join(r.dir, listName)}
	for _, f := range r.doc.files() {
		named = append(named, r.path(f))
	}
	for _, path := range ours(r.dir) {
		if !slices.Contains(named, path) {
			_ = r.disk.Remove(path) // Strays tells
		}
	}
}

// Strays lists the files of keys that should be gone and are not, because they
// could not be removed: whoever leaves must not leave a way in behind.
func (r *Ring) Strays() []string {
	var out []string
	for _, path := range ours(r.dir) {
		if !slices.ContainsFunc(r.doc.files(), func(f fileDoc) bool { return r.path(f) == path }) {
			out = append(out, path)
		}
	}
	return out
}

// shapes are the files that a ring writes, besides the list.
var shapes = []string{
	"people/*.key.age", "people/*.vault.age", "recovery-*.vault.age", "sheet-*.age", "former/*.age", beginName,
	"people/.*.custode-tmp", "former/.*.custode-tmp", ".recovery-*.custode-tmp", ".sheet-*.custode-tmp", "." + listName + ".*.custode-tmp",
}

// ours lists what lies in the folder and has one of the shapes.
func ours(dir string) (out []string) {
	for _, s := range shapes {
		out = append(out, match(dir, s)...)
	}
	return out
}

// match is filepath.Glob in a folder whose own name may hold a bracket.
func match(dir, shape string) (out []string) {
	sub, pattern := filepath.Split(filepath.FromSlash(shape))
	entries, err := os.ReadDir(filepath.Join(dir, sub))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if ok, _ := filepath.Match(pattern, e.Name()); ok && !e.IsDir() { // the patterns are good
			out = append(out, filepath.Join(dir, sub, e.Name()))
		}
	}
	return out
}

// beginName is the mark of a ring that is being made: without it, files without
// a list are keys whose list was lost, and are never swept.
const beginName = "ring.new"

func beginning(dir string) bool { return exists(filepath.Join(dir, beginName)) }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// strays reports whether there are files of keys.
func strays(dir string) bool {
	return slices.ContainsFunc(ours(dir), func(p string) bool { return strings.HasSuffix(p, ".age") })
}
