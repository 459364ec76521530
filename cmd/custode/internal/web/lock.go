package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// ErrWrong says that a passphrase was not the one.
var ErrWrong = errors.New("web: not the passphrase")

// typed is a field of a form that came while the page was locked. It is given back, so that
// nothing that was written is lost.
type typed struct{ Name, Value string }

// unlockView is the page that asks for the passphrase.
type unlockView struct {
	Wrong string // what was wrong with the last try
	Back  string // where to go on
	Post  bool   // what was typed is sent there
	Typed []typed
	Shown []typed // of it, what a person wrote
}

// askPassphrase asks for the passphrase, and keeps on the page what was typed.
func (v *visit) askPassphrase() {
	u := unlockView{Back: v.r.URL.RequestURI()}
	if v.r.Method == http.MethodPost {
		u.Post = true
		u.Typed = v.written()
	}
	_ = v.page("unlock", http.StatusForbidden, u)
}

// written lists the fields of the form of a request, passphrases, passwords, PINs and lines of the recovery sheet left out.
func (v *visit) written() (out []typed) {
	for name, values := range v.r.PostForm {
		if strings.Contains(name, "passphrase") || strings.Contains(name, "password") || strings.HasPrefix(name, "sheet") || strings.HasPrefix(name, "pin") {
			continue
		}
		for _, value := range values {
			out = append(out, typed{name, value})
		}
	}
	slices.SortFunc(out, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// byHand is what of the fields a person wrote: what is shorter is a mark of the form's own.
func byHand(some []typed) []typed {
	return slices.DeleteFunc(slices.Clone(some), func(t typed) bool { return len(t.Value) < 3 })
}

func showUnlock(v *visit) error {
	if !v.office.CanLock() || !v.session.locked {
		return v.see(local(v.field("back")))
	}
	return v.page("unlock", http.StatusOK, unlockView{Back: local(v.field("back"))})
}

// unlock opens the session again, for who knows the passphrase.
func unlock(v *visit) error {
	u := unlockView{Back: local(v.field("back")), Post: v.field("post") != ""}
	for name, values := range v.r.PostForm {
		if kept, ok := strings.CutPrefix(name, "kept."); ok {
			for _, value := range values {
				u.Typed = append(u.Typed, typed{kept, value})
			}
		}
	}
	slices.SortFunc(u.Typed, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	wrong, status, err := v.tryPassphrase()
	if err != nil {
		return err
	}
	if u.Wrong = wrong; wrong != "" {
		return v.page("unlock", status, u)
	}
	v.change(v.r, func(s *session) { s.locked, s.used = false, v.o.Now() })
	if u.Post {
		u.Shown = byHand(u.Typed)
		return v.page("again", http.StatusOK, u)
	}
	return v.see(u.Back)
}

// lock is the button: it locks every browser.
func lock(v *visit) error {
	v.office.Lock()
	v.doors.lockAll()
	if !v.office.CanLock() {
		return v.page("locked", http.StatusOK, nil)
	}
	if back := v.field("back"); back != "" {
		return v.see(local(back))
	}
	return v.see("/unlock")
}

// stranger tells who has no session how to get one, and gives back what was typed.
func (v *visit) stranger() {
	var kept []typed
	if v.r.Method == http.MethodPost {
		kept = byHand(v.written())
	}
	_ = v.page("stranger", http.StatusUnauthorized, kept)
}
