// Package evidence keeps what an incident leaves: a file, a photo, a screenshot, a folder,
// a note. What is collected is read once, summed (SHA-256) and sealed with age as it is
// read; nothing readable of it is ever written. The original is not touched.
//
// An item is one file ID.age in the evidence folder, made whole or not at all: a temporary
// file is sealed, flushed, read again and compared with what was written, and only then
// gets its name. What became of an item afterwards (viewed, exported, handed over) are
// events of the run, see package playbook.
package evidence

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"custode/internal/safefile"
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
	Modified  time.Time `json:"modified_at,omitzero"`  // of the original
	Collected time.Time `json:"collected_at,omitzero"` // when it was read
	Changed   bool      `json:"changed,omitempty"`     // it changed while it was read, three times over
	Unread    []string  `json:"unread,omitempty"`      // of a folder: what could not be read, or is no file
}

// File is the name of the sealed file within the evidence folder.
func (i Item) File() string { return i.ID + ".age" }

// Folder is where evidence lies and to whom it is sealed.
type Folder struct {
	Dir string          // made if it is not there, for its owner alone
	To  []age.Recipient // the vault and the recovery sheet
	Now func() time.Time
}

// temporary begins the names of files that are being written.
const temporary = ".custode-evidence-"

// tries is how often a file is read that changes meanwhile.
const tries = 3

// Collect takes a file or a folder in. A link is followed. A file that changes while it is
// read is read again, at last it is kept as it was read and marked.
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
	for n := 1; ; n++ {
		item, same, err := f.file(ctx, path)
		if err != nil {
			return Item{}, err
		}
		if same {
			return item, nil
		}
		if n == tries {
			item.Changed = true
			return item, nil
		}
		if err := os.Remove(filepath.Join(f.Dir, item.File())); err != nil {
			return Item{}, err
		}
	}
}

// file takes one file in, and reports whether it was the same all the time.
func (f Folder) file(ctx context.Context, path string) (item Item, same bool, err error) {
	in, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe in its place would wait for ever
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
	err = f.seal(ctx, &item, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
	if err != nil {
		return Item{}, false, err
	}
	after, err := os.Stat(path)
	same = err == nil && os.SameFile(before, after) && after.Size() == before.Size() && after.ModTime().Equal(before.ModTime()) && item.Size == before.Size()
	return item, same, nil
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

// counted counts and sums what goes through it, and stops when the work is cancelled.
type counted struct {
	ctx context.Context //nolint:containedctx // it lives as long as one copy
	w   io.Writer
	sum hash.Hash
	n   int64
	err error // of writing
}

func (c *counted) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.w.Write(b)
	c.sum.Write(b[:n])
	c.n += int64(n)
	c.err = err
	return n, err
}

func (c *counted) hex() string { return hex.EncodeToString(c.sum.Sum(nil)) }

// seal writes an item: what fill gives, sealed on the way. Whatever fails, there is no
// file of it.
func (f Folder) seal(ctx context.Context, item *Item, fill func(io.Writer) error) (err error) {
	if len(f.To) == 0 {
		return ErrNone
	}
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	f.sweep()
	item.ID = f.Now().UTC().Format("20060102-150405-") + strings.ToLower(rand.Text()[:10])
	item.Collected = f.Now().UTC()
	tmp := filepath.Join(f.Dir, temporary+item.ID)
	out, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, ignoreClosed(out.Close()))
		if err != nil {
			if gone := os.Remove(tmp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}()
	sealed := &counted{ctx: ctx, w: out, sum: sha256.New()}
	w, err := age.Encrypt(sealed, f.To...)
	if err != nil {
		return err
	}
	plain := &counted{ctx: ctx, w: w, sum: sha256.New()}
	if err := errors.Join(fill(plain), w.Close(), out.Sync()); err != nil {
		return err
	}
	item.Size, item.SHA256, item.SealedLen, item.Sealed = plain.n, plain.hex(), sealed.n, sealed.hex()
	if err := readBack(out, *item); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := publish(tmp, filepath.Join(f.Dir, item.File())); err != nil {
		return err
	}
	return safefile.SyncDir(f.Dir)
}

// readBack compares what lies on the disk with what was written.
func readBack(f *os.File, item Item) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return err
	}
	if n != item.SealedLen || hex.EncodeToString(sum.Sum(nil)) != item.Sealed {
		return ErrUnread
	}
	return nil
}

// publish gives a finished file its name, and takes no other's place.
func publish(tmp, to string) error {
	err := os.Link(tmp, to)
	switch {
	case err == nil:
		return os.Remove(tmp)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	if _, err := os.Lstat(to); err == nil { // no hard links here: names are random, nobody takes this one meanwhile
		return fs.ErrExist
	}
	return os.Rename(tmp, to)
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// leftover is how old a temporary file is of which nobody writes any more.
const leftover = 24 * time.Hour

// sweep removes what a killed custode left over.
func (f Folder) sweep() {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return // the writing will say it
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), temporary) && f.Now().Sub(info.ModTime()) > leftover {
			_ = os.Remove(filepath.Join(f.Dir, e.Name())) // it is sealed, and is tried again the next time
		}
	}
}

// View opens an item into w, which must not be a file that stays. At the end it compares
// the sum: with ErrDamaged what was written is not what was collected.
func (f Folder) View(ctx context.Context, w io.Writer, item Item, ids ...age.Identity) error {
	if !validID(item.ID) {
		return ErrDamaged
	}
	in, err := os.Open(filepath.Join(f.Dir, item.File()))
	if err != nil {
		return err
	}
	defer in.Close() // it was opened for reading
	return open(ctx, w, in, item, ids)
}

func open(ctx context.Context, w io.Writer, in io.Reader, item Item, ids []age.Identity) error {
	r, err := age.Decrypt(in, ids...)
	if none := (*age.NoIdentityMatchError)(nil); errors.As(err, &none) {
		return ErrNone
	} else if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
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
	in, err := os.Open(filepath.Join(f.Dir, item.File()))
	if err != nil {
		return err
	}
	defer in.Close() // it was opened for reading
	if err := readBack(in, item); errors.Is(err, ErrUnread) {
		return ErrDamaged
	} else if err != nil {
		return err
	}
	return nil
}

// validID refuses ids that lead elsewhere: they come from a database.
func validID(id string) bool {
	return id != "" && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == ""
}
