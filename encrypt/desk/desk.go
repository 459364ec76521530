// Package desk holds the readable copies of sealed files that somebody works on.
// Each lies in a folder of its own below the user's private place:
//
//	edit-XXXXXXXX/
//	  lock        held by the custode that opened it, as long as that runs
//	  note.json   which sealed file it is, and what was sealed there last
//	  copy/       what the program sees: the copy, and what it puts beside it
//
// The note is there before the copy. So whatever ends a custode, what it leaves can be
// told apart from what is in use, and taken back to where it belongs: Find, Take.
//
// Nothing here removes a copy by itself. Whoever does has sealed it, or was told to.
package desk

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"custode/encrypt/replace"
	"custode/internal/safefile"
)

// ErrInUse says that a custode is at work on a copy.
var ErrInUse = errors.New("another custode has this copy open")

const (
	prefix   = "edit-"
	lockName = "lock"
	noteName = "note.json"
	copyName = "copy"
	schema   = "custode.copy/1"
)

// Note says what a copy is of.
type Note struct {
	Schema   string    `json:"schema"`
	Home     string    `json:"home"`   // of the custode that opened it
	Sealed   string    `json:"sealed"` // where the next version goes, absolute
	Name     string    `json:"name"`   // of the copy
	OpenedAt time.Time `json:"opened_at"`
	Was      string    `json:"was"`     // the Mark of the sealed file when it was opened, or sealed last
	Content  string    `json:"content"` // SHA-256 of the content that is sealed there
	Bytes    int64     `json:"bytes"`   // of it

	Beside map[string]Beside `json:"beside,omitempty"` // by path in the copy's folder
}

// Beside is what of the Others is sealed, and lies there still.
type Beside struct {
	Content string `json:"content"` // its SHA-256
	Sealed  string `json:"sealed"`  // where it is
	Was     string `json:"was"`     // the Mark of that
}

// Copy is one that this process holds.
type Copy struct {
	Dir  string
	Note Note

	lock *flock.Flock
}

// New makes the folder of a copy, without the copy.
func New(base string, n Note) (*Copy, error) {
	dir, err := os.MkdirTemp(base, prefix)
	if err != nil {
		return nil, err
	}
	c := &Copy{Dir: dir, lock: flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))}
	ok, err := c.lock.TryLock()
	if err == nil && !ok {
		err = ErrInUse
	}
	if err == nil {
		err = os.Mkdir(c.Folder(), 0o700)
	}
	if err == nil {
		err = c.Keep(n)
	}
	if err != nil {
		return nil, errors.Join(err, c.Remove())
	}
	return c, nil
}

// Folder is the one that the program sees.
func (c *Copy) Folder() string { return filepath.Join(c.Dir, copyName) }

// Path is that of the copy.
func (c *Copy) Path() string { return filepath.Join(c.Folder(), c.Note.Name) }

// Keep writes the note.
func (c *Copy) Keep(n Note) error {
	n.Schema = schema
	raw, err := json.Marshal(n)
	if err == nil {
		err = safefile.Write(filepath.Join(c.Dir, noteName), raw, 0o600)
	}
	if err == nil {
		c.Note = n
	}
	return err
}

// Leave lets go of a copy, which stays.
func (c *Copy) Leave() { _ = c.lock.Unlock() }

// Remove removes a copy, with all that lies beside it. Where Windows does not let it go, as a program has it open, the
// copy is held still and its note is there: Remove may be called again.
func (c *Copy) Remove() error {
	if err := os.RemoveAll(c.Folder()); err != nil {
		return err
	}
	c.Leave() // Windows removes nothing that is open
	return os.RemoveAll(c.Dir)
}

// Left is a copy that nobody is at work on.
type Left struct {
	Dir    string
	Note   Note     // without a Name: there was none, and only Others tells what there is
	State  State    // of the copy, held to what is sealed
	Others []string // what else the person put beside it: paths
	Alone  bool     // the sealed file is not there: the copy may be the only one
}

// Path is that of the copy.
func (l Left) Path() string { return filepath.Join(l.Dir, copyName, l.Note.Name) }

// Unsealed reports whether there is something in it that is not known to be sealed.
func (l Left) Unsealed() bool {
	return l.State == Changed || l.State == Emptied || l.State == Same && l.Alone || len(l.Others) > 0
}

// Find gives the copies of a home that were left in the private place.
func Find(ctx context.Context, base, home string) (out []Left, err error) {
	err = each(base, home, func(dir string, n Note) error {
		c, err := take(dir, n)
		if errors.Is(err, ErrInUse) {
			return nil
		}
		if err != nil {
			return err
		}
		defer c.Leave()
		l := Left{Dir: dir, Note: n, Others: c.Others()}
		if n.Name != "" {
			l.State, _, err = c.Look(ctx)
			_, gone := os.Lstat(n.Sealed)
			l.Alone = errors.Is(gone, fs.ErrNotExist)
		}
		if n.Name != "" || len(l.Others) > 0 { // else one that is being made
			out = append(out, l)
		}
		return err
	})
	return out, err
}

// Open reports whether a custode is at work on a copy of a sealed file.
func Open(base, home, sealed string) (open bool) {
	_ = each(base, home, func(dir string, n Note) error {
		if n.Sealed != sealed {
			return nil
		}
		c, err := take(dir, n)
		if err == nil {
			c.Leave()
		}
		open = open || errors.Is(err, ErrInUse)
		return nil
	})
	return open
}

// each goes through all copies of a home, and those that nobody knows whose they are.
func each(base, home string, fn func(dir string, n Note) error) error {
	found, err := filepath.Glob(filepath.Join(escape(base), prefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range found {
		var n Note
		raw, err := os.ReadFile(filepath.Join(dir, noteName))
		if err == nil {
			_ = json.Unmarshal(raw, &n) // then it is one without a name
		}
		if n.Name != filepath.Base(n.Name) || n.Name == ".." {
			n = Note{} // not ours: a name is a single one
		}
		if n.Name != "" && n.Home != home {
			continue
		}
		if err := fn(dir, n); err != nil {
			return err
		}
	}
	return nil
}

// escape takes a folder's name as it is, for Glob.
func escape(dir string) string {
	var out []rune
	for _, r := range dir {
		if r == '*' || r == '?' || r == '[' || r == '\\' && os.PathSeparator != '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

// Take takes over a copy that was left.
func Take(l Left) (*Copy, error) { return take(l.Dir, l.Note) }

func take(dir string, n Note) (*Copy, error) {
	c := &Copy{Dir: dir, Note: n, lock: flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))}
	ok, err := c.lock.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrInUse
	}
	return c, nil
}

// State is how a copy stands to what is sealed.
type State uint8

// The states.
const (
	Same    State = iota // its content is sealed
	Changed              // there is something new in it
	Emptied              // it has no content, and what is sealed has
	Gone                 // it is not there any more, or no file
)

// Look holds the copy to what is sealed; sum is the SHA-256 of its content.
func (c *Copy) Look(ctx context.Context) (s State, sum [32]byte, err error) {
	s = Gone
	if info, err := os.Lstat(c.Path()); err != nil || !info.Mode().IsRegular() {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return s, sum, err
	}
	f, err := os.Open(c.Path())
	if err != nil {
		return s, sum, err
	}
	defer f.Close() // only read
	if sum, err = replace.SumOf(ctx, f); err != nil {
		return s, sum, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case hex.EncodeToString(sum[:]) == c.Note.Content:
		s = Same
	case info.Size() == 0 && c.Note.Bytes > 0:
		s = Emptied
	default:
		s = Changed
	}
	return s, sum, err
}

// Mark tells one sealing of a file from another: each has a header and a nonce of
// its own. "" is that of no file.
func Mark(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	sum, err := replace.SumOf(ctx, &head{f: f, left: markSize, size: info.Size()})
	return hex.EncodeToString(sum[:]), err
}
