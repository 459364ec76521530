package web

import (
	"context"
	"errors"
	"net/http"

	"custode/internal/fault"
	"custode/internal/secret"
)

// Restorer makes custode's own folder of its backup, on a computer on which custode was not set up. One backup at a
// time is at it; what was typed for it is kept for a quarter of an hour.
type Restorer interface {
	// Restoring is how far it is; which "": whatever backup is at it, or none. [ErrSheetGone] where that of the name
	// is not kept any more.
	Restoring(which string) (Restoring, error)
	// TakeBackup begins with a file, in place of any other. It looks no further than whether the file is sealed.
	TakeBackup(file string) (Restoring, error)
	// TypeForBackup takes lines of the recovery sheet, in any of which all of it may be; with anew it forgets those of
	// before.
	TypeForBackup(which string, lines [SheetLines]secret.Bytes, anew bool) (Restoring, error)
	// KeysForBackup takes a folder of keys and the passphrase that opens them; [ErrWrong] if it does not.
	KeysForBackup(which, folder string, passphrase secret.Bytes) error
	// LookIntoBackup opens the backup with what was typed, and makes nothing.
	LookIntoBackup(ctx context.Context, which string, tell func(Progress)) (Outcome, error)
	// Restore makes the folder.
	Restore(ctx context.Context, which string, tell func(Progress)) (Outcome, error)
}

// Restoring is how far somebody is who restores a backup.
type Restoring struct {
	SheetTyped

	Which      string // what was typed is kept by this name; "": no backup is at it
	File, Name string // its path, and as it is shown
	Opens      bool   // what opens it was typed
	Seen       *BackupSeen
}

// BackupSeen is what lies in a backup.
type BackupSeen struct {
	Said         string // when it was made, by which custode, and that it is whole
	Shop         string
	Here, Absent []string // its data folders: on this computer, and not
	Elsewhere    string   // of another system: its folders are named as on "windows", or as on "unix"; "": as on this one
	People       string   // who has a passphrase
	Into         string   // where the folder will be
}

func restoreRoutes() []route {
	return []route{
		{"GET", "/start/restore", fresh, showRestore, false},
		{"POST", "/start/restore", fresh, takeBackup, false},
		{"POST", "/start/restore/find", fresh, findForRestore, false},
		{"POST", "/start/restore/sheet", fresh, typeForBackup, false},
		{"POST", "/start/restore/keys", fresh, keysForBackup, false},
		{"GET", "/start/restore/found", fresh, showBackup, false},
		{"POST", "/start/restore/now", fresh, restoreNow, false},
	}
}

// restoreView is the page on which the backup is chosen.
type restoreView struct {
	File  string
	Wrong failView
}

func showRestore(v *visit) error {
	r, err := v.office.Restoring("")
	if err != nil {
		return err
	}
	return v.page("restore", http.StatusOK, restoreView{File: r.File})
}

func takeBackup(v *visit) error {
	file := v.field("file")
	r, err := v.office.TakeBackup(file)
	if bad, ok := errors.AsType[*fault.Error](err); ok {
		return v.page("restore", statusOf(bad.Code), restoreView{file, faultView(v.words, bad)})
	}
	if err != nil {
		return err
	}
	return v.openBackupPage(http.StatusOK, openBackupView{Restoring: r})
}

// openBackupView is the page on which is typed what opens the backup.
type openBackupView struct {
	Restoring

	Keys  string // the folder of the keys
	Wrong string // what is wrong with it or its passphrase
	ByKey bool   // that is how it is tried
}

func (v *visit) openBackupPage(status int, view openBackupView) error {
	return v.page("restore_open", status, view)
}

// restoring gives the backup that a form is about.
func (v *visit) restoring() (Restoring, error) {
	which := v.field("which")
	if which == "" {
		return Restoring{}, refusal{http.StatusConflict, "fault.restore.gone"}
	}
	r, err := v.office.Restoring(which)
	return r, restoreGone(err)
}

func restoreGone(err error) error {
	if errors.Is(err, ErrSheetGone) {
		return refusal{http.StatusConflict, "fault.restore.gone"}
	}
	return err
}

// findForRestore picks the backup, or the folder of the keys.
func findForRestore(v *visit) error {
	p := picking{action: "/start/restore/find"}
	switch v.field("for") {
	case "file":
		p.anchor, p.typed, p.files = "#file", v.r.PostForm.Get("file"), sealedFiles
		p.back = func(file string) error {
			if file == "" {
				file = p.typed
			}
			return v.page("restore", http.StatusOK, restoreView{File: file})
		}
	case "keys":
		r, err := v.restoring()
		if err != nil {
			return err
		}
		p.anchor, p.typed = "#keys", v.r.PostForm.Get("keys")
		p.back = func(folder string) error {
			if folder == "" {
				folder = p.typed
			}
			return v.openBackupPage(http.StatusOK, openBackupView{Restoring: r, Keys: folder, ByKey: true})
		}
	default:
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	return v.pick(p)
}

func typeForBackup(v *visit) error {
	lines := v.sheetLines()
	defer wipe(lines)
	r, err := v.restoring()
	if err != nil {
		return err
	}
	anew := v.field("anew") != ""
	r, err = v.office.TypeForBackup(r.Which, lines, anew)
	switch {
	case err != nil:
		return restoreGone(err)
	case r.Opens:
		return v.lookIntoBackup(r.Which)
	case anew:
		return v.openBackupPage(http.StatusOK, openBackupView{Restoring: r})
	}
	return v.openBackupPage(http.StatusUnprocessableEntity, openBackupView{Restoring: r})
}

func keysForBackup(v *visit) error {
	pass := v.secret("passphrase")
	defer pass.Wipe()
	r, err := v.restoring()
	if err != nil {
		return err
	}
	view := openBackupView{Restoring: r, Keys: v.field("keys"), ByKey: true}
	wait, err := v.tries.try(v.now, func() (bool, error) {
		err := v.office.KeysForBackup(r.Which, view.Keys, pass)
		return err == nil, err
	})
	if wait > 0 {
		view.Wrong = v.words.T("web.unlock.wait", v.words.Duration(wait))
		return v.openBackupPage(http.StatusTooManyRequests, view)
	}
	if errors.Is(err, ErrWrong) {
		view.Wrong = v.words.T("web.unlock.wrong")
		return v.openBackupPage(http.StatusForbidden, view)
	}
	if bad, ok := errors.AsType[*fault.Error](err); ok {
		f := faultView(v.words, bad)
		view.Wrong = f.What + ". " + f.Do
		return v.openBackupPage(statusOf(bad.Code), view)
	}
	if err != nil {
		return restoreGone(err)
	}
	return v.lookIntoBackup(r.Which)
}

func (v *visit) lookIntoBackup(which string) error {
	office := v.office
	return v.begin(v.words.T("web.restore.looks"), "/start/restore", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.LookIntoBackup(ctx, which, tell)
	})
}

// showBackup shows what lies in the backup, once it was opened.
func showBackup(v *visit) error {
	r, err := v.office.Restoring("")
	if err != nil {
		return err
	}
	if r.Seen == nil {
		return v.see("/start/restore")
	}
	return v.page("restore_found", http.StatusOK, r)
}

func restoreNow(v *visit) error {
	r, err := v.restoring()
	switch {
	case err != nil:
		return err
	case r.Seen == nil:
		return v.see("/start/restore")
	}
	office := v.office
	return v.begin(v.words.T("web.restore.makes"), "/start/restore", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.Restore(ctx, r.Which, tell)
	})
}
