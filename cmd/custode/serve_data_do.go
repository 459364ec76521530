package main

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/cold"
	"custode/encrypt/remains"
	"custode/encrypt/replace"
	"custode/internal/fault"
)

// LookAgain implements [web.Holder].
func (o *office) LookAgain(ctx context.Context, tell func(web.Progress)) (web.Outcome, error) {
	return o.look(ctx, tell, web.Outcome{Title: o.sh.words.T("web.data.looked"), Next: "/data"})
}

// look scans all data folders, and tells in out what came of it.
func (o *office) look(ctx context.Context, tell func(web.Progress), out web.Outcome) (web.Outcome, error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return web.Outcome{}, err
	}
	defer st.Close() // every write was committed
	opt, err := sh.scanJob(set, scanOptions{}, false)
	if err != nil {
		return web.Outcome{}, err
	}
	tell(web.Progress{Note: sh.words.T("web.data.counting")})
	all := max(countAhead(ctx, opt), 0) // where they cannot be counted the scan says what is wrong
	at := ""
	opt.At = func(path string) { at = inSentence(shown(filepath.Dir(path), commonFolder(opt.Roots))) }
	opt.Progress = func(files, _ int64, _ bool) {
		tell(web.Progress{Done: files, Total: all, Note: sh.words.T("web.data.looking.at", sh.words.Int(files), sh.words.Int(max(all, files)), at)})
	}
	r, err := sh.runScan(ctx, st, opt)
	if err != nil {
		return web.Outcome{}, busyHere(err)
	}
	defer r.Close() // of it, only the sums are shown
	out.Lines = []string{sh.looked(r)}
	if missed := sh.missed(r); missed != "" {
		out.Lines = append(out.Lines, missed)
	}
	switch t := r.Totals; {
	case t.WithFindings > 0:
		out.Lines = append(out.Lines, sh.found(t))
	case r.Whole():
		out.Lines = append(out.Lines, sh.words.T("scan.clean"))
	case t.Complete():
		out.Lines = append(out.Lines, sh.words.T("scan.clean-but"))
	default:
		out.Lines = append(out.Lines, sh.words.T("scan.nothing-but"))
	}
	return out, nil
}

// firstFew words the first of a list, and says how many more there are; "": none.
func firstFew[T any](sh *shell, list []T, most int, word func(T) string) (out []string, more string) {
	for i, one := range list {
		if i == most {
			return out, sh.words.N("privacy.find.more", int64(len(list)-i))
		}
		out = append(out, word(one))
	}
	return out, ""
}

// busyHere says in the words of a page that another one is at it.
func busyHere(err error) error {
	if isFault(err, "fault.busy") {
		return fault.New(fault.Busy, "fault.web.busy")
	}
	return err
}

// picked is what was chosen on the page, as it is now.
type picked struct {
	paths   []string // that are to be sealed; nil: what can be sealed without asking
	stays   map[cold.Group]int64
	missing int64 // not in the list any more
}

// pick looks up what was chosen.
func (sh *shell) pick(inv *job.Inventory, want web.SealWish) picked {
	p := picked{stays: map[cold.Group]int64{}}
	if want.All == "safe" {
		return p
	}
	p.paths = []string{}
	take := func(it *job.Item) {
		switch {
		case it.Held != job.HeldOpen:
			p.missing++
		case sealable(it):
			p.paths = append(p.paths, it.Path)
		default:
			p.stays[it.Group]++
		}
	}
	if want.All == "listed" {
		for it := range sh.through(inv, want.DataFilter) {
			take(it)
		}
		return p
	}
	ids := map[string]*job.Item{}
	for i := range inv.Items {
		ids[nameOf(inv.Items[i].Path)] = &inv.Items[i]
	}
	files := slices.Clone(want.Files)
	slices.Sort(files)
	for _, id := range slices.Compact(files) {
		if it := ids[id]; it != nil {
			take(it)
		} else {
			p.missing++
		}
	}
	return p
}

// sealingOf plans the sealing of what was chosen, as the command does.
func (o *office) sealingOf(ctx context.Context, want web.SealWish) (s *sealing, p picked, err error) {
	s, err = o.sealingChosen(ctx, func(ctx context.Context, s *sealing) ([]string, error) {
		inv, err := o.inventory(ctx, s.st, s.set)
		if err == nil {
			p = o.sh.pick(inv, want)
		}
		return p.paths, err
	})
	return s, p, err
}

// sealingChosen plans the sealing of files that choose gives; nil: what can be sealed without asking. Who gets the
// plan closes its state.
func (o *office) sealingChosen(ctx context.Context, choose func(context.Context, *sealing) ([]string, error)) (*sealing, error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	s := &sealing{sh: o.sh, set: set, st: st, o: encryptOptions{dryRun: true}}
	if s.chose, err = choose(ctx, s); err == nil {
		err = s.plan(ctx)
	}
	if err == nil {
		s.ring, err = o.sh.ringIfAny()
	}
	if err != nil {
		_ = st.Close() // every write was committed
		return nil, err
	}
	return s, nil
}

// PlanSealing implements [web.Holder].
func (o *office) PlanSealing(ctx context.Context, want web.SealWish) (plan web.SealPlan, err error) {
	s, p, err := o.sealingOf(ctx, want)
	if err != nil {
		return plan, err
	}
	defer s.st.Close() // every write was committed
	w, sum := o.sh.words, s.toSeal()
	plan.Name, plan.Count = s.planName(), sum.files
	if s.ring == nil {
		plan.Keys = w.T("web.data.no-keys")
	}
	if plan.Count > 0 {
		how := []string{w.T("web.data.seal.how"), w.T("web.data.seal.open"), w.T("web.data.seal.honest")}
		if s.o.keepBecause(s.ring) == keepUnproven { // nothing is removed
			how = []string{w.T("web.data.seal.kept"), w.T("web.data.seal.open")}
		}
		plan.Does = append([]string{w.N("encrypt.would", sum.files, w.Bytes(sum.bytes))}, how...)
	}
	base := commonFolder(s.set.Folders)
	for i, f := range s.result.files {
		if i == firstListed {
			plan.More = w.N("privacy.find.more", plan.Count-firstListed)
			break
		}
		plan.Files = append(plan.Files, inSentence(shown(f.Path, base)))
	}
	for _, g := range cold.Groups() {
		n := p.stays[g]
		if want.All == "safe" && g != cold.Cold && s.groups[g] != nil {
			n = s.groups[g].files
		}
		if n > 0 {
			why := "encrypt.group." + string(g)
			if own := "web.data.seal." + string(g); w.Has(own) { // where a terminal names files, the page has boxes to tick
				why = own
			}
			plan.Stays = append(plan.Stays, w.N("encrypt.files", n)+": "+w.T(why))
		}
	}
	if n := p.missing + int64(s.unseen); n > 0 {
		plan.Stays = append(plan.Stays, w.N("web.data.seal.missing", n))
	}
	return plan, nil
}

// planName tells one plan from another: by how much it is, by its files, so many as are listed, and by whether they
// stay readable.
func (s *sealing) planName() string {
	var all bytes.Buffer
	all.WriteString(strconv.FormatInt(s.toSeal().files, 10))
	all.WriteString("\x00" + string(s.o.keepBecause(s.ring)))
	for _, f := range s.result.files {
		all.WriteString("\x00" + f.Path)
	}
	return markOf(all.Bytes())
}

// Seal implements [web.Holder].
func (o *office) Seal(ctx context.Context, want web.SealWish, tell func(web.Progress)) (out web.Outcome, err error) {
	s, _, err := o.sealingOf(ctx, want)
	if err != nil {
		return out, err
	}
	defer s.st.Close() // every write was committed
	if s.ring, err = o.sh.ring(); err != nil {
		return out, err
	}
	if s.planName() != want.Seen { // another tab was quicker
		return out, fault.New(fault.CannotMake, "fault.web.changed")
	}
	s.keep = encryptOptions{}.keepBecause(s.ring)
	return o.sealNow(ctx, s, "", tell)
}

// sealNow seals what was planned; finishes is the work that was broken off, "": none.
func (o *office) sealNow(ctx context.Context, s *sealing, finishes string, tell func(web.Progress)) (out web.Outcome, err error) {
	s.o.dryRun, s.result = false, sealResult{}
	note := begun{Does: doesSeal, Kept: s.keep != "", Since: o.sh.now()}
	err = s.choose(ctx, func(c job.Choice) error {
		if s.seals(c) {
			note.Files = append(note.Files, c.Path)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	end, err := o.begins(note, finishes)
	if err != nil {
		return out, err
	}
	defer func() { end(err) }()
	var mu sync.Mutex
	var files, size int64
	sum := s.toSeal()
	s.tell = func(n int, more int64) {
		mu.Lock()
		defer mu.Unlock()
		files, size = files+int64(n), size+more
		tell(web.Progress{Done: size, Total: sum.bytes, Note: o.sh.words.T("web.data.sealing.at", o.sh.words.Int(files), o.sh.words.Int(sum.files))})
	}
	if err = s.seal(ctx); err != nil && s.result.totals.Files == 0 {
		return out, busyHere(err)
	}
	out = s.outcome()
	if err != nil { // in the middle: what was done until then is told beside what went wrong
		out.Title = ""
	}
	return out, err
}

// outcome says in words what became of the files.
func (s *sealing) outcome() web.Outcome {
	w, r := s.sh.words, &s.result
	out := web.Outcome{Title: w.T("web.data.seal.done"), Next: "/data"}
	base := commonFolder(s.set.Folders)
	list := func(say string, files []outcomeDoc, why bool) {
		part := web.Part{Say: say}
		part.List, part.More = firstFew(s.sh, files, firstListed, func(f outcomeDoc) string {
			line := inSentence(shown(f.Path, base))
			if why && f.Reason != "" {
				line += ": " + s.sh.why(f)
			}
			return line
		})
		out.Parts = append(out.Parts, part)
	}
	if n := r.totals.Sealed; n > 0 {
		list(w.N("encrypt.sealed", int64(n), w.Duration(r.took)), r.sealed, false)
	}
	var kept, stay []outcomeDoc
	for _, f := range append(slices.Clone(r.files), s.left...) {
		if f.Outcome == "kept" && f.Reason == string(replace.Asked) {
			kept = append(kept, f)
		} else if !s.gone || !f.drive {
			stay = append(stay, f)
		}
	}
	if len(kept) > 0 {
		list(w.N("encrypt.kept."+string(s.keep), int64(len(kept)))+" "+w.T("web.data.seal.kept.next"), kept, false)
	}
	if len(stay) > 0 {
		list(w.N("encrypt.readable", int64(len(stay))), stay, true)
	}
	switch {
	case len(kept) > 0:
		out.Title = w.T("web.data.seal.still")
	case r.totals.Sealed == 0:
		out.Title = w.T("web.data.seal.none")
	}
	if s.shared != "" {
		out.Lines = append(out.Lines, w.T("encrypt.shared", printable(s.shared)))
	}
	s.remainWords(&out)
	if r.totals.Sealed > 0 {
		out.Parts = append(out.Parts, web.Part{Say: w.T("web.data.seal.next"), To: "/vault", Do: w.T("web.data.seal.vault")})
	}
	return out
}

// remainWords says which readable copies of what was sealed there still are.
func (s *sealing) remainWords(out *web.Outcome) {
	w, found := s.sh.words, s.remain
	if n := len(found.Copies); n > 0 {
		part := web.Part{Say: w.N("encrypt.remains", int64(n))}
		if found.More {
			part.Say = w.T("encrypt.remains.many", w.Int(int64(n)))
		}
		part.List, part.More = firstFew(s.sh, found.Copies, firstListed, func(c remains.Copy) string {
			return w.T("encrypt.remains."+string(c.Kind)) + ": " + printable(c.Path)
		})
		out.Parts = append(out.Parts, part)
	}
	for _, k := range found.Hidden {
		out.Lines = append(out.Lines, w.T("encrypt.remains."+string(k)))
	}
}
