package alert

import "time"

// Kind is what a queued message is about. Its text is stored and never changes.
type Kind string

// The kinds.
const (
	Opened    Kind = "opened"
	Worse     Kind = "worse"
	Closed    Kind = "closed"
	Digest    Kind = "digest"    // several that could wait, together
	Heartbeat Kind = "heartbeat" // all is well: that it comes is the news
	Daily     Kind = "daily"     // what is new or worse in the daily check, once a day
)

// Queued is a message as whoever keeps the queue has it.
type Queued struct {
	Message

	Number   int64
	Kind     Kind
	Incident int64  // 0: of none
	Day      string // of a digest or heartbeat
	SentAt   time.Time
}

// Delivery is one message on one way.
type Delivery struct {
	Message

	Number  int64 // of the message
	Channel string
	Due     time.Time // when it is tried next; zero: not again
	Tries   int
	Sent    time.Time // zero: it did not arrive
	Error   string    // an identifier of what went wrong last
}

// String is the name that is stored: it never changes.
func (s Severity) String() string {
	switch s {
	case Critical:
		return "critical"
	case High:
		return "high"
	case Note:
	}
	return "note"
}

// SeverityOf reads the name of a severity.
func SeverityOf(name string) Severity {
	for _, s := range []Severity{High, Critical} {
		if s.String() == name {
			return s
		}
	}
	return Note
}
