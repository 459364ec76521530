package reseal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
)

// contentUpTo is the size up to which a digest of the content is made, as in
// package replace.
const contentUpTo = 256 << 20

// Keys say for whom the new files are, and what opens the old ones.
type Keys struct {
	To   []age.Recipient
	With []age.Identity // open the old files: the former vaults, the likeliest first
	New  []age.Identity // each opens a new file: by that it is known
}

func options() seal.Options {
	return seal.Options{Workers: min(runtime.GOMAXPROCS(0), 4), PlainUpTo: contentUpTo, NoCipher: true} // Check makes it
}

// opensAll reports whether each of New opens a file.
func (k Keys) opensAll(old Old) bool {
	for _, id := range k.New {
		u, err := seal.Unlock(old, old.Size, id)
		if err != nil {
			return false
		}
		u.Forget()
	}
	return true
}

// Verify opens a file with any key that there is.
func (k Keys) Verify(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	s, err := seal.Verify(ctx, r, size, append(append([]age.Identity{}, k.New...), k.With...), seal.Options{PlainUpTo: contentUpTo})
	return digests(s), err
}

func digests(s seal.Sealed) replace.Digests {
	return replace.Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher, Header: s.Header}
}

// rotating seals the content anew, under a new key of its own.
type rotating struct {
	keys Keys
	old  seal.Unlocked
	now  seal.Sealed
}

func (w *rotating) Write(ctx context.Context, dst disk.File) (err error) {
	b := bufio.NewWriterSize(dst, 128<<10)
	if w.now, err = w.old.Reseal(ctx, b, w.keys.To, options()); err != nil {
		return err
	}
	return b.Flush()
}

func (w *rotating) Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	s, err := w.now.CheckSum(ctx, r, size, seal.Options{Workers: options().Workers})
	if err == nil {
		err = w.keys.tried(r, size)
	}
	return digests(s), err
}

// tried is nil if each of the new keys opens a new file.
func (k Keys) tried(r io.ReaderAt, size int64) error {
	if k.opensAll(Old{ReaderAt: r, Size: size}) {
		return nil
	}
	return seal.ErrNoMatch
}

func (w *rotating) Proven() bool { return len(w.keys.New) > 0 }

func (w *rotating) Close() {
	w.old.Forget()
	w.now.Forget()
}

// Rewrap keeps the content as it was sealed, and gives it other recipients. Sealed
// anew is what cannot be rewritten (a file in the text form of age), and what only
// one of Former opens: whoever has that key may know the file's own.
type Rewrap struct {
	Keys

	Former []age.Identity
	// Recorded reports whether the file of this header (seal.Sealed) is on record as
	// sealed for To. Then a file that is not on record is left as it is only if New has
	// a key for each of To. Nil: a file that each of New opens is left as it is.
	Recorded func(path string, header [32]byte) bool
}

// Time says that the content is the old one.
func (r *Rewrap) Time() time.Time { return time.Time{} }

// Open finds the key of the old file.
func (r *Rewrap) Open(_ context.Context, old Old) (Work, error) {
	if r.Recorded == nil && len(r.New) > 0 && r.opensAll(old) {
		return nil, ErrAlready
	}
	u, err := seal.Unlock(old, old.Size, r.With...)
	if err == nil && r.Recorded != nil && r.already(old, u) {
		u.Forget()
		return nil, ErrAlready
	}
	if errors.Is(err, seal.ErrNoMatch) && len(r.Former) > 0 {
		if u, err = seal.Unlock(old, old.Size, r.Former...); err == nil {
			return &rotating{keys: r.Keys, old: u}, nil
		}
	}
	if err != nil {
		return nil, err
	}
	w, err := u.Rewrap(r.To)
	if errors.Is(err, seal.ErrArmored) {
		return &rotating{keys: r.Keys, old: u}, nil
	}
	if err != nil {
		u.Forget()
		return nil, err
	}
	return &rewrapping{keys: r.Keys, old: old, unlocked: u, now: w}, nil
}

// already reports whether a file is sealed for To and nobody else.
func (r *Rewrap) already(old Old, u seal.Unlocked) bool {
	return r.Recorded(old.Path, u.Header()) || u.Recipients() == len(r.To) && len(r.New) == len(r.To) && r.opensAll(old)
}

type rewrapping struct {
	keys     Keys
	old      Old
	unlocked seal.Unlocked
	now      seal.Rewrapped

	reading sync.WaitGroup // the old file, while the system copies it
	stop    context.CancelFunc
	is      seal.Expected
	err     error
}

// pieces let a user who cancels get between.
const pieces = 64 << 20

func (w *rewrapping) Write(ctx context.Context, dst disk.File) error {
	reading, stop := context.WithCancel(ctx)
	w.stop = stop
	w.reading.Go(func() { w.is, w.err = w.now.Expect(reading) })
	if _, err := dst.Write(w.now.Header); err != nil {
		return err
	}
	for off := w.now.From; off < w.old.Size; off += pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(pieces, w.old.Size-off)
		if err := dst.CopyFrom(w.old.File, off, n); err != nil {
			return err
		}
	}
	return nil
}

func (w *rewrapping) Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	s, err := w.now.Check(ctx, r, size, func() (seal.Expected, error) {
		w.reading.Wait()
		return w.is, w.err
	})
	if err == nil {
		err = w.keys.tried(r, size)
	}
	return digests(s), err
}

func (w *rewrapping) Proven() bool { return len(w.keys.New) > 0 }

func (w *rewrapping) Close() {
	if w.stop != nil {
		w.stop()
	}
	w.reading.Wait()
	w.unlocked.Forget()
}

// Renew puts new content in the place of the old, which need not open.
type Renew struct {
	Keys

	At     time.Time                     // when it was changed
	Source func() (io.ReadCloser, error) // asked again if the file has to be tried twice
}

// Time is when the content was changed.
func (r *Renew) Time() time.Time { return r.At }

// Open opens the new content.
func (r *Renew) Open(context.Context, Old) (Work, error) {
	src, err := r.Source()
	if err != nil {
		return nil, err
	}
	return &renewing{keys: r.Keys, src: src}, nil
}

type renewing struct {
	keys Keys
	src  io.ReadCloser
	now  seal.Sealed
}

func (w *renewing) Write(ctx context.Context, dst disk.File) (err error) {
	b := bufio.NewWriterSize(dst, 128<<10)
	if w.now, err = seal.Seal(ctx, b, w.src, w.keys.To, options()); err != nil {
		return err
	}
	return b.Flush()
}

func (w *renewing) Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	s, err := w.now.CheckSum(ctx, r, size, seal.Options{Workers: options().Workers})
	if err == nil {
		err = w.keys.tried(r, size)
	}
	return digests(s), err
}

func (w *renewing) Proven() bool { return len(w.keys.New) > 0 }

func (w *renewing) Close() {
	_ = w.src.Close() // was only read
	w.now.Forget()
}
