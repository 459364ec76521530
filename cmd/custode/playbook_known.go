package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/host"
	"custode/internal/i18n"
	"custode/playbook"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// declared is what the owner has written down about the shop for its customers.
func (d *responder) declared() playbook.Answers {
	out := playbook.Answers{}
	decl, err := d.sh.declaration()
	if err != nil {
		return out // privacy map says what is wrong with it; an incident does not wait for that
	}
	c := decl.Controller
	if c.Address != "" {
		out["controller_address"] = plain(c.Address)
	}
	if point := reachedBy(c.Mail, c.Phone); c.Officer != "" || point != "" {
		out["contact_point"] = plain(c.Officer)
		if c.Officer == "" {
			out["contact_point"] = plain(point)
		}
	}
	return out
}

// touched is what the watch saw happen to the data, for a person to confirm: that others may have
// seen it, that it was changed, that it cannot be read any more. A decoy is nobody's data: of what lies
// beside it, that it was opened says nothing.
func touched(c cases.Case) playbook.Answers {
	switch c.Rule {
	case rules.Bulk, rules.Stranger, rules.Hours:
		return playbook.Answers{"confidentiality": "yes"}
	case rules.Unreadable:
		return playbook.Answers{"integrity": "yes", "availability": "yes"}
	case rules.Mass:
		if c.Why == rules.OpenToEveryone {
			return playbook.Answers{"confidentiality": "yes"}
		}
		return playbook.Answers{"integrity": "yes"}
	case rules.Decoy, rules.Blind:
	}
	return nil
}

// inEach words something in every language.
func (sh *shell) inEach(say func(*i18n.Words) string) (t i18n.Text) {
	for lang, to := range map[string]*string{"en": &t.EN, "it": &t.IT} {
		if w, err := i18n.Load(lang); err == nil { // both are built in
			*to = say(w)
		}
	}
	return t
}

// measures says in sentences what protected the data before a moment, as custode's own records have it.
func (d *responder) measures(ctx context.Context, before time.Time) (i18n.Text, error) {
	shop := job.Shop{Folders: d.set.Folders, Around: d.sh.protecting(ctx, d.st, d.set), Alive: host.Alive}
	p, err := job.Protected(ctx, d.st, shop, before, d.sh.now())
	if err != nil {
		return i18n.Text{}, err
	}
	return d.sh.inEach(func(w *i18n.Words) string { return protectedWords(w, p) }), nil
}

// protectedWords says in sentences what protected the data.
func protectedWords(w *i18n.Words, p job.Protection) string {
	var list []string
	if p.Sealed > 0 {
		list = append(list, w.N("play.measure.sealed", p.Sealed))
	}
	if !p.Watched.IsZero() {
		list = append(list, w.T("play.measure.watched", w.DateTime(p.Watched.Local())))
	}
	if p.Decoys > 0 {
		list = append(list, w.N("play.measure.decoys", p.Decoys))
	}
	if !p.BackupAt.IsZero() {
		list = append(list, w.T("play.measure.backup", w.Date(p.BackupAt)))
	}
	if p.Trained > 0 {
		list = append(list, w.N("play.measure.staff", p.Trained, w.Int(p.People)))
	}
	if !p.Drilled.IsZero() {
		list = append(list, w.T("play.measure.drill", w.Date(p.Drilled)))
	}
	return strings.Join(list, " ")
}

// protecting gathers what stands elsewhere than in the database of what protects the data; a part that
// cannot be read is left out.
func (sh *shell) protecting(ctx context.Context, st state, set settings) (a job.Around) {
	if staff, err := sh.staffDue(ctx, st, set); err == nil {
		a.Staff = &staff
	}
	if drills, err := sh.drills(ctx); err == nil {
		a.Drills = &drills
	}
	return a
}

// alertIn reads the number of the alert out of the sentence that says how an incident was
// discovered; 0: it was not by an alert.
func alertIn(said string) (int64, error) {
	return numberIn(said, "play.from-alert", "play.from-report")
}

// numberIn reads the number out of a sentence that custode wrote itself, by one of the keys, in whichever language;
// 0: it is none of them.
func numberIn(said string, keys ...string) (int64, error) {
	for _, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			return 0, err
		}
		for _, key := range keys {
			before, after, _ := strings.Cut(w.T(key, "\x00"), "\x00")
			rest, begins := strings.CutPrefix(said, before)
			number, ends := strings.CutSuffix(rest, after)
			if n, err := strconv.ParseInt(number, 10, 64); begins && ends && err == nil {
				return n, nil
			}
		}
	}
	return 0, nil
}

// nameless says which facts of an incident cannot be said since the watch that saw it was not
// told who did it: only root is.
func (d *responder) nameless(ctx context.Context, r *playbook.Run, missing []string) ([]string, error) {
	id, err := alertIn(r.Facts["how_discovered"].Text)
	if err != nil || id == 0 {
		return nil, err
	}
	c, there, err := d.st.Case(ctx, id)
	if err != nil || !there || c.Who.Known() || c.Rule == cases.Reported {
		return nil, err
	}
	return slices.DeleteFunc([]string{"cause", "malicious"}, func(key string) bool { return !slices.Contains(missing, key) }), nil
}
