package choice

import (
	"cmp"
	"slices"
	"time"
)

// Reason says how somebody stands, or why a row was not let through. The zero
// value is no yes.
type Reason string

// The reasons. Yes is the only one that lets through.
const (
	Yes           Reason = "yes"
	NeverAsked    Reason = "never-asked"
	SaidNo        Reason = "said-no"
	HasWithdrawn  Reason = "withdrawn"
	HasObjected   Reason = "objected"
	HasExpired    Reason = "expired"
	NotYet        Reason = "not-yet"         // a yes with a date ahead
	BasisNotValid Reason = "basis-not-valid" // for this channel, or a yes that breaks a rule
	NotReadable   Reason = "not-readable"    // a row: no contact, or none that can be told for certain
	Duplicate     Reason = "duplicate"       // a row: of an earlier one that was let through
	Unsure        Reason = "unsure"          // no answer that this package knows
)

// known are the answers that may come back for a contact.
func (r Reason) known() bool {
	return slices.Contains([]Reason{NeverAsked, SaidNo, HasWithdrawn, HasObjected, HasExpired, NotYet, BasisNotValid}, r)
}

// Question is whose choice about what.
type Question struct {
	Contact ID
	Purpose Purpose
	Channel Channel
	Country string // of the shop, whose law says what a yes may rest on; "": on consent only
}

// Standing is what counts now.
type Standing struct {
	Reason Reason
	Basis  Basis     // of a yes
	Since  time.Time // of the event that decided; zero when none did
}

// Allowed is the answer for a filter.
func (s Standing) Allowed() (Reason, bool) { return s.Reason, s.Reason == Yes }

// Fold reads how a contact stands at now out of events in any order; those of
// others are passed over. The table at the top of the package is its rule.
func Fold(events []Event, q Question, now time.Time) Standing {
	s := Standing{Reason: NeverAsked}
	if q.Purpose == AllPurposes || q.Channel == AllChannels {
		return s // nobody can say yes to that
	}
	mine := make([]Event, 0, len(events))
	for _, e := range events {
		if e.answers(q) {
			mine = append(mine, e)
		}
	}
	slices.SortFunc(mine, order)
	for _, e := range mine {
		s = s.after(e, q.Country, now)
	}
	return s
}

// answers tells whether the event says something about the question.
func (e Event) answers(q Question) bool {
	if e.Contact != q.Contact {
		return false
	}
	all := e.What != Given
	return (e.Purpose == q.Purpose || all && e.Purpose == AllPurposes) &&
		(e.Channel == q.Channel || all && e.Channel == AllChannels)
}

// order puts what wins last, whatever order the events came in.
func order(a, b Event) int {
	if a.dateless() != b.dateless() {
		if a.dateless() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.What.strictness(), b.What.strictness()), cmp.Compare(a.Basis, b.Basis))
}

// dateless is a no, or an expiry, that lost its date: it is held against every yes.
func (e Event) dateless() bool { return e.At.IsZero() && e.What != Given }

// after is the standing once the event has happened too.
func (s Standing) after(e Event, country string, now time.Time) Standing {
	saidNo := s.Reason == SaidNo || s.Reason == HasWithdrawn || s.Reason == HasObjected
	switch e.What {
	case Given:
		switch {
		case e.CheckIn(country) != nil:
			if s.Reason == NeverAsked {
				s.Reason = BasisNotValid
			}
		case e.At.After(now):
			if s.Reason == NeverAsked {
				s.Reason = NotYet
			}
		case e.Basis != Consent && (saidNo || s.Reason == Yes):
			// it lifts no no, and adds nothing to a yes
		default:
			return Standing{Yes, e.Basis, e.At}
		}
	case Expired:
		if s.Reason == Yes && !e.At.After(now) {
			return Standing{Reason: HasExpired, Since: e.At}
		}
	case Refused:
		return Standing{Reason: SaidNo, Since: e.At}
	case Withdrawn:
		return Standing{Reason: HasWithdrawn, Since: e.At}
	default: // an objection, and what nobody here understands
		return Standing{Reason: HasObjected, Since: e.At}
	}
	return s
}
