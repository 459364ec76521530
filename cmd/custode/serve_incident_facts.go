package main

import (
	"context"
	"maps"
	"slices"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/decide"
	"custode/playbook/fact"
)

// IncidentFacts implements [web.FactKeeper].
func (o *office) IncidentFacts(ctx context.Context, id int64) (v web.IncidentFacts, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	w := d.sh.words
	v.IncidentHead = d.incidentHead(id, r)
	for _, def := range d.book.All() {
		have, ok := r.Facts[def.Key]
		l := web.FactLine{Key: def.Key, Name: def.Label.In(w.Lang)}
		if !ok {
			v.Open = append(v.Open, l)
			continue
		}
		l.Value, l.From = d.value(def, have.Text), d.originWords(have)
		name := w.T("play.group." + def.Group)
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Name != name {
			v.Groups = append(v.Groups, web.FactGroup{Name: name})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Facts = append(g.Facts, l)
	}
	return v, nil
}

// IncidentFact implements [web.FactKeeper].
func (o *office) IncidentFact(ctx context.Context, id int64, key string) (web.IncidentHead, web.IncidentField, error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return web.IncidentHead{}, web.IncidentField{}, err
	}
	defer d.close()
	if _, ok := d.book.Find(key); !ok {
		return web.IncidentHead{}, web.IncidentField{}, fault.New(fault.NoInput, "fault.play.no-fact", printable(key))
	}
	return d.incidentHead(id, r), d.incidentField(r, nil, key), nil
}

// SetFact implements [web.FactKeeper].
func (o *office) SetFact(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		if !r.Closed.IsZero() {
			return nil, playbook.ErrClosed
		}
		keys := slices.Sorted(maps.Keys(a.Values))
		for _, key := range keys {
			if _, ok := d.book.Find(key); !ok {
				return nil, fault.New(fault.NoInput, "fault.play.no-fact", printable(key))
			}
		}
		if err := d.unchanged(r, a); err != nil {
			return nil, err
		}
		given, err := d.given(r, keys, a.Values, true)
		if err != nil {
			return nil, err
		}
		return r.Know(d.who(), given, fact.Said)
	})
}

// decisions are the facts that are decided, and what each is about.
var decisions = []string{"authority_decision", "people_decision"}

// Assessment implements [web.FactKeeper].
func (o *office) Assessment(ctx context.Context, id int64) (web.IncidentHead, web.Assessment, error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return web.IncidentHead{}, web.Assessment{}, err
	}
	defer d.close()
	v := d.webAssessment(id, r)
	for _, key := range decisions {
		def, _ := d.book.Find(key)
		if have, ok := r.Facts[key]; ok {
			v.Decided = append(v.Decided, web.FactLine{Key: key, Name: def.Label.In(d.sh.words.Lang), Value: d.value(def, have.Text)})
		}
		v.Fields = append(v.Fields, d.incidentField(r, nil, key))
	}
	return d.incidentHead(id, r), v, nil
}

// webAssessment is what the rules say, with the reasons and what would change it.
func (d *responder) webAssessment(id int64, r *playbook.Run) (v web.Assessment) {
	v.Of = web.IncidentHead{ID: id, Exercise: d.o.drill}.Path()
	o := d.rules.Judge(r.Facts)
	v.Findings = []web.Finding{d.webFinding("authority", o.Authority), d.webFinding("people", o.People)}
	if o.People.Answer != fact.No && o.Public == fact.Yes {
		v.Public = d.sh.words.T("play.assess.public")
	}
	say, assumed := d.severityWords(r)
	if v.Severity = say; assumed {
		v.Assumed = d.sh.words.T("play.severity.assumed")
	}
	return v
}

func (d *responder) webFinding(about string, f decide.Finding) web.Finding {
	w := d.findingWords(about, f)
	v := web.Finding{Say: w.Say, Status: map[fact.Tri]string{fact.Yes: "act", fact.Maybe: "unknown", fact.No: "ok"}[f.Answer]}
	for _, why := range w.Why {
		v.Why = append(v.Why, web.IncidentNote{Head: why.Source, Text: why.Text})
	}
	for _, key := range w.Missing {
		def, _ := d.book.Find(key)
		v.Missing = append(v.Missing, web.FactLine{Key: key, Name: def.Label.In(d.sh.words.Lang)})
	}
	return v
}

// Decide implements [web.FactKeeper]. What is decided already as it is said is not decided anew.
func (o *office) Decide(ctx context.Context, a web.Act) error {
	because, taken := cleanLines(a.Text), playbook.Answers{}
	err := o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		if err := d.unchanged(r, a); err != nil {
			return nil, err
		}
		for _, key := range decisions {
			said := a.Values[key]
			if said != "" && said != fact.Unknown && (r.Facts[key].Text != said || because != "" && !d.saidBecause(r, key, because)) {
				taken[key] = said
			}
		}
		if len(taken) == 0 {
			return nil, nil
		}
		return d.decides(r, taken, because)
	})
	if err != nil || because == "" || len(taken) == 0 {
		return err
	}
	d, id, r, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	_, err = d.giveReasons(ctx, id, r, taken, because)
	return err
}

// saidBecause reports whether the last decision of this kind has this reason.
func (d *responder) saidBecause(r *playbook.Run, key, because string) bool {
	v := r.Facts[key]
	return v.Event > 0 && r.Events[v.Event-1].Text == because
}
