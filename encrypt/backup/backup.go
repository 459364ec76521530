// Package backup puts custode's home into one sealed file, for a new computer, and
// makes a home of it again.
//
// The file is a standard age file around a standard tar: `age -d -i KEY FILE.age |
// tar t` lists it, whatever becomes of custode. In it:
//
//	custode-backup.json   what this is, when it was made and by which custode
//	custode.yaml          the settings
//	privacy.yaml          what the owner says that data are held for, if anything
//	custode.db            the database, as a copy that SQLite itself made
//	keys/                 the keys, each sealed for its person as it is on the disk
//	evidence/, reports/   what was written for others
//	playbooks/, questions/   plans and questions of the shop's own
//
// The customers' files are not in it, and neither is anything else in the home.
//
// Write gives the file its name only after it was flushed, opened again and
// compared, and never takes one that is there. Read makes a home whole or not at
// all: in a folder of its own beside it, checked, flushed, then renamed. What is not
// exactly as Write makes it, it refuses.
package backup

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The errors, besides those of the system and of package seal.
var (
	ErrTaken    = errors.New("something of that name is there")
	ErrNotEmpty = errors.New("there is a home already")
	ErrForeign  = errors.New("a sealed file, but no backup of a home")
	ErrNewer    = errors.New("made by a newer version")
	ErrDamaged  = errors.New("the backup does not hold what it should")
	ErrChanged  = errors.New("a file changed while it was read")
	ErrInUse    = errors.New("another run makes a home at this place")
	ErrUnproven = errors.New("what was written cannot be read back as it was")
)

// FileError names the file in the home that an error is about.
type FileError struct {
	Path string
	Err  error
}

func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// StandsError says that the home was made, and that it is not sure that its name outlives
// a power cut at that moment.
type StandsError struct{ Err error }

func (e *StandsError) Error() string { return "the home stands: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *StandsError) Unwrap() error { return e.Err }

// About is custode-backup.json, the first file of the tar.
type About struct {
	Schema  string    `json:"schema"` // custode.backup-about/1
	MadeAt  time.Time `json:"made_at"`
	Version string    `json:"version"` // of custode
	Files   int64     `json:"files"`   // that follow
	Bytes   int64     `json:"bytes"`
}

const (
	schema    = "custode.backup-about/1"
	aboutName = "custode-backup.json"
	database  = "custode.db"
	aboutMost = 1 << 20
)

// Files and folders of the home that go into a backup.
var (
	single  = []string{"custode.yaml", "privacy.yaml", database}
	folders = []string{"keys", "evidence", "reports", "playbooks", "questions"}
)

// belongs reports whether a name of the tar, with strokes, is one that a backup
// has: nothing that leads elsewhere, on any system.
func belongs(name string) bool {
	if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name {
		return false
	}
	top, _, deep := strings.Cut(name, "/")
	return deep && slices.Contains(folders, top) || !deep && slices.Contains(single, name)
}

// temporary begins the names of what is being written beside the home or beside
// the sealed file; what an earlier run left goes by it.
const temporary = ".custode-"
