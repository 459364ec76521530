// Package reseal puts a new sealed file in the place of an old one of the same
// name, so that nothing is ever lost. There are two ways:
//
//	Rewrap   the same content for other recipients: byte for byte as it was sealed,
//	         for one more or for a new recovery sheet; under a new key of its own
//	         where only a former key opens it, since somebody who left may have that
//	Renew    new content: what was edited
//
// At every moment the name is there with a whole file behind it, the old one or the
// new one; the new one was flushed to the disk, read back from there and compared
// before it took the name. A power cut, a kill, a full disk or a disk error at any
// point leaves it so, and one more Run finishes the work.
//
// How, for the files of one folder, in batches of at most 128 files or 64 MiB:
//
//  1. Open without following links; take a lease, so that the system tells when
//     another program wants the file.
//  2. Make a temporary file of a short name in the same folder, nobody else's to
//     read; reserve the room.
//  3. Write the new file into it, in one pass. Content goes from the old file to the
//     new one through memory: it never touches the disk readable. Give it the old
//     one's mode, owner and times.
//  4. Flush it. If that fails it is thrown away: never flushed twice.
//  5. Read it back from the disk and compare. Content that is sealed anew is held
//     to what was opened, by its digest.
//  6. Swap it for the old file, if that is still what it was.
//  7. Flush the folder, once for the batch.
//  8. Record, in the caller's journal.
//
// No journal is asked after a crash. Temporary files of ours are removed, since one
// is never the only copy; a file that has the new recipients is known by its header,
// and skipped. Where the crash came before the record (Options.Known says so), the
// file is opened to its end, and recorded.
//
// Fresh is Renew for a file that is not there yet, and replaces none.
//
// What stood on the disk before stays there as what the system leaves of a removed
// file, and in backups: sealed, for those who could open it then.
package reseal

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
)

// Way makes the new file of the old one. Several goroutines use it.
type Way interface {
	// Open finds the key of the old file. ErrAlready: it is as the new one would be.
	// The errors of package seal tell the rest.
	Open(ctx context.Context, old Old) (Work, error)
	// Verify opens a file that is ErrAlready to its end.
	Verify(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error)
	// Time is when the new content was made; zero: it is the old content.
	Time() time.Time
}

// Work is one file that a Way has opened.
type Work interface {
	// Write writes the new file.
	Write(ctx context.Context, dst disk.File) error
	// Check holds what lies on the disk to what was written.
	Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error)
	// Proven reports whether Check opened the new file with one of the real keys too.
	Proven() bool
	// Close forgets the keys.
	Close()
}

// Old is the file that is to be replaced.
type Old struct {
	io.ReaderAt // stops when the user does, or when another program wants the file

	File disk.File
	Size int64
	Path string
}

// ErrAlready is what Open gives for a file that needs no change.
var ErrAlready = errors.New("it is so already")

// Outcome is what became of a file.
type Outcome uint8

// The outcomes.
const (
	Done    Outcome = iota + 1 // the new file has taken the name
	Already                    // the old one was as the new one would be
	Skipped                    // the old one stays
)

// Result is what became of one file. A Done file may have a reason too: it may not
// be durable, or not be recorded. One more run sees to that.
type Result struct {
	Path    string
	Outcome Outcome
	Reason  replace.Reason
	Digests replace.Digests // of the new file; Rewrap does not know Size and Plain
	Missed  disk.Missed
	Err     error // what the system said, or nil
}

// Record is what is to be remembered of a file that was sealed anew.
type Record struct {
	Path    string
	Digests replace.Digests
	Was     disk.ID // the old file
	Missed  disk.Missed
	Proven  bool // opened with a real key, not only with the file's own
}

// Options of a run. FS and Way are needed.
type Options struct {
	FS      disk.System
	Way     Way
	Workers int // files at once; 0: eight; 1: one after the other, in order
	Batch   int // files of a batch; 0: 128

	// Was is what the file is to be still; only for Renew.
	Was *disk.ID
	// Known reports whether a file that is Already is recorded so. Nil: all are.
	Known func(path string) bool
	// Record is called once for each batch, when its files are durable. If it fails
	// the run ends.
	Record func(ctx context.Context, batch []Record) error
	// Done is called for each file, by one goroutine at a time.
	Done func(Result)
	// Bytes is told how many bytes more were read, by several goroutines at once.
	Bytes func(n int64)
	// Name gives the random part of a temporary name. Nil: from the system.
	Name func() string
}

// Totals counts the outcomes. What is in none of them was not reached.
type Totals struct {
	Files, Done, Already, Skipped int
	Bytes                         int64 // of the new files
}

// Run goes through sealed files. It ends early when ctx is done, when Record fails
// or when a disk is full (replace.FullError); what was done by then stays so. All
// that concerns one file is in its Result, not in the error. The paths are taken as
// they are; those of one folder are best given together.
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
	if res.Outcome == Skipped && (res.Reason == replace.InUse || res.Reason == replace.Changed) && r.Later(res.Path) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals.Files++
	switch res.Outcome {
	case Done:
		r.totals.Done++
		r.totals.Bytes += res.Digests.SealedSize
	case Already:
		r.totals.Already++
	case Skipped:
		r.totals.Skipped++
	}
	if r.Options.Done != nil {
		r.Options.Done(res)
	}
}

// cause puts an error on the list of reasons.
func cause(err error) replace.Reason {
	switch {
	case errors.Is(err, inplace.ErrUnproven):
		return replace.Unproven
	case errors.Is(err, seal.ErrNoMatch):
		return replace.NoKey
	case errors.Is(err, seal.ErrIdentity):
		return replace.KeyFailed
	case errors.Is(err, seal.ErrNotSealed):
		return replace.NotSealed
	case errors.Is(err, seal.ErrTruncated):
		return replace.CutOff
	case errors.Is(err, seal.ErrDamaged):
		return replace.Damaged
	}
	return replace.Cause(err)
}
