package job

import (
	"context"
	"path/filepath"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/desk"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// EditStore is where new versions are remembered.
type EditStore interface {
	ResealStore
	SaveSealed(ctx context.Context, entries []catalogue.Entry) error
	goneStore
}

// SaveOutcome is what became of a copy.
type SaveOutcome string

// The outcomes.
const (
	SavedAsNew   SaveOutcome = "renewed" // the sealed file holds it now
	SavedBeside  SaveOutcome = "beside"  // another one beside it does, and it stays as it is
	SavedAgain   SaveOutcome = "again"   // the sealed file was gone, and is there again
	SavedAlready SaveOutcome = "already" // there is nothing new in it
	NotSaved     SaveOutcome = "unsaved"
)

// Saved tells where the content of a copy is sealed, or why it is not.
type Saved struct {
	Path    string
	Outcome SaveOutcome
	Reason  replace.Reason // of NotSaved; of SavedBeside: "changed", "emptied", or what kept it from its place
	Err     error
}

// Emptied is the reason of a copy without content, where there was some before: a
// program may be in the middle of saving.
const Emptied replace.Reason = "emptied"

// EditOptions say how a copy is sealed.
type EditOptions struct {
	ResealOptions // Ring, Key, Now and FS count

	With   []age.Identity // open the sealed file; nil while the keys are locked
	Vault  age.Identity   // opens the new one, to prove it; nil: not with a key
	Last   bool           // nothing more comes
	Beside bool           // leave the sealed file as it is
}

// SaveCopy seals what is new in a copy. The sealed file is replaced only by a version
// that was read back and compared, and only if it is still what the copy came from;
// else the new version goes beside it. The caller holds the lock "seal". The error is
// that of the store: what it did not note is sealed again.
func SaveCopy(ctx context.Context, st EditStore, c *desk.Copy, o EditOptions) (Saved, error) {
	if o.FS == nil {
		o.FS = disk.Real{}
	}
	for try := 0; ; try++ {
		s, err := o.save(ctx, st, c)
		if err != nil || s.Outcome != NotSaved || s.Reason != replace.Changed || try == 2 {
			return s, err
		}
	}
}

func (o EditOptions) save(ctx context.Context, st EditStore, c *desk.Copy) (Saved, error) {
	out := Saved{Path: c.Note.Sealed, Outcome: SavedAlready}
	state, sum, err := c.Look(ctx)
	if err != nil {
		return unsaved(out.Path, replace.Cause(err), err), nil
	}
	if state == desk.Gone || state == desk.Same && !o.Beside {
		return out, nil
	}
	if state == desk.Emptied && !o.Last {
		return unsaved(out.Path, Emptied, nil), nil
	}
	was, gone, err := o.is(out.Path)
	if err != nil {
		return unsaved(out.Path, replace.Cause(err), err), nil
	}
	mark, err := desk.Mark(ctx, out.Path)
	switch {
	case err != nil:
		return unsaved(out.Path, replace.Cause(err), err), nil
	case o.Beside:
		return o.fresh(ctx, st, c, "")
	case gone || mark == "":
		return o.fresh(ctx, st, c, replace.Vanished)
	case mark != c.Note.Was && o.holds(ctx, out.Path, sum):
		return out, o.note(ctx, c, out.Path, sum)
	case mark != c.Note.Was:
		return o.fresh(ctx, st, c, replace.Changed)
	case state == desk.Emptied:
		return o.fresh(ctx, st, c, Emptied)
	}
	return o.renew(ctx, st, c, was)
}

func unsaved(path string, why replace.Reason, err error) Saved {
	return Saved{Path: path, Outcome: NotSaved, Reason: why, Err: err}
}

// is looks at the sealed file.
func (o EditOptions) is(path string) (who disk.ID, gone bool, err error) {
	d, err := o.FS.Open(filepath.Dir(path))
	if err != nil {
		return who, false, err
	}
	defer func() { _ = d.Close() }() // nothing was written
	who, err = d.Look(filepath.Base(path))
	if err != nil && replace.Cause(err) == replace.Vanished {
		return who, true, nil
	}
	return who, false, err
}
