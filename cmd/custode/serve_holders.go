package main

import (
	"context"
	"errors"
	"fmt"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// Holders implements [web.KeyHolder].
func (o *office) Holders(ctx context.Context) (h web.Holders, err error) {
	sh, w := o.sh, o.sh.words
	r, err := sh.ring()
	if err != nil {
		return h, err
	}
	_, st, err := sh.enter(ctx)
	if err != nil {
		return h, err
	}
	defer st.Close() // nothing was written
	for _, p := range r.People() {
		h.People = append(h.People, web.WayIn{Name: printable(p.Name), Said: w.T("keys.list.person", w.T("keys.kind."+p.Kind), w.Date(p.AddedAt.Local()))})
	}
	for _, e := range r.Extra() {
		h.Extra = append(h.Extra, web.WayIn{Name: printable(e.Name), Said: w.T("web.holders.extra", w.Date(e.AddedAt.Local()), e.Fingerprint)})
	}
	h.Sheet = sh.paperSaid(r.Recovery())
	h.Facts = []string{w.T("web.holders.vault", w.Date(r.VaultAt().Local()), r.VaultFingerprint()) + " " + w.T("web.holders.opened."+kindName(r.Kind()))}
	if n := len(r.FormerVaults()); n > 0 {
		h.Facts = append(h.Facts, w.N("keys.list.former", int64(n)))
	}
	rest, err := job.LookUnfinished(ctx, st, r)
	h.Finish = (rest.Any || rest.Left) && !o.rekeying.Load()
	switch {
	case o.rekeying.Load():
		h.Notes = append(h.Notes, w.T("web.vault.rekeying")+". "+w.T("web.vault.rekeying.do"))
	case h.Finish:
		h.Notes = append(h.Notes, w.T("web.vault.unfinished.do"))
	case r.Recovery().Exposed:
		h.Notes = append(h.Notes, w.T("web.vault.exposed")+". "+w.T("web.vault.exposed.do"))
	case r.Departed():
		h.Notes = append(h.Notes, w.T("web.holders.departed"))
	}
	for _, f := range r.Strays() {
		h.Notes = append(h.Notes, w.T("keys.list.stray", printable(f)))
	}
	return h, err
}

// LookRemove implements [web.KeyHolder].
func (o *office) LookRemove(_ context.Context, name string) (web.Removal, error) {
	w := o.sh.words
	r, err := o.sh.ring()
	if err != nil {
		return web.Removal{}, err
	}
	if e, there := extraNamed(r, name); there {
		return web.Removal{Name: e.Name, Ask: w.T("keys.recovery.remove.ask", printable(e.Name)), Means: w.T("web.remove.recovery")}, nil
	}
	p, err := r.Person(name)
	if err == nil && len(r.People()) == 1 {
		err = ring.ErrLast
	}
	return web.Removal{Name: p.Name, Ask: w.T("keys.remove.ask", printable(p.Name)), Means: w.T("web.remove.person")}, keysFault(err)
}

// unlockHere opens the keys with what is at hand on the page.
func (o *office) unlockHere(ctx context.Context) unlocking {
	return func(*ring.Ring) (ring.Unlocked, error) { return o.unlockedHere(ctx) }
}

// Remove implements [web.KeyHolder].
func (o *office) Remove(ctx context.Context, name string) (out web.Outcome, err error) {
	w := o.sh.words
	gone, err := o.sh.removeWay(ctx, name, func(string) error { return nil }, o.unlockHere(ctx))
	if err != nil {
		return out, busyHere(err)
	}
	out = web.Outcome{Title: w.T("web.remove.done"), Next: "/vault/keys"}
	if gone.recovery {
		out.Lines = []string{w.T("keys.recovery.removed", printable(gone.name)), w.T("web.remove.recovery.still")}
		return out, nil
	}
	out.Lines = []string{w.T("keys.removed", printable(gone.name)), w.T("web.remove.copied")}
	if gone.ring.Recovery().Exposed {
		out.Lines = append(out.Lines, w.T("keys.removed.sheet"))
	}
	return out, nil
}

// LetIn implements [web.KeyHolder].
func (o *office) LetIn(ctx context.Context, wish web.KeyWish) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	if err := good(wish); err != nil {
		return out, err
	}
	r, err := sh.addToKeys(ctx, o.unlockHere(ctx), func(r *ring.Ring, u ring.Unlocked) error {
		return r.AddPassphrase(u, wish.Name, wish.Passphrase, keys.WorkFactor, sh.now())
	})
	if err != nil {
		return out, busyHere(err)
	}
	o.forgetWords()
	p := r.People()[len(r.People())-1]
	return web.Outcome{
		Title: w.T("web.holders.added"), Next: "/vault/keys",
		Lines: []string{w.T("keys.added", printable(p.Name), w.T("keys.kind."+p.Kind)), w.T("web.holders.added.more")},
	}, nil
}

// ChangePassphrase implements [web.KeyHolder].
func (o *office) ChangePassphrase(ctx context.Context, old secret.Bytes, wish web.KeyWish) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	if err := good(wish); err != nil {
		return out, err
	}
	whose := ""
	_, err = sh.changeKeys(ctx, func(r *ring.Ring) (string, map[string]any, error) {
		u, err := r.Unlock(old, "")
		if errors.Is(err, ring.ErrWrongPassphrase) {
			return "", nil, web.ErrWrong
		}
		if err != nil {
			return "", nil, err
		}
		defer u.Wipe()
		whose = u.Person
		return sh.setPassphrase(r, u, whose, wish.Passphrase)
	})
	if err != nil {
		return out, busyHere(err)
	}
	o.forgetWords()
	return web.Outcome{
		Title: w.T("web.passphrase.done"), Next: "/vault/keys",
		Lines: []string{w.T("keys.passphrase.done", printable(whose)), w.T("web.passphrase.more")},
	}, nil
}

// forgetWords lets go of the six words that were proposed: they open files now.
func (o *office) forgetWords() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget()
}

// markOfKeys tells the keys that there are from those of before.
func markOfKeys(r *ring.Ring) string {
	return fmt.Sprint(r.VaultFingerprint(), " ", r.Recovery().Fingerprint)
}
