package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/safefile"
	"custode/playbook/daily"
	"custode/scan"
)

type checkOptions struct {
	json, all, receipt bool
	report             string
}

func checkCommand(sh *shell) *cli.Command {
	var o checkOptions
	t := sh.words.T
	return &cli.Command{
		Name: "check", Usage: t("cmd.check"), UsageText: t("cmd.check.use"), Description: t("cmd.check.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "report", Usage: t("flag.check.report"), Destination: &o.report},
			&cli.BoolFlag{Name: "all", Usage: t("flag.check.all"), Destination: &o.all},
			&cli.BoolFlag{Name: "receipt", Usage: t("flag.check.receipt"), Destination: &o.receipt},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.check(c.Context, o)
		},
	}
}

// check judges the shop, shows it, and ends with the code of its status.
func (sh *shell) check(ctx context.Context, o checkOptions) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	if o.report != "" {
		if err := mayReplace(o.report); err != nil {
			return err
		}
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	shop, err := sh.shop(set)
	if err != nil {
		return err
	}
	c, err := job.Daily(ctx, st, shop, sh.now())
	if err != nil {
		return err
	}
	if o.report != "" {
		if err := sh.writeReport(o.report, c, set); err != nil {
			return err
		}
	}
	switch {
	case o.json:
		err = sh.json(checkDocument(sh, c))
	case o.receipt:
		p := sh.page(sh.out, false)
		p.line(c.Head.Receipt())
		err = p.fail
	default:
		err = sh.checkPage(c, set, o)
	}
	if err != nil {
		return err
	}
	return statusCode(c.Status)
}

// shop is what the settings and the system say of the shop.
func (sh *shell) shop(set settings) (job.Shop, error) {
	keys, err := sh.ringIfAny()
	if err != nil {
		return job.Shop{}, err
	}
	shop := job.Shop{Folders: set.Folders, Usual: sh.usualFolders(), Exclude: set.exclusions(), Ring: keys, Home: sh.home, Alive: host.Alive}
	if private, err := host.Private(sh.env); err == nil { // without one there are no copies
		shop.Private = private.Path
	}
	if shop.Auto = len(set.AutoSeal) > 0; shop.Auto {
		_, waits, err := sh.autoReady()
		if err != nil {
			waits = waitsKeys // what is wrong with them, the commands of the keys say
		}
		shop.AutoWaits = string(waits)
	}
	return shop, nil
}

// statusCode follows the convention of monitoring plugins.
func statusCode(s daily.Status) error {
	switch s {
	case daily.Attention:
		return codeError(1)
	case daily.Act:
		return codeError(2)
	case daily.Unknown:
		return codeError(3)
	case daily.OK:
	}
	return nil
}

// reportMark begins every report, so that one of ours may be replaced and
// nothing else is.
const reportMark = "<!DOCTYPE html>\n<!-- custode report -->"

// mayReplace refuses to write a report over a file that is none.
func mayReplace(path string) error {
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
	head := make([]byte, len(reportMark))
	if _, err := io.ReadFull(f, head); err != nil || !bytes.Equal(head, []byte(reportMark)) {
		return fault.On(fault.CannotMake, "fault.report.foreign", path, nil)
	}
	return nil
}

func (sh *shell) writeReport(path string, c job.Check, set settings) error {
	page, err := sh.htmlReport(c, set)
	if err != nil {
		return fault.On(fault.Bug, "fault.report.write", path, err)
	}
	if err := safefile.Write(path, page, 0o600); err != nil {
		code := fault.CodeOf(err, fault.CannotMake)
		if code == fault.NoInput { // a folder that is not there is no input
			code = fault.CannotMake
		}
		return fault.On(code, "fault.report.write", path, err)
	}
	return nil
}

// The documents of check --json.
type checkDoc struct {
	Schema  string    `json:"schema"`
	At      string    `json:"at"`
	Status  string    `json:"status"`
	Score   int       `json:"score"`
	Receipt string    `json:"receipt"`
	Items   []itemDoc `json:"items"`
}

type itemDoc struct {
	ID      string        `json:"id"`
	Status  string        `json:"status"`
	Title   string        `json:"title"`
	Why     string        `json:"why"`
	Do      string        `json:"do"`
	Command []string      `json:"command"`
	MapsTo  []string      `json:"maps_to"`
	Files   []itemFileDoc `json:"files"`
}

type itemFileDoc struct {
	Path    string `json:"path"`
	Risk    string `json:"risk,omitempty"`
	People  int64  `json:"people"`
	Because string `json:"because,omitempty"` // why the settings leave it out
}

func checkDocument(sh *shell, c job.Check) checkDoc {
	d := checkDoc{
		Schema: "custode.check/1", At: c.At.Format(time.RFC3339), Status: string(c.Status), Score: c.Score,
		Receipt: c.Head.Receipt(), Items: []itemDoc{},
	}
	for _, it := range c.Items {
		id := itemDoc{
			ID: it.ID, Status: string(it.Status), Title: sh.say(it.Title), Why: sh.say(it.Why), Do: sh.say(it.Do),
			Command: sh.proposed(it.Command), MapsTo: it.MapsTo, Files: []itemFileDoc{},
		}
		if id.Command == nil {
			id.Command = []string{}
		}
		for _, f := range it.Paths {
			id.Files = append(id.Files, itemFileDoc{Path: f.Path, Risk: f.Risk, People: f.People, Because: f.Because})
		}
		d.Items = append(d.Items, id)
	}
	return d
}

// checkFiles is how many files of an item the page names without --all.
const checkFiles = 3

// firstThings is how many things the page tells to do first.
const firstThings = 3

func (sh *shell) checkPage(c job.Check, set settings, o checkOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	title := w.T("check.title", set.Shop)
	when := w.DateTime(c.At)
	p.line(p.bold(title) + strings.Repeat(" ", max(2, p.width-cells(title)-cells(when))) + when)
	p.wrap("", p.status(w.T("check.status."+string(c.Status)), c.Status)+"  "+w.T("check.score", w.Int(int64(c.Score))))
	base := commonFolder(set.Folders)
	list := checkList{sh: sh, p: p, base: base, all: o.all, told: map[string]bool{}}
	for _, it := range c.First(firstThings) {
		list.item(it)
	}
	var rest []daily.Item
	for _, it := range c.Items {
		if it.Status == daily.OK {
			rest = append(rest, it)
		}
	}
	p.gap()
	for _, it := range c.First(len(c.Items))[min(firstThings, len(c.Items)-len(rest)):] {
		p.hanging(p.tag(w.T("check.tag."+string(it.Status)), it.Status)+" ", sh.say(it.Title))
	}
	for _, it := range rest {
		p.hanging(p.tag(w.T("check.tag.ok"), daily.OK)+" ", sh.say(it.Title))
		for _, f := range it.Paths {
			if o.all {
				p.hanging("    - ", sh.fileWords(p, f, base))
			}
		}
		if o.all {
			p.wrap("    ", p.dim(sh.say(it.Why)+" "+strings.Join(it.MapsTo, ", ")))
		}
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

// checkList writes items, and names a file once: under the first of them.
type checkList struct {
	sh   *shell
	p    *page
	base string
	all  bool
	told map[string]bool
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

func (l *checkList) item(it daily.Item) {
	sh, p, w := l.sh, l.p, l.sh.words
	tag := p.tag(w.T("check.tag."+string(it.Status)), it.Status) + " "
	const indent = "    "
	p.gap()
	p.fold(tag, indent, p.bold(sh.say(it.Title)))
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
		p.hanging(indent+p.dim(w.T("check.do"))+" ", do)
	}
	if len(it.Command) > 0 {
		p.line(indent + "    " + shellLine(sh.proposed(it.Command)))
	}
	if l.all {
		p.wrap(indent, p.dim(strings.Join(it.MapsTo, ", ")))
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
