package main

import (
	"context"
	"path/filepath"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/desk"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/host"
)

// leftHereNow finds the readable copies with something in them that is not sealed.
func (sh *shell) leftHereNow(ctx context.Context) (unsealed []desk.Left, err error) {
	base, err := host.Private(sh.env)
	if err != nil {
		return nil, fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	left, err := job.Leftovers(ctx, base.Path, sh.home)
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.opening.left", base.Path, err)
	}
	for _, l := range left {
		if l.Unsealed() {
			unsealed = append(unsealed, l)
		}
	}
	return unsealed, nil
}

// Left implements [web.LeftKeeper].
func (o *office) Left(ctx context.Context) (copies []web.LeftCopy, err error) {
	left, err := o.sh.leftHereNow(ctx)
	for _, l := range left {
		copies = append(copies, o.sh.leftCopy(l))
	}
	return copies, err
}

// leftCopy puts one into words.
func (sh *shell) leftCopy(l desk.Left) web.LeftCopy {
	w := sh.words
	v := web.LeftCopy{ID: markOf([]byte(l.Dir)), Known: l.Note.Name != ""}
	if v.Known {
		v.Name, v.Folder = printable(filepath.Base(l.Note.Sealed)), printable(filepath.Dir(l.Note.Sealed))
		v.Said = append(v.Said, w.T("opening.left.opened", w.DateTime(l.Note.OpenedAt.Local())))
	} else {
		v.Name = w.T("opening.left.unknown")
	}
	if l.State == desk.Emptied {
		v.Said = append(v.Said, w.T("web.left.emptied"))
	}
	for _, path := range l.Others {
		v.Said = append(v.Said, w.T("opening.left.besides", printable(filepath.Base(path))))
	}
	v.Said = append(v.Said, w.T("opening.left.copy", printable(l.Path())))
	return v
}

// leftOne finds one again. Another tab may have been quicker.
func (sh *shell) leftOne(ctx context.Context, id string) (desk.Left, error) {
	left, err := sh.leftHereNow(ctx)
	for _, l := range left {
		if markOf([]byte(l.Dir)) == id {
			return l, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NoInput, "fault.serve.left")
	}
	return desk.Left{}, err
}

// LookLeft implements [web.LeftKeeper].
func (o *office) LookLeft(ctx context.Context, id string) (web.LeftCopy, error) {
	l, err := o.sh.leftOne(ctx, id)
	return o.sh.leftCopy(l), err
}

// EndLeft implements [web.LeftKeeper].
func (o *office) EndLeft(ctx context.Context, id string, do web.LeftEnd) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	l, err := sh.leftOne(ctx, id)
	if err != nil {
		return out, err
	}
	how := map[web.LeftEnd]string{web.SealLeft: leftSealed, web.SealBeside: leftBeside, web.ThrowAway: leftThrown}[do]
	end, err := sh.endLeft(ctx, l, how, func(*ring.Ring) (ring.Unlocked, bool, error) { return o.atHand(ctx) })
	if err == nil && end.outcome == leftHere {
		err = fault.New(fault.Busy, "fault.web.busy")
	}
	if err != nil {
		return out, busyHere(err)
	}
	out = web.Outcome{Title: w.T("web.left.sealed"), Next: "/vault"}
	if do == web.ThrowAway {
		out.Title = w.T("web.left.thrown")
	}
	for _, s := range end.saved {
		if s.Outcome == job.SavedBeside && s.Reason != "" {
			out.Lines = append(out.Lines, "! "+sh.besideSaid(l.Note.Sealed, s)+" "+printable(s.Path))
			continue
		}
		out.Lines = append(out.Lines, "✓ "+w.T("opening.left.sealed", printable(s.Path)))
	}
	if left, err := sh.leftHereNow(ctx); err == nil && len(left) > 0 {
		out.Next = "/vault/left"
	}
	return out, nil
}
