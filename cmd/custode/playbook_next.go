package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

func playNextCommand(sh *shell) *cli.Command {
	var o runOptions
	t := sh.words.T
	return &cli.Command{
		Name: "next", Usage: t("cmd.play.next"), UsageText: "custode playbook next", Description: t("cmd.play.next.more"),
		Flags: sh.runFlags(&o),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.playNext(c.Context, o)
		},
	}
}

// playNext shows the step whose turn it is. On a terminal it goes on from step to step.
func (sh *shell) playNext(ctx context.Context, o runOptions) error {
	d, id, r, err := sh.onRun(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	if sh.inTerm && sh.outTerm && !o.json {
		return d.lead(ctx, id, r)
	}
	if o.json {
		return sh.json(d.nextDocument(id, r))
	}
	return d.turn(ctx, id, r)
}

// turn shows the step whose turn it is, and which command says that it is done.
func (d *responder) turn(ctx context.Context, id int64, r *playbook.Run) error {
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	d.header(p, id, r)
	if d.o.drill {
		if _, err := d.injects(ctx, nil, id, r); err != nil {
			return err
		}
	}
	open := r.Turn()
	if len(open) == 0 {
		d.ended(p, r)
		return p.fail
	}
	d.stepPage(p, r, open[0])
	d.howDone(p, r, open[0])
	d.alsoOpen(p, open[1:])
	return p.fail
}

type nextStepDoc struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Phase    string   `json:"phase"`
	Role     string   `json:"role"`
	Say      string   `json:"say"`
	How      string   `json:"how"`
	DoNot    string   `json:"do_not"`
	Asks     []string `json:"asks"`
	Confirm  []string `json:"confirm"`
	Due      string   `json:"due_at"`
	Sources  []string `json:"sources"`
	Assigned string   `json:"assigned"`
}

type nextDoc struct {
	Schema   string        `json:"schema"`
	Run      int64         `json:"run"`
	Playbook string        `json:"playbook"`
	Complete bool          `json:"complete"`
	Steps    []nextStepDoc `json:"steps"`
}

func (d *responder) nextDocument(id int64, r *playbook.Run) nextDoc {
	lang := d.sh.words.Lang
	doc := nextDoc{Schema: "custode.next/1", Run: id, Playbook: r.Plan.ID, Complete: r.Path().Complete, Steps: []nextStepDoc{}}
	for _, n := range r.Turn() {
		s := n.Step
		ask, confirm := r.Unasked(n)
		due := ""
		if at, ok := r.Due(n); ok {
			due = stamp(at)
		}
		doc.Steps = append(doc.Steps, nextStepDoc{
			n.ID, string(s.Type), string(s.Phase), string(s.Role), d.sentence(s), s.How.In(lang), s.DoNot.In(lang),
			append([]string{}, ask...), append([]string{}, confirm...), due, append([]string{}, s.Sources...), r.AssignedTo(n.ID),
		})
	}
	return doc
}

// header says which incident it is, and which clock runs.
func (d *responder) header(p *page, id int64, r *playbook.Run) {
	w := d.sh.words
	title := w.T("play.head", r.Plan.Title.In(w.Lang), strconv.FormatInt(id, 10))
	if d.o.drill {
		title = w.T("play.drill") + " · " + title
	}
	p.wrap("", p.bold(title))
	d.clockLine(p, r)
	p.gap()
}

// sentence is what a step says: its own, or the question of the fact that it decides on.
func (d *responder) sentence(s *plan.Step) string { return sentence(d.book, s, d.sh.words.Lang) }

func sentence(book *fact.Book, s *plan.Step, lang string) string {
	if s.Say.Empty() && len(s.Asks) > 0 {
		def, _ := book.Find(s.Asks[0])
		return def.Ask.In(lang)
	}
	return s.Say.In(lang)
}

// cited lists sources briefly, each once.
func (d *responder) cited(refs []string) string {
	var out []string
	for _, ref := range refs {
		if c := d.sources.Cite(ref).In(d.sh.words.Lang); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return strings.Join(out, "; ")
}

// contactWords says whom to call: the shop's own number, else a public body, else who is meant.
func (d *responder) contactWords(kind string) string {
	w := d.sh.words
	who := w.T("play.contact." + kind)
	if c, ok := d.people[kind]; ok {
		return who + ": " + contactLine(c)
	}
	for _, b := range d.public {
		if b.Kind == kind {
			return who + ": " + strings.TrimPrefix(b.Name.In(w.Lang)+", "+strings.Trim(b.Phone+" "+b.URL, " "), ", ")
		}
	}
	return who
}

// howDone says which command says that a step is done.
func (d *responder) howDone(p *page, r *playbook.Run, n playbook.Node) {
	w := d.sh.words
	ask, confirm := r.Unasked(n)
	p.gap()
	for _, key := range ask {
		def, _ := d.book.Find(key)
		p.hanging("  "+key+": ", def.Ask.In(w.Lang)+" ("+w.T("play.answers."+string(def.Type))+")")
		for _, o := range def.Options {
			p.hanging("      ", o.ID+": "+o.Label.In(w.Lang))
		}
	}
	for _, key := range confirm {
		def, _ := d.book.Find(key)
		v := r.Facts[key]
		p.hanging("  "+key+": ", w.T("play.found", d.value(def, v.Text), w.T("play.origin."+string(v.Origin))))
	}
	words := append(d.base("done"), n.ID)
	for _, key := range ask {
		def, _ := d.book.Find(key)
		words = append(words, key+"="+exampleValue(def.Type, w))
	}
	p.wrap("", w.T("play.how.done", d.sh.command(words...)))
	p.wrap("", w.T("play.how.skip", d.sh.command(append(d.base("skip"), n.ID, "--because", "…")...)))
	d.howFalse(p, r)
}

// base begins a command about this run.
func (d *responder) base(sub string) []string {
	words := []string{"custode", "playbook", sub}
	if d.o.run != 0 {
		words = append(words, "--run", strconv.FormatInt(d.o.run, 10))
	}
	if d.o.drill {
		words = append(words, "--drill")
	}
	return words
}

func (d *responder) alsoOpen(p *page, open []playbook.Node) {
	if len(open) == 0 {
		return
	}
	w := d.sh.words
	p.gap()
	p.wrap("", w.T("play.also"))
	for _, n := range open {
		p.hanging("  "+n.ID+": ", d.sentence(n.Step))
	}
}
