package job

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"custode/scan/walk"
	"custode/scan/watch/decoy"
)

// DecoyStore is where decoys are remembered.
type DecoyStore interface {
	DecoyList
	SaveDecoys(ctx context.Context, list []decoy.Decoy) error
	DropDecoys(ctx context.Context, paths []string) error
}

// DecoyList tells which decoys there are.
type DecoyList interface {
	Decoys(ctx context.Context) ([]decoy.Decoy, error)
}

// KnownDecoys gives what a walk leaves out: decoys are nobody's data, so they are not
// scanned, not sealed and not counted. Nil: there are none.
func KnownDecoys(ctx context.Context, st DecoyList) (walk.Decoys, error) {
	list, err := st.Decoys(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return decoy.NewKnown(list), nil
}

// DecoyOutcome is what became of a decoy.
type DecoyOutcome string

// The outcomes, besides those of decoy.State.
const (
	DecoyPlanned DecoyOutcome = "planned" // would be placed
	DecoyPlaced  DecoyOutcome = "placed"
	DecoyRemoved DecoyOutcome = "removed" // or would be
	DecoyFailed  DecoyOutcome = "failed"  // could not be placed, looked at or removed
)

// DecoyResult is what became of one.
type DecoyResult struct {
	decoy.Decoy

	Outcome DecoyOutcome
	Err     error
}

// DecoyOptions say where and how.
type DecoyOptions struct {
	Folders  []string // the data folders, as walk.Roots gives them
	Below    []string // only there; none: everywhere
	Walk     walk.Options
	Lang     string
	Now      func() time.Time
	Random   io.Reader
	Dry      bool
	Scratch  []string // folders outside the data, to try out how a disk lists files
	Announce Announcer
	Done     func(DecoyResult)
}

// in reports whether a path is one of those that were asked for.
func (o DecoyOptions) in(path string) bool {
	for _, b := range o.Below {
		if path == b || within(b, path) {
			return true
		}
	}
	return len(o.Below) == 0
}

// mine gives the decoys that were asked for.
func (o DecoyOptions) mine(ctx context.Context, st DecoyList) (mine []decoy.Decoy, err error) {
	list, err := st.Decoys(ctx)
	for _, d := range list {
		if o.in(d.Path) {
			mine = append(mine, d)
		}
	}
	return mine, err
}

// announce tells a running watch that these are looked at or touched by custode.
func (o DecoyOptions) announce(list []decoy.Decoy) (end func()) {
	if len(list) == 0 {
		return func() {}
	}
	paths := make([]string, 0, len(list))
	for _, d := range list {
		paths = append(paths, d.Path)
	}
	return o.Announce.say(paths, nil)
}

// check tells what became of a decoy. Where a data folder is there and the decoy's own is
// not, that was removed with all it held.
func (o DecoyOptions) check(d decoy.Decoy) (decoy.State, error) {
	state, err := d.Check()
	if state != decoy.Away {
		return state, err
	}
	for _, f := range o.Folders {
		if info, err := os.Stat(f); err == nil && info.IsDir() && within(f, d.Folder) {
			return decoy.Gone, nil
		}
	}
	return state, nil
}

// CheckDecoys tells what became of the decoys. It opens only those that somebody has
// touched.
func CheckDecoys(ctx context.Context, st DecoyList, o DecoyOptions) error {
	list, err := o.mine(ctx, st)
	if err != nil {
		return err
	}
	defer o.announce(list)()
	for _, d := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		state, err := o.check(d)
		if err != nil {
			o.Done(DecoyResult{d, DecoyFailed, err})
			continue
		}
		o.Done(DecoyResult{d, DecoyOutcome(state), nil})
	}
	return nil
}

// RemoveDecoys removes the decoys that are still what was written, and forgets those that
// are not: what somebody wrote over one is a file like any other.
func RemoveDecoys(ctx context.Context, st DecoyStore, o DecoyOptions) error {
	list, err := o.mine(ctx, st)
	if err != nil {
		return err
	}
	defer o.announce(list)()
	var drop []string
	for _, d := range list {
		if ctx.Err() != nil {
			break
		}
		r := o.remove(d)
		if o.Done(r); r.Outcome != DecoyFailed && r.Outcome != DecoyOutcome(decoy.Away) {
			drop = append(drop, d.Path)
		}
	}
	if !o.Dry {
		err = st.DropDecoys(context.WithoutCancel(ctx), drop)
	}
	return errors.Join(err, ctx.Err())
}

func (o DecoyOptions) remove(d decoy.Decoy) DecoyResult {
	state, err := o.check(d)
	if err == nil && state == decoy.Present {
		if o.Dry {
			return DecoyResult{d, DecoyRemoved, nil}
		}
		err = d.Remove()
		if errors.Is(err, decoy.ErrChanged) {
			return DecoyResult{d, DecoyOutcome(decoy.Changed), nil}
		}
	}
	switch {
	case err != nil:
		return DecoyResult{d, DecoyFailed, err}
	case state == decoy.Present:
		return DecoyResult{d, DecoyRemoved, nil}
	}
	return DecoyResult{d, DecoyOutcome(state), nil}
}
