package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/paper"
	"custode/internal/pdf"
	"custode/internal/rawpath"
	"custode/internal/safefile"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/decide"
	"custode/playbook/fact"
	"custode/playbook/letter"
	"custode/playbook/plan"
)

type letterOptions struct {
	runOptions
	out, stage, size string
	sent             bool
}

func playLetterCommand(sh *shell) *cli.Command {
	var o letterOptions
	t := sh.words.T
	return &cli.Command{
		Name: "letter", Usage: t("cmd.play.letter"), UsageText: t("cmd.play.letter.use"), Description: t("cmd.play.letter.more"),
		Flags: sh.runFlags(&o.runOptions,
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &o.out},
			&cli.StringFlag{Name: "stage", Usage: t("flag.play.stage"), Destination: &o.stage},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
			&cli.BoolFlag{Name: "sent", Usage: t("flag.play.sent"), Destination: &o.sent},
		),
		Action: func(c *cli.Context) error {
			if c.Args().Len() > 1 {
				return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(1)))
			}
			return sh.playLetter(c.Context, o, c.Args().First())
		},
	}
}

type meterDoc struct {
	Article string   `json:"article"`
	Have    int      `json:"have"`
	Want    int      `json:"want"`
	Missing []string `json:"missing"`
}

type letterRowDoc struct {
	Kind     string     `json:"kind"`
	Name     string     `json:"name"`
	Complete []meterDoc `json:"complete"`
	Prepared string     `json:"prepared_at"`
	Sent     string     `json:"sent_at"`
}

type lettersDoc struct {
	Schema  string         `json:"schema"`
	Run     int64          `json:"run"`
	Letters []letterRowDoc `json:"letters"`
}

type letterDoc struct {
	Schema string `json:"schema"`
	Run    int64  `json:"run"`
	letterRowDoc
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Text   string `json:"text"`
}

// playLetter lists the letters of an incident, or writes one.
func (sh *shell) playLetter(ctx context.Context, o letterOptions, kind string) error {
	d, id, r, err := sh.onRun(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	if kind == "" {
		return d.letterList(ctx, id, r)
	}
	kind = letter.For(kind, clock.ForCountry(d.set.Country)[0])
	if _, ok := d.letters.Kind(kind); !ok {
		return fault.New(fault.NoInput, "fault.play.no-letter", printable(kind))
	}
	l, err := d.fill(ctx, id, r, kind, o.stage)
	if err != nil {
		return err
	}
	doc := letterDoc{Schema: "custode.letter/1", Run: id, Path: o.out}
	raw := []byte(paper.Plain(l.Doc(letter.Options{Draft: true}), min(max(sh.width, minWidth), maxWidth)))
	if o.out != "" {
		if raw, err = d.drawn(l, o); err != nil {
			return err
		}
		if err := newFile(o.out, raw); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(raw)
	doc.SHA256 = hex.EncodeToString(sum[:])
	if r, err = d.noteLetter(ctx, id, o, playbook.Event{Kind: playbook.Letter, Ref: kind, Value: doc.SHA256}); err != nil {
		return err
	}
	doc.letterRowDoc = d.letterRow(l, r)
	if o.json {
		if o.out == "" {
			doc.Text = string(raw)
		}
		return sh.json(doc)
	}
	p := sh.page(sh.out, sh.outTerm)
	if o.out == "" {
		p.text(string(raw))
	} else {
		p.wrap("", p.green(sh.words.T("play.letter.written", printable(o.out))))
	}
	if o.sent {
		p.wrap("", p.green(sh.words.T("play.letter.noted")))
	}
	d.gaps(p, l)
	if err := d.sayNameless(ctx, p, r, l); err != nil {
		return err
	}
	return p.fail
}

// noteLetter writes down that a letter was prepared as a file, or sent.
func (d *responder) noteLetter(ctx context.Context, id int64, o letterOptions, e playbook.Event) (*playbook.Run, error) {
	for _, what := range []string{"prepared", "sent"} {
		if what == "prepared" && o.out == "" || what == "sent" && !o.sent {
			continue
		}
		e.Key = what
		if _, err := d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Record(d.who(), e) }); err != nil {
			return nil, err
		}
	}
	r, err := d.in.Run(ctx, id)
	return r, d.refused(err, id)
}

// letterList lists the letters with how complete each is.
func (d *responder) letterList(ctx context.Context, id int64, r *playbook.Run) error {
	doc := lettersDoc{Schema: "custode.letters/1", Run: id, Letters: []letterRowDoc{}}
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	rows, states, err := d.letterRows(ctx, id, r)
	if err != nil {
		return err
	}
	doc.Letters = append(doc.Letters, rows...)
	for i, row := range rows {
		if row.Sent != "" {
			states[i] = p.green(states[i])
		}
		if !d.o.json {
			p.hanging("  ", p.bold(row.Kind)+"  "+row.Name+"  "+p.dim(states[i]))
		}
	}
	if d.o.json {
		return d.sh.json(doc)
	}
	p.gap()
	p.wrap("", w.T("play.letter.how", d.sh.command(append(d.base("letter"), "people", "--out", "letter.pdf")...)))
	return p.fail
}

// letterRows lists the letters, and says of each how complete it is, or that it was sent.
func (d *responder) letterRows(ctx context.Context, id int64, r *playbook.Run) (rows []letterRowDoc, states []string, err error) {
	w := d.sh.words
	for _, k := range d.letters.Kinds() {
		l, err := d.fill(ctx, id, r, k.ID, "")
		if err != nil {
			return nil, nil, err
		}
		row, state := d.letterRow(l, r), d.meter(l)
		switch {
		case row.Sent != "":
			state = w.T("play.letter.sent")
		case row.Prepared != "":
			state += ", " + w.T("play.letter.prepared")
		}
		rows, states = append(rows, row), append(states, state)
	}
	return rows, states, nil
}

// decided are the facts with what stands about the two decisions as long as nobody gave
// reasons: those of the rules. A preliminary notification goes out before the people are told:
// what is not decided yet is said to be unknown.
func (d *responder) decided(r *playbook.Run) fact.Set {
	facts := maps.Clone(r.Facts)
	o := d.rules.Judge(r.Facts)
	for about, ruled := range map[string]fact.Tri{"authority": o.Authority.Answer, "people": o.People.Answer} {
		decision, reasons := about+"_decision", about+"_reasons"
		if facts[reasons].Text != "" || facts["authority_decision"].Text == "" {
			continue
		}
		text := fact.Unknown
		if facts[decision].Known() && facts.Tri(decision) == ruled && d.reasons(r, about) != "" {
			text = d.reasons(r, about)
		}
		facts[reasons] = fact.Value{Text: text, Origin: suggested}
		if facts[decision].Text == "" {
			facts[decision] = fact.Value{Text: fact.Unknown, Origin: suggested}
		}
	}
	return facts
}

// ruled are the reasons that the rules give, each once, with its source.
func (d *responder) ruled(r *playbook.Run) (out []letter.Reason) {
	o := d.rules.Judge(r.Facts)
	for _, f := range []decide.Finding{o.Authority, o.People} {
		for _, rule := range f.Reasons {
			one := letter.Reason{Text: rule.Reason.In(d.sh.words.Lang), Source: d.cited([]string{rule.Source})}
			if f.Answer != fact.Maybe && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}

// fill fills a letter from what is known.
func (d *responder) fill(ctx context.Context, id int64, r *playbook.Run, kind, stage string) (letter.Letter, error) {
	in := letter.Input{
		Facts: d.decided(r), Shop: letter.Shop{Name: d.set.Shop}, Plan: r.Plan.Title.In(d.sh.words.Lang), Stage: letter.Stage(stage), Lang: d.sh.words.Lang,
		Now: d.sh.now(), Zone: d.sh.now().Location(), RunID: strconv.FormatInt(id, 10), Drill: d.o.drill,
	}
	switch in.Stage {
	case "", letter.Preliminary, letter.Complete, letter.Supplementary, letter.Withdrawn:
	default:
		return letter.Letter{}, fault.New(fault.Usage, "fault.play.stage", printable(stage))
	}
	for _, l := range d.deadlines(r) {
		if l.Waits() {
			continue
		}
		_, article, _ := strings.Cut(l.Source, ":")
		in.Deadlines = append(in.Deadlines, letter.Deadline{Article: article, Due: l.Due, Late: l.Late})
	}
	in.Reasons = d.ruled(r)
	in.Severity, _ = d.severityWords(r)
	for _, s := range r.Steps() {
		if s.State == playbook.StateDone && !s.At.IsZero() && s.Step.Type == plan.Action && (s.Step.Phase == plan.Contain || s.Step.Phase == plan.Recover || s.Step.Phase == plan.Preserve) {
			in.Steps = append(in.Steps, letter.Done{At: s.At, Text: d.sentence(s.Step)})
		}
	}
	head, err := d.st.Head(ctx)
	if err != nil {
		return letter.Letter{}, err
	}
	in.Head = head.Receipt()
	return d.letters.Fill(kind, in)
}

// drawn draws a letter as a file of the kind that its name ends in.
func (d *responder) drawn(l letter.Letter, o letterOptions) ([]byte, error) {
	doc := l.Doc(letter.Options{Draft: true, Sources: l.Kind.Form})
	return d.drawnDoc(doc, o.out, o.size)
}

// drawnDoc draws a document as PDF, page, Markdown or text, by the end of a file's name.
func (d *responder) drawnDoc(doc paper.Doc, out, size string) ([]byte, error) {
	return drawDoc(doc, out, size, d.set.Country)
}

// drawDoc draws a document in the form that the ending of its name asks for, on the paper that
// is wished for or usual in a country.
func drawDoc(doc paper.Doc, out, size, country string) ([]byte, error) {
	sheet := paper.A4
	if size == "letter" || size == "" && country == "US" {
		sheet = paper.Letter
	}
	var b bytes.Buffer
	var err error
	switch ext := strings.ToLower(filepath.Ext(out)); ext {
	case ".pdf":
		err = pdf.Write(&b, doc, sheet)
	case ".html", ".htm":
		err = paper.HTML(&b, doc, sheet)
	case ".md":
		b.WriteString(paper.Markdown(doc))
	case ".txt":
		b.WriteString(paper.Plain(doc, minWidth*2))
	default:
		return nil, fault.New(fault.Usage, "fault.play.ending", printable(out))
	}
	return b.Bytes(), err
}

// noDevice refuses the path of a file to be made, where Windows would swallow what is written there.
func noDevice(path string) error {
	if err := rawpath.New(path); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", path, err)
	}
	return nil
}

// newFile writes a file that is not there yet.
func newFile(path string, raw []byte) error {
	if err := noDevice(path); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fault.On(fault.CannotMake, "fault.play.exists", path, os.ErrExist)
	}
	if err := safefile.Write(path, raw, 0o600); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", path, err)
	}
	return nil
}

// drafts writes the letters of a step into the home, so that they are at hand when the
// step is shown, and says where they are and how complete.
func (d *responder) drafts(ctx context.Context, p *page, id int64, r *playbook.Run, s *plan.Step) error {
	dir := filepath.Join(d.sh.home, "reports", d.folder(id))
	for _, word := range s.Letters {
		kind := letter.For(word, clock.ForCountry(d.set.Country)[0])
		l, err := d.fill(ctx, id, r, kind, "")
		if err != nil {
			return err
		}
		o := letterOptions{out: filepath.Join(dir, kind+".pdf")}
		raw, err := d.drawn(l, o)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", dir, err)
		}
		if err := safefile.Write(o.out, raw, 0o600); err != nil {
			return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.play.write", o.out, err)
		}
		p.hanging("  ", d.sh.words.T("play.letter.draft", printable(o.out), d.meter(l)))
	}
	return nil
}

// folder is where the papers of a run lie among the reports.
func (d *responder) folder(id int64) string { return runFolder(id, d.o.drill) }

func runFolder(id int64, drill bool) string {
	if drill {
		return "exercise-" + strconv.FormatInt(id, 10)
	}
	return "incident-" + strconv.FormatInt(id, 10)
}
