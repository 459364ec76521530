package main

import (
	"context"
	"errors"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/playbook/daily"
)

// decoysStand says how it stands with the decoys, as the check does.
func (sh *shell) decoysStand(ctx context.Context, st state, set settings) (v web.Decoys, err error) {
	facts, err := job.Decoys(ctx, st, set.Folders)
	if err != nil {
		return v, err
	}
	it := daily.Canaries(facts)
	v = web.Decoys{Status: string(it.Status), Title: sh.itemTitle(it) + ".", Laid: facts.Placed > 0}
	plain, base := sh.page(nil, false), commonFolder(set.Folders)
	for _, f := range it.Paths {
		v.Missing = append(v.Missing, sh.fileWords(plain, f, base))
	}
	return v, nil
}

// LayDecoys implements [web.Decoyer].
func (o *office) LayDecoys(ctx context.Context, _ func(web.Progress)) (web.Outcome, error) {
	return o.decoys(ctx, "place")
}

// RemoveDecoys implements [web.Decoyer].
func (o *office) RemoveDecoys(ctx context.Context, _ func(web.Progress)) (web.Outcome, error) {
	return o.decoys(ctx, "remove")
}

// decoys does what the command of that name does, and tells it as the command does.
func (o *office) decoys(ctx context.Context, action string) (out web.Outcome, err error) {
	sh := o.sh
	set, err := sh.settings()
	if err != nil {
		return out, err
	}
	d := &decoying{sh: sh, o: decoysOptions{action: action}, tell: "web.watch.decoys.tell", unnamed: true}
	if err := d.ready(ctx, set); err != nil {
		return out, err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	if err := d.do(ctx, st); err != nil {
		return out, busyHere(err)
	}
	out = web.Outcome{Title: sh.words.T("web.watch.decoys.done." + action), Next: "/watch#decoys"}
	out.Lines, err = said(d.page)
	if placed := d.paths(job.DecoyPlaced); len(placed) > 0 {
		part, base := web.Part{Fold: sh.words.T("web.watch.decoys.where")}, commonFolder(set.Folders)
		part.List, part.More = firstFew(sh, placed, mostDecoysNamed, func(path string) string { return shown(path, base) })
		out.Parts = append(out.Parts, part)
	}
	return out, errors.Join(err, ctx.Err())
}

// mostDecoysNamed is how many decoys are named to who has just laid them.
const mostDecoysNamed = 50
