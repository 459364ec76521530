package main

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/notice"
)

// cardOf draws the card of a trade's default map that holds all that its uses name.
func cardOf(t *testing.T, trade, lang, code string) (*notice.Notice, []byte) {
	t.Helper()
	d, err := datamap.Preset(trade, "IT")
	if err != nil {
		t.Fatal(err)
	}
	d.Controller = datamap.Controller{Name: `Bottega <b> "Esempio" di Anna Rossi`, Mail: "anna@bottega.example.com", Phone: "+39 06 5550 0100"}
	for _, c := range datamap.Categories() {
		d.Elsewhere = append(d.Elsewhere, datamap.Elsewhere{Category: c.ID, Where: "paper"})
	}
	n, err := notice.Make(datamap.Judge(d, nil, time.Now(), time.Now()), notice.Options{Lang: lang, Country: "IT", Made: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := drawCard(n, code)
	if err != nil {
		t.Fatal(err)
	}
	return n, raw
}

// TestCard: the card of every trade says all that the notice says, asks nothing of the
// network, and takes no text of the owner's for a command. Where Chromium is, it prints on
// one page of A4 and of Letter.
func TestCard(t *testing.T) {
	tags := regexp.MustCompile(`<style>(?s:.*?)</style>|<[^>]*>`)
	for _, trade := range datamap.Trades() {
		for _, lang := range []string{"en", "it"} {
			n, raw := cardOf(t, trade.ID, lang, "https://www.example.com/privacy?a=1&b=2")
			page := string(raw)
			if strings.Contains(page, "<b>") || strings.Count(page, "<svg") != 1 || regexp.MustCompile(`(?i)src=|href=|<script|url\(|@import`).MatchString(page) {
				t.Errorf("%s %s: %s", trade.ID, lang, page)
			}
			text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, ""))), " ")
			for _, c := range n.Claims {
				if !strings.Contains(text, c.Text) {
					t.Errorf("%s %s: the card does not say %q", trade.ID, lang, c.Text)
				}
			}
			for _, size := range []string{"A4", "Letter"} {
				onePage(t, strings.Replace(page, "@page { ", "@page { size: "+size+"; ", 1))
			}
		}
	}
	if _, page := cardOf(t, "restaurant", "it", ""); strings.Contains(string(page), "<svg") {
		t.Error("a code of nothing")
	}
}

// onePage prints a page with Chromium, in the long run of the tests.
func onePage(t *testing.T, page string) {
	t.Helper()
	if os.Getenv("CUSTODE_TORTURE") == "" {
		return
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "chromium") {
			t.Fatal(err)
		}
		return
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "card.html"), filepath.Join(dir, "card.pdf")
	if err := os.WriteFile(in, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--user-data-dir="+dir, "--print-to-pdf="+out, in)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if pages := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(raw, -1); len(pages) != 1 {
		t.Errorf("the card takes %d pages:\n%s", len(pages), page)
	}
}

// TestCardCodes: what a QR code may hold.
func TestCardCodes(t *testing.T) {
	for _, c := range [][2]string{
		{"www.example.com/privacy", "https://www.example.com/privacy"},
		{"http://example.com", "http://example.com"},
		{" https://example.com/così ", "https://example.com/cos%C3%AC"},
		{"mailto:anna@example.com", "mailto:anna@example.com"},
		{"", ""},
		{"example", ""},
		{"javascript:alert(1)", ""},
		{"file:///etc/passwd", ""},
		{"https://user:pass@example.com", ""},
		{"https://caffè.example.com", ""},
		{"https://e.com/" + strings.Repeat("x", 300), ""},
		{"https://example.com/\x00", ""},
	} {
		in, want := c[0], c[1]
		got, err := webAddress(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	n, _ := cardOf(t, "restaurant", "it", "")
	for _, c := range []struct{ mail, phone, want string }{
		{"", "+39 (06) 555-00", "tel:+390655500"},
		{"", "ask in the shop", ""},
		{"at the counter", "06 1", "tel:061"},
		{"anna@caffè.example.com", "", "mailto:anna@caff%C3%A8.example.com?subject=I%20miei%20dati"},
		{strings.Repeat("a", 300) + "@example.com", "06 1", ""},
	} {
		d := datamap.Declaration{
			Controller: datamap.Controller{Name: "A", Address: "B", Mail: c.mail, Phone: c.phone},
			Uses:       []datamap.Use{{ID: "x", About: "customers", Basis: datamap.Contract, Categories: []string{"contact"}, Keep: datamap.Keep{Months: 1, From: datamap.LastContact}}},
			Elsewhere:  []datamap.Elsewhere{{Category: "contact", Where: "x"}},
		}
		n, err := notice.Make(datamap.Judge(d, nil, time.Now(), time.Now()), notice.Options{Lang: "it", Country: "IT"})
		if err != nil {
			t.Fatal(err)
		}
		if got := ownCode(n); got != c.want {
			t.Errorf("%q, %q: %q", c.mail, c.phone, got)
		}
	}
	if got := ownCode(n); got != "mailto:anna@bottega.example.com?subject=I%20miei%20dati" {
		t.Error(got)
	}
}

// TestNoticeDocuments holds the documents of the notice to their schemas.
func TestNoticeDocuments(t *testing.T) {
	home, data := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "clienti.csv"), []byte("Nome,Email\nAnna Bianchi,anna@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", data); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	declare := func(trade string) {
		t.Helper()
		d, err := datamap.Preset(trade, "IT")
		if err != nil {
			t.Fatal(err)
		}
		d.Controller = datamap.Controller{Name: "Bottega", Phone: "06 5550 0100"}
		raw, err := datamap.Encode(d, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, "privacy.yaml"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	declare("restaurant")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--json"}, 0},
		{[]string{"--long", "--json", "--lang", "it"}, 0},
		{[]string{"--json", "--card", filepath.Join(t.TempDir(), "c.html")}, 0},
		{[]string{"--check", "--json"}, 0},
		{nil, 0},
		{[]string{"--check", "--json", "--lang", "it"}, 1},
	} {
		if c.args == nil {
			declare("repair-shop")
			continue
		}
		r := custode(t, home, append([]string{"privacy", "notice"}, c.args...)...)
		if r.code != c.code || r.err != "" {
			t.Errorf("%q: %+v", c.args, r)
		}
		conform(t, r.out)
	}
}

// TestNoticeChoices: what does not go together is refused before anything is opened.
func TestNoticeChoices(t *testing.T) {
	for _, c := range []struct {
		o    noticeOptions
		want string
	}{
		{noticeOptions{}, ""},
		{noticeOptions{long: true, out: "a.pdf", size: "letter"}, ""},
		{noticeOptions{card: "a.HTML", url: "x"}, ""},
		{noticeOptions{check: true, json: true}, ""},
		{noticeOptions{check: true, long: true}, "fault.notice.check"},
		{noticeOptions{check: true, out: "a.pdf"}, "fault.notice.check"},
		{noticeOptions{check: true, card: "a.html"}, "fault.notice.check"},
		{noticeOptions{card: "a.html", long: true}, "fault.notice.card"},
		{noticeOptions{card: "a.html", out: "b.html"}, "fault.notice.card"},
		{noticeOptions{card: "a.html", size: "A4"}, "fault.notice.card"},
		{noticeOptions{url: "x"}, "fault.notice.card"},
		{noticeOptions{card: "a.pdf"}, "fault.notice.html"},
		{noticeOptions{card: "a"}, "fault.notice.html"},
	} {
		err := c.o.wrong()
		if (err == nil) != (c.want == "") || err != nil && !isFault(err, c.want) {
			t.Errorf("%+v: %v, want %s", c.o, err, c.want)
		}
	}
}
