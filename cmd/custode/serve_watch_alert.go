package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/proof"
	"custode/scan/watch"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// Alert implements [web.Watcher].
func (o *office) Alert(ctx context.Context, id, skip, most int64) (v web.Alert, err error) {
	sh := o.sh
	d, err := sh.responder(ctx, runOptions{})
	if err != nil {
		return v, err
	}
	defer d.close()
	c, err := sh.findCase(ctx, d.st, id)
	if err != nil {
		return v, err
	}
	then, each, err := job.AlertThen(ctx, d.st, c)
	if err != nil {
		return v, err
	}
	t := teller{sh.words, d.set.Shop}
	v = web.Alert{
		AlertLine: sh.alertInList(t, c), State: caseState(c), On: c.Closed.IsZero(), Steps: t.advice(c), CanOpen: d.fits(c) != "", Reported: c.Rule == cases.Reported, Tally: tally(sh.words, then),
	}
	if c.Rule == rules.Decoy {
		v.Means = sh.words.T("web.watch.decoy")
	}
	for _, r := range sh.caseRows(c) {
		v.Rows = append(v.Rows, web.Row{Name: r[0], What: r[1]})
	}
	if s, there, err := sh.habitOf(ctx, d, c); err != nil {
		return v, err
	} else if there {
		v.Habit = sh.sentence(s)
	}
	if v.Incident, err = d.runOfAlert(ctx, id); err != nil {
		return v, err
	}
	sh.filesOfAlert(&v, c, each, skip, most)
	v.Timeline, err = sh.storyOf(ctx, d, t, c, v.Incident)
	return v, err
}

// caseState is what changes of an alert where it gets worse.
func caseState(c cases.Case) string { return c.Severity.String() + " " + string(c.Why) }

// filesOfAlert lists a part of the files of an alert, each with how it was then.
func (sh *shell) filesOfAlert(v *web.Alert, c cases.Case, each map[string]proof.State, skip, most int64) {
	v.All = int64(len(c.Paths))
	from := min(max(skip, 0), v.All)
	for _, path := range c.Paths[from:min(from+most, v.All)] {
		f := web.AlertFile{Path: printable(path), Then: sh.words.T("web.watch.a-decoy")}
		if kind := thenKind(each, path); kind != "" {
			f.Then = sh.words.T("alerts.then." + kind)
		}
		v.Files = append(v.Files, f)
	}
	if n := int64(c.Counts.Files) - v.All; n > 0 {
		v.More = sh.words.N("web.watch.unnamed", n)
	}
}

// habitOf is what the watch has learned of who did something: what can be called normal.
func (sh *shell) habitOf(ctx context.Context, d *responder, c cases.Case) (s rules.Sentence, there bool, err error) {
	if !c.Who.Known() || !teaches(c) {
		return s, false, nil
	}
	since, habits, err := d.st.Habits(ctx)
	if err != nil {
		return s, false, err
	}
	habits = slices.DeleteFunc(habits, func(h rules.Habit) bool { return h.User != c.Who.User || h.Program != c.Who.Program })
	list, _ := rules.NewProfile(since, habits).Review()
	if len(list) == 0 || list[0].Said == rules.Normal {
		return s, false, nil
	}
	return list[0], true, nil
}

// teaches reports whether to call it normal keeps the watch from telling such a thing again: what
// harms files is told whoever does it.
func teaches(c cases.Case) bool {
	switch c.Rule {
	case rules.Bulk, rules.Hours:
		return true
	case rules.Decoy:
		return c.Why == rules.Opened
	case rules.Stranger:
		return c.Why == rules.Newcomer || c.Why == rules.Refused
	case rules.Unreadable, rules.Mass, rules.Blind:
	}
	return false
}

// What the story of an alert tells of the time around it.
const (
	aroundAlert = 30 * time.Minute
	mostDeeds   = 40
)

// errDeedsEnd ends a walk over the record.
var errDeedsEnd = errors.New("enough")

// storyMoment is a point of a story, with when it was.
type storyMoment struct {
	at   time.Time
	what string
}

// storyOf tells an alert from its beginning: what was done in its folder then, and what became of it.
func (sh *shell) storyOf(ctx context.Context, d *responder, t teller, c cases.Case, incident int64) (out []web.Moment, err error) {
	w := sh.words
	list := []storyMoment{{c.Opened, w.T("web.watch.began", t.title(c))}}
	if c.Rule != rules.Blind && c.Rule != cases.Reported {
		deeds, err := sh.deedsOf(ctx, d.st, t, c)
		if err != nil {
			return nil, err
		}
		list = append(list, deeds...)
	}
	if c.Last.Sub(c.Opened) >= time.Second {
		list = append(list, storyMoment{c.Last, w.T("web.watch.last")})
	}
	if !c.Closed.IsZero() && c.Rule != cases.Reported {
		list = append(list, storyMoment{c.Closed, w.T("web.watch.closed")})
	}
	if incident != 0 {
		r, err := d.in.Run(ctx, incident)
		if err != nil {
			return nil, d.refused(err, incident)
		}
		list = append(list, storyMoment{r.Opened, w.T("web.watch.is-incident", w.Int(incident))})
	}
	if !c.Acked.IsZero() {
		list = append(list, storyMoment{c.Acked, sh.alertInList(t, c).Looked})
	}
	slices.SortStableFunc(list, func(a, b storyMoment) int { return a.at.Compare(b.at) })
	for _, m := range list {
		out = append(out, web.Moment{At: w.Date(m.at.Local()) + " " + m.at.Local().Format(time.TimeOnly), What: m.what})
	}
	return out, nil
}

// deedsOf is what the record has of an alert's folder at that time.
func (sh *shell) deedsOf(ctx context.Context, st state, t teller, c cases.Case) (list []storyMoment, err error) {
	w, left := sh.words, 0
	until := c.Last.Add(aroundAlert)
	err = st.Activity(ctx, c.Opened.Add(-aroundAlert), func(a lookout.Activity) error {
		switch {
		case a.At.After(until):
			return errDeedsEnd
		case a.Folder != c.Folder || c.Who.User != "" && a.User != "" && a.User != c.Who.User:
			return nil
		case len(list) >= mostDeeds:
			left++
			return nil
		}
		key := "web.watch.did." + a.Verb
		if !w.Has(key + ".one") {
			key = "web.watch.did.other"
		}
		what := upper(w.N(key, int64(a.Files), t.who(rules.Who{User: a.User, Program: a.Program})))
		if names := namesOf(a.Paths); names != "" {
			what += " " + names
		}
		list = append(list, storyMoment{a.At, what})
		return nil
	})
	if errors.Is(err, errDeedsEnd) {
		err = nil
	}
	if left > 0 {
		list = append(list, storyMoment{list[len(list)-1].at, w.N("web.watch.deeds-more", int64(left))})
	}
	return list, err
}

// namesOf names the first few files.
func namesOf(paths []string) string {
	names := make([]string, 0, len(paths))
	for _, p := range paths {
		names = append(names, printable(filepath.Base(p)))
	}
	if len(names) == 0 {
		return ""
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// watchedRead is how the record calls reading.
var watchedRead = watch.Read.String()

// SettleAlert implements [web.Watcher].
func (o *office) SettleAlert(ctx context.Context, id int64, s web.Settled) error {
	sh := o.sh
	o.settling.Lock()
	defer o.settling.Unlock()
	d, err := sh.responder(ctx, runOptions{})
	if err != nil {
		return err
	}
	defer d.close()
	c, err := sh.findCase(ctx, d.st, id)
	switch {
	case err != nil:
		return err
	case !c.Acked.IsZero():
		return web.ErrLooked
	case s.State != caseState(c):
		return web.ErrWorse
	}
	if s.Normal {
		habit, there, err := sh.habitOf(ctx, d, c)
		if err == nil && there {
			err = sh.answer(ctx, d.st, habit, rules.Normal)
		}
		if err != nil {
			return err
		}
	}
	return d.st.AckCase(ctx, id, sh.person(), plain(s.Note))
}

// OpenIncident implements [web.Watcher].
func (o *office) OpenIncident(ctx context.Context, id int64) (int64, error) {
	o.settling.Lock()
	defer o.settling.Unlock()
	d, err := o.sh.responder(ctx, runOptions{})
	if err != nil {
		return 0, err
	}
	defer d.close()
	so := startOptions{alert: id}
	plan, err := d.planOfAlert(ctx, &so, "")
	if err != nil {
		return 0, err
	}
	known, err := d.knownFacts(ctx, so)
	if err != nil {
		return 0, err
	}
	n, _, err := d.begin(ctx, so, plan, known)
	return n, err
}
