package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/i18n"
)

// officeOf serves the pages of a home, in English.
func officeOf(t *testing.T, home string) *office {
	t.Helper()
	w, err := i18n.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home}
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	sh := &shell{in: in, out: &strings.Builder{}, err: &strings.Builder{}, env: func(k string) string { return env[k] }, now: time.Now, width: 80, words: w, home: home}
	o, ok := newCounter(sh).office("en").(*office)
	if !ok {
		t.Fatal("another office")
	}
	return o
}

func TestJournalOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	j, err := o.Journal(t.Context(), web.JournalWish{Most: 2})
	if err != nil || j.All != 3 || len(j.Days) != 1 || len(j.Days[0].Entries) != 2 || !strings.HasPrefix(j.Days[0].Entries[0].What, "A scan ended: 46 files") {
		t.Fatalf("%+v %v", j, err)
	}
	older, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Skip: 2})
	if err != nil || len(older.Days[0].Entries) != 1 || older.Days[0].Entries[0].What == j.Days[0].Entries[0].What || older.All != j.All {
		t.Errorf("%+v %v", older, err)
	}
	one, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Kind: "scan.finished"})
	if err != nil || one.All != 1 || !strings.HasPrefix(one.Days[0].Entries[0].What, "A scan ended: 46 files") {
		t.Errorf("%+v %v", one, err)
	}
	y, m, d := o.sh.now().Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.Local)
	for day, want := range map[time.Time]int64{today: j.All, today.AddDate(0, 0, -1): 0, today.AddDate(0, 0, 1): 0} {
		if some, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Day: day}); err != nil || some.All != want {
			t.Errorf("%v: %d, want %d, %v", day, some.All, want, err)
		}
	}

	lines, err := o.CheckJournal(t.Context(), j.Receipt)
	if err != nil || len(lines) != 2 {
		t.Errorf("%q %v", lines, err)
	}
	if err := o.NoteReceipt(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, err := o.Journal(t.Context(), web.JournalWish{Most: 1})
	if err != nil || after.Receipt == j.Receipt || after.Days[0].Entries[0].What != "The journal's receipt was taken" {
		t.Errorf("%+v %v", after, err)
	}
	if _, err := o.CheckJournal(t.Context(), j.Receipt); err != nil { // the older one stays good
		t.Error(err)
	}
	if _, err := o.CheckJournal(t.Context(), "12-x"); !isFault(err, "fault.journal.receipt") {
		t.Error(err)
	}
}
