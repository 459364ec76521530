package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook/privacy/printed"
	"custode/playbook/privacy/statement"
)

type brokenDoc struct {
	ID    string `json:"id"`
	Text  string `json:"text"` // as it was printed
	Why   string `json:"why"`
	Since string `json:"since"` // or "": not known
}

type printedDoc struct {
	Lang      string      `json:"lang"`
	Made      string      `json:"made"`
	Path      string      `json:"path"`
	File      string      `json:"file"` // same, changed, missing
	Sentences int         `json:"sentences"`
	Broken    []brokenDoc `json:"broken"`
}

type statementCheckDoc struct {
	Schema  string       `json:"schema"`
	Printed []printedDoc `json:"printed"`
}

// reviewed is a printed statement, and what of it is no longer true.
type reviewed struct {
	paper  printed.Paper
	of     int // sentences
	broken []statement.Broken
	file   string // same, changed, missing
}

func (r reviewed) bad() bool { return len(r.broken) > 0 || r.file == fileChanged }

// What became of the file since it was written.
const (
	fileSame    = "same"
	fileChanged = "changed"
	fileMissing = "missing" // or it cannot be read: what hangs somewhere else, nobody can look at
)

// watchRunning is the item of the daily check that says when the watch was last heard of.
const watchRunning = "watch.running"

// checkPrinted compares what was printed last, in each language, with the facts of now. It ends
// with 1 where a sentence is no longer true, or the file was changed by somebody.
func (d *stater) checkPrinted(ctx context.Context, o statementOptions) error {
	papers, err := d.st.Printed(ctx)
	if err != nil {
		return err
	}
	var all []reviewed
	for _, p := range papers {
		if p.Kind != printed.Statement {
			continue
		}
		r, err := d.review(ctx, p)
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return fault.New(fault.NoInput, "fault.statement.none")
	}
	if o.json {
		err = d.sh.json(d.checked(all))
	} else {
		err = d.checkPage(all)
	}
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.bad() {
			return codeError(1)
		}
	}
	return nil
}

func (d *stater) review(ctx context.Context, p printed.Paper) (reviewed, error) {
	said, err := statement.Decode(p.Facts)
	if err != nil {
		return reviewed{}, err
	}
	turned, err := job.Turned(ctx, d.st, p.Made)
	if err != nil {
		return reviewed{}, err
	}
	r := reviewed{paper: p, of: len(said.Sentences), file: fileMissing}
	r.broken = d.book.Check(said, d.facts, d.sh.now(), func(item string) time.Time {
		if item == watchRunning { // the watch itself says when it was last heard of
			for _, it := range d.items {
				if it.ID == item && len(it.Title.Args) == 1 {
					if at, ok := it.Title.Args[0].(time.Time); ok {
						return at
					}
				}
			}
		}
		return turned[item]
	})
	raw, err := os.ReadFile(p.Path)
	switch {
	case err == nil && sha256.Sum256(raw) == p.Digest:
		r.file = fileSame
	case err == nil:
		r.file = fileChanged
	case !errors.Is(err, fs.ErrNotExist):
		return r, fault.On(fault.CodeOf(err, fault.IO), "fault.statement.read", p.Path, err)
	}
	return r, nil
}

func (d *stater) checked(all []reviewed) statementCheckDoc {
	doc := statementCheckDoc{"custode.statement-check/1", []printedDoc{}}
	for _, r := range all {
		one := printedDoc{r.paper.Lang, r.paper.Made.Format(time.RFC3339), r.paper.Path, r.file, r.of, []brokenDoc{}}
		for _, b := range r.broken {
			one.Broken = append(one.Broken, brokenDoc{b.ID, b.Text, d.brokenWhy(b), stamp(b.Since)})
		}
		doc.Printed = append(doc.Printed, one)
	}
	return doc
}

// brokenWhy says why a printed sentence is no longer true.
func (d *stater) brokenWhy(b statement.Broken) string {
	if b.Better {
		return d.sh.words.T("statement.less." + string(b.Lack.Name))
	}
	return d.why(b.Lack)
}

// brokenSince says why a printed sentence is no longer true, and since when where that is known.
func (d *stater) brokenSince(b statement.Broken) string {
	w, why := d.sh.words, d.brokenWhy(b)
	if !b.Since.IsZero() && b.Lack.Item != watchRunning { // which says so itself
		why += " (" + w.T("statement.check.since", w.Date(b.Since)) + ")"
	}
	return why
}

func (d *stater) checkPage(all []reviewed) error {
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	for i, r := range all {
		if i > 0 {
			p.gap()
		}
		p.wrap("", w.T("statement.check.of", w.Date(r.paper.Made), printable(r.paper.Path)))
		switch r.file {
		case fileChanged:
			p.hanging("  ", p.amber(w.T("statement.check.changed")))
		case fileMissing:
			if r.paper.Path != "" {
				p.hanging("  ", p.dim(w.T("statement.check.missing")))
			}
		}
		if len(r.broken) == 0 {
			p.hanging("  ", p.green(w.N("statement.check.good", int64(r.of))))
			continue
		}
		p.hanging("  ", p.red(w.N("statement.check.broken", int64(len(r.broken)))))
		for _, b := range r.broken {
			p.hanging("  - ", b.Text)
			p.hanging("      ", d.brokenSince(b))
			if command := d.helps(b.Lack); len(command) > 0 {
				p.line("      " + shellLine(d.sh.proposed(command)))
			}
		}
		p.wrap("  ", w.T("statement.check.do", d.sh.command("custode", "privacy", "statement", "--out", w.T("statement.file"))))
	}
	return p.fail
}
