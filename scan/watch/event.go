// Package watch sees what happens to the files of the data folders: that one was
// opened, read, changed, made, removed, renamed or given other permissions, and,
// where the system tells it, by which program of which person.
//
// There is one face for all sensors. [Start] takes for each folder the best that
// this computer has, and [Watcher.Coverage] says which that is:
//
//   - fanotify (Linux as root): all of it, and who. One mark for a whole file
//     system, so that a million folders cost nothing.
//   - inotify (Linux without root): changes and reads, not who.
//   - audit (Windows as administrator): changes as notify has them; reads, and who,
//     from what Windows itself writes down (package objaudit), as far as the
//     self-test showed it. Not run on a real Windows yet.
//   - notify (Windows, macOS, by fsnotify): changes only.
//   - poll (network shares, and where a limit of the system is reached): a look
//     at the names, sizes and times every few minutes.
//
// No sensor sees all. What went past is a [Blind] interval: recorded, told, and
// closed by whoever compares the folders with what they were. What a backend
// really shows is not believed but tried: [Watcher.SelfTest] touches a file of its
// own in each folder in each way.
//
// Sensors only report. What an event means is the business of the packages
// beside this one. No content of a file and no command line is ever kept.
package watch

import (
	"strconv"
	"strings"
	"time"
)

// Op is what happened, a set: a kernel may merge what one process did to one file,
// and then nothing is known of the order within the set.
type Op uint16

// The things that happen to files.
const (
	Open       Op = 1 << iota // was opened, also for reading through memory (mmap), which shows as nothing else
	Read                      // was read; by inotify: was closed after having been open for reading
	Write                     // content changed, also by truncating
	CloseWrite                // whoever had it open for writing is done
	Create                    // a new name, also a folder's or a hard link's
	Delete                    // the name is gone
	Rename                    // From became Path
	Permission                // permissions, owner, times or other attributes
	Cover                     // Path was mounted over, or what was mounted there is gone: names under it mean other files now
)

var opNames = [...]string{"open", "read", "write", "closewrite", "create", "delete", "rename", "permission", "cover"}

// Changes are the operations after which a file is not what it was.
const Changes = Write | CloseWrite | Create | Delete | Rename | Permission | Cover

// Has reports whether all of what is in the set.
func (o Op) Has(what Op) bool { return o&what == what }

// Names lists the operations of the set by the names that are stored: they never
// change.
func (o Op) Names() []string {
	var out []string
	for i, n := range opNames {
		if o&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// String joins the names by "+".
func (o Op) String() string { return strings.Join(o.Names(), "+") }

// Event is one thing that happened to one file or folder.
//
// The same thing may be told twice: after a new folder appeared, its content is
// listed, and what is found told as Create, because what came into it before the
// sensor was in place would be missed otherwise.
type Event struct {
	At time.Time // when the sensor got it, not when it happened
	Op Op
	// Path is the file, by its full name as it is in the watched folder. Of a
	// rename it is the new name, and "" where the file left the watched folders.
	Path string
	// From is the old name of a rename, "" where the file came from outside. A
	// folder that comes from outside (Dir set, From empty) brings files with it
	// that are not told one by one.
	From string
	// Alias is the other name, outside of the watched folders, through which the
	// file was touched (a hard link); else "". fanotify only.
	Alias string
	Dir   bool
	// Actor is who did it; nil where this sensor cannot tell.
	Actor *Actor
}

// Actor is a process as it was when it touched a file. It is shared between
// events: never change one.
type Actor struct {
	PID     int
	Start   uint64 // when the process started, in ticks since the computer did: with PID it names one process for good
	Session int    // groups a loop of short programs into one doing
	UID     uint32 // as whom files are opened (fsuid): a file server takes on its client's; or UnknownUID
	User    string // the name of UID, "" where it has none
	Program string // path of the program, "" where the process was gone before it could be asked
	Digest  [32]byte
	// Script is the path of the script, where the program is its interpreter: for
	// sure where the script itself was started, and where its interpreter was
	// started by name, if it lived for a millisecond or so.
	Script   string
	Terminal bool     // the process has a terminal: a person sits at it
	Desk     bool     // it belongs to the log-in of a person, at this computer or over the network; only Windows tells
	Parents  []string // programs of parent, grandparent and so on, at most eight
}

// UnknownUID stands for the user of a process that was gone before it could be
// asked. Then User is "", Start, Session and Terminal are not known either. On
// Windows, whose accounts have no numbers, it stands for every user.
const UnknownUID = ^uint32(0)

// Blind is a time during which something may have been missed.
type Blind struct {
	From, To time.Time
	Why      Why
	Lost     int64    // how many events, -1 where nobody knows
	Folders  []string // the watched folders in question; none: all
}

// Why is the reason of an interval of blindness, or of a lesser sensor: an
// identifier that is stored and never changes.
type Why string

// The reasons.
const (
	Overflow Why = "overflow"  // the kernel's queue was full
	RingFull Why = "ring-full" // our own queue was full: what reads it is too slow
	Stopped  Why = "stopped"   // the watch did not run
	Clock    Why = "clock"     // the clock jumped
	Covered  Why = "covered"   // a file system was mounted over the folder, or is gone from it
	Limit    Why = "limit"     // a limit of the system (see LimitError): looked at from time to time instead
	Gone     Why = "gone"      // the folder was not there
	Unnamed  Why = "unnamed"   // events whose folder was gone before it could be named
	Network  Why = "network"   // a network share: what other computers do on it is told to nobody
	NotRoot  Why = "not-root"  // not started by root
	NotAdmin Why = "not-admin" // not started by an administrator of Windows, with his rights
	Unproven Why = "unproven"  // the system was asked to write down who it was, and the self-test found nothing written
	System   Why = "system"    // this system, or this file system, can do no better
	Many     Why = "many"      // too many files for what this system offers
)

// Caps says what a sensor can see.
type Caps struct {
	Backend string // fanotify, inotify, audit, notify or poll; "" while a folder is gone
	Changes bool   // made, written, renamed, deleted
	Reads   bool
	Who     bool
	// Permissions says that changes of permissions and owner are seen, which
	// fsnotify cannot on Windows.
	Permissions bool
	// Delay is how long it took, at most, from a touch to its event: as measured
	// by the last self-test, the interval of a poll, or 0 where nothing was
	// measured yet.
	Delay time.Duration
	Why   Why   // why no better sensor is used, "" where this is the best there is
	Err   error // what stood in the way, where an error did: a *LimitError names the setting
}

// Coverage is what all folders together have (what the least of them has), and
// what each has.
type Coverage struct {
	Caps
	Folders map[string]Caps
}

// together is what holds for every folder.
func together(folders map[string]Caps) Caps {
	var all Caps
	first := true
	for _, c := range folders {
		if first {
			all, first = c, false
			continue
		}
		if c.Backend != all.Backend {
			all.Backend = "mixed"
		}
		all.Changes = all.Changes && c.Changes
		all.Reads = all.Reads && c.Reads
		all.Who = all.Who && c.Who
		all.Permissions = all.Permissions && c.Permissions
		all.Delay = max(all.Delay, c.Delay)
		if all.Why == "" {
			all.Why, all.Err = c.Why, c.Err
		}
	}
	return all
}

// LimitError says that a limit of the system stands in the way of watching. Fewer
// things are seen until it is raised.
type LimitError struct {
	Sysctl string // the setting of the kernel, as sysctl names it
	Value  int    // what it is now, 0 where that is unknown
	Folder string
}

// Error names the setting.
func (e *LimitError) Error() string {
	if e.Value == 0 {
		return "the system's limit " + e.Sysctl + " is reached"
	}
	return "the system's limit " + e.Sysctl + " is reached (" + strconv.Itoa(e.Value) + ")"
}
