package daily_test

import (
	"slices"
	"testing"
	"time"

	"custode/playbook/daily"
)

// TestBackups makes each item about backups each of its colours.
func TestBackups(t *testing.T) {
	const day = 24 * time.Hour
	title := func(id, c string) string { return "item." + id + "." + c + ".title" }
	young := func(f *daily.Facts) { f.Began = now().Add(-5 * day) }
	var cases []itemCase
	add := func(id, c string, want daily.Status, change func(f *daily.Facts)) {
		cases = append(cases, itemCase{c, id, change, want, title(id, c)})
	}
	one := func(change func(s *daily.Saved)) func(f *daily.Facts) {
		return func(f *daily.Facts) { change(&f.Backup.Found[0]) }
	}
	lacking := func(l daily.Lack) func(f *daily.Facts) {
		return one(func(s *daily.Saved) { s.At, s.Lack = time.Time{}, l })
	}

	const data = "backup.data"
	add(data, "ok", daily.OK, func(*daily.Facts) {})
	add(data, "ok", daily.OK, one(func(s *daily.Saved) { s.At = now().Add(-day) }))
	add(data, "ok", daily.OK, one(func(s *daily.Saved) { s.Program, s.Place, s.SameDisk = "", "/media/usb", daily.Untold }))
	add(data, "ok", daily.OK, one(func(s *daily.Saved) { s.Part = true }))
	add(data, "old", daily.Attention, one(func(s *daily.Saved) { s.At = now().Add(-day - 1) }))
	add(data, "old", daily.Attention, one(func(s *daily.Saved) { s.At = now().Add(-7 * day) }))
	add(data, "old", daily.Act, one(func(s *daily.Saved) { s.At = now().Add(-7*day - 1) }))
	add(data, "old", daily.Act, one(func(s *daily.Saved) { s.At, s.SameDisk = now().Add(-8*day), daily.Yes }))
	add(data, "future", daily.Unknown, one(func(s *daily.Saved) { s.At = now().Add(time.Minute) }))
	add(data, "same", daily.Attention, one(func(s *daily.Saved) { s.SameDisk = daily.Yes }))
	add(data, "untold", daily.Attention, one(func(s *daily.Saved) { s.Told, s.Covers = false, nil }))
	add(data, "part", daily.Unknown, one(func(s *daily.Saved) { s.Part, s.At = true, now().Add(-8*day) }))
	add(data, "unreadable", daily.Unknown, lacking(daily.LackUnreadable))
	add(data, "away", daily.Unknown, lacking(daily.LackAway))
	add(data, "silent", daily.Unknown, lacking(daily.LackSilent))
	add(data, "empty", daily.Act, lacking(daily.LackEmpty))
	add(data, "unused", daily.Act, lacking(daily.LackNever))
	add(data, "unused", daily.Attention, func(f *daily.Facts) { lacking(daily.LackNever)(f); young(f) })
	add(data, "around", daily.Act, one(func(s *daily.Saved) { s.Around = true }))
	add(data, "left", daily.Act, one(func(s *daily.Saved) { s.Covers = nil }))
	add(data, "left", daily.Act, func(f *daily.Facts) { f.Backup.Folders = append(f.Backup.Folders, "/more") })
	add(data, "none", daily.Act, func(f *daily.Facts) { f.Backup.Found = nil })
	add(data, "none", daily.Attention, func(f *daily.Facts) { f.Backup.Found = nil; young(f) })
	add(data, "unknown", daily.Unknown, func(f *daily.Facts) { f.Backup = nil })
	add(data, "unknown", daily.Unknown, func(f *daily.Facts) { f.Backup.Folders = nil })

	other := func(s daily.Saved) func(f *daily.Facts) {
		return func(f *daily.Facts) { f.Backup.Found = append(f.Backup.Found, s) }
	}
	add(data, "ok", daily.OK, other(daily.Saved{Program: "restic", Lack: daily.LackUnreadable}))
	add(data, "ok", daily.OK, other(daily.Saved{Program: "restic", At: now().Add(-100 * day)}))
	add(data, "old", daily.Attention, func(f *daily.Facts) {
		f.Backup.Found[0].At = now().Add(-3 * day)
		other(daily.Saved{Program: "restic", Lack: daily.LackUnreadable})(f)
	})
	add(data, "unreadable", daily.Unknown, func(f *daily.Facts) {
		f.Backup.Found[0].At = now().Add(-30 * day)
		other(daily.Saved{Program: "restic", Lack: daily.LackUnreadable})(f)
	})
	add(data, "old", daily.Attention, func(f *daily.Facts) { // the second folder, which is only in the older one
		f.Backup.Folders = append(f.Backup.Folders, "/more")
		other(daily.Saved{Program: "rsnapshot", At: now().Add(-2 * day), Told: true, Covers: []string{"/more"}})(f)
	})

	const protected = "backup.protected"
	add(protected, "ok", daily.OK, func(*daily.Facts) {})
	add(protected, "clear", daily.Act, func(f *daily.Facts) { f.Backup.Found[0].Sealed, f.Scan.Open = daily.No, file("low") })
	add(protected, "clear", daily.Act, func(f *daily.Facts) { f.Backup.Found[0].Sealed, f.Scan = daily.No, nil })
	add(protected, "inside", daily.Attention, one(func(s *daily.Saved) { s.Sealed = daily.No }))
	add(protected, "untold", daily.Unknown, one(func(s *daily.Saved) { s.Sealed = daily.Untold }))
	add(protected, "untold", daily.Unknown, one(func(s *daily.Saved) { s.Program, s.Sealed = "", daily.Untold }))
	add(protected, "unknown", daily.Unknown, func(f *daily.Facts) { f.Backup = nil })

	const restore = "backup.restore"
	add(restore, "ok", daily.OK, func(f *daily.Facts) { f.Backup.TriedAt = now().Add(-90 * day) })
	add(restore, "old", daily.Attention, func(f *daily.Facts) { f.Backup.TriedAt = now().Add(-90*day - 1) })
	add(restore, "old", daily.Act, func(f *daily.Facts) { f.Backup.TriedAt = now().Add(-180*day - 1) })
	add(restore, "never", daily.Act, func(f *daily.Facts) { f.Backup.TriedAt = time.Time{} })
	add(restore, "never", daily.Attention, func(f *daily.Facts) { f.Backup.TriedAt = time.Time{}; young(f) })
	add(restore, "future", daily.Unknown, func(f *daily.Facts) { f.Backup.TriedAt = now().Add(1) })
	add(restore, "unknown", daily.Unknown, func(f *daily.Facts) { f.Backup = nil })
	judgeAll(t, cases)
}

// TestBackupCaps: without a backup there is no score above 49, in the first days neither; what
// nobody made has no encryption to judge.
func TestBackupCaps(t *testing.T) {
	f := sound()
	f.Backup.Found = nil
	f.Began = now().Add(-time.Hour)
	r := daily.Judge(f, now())
	if r.Score > 49 || !slices.Contains(r.Caps, "backup.data") {
		t.Errorf("%d points, kept down by %v", r.Score, r.Caps)
	}
	if slices.ContainsFunc(r.Items, func(it daily.Item) bool { return it.ID == "backup.protected" }) {
		t.Error("the encryption of no backup is judged")
	}
}

// TestMendingBackups: whatever is mended about backups, the score does not fall, and what can't be
// seen is never green.
func TestMendingBackups(t *testing.T) {
	answers := []daily.Answer{daily.No, daily.Untold, daily.Yes} // encrypted: from worst to best
	ages := []time.Duration{-1, 0, 24 * time.Hour, 48 * time.Hour, 9 * 24 * time.Hour}
	for _, age := range ages {
		for _, sealed := range answers {
			for _, same := range answers {
				f := sound()
				s := &f.Backup.Found[0]
				s.At, s.Sealed, s.SameDisk = now().Add(-age), sealed, same
				before := daily.Judge(f, now())
				for _, mend := range []func(){
					func() { s.Sealed = daily.Yes }, func() { s.SameDisk = daily.No }, func() { s.At = now() },
				} {
					was := *s
					if mend(); daily.Judge(f, now()).Score < before.Score {
						t.Fatalf("%+v mended to %+v: fewer points than %d", was, *s, before.Score)
					}
					*s = was
				}
				got := daily.Judge(f, now())
				green := func(id string) bool {
					return slices.ContainsFunc(got.Items, func(it daily.Item) bool { return it.ID == id && it.Status == daily.OK })
				}
				if green("backup.data") != (age >= 0 && age <= 24*time.Hour && same != daily.Yes) || green("backup.protected") != (sealed == daily.Yes) {
					t.Errorf("%v, encrypted %q, same disk %q: %+v", age, sealed, same, got)
				}
			}
		}
	}
}
