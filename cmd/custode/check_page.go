package main

import (
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/playbook/daily"
	"custode/scan"
)

// checkFiles is how many files of an item the page names without --all.
const checkFiles = 3

// firstThings is how many things the page tells to do first.
const firstThings = 3

func (sh *shell) checkPage(c job.Check, set settings, o checkOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	title := w.T("check.title", set.Shop)
	when := w.DateTime(c.At)
	p.line(p.bold(title) + strings.Repeat(" ", max(2, p.width-cells(title)-cells(when))) + when)
	sh.gapLine(p, c)
	p.wrap("", p.status(w.T("check.status."+string(c.Status)), c.Status)+"  "+sh.scoreLine(c))
	p.wrap("", sh.counts(c.Result))
	sh.trendLines(p, c)
	base := commonFolder(set.Folders)
	list := checkList{sh: sh, p: p, base: base, all: o.all, told: map[string]bool{}, since: c.Since, today: job.Midnight(c.At)}
	if o.all {
		list.groups(c.Result)
	} else {
		list.short(c.Result)
	}
	p.gap()
	if base != "" {
		p.wrap("", p.dim(w.T("scan.below", printable(base))))
	}
	if c.Expired > 0 {
		p.wrap("", p.dim(w.N("tidy.expired", int64(c.Expired))))
	}
	p.wrap("", w.T("check.receipt", c.Head.Receipt()))
	if first := c.First(1); len(first) > 0 && len(first[0].Command) > 0 { // the top may have scrolled away
		p.line(p.status(w.T("check.first"), c.Status) + " " + shellLine(sh.proposed(first[0].Command)))
	}
	if !o.all {
		p.line(p.dim(w.T("check.more")))
	}
	return p.fail
}

// counts says how many things there are to do, and how many are in order.
func (sh *shell) counts(r daily.Result) string {
	var parts []string
	for _, s := range []daily.Status{daily.Act, daily.Unknown, daily.Attention, daily.OK} {
		if n := r.Count(s); n > 0 {
			parts = append(parts, sh.words.N("check.count."+string(s), int64(n)))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// itemTitle says what is with an item: how old that is where it is too old, and until when and
// why the owner has put it off.
func (sh *shell) itemTitle(it daily.Item) string {
	s := sh.say(it.Title)
	if it.Aged {
		s = sh.words.T("check.aged", s, sh.words.Date(it.Evidence.At.Local()))
	}
	if z := it.Snooze; z != nil {
		s = sh.words.T("check.snoozed", s, sh.words.Date(z.Until), printable(z.Because))
	}
	return s
}

// checkList writes items, and names a file once: under the first of them.
type checkList struct {
	sh   *shell
	p    *page
	base string
	all  bool
	told map[string]bool

	since map[string]time.Time // since when each item is what it is
	today time.Time            // its beginning
}

// files gives the files of an item that no item before it has.
func (l *checkList) files(it daily.Item) []daily.File {
	if l.all {
		return it.Paths
	}
	var fresh []daily.File
	for _, f := range it.Paths {
		if !l.told[f.Path] {
			fresh = append(fresh, f)
		}
		l.told[f.Path] = true
	}
	return fresh
}

// short shows what to do first, and the rest in a line each; of what is in order, and of what only
// the owner can answer, how much there is.
func (l *checkList) short(r daily.Result) {
	p, w := l.p, l.sh.words
	detailed := 0
	var lines []daily.Item
	for _, it := range r.First(len(r.Items)) {
		switch {
		case it.Question:
		case it.Snooze == nil && detailed < firstThings:
			l.item(it)
			detailed++
		default:
			lines = append(lines, it)
		}
	}
	p.gap()
	for _, it := range lines {
		p.hanging(p.tag(w.T("check.tag."+string(it.Status)), it.Status)+" ", l.sh.itemTitle(it))
	}
	if n := r.Count(daily.OK); n > 0 {
		p.hanging(p.tag(w.T("check.tag.ok"), daily.OK)+" ", w.N("check.fine", int64(n)))
	}
	if n := r.Questions(); n > 0 {
		p.hanging(p.tag(w.T("check.tag.question"), daily.Attention)+" ", w.N("check.questions", int64(n)))
	}
}

// groups shows every item, with what it rests on and what it serves.
func (l *checkList) groups(r daily.Result) {
	p, w := l.p, l.sh.words
	var last daily.Group
	for _, it := range r.Items {
		if it.Group != last {
			p.gap()
			p.line(p.bold(w.T("check.group." + string(it.Group))))
			last = it.Group
		}
		if it.Status != daily.OK {
			l.item(it)
			continue
		}
		p.hanging(p.tag(w.T("check.tag.ok"), daily.OK)+" ", l.sh.itemTitle(it))
		for _, f := range it.Paths {
			p.hanging("    - ", l.sh.fileWords(p, f, l.base))
		}
		p.wrap("    ", p.dim(l.sh.say(it.Why)+" "+it.ID+": "+strings.Join(it.MapsTo, ", ")))
	}
}

func (l *checkList) item(it daily.Item) {
	sh, p, w := l.sh, l.p, l.sh.words
	tag := p.tag(w.T("check.tag."+string(it.Status)), it.Status) + " "
	const indent = "    "
	if !l.all {
		p.gap()
	}
	p.fold(tag, indent, p.bold(sh.itemTitle(it)))
	fresh := l.files(it)
	files := fresh
	if !l.all {
		files = files[:min(len(files), checkFiles)]
	}
	for _, f := range files {
		p.hanging(indent+"- ", sh.fileWords(p, f, l.base))
	}
	if more := len(fresh) - len(files); more > 0 {
		p.wrap(indent+"  ", w.N("scan.more", int64(more)))
	}
	p.hanging(indent+p.dim(w.T("check.why"))+" ", sh.say(it.Why))
	if do := sh.say(it.Do); do != "" {
		p.hanging(indent+p.dim(w.T("check.do"))+" ", w.T("check.do.minutes", w.N("check.minutes", int64(it.Minutes)), do))
	}
	if len(it.Command) > 0 {
		p.line(indent + "    " + shellLine(sh.proposed(it.Command)))
	}
	if since := l.since[it.ID]; !since.IsZero() && since.Before(l.today) {
		p.wrap(indent, p.dim(w.T("check.since", w.Date(since.In(l.today.Location())))))
	}
	if l.all {
		p.wrap(indent, p.dim(it.ID+": "+strings.Join(it.MapsTo, ", ")))
	}
}

// fileWords says what is with one file: its name, the risk, how many people.
func (sh *shell) fileWords(p *page, f daily.File, base string) string {
	w := sh.words
	s := shown(f.Path, base)
	var about []string
	if f.Risk != "" {
		about = append(about, sh.words.T("check.risk", p.risk(w, scan.Risk(f.Risk))))
	}
	if f.People > 0 {
		about = append(about, w.N("scan.persons", f.People))
	}
	if f.Note != "" {
		about = append(about, w.T(f.Note))
	}
	if f.Because != "" {
		about = append(about, printable(f.Because))
	}
	if len(about) > 0 {
		s += ": " + strings.Join(about, ", ")
	}
	return s
}

func (p *page) status(s string, st daily.Status) string {
	switch st {
	case daily.Act:
		return p.red(s)
	case daily.Attention, daily.Unknown:
		return p.amber(s)
	case daily.OK:
	}
	return p.green(s)
}

// tag is the status of one item in brackets: [RED], [AMBER].
func (p *page) tag(s string, st daily.Status) string { return p.status("["+s+"]", st) }
