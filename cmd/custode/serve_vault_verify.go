package main

import (
	"context"
	"sync"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/verify"
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
	if n := int64(len(v.Failed)); n > 0 {
		out.Title = w.N(verifyTitle(v), n)
	}
	for _, l := range sh.verifySaid(v, opt.WithKey(), sh.now().Sub(start)) {
		out.Lines = append(out.Lines, sh.signed(l))
	}
	if n := unknownTo(v, opt.WithKey()); n > 0 {
		out.Lines = append(out.Lines, "! "+w.N("web.verify.unknown", n))
	}
	for _, t := range sh.verifyTroubles(v.Failed) {
		if own := "web.verify." + string(t.trouble) + ".do"; w.Has(own) { // what to do on the page, where a terminal has a command
			t.do = w.T(own)
		}
		part := web.Part{Say: "! " + t.what + " " + t.do, More: t.more}
		for _, f := range t.files {
			part.List = append(part.List, inSentence(shown(f, commonFolder(set.Folders))))
		}
		out.Parts = append(out.Parts, part)
	}
	return out, nil
}

// verifyTitle says what is the matter: where all that failed is gone, or is none of ours, nothing was damaged.
func verifyTitle(v job.Verification) string {
	all := func(t verify.Trouble) bool {
		for _, f := range v.Failed {
			if f.Trouble != t {
				return false
			}
		}
		return true
	}
	switch {
	case all(verify.NoKey):
		return "web.vault.no-key"
	case all(verify.Missing):
		return "web.vault.missing"
	}
	return "web.vault.failed"
}

// Forget implements [web.Vaulter].
func (o *office) Forget(ctx context.Context, path string) error {
	st, err := o.sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	_, there, err := st.SealedFile(ctx, path)
	switch {
	case err != nil || !there: // it was taken off before
		return err
	case !deleted(path):
		return fault.On(fault.CannotMake, "fault.serve.there", printable(path), nil)
	}
	return st.Reopened(ctx, "files.missing", []string{path})
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
