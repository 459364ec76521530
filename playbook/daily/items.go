package daily

import (
	"time"

	"custode/internal/host/posture"
)

// Facts is what was found out for the check. What is not known is nil: it
// makes its items unknown, never green.
type Facts struct {
	Scan    *ScanFacts
	Access  *AccessFacts
	Journal *JournalFacts
	Seal    *SealFacts // nil also where there is nothing of it: no keys, nothing sealed
	Copies  []File     // readable copies of sealed files that an interrupted run left
	Left    []File     // what the settings leave out
	Auto    *AutoFacts
	Watch   *WatchFacts
	Decoys  *DecoyFacts

	Backup   *BackupFacts
	Uses     *UseFacts
	Response *ResponseFacts
	Staff    *StaffFacts
	Privacy  *PrivacyFacts
	Host     *posture.Posture // the computer itself

	Began   time.Time         // when this shop began with custode; zero: not known, and long ago
	Snoozes map[string]Snooze // what the owner put off, by item
	Answers map[string]Reply  // what the owner said, by question
}

// AutoFacts are about automatic sealing; nil where no folder has it.
type AutoFacts struct {
	Waits  string    // for keys, or for the sheet; "" for nothing
	Ran    time.Time // the last time; zero for never
	Sealed int64     // files since the last check
}

// ScanFacts is what the last whole scan left, held against the files as they
// are now.
type ScanFacts struct {
	EndedAt   time.Time
	Files     int64  // examined, sealed or not
	Open      []File // with personal data, not encrypted, still there; worst first
	People    int64  // about how many distinct people Open is about
	Changed   int64  // of the files with personal data, changed or gone since
	Failed    []File // could not be read
	Absent    []File // data folders that are not there
	Uncovered []File // data folders that the last whole scan did not look at
	NoRead    []File // of a format without a reader yet
	Images    int64  // pictures, into which custode can't look
	Stray     []File // of Open, those that lie where they are easily lost; worst first
	StrayFar  bool   // and some of them off this computer, or for everybody to see
}

// blind reports whether there are data folders of which nothing is known.
func (s *ScanFacts) blind() bool { return len(s.Absent)+len(s.Uncovered) > 0 }

// AccessFacts says who may read the files with personal data.
type AccessFacts struct {
	Everyone []File   // every user of this computer
	Group    []File   // other people through a group
	Unknown  int64    // could not be told
	Fix      []string // the command that closes them to others: the one file, or the data folder of the first
}

// JournalFacts is what verifying the journal gave.
type JournalFacts struct {
	Entries int64
	Begun   bool // it holds a first run: without it, an earlier journal is lost
	Broken  bool
	Seq     int64  // the first wrong entry
	Trouble string // changed, removed, inserted

	TakenAt time.Time // when the receipt was last taken; zero: never
}

// The ages, in days, at which a scan is no longer green, and then red. A week is the
// owner's rhythm; after a month the picture is another shop's.
const (
	scanFresh = 7 * 24 * time.Hour
	scanOld   = 30 * 24 * time.Hour
)

func item(id string, s Status, c string) Item {
	e, kind := catalogue[id], Measured
	switch e.group {
	case Response, Staff, Privacy, Own:
		kind = Recorded
	case Data, Sealed, Backup, Watch, Computer, Access:
	}
	return Item{
		ID: id, Status: s, Worth: s, Group: e.group, MapsTo: e.maps, Weight: e.weight, Minutes: e.minutes, Evidence: Evidence{Kind: kind},
		Title: Phrase{Key: "item." + id + "." + c + ".title"}, Why: Phrase{Key: "item." + id + ".why"},
	}
}

// do sets what to do now, and the command that does or shows it.
func (it Item) do(key string, command ...string) Item {
	it.Do, it.Command = Phrase{Key: "item." + it.ID + "." + key}, command
	return it
}

// count makes the title count n things.
func (it Item) count(n int64, args ...any) Item {
	it.Title.Plural, it.Title.N, it.Title.Args = true, n, args
	return it
}

func plaintext(f Facts) Item {
	const id = "data.plaintext"
	if f.Scan == nil {
		return item(id, Unknown, "unknown").do("unknown.do", scanNow...)
	}
	open := f.Scan.Open
	if len(open) == 0 && f.Scan.blind() {
		return item(id, Unknown, "unknown").do("unknown.do", scanNow...)
	}
	unseen := len(f.Scan.Failed) + len(f.Scan.NoRead) + int(f.Scan.Images)
	if len(open) == 0 && (len(f.Left) > 0 || unseen > 0) {
		return item(id, OK, "ok-but").seen(f)
	}
	if len(open) == 0 {
		return item(id, OK, "ok").seen(f)
	}
	status := Attention
	if open[0].Risk == "high" {
		status = Act
	}
	it := item(id, status, "open").count(int64(len(open)), Phrase{Key: "scan.persons", Plural: true, N: f.Scan.People})
	if f.Scan.People == 0 {
		it = item(id, status, "open-firms").count(int64(len(open)))
	}
	it.Paths = open
	if f.Scan.blind() {
		it = it.worth(Unknown) // what else there is, nobody knows: to find something earns nothing
	}
	return it.seen(f).do("open.do", "custode", "encrypt")
}

func access(f Facts) Item {
	const id = "data.access"
	a := f.Access
	if f.Scan == nil || a == nil {
		return item(id, Unknown, "unknown").do("unknown.do", scanNow...)
	}
	it := item(id, OK, "ok").seen(f)
	switch {
	case len(a.Everyone) > 0:
		it = item(id, Attention, "everyone").seen(f).count(int64(len(a.Everyone))).do("everyone.do", a.Fix...)
		if a.Everyone[0].Risk == "high" {
			it.Status, it.Worth = Act, Act
		}
		it.Paths = a.Everyone
	case len(a.Group) > 0:
		it = item(id, Attention, "group").seen(f).count(int64(len(a.Group))).do("everyone.do", a.Fix...)
		it.Paths = a.Group
	case f.Scan.blind():
		return item(id, Unknown, "unknown").do("unknown.do", scanNow...)
	case a.Unknown > 0:
		return item(id, Unknown, "some-unknown").count(a.Unknown).do("some-unknown.do", scanNow...)
	}
	if f.Scan.blind() || a.Unknown > 0 {
		it = it.worth(Unknown)
	}
	return it
}

// seen dates an item by the last look at the data folders.
func (it Item) seen(f Facts) Item {
	return it.from(Measured, f.Scan.EndedAt, Phrase{Key: "evidence.scan"})
}

func scanAge(f Facts, now time.Time) Item {
	const id = "scan.age"
	if f.Scan == nil {
		return item(id, Act, "never").do("do", scanNow...)
	}
	if n := len(f.Scan.Uncovered); n > 0 {
		it := item(id, Unknown, "uncovered").count(int64(n))
		it.Paths = f.Scan.Uncovered
		return it.do("do", scanNow...)
	}
	age := now.Sub(f.Scan.EndedAt)
	it := item(id, OK, "age")
	it.Title.Args = []any{f.Scan.EndedAt, age}
	switch {
	case age < 0:
		it = item(id, Unknown, "future")
		it.Title.Args = []any{f.Scan.EndedAt}
	case age > scanOld:
		it.Status, it.Worth = Act, Act
	case age > scanFresh:
		it.Status, it.Worth = Attention, Attention
	case f.Scan.Changed > 0:
		it = item(id, Attention, "changed").count(f.Scan.Changed)
	case age < time.Minute:
		it = item(id, OK, "now")
		it.Title.Args = []any{f.Scan.EndedAt}
		return it
	default:
		return it
	}
	return it.do("do", scanNow...)
}

func unread(f Facts) Item {
	const id = "scan.unread"
	s := f.Scan
	switch {
	case s == nil:
		return item(id, Unknown, "unknown").do("unknown.do", scanNow...)
	case len(s.Absent) > 0:
		it := item(id, Unknown, "absent").count(int64(len(s.Absent)))
		it.Paths = s.Absent
		return it.do("absent.do", scanNow...)
	case len(s.Failed)+len(s.NoRead) > 0:
		it := item(id, Unknown, "some").count(int64(len(s.Failed) + len(s.NoRead)))
		if s.Images > 0 {
			it = item(id, Unknown, "some-and-images").count(int64(len(s.Failed)+len(s.NoRead)), Phrase{Key: "item.scan.unread.pictures", Plural: true, N: s.Images})
		}
		it.Paths = append(append([]File(nil), s.Failed...), s.NoRead...)
		if len(s.Failed) > 0 {
			return it.do("failed.do", "custode", "scan", s.Failed[0].Path)
		}
		return it.do("noread.do")
	case s.Images > 0:
		return item(id, OK, "images").count(s.Images)
	}
	n := s.Files
	if n == 0 && f.Seal != nil {
		n = f.Seal.Sealed // all of them, since
	}
	if n == 0 {
		return item(id, Attention, "empty").do("absent.do", scanNow...)
	}
	return item(id, OK, "ok").count(n)
}

// excluded tells what the settings leave out: nothing is known of it. That is
// the owner's decision, unless it is a whole data folder, which is then none.
func excluded(f Facts) Item {
	const id = "scan.excluded"
	it := item(id, OK, "some").count(int64(len(f.Left)))
	it.Paths = f.Left
	for _, l := range f.Left {
		if l.Whole {
			it = item(id, Attention, "folder")
			it.Paths = f.Left
			return it.do("folder.do")
		}
	}
	return it
}

// autoIdle is how long automatic sealing may not have run.
const autoIdle = 48 * time.Hour

// autoSealing tells what was sealed by itself, or why nothing is.
func autoSealing(a *AutoFacts, now time.Time) Item {
	const id = "seal.auto"
	switch {
	case a.Waits == "keys":
		return item(id, Attention, "keys").do("make.do", "custode", "keys", "init")
	case a.Waits != "":
		return item(id, Attention, "sheet").do("sheet.do", "custode", "keys", "drill")
	case a.Ran.IsZero():
		return item(id, Attention, "never").do("idle.do", "custode", "encrypt", "--auto")
	case now.Sub(a.Ran) > autoIdle:
		it := item(id, Attention, "idle")
		it.Title.Args = []any{a.Ran}
		return it.do("idle.do", "custode", "encrypt", "--auto")
	case a.Sealed == 0:
		return item(id, OK, "none")
	}
	return item(id, OK, "sealed").count(a.Sealed)
}

func selfLog(f Facts) Item {
	const id = "self.log"
	switch j := f.Journal; {
	case j == nil:
		return item(id, Unknown, "unknown").do("broken.do", "custode", "journal", "verify")
	case j.Broken:
		it := item(id, Act, "broken")
		it.Title.Args = []any{j.Seq}
		return it.do("broken.do", "custode", "journal", "verify")
	case !j.Begun:
		return item(id, Act, "empty").do("empty.do", "custode", "init")
	default:
		return item(id, OK, "ok").count(j.Entries)
	}
}

// The ages of a receipt that lies outside: what was changed after it, it does not show.
const (
	receiptFresh = 30 * day
	receiptOld   = 90 * day
)

// receipt: a journal that was cut short and mended is sound in itself. Only a receipt that lies
// elsewhere shows it.
func receipt(f Facts, now time.Time) Item {
	const id = "self.receipt"
	take := []string{"custode", "check", "--receipt"}
	switch j := f.Journal; {
	case j == nil:
		return item(id, Unknown, "unknown").do("do", take...)
	case j.TakenAt.IsZero():
		return graced(item(id, Act, "never").do("do", take...), f, now)
	default:
		s := aged(now, j.TakenAt, receiptFresh, receiptOld)
		switch s {
		case OK:
			return item(id, OK, "ok").on(j.TakenAt).from(Recorded, j.TakenAt, Phrase{Key: "evidence.receipt"})
		case Unknown:
			return item(id, Unknown, "future").on(j.TakenAt).do("do", take...)
		case Attention, Act:
		}
		return item(id, s, "old").on(j.TakenAt).from(Recorded, j.TakenAt, Phrase{Key: "evidence.receipt"}).do("do", take...)
	}
}
