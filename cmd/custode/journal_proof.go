package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/proof"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/internal/rawpath"
)

type proofOptions struct {
	file, at, out, paper string
}

type proofRow struct {
	Row  int64  `json:"row"`
	At   string `json:"at"`
	Kind string `json:"kind"`
	Path string `json:"path"` // of a readable copy; "" otherwise
}

type proofDoc struct {
	Schema     string     `json:"schema"`
	Path       string     `json:"path"`
	Sealed     string     `json:"sealed_path"`
	At         string     `json:"at"`
	State      string     `json:"state"`
	Why        string     `json:"why"`
	Since      *proofRow  `json:"since"`
	Sealing    *proofRow  `json:"sealed_by"`
	To         []string   `json:"recipients"`
	SHA256     string     `json:"sha256"`
	Checked    *proofRow  `json:"verified"`
	Proven     *proofRow  `json:"opened_with_key"`
	Copies     []proofRow `json:"readable_copies"`
	Rows       []proofRow `json:"rows"`
	Later      *proofRow  `json:"later"`
	Restored   *proofRow  `json:"restored"`
	BackupFrom string     `json:"backup_from"`
	Scanned    string     `json:"scan_read_at"`
	ClockBack  bool       `json:"clock_went_back"`
	Archive    string     `json:"archive"`
	MovedFrom  string     `json:"moved_from"`
	Receipt    string     `json:"receipt"`
	FirstBad   int64      `json:"first_bad"`
	Trouble    string     `json:"trouble"`
	Made       string     `json:"made_at"`
	Version    string     `json:"version"`
	Out        string     `json:"out"`
}

// prover answers what the journal says of a file at a moment.
type prover struct {
	sh   *shell
	set  settings
	path string
	at   time.Time
	now  time.Time
	p    job.FileThen
}

// proveFile answers it on the screen, as a document, or on paper.
func (sh *shell) proveFile(ctx context.Context, o proofOptions, asJSON bool) error {
	if o.file == "" {
		return fault.New(fault.Usage, "fault.proof.file")
	}
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	now := sh.now()
	at := now
	if o.at != "" {
		var ok bool
		if at, ok = parseWhen(o.at, now, set.Country == "US"); !ok {
			return fault.New(fault.Usage, "fault.proof.when", printable(o.at))
		}
	}
	if at.After(now) {
		return fault.New(fault.Usage, "fault.proof.future", printable(o.at))
	}
	v := prover{sh: sh, set: set, at: at, now: now}
	if v.path, err = rawpath.Abs(o.file); err != nil {
		return err
	}
	if v.p, err = job.ProveAt(ctx, st, v.path, at); err != nil {
		return err
	}
	if o.out != "" {
		raw, err := drawDoc(v.sheet(), o.out, o.paper, set.Country)
		if err == nil {
			err = newFile(o.out, raw)
		}
		if err != nil {
			return err
		}
	}
	return v.give(o.out, asJSON)
}

func (v *prover) give(out string, asJSON bool) error {
	sh := v.sh
	p := sh.page(sh.out, sh.outTerm)
	var err error
	switch {
	case asJSON:
		err = sh.json(v.document(out))
	case out == "":
		p.text(paper.Plain(v.sheet(), p.width))
	default:
		p.wrap("", v.answer())
		p.wrap("", p.green(sh.words.T("play.report.written", printable(out))))
	}
	if err = errors.Join(err, p.fail); err != nil {
		return err
	}
	if f := v.p.Finding; f != nil {
		return fault.New(fault.Data, "fault.journal."+string(f.Trouble), f.Seq)
	}
	return nil
}

func docRow(e *proof.Event) *proofRow {
	if e == nil {
		return nil
	}
	row := proofRow{Row: e.Row, At: stamp(e.At), Kind: string(e.Kind)}
	if !e.Private {
		row.Path = strings.ToValidUTF8(e.Copy, "\uFFFD")
	}
	if strings.HasPrefix(row.Path, "#") {
		row.Path = ""
	}
	return &row
}

func docRows(list []proof.Event) []proofRow {
	out := []proofRow{}
	for _, e := range list {
		out = append(out, *docRow(&e))
	}
	return out
}

func (v *prover) document(out string) proofDoc {
	p := v.p
	d := proofDoc{
		Schema: "custode.proof/1", Path: v.path, Sealed: p.Sealed, At: stamp(v.at), State: string(p.State), Why: string(p.Why),
		Since: docRow(p.Since), Sealing: docRow(p.Sealing), To: p.To, SHA256: p.Cipher, Checked: docRow(p.Checked), Proven: docRow(p.Proven),
		Copies: docRows(p.Copies), Rows: docRows(p.Rests), Later: docRow(p.Later), Restored: docRow(p.Remade), ClockBack: p.Turned,
		Archive: p.Archive, MovedFrom: p.From, Receipt: p.Head.Receipt(), Made: stamp(v.now), Version: version, Out: out,
	}
	if !p.Scanned.IsZero() {
		d.Scanned = stamp(p.Scanned)
	}
	if d.To == nil {
		d.To = []string{}
	}
	if p.Remade != nil {
		d.BackupFrom = stamp(p.Remade.Saved)
	}
	if f := p.Finding; f != nil {
		d.FirstBad, d.Trouble = f.Seq, string(f.Trouble)
	}
	return d
}

// answer is one sentence, and what it rests on.
func (v *prover) answer() string {
	s := v.sh.words.T("proof.is." + string(v.p.State))
	if v.p.Why != proof.NoReason {
		s += " " + v.sh.words.T("proof.because."+string(v.p.Why))
	}
	return s
}

// moment writes a point in time to the second, and in which zone.
func (v *prover) moment(t time.Time) string {
	t = t.In(v.now.Location())
	return v.sh.words.Date(t) + " " + t.Format("15:04:05 MST")
}

// row says what one row of the journal tells.
func (v *prover) row(e *proof.Event) string {
	t := v.sh.words.T
	s := t("proof.row."+string(e.Kind)) + " (" + t("proof.row", e.Row) + ", " + v.moment(e.At) + ")"
	if e.Kind == proof.Copied && !e.Private {
		s += ": " + e.Copy
	}
	return s
}

// sheet is the evidence on one page.
func (v *prover) sheet() paper.Doc {
	t, p := v.sh.words.T, v.p
	rows := []paper.Row{{Label: t("proof.file"), Value: paper.Say(v.path)}}
	add := func(label string, e *proof.Event) {
		if e != nil {
			rows = append(rows, paper.Row{Label: t(label), Value: paper.Say(v.row(e))})
		}
	}
	say := func(label, s string) {
		if s != "" {
			rows = append(rows, paper.Row{Label: t(label), Value: paper.Say(s)})
		}
	}
	say("proof.asked", v.moment(v.at))
	asked := rows
	rows = nil
	if p.Sealed != v.path {
		say("proof.sealed-file", p.Sealed)
	}
	say("proof.archive", p.Archive)
	say("proof.from", p.From)
	add("proof.since", p.Since)
	add("proof.by", p.Sealing)
	say("proof.to", strings.Join(p.To, ", "))
	say("proof.sha256", p.Cipher)
	if add("proof.verified", p.Checked); p.Checked == nil && p.Sealing != nil {
		say("proof.verified", t("proof.never"))
	}
	add("proof.proven", p.Proven)
	for _, c := range p.Copies {
		add("proof.copy", &c)
	}
	add("proof.later", p.Later)
	if !p.Scanned.IsZero() {
		say("proof.scan", v.moment(p.Scanned))
	}
	if p.Remade != nil {
		say("proof.restored", t("proof.restored.at", v.moment(p.Remade.At), v.moment(p.Remade.Saved)))
	}
	if p.Turned {
		say("proof.clock", t("proof.clock.more"))
	}
	blocks := []paper.Block{
		{Kind: paper.Fields, Rows: asked},
		{Kind: paper.Heading, Text: paper.Say(t("proof.answer"))},
		{Kind: paper.Para, Text: paper.Say(v.answer())},
	}
	if len(rows) > 0 {
		blocks = append(blocks, paper.Block{Kind: paper.Fields, Rows: rows})
	}
	blocks = append(blocks, v.rests(max(2, roomFor-len(rows)))...)
	var limits []paper.Text
	for _, id := range []string{"copies", "memory", "keys", "machine", "reader"} {
		limits = append(limits, paper.Say(t("proof.limit."+id)))
	}
	return paper.Doc{
		Lang: v.sh.words.Lang, Title: t("proof.title"), Author: v.set.Shop, Page: t("proof.page"), Made: v.now,
		Foot: t("proof.made", version, v.moment(v.now)),
		Blocks: append(blocks,
			paper.Block{Kind: paper.Heading, Text: paper.Say(t("proof.limits"))},
			paper.Block{Kind: paper.List, Items: limits}),
	}
}

// roomFor is how many facts and rows the page has room for; --json gives all rows.
const roomFor = 10

// rests lists the last of the rows, and by what they can be held to be true.
func (v *prover) rests(show int) []paper.Block {
	t, p := v.sh.words.T, v.p
	var items []paper.Text
	list := p.Rests
	if n := len(list) - show; n > 0 {
		items, list = append(items, paper.Say(v.sh.words.N("proof.earlier", int64(n)))), list[n:]
	}
	for _, e := range list {
		items = append(items, paper.Say(v.row(&e)))
	}
	out := []paper.Block{{Kind: paper.Heading, Text: paper.Say(t("proof.rests"))}}
	if len(items) > 0 {
		out = append(out, paper.Block{Kind: paper.List, Items: items})
	}
	chain := t("proof.journal.sound", fmt.Sprint(p.Head.Seq), v.moment(p.Begun))
	if p.Finding != nil {
		chain = t("proof.journal.broken", fmt.Sprint(p.Finding.Seq))
	}
	if p.Head.Seq == 0 {
		chain = t("proof.journal.empty")
	}
	return append(out, paper.Block{Kind: paper.Fields, Rows: []paper.Row{
		{Label: t("proof.journal"), Value: paper.Say(chain)},
		{Label: t("proof.receipt"), Value: paper.Say(p.Head.Receipt())},
	}})
}
