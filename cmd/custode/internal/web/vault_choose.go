package web

import (
	"errors"
	"net/http"

	"custode/internal/secret"
)

// Errors of a passphrase that was chosen.
var (
	ErrShort = errors.New("web: the passphrase is too short")
	ErrWeak  = errors.New("web: the passphrase is one that is tried first")
)

// KeyWish is a passphrase that was chosen, and for whom.
type KeyWish struct {
	Name       string // of who opens the files with the passphrase
	Passphrase secret.Bytes
	Sure       bool // also where it is weak
}

// choosing is the part of a page where a passphrase is chosen: six words, or one's own.
type choosing struct {
	Action       string // where the forms go
	Words, Which string // the six words, and what they are called by
	TakeOwn      string // what the button says that takes one's own
	Old          bool   // the present one is asked for too
	Ask          string // for a name; "": nobody is asked
	Name         string
	Names        []string // of whom it is one's passphrase; none: a name is typed
	Kept         []typed  // what else the forms send

	Wrong string // with what came
	Own   bool   // it was a passphrase of one's own
	Sure  bool   // the next time it is taken as it is

	status int
}

// choosePage shows a page where a passphrase is chosen, with the six words that are proposed now.
func (v *visit) choosePage(name string, status int, c choosing) error {
	words, which := v.office.Propose()
	defer words.Wipe()
	c.Words, c.Which = string(words.Reveal()), which
	return v.page(name, status, c)
}

// chosen takes the passphrase that was chosen, six words of words or one's own typed twice, and does with
// it what is to be done. Wrong says why it was not done.
func (v *visit) chosen(words func() (secret.Bytes, string), do func(KeyWish) error) (c choosing, err error) {
	own, again := v.secret("passphrase-new"), v.secret("passphrase-again")
	defer own.Wipe()
	defer again.Wipe()
	wish := KeyWish{Name: v.field("name"), Sure: v.field("sure") != "", Passphrase: own}
	c = choosing{Name: wish.Name, Own: v.field("take") == "", status: http.StatusUnprocessableEntity}
	proposed, which := words()
	defer proposed.Wipe()
	if !c.Own {
		wish.Passphrase = proposed
	}
	switch {
	case c.Own && !again.Equal(own):
		c.Wrong = v.words.T("keys.make.differ")
	case !c.Own && which != v.field("which"):
		c.Wrong, c.status = v.words.T("web.keys.other-words"), http.StatusConflict
	default:
		err = do(wish)
	}
	switch {
	case errors.Is(err, ErrShort):
		c.Wrong, err = v.words.T("web.keys.short"), nil
	case errors.Is(err, ErrWeak):
		c.Wrong, c.Sure, err = v.words.T("web.keys.weak"), true, nil
	}
	return c, err
}
