package main

import (
	"context"
	"sync"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook/daily"
)

// Verify implements [web.Vaulter].
func (o *office) Verify(ctx context.Context, withKeys bool, tell func(web.Progress)) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	if !o.verifying.CompareAndSwap(false, true) {
		return out, fault.New(fault.Busy, "fault.serve.verifying")
	}
	defer o.verifying.Store(false)
	set, st, err := sh.enter(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	opt, err := sh.verifyHow(set)
	if err != nil {
		return out, err
	}
	if withKeys {
		u, err := o.unlockedHere(ctx)
		if err != nil {
			return out, err
		}
		defer u.Wipe()
		opt.With = u.Identities()
	}
	totals, err := st.SealedTotals(ctx)
	if err != nil {
		return out, err
	}
	var one sync.Mutex // several look at files, and what is told only grows
	var read int64
	opt.Bytes = func(n int64) {
		one.Lock()
		defer one.Unlock()
		read += n
		done := min(read, totals.Bytes)
		tell(web.Progress{Done: done, Total: totals.Bytes, Note: w.T("web.vault.read", w.Bytes(done), w.Bytes(totals.Bytes))})
	}
	start := sh.now()
	v, err := job.Verify(ctx, st, opt)
	if err != nil {
		return out, err
	}
	out = web.Outcome{Title: w.T("web.vault.verified"), Next: "/vault"}
	if len(v.Failed) > 0 {
		out.Title = w.N("web.vault.failed", int64(len(v.Failed)))
	}
	for _, l := range sh.verifySaid(v, opt.WithKey(), sh.now().Sub(start)) {
		out.Lines = append(out.Lines, sh.signed(l))
	}
	for _, t := range sh.verifyTroubles(v.Failed) {
		out.Lines = append(out.Lines, "! "+t.what+" "+unticked(t.do))
		for _, f := range t.files {
			out.Lines = append(out.Lines, shown(f, commonFolder(set.Folders)))
		}
		if t.more != "" {
			out.Lines = append(out.Lines, t.more)
		}
	}
	return out, nil
}

// signed is a sentence with its sign in front.
func (sh *shell) signed(l saidLine) string {
	switch l.status {
	case daily.OK:
		return "✓ " + l.text
	case daily.Attention:
		return "! " + l.text
	case daily.Act, daily.Unknown:
	}
	return l.text
}
