package main

import (
	"cmp"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/notice"
	"custode/playbook/privacy/printed"
)

// stalePaper is a notice that was printed, and what has changed since.
type stalePaper struct {
	printed.Paper
	file    string // same, changed, missing
	changes []notice.Change
}

type noticeChangeDoc struct {
	notice.Change
	Say string `json:"say"`
}

type noticePaperDoc struct {
	Kind    printed.Kind      `json:"kind"`
	Lang    string            `json:"lang"`
	Made    string            `json:"made"`
	Path    string            `json:"path"`
	File    string            `json:"file"`
	Again   bool              `json:"print_again"`
	Changes []noticeChangeDoc `json:"changes"`
	Command []string          `json:"command"`
}

type noticeCheckDoc struct {
	Schema string           `json:"schema"`
	Again  bool             `json:"print_again"`
	Papers []noticePaperDoc `json:"papers"`
	Loose  []string         `json:"not_on_it"`     // categories that are held, and nothing says why
	Old    []string         `json:"kept_too_long"` // categories
}

// check says of what was printed last, of each kind and language, what has changed in the data
// since. It ends with 1 where something is to be printed again.
func (d *noticer) check(asJSON bool) error {
	var list []stalePaper
	for _, p := range d.papers {
		if p.Kind == printed.Statement {
			continue
		}
		s, err := d.compare(p)
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	var err error
	if asJSON {
		err = d.sh.json(d.checkDoc(list))
	} else {
		err = d.checkPage(list)
	}
	if err == nil && slices.ContainsFunc(list, func(s stalePaper) bool { return len(s.changes) > 0 }) {
		err = codeError(1)
	}
	return err
}

// compare holds a paper to what is so now.
func (d *noticer) compare(p printed.Paper) (stalePaper, error) {
	s := stalePaper{Paper: p, file: fileMissing}
	was, err := notice.Decode(p.Facts)
	if err != nil {
		return s, err
	}
	n, err := d.make(p.Lang, p.Kind == printed.Long)
	if err != nil {
		return s, err
	}
	code := was.Code
	if p.Kind == printed.Card && !was.Asked {
		code = ownCode(n)
	}
	s.changes = notice.Diff(was, n.Facts(code))
	if raw, err := os.ReadFile(p.Path); err == nil {
		s.file = fileChanged
		if sha256.Sum256(raw) == p.Digest {
			s.file = fileSame
		}
	}
	return s, nil
}

func (d *noticer) checkPage(list []stalePaper) error {
	w := d.sh.words
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	if len(list) == 0 {
		p.wrap("", w.T("notice.check.none", d.sh.command("custode", "privacy", "notice", "--card", w.T("notice.card-file"))))
		return p.fail
	}
	for i, s := range list {
		if i > 0 {
			p.gap()
		}
		p.wrap("", p.bold(w.T("notice.kind."+string(s.Kind)+"."+s.Lang, w.Date(s.Made)))+" "+printable(s.Path))
		switch s.file {
		case fileChanged:
			p.hanging("  ", p.amber(w.T("notice.check.changed")))
		case fileMissing:
			if s.Path != "" {
				p.hanging("  ", p.dim(w.T("notice.check.missing")))
			}
		}
		if len(s.changes) == 0 {
			p.hanging("  ", p.green(w.T("notice.check.good")))
			continue
		}
		p.hanging("  ", p.red(w.N("notice.check.again", int64(len(s.changes)))))
		for _, c := range s.changes {
			p.hanging("  - ", d.sayChange(c))
		}
		p.wrap("  ", w.T("notice.check.do", d.sh.command(d.printAgain(s)...)))
	}
	d.beside(p)
	return p.fail
}

// printAgain is the command that prints a paper again.
func (d *noticer) printAgain(s stalePaper) []string {
	words := []string{"custode"}
	if s.Lang != d.sh.words.Lang {
		words = append(words, "--lang", s.Lang)
	}
	words = append(words, "privacy", "notice")
	name := s.Path
	if name == "" { // it was given away, into no file that is known
		name = d.sh.words.T("privacy.declared.notice")
		if s.Kind == printed.Card {
			name = d.sh.words.T("privacy.declared.card")
		}
	}
	if s.file == fileChanged { // it is not overwritten
		ext := filepath.Ext(name)
		name = name[:len(name)-len(ext)] + "-2" + ext
	}
	if s.Kind == printed.Card {
		return append(words, "--card", name)
	}
	if s.Kind == printed.Long {
		words = append(words, "--long")
	}
	return append(words, "--out", name)
}

// sayChange says in a sentence what has changed.
func (d *noticer) sayChange(c notice.Change) string {
	w := d.sh.words
	use, receiver := c.Use.Either(w.Lang), c.Receiver.Either(w.Lang)
	key := "notice.change." + string(c.What)
	switch c.What {
	case notice.CodeChanged:
		if c.From != "" && c.To != "" {
			return w.T(key, printable(codeLeads(c.From)), printable(codeLeads(c.To)))
		}
		fallthrough
	case notice.Controller, notice.LawChanged:
		switch {
		case c.From == "":
			return w.T("notice.change.added", printable(c.To))
		case c.To == "":
			return w.T("notice.change.dropped", printable(c.From))
		}
		return w.T("notice.change.differs", printable(c.From), printable(c.To))
	case notice.ReceiverNamed:
		return w.T("notice.change.differs", printable(c.From), printable(c.To))
	case notice.CategoryNew, notice.CategoryGone:
		return w.T(key, printable(use), c.CategoryName(w.Lang))
	case notice.KeptLonger, notice.KeptShorter:
		return w.T(key, printable(use), d.months(c.Now), d.months(c.Before))
	case notice.ReceiverNew, notice.ReceiverGone:
		if use != "" {
			return w.T(key+"-for", printable(receiver), printable(use))
		}
		return w.T(key, printable(receiver))
	case notice.WentOutside:
		return w.T(key, printable(receiver))
	case notice.ChildrenTold:
		return w.T(key)
	default: // about a use
		return w.T(key, printable(use))
	}
}

// codeLeads is where a QR code leads, as people write it.
func codeLeads(code string) string {
	to, isMail := strings.CutPrefix(code, "mailto:")
	if isMail {
		to, _, _ = strings.Cut(to, "?")
	}
	return strings.TrimPrefix(to, "tel:")
}

// months writes a length of time in whole years where it is one.
func (d *noticer) months(n int) string {
	if n%12 == 0 {
		return d.sh.words.N("notice.years", int64(n/12))
	}
	return d.sh.words.N("notice.months", int64(n))
}

func (d *noticer) checkDoc(list []stalePaper) noticeCheckDoc {
	doc := noticeCheckDoc{
		Schema: "custode.notice-check/1", Papers: []noticePaperDoc{},
		Loose: idsOf(d.problems(datamap.NotNeeded)), Old: idsOf(d.problems(datamap.KeptTooLong)),
	}
	for _, s := range list {
		one := noticePaperDoc{
			Kind: s.Kind, Lang: s.Lang, Made: s.Made.Format(time.RFC3339), Path: s.Path, File: cmp.Or(s.file, fileMissing),
			Again: len(s.changes) > 0, Changes: []noticeChangeDoc{}, Command: []string{},
		}
		for _, c := range s.changes {
			one.Changes = append(one.Changes, noticeChangeDoc{c, d.sayChange(c)})
		}
		if one.Again {
			one.Command, doc.Again = d.sh.proposed(d.printAgain(s)), true
		}
		doc.Papers = append(doc.Papers, one)
	}
	return doc
}
