// Package alert brings messages to people: by mail and by the usual services, behind the
// same [Channel]; and says when: how often a message that did not arrive is tried
// again ([Retry]), and how many a person can bear ([Plan]).
//
// It knows no language and no clock: texts and times come in. It keeps nothing:
// whoever has the store keeps the queue, so that a message outlives the process, a
// full mailbox and a mail server that is down for a day.
package alert

import (
	"context"
	"slices"
	"time"
)

// Severity says how urgent a message is.
type Severity uint8

// The severities: a Note waits for the digest, a Critical message for nothing.
const (
	Note Severity = iota + 1
	High
	Critical
)

// Message is what a person is to read.
type Message struct {
	ID       string // the same for the same message, however often it is sent: mail programs show it once
	Severity Severity
	Subject  string // one line
	Body     string // plain text, lines end with "\n"
	At       time.Time
}

// Channel is a way to a person.
type Channel interface {
	Name() string
	// Send returns nil when the next machine on the way has taken the message over.
	Send(ctx context.Context, m Message) error
}

// retries are the times between attempts; the last one goes on.
var retries = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// GiveUp is how long a message is tried.
const GiveUp = 7 * 24 * time.Hour

// Retry says when a message that failed for the n-th time (1: the first) at a time is
// tried again. False: it was tried for seven days.
func Retry(made, failed time.Time, n int) (time.Time, bool) {
	next := failed.Add(retries[min(max(n, 1), len(retries))-1])
	return next, next.Sub(made) <= GiveUp
}

// Limits of what a person is sent.
const (
	PerDay = 5                // messages that are not critical
	Merge  = 30 * time.Second // critical ones that come so soon after another are sent as one
)

// Waiting is a message that was not sent yet.
type Waiting struct {
	Message

	Due time.Time // not before: after a failure
}

// Sent is what a person was sent before.
type Sent struct {
	Today    int       // messages that are not critical, since midnight; the digest counts as none
	Critical time.Time // the last critical one
}

// Sending is what is to be sent now.
type Sending struct {
	Now    [][]Message // each list is one message
	Digest []Message   // together one message
	Next   time.Time   // when to ask again, if nothing new comes; zero: then
}

// Plan says what of the waiting messages is sent now. opens is the next opening time
// that the digest waits for: at or before now it is due. A critical message is never
// dropped: it goes at once, or within half a minute together with others.
func Plan(waiting []Waiting, sent Sent, opens, now time.Time) Sending {
	var s Sending
	ask := func(at time.Time) {
		if s.Next.IsZero() || at.Before(s.Next) {
			s.Next = at
		}
	}
	list := slices.Clone(waiting)
	slices.SortStableFunc(list, func(a, b Waiting) int { return a.At.Compare(b.At) })
	var critical, digest []Message
	for _, w := range list {
		switch {
		case w.Due.After(now):
			ask(w.Due)
		case w.Severity == Critical:
			critical = append(critical, w.Message)
		case w.Severity == High && sent.Today < PerDay:
			s.Now = append(s.Now, []Message{w.Message})
			sent.Today++
		default:
			digest = append(digest, w.Message)
		}
	}
	switch end := sent.Critical.Add(Merge); {
	case len(critical) == 0:
	case now.Before(end) && !sent.Critical.After(now): // a clock that went back holds nothing up
		ask(end)
	default:
		s.Now = append([][]Message{critical}, s.Now...)
	}
	switch {
	case len(digest) == 0:
	case opens.After(now):
		ask(opens)
	default:
		s.Digest = digest
	}
	return s
}
