// Package cases is how an incident of the watch is kept: what the rules said of it, what
// data was at stake, and whether a person has looked at it.
package cases

import (
	"time"

	"custode/scan/detect"
	"custode/scan/watch/rules"
)

// Case is one incident as it is kept.
type Case struct {
	rules.Incident

	ID     int64
	Run    string    // which run of the watch told it; with Incident.Serial it is named for good
	Closed time.Time // zero while it goes on
	Stake  Stake
	Acked  time.Time // when a person has looked at it; zero not yet
	By     string    // who
	Note   string
	Told   Told // of one that a person told
}

// Reported is the rule of what the watch did not see and a person told. Why is one of the kinds below.
const Reported rules.Rule = "reported"

// What people report. Their text is stored and never changes.
const (
	StrangeMail    rules.Why = "mail"      // or a call
	LostDevice     rules.Why = "device"    // lost or stolen
	StrangeFiles   rules.Why = "files"     // look wrong, or do not open
	WrongRecipient rules.Why = "recipient" // something went to the wrong person
	SomethingElse  rules.Why = "else"
)

// Reports lists them in the order in which they are offered.
func Reports() []rules.Why {
	return []rules.Why{StrangeMail, LostDevice, StrangeFiles, WrongRecipient, SomethingElse}
}

// Told is what a person said, who may have given no name.
type Told struct{ Text, Name string }

// Stake is what the files of an incident hold, as the last scan knew and as it was at
// that moment.
type Stake struct {
	Known  int           // files of which the scan knew something
	People int64         // distinct people in all of them together; about, from 1,000 on
	Sealed int           // files that were sealed
	Kinds  []detect.Kind // kinds of data, the riskiest first
}

// Held is what custode knows of one file of an incident.
type Held struct {
	Read time.Time // when a scan read it, in the clear; zero never, or it is sealed since
	Data bool      // personal data were found in it
}
