package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/desk"
	"custode/encrypt/ring"
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
			err = sh.leftDone(ctx, p, l, do, leftWay{o, &row})
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

// leftWay is how the command was called, and what it tells of one.
type leftWay struct {
	o   openOptions
	row *leftoverDoc
}

// leftDone does with one what is wanted, and says what became of it.
func (sh *shell) leftDone(ctx context.Context, p *page, l desk.Left, do string, way leftWay) error {
	end, err := sh.endLeft(ctx, l, do, func(r *ring.Ring) (ring.Unlocked, bool, error) {
		return sh.keyAtHand(ctx, r, way.o.keys.passphraseFile)
	})
	way.row.Outcome = end.outcome
	if len(end.saved) > 0 {
		way.row.Path = end.saved[0].Path
	}
	if way.o.json {
		return err
	}
	for _, s := range end.saved {
		if s.Outcome == job.SavedBeside && s.Reason != "" {
			sh.sayBeside(p, l.Note.Sealed, s)
			continue
		}
		p.hanging("     ", p.green(sh.words.T("opening.left.sealed", inLine(s.Path, p.width-20))))
	}
	if end.outcome == leftThrown {
		p.hanging("     ", sh.words.T("opening.left.thrown"))
	}
	return err
}

// inLine shows a path within a sentence, in one piece.
func inLine(path string, width int) string {
	return strings.ReplaceAll(shorten(printable(path), width), " ", unbroken)
}
