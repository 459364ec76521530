package daily_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/daily"
)

func now() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

// sound is a shop in order.
func sound() daily.Facts {
	return daily.Facts{
		Scan:    &daily.ScanFacts{EndedAt: now().Add(-time.Hour), Files: 40, People: 12},
		Access:  &daily.AccessFacts{},
		Journal: &daily.JournalFacts{Entries: 12, Begun: true, TakenAt: now().Add(-time.Hour)},
		Watch:   &daily.WatchFacts{Running: true, Since: now().Add(-time.Hour)},
		Decoys:  &daily.DecoyFacts{Placed: 5},
		Response: &daily.ResponseFacts{
			Drilled: now().Add(-time.Hour), Contacts: 5, CheckedAt: now().Add(-time.Hour),
		},
		Staff: &daily.StaffFacts{People: 5},
		Answers: said(func(q daily.Question) string {
			if q.Spare {
				return "" // custode could look itself
			}
			return best(q)
		}),
		Privacy: &daily.PrivacyFacts{Held: true, Papers: 2},
		Host:    soundHost(),
		Uses:    &daily.UseFacts{Held: true, Declared: true, Scanned: true},
		Backup: &daily.BackupFacts{
			Folders: []string{"/data"}, TriedAt: now().Add(-time.Hour),
			Found: []daily.Saved{{Program: "Borg", At: now().Add(-time.Hour), Told: true, Covers: []string{"/data"}, SameDisk: daily.No, Sealed: daily.Yes}},
		},
		Seal: &daily.SealFacts{
			Keys: true, ProvenAt: now().Add(-time.Hour), Sealed: 9, Since: now().Add(-time.Hour), BackupAt: now().Add(-time.Hour),
		},
	}
}

func file(risk string) []daily.File {
	return []daily.File{{Path: "/data/list.csv", Risk: risk, People: 12}}
}

// TestItems makes each item each of its colours, from one change to a sound shop.
func TestItems(t *testing.T) {
	day := 24 * time.Hour
	judgeAll(t, []itemCase{
		{"nothing open", "data.plaintext", func(*daily.Facts) {}, daily.OK, "item.data.plaintext.ok.title"},
		{"contacts open", "data.plaintext", func(f *daily.Facts) { f.Scan.Open = file("medium") }, daily.Attention, "item.data.plaintext.open.title"},
		{"a little open", "data.plaintext", func(f *daily.Facts) { f.Scan.Open = file("low") }, daily.Attention, "item.data.plaintext.open.title"},
		{"cards open", "data.plaintext", func(f *daily.Facts) { f.Scan.Open = file("high") }, daily.Act, "item.data.plaintext.open.title"},
		{"firms only", "data.plaintext", func(f *daily.Facts) { f.Scan.Open, f.Scan.People = file("low"), 0 }, daily.Attention, "item.data.plaintext.open-firms.title"},
		{"never scanned", "data.plaintext", func(f *daily.Facts) { f.Scan = nil }, daily.Unknown, "item.data.plaintext.unknown.title"},

		{"a folder never scanned", "data.plaintext", func(f *daily.Facts) { f.Scan.Uncovered = file("") }, daily.Unknown, "item.data.plaintext.unknown.title"},
		{"a folder is away", "data.plaintext", func(f *daily.Facts) { f.Scan.Absent = file("") }, daily.Unknown, "item.data.plaintext.unknown.title"},
		{"a folder is away, cards in another", "data.plaintext", func(f *daily.Facts) { f.Scan.Absent, f.Scan.Open = file(""), file("high") }, daily.Act, "item.data.plaintext.open.title"},

		{"a folder is away", "data.access", func(f *daily.Facts) { f.Scan.Absent = file("") }, daily.Unknown, "item.data.access.unknown.title"},
		{"closed", "data.access", func(*daily.Facts) {}, daily.OK, "item.data.access.ok.title"},
		{"group", "data.access", func(f *daily.Facts) { f.Access.Group = file("high") }, daily.Attention, "item.data.access.group.title"},
		{"everyone, low", "data.access", func(f *daily.Facts) { f.Access.Everyone = file("low") }, daily.Attention, "item.data.access.everyone.title"},
		{"everyone, high", "data.access", func(f *daily.Facts) { f.Access.Everyone = file("high") }, daily.Act, "item.data.access.everyone.title"},
		{"system silent", "data.access", func(f *daily.Facts) { f.Access.Unknown = 2 }, daily.Unknown, "item.data.access.some-unknown.title"},
		{"not gathered", "data.access", func(f *daily.Facts) { f.Access = nil }, daily.Unknown, "item.data.access.unknown.title"},
		{"never scanned", "data.access", func(f *daily.Facts) { f.Scan = nil }, daily.Unknown, "item.data.access.unknown.title"},

		{"an hour", "scan.age", func(*daily.Facts) {}, daily.OK, "item.scan.age.age.title"},
		{"just now", "scan.age", func(f *daily.Facts) { f.Scan.EndedAt = now() }, daily.OK, "item.scan.age.now.title"},
		{"a week", "scan.age", func(f *daily.Facts) { f.Scan.EndedAt = now().Add(-7 * day) }, daily.OK, "item.scan.age.age.title"},
		{"over a week", "scan.age", func(f *daily.Facts) { f.Scan.EndedAt = now().Add(-7*day - 1) }, daily.Attention, "item.scan.age.age.title"},
		{"over a month", "scan.age", func(f *daily.Facts) { f.Scan.EndedAt = now().Add(-30*day - 1) }, daily.Act, "item.scan.age.age.title"},
		{"changed since", "scan.age", func(f *daily.Facts) { f.Scan.Changed = 1 }, daily.Attention, "item.scan.age.changed.title"},
		{"the clock was wrong", "scan.age", func(f *daily.Facts) { f.Scan.EndedAt = now().Add(time.Hour) }, daily.Unknown, "item.scan.age.future.title"},
		{"a folder never scanned", "scan.age", func(f *daily.Facts) { f.Scan.Uncovered = file("") }, daily.Unknown, "item.scan.age.uncovered.title"},
		{"never", "scan.age", func(f *daily.Facts) { f.Scan = nil }, daily.Act, "item.scan.age.never.title"},

		{"all read", "scan.unread", func(*daily.Facts) {}, daily.OK, "item.scan.unread.ok.title"},
		{"a folder is away", "scan.unread", func(f *daily.Facts) { f.Scan.Absent = file("") }, daily.Unknown, "item.scan.unread.absent.title"},
		{"only sealed files", "scan.unread", func(f *daily.Facts) { f.Scan.Files = 0 }, daily.OK, "item.scan.unread.ok.title"},
		{"no files at all", "scan.unread", func(f *daily.Facts) { f.Scan.Files, f.Seal = 0, nil }, daily.Attention, "item.scan.unread.empty.title"},
		{"nothing open beside pictures", "data.plaintext", func(f *daily.Facts) { f.Scan.Open, f.Scan.Images = nil, 3 }, daily.OK, "item.data.plaintext.ok-but.title"},
		{"nothing open beside what was not read", "data.plaintext", func(f *daily.Facts) { f.Scan.Open, f.Scan.NoRead = nil, file("") }, daily.OK, "item.data.plaintext.ok-but.title"},
		{"pictures", "scan.unread", func(f *daily.Facts) { f.Scan.Images = 3 }, daily.OK, "item.scan.unread.images.title"},
		{"failed", "scan.unread", func(f *daily.Facts) { f.Scan.Failed = file("") }, daily.Unknown, "item.scan.unread.some.title"},
		{"no reader", "scan.unread", func(f *daily.Facts) { f.Scan.NoRead = file("") }, daily.Unknown, "item.scan.unread.some.title"},
		{"and pictures", "scan.unread", func(f *daily.Facts) { f.Scan.NoRead, f.Scan.Images = file(""), 2 }, daily.Unknown, "item.scan.unread.some-and-images.title"},
		{"never scanned", "scan.unread", func(f *daily.Facts) { f.Scan = nil }, daily.Unknown, "item.scan.unread.unknown.title"},

		{"a file left out", "scan.excluded", func(f *daily.Facts) { f.Left = file("") }, daily.OK, "item.scan.excluded.some.title"},
		{"a folder left out", "scan.excluded", func(f *daily.Facts) { f.Left = []daily.File{{Path: "/data", Whole: true}} }, daily.Attention, "item.scan.excluded.folder.title"},
		{"nothing open, something left out", "data.plaintext", func(f *daily.Facts) { f.Left = file("") }, daily.OK, "item.data.plaintext.ok-but.title"},
		{"something open, something left out", "data.plaintext", func(f *daily.Facts) { f.Left, f.Scan.Open = file(""), file("high") }, daily.Act, "item.data.plaintext.open.title"},

		{"drilled", "keys.recovery", func(*daily.Facts) {}, daily.OK, "item.keys.recovery.ok.title"},
		{"drilled 90 days ago", "keys.recovery", func(f *daily.Facts) { f.Seal.ProvenAt = now().Add(-90 * day) }, daily.OK, "item.keys.recovery.ok.title"},
		{"drilled longer ago", "keys.recovery", func(f *daily.Facts) { f.Seal.ProvenAt = now().Add(-90*day - 1) }, daily.Attention, "item.keys.recovery.old.title"},
		{"drilled half a year ago", "keys.recovery", func(f *daily.Facts) { f.Seal.ProvenAt = now().Add(-180*day - 1) }, daily.Act, "item.keys.recovery.old.title"},
		{"never drilled, nothing to lose yet", "keys.recovery", func(f *daily.Facts) { f.Seal.ProvenAt, f.Seal.Kept = time.Time{}, 9 }, daily.Attention, "item.keys.recovery.never.title"},
		{"never drilled, originals gone", "keys.recovery", func(f *daily.Facts) { f.Seal.ProvenAt, f.Seal.Kept = time.Time{}, 8 }, daily.Act, "item.keys.recovery.never.title"},
		{"somebody left who saw the sheet", "keys.recovery", func(f *daily.Facts) { f.Seal.Exposed = true }, daily.Attention, "item.keys.recovery.exposed.title"},
		{"new keys half done", "keys.recovery", func(f *daily.Facts) { f.Seal.Unfinished = true }, daily.Attention, "item.keys.recovery.unfinished.title"},

		{"all sound", "sealed.sound", func(*daily.Facts) {}, daily.OK, "item.sealed.sound.ok.title"},
		{"nothing sealed yet", "sealed.sound", func(f *daily.Facts) { f.Seal.Sealed = 0 }, daily.OK, "item.sealed.sound.nothing.title"},
		{"not proven with the key", "sealed.sound", func(f *daily.Facts) { f.Seal.Unproven = 3 }, daily.OK, "item.sealed.sound.unproven.title"},
		{"damaged", "sealed.sound", func(f *daily.Facts) { f.Seal.Failed = 1 }, daily.Act, "item.sealed.sound.failed.title"},
		{"never looked at since", "sealed.sound", func(f *daily.Facts) { f.Seal.Since = now().Add(-90*day - 1) }, daily.Attention, "item.sealed.sound.old.title"},
		{"looked at lately", "sealed.sound", func(f *daily.Facts) { f.Seal.Since, f.Seal.VerifiedAt = now().Add(-900*day), now().Add(-day) }, daily.OK, "item.sealed.sound.ok.title"},

		{"none kept", "sealed.kept", func(*daily.Facts) {}, daily.OK, "item.sealed.kept.ok.title"},
		{"originals kept", "sealed.kept", func(f *daily.Facts) { f.Seal.Kept = 2 }, daily.Attention, "item.sealed.kept.some.title"},

		{"a copy left open", "sealed.copies", func(f *daily.Facts) { f.Copies = file("") }, daily.Attention, "item.sealed.copies.some.title"},

		{"saved", "backup.home", func(*daily.Facts) {}, daily.OK, "item.backup.home.ok.title"},
		{"never saved", "backup.home", func(f *daily.Facts) { f.Seal.BackupAt = time.Time{} }, daily.Attention, "item.backup.home.never.title"},
		{"saved long ago", "backup.home", func(f *daily.Facts) { f.Seal.BackupAt = now().Add(-90*day - 1) }, daily.Attention, "item.backup.home.old.title"},
		{"saved over a year ago", "backup.home", func(f *daily.Facts) { f.Seal.BackupAt = now().Add(-365*day - 1) }, daily.Act, "item.backup.home.old.title"},
		{"saved in the future", "backup.home", func(f *daily.Facts) { f.Seal.BackupAt = now().Add(1) }, daily.Unknown, "item.backup.home.future.title"},
		{"only a former sheet opens it", "backup.home", func(f *daily.Facts) { f.Seal.FormerSheet = true }, daily.Attention, "item.backup.home.former.title"},

		{"no keys", "seal.auto", func(f *daily.Facts) { f.Auto = &daily.AutoFacts{Waits: "keys"} }, daily.Attention, "item.seal.auto.keys.title"},
		{"sheet not tried", "seal.auto", func(f *daily.Facts) { f.Auto = &daily.AutoFacts{Waits: "sheet", Ran: now()} }, daily.Attention, "item.seal.auto.sheet.title"},
		{"never ran", "seal.auto", func(f *daily.Facts) { f.Auto = &daily.AutoFacts{} }, daily.Attention, "item.seal.auto.never.title"},
		{"watching", "watch.running", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Running: true} }, daily.OK, "item.watch.running.ok.title"},
		{"stopped by somebody", "watch.running", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Changed: 2} }, daily.Attention, "item.watch.running.off.title"},
		{"killed", "watch.running", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Killed: true} }, daily.Act, "item.watch.running.killed.title"},
		{"sees less", "watch.running", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Running: true, Missing: 1, Changed: 2} }, daily.Attention, "item.watch.running.missing.title"},
		{"changed unseen", "watch.running", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Running: true, Changed: 2} }, daily.Attention, "item.watch.running.changed.title"},
		{"no alerts", "watch.alerts", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{} }, daily.OK, "item.watch.alerts.ok.title"},
		{"a critical alert", "watch.alerts", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Critical: 1, High: 3} }, daily.Act, "item.watch.alerts.critical.title"},
		{"an alert", "watch.alerts", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{High: 3, Unsent: 1} }, daily.Attention, "item.watch.alerts.high.title"},
		{"a message did not arrive", "watch.alerts", func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Unsent: 1} }, daily.Attention, "item.watch.alerts.unsent.title"},
		{"two days", "seal.auto", func(f *daily.Facts) { f.Auto = &daily.AutoFacts{Ran: now().Add(-2 * day)} }, daily.OK, "item.seal.auto.none.title"},
		{"over two days", "seal.auto", func(f *daily.Facts) { f.Auto = &daily.AutoFacts{Ran: now().Add(-2*day - 1), Sealed: 3} }, daily.Attention, "item.seal.auto.idle.title"},
		{"some sealed", "seal.auto", func(f *daily.Facts) { f.Auto = &daily.AutoFacts{Ran: now(), Sealed: 3} }, daily.OK, "item.seal.auto.sealed.title"},

		{"sound", "self.log", func(*daily.Facts) {}, daily.OK, "item.self.log.ok.title"},
		{"altered", "self.log", func(f *daily.Facts) { f.Journal.Broken, f.Journal.Seq = true, 3 }, daily.Act, "item.self.log.broken.title"},
		{"lost", "self.log", func(f *daily.Facts) { f.Journal.Begun = false }, daily.Act, "item.self.log.empty.title"},
		{"not looked at", "self.log", func(f *daily.Facts) { f.Journal = nil }, daily.Unknown, "item.self.log.unknown.title"},
	})
}

// itemCase is one change to a sound shop, and what an item says then.
type itemCase struct {
	name, id string
	change   func(f *daily.Facts)
	want     daily.Status
	title    string
}

func judgeAll(t *testing.T, cases []itemCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.id+" "+c.name, func(t *testing.T) {
			f := sound()
			c.change(&f)
			r := daily.Judge(f, now())
			i := slices.IndexFunc(r.Items, func(it daily.Item) bool { return it.ID == c.id })
			it := r.Items[i]
			if it.Status != c.want || it.Title.Key != c.title {
				t.Errorf("%s %s, want %s %s", it.Status, it.Title.Key, c.want, c.title)
			}
			if it.Status != daily.OK && it.Do.Key == "" {
				t.Error("nothing is said to do")
			}
			if len(it.MapsTo) == 0 || it.Group == "" || it.Minutes == 0 || (it.Weight == 0) != (c.id == "scan.excluded") || it.Why.Key == "" {
				t.Errorf("incomplete: %+v", it)
			}
		})
	}
}

// TestNothingSealed: a shop without keys and sealed files is not asked about them.
func TestNothingSealed(t *testing.T) {
	f := sound()
	all := len(daily.Judge(f, now()).Items)
	f.Seal.Keys, f.Seal.Sealed = false, 0
	if n := len(daily.Judge(f, now()).Items); n != all-2 {
		t.Errorf("%d items without keys, of %d", n, all)
	}
	f.Seal = nil
	if n := len(daily.Judge(f, now()).Items); n != all-5 {
		t.Errorf("%d items without anything sealed, of %d", n, all)
	}
}

func TestStatusAndFirst(t *testing.T) {
	f := sound()
	if r := daily.Judge(f, now()); r.Status != daily.OK || r.Score < 93 || len(r.First(3)) != 0 {
		t.Errorf("a sound shop: %s %d", r.Status, r.Score)
	}
	f.Scan.NoRead, f.Access.Group, f.Scan.Changed, f.Scan.Open = file(""), file("low"), 1, file("high")
	r := daily.Judge(f, now())
	var first []string
	for _, it := range r.First(3) {
		first = append(first, it.ID)
	}
	if diff := cmp.Diff([]string{"data.plaintext", "scan.unread", "data.access"}, first); diff != "" || r.Status != daily.Act {
		t.Errorf("%s, first: %s", r.Status, diff)
	}
	f.Scan.Open = nil
	if r := daily.Judge(f, now()); r.Status != daily.Unknown {
		t.Errorf("without a red: %s", r.Status)
	}
}

// TestLeavingOutEarnsNothing: with the same files open, to leave something out
// never makes the score better.
func TestLeavingOutEarnsNothing(t *testing.T) {
	for _, open := range [][]daily.File{nil, file("low"), file("high")} {
		f := sound()
		f.Scan.Open = open
		before := daily.Judge(f, now())
		f.Left = []daily.File{{Path: "/data/old"}, {Path: "/data", Whole: true}}
		after := daily.Judge(f, now())
		if after.Score > before.Score || after.Status == daily.OK || len(after.Items) != len(before.Items)+1 {
			t.Errorf("%v: %d points, %d with something left out; %s", open, before.Score, after.Score, after.Status)
		}
	}
}
