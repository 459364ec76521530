// Package intent is how custode tells its own watch what it is about to do, so that
// sealing the shop's files is not taken for an attack. Nothing else is excused by it.
//
// An announcement is a file in a folder of the home that only its user may write to:
// which process, and which files. The watch looks at once whether that process lives and
// runs custode's own program (where the system can tell), and says that it has understood;
// until then the process waits. The announcement is over when its file is gone, and
// counts a little longer, since events take their time.
//
// Whoever may write there as the user could as well tell the watch to pause: it is no
// defence against that, and does not claim to be one.
package intent

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"custode/internal/safefile"
)

// The endings of the files in the folder.
const (
	announced  = ".json"
	understood = ".ok"
	listening  = "listening" // names the process that listens
)

// How long is waited until the watch has understood, and how often is looked.
const (
	waits = 2 * time.Second
	looks = 2 * time.Millisecond
)

// mostBytes bounds an announcement that is read.
const mostBytes = 16 << 20

// Announcement is what one process is about to do.
type Announcement struct {
	PID   int
	Files []string `json:",omitempty"` // will be sealed, opened or sealed anew where they lie
	Roots []string `json:",omitempty"` // will be read, with everything below them
}

// Announce announces until the gift is called. Where nobody listens it does nothing.
func Announce(dir string, a Announcement) (end func(), err error) {
	nothing := func() {}
	if !heard(dir) {
		return nothing, nil
	}
	a.PID = os.Getpid()
	raw, err := json.Marshal(a)
	if err != nil {
		return nothing, err
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nothing, err
	}
	path := filepath.Join(dir, hex.EncodeToString(id[:]))
	if err := safefile.Write(path+announced, raw, 0o600); err != nil {
		return nothing, err
	}
	for range waits / looks {
		if os.Remove(path+understood) == nil {
			break
		}
		time.Sleep(looks)
	}
	return func() { _ = os.Remove(path + announced) }, nil // a left one counts for nothing once the process is gone
}

// heard reports whether a watch listens.
func heard(dir string) bool {
	raw, err := os.ReadFile(filepath.Join(dir, listening))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	return err == nil && lives(pid)
}

// read is an announcement that was understood.
type read struct {
	Announcement

	files   map[string]bool
	folders map[string]bool // in which those are
	ended   time.Time       // zero: it goes on
}

func newRead(a Announcement) *read {
	r := &read{Announcement: a, files: map[string]bool{}, folders: map[string]bool{}}
	for _, f := range a.Files {
		r.files[f] = true
		r.folders[filepath.Dir(f)] = true
	}
	return r
}

// is reports whether a file is announced: by its name, as what it will be called once
// sealed, what a sealed one will be called once open, or as custode's temporary file
// beside one.
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

func (a *read) below(path string) bool {
	for _, root := range a.Roots {
		if rest, ok := strings.CutPrefix(path, root); ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(root, string(filepath.Separator))) {
			return true
		}
	}
	return false
}
