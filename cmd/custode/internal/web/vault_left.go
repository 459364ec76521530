package web

import (
	"context"
	"net/http"
)

// LeftKeeper sees to the readable copies of sealed files that were left when custode was interrupted, with
// something in them that is not sealed.
type LeftKeeper interface {
	// Left lists them.
	Left(ctx context.Context) ([]LeftCopy, error)
	// LookLeft is one of them. A fault.NoInput where it is not there any more.
	LookLeft(ctx context.Context, id string) (LeftCopy, error)
	// EndLeft does away with one, and says what became of it. Sealing needs no keys.
	EndLeft(ctx context.Context, id string, do LeftEnd) (Outcome, error)
}

// LeftEnd is what is done with a copy.
type LeftEnd string

// The ends.
const (
	SealLeft   LeftEnd = "seal"   // it becomes the new version
	SealBeside LeftEnd = "beside" // it is sealed beside the old version
	ThrowAway  LeftEnd = "throw"
)

// LeftCopy is one, in words.
type LeftCopy struct {
	ID           string
	Name, Folder string
	Said         []string
	Known        bool // where it belongs
}

func leftRoutes() []route {
	return []route{
		{"GET", "/vault/left", present, showLeft, false},
		{"POST", "/vault/left", present, endLeft, false},
	}
}

func showLeft(v *visit) error {
	left, err := v.office.Left(v.ctx())
	if err != nil {
		return err
	}
	return v.page("left", http.StatusOK, left)
}

// endLeft asks first before it throws one away: it may be the only copy of what was written.
func endLeft(v *visit) error {
	id, do := v.field("id"), LeftEnd(v.field("do"))
	if do != SealLeft && do != SealBeside && do != ThrowAway {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	if do == ThrowAway && v.field("sure") == "" {
		one, err := v.office.LookLeft(v.ctx(), id)
		if err != nil {
			return err
		}
		return v.page("left-throw", http.StatusOK, one)
	}
	office := v.office
	return v.begin(v.words.T("web.left.doing"), "/vault/left", func(ctx context.Context, _ func(Progress)) (Outcome, error) {
		return office.EndLeft(ctx, id, do)
	})
}
