package main

import (
	"custode/playbook"
	"custode/playbook/plan"
)

// stepWords is a step in the words that its reader needs. What it does not have is empty.
type stepWords struct {
	Tag      string // phase, who does it, which round, whose it is
	Say, How string
	Not      string // what not to do
	Keep     []keepWords
	Calls    []string // whom to call, with the number
	Wait     string   // not before when
	Due      string   // best by when
	Late     bool     // that has passed
	Sources  string
}

// keepWords says how something is to be kept ("Photograph:") and what (the page that shows the result).
type keepWords struct{ Kind, What string }

// howWords are the words of a step that are the same in every run.
func (sh *shell) howWords(s *plan.Step) stepWords {
	w := sh.words
	v := stepWords{How: s.How.In(w.Lang), Not: s.DoNot.In(w.Lang)}
	for _, e := range s.Evidence {
		v.Keep = append(v.Keep, keepWords{w.T("play.keep." + e.Kind), e.What.In(w.Lang)})
	}
	return v
}

// stepWords puts a step of a run into words.
func (d *responder) stepWords(r *playbook.Run, n playbook.Node) stepWords {
	w, s := d.sh.words, n.Step
	v := d.sh.howWords(s)
	v.Tag = w.T("play.phase."+string(s.Phase)) + " · " + w.T("play.role."+string(s.Role))
	if n.Most > 0 {
		v.Tag += " · " + w.T("play.round", w.Int(int64(n.Round)), w.Int(int64(n.Most)))
	}
	if to := r.AssignedTo(n.ID); to != "" {
		v.Tag += " · " + printable(to)
	}
	v.Say = d.sentence(s)
	for _, kind := range s.Contacts {
		v.Calls = append(v.Calls, d.contactWords(kind))
	}
	if s.Type == plan.Wait && !n.Since.IsZero() {
		v.Wait = w.T("play.wait", w.DateTime(d.zoned(n.Since.Add(s.For))))
	}
	if at, ok := r.Due(n); ok {
		v.Due, v.Late = w.T("play.due", w.DateTime(d.zoned(at))), d.sh.now().After(at)
	}
	v.Sources = d.cited(s.Sources)
	return v
}

// stepPage shows one step.
func (d *responder) stepPage(p *page, r *playbook.Run, n playbook.Node) {
	w, v := d.sh.words, d.stepWords(r, n)
	p.wrap("", p.dim(v.Tag))
	p.wrap("", p.bold(v.Say))
	d.sh.stepBody(p, v, "  ")
	for _, c := range v.Calls {
		p.hanging("  "+w.T("play.call")+" ", c)
	}
	if v.Wait != "" {
		p.wrap("  ", v.Wait)
	}
	if v.Due != "" {
		late := ""
		if v.Late {
			late = " " + p.amber(w.T("play.late"))
		}
		p.wrap("  ", v.Due+late)
	}
	if v.Sources != "" {
		p.wrap("  ", p.dim(w.T("play.sources", v.Sources)))
	}
}

// stepBody shows how a step is done, what not to do and what to keep.
func (sh *shell) stepBody(p *page, v stepWords, indent string) {
	if v.How != "" {
		p.wrap(indent, v.How)
	}
	if v.Not != "" {
		p.hanging(indent+p.red(sh.words.T("play.not"))+" ", v.Not)
	}
	for _, k := range v.Keep {
		p.hanging(indent+k.Kind+" ", k.What)
	}
}
