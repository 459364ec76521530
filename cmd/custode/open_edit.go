package main

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/encrypt/desk"
	"custode/encrypt/replace"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/journal"
)

// editing is the time during which somebody works on the copy of a sealed file.
type editing struct {
	sh      *shell
	o       openOptions
	st      state
	copy    *desk.Copy
	how     job.EditOptions
	vault   string // the fingerprint of how.Vault
	program host.Program
	path    string // the sealed file
	row     int64  // of the journal, that tells of the copy
	memory  bool
	swept   leftCount

	last, done desk.Stamp // of the last look, and of what is sealed
	quiet      time.Duration
	wait       time.Duration // quiet for so long, until it is tried again
	held       bool          // a program was seen to have the copy open, or to write it
	said       string
	versions   int
	beside     []job.Saved

	until <-chan struct{} // the person is done, where it is not said on a terminal; nil: it is not said
	on    func()          // something was told; nil: nobody wants to know
}

// edit opens a sealed file so that what is saved becomes its new version.
func (sh *shell) edit(ctx context.Context, o openOptions) (err error) {
	ctx, stop := whileOpen(ctx)
	defer stop()
	e, base, err := sh.toEdit(ctx, o)
	if err != nil {
		return err
	}
	if e.st, err = sh.open(ctx); err != nil {
		return err
	}
	defer e.st.Close() // every write was committed
	wipe, err := e.unlock(ctx)
	if err != nil {
		return err
	}
	defer wipe()
	if err := e.start(ctx, base.Path); err != nil {
		return err
	}
	e.sayOpen()
	ended := e.untilDone(ctx)
	if err := e.finish(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if err := e.show(); ended == nil {
		ended = err
	}
	return ended
}

// toEdit finds the sealed file, and sees whether it can be edited. Nothing is opened yet.
func (sh *shell) toEdit(ctx context.Context, o openOptions) (e *editing, base host.Folder, err error) {
	path, base, err := sh.toLookAt(o)
	if err != nil {
		return nil, base, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // what a link leads to is replaced, not the link
	}
	e = &editing{sh: sh, o: o, path: path, memory: base.MemoryBacked}
	if e.swept, err = sh.tidy(ctx, base); err != nil {
		return nil, base, err
	}
	if desk.Open(base.Path, sh.home, path) {
		return nil, base, fault.On(fault.Busy, "fault.opening.twice", path, nil)
	}
	if err := desk.Replaceable(path); err != nil {
		return nil, base, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.target", filepath.Dir(path), err)
	}
	return e, base, nil
}

// start makes the copy and opens it in its program.
func (e *editing) start(ctx context.Context, base string) (err error) {
	if err := e.begin(ctx, base); err != nil {
		return err
	}
	if e.program, err = e.sh.startProgram(e.copy.Path(), e.path); err != nil { //nolint:contextcheck // the program may outlive this command
		return errors.Join(err, e.putAway(context.WithoutCancel(ctx)))
	}
	return nil
}

// putAway removes the copy, and has that written in the journal.
func (e *editing) putAway(ctx context.Context) error {
	if err := e.copy.Remove(); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.remove", e.copy.Dir, err)
	}
	return e.sh.noteClosed(ctx, e.path, e.row)
}

// unlock gets the keys, for the sealed file and for its new version.
func (e *editing) unlock(ctx context.Context) (wipe func(), err error) {
	r, err := e.sh.ring()
	if err != nil {
		return nil, err
	}
	var u ring.Unlocked
	flags := keyFlags{passphraseFile: e.o.keys.passphraseFile}
	if len(e.o.keys.identities) > 0 {
		flags.identity = e.o.keys.identities[0]
		u, err = e.sh.unlockedAnew(ctx, r, flags)
	} else {
		u, err = e.sh.unlocked(ctx, r, flags)
	}
	if err != nil {
		return nil, err
	}
	return u.Wipe, e.hold(r, u)
}

// hold takes the keys.
func (e *editing) hold(r *ring.Ring, u ring.Unlocked) (err error) {
	e.vault = r.VaultFingerprint()
	e.how, err = e.sh.editOptions(r)
	e.how.With, e.how.Vault = u.Identities(), u.Vault
	return err
}

// editOptions are those that need no key.
func (sh *shell) editOptions(r *ring.Ring) (o job.EditOptions, err error) {
	key, _, err := sh.peopleKey()
	o.Ring, o.Key, o.Now = r, catalogue.NewKey(key[:]), sh.now
	return o, err
}

// begin makes the copy, and has it written in the journal before anybody sees it.
func (e *editing) begin(ctx context.Context, base string) (err error) {
	name, err := e.sh.copyName(ctx, e.st, e.path)
	if err != nil {
		return err
	}
	if strings.HasSuffix(strings.ToLower(filepath.Base(e.path)), bundle.Ext) {
		ar, err := archiveIn(ctx, e.o, e.path, e.how.With)
		_ = ar.Close() // only read
		if err != nil || ar.there() {
			if err == nil {
				err = fault.New(fault.Usage, "fault.opening.edit-member")
			}
			return err
		}
	}
	n := desk.Note{Home: e.sh.home, Sealed: e.path, Name: name, OpenedAt: e.sh.now().UTC()}
	if n.Was, err = desk.Mark(ctx, e.path); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.path", e.path, err)
	}
	if e.copy, err = desk.New(base, n); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", base, err)
	}
	err = e.sh.copyWhole(ctx, e.how.With, e.path, e.copy.Path())
	if isFault(err, "fault.decrypt.no-key") {
		err = fault.On(fault.NoPerm, "fault.opening.foreign", e.path, nil)
	}
	if err == nil {
		if err = os.Chmod(e.copy.Path(), 0o600); err == nil {
			err = e.noteContent(ctx, n)
		}
		if err != nil {
			err = fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", e.copy.Dir, err)
		}
	}
	if err == nil {
		var head journal.Head
		head, err = e.st.Record(ctx, "file.edited", map[string]any{"sealed": e.path})
		e.row = head.Seq
	}
	if err != nil {
		return errors.Join(err, e.copy.Remove())
	}
	e.last = e.copy.Stamp()
	e.done = e.last
	return nil
}

// noteContent keeps in mind what is sealed. If the sealed file changed while it was
// opened, the copy counts as one of the old file: what is saved goes beside it.
func (e *editing) noteContent(ctx context.Context, n desk.Note) error {
	_, sum, err := e.copy.Look(ctx)
	if err != nil {
		return err
	}
	info, err := os.Lstat(e.copy.Path())
	if err != nil {
		return err
	}
	n.Content, n.Bytes = hex.EncodeToString(sum[:]), info.Size()
	return e.copy.Keep(n)
}

// save seals what is new in the copy.
func (e *editing) save(ctx context.Context, last bool) (job.Saved, error) {
	release, err := e.sh.lock("seal")
	if err != nil {
		return job.Saved{Outcome: job.NotSaved}, err
	}
	defer release()
	how := e.how
	how.Last = last
	if how.Ring, err = e.sh.ring(); err != nil {
		return job.Saved{Outcome: job.NotSaved}, err
	}
	if how.Ring.VaultFingerprint() != e.vault {
		how.Vault = nil // it was changed meanwhile: the new one is proven at the next unlock
	}
	return job.SaveCopy(ctx, e.st, e.copy, how)
}

// finishTries and finishPause bound how long finish waits for what passes: another custode at
// its work, a program that writes the copy still.
const (
	finishTries = 240
	finishPause = 250 * time.Millisecond
)

// finish seals what was saved last, and only then removes the copy.
func (e *editing) finish(ctx context.Context) error {
	for left := finishTries; left >= 0; left-- {
		before := e.copy.Stamp()
		var saved job.Saved
		var err error
		saved, left, err = e.patiently(left, func() (job.Saved, error) { return e.save(ctx, true) })
		if err != nil || saved.Outcome == job.NotSaved {
			return e.stays(saved, err)
		}
		e.tell(saved)
		if e.copy.Stamp().Same(before) {
			break
		}
	}
	for _, path := range e.copy.Others() {
		saved, _, err := e.patiently(finishTries, func() (job.Saved, error) { return e.saveOther(ctx, path) })
		if err != nil || saved.Outcome == job.NotSaved {
			return e.stays(saved, err)
		}
		e.beside = append(e.beside, saved)
	}
	return e.putAway(ctx)
}

// patiently saves, and again for so many times while what is in the way will pass. It gives
// how many of them are left.
func (e *editing) patiently(tries int, save func() (job.Saved, error)) (saved job.Saved, left int, err error) {
	for {
		saved, err = save()
		passing := err != nil && codeOf(err) == fault.Busy || err == nil && (saved.Reason == replace.Changed || saved.Reason == replace.InUse)
		if saved.Outcome != job.NotSaved || !passing || tries <= 0 {
			return saved, tries, err
		}
		e.complain(whyNotYet(saved.Reason, err))
		time.Sleep(finishPause)
		tries--
	}
}

func (e *editing) saveOther(ctx context.Context, path string) (job.Saved, error) {
	release, err := e.sh.lock("seal")
	if err != nil {
		return job.Saved{Outcome: job.NotSaved}, err
	}
	defer release()
	return job.SaveOther(ctx, e.st, e.copy, path, e.how)
}

// codeOf is the code of a fault, or that of a bug.
func codeOf(err error) fault.Code {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Code
	}
	return fault.Bug
}

// stays ends with a copy that could not be sealed: it is kept, and the error says
// where, and how to go on.
func (e *editing) stays(s job.Saved, err error) error {
	e.copy.Leave()
	return unsealed(e.copy.Path(), e.path, s, err)
}

// unsealed is the error of a copy that could not be sealed.
func unsealed(copied, sealed string, s job.Saved, err error) error {
	cause := errors.Join(s.Err, err)
	code := fault.CannotMake
	switch {
	case s.Reason == replace.DiskFull, s.Reason == replace.DiskError, s.Reason == replace.NotDurable, s.Reason == replace.Unproven:
		code = fault.IO
	case s.Reason == replace.NoPermission:
		code = fault.NoPerm
	case err != nil:
		code = codeOf(err)
	}
	return &fault.Error{Code: fault.CodeOf(cause, code), ID: "fault.opening.unsealed", Path: copied, Args: []any{printable(filepath.Base(sealed))}, Err: cause}
}
