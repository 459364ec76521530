// Package replace puts sealed files in the place of readable ones, so that nothing
// is ever lost. At every moment, for every file, there is on the disk either
//
//   - the untouched original, or
//   - its sealed copy under its final name, flushed to the disk, read back from
//     there and compared,
//
// or both. A power cut, a kill, a full disk or a disk error at any point leaves it
// so, and one more Run finishes the work.
//
// How, for the files of one folder, in batches of at most 128 files or 64 MiB:
//
//  1. Open without following links; look whether policy lets it be sealed; take a
//     lease, so that the system tells when another program wants it.
//  2. Make a temporary file of a short name in the same folder, nobody else's to
//     read; reserve the room.
//  3. Seal into it, in one pass. Give it the original's mode, owner and times.
//  4. Flush it. If that fails it is thrown away: never flushed twice.
//  5. Read it back from the disk and compare; look whether the original changed.
//  6. Give it its final name, which must be free.
//  7. Flush the folder, once for the batch.
//  8. Record, in the caller's journal.
//  9. Look at each original again, and only then remove it.
//
// After a crash no journal is asked: temporary files of ours are removed, since one
// is never the only copy. Where X and X.age are both there, X.age is flushed,
// opened and compared with X: X goes if they are the same, both stay if not. That
// needs the key; without it both stay.
//
// Removing is what the system calls so: a copy may stay behind on the disk itself,
// in snapshots and in backups.
package replace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"custode/encrypt/disk"
	"custode/encrypt/seal"
)

// Digests says what was sealed and what it became.
type Digests struct {
	Size, SealedSize int64
	Plain, Cipher    [32]byte // SHA-256; Plain is all zero where none was made
	Header           [32]byte // SHA-256 of what holds the file's own key: see seal.Sealed
}

// Sealer makes and opens sealed files. Several goroutines use it.
type Sealer interface {
	// Seal writes src, sealed, to dst in one pass. It may leave Plain out.
	Seal(ctx context.Context, dst io.Writer, src io.Reader) (Proof, error)
	// Verify opens a sealed file to its end without writing what it holds, and
	// gives all the digests. ErrNeedsKey where no key is at hand.
	Verify(ctx context.Context, r io.ReaderAt, size int64) (Digests, error)
	// Sealed tells a sealed file by its first bytes.
	Sealed(head []byte) bool
}

// AtOnce is a Sealer that can check what it seals while it seals more.
type AtOnce interface {
	// SealChecked is Seal, t.Flush and Check. Where they fail nothing is proven: by
	// ErrUnproven if what came back is not what was sealed.
	SealChecked(ctx context.Context, t seal.Target, src io.Reader) (Proof, Digests, error)
}

// ErrUnproven is what an AtOnce gives beside the error of its Check.
var ErrUnproven = errUnproven

// Proof knows what was sealed, and can tell whether it arrived.
type Proof interface {
	// Check opens what lies on the disk and compares it with what was sealed.
	Check(ctx context.Context, r io.ReaderAt, size int64) (Digests, error)
	// Same reads src to its end and reports whether it is what was sealed.
	Same(ctx context.Context, src io.Reader) (bool, error)
}

// ErrNeedsKey is what Verify gives while no key is at hand.
var ErrNeedsKey = errors.New("needs the key")

// Record is what is to be remembered of a file before its original is removed.
type Record struct {
	Path, Sealed string
	Digests      Digests
	Was          disk.ID     // the original
	Missed       disk.Missed // what of its metadata could not be kept
}

// of is the size that the file had from which it was made.
func (d Digests) of(r *run) int64 {
	if r.Opener != nil {
		return d.SealedSize
	}
	return d.Size
}

// Options of a run. FS and Sealer, or Opener, are needed.
type Options struct {
	FS      disk.System
	Sealer  Sealer
	Opener  Opener // go the other way
	Keep    bool   // seal, and leave the originals
	Number  bool   // where another X.age is there: seal to "X (2).age" instead of leaving X
	Workers int    // files sealed at once; 0: eight; 1: one after the other, in order
	Batch   int    // files of a batch, which are open and held until it is finished; 0: 128

	// Known tells, without the key, whether a sealed file that has this SHA-256 was
	// proven to hold a content of that SHA-256. It is asked where X and X.age are both
	// there and Verify says ErrNeedsKey. Nil: never.
	Known func(sealed string, cipher, plain [32]byte) bool
	// Record is called once for each batch, when its files are durable and before
	// an original goes. If it fails the originals stay and the run ends.
	Record func(ctx context.Context, batch []Record) error
	// Done is called for each file, by one goroutine at a time.
	Done func(Result)
	// Bytes is told how many bytes more were read, by several goroutines at once.
	Bytes func(n int64)
	// Name gives the random part of a temporary name, eight of a-z and 2-7. Nil:
	// from the system's random numbers.
	Name func() string
}

// Totals counts the outcomes. What is in none of them was not reached.
type Totals struct {
	Files, Sealed, Kept, Skipped int
	Bytes                        int64 // of the files in Sealed and Kept
}

// FullError says that a disk has no room even for one file alone.
type FullError struct {
	Path       string // the file
	Need, Free int64  // bytes
	Err        error
}

func (e *FullError) Error() string {
	return fmt.Sprintf("%s: needs %d bytes, %d are free: %v", e.Path, e.Need, e.Free, e.Err)
}

// Unwrap gives the disk's own error.
func (e *FullError) Unwrap() error { return e.Err }

// Run seals files in place. It ends early when ctx is done, when Record fails or
// when a disk is full (FullError); what was sealed by then stays so. All that
// concerns one file is in its Result, not in the error. The paths are taken as they
// are; those of one folder are best given together. A temporary file that an earlier
// run left is removed, and no Result tells of it.
func Run(ctx context.Context, files []string, o Options) (Totals, error) {
	if o.Workers <= 0 {
		o.Workers = 8
	}
	if o.Batch <= 0 {
		o.Batch = 128
	}
	if o.Name == nil {
		o.Name = RandomName
	}
	r := &run{Options: o}
	todo := files
	for pass := range 2 {
		r.last = pass == 1
		for _, g := range ByFolder(todo) {
			if r.stopped(ctx) != nil {
				break
			}
			r.folder(ctx, g)
		}
		r.finishing.Wait()
		todo, r.later = r.later, nil
		if len(todo) == 0 || r.stopped(ctx) != nil {
			break
		}
	}
	if pending := todo; !r.last {
		for _, path := range pending { // given up before they were tried again
			r.report(Result{Path: path, Outcome: Skipped, Reason: Cancelled})
		}
	}
	return r.totals, r.stopped(ctx)
}

type run struct {
	Options

	last      bool           // the second pass: what is still in use is reported
	live      sync.Map       // our temporary names that are not yet published
	finishing sync.WaitGroup // the batch before, while the next one is sealed

	mu     sync.Mutex
	totals Totals
	later  []string // in use or changing: tried once more at the end
	stop   error
}

func (r *run) stopped(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop != nil {
		return r.stop
	}
	return ctx.Err()
}

func (r *run) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == nil {
		r.stop = err
	}
}

// report counts a result and hands it on, or puts the file off to the second pass.
func (r *run) report(res Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.last && res.Outcome == Skipped && (res.Reason == InUse || res.Reason == Changed) {
		r.later = append(r.later, res.Path)
		return
	}
	r.totals.Files++
	switch res.Outcome {
	case Sealed:
		r.totals.Sealed++
	case Kept:
		r.totals.Kept++
	case Skipped:
		r.totals.Skipped++
	}
	if res.Outcome != Skipped {
		r.totals.Bytes += res.Digests.Size
	}
	if r.Done != nil {
		r.Done(res)
	}
}

// Group is what is to be done in one folder.
type Group struct {
	Dir   string
	Names []string
}

// ByFolder keeps the order in which folders and files first come.
func ByFolder(files []string) []*Group {
	var out []*Group
	at := map[string]*Group{}
	seen := map[string]bool{}
	for _, path := range files {
		path = filepath.Clean(path)
		if seen[path] {
			continue
		}
		seen[path] = true
		dir, name := filepath.Split(path)
		if dir = filepath.Clean(dir); at[dir] == nil {
			at[dir] = &Group{Dir: dir}
			out = append(out, at[dir])
		}
		at[dir].Names = append(at[dir].Names, name)
	}
	return out
}
