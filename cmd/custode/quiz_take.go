package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/secret"
	"custode/training"
	"custode/training/pin"
	"custode/training/staff"
)

type takeOptions struct {
	pinFile     string
	plain, more bool
}

func quizTakeCommand(sh *shell) *cli.Command {
	var o takeOptions
	t := sh.words.T
	return &cli.Command{
		Name: "take", Usage: t("cmd.quiz.take"), UsageText: t("cmd.quiz.take.use"), Description: t("cmd.quiz.take.more"),
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "plain", Usage: t("flag.quiz.plain"), Destination: &o.plain},
			&cli.BoolFlag{Name: "more", Usage: t("flag.quiz.more"), Destination: &o.more},
			&cli.StringFlag{Name: "pin-file", Usage: t("flag.quiz.pin-file"), Destination: &o.pinFile},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Len() > 1 {
				return fault.New(fault.Usage, "fault.staff.which")
			}
			return sh.quizTake(c.Context, c.Args().First(), o)
		},
	}
}

// quizTake holds a quiz: who, the PIN, the questions, how it went.
func (sh *shell) quizTake(ctx context.Context, name string, o takeOptions) error {
	d, err := sh.quizzer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	boosts, err := d.boosts(ctx)
	if err != nil {
		return err
	}
	who, err := d.whoSits(ctx, name, boosts)
	if err != nil {
		return err
	}
	desk, err := d.sitDown(ctx, who, o.pinFile)
	if err != nil {
		return sh.trainFault(err, who.Name)
	}
	wants, err := d.wants(ctx, desk, boosts, o)
	if err != nil || !wants {
		return err
	}
	s, err := desk.Begin(ctx, d.q.bank, boosts)
	if err != nil {
		return sh.trainFault(err, who.Name)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if s.Resumed && len(s.Given) > 0 {
		p.wrap("", w.T("quiz.resumed", w.Int(int64(len(s.Given))), w.Int(int64(len(s.Questions)))))
	}
	err = d.sitting(ctx, desk, s, o)
	if errors.Is(err, errEnough) {
		p.gap()
		again := sh.command("custode", "quiz", "take", who.Name)
		if len(s.Given) == 0 {
			p.wrap("", w.T("quiz.left.none", again))
			return p.fail
		}
		p.wrap("", w.T("quiz.left", w.Int(int64(len(s.Given))), w.Int(int64(len(s.Questions))), again))
		return p.fail
	}
	if err != nil {
		return sh.trainFault(err, who.Name)
	}
	_, next := desk.Progress.Due(d.q.bank, nil, sh.now())
	p.gap()
	p.wrap("", p.bold(w.T("quiz.over", w.Int(int64(s.Right())), w.Int(int64(len(s.Questions))))))
	if s.Right() < len(s.Questions) {
		p.wrap("", w.T("quiz.over.again"))
	}
	p.wrap("", w.T("quiz.over.next", w.Date(next)))
	return p.fail
}

// whoSits gives the person of a name, or asks for one.
func (d *trainer) whoSits(ctx context.Context, name string, boosts []training.Boost) (staff.Person, error) {
	if name != "" {
		who, err := d.Find(ctx, name)
		return who, d.sh.trainFault(err, name)
	}
	people, err := d.DueList(ctx, boosts)
	switch {
	case err != nil:
		return staff.Person{}, err
	case len(people) == 0:
		return staff.Person{}, fault.New(fault.NoInput, "fault.quiz.nobody")
	case len(people) == 1:
		return people[0].Person, nil
	case !d.sh.inTerm:
		return staff.Person{}, fault.New(fault.Usage, "fault.staff.which")
	}
	p, w := d.sh.page(d.sh.err, d.sh.errTerm), d.sh.words
	for i, one := range people {
		p.hanging("  "+strconv.Itoa(i+1)+"  ", printable(one.Name)+", "+d.state(one))
	}
	n, err := d.sh.asker(ctx).text(w.T("quiz.who"), "", func(typed string) (string, string) {
		for i, one := range people {
			if typed == strconv.Itoa(i+1) || staff.Fold(typed) == staff.Fold(one.Name) {
				return strconv.Itoa(i), ""
			}
		}
		return "", w.T("quiz.who.wrong", w.Int(int64(len(people))))
	})
	if err != nil {
		return staff.Person{}, err
	}
	i, err := strconv.Atoi(n)
	return people[i].Person, err
}

// sitDown opens what a person's PIN closes; at the first time the PIN is chosen.
func (d *trainer) sitDown(ctx context.Context, who staff.Person, pinFile string) (*job.Desk, error) {
	key, err := d.key(ctx, who, pinFile)
	if err != nil {
		return nil, err
	}
	return d.SitDown(ctx, who.ID, key)
}

// pinTries is how often a PIN is asked for in a terminal.
const pinTries = 3

func (d *trainer) key(ctx context.Context, who staff.Person, pinFile string) (pin.Key, error) {
	if pinFile != "" {
		typed, err := d.sh.firstLine(pinFile)
		if err != nil {
			return pin.Key{}, err
		}
		defer typed.Wipe()
		if !who.HasPIN {
			return d.ChoosePIN(ctx, who.ID, typed)
		}
		return d.Unlock(ctx, who.ID, typed)
	}
	if !d.sh.inTerm {
		return pin.Key{}, fault.New(fault.NoPerm, "fault.pin.ask")
	}
	if !who.HasPIN {
		return d.firstPIN(ctx, who)
	}
	p, w := d.sh.page(d.sh.err, d.sh.errTerm), d.sh.words
	for try := 1; ; try++ {
		typed, err := d.sh.asker(ctx).secret(w.T("quiz.pin", printable(who.Name)))
		if err != nil {
			return pin.Key{}, err
		}
		key, err := d.Unlock(ctx, who.ID, typed)
		typed.Wipe()
		if !errors.Is(err, pin.ErrWrong) || try == pinTries {
			return key, err
		}
		p.wrap("  ", w.T("fault.pin.wrong"))
	}
}

// firstPIN lets a person choose a PIN, typed twice.
func (d *trainer) firstPIN(ctx context.Context, who staff.Person) (pin.Key, error) {
	p, w := d.sh.page(d.sh.err, d.sh.errTerm), d.sh.words
	p.wrap("", p.bold(w.T("quiz.welcome", printable(who.Name))))
	p.wrap("", w.T("quiz.welcome.more"))
	p.gap()
	for {
		typed, err := d.sh.asker(ctx).secret(w.T("quiz.pin.choose"))
		if err != nil {
			return pin.Key{}, err
		}
		if err := pin.Good(typed); err != nil {
			if f, ok := errors.AsType[*fault.Error](d.sh.trainFault(err, "")); ok {
				p.wrap("  ", w.T(f.ID)+" "+w.T(f.ID+".hint"))
			}
			continue
		}
		same, err := d.again(ctx, typed)
		if err != nil {
			return pin.Key{}, err
		}
		if same {
			key, err := d.ChoosePIN(ctx, who.ID, typed)
			typed.Wipe()
			return key, err
		}
		p.wrap("  ", w.T("quiz.pin.differ"))
	}
}

func (d *trainer) again(ctx context.Context, typed secret.Bytes) (bool, error) {
	second, err := d.sh.asker(ctx).secret(d.sh.words.T("quiz.pin.again"))
	defer second.Wipe()
	return err == nil && second.Equal(typed), err
}

// wants reports whether there is to be a quiz now: it is due, one was left, or somebody wants more.
func (d *trainer) wants(ctx context.Context, desk *job.Desk, boosts []training.Boost, o takeOptions) (bool, error) {
	due, next := desk.Progress.Due(d.q.bank, boosts, d.sh.now())
	if due || d.IsDue(desk.Person, boosts) || o.more || desk.Progress.Sitting != nil {
		return true, nil
	}
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	p.wrap("", p.green(w.T("quiz.not-due", w.Date(next))))
	if !d.sh.inTerm {
		return false, p.fail
	}
	return d.sh.asker(ctx).yes(w.T("quiz.ask-more"))
}

// sitting asks one question after the other. Each answer is kept before it is judged aloud.
func (d *trainer) sitting(ctx context.Context, desk *job.Desk, s *training.Session, o takeOptions) error {
	screen, err := d.sh.quizScreen(o.plain, d.q.topics)
	if err != nil {
		return err
	}
	for {
		next, ok := s.Next()
		if !ok {
			return nil
		}
		a, err := screen.askQuestion(ctx, next.Question, next.Shown, next.Number, next.Of)
		if err != nil {
			return err
		}
		r, err := desk.Give(ctx, s, d.q.bank, next.Question, a)
		if err != nil {
			return err
		}
		if err := screen.tellResult(ctx, next.Question, next.Shown, a, r); err != nil {
			if errors.Is(err, errEnough) && s.Done() {
				return nil
			}
			return err
		}
	}
}

type mineDoc struct {
	Schema  string       `json:"schema"`
	Name    string       `json:"name"`
	Topics  []mineTopic  `json:"topics"`
	Answers []job.Record `json:"answers"`
}

type mineTopic struct {
	Topic     string `json:"topic"`
	Title     string `json:"title"`
	Questions int    `json:"questions"`
	Seen      int    `json:"seen"`
	Mastered  int    `json:"mastered"`
}

// quizMine shows a learner, and nobody else, how far they are and what they answered.
func (sh *shell) quizMine(ctx context.Context, o resultOptions) error {
	if o.csv {
		return fault.New(fault.Usage, "fault.quiz.mine-csv")
	}
	d, err := sh.quizzer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	who, err := d.Find(ctx, o.as)
	if err != nil {
		return sh.trainFault(err, o.as)
	}
	if !who.HasPIN {
		return sh.trainFault(job.ErrNoPIN, who.Name)
	}
	desk, err := d.sitDown(ctx, who, o.pinFile)
	if err != nil {
		return sh.trainFault(err, who.Name)
	}
	records, err := desk.Records(ctx)
	if err != nil {
		return sh.trainFault(err, who.Name)
	}
	doc := mineDoc{"custode.my-results/1", who.Name, []mineTopic{}, records}
	for _, m := range desk.Progress.Mastery(d.q.bank, sh.now()) {
		doc.Topics = append(doc.Topics, mineTopic{m.Topic, d.q.topics[m.Topic].Either(sh.words.Lang), m.Questions, m.Seen, m.Mastered})
	}
	if o.json {
		return sh.json(doc)
	}
	return d.showMine(doc)
}

func (d *trainer) showMine(doc mineDoc) error {
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	p.wrap("", p.bold(printable(doc.Name)))
	for _, t := range doc.Topics {
		if t.Seen > 0 {
			p.hanging("  ", printable(t.Title)+": "+w.T("quiz.mine.topic", w.Int(int64(t.Seen)), w.Int(int64(t.Questions)), w.Int(int64(t.Mastered))))
		}
	}
	p.gap()
	wrong := 0
	for _, r := range doc.Answers {
		q := d.q.bank.Question(r.Question)
		if r.Score >= training.PassMark || q == nil {
			continue
		}
		if wrong++; wrong == 1 {
			p.wrap("", p.bold(w.T("quiz.mine.wrong")))
		}
		p.gap()
		p.wrap("  ", p.dim(w.Date(r.At)))
		p.wrap("  ", printable(q.Text.Either(w.Lang)))
		p.wrap("    ", printable(q.Explain.Either(w.Lang)))
	}
	p.gap()
	p.wrap("", p.dim(w.T("quiz.mine.private", w.Int(staff.AnswersDays))))
	return p.fail
}

// keptDay reads a day that was kept, in the zone of a moment.
func keptDay(s string, now time.Time) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, s, now.Location()) // it was written by us; else the zero day
	return t
}
