package main

import (
	"bytes"
	"embed"
	"html/template"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook/daily"
)

//go:embed page/*.html
var pages embed.FS

// reportView is the report in words: what its page and its PDF both show.
type reportView struct {
	Lang, Shop, At, Receipt, Below string
	Status                         daily.Status
	Score                          string
	Letter                         bool         // paper of the USA
	Owner                          *ownerView   // nil: not asked for
	Auditor                        *auditorView // nil: not asked for
}

// ownerView is the owner's sheet.
type ownerView struct {
	Counts    string
	First     *itemView // what to do before all else; nil: nothing
	Next      []itemView
	More      string // how many things come after those
	Questions string // how many only the owner can answer
	Answer    string // the command for that
	PutOff    string // how many were put off
	Trend     template.HTML
	TrendSays string
	Groups    []groupCount
	Fine      string // some of what is in order
}

type groupCount struct{ Name, Count string }

type itemView struct {
	Status                           daily.Status
	Title, Why, Do, Command, Minutes string
	Files                            []string
	MoreFiles                        string
}

// How much stands on the owner's sheet, so that it stays one sheet whatever was found.
const (
	reportFiles  = 3
	reportNext   = 4
	reportFine   = 6
	reportTitle  = 150 // letters of a title
	reportPath   = 110
	reportReason = 200 // letters of why something was put off, on the auditor's pages
)

// Who a report is for; "" is for both.
const (
	forOwner   = "owner"
	forAuditor = "auditor"
)

// reportFor refuses what no report is for.
func reportFor(o checkOptions) error {
	switch {
	case o.reader == "":
		return nil
	case o.reader != forOwner && o.reader != forAuditor:
		return fault.New(fault.Usage, "fault.report.for", printable(o.reader))
	case o.report == "":
		return fault.New(fault.Usage, "fault.report.alone")
	}
	return nil
}

// drawReport makes the report: a PDF where the name of the file says so, otherwise a page.
func (sh *shell) drawReport(c job.Check, set settings, o checkOptions) ([]byte, error) {
	v, err := sh.reportOf(c, set, o.reader)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(o.report), ".pdf") {
		return drawDoc(sh.reportDoc(v, c.At), o.report, "", set.Country)
	}
	return sh.htmlReport(v)
}

// htmlReport makes the report a page of its own: no scripts, nothing from elsewhere.
func (sh *shell) htmlReport(v reportView) ([]byte, error) {
	tpl, err := template.New("check.html").Funcs(template.FuncMap{"t": sh.words.T}).ParseFS(pages, "page/check.html")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(reportMark + "\n")
	err = tpl.Execute(&b, v)
	return b.Bytes(), err
}

// reportOf puts a check into the words of a report.
func (sh *shell) reportOf(c job.Check, set settings, reader string) (reportView, error) {
	w := sh.words
	v := reportView{
		Lang: w.Lang, Shop: paper.Line(set.Shop), At: w.DateTime(c.At), Receipt: c.Head.Receipt(), Status: c.Status, Letter: set.Country == "US",
		Score: sh.reportScore(c),
	}
	base := commonFolder(set.Folders)
	if base != "" {
		v.Below = w.T("scan.below", printable(base))
	}
	if reader != forAuditor {
		v.Owner = sh.ownerView(c, base)
	}
	if reader == forOwner {
		return v, nil
	}
	var err error
	v.Auditor, err = sh.auditorView(c)
	return v, err
}

func (sh *shell) ownerView(c job.Check, base string) *ownerView {
	w := sh.words
	v := &ownerView{Counts: sh.counts(c.Result)}
	later, putOff := 0, int64(0)
	for _, it := range c.First(len(c.Items)) {
		switch {
		case it.Question:
		case it.Snooze != nil:
			putOff++
		case v.First == nil:
			iv := sh.itemView(it, base)
			v.First = &iv
		case len(v.Next) < reportNext:
			v.Next = append(v.Next, sh.itemView(it, base))
		default:
			later++
		}
	}
	if later > 0 {
		v.More = w.N("report.then.more", int64(later))
	}
	if putOff > 0 {
		v.PutOff = w.N("report.put-off", putOff)
	}
	if n := c.Questions(); n > 0 {
		v.Questions, v.Answer = w.N("report.questions", int64(n)), shellLine(sh.proposed([]string{"custode", "check", "answer"}))
	}
	v.Trend, v.TrendSays = sh.reportTrend(c)
	var fine []string
	for _, g := range daily.Groups() {
		good, all := int64(0), int64(0)
		for _, it := range c.Items {
			if it.Group != g {
				continue
			}
			all++
			if it.Status == daily.OK {
				good++
				fine = append(fine, clip(sh.itemTitle(it), reportTitle))
			}
		}
		if all > 0 {
			v.Groups = append(v.Groups, groupCount{w.T("check.group." + string(g)), w.T("report.of", w.Int(good), w.Int(all))})
		}
	}
	if more := len(fine) - reportFine; more > 0 {
		fine = append(fine[:reportFine], w.N("report.more", int64(more)))
	}
	v.Fine = strings.Join(fine, " · ")
	return v
}

func (sh *shell) itemView(it daily.Item, base string) itemView {
	w := sh.words
	iv := itemView{
		Status: it.Status, Title: clip(sh.itemTitle(it), reportTitle), Why: sh.say(it.Why), Do: sh.say(it.Do),
		Minutes: w.N("report.minutes", int64(it.Minutes)),
	}
	if len(it.Command) > 0 {
		iv.Command = shellLine(sh.proposed(it.Command))
	}
	plain := sh.page(nil, false)
	for i, f := range it.Paths {
		if i == reportFiles {
			iv.MoreFiles = w.N("report.more", int64(len(it.Paths)-i))
			break
		}
		f.Path = middle(shown(f.Path, base), reportPath)
		iv.Files = append(iv.Files, sh.fileWords(plain, f, ""))
	}
	return iv
}

// clip shortens a text to so many letters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ") + "…"
	}
	return s
}

// middle shortens a path in its middle: where it begins and its name tell most.
func middle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := n / 3
	return string(r[:head]) + "…" + string(r[len(r)-(n-head-1):])
}

// auditorView is what an insurer or an auditor reads: every item, with what it rests on.
type auditorView struct {
	Groups  []auditorGroup
	HasAges bool // since when something is so, is known
	Sources []sourceView
}

type auditorGroup struct {
	Name  string
	Items []auditorLine
}

type auditorLine struct {
	Status                             daily.Status
	Title, Evidence, Since, Notes, Maps string
}

type sourceView struct{ Short, Title, Place, Checked string }

func (sh *shell) auditorView(c job.Check) (*auditorView, error) {
	v := &auditorView{}
	since := sinceOf(c)
	v.HasAges = len(since) > 0
	var maps []string
	for _, it := range c.Items {
		name := sh.words.T("check.group." + string(it.Group))
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Name != name {
			v.Groups = append(v.Groups, auditorGroup{Name: name})
		}
		g := &v.Groups[len(v.Groups)-1]
		line := auditorLine{
			Status: it.Status, Title: clip(sh.say(it.Title), reportTitle), Evidence: sh.evidenceWords(it, c.At),
			Notes: sh.auditorNotes(it, c), Maps: standards(it.MapsTo),
		}
		if at, there := since[it.ID]; there {
			line.Since = sh.words.Date(at.In(c.At.Location()))
		}
		g.Items = append(g.Items, line)
		maps = append(maps, it.MapsTo...)
	}
	var err error
	v.Sources, err = sh.sourcesOf(maps)
	return v, err
}

// evidenceWords says what an item rests on: its kind, from when it is, where it can be seen.
func (sh *shell) evidenceWords(it daily.Item, now time.Time) string {
	w := sh.words
	if it.Question && it.Status == daily.Unknown {
		return w.T("report.unasked")
	}
	at := it.Evidence.At
	if at.IsZero() {
		at = now
	}
	s := w.T("report.kind."+string(it.Evidence.Kind), w.DateTime(at.In(now.Location())))
	if from := sh.say(it.Evidence.From); from != "" {
		s += ": " + from
	}
	return s
}

// auditorNotes says what else bears on an item: its age, that it was put off, how the score takes it.
func (sh *shell) auditorNotes(it daily.Item, c job.Check) string {
	w := sh.words
	var notes []string
	if it.Aged {
		notes = append(notes, w.T("report.aged"))
	}
	if z := it.Snooze; z != nil {
		notes = append(notes, w.T("report.snoozed", w.Date(z.Until), clip(paper.Line(z.Because), reportReason)))
	}
	if it.Worth != it.Status {
		notes = append(notes, w.T("report.worth", w.T("check.tag."+string(it.Worth))))
	}
	if slices.Contains(c.Caps, it.ID) {
		notes = append(notes, w.T("report.limits"))
	}
	return strings.Join(notes, " ")
}
