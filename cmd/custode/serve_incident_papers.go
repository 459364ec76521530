package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/letter"
)

// Letters implements [web.Writer].
func (o *office) Letters(ctx context.Context, id int64) (v web.IncidentLetters, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	v.IncidentHead = d.incidentHead(id, r)
	rows, states, err := d.letterRows(ctx, id, r)
	asked := d.askedLetters(r)
	for i, row := range rows {
		l := web.LetterLine{Kind: row.Kind, Name: row.Name, State: states[i]}
		if asked[row.Kind] || row.Prepared != "" || row.Sent != "" {
			v.Letters = append(v.Letters, l)
		} else {
			v.Others = append(v.Others, l)
		}
	}
	return v, err
}

// askedLetters are the kinds that a step asks for which may still be done, and the entry of the register.
func (d *responder) askedLetters(r *playbook.Run) map[string]bool {
	asked := map[string]bool{registerEntry: true}
	for _, s := range r.Steps() {
		if s.State == playbook.StateNot {
			continue
		}
		for _, word := range s.Step.Letters {
			asked[letter.For(word, clock.ForCountry(d.set.Country)[0])] = true
		}
	}
	return asked
}

// registerEntry is the kind of letter that is the entry of the register, which each breach has.
const registerEntry = "register"

// letterOf fills the letter that a page asks for.
func (d *responder) letterOf(ctx context.Context, id int64, r *playbook.Run, kind, stage string) (letter.Letter, error) {
	kind = letter.For(kind, clock.ForCountry(d.set.Country)[0])
	if _, ok := d.letters.Kind(kind); !ok {
		return letter.Letter{}, fault.New(fault.NoInput, "fault.play.no-letter", printable(kind))
	}
	return d.fill(ctx, id, r, kind, stage)
}

// Letter implements [web.Writer].
func (o *office) Letter(ctx context.Context, id int64, kind, stage string) (v web.IncidentLetter, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	l, err := d.letterOf(ctx, id, r, kind, stage)
	if err != nil {
		return v, err
	}
	w := d.sh.words
	v = web.IncidentLetter{
		IncidentHead: d.incidentHead(id, r), Kind: l.Kind.ID, Name: l.Kind.Name.In(w.Lang), Meter: d.meter(l),
		Doc: l.Doc(letter.Options{Draft: true, Sources: l.Kind.Form}),
	}
	var missing []string
	for _, g := range l.Gaps() {
		gap := web.LetterGap{Name: g.Label, Ask: g.Ask, Mandatory: g.Mandatory}
		if len(g.Facts) > 0 {
			gap.Key = g.Facts[0]
		}
		v.Gaps, missing = append(v.Gaps, gap), append(missing, g.Facts...)
	}
	if v.Nameless, err = d.namelessWords(ctx, r, missing); err != nil {
		return v, err
	}
	for _, t := range r.Letters() {
		if t.Kind == l.Kind.ID {
			v.Told = append(v.Told, d.toldWords(t))
		}
	}
	if strings.HasPrefix(l.Kind.ID, "authority-") {
		for _, s := range []letter.Stage{letter.Preliminary, letter.Complete, letter.Supplementary, letter.Withdrawn} {
			v.Stages = append(v.Stages, web.Choice{ID: string(s), Name: w.T("web.incident.stage." + string(s)), On: l.Stage == s})
		}
	}
	return v, nil
}

// toldWords says what was done with a letter, by whom and when.
func (d *responder) toldWords(t playbook.Told) string {
	w := d.sh.words
	return capital(w.T("play.letter."+t.What)) + ": " + printable(t.By) + ", " + w.DateTime(d.zoned(t.At))
}

// PrintLetter implements [web.Writer].
func (o *office) PrintLetter(ctx context.Context, a web.Act, kind, stage, form string) (f web.Download, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return f, err
	}
	defer d.close()
	l, err := d.letterOf(ctx, id, r, kind, stage)
	if err != nil {
		return f, err
	}
	lo := letterOptions{out: d.folder(id) + "-" + l.Kind.ID + "." + form}
	raw, err := d.drawn(l, lo)
	if err != nil {
		return f, err
	}
	sum := sha256.Sum256(raw)
	_, err = d.noteLetter(ctx, id, lo, playbook.Event{Kind: playbook.Letter, Ref: l.Kind.ID, Value: hex.EncodeToString(sum[:])})
	return download(lo.out, raw), err
}

// SentLetter implements [web.Writer].
func (o *office) SentLetter(ctx context.Context, a web.Act, kind, stage string) error {
	d, id, r, err := o.sh.onRun(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	l, err := d.letterOf(ctx, id, r, kind, stage)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(paper.Plain(l.Doc(letter.Options{Draft: true}), maxWidth)))
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		for _, t := range slices.Backward(r.Letters()) {
			if t.Kind == l.Kind.ID && t.What == "sent" && t.Event > int64(a.Seen) {
				return nil, &web.OvertakenError{Say: d.toldWords(t)}
			}
		}
		return r.Record(d.who(), playbook.Event{Kind: playbook.Letter, Key: "sent", Ref: l.Kind.ID, Value: hex.EncodeToString(sum[:])})
	})
}

// IncidentReport implements [web.Writer].
func (o *office) IncidentReport(ctx context.Context, id int64) (web.IncidentHead, paper.Doc, error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return web.IncidentHead{}, paper.Doc{}, err
	}
	defer d.close()
	after, err := d.after(ctx, id, r)
	if err != nil {
		return web.IncidentHead{}, paper.Doc{}, err
	}
	doc, err := after.Doc()
	return d.incidentHead(id, r), doc, err
}

// PrintIncidentReport implements [web.Writer].
func (o *office) PrintIncidentReport(ctx context.Context, id int64, form string) (web.Download, error) {
	head, doc, err := o.IncidentReport(ctx, id)
	if err != nil {
		return web.Download{}, err
	}
	set, err := o.sh.settings()
	if err != nil {
		return web.Download{}, err
	}
	name := runFolder(id, head.Exercise) + "-report." + form
	return drawnDownload(doc, name, set.Country)
}
