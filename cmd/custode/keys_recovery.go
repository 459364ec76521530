package main

import (
	"context"
	"slices"
	"strings"

	"custode/encrypt/ring"
	"custode/internal/fault"
)

// keysAddRecovery adds a recovery key besides the sheet's, and rewrites the headers of
// all sealed files for it.
func (sh *shell) keysAddRecovery(ctx context.Context, o keysAddOptions) error {
	if o.recipient == "" {
		return fault.New(fault.Usage, "fault.keys.recovery-key")
	}
	k, err := sh.rekey(ctx, []string{"custode", "keys", "rotate", "--finish"}, nil, false)
	if err != nil {
		return err
	}
	defer k.close()
	u, err := k.change(ctx, k.byCommand(ctx, o.keys), func(u ring.Unlocked) (ring.Unlocked, error) { return u, k.addRecovery(ctx, u, o) })
	if err != nil {
		return err
	}
	defer u.Wipe()
	if err := k.allOrSay(ctx, u); err != nil {
		return err
	}
	if o.json {
		d, done := keysDocument(k.ring), k.document()
		d.Resealed = &done
		return k.ended(sh.json(d))
	}
	p, w, t := sh.page(sh.out, sh.outTerm), sh.words, k.result.totals
	extra := k.ring.Extra()
	name := printable(extra[len(extra)-1].Name)
	done := w.T("keys.recovery.none", name)
	if n := int64(t.Done + t.Already); n > 0 {
		done = w.N("keys.recovery.added", n, name)
	}
	p.wrap("", p.green(done))
	p.wrap("", p.amber(w.T("keys.recovery.alone"))+" "+w.T("keys.recovery.ends"))
	k.listLeft(p, "keys.recovery.again")
	return k.ended(p.fail)
}

// addRecovery changes the ring, unless a run that was broken off has done it.
func (k *rekeying) addRecovery(ctx context.Context, u ring.Unlocked, o keysAddOptions) error {
	there := slices.ContainsFunc(k.ring.Extra(), func(e ring.Extra) bool {
		return strings.EqualFold(e.Name, strings.TrimSpace(o.name)) && e.Recipient == strings.TrimSpace(o.recipient)
	})
	if there && (k.before.Any || k.before.Left) {
		return nil
	}
	if err := k.ring.AddRecovery(u, o.name, o.recipient, k.sh.now()); err != nil {
		return err
	}
	extra := k.ring.Extra()
	e := extra[len(extra)-1]
	_, err := k.st.Record(context.WithoutCancel(ctx), "keys.recovery-added", map[string]any{"name": e.Name, "fingerprint": e.Fingerprint})
	return unrecorded(err)
}

// extraNamed finds a further recovery key by the name of its holder.
func extraNamed(r *ring.Ring, name string) (ring.Extra, bool) {
	for _, e := range r.Extra() {
		if strings.EqualFold(e.Name, strings.TrimSpace(name)) {
			return e, true
		}
	}
	return ring.Extra{}, false
}
