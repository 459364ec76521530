package main

import (
	"slices"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/playbook"
	"custode/playbook/fact"
)

// suggested marks a value that custode proposes: it is shown, and a person's Enter takes it.
const suggested fact.Origin = "suggested"

// preset is what stands in brackets behind a question: what is known, or a proposal.
func (d *responder) preset(r *playbook.Run, key string) fact.Value {
	if v := r.Facts[key]; v.Known() {
		return v
	}
	text := ""
	switch key {
	case "aware_at":
		text = r.Opened.Format(time.RFC3339)
		if at := r.Facts["detected_at"]; at.Known() {
			text = at.Text // the earlier of two is the careful one
		}
	case "authority_decision", "people_decision":
		text = "no"
		if d.ruling(r, strings.TrimSuffix(key, "_decision")).Prepare() { // what cannot be said is prepared
			text = "yes"
		}
	case "authority_reasons", "people_reasons":
		text = d.reasons(r, strings.TrimSuffix(key, "_reasons"))
	}
	return fact.Value{Text: text, Origin: suggested}
}

// proposed is the sentence that custode proposes for a fact, in each language; empty: none.
func (d *responder) proposed(r *playbook.Run, key string) i18n.Text {
	about, ok := strings.CutSuffix(key, "_reasons")
	if !ok || about != "authority" && about != "people" {
		return i18n.Text{}
	}
	f := d.ruling(r, about)
	return d.sh.inEach(func(w *i18n.Words) string { return reasonsIn(w, f) })
}

// before shows what a person needs to see before a step's questions: at the decisions, the
// assessment.
func (d *responder) before(p *page, r *playbook.Run, n playbook.Node) {
	_, decided := r.Facts["authority_decision"]
	switch {
	case slices.Contains(n.Step.Asks, "people_decision") && decided: // the rest was shown at the first decision
		p.gap()
		p.line(p.bold(d.sh.words.T("play.assess.head")))
		d.peoplePage(p, d.rules.Judge(r.Facts))
	case slices.Contains(n.Step.Asks, "authority_decision") || slices.Contains(n.Step.Asks, "people_decision"):
		p.gap()
		d.assessmentPage(p, r)
	}
}

// exampleValue is what stands for a value in a command that is proposed.
func exampleValue(t fact.Type, w *i18n.Words) string { return w.T("play.example." + string(t)) }
