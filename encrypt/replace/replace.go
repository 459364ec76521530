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
//     (Of a very large file what has arrived on the disk is read back while more of
//     it is sealed: past the memory of the system, before the flush of 4 is over.
//     Nothing counts as compared unless that flush succeeds.)
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
	"io"
	"sync"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
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
var ErrUnproven = inplace.ErrUnproven

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

// Found is an original and a sealed file that lie side by side.
type Found struct {
	Sealed        string
	Cipher, Plain [32]byte // SHA-256 of both, as they are now
	Was           disk.ID  // the original
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

	// Linked tells of a file of several names whether all of them are sealed, each in a
	// run of its own. Nil: never, so that HardLinks rules it out.
	Linked func(who disk.ID) bool
	// Promise is called once for each batch, when its files are sealed and proven and
	// before one of them has its name: what it remembers durably lets Known settle,
	// without a key, what a run left that is killed from here on. If it fails nothing
	// is published and the run ends. May be nil.
	Promise func(ctx context.Context, batch []Record) error
	// Known tells, without the key, whether a sealed file was proven to hold what the
	// original holds, by Promise or Record, and gives its digests. It is asked where X
	// and X.age are both there and Verify says ErrNeedsKey. Nil: never.
	Known func(ctx context.Context, found Found) (Digests, bool)
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
type FullError = inplace.FullError

// NoDriveError says that a drive is gone in the middle of a run.
type NoDriveError = inplace.NoDriveError

// Run seals files in place. It ends early when ctx is done, when Record fails,
// when a disk is full (FullError) or gone (NoDriveError); what was sealed by then stays so. All that
// concerns one file is in its Result, not in the error. The paths are taken as they
// are; those of one folder are best given together. A temporary file that an earlier
// run left is removed, and no Result tells of it.
func Run(ctx context.Context, files []string, o Options) (Totals, error) {
	r := &run{Options: o, Engine: inplace.New(inplace.Options{FS: o.FS, Workers: o.Workers, Batch: o.Batch, Name: o.Name, Bytes: o.Bytes})}
	err := inplace.Run(ctx, r.Engine, r, files)
	return r.totals, err
}

// run is one Run: what package inplace is told of it.
type run struct {
	*inplace.Engine
	Options

	mu     sync.Mutex
	totals Totals
}

// report counts a result and hands it on, or puts the file off to the second pass.
func (r *run) report(res Result) {
	if res.Outcome == Skipped && (res.Reason == InUse || res.Reason == Changed) && r.Later(res.Path) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
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
