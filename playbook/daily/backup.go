package daily

import (
	"slices"
	"time"
)

// BackupFacts say what is known of backups of the data folders; nil: nobody could look.
type BackupFacts struct {
	Folders []string  // the data folders
	Found   []Saved   // what backup programs keep of themselves, and the place that the owner named
	TriedAt time.Time // when a file that came back from a backup was last found to be whole; zero: never
}

// Saved is one backup that was found.
type Saved struct {
	Program string // "": it is the place that the owner named
	Place   string // the folder with the copies, where it is on this computer
	At      time.Time
	Lack    Lack // why At is not known
	Part    bool // there may be newer ones: not everything could be looked at

	Told   bool     // what is in it is known
	Covers []string // of the data folders, then

	SameDisk Answer // it lies on a disk of the data
	Sealed   Answer // it is encrypted
	Around   bool   // it lies in a data folder, or around one: that is no copy
}

// Answer is yes, no, or not known.
type Answer string

// The answers.
const (
	Untold Answer = ""
	Yes    Answer = "yes"
	No     Answer = "no"
)

// Lack says why the time of a backup is not known.
type Lack string

// The reasons; the titles of the items are named after them.
const (
	LackUnreadable Lack = "unreadable" // its record could not be read
	LackAway       Lack = "away"       // the place is not here
	LackSilent     Lack = "silent"     // its record tells no time
	LackNever      Lack = "unused"     // it is set up, and has made none yet
	LackEmpty      Lack = "empty"      // there is no file in the place
)

// The ages, from the catalogue: a day's work may be lost, a week's not. A backup that nobody
// brought anything back from is a hope.
const (
	dataFresh  = 24 * time.Hour
	dataOld    = 7 * day
	triedFresh = 90 * day
	triedOld   = 180 * day
)

// backups judges whether the data folders can be had back.
func backups(f Facts, now time.Time) []Item {
	items := []Item{savedData(f, now), tried(f, now)}
	if b := f.Backup; b == nil || len(b.inUse()) > 0 {
		items = append(items, savedSealed(f))
	}
	return items
}

// inUse gives the backups that hold a data folder, as far as is known.
func (b *BackupFacts) inUse() (out []Saved) {
	for _, s := range b.Found {
		if !s.Around && s.Lack != LackNever && s.Lack != LackEmpty && (!s.Told || len(s.Covers) > 0) {
			out = append(out, s)
		}
	}
	return out
}

// savedData judges each data folder by the best backup that holds it, and all by the worst.
func savedData(f Facts, now time.Time) Item {
	const id = "backup.data"
	b := f.Backup
	if b == nil || len(b.Folders) == 0 {
		return item(id, Unknown, "unknown").do("unknown.do", "custode", "check", "--all")
	}
	var out *Item
	left := int64(0)
	for _, folder := range b.Folders {
		best := best(b.Found, folder, now)
		if best == nil {
			left++
			continue
		}
		if out == nil || worst(best.Worth, out.Worth) != out.Worth {
			out = best
		}
	}
	switch {
	case out == nil && len(b.Found) == 0:
		return graced(item(id, Act, "none").do("none.do", place...), f, now)
	case left > 0:
		return item(id, Act, "left").count(left, int64(len(b.Folders))).do("left.do", place...)
	case out.Title.Key == "item."+id+"."+string(LackNever)+".title":
		return graced(*out, f, now)
	}
	return *out
}

var place = []string{"custode", "check", "answer", Place}

// best judges a folder by the backup of which most is known to be good; nil: none holds it.
func best(found []Saved, folder string, now time.Time) *Item {
	rank := []Status{Act, Unknown, Attention, OK}
	var out *Item
	for _, s := range found {
		if s.Told && !slices.Contains(s.Covers, folder) {
			continue
		}
		if it := s.judge(now); out == nil || slices.Index(rank, it.Worth) > slices.Index(rank, out.Worth) {
			out = &it
		}
	}
	return out
}

// judge judges one backup.
func (s Saved) judge(now time.Time) Item {
	const id = "backup.data"
	from := Phrase{Key: "evidence.backup.program", Args: []any{s.Program}}
	who := any(s.Program)
	if s.Program == "" {
		who, from = Phrase{Key: "item.backup.data.place"}, Phrase{Key: "evidence.backup.place", Args: []any{s.Place}}
	}
	make := func(status Status, c string, args ...any) Item {
		it := item(id, status, c).from(Measured, s.At, from)
		it.Title.Args = args
		return it
	}
	if s.Around {
		return make(Act, "around", s.Place).do("around.do", place...)
	}
	status := aged(now, s.At, dataFresh, dataOld)
	switch {
	case s.Lack == LackNever:
		return make(Act, string(s.Lack), who).do("old.do")
	case s.Lack == LackEmpty:
		return make(Act, string(s.Lack), s.Place).do("around.do", place...)
	case s.Lack == LackAway:
		return make(Unknown, string(s.Lack), who).do("away.do")
	case s.Lack != "":
		return make(Unknown, string(s.Lack), who).do("silent.do", place...)
	case status == Unknown:
		return make(Unknown, "future", s.At, who).do("future.do")
	case s.Part && status != OK:
		return make(Unknown, "part", s.At, who).do("part.do", place...)
	case status != OK:
		return make(status, "old", s.At, who).do("old.do")
	case s.SameDisk == Yes:
		return make(Attention, "same", s.At, who).do("same.do")
	case !s.Told:
		return make(Attention, "untold", s.At, who).do("silent.do", place...)
	}
	return make(OK, "ok", s.At, who)
}

// savedSealed: whoever takes the drive with the copies has everything.
func savedSealed(f Facts) Item {
	const id = "backup.protected"
	if f.Backup == nil {
		return item(id, Unknown, "unknown").do("do")
	}
	use := f.Backup.inUse()
	clear := slices.IndexFunc(use, func(s Saved) bool { return s.Sealed == No })
	untold := slices.IndexFunc(use, func(s Saved) bool { return s.Sealed == Untold })
	name := func(it Item, s Saved) Item {
		if it.Title.Args = []any{s.Program}; s.Program == "" {
			it.Title.Args = []any{Phrase{Key: "item.backup.data.place"}}
		}
		return it.do("do")
	}
	switch {
	case clear >= 0 && f.Scan != nil && !f.Scan.blind() && len(f.Scan.Open) == 0 && f.Seal != nil && f.Seal.Sealed > 0:
		return name(item(id, Attention, "inside"), use[clear])
	case clear >= 0:
		return name(item(id, Act, "clear"), use[clear])
	case untold >= 0:
		return name(item(id, Unknown, "untold"), use[untold])
	}
	return item(id, OK, "ok")
}

// tried: whether a backup is one shows when something is brought back from it.
func tried(f Facts, now time.Time) Item {
	const id = "backup.restore"
	if f.Backup == nil {
		return item(id, Unknown, "unknown").do("do", "custode", "backup", "--try")
	}
	at := f.Backup.TriedAt
	if at.IsZero() {
		return graced(item(id, Act, "never").do("do", "custode", "backup", "--try"), f, now)
	}
	it := item(id, OK, "ok").on(at)
	switch s := aged(now, at, triedFresh, triedOld); s {
	case Unknown:
		it = item(id, Unknown, "future").on(at).do("do", "custode", "backup", "--try")
	case OK:
	default:
		it = item(id, s, "old").on(at).do("do", "custode", "backup", "--try")
	}
	return it.from(Exercised, at, Phrase{Key: "evidence.backup.tried"})
}
