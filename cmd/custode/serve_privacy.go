package main

import (
	"cmp"
	"context"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/datamap/record"
	"custode/playbook/privacy/request"
)

// Privacy implements [web.Privateer].
func (o *office) Privacy(ctx context.Context) (web.Privacy, error) {
	sh, w := o.sh, o.sh.words
	m, set, err := sh.dataMap(ctx)
	if err != nil {
		return web.Privacy{}, err
	}
	p := web.Privacy{Title: w.T("privacy.map.title", printable(cmp.Or(m.Declaration.Controller.Name, set.Shop))), Declared: len(m.Declaration.Uses) > 0}
	if p.NoScan = m.Scanned.IsZero(); p.NoScan {
		p.Scanned = w.T("privacy.map.unscanned", "custode scan")
	} else {
		p.Scanned = w.T("privacy.map.scanned", w.DateTime(m.Scanned.Local()))
	}
	several := severalRoots(m)
	for _, h := range m.Holdings {
		name := h.Category.Name.In(w.Lang)
		if n := len(p.Held); n == 0 || p.Held[n-1].Name != name {
			p.Held = append(p.Held, web.HeldKind{Name: name})
		}
		l, kind := sh.mapLine(m, h, several), &p.Held[len(p.Held)-1]
		kind.Lines = append(kind.Lines, web.HeldLine{Folder: l.folder, People: l.people, Files: l.files, Sealed: l.sealed, Newest: l.newest, Why: l.why, Used: l.used})
	}
	for _, e := range m.Declaration.Elsewhere {
		c, _ := datamap.Find(e.Category)
		p.Elsewhere = append(p.Elsewhere, c.Name.In(w.Lang)+": "+printable(e.Where))
	}
	if p.Uses, err = sh.heldUses(m); err != nil {
		return p, err
	}
	p.Problems = sh.heldProblems(m, commonFolder(set.Folders))
	p.Fine = len(p.Problems) == 0 && p.Declared && len(m.Holdings) > 0
	if err := o.requests(ctx, &p); err != nil {
		return p, err
	}
	return p, o.papersOf(ctx, m.Declaration, &p)
}

// heldUses says what data are used for, and how long they are kept for it.
func (sh *shell) heldUses(m *datamap.Map) (out []web.HeldUse, err error) {
	for _, u := range m.Declaration.Uses {
		keep, err := record.Keep(u.Keep, sh.words.Lang)
		if err != nil {
			return nil, err
		}
		var kinds []string
		for _, id := range u.Categories {
			c, _ := datamap.Find(id)
			kinds = append(kinds, c.Name.In(sh.words.Lang))
		}
		out = append(out, web.HeldUse{Name: printable(u.Name.Either(sh.words.Lang)), What: strings.Join(kinds, ", "), Keep: keep})
	}
	return out, nil
}

// heldProblems says what is not needed, kept too long or sensitive, and what to do. The files are shown below base.
func (sh *shell) heldProblems(m *datamap.Map, base string) (out []web.HeldProblem) {
	for _, one := range sh.problems(m) {
		say, do := sh.problemWords(one)
		pr := web.HeldProblem{Say: say, Do: sh.toDo(one, do)}
		pr.Files, pr.More = firstFew(sh, one.files, mapFiles, func(f datamap.HeldFile) string { return inSentence(shown(f.Path, base)) })
		out = append(out, pr)
	}
	return out
}

// requests lists the requests with their clocks, without who made them.
func (o *office) requests(ctx context.Context, p *web.Privacy) error {
	sh, w := o.sh, o.sh.words
	d, err := sh.requester(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	all, err := job.AllRequests(ctx, d.st, d.set.Country, sh.now())
	if err != nil {
		return err
	}
	for _, r := range all {
		l := web.RequestLine{ID: r.ID, Number: w.Int(r.ID), What: capital(w.T("request.right." + string(r.Right))), Late: r.Late}
		if day, how, ended := r.End(); ended {
			l.Now = w.T("request.state."+string(how)) + ", " + d.day(day)
			p.Ended = append(p.Ended, l)
			continue
		}
		l.Left, l.Due, l.Now = capital(d.left(r)), w.T("request.until", w.Date(r.Deadline.Due)), w.T("request.state."+r.State())
		p.Open = append(p.Open, l)
	}
	for _, r := range request.Rights() {
		p.Rights = append(p.Rights, web.Choice{ID: string(r), Name: w.T("request.right." + string(r) + ".ask")})
	}
	for _, h := range request.Ways() {
		p.Ways = append(p.Ways, web.Choice{ID: string(h), Name: capital(w.T("request.how." + string(h)))})
	}
	p.Today, err = d.dayOf("")
	keys, keyErr := sh.ringIfAny()
	p.CanSeal = keys != nil && keyErr == nil
	return err
}
