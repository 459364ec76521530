package web

import "context"

// Finisher finishes what the page did with many files and was broken off: custode was killed, or the computer
// went off.
type Finisher interface {
	// BrokenOff tells of what was broken off and is not finished.
	BrokenOff(ctx context.Context) ([]BrokenOff, error)
	// NeedsKeys reports whether to finish one needs the keys. A fault.NoInput where there is none of this id.
	NeedsKeys(ctx context.Context, id string) (bool, error)
	// Finish goes on with one, and tells what became of the files.
	Finish(ctx context.Context, id string, tell func(Progress)) (Outcome, error)
	// Leave leaves the files of one as they are: it is not told of any more.
	Leave(ctx context.Context, id string) error
}

// BrokenOff is a work that was broken off, in words.
type BrokenOff struct {
	ID        string
	Say, Left string // what it was, and how much of it is left
	Do, Not   string // to finish it, or to leave it
}

func brokenRoutes() []route {
	return []route{
		{"POST", "/broken/finish", present, finishBroken, false},
		{"POST", "/broken/leave", present, leaveBroken, false},
	}
}

func finishBroken(v *visit) error {
	id, office := v.field("id"), v.office
	needs, err := office.NeedsKeys(v.ctx(), id)
	if err != nil {
		return err
	}
	begin := func() error {
		return v.begin(v.words.T("web.broken.doing"), local(v.field("back")), func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.Finish(ctx, id, tell)
		})
	}
	if needs {
		return v.withKeys(begin)
	}
	return begin()
}

func leaveBroken(v *visit) error {
	if err := v.office.Leave(v.ctx(), v.field("id")); err != nil {
		return err
	}
	return v.see(local(v.field("back")))
}

// pageOfWork draws a page on which what was broken off is told of and finished: view puts that into it.
func (v *visit) pageOfWork(name string, status int, view func(broken []BrokenOff) any) error {
	broken, err := v.office.BrokenOff(v.ctx())
	if err != nil {
		return err
	}
	return v.page(name, status, view(broken))
}
