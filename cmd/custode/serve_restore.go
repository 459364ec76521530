package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/backup"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/internal/fault"
	"custode/internal/secret"
)

// restoring is a backup of which a home is to be made. It is kept a quarter of an hour after it was last used.
type restoring struct {
	which string // the name that only the browser has where it is done
	used  time.Time
	file  string
	typed sheetTyping
	ids   []age.Identity // what opens it; nil: not typed yet
	wipe  func()         // forgets them
	seen  *web.BackupSeen
	busy  bool // a work uses the keys
	gone  bool // it is forgotten as soon as the work lets go
}

// forget wipes what was typed. The caller holds mu.
func (r *restoring) forget() {
	r.typed.forget()
	if r.gone = true; !r.busy && r.wipe != nil {
		r.wipe()
		r.ids, r.wipe = nil, nil
	}
}

// opens takes what opens the backup. The caller holds mu.
func (r *restoring) opens(ids []age.Identity, wipe func()) {
	r.typed.forget()
	if r.wipe != nil {
		r.wipe()
	}
	r.ids, r.wipe, r.seen = ids, wipe, nil
}

// toRestore gives the backup of that name, "" whichever there is; nil: none. The caller holds mu.
func (o *office) toRestore(which string) (*restoring, error) {
	if r := o.restore; r != nil && !r.busy && o.sh.now().Sub(r.used) > recoveryLives {
		r.forget()
		o.restore = nil
	}
	r := o.restore
	if which != "" && (r == nil || r.which != which) {
		return nil, web.ErrSheetGone
	}
	if r != nil {
		r.used = o.sh.now()
	}
	return r, nil
}

// Restoring implements [web.Restorer].
func (o *office) Restoring(which string) (v web.Restoring, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r, err := o.toRestore(which)
	if err != nil || r == nil {
		return v, err
	}
	return r.shown(), nil
}

func (r *restoring) shown() web.Restoring {
	return web.Restoring{SheetTyped: r.typed.shown(), Which: r.which, File: r.file, Name: printable(r.file), Opens: r.ids != nil, Seen: r.seen}
}

// TakeBackup implements [web.Restorer].
func (o *office) TakeBackup(file string) (v web.Restoring, err error) {
	if file, err = pathTyped(file); err != nil {
		return v, err
	}
	if err := o.sh.noHomeYet(file); err != nil {
		return v, err
	}
	if err := sealedBackup(file); err != nil {
		return v, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if r, _ := o.toRestore(""); r != nil {
		if r.busy {
			return v, fault.New(fault.Busy, "fault.restore.busy")
		}
		r.forget()
	}
	o.restore = &restoring{which: web.Token(), used: o.sh.now(), file: file}
	return o.restore.shown(), nil
}

// sealedBackup wants a file that may be a backup, as far as can be seen without a key.
func sealedBackup(file string) error {
	if err := regularBackup(file); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.NoInput), "fault.restore.file", file, err)
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err == nil {
		_, err = seal.Inspect(f, info.Size())
	}
	if err == nil {
		return nil
	}
	if told := restoreFault(file, file, err); !isFault(told, "fault.restore.write") {
		return told
	}
	return fault.On(fault.CodeOf(err, fault.IO), "fault.restore.file", file, err)
}

// TypeForBackup implements [web.Restorer].
func (o *office) TypeForBackup(which string, lines [web.SheetLines]secret.Bytes, anew bool) (v web.Restoring, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r, err := o.toRestore(which)
	switch {
	case err != nil:
		return v, err
	case r.busy:
		return v, fault.New(fault.Busy, "fault.restore.busy")
	}
	if anew {
		r.typed.forget()
	}
	t := r.typed.take(o.sh, lines)
	if t.whole {
		r.opens([]age.Identity{t.id}, t.id.Wipe)
	} else if t.mixed {
		r.typed.forget()
	}
	v = r.shown()
	t.tell(o.sh, &v.SheetTyped)
	return v, nil
}

// KeysForBackup implements [web.Restorer].
func (o *office) KeysForBackup(which, folder string, passphrase secret.Bytes) error {
	folder, err := pathTyped(folder)
	if err != nil {
		return fault.On(fault.NoInput, "fault.restore.no-keys", printable(folder), nil)
	}
	r, err := ring.Load(folder)
	if errors.Is(err, ring.ErrNone) { // custode's whole folder
		r, err = ring.Load(filepath.Join(folder, "keys"))
	}
	if errors.Is(err, ring.ErrNone) {
		return fault.On(fault.NoInput, "fault.restore.no-keys", printable(folder), nil)
	}
	if err != nil {
		return keysFault(err)
	}
	u, err := r.Unlock(passphrase, "")
	if errors.Is(err, ring.ErrWrongPassphrase) {
		return web.ErrWrong
	}
	if err != nil {
		return keysFault(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	b, err := o.toRestore(which)
	switch {
	case err == nil && b.busy:
		err = fault.New(fault.Busy, "fault.restore.busy")
	case err == nil:
		b.opens(u.Identities(), u.Wipe)
		return nil
	}
	u.Wipe()
	return err
}

// useBackup gives a work the backup and what opens it, until it lets go. Nobody else gets it meanwhile.
func (o *office) useBackup(which string) (r *restoring, letGo func(), err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r, err = o.toRestore(which)
	switch {
	case err != nil || r.ids == nil:
		return nil, nil, fault.New(fault.NoPerm, "fault.restore.gone")
	case r.busy:
		return nil, nil, fault.New(fault.Busy, "fault.restore.busy")
	}
	r.busy = true
	return r, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if r.busy = false; r.gone {
			r.forget()
		}
	}, nil
}

// LookIntoBackup implements [web.Restorer].
func (o *office) LookIntoBackup(ctx context.Context, which string, tell func(web.Progress)) (out web.Outcome, err error) {
	r, letGo, err := o.useBackup(which)
	if err != nil {
		return out, err
	}
	defer letGo()
	sh, w := o.sh, o.sh.words
	tell(web.Progress{Note: w.T("web.backup.home.reads", printable(filepath.Base(r.file)))})
	seen := web.BackupSeen{Into: printable(sh.home)}
	about, err := sh.makeHome(ctx, r.file, backup.Target{With: r.ids, DryRun: true}, func(ctx context.Context, home string) error {
		if err := checkCopy(ctx, home); err != nil {
			return err
		}
		return sh.seenIn(home, &seen)
	})
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		r.opens(nil, nil) // it is typed again
		return out, err
	}
	seen.Said = w.T("web.restore.whole", w.DateTime(about.MadeAt.Local()), printable(about.Version), w.N("journal.files", about.Files))
	o.mu.Lock()
	defer o.mu.Unlock()
	r.seen = &seen
	return web.Outcome{Title: w.T("web.restore.opened"), Lines: []string{seen.Said, w.T("web.restore.nothing-yet")}, Next: "/start/restore/found"}, nil
}

// seenIn looks into a home that is not in use yet.
func (sh *shell) seenIn(home string, seen *web.BackupSeen) error {
	raw, err := os.ReadFile(filepath.Join(home, "custode.yaml"))
	if err != nil {
		return backup.ErrDamaged
	}
	set, _ := parseSettings(raw) // what is wrong in them is told when they are read
	seen.Shop = plain(set.Shop)
	missing := map[string]bool{}
	for _, f := range absent(set.Folders) {
		missing[f] = true
		seen.Absent = append(seen.Absent, printable(f))
	}
	seen.Elsewhere = ofOtherSystem(set.Folders)
	for _, f := range set.Folders {
		if !missing[f] {
			seen.Here = append(seen.Here, printable(f))
		}
	}
	if r, err := ring.Load(filepath.Join(home, "keys")); err == nil {
		var names []string
		for _, p := range r.People() {
			names = append(names, printable(p.Name))
		}
		seen.People = strings.Join(names, ", ")
	}
	return nil
}

// ofOtherSystem tells of which system folders are named as on no folder of this one: "windows", "unix"; "": of none.
func ofOtherSystem(folders []string) string {
	for _, f := range folders {
		drive := len(f) > 2 && f[1] == ':' && (f[2] == '\\' || f[2] == '/') || strings.HasPrefix(f, `\\`)
		switch windows := os.PathSeparator == '\\'; {
		case drive && !windows:
			return "windows"
		case !drive && windows && strings.HasPrefix(f, "/"):
			return "unix"
		}
	}
	return ""
}

// Restore implements [web.Restorer].
func (o *office) Restore(ctx context.Context, which string, tell func(web.Progress)) (out web.Outcome, err error) {
	r, letGo, err := o.useBackup(which)
	if err != nil {
		return out, err
	}
	defer letGo()
	sh, w := o.sh, o.sh.words
	tell(web.Progress{Note: w.T("web.backup.home.reads", printable(filepath.Base(r.file)))})
	done, err := sh.restoreHome(ctx, r.file, r.ids)
	if err != nil {
		return out, err
	}
	o.mu.Lock()
	r.forget()
	o.restore = nil
	o.mu.Unlock()
	out = web.Outcome{Title: w.T("web.restore.done"), Lines: []string{w.T("backup.restored", w.DateTime(done.about.MadeAt.Local())), printable(sh.home), w.T("web.restore.next")}, Next: "/"}
	out.Parts = sh.firstSteps(done)
	return out, nil
}

// firstSteps is what is left to do on this computer once a home is back.
func (sh *shell) firstSteps(done restored) (parts []web.Part) {
	w, folders := sh.words, done.set.Folders
	for _, u := range done.undone {
		parts = append(parts, web.Part{Say: u})
	}
	missing := absent(folders)
	if len(missing) > 0 {
		part := web.Part{Say: w.N("backup.folders", int64(len(missing))) + " " + w.T("web.restore.folders"), To: "/settings#folders", Do: w.T("web.restore.folders.do")}
		for _, f := range missing {
			part.List = append(part.List, printable(f))
		}
		parts = append(parts, part)
	}
	if len(missing) < len(folders) {
		parts = append(parts, web.Part{Say: w.T("web.restore.stale"), To: "/data", Do: w.T("web.restore.stale.do")})
	}
	if sh.lacksSecret(done.set.Alerts) {
		parts = append(parts, web.Part{Say: w.T("web.restore.alerts"), To: "/settings#alerts", Do: w.T("web.restore.alerts.do")})
	}
	return append(parts,
		web.Part{Say: w.T("web.restore.watch"), To: "/watch#stands", Do: w.T("web.settings.watch.to")},
		web.Part{Say: w.T("web.restore.passphrase"), To: "/recover", Do: w.T("web.recover.link")})
}

// lacksSecret reports whether a password or an address of the alerts is not on this computer.
func (sh *shell) lacksSecret(a alertSettings) bool {
	lacks := func(file, entry string) bool {
		s, err := sh.keptSecret(file, entry)
		s.Wipe()
		return err != nil
	}
	if m := a.Mail; m != nil && m.User != "" && lacks(m.File, m.Keyring) {
		return true
	}
	return slices.ContainsFunc(a.Services, func(s serviceSetting) bool { return s.URL.Len() == 0 && lacks(s.File, s.Keyring) })
}
