package main

import (
	"context"
	"encoding/csv"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/training"
	"custode/training/certificate"
	"custode/training/question"
	"custode/training/staff"
)

func quizCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "quiz", Usage: t("cmd.quiz"), UsageText: t("cmd.quiz.use"), Description: t("cmd.quiz.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			quizTakeCommand(sh), quizDueCommand(sh), quizResultsCommand(sh), quizListCommand(sh),
			quizImportCommand(sh), quizExportCommand(sh), quizLintCommand(sh), quizCertificateCommand(sh),
		},
	}
}

type questionDoc struct {
	ID    string `json:"id"`
	Topic string `json:"topic"`
	Type  string `json:"type"`
	Level int    `json:"level"`
	Text  string `json:"text"`
}

type questionsDoc struct {
	Schema    string        `json:"schema"`
	Questions []questionDoc `json:"questions"`
}

func quizListCommand(sh *shell) *cli.Command {
	var asJSON bool
	var topic string
	t := sh.words.T
	return &cli.Command{
		Name: "list", Usage: t("cmd.quiz.list"), UsageText: t("cmd.quiz.list.use"), Description: t("cmd.quiz.list.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON), &cli.StringFlag{Name: "topic", Usage: t("flag.quiz.topic"), Destination: &topic}},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.quizList(topic, asJSON)
		},
	}
}

// quizList lists topics, or the questions of one.
func (sh *shell) quizList(topic string, asJSON bool) error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	l, err := sh.loadQuestions()
	if err != nil {
		return err
	}
	files, err := l.only(topic)
	if err != nil {
		return err
	}
	w := sh.words
	if asJSON {
		doc := questionsDoc{"custode.questions/1", []questionDoc{}}
		for _, f := range files {
			for i := range f.Questions {
				q := &f.Questions[i]
				doc.Questions = append(doc.Questions, questionDoc{q.ID, q.Topic, string(q.Type), q.Level, q.Text.Either(w.Lang)})
			}
		}
		return sh.json(doc)
	}
	p := sh.page(sh.out, sh.outTerm)
	total := 0
	for _, f := range files {
		total += len(f.Questions)
		p.hanging("  ", p.bold(printable(l.topics[f.Topic].Either(w.Lang)))+" "+p.dim("["+printable(f.Topic)+"]")+" "+w.N("quiz.questions", int64(len(f.Questions))))
		if topic == "" {
			continue
		}
		for i := range f.Questions {
			q := &f.Questions[i]
			p.hanging("    ", printable(q.Text.Either(w.Lang))+" "+p.dim("("+w.T("quiz.type."+string(q.Type))+", "+printable(q.ID)+")"))
		}
	}
	p.gap()
	p.wrap("", w.N("quiz.total", int64(total), len(files)))
	p.wrap("", w.T("quiz.own.where", printable(sh.ownQuestions())))
	return p.fail
}

// only gives the files of one topic; all for "".
func (l *questions) only(topic string) ([]*question.File, error) {
	files := slices.Concat(l.built, l.own)
	if topic == "" {
		return files, nil
	}
	files = slices.DeleteFunc(files, func(f *question.File) bool { return f.Topic != topic })
	if len(files) == 0 {
		return nil, fault.New(fault.NoInput, "fault.quiz.topic", printable(topic))
	}
	return files, nil
}

func quizDueCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "due", Usage: t("cmd.quiz.due"), Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.quizDue(c.Context, asJSON)
		},
	}
}

// quizDue says for whom it is time.
func (sh *shell) quizDue(ctx context.Context, asJSON bool) error {
	return sh.withStaff(ctx, func(d *trainer, people []job.DuePerson) error {
		none := len(people) == 0
		people = slices.DeleteFunc(people, func(p job.DuePerson) bool { return !p.Due })
		if asJSON {
			return sh.json(staffDoc{"custode.staff/1", docsOf(people)})
		}
		p, w := sh.page(sh.out, sh.outTerm), sh.words
		switch {
		case none:
			d.nobody(p)
		case len(people) == 0:
			p.wrap("", p.green(w.T("quiz.none-due")))
		default:
			d.tiles(p, people)
			p.gap()
			p.wrap("", w.T("quiz.due.how", sh.command("custode", "quiz", "take", people[0].Name)))
		}
		return p.fail
	})
}

type resultOptions struct {
	json, csv bool
	as        string
	pinFile   string
}

func quizResultsCommand(sh *shell) *cli.Command {
	var o resultOptions
	t := sh.words.T
	return &cli.Command{
		Name: "results", Usage: t("cmd.quiz.results"), UsageText: t("cmd.quiz.results.use"), Description: t("cmd.quiz.results.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "csv", Usage: t("flag.quiz.csv"), Destination: &o.csv},
			&cli.StringFlag{Name: "as", Usage: t("flag.quiz.as"), Destination: &o.as},
			&cli.StringFlag{Name: "pin-file", Usage: t("flag.quiz.pin-file"), Destination: &o.pinFile},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			if o.as != "" {
				return sh.quizMine(c.Context, o)
			}
			return sh.quizResults(c.Context, o)
		},
	}
}

type teamTopicDoc struct {
	Topic    string `json:"topic"`
	Title    string `json:"title"`
	Strength string `json:"strength"`
}

type resultsDoc struct {
	Schema string         `json:"schema"`
	Staff  []learnerDoc   `json:"staff"`
	Team   []teamTopicDoc `json:"team"` // empty below five people
}

// quizResults is what everybody may know: of each due or done and the dates, and of a team of
// five or more how it does by topic.
func (sh *shell) quizResults(ctx context.Context, o resultOptions) error {
	return sh.withStaff(ctx, func(d *trainer, people []job.DuePerson) error {
		topics, err := d.strengths(ctx, people)
		if err != nil {
			return err
		}
		doc := resultsDoc{"custode.results/1", docsOf(people), topics}
		switch {
		case o.json:
			return sh.json(doc)
		case o.csv:
			return sh.resultsCSV(doc)
		}
		return d.showResults(people, doc)
	})
}

// strengths says how a team that is large enough does, by topic. It is never nil.
func (d *trainer) strengths(ctx context.Context, people []job.DuePerson) ([]teamTopicDoc, error) {
	out := []teamTopicDoc{}
	if !d.team(people) {
		return out, nil
	}
	tally, err := d.st.TeamTally(ctx)
	for _, one := range tally {
		if s := training.StrengthOf(one.Asked, one.Counted); one.Asked >= staff.TallyMin && s != training.Unknown {
			out = append(out, teamTopicDoc{one.Topic, d.q.topics[one.Topic].Either(d.sh.words.Lang), string(s)})
		}
	}
	return out, err
}

// untold says why nothing is shown of how the topics go; "": it is.
func (d *trainer) untold(people []job.DuePerson, topics []teamTopicDoc) string {
	w := d.sh.words
	switch {
	case !d.team(people):
		return w.T("quiz.team.small", w.Int(staff.TeamMin))
	case len(topics) == 0:
		return w.T("quiz.team.early")
	}
	return ""
}

// team reports whether so many learn that how topics go may be shown.
func (d *trainer) team(people []job.DuePerson) bool {
	var all []staff.Person
	for _, p := range people {
		all = append(all, p.Person)
	}
	return staff.Team(all, d.sh.now())
}

func (d *trainer) showResults(people []job.DuePerson, doc resultsDoc) error {
	sh := d.sh
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if len(people) == 0 {
		d.nobody(p)
		return p.fail
	}
	d.tiles(p, people)
	p.gap()
	if why := d.untold(people, doc.Team); why != "" {
		p.wrap("", why)
	} else {
		p.wrap("", p.bold(w.T("quiz.team")))
		for _, one := range doc.Team {
			p.hanging("  ", printable(one.Title)+": "+w.T("quiz.strength."+one.Strength))
		}
	}
	p.wrap("", p.dim(w.T("quiz.results.private")))
	return p.fail
}

// resultsCSV writes the completion as a table.
func (sh *shell) resultsCSV(doc resultsDoc) error {
	w := csv.NewWriter(sh.out)
	_ = w.Write([]string{"name", "due", "last_finished", "next_due", "finished_24_months"})
	for _, p := range doc.Staff {
		_ = w.Write([]string{paper.Cell(p.Name), strconv.FormatBool(p.Due), p.Last, p.Next, strconv.Itoa(p.Finished)})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	return nil
}

func quizCertificateCommand(sh *shell) *cli.Command {
	var out, size string
	t := sh.words.T
	return &cli.Command{
		Name: "certificate", Usage: t("cmd.quiz.certificate"), UsageText: t("cmd.quiz.certificate.use"), Description: t("cmd.quiz.certificate.more"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &size},
		},
		Action: func(c *cli.Context) error {
			name, err := whose(c)
			if err != nil {
				return err
			}
			return sh.quizCertificate(c.Context, name, out, size)
		},
	}
}

// quizCertificate draws the certificate of one person: how many quizzes and when, no more.
func (sh *shell) quizCertificate(ctx context.Context, name, out, size string) error {
	d, err := sh.trainer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	who, err := d.Find(ctx, name)
	if err != nil {
		return sh.trainFault(err, name)
	}
	doc, err := d.certificateOf(ctx, who)
	if err != nil {
		return err
	}
	return sh.giveDoc(doc, out, size, d.set.Country)
}

// certificateOf draws the certificate of somebody who has finished a quiz.
func (d *trainer) certificateOf(ctx context.Context, who staff.Person) (paper.Doc, error) {
	days, err := d.st.FinishedDays(ctx, who.ID)
	if err != nil {
		return paper.Doc{}, err
	}
	if len(days) == 0 {
		return paper.Doc{}, fault.New(fault.NoInput, "fault.quiz.no-certificate", printable(who.Name))
	}
	now := d.sh.now()
	return certificate.New(certificate.Data{
		Lang: d.sh.words.Lang, Name: who.Name, Shop: d.set.Shop, Finished: who.Finished,
		From: keptDay(days[0], now), To: keptDay(days[len(days)-1], now), Made: now,
	})
}
