package replace

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
)

// Outcome is what became of a file.
type Outcome uint8

// The outcomes.
const (
	Sealed  Outcome = iota + 1 // the sealed copy is proven, the original is gone
	Kept                       // a sealed copy is there, and so is the original
	Skipped                    // nothing was done to it
)

// Reason says why a file was kept or skipped. This is the whole list.
type Reason string

// Why a file was kept.
const (
	Asked        Reason = "asked"         // Options.Keep
	Differs      Reason = "differs"       // X.age holds something else, or can't be opened
	NeedsKey     Reason = "needs-key"     // X.age is there, and without the key it can't be compared
	NotDurable   Reason = "not-durable"   // the folder could not be flushed
	NotRecorded  Reason = "not-recorded"  // Options.Record failed
	NotRemovable Reason = "not-removable" // no permission, immutable, or the disk refused
	ChangedLate  Reason = "changed-late"  // it changed after its copy had been recorded
)

// Why a file was skipped.
const (
	AlreadySealed Reason = "already-sealed"
	Misnamed      Reason = "misnamed"   // ends in .age, and is not a sealed file
	Special       Reason = "special"    // a link, a folder, a pipe or a device
	HardLinks     Reason = "hard-links" // it would stay readable under its other name
	Sparse        Reason = "sparse"     // has holes of over 1 GiB, which sealing would fill
	InCloud       Reason = "in-cloud"   // its content is not on this computer
	ReadOnly      Reason = "read-only"  // marked so (Windows): it could not be removed
	HiddenParts   Reason = "hidden"     // has alternate streams, which a new file would not get
	Database      Reason = "database"   // of SQLite, and a program is at work on it
	LockFile      Reason = "lock-file"  // of Office: goes away by itself
	Ours          Reason = "ours"       // a temporary file of a run
	InUse         Reason = "in-use"     // another program has it open
	Changed       Reason = "changed"    // it changed while it was sealed
	Vanished      Reason = "vanished"
	NoPermission  Reason = "no-permission"
	LongName      Reason = "long-name"
	NameTaken     Reason = "name-taken" // X.age came up meanwhile
	DiskFull      Reason = "disk-full"
	DiskError     Reason = "disk-error"
	Unproven      Reason = "unproven" // what was read back was not what had been written
	Cancelled     Reason = "cancelled"
)

// Why a sealed file was not opened.
const (
	NotSealed Reason = "not-sealed" // it is no sealed file
	NoKey     Reason = "no-key"     // none of our keys opens it
	Damaged   Reason = "damaged"    // it is not as it was sealed
	CutOff    Reason = "cut-off"    // its end is missing
	KeyFailed Reason = "key-failed" // what holds the key (a token, a plugin) gave an error
)

// Result is what became of one file.
type Result struct {
	Path    string
	Sealed  string // the path of its sealed copy, if there is one
	Outcome Outcome
	Reason  Reason // "" when sealed
	Digests Digests
	Missed  disk.Missed
	Mark    string // with InUse, the file beside it that says so: see Program
	Err     error  // what the system said, or nil
}

// maxHole is how many bytes of holes sealing may fill.
const maxHole = 1 << 30

var sqlite = []byte("SQLite format 3\x00")

// Cause puts an error of the disk on the list.
func Cause(err error) Reason { return cause(err) }

// cause puts an error of the disk on the list.
func cause(err error) Reason {
	for _, c := range []struct {
		is error
		r  Reason
	}{
		{inplace.ErrUnproven, Unproven},
		{disk.ErrBusy, InUse},
		{disk.ErrChanged, Changed},
		{disk.ErrSpecial, Special},
		{disk.ErrHidden, HiddenParts},
		{disk.ErrFull, DiskFull},
		{disk.ErrLongName, LongName},
		{fs.ErrNotExist, Vanished},
		{fs.ErrPermission, NoPermission},
		{fs.ErrExist, NameTaken},
		{context.Canceled, Cancelled},
		{context.DeadlineExceeded, Cancelled},
	} {
		if errors.Is(err, c.is) {
			return c.r
		}
	}
	return DiskError
}

func (p *place) rule(name string, who disk.ID) Reason {
	if p.run.Opener != nil {
		return p.ruleOutSealed(name, who)
	}
	if p.run.Keep {
		who.ReadOnly = false
	}
	if who.Links > 1 && p.run.Linked != nil && p.run.Linked(who) {
		who.Links = 1
	}
	return p.rules().Out(name, who)
}

// Rules say which files of a folder may be sealed: they are the same for whoever
// takes a readable file away.
type Rules struct {
	Has    func(name string) bool             // whether the folder holds just that name
	Look   func(name string) (disk.ID, error) // disk.Folder.Look
	Sealed func(head []byte) bool             // Sealer.Sealed
}

func (p *place) rules() Rules {
	r := Rules{Has: p.has, Look: p.Look}
	if p.run.Sealer != nil {
		r.Sealed = p.run.Sealer.Sealed
	}
	return r
}

// Out gives the reason why a file of this name and kind is not sealed, or "".
func (p Rules) Out(name string, who disk.ID) Reason {
	switch {
	case !who.Mode.IsRegular():
		return Special
	case inplace.IsTemporary(name):
		return Ours
	case isLock(name):
		return LockFile
	case who.Away:
		return InCloud
	case who.ReadOnly:
		return ReadOnly
	case who.Links > 1:
		return HardLinks
	case who.Size-who.Allocated > maxHole:
		return Sparse
	case p.besideDatabase(name):
		return Database
	case p.Mark(name) != "":
		return InUse
	}
	return ""
}

// OutContent is Out for what only the first bytes tell: 64 are enough.
func (p Rules) OutContent(name string, head []byte) Reason {
	switch {
	case p.Sealed(head):
		return AlreadySealed
	case strings.EqualFold(filepath.Ext(name), ext):
		return Misnamed
	case bytes.HasPrefix(head, sqlite) && p.databaseInUse(name):
		return Database
	}
	return ""
}

// isLock tells the files that Office puts beside an open document, and Access
// beside an open database.
func isLock(name string) bool {
	low := strings.ToLower(name)
	return strings.HasPrefix(low, "~$") || strings.HasPrefix(low, ".~lock.") && strings.HasSuffix(low, "#") ||
		strings.HasSuffix(low, ".laccdb")
}

// Mark gives the name of such a file that says that the document is open, or "".
func (p Rules) Mark(name string) string {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	marks := []string{"~$" + name, ".~lock." + name + "#"}
	if len(name) > 2 {
		marks = append(marks, "~$"+name[2:]) // Word writes over the first two letters
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".accdb", ".accde":
		marks = append(marks, stem+".laccdb")
	case ".mdb", ".mde":
		marks = append(marks, stem+".ldb")
	}
	if i := slices.IndexFunc(marks, p.Has); i >= 0 {
		return marks[i]
	}
	return ""
}

var besides = []string{"-wal", "-shm", "-journal"}

// besideDatabase tells the files that belong to a database of SQLite.
func (p Rules) besideDatabase(name string) bool {
	for _, s := range besides {
		if base, ok := strings.CutSuffix(name, s); ok && base != "" && p.Has(base) {
			return true
		}
	}
	return false
}

// databaseInUse reports whether committed rows may lie beside the database: sealing
// the file alone would lose them.
func (p Rules) databaseInUse(name string) bool {
	for _, s := range besides {
		who, err := p.Look(name + s)
		if err == nil && (who.Size > 0 || s == "-shm") || err != nil && !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}
