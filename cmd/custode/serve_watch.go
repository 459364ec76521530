package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/playbook/daily"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// Watch implements [web.Watcher].
func (o *office) Watch(ctx context.Context, want web.WatchWish) (v web.Watch, err error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return v, err
	}
	defer st.Close() // nothing was written
	k, err := sh.watchStands(ctx, st)
	if err != nil {
		return v, err
	}
	plan, err := sh.watchPlan(ctx, st, set)
	if err != nil {
		return v, err
	}
	sh.standing(&v, k, plan)
	v.Run = o.watchRun(ctx, k.running)
	t := teller{sh.words, set.Shop}
	for _, folder := range slices.Sorted(maps.Keys(k.Coverage)) {
		v.Folders = append(v.Folders, sh.folderSeen(t, folder, k.Coverage[folder]))
	}
	list, all, unseen, err := st.CasePage(ctx, want.Skip, want.Most)
	if err != nil {
		return v, err
	}
	v.All, v.Unseen = all, unseen
	for _, c := range list {
		v.Alerts = append(v.Alerts, sh.alertInList(t, c))
	}
	if v.Decoys, err = sh.decoysStand(ctx, st, set); err != nil {
		return v, err
	}
	return v, sh.hours(ctx, st, &v, want.Week)
}

// standing says whether the watch runs, what it learns and what it missed.
func (sh *shell) standing(v *web.Watch, k watchStands, plan lookout.Plan) {
	w := sh.words
	add := func(s string) {
		if s != "" {
			v.Lines = append(v.Lines, unticked(strings.ReplaceAll(s, unbroken, " ")))
		}
	}
	v.Status = string(daily.Attention)
	switch {
	case k.running:
		v.Runs, v.Status = w.T("watch.on", w.DateTime(k.Started.Local())), string(daily.OK)
		if len(k.Missing) > 0 {
			v.Status = string(daily.Attention)
		}
		for _, m := range k.Missing {
			add(w.T("watch.missing", printable(m)))
		}
	case k.At.IsZero():
		v.Runs = w.T("watch.never")
	default:
		v.Runs = w.T("watch.off", w.DateTime(k.At.Local()))
	}
	if plan.Pause.After(sh.now()) {
		add(w.T("watch.paused", w.DateTime(plan.Pause.Local())))
	}
	add(sh.learns(plan))
	if n := int64(len(k.unsent)); n > 0 {
		v.Unsent = w.N("watch.unsent", n)
	}
	switch {
	case len(k.gaps) > 0:
		v.GapsHead = w.N("watch.gaps", int64(len(k.gaps)))
	case k.At.IsZero():
		v.GapsHead = w.T("watch.never")
	default:
		v.GapsHead = w.T("watch.no-gaps")
	}
	for _, g := range k.gaps[max(0, len(k.gaps)-maxGaps):] {
		gap, changed := sh.blindWords(g)
		v.Gaps = append(v.Gaps, strings.TrimSpace(gap+" "+changed))
	}
}

func (sh *shell) folderSeen(t teller, folder string, c lookout.Covered) web.WatchFolder {
	if c.Backend == "" {
		return web.WatchFolder{Path: printable(folder), Sees: sh.words.T("watch.why.gone")}
	}
	return web.WatchFolder{Path: printable(folder), Sees: t.covered(c), Why: t.lesser(c)}
}

// alertInList is an alert as one of many.
func (sh *shell) alertInList(t teller, c cases.Case) web.AlertLine {
	w := sh.words
	l := web.AlertLine{ID: c.ID, Title: t.title(c), At: w.DateTime(c.Opened.Local()), What: t.paragraph(c)}
	switch {
	case !c.Acked.IsZero():
		l.Status, l.Tag = string(daily.OK), w.T("web.watch.tag.looked")
		l.Looked = w.T("web.watch.looked-by", w.DateTime(c.Acked.Local()), printable(c.By))
		if c.Note != "" {
			l.Looked += ": " + sh.noteSaid(c.Note)
		}
	case c.Severity == rules.Critical:
		l.Status, l.Tag = string(daily.Act), w.T("web.watch.tag.critical")
	case c.Severity == rules.High:
		l.Status, l.Tag = string(daily.Attention), w.T("web.watch.tag.high")
	default:
		l.Status, l.Tag = string(daily.Unknown), w.T("web.watch.tag.note")
	}
	return l
}
