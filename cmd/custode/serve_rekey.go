package main

import (
	"context"
	"strings"
	"sync"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
)

// keyChange is what the page asks of the change of a command.
type keyChange interface {
	question() string
	unlock(ctx context.Context, how unlocking) (ring.Unlocked, error)
	said() []saidLine
}

// changeOf prepares a change as its command does. One that only looks takes no lock, and counts the files that
// custode knows of: it is the answer to a click, and to go through all folders may take minutes.
func (o *office) changeOf(ctx context.Context, what web.Change, looks bool) (*rekeying, keyChange, error) {
	prepare := o.sh.rekey
	if looks {
		prepare = o.sh.rekeyUncounted
	}
	k, err := prepare(ctx, nil, nil, looks)
	switch {
	case err != nil:
		return nil, nil, busyHere(err)
	case what == web.NewSheet:
		return k, sheetChangeOf(k, sheetOptions{}), nil
	}
	return k, rotationOf(k, rotateOptions{finish: what == web.Finish}), nil
}

// LookRekey implements [web.Rekeyer].
func (o *office) LookRekey(ctx context.Context, what web.Change) (v web.Rekeying, err error) {
	w := o.sh.words
	k, c, err := o.changeOf(ctx, what, true)
	if err != nil {
		return v, err
	}
	defer k.close()
	known, err := k.st.SealedTotals(ctx)
	if err != nil {
		return v, err
	}
	k.files, k.bytes = known.Sealed, known.Bytes
	v = web.Rekeying{What: what, Title: w.T("web.rekey.title." + string(what)), Ask: w.N(c.question(), k.files, w.Bytes(k.bytes)), Seen: markOfKeys(k.ring)}
	v.Means = []string{w.T("web.rekey.means." + string(what))}
	if strings.HasSuffix(c.question(), ".resumed") {
		v.Means = []string{w.T("web.rekey.means." + string(web.Finish))}
	} else if what == web.NewKey && k.ring.Recovery().Exposed {
		v.Means = append(v.Means, w.T("web.rekey.means.both"))
	}
	v.Means = append(v.Means, w.T("web.rekey.long"))
	return v, nil
}

// Rekey implements [web.Rekeyer].
func (o *office) Rekey(ctx context.Context, what web.Change, seen string, tell func(web.Progress)) (out web.Outcome, err error) {
	w := o.sh.words
	open, reopen := o.files.shut()
	if open != "" {
		return out, fault.On(fault.Busy, "fault.serve.open", printable(open), nil)
	}
	defer reopen()
	k, c, err := o.changeOf(ctx, what, false)
	if err != nil {
		return out, err
	}
	defer k.close()
	if markOfKeys(k.ring) != seen { // another tab was quicker
		return out, fault.New(fault.CannotMake, "fault.serve.keys-changed")
	}
	locked := o.timesLocked()
	u, err := c.unlock(ctx, o.unlockHere(ctx))
	if err != nil {
		return out, busyHere(err)
	}
	defer u.Wipe()
	o.holdAfter(u, locked)
	var one sync.Mutex // several seal, and what is told only grows
	var done int64
	k.tell = func(more int64) {
		one.Lock()
		defer one.Unlock()
		done += more
		now := min(done, k.bytes)
		tell(web.Progress{Done: now, Total: k.bytes, Note: w.T("web.rekey.at", w.Bytes(now), w.Bytes(k.bytes))})
	}
	o.rekeying.Store(true)
	defer o.rekeying.Store(false)
	if err := k.all(ctx, u); err != nil {
		return out, err
	}
	return k.outcome(what, c), nil
}

func (o *office) timesLocked() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.locked
}

// holdAfter takes the new keys where the page held those of before, and was not locked meanwhile.
func (o *office) holdAfter(u ring.Unlocked, locked int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil || o.locked != locked {
		return
	}
	if id, err := keys.Parse(copyOf(u.Vault.Text())); err == nil {
		o.hold(&ring.Unlocked{Vault: id, Person: u.Person})
	}
}

// outcome says on the page what a change came to, and what is to be done next.
func (k *rekeying) outcome(what web.Change, c keyChange) web.Outcome {
	sh, w := k.sh, k.sh.words
	out := web.Outcome{Title: w.T("web.rekey.done." + string(what)), Next: "/vault/keys"}
	for _, l := range c.said() {
		out.Lines = append(out.Lines, sh.signed(l))
	}
	by, order := k.result.byReason()
	for _, why := range order {
		part := web.Part{Say: w.T("keys.rotate.why." + why)}
		part.List, part.More = firstFew(sh, by[why], firstListed, printable)
		out.Parts = append(out.Parts, part)
	}
	if k.result.troubles() > 0 {
		out.Title = w.T("web.rekey.not-all")
		out.Lines = append(out.Lines, "! "+w.T("web.rekey.again"))
	}
	if what != web.NewSheet {
		out.Lines = append(out.Lines, w.T("web.rekey.people"))
	}
	if k.ring.Recovery().ProvenAt.IsZero() {
		out.Lines, out.Next = append(out.Lines, "! "+w.T("web.rekey.sheet")), "/vault/sheet"
	}
	switch what {
	case web.NewKey:
		out.Lines = append(out.Lines, w.T("keys.rotate.before")+": "+w.T("keys.rotate.before.more"), w.T("keys.rotate.backups"))
	case web.NewSheet:
		out.Lines = append(out.Lines, w.T("keys.new-sheet.before")+": "+w.T("web.rekey.before"), w.T("web.rekey.stolen"))
	case web.Finish:
	}
	return out
}
