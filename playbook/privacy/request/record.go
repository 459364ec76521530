package request

import (
	"errors"
	"slices"
	"time"
)

// Way is how a request came in.
type Way string

// The ways.
const (
	Mail  Way = "mail"
	Shop  Way = "shop" // in person
	Phone Way = "phone"
	Post  Way = "post"
)

// Ways lists them all.
func Ways() []Way { return []Way{Mail, Shop, Phone, Post} }

// What happened to a request after it came. Its Detail is of a closed list, or numbers: nothing
// about the person stands in the record.
type What string

// What there is, with what stands in Detail.
const (
	IdentityKnown    What = "identity-known" // there is no doubt who asks
	IdentityAsked    What = "identity-asked"
	IdentityAnswered What = "identity-answered"
	Told             What = "extended" // the person was told of an extension; a Cause
	Searched         What = "searched" // "places files", two numbers
	Written          What = "letter"   // a letter was written; its kind
	Sent             What = "sent"     // a letter was sent; its kind
	Closed           What = "closed"   // an Outcome
	Reopened         What = "reopened"
)

// Cause is why an answer takes longer than a month: Art. 12(3) knows two.
type Cause string

// The causes.
const (
	Complex Cause = "complex"
	Many    Cause = "many"
	Both    Cause = "both"
)

// Causes lists them all.
func Causes() []Cause { return []Cause{Complex, Many, Both} }

// Outcome is how a request ended.
type Outcome string

// The outcomes.
const (
	DoneAnswered  Outcome = "answered"
	DoneRefused   Outcome = "refused"
	DoneWithdrawn Outcome = "withdrawn"
)

// Outcomes lists them all.
func Outcomes() []Outcome { return []Outcome{DoneAnswered, DoneRefused, DoneWithdrawn} }

// WhoMonths is how long after its end a shop keeps who made a request: long enough for a
// complaint, short enough to forget. The rest of the record stays, as evidence of handling.
const WhoMonths = 24

// Who is who asks. It is kept sealed only.
type Who struct {
	Name    string `json:"name"`
	Contact string `json:"contact"`
}

// Event is something that happened to a request.
type Event struct {
	At     time.Time // when it was written down
	Day    string    // on which it happened, 2026-11-28
	What   What
	Detail string
}

// Record is a request and what happened to it.
type Record struct {
	ID       int64
	Right    Right
	Received string // a day
	How      Way
	Who      []byte // sealed; empty: erased
	Events   []Event
}

// Errors of a record.
var (
	ErrNone   = errors.New("request: there is no such request")
	ErrClosed = errors.New("request: it is closed")
	ErrOpen   = errors.New("request: it is open")
)

// last gives the newest event of some kinds, and its place; -1: none.
func (r *Record) last(kinds ...What) (Event, int) {
	for i, e := range slices.Backward(r.Events) {
		if slices.Contains(kinds, e.What) {
			return e, i
		}
	}
	return Event{}, -1
}

// End gives the day on which a request ended, and how. An open one has none.
func (r *Record) End() (day string, how Outcome, ended bool) {
	e, i := r.last(Closed, Reopened)
	if i < 0 || e.What == Reopened {
		return "", "", false
	}
	return e.Day, Outcome(e.Detail), true
}

// May says whether something can still happen to a request: a closed one is reopened first,
// except that how it ended can be put right.
func (r *Record) May(what What) error {
	_, _, ended := r.End()
	switch {
	case what == Reopened && !ended:
		return ErrOpen
	case ended && what != Reopened && what != Closed:
		return ErrClosed
	}
	return nil
}

// State says where a request stands, in one word: the outcome of one that ended, "identity"
// while the shop waits for proof of who asks, else the last step of the work, else "received".
func (r *Record) State() string {
	if _, how, ended := r.End(); ended {
		return string(how)
	}
	if asked := r.identity(time.UTC); !asked.Asked.IsZero() && asked.Answered.IsZero() {
		return "identity"
	}
	if e, i := r.last(Searched, Written, Sent); i >= 0 {
		return string(e.What)
	}
	return "received"
}

// identity gives the last question who it is, with the answer that came after it. Whoever
// notes a day again puts it right.
func (r *Record) identity(zone *time.Location) Identity {
	asked, i := r.last(IdentityAsked)
	if i < 0 {
		return Identity{}
	}
	if known, k := r.last(IdentityKnown); k > i {
		return Identity{Asked: dayIn(asked.Day, zone), Answered: dayIn(known.Day, zone)}
	}
	out := Identity{Asked: dayIn(asked.Day, zone)}
	if answered, k := r.last(IdentityAnswered); k > i {
		out.Answered = dayIn(answered.Day, zone)
	}
	return out
}

// Options is what the clock takes into account of a record.
func (r *Record) Options(zone *time.Location) Options {
	o := Options{Right: r.Right, Identity: r.identity(zone)}
	if told, i := r.last(Told); i >= 0 {
		o.Extension = Extension{Told: dayIn(told.Day, zone), Reasons: told.Detail != ""}
	}
	return o
}

// Deadline counts the last day for the answer. Of an objection to marketing it is that by which
// the person is told; the marketing itself stops at once (Right.AtOnce).
func (r *Record) Deadline(rules *Rules, country string, zone *time.Location) Deadline {
	o := r.Options(zone)
	if o.Right.AtOnce() {
		o.Right = Objection
	}
	return rules.Due(dayIn(r.Received, zone), country, zone, o)
}

// Days gives how many days a closed request took, from receipt to its end.
func (r *Record) Days() int {
	end, _, ended := r.End()
	if !ended {
		return 0
	}
	return int(dayIn(end, time.UTC).Sub(dayIn(r.Received, time.UTC)) / (24 * time.Hour))
}

// dayIn gives the beginning of a day that was kept.
func dayIn(day string, zone *time.Location) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, zone) // it was written by us; else the zero day
	return t
}

// ForgetBefore gives the day before which requests must have ended for their who to be erased.
func ForgetBefore(now time.Time, months int) string {
	return now.AddDate(0, -months, 0).Format(time.DateOnly)
}
