package job

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/encrypt/unseal"
	"custode/internal/journal"
	"custode/internal/rawpath"
)

// OpenStore is what opening files for good needs of the store.
type OpenStore interface {
	SealedFile(ctx context.Context, path string) (e catalogue.Entry, there bool, err error)
	Reopened(ctx context.Context, kind string, paths []string) error
	Record(ctx context.Context, kind string, body any) (journal.Head, error)
}

// ToOpen is a sealed file, and where what it holds goes: "" in its own place.
type ToOpen struct{ From, To string }

// Opened is what became of a sealed file.
type Opened struct {
	Sealed, Path string
	Outcome      OpenOutcome
	Reason       replace.Reason
	Bytes        int64          // of content
	Lost         replace.Reason // salvaged: what is wrong with the sealed file
	Missed       disk.Missed
	Err          error
}

// OpenOutcome is what became of it.
type OpenOutcome string

// The outcomes.
const (
	OpenedHere  OpenOutcome = "opened"   // readable, and no longer sealed
	Written     OpenOutcome = "written"  // readable elsewhere; the sealed file is as it was
	Salvaged    OpenOutcome = "salvaged" // its authentic beginning was written
	StillSealed OpenOutcome = "kept"     // readable, and sealed too
	NotOpened   OpenOutcome = "skipped"
	WouldBe     OpenOutcome = "planned"
)

// OpenOptions say how. Files and With are needed; St is nil without a home.
type OpenOptions struct {
	Files   []ToOpen
	With    []age.Identity
	Number  bool // where the name is taken: "X (2)"
	Salvage bool
	DryRun  bool
	// Beside names what was salvaged from a file that is opened in its own place.
	Beside   func(name string) string
	Done     func(Opened)
	Bytes    func(n int64)
	Announce Announcer
}

// sealed are the files that are opened.
func (o OpenOptions) sealed() (out []string) {
	for _, f := range o.Files {
		out = append(out, f.From)
	}
	return out
}

// Open makes sealed files readable again and takes them out of the catalogue.
func Open(ctx context.Context, st OpenStore, o OpenOptions) error {
	op := opening{OpenOptions: o, st: st}
	how := unseal.Options{FS: disk.Real{}, With: o.With, Number: o.Number, Bytes: o.Bytes, Original: func(path string) (unseal.Original, bool) { return op.original(ctx, path) }}
	if st != nil {
		how.Record = func(ctx context.Context, batch []unseal.Record) error {
			paths := make([]string, len(batch))
			for i, r := range batch {
				paths[i] = r.Sealed
			}
			return st.Reopened(ctx, "files.opened", paths)
		}
	}
	var here []string
	var broken []string
	how.Done = func(r unseal.Result) {
		if o.Salvage && (r.Reason == replace.Damaged || r.Reason == replace.CutOff) {
			broken = append(broken, r.Sealed)
			return
		}
		out := Opened{Sealed: r.Sealed, Path: r.Path, Reason: r.Reason, Bytes: r.Digests.Size, Missed: r.Missed, Err: r.Err}
		out.Outcome = map[unseal.Outcome]OpenOutcome{unseal.Opened: OpenedHere, unseal.Kept: StillSealed, unseal.Skipped: NotOpened}[r.Outcome]
		o.Done(out)
	}
	for _, f := range o.Files {
		switch {
		case o.DryRun:
			o.Done(op.plan(ctx, f))
		case f.To == "":
			here = append(here, f.From)
		}
	}
	if o.DryRun {
		return nil
	}
	defer ForDisk(100)()
	defer o.Announce.say(o.sealed(), nil)()
	_, err := unseal.Run(ctx, here, how)
	for _, path := range broken {
		name := unseal.Name(filepath.Base(path))
		if err == nil {
			err = op.elsewhere(ctx, how, ToOpen{path, filepath.Join(filepath.Dir(path), o.Beside(name))})
		}
	}
	swept := map[string]bool{}
	for _, f := range o.Files {
		if f.To == "" || err != nil {
			continue
		}
		if dir := filepath.Dir(f.To); !swept[dir] {
			swept[dir] = true
			unseal.Sweep(how.FS, dir)
		}
		err = op.elsewhere(ctx, how, f)
	}
	return err
}

type opening struct {
	OpenOptions

	st    OpenStore
	known sync.Map // path: unseal.Original, or nil
}

// original tells what the catalogue remembers.
func (op *opening) original(ctx context.Context, path string) (unseal.Original, bool) {
	if op.st == nil {
		return unseal.Original{}, false
	}
	was, seen := op.known.Load(path)
	if !seen {
		e, there, err := op.st.SealedFile(ctx, path)
		if there && err == nil {
			was = unseal.Original{Name: e.Original, Mode: fs.FileMode(e.Mode), MTime: e.MTime}
		}
		op.known.Store(path, was)
	}
	out, ok := was.(unseal.Original)
	return out, ok
}

// plan tells what would be done, without the key.
func (op *opening) plan(ctx context.Context, f ToOpen) Opened {
	out := Opened{Sealed: f.From, Path: f.To, Outcome: WouldBe}
	if info, err := rawpath.Lstat(f.From); err == nil {
		out.Bytes = info.Size()
	}
	if out.Path == "" {
		name := unseal.Name(filepath.Base(f.From))
		if was, ok := op.original(ctx, f.From); ok && was.Name != "" {
			name = was.Name
		}
		if name == "" {
			out.Outcome, out.Reason = NotOpened, replace.Misnamed
			return out
		}
		out.Path = filepath.Join(filepath.Dir(f.From), name)
	}
	if _, err := rawpath.Lstat(out.Path); err == nil && !op.Number {
		out.Reason = replace.NameTaken
	}
	return out
}

// elsewhere opens one file to another place. Its error ends the run.
func (op *opening) elsewhere(ctx context.Context, how unseal.Options, f ToOpen) error {
	out := Opened{Sealed: f.From, Outcome: Written}
	var w unseal.Written
	err := os.MkdirAll(filepath.Dir(f.To), 0o700)
	write := unseal.Write
	if op.Salvage {
		write = unseal.Salvage
	}
	for n := 1; err == nil; n++ {
		w, err = write(ctx, f.From, numbered(f.To, n), how)
		if !errors.Is(err, unseal.ErrTaken) || !op.Number {
			break
		}
		err = nil
	}
	if err != nil {
		out.Outcome, out.Reason, out.Err = NotOpened, WhyNot(err), err
		op.Done(out)
		return ctx.Err()
	}
	out.Path, out.Bytes, out.Missed = w.Path, w.Digests.Size, w.Missed
	if w.Lost != nil {
		out.Outcome, out.Lost = Salvaged, replace.Damaged
		if errors.Is(w.Lost, seal.ErrTruncated) {
			out.Lost = replace.CutOff
		}
	}
	op.Done(out)
	if op.st == nil {
		return nil
	}
	_, err = op.st.Record(ctx, "files.copied", map[string]any{"sealed": f.From, "to": w.Path, "whole": w.Lost == nil})
	return err
}

// WhyNot sorts the errors of opening a file to elsewhere.
func WhyNot(err error) replace.Reason {
	if errors.Is(err, unseal.ErrTaken) {
		return replace.NameTaken
	}
	if why := unseal.Reason(err); why != "" {
		return why
	}
	return replace.Cause(err)
}
