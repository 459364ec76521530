package scan

import (
	"cmp"
	"io/fs"
	"slices"

	"custode/scan/walk"
)

// Account counts regular files and their bytes.
type Account struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Listed is what was not looked at for one reason: files that were not read, or
// not to their end, whatever was found in the part that was; and folders that are
// left out, with all that lies in them.
type Listed struct {
	Reason  Reason `json:"reason"`
	Rule    string `json:"rule,omitempty"` // with ByRule
	Entries int64  `json:"entries"`        // files, folders, links and pipes
	Account
	Unknown int64 `json:"unknown"` // of the entries, those of which nobody knows how much they hold
}

// Ledger accounts for every byte below the folders of a scan: each was examined,
// or is sealed, or is listed with the reason why not.
type Ledger struct {
	Examined Account
	Sealed   Account
	listed   []Listed
}

// add enters one file, or one folder that was not looked into.
func (l *Ledger) add(f File) {
	a, unknown := f.holds()
	switch f.State {
	case Examined:
		l.Examined.add(a)
		return
	case Sealed:
		l.Sealed.add(a)
		return
	case NotExamined, Skipped, Failed:
	}
	if f.Reason == IsLink { // its target is met where it lies
		return
	}
	i := slices.IndexFunc(l.listed, func(x Listed) bool { return x.Reason == f.Reason && x.Rule == f.Rule })
	if i < 0 {
		i = len(l.listed)
		l.listed = append(l.listed, Listed{Reason: f.Reason, Rule: f.Rule})
	}
	l.listed[i].Entries++
	l.listed[i].add(a)
	if unknown {
		l.listed[i].Unknown++
	}
}

// Listed gives what was not looked at, the most bytes first.
func (l *Ledger) Listed() []Listed {
	out := slices.Clone(l.listed)
	slices.SortFunc(out, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(b.Unknown, a.Unknown), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Rule, b.Rule))
	})
	return out
}

// Looked is what was looked at: what is sealed needs no more than that.
func (l *Ledger) Looked() Account {
	a := l.Examined
	a.add(l.Sealed)
	return a
}

// ours reports whether something is listed because custode made it: its home, and
// decoys.
func (x Listed) ours() bool {
	return x.Rule == string(walk.ReasonOwn) || x.Rule == string(walk.ReasonDecoy)
}

// Decoys is how many decoys were left out.
func (l *Ledger) Decoys() int64 {
	for _, x := range l.listed {
		if x.Rule == string(walk.ReasonDecoy) {
			return x.Entries
		}
	}
	return 0
}

// Missed is what should have been looked at and was not: all that is listed but
// for what is custode's own.
func (l *Ledger) Missed() (a Account, unknown int64) {
	for _, x := range l.listed {
		if !x.ours() {
			a.add(x.Account)
			unknown += x.Unknown
		}
	}
	return a, unknown
}

// Whole reports whether nothing was missed: only then may what was looked at
// without finding anything be called clean.
func (l *Ledger) Whole() bool {
	return !slices.ContainsFunc(l.listed, func(x Listed) bool { return !x.ours() })
}

// Percent is the part of the bytes that was looked at, rounded down: 100 only if
// nothing was missed.
func (l *Ledger) Percent() int {
	if l.Whole() {
		return 100
	}
	looked := l.Looked().Bytes
	missed, _ := l.Missed()
	if looked == 0 {
		return 0
	}
	return min(99, int(float64(looked)/float64(looked+missed.Bytes)*100))
}

func (a *Account) add(b Account) {
	a.Files += b.Files
	a.Bytes += b.Bytes
}

// holds tells what a file, or a folder that was not looked into, holds, and
// whether there may be more than anybody knows.
func (f File) holds() (a Account, unknown bool) {
	switch mode := fs.FileMode(f.Stamp.Mode); {
	case f.Stamp == walk.Stamp{} && f.State != Examined: // it could not even be looked at
		return Account{}, f.Reason != Vanished
	case mode.IsDir() && f.State == Skipped:
		return Account{Files: f.Held.Files, Bytes: f.Held.Bytes}, f.Held.Unknown
	case mode.IsDir():
		return Account{}, true
	case !mode.IsRegular(): // a link or a pipe has no bytes of its own
		return Account{}, false
	}
	return Account{Files: 1, Bytes: f.Stamp.Size}, false
}
