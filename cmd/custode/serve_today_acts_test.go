package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/i18n"
)

func TestActsOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	today, err := o.Today(t.Context(), false)
	if err != nil || today.First == nil || !today.First.Acts.PutOff || today.First.Acts.IsOff {
		t.Fatalf("%+v %v", today.First, err)
	}
	id, day := today.First.ID, time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	if err := o.PutOff(t.Context(), id, day, "the new computer comes"); err != nil {
		t.Fatal(err)
	}
	after, err := o.Today(t.Context(), false) // what was done counts at once
	off := slices.IndexFunc(after.Off, func(th web.Thing) bool { return th.ID == id && th.Acts.IsOff })
	if err != nil || after.First.ID == id || off < 0 || !strings.Contains(after.Off[off].Title, "the new computer comes") {
		t.Errorf("%+v %v", after.Off, err)
	}
	for until, reason := range map[string]string{"": "x", "2036-01-01": "x", day: " "} {
		if err := o.PutOff(t.Context(), id, until, reason); !isFault(err, "fault.check.until") && !isFault(err, "fault.check.reason") {
			t.Errorf("%q %q: %v", until, reason, err)
		}
	}
	for _, want := range []bool{true, false} {
		if was, err := o.TakeUp(t.Context(), id); was != want || err != nil {
			t.Errorf("%t %v", was, err)
		}
	}

	if err := o.Answer(t.Context(), "access.mfa", "partly", ""); err != nil {
		t.Fatal(err)
	}
	list, err := o.Questions(t.Context())
	said := slices.IndexFunc(list, func(a web.Ask) bool { return a.ID == "access.mfa" })
	if err != nil || said < 0 || !strings.HasPrefix(list[said].Said, "Some of it, the mail and the bank do (until ") || !list[said].Options[1].On {
		t.Errorf("%+v %v", list, err)
	}
	after, err = o.Today(t.Context(), false)
	if err != nil || slices.ContainsFunc(after.Questions, func(th web.Thing) bool { return th.ID == "access.mfa" }) {
		t.Errorf("still asked: %v", err)
	}
	for value, want := range map[string]string{"maybe": "fault.answer.value", "": "fault.answer.value"} {
		if err := o.Answer(t.Context(), "access.mfa", value, ""); !isFault(err, want) {
			t.Errorf("%q: %v", value, err)
		}
	}
	if err := o.Answer(t.Context(), "backup.place", ".", ""); !isFault(err, "fault.answer.place") { // below what?
		t.Error(err)
	}
}

func TestReportOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	for asPDF, begins := range map[bool]string{true: "%PDF-", false: "<!DOCTYPE html>"} {
		d, err := o.Report(t.Context(), forOwner, asPDF)
		if err != nil || !bytes.HasPrefix(d.Body, []byte(begins)) {
			t.Errorf("%s %v", d.Name, err)
		}
		if c := regexp.MustCompile(`.*custode (check|encrypt|privacy|keys|scan)\b.*`).Find(d.Body); c != nil {
			t.Errorf("a command, for who has buttons: %s", c)
		}
	}
	j, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Kind: "receipt.taken"})
	if err != nil || j.All != 2 {
		t.Errorf("%d times noted, %v", j.All, err)
	}
	if _, err := o.Report(t.Context(), "everybody", false); !isFault(err, "fault.report.for") {
		t.Error(err)
	}
}

// TestNoCommandsToday: what the check says to do names no command on the page.
func TestNoCommandsToday(t *testing.T) {
	_, home, _ := shopAndHome(t)
	names := regexp.MustCompile(`custode (init|check|serve|scan|encrypt|decrypt|open|unlock|verify|watch|backup|restore|keys|privacy|playbook|alerts|staff|quiz|journal|service)\b|--keep|custode\.yaml`)
	for _, lang := range i18n.Languages() {
		o, ok := officeOf(t, home).office(lang).(*office)
		if !ok {
			t.Fatal("not an office")
		}
		sh := o.sh
		asked := 0
		for _, key := range sh.words.Keys() {
			if !strings.HasPrefix(key, "item.") || !strings.HasSuffix(key, ".do") {
				continue
			}
			asked++
			do := sh.onPage(key, sh.words.T(key))
			if names.MatchString(do) {
				t.Errorf("%s %s: %s", lang, key, do)
			}
			if strings.HasSuffix(do, ":") {
				t.Errorf("%s %s leads to a command that is not there: %s", lang, key, do)
			}
		}
		if asked < 50 {
			t.Errorf("%d things to do", asked)
		}
	}
}

// TestPlaceAskedToday: where no copies of the data are found, the page asks where they are, instead of naming a command.
func TestPlaceAskedToday(t *testing.T) {
	_, home, _ := shopAndHome(t)
	today, err := officeOf(t, home).Today(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range append([]web.Thing{*today.First}, today.Then...) {
		if th.ID == "backup.data" && (th.Acts.Ask == nil || !th.Acts.Ask.Path) {
			t.Errorf("%+v", th)
		}
	}
	if !slices.ContainsFunc(today.Then, func(th web.Thing) bool { return th.ID == "backup.data" }) && today.First.ID != "backup.data" {
		t.Error("no such thing")
	}
}

// TestDoneToday: what is due is sealed with a button, and counts as a run; readable originals that were kept go with the
// page of the data; a journal whose beginning is lost is begun again, and no other.
func TestDoneToday(t *testing.T) {
	o, shop, home := vaultShop(t)
	path := filepath.Join(shop, "bianchi.csv")
	if err := os.WriteFile(path, []byte("name,mail\nBea Bianchi,bea@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := custode(t, home, "scan", shop); got.code > 1 {
		t.Fatalf("%+v", got)
	}
	if got := custode(t, home, "encrypt", "--keep", shop); got.code > 1 || !exists(path) || !exists(path+".age") {
		t.Fatalf("%+v", got)
	}
	plan, err := o.PlanSealing(t.Context(), web.SealWish{All: "listed"})
	if err != nil || plan.Count != 1 {
		t.Fatalf("what was kept is not offered again: %+v %v", plan, err)
	}
	if out, err := o.Seal(t.Context(), web.SealWish{All: "listed", Seen: plan.Name}, func(web.Progress) {}); err != nil || exists(path) {
		t.Errorf("kept still: %+v %v", out, err)
	}
	before, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Kind: "home.made"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.BeginJournal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Kind: "home.made"}); err != nil || after.All != before.All || after.All != 1 {
		t.Errorf("begun twice: %d, %v", after.All, err)
	}
	for _, name := range []string{"custode.db", "custode.db-wal", "custode.db-shm"} {
		_ = os.Remove(filepath.Join(home, name))
	}
	if err := o.BeginJournal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Kind: "home.made"}); err != nil || after.All != 1 {
		t.Errorf("not begun: %d, %v", after.All, err)
	}
}
