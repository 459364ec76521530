package main

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/training"
	"custode/training/certificate"
	"custode/training/pin"
	"custode/training/staff"
)

func staffCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "staff", Usage: t("cmd.staff"), UsageText: t("cmd.staff.use"), Description: t("cmd.staff.more"),
		Action:      func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{staffAddCommand(sh), staffListCommand(sh), staffEraseCommand(sh, "remove", "removed"), staffEraseCommand(sh, "reset", "reset"), staffNoticeCommand(sh)},
	}
}

// trainer is what a command of the training works with.
type trainer struct {
	job.Training

	sh  *shell
	set settings
	st  state
	q   *questions // once they were asked for
}

// trainer opens the home. Who gets it closes it.
func (sh *shell) trainer(ctx context.Context) (*trainer, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	return &trainer{job.Training{Store: st, Random: rand.Reader, Cost: pin.Usual, Now: sh.now}, sh, set, st, nil}, nil
}

// quizzer is a trainer with the questions.
func (sh *shell) quizzer(ctx context.Context) (*trainer, error) {
	d, err := sh.trainer(ctx)
	if err != nil {
		return nil, err
	}
	if d.q, err = sh.loadQuestions(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// withStaff opens the home and gives who is due.
func (sh *shell) withStaff(ctx context.Context, fn func(d *trainer, people []job.DuePerson) error) error {
	d, err := sh.quizzer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	people, err := d.dueList(ctx)
	if err != nil {
		return err
	}
	return fn(d, people)
}

// dueList says of everybody whether a quiz is due.
func (d *trainer) dueList(ctx context.Context) ([]job.DuePerson, error) {
	boosts, err := d.boosts(ctx)
	if err != nil {
		return nil, err
	}
	return d.DueList(ctx, boosts)
}

// nobody says how to put the first person on the list.
func (d *trainer) nobody(p *page) {
	w := d.sh.words
	p.wrap("", w.T("staff.none", d.sh.command("custode", "staff", "add", w.T("staff.example"))))
}

// tiles shows who is due and who is not: a name a line.
func (d *trainer) tiles(p *page, people []job.DuePerson) {
	w := d.sh.words
	for _, one := range people {
		state := p.green(w.T("staff.done"))
		if one.Due {
			state = p.amber(w.T("staff.due"))
		}
		p.hanging("  ", p.bold(printable(one.Name))+": "+state+", "+d.dates(one))
	}
}

// dates says when somebody finished last, and when the next quiz is due.
func (d *trainer) dates(one job.DuePerson) string {
	w := d.sh.words
	if one.Last == "" {
		return w.T("staff.never")
	}
	s := w.T("staff.last", d.day(one.Last))
	if !one.Due && one.Next != "" {
		s += ", " + w.T("staff.next", d.day(one.Next))
	}
	return s
}

// day writes a day that was kept.
func (d *trainer) day(s string) string { return d.sh.words.Date(keptDay(s, d.sh.now())) }

// close closes the database; every write was committed.
func (d *trainer) close() { _ = d.st.Close() }

// trainFault makes a failure for people of what the training refuses. It can be given any
// error, and nil.
func (sh *shell) trainFault(err error, name string) error {
	if wait := (*job.WaitError)(nil); errors.As(err, &wait) {
		return fault.New(fault.Busy, "fault.pin.wait", sh.words.Duration(wait.Left))
	}
	if f, ok := refused(err, []refusal{
		{err: staff.ErrName, code: fault.Usage, id: "fault.staff.name"},
		{err: staff.ErrTaken, code: fault.CannotMake, id: "fault.staff.taken", args: []any{printable(name)}},
		{err: staff.ErrGone, code: fault.NoInput, id: "fault.staff.gone", args: []any{printable(name)}},
		{err: staff.ErrTurn, code: fault.Busy, id: "fault.staff.turn"},
		{err: pin.ErrShape, code: fault.Usage, id: "fault.pin.shape"},
		{err: pin.ErrEasy, code: fault.Usage, id: "fault.pin.easy"},
		{err: pin.ErrWrong, code: fault.NoPerm, id: "fault.pin.wrong"},
		{err: pin.ErrDamaged, code: fault.Data, id: "fault.pin.damaged", args: []any{printable(name)}},
		{err: training.ErrProgress, code: fault.Data, id: "fault.pin.damaged", args: []any{printable(name)}},
		{err: training.ErrNewer, code: fault.Config, id: "fault.quiz.newer", args: []any{printable(name)}},
		{err: job.ErrCode, code: fault.NoPerm, id: "fault.pin.code"},
		{err: job.ErrNoPIN, code: fault.NoPerm, id: "fault.pin.none", args: []any{printable(name)}},
	}); ok {
		return f
	}
	return err
}

// whose gives the only argument of a command, which is a name.
func whose(c *cli.Context) (string, error) {
	if c.Args().Len() != 1 {
		return "", fault.New(fault.Usage, "fault.staff.which")
	}
	return c.Args().First(), nil
}

type learnerDoc struct {
	Name     string `json:"name"`
	Added    string `json:"added"`
	HasPIN   bool   `json:"has_pin"`
	Due      bool   `json:"due"`
	Last     string `json:"last_finished"` // a day; "" none yet
	Next     string `json:"next_due"`      // a day; "" now
	Finished int    `json:"finished"`      // sittings in 24 months
}

type staffDoc struct {
	Schema string       `json:"schema"`
	Staff  []learnerDoc `json:"staff"`
}

func docsOf(people []job.DuePerson) []learnerDoc {
	out := []learnerDoc{}
	for _, p := range people {
		out = append(out, learnerDoc{p.Name, p.Added, p.HasPIN, p.Due, p.Last, p.Next, p.Finished})
	}
	return out
}

func staffAddCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "add", Usage: t("cmd.staff.add"), UsageText: t("cmd.staff.add.use"), Description: t("cmd.staff.add.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			name, err := whose(c)
			if err != nil {
				return err
			}
			return sh.staffAdd(c.Context, name, asJSON)
		},
	}
}

// staffAdd adds somebody. A PIN is theirs to choose.
func (sh *shell) staffAdd(ctx context.Context, name string, asJSON bool) error {
	d, err := sh.trainer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	who, err := d.Add(ctx, name)
	if err != nil {
		return sh.trainFault(err, name)
	}
	if asJSON {
		return sh.json(staffDoc{"custode.staff/1", docsOf([]job.DuePerson{{Person: who, Due: true}})})
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.green(w.T("staff.added", printable(who.Name))))
	p.wrap("", w.T("staff.added.next", sh.command("custode", "quiz", "take", who.Name)))
	p.wrap("", w.T("staff.added.notice", sh.command("custode", "staff", "notice", "--out", "notice.pdf")))
	return p.fail
}

func staffListCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "list", Usage: t("cmd.staff.list"), Description: t("cmd.staff.list.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.staffList(c.Context, asJSON)
		},
	}
}

// staffList says of each who is due and when they last finished, and nothing else.
func (sh *shell) staffList(ctx context.Context, asJSON bool) error {
	return sh.withStaff(ctx, func(d *trainer, people []job.DuePerson) error {
		if asJSON {
			return sh.json(staffDoc{"custode.staff/1", docsOf(people)})
		}
		p := sh.page(sh.out, sh.outTerm)
		if len(people) == 0 {
			d.nobody(p)
			return p.fail
		}
		d.tiles(p, people)
		return p.fail
	})
}

// staffEraseCommand is remove or reset; how says what it is afterwards.
func staffEraseCommand(sh *shell, name, how string) *cli.Command {
	e := erasure{how: how}
	t := sh.words.T
	return &cli.Command{
		Name: name, Usage: t("cmd.staff." + name), UsageText: t("cmd.staff." + name + ".use"), Description: t("cmd.staff." + name + ".more"),
		Flags: []cli.Flag{sh.jsonFlag(&e.asJSON), &cli.BoolFlag{Name: "yes", Usage: t("flag.staff.yes"), Destination: &e.yes}},
		Action: func(c *cli.Context) (err error) {
			if e.name, err = whose(c); err != nil {
				return err
			}
			return sh.staffErase(c.Context, e)
		},
	}
}

// erasure is what is to be erased of whom: "removed" all, "reset" all but name and dates.
type erasure struct {
	name        string
	asJSON, yes bool
	how         string
}

type erasedDoc struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	What   string `json:"what"`
}

// staffErase erases a person, or what a person's PIN closes, after asking.
func (sh *shell) staffErase(ctx context.Context, e erasure) error {
	d, err := sh.trainer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	who, err := d.Find(ctx, e.name)
	if err != nil {
		return sh.trainFault(err, e.name)
	}
	w := sh.words
	if !e.yes {
		if !sh.inTerm {
			return fault.New(fault.Usage, "fault.staff.sure")
		}
		sure, err := sh.asker(ctx).yes(w.T("staff.ask."+e.how, printable(who.Name)))
		if err != nil {
			return err
		}
		if !sure {
			p := sh.page(sh.err, sh.errTerm)
			p.wrap("", w.T("staff.kept"))
			return p.fail
		}
	}
	erase := d.st.RemovePerson
	if e.how == "reset" {
		erase = d.st.ResetPIN
	}
	if err := erase(ctx, who.ID); err != nil {
		return sh.trainFault(err, e.name)
	}
	if e.asJSON {
		return sh.json(erasedDoc{"custode.staff-erased/1", who.Name, e.how})
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(w.T("staff."+e.how, printable(who.Name))))
	return p.fail
}

func staffNoticeCommand(sh *shell) *cli.Command {
	var out, size, contact string
	t := sh.words.T
	return &cli.Command{
		Name: "notice", Usage: t("cmd.staff.notice"), UsageText: t("cmd.staff.notice.use"), Description: t("cmd.staff.notice.more"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &size},
			&cli.StringFlag{Name: "contact", Usage: t("flag.staff.contact"), Destination: &contact},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			set, err := sh.settings()
			if err != nil {
				return err
			}
			doc, err := certificate.ForStaff(certificate.Notice{Lang: sh.words.Lang, Shop: set.Shop, Contact: contact, Made: sh.now()})
			if err != nil {
				return err
			}
			return sh.giveDoc(doc, out, size, set.Country)
		},
	}
}

// giveDoc writes a document into a new file, or shows it.
func (sh *shell) giveDoc(doc paper.Doc, out, size, country string) error {
	p := sh.page(sh.out, sh.outTerm)
	if out == "" {
		p.text(paper.Plain(doc, min(max(sh.width, minWidth), maxWidth)))
		return p.fail
	}
	raw, err := drawDoc(doc, out, size, country)
	if err != nil {
		return err
	}
	if err := newFile(out, raw); err != nil {
		return err
	}
	p.wrap("", p.green(sh.words.T("play.report.written", printable(out))))
	return p.fail
}
