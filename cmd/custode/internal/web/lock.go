package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// ErrWrong says that a passphrase was not the one.
var ErrWrong = errors.New("web: not the passphrase")

// unlockView is the page that asks for the passphrase.
type unlockView struct {
	Wrong string // what was wrong with the last try
	Back  string // where to go on
	Post  bool   // what was typed is sent there
	Look  string // the page on which it was typed
	Files bool   // it came with files, which are not kept
	Typed []typed
	Shown []typed // of it, what a person wrote
}

// askPassphrase asks for the passphrase, and keeps on the page what was typed.
func (v *visit) askPassphrase() {
	u := unlockView{Back: v.r.URL.RequestURI()}
	if v.r.Method == http.MethodPost {
		u.Post, u.Look, u.Files = true, v.cameFrom(), v.upload
		if v.upload {
			v.readFields()
		}
		u.Typed = v.written()
	}
	_ = v.page("unlock", http.StatusForbidden, u)
}

func showUnlock(v *visit) error {
	if !v.office.CanLock() || !v.session.locked {
		return v.see(local(v.field("back")))
	}
	return v.page("unlock", http.StatusOK, unlockView{Back: local(v.field("back"))})
}

// kept lists what was typed before, and is carried along while somebody is let in.
func (v *visit) kept() (out []typed) {
	for name, values := range v.r.PostForm {
		if name, ok := strings.CutPrefix(name, "kept."); ok {
			for _, value := range values {
				out = append(out, typed{name, value})
			}
		}
	}
	slices.SortFunc(out, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// unlock opens the session again, for who knows the passphrase.
func unlock(v *visit) error {
	u := unlockView{Back: local(v.field("back")), Post: v.field("post") != "", Look: local(v.field("look")), Files: v.field("files") != ""}
	u.Typed = v.kept()
	wrong, status, err := v.tryPassphrase()
	if err != nil {
		return err
	}
	if u.Wrong = wrong; wrong != "" {
		return v.page("unlock", status, u)
	}
	v.change(v.r, func(s *session) { s.locked, s.used = false, v.o.Now() })
	if u.Post {
		u.Shown = byHand(u.Back, u.Typed)
		if u.Files && len(u.Shown) == 0 {
			return v.see(u.Look)
		}
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

// stranger tells who has no session how to get one, and gives back what was typed. At the door for the staff it asks
// for the code, and goes on with what was typed.
func (v *visit) stranger() {
	if v.staff {
		view := staffView{Back: v.r.URL.RequestURI()}
		if v.r.Method == http.MethodPost {
			view.Post, view.Typed = true, v.written()
		}
		_ = v.staffPage(http.StatusUnauthorized, view)
		return
	}
	var kept []typed
	if v.r.Method == http.MethodPost {
		if v.upload {
			v.readFields()
		}
		kept = byHand(v.r.URL.Path, v.written())
	}
	_ = v.page("stranger", http.StatusUnauthorized, kept)
}
