// Package evidence keeps what an incident leaves: a file, a photo, a screenshot, a folder,
// a note. What is collected is read once, summed (SHA-256) and sealed with age as it is
// read; nothing readable of it is ever written. The original is not touched.
//
// An item is one file ID.age in the evidence folder, made whole or not at all: a temporary
// file is sealed, flushed, read again and compared with what was written, and only then
// gets its name. What a killed custode left over goes with the next item; a whole item that
// no event names is never removed, since a database that was restored from an old copy does
// not know all of them. What became of an item afterwards (viewed, exported, handed over) are
// events of the run, see package playbook.
package evidence

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

// Errors of Collect and View.
var (
	ErrSpecial = errors.New("evidence: a device, a pipe or a socket is no evidence")
	ErrEmpty   = errors.New("evidence: the folder holds no file")
	ErrDamaged = errors.New("evidence: it is not what was collected")
	ErrNone    = errors.New("evidence: nobody could open it")
	ErrUnread  = errors.New("evidence: what was written reads back differently")
)

// Item is one piece of evidence. Times are RFC 3339 in JSON; sums are hex SHA-256.
type Item struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"` // as it was called; never a path
	Kind      string    `json:"kind"` // file, folder (a tar of its files), note
	Size      int64     `json:"size"` // bytes of what was read
	SHA256    string    `json:"sha256"`
	Sealed    string    `json:"sealed_sha256"` // of ID.age
	SealedLen int64     `json:"sealed_size"`
	Files     int       `json:"files,omitempty"`       // of a folder
	Modified  time.Time `json:"modified_at,omitzero"`  // of the original, as are the next three
	Altered   time.Time `json:"altered_at,omitzero"`   // when its name, owner or content last changed (not on Windows)
	Created   time.Time `json:"created_at,omitzero"`   // where the file system keeps it
	Accessed  time.Time `json:"accessed_at,omitzero"`  // before it was collected
	Collected time.Time `json:"collected_at,omitzero"` // when it was read
	Changed   bool      `json:"changed,omitempty"`     // it changed while it was read, each time, or could be read only once
	Unread    []string  `json:"unread,omitempty"`      // of a folder: what could not be read, or is no file
}

// File is the name of the sealed file within the evidence folder.
func (i Item) File() string { return i.ID + ".age" }

// Folder is where evidence lies and to whom it is sealed.
type Folder struct {
	Dir string          // made if it is not there, for its owner alone
	To  []age.Recipient // the vault and the recovery sheet
	Now func() time.Time

	disk disk // nil: the real one
}

func (f Folder) on() disk {
	if f.disk == nil {
		return realDisk{}
	}
	return f.disk
}

// temporary begins the names of files that are being written.
const temporary = ".custode-evidence-"

// tries is how often a file is read that changes meanwhile.
const tries = 3

// Collect takes a file or a folder in. A link is followed. A file that changes while it is
// read is read again; at last it is kept as it was read and marked. What was read once is
// not given up when the file cannot be read a second time.
func (f Folder) Collect(ctx context.Context, path string) (Item, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return Item{}, err
	case info.IsDir():
		return f.tree(ctx, path)
	case !info.Mode().IsRegular():
		return Item{}, ErrSpecial
	}
	var kept Item
	for range tries {
		item, same, err := f.file(ctx, path)
		if err != nil && kept.ID != "" && ctx.Err() == nil {
			break
		}
		if kept.ID != "" {
			err = errors.Join(err, f.on().Remove(filepath.Join(f.Dir, kept.File())))
		}
		if err != nil || same {
			return item, err
		}
		kept = item
	}
	kept.Changed = true
	return kept, nil
}

// file takes one file in, and reports whether it was the same all the time.
func (f Folder) file(ctx context.Context, path string) (item Item, same bool, err error) {
	in, err := openSource(path)
	if err != nil {
		return Item{}, false, err
	}
	defer in.Close() // it was opened for reading
	before, err := in.Stat()
	if err != nil {
		return Item{}, false, err
	}
	if !before.Mode().IsRegular() {
		return Item{}, false, ErrSpecial
	}
	item = Item{Name: filepath.Base(path), Kind: "file", Modified: before.ModTime().UTC()}
	item.Altered, item.Created, item.Accessed = times(in, before)
	err = f.seal(ctx, &item, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
	if err != nil {
		return Item{}, false, err
	}
	return item, item.Size == before.Size() && stayed(path, before, item.Altered), nil
}

// stayed reports whether a path still has the file that was looked at, and as it was.
func stayed(path string, before os.FileInfo, altered time.Time) bool {
	in, err := openSource(path)
	if err != nil {
		return false
	}
	defer in.Close() // it was opened for reading
	now, err := in.Stat()
	if err != nil || !os.SameFile(before, now) || now.Size() != before.Size() || !now.ModTime().Equal(before.ModTime()) {
		return false
	}
	again, _, _ := times(in, now)
	return again.Equal(altered)
}

// Note takes in what a person typed, or what comes from a stream.
func (f Folder) Note(ctx context.Context, name string, r io.Reader) (Item, error) {
	item := Item{Name: name, Kind: "note"}
	err := f.seal(ctx, &item, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
	return item, err
}

// Take takes in a file that comes as a stream, under the name that it is said to have: never a path.
// A stream that breaks off leaves nothing.
func (f Folder) Take(ctx context.Context, name string, r io.Reader) (Item, error) {
	item := Item{Name: name, Kind: "file"}
	err := f.seal(ctx, &item, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
	return item, err
}

// View opens an item into w, which must not be a file that stays. At the end it compares
// the sum: with ErrDamaged what was written is not what was collected.
func (f Folder) View(ctx context.Context, w io.Writer, item Item, ids ...age.Identity) error {
	in, err := f.sealed(item)
	if err != nil {
		return err
	}
	defer in.Close() // it was opened for reading
	return open(ctx, w, in, item, ids)
}

// sealed opens the sealed file of an item for reading.
func (f Folder) sealed(item Item) (*os.File, error) {
	if !validID(item.ID) {
		return nil, ErrDamaged
	}
	return os.Open(filepath.Join(f.Dir, item.File()))
}

func unseal(in io.Reader, ids []age.Identity) (io.Reader, error) {
	r, err := age.Decrypt(in, ids...)
	if none := (*age.NoIdentityMatchError)(nil); errors.As(err, &none) {
		return nil, ErrNone
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return r, nil
}

func open(ctx context.Context, w io.Writer, in io.Reader, item Item, ids []age.Identity) error {
	r, err := unseal(in, ids)
	if err != nil {
		return err
	}
	plain := &counted{ctx: ctx, w: w, sum: sha256.New()}
	if _, err := io.Copy(plain, r); err != nil {
		if stopped := errors.Join(ctx.Err(), plain.err); stopped != nil {
			return stopped
		}
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if plain.n != item.Size || plain.hex() != item.SHA256 {
		return ErrDamaged
	}
	return nil
}

// Check reports whether the sealed file of an item is still the one that was made; it
// needs no key.
func (f Folder) Check(item Item) error {
	if !validID(item.ID) {
		return ErrDamaged
	}
	err := readBack(f.on(), filepath.Join(f.Dir, item.File()), item)
	if errors.Is(err, ErrUnread) {
		return ErrDamaged
	}
	return err
}

// Opens reports whether keys open an item, by the head of its sealed file.
func (f Folder) Opens(item Item, ids ...age.Identity) error {
	in, err := f.sealed(item)
	if err != nil {
		return err
	}
	defer in.Close() // it was opened for reading
	_, err = unseal(in, ids)
	return err
}

// Lies reports whether the sealed file of an item lies where it was put, as long as it was: a glance, which reads
// nothing of it.
func (f Folder) Lies(item Item) bool {
	if !validID(item.ID) {
		return false
	}
	info, err := os.Lstat(filepath.Join(f.Dir, item.File()))
	return err == nil && info.Mode().IsRegular() && info.Size() == item.SealedLen
}

// validID refuses ids that lead elsewhere: they come from a database.
func validID(id string) bool {
	return id != "" && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == ""
}
