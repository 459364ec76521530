package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/replace"
	"custode/internal/host"
)

// saveQuiet is how long the copy must not change until it counts as saved, saveAgain
// how long after a failure it is tried again.
const (
	saveQuiet = time.Second
	saveAgain = 5 * time.Second
)

// untilDone seals what is saved until the person is done: Enter on a terminal, or the
// end of the program where that can be seen.
func (e *editing) untilDone(ctx context.Context) error {
	entered, done := e.until, e.program.Done
	ask := func() {
		end, a := make(chan struct{}), e.sh.asker(ctx)
		entered = end
		go func() { defer close(end); a.line() }()
	}
	if e.sh.inTerm {
		ask()
	}
	t := time.NewTicker(openLook)
	defer t.Stop()
	warned, ended := false, false
	var quiet, ran time.Duration
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-entered:
			if warned || e.until != nil || !e.inUse() {
				return nil
			}
			warned = true
			p := e.sh.page(e.sh.err, e.sh.errTerm)
			p.hanging(p.amber("! "), e.sh.words.T("opening.edit.still"))
			ask()
		case <-done:
			if e.program.Waits {
				return nil
			}
			ended, done = true, nil
			e.held = e.held || ran >= openQuiet // it waited for the program
		case <-t.C:
			ran += openLook
			e.look(ctx)
			if e.sh.inTerm || e.until != nil {
				continue
			}
			if quiet += openLook; e.inUse() {
				e.held, quiet = true, 0
			}
			if ended && e.held && quiet >= openQuiet {
				return nil
			}
		}
	}
}

// inUse reports whether a program has the copy open: as the system says, or as the
// program itself does by a file beside it.
func (e *editing) inUse() bool {
	used, _ := host.InUse(e.copy.Path())
	return used || e.copy.Locked()
}

// look seals the copy if something new in it has come to rest.
func (e *editing) look(ctx context.Context) {
	s := e.copy.Stamp()
	if !s.Same(e.last) {
		e.last, e.quiet, e.wait, e.held = s, 0, saveQuiet, true
		return
	}
	if e.quiet += openLook; e.quiet < e.wait || s.Same(e.done) || s.Time().IsZero() {
		return
	}
	saved, err := e.save(ctx, false)
	if err == nil && saved.Outcome != job.NotSaved {
		e.done = s
		e.tell(saved)
		return
	}
	e.wait = e.quiet + saveAgain
	if ctx.Err() != nil || saved.Reason == job.Emptied || saved.Reason == replace.Changed {
		return
	}
	e.complain(whyNotYet(saved.Reason, err))
}

// whyNotYet is the end of the word that says why what was saved is not sealed yet.
func whyNotYet(why replace.Reason, failed error) string {
	switch {
	case why == replace.DiskFull, why == replace.NoPermission, why == replace.Vanished, why == replace.InUse:
		return string(why)
	case why == replace.Changed: // a program writes it just now
		return string(replace.InUse)
	case failed != nil:
		return "busy"
	}
	return "disk"
}

// tell says on standard error that a version is sealed.
func (e *editing) tell(s job.Saved) {
	if s.Outcome == job.SavedAlready {
		return
	}
	e.versions++
	e.said = ""
	if s.Outcome != job.SavedAsNew {
		e.beside = append(e.beside, s)
	}
	w := e.sh.words
	e.sh.page(e.sh.err, e.sh.errTerm).wrap("", w.T("opening.edit.saved", w.DateTime(e.sh.now().Local()), printable(filepath.Base(s.Path))))
	e.heard()
}

// complain says once why what was saved is not sealed yet.
func (e *editing) complain(why string) {
	if e.said == why {
		return
	}
	e.said = why
	p := e.sh.page(e.sh.err, e.sh.errTerm)
	p.hanging(p.amber("! "), e.sh.words.T("opening.edit.not-yet", e.sh.words.T("opening.edit.why."+why)))
	e.heard()
}

// heard lets who follows it look again.
func (e *editing) heard() {
	if e.on != nil {
		e.on()
	}
}

// sayOpen says where the copy is and how to end.
func (e *editing) sayOpen() {
	p, t := e.sh.page(e.sh.err, e.sh.errTerm), e.sh.words.T
	p.wrap("", t("opening.edit.ready", printable(filepath.Base(e.copy.Path()))))
	if e.memory {
		p.wrap("", t("opening.memory"))
	} else {
		p.hanging(p.amber("! "), t("opening.on-disk"))
	}
	if e.sh.inTerm {
		host.DropTyped(e.sh.in) // an impatient Enter after the passphrase
		p.wrap("", p.bold(t("opening.edit.enter")))
	} else {
		p.wrap("", t("opening.edit.wait"))
	}
}

// show says what came of it. What went beside the file, since that was not what it
// had been, ends with 1.
func (e *editing) show() error {
	p := e.sh.page(e.sh.out, e.sh.outTerm)
	doc := openDoc{
		Schema: "custode.open/1", Path: e.path, Copy: e.copy.Path(), MemoryBacked: e.memory, Changed: e.versions > 0,
		Swept: e.swept.swept, Leftovers: e.swept.unsealed, Edit: true, Versions: e.versions, Sealed: e.copy.Note.Sealed, Beside: []string{},
	}
	var listed error
	for _, s := range e.beside {
		if s.Outcome == job.SavedBeside {
			doc.Beside = append(doc.Beside, s.Path)
		}
		if s.Reason != "" {
			listed = errListed
		}
	}
	if e.o.json {
		if err := e.sh.json(doc); err != nil {
			return err
		}
		return listed
	}
	if e.versions == 0 {
		p.wrap("", e.outcome())
	} else {
		p.wrap("", p.green(e.outcome()))
	}
	for _, s := range e.beside {
		e.sh.sayBeside(p, e.path, s)
	}
	e.swept.say(e.sh, p)
	if p.fail != nil {
		return p.fail
	}
	return listed
}

// outcome says what became of the sealed file.
func (e *editing) outcome() string {
	if e.versions == 0 {
		return e.sh.words.T("opening.done")
	}
	return e.sh.words.N("opening.edit.done", int64(e.versions), printable(filepath.Base(e.copy.Note.Sealed)))
}

// sayBeside says where a version is that did not take the place of the sealed file.
func (sh *shell) sayBeside(p *page, sealed string, s job.Saved) {
	p.hanging(p.amber("! "), sh.besideSaid(sealed, s))
	p.line("  " + strings.TrimSpace(shorten(printable(s.Path), p.width-2)))
}

// besideSaid says why a version did not take the place of the sealed file.
func (sh *shell) besideSaid(sealed string, s job.Saved) string {
	key, known := map[replace.Reason]string{
		replace.Changed: "changed", job.Emptied: "emptied", replace.Vanished: "again",
		replace.HardLinks: "linked", replace.Special: "linked", replace.InCloud: "linked",
	}[s.Reason]
	if !known {
		key = "extra"
	}
	return sh.words.T("opening.beside."+key, printable(filepath.Base(sealed)))
}
