package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// lead goes with a person from step to step, until nothing is left or it is enough.
func (d *responder) lead(ctx context.Context, id int64, r *playbook.Run) error {
	a := d.sh.asker(ctx)
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	d.header(p, id, r)
	for {
		if d.o.drill {
			after, err := d.injects(ctx, a, id, r)
			if err != nil {
				return d.stopped(p, r, err)
			}
			r = after
		}
		open := r.Turn()
		if len(open) == 0 {
			d.ended(p, r)
			return p.fail
		}
		n, err := d.choose(a, p, open)
		if err != nil {
			return d.stopped(p, r, err)
		}
		after, err := d.step(ctx, a, id, r, n)
		var f *fault.Error
		switch {
		case errors.Is(err, errEnough):
			return d.stopped(p, r, err)
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
func (d *responder) stopped(p *page, r *playbook.Run, err error) error {
	if !errors.Is(err, errEnough) {
		return err
	}
	p.gap()
	p.wrap("", d.sh.words.T("play.stopped", d.sh.command(d.base("next")...)))
	d.howFalse(p, r)
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
	given := playbook.Answers{}
	for _, key := range d.wanted(r, n) {
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

// wanted are the facts that are asked at a step: what nobody has answered yet, and what custode
// filled in itself.
func (d *responder) wanted(r *playbook.Run, n playbook.Node) []string {
	ask, confirm := r.Unasked(n)
	keys := slices.DeleteFunc(slices.Clone(n.Step.Asks), func(key string) bool { return !slices.Contains(ask, key) && !slices.Contains(confirm, key) })
	return append(keys, d.lateReasons(r, n.Step)...)
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
