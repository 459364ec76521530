// Package intent is how custode tells its own watch what it is about to do, so that
// sealing the shop's files is not taken for an attack. Nothing else is excused by it.
//
// An announcement is a file in a folder of the home that only its user may write to:
// which process, which files, until when. It counts as long as that process lives and
// runs custode's own program; where the system can't tell that, until it is taken back or
// its time is over. Whoever may write there as the user could as well tell the watch to
// pause: it is no defence against that, and does not claim to be one.
package intent

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Valid is how long an announcement counts at most.
const Valid = time.Hour

// mostBytes bounds an announcement that is read.
const mostBytes = 16 << 20

// Announcement is what one process is about to do.
type Announcement struct {
	PID   int
	Until time.Time
	Files []string // will be sealed, opened or sealed anew where they lie
	Roots []string // will be read, with everything below them
}

// Announce announces until the gift is called. dir is made if it is not there.
func Announce(dir string, now time.Time, a Announcement) (end func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	a.PID, a.Until = os.Getpid(), now.Add(Valid)
	raw, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, hex.EncodeToString(id[:]))
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(path+".new", path+".json"); err != nil {
		return nil, errors.Join(err, os.Remove(path+".new"))
	}
	return func() { _ = os.Remove(path + ".json") }, nil // a left one counts for nothing once the process is gone
}

// Reader knows what is announced. It is not safe for concurrent use, but for
// [Reader.Announced] and [Reader.Reads] of one goroutine.
type Reader struct {
	dir   string
	now   func() time.Time
	mtime time.Time
	known map[string]*read // by name of the announcement
}

type read struct {
	Announcement

	files   map[string]bool
	folders map[string]bool // in which those are
	checked time.Time
	counts  bool
}

// NewReader reads the announcements in a folder; "" for none.
func NewReader(dir string, now func() time.Time) *Reader {
	return &Reader{dir: dir, now: now, known: map[string]*read{}}
}

// refresh reads what is new in the folder.
func (r *Reader) refresh() {
	if r.dir == "" {
		return
	}
	info, err := os.Stat(r.dir)
	if err != nil {
		clear(r.known)
		return
	}
	if info.ModTime().Equal(r.mtime) && r.now().Sub(r.mtime) > time.Second { // times are not finer than that on some disks
		return
	}
	list, err := os.ReadDir(r.dir)
	if err != nil {
		return
	}
	r.mtime = info.ModTime()
	there := map[string]bool{}
	for _, e := range list {
		name := e.Name()
		there[name] = true
		if !strings.HasSuffix(name, ".json") || r.known[name] != nil {
			continue
		}
		if a := load(filepath.Join(r.dir, name), info); a != nil {
			r.known[name] = a
		}
	}
	for name := range r.known {
		if !there[name] {
			delete(r.known, name)
		}
	}
}

// load reads an announcement that belongs to whom the folder belongs.
func load(path string, dir fs.FileInfo) *read {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostBytes || info.Mode().Perm()&0o022 != 0 && hasModes || !sameOwner(info, dir) {
		return nil
	}
	raw, err := os.ReadFile(path)
	a := &read{files: map[string]bool{}, folders: map[string]bool{}}
	if err != nil || json.Unmarshal(raw, &a.Announcement) != nil {
		return nil
	}
	for _, f := range a.Files {
		a.files[f] = true
		a.folders[filepath.Dir(f)] = true
	}
	return a
}

// holds reports whether an announcement counts now.
func (r *Reader) holds(a *read) bool {
	now := r.now()
	if now.After(a.Until) || a.Until.Sub(now) > Valid {
		return false
	}
	if now.Sub(a.checked).Abs() > time.Second {
		a.checked, a.counts = now, runsOurs(a.PID)
	}
	return a.counts
}

// Announced reports whether a file is announced: by its name, as what it will be called
// once sealed, what a sealed one will be called once open, or as custode's temporary
// file beside one.
func (r *Reader) Announced(path string) bool {
	r.refresh()
	for _, a := range r.known {
		if a.is(path) && r.holds(a) {
			return true
		}
	}
	return false
}

func (a *read) is(path string) bool {
	plain := strings.TrimSuffix(path, ".age")
	if a.files[path] || a.files[plain] || a.files[path+".age"] {
		return true
	}
	dir, name := filepath.Split(path)
	return a.folders[filepath.Clean(dir)] && (strings.HasPrefix(name, Temporary) || strings.HasSuffix(name, ".age"))
}

// Temporary begins the names of custode's temporary files.
const Temporary = ".custode-"

// Reads reports whether custode has announced that it reads a file.
func (r *Reader) Reads(path string) bool {
	r.refresh()
	for _, a := range r.known {
		if (a.is(path) || a.below(path)) && r.holds(a) {
			return true
		}
	}
	return false
}

func (a *read) below(path string) bool {
	for _, root := range a.Roots {
		if rest, ok := strings.CutPrefix(path, root); ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(root, string(filepath.Separator))) {
			return true
		}
	}
	return false
}
