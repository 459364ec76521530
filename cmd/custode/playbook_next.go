package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
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
	d, err := sh.responder(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	id, r, err := d.run(ctx)
	if err != nil {
		return err
	}
	if sh.inTerm && sh.outTerm && !o.json {
		return d.lead(ctx, id, r)
	}
	if o.json {
		return sh.json(d.nextDocument(id, r))
	}
	p := sh.page(sh.out, sh.outTerm)
	d.header(p, id, r)
	if d.o.drill {
		if _, err := d.injects(ctx, nil, id, r); err != nil {
			return err
		}
	}
	open := r.Path().Open
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
	path := r.Path()
	doc := nextDoc{Schema: "custode.next/1", Run: id, Playbook: r.Plan.ID, Complete: path.Complete, Steps: []nextStepDoc{}}
	for _, n := range path.Open {
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

// stepPage shows one step.
func (d *responder) stepPage(p *page, r *playbook.Run, n playbook.Node) {
	w, s := d.sh.words, n.Step
	tag := w.T("play.phase."+string(s.Phase)) + " · " + w.T("play.role."+string(s.Role))
	if n.Most > 0 {
		tag += " · " + w.T("play.round", w.Int(int64(n.Round)), w.Int(int64(n.Most)))
	}
	if to := r.AssignedTo(n.ID); to != "" {
		tag += " · " + printable(to)
	}
	p.wrap("", p.dim(tag))
	p.wrap("", p.bold(d.sentence(s)))
	d.sh.stepBody(p, s, "  ")
	for _, kind := range s.Contacts {
		p.hanging("  "+w.T("play.call")+" ", d.contactWords(kind))
	}
	if s.Type == plan.Wait && !n.Since.IsZero() {
		p.wrap("  ", w.T("play.wait", w.DateTime(n.Since.Add(s.For).In(d.sh.now().Location()))))
	}
	if at, ok := r.Due(n); ok {
		late := ""
		if d.sh.now().After(at) {
			late = " " + p.amber(w.T("play.late"))
		}
		p.wrap("  ", w.T("play.due", w.DateTime(at.In(d.sh.now().Location())))+late)
	}
	if c := d.cited(s.Sources); c != "" {
		p.wrap("  ", p.dim(w.T("play.sources", c)))
	}
}

// stepBody shows how a step is done, what not to do and what to keep.
func (sh *shell) stepBody(p *page, s *plan.Step, indent string) {
	w := sh.words
	if !s.How.Empty() {
		p.wrap(indent, s.How.In(w.Lang))
	}
	if !s.DoNot.Empty() {
		p.hanging(indent+p.red(w.T("play.not"))+" ", s.DoNot.In(w.Lang))
	}
	for _, e := range s.Evidence {
		p.hanging(indent+w.T("play.keep."+e.Kind)+" ", e.What.In(w.Lang))
	}
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

// ended says that no step is left.
func (d *responder) ended(p *page, r *playbook.Run) {
	w := d.sh.words
	if !r.Closed.IsZero() {
		return
	}
	p.wrap("", p.green(w.T("play.complete")))
	p.wrap("", w.T("play.complete.do", d.sh.command(d.base("close")...)))
}

// lead goes with a person from step to step, until nothing is left or it is enough.
func (d *responder) lead(ctx context.Context, id int64, r *playbook.Run) error {
	a := d.sh.asker(ctx)
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	d.header(p, id, r)
	for {
		if d.o.drill {
			after, err := d.injects(ctx, a, id, r)
			if err != nil {
				return d.stopped(p, err)
			}
			r = after
		}
		open := r.Path().Open
		if len(open) == 0 {
			d.ended(p, r)
			return p.fail
		}
		n, err := d.choose(a, p, open)
		if err != nil {
			return d.stopped(p, err)
		}
		after, err := d.step(ctx, a, id, r, n)
		var f *fault.Error
		switch {
		case errors.Is(err, errEnough):
			return d.stopped(p, err)
		case errors.As(err, &f) && f.Code == fault.Data: // somebody else was faster
			d.sh.complain(f)
			if after, err = d.in.Run(ctx, id); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		r = after
		p.gap()
	}
}

// stopped says how to go on, where a person wants to stop; any other error stays what it is.
func (d *responder) stopped(p *page, err error) error {
	if !errors.Is(err, errEnough) {
		return err
	}
	p.gap()
	p.wrap("", d.sh.words.T("play.stopped", d.sh.command(d.base("next")...)))
	return p.fail
}

// wantsOut reports whether a person typed that it is enough for now.
func (d *responder) wantsOut(typed string) bool {
	return strings.EqualFold(typed, d.sh.words.T("play.key.quit"))
}

// errEnough says that the person wants to stop here.
var errEnough = errors.New("enough for now")

// choose lets a person take one of several open steps.
func (d *responder) choose(a *asker, p *page, open []playbook.Node) (playbook.Node, error) {
	if len(open) == 1 {
		return open[0], nil
	}
	w := d.sh.words
	p.wrap("", w.T("play.several"))
	for i, n := range open {
		p.hanging("  "+strconv.Itoa(i+1)+"  ", d.sentence(n.Step))
	}
	s, err := a.text(w.T("play.which"), "1", func(s string) (string, string) {
		if d.wantsOut(s) {
			return leave, ""
		}
		if n, err := strconv.Atoi(s); err != nil || n < 1 || n > len(open) {
			return "", w.T("play.wrong.which", w.Int(int64(len(open))))
		}
		return s, ""
	})
	if err == nil && s == leave {
		err = errEnough
	}
	if err != nil {
		return playbook.Node{}, err
	}
	i, _ := strconv.Atoi(s) // just checked
	p.gap()
	return open[i-1], nil
}

// step shows a step, asks what it asks for, and says that it is done, or skips it.
func (d *responder) step(ctx context.Context, a *asker, id int64, r *playbook.Run, n playbook.Node) (*playbook.Run, error) {
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	if _, running := r.Facts.Time("aware_at"); running {
		d.clockLine(p, r)
	}
	d.stepPage(p, r, n)
	if err := d.drafts(ctx, p, id, r, n.Step); err != nil {
		return r, err
	}
	ask, confirm := r.Unasked(n)
	if d.onlyAsks(n.Step) && len(ask)+len(confirm) > 0 {
		return d.answers(ctx, a, id, r, n)
	}
	switch what, err := d.ready(ctx, a, id, n); {
	case err != nil || what == "":
		return r, err
	case what == "skip":
		return d.skipped(ctx, a, id, n)
	}
	return d.answers(ctx, a, id, r, n)
}

// onlyAsks reports whether there is nothing to do at a step but to answer.
func (d *responder) onlyAsks(s *plan.Step) bool {
	return s.Type == plan.Decision || s.Type == plan.Choice || s.Phase == plan.Assess && len(s.Contacts)+len(s.Evidence)+len(s.Letters) == 0
}

// posed reports whether the step itself is the question that it asks.
func (d *responder) posed(s *plan.Step) bool {
	return (s.Type == plan.Decision || s.Type == plan.Choice) && strings.HasSuffix(d.sentence(s), "?")
}

func (d *responder) skipped(ctx context.Context, a *asker, id int64, n playbook.Node) (*playbook.Run, error) {
	w := d.sh.words
	reason, err := a.text(w.T("play.why"), "", func(s string) (string, string) {
		if s = plain(s); s == "" {
			return "", w.T("play.wrong.reason")
		}
		return s, ""
	})
	if err != nil {
		return nil, err
	}
	return d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Skip(d.who(), n.ID, reason) })
}

// answers asks what a step asks for, and says that it is done. What was answered before a
// person stops is kept.
func (d *responder) answers(ctx context.Context, a *asker, id int64, r *playbook.Run, n playbook.Node) (*playbook.Run, error) {
	d.before(d.sh.page(d.sh.out, d.sh.outTerm), r, n)
	ask, confirm := r.Unasked(n)
	given := playbook.Answers{}
	for _, key := range append(slices.Clone(n.Step.Asks), d.lateReasons(r, n.Step)...) {
		if slices.Contains(n.Step.Asks, key) && !slices.Contains(ask, key) && !slices.Contains(confirm, key) {
			continue
		}
		v, err := d.askFact(a, key, d.preset(r, key), d.posed(n.Step))
		if err != nil {
			if len(given) > 0 {
				_, kept := d.change(context.WithoutCancel(ctx), id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Know(d.who(), given, fact.Said) })
				err = errors.Join(err, kept)
			}
			return r, err
		}
		given[key] = v
	}
	return d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Done(d.who(), n.ID, given, "") })
}

// lateReasons is asked besides where the authority is told after the 72 hours: Art. 33(1)
// wants the reasons.
func (d *responder) lateReasons(r *playbook.Run, s *plan.Step) []string {
	if !slices.Contains(s.Asks, "authority_notified_at") || r.Facts["delay_reasons"].Text != "" {
		return nil
	}
	for _, l := range d.deadlines(r) {
		if l.Rule.Met == "authority_notified_at" && !l.Target && l.Late {
			return []string{"delay_reasons"}
		}
	}
	return nil
}

// ready asks whether a step is done: "done", "skip", or "" after a note.
func (d *responder) ready(ctx context.Context, a *asker, id int64, n playbook.Node) (string, error) {
	w := d.sh.words
	what, err := a.text(w.T("play.ready"), w.T("play.key.done"), func(s string) (string, string) {
		switch strings.ToLower(s) {
		case w.T("play.key.done"):
			return "done", ""
		case w.T("play.key.skip"):
			return "skip", ""
		case w.T("play.key.note"):
			return "note", ""
		case w.T("play.key.quit"), "q":
			return "quit", ""
		}
		return "", w.T("play.wrong.key")
	})
	switch {
	case err != nil:
		return "", err
	case what == "quit":
		return "", errEnough
	case what != "note":
		return what, nil
	}
	text, err := a.text(w.T("play.note"), "", func(s string) (string, string) { return plain(s), "" })
	if err != nil || text == "" {
		return "", err
	}
	_, err = d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) { return r.Note(d.who(), n.ID, text) })
	return "", err
}

// zoned is a time in the zone of this computer.
func (d *responder) zoned(t time.Time) time.Time { return t.In(d.sh.now().Location()) }
