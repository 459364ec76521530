package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/backup"
	"custode/internal/fault"
)

// pathTyped is the whole path of a file as somebody typed it, or copied it from a file manager.
func pathTyped(path string) (string, error) {
	path = strings.Trim(strings.TrimSpace(path), `"'`)
	if !filepath.IsAbs(path) { // below what, nobody could say
		return "", fault.On(fault.NoInput, "fault.serve.whole-path", printable(path), nil)
	}
	return filepath.Clean(path), nil
}

// backed is the backup that the page wrote last.
type backed struct {
	path string
	at   time.Time
}

// backedKeeps is for how long a second backup into the same folder is taken for the same click.
const backedKeeps = time.Minute

// again refuses what a double click, or the back button, asks for a second time.
func (b backed) again(dir string, now time.Time) error {
	if age := now.Sub(b.at); filepath.Dir(b.path) != dir || age < 0 || age >= backedKeeps {
		return nil
	}
	if _, err := os.Stat(b.path); err != nil {
		return nil //nolint:nilerr // it is gone: another one is wanted
	}
	return fault.On(fault.CannotMake, "fault.serve.backed", printable(filepath.Base(b.path)), nil)
}

// BackUp implements [web.Setter].
func (o *office) BackUp(ctx context.Context, dir string, _ func(web.Progress)) (out web.Outcome, err error) {
	sh := o.sh
	dir = strings.Trim(dir, `"'`) // as it is copied from a file manager
	if !filepath.IsAbs(dir) {     // below what, nobody could say
		return out, fault.On(fault.NoInput, "fault.init.no-folder", printable(dir), nil)
	}
	if _, err := os.Stat(dir); err != nil {
		return out, fault.On(fault.CodeOf(err, fault.NoInput), "fault.serve.folder", printable(dir), err)
	}
	if dir, err = folder(dir); err != nil {
		return out, err
	}
	if !o.backing.TryLock() {
		return out, fault.New(fault.Busy, "fault.serve.backing")
	}
	defer o.backing.Unlock()
	if err := o.backed.again(dir, sh.now()); err != nil {
		return out, err
	}
	path := filepath.Join(dir, "custode-"+sh.now().Format("2006-01-02-150405")+".age")
	b, err := sh.saveHome(ctx, path)
	if err != nil {
		return out, err
	}
	o.backed = backed{path, sh.now()}
	return sh.backedUp(b), nil
}

// backedUp says what was written.
func (sh *shell) backedUp(b saved) web.Outcome {
	w := sh.words
	out := web.Outcome{Title: w.T("web.settings.backup.done"), Lines: append([]string{w.T("backup.done", w.Bytes(b.Bytes)), printable(b.File)}, b.undone...), Next: "/settings#backup"}
	out.Lines = append(out.Lines, w.T("backup.holds"), w.T("backup.not"))
	if sh.sameDrive(filepath.Dir(b.File)) {
		out.Lines = append(out.Lines, w.T("backup.same-drive"))
	}
	out.Lines = append(out.Lines, w.T("web.settings.backup.next"))
	return out
}

// TryBackup implements [web.Rehearser].
func (o *office) TryBackup(ctx context.Context, file string, tell func(web.Progress)) (out web.Outcome, err error) {
	if file, err = pathTyped(file); err != nil {
		return out, err
	}
	w := o.sh.words
	tell(web.Progress{Note: w.T("web.backup.try.reads", printable(filepath.Base(file)))})
	t, err := o.sh.holdAgainst(ctx, file)
	if err != nil {
		return out, err
	}
	return web.Outcome{Title: w.T("web.backup.try.done"), Lines: []string{w.T("backup.try.whole"), printable(t.SameAs), w.T("backup.try.next")}, Next: "/"}, nil
}

// TryHome implements [web.Rehearser].
func (o *office) TryHome(ctx context.Context, file string, tell func(web.Progress)) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	if file, err = pathTyped(file); err != nil {
		return out, err
	}
	if err := regularBackup(file); err != nil {
		return out, err
	}
	u, err := o.unlockedHere(ctx)
	if err != nil {
		return out, err
	}
	defer u.Wipe()
	tell(web.Progress{Note: w.T("web.backup.home.reads", printable(filepath.Base(file)))})
	place := sh.home + "-try" // where it would be made: the home is taken
	about, err := job.MakeHome(ctx, file, backup.Target{Home: place, With: u.Identities(), DryRun: true}, checkCopy)
	if err != nil {
		return out, restoreFault(file, place, err)
	}
	return web.Outcome{Title: w.T("web.backup.home.done"), Lines: []string{w.T("web.backup.home.whole", w.DateTime(about.MadeAt.Local()), w.N("journal.files", about.Files)), w.T("web.backup.home.next")}, Next: "/settings#backup"}, nil
}
