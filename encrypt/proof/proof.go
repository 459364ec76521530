// Package proof tells from the journal whether a file was sealed at a moment of the past.
// Events in, an answer out: no clock, no disk, no present state.
//
// It claims as little as the rows carry. A sealed file counts as sealed only when a row
// says that its readable original went, or that somebody looked and found none beside it.
// What the rows do not reach is unknown. Rows written after the moment never change what
// was sealed then: they only tell what came later, and that a file which was sealed for
// the first time later had been readable.
package proof

import (
	"slices"
	"time"
)

// Kind is what a row of the journal says of one file.
type Kind string

// The kinds.
const (
	Sealed   Kind = "sealed"   // it was sealed, and its original was about to go
	Kept     Kind = "kept"     // it was sealed, and its original stays
	Gone     Kind = "gone"     // its original went
	Stayed   Kind = "stayed"   // its original could not go
	Renewed  Kind = "renewed"  // sealed again: new keys, or a new version
	Found    Kind = "found"    // taken into the catalogue, nothing readable beside it
	Beside   Kind = "beside"   // taken into the catalogue, its original beside it
	Sound    Kind = "sound"    // verified: the same as when it was sealed
	Unsound  Kind = "unsound"  // verified: not the same any more
	Opened   Kind = "opened"   // readable again, no longer sealed
	Missing  Kind = "missing"  // looked for, and not there
	Moved    Kind = "moved"    // lies elsewhere
	Deleted  Kind = "deleted"  // removed on purpose
	Back     Kind = "back"     // a readable file came back from a copy
	Copied   Kind = "copied"   // a readable copy was made
	Returned Kind = "returned" // a readable copy is gone, or sealed
	Restored Kind = "restored" // the whole home came from a backup
)

// Event is one row, as far as it is about the file.
type Event struct {
	Row     int64
	At      time.Time
	Kind    Kind
	Copy    string    // Copied, Returned: which
	Private bool      // Copied: in the private place, for one session
	To      []string  // Sealed and its like: fingerprints of the recipients
	Cipher  string    // Sealed and its like: SHA-256 of the sealed file
	WithKey bool      // Sound: a key opened it
	Looked  bool      // Sound: its original was looked for
	Plain   bool      // Sound, Looked: and lay beside it
	Saved   time.Time // Restored: when the backup was made
}

// State is whether the content was readable.
type State string

// The states.
const (
	IsSealed State = "sealed"   // sealed, and no readable copy that the journal knows of
	Readable State = "readable" // not sealed
	Both     State = "both"     // sealed, with a readable copy
	IsGone   State = "gone"     // neither lay there
	Unknown  State = "unknown"
)

// Why says why a state is not known, or on what it rests.
type Why string

// The reasons.
const (
	NoReason  Why = ""
	Before    Why = "before"    // the journal began later
	Nothing   Why = "nothing"   // no row up to the moment is about the file
	NotYet    Why = "not-yet"   // readable: it was sealed for the first time later
	Scanned   Why = "scan"      // readable: no row up to the moment seals it, and a scan read it
	Removal   Why = "removal"   // sealed; no row tells that its original was gone
	Lost      Why = "missing"   // the sealed file was not there
	Damaged   Why = "unsound"   // the sealed file was not what it had been
	Backup    Why = "restored"  // the home came from a backup, nobody looked since
	LostRows  Why = "lost-rows" // the rows of that time were lost with the home
	Clock     Why = "clock"     // the clock went back, and the moment came more than once
	Broken    Why = "journal"   // the journal does not hold
	InArchive Why = "member"    // the folder was sealed as one; no row lists what is in it
)

// Answer is what can be said of the moment.
type Answer struct {
	State   State
	Why     Why
	Since   *Event   // the row with which the state began
	Sealing *Event   // what it was sealed with
	To      []string // for whom
	Cipher  string
	Checked *Event  // when it was last found to be the same
	Proven  *Event  // when a key last opened it
	Copies  []Event // readable copies of which no row tells an end
	Rests   []Event // all rows up to the moment that are about the file
	Later   *Event  // the first row after it that is
	Remade  *Event  // the home came from a backup before the moment
	Turned  bool    // the clock went back: the order of the rows counted
}

// Moment is a point in time in the order of the rows. It includes the row of the same
// time and ends with the next: half open.
type Moment struct {
	At       time.Time
	first    time.Time
	rows     int64 // the last row that was counted
	under    bool  // that row is not after the moment
	crossing []int64
}

// Row counts one row of the journal; all of them, in order.
func (m *Moment) Row(n int64, at time.Time) {
	if m.rows == 0 {
		m.first = at
	}
	after := at.After(m.At)
	if after && m.under {
		m.crossing = append(m.crossing, m.rows)
	}
	m.rows, m.under = n, !after
}

// Counts reports whether a row stands before the moment, once all rows were counted.
func (m *Moment) Counts(row int64) bool {
	ends := m.ends()
	return len(ends) > 0 && row <= ends[len(ends)-1]
}

// ends are the rows after which the clock passed the moment: one, unless it went back.
func (m *Moment) ends() []int64 {
	if m.under {
		return append(slices.Clone(m.crossing), m.rows)
	}
	return m.crossing
}

// At answers for the moment. Events are those of one file, in the order of rows.
func At(m *Moment, events []Event) Answer {
	ends := m.ends()
	if len(ends) == 0 {
		return Answer{State: Unknown, Why: Before, Later: first(events, 0)}
	}
	last := ends[len(ends)-1]
	out := upTo(events, last)
	for _, end := range ends[:len(ends)-1] {
		out.Turned = true
		if o := upTo(events, end); o.State != out.State || o.Cipher != out.Cipher {
			out.State, out.Why = Unknown, Clock
		}
	}
	out.Later = first(events, last)
	if out.Why == NoReason || out.Why == Nothing || out.Why == Removal {
		for _, e := range events {
			if e.Kind == Restored && e.Row > last && m.At.After(e.Saved) && m.At.Before(e.At) {
				out.State, out.Why, out.Later = Unknown, LostRows, &e
				return out
			}
		}
	}
	if l := out.Later; out.Why == Nothing && l != nil && (l.Kind == Sealed || l.Kind == Kept) {
		out.State, out.Why = Readable, NotYet
	}
	return out
}

// Through answers for a span of time: what held at its first moment and after every row up
// to its last; of several answers the worst. So a file counts as sealed only if it was so
// from the beginning to the end.
func Through(from, to *Moment, events []Event) Answer {
	out := At(from, events)
	ends, until := from.ends(), to.ends()
	if len(ends) == 0 || len(until) == 0 || out.Why == Clock {
		return out
	}
	worst := func(a Answer) {
		if badness[a.State] > badness[out.State] {
			out = a
		}
	}
	for _, e := range events {
		if e.Row > ends[len(ends)-1] && e.Row <= until[len(until)-1] {
			worst(upTo(events, e.Row))
		}
	}
	worst(At(to, events))
	return out
}

// badness orders the states by how much they say against a file.
var badness = map[State]int{IsGone: 0, IsSealed: 1, Unknown: 2, Readable: 3, Both: 3}

func first(events []Event, after int64) *Event {
	for _, e := range events {
		if e.Row > after {
			return &e
		}
	}
	return nil
}

// upTo follows the rows to one of them.
func upTo(events []Event, row int64) Answer {
	var f file
	out := Answer{State: Unknown, Why: Nothing}
	for _, e := range events {
		if e.Row > row {
			break
		}
		f.follow(&out, e)
		state, why := f.state()
		if state != out.State || why != out.Why || out.Since == nil {
			out.Since = &e
		}
		out.State, out.Why, out.Rests = state, why, append(out.Rests, e)
	}
	out.Copies = f.copies
	return out
}

// tri is yes, no, or not known.
type tri uint8

const (
	maybe tri = iota
	yes
	no
)

// file is what is known while the rows are followed.
type file struct {
	seen, gone    bool
	sealed, plain tri
	why           Why
	copies        []Event
}

func (f *file) state() (State, Why) {
	switch {
	case !f.seen:
		return Unknown, f.why
	case f.gone:
		return IsGone, NoReason
	case f.sealed == yes && (f.plain == yes || len(f.copies) > 0):
		return Both, NoReason
	case f.sealed == yes && f.plain == no:
		return IsSealed, NoReason
	case f.sealed == yes:
		return Unknown, Removal
	case f.plain == yes:
		return Readable, NoReason
	}
	return Unknown, f.why
}

// follow takes one row in.
func (f *file) follow(out *Answer, e Event) {
	known := f.seen && f.sealed == yes
	if e.Kind != Restored {
		f.seen, f.gone = true, false
	}
	switch e.Kind {
	case Sealed, Kept, Renewed, Found, Beside:
		if found := e.Kind == Found || e.Kind == Beside; !found || e.Cipher != out.Cipher || out.Sealing == nil {
			out.Sealing, out.To, out.Cipher, out.Checked, out.Proven = &e, e.To, e.Cipher, nil, nil
		}
		f.sealed, f.plain = yes, f.beside(e.Kind, known)
	case Gone:
		f.plain = no
	case Stayed:
		f.plain = yes
	case Sound:
		f.sound(out, e)
	case Unsound:
		f.sealed, f.why = maybe, Damaged
	case Opened, Back:
		f.sealed, f.plain, out.Sealing, out.To, out.Cipher, out.Checked, out.Proven = no, yes, nil, nil, "", nil, nil
	case Missing:
		f.sealed, f.plain, f.why = maybe, maybe, Lost
	case Moved, Deleted:
		f.gone, f.sealed, f.plain = true, no, no
	case Copied:
		f.copies = append(f.copies, e)
	case Returned:
		f.copies = slices.DeleteFunc(f.copies, func(c Event) bool { return c.Copy == e.Copy })
	case Restored:
		f.sealed, f.plain, f.gone, f.why, out.Remade = maybe, maybe, false, Backup, &e
	}
}

// beside tells whether the original lies beside what was sealed now.
func (f *file) beside(k Kind, known bool) tri {
	switch {
	case k == Kept, k == Beside:
		return yes
	case k == Sealed:
		return maybe
	case k == Found && !known:
		return no
	case f.plain == yes && !known: // it was opened, and is sealed anew in its place
		return maybe
	}
	return f.plain
}

func (f *file) sound(out *Answer, e Event) {
	f.sealed, out.Checked = yes, &e
	if e.WithKey {
		out.Proven = &e
	}
	if e.Looked {
		if f.plain = no; e.Plain {
			f.plain = yes
		}
	}
}
