package main

import (
	"context"
	"io"
	"slices"

	"custode/cmd/custode/internal/web"
	"custode/internal/paper"
	"custode/playbook"
	"custode/playbook/evidence"
)

// longestName is how long the name of an item is kept, in characters.
const longestName = 200

// Evidence implements [web.EvidenceKeeper].
func (o *office) Evidence(ctx context.Context, id int64) (v web.IncidentEvidence, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	w := d.sh.words
	v.IncidentHead = d.incidentHead(id, r)
	for _, one := range d.checked(r) {
		it := web.EvidenceItem{ID: one.ID, Name: printable(one.Name), Size: w.Bytes(one.Size), Sum: one.SHA256, Text: shownText(one.Text), Sound: one.Sound, State: w.T("play.evidence.sound")}
		if !one.Sound {
			it.State = w.T("play.evidence.unsound")
		}
		for _, h := range one.Handled {
			it.Handled = append(it.Handled, capital(d.handledWords(h)))
		}
		v.Items = append(v.Items, it)
	}
	return v, nil
}

// CanTake implements [web.EvidenceKeeper].
func (o *office) CanTake() error { _, err := o.sh.ring(); return err }

// TakeEvidence implements [web.EvidenceKeeper].
func (o *office) TakeEvidence(ctx context.Context, a web.Act, name string, r io.Reader) error {
	d, id, _, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	keys, err := o.sh.ring()
	if err != nil {
		return err
	}
	f := d.evidenceFolder()
	f.To = keys.Recipients()
	letters := []rune(paper.Line(name))
	name = string(letters[:min(len(letters), longestName)])
	item, err := f.Take(ctx, name, r)
	if err != nil {
		return evidenceFault(name, err)
	}
	return d.noteItem(ctx, id, item, playbook.Event{Text: plain(a.Text)}, func(r *playbook.Run) error { return d.takenBefore(r, a, item) })
}

// takenBefore refuses what was taken in already since a form was drawn: the form was sent twice.
func (d *responder) takenBefore(r *playbook.Run, a web.Act, item evidence.Item) error {
	for _, one := range items(r) {
		since := slices.ContainsFunc(r.Events, func(e playbook.Event) bool { return e.Seq > int64(a.Seen) && e.Ref == one.ID && e.Key == collected })
		if since && one.SHA256 == item.SHA256 && one.Name == item.Name {
			return &web.OvertakenError{Say: d.sh.words.T("web.incident.evidence.twice"), Stands: []string{printable(one.Name) + ", " + d.handledWords(one.Handled[0])}}
		}
	}
	return nil
}

// HandEvidence implements [web.EvidenceKeeper].
func (o *office) HandEvidence(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		to := plain(a.Text)
		if to == "" {
			return nil, playbook.ErrEmpty
		}
		one, err := d.item(r, a.Step)
		if err != nil {
			return nil, err
		}
		again := func(e playbook.Event) bool {
			return e.Seq > int64(a.Seen) && e.Ref == one.ID && e.Key == handed && e.To == to
		}
		if slices.ContainsFunc(r.Events, again) {
			return nil, nil
		}
		return r.Record(d.who(), one.handling(handed, to))
	})
}
