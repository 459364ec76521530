package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook/clock"
	"custode/playbook/daily"
)

type answerOptions struct {
	json, list bool
	until, as  string
}

func checkAnswerCommand(sh *shell) *cli.Command {
	var o answerOptions
	t := sh.words.T
	return &cli.Command{
		Name: "answer", Usage: t("cmd.check.answer"), UsageText: t("cmd.check.answer.use"), Description: t("cmd.check.answer.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "list", Usage: t("flag.answer.list"), Destination: &o.list},
			&cli.StringFlag{Name: "until", Usage: t("flag.answer.until"), Destination: &o.until},
			&cli.StringFlag{Name: "as", Usage: t("flag.answer.by"), Destination: &o.as},
		},
		Action: func(c *cli.Context) error {
			switch n := c.Args().Len(); {
			case n > 2:
				return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(2)))
			case n > 0 && o.list:
				return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(0)))
			}
			return sh.checkAnswer(c.Context, o, c.Args().Get(0), c.Args().Get(1))
		},
	}
}

// answerer is what the answers work with.
type answerer struct {
	sh   *shell
	o    answerOptions
	st   state
	have map[string]daily.Reply
	now  time.Time
}

// checkAnswer asks what is open, lists it, or notes one answer.
func (sh *shell) checkAnswer(ctx context.Context, o answerOptions, id, value string) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	d := &answerer{sh: sh, o: o, st: st, now: set.clock(sh.now)()}
	if d.have, err = st.CheckAnswers(ctx, d.now.Location()); err != nil {
		return err
	}
	asks := sh.inTerm && sh.outTerm && !o.json
	switch {
	case id == "" && asks && !o.list:
		return d.ask(ctx, daily.Questions())
	case id == "":
		return d.show()
	}
	q, err := checkQuestion(id)
	if err != nil {
		return err
	}
	if value == "" {
		if asks {
			delete(d.have, id)
			return d.ask(ctx, []daily.Question{q})
		}
		return fault.New(fault.Usage, "fault.answer.value", "“”", strings.Join(valuesOf(q), ", "))
	}
	a, err := d.note(ctx, q, value)
	if err != nil {
		return err
	}
	if o.json {
		return d.show()
	}
	p := sh.page(sh.out, sh.outTerm)
	d.noted(p, q, a)
	return p.fail
}

// checkQuestion gives the question of an ID, or says that there is none.
func checkQuestion(id string) (daily.Question, error) {
	q, there := daily.FindQuestion(id)
	if !there {
		return q, fault.New(fault.NoInput, "fault.answer.question", printable(id))
	}
	return q, nil
}

// note keeps an answer.
func (d *answerer) note(ctx context.Context, q daily.Question, value string) (daily.Reply, error) {
	a, err := d.answer(q, value)
	if err == nil {
		err = d.st.SaveCheckAnswer(ctx, q.ID, a)
	}
	if err == nil {
		d.have[q.ID] = a
	}
	return a, err
}

// answer makes an answer of a value, or says why it is none.
func (d *answerer) answer(q daily.Question, value string) (a daily.Reply, err error) {
	if q.Values == nil {
		if value, err = filepath.Abs(value); err == nil && !isFolder(value) {
			err = os.ErrNotExist
		}
		if err != nil {
			return a, fault.On(fault.NoInput, "fault.answer.place", value, nil)
		}
	}
	last := d.now.AddDate(0, 0, q.Days)
	a = daily.Reply{Value: value, Made: d.now, Until: last, By: plain(d.o.as)}
	if a.By == "" {
		a.By = d.sh.person()
	}
	if d.o.until != "" {
		day, err := time.Parse(time.DateOnly, d.o.until)
		end := clock.EndOfDay(day, d.now.Location())
		if err != nil || end.Before(d.now) || day.After(last) {
			return a, fault.New(fault.Usage, "fault.answer.until", printable(d.o.until), last.Format(time.DateOnly))
		}
		a.Until = end
	}
	if !q.Holds(a, d.now) {
		return a, fault.New(fault.Usage, "fault.answer.value", printable(value), strings.Join(valuesOf(q), ", "))
	}
	return a, nil
}

func valuesOf(q daily.Question) []string {
	var out []string
	for _, v := range q.Values {
		out = append(out, v.ID)
	}
	return out
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (d *answerer) noted(p *page, q daily.Question, a daily.Reply) {
	p.wrap("", p.green(d.sh.words.T("answer.noted", d.sh.words.Date(a.Until), d.say(q, a))))
}

// say gives an answer in words.
func (d *answerer) say(q daily.Question, a daily.Reply) string {
	if q.Values == nil {
		return printable(a.Value)
	}
	return d.sh.words.T("question." + q.ID + ".option." + a.Value)
}

// ask puts the questions that are open, one at a time. Each answer is kept at once.
func (d *answerer) ask(ctx context.Context, questions []daily.Question) error {
	var open []daily.Question
	for _, q := range questions {
		if !q.Holds(d.have[q.ID], d.now) {
			open = append(open, q)
		}
	}
	p, w, a := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words, d.sh.asker(ctx)
	if len(open) == 0 {
		p.wrap("", w.T("answer.none"))
		return p.fail
	}
	p.wrap("", w.T("answer.ask.head", w.Int(int64(len(open)))))
	count := 0
	for i, q := range open {
		p.gap()
		p.hanging(p.dim(w.T("answer.ask.progress", w.Int(int64(i+1)), w.Int(int64(len(open)))))+"  ", p.bold(w.T("question."+q.ID+".ask")))
		if w.Has("item." + q.ID + ".why") {
			p.wrap("     ", p.dim(w.T("item."+q.ID+".why")))
		}
		for n, v := range q.Values {
			p.hanging("  "+strconv.Itoa(n+1)+"  ", w.T("question."+q.ID+".option."+v.ID))
		}
		value, err := d.typed(a, q)
		if isFault(err, "fault.interrupted") {
			break
		}
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		if _, err := d.note(ctx, q, value); err != nil {
			return err
		}
		count++
	}
	p.gap()
	p.wrap("", w.N("answer.done", int64(count)))
	return p.fail
}

// typed reads one answer; "" is later.
func (d *answerer) typed(a *asker, q daily.Question) (string, error) {
	w := d.sh.words
	if q.Values == nil {
		return a.text(w.T("answer.ask.path"), "", func(s string) (string, string) {
			if s != "" && (!filepath.IsAbs(s) || !isFolder(s)) {
				return "", w.T("answer.wrong.path")
			}
			return s, ""
		})
	}
	return a.text(w.T("answer.ask.type"), "", func(s string) (string, string) {
		n, err := strconv.Atoi(s)
		if s != "" && (err != nil || n < 1 || n > len(q.Values)) {
			return "", w.T("answer.wrong.option", w.Int(int64(len(q.Values))))
		}
		if s == "" {
			return "", ""
		}
		return q.Values[n-1].ID, ""
	})
}

type answersDoc struct {
	Schema    string      `json:"schema"`
	Questions []answerDoc `json:"questions"`
}

type answerDoc struct {
	ID     string   `json:"id"`
	Ask    string   `json:"ask"`
	Values []string `json:"values"` // empty: a path
	Value  string   `json:"value"`  // "": not answered
	At     string   `json:"at"`
	Until  string   `json:"until"`
	By     string   `json:"by"`
	Days   int      `json:"days"`  // for which an answer holds at most
	Spare  bool     `json:"spare"` // it counts only where custode cannot look itself
}

// show lists all questions with their answers.
func (d *answerer) show() error {
	w := d.sh.words
	doc := answersDoc{Schema: "custode.answers/1", Questions: []answerDoc{}}
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	for i, q := range daily.Questions() {
		a := d.have[q.ID]
		one := answerDoc{ID: q.ID, Ask: w.T("question." + q.ID + ".ask"), Values: append([]string{}, valuesOf(q)...), Days: q.Days, Spare: q.Spare}
		state := p.amber(w.T("answer.list.open"))
		if q.Holds(a, d.now) {
			one.Value, one.At, one.Until, one.By = a.Value, stamp(a.Made), a.Until.Format(time.DateOnly), a.By
			state = p.green(w.T("answer.list.until", d.say(q, a), w.Date(a.Until)))
		}
		doc.Questions = append(doc.Questions, one)
		if d.o.json {
			continue
		}
		if i > 0 {
			p.gap()
		}
		p.hanging(p.bold(q.ID)+"  ", state)
		p.wrap("  ", one.Ask)
		if q.Spare {
			p.wrap("  ", p.dim(w.T("answer.list.spare")))
		}
		for _, v := range q.Values {
			p.hanging("  "+pad(v.ID, 9), w.T("question."+q.ID+".option."+v.ID))
		}
	}
	if d.o.json {
		return d.sh.json(doc)
	}
	p.gap()
	p.wrap("", p.dim(w.T("answer.list.how", d.sh.command("custode", "check", "answer", "access.mfa", "yes"))))
	return p.fail
}
