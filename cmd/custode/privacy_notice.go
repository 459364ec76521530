package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/internal/safefile"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/notice"
	"custode/playbook/privacy/printed"
)

type noticeOptions struct {
	json, long, check    bool
	out, card, url, size string
}

func privacyNoticeCommand(sh *shell) *cli.Command {
	var o noticeOptions
	t := sh.words.T
	return &cli.Command{
		Name: "notice", Usage: t("cmd.privacy.notice"), UsageText: t("cmd.privacy.notice.use"), Description: t("cmd.privacy.notice.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "long", Usage: t("flag.notice.long"), Destination: &o.long},
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &o.out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
			&cli.StringFlag{Name: "card", Usage: t("flag.notice.card"), Destination: &o.card},
			&cli.StringFlag{Name: "url", Usage: t("flag.notice.url"), Destination: &o.url},
			&cli.BoolFlag{Name: "check", Usage: t("flag.notice.check"), Destination: &o.check},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			if err := o.wrong(); err != nil {
				return err
			}
			d, err := sh.noticer(c.Context)
			if err != nil {
				return err
			}
			defer d.close()
			if o.check {
				return d.check(o.json)
			}
			return d.give(c.Context, o)
		},
	}
}

// wrong refuses choices that do not go together.
func (o noticeOptions) wrong() error {
	switch {
	case o.check && (o.long || o.out+o.card+o.url+o.size != ""):
		return fault.New(fault.Usage, "fault.notice.check")
	case o.card != "" && (o.long || o.out != "" || o.size != ""), o.url != "" && o.card == "":
		return fault.New(fault.Usage, "fault.notice.card")
	case o.card != "" && !slices.Contains([]string{".html", ".htm"}, strings.ToLower(filepath.Ext(o.card))):
		return fault.New(fault.Usage, "fault.notice.html", printable(o.card))
	}
	return nil
}

// kind is what kind of paper is made.
func (o noticeOptions) kind() printed.Kind {
	switch {
	case o.card != "":
		return printed.Card
	case o.long:
		return printed.Long
	}
	return printed.Notice
}

// noticer is what the notice works with.
type noticer struct {
	sh     *shell
	set    settings
	st     state
	found  job.Holdings
	m      *datamap.Map
	papers []printed.Paper
}

// noticer opens the home and makes the map. Who gets it closes it.
func (sh *shell) noticer(ctx context.Context) (*noticer, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	d := &noticer{sh: sh, set: set, st: st}
	if err := d.read(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// close closes the database; every write was committed.
func (d *noticer) close() { _ = d.st.Close() }

func (d *noticer) read(ctx context.Context) (err error) {
	if d.found, d.m, err = d.sh.mapIn(ctx, d.st, d.set); err != nil {
		return err
	}
	d.papers, err = d.st.Printed(ctx)
	return err
}

// make writes a notice.
func (d *noticer) make(lang string, long bool) (*notice.Notice, error) {
	n, err := notice.Make(d.m, notice.Options{Lang: lang, Country: d.set.Country, Long: long, Made: d.sh.now()})
	path := d.sh.privacyPath()
	if f, ok := refused(err, []refusal{
		{err: notice.ErrUndeclared, code: fault.Config, id: "fault.notice.undeclared"},
		{err: notice.ErrController, code: fault.Config, id: "fault.notice.controller", path: path},
		{err: notice.ErrUnscanned, code: fault.NoInput, id: "fault.notice.unscanned"},
		{err: notice.ErrNothing, code: fault.NoInput, id: "fault.notice.nothing"},
	}); ok {
		return nil, f
	}
	return n, err
}

// give shows the notice, or writes it into a new file and keeps what it stands on.
func (d *noticer) give(ctx context.Context, o noticeOptions) error {
	n, err := d.make(d.sh.words.Lang, o.long)
	if err != nil {
		return err
	}
	if !o.long {
		if err := d.fits(n); err != nil {
			return err
		}
	}
	facts := n.Facts("")
	if o.card != "" {
		if facts.Code, facts.Asked, err = cardCode(o.url, n, d.papers); err != nil {
			return err
		}
	}
	code := facts.Code
	if o.out+o.card != "" {
		if err := d.write(ctx, n, facts, o); err != nil {
			return err
		}
	}
	if o.json {
		return d.sh.json(d.document(n, code, o))
	}
	page, rest := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.page(d.sh.err, d.sh.errTerm)
	if o.out+o.card == "" {
		page.text(paper.Plain(n.Doc(), page.width))
		rest.gap()
	} else {
		page.wrap("", page.green(d.sh.words.T("play.report.written", printable(o.out+o.card))))
		rest = page
	}
	d.tell(rest, n, code, o)
	return errors.Join(page.fail, rest.fail)
}

// fits refuses a short notice that is none, and says what of the owner's is longest.
func (d *noticer) fits(n *notice.Notice) error {
	var e *notice.UnfitError
	if err := n.Fits(); !errors.As(err, &e) {
		return err
	}
	w := d.sh.words
	id := "fault.notice.unfit-long"
	if e.Reasons[0] == notice.TooHard {
		id = "fault.notice.unfit-hard"
	}
	var list []string
	for _, c := range e.Shorten[:min(len(e.Shorten), 3)] {
		list = append(list, "“"+shorten(printable(c.Text), 70)+"”")
	}
	m, b := e.Measured, e.Bounds
	args := []any{w.Int(int64(m.Words)), w.Int(int64(m.Seconds)), d.index(m), w.Int(int64(b.Words)), w.Int(int64(b.Seconds)), w.Int(int64(b.Index)), strings.Join(list, " ")}
	return &fault.Error{Code: fault.Data, ID: id, Args: args}
}

// index names the index of a language and gives it in whole points.
func (d *noticer) index(m notice.Measured) string {
	return d.sh.words.T("notice.scale."+m.Scale, d.sh.words.Int(int64(m.Index)))
}

// write writes the paper into a file and keeps what it stands on: both or neither.
func (d *noticer) write(ctx context.Context, n *notice.Notice, facts notice.Facts, o noticeOptions) error {
	name := o.out + o.card
	path, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	var raw []byte
	if o.card != "" {
		raw, err = drawCard(n, facts.Code)
	} else {
		raw, err = drawDoc(n.Doc(), name, o.size, d.set.Country)
	}
	if err != nil {
		return err
	}
	old, err := d.place(name, path, raw)
	if err != nil {
		return err
	}
	if err := d.keep(ctx, o.kind(), facts, raw, path); err != nil {
		if old != nil {
			return errors.Join(err, safefile.Write(path, old, 0o600))
		}
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// keep keeps what a paper stands on. path "": it was given away, into no file that is known.
func (d *noticer) keep(ctx context.Context, kind printed.Kind, facts notice.Facts, raw []byte, path string) error {
	stood, err := facts.Encode()
	if err != nil {
		return err
	}
	return d.st.SavePrinted(ctx, printed.Paper{Kind: kind, Lang: facts.Lang, Made: d.sh.now(), Path: path, Digest: sha256.Sum256(raw), Facts: stood})
}

// place puts a paper into its file. A file that is there is replaced only where it is one of
// ours, as it was written: then it gives what was there.
func (d *noticer) place(name, path string, raw []byte) (old []byte, err error) {
	if i := slices.IndexFunc(d.papers, func(p printed.Paper) bool { return p.Path == path }); i >= 0 {
		if old, err := os.ReadFile(path); err == nil && sha256.Sum256(old) == d.papers[i].Digest {
			if err := safefile.Write(path, raw, 0o600); err != nil {
				return nil, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", name, err)
			}
			return old, nil
		}
	}
	return nil, newFile(name, raw)
}

// tell says to the owner how the notice reads, what is missing in it, and what comes next.
func (d *noticer) tell(p *page, n *notice.Notice, code string, o noticeOptions) {
	w, m := d.sh.words, n.Measure()
	length := w.T("notice.reads", w.Int(int64(m.Words)), w.Duration(time.Duration(m.Seconds)*time.Second), d.index(m))
	if o.long {
		p.wrap("", p.dim(length))
	} else {
		p.wrap("", p.green(length))
	}
	note := func(s string) { p.hanging(p.amber(w.T("app.note"))+" ", s) }
	if gaps := n.Gaps(); gaps > 0 {
		note(w.N("notice.gaps", int64(gaps)))
	}
	if len(n.Foreign) > 0 {
		note(w.T("notice.foreign", printable(strings.Join(n.Foreign, ", ")), printable(d.sh.privacyPath())))
	}
	d.beside(p)
	if o.card != "" {
		switch {
		case code == "":
			note(w.T("notice.no-code"))
		case !onWeb(code):
			p.wrap("", w.T("notice.code", printable(code)))
		default:
			p.wrap("", w.T("notice.code-web", printable(code)))
		}
	}
	command := func(words ...string) string {
		return d.sh.command(append([]string{"custode", "privacy", "notice"}, words...)...)
	}
	switch {
	case o.out+o.card != "":
		if o.card != "" {
			p.wrap("", w.T("notice.open-print"))
		}
		p.wrap("", w.T("notice.statement", d.sh.command("custode", "privacy", "statement")))
		p.wrap("", w.T("notice.later", command("--check")))
	case o.long:
		p.wrap("", w.T("notice.print", command("--long", "--out", w.T("notice.file"))))
	default:
		p.wrap("", w.T("notice.card", command("--card", w.T("notice.card-file"))))
		p.wrap("", w.T("notice.long", command("--long", "--out", w.T("notice.file"))))
	}
}

// beside says what of the data no notice can make good: what nothing says why it is held,
// and what is older than the notice promises.
func (d *noticer) beside(p *page) {
	w := d.sh.words
	for _, about := range []struct {
		key     string
		problem datamap.Problem
	}{{"notice.loose", datamap.NotNeeded}, {"notice.old", datamap.KeptTooLong}} {
		if list := d.problems(about.problem); len(list) > 0 {
			var names []string
			for _, c := range list {
				names = append(names, c.Name.In(w.Lang))
			}
			p.hanging(p.amber(w.T("app.note"))+" ", w.T(about.key, strings.Join(names, ", "), d.sh.command("custode", "privacy", "map")))
		}
	}
}

// problems lists the categories that have a problem.
func (d *noticer) problems(problem datamap.Problem) []datamap.Category {
	var out []datamap.Category
	for _, f := range d.m.Findings {
		if f.Problem == problem && !slices.ContainsFunc(out, func(c datamap.Category) bool { return c.ID == f.Holding.Category.ID }) {
			out = append(out, f.Holding.Category)
		}
	}
	return out
}

// idsOf lists the ids of categories.
func idsOf(list []datamap.Category) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

type noticeClaimDoc struct {
	ID         string   `json:"id"`
	Part       string   `json:"part"`
	Label      string   `json:"label"`
	Text       string   `json:"text"`
	Gap        bool     `json:"gap"`
	Elements   []string `json:"elements"`
	Uses       []string `json:"uses"`
	Categories []string `json:"categories"`
	Recipients []string `json:"recipients"`
	Controller bool     `json:"controller"`
	Law        string   `json:"law"`
}

type noticeDoc struct {
	Schema string           `json:"schema"`
	Kind   printed.Kind     `json:"kind"`
	Lang   string           `json:"lang"`
	Title  string           `json:"title"`
	Made   string           `json:"made"`
	Path   string           `json:"path"`
	Code   string           `json:"code"`
	Claims []noticeClaimDoc `json:"claims"`
	Gaps   int              `json:"gaps"`
	Loose  []string         `json:"not_on_it"`     // categories that are held, and nothing says why
	Old    []string         `json:"kept_too_long"` // categories
	notice.Measured
}

func (d *noticer) document(n *notice.Notice, code string, o noticeOptions) noticeDoc {
	doc := noticeDoc{
		Schema: "custode.notice/1", Kind: o.kind(), Lang: n.Lang, Title: n.Title, Made: n.Made.Format(time.RFC3339), Path: o.out + o.card, Code: code,
		Claims: []noticeClaimDoc{}, Gaps: n.Gaps(), Measured: n.Measure(),
		Loose: idsOf(d.problems(datamap.NotNeeded)), Old: idsOf(d.problems(datamap.KeptTooLong)),
	}
	some := func(s []string) []string { return append([]string{}, s...) }
	for _, c := range n.Claims {
		doc.Claims = append(doc.Claims, noticeClaimDoc{
			c.ID, c.Part, c.Label, c.Text, c.Gap, some(c.Elements), some(c.Trace.Uses), some(c.Trace.Categories), some(c.Trace.Recipients), c.Trace.Controller, c.Trace.Law,
		})
	}
	return doc
}
