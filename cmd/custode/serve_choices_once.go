package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
)

// mostChosen is how many forms and customers are remembered; then all are forgotten.
const mostChosen = 1000

// chosen are the choices that were entered on the pages, so that one that is sent twice is kept once: by a double
// click, by the back button, or in a second tab. Of a contact there is a salted hash, in memory only.
type chosen struct {
	salt  string
	forms map[[32]byte]bool     // by the page and all that was typed
	last  map[[32]byte][32]byte // by the contact, what was typed of it last, and on which day
	after choicesKept           // what was kept after the last of them
}

// choicesKept tells whether anything was kept, or forgotten, in between.
type choicesKept struct {
	events, waiting int64
	at              time.Time
}

func keptNow(ctx context.Context, st job.ChoiceStore) (k choicesKept, err error) {
	if k.events, k.at, err = st.CountChoices(ctx); err != nil {
		return k, err
	}
	k.waiting, err = st.CountPending(ctx)
	return k, err
}

// hash gives what stands for a form, for a contact, and for what was typed of it on a day.
func (c *chosen) hash(e web.ChoiceEntry, now time.Time) (form, who, what [32]byte) {
	if c.salt == "" {
		c.salt = web.Token()
	}
	contact := strings.ToLower(strings.Join(strings.Fields(e.Contact), ""))
	typed := []string{c.salt, contact, e.All, strings.Join(strings.Fields(e.Code), " "), e.How, e.Form, e.At, e.Until, e.Basis, e.Sale, now.Format(time.DateOnly)}
	for _, id := range slices.Sorted(maps.Keys(e.Said)) {
		typed = append(typed, id, e.Said[id])
	}
	sum := func(list ...string) [32]byte { return sha256.Sum256(fmt.Appendf(nil, "%q", list)) }
	return sum(append(typed, e.Page)...), sum(c.salt, contact), sum(typed...)
}

// again reports whether the same was entered before: on the same page, or as the last of the same customer today, if
// nobody else has kept or forgotten anything since, of whomever.
func (c *chosen) again(form, who, what [32]byte, now choicesKept) bool {
	if now != c.after {
		c.last = map[[32]byte][32]byte{}
	}
	return c.forms[form] || c.last[who] == what
}

// entered notes that it was.
func (c *chosen) entered(form, who, what [32]byte, after choicesKept) {
	if c.forms == nil || len(c.forms) >= mostChosen {
		c.forms, c.last = map[[32]byte]bool{}, map[[32]byte][32]byte{}
	}
	c.forms[form], c.last[who], c.after = true, what, after
}

// keepOnce keeps what a form says, unless that was done already. With choosing.
func (o *office) keepOnce(ctx context.Context, d *chooser, e web.ChoiceEntry, list []job.Entered) (again bool, err error) {
	k, err := keptNow(ctx, d.Store)
	if err != nil {
		return false, err
	}
	form, who, what := o.chosen.hash(e, d.sh.now())
	if o.chosen.again(form, who, what, k) {
		return true, nil
	}
	if err := d.keep(ctx, list); err != nil {
		return false, err
	}
	if k, err = keptNow(ctx, d.Store); err != nil {
		k = choicesKept{events: -1} // it was kept: only what is typed again elsewhere is not known for the same
	}
	o.chosen.entered(form, who, what, k)
	return false, nil
}
