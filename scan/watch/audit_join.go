package watch

import (
	"path/filepath"
	"strings"
	"time"

	"custode/scan/watch/objaudit"
)

// joiner finds for each change who did it. It keeps the order in which the changes came.
type joiner struct {
	wait time.Duration
	held []held

	fresh map[string][]touch // of the last while, by what fold makes of the path
	order []string           // the keys of fresh, the oldest touch first
	last  map[string]touch   // who wrote to a file last, for a handle that stays open
}

// held is an event that waits for its doer until due.
type held struct {
	e   Event
	due time.Time // zero: it has all it needs
}

// touch is a use of a file.
type touch struct {
	at, got time.Time // when it was, and when it was told
	access  objaudit.Access
	actor   *Actor
}

// The limits of what is kept; what is beyond goes on without a doer.
const (
	mostHeld   = 1 << 16
	mostFresh  = 1 << 16
	mostLast   = 1 << 16
	touchSlack = time.Second // how far the clocks of the two tellers are apart
)

func newJoiner(wait time.Duration) *joiner {
	return &joiner{wait: wait, fresh: map[string][]touch{}, last: map[string]touch{}}
}

// fold is a path as Windows compares it.
func fold(path string) string { return strings.ToLower(path) }

// change takes a change without a doer.
func (j *joiner) change(e Event, now time.Time) { j.held = append(j.held, held{e, now.Add(j.wait)}) }

// pass takes an event that has all it needs, behind those that wait.
func (j *joiner) pass(e Event) { j.held = append(j.held, held{e: e}) }

// touched takes a use.
func (j *joiner) touched(path string, t touch) {
	k := fold(path)
	j.fresh[k] = append(j.fresh[k], t)
	if j.order = append(j.order, k); len(j.order) > mostFresh {
		j.forget()
	}
	if t.access&objaudit.Writes != 0 {
		if len(j.last) >= mostLast {
			clear(j.last)
		}
		j.last[k] = t
	}
}

// forget drops the oldest touch.
func (j *joiner) forget() {
	k := j.order[0]
	if j.order = j.order[1:]; len(j.fresh[k]) > 1 {
		j.fresh[k] = j.fresh[k][1:]
	} else {
		delete(j.fresh, k)
	}
}

// release gives what need not wait any longer.
func (j *joiner) release(now time.Time) (out []Event) {
	n := 0
	for n < len(j.held) {
		h := &j.held[n]
		if !h.due.IsZero() && h.e.Actor == nil {
			actor, sure := j.who(&h.e)
			if !sure && now.Before(h.due) && len(j.held)-n <= mostHeld {
				break
			}
			h.e.Actor = actor
		}
		if h.e.Op.Has(Rename) {
			j.follow(h.e.From, h.e.Path)
		}
		h.e.At = now // as if it had come now: what comes later is later
		out = append(out, h.e)
		n++
	}
	clear(j.held[:n])
	j.held = j.held[n:] // what is added grows into a new one: nothing is moved for each event
	for len(j.order) > 0 && now.Sub(j.fresh[j.order[0]][0].got) > 2*j.wait {
		j.forget()
	}
	return out
}

// follow keeps who wrote to a file under its new name.
func (j *joiner) follow(from, to string) {
	if t, ok := j.last[fold(from)]; ok && from != "" {
		if delete(j.last, fold(from)); to != "" {
			j.last[fold(to)] = t
		}
	}
}

// who finds the doer of a change. One that is not sure may still be found out to be another.
func (j *joiner) who(e *Event) (actor *Actor, sure bool) {
	switch {
	case e.Op.Has(Rename):
		return j.freshest(e.From, objaudit.Delete, e.At)
	case e.Op.Has(Delete):
		if actor, sure = j.freshest(e.Path, objaudit.Delete, e.At); !sure {
			actor, sure = j.freshest(filepath.Dir(e.Path), objaudit.DeleteChild, e.At)
		}
		return actor, sure
	case e.Op.Has(Permission):
		return j.freshest(e.Path, objaudit.WriteDAC|objaudit.WriteOwner, e.At)
	case e.Op.Has(Create):
		// Its maker writes to it first, if he writes at all.
		for _, t := range j.fresh[fold(e.Path)] {
			if t.access&objaudit.Writes != 0 && !t.at.Before(e.At.Add(-touchSlack)) {
				return t.actor, true
			}
		}
		return nil, false
	}
	if actor, sure = j.freshest(e.Path, objaudit.Writes, e.At); sure {
		return actor, true
	}
	// Whoever opened it long ago and writes again is not written down again.
	return j.last[fold(e.Path)].actor, false
}

// freshest is the last one who used a file in one of these ways before a moment.
func (j *joiner) freshest(path string, access objaudit.Access, before time.Time) (actor *Actor, sure bool) {
	for _, t := range j.fresh[fold(path)] {
		if t.access&access != 0 && !t.at.After(before.Add(touchSlack)) {
			actor, sure = t.actor, true
		}
	}
	return actor, sure
}
