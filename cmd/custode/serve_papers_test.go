package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"custode/cmd/custode/internal/web"
)

// paperOf gives what the page says of a paper.
func paperOf(t *testing.T, o *office, which, lang string) (web.Privacy, web.CustomerPaper) {
	t.Helper()
	p, err := o.Privacy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Papers, func(c web.CustomerPaper) bool { return c.Which == which && c.Lang == lang })
	if i < 0 {
		t.Fatalf("no %s in %s: %+v", which, lang, p.Papers)
	}
	return p, p.Papers[i]
}

// TestPapersAgree holds that the page says of each paper what the command's --check says, and that a paper that is
// made anew has the address and the contact of the one before it.
func TestPapersAgree(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	if r := custode(t, home, "privacy", "map", "--yes", "--trade", "hairdresser"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	declared := filepath.Join(home, "privacy.yaml")
	raw, err := os.ReadFile(declared)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte(`mail: ""`), []byte("mail: info@example.com"), 1)
	write := func(raw []byte) {
		if err := os.WriteFile(declared, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	make := func(w web.PaperWish) []byte {
		t.Helper()
		d, err := o.CustomerPaper(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		return d.Body
	}
	write(raw)
	if _, err := o.CustomerPaper(t.Context(), web.PaperWish{Which: "card", Lang: "en", Address: "my site"}); !isFault(err, "fault.notice.url") {
		t.Error(err)
	}
	make(web.PaperWish{Which: "card", Lang: "en", Address: "www.example.com/privacy"})
	make(web.PaperWish{Which: "statement", Lang: "it", Contact: "Maria, maria@example.com"})
	p, card := paperOf(t, o, "card", "en")
	if !card.Good || p.Address != "https://www.example.com/privacy" || p.Contact != "Maria, maria@example.com" {
		t.Errorf("%+v %q %q", card, p.Address, p.Contact)
	}
	write(bytes.Replace(raw, []byte("mail: info@example.com"), []byte("mail: new@example.com"), 1))
	r := custode(t, home, "privacy", "notice", "--check")
	if _, card = paperOf(t, o, "card", "en"); card.Good || len(card.Changes) == 0 || r.code != 1 || !bytes.Contains([]byte(r.out), []byte(card.Changes[0].Say)) {
		t.Errorf("%+v %+v", card, r)
	}
	make(web.PaperWish{Which: "card", Lang: "en", Again: true})
	if p, card = paperOf(t, o, "card", "en"); !card.Good || p.Address != "https://www.example.com/privacy" {
		t.Errorf("%+v %q", card, p.Address)
	}
	if !bytes.Contains(make(web.PaperWish{Which: "statement", Lang: "it", Again: true}), []byte("maria@example.com")) {
		t.Error("a statement made anew tells to ask somebody else")
	}
	make(web.PaperWish{Which: "card", Lang: "en"}) // the field was emptied
	if p, _ = paperOf(t, o, "card", "en"); p.Address != "" {
		t.Errorf("%q is still on it", p.Address)
	}
	if err := os.Remove(declared); err != nil {
		t.Fatal(err)
	}
	if _, card = paperOf(t, o, "card", "en"); card.Good || card.Unknown == nil || card.Unknown.ID != "fault.notice.undeclared" {
		t.Errorf("%+v", card)
	}
}
