package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

const madeUpPassphrase = "one two three four"

// madeUpKeys gives a home keys that open by madeUpPassphrase.
func madeUpKeys(t *testing.T, home string) {
	t.Helper()
	_, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "owner", Passphrase: secret.FromString(madeUpPassphrase), WorkFactor: 10, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
}

func TestRequestsOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	ask := web.NewRequest{Right: "erasure", How: "mail", Received: time.Now().AddDate(0, 0, -2).Format(time.DateOnly), Name: "Anna Verdi", Contact: "anna@example.com"}
	if _, err := o.NewRequest(t.Context(), ask); err == nil {
		t.Error("who asks was taken without keys to seal it")
	}
	madeUpKeys(t, home)
	id, err := o.NewRequest(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.Privacy(t.Context())
	if err != nil || len(p.Open) != 1 || p.Open[0].ID != id || p.Open[0].Late || !p.CanSeal {
		t.Errorf("%+v %v", p.Open, err)
	}
	tells := func() bool {
		r, err := o.Request(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(r.Who, "Anna Verdi, anna@example.com")
	}
	if tells() {
		t.Error("who asks is shown while the keys are locked")
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	if !tells() {
		t.Error("who asks is not shown while the keys are unlocked")
	}
	if o.Lock(); tells() {
		t.Error("who asks is shown after the keys were locked")
	}
	ask.Page = "a page"
	first, err := o.NewRequest(t.Context(), ask)
	if again, err2 := o.NewRequest(t.Context(), ask); err != nil || err2 != nil || first == id || again != first {
		t.Errorf("the form of one page sent twice: %d and %d, %v %v", first, again, err, err2)
	}
	ask.Name = "Ugo Altro"
	if other, err := o.NewRequest(t.Context(), ask); err != nil || other == first {
		t.Errorf("somebody else on the same page is passed over: %d %v", other, err)
	}
	ask.Name = ""
	if _, err := o.NewRequest(t.Context(), ask); !isFault(err, "fault.request.flags") {
		t.Error(err)
	}
	for n, want := range map[string]bool{strings.Repeat("è", 200): true, strings.Repeat("è", 201): false} {
		ask.Name = n
		if _, err := o.NewRequest(t.Context(), ask); want != (err == nil) || !want && !isFault(err, "fault.request.long") {
			t.Errorf("a name of %d bytes: %v", len(n), err)
		}
	}
	ask.Name = "Anna"
	for day, want := range map[string]string{"2096-01-01": "future", "0002-11-20": "old", "2006-11-20": "old", "2026-02-30": "day"} {
		ask.Received = day
		if _, err := o.NewRequest(t.Context(), ask); !isFault(err, "fault.request."+want) {
			t.Errorf("%s: %v", day, err)
		}
	}
}

func TestRequestIsAnswered(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	if err := os.WriteFile(filepath.Join(shop, "requested.csv"), []byte("name,e-mail,city\nZita Esempio,zita@example.com,Bari\nUgo Altro,ugo@example.com,Lecce\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := officeOf(t, home)
	madeUpKeys(t, home)
	id, err := o.NewRequest(t.Context(), web.NewRequest{Right: "access", How: "mail", Name: "Zita Esempio", Contact: "zita@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	search := func() error {
		_, err := o.SearchRequest(t.Context(), id, web.SearchTerms{}, func(web.Progress) {})
		return err
	}
	if err := search(); !isFault(err, "fault.serve.locked") {
		t.Errorf("searched without keys: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	if err := search(); err != nil {
		t.Fatal(err)
	}
	found, err := o.FoundRequest(t.Context(), id)
	if err != nil || len(found.Files) != 1 || filepath.Base(found.Files[0].Path) != "requested.csv" || len(found.Files[0].Records) != 1 || found.Rows == "" {
		t.Fatalf("%+v %v", found, err)
	}
	c, err := o.CopyForRequest(t.Context(), id, "csv")
	if err != nil || !bytes.Contains(c.Body, []byte("Bari")) || bytes.Contains(c.Body, []byte("Ugo")) {
		t.Errorf("%s %v", c.Body, err)
	}
	l, err := o.RequestLetter(t.Context(), id, web.LetterWish{Kind: "answer", Lang: "it"})
	if err != nil || len(l.Said) > 0 || len(l.Doc.Blocks) == 0 || l.Doc.Lang != "it" {
		t.Errorf("%+v %v", l, err)
	}
	for range 2 { // printed twice is written down once
		p, err := o.PrintRequestLetter(t.Context(), id, web.LetterWish{Kind: "answer", Lang: "en"}, "html")
		if err != nil || !bytes.Contains(p.Body, []byte("Zita Esempio")) {
			t.Errorf("%s %v", p.Body, err)
		}
	}
	r, err := o.Request(t.Context(), id)
	if err != nil || len(r.Happened) != 3 || r.Seen != l.Seen || !r.Searched { // it came, a search, one letter, which the page of the letter need not know of
		t.Fatalf("%+v %v", r, err)
	}
	for _, n := range []web.RequestNote{{What: "sent", Detail: "answer"}, {What: "closed", Detail: "answered"}} {
		n.ID, n.Seen = id, r.Seen
		if err := o.NoteRequest(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		var over *web.OvertakenError
		if err := o.NoteRequest(t.Context(), n); !errors.As(err, &over) {
			t.Errorf("%s twice: %v", n.What, err)
		}
		r.Seen++
	}
	if _, err := o.FoundRequest(t.Context(), id); !errors.Is(err, web.ErrNotSearched) {
		t.Errorf("what was found is held after the end: %v", err)
	}
	if r, err = o.Request(t.Context(), id); err != nil || !r.Ended || len(r.Letters) > 0 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestRequestClock(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	madeUpKeys(t, home)
	id, err := o.NewRequest(t.Context(), web.NewRequest{Right: "erasure", How: "post", Name: "Zita Esempio"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.NoteRequest(t.Context(), web.RequestNote{ID: id, What: "sent", Detail: "extension"}); !isFault(err, "fault.request.reasons") {
		t.Errorf("more time without a reason: %v", err)
	}
	before, _ := o.Request(t.Context(), id)
	page, err := o.RequestLetter(t.Context(), id, web.LetterWish{Kind: "extension", Cause: "many"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.PrintRequestLetter(t.Context(), id, page.Wish, "pdf"); err != nil { // the page stays where it is
		t.Fatal(err)
	}
	sent := web.RequestNote{ID: id, Seen: page.Seen, What: "sent", Detail: "extension", Cause: "many"}
	if err := o.NoteRequest(t.Context(), sent); err != nil {
		t.Fatalf("the letter was printed from the page that says it was sent: %v", err)
	}
	var over *web.OvertakenError
	if err := o.NoteRequest(t.Context(), sent); !errors.As(err, &over) || len(over.Stands) != 1 {
		t.Errorf("sent twice: %v", err)
	}
	after, err := o.Request(t.Context(), id)
	if !strings.HasSuffix(before.Clock, " days left") {
		t.Errorf("how many days are left: %q", before.Clock)
	}
	for _, said := range before.Lines {
		if strings.Contains(said, " left") {
			t.Errorf("said twice: %q", said)
		}
	}
	if all := strings.Join(before.Lines, " "); strings.Count(all, "without undue delay") != 1 {
		t.Errorf("said twice, or not at all: %s", all)
	}
	if err != nil || after.Clock == before.Clock || after.CanLonger != "" {
		t.Errorf("the clock stood still: %q, %q, %v", before.Clock, after.Clock, err)
	}
	if err := o.NoteRequest(t.Context(), web.RequestNote{ID: id, Seen: after.Seen, What: "known", Day: "2020-01-01"}); !isFault(err, "fault.request.before") {
		t.Error(err)
	}
	if l, err := o.RequestLetter(t.Context(), id, web.LetterWish{Kind: "refusal"}); err != nil || l.First == "" || len(l.Grounds) == 0 {
		t.Errorf("%+v %v", l, err)
	}
	if l, err := o.RequestLetter(t.Context(), id, web.LetterWish{Kind: "refusal", Grounds: []string{"legal-duty"}}); err != nil || l.First != "" || len(l.Doc.Blocks) == 0 || len(l.Said) != 1 {
		t.Errorf("%+v %v", l, err)
	}
}
