// Package lookout is the half of the watch that looks: it joins the sensors (package
// watch), what files are (judge), what is unexpected (rules) and what has become of the
// files (baseline), and tells what is worth keeping as a stream of [Entry].
//
// It knows no database, no language and no person. Whoever takes the entries writes
// them down and says what of them to whom; what the shop has set and said comes in as a
// [Plan], and again whenever that changes. So the lookout can run as root beside the
// process of the user that keeps the record.
package lookout

import (
	"time"

	"custode/scan/walk"
	"custode/scan/watch"
	"custode/scan/watch/gate"
	"custode/scan/watch/rules"
)

// Plan is what the shop has set and said.
type Plan struct {
	Folders []string      // the data folders, by full names
	Hours   rules.Week    // when somebody works; nothing: not known
	Zone    string        // of the hours, as Europe/Rome; "": this computer's
	Limits  rules.Limits  // zero: the defaults
	Since   time.Time     // when it began to learn; zero: now
	Habits  []rules.Habit // what was learned, and what a person said of it
	Decoys  []string      // files that look like customer data and are none
	Pause   time.Time     // until then a person said that much will happen: decoys, files made unreadable and blindness are told all the same
	Gate    bool          // programs are held before they open a file (package gate); Linux as root
	Looked  []Incident    // open incidents that a person has looked at: who was denied may open files again
	// Baseline is the digest of the baseline that was told last, as the journal has
	// it; zero for none.
	Baseline [32]byte
}

// Incident names one for good.
type Incident struct {
	Run    string
	Serial uint64
}

// Entry is one thing told; one of its parts is set.
type Entry struct {
	At       time.Time
	Run      string // which run of the lookout told it
	News     *rules.News
	Grown    []rules.Incident `json:",omitempty"` // open incidents as they stand
	Blind    *Blind           `json:",omitempty"`
	Activity []Activity       `json:",omitempty"`
	Habits   *Habits          `json:",omitempty"`
	Status   *Status          `json:",omitempty"`
	Checked  *Checked         `json:",omitempty"`
	Gate     *gate.Notice     `json:",omitempty"` // the gate stood open for a while
}

// Blind is a time in which something may have been missed, before and after the
// folders were held against the baseline.
type Blind struct {
	watch.Blind

	Killed   bool // Stopped: the computer ran on without the watch
	Compared bool
	Changed  int      // files that had changed, been made or gone meanwhile
	Paths    []string // some of them
}

// Activity is what one actor did in one folder in ten seconds.
type Activity struct {
	At      time.Time
	Folder  string
	User    string
	Program string
	Verb    string // as watch.Op names it
	Files   int    // distinct ones
	Paths   []string
}

// Habits are those that have changed.
type Habits struct {
	Since time.Time
	List  []rules.Habit
}

// Status is how it stands with the watch. One is told every minute.
type Status struct {
	PID      int
	Started  time.Time
	Root     bool
	Coverage map[string]Covered // by folder
	Tested   time.Time          // when the last self-test ended; zero: none yet
	Missing  []string           `json:",omitempty"` // what a sensor promised and did not show: "folder operation"
	Files    int                // known
	Learning bool               // files are still being looked at
	Events   int64              // since it started
	Busy     time.Duration      // what judging them took
	Gate     string             // GateOn, GateFailed, or "" where none is asked for
	Asked    int64              // opens that the gate was asked for
	Denied   int64
	Skipped  int64     // let through because no answer came in time
	Next     time.Time // when a file is looked at again at the latest: see Turn
}

// What became of the gate.
const (
	GateOn     = "on"
	GateFailed = "failed"
)

// Covered is what is seen of a folder.
type Covered struct {
	Backend     string
	Changes     bool
	Reads       bool
	Who         bool
	Permissions bool
	Delay       time.Duration
	Why         watch.Why
	Sysctl      string // the setting of the system that stands in the way, with its value
	Value       int
}

// Checked is what holding the folders against the baseline showed.
type Checked struct {
	Mode    string // first, fast, sample, full
	Took    time.Duration
	Digest  [32]byte // of the new baseline
	Files   int
	Counts  map[string]int // differences that nothing else has told, by their kind
	Paths   []string       // some of them
	Damaged bool           // the baseline was damaged, or not the one that was told last
	Err     string         // an identifier, where it failed: the system's cause
}

// MostPaths is how many paths an entry names at most.
const MostPaths = 20

// Options are what a lookout needs besides the plan. All but Events are needed.
type Options struct {
	Dir      string       // its own folder: the baseline and the sign of life
	Intents  Intents      // what custode has announced
	Walk     walk.Options // what is left out
	Now      func() time.Time
	Root     bool
	Own      [32]byte                  // digest of custode's own program
	Access   func(path string) [8]byte // digest of a file's access list; nil: none
	Booted   func() time.Time          // when the computer started; zero: not known
	Packed   func(program string) bool // the program is the package manager's; nil: not known
	Events   func([]Seen)              // told of each event, some at a time; may be nil
	HandBack func()                    // gives back memory that is no longer needed; may be nil
	Guard    []string                  // starts the guard of the gate: see gate.Options; nil: none
	Sensors  watch.Options             // Folders and Now are set from here

	Times Times
}

// Seen is an event, and whether what is usual explains it. It is not kept.
type Seen struct {
	*watch.Event

	Expected bool
}

// Intents is what custode has announced that it does (package intent).
type Intents interface {
	Announced(path string) bool // seals, opens or seals anew
	Reads(path string) bool
}

// Times are how often things are done; zero for the usual.
type Times struct {
	Fast   time.Duration // the folders are held against the baseline by what the file system tells: 15 minutes
	Sample time.Duration // and a part of the files is read: 6 hours
	Turns  int           // so many samples read every file once: 28, which is a week
	Full   time.Duration // all files are read: 7 days, between two and six in the morning if possible
	Test   time.Duration // self-test: an hour
	Status time.Duration // one minute
	Bucket time.Duration // ten seconds
	Haste  time.Duration // how long a blind interval waits for the comparison before it is told: 4 seconds
}

func (t Times) filled() Times {
	for _, d := range []struct {
		to  *time.Duration
		def time.Duration
	}{
		{&t.Fast, 15 * time.Minute},
		{&t.Sample, 6 * time.Hour},
		{&t.Full, 7 * 24 * time.Hour},
		{&t.Test, time.Hour},
		{&t.Status, time.Minute},
		{&t.Bucket, 10 * time.Second},
		{&t.Haste, 4 * time.Second},
	} {
		if *d.to <= 0 {
			*d.to = d.def
		}
	}
	if t.Turns <= 0 {
		t.Turns = 28
	}
	return t
}

// Turn is within what time every file is read again at the latest.
func (t Times) Turn() time.Duration {
	t = t.filled()
	return time.Duration(t.Turns) * t.Sample
}

// Pause is a time for which a person said that much will happen, and why.
type Pause struct {
	Until time.Time
	Why   string
	By    string
}

// MostPause is how long a pause may be.
const MostPause = 8 * time.Hour
