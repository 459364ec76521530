package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/evidence"
)

type evidenceOptions struct {
	runOptions
	step, what, out, to string
	readable            bool
	keyFiles
}

func playEvidenceCommand(sh *shell) *cli.Command {
	var add, list, view, export, hand evidenceOptions
	t := sh.words.T
	return &cli.Command{
		Name: "evidence", Usage: t("cmd.play.evidence"), UsageText: t("cmd.play.evidence.use"), Description: t("cmd.play.evidence.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			{
				Name: "add", Usage: t("cmd.play.evidence.add"), UsageText: "custode playbook evidence add FILE...",
				Flags: sh.runFlags(&add.runOptions,
					&cli.StringFlag{Name: "step", Usage: t("flag.play.step"), Destination: &add.step},
					&cli.StringFlag{Name: "what", Usage: t("flag.play.evidence.what"), Destination: &add.what},
				),
				Action: func(c *cli.Context) error { return sh.evidenceAdd(c.Context, add, c.Args().Slice()) },
			},
			{
				Name: "list", Usage: t("cmd.play.evidence.list"), UsageText: "custode playbook evidence list", Flags: sh.runFlags(&list.runOptions),
				Action: func(c *cli.Context) error {
					if err := none(c); err != nil {
						return err
					}
					return sh.evidenceList(c.Context, list)
				},
			},
			{
				Name: "view", Usage: t("cmd.play.evidence.view"), UsageText: t("cmd.play.evidence.view.use"),
				Flags: sh.runFlags(&view.runOptions, append(view.keyFiles.flags(sh), &cli.StringFlag{Name: "out", Usage: t("flag.play.evidence.out"), Destination: &view.out})...),
				Action: func(c *cli.Context) error {
					view.identities = c.StringSlice("i")
					return sh.evidenceView(c.Context, view, c.Args().Slice())
				},
			},
			{
				Name: "export", Usage: t("cmd.play.evidence.export"), UsageText: t("cmd.play.evidence.export.use"), Description: t("cmd.play.evidence.export.more"),
				Flags: sh.runFlags(&export.runOptions, append(export.keyFiles.flags(sh), &cli.StringFlag{Name: "to", Usage: t("flag.play.evidence.to"), Destination: &export.to},
					&cli.BoolFlag{Name: "readable", Usage: t("flag.play.evidence.readable"), Destination: &export.readable})...),
				Action: func(c *cli.Context) error {
					export.identities = c.StringSlice("i")
					return sh.evidenceExport(c.Context, export, c.Args().Slice())
				},
			},
			{
				Name: "hand", Usage: t("cmd.play.evidence.hand"), UsageText: t("cmd.play.evidence.hand.use"),
				Flags: sh.runFlags(&hand.runOptions, &cli.StringFlag{Name: "to", Usage: t("flag.play.evidence.whom"), Destination: &hand.to}),
				Action: func(c *cli.Context) error {
					if c.Args().Len() != 1 || plain(hand.to) == "" {
						return fault.New(fault.Usage, "fault.play.evidence.hand")
					}
					return sh.evidenceHand(c.Context, hand, c.Args().First())
				},
			},
		},
	}
}

// What is done with evidence: the key of its events.
const (
	collected = "collected"
	viewed    = "viewed"
	exported  = "exported"
	handed    = "handed-over"
)

type handledDoc struct {
	What string `json:"what"`
	By   string `json:"by"`
	At   string `json:"at"`
	To   string `json:"to"`
}

type pieceDoc struct {
	evidence.Item
	Step    string       `json:"step"`
	Text    string       `json:"text"`
	Sound   bool         `json:"sound"`
	Handled []handledDoc `json:"handled"`
}

type evidenceDoc struct {
	Schema string     `json:"schema"`
	Run    int64      `json:"run"`
	Items  []pieceDoc `json:"items"`
}

// evidenceFolder is where the evidence of the home lies, sealed to the vault and the sheet.
func (d *responder) evidenceFolder() evidence.Folder {
	return evidence.Folder{Dir: filepath.Join(d.sh.home, "evidence"), Now: d.sh.now}
}

// items lists the evidence of a run with all that was done with it.
func items(r *playbook.Run) []pieceDoc {
	var out []pieceDoc
	for _, e := range r.Events {
		if e.Kind != playbook.Evidence {
			continue
		}
		done := handledDoc{What: e.Key, By: e.By, At: stamp(e.At), To: e.To}
		if e.Key == collected {
			one := pieceDoc{Step: e.Step, Text: e.Text}
			if json.Unmarshal(e.Data, &one.Item) == nil {
				one.Handled = []handledDoc{done}
				out = append(out, one)
			}
			continue
		}
		for i := range out {
			if out[i].ID == e.Ref {
				out[i].Handled = append(out[i].Handled, done)
			}
		}
	}
	return out
}

// item finds an item by its number in the list, or its id.
func (d *responder) item(r *playbook.Run, name string) (pieceDoc, error) {
	for i, one := range items(r) {
		if one.ID == name || d.sh.words.Int(int64(i+1)) == name {
			return one, nil
		}
	}
	return pieceDoc{}, fault.New(fault.NoInput, "fault.play.evidence.unknown", printable(name))
}

// evidenceAdd takes files, folders or ("-") what comes from the standard input.
func (sh *shell) evidenceAdd(ctx context.Context, o evidenceOptions, paths []string) error {
	if len(paths) == 0 {
		return fault.New(fault.Usage, "fault.play.evidence.which")
	}
	d, id, r, err := sh.onRun(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	if _, ok := r.Find(o.step); o.step != "" && !ok {
		return d.stepFault(&playbook.StepError{Step: o.step, Err: playbook.ErrNoStep})
	}
	keys, err := sh.ring()
	if err != nil {
		return err
	}
	f := d.evidenceFolder()
	f.To = keys.Recipients()
	p := sh.page(sh.out, sh.outTerm)
	for _, path := range paths {
		item, err := d.collect(ctx, f, path)
		if err != nil {
			return evidenceFault(path, err)
		}
		if err := d.noteItem(ctx, id, item, playbook.Event{Text: plain(o.what), Step: o.step}, func(*playbook.Run) error { return nil }); err != nil {
			return err
		}
		if !o.json {
			p.wrap("", p.green(sh.words.T("play.evidence.added", printable(item.Name), sh.words.Bytes(item.Size))))
			p.hanging("  SHA-256 ", item.SHA256)
			if item.Changed {
				p.wrap("  ", p.amber(sh.words.T("play.evidence.changed")))
			}
			if len(item.Unread) > 0 {
				p.wrap("  ", p.amber(sh.words.N("play.evidence.unread", int64(len(item.Unread)))))
			}
		}
	}
	if o.json {
		return d.evidenceDocument(ctx, id)
	}
	p.wrap("", p.dim(sh.words.T("play.evidence.original")))
	return p.fail
}

// noteItem writes down that an item was collected, with what e says of it; what cannot be written
// down is not kept.
func (d *responder) noteItem(ctx context.Context, id int64, item evidence.Item, e playbook.Event, may func(*playbook.Run) error) error {
	f := d.evidenceFolder()
	data, err := json.Marshal(item)
	if err != nil {
		return errors.Join(err, d.forget(ctx, id, f, item))
	}
	e.Kind, e.Key, e.Ref, e.Value, e.Data = playbook.Evidence, collected, item.ID, item.SHA256, data
	_, err = d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) {
		if err := may(r); err != nil {
			return nil, err
		}
		return r.Record(d.who(), e)
	})
	if err != nil {
		return errors.Join(err, d.forget(ctx, id, f, item))
	}
	return nil
}

// forget removes an item that could not be written down: what nobody knows of is of no use.
// Where it was written down after all, or that cannot be told, it stays.
func (d *responder) forget(ctx context.Context, id int64, f evidence.Folder, item evidence.Item) error {
	r, err := d.in.Run(context.WithoutCancel(ctx), id)
	if err != nil || slices.ContainsFunc(items(r), func(one pieceDoc) bool { return one.ID == item.ID }) {
		return nil //nolint:nilerr // the first error is told
	}
	return os.Remove(filepath.Join(f.Dir, item.File()))
}

func (d *responder) collect(ctx context.Context, f evidence.Folder, path string) (evidence.Item, error) {
	if path == "-" {
		return f.Note(ctx, d.sh.words.T("play.evidence.note"), d.sh.in)
	}
	return f.Collect(ctx, path)
}

func evidenceFault(path string, err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, evidence.ErrSpecial):
		return fault.On(fault.Usage, "fault.play.evidence.special", path, nil)
	case errors.Is(err, evidence.ErrEmpty):
		return fault.On(fault.NoInput, "fault.play.evidence.empty", path, nil)
	case errors.Is(err, evidence.ErrDamaged), errors.Is(err, evidence.ErrUnread):
		return fault.On(fault.Data, "fault.play.evidence.damaged", path, nil)
	case errors.Is(err, evidence.ErrNone):
		return fault.On(fault.NoPerm, "fault.play.evidence.key", path, nil)
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.play.evidence.io", at.Path, err)
	}
	return fault.On(fault.CodeOf(err, fault.IO), "fault.play.evidence.io", path, err)
}

func (d *responder) evidenceDocument(ctx context.Context, id int64) error {
	r, err := d.in.Run(ctx, id)
	if err != nil {
		return err
	}
	return d.sh.json(evidenceDoc{"custode.evidence/1", id, d.checked(r)})
}

// checked lists the items and says of each whether its sealed file is sound.
func (d *responder) checked(r *playbook.Run) []pieceDoc {
	list := append([]pieceDoc{}, items(r)...)
	for i := range list {
		list[i].Sound = d.evidenceFolder().Check(list[i].Item) == nil
	}
	return list
}

func (sh *shell) evidenceList(ctx context.Context, o evidenceOptions) error {
	d, id, r, err := sh.onRun(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	if o.json {
		return d.evidenceDocument(ctx, id)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	list := d.checked(r)
	if len(list) == 0 {
		p.wrap("", w.T("play.evidence.none"))
	}
	for i, one := range list {
		state := p.green(w.T("play.evidence.sound"))
		if !one.Sound {
			state = p.red(w.T("play.evidence.unsound"))
		}
		p.hanging(padLeft(w.Int(int64(i+1)), 3)+"  ", printable(one.Name)+", "+w.Bytes(one.Size)+" · "+state)
		p.line("     SHA-256 " + one.SHA256)
		if one.Text != "" {
			p.wrap("     ", shownText(one.Text))
		}
		for _, h := range one.Handled {
			p.wrap("     ", p.dim(d.handledWords(h)))
		}
	}
	return p.fail
}

// handledWords says who did what with an item, and when.
func (d *responder) handledWords(h handledDoc) string {
	text := d.sh.words.T("play.evidence."+h.What, printable(h.By), d.stamped(h.At))
	if h.To != "" {
		text += ": " + printable(h.To)
	}
	return text
}

// evidenceHand writes down to whom an item was given.
func (sh *shell) evidenceHand(ctx context.Context, o evidenceOptions, name string) error {
	return sh.actOn(ctx, o.runOptions, "", func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		one, err := d.item(r, name)
		if err != nil {
			return nil, err
		}
		return r.Record(d.who(), one.handling(handed, o.to))
	})
}

// stamped is a time of a document, for people.
func (d *responder) stamped(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return d.sh.words.DateTime(d.zoned(t))
}
