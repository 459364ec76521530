package web

import (
	"context"
	"errors"
	"net/http"

	"custode/internal/secret"
)

// KeyHolder tells who can open the sealed files, and changes it.
type KeyHolder interface {
	// Holders is who can open, and how it stands with the keys.
	Holders(ctx context.Context) (Holders, error)
	// LookRemove asks whether somebody's way in, or a further recovery key, is to be taken away. A fault where
	// there is none of that name, or it is the last.
	LookRemove(ctx context.Context, name string) (Removal, error)
	// Remove takes it away. It needs the keys.
	Remove(ctx context.Context, name string) (Outcome, error)
	// LetIn lets somebody in with a passphrase of their own. It needs the keys. Errors: [ErrShort], [ErrWeak], or a fault.
	LetIn(ctx context.Context, w KeyWish) (Outcome, error)
	// ChangePassphrase gives who has the old passphrase another. Errors: [ErrWrong], [ErrShort], [ErrWeak], or a fault.
	ChangePassphrase(ctx context.Context, old secret.Bytes, w KeyWish) (Outcome, error)
}

// Holders is what the page of the keys shows.
type Holders struct {
	People []WayIn
	Extra  []WayIn // who have a recovery key of their own
	Sheet  string  // how it stands with the recovery sheet, in words
	Facts  []string
	Notes  []string // what is to be seen to
	Finish bool     // the last change of the keys was broken off
}

// WayIn is somebody who can open.
type WayIn struct{ Name, Said string }

// Removal is the question whether a way in is to be taken away.
type Removal struct{ Name, Ask, Means string }

func holderRoutes() []route {
	return []route{
		{"POST", "/vault/keys/add", present, letIn, false},
		{"POST", "/vault/keys/remove", present, removeHolder, false},
		{"GET", "/vault/passphrase", present, showPassphrase, false},
		{"POST", "/vault/passphrase", present, changePassphrase, false},
	}
}

func showHolders(v *visit) error {
	h, err := v.office.Holders(v.ctx())
	if err != nil {
		return err
	}
	return v.page("holders", http.StatusOK, h)
}

// letIn shows the form first. The passphrase of the owner, where it is wanted, is asked for before that: the one
// that is chosen for somebody else is kept nowhere meanwhile.
func letIn(v *visit) error {
	return v.withKeys(func() error {
		if !v.r.PostForm.Has("name") {
			return v.letInPage(http.StatusOK, choosing{})
		}
		var out Outcome
		c, err := v.chosen(v.office.Propose, func(w KeyWish) (err error) {
			out, err = v.office.LetIn(v.ctx(), w)
			return err
		})
		switch {
		case err != nil:
			return err
		case c.Wrong != "":
			return v.letInPage(c.status, c)
		}
		return v.page("done", http.StatusOK, out)
	})
}

func (v *visit) letInPage(status int, c choosing) error {
	c.Action, c.Ask, c.TakeOwn = "/vault/keys/add", v.words.T("web.holders.add.name"), v.words.T("web.holders.add.own")
	return v.choosePage("let-in", status, c)
}

// removeHolder asks first whether it is meant.
func removeHolder(v *visit) error {
	name := v.field("name")
	if v.field("sure") == "" {
		look, err := v.office.LookRemove(v.ctx(), name)
		if err != nil {
			return err
		}
		return v.page("remove", http.StatusOK, look)
	}
	return v.withKeys(func() error {
		out, err := v.office.Remove(v.ctx(), name)
		if err != nil {
			return err
		}
		return v.page("done", http.StatusOK, out)
	})
}

func showPassphrase(v *visit) error {
	if !v.office.CanLock() {
		return v.see("/vault/keys")
	}
	return v.passphrasePage(http.StatusOK, choosing{})
}

func (v *visit) passphrasePage(status int, c choosing) error {
	c.Action, c.Old, c.TakeOwn = "/vault/passphrase", true, v.words.T("web.passphrase.take")
	return v.choosePage("new-passphrase", status, c)
}

// changePassphrase wants the old one, and slows down who guesses it.
func changePassphrase(v *visit) error {
	old := v.secret("passphrase-old")
	defer old.Wipe()
	var out Outcome
	var c choosing
	wait, err := v.tries.try(v.now, func() (right bool, err error) {
		c, err = v.chosen(v.office.Propose, func(w KeyWish) (err error) {
			out, err = v.office.ChangePassphrase(v.ctx(), old, w)
			return err
		})
		return err == nil && c.Wrong == "", err
	})
	switch {
	case wait > 0:
		return v.passphrasePage(http.StatusTooManyRequests, choosing{Own: v.field("take") == "", Wrong: v.words.T("web.unlock.wait", v.words.Duration(wait))})
	case errors.Is(err, ErrWrong):
		c.Wrong = v.words.T("web.passphrase.wrong")
		return v.passphrasePage(http.StatusForbidden, c)
	case err != nil:
		return err
	case c.Wrong != "":
		return v.passphrasePage(c.status, c)
	}
	return v.page("done", http.StatusOK, out)
}
