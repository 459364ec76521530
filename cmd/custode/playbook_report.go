package main

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/letter"
	"custode/playbook/report"
)

type reportOptions struct {
	runOptions
	out, size string
	who, due  string
	csv       bool
}

func playReportCommand(sh *shell) *cli.Command {
	var o reportOptions
	t := sh.words.T
	return &cli.Command{
		Name: "report", Usage: t("cmd.play.report"), UsageText: t("cmd.play.report.use"),
		Flags: sh.runFlags(&o.runOptions,
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &o.out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
		),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.playReport(c.Context, o)
		},
	}
}

type reportDoc struct {
	Schema string `json:"schema"`
	Run    int64  `json:"run"`
	Path   string `json:"path"`
	Text   string `json:"text"`
}

// playReport writes the report after an incident.
func (sh *shell) playReport(ctx context.Context, o reportOptions) error {
	d, err := sh.responder(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	id, err := d.lastRun(ctx)
	if err != nil {
		return err
	}
	r, err := d.in.Run(ctx, id)
	if err != nil {
		return d.refused(err, id)
	}
	after, err := d.after(ctx, id, r)
	if err != nil {
		return err
	}
	doc, err := after.Doc()
	if err != nil {
		return err
	}
	return d.give(doc, o, func(text string) any { return reportDoc{"custode.report/1", id, o.out, text} })
}

// give draws a document into a new file, or shows it.
func (d *responder) give(doc paper.Doc, o reportOptions, asJSON func(text string) any) error {
	sh := d.sh
	text := ""
	if o.out != "" {
		raw, err := d.drawnDoc(doc, o.out, o.size)
		if err != nil {
			return err
		}
		if err := newFile(o.out, raw); err != nil {
			return err
		}
	} else {
		text = paper.Plain(doc, min(max(sh.width, minWidth), maxWidth))
	}
	p := sh.page(sh.out, sh.outTerm)
	switch {
	case o.json:
		return sh.json(asJSON(text))
	case o.out != "":
		p.wrap("", p.green(sh.words.T("play.report.written", printable(o.out))))
	default:
		p.text(text)
	}
	return p.fail
}

// lastRun gives the run that is meant, also when it is closed: the one named, the only one
// that is open, or the newest.
func (d *responder) lastRun(ctx context.Context) (int64, error) {
	id, err := d.theRun(ctx)
	if !isFault(err, "fault.play.none") {
		return id, err
	}
	rows, listed := d.in.Store.Runs(ctx)
	if listed != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].ID, listed
}

// after gathers what the report after an incident says.
func (d *responder) after(ctx context.Context, id int64, r *playbook.Run) (report.After, error) {
	w := d.sh.words
	head, err := d.st.Head(ctx)
	if err != nil {
		return report.After{}, err
	}
	record, err := d.fill(ctx, id, r, "register", "")
	if err != nil {
		return report.After{}, err
	}
	a := report.After{
		Lang: w.Lang, Shop: d.set.Shop, Run: strconv.FormatInt(id, 10), Plan: r.Plan.Title.In(w.Lang), Version: r.Plan.Version, PlanDigest: r.Plan.Digest,
		Begun: r.Opened, Closed: r.Closed, Now: d.sh.now(), Zone: d.sh.now().Location(), Drill: d.o.drill, Record: record, Head: head.Receipt(),
		Alarm: alarm(r),
	}
	for _, e := range r.Events {
		a.Timeline = append(a.Timeline, report.Event{Seq: e.Seq, At: e.At, By: e.By, What: d.eventWords(r, e)})
		switch e.Kind {
		case playbook.Decided, playbook.Fact:
			if e.Key == "authority_decision" || e.Key == "people_decision" {
				a.Decisions = append(a.Decisions, d.decision(r, e))
			}
		case playbook.Lesson:
			due, _ := parseWhen(e.Value, d.sh.now(), false)
			a.Lessons = append(a.Lessons, report.Lesson{What: e.Text, Who: e.To, Due: due})
		case playbook.Begun, playbook.Done, playbook.Skipped, playbook.Assigned, playbook.Noted, playbook.Evidence, playbook.Letter, playbook.Clock,
			playbook.Inject, playbook.Closed, playbook.Reopened:
		}
	}
	for _, l := range d.deadlines(r) {
		if l.Waits() {
			continue
		}
		a.Deadlines = append(a.Deadlines, report.Deadline{Name: l.Label.In(w.Lang), Article: d.sources.Cite(l.Source).In(w.Lang), Due: l.Due, Met: l.At})
	}
	for _, one := range items(r) {
		ev := report.Evidence{Name: one.Name, Digest: one.SHA256, Size: one.Size, At: one.Collected, By: one.Handled[0].By}
		for _, h := range one.Handled {
			ev.Custody = append(ev.Custody, strings.TrimRight(w.T("play.evidence."+h.What, h.By, d.stamped(h.At))+" "+h.To, " "))
		}
		a.Evidence = append(a.Evidence, ev)
	}
	for _, told := range r.Letters() {
		l, err := d.fill(ctx, id, r, told.Kind, "")
		if err != nil {
			return a, err
		}
		a.Letters = append(a.Letters, report.Letter{Name: l.Kind.Name.In(w.Lang) + " (" + w.T("play.letter."+told.What) + ")", At: told.At, Meters: l.Complete()})
	}
	return a, nil
}

// decision says what a person decided beside what the rules had said.
func (d *responder) decision(r *playbook.Run, e playbook.Event) report.Decision {
	w := d.sh.words
	def, _ := d.book.Find(e.Key)
	reason := e.Text
	about := strings.TrimSuffix(e.Key, "_decision")
	if reason == "" {
		reason = r.Facts.Text(about + "_reasons")
	}
	then := &playbook.Run{Facts: r.KnownBefore(e.Seq)} // later facts do not make it a decision against the rules
	ruled := d.ruling(then, about).Answer
	if e.Ref != "" {
		ruled = map[string]fact.Tri{"yes": fact.Yes, "no": fact.No}[e.Ref]
	}
	return report.Decision{
		At: e.At, By: e.By, What: def.Label.In(w.Lang), Choice: d.value(def, e.Value), Reason: reason,
		Rules:   []string{w.T("play.assess." + about + "." + ruled.String()), d.reasons(then, about)},
		Differs: ruled != fact.Maybe && e.Value != ruled.String(),
	}
}

// eventWords says one event of the record in a sentence.
func (d *responder) eventWords(r *playbook.Run, e playbook.Event) string {
	w := d.sh.words
	step := e.Step
	if s, ok := r.Find(e.Step); ok {
		step = d.sentence(s)
	}
	with := func(parts ...string) string {
		var out []string
		for _, p := range parts {
			if p != "" {
				out = append(out, p)
			}
		}
		return strings.Join(out, ": ")
	}
	switch e.Kind {
	case playbook.Begun:
		return with(w.T("journal.kind.run.begun"), r.Plan.Title.In(w.Lang))
	case playbook.Fact, playbook.Decided:
		def, _ := d.book.Find(e.Key)
		return with(def.Label.In(w.Lang), d.value(def, e.In(w.Lang)), e.Text)
	case playbook.Done, playbook.Skipped, playbook.Noted:
		return with(w.T("journal.kind.run."+string(e.Kind)), step, e.Text)
	case playbook.Assigned:
		return with(w.T("journal.kind.run.assigned"), step, e.To)
	case playbook.Letter:
		k, _ := d.letters.Kind(e.Ref)
		return with(w.T("play.letter."+e.Key), k.Name.In(w.Lang))
	case playbook.Evidence, playbook.Lesson, playbook.Clock, playbook.Inject, playbook.Closed, playbook.Reopened:
	}
	return with(w.T("journal.kind.run."+string(e.Kind)), e.Text, e.To, e.Value)
}

func playRegisterCommand(sh *shell) *cli.Command {
	var o reportOptions
	t := sh.words.T
	return &cli.Command{
		Name: "register", Usage: t("cmd.play.register"), UsageText: t("cmd.play.register.use"), Description: t("cmd.play.register.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "csv", Usage: t("flag.play.csv"), Destination: &o.csv},
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &o.out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
			&cli.BoolFlag{Name: "drill", Usage: t("flag.play.drill"), Destination: &o.drill},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.playRegister(c.Context, o)
		},
	}
}

// playRegister shows the register of all breaches, notified or not.
func (sh *shell) playRegister(ctx context.Context, o reportOptions) error {
	d, err := sh.responder(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	reg, err := d.register(ctx)
	if err != nil {
		return err
	}
	if o.json && o.out == "" {
		return reg.JSON(sh.out)
	}
	if o.csv {
		if o.out == "" {
			return reg.CSV(sh.out)
		}
		var b bytes.Buffer
		if err := reg.CSV(&b); err != nil {
			return err
		}
		return newFile(o.out, b.Bytes())
	}
	doc, err := reg.Doc()
	if err != nil {
		return err
	}
	return d.give(doc, o, func(text string) any { return reportDoc{"custode.report/1", 0, o.out, text} })
}

// register gathers the entries of all runs.
func (d *responder) register(ctx context.Context) (report.Register, error) {
	w := d.sh.words
	reg := report.Register{Lang: w.Lang, Shop: d.set.Shop, Now: d.sh.now(), Zone: d.sh.now().Location(), Drill: d.o.drill}
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return reg, err
	}
	for i := range rows {
		row := rows[len(rows)-1-i] // the oldest first
		r, err := d.in.Run(ctx, row.ID)
		if err != nil {
			return reg, d.refused(err, row.ID)
		}
		l, err := d.fill(ctx, row.ID, r, "register", string(letter.Preliminary))
		if err != nil {
			return reg, err
		}
		reg.Entries = append(reg.Entries, report.Entry{
			Run: strconv.FormatInt(row.ID, 10), Plan: r.Plan.Title.In(w.Lang), Begun: r.Opened, Closed: r.Closed, Facts: r.Facts, Record: l, Alarm: alarm(r),
		})
	}
	return reg, nil
}

func playLessonCommand(sh *shell) *cli.Command {
	var o reportOptions
	t := sh.words.T
	return &cli.Command{
		Name: "lesson", Usage: t("cmd.play.lesson"), UsageText: t("cmd.play.lesson.use"),
		Flags: sh.runFlags(&o.runOptions,
			&cli.StringFlag{Name: "who", Usage: t("flag.play.who"), Destination: &o.who},
			&cli.StringFlag{Name: "due", Usage: t("flag.play.due"), Destination: &o.due},
		),
		Action: func(c *cli.Context) error {
			text := plain(c.Args().First())
			if c.Args().Len() != 1 || text == "" {
				return fault.New(fault.Usage, "fault.play.lesson")
			}
			day := ""
			if o.due != "" {
				set, err := sh.settings()
				if err != nil {
					return err
				}
				at, ok := parseDue(o.due, sh.now(), set.Country == "US")
				if !ok {
					return fault.New(fault.Usage, "fault.play.due", printable(o.due))
				}
				day = at.Format("2006-01-02")
			}
			return sh.actOn(c.Context, o.runOptions, "", func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
				return r.Record(d.who(), playbook.Event{Kind: playbook.Lesson, Text: text, To: plain(o.who), Value: day})
			})
		},
	}
}
