package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/intake"
)

type choiceImportOptions struct {
	json, dryRun, allNo           bool
	purpose, wording, since, made string
	numbers, order, column, by    string
	typed                         string // the text that people saw, where it is in no file
	keys                          keyFlags
}

func choiceImportCommand(sh *shell) *cli.Command {
	var o choiceImportOptions
	t, text := sh.words.T, sh.textFlag
	return &cli.Command{
		Name: "import", Usage: t("cmd.choice.import"), UsageText: t("cmd.choice.import.use"), Description: t("cmd.choice.import.more"),
		Flags: append([]cli.Flag{
			text("purpose", "flag.choice.import.purpose", &o.purpose),
			text("wording", "flag.choice.wording", &o.wording),
			text("since", "flag.choice.since", &o.since),
			text("made", "flag.choice.made", &o.made),
			text("numbers", "flag.choice.numbers", &o.numbers),
			text("order", "flag.choice.order", &o.order),
			text("column", "flag.choice.column", &o.column),
			text("by", "flag.choice.by", &o.by),
			&cli.BoolFlag{Name: "all-no", Usage: t("flag.choice.all-no"), Destination: &o.allNo},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.choice.dry-run"), Destination: &o.dryRun},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.choice.import")
			}
			return sh.choiceImport(c.Context, c.Args().First(), o)
		},
	}
}

type choiceImportedDoc struct {
	Schema  string           `json:"schema"`
	DryRun  bool             `json:"dry_run"`
	Tool    string           `json:"tool"` // the program that the file comes from
	Rows    int              `json:"rows"`
	Events  map[string]int   `json:"events"`  // what the file says, by kind
	Left    map[string]int   `json:"left"`    // what says nothing, by reason
	LeftAt  map[string][]int `json:"left_at"` // the first rows or mails of these
	Undated int              `json:"undated"` // noes without a date: they count from now, or from --made
	New     int              `json:"new"`     // that were not known yet
}

// choiceImport takes over what a file from elsewhere says: all of it, or after an error nothing.
func (sh *shell) choiceImport(ctx context.Context, path string, o choiceImportOptions) error {
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	in, err := os.Open(path)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.NoInput), "fault.choice.read", path, err)
	}
	defer in.Close() // opened for reading
	opt, shown, err := d.intakeOptions(path, o)
	if err != nil {
		return err
	}
	if err := d.open(ctx, o.keys); err != nil {
		return err
	}
	doc, err := d.takeIn(ctx, in, opt, shown, o.dryRun)
	if err != nil {
		return atPath(err, path)
	}
	if o.json {
		return sh.json(doc)
	}
	return d.showImported(doc)
}

// takeIn reads what a file from elsewhere says, and keeps it unless it is only tried.
func (d *chooser) takeIn(ctx context.Context, in io.Reader, opt intake.Options, shown map[choice.Channel]choice.Wording, dryRun bool) (doc choiceImportedDoc, err error) {
	doc = choiceImportedDoc{Schema: "custode.choice-imported/1", DryRun: dryRun, Events: map[string]int{}, Left: map[string]int{}, LeftAt: map[string][]int{}}
	var tally intake.Tally
	read := func(add func(choice.Event) error) (err error) {
		tally, err = intake.Read(in, opt, func(r intake.Row) error {
			if r.Event.What == "" {
				return nil
			}
			e := r.Event
			if e.Contact, err = d.key.ID(r.Contact); err != nil {
				return err
			}
			if e.What == choice.Given {
				if w, ok := shown[e.Channel]; ok && e.At.After(w.Added) {
					w.Added = e.At
					shown[e.Channel] = w
				}
			}
			if e.At.IsZero() { // only a no comes without a date
				doc.Undated++
				e.At = d.sh.now()
			}
			return add(e)
		})
		return err
	}
	if dryRun {
		err = read(func(e choice.Event) error { return e.CheckIn(d.set.Country) })
	} else if doc.New, err = d.Store.AddChoicesFrom(ctx, read); err == nil {
		err = d.saveShown(ctx, shown)
	}
	if err != nil {
		return doc, d.importFault(err)
	}
	doc.Tool, doc.Rows = tally.Tool, tally.Rows
	for what, n := range tally.Events {
		doc.Events[string(what)] = n
	}
	for why, n := range tally.Left {
		doc.Left[string(why)], doc.LeftAt[string(why)] = n, tally.Lines[why]
	}
	return doc, nil
}

// saveShown keeps the texts that somebody said yes to, as of the last yes: what is printed later
// for the counter is the newer one.
func (d *chooser) saveShown(ctx context.Context, shown map[choice.Channel]choice.Wording) error {
	for _, w := range shown {
		if w.Added.IsZero() {
			continue
		}
		if err := d.Store.SaveWording(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// intakeOptions makes of the flags what the reader wants to know, and gives the text that people
// saw, by channel.
func (d *chooser) intakeOptions(path string, o choiceImportOptions) (intake.Options, map[choice.Channel]choice.Wording, error) {
	shown := map[choice.Channel]choice.Wording{}
	out := intake.Options{
		Name: filepath.Base(path), Country: d.set.Country, Zone: d.sh.now().Location(), Now: d.sh.now(), By: cmp.Or(plain(o.by), d.sh.person()),
		Purpose: choice.Purpose(o.purpose), Numbers: choice.Channel(o.numbers), Order: intake.Order(o.order), AllNo: o.allNo, Column: o.column,
		Wordings: map[choice.Channel][32]byte{},
	}
	for _, day := range []struct {
		text string
		to   *time.Time
	}{{o.since, &out.Since}, {o.made, &out.Made}} {
		if day.text == "" {
			continue
		}
		at, err := d.past(day.text)
		if err != nil {
			return out, nil, err
		}
		*day.to = at
	}
	if !slices.Contains([]choice.Channel{"", choice.SMS, choice.Phone}, out.Numbers) {
		return out, nil, fault.New(fault.Usage, "fault.choice.numbers")
	}
	if !slices.Contains([]intake.Order{"", intake.DayMonth, intake.MonthDay}, out.Order) {
		return out, nil, fault.New(fault.Usage, "fault.choice.order")
	}
	out.Book = d.book
	decl, err := d.sh.declaration()
	if err != nil {
		return out, nil, err
	}
	out.Own = []string{decl.Controller.Mail}
	text, err := o.text()
	if err != nil || text == nil {
		return out, shown, err
	}
	if out.Purpose == "" {
		return out, nil, fault.New(fault.Usage, "fault.choice.purpose")
	}
	for _, c := range channels {
		w, err := d.wordingOf(text, out.Purpose, c)
		if err != nil {
			return out, nil, err
		}
		shown[c], out.Wordings[c] = w, w.Digest()
	}
	return out, shown, nil
}

// text is what people saw who said yes: from a file, or as it was typed; nil: it is not known.
func (o choiceImportOptions) text() ([]byte, error) {
	if o.wording == "" {
		if o.typed == "" {
			return nil, nil
		}
		return []byte(o.typed), nil
	}
	return readUpTo(o.wording, mostWording, "fault.choice.wording-big", "fault.choice.wording-read")
}

func (d *chooser) importFault(err error) error {
	if h := (*intake.HeaderError)(nil); errors.As(err, &h) {
		if errors.Is(err, intake.ErrState) {
			return fault.New(fault.Data, "fault.choice.state", d.sh.words.Int(int64(h.Columns)))
		}
		return fault.New(fault.Data, "fault.choice.columns", d.sh.words.Int(int64(h.Columns)))
	}
	return d.fault(err)
}

func (d *chooser) showImported(doc choiceImportedDoc) error {
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	p.wrap("", p.bold(w.T("choice.imported", w.N("choice.rows", int64(doc.Rows)), w.T("choice.tool."+doc.Tool))))
	for _, what := range byCount(doc.Events) {
		p.hanging("  ", w.Int(int64(doc.Events[what]))+" "+w.T("choice.what."+what))
	}
	if len(doc.Left) > 0 {
		p.wrap("", w.T("choice.imported.left"))
	}
	for _, why := range byCount(doc.Left) {
		p.hanging("  ", w.Int(int64(doc.Left[why]))+" "+w.T("intake.left."+why)+" "+p.dim("("+d.whereLeft(doc, why)+")"))
	}
	if doc.Undated > 0 {
		p.wrap("", w.N("choice.imported.undated", int64(doc.Undated)))
	}
	if doc.DryRun {
		p.wrap("", w.T("choice.imported.dry"))
		return p.fail
	}
	p.wrap("", p.green(w.N("choice.imported.new", int64(doc.New))))
	return p.fail
}

// whereLeft says where what was left stands, or the first of it.
func (d *chooser) whereLeft(doc choiceImportedDoc, why string) string {
	var at []string
	for _, line := range doc.LeftAt[why] {
		at = append(at, strconv.Itoa(line))
	}
	if doc.Left[why] > len(at) {
		at = append(at, "...")
	}
	key := "intake.rows"
	if doc.Tool == "mails" {
		key = "intake.mails"
	}
	return d.sh.words.N(key, int64(doc.Left[why]), strings.Join(at, ", "))
}

// byCount lists the keys of counts, the most frequent first.
func byCount(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
}
