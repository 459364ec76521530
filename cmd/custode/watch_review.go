package main

import (
	"context"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/scan/watch/rules"
)

type reviewOptions struct {
	json, all bool
	yes, no   cli.IntSlice
}

func watchReviewCommand(sh *shell) *cli.Command {
	var o reviewOptions
	t := sh.words.T
	return &cli.Command{
		Name: "review", Usage: t("cmd.watch.review"), UsageText: t("cmd.watch.review.use"), Description: t("cmd.watch.review.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "all", Usage: t("flag.watch.review.all"), Destination: &o.all},
			&cli.IntSliceFlag{Name: "normal", Usage: t("flag.watch.review.normal"), Destination: &o.yes},
			&cli.IntSliceFlag{Name: "wrong", Usage: t("flag.watch.review.wrong"), Destination: &o.no},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.watchReview(c.Context, o)
		},
	}
}

// person names who sits at the computer, as the journal has it.
func (sh *shell) person() string {
	if u, err := user.Current(); err == nil {
		return filepath.Base(strings.ReplaceAll(u.Username, "\\", "/"))
	}
	return ""
}

// The document of watch review --json.
type reviewDoc struct {
	Schema    string        `json:"schema"`
	Learned   bool          `json:"learned"`
	Sentences []sentenceDoc `json:"sentences"`
	More      int           `json:"more"`
}

type sentenceDoc struct {
	N       int      `json:"n"`
	Text    string   `json:"text"`
	User    string   `json:"user"`
	Program string   `json:"program"`
	Folders []string `json:"folders"`
	Reads   bool     `json:"reads"`
	Writes  bool     `json:"writes"`
	Most    int      `json:"most_in_ten_minutes"`
	Said    string   `json:"said"`
}

// watchReview shows what was learned, in at most twenty sentences, and takes answers.
func (sh *shell) watchReview(ctx context.Context, o reviewOptions) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	plan, err := sh.watchPlan(ctx, st, set)
	if err != nil {
		return err
	}
	list, left := rules.NewProfile(plan.Since, plan.Habits).Review()
	answers := map[int]rules.Answer{}
	for _, n := range o.yes.Value() {
		answers[n] = rules.Normal
	}
	for _, n := range o.no.Value() {
		answers[n] = rules.Wrong
	}
	for n := range answers {
		if n < 1 || n > len(list) {
			return fault.New(fault.Usage, "fault.watch.sentence", sh.words.Int(int64(n)), sh.words.Int(int64(len(list))))
		}
	}
	p := sh.page(sh.out, sh.outTerm)
	switch {
	case len(answers) > 0:
		for n, a := range answers {
			if err := sh.answer(ctx, st, list[n-1], a); err != nil {
				return err
			}
		}
		p.wrap("", sh.words.N("watch.answered", int64(len(answers))))
		return p.fail
	case o.json:
		return sh.json(sh.reviewDocument(list, left, learned(plan, sh.now())))
	}
	if !learned(plan, sh.now()) {
		p.wrap("", sh.words.T("watch.review.early"))
	}
	if len(list) == 0 {
		p.wrap("", sh.words.T("watch.review.nothing"))
		return p.fail
	}
	if sh.inTerm && sh.outTerm {
		return sh.reviewAsk(ctx, st, p, list, o.all)
	}
	for i, s := range list {
		p.hanging(padLeft(sh.words.Int(int64(i+1)), 2)+". ", sh.sentence(s)+sh.said(s))
	}
	if left > 0 {
		p.wrap("", sh.words.N("watch.review.more", int64(left)))
	}
	p.gap()
	p.wrap("", sh.words.T("watch.review.how"))
	return p.fail
}

func (sh *shell) answer(ctx context.Context, st state, s rules.Sentence, a rules.Answer) error {
	_, err := st.AnswerHabits(ctx, s.User, s.Program, a, sh.person())
	return err
}

// reviewAsk asks about each sentence that nobody spoke of.
func (sh *shell) reviewAsk(ctx context.Context, st state, p *page, list []rules.Sentence, all bool) error {
	a := sh.asker(ctx)
	asked := 0
	for _, s := range list {
		if s.Said != rules.Unsaid && !all {
			continue
		}
		asked++
		p.gap()
		p.wrap("", sh.sentence(s))
		said, err := sh.askNormal(a)
		if err != nil {
			return err
		}
		if said == rules.Unsaid {
			continue
		}
		if err := sh.answer(ctx, st, s, said); err != nil {
			return err
		}
	}
	p.gap()
	if asked == 0 {
		p.wrap("", sh.words.T("watch.review.done"))
		return p.fail
	}
	p.wrap("", sh.words.N("watch.answered", int64(asked)))
	return p.fail
}

// askNormal asks whether something is normal; Unsaid is an answer too.
func (sh *shell) askNormal(a *asker) (rules.Answer, error) {
	t := sh.words.T
	v, err := a.text(t("watch.review.ask"), t("watch.review.later"), func(s string) (string, string) {
		switch strings.ToLower(s) {
		case t("ask.yes"), t("ask.yes")[:1], "y", "yes":
			return string(rules.Normal), ""
		case t("ask.no"), "n":
			return string(rules.Wrong), ""
		case t("watch.review.later"):
			return "", ""
		}
		return "", t("watch.review.answers")
	})
	return rules.Answer(v), err
}

func (sh *shell) said(s rules.Sentence) string {
	if s.Said == rules.Unsaid {
		return ""
	}
	return " " + sh.words.T("watch.said."+string(s.Said))
}

// sentence is what one user does with one program.
func (sh *shell) sentence(s rules.Sentence) string {
	w := sh.words
	who := teller{w, ""}.who(rules.Who{User: s.User, Program: s.Program})
	var does []string
	for _, v := range []struct {
		verb rules.Verb
		key  string
	}{{rules.Read, "read"}, {rules.Change | rules.Create | rules.Rename, "change"}, {rules.Delete, "delete"}} {
		if s.Verbs&v.verb != 0 {
			does = append(does, w.T("watch.does."+v.key))
		}
	}
	if len(does) == 0 {
		does = append(does, w.T("watch.does.permission"))
	}
	verbs := does[0]
	if n := len(does); n > 1 {
		verbs = strings.Join(does[:n-1], ", ") + " " + w.T("watch.and") + " " + does[n-1]
	}
	folders := make([]string, 0, len(s.Folders))
	for _, f := range s.Folders {
		folders = append(folders, w.T("watch.quoted", printable(filepath.Base(f))))
	}
	slices.Sort(folders)
	if len(folders) > 3 {
		folders = append(folders[:3], "…")
	}
	when := w.T("watch.when.always")
	if s.From != s.To {
		when = w.T("watch.when.hours", w.Int(int64(s.From)), w.Int(int64(s.To)))
	}
	text := w.T("watch.sentence", upper(who), verbs, strings.Join(folders, ", "), when)
	if s.Most > 1 {
		text += " " + w.N("watch.most", int64(s.Most))
	}
	return text
}

// upper begins a sentence.
func upper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

func (sh *shell) reviewDocument(list []rules.Sentence, left int, learned bool) reviewDoc {
	doc := reviewDoc{Schema: "custode.watch-review/1", Learned: learned, Sentences: []sentenceDoc{}, More: left}
	for i, s := range list {
		doc.Sentences = append(doc.Sentences, sentenceDoc{
			N: i + 1, Text: sh.sentence(s), User: s.User, Program: s.Program, Folders: s.Folders, Reads: s.Verbs&rules.Read != 0, Writes: s.Verbs&rules.Writes != 0,
			Most: s.Most, Said: string(s.Said),
		})
	}
	return doc
}
