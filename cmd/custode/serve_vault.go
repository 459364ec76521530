package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/catalogue"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/agent"
	"custode/internal/fault"
	"custode/internal/secret"
)

// sealedList is what the page of sealed files reads of the store.
type sealedList interface {
	SealedList(ctx context.Context, holding string, most, skip int64) (list []catalogue.Entry, all int64, err error)
}

// Vault implements [web.Vaulter].
func (o *office) Vault(ctx context.Context, wish web.VaultWish) (v web.Vault, err error) {
	sh, w := o.sh, o.sh.words
	set, st, err := sh.enter(ctx)
	if err != nil {
		return v, err
	}
	defer st.Close() // every write was committed
	r, err := sh.ringIfAny()
	if err != nil {
		return v, err
	}
	totals, err := st.SealedTotals(ctx)
	if err != nil {
		return v, err
	}
	if v.Keys = r != nil; v.Keys {
		d, err := st.LastDrill(ctx, r.Recovery().Fingerprint)
		if err != nil {
			return v, err
		}
		v.Facts = sh.vaultFacts(r, d, o.heldSaid(ctx))
		rest, err := job.LookUnfinished(ctx, st, r)
		if err != nil {
			return v, err
		}
		v.Urgent = sh.vaultUrgent(r, d, rest)
		if o.rekeying.Load() {
			v.Urgent = &web.Urgent{Status: "attention", What: w.T("web.vault.rekeying"), Do: w.T("web.vault.rekeying.do")}
		}
	} else {
		v.Urgent = &web.Urgent{Status: "attention", What: w.T("web.vault.no-keys"), Do: w.T("web.vault.no-keys.do"), Page: "/vault/keys"}
	}
	if n := sh.unsealedCopies(ctx); n > 0 {
		v.Copies = w.N("web.vault.copies", int64(n))
	}
	v.Open = o.opened()
	if totals.Sealed == 0 {
		return v, nil
	}
	v.Total = w.N("keys.status.sealed", totals.Files, w.Bytes(totals.Bytes))
	list, all, err := st.SealedList(ctx, wish.Holding, wish.Most, wish.Skip)
	v.All = all
	for _, e := range list {
		f := sh.sealedLine(e, commonFolder(set.Folders))
		if f.Opens && o.files.has(e.Path) {
			f.Opens, f.Away = false, w.T("web.vault.open")
		}
		v.Files = append(v.Files, f)
	}
	return v, err
}

// has reports whether a sealed file is open, to be worked on.
func (f *pageFiles) has(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.all {
		if one.path == path && !one.only {
			return true
		}
	}
	return false
}

// vaultFacts are what there is to know about the keys.
func (sh *shell) vaultFacts(r *ring.Ring, d catalogue.Drill, held string) []web.Fact {
	w, c := sh.words, r.Recovery()
	var names []string
	for _, p := range r.People() {
		names = append(names, printable(p.Name)+" ("+w.T("keys.list.person", w.T("keys.kind."+p.Kind), w.Date(p.AddedAt.Local()))+")")
	}
	sheet := sh.paperSaid(c)
	if last := w.Date(d.At.Local()); !d.At.IsZero() && last != w.Date(c.ProvenAt.Local()) {
		sheet += " " + w.T("keys.status.drilled", last)
	}
	return []web.Fact{
		{Term: w.T("web.vault.who"), Text: strings.Join(names, "; ")},
		{Term: w.T("keys.status.sheet"), Text: sheet},
		{Term: w.T("web.vault.held"), Text: held},
	}
}

// paperSaid says how it stands with the recovery sheet.
func (sh *shell) paperSaid(c ring.RecoveryInfo) string {
	w := sh.words
	made := w.T("web.vault.sheet.made", w.Date(c.MadeAt.Local()), c.Fingerprint)
	if c.ProvenAt.IsZero() {
		return made + " " + w.T("web.vault.sheet.unproven")
	}
	return made + " " + w.T("keys.list.proven", w.Date(c.ProvenAt.Local()))
}

// vaultUrgent is what is to be done about the keys first.
func (sh *shell) vaultUrgent(r *ring.Ring, d catalogue.Drill, rest job.Unfinished) *web.Urgent {
	w, c := sh.words, r.Recovery()
	switch {
	case rest.Any || rest.Left:
		return &web.Urgent{Status: "attention", What: w.T("web.vault.unfinished"), Do: w.T("web.vault.unfinished.do"), Page: "/vault/keys"}
	case c.ProvenAt.IsZero():
		return &web.Urgent{Status: "act", What: w.T("web.vault.unproven"), Do: w.T("web.vault.unproven.do"), Page: "/vault/sheet"}
	case c.Exposed:
		return &web.Urgent{Status: "attention", What: w.T("web.vault.exposed"), Do: w.T("web.vault.exposed.do"), Page: "/vault/keys"}
	case sh.now().Sub(d.At) > drillEvery:
		return &web.Urgent{Status: "attention", What: w.T("web.vault.drill"), Do: w.T("web.vault.drill.do"), Page: "/vault/sheet"}
	}
	return nil
}

// sealedLine is one line of the list.
func (sh *shell) sealedLine(e catalogue.Entry, base string) web.SealedFile {
	w := sh.words
	f := web.SealedFile{Path: e.Path, Name: printable(e.Original), Sealed: w.T("web.vault.sealed", w.Date(e.SealedAt.Local()))}
	if f.Name == "" {
		f.Name = printable(filepath.Base(e.Path))
	}
	if dir := filepath.Dir(e.Path); dir != base {
		f.Folder = strings.ReplaceAll(shown(dir, base), unbroken, " ")
	}
	switch last := e.ProvenAt; {
	case e.CheckedAt.After(last.Add(time.Minute)):
		f.Verified = w.T("web.vault.checked", w.Date(e.CheckedAt.Local()))
	case !last.IsZero():
		f.Verified = w.T("web.vault.opened", w.Date(last.Local()))
	default:
		f.Verified = w.T("web.vault.never")
	}
	if _, err := os.Lstat(e.Path); err != nil {
		f.Away, f.Deleted = w.T("web.vault.away"), deleted(e.Path)
		return f
	}
	f.There = true
	f.Opens, f.Inside, f.Away = sh.opensHere(e)
	return f
}

// heldSaid says whether the keys are at hand.
func (o *office) heldSaid(ctx context.Context) string {
	w := o.sh.words
	o.mu.Lock()
	here := o.keys != nil
	o.mu.Unlock()
	if here {
		return w.T("web.vault.held.here")
	}
	if path, ok := o.sh.agentPath(); ok {
		if s, err := agent.Ask(ctx, path); err == nil {
			return w.T("unlock.held") + " " + w.T("unlock.until", w.Duration(s.Idle), w.DateTime(s.Last.Local()))
		}
	}
	return w.T("web.vault.held.not")
}

// Held implements [web.Vaulter].
func (o *office) Held(ctx context.Context) (bool, error) {
	u, there, err := o.atHand(ctx)
	u.Wipe()
	return there, err
}

// atHand gives the keys if they were unlocked here, or are held elsewhere. They are the caller's:
// whoever locks the page takes nothing out of the hands of what goes on.
func (o *office) atHand(ctx context.Context) (u ring.Unlocked, there bool, err error) {
	r, err := o.sh.ringIfAny()
	if err != nil || r == nil {
		return u, false, err
	}
	if text := o.keyText(); text.Len() > 0 {
		id, err := keys.Parse(text)
		if err == nil {
			if u, err = r.Hold(id); err == nil {
				return u, true, nil
			}
			id.Wipe()
		}
		o.Lock() // of before a rotation
	}
	return o.sh.keyAtHand(ctx, r, "")
}

// unlockedHere is atHand for what cannot be done without the keys: where they are locked, it fails.
func (o *office) unlockedHere(ctx context.Context) (ring.Unlocked, error) {
	u, there, err := o.atHand(ctx)
	if err == nil && !there {
		err = fault.New(fault.NoPerm, "fault.serve.locked")
	}
	return u, err
}

// keyText copies the key that was unlocked here; empty: the page is locked.
func (c *counter) keyText() (text secret.Bytes) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		return text
	}
	return copyOf(c.keys.Vault.Text())
}
