package copies_test

import (
	"testing"
	"time"

	"custode/internal/host/copies"
)

// FuzzRecords: no bytes in a record make a parser fail, or a time of them that is none.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{kopiaLocal, kopiaLog + "Created snapshot with root", bit, shift, rsnap, historyXML, "3", "2026-11-27T20:31:04.000000", `{"created":"1795811464"}`, "20261127-203104-456", "[org/gnome/deja-dup]\ninclude-list=['~']\n", "SQLite format 3\x00LastBackupFinished20261127T203104Z"} {
		f.Add([]byte(s))
	}
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		if at, ok := copies.BorgTime(b); ok && at.Year() <= 2000 {
			t.Errorf("%v", at)
		}
		copies.BorgSealed(b)
		if place, ok := copies.KopiaPlace(b); !ok && place != "" {
			t.Error("a place of nothing")
		}
		if folder, ok := copies.KopiaLog(b); ok && folder == "" {
			t.Error("a folder of nothing")
		}
		if at, ok := copies.DuplicatiEnd(b); !ok && !at.IsZero() {
			t.Errorf("%v", at)
		}
		copies.BitTime(string(b), time.UTC)
		copies.ReadAll(computer(root, "linux"), b)
	})
}

// FuzzPlist: a settings file of macOS may hold anything.
func FuzzPlist(f *testing.F) {
	f.Add(machine())
	f.Add([]byte("bplist00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, ok := copies.Plist(b); !ok && v != nil {
			return // what was read before the damage is not used
		}
	})
}
