package main

import (
	"context"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/secret"
)

// recoveries are the recovery sheets that are being typed to get back in, by the name that only the browser has
// where it is done. They are kept while the page is locked, and a quarter of an hour.
type recoveries map[string]*recovering

const (
	recoveryLives  = 15 * time.Minute
	mostRecoveries = 8 // at a time; the oldest goes
)

// recovering is one of them.
type recovering struct {
	since time.Time
	typed sheetTyping
	sheet secret.Bytes // its key, once it is whole and the right one
	words secret.Bytes // proposed for the passphrase
	taken bool         // a passphrase is being set with it
}

func (r *recovering) forget() {
	r.typed.forget()
	r.sheet.Wipe()
	r.words.Wipe()
}

// tidy forgets those that are too old.
func (s *recoveries) tidy(now time.Time) {
	for which, r := range *s {
		if now.Sub(r.since) > recoveryLives {
			s.end(which)
		}
	}
}

func (s *recoveries) end(which string) {
	if r := (*s)[which]; r != nil {
		r.forget()
		delete(*s, which)
	}
}

// begin gives the one of a name, or a new one with another name.
func (s *recoveries) begin(which string, now time.Time) (string, *recovering) {
	if r := (*s)[which]; r != nil {
		return which, r
	}
	if *s == nil {
		*s = recoveries{}
	}
	if len(*s) >= mostRecoveries {
		oldest := ""
		for name, r := range *s {
			if oldest == "" || r.since.Before((*s)[oldest].since) {
				oldest = name
			}
		}
		s.end(oldest)
	}
	which = web.Token()
	(*s)[which] = &recovering{since: now}
	return which, (*s)[which]
}

// Recovering implements [web.Recoverer].
func (o *office) Recovering(_ context.Context, which string) (v web.Recovery, err error) {
	r, err := o.sh.ringLeft()
	if err != nil {
		return v, err
	}
	if v.Lost = r == nil; v.Lost {
		v.Name = o.sh.ownerName()
	} else {
		v.Names = withPassphrases(r)
	}
	if which == "" {
		return v, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.back.tidy(o.sh.now())
	one := o.back[which]
	if one == nil {
		return v, web.ErrSheetGone
	}
	v.Which, v.SheetTyped = which, one.typed.shown()
	if v.Whole = one.sheet.Len() > 0; v.Whole {
		v.Words = copyOf(one.words)
	}
	return v, nil
}

// withPassphrases names those who open with a passphrase, if there are several.
func withPassphrases(r *ring.Ring) (names []string) {
	for _, p := range r.People() {
		if p.Kind == ring.ByPassphrase {
			names = append(names, p.Name)
		}
	}
	if len(names) < 2 {
		return nil
	}
	return names
}

// TypeRecovery implements [web.Recoverer].
func (o *office) TypeRecovery(ctx context.Context, which string, lines [web.SheetLines]secret.Bytes, anew bool) (v web.Recovery, err error) {
	which, t := o.typeRecovery(which, lines, anew)
	other := ""
	if t.whole {
		defer t.id.Wipe()
		if other, err = o.sh.sheetOfOthers(t.id); err != nil {
			return v, err
		}
		if other == "" {
			o.keepSheet(which, t.id)
		}
	}
	v, err = o.Recovering(ctx, which)
	if t.tell(o.sh, &v.SheetTyped); other != "" {
		v.Mixed = other
	}
	return v, err
}

func (o *office) typeRecovery(which string, lines [web.SheetLines]secret.Bytes, anew bool) (string, typedSheet) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.back.tidy(o.sh.now())
	if anew {
		o.back.end(which)
	}
	which, one := o.back.begin(which, o.sh.now())
	t := one.typed.take(o.sh, lines)
	if t.whole || t.mixed {
		one.typed.forget()
	}
	return which, t
}

// sheetOfOthers says why a sheet opens nothing here; "": it does, or there are no keys that can be read.
func (sh *shell) sheetOfOthers(id keys.Identity) (string, error) {
	r, err := sh.ringLeft()
	if err != nil || r == nil {
		return "", err
	}
	u, err := openedBySheet(r, id)
	u.Wipe()
	if isFault(err, "fault.keys.other-sheet") {
		return sh.words.T("web.recover.foreign", keys.Fingerprint(publicText(id)), r.Recovery().Fingerprint), nil
	}
	return "", err
}

func (o *office) keepSheet(which string, id keys.Identity) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if one := o.back[which]; one != nil {
		one.forget()
		one.sheet, one.words = copyOf(id.Text()), keys.NewPassphrase(o.sh.words.Lang)
	}
}

// Recover implements [web.Recoverer].
func (o *office) Recover(ctx context.Context, which string, w web.KeyWish) (said []string, err error) {
	if err := good(w); err != nil {
		return nil, err
	}
	id, err := o.takeSheet(which)
	if err != nil {
		return nil, err
	}
	defer id.Wipe()
	got, err := o.recoverWith(ctx, id, w)
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		if one := o.back[which]; one != nil {
			one.taken = false
		}
		got.keys.Wipe()
		return nil, busyHere(err)
	}
	o.back.end(which)
	o.forget()
	o.hold(&got.keys)
	t := o.sh.words.T
	said = []string{t("keys.recovered", printable(got.person))}
	if got.fresh {
		said = append(said, t("web.recover.done.new"))
	}
	return append(said, t("web.paper.store")), nil
}

// takeSheet gives the key of a sheet that was typed. Nobody else gets it until it is given back.
func (o *office) takeSheet(which string) (id keys.Identity, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	one := o.back[which]
	switch {
	case one == nil || one.sheet.Len() == 0:
		return id, web.ErrSheetGone
	case one.taken:
		return id, fault.New(fault.Busy, "fault.web.busy")
	}
	if id, err = keys.Parse(copyOf(one.sheet)); err == nil {
		one.taken = true
	}
	return id, err
}

func (o *office) recoverWith(ctx context.Context, id keys.Identity, w web.KeyWish) (got recovered, err error) {
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return got, err
	}
	defer st.Close() // every write was committed
	return o.sh.recoverKeys(ctx, st, recovery{
		person: w.Name,
		sheet:  func() (keys.Identity, error) { return id, nil },
		choose: func(string) (secret.Bytes, error) { return copyOf(w.Passphrase), nil },
	})
}
