package web

import (
	"errors"
	"net/http"
	"slices"

	"custode/internal/secret"
)

// keyView is the page that asks for the passphrase before something is done that needs the keys.
type keyView struct {
	Wrong  string // what was wrong with the last try
	Action string // where the form goes
	Typed  []typed
	Back   string // the page from which it came
}

// withKeys does what needs the keys: at once if they are at hand, else after it has asked for the
// passphrase. The form that came is sent again with it.
func (v *visit) withKeys(do func() error) error {
	there, err := v.office.Held(v.ctx())
	if err != nil {
		return err
	}
	if there {
		return do()
	}
	ask := keyView{Action: v.r.URL.Path, Typed: v.written(), Back: v.cameFrom()}
	if from := v.field("came-from"); from != "" { // a second try
		ask.Back = local(from)
		ask.Typed = slices.DeleteFunc(ask.Typed, func(t typed) bool { return t.Name == "came-from" })
	}
	if !v.r.PostForm.Has("passphrase") {
		return v.page("passphrase", http.StatusOK, ask)
	}
	wrong, status, err := v.tryPassphrase()
	if err != nil {
		return err
	}
	if ask.Wrong = wrong; wrong != "" {
		return v.page("passphrase", status, ask)
	}
	return do()
}

// tryPassphrase opens the keys with the passphrase of the form, as often as its pace allows. Wrong
// says why it did not.
func (v *visit) tryPassphrase() (wrong string, status int, err error) {
	pass := v.secret("passphrase")
	defer pass.Wipe()
	wait, err := v.tries.try(v.now, func() (bool, error) {
		err := v.office.Unlock(v.ctx(), pass)
		return err == nil, err
	})
	switch {
	case wait > 0:
		return v.words.T("web.unlock.wait", v.words.Duration(wait)), http.StatusTooManyRequests, nil
	case errors.Is(err, ErrWrong):
		return v.words.T("web.unlock.wrong"), http.StatusForbidden, nil
	}
	return "", http.StatusOK, err
}

// secret takes a field out of the form. Nothing after it finds it there.
func (v *visit) secret(name string) secret.Bytes {
	s := secret.FromString(v.r.PostForm.Get(name))
	v.r.PostForm.Del(name)
	v.r.Form.Del(name)
	return s
}
