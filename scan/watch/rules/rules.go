// Package rules says what is unexpected among the things that happen to a
// shop's files: seven plain questions, each with its numbers, and no score.
//
//	decoy     a decoy was opened or changed
//	unreadable files are being made unreadable
//	bulk      unusually many files are read
//	stranger  a person or program that never touched this folder
//	hours     somebody is at work outside the shop's hours
//	mass      mass delete, mass rename, or a folder opened to everyone
//	blind     the watch could not see for a while
//
// An [Engine] is handed one [Fact] after the other and answers with what
// became of its incidents. It knows no clock (each fact says when), no file
// (each fact says what was found) and no language. It learns what is usual in
// a [Profile] that a person can read, confirm and correct.
//
// What a person or program may read never says that it may write: a learned
// backup may read every file, and is judged like everybody else when files
// change.
package rules

import (
	"time"

	"custode/scan/watch/structure"
)

// Rule is one of the seven. Its text is stored and never changes.
type Rule string

// The seven rules.
const (
	Decoy      Rule = "decoy"
	Unreadable Rule = "unreadable"
	Bulk       Rule = "bulk"
	Stranger   Rule = "stranger"
	Hours      Rule = "hours"
	Mass       Rule = "mass"
	Blind      Rule = "blind"
)

// All lists the rules in the order in which they are explained.
var All = []Rule{Decoy, Unreadable, Bulk, Stranger, Hours, Mass, Blind}

// Severity of an incident.
type Severity uint8

// The severities. A note waits for the daily digest.
const (
	Note Severity = iota + 1
	High
	Critical
)

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

// Verb is what was done to a file.
type Verb uint8

// The verbs, as a set.
const (
	Read Verb = 1 << iota
	Change
	Create
	Delete
	Rename
	Permission
)

// Writes are the verbs that change something.
const Writes = Change | Create | Delete | Rename | Permission

// Who did it, as far as the sensor can tell: where it cannot, all is empty,
// and everything that happens is one actor's.
type Who struct {
	Session int    // what one log-in or service started; 0 unknown
	User    string // the account
	Program string // its path
	Digest  string // SHA-256 of the program, in hexadecimal; "" unknown
	Human   bool   // from a terminal or a desktop, not a service
	Desk    bool   `json:",omitzero"` // of the log-in of a person, who need not sit there: a program may run by itself
}

// Known reports whether the sensor could tell anything.
func (w Who) Known() bool { return w.User != "" || w.Program != "" }

// Fact is one thing that happened to one file.
type Fact struct {
	At     time.Time
	Who    Who
	Folder string // the data folder that it is in
	Dir    bool   // it is a folder
	Path   string // where it is (Rename: now; "" left the folder)
	From   string // Rename: where it was; "" came from outside
	Verb   Verb   // one of them

	Young     bool             // the file was made by this very session: it may do with it what it likes
	Was       structure.Kind   // what it was before
	Lost      structure.Reason // Change: why it no longer opens; Delete: what replaced it does not open
	Noise     bool             // Create: the new file is of no known kind, or locked; Delete: the old one was
	NewEnding bool             // Rename: to an ending that no file of the tree had
	Wiped     bool             // Delete: it was written just before, and what was written was not seen
	Opaque    bool             // Delete: of no known kind, and its bytes are spread as evenly as a cipher's
	Twin      bool             // Delete: the same content is still there in a form that opens
	Decoy     bool             // it is a decoy
	WithAll   bool             // Delete of a decoy: its whole folder went with it
	Sealed    bool             // it is a sealed file, or in a folder of such
	Exposed   bool             // Permission: everyone may read it now, or it has another owner
	Own       bool             // custode announced it, and the result is what it announced
	Packaged  func() bool      // the program on disk is the package manager's; asked only where that matters, since it takes its time; nil: no
}

// Counts are the numbers of an incident: distinct files.
type Counts struct {
	Files      int `json:"files"` // all that were touched
	Read       int `json:"read,omitempty"`
	Unreadable int `json:"unreadable,omitempty"`
	Changed    int `json:"changed,omitempty"`
	Created    int `json:"created,omitempty"`
	Renamed    int `json:"renamed,omitempty"`
	Deleted    int `json:"deleted,omitempty"`
	Exposed    int `json:"exposed,omitempty"`
}

// Incident is what one session did, of one kind, in one folder.
type Incident struct {
	Serial   uint64 // counts the incidents of one engine
	Rule     Rule
	Folder   string
	Who      Who
	Wide     bool // it was counted over all sessions of the program of this user, or the session is not known
	Severity Severity
	Opened   time.Time
	Last     time.Time
	Counts   Counts
	Usual    int            // Bulk: the most files in ten minutes until now; -1 not known
	Limit    int            // from what number on it is an incident
	Why      Why            // what in the rule spoke
	Kinds    map[string]int // Unreadable: files that no longer open, by what they were
	Paths    []string       // the files, to [MostPaths]
}

// MostPaths is how many files of an incident are named. Its counts go on.
const MostPaths = 10_000

// Why says what in a rule spoke. Its text is stored and never changes.
type Why string

// The reasons of the rules that have several.
const (
	Opened         Why = "opened"           // decoy
	Altered        Why = "altered"          // decoy
	Newcomer       Why = "newcomer"         // stranger: never seen in this folder
	Refused        Why = "refused"          // stranger: somebody said that this is never normal
	FirstWrite     Why = "first-write"      // stranger: only read until now
	OtherProgram   Why = "other-program"    // stranger: the program is not the one that was learned
	ManyDeleted    Why = "many-deleted"     // mass
	ManyRenamed    Why = "many-renamed"     // mass
	OpenToEveryone Why = "open-to-everyone" // mass
)

// What became of an incident.
const (
	Began = "opened"
	Worse = "worse"
	Over  = "closed"
)

// News is what became of an incident. The incident is a copy.
type News struct {
	What     string
	Incident Incident
}
