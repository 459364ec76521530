package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/safefile"
	"custode/playbook/privacy/choice"
)

type choiceFilterOptions struct {
	json                     bool
	purpose, channel, column string
	out, removed             string
	keys                     keyFlags
}

func choiceFilterCommand(sh *shell) *cli.Command {
	var o choiceFilterOptions
	t, text := sh.words.T, sh.textFlag
	return &cli.Command{
		Name: "filter", Usage: t("cmd.choice.filter"), UsageText: t("cmd.choice.filter.use"), Description: t("cmd.choice.filter.more"),
		Flags: append([]cli.Flag{
			text("purpose", "flag.choice.purpose", &o.purpose),
			text("channel", "flag.choice.channel", &o.channel),
			text("out", "flag.choice.out", &o.out),
			text("removed", "flag.choice.removed", &o.removed),
			text("column", "flag.choice.column", &o.column),
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.choice.filter")
			}
			return sh.choiceFilter(c.Context, c.Args().First(), o)
		},
	}
}

// leftover is how long nobody has written to a temporary file that a killed run left: it holds
// contacts.
const leftover = time.Hour

type choiceFilteredDoc struct {
	Schema  string         `json:"schema"`
	Purpose string         `json:"purpose"`
	Channel string         `json:"channel"`
	Rows    int            `json:"rows"`
	Let     int            `json:"let"`
	Removed map[string]int `json:"removed"` // by reason
	Out     string         `json:"out"`     // "" when it was only counted
}

// filteredBody is what the journal keeps of a list that was filtered.
type filteredBody struct {
	Purpose string         `json:"purpose"`
	Channel string         `json:"channel"`
	Rows    int            `json:"rows"`
	Let     int            `json:"let"`
	Removed map[string]int `json:"removed"`
	Written bool           `json:"written"`
}

// choiceFilter lets of a list only those through who have a yes that counts now.
func (sh *shell) choiceFilter(ctx context.Context, file string, o choiceFilterOptions) error {
	if err := o.complete(file); err != nil {
		return err
	}
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	in, err := os.Open(file)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.NoInput), "fault.choice.read", file, err)
	}
	defer in.Close() // opened for reading
	if err := d.open(ctx, o.keys); err != nil {
		return err
	}
	doc, known, err := d.filter(ctx, o, func(list choice.List) (choice.Tally, error) { return o.write(list, in, sh.now()) })
	if err != nil {
		return atPath(err, file)
	}
	if o.json {
		return sh.json(doc)
	}
	return d.showFiltered(doc, known)
}

// filter has a list filtered, and writes down how many came through. Known is of how many it is known
// what they said.
func (d *chooser) filter(ctx context.Context, o choiceFilterOptions, write func(choice.List) (choice.Tally, error)) (doc choiceFilteredDoc, known int, err error) {
	roll, err := d.Roll(ctx, choice.Purpose(o.purpose), choice.Channel(o.channel))
	if err != nil {
		return doc, 0, err
	}
	list := choice.List{Kind: choice.MailKind, Country: d.set.Country, Column: o.column, Key: d.key, Allowed: roll.Allowed}
	if o.channel == string(choice.SMS) || o.channel == string(choice.Phone) {
		list.Kind = choice.PhoneKind
	}
	tally, err := write(list)
	if err != nil {
		return doc, 0, d.fault(err)
	}
	doc = choiceFilteredDoc{"custode.choice-filtered/1", o.purpose, o.channel, tally.Rows, tally.Let, map[string]int{}, o.out}
	for reason, n := range tally.Removed {
		doc.Removed[string(reason)] = n
	}
	_, err = d.st.Record(ctx, "choices.filtered", filteredBody{doc.Purpose, doc.Channel, doc.Rows, doc.Let, doc.Removed, o.out != ""})
	return doc, roll.Len(), err
}

// about refuses what names no purpose or channel.
func (o choiceFilterOptions) about() error {
	switch {
	case o.purpose == "" || o.purpose == string(choice.AllPurposes):
		return fault.New(fault.Usage, "fault.choice.purpose")
	case !slices.Contains(channels, choice.Channel(o.channel)):
		return fault.New(fault.Usage, "fault.choice.channel", channelNames())
	}
	return nil
}

// complete refuses what can be seen to be wrong before anything is opened.
func (o choiceFilterOptions) complete(file string) error {
	if err := o.about(); err != nil {
		return err
	}
	taken := []string{file}
	for _, out := range []string{o.out, o.removed} {
		if out == "" {
			continue
		}
		if slices.ContainsFunc(taken, func(t string) bool { return filepath.Clean(t) == filepath.Clean(out) }) {
			return fault.On(fault.Usage, "fault.choice.same", out, nil)
		}
		if err := noDevice(out); err != nil {
			return err
		}
		if _, err := os.Lstat(out); err == nil {
			return fault.On(fault.CannotMake, "fault.play.exists", out, os.ErrExist)
		}
		taken = append(taken, out)
	}
	return nil
}

// write filters into the files that are wished for, whole or not at all.
func (o choiceFilterOptions) write(list choice.List, in io.Reader, now time.Time) (tally choice.Tally, err error) {
	into := func(path string, fn func(w io.Writer) error) error {
		if path == "" {
			return fn(io.Discard)
		}
		safefile.Sweep(filepath.Dir(path), now.Add(-leftover))
		err := safefile.Stream(path, 0o600, fn)
		if pe := (*os.PathError)(nil); errors.As(err, &pe) {
			return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", path, err)
		}
		return err
	}
	err = into(o.removed, func(removed io.Writer) error {
		return into(o.out, func(out io.Writer) (err error) {
			tally, err = list.Filter(in, out, removed)
			return err
		})
	})
	return tally, err
}

func (d *chooser) showFiltered(doc choiceFilteredDoc, known int) error {
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	about := d.about(choice.Question{Purpose: choice.Purpose(doc.Purpose), Channel: choice.Channel(doc.Channel)})
	p.wrap("", p.bold(about)+": "+w.T("choice.filtered", w.N("choice.rows", int64(doc.Rows)), w.N("choice.let", int64(doc.Let))))
	for _, reason := range byCount(doc.Removed) {
		p.hanging("  ", w.Int(int64(doc.Removed[reason]))+" "+w.T("choice.reason."+reason))
	}
	switch {
	case known == 0:
		p.wrap("", p.amber(w.T("choice.nobody-asked")))
	case doc.Out == "":
		p.wrap("", w.T("choice.only-counted"))
	default:
		p.wrap("", p.green(w.T("play.report.written", printable(doc.Out))))
		p.wrap("", w.T("choice.soon"))
	}
	return p.fail
}
