package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

func TestPrivacyOfTheOffice(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	p, err := o.Privacy(t.Context())
	if err != nil || p.Declared || p.NoScan || len(p.Held) == 0 || p.Held[0].Lines[0].Used || p.CanSeal {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := o.ProcessingRecord(t.Context()); !isFault(err, "fault.privacy.nothing") {
		t.Error(err)
	}
	if _, err := o.CustomerPaper(t.Context(), web.PaperWish{Which: "notice", Lang: "it", PDF: true}); !isFault(err, "fault.notice.undeclared") {
		t.Error(err)
	}
	if r := custode(t, home, "privacy", "map", "--yes", "--trade", "hairdresser"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if p, err = o.Privacy(t.Context()); err != nil || !p.Declared || len(p.Uses) == 0 || !p.Held[0].Lines[0].Used || len(p.Problems) == 0 {
		t.Errorf("%+v %v", p, err)
	}
	if err := os.MkdirAll(filepath.Join(shop, "Nuova"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(shop, "Nuova", "a.csv"), []byte("email\na@example.com\nb@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "scan"); r.code > 1 {
		t.Fatalf("%+v", r)
	}
	if p, err = o.Privacy(t.Context()); err != nil || !slices.ContainsFunc(p.Held, func(k web.HeldKind) bool {
		return slices.ContainsFunc(k.Lines, func(l web.HeldLine) bool { return l.Folder == "Nuova" && l.People == "~2" })
	}) {
		t.Errorf("a new folder is not shown: %+v %v", p.Held, err)
	}
	recordIsTheCommands(t, o, home)
	d, err := o.CustomerPaper(t.Context(), web.PaperWish{Which: "statement", Lang: "it", PDF: true, Contact: "Maria, info@example.com"})
	if err != nil || !bytes.HasPrefix(d.Body, []byte("%PDF-")) || d.Name != "custode-statement.pdf" {
		t.Errorf("%s %v", d.Name, err)
	}
	j, err := o.Journal(t.Context(), web.JournalWish{Kind: "statement.printed", Most: 9})
	if err != nil || j.All != 1 { // or else nobody would be told when it is no longer true
		t.Errorf("%d kept, %v", j.All, err)
	}
	if r := custode(t, home, "privacy", "statement", "--check"); r.code > 1 { // a paper without a known file is no failure
		t.Errorf("%+v", r)
	}
}

// recordIsTheCommands holds that the page gives the record and the table of requests that the commands write, and that
// no name in it is a formula of a spreadsheet.
func recordIsTheCommands(t *testing.T, o *office, home string) {
	t.Helper()
	path := filepath.Join(home, "privacy.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	strange := regexp.MustCompile(`(?m)^(      it: ).*$`).ReplaceAll(raw, []byte("${1}'=1+2'"))
	if err := os.WriteFile(path, regexp.MustCompile(`(?m)^(      en: ).*$`).ReplaceAll(strange, []byte("${1}'=1+2'")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		give func() (web.Download, error)
		args []string
	}{
		{func() (web.Download, error) { return o.PrintProcessingRecord(t.Context(), "csv") }, []string{"privacy", "map", "--record"}},
		{func() (web.Download, error) { return o.RequestsTable(t.Context()) }, []string{"privacy", "requests", "list", "--csv"}},
	} {
		d, err := c.give()
		file := filepath.Join(t.TempDir(), d.Name)
		if r := custode(t, home, append(c.args, file)...); r.code != 0 || err != nil || !strings.HasSuffix(d.Name, ".csv") {
			t.Fatalf("%+v %v", r, err)
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(want, d.Body) {
			t.Errorf("the page gives\n%s\nand the command\n%s", d.Body, want)
		}
		if len(c.args) == 3 && !bytes.Contains(d.Body, []byte("'=1+2")) || regexp.MustCompile(`(^|[\n,;"])=`).Match(d.Body) {
			t.Errorf("a formula: %s", d.Body)
		}
	}
	if doc, err := o.ProcessingRecord(t.Context()); err != nil || doc.Title == "" {
		t.Error(doc.Title, err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
