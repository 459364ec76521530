// Package decoy puts files into the data folders that look like customers' data and
// are none. Nobody has a reason to open one: who does is looking for something, or
// works through the folder to encrypt or copy it, and the watch says so at the first
// of them (package rules).
//
// [Look] lists a folder and [Plan] chooses its decoys, at most three. By their names
// one stands before everything else in the folder, one after everything, one in the
// middle; the first is the newest file, the second the largest as long as the others
// are of the size of lists, the third the oldest. So a program that goes through a
// folder by name, time or size, upwards or downwards, has at most three files before
// it meets one. Of the names that do for this, the one is taken that stands first where the
// disk lists files by an order of its own ([DiskOrder]): so it does who takes them as they
// come. By no order at all, and on disks that list files as they were made, it is later; and
// what the shop adds afterwards may stand before them: planning again heals that.
//
// Their content is made up in the shop's language (words): names put together at
// random, streets and towns that do not exist, mail addresses at example.com, example.org
// and example.net, telephone numbers that are given to nobody, card numbers published for
// tests. No two shops have the same.
//
// Nothing in a decoy says that it is one. custode knows it by path, size and time, which
// takes no look inside, or by the SHA-256 of its content wherever a copy of it lies, as
// in a backup: [Known]. A list of decoys that is lost makes them customers' data for the
// scanner.
//
// [Place] writes one whole or not at all and never over anything, [Decoy.Check] tells
// whether it is still there, [Decoy.Remove] removes it only if it is what was written.
// The package knows no clock, no database and no language of its own; chance comes from
// a reader.
package decoy

import (
	"errors"
	"io/fs"
	"time"
)

// Decoy is one that was placed, as it is remembered.
type Decoy struct {
	Path, Folder string // absolute
	Digest       [32]byte
	Size         int64
	MTime        time.Time
	MadeAt       time.Time
}

// Draft is a decoy that is to be placed.
type Draft struct {
	Decoy

	Data  []byte
	Mode  fs.FileMode
	Owner Owner
}

// State says what became of a decoy.
type State string

// The states.
const (
	Present State = "present"
	Changed State = "changed" // something else lies there now
	Gone    State = "gone"
	Away    State = "away" // its folder is not there
)

// ErrTaken says that there is a file of that name already.
var ErrTaken = errors.New("decoy: the name is taken")

// ErrChanged says that a file is not what was written, and stays.
var ErrChanged = errors.New("decoy: it is not what was written")
