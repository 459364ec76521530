package main

import (
	"context"
	"io"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/internal/secret"
)

// proposal is six words that the owner may be writing down.
type proposal struct {
	words secret.Bytes
	which string
}

// Propose implements [web.KeyMaker]. There is one proposal a language: words that change while
// somebody writes them down would be the wrong ones on the paper.
func (o *office) Propose() (secret.Bytes, string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p, there := o.proposed[o.sh.words.Lang]
	if !there {
		if o.proposed == nil {
			o.proposed = map[string]proposal{}
		}
		p = proposal{keys.NewPassphrase(o.sh.words.Lang), web.Token()}
		o.proposed[o.sh.words.Lang] = p
	}
	return copyOf(p.words), p.which
}

// copyOf is a secret that is wiped by itself.
func copyOf(s secret.Bytes) secret.Bytes { return secret.FromString(string(s.Reveal())) }

// OwnerName implements [web.KeyMaker].
func (o *office) OwnerName() string { return o.sh.ownerName() }

// MakeKeys implements [web.KeyMaker].
func (o *office) MakeKeys(ctx context.Context, w web.KeyWish) error {
	if err := good(w); err != nil {
		return err
	}
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	_, u, err := o.sh.createKeys(ctx, st, keysInitOptions{name: w.Name}, func() (secret.Bytes, error) { return copyOf(w.Passphrase), nil })
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget()
	o.hold(&u)
	return nil
}

// good gives [web.ErrShort] or [web.ErrWeak] for a passphrase that was chosen.
func good(w web.KeyWish) error {
	switch {
	case longEnough(w.Passphrase, "") != nil:
		return web.ErrShort
	case weak(w.Passphrase) && !w.Sure:
		return web.ErrWeak
	}
	return nil
}

// forget wipes what the owner was about to take or to type. The caller holds mu.
func (c *counter) forget() {
	for _, p := range c.proposed {
		p.words.Wipe()
	}
	c.proposed = nil
	c.typed.forget()
}

// Paper implements [web.KeyMaker].
func (o *office) Paper(context.Context) (p web.Paper, err error) {
	r, err := o.sh.ringIfAny()
	if err != nil || r == nil {
		return p, err
	}
	p.Keys, p.Proven = true, r.Recovery().OnPaperOnly
	p.Said = o.sh.paperSaid(r.Recovery())
	o.mu.Lock()
	defer o.mu.Unlock()
	p.SheetTyped = o.typed.shown()
	return p, nil
}

// PrintSheet implements [web.KeyMaker].
func (o *office) PrintSheet(ctx context.Context, w io.Writer, f web.SheetFrame) error {
	r, err := o.sh.ring()
	if err != nil {
		return err
	}
	u, err := o.unlockedHere(ctx)
	if err != nil {
		return err
	}
	defer u.Wipe()
	s, err := sheetOf(r, u)
	if err != nil {
		return err
	}
	defer s.Wipe()
	return o.sh.sheetPage(w, s, &f)
}

// TypeSheet implements [web.KeyMaker].
func (o *office) TypeSheet(ctx context.Context, lines [web.SheetLines]secret.Bytes, anew bool) (p web.Paper, prove func(context.Context) (web.Outcome, error), err error) {
	o.mu.Lock()
	if anew {
		o.forget()
	}
	t := o.typed.take(o.sh, lines)
	if t.whole || t.mixed {
		o.forget()
	}
	o.mu.Unlock()
	if t.whole {
		return p, func(ctx context.Context) (web.Outcome, error) { return o.prove(ctx, t.id) }, nil
	}
	p, err = o.Paper(ctx)
	t.tell(o.sh, &p.SheetTyped)
	return p, nil, err
}

// prove opens files with the key of the sheet alone.
func (o *office) prove(ctx context.Context, id keys.Identity) (out web.Outcome, err error) {
	defer id.Wipe()
	sh, w := o.sh, o.sh.words
	_, st, err := sh.enter(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	r, err := sh.ring()
	if err != nil {
		return out, err
	}
	d, first, err := sh.drill(ctx, st, r, id)
	if err != nil {
		return out, err
	}
	out = web.Outcome{Title: w.T("web.paper.proven"), Lines: []string{sh.drillSaid(d)}, Next: "/vault"}
	out.Lines = append(out.Lines, sh.afterDrill(d, first)...)
	switch {
	case d.Failed > 0:
		out.Title = w.T("web.paper.failed")
	case d.Of == 0:
		out.Lines, out.Next = append(out.Lines, w.T("web.paper.next")), "/data"
	}
	return out, nil
}

// afterDrill says what is to be done after the drill.
func (sh *shell) afterDrill(d job.Drilled, first bool) (lines []string) {
	t := sh.words.T
	switch {
	case d.Failed > 0:
		for _, f := range d.Bad {
			lines = append(lines, printable(f))
		}
		return append(lines, t("keys.drill.failed.do")+" "+t("web.vault.verify"))
	case first:
		return []string{t("keys.drill.first")}
	}
	return []string{t("keys.drill.again"), t("web.paper.store")}
}
