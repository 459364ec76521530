package web

import (
	"context"
	"errors"
	"net/http"

	"custode/internal/secret"
)

// Recoverer lets back in who has the recovery sheet and has forgotten the passphrase, or has lost the keys.
type Recoverer interface {
	// Recovering is how far somebody is; which "": nobody has typed anything yet. [ErrSheetGone] where nothing of
	// that name is kept: what was typed is, for a quarter of an hour.
	Recovering(ctx context.Context, which string) (Recovery, error)
	// TypeRecovery takes lines of the sheet, in any of which all of it may be; with anew it forgets those of
	// before.
	TypeRecovery(ctx context.Context, which string, lines [SheetLines]secret.Bytes, anew bool) (Recovery, error)
	// Recover sets the passphrase, or makes new keys around the sheet's, leaves them unlocked, and says what it
	// did. Errors: [ErrSheetGone], [ErrShort], [ErrWeak], or a fault.
	Recover(ctx context.Context, which string, w KeyWish) (said []string, err error)
}

// ErrSheetGone says that a sheet that was typed is not kept any more.
var ErrSheetGone = errors.New("web: the sheet that was typed is not kept any more")

// Recovery is how far somebody is who types the recovery sheet to get back in.
type Recovery struct {
	SheetTyped // Mixed also where it is the sheet of other keys

	Which string       // what was typed is kept by this name
	Lost  bool         // there are no keys that can be read: new ones are made around the sheet's
	Whole bool         // it is the sheet
	Words secret.Bytes // six words for the passphrase, once it is. The caller's to wipe
	Names []string     // of whom one gets a new passphrase; none: there is no choice
	Name  string       // of whom the new keys will be
}

func recoverRoutes() []route {
	return []route{
		{"GET", "/recover", known, showRecover, false},
		{"POST", "/recover/sheet", known, typeRecovery, false},
		{"POST", "/recover", known, recoverKeys, false},
	}
}

// recovering gives how far somebody is. Where there are no keys, no passphrase and no sheet can tell who has
// the page before them: then only a session that is not locked gets on. False: this was answered.
func (v *visit) recovering(which string) (Recovery, bool, error) {
	if !v.office.Ready() {
		return Recovery{}, false, v.see("/start")
	}
	r, err := v.office.Recovering(v.ctx(), which)
	switch {
	case errors.Is(err, ErrSheetGone):
		return r, false, refusal{http.StatusConflict, "web.recover.gone"}
	case err == nil && r.Lost && v.session.locked:
		r.Words.Wipe()
		v.stranger()
		return r, false, nil
	}
	return r, err == nil, err
}

func showRecover(v *visit) error {
	r, ok, err := v.recovering("")
	if !ok {
		return err
	}
	return v.page("recover", http.StatusOK, r)
}

func typeRecovery(v *visit) error {
	lines := v.sheetLines()
	defer wipe(lines)
	r, ok, err := v.recovering("")
	if !ok {
		return err
	}
	if wait := v.sheets.wait(v.now()); wait > 0 {
		r.Mixed = v.words.T("web.unlock.wait", v.words.Duration(wait))
		return v.page("recover", http.StatusTooManyRequests, r)
	}
	anew := v.field("anew") != ""
	r, err = v.office.TypeRecovery(v.ctx(), v.field("typed"), lines, anew)
	if err != nil {
		return err
	}
	defer r.Words.Wipe()
	switch {
	case r.Whole:
		v.sheets.success()
		return v.recoveryPage(http.StatusOK, r, choosing{Name: r.Name})
	case anew:
		return v.see("/recover")
	case r.Mixed != "":
		v.sheets.failure(v.now())
	}
	return v.page("recover", http.StatusUnprocessableEntity, r)
}

// recoveryPage is that of the new passphrase.
func (v *visit) recoveryPage(status int, r Recovery, c choosing) error {
	if c.Action, c.Names = "/recover", r.Names; r.Lost {
		c.Ask = v.words.T("web.keys.name")
	}
	c.Words, c.Which, c.TakeOwn = string(r.Words.Reveal()), r.Which, v.words.T("web.recover.take")
	c.Kept = []typed{{"typed", r.Which}}
	return v.page("recover_passphrase", status, struct {
		choosing

		Lost bool
	}{c, r.Lost})
}

func recoverKeys(v *visit) error {
	r, ok, err := v.recovering(v.field("typed"))
	if !ok {
		return err
	}
	defer r.Words.Wipe()
	if !r.Whole {
		return v.page("recover", http.StatusUnprocessableEntity, r)
	}
	var said []string
	words := func() (secret.Bytes, string) { return secret.FromString(string(r.Words.Reveal())), r.Which } // they are shown again
	c, err := v.chosen(words, func(w KeyWish) (err error) {
		said, err = v.office.Recover(v.ctx(), r.Which, w)
		return err
	})
	switch {
	case errors.Is(err, ErrSheetGone):
		return refusal{http.StatusConflict, "web.recover.gone"}
	case err != nil:
		return err
	case c.Wrong != "":
		return v.recoveryPage(c.status, r, c)
	}
	v.tries.success()
	v.session.locked = false
	v.change(v.r, func(s *session) { s.locked, s.used = false, v.o.Now() })
	return v.page("done", http.StatusOK, Outcome{Title: v.words.T("web.recover.done"), Lines: said, Next: "/vault"})
}
