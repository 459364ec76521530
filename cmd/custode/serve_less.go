package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/undo"
	"custode/internal/fault"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/trim"
)

// lessening is a run of purge or coarsen that the page asks for.
type lessening struct {
	*tidying

	want  web.LessWish
	paths []string
	ids   map[string]string // of the files, by path
	lost  int64             // files that nobody knows any more
}

// lessen gets ready what was asked for, and plans it. Whoever gets it closes its store.
func (o *office) lessen(ctx context.Context, want web.LessWish, do bool) (l *lessening, err error) {
	opt := tidyOptions{days: undoDays, dryRun: !do, yes: true, order: want.Order}
	how, err := opt.trimming(o.sh.now())
	if err != nil {
		return nil, err
	}
	s := &tidying{sh: o.sh, o: opt, how: how, what: undo.Purge, named: map[string]bool{}}
	l = &lessening{tidying: s, want: want, ids: map[string]string{}}
	switch want.Do {
	case "year":
		s.what, s.how.To = undo.Coarsen, trim.Year
	case "old":
		s.how.Before = monthsBefore(how.Today, want.Months)
	}
	if s.set, s.st, err = o.sh.enter(ctx); err != nil {
		return nil, err
	}
	if err = l.look(ctx); err != nil {
		_ = s.st.Close() // every write was committed
		return nil, err
	}
	return l, nil
}

// look finds the files, and plans what becomes of each.
func (l *lessening) look(ctx context.Context) error {
	if err := l.begin(); err != nil {
		return err
	}
	held, err := job.Found(ctx, l.st, l.set.Folders)
	if err != nil {
		return err
	}
	for _, f := range held.Found {
		id := nameOf(f.Path)
		if !slices.Contains(l.want.Files, id) {
			continue
		}
		if !l.named[f.Path] {
			l.paths, l.named[f.Path], l.ids[f.Path] = append(l.paths, f.Path), true, id
		}
		if datamap.Of(f.Kind).ID == "birth" && l.want.Do == "year" && l.want.Columns[id] == "" && f.Column != "" {
			l.want.Columns[id] = f.Column
		}
	}
	wanted := slices.Clone(l.want.Files)
	slices.Sort(wanted)
	l.lost = int64(len(slices.Compact(wanted)) - len(l.paths))
	if !l.o.dryRun {
		if err := l.clean(l.paths); err != nil {
			return err
		}
	}
	l.plan = l.planOne
	for _, path := range l.paths {
		if err := l.tidying.look(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// planOne plans what becomes of a file: of one that is too old, the rows that are, or where they tell no age all of it.
func (l *lessening) planOne(ctx context.Context, path string) (*job.TidyPlan, error) {
	if l.want.Do == "gone" {
		return l.tidy.PlanGone(ctx, path, l.o.dryRun)
	}
	how := l.how
	how.Column = l.want.Columns[l.ids[path]]
	p, err := l.tidy.Plan(ctx, path, how, false)
	if l.want.Do != "old" {
		return p, err
	}
	for _, only := range []error{job.ErrNoTable, job.ErrRowsSealed, trim.ErrNoDates, trim.ErrBirth} {
		if errors.Is(err, only) {
			return l.tidy.Plan(ctx, path, how, true)
		}
	}
	return p, err
}

// name tells one plan from another.
func (l *lessening) name() string {
	var all strings.Builder
	for _, p := range l.plans {
		all.WriteString(p.Mark() + "\n")
	}
	return markOf([]byte(all.String()))
}

// file is the name of a file, as the page shows it.
func (l *lessening) file(path string) string {
	return inSentence(shown(path, commonFolder(l.set.Folders)))
}

// PlanLess implements [web.Lessener].
func (o *office) PlanLess(ctx context.Context, want web.LessWish) (plan web.LessPlan, err error) {
	l, err := o.lessen(ctx, want, false)
	if err != nil {
		return plan, err
	}
	defer l.st.Close() // only read
	w := o.sh.words
	r, err := o.sh.ringIfAny()
	if err != nil {
		return plan, err
	}
	plan.Name, plan.Count, plan.Keys = l.name(), int64(len(l.plans)), r == nil
	plan.Until = w.T("tidy.copy", w.Date(o.sh.now().AddDate(0, 0, undoDays)))
	if want.Do != "gone" {
		head, err := said(func(p *page) error { l.heading(p); return p.fail })
		if err != nil {
			return plan, err
		}
		plan.Head = strings.Join(head, " ")
	}
	for _, p := range l.plans {
		f := web.LessFile{Name: l.file(p.Path)}
		if f.Lines, err = said(func(pg *page) error { l.counted(pg, p); return pg.fail }); err != nil {
			return plan, err
		}
		plan.Files = append(plan.Files, f)
	}
	l.stays(&plan)
	return plan, nil
}

// stays says what stays as it is, and asks what would have to be known.
func (l *lessening) stays(plan *web.LessPlan) {
	w := l.sh.words
	for _, p := range l.fine {
		plan.Stays = append(plan.Stays, l.file(p.Path)+": "+w.T("tidy.nothing."+l.what))
	}
	for _, st := range l.stay {
		name, asked := l.file(st.path), false
		if several, is := errors.AsType[*trim.ChooseError](st.err); is {
			ask := web.LessColumn{ID: l.ids[st.path], Name: name}
			for _, c := range several.Columns {
				ask.Columns = append(ask.Columns, web.Choice{ID: c, Name: printable(c)})
			}
			plan.Asks, asked = append(plan.Asks, ask), true
		}
		if errors.Is(st.err, trim.ErrOrder) || errors.Is(st.err, trim.ErrMixed) {
			plan.Order, asked = true, true
		}
		if !asked || errors.Is(st.err, trim.ErrMixed) {
			plan.Stays = append(plan.Stays, name+": "+l.sh.tidyWhy(st.err, st.path))
		}
	}
	if l.lost > 0 {
		plan.Stays = append(plan.Stays, w.N("web.less.missing", l.lost))
	}
}

// Less implements [web.Lessener].
func (o *office) Less(ctx context.Context, want web.LessWish, tell func(web.Progress)) (out web.Outcome, err error) {
	l, err := o.lessen(ctx, want, true)
	if err != nil {
		return out, busyHere(err)
	}
	defer l.st.Close()         // every write was committed
	if l.name() != want.Seen { // another tab was quicker
		return out, fault.New(fault.CannotMake, "fault.web.changed")
	}
	w, all := o.sh.words, int64(len(l.plans))
	l.tell = func(n int) {
		tell(web.Progress{Done: int64(n), Total: all, Note: w.T("web.data.sealing.at", w.Int(int64(n)), w.Int(all))})
	}
	failed := l.apply(ctx)
	if failed != nil && len(l.done) == 0 {
		return out, busyHere(failed)
	}
	out = web.Outcome{Next: "/data/unneeded"}
	if failed == nil { // else what went wrong is told above what was done until then
		out.Title = w.T("web.less.done")
	}
	if len(l.done) == 0 {
		out.Title = w.T("tidy.kept")
	}
	for i := range l.done {
		lines, err := said(func(p *page) error { l.did(p, l.plans[i]); return p.fail })
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, inSentence(strings.Join(lines, " ")))
	}
	if len(l.stay) > 0 {
		part := web.Part{Say: w.N("tidy.stay", int64(len(l.stay)))}
		part.List, part.More = firstFew(o.sh, l.stay, firstListed, func(st stayDoc) string { return l.file(st.path) + ": " + o.sh.tidyWhy(st.err, st.path) })
		out.Parts = append(out.Parts, part)
	}
	if len(l.done) > 0 {
		out.Lines = append(out.Lines, w.T("web.less.until", w.Date(keptDay(l.done[0].Until, o.sh.now()))), w.T("tidy.honest"))
	}
	return out, failed
}

// Undos implements [web.Lessener].
func (o *office) Undos(ctx context.Context, skip, most int64) (out []web.UndoLine, all int64, err error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer st.Close() // only read
	list, err := st.Undos(ctx)
	if err != nil {
		return nil, 0, err
	}
	slices.Reverse(list)
	all = int64(len(list))
	for _, k := range list[min(skip, all):min(skip+most, all)] {
		out = append(out, web.UndoLine{ID: k.ID, Name: inSentence(shown(k.Path, commonFolder(set.Folders))), Line: capital(o.sh.undoLine(k)) + ".", There: o.sh.hasCopy(k)})
	}
	return out, all, nil
}

// TakeBack implements [web.Lessener].
func (o *office) TakeBack(ctx context.Context, id int64) (out web.Outcome, err error) {
	k, back, err := o.sh.bringBack(ctx, id, o.identitiesAtHand)
	if err != nil {
		return out, busyHere(err)
	}
	out = web.Outcome{Title: o.sh.words.T("web.less.back.done"), Next: "/data/undo"}
	if back.Beside || back.Already {
		out.Title = o.sh.words.T("web.less.back.not")
	}
	out.Lines, err = said(func(p *page) error { o.sh.cameBack(p, k, back); return p.fail })
	return out, err
}

// toDo says what to do about a problem, where the page has buttons for it.
func (sh *shell) toDo(one problem, say string) string {
	if key := "web." + one.doKey(); sh.words.Has(key) {
		return sh.words.T(key)
	}
	return cmp.Or(unticked(inSentence(say)), say)
}
