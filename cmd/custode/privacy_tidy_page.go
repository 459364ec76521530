package main

import (
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/undo"
	"custode/playbook/privacy/trim"
)

// The document of purge --json and coarsen --json.
type tidyDoc struct {
	Schema string        `json:"schema"`
	DryRun bool          `json:"dry_run"`
	Before string        `json:"before,omitempty"` // purge: what is older goes
	To     string        `json:"to,omitempty"`     // coarsen
	Files  []tidyFileDoc `json:"files"`
	Others int           `json:"others"` // files in the folders that only go as a whole
	Unseen int           `json:"unseen"` // files in the folders that were not scanned yet
	Totals tidyTotalsDoc `json:"totals"`
}

type tidyTotalsDoc struct {
	Files int `json:"files"` // that are, or would be, changed or deleted
	Whole int `json:"whole"` // of these: deleted
	Rows  int `json:"rows"`  // that go, or whose date becomes coarser
}

type tidyFileDoc struct {
	Path    string `json:"path"`
	Outcome string `json:"outcome"` // planned, done, nothing, refused
	What    string `json:"what"`    // rows, dates, file; "" when refused
	Reason  string `json:"reason,omitempty"`
	Column  string `json:"column,omitempty"`
	Rows    int    `json:"rows"` // that go, or whose date becomes coarser
	Of      int    `json:"of"`
	Blank   int    `json:"blank"`  // rows without a date
	Unread  int    `json:"unread"` // rows with one that cannot be read
	Oldest  string `json:"oldest,omitempty"`
	Latest  string `json:"latest,omitempty"`
	Newest  string `json:"newest,omitempty"`
	Undo    int64  `json:"undo,omitempty"`
	Until   string `json:"until,omitempty"`
}

// show says what became of the files, or would become.
func (s *tidying) show() error {
	var err error
	if s.o.json {
		err = s.sh.json(s.document())
	} else {
		p := s.sh.page(s.sh.out, s.sh.outTerm)
		s.page(p)
		err = p.fail
	}
	if err == nil && s.troubles() {
		err = errListed
	}
	return err
}

// troubles tells whether something stayed that was to be looked at.
func (s *tidying) troubles() bool {
	for _, p := range append(append([]*job.TidyPlan{}, s.plans...), s.fine...) {
		if !p.Whole && p.Table != nil && p.Table.Unread > 0 {
			return true
		}
	}
	return len(s.stay) > 0
}

func (s *tidying) document() tidyDoc {
	d := tidyDoc{Schema: "custode.privacy-" + s.what + "/1", DryRun: s.o.dryRun, To: string(s.how.To), Files: []tidyFileDoc{}, Others: s.others, Unseen: s.unseen}
	if s.what == undo.Purge {
		d.Before = s.how.Before.Format(time.DateOnly)
	}
	for i, p := range s.plans {
		f := s.fileDoc(p, "planned")
		if i < len(s.done) {
			f.Outcome, f.Undo, f.Until = "done", s.done[i].ID, s.done[i].Until
		}
		d.Files = append(d.Files, f)
	}
	d.Totals = s.totals()
	for _, p := range s.fine {
		d.Files = append(d.Files, s.fileDoc(p, "nothing"))
	}
	for _, st := range s.stay {
		d.Files = append(d.Files, tidyFileDoc{Path: st.path, Outcome: "refused", Reason: s.sh.tidyWhy(st.err, st.path)})
	}
	return d
}

func (s *tidying) totals() (t tidyTotalsDoc) {
	for _, p := range s.plans {
		t.Files++
		if p.Whole {
			t.Whole++
		} else {
			t.Rows += p.Table.Hit
		}
	}
	return t
}

func (s *tidying) fileDoc(p *job.TidyPlan, outcome string) tidyFileDoc {
	f := tidyFileDoc{Path: p.Path, Outcome: outcome, What: "rows"}
	if s.what == undo.Coarsen {
		f.What = "dates"
	}
	if t := p.Table; t != nil {
		f.Column, f.Rows, f.Of, f.Blank, f.Unread, f.Oldest, f.Latest, f.Newest = t.Column, t.Hit, t.Rows, t.Blank, t.Unread, t.Oldest, t.Latest, t.Newest
	}
	if p.Whole || p.Table == nil {
		f.What, f.Newest = "file", p.Newest.Format(time.DateOnly)
	}
	return f
}

// page is for people.
func (s *tidying) page(p *page) {
	w := s.sh.words
	switch {
	case len(s.plans) == 0:
		s.nothing(p)
	case s.o.dryRun:
		s.planned(p)
		p.gap()
		p.wrap("", w.T("tidy.dry-run"))
	default:
		s.finished(p)
	}
	s.staying(p)
	if s.others > 0 && !s.o.whole {
		p.gap()
		p.wrap("", p.dim(w.N("tidy.others", int64(s.others))))
	}
	if s.unseen > 0 {
		p.gap()
		p.wrap("", p.amber(w.N("tidy.unseen", int64(s.unseen))))
		p.line("    " + shellLine(s.sh.proposed([]string{"custode", "scan"})))
	}
}

// heading says which days count.
func (s *tidying) heading(p *page) {
	if s.what == undo.Purge {
		p.wrap("", p.bold(s.sh.words.T("tidy.before", s.sh.words.Date(s.how.Before))))
	} else {
		p.wrap("", p.bold(s.sh.words.T("tidy.to."+string(s.how.To))))
	}
}

// planned lists what would be done.
func (s *tidying) planned(p *page) {
	s.heading(p)
	for _, one := range s.plans {
		p.gap()
		p.hanging("  ", p.bold(shown(one.Path, commonFolder(s.set.Folders))))
		s.counted(p, one)
	}
	if s.what == undo.Purge {
		p.gap()
		p.wrap("", s.sh.words.T("tidy.law"))
	}
}

// counted says what was counted in one file.
func (s *tidying) counted(p *page, one *job.TidyPlan) {
	w := s.sh.words
	if one.Whole || one.Table == nil {
		key := "tidy.whole." + one.By
		if !one.Whole {
			key = "tidy.young." + one.By
		}
		p.wrap("    ", w.T(key, w.Date(one.Newest)))
		return
	}
	t := one.Table
	p.wrap("    ", w.N("tidy.rows."+s.what, int64(t.Hit), w.Int(int64(t.Rows)), printable(t.Column)))
	if t.Hit > 0 && t.Oldest != "" {
		p.wrap("    ", w.T("tidy.from", s.dayWords(t.Oldest), s.dayWords(t.Latest)))
	}
	if t.Hit > 0 && t.Order != trim.Unsure {
		key := "tidy.order.day"
		if t.Order == trim.MonthFirst {
			key = "tidy.order.month"
		}
		p.wrap("    ", p.dim(w.T(key)))
	}
	if t.Blank > 0 {
		p.wrap("    ", w.N("tidy.blank", int64(t.Blank)))
	}
	if t.Unread > 0 {
		p.wrap("    ", p.amber(w.N("tidy.unread", int64(t.Unread), numbersOf(t.Left, t.Unread))))
	}
}

// numbersOf lists the numbers of rows.
func numbersOf(rows []int, of int) string {
	var list []string
	for _, n := range rows {
		list = append(list, strconv.Itoa(n))
	}
	if of > len(rows) {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}

// finished says what was done, and how to go back.
func (s *tidying) finished(p *page) {
	w := s.sh.words
	for i, k := range s.done {
		one := s.plans[i]
		s.did(p, one)
		p.wrap("  ", w.T("tidy.back", w.Date(keptDay(k.Until, s.sh.now()))))
		p.line("    " + shellLine(s.sh.proposed([]string{"custode", "privacy", "undo", strconv.FormatInt(k.ID, 10)})))
	}
	if len(s.done) > 0 {
		p.gap()
		p.wrap("", p.dim(w.T("tidy.honest")))
	}
}

// did says what was done with one file.
func (s *tidying) did(p *page, one *job.TidyPlan) {
	w, name := s.sh.words, shown(one.Path, commonFolder(s.set.Folders))
	if one.Whole {
		p.wrap("", p.green(w.T("tidy.done.file", name)))
		return
	}
	p.wrap("", p.green(w.N("tidy.done."+s.what, int64(one.Table.Hit), w.Int(int64(one.Table.Rows)), name)))
	if n := one.Table.Blank; n > 0 {
		p.wrap("  ", w.N("tidy.blank", int64(n)))
	}
	if n := one.Table.Unread; n > 0 {
		p.wrap("  ", p.amber(w.N("tidy.unread", int64(n), numbersOf(one.Table.Left, n))))
	}
}

// nothing says that nothing is to be done.
func (s *tidying) nothing(p *page) {
	w := s.sh.words
	if len(s.fine) == 0 {
		if len(s.stay) == 0 {
			p.wrap("", p.green(w.T("tidy.nothing."+s.what)))
		}
		return
	}
	p.wrap("", p.green(w.T("tidy.nothing."+s.what)))
	for _, one := range s.fine {
		if one.Table == nil && one.By == "" {
			continue
		}
		p.hanging("  ", shown(one.Path, commonFolder(s.set.Folders)))
		s.counted(p, one)
	}
}

// staying lists the files that stay as they are though they were to be looked at.
func (s *tidying) staying(p *page) {
	if len(s.stay) == 0 {
		return
	}
	w := s.sh.words
	p.gap()
	p.wrap("", p.bold(w.N("tidy.stay", int64(len(s.stay)))))
	for i, st := range s.stay {
		if i == firstListed {
			p.wrap("  ", p.dim(w.N("encrypt.more", int64(len(s.stay)-i))))
			return
		}
		p.hanging("  ", shown(st.path, commonFolder(s.set.Folders))+": "+s.sh.tidyWhy(st.err, st.path))
	}
}
