package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

func TestChoicesOfTheOffice(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	if c, err := o.Choices(t.Context()); err != nil || c.Keys {
		t.Fatalf("%+v %v", c, err)
	}
	madeUpKeys(t, home)
	entry := web.ChoiceEntry{Contact: "zita@example.com", Said: map[string]string{"offers/email": "yes"}, How: "paper", Form: "118"}
	if _, err := o.RecordChoice(t.Context(), entry); !isFault(err, "fault.choice.wording") {
		t.Errorf("a yes without a text: %v", err)
	}
	paper, err := o.ChoicePaper(t.Context(), web.ChoicePaper{Kind: "form", Lang: "it"})
	if err != nil || !bytes.Contains(paper.Body, []byte(`lang="it"`)) {
		t.Fatal(err)
	}
	if bytes.Contains(paper.Body, []byte(" style=")) {
		t.Error("the policy of the page blocks styles that stand in elements")
	}
	if _, err := o.ChoicePaper(t.Context(), web.ChoicePaper{Kind: "card", Lang: "it"}); !isFault(err, "fault.form.mail") {
		t.Error(err)
	}
	did, err := o.RecordChoice(t.Context(), entry)
	if err != nil || len(did) != 2 { // it waits for the keys
		t.Errorf("%q %v", did, err)
	}
	if _, err := o.ChoicesOf(t.Context(), entry.Contact); !isFault(err, "fault.serve.locked") {
		t.Errorf("looked up without keys: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	of, err := o.ChoicesOf(t.Context(), "ZITA@example.com")
	if err != nil || of.Nothing || len(of.Standing) == 0 || !of.Standing[0].May || of.Events[0].Text == "" {
		t.Errorf("%+v %v", of, err)
	}
	if did, err = o.RecordChoice(t.Context(), web.ChoiceEntry{Contact: "ugo@example.com", All: "stop", How: "till"}); err != nil || len(did) != 1 {
		t.Errorf("%q %v", did, err)
	}
	listIsFiltered(t, o, home)
	if did, err := o.ForgetChoices(t.Context(), "zita@example.com"); err != nil || len(did) != 2 {
		t.Errorf("%q %v", did, err)
	}
	if of, err = o.ChoicesOf(t.Context(), "zita@example.com"); err != nil || slices.ContainsFunc(of.Standing, func(s web.ChoiceStanding) bool { return s.May }) {
		t.Errorf("may be written to after being erased: %+v %v", of, err)
	}
}

func TestCodeAndTicksAreKept(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	madeUpKeys(t, home)
	if _, err := o.ChoicePaper(t.Context(), web.ChoicePaper{Kind: "form", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	var byMail []choice.Wording
	if err := o.onChoices(t.Context(), func(d *chooser) error {
		for _, w := range d.said {
			if w.Channel == choice.Email {
				byMail = append(byMail, w)
			}
		}
		return nil
	}); err != nil || len(byMail) < 1 {
		t.Fatal(byMail, err)
	}
	coded := questionID(choice.Question{Purpose: byMail[0].Purpose, Channel: choice.Email})
	entry := web.ChoiceEntry{Contact: "zita@example.com", How: "till", Code: form.Code(byMail[0].Digest(), true), Said: map[string]string{coded: "no"}}
	if did, err := o.RecordChoice(t.Context(), entry); !isFault(err, "fault.choice.both") {
		t.Errorf("a code says yes and a tick says no: %q %v", did, err)
	}
	other := "garden/" + string(choice.Email)
	entry.Said = map[string]string{coded: "yes", other: "no"}
	if did, err := o.RecordChoice(t.Context(), entry); err != nil || len(did) != 3 { // two, which wait for the keys
		t.Errorf("a code of one question and a tick of another: %q %v", did, err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	of, err := o.ChoicesOf(t.Context(), entry.Contact)
	if err != nil || len(of.Events) != 2 {
		t.Errorf("a customer's no is lost: %+v %v", of, err)
	}
}

// TestAChoiceSentTwice: a double click, a second tab and the back button enter nothing twice, and bring back no yes that
// was taken back since; what is said anew is entered.
func TestAChoiceSentTwice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	madeUpKeys(t, home)
	if _, err := o.ChoicePaper(t.Context(), web.ChoicePaper{Kind: "form", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	yes := map[string]string{"offers/email": "yes"}
	for _, step := range []struct {
		name string
		e    web.ChoiceEntry
		kept int
	}{
		{"a yes", web.ChoiceEntry{Contact: "zita@example.com", Said: yes, How: "till", Page: "1"}, 1},
		{"a double click", web.ChoiceEntry{Contact: "zita@example.com", Said: yes, How: "till", Page: "1"}, 1},
		{"a second tab", web.ChoiceEntry{Contact: "Zita@Example.com", Said: yes, How: "till", Page: "2"}, 1},
		{"a stop", web.ChoiceEntry{Contact: "zita@example.com", All: "stop", How: "till", Page: "3"}, 2},
		{"back to the yes", web.ChoiceEntry{Contact: "zita@example.com", Said: yes, How: "till", Page: "1"}, 2},
		{"a yes anew", web.ChoiceEntry{Contact: "zita@example.com", Said: yes, How: "till", Page: "4"}, 3},
	} {
		did, err := o.RecordChoice(t.Context(), step.e)
		if err != nil || len(did) == 0 {
			t.Fatalf("%s: %q %v", step.name, did, err)
		}
		of, err := o.ChoicesOf(t.Context(), "zita@example.com")
		if err != nil || len(of.Events) != step.kept {
			t.Errorf("%s: %d are kept, want %d: %q %v", step.name, len(of.Events), step.kept, did, err)
		}
	}
	choicesElsewhere(t, o, home)
}

// choicesElsewhere holds that what somebody says again is entered where another program, or forgetting, came between.
func choicesElsewhere(t *testing.T, o *office, home string) {
	t.Helper()
	yes := web.ChoiceEntry{Contact: "zita@example.com", Said: map[string]string{"offers/email": "yes"}, How: "till", Page: "5"}
	stop := web.ChoiceEntry{Contact: "zita@example.com", All: "stop", How: "till", Page: "6"}
	other := officeOf(t, home)
	if err := other.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	enter := func(name string, by *office, e web.ChoiceEntry, more int) {
		t.Helper()
		before, err := o.ChoicesOf(t.Context(), e.Contact)
		if err == nil {
			_, err = by.RecordChoice(t.Context(), e)
		}
		after, err2 := o.ChoicesOf(t.Context(), e.Contact)
		if err != nil || err2 != nil || len(after.Events) != len(before.Events)+more {
			t.Errorf("%s: %d became %d: %v %v", name, len(before.Events), len(after.Events), err, err2)
		}
	}
	enter("a stop elsewhere", other, stop, 1)
	enter("the yes after it", o, yes, 1)
	if _, err := o.ForgetChoices(t.Context(), yes.Contact); err != nil {
		t.Fatal(err)
	}
	enter("the yes after all was forgotten", o, yes, 1)
}

// TestAChoiceAfterASale: the law of the shop's country, and what is to be so, are told; a yes without the sale is none.
func TestAChoiceAfterASale(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	madeUpKeys(t, home)
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	c, err := o.Choices(t.Context())
	if err != nil || c.Sold == nil || c.Sold.Basis != "soft-spam" || len(c.Sold.Answers) != 3 || len(c.Sold.Channels) != 1 || c.Sold.Quote {
		t.Fatalf("%+v %v", c.Sold, err)
	}
	e := web.ChoiceEntry{Contact: "zita@example.com", Said: map[string]string{"offers/email": "yes"}, How: "till", Basis: "soft-spam"}
	if _, err := o.RecordChoice(t.Context(), e); !isFault(err, "fault.choice.sale") {
		t.Error(err)
	}
	for _, sale := range []string{"118", "119"} { // another sale is another ground
		e.Sale = sale
		if _, err := o.RecordChoice(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	of, err := o.ChoicesOf(t.Context(), e.Contact)
	if err != nil || len(of.Events) != 2 || !slices.ContainsFunc(of.Standing, func(s web.ChoiceStanding) bool { return s.May }) {
		t.Errorf("%+v %v", of, err)
	}
}

// listIsFiltered holds that only who said yes comes through, and that nothing of a list is on the disk.
func listIsFiltered(t *testing.T, o *office, home string) {
	t.Helper()
	list := "name,e-mail\nZita,zita@example.com\nUgo,ugo@example.com\nPia,pia.mai.chiesta@example.com\n"
	if err := o.FilterList(t.Context(), web.FilterWish{Name: "l.csv", Purpose: "offers", Channel: "email"}, strings.NewReader(list)); err != nil {
		t.Fatal(err)
	}
	l, err := o.FilteredList(t.Context())
	if err != nil || !l.Any || !l.Left || len(l.Removed) != 2 {
		t.Errorf("%+v %v", l, err)
	}
	d, err := o.GiveList(t.Context(), l.Name, "list")
	if err != nil || string(d.Body) != "name,e-mail\nZita,zita@example.com\n" {
		t.Errorf("%s %v", d.Body, err)
	}
	if d, err = o.GiveList(t.Context(), l.Name, "removed"); err != nil || bytes.Contains(d.Body, []byte("@")) || bytes.Count(d.Body, []byte("\n")) != 3 {
		t.Errorf("%s %v", d.Body, err)
	}
	if err := o.FilterList(t.Context(), web.FilterWish{Name: "l.csv", Purpose: "events", Channel: "email"}, strings.NewReader(list)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.GiveList(t.Context(), l.Name, "list"); !errors.Is(err, web.ErrOtherList) {
		t.Errorf("the page of one list gives another, that was filtered in another tab: %v", err)
	}
	taken, err := o.ImportChoices(t.Context(), web.ImportWish{Name: "no.csv", AllNo: true, OnlyCounts: true}, strings.NewReader("e-mail\npia.mai.chiesta@example.com\n"))
	if err != nil || !taken.Dry || len(taken.Events) != 1 {
		t.Errorf("%+v %v", taken, err)
	}
	if _, err := o.ImportChoices(t.Context(), web.ImportWish{Name: "x.csv"}, strings.NewReader("a;b\n1;2\n")); err == nil {
		t.Error("a list without contacts is taken in")
	}
	for _, dir := range []string{home, os.TempDir()} {
		holdsNot(t, dir, "pia.mai.chiesta@example.com")
	}
	o.Lock()
	if _, err := o.GiveList(t.Context(), l.Name, "list"); !errors.Is(err, web.ErrNoList) {
		t.Errorf("the list is held after the lock: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
}

// holdsNot looks for a text in every file of a folder.
func holdsNot(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(text)) {
			t.Errorf("%s holds a contact", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
