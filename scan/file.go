// Package scan finds what personal data lies where: it walks folders, reads
// what has changed since the last time, and says per file which kinds, how
// many, of about how many people, how sure it is and how bad that would be.
//
// It holds no content: readers hand what they read straight to detectors, and
// what comes back is counts, masked samples and keyed sketches. It knows no
// database, clock, screen or language: those come in as arguments, and words
// are left to whoever shows the result.
package scan

import (
	"time"

	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

// State says how a file was dealt with.
type State string

// Every file is in one of these states. Only Examined and Sealed files can be
// called clean.
const (
	Examined    State = "examined"     // read whole
	Sealed      State = "sealed"       // encrypted with age: nothing to read
	NotExamined State = "not-examined" // no reader for it yet; Reason says which way
	Skipped     State = "skipped"      // left out by rule, or no file with content; Reason says why
	Failed      State = "failed"       // could not be read; Reason says why
)

// Reason says why a file was not examined, from a closed list.
type Reason string

// The reasons. Those of rules are completed by the rule's own id.
const (
	NoReader   Reason = "no-reader"  // a format that custode cannot read yet
	ImageOnly  Reason = "image-only" // a picture: what it shows is not known
	Encoded    Reason = "encoded"    // a mail with parts in an encoding that is not known; the rest was read
	Partly     Reason = "part"       // something in it was not examined: see File.Unread
	Damaged    Reason = "damaged"    // it is not whole, or not what it says it is; what could be read was
	TooDeep    Reason = "too-deep"   // containers in one another beyond what is followed
	TooBig     Reason = "too-big"    // it inflates to more than is read of one file
	TooSlow    Reason = "too-slow"   // it took too long, or the drive does not answer
	Absent     Reason = "absent"     // a data folder that is not there
	Encoding   Reason = "encoding"   // text in an encoding that is not known
	IsLink     Reason = "link"       // a symbolic link: its target is looked at where it lies
	LinkOut    Reason = "link-out"   // a symbolic link to something outside the folders, or to nothing
	IsSpecial  Reason = "special"    // a pipe, socket or device: never opened
	ByRule     Reason = "rule"       // left out by a rule
	Permission Reason = "permission" // the system does not let us read it
	Vanished   Reason = "vanished"   // gone between listing and reading
	Unsteady   Reason = "changed"    // changed while it was read, twice
	Broken     Reason = "io"         // the disk or the system failed to give it
	LongName   Reason = "long-name"  // a path longer than the system can open
	InUse      Reason = "in-use"     // locked by another program (Windows)
	InCloud    Reason = "cloud"      // its content is not on this computer: to read it would fetch it
	Stumbled   Reason = "bug"        // reading it made custode panic
)

// File is what is known of one file. Findings and Sketch stand for content
// that was never kept.
type File struct {
	Path       string // absolute
	Stamp      walk.Stamp
	State      State
	Reason     Reason
	Rule       string // the id of the skip rule, with ByRule
	Because    string // why the settings leave it out, with RuleSettings; not stored
	Format     string // csv, json, text, age, pdf, …
	Findings   []detect.Finding
	Sketch     *people.Sketch    // about whom; nil when about nobody
	People     int64             // about how many, from Sketch
	Counted    []detect.Counting // how they were told apart; not stored
	Risk       Risk
	RiskReason RiskReason
	ReadAt     time.Time // when it was read, by the scan's clock; zero if it was not
	Rules      string    // the digest of the rules it was read with
	Unread     []Piece   // what in it was not examined, with Partly; the first twenty
	UnreadMore int64     // how many more
	Pictures   int64     // in documents that have text besides: not looked at
	Held       walk.Held // what lies in a folder that is left out; not stored
	Reused     bool      // not read now: nothing about it changed since ReadAt
	Settled    bool      // what is known of it is this: there is nothing to remember
	Gone       bool      // it was known, and its folder does not have it any more
	Newest     string    // the newest month in its columns of dates, YYYY-MM; empty for none
	Likeness   uint64    // keyed, of what was found: files of the same content have the same; 0 when nothing was found
	Digest     []byte    // keyed, of its content; nil until it is held against another file
	Copies     []string  // other files with the same content, the one to keep first; the first five
	CopiesMore int64     // how many more
	Spare      bool      // one of Copies is the one to keep

	// What Around adds: where it lies and who can read it now. Until then Risk is
	// that of the content alone, as Base is after.
	Exposure Exposure
	Access   Access
	Base     Risk
	Old      bool // nothing in it is newer than two years
}

// Piece is something inside a file that was not examined.
type Piece struct {
	Path   string `json:"path,omitempty"` // inside the file; empty for a piece of the file itself
	Reason Reason `json:"reason"`
}

// Encrypted reports whether a thief would find only cipher text in it.
func (f File) Encrypted() bool { return f.State == Sealed }

// Unseen reports whether the file may hold something that was not looked at.
func (f File) Unseen() bool { return f.State == NotExamined || f.State == Failed }
