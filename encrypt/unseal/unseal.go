// Package unseal puts readable files in the place of sealed ones, so that nothing is
// ever lost and nothing is released that is not authentic. At every moment, for
// every file, there is on the disk either
//
//   - the untouched sealed file, or
//   - what it holds under its own name, flushed to the disk, read back from there
//     and compared,
//
// or both. It is package replace the other way: the same sequence, and the same
// tests cut its power. X.age is opened into a temporary file of the same folder; if
// any of it is not as it was sealed, that file goes, and X.age stays. X must not be
// there. If it is and holds the same, an earlier run came so far: X is flushed, and
// X.age goes. If it holds something else, both stay (Options.Number: X.age becomes
// "X (2)").
//
// [Write] opens one file to somewhere else, [Print] to a stream; the sealed file
// stays. [Salvage] gives what is authentic of a broken one.
package unseal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
)

// Outcome is what became of a sealed file.
type Outcome uint8

// The outcomes.
const (
	Opened  Outcome = iota + 1 // the readable file is proven, the sealed one is gone
	Kept                       // a readable file is there, and so is the sealed one
	Skipped                    // nothing was done to it
)

// Result is what became of one file.
type Result struct {
	Sealed  string
	Path    string // the readable file, if there is one
	Outcome Outcome
	Reason  replace.Reason // "" when opened
	Digests replace.Digests
	Missed  disk.Missed
	Err     error // what the system said, or nil
}

// Record is what is to be remembered of a file before its sealed form is removed.
type Record struct {
	Sealed, Path string
	Digests      replace.Digests
	Missed       disk.Missed
}

// Original is what somebody remembers of the readable file.
type Original struct {
	Name  string      // "" if it is that of the sealed file without .age
	Mode  fs.FileMode // 0: not known
	MTime time.Time   // zero: not known
}

// Options of a run. FS and With are needed.
type Options struct {
	FS      disk.System
	With    []age.Identity // what opens the files: asked in this order
	Number  bool           // where another X is there: open to "X (2)"
	Workers int            // files opened at once; 0: eight; 1: one after the other, in order
	Batch   int            // files of a batch; 0: 128

	// Original tells what a sealed file was. Nil, or false: nobody knows. It is
	// asked often, by several goroutines.
	Original func(sealed string) (Original, bool)
	// Record is called once for each batch, when its files are durable and before a
	// sealed one goes. If it fails they stay and the run ends.
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
	Files, Opened, Kept, Skipped int
	Bytes                        int64 // of the files in Opened and Kept
}

// Run opens files in place. It ends early when ctx is done, when Record fails or
// when a disk is full (replace.FullError); what was done by then stays so. All that
// concerns one file is in its Result, not in the error.
func Run(ctx context.Context, files []string, o Options) (Totals, error) {
	way := replace.Options{
		FS: o.FS, Opener: opener{o.With, o.Original}, Number: o.Number, Workers: o.Workers, Batch: o.Batch,
		Bytes: o.Bytes, Name: o.Name,
	}
	if o.Record != nil {
		way.Record = func(ctx context.Context, batch []replace.Record) error {
			out := make([]Record, len(batch))
			for i, r := range batch {
				out[i] = Record{Sealed: r.Path, Path: r.Sealed, Digests: r.Digests, Missed: r.Missed}
			}
			return o.Record(ctx, out)
		}
	}
	if o.Done != nil {
		way.Done = func(r replace.Result) {
			o.Done(Result{
				Sealed: r.Path, Path: r.Sealed, Outcome: Outcome(r.Outcome), Reason: r.Reason,
				Digests: r.Digests, Missed: r.Missed, Err: r.Err,
			})
		}
	}
	t, err := replace.Run(ctx, files, way)
	return Totals{Files: t.Files, Opened: t.Sealed, Kept: t.Kept, Skipped: t.Skipped, Bytes: t.Bytes}, err
}

// opener is how replace opens age files.
type opener struct {
	with     []age.Identity
	original func(string) (Original, bool)
}

// proof knows what was read out of a sealed file.
type proof struct{ d replace.Digests }

func digests(s seal.Sealed) replace.Digests {
	return replace.Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher, Header: s.Header}
}

// Open opens on all cores.
func (o opener) Open(ctx context.Context, dst io.Writer, src io.Reader) (replace.Proof, error) {
	s, err := seal.Decrypt(ctx, dst, src, o.with, seal.Options{})
	if err != nil {
		return nil, err
	}
	return proof{digests(s)}, nil
}

func (o opener) Verify(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	s, err := seal.Verify(ctx, r, size, o.with, seal.Options{})
	return digests(s), err
}

func (opener) Sealed(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n") // age allows it before its armor
	return replace.Age{}.Sealed(head)
}

// Check reads what arrived on the disk.
func (p proof) Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	got, err := replace.Sum(ctx, r, size)
	if err == nil && (size != p.d.Size || got != p.d.Plain) {
		err = errors.New("not what was written")
	}
	return p.d, err
}

// Same tells whether src is the sealed file.
func (p proof) Same(ctx context.Context, src io.Reader) (bool, error) {
	got, err := replace.SumOf(ctx, src)
	return got == p.d.Cipher, err
}

func (o opener) remembered(path string) (Original, bool) {
	if o.original == nil {
		return Original{}, false
	}
	return o.original(path)
}

// Names gives the name that it had, and the one it has without .age.
func (o opener) Names(path string) (out []string) {
	if was, ok := o.remembered(path); ok && proper(was.Name) {
		out = append(out, was.Name)
	}
	if name := Name(filepath.Base(path)); name != "" && (len(out) == 0 || out[0] != name) {
		out = append(out, name)
	}
	return out
}

func (o opener) Called(path string) string {
	was, _ := o.remembered(path)
	return was.Name
}

// Name is the name of the readable file: without .age. "" where there is none.
func Name(sealed string) string {
	ext := filepath.Ext(sealed)
	name := strings.TrimSuffix(sealed, ext)
	if !strings.EqualFold(ext, ".age") || !proper(name) {
		return ""
	}
	return name
}

// proper tells a name that stays in its folder.
func proper(name string) bool {
	return name != "" && name != "." && name != ".." && filepath.Base(name) == name && !strings.ContainsAny(name, "/\x00")
}

func (o opener) Was(path string) (fs.FileMode, int64, bool) {
	was, ok := o.remembered(path)
	if !ok || was.Mode == 0 || was.MTime.IsZero() {
		return 0, 0, false
	}
	return was.Mode, was.MTime.UnixNano(), true
}

func (opener) Reason(err error) replace.Reason { return Reason(err) }

// Reason sorts what package seal says; "" for all else.
func Reason(err error) replace.Reason {
	switch {
	case errors.Is(err, seal.ErrIdentity):
		return replace.KeyFailed
	case errors.Is(err, seal.ErrNoMatch):
		return replace.NoKey
	case errors.Is(err, seal.ErrTruncated):
		return replace.CutOff
	case errors.Is(err, seal.ErrDamaged):
		return replace.Damaged
	case errors.Is(err, seal.ErrNotSealed):
		return replace.NotSealed
	}
	return ""
}
