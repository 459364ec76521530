package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/desk"
	"custode/internal/fault"
	"custode/internal/host"
)

// leftCount is what earlier runs left.
type leftCount struct{ swept, unsealed int }

// tidy removes the readable copies that interrupted runs left, unless there is
// something in them that is not sealed.
func (sh *shell) tidy(ctx context.Context, base host.Folder) (n leftCount, err error) {
	n.swept = sweepCopies(base.Path)
	left, err := job.Leftovers(ctx, base.Path, sh.home)
	if err != nil {
		return n, fault.On(fault.CodeOf(err, fault.IO), "fault.opening.left", base.Path, err)
	}
	for _, l := range left {
		if l.Unsealed() {
			n.unsealed++
			continue
		}
		if c, err := desk.Take(l); err == nil && c.Remove() == nil {
			n.swept++
		}
	}
	return n, nil
}

// unsealedCopies counts them for the commands that only tell of them.
func (sh *shell) unsealedCopies(ctx context.Context) (n int) {
	base, err := host.Private(sh.env)
	if err != nil {
		return 0
	}
	left, _ := job.Leftovers(ctx, base.Path, sh.home) // what can't be looked at is told by open
	for _, l := range left {
		if l.Unsealed() {
			n++
		}
	}
	return n
}

func (n leftCount) say(sh *shell, p *page) {
	if n.swept > 0 {
		p.wrap("", sh.words.N("opening.swept", int64(n.swept)))
	}
	if n.unsealed > 0 {
		p.hanging(p.amber("! "), sh.words.N("opening.left.notice", int64(n.unsealed), shellLine(sh.proposed([]string{"custode", "open", "--leftovers"}))))
	}
}

// What becomes of a leftover.
const (
	leftHere    = "left"
	leftSealed  = "sealed"
	leftBeside  = "beside"
	leftThrown  = "discarded"
	leftUnsaved = "unsaved"
)

type leftoversDoc struct {
	Schema string        `json:"schema"`
	Swept  int           `json:"swept"`
	Left   []leftoverDoc `json:"left"`
}

type leftoverDoc struct {
	Sealed   string   `json:"sealed"` // the file that it is a copy of; "": not known
	Copy     string   `json:"copy"`
	OpenedAt string   `json:"opened_at"`
	Others   []string `json:"others"`
	Outcome  string   `json:"outcome"`
	Path     string   `json:"path"` // where it is sealed now
}

// leftovers lists the copies with something in them that is not sealed, and does with
// each what the flags or the person say.
func (sh *shell) leftovers(ctx context.Context, o openOptions) error {
	base, err := host.Private(sh.env)
	if err != nil {
		return fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	count, err := sh.tidy(ctx, base)
	if err != nil {
		return err
	}
	left, err := job.Leftovers(ctx, base.Path, sh.home)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.left", base.Path, err)
	}
	if o.path != "" {
		only, _ := filepath.Abs(o.path)
		left = slices.DeleteFunc(left, func(l desk.Left) bool { return l.Note.Sealed != only })
	}
	doc := leftoversDoc{"custode.leftovers/1", count.swept, []leftoverDoc{}}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if !o.json {
		sh.leftHead(p, len(left), count.swept)
	}
	var failed error
	for i, l := range left {
		row := leftoverDoc{Sealed: l.Note.Sealed, Copy: l.Path(), OpenedAt: stamp(l.Note.OpenedAt), Others: append([]string{}, l.Others...), Outcome: leftHere}
		if !o.json {
			sh.leftRow(p, i+1, l)
		}
		do, err := sh.leftChoice(ctx, o)
		if err == nil {
			err = leftAct{sh, p, o, do, &row}.on(ctx, l)
		}
		if err != nil && row.Outcome != leftUnsaved {
			return err
		}
		if err != nil {
			failed = err
		}
		doc.Left = append(doc.Left, row)
	}
	still := slices.ContainsFunc(doc.Left, func(d leftoverDoc) bool { return d.Outcome == leftHere })
	if o.json {
		if err := sh.json(doc); err != nil {
			return err
		}
	} else if still {
		p.gap()
		p.wrap("", w.T("opening.left.how", shellLine(sh.proposed([]string{"custode", "open", "--leftovers", "--seal"}))))
	}
	if failed == nil && still {
		failed = errListed
	}
	return errors.Join(p.fail, failed)
}

func (sh *shell) leftHead(p *page, n, swept int) {
	if swept > 0 {
		p.wrap("", sh.words.N("opening.swept", int64(swept)))
	}
	if n == 0 {
		p.wrap("", sh.words.T("opening.left.none"))
		return
	}
	p.wrap("", p.amber(sh.words.N("opening.left.some", int64(n))))
}

func (sh *shell) leftRow(p *page, n int, l desk.Left) {
	w := sh.words
	p.gap()
	if l.Note.Name == "" {
		p.hanging(padLeft(w.Int(int64(n)), 3)+"  ", w.T("opening.left.unknown"))
	} else {
		p.hanging(padLeft(w.Int(int64(n)), 3)+"  ", p.bold(inLine(l.Note.Sealed, p.width-20)))
		p.hanging("     ", w.T("opening.left.opened", w.DateTime(l.Note.OpenedAt.Local())))
	}
	for _, path := range l.Others {
		p.hanging("     ", w.T("opening.left.besides", inLine(path, p.width-20)))
	}
	p.hanging("     ", w.T("opening.left.copy", inLine(l.Path(), p.width-20)))
}

// leftChoice gives what is to be done with one.
func (sh *shell) leftChoice(ctx context.Context, o openOptions) (string, error) {
	switch {
	case o.seal:
		return leftSealed, nil
	case o.beside:
		return leftBeside, nil
	case o.discard:
		return leftThrown, nil
	case !sh.inTerm || o.json:
		return leftHere, nil
	}
	t := sh.words.T
	letters := strings.Fields(t("opening.left.letters"))
	what := []string{leftSealed, leftBeside, leftThrown, leftHere}
	return sh.asker(ctx).text(t("opening.left.ask"), letters[3], func(s string) (string, string) {
		if i := slices.Index(letters, strings.ToLower(s)); i >= 0 {
			return what[i], ""
		}
		return "", t("opening.left.wrong", strings.Join(letters, ", "))
	})
}

// leftAct is what is done with one.
type leftAct struct {
	sh  *shell
	p   *page
	o   openOptions
	do  string
	row *leftoverDoc
}

// on does it.
func (a leftAct) on(ctx context.Context, l desk.Left) error {
	sh, p, o, do, row := a.sh, a.p, a.o, a.do, a.row
	if do == leftHere {
		return nil
	}
	if l.Note.Name == "" && do != leftThrown {
		row.Outcome = leftUnsaved
		return fault.On(fault.Data, "fault.opening.left.unknown", l.Dir, nil)
	}
	c, err := desk.Take(l)
	if errors.Is(err, desk.ErrInUse) {
		return nil // somebody was faster
	}
	if err == nil && do != leftThrown {
		err = a.seal(ctx, c)
	}
	if err != nil {
		c.Leave()
		return err
	}
	if err := c.Remove(); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.remove", c.Dir, err)
	}
	if row.Outcome = do; do == leftThrown && !o.json {
		p.hanging("     ", sh.words.T("opening.left.thrown"))
	}
	return nil
}

// seal seals what is in a copy that was left. That needs no passphrase.
func (a leftAct) seal(ctx context.Context, c *desk.Copy) error {
	sh, p, o, do, row := a.sh, a.p, a.o, a.do, a.row
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	release, err := sh.lock("seal")
	if err != nil {
		return err
	}
	defer release()
	r, err := sh.ring()
	if err != nil {
		return err
	}
	how, err := sh.editOptions(r)
	if err != nil {
		return err
	}
	if u, there, err := sh.keyAtHand(ctx, r, o.keys.passphraseFile); err == nil && there {
		how.With, how.Vault = u.Identities(), u.Vault
		defer u.Wipe()
	}
	how.Last, how.Beside = true, do == leftBeside
	sealed := c.Note.Sealed
	saved, err := job.SaveCopy(ctx, st, c, how)
	all := []job.Saved{saved}
	for _, path := range c.Others() {
		if err == nil && saved.Outcome != job.NotSaved {
			saved, err = job.SaveOther(ctx, st, c, path, how)
			all = append(all, saved)
		}
	}
	if err != nil || saved.Outcome == job.NotSaved {
		row.Outcome = leftUnsaved
		return unsealed(c.Path(), sealed, saved, err)
	}
	row.Path = all[0].Path
	if o.json {
		return nil
	}
	for _, s := range all {
		if s.Outcome == job.SavedBeside && s.Reason != "" {
			sh.sayBeside(p, sealed, s)
			continue
		}
		p.hanging("     ", p.green(sh.words.T("opening.left.sealed", inLine(s.Path, p.width-20))))
	}
	return nil
}

// inLine shows a path within a sentence, in one piece.
func inLine(path string, width int) string {
	return strings.ReplaceAll(shorten(printable(path), width), " ", unbroken)
}
