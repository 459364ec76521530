package web

import (
	"context"
	"net/http"
)

// Rekeyer makes new keys, and seals all files for them.
type Rekeyer interface {
	// LookRekey tells what a change would be. A fault where there are no keys.
	LookRekey(ctx context.Context, what Change) (Rekeying, error)
	// Rekey does it, if the keys still are those that were seen. It needs the keys.
	Rekey(ctx context.Context, what Change, seen string, tell func(Progress)) (Outcome, error)
}

// Change is one of the keys.
type Change string

// The changes.
const (
	NewKey   Change = "key"    // what opens the files is a new one
	NewSheet Change = "sheet"  // the recovery sheet is a new one
	Finish   Change = "finish" // none is new: what was broken off is finished
)

// Rekeying is what a change would be, in words.
type Rekeying struct {
	What  Change
	Title string
	Ask   string   // how many files it takes
	Means []string // what it does, and what it does not
	Seen  string   // the keys that there are
}

func rekeyRoutes() []route {
	return []route{{"POST", "/vault/keys/change", present, changeKeys, false}}
}

// changeKeys says first what it means, and does it when it is meant.
func changeKeys(v *visit) error {
	what, seen := Change(v.field("what")), v.field("seen")
	if what != NewKey && what != NewSheet && what != Finish {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	office := v.office
	if v.field("sure") == "" {
		look, err := office.LookRekey(v.ctx(), what)
		if err != nil {
			return err
		}
		return v.page("rekey", http.StatusOK, look)
	}
	return v.withKeys(func() error {
		return v.begin(v.words.T("web.rekey.doing"), "/vault/keys", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.Rekey(ctx, what, seen, tell)
		})
	})
}
