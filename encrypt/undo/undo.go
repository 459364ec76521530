// Package undo changes the content of readable files, or removes files, and keeps
// of each a sealed copy as it was, from which it can be brought back for some days.
// At every moment there is, for every file, on the disk
//
//   - the untouched file, or
//   - the changed one, or none, and a sealed copy of the old one in the folder of
//     copies: flushed, read back, compared, and known to the caller (Record).
//
// A power cut, a kill, a full disk or a disk error at any point leaves it so.
//
// How, for one file:
//
//  1. Open it without following links, take a lease, and look whether it is still
//     what it was when it was read, by its times and by its digest.
//  2. Seal it to a temporary file in the folder of copies, flush that, read it back
//     from the disk and compare. (A file that is sealed already is copied as it is,
//     which needs no key.) Give it its name, flush the folder.
//  3. Record it, in the caller's database and journal. Nothing has changed until here.
//  4. Write the new content to a temporary file in the file's own folder, nobody
//     else's to read, with the old one's mode and owner; flush it, read it back and
//     compare; swap it for the old one, if that is still what it was; flush the
//     folder. Package reseal does it. Or: look at the file again, and remove it.
//
// If 4 fails, and the file is untouched, the copy goes again, and Options.Forget is
// told before.
//
// What a kill leaves. Between 2 and 3 there is a copy that nobody knows. The file is
// untouched then; but that the database does not know a copy may also mean that it
// was put back to what it was yesterday, and then the copy may be the only one. So a
// copy is never removed because it is unknown. Its name says until when it is kept,
// and of which content of which file it is (Options.Tag, a keyed digest): it goes
// when its day has come, like any other; or when the same file, still with the same
// content, has got another copy that is known. Between 3 and 4 there is a copy of
// what lies there untouched: bringing it back does nothing, and says so.
//
// A copy is for those who can open the other sealed files. That a copy has gone, or
// the old content of a file, means what removing means on that disk: on a solid
// state drive, in snapshots and in backups it may stay for a while.
package undo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
)

// Change is what is to become of one file.
type Change struct {
	Path   string
	Was    disk.ID  // as it was when it was read
	Before [32]byte // SHA-256 of what it held then
	Sealed bool     // it is a sealed file: its copy is the same
	// Make writes the new content, reading the old. Nil: the file is removed.
	Make func(dst io.Writer, src io.Reader) error
	At   time.Time // when it was changed
}

// Copy is the sealed copy of a file.
type Copy struct {
	Name       string   // in the folder of copies
	Digest     [32]byte // SHA-256 of the copy
	Size       int64    // of the content
	SealedSize int64
}

// Options of a run. All but Name, Known and Forget are needed.
type Options struct {
	FS     disk.System
	Dir    string // the folder of copies
	Sealer replace.Sealer
	Tag    string // of eight bytes in hex: see CopyName
	Until  string // the last day of the copy, 2006-01-02
	// Record is called when the copy is durable, and before the file is touched: what
	// it remembers durably lets Restore bring the file back.
	Record func(ctx context.Context, c Copy) error
	// Forget is called for a recorded copy that is to go, since the file is untouched.
	Forget func(ctx context.Context) error
	// Known tells whether a copy of this name is recorded. Nil: all are.
	Known func(name string) bool
	Name  func() string // random part of names, eight of a-z and 2-7; nil: from the system
}

func (o Options) random() string {
	if o.Name != nil {
		return o.Name()
	}
	return inplace.RandomName()
}

// RefusedError is a file that stays as it is.
type RefusedError struct {
	Reason replace.Reason
	Mark   string // see replace.Result
	Err    error  // what the system said, or nil
}

func (r *RefusedError) Error() string {
	if r.Err != nil {
		return string(r.Reason) + ": " + r.Err.Error()
	}
	return string(r.Reason)
}

// Unwrap gives what the system said.
func (r *RefusedError) Unwrap() error { return r.Err }

func refusal(err error) error {
	if _, ok := errors.AsType[*RefusedError](err); err == nil || ok {
		return err
	}
	return &RefusedError{Reason: replace.Cause(err), Err: err}
}

// ErrNotDurable says that the file was changed and its folder could not be flushed.
// The copy stays.
var ErrNotDurable = errors.New("the disk did not confirm the change")

// Look tells what a file is now, and whether it may be changed: a *RefusedError if not.
// Sealed: it is a sealed file, which may only be removed.
func Look(sys disk.System, path string, sealed func(head []byte) bool) (who disk.ID, isSealed bool, err error) {
	d, err := sys.Open(filepath.Dir(path))
	if err != nil {
		return who, false, refusal(err)
	}
	defer func() { _ = d.Close() }() // nothing was written
	names, err := d.List()
	if err != nil {
		return who, false, refusal(err)
	}
	has := map[string]bool{}
	for _, n := range names {
		has[n] = true
	}
	name := filepath.Base(path)
	if who, err = d.Look(name); err != nil {
		return who, false, refusal(err)
	}
	rules := replace.Rules{Has: func(n string) bool { return has[n] }, Look: d.Look, Sealed: sealed}
	if why := rules.Out(name, who); why != "" {
		return who, false, &RefusedError{Reason: why, Mark: rules.Mark(name)}
	}
	f, err := d.Open(name)
	if err != nil {
		return who, false, refusal(err)
	}
	defer f.Close() // only read
	if err := disk.NoneHidden(f); err != nil {
		return who, false, refusal(err)
	}
	head := make([]byte, 64)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return who, false, refusal(err)
	}
	why := rules.OutContent(name, head[:n])
	if why != "" && why != replace.AlreadySealed {
		return who, false, &RefusedError{Reason: why}
	}
	return who, why == replace.AlreadySealed, nil
}

// Run changes one file. An error is a *RefusedError, and the file is untouched; or what
// Record or Forget said, and it is too; or ErrNotDurable.
func Run(ctx context.Context, c Change, o Options) error {
	kept, err := o.keep(ctx, c)
	if err != nil {
		return refusal(err)
	}
	if err := o.Record(ctx, kept); err != nil {
		_ = o.drop(kept.Name) // it was not recorded; if it stays it goes on its day
		return err
	}
	o.sweep(kept.Name)
	done := o.change
	if c.Make == nil {
		done = o.remove
	}
	touched, err := done(ctx, c)
	if err == nil || touched {
		return err
	}
	if o.Forget != nil {
		if failed := o.Forget(context.WithoutCancel(ctx)); failed != nil {
			return failed // the copy stays, and is known
		}
	}
	_ = o.drop(kept.Name)
	return refusal(err)
}

// change puts the new content in the place of the old.
func (o Options) change(ctx context.Context, c Change) (touched bool, err error) {
	var res reseal.Result
	_, err = reseal.Run(ctx, []string{c.Path}, reseal.Options{
		FS: o.FS, Way: &rewrite{make: c.Make, before: c.Before, at: c.At}, Workers: 1, Was: &c.Was, Name: o.Name,
		Done: func(r reseal.Result) { res = r },
	})
	switch {
	case res.Outcome == reseal.Done && res.Reason == "":
		return true, nil
	case res.Outcome == reseal.Done:
		return true, fmt.Errorf("%w: %w", ErrNotDurable, errors.Join(res.Err, err))
	case res.Reason == "": // it was not reached
		return false, err
	}
	return false, &RefusedError{Reason: res.Reason, Err: errors.Join(res.Err, err)}
}

// remove takes the file away.
func (o Options) remove(ctx context.Context, c Change) (touched bool, err error) {
	d, err := o.FS.Open(filepath.Dir(c.Path))
	if err != nil {
		return false, err
	}
	p := inplace.Lone(d, filepath.Dir(c.Path), o.Name)
	defer func() { _ = p.Close() }()
	j := &inplace.Job{Name: filepath.Base(c.Path), Who: c.Was}
	if err := p.Take(ctx, j); err != nil {
		return false, err
	}
	defer j.Close()
	if err := p.Same(j); err != nil {
		return false, err
	}
	if err := j.Src.Remove(c.Was); err != nil {
		if now, gone := p.Look(j.Name); gone == nil && now.Same(c.Was) {
			return false, err
		} else if gone == nil || !errors.Is(gone, fs.ErrNotExist) {
			return true, fmt.Errorf("%w: %w", ErrNotDurable, err) // who knows: the copy stays
		}
	}
	if err := p.Sync(); err != nil {
		return true, fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	return true, nil
}

// rewrite is the reseal.Way of readable files.
type rewrite struct {
	make   func(dst io.Writer, src io.Reader) error
	before [32]byte // of the old content; all zero: it may be anything
	at     time.Time
}

func (w *rewrite) Time() time.Time { return w.at }

func (*rewrite) Verify(context.Context, io.ReaderAt, int64) (replace.Digests, error) {
	return replace.Digests{}, errors.ErrUnsupported // Open never says ErrAlready
}

func (w *rewrite) Open(_ context.Context, old reseal.Old) (reseal.Work, error) {
	return &rewriting{way: w, old: old}, nil
}

type rewriting struct {
	way *rewrite
	old reseal.Old
	now replace.Digests
}

// Write writes the new content, and reads the old to its end to know that it was what
// the copy was made of.
func (w *rewriting) Write(_ context.Context, dst disk.File) error {
	out := newSummed(dst)
	in := &tee{in: io.NewSectionReader(w.old, 0, w.old.Size), h: sha256.New()}
	if err := w.way.make(out, in); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	if w.way.before != [32]byte{} && in.sum() != w.way.before {
		return disk.ErrChanged
	}
	return out.end(&w.now)
}

// Check holds what lies on the disk to what was written.
func (w *rewriting) Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	return w.now, same(ctx, r, size, w.now)
}

func (*rewriting) Proven() bool { return true }

func (*rewriting) Close() {}
