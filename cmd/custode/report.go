package main

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/internal/safefile"
	"custode/playbook/daily"
	"custode/playbook/daily/trend"
)

//go:embed page/*.html
var pages embed.FS

// What stands on the owner's page: so much that it is one sheet of paper.
const (
	reportDays  = 84 // twelve weeks of the trend
	reportFirst = 3  // things in detail
	reportFiles = 2  // files of each
	reportPath  = 70 // letters of a path
	reportThen  = 10 // further things, in a line each
)

// reportView is what the printed page shows: one page for the owner, who wants to know what to do
// first, and one for an insurer or auditor, who wants to know what each line rests on.
type reportView struct {
	Lang, Shop, At, Receipt, Below string
	Checked                        string // when the numbers of the standards were looked up
	Paper                          paper.Size
	Owner, Auditor                 bool

	Status daily.Status
	Score  string
	Counts string

	First []itemView // what to do first, in detail
	Then  []lineView // the rest that is not in order
	More  string     // and how many more there are
	Fine  string     // how many things are in order
	Asks  string     // how many only the owner can answer

	Trend      template.HTML // the last twelve weeks, drawn
	TrendWords string        // and in words

	Groups []groupView
	Caps   string // what keeps the score down
}

type itemView struct {
	Status                  daily.Status
	Title, Why, Do, Command string
	Minutes                 string
	Files                   []string
	More                    string
}

type groupView struct {
	Name  string
	Lines []lineView
}

// lineView is an item in one line, with the evidence behind it. It names no file.
type lineView struct {
	Status       daily.Status
	Title, ID    string
	Rests        string
	Since        string
	Serves       string
	CountsAs     string // in the score, where that is less
	Minutes, Tag string
}

// report gathers what the printed page shows. audience is owner, auditor or both.
func (sh *shell) report(c job.Check, set settings, audience string) reportView {
	w := sh.words
	v := reportView{
		Lang: w.Lang, Shop: set.Shop, At: w.DateTime(c.At), Receipt: c.Head.Receipt(), Paper: paper.A4, Checked: sh.checked(c.Items),
		Owner: audience != forAuditor, Auditor: audience != forOwner,
		Status: c.Status, Score: w.T("check.score", w.Int(int64(c.Score))), Counts: sh.counts(c.Result),
	}
	if set.Country == "US" {
		v.Paper = paper.Letter
	}
	base := commonFolder(set.Folders)
	if base != "" {
		v.Below = w.T("scan.below", printable(base))
	}
	if n := c.Count(daily.OK); n > 0 {
		v.Fine = w.N("check.fine", int64(n))
	}
	if n := c.Questions(); n > 0 {
		v.Asks = w.N("check.questions", int64(n))
	}
	for _, it := range c.First(len(c.Items)) {
		switch {
		case it.Question:
		case it.Snooze == nil && len(v.First) < reportFirst:
			v.First = append(v.First, sh.reportItem(it, base))
		default:
			v.Then = append(v.Then, sh.reportLine(it, c.Since))
		}
	}
	if n := len(v.Then) - reportThen; n > 0 {
		v.Then, v.More = v.Then[:reportThen], w.N("report.more", int64(n))
	}
	for _, it := range c.Items {
		if name := w.T("check.group." + string(it.Group)); len(v.Groups) == 0 || v.Groups[len(v.Groups)-1].Name != name {
			v.Groups = append(v.Groups, groupView{Name: name})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Lines = append(g.Lines, sh.reportLine(it, c.Since))
	}
	if line := series(c, reportDays); len(line) > 1 {
		v.TrendWords = sh.trendWords(line)
		labels := trend.Labels{ID: "trend", Title: w.T("report.trend"), Desc: v.TrendWords, First: w.Date(line[0].Day), Last: w.Date(line[len(line)-1].Day)}
		v.Trend = template.HTML(line.SVG(labels)) //nolint:gosec // drawn by us, its texts are escaped there
	}
	if len(c.Caps) > 0 {
		v.Caps = w.T("report.caps", strings.Join(c.Caps, ", "))
	}
	return v
}

func (sh *shell) reportItem(it daily.Item, base string) itemView {
	plain, w := sh.page(nil, false), sh.words
	iv := itemView{Status: it.Status, Title: sh.itemTitle(it), Why: sh.say(it.Why), Do: strings.ReplaceAll(sh.say(it.Do), "`", ""), Minutes: w.N("check.minutes", int64(it.Minutes))}
	if len(it.Command) > 0 {
		iv.Command = shellLine(sh.proposed(it.Command))
	}
	for i, f := range it.Paths {
		if i == reportFiles {
			iv.More = w.N("report.more", int64(len(it.Paths)-i))
			break
		}
		if rest, ok := strings.CutPrefix(f.Path, base); ok { // on paper the beginning and the name tell most
			f.Path = base + shorten(rest, reportPath)
		}
		iv.Files = append(iv.Files, sh.fileWords(plain, f, base))
	}
	return iv
}

func (sh *shell) reportLine(it daily.Item, since map[string]time.Time) lineView {
	w := sh.words
	l := lineView{
		Status: it.Status, Title: sh.itemTitle(it), ID: it.ID, Rests: sh.restsOn(it), Serves: strings.Join(it.MapsTo, ", "),
		Minutes: w.N("check.minutes", int64(it.Minutes)), Tag: w.T("check.tag." + string(it.Status)),
	}
	if at := since[it.ID]; !at.IsZero() {
		l.Since = w.T("report.since", w.Date(at.Local()))
	}
	if it.Question {
		l.Tag = w.T("check.tag.question")
	}
	if it.Worth != it.Status {
		l.CountsAs = w.T("report.counts-as", w.T("check.tag."+string(it.Worth)))
	}
	return l
}

// restsOn says what an item rests on: whether it was seen, tried or said, when, and where.
func (sh *shell) restsOn(it daily.Item) string {
	w := sh.words
	switch {
	case it.Question:
		return w.T("report.rests.question")
	case it.Status == daily.Unknown:
		return w.T("report.rests.unknown")
	}
	kind := w.T("report.kind." + string(it.Evidence.Kind))
	s := w.T("report.rests.now", kind)
	if at := it.Evidence.At; !at.IsZero() {
		s = w.T("report.rests.on", kind, w.Date(at.Local()))
	}
	if from := sh.say(it.Evidence.From); from != "" {
		s = w.T("report.rests.from", s, from)
	}
	return s
}

// For whom a report can be.
const (
	forOwner   = "owner"
	forAuditor = "auditor"
	forBoth    = "both"
)

// htmlReport makes the check a page of its own: no scripts, nothing from elsewhere.
func (sh *shell) htmlReport(v reportView) ([]byte, error) {
	w := sh.words
	tpl, err := template.New("check.html").Funcs(template.FuncMap{"t": func(key string, args ...any) string { return w.T(key, args...) }}).
		ParseFS(pages, "page/check.html")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(reportMark + "\n")
	err = tpl.Execute(&b, v)
	return b.Bytes(), err
}

// Each report begins with a mark of its form, so that one of ours may be replaced and nothing else is. A PDF
// begins like any other: its mark is a keyword.
const (
	reportMark    = "<!DOCTYPE html>\n<!-- custode report -->"
	reportKeyword = "custode report"
	pdfMark       = "%PDF-"
	pdfMost       = 4 << 20 // ours are far smaller
)

func isPDF(path string) bool { return strings.EqualFold(filepath.Ext(path), ".pdf") }

// mayReplace refuses to write a report over a file that is none, or is one in another form.
func mayReplace(path string) error {
	if err := noDevice(path); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return fault.On(fault.CannotMake, "fault.report.foreign", path, nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.report.write", path, err)
	}
	defer f.Close() // opened for reading
	var ours bool
	if isPDF(path) {
		raw, err := io.ReadAll(io.LimitReader(f, pdfMost))
		ours = err == nil && bytes.HasPrefix(raw, []byte(pdfMark)) && bytes.Contains(raw, []byte("/Keywords ("+reportKeyword+")"))
	} else {
		head := make([]byte, len(reportMark))
		_, err := io.ReadFull(f, head)
		ours = err == nil && bytes.Equal(head, []byte(reportMark))
	}
	if !ours {
		return fault.On(fault.CannotMake, "fault.report.foreign", path, nil)
	}
	return nil
}

// drawReport makes the report a page of its own, or a PDF.
func (sh *shell) drawReport(v reportView, asPDF bool) ([]byte, error) {
	if asPDF {
		return sh.pdfReport(v)
	}
	return sh.htmlReport(v)
}

func (sh *shell) writeReport(c job.Check, set settings, o checkOptions) error {
	page, err := sh.drawReport(sh.report(c, set, o.audience), isPDF(o.report))
	if err != nil {
		return fault.On(fault.Bug, "fault.report.write", o.report, err)
	}
	if err := safefile.Write(o.report, page, 0o600); err != nil {
		code := fault.CodeOf(err, fault.CannotMake)
		if code == fault.NoInput { // a folder that is not there is no input
			code = fault.CannotMake
		}
		return fault.On(code, "fault.report.write", o.report, err)
	}
	return nil
}
