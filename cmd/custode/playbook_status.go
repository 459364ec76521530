package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/playbook"
)

func playStatusCommand(sh *shell) *cli.Command {
	var o runOptions
	t := sh.words.T
	return &cli.Command{
		Name: "status", Usage: t("cmd.play.status"), UsageText: "custode playbook status", Flags: sh.runFlags(&o),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.playStatus(c.Context, o)
		},
	}
}

type deadlineDoc struct {
	ID     string `json:"id"`
	Due    string `json:"due_at"`
	Source string `json:"source"`
	Met    bool   `json:"met"`
	Target bool   `json:"target"`
	Late   bool   `json:"late"`
}

type runStepDoc struct {
	ID       string `json:"id"`
	Phase    string `json:"phase"`
	Title    string `json:"title"`
	State    string `json:"state"`
	By       string `json:"by"`
	At       string `json:"at"`
	Assigned string `json:"assigned"`
}

type assessmentDoc struct {
	Severity        string   `json:"severity"`
	Score           float64  `json:"score"`
	NotifyAuthority bool     `json:"notify_authority"`
	NotifyPeople    bool     `json:"notify_people"`
	Authority       string   `json:"authority"`
	People          string   `json:"people"`
	Why             []string `json:"why"`
	Missing         []string `json:"missing"`
}

type runDoc struct {
	Schema     string        `json:"schema"`
	Run        int64         `json:"run"`
	Playbook   string        `json:"playbook"`
	Drill      bool          `json:"drill"`
	Opened     string        `json:"opened_at"`
	Aware      string        `json:"aware_at"`
	Closed     string        `json:"closed_at"`
	Complete   bool          `json:"complete"`
	Deadlines  []deadlineDoc `json:"deadlines"`
	Steps      []runStepDoc  `json:"steps"`
	Assessment assessmentDoc `json:"assessment"`
}

// playStatus shows where an incident stands: clocks, steps, assessment.
func (sh *shell) playStatus(ctx context.Context, o runOptions) error {
	d, id, r, err := sh.onRun(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	if o.json {
		return sh.json(d.document(id, r))
	}
	p := sh.page(sh.out, sh.outTerm)
	d.header(p, id, r)
	d.wasFalse(p, r)
	d.clocks(p, r)
	p.gap()
	phase := ""
	left := 0
	for _, s := range r.Steps() {
		if s.State == playbook.StateNot {
			left++
			continue
		}
		if now := string(s.Step.Phase); now != phase {
			phase = now
			p.line(p.bold(sh.words.T("play.phase." + phase)))
		}
		d.stateLine(p, s)
	}
	if left > 0 {
		p.wrap("", p.dim(sh.words.N("play.not-needed", int64(left))))
	}
	p.gap()
	d.assessmentPage(p, r)
	return p.fail
}

// stateLine is one step in the list.
func (d *responder) stateLine(p *page, s playbook.StepState) {
	w := d.sh.words
	mark, text := "  [ ] ", d.sentence(s.Step)
	switch s.State {
	case playbook.StateDone:
		mark = p.green("  [x] ")
	case playbook.StateSkipped:
		mark = p.amber("  [-] ")
	case playbook.StateDoing:
		mark = p.bold("  [>] ")
	case playbook.StateTodo:
		if !s.Since.IsZero() {
			mark = p.bold("  [>] ")
		}
	case playbook.StateNot:
	}
	tail := ""
	switch {
	case !s.At.IsZero():
		tail = printable(s.By) + ", " + w.DateTime(d.zoned(s.At))
	case s.Assigned != "":
		tail = printable(s.Assigned)
	}
	if tail != "" {
		text += "  " + p.dim(tail)
	}
	p.hanging(mark, text)
	if s.Text != "" {
		p.wrap("      ", p.dim(shownText(s.Text)))
	}
	if s.Since.IsZero() || !s.At.IsZero() {
		return
	}
	p.line("      " + p.dim(s.ID))
}

func (d *responder) document(id int64, r *playbook.Run) runDoc {
	doc := runDoc{
		Schema: "custode.run/1", Run: id, Playbook: r.Plan.ID, Drill: d.o.drill, Opened: stamp(r.Opened), Closed: stamp(r.Closed),
		Complete: r.Path().Complete, Deadlines: d.deadlineDocs(r), Steps: []runStepDoc{}, Assessment: d.assessment(r),
	}
	if at, ok := r.Facts.Time("aware_at"); ok {
		doc.Aware = stamp(at)
	}
	for _, s := range r.Steps() {
		doc.Steps = append(doc.Steps, runStepDoc{s.ID, string(s.Step.Phase), d.sentence(s.Step), string(s.State), s.By, stamp(s.At), s.Assigned})
	}
	return doc
}
