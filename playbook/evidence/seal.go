package evidence

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

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
	disk := f.on()
	if err := disk.MakeDir(f.Dir); err != nil {
		return err
	}
	disk.Sweep(f.Dir, f.Now())
	item.ID = f.Now().UTC().Format("20060102-150405-") + strings.ToLower(rand.Text()[:10])
	item.Collected = f.Now().UTC()
	tmp, final := filepath.Join(f.Dir, temporary+item.ID), filepath.Join(f.Dir, item.File())
	named := false
	defer func() {
		if err == nil {
			return
		}
		if gone := disk.Remove(tmp); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		if !named {
			return
		}
		if gone := disk.Remove(final); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	if err := f.write(ctx, tmp, item, fill); err != nil {
		return err
	}
	if err := readBack(disk, tmp, *item); err != nil {
		return err
	}
	if named, err = publish(disk, tmp, final); err != nil {
		return err
	}
	return disk.SyncDir(f.Dir)
}

// write makes the temporary file, flushed to the disk, and notes sums and sizes.
func (f Folder) write(ctx context.Context, tmp string, item *Item, fill func(io.Writer) error) (err error) {
	out, err := f.on().Create(tmp)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sealed := &counted{ctx: ctx, w: out, sum: sha256.New()}
	w, err := age.Encrypt(sealed, f.To...)
	if err != nil {
		return err
	}
	plain := &counted{ctx: ctx, w: w, sum: sha256.New()}
	if err := fill(plain); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	item.Size, item.SHA256, item.SealedLen, item.Sealed = plain.n, plain.hex(), sealed.n, sealed.hex()
	return out.Sync()
}

// readBack compares what lies on the disk with what was written.
func readBack(disk disk, path string, item Item) (err error) {
	in, err := disk.OpenAgain(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	sum := sha256.New()
	n, err := io.Copy(sum, in)
	if err != nil {
		return err
	}
	if n != item.SealedLen || hex.EncodeToString(sum.Sum(nil)) != item.Sealed {
		return ErrUnread
	}
	return nil
}

// publish gives a finished file its name, and takes no other's place. Named is true where
// the name may be that of this file.
func publish(disk disk, tmp, to string) (named bool, err error) {
	err = disk.Link(tmp, to)
	switch {
	case err == nil, disk.Same(tmp, to): // or it was done, and only the answer got lost
		_ = disk.Remove(tmp) // a second name of the item, that goes later
		return true, nil
	case errors.Is(err, fs.ErrExist), disk.Exists(to):
		return false, fs.ErrExist
	}
	// No hard links here: names are random, nobody takes this one meanwhile.
	return true, disk.Rename(tmp, to)
}
