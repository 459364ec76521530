package decoy_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"encoding/xml"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"custode/scan/watch/decoy"
	"custode/scan/watch/structure"
)

// text gives what a person would read in a decoy.
func text(t *testing.T, d decoy.Draft) string {
	t.Helper()
	switch filepath.Ext(d.Path) {
	case ".xlsx":
		z, err := zip.NewReader(bytes.NewReader(d.Data), d.Size)
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(r)
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if err := xml.Unmarshal(raw, new(struct{ XMLName xml.Name })); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if strings.HasPrefix(f.Name, "xl/worksheets/") {
				all.WriteString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(raw), "\n"))
			}
		}
		return strings.NewReplacer("&#39;", "'", "&amp;", "&").Replace(all.String())
	case ".pdf":
		var all strings.Builder
		rest := d.Data
		for {
			_, after, ok := bytes.Cut(rest, []byte("\nstream\n"))
			if !ok {
				return all.String()
			}
			packed, next, _ := bytes.Cut(after, []byte("\nendstream"))
			r, err := zlib.NewReader(bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`\((.*)\) Tj`).FindAllSubmatch(raw, -1) {
				for _, b := range m[1] { // its encoding is Latin-1 as far as our letters go
					all.WriteRune(rune(b))
				}
				all.WriteByte('\n')
			}
			rest = next
		}
	}
	return string(d.Data)
}

var (
	mails  = regexp.MustCompile(`[^\s,;:]+@[^\s,;]+`)
	okMail = regexp.MustCompile(`^[a-zà-ù0-9.'-]+@example\.(com|org|net)$`)
	phones = regexp.MustCompile(`\+39 399 \d{3} \d{4}|07700 900\d{3}`)
	cards  = regexp.MustCompile(`\b\d{4} \d{4} \d{4} \d{4}\b`)
	dates  = regexp.MustCompile(`\b\d{2}/\d{2}/\d{4}\b`)
	long   = regexp.MustCompile(`\d[\d ]{5,}\d`)
)

// public are card numbers that payment companies publish for tests.
var public = []string{
	"4111 1111 1111 1111", "4012 8888 8888 1881", "4242 4242 4242 4242", "5555 5555 5555 4444", "5105 1051 0510 5100",
	"2223 0031 2200 3222", "4000 0566 5566 5556", "5200 8282 8282 8210",
}

// reserved holds a text to what belongs to nobody.
func reserved(t *testing.T, name, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%s: no UTF-8", name)
	}
	all := mails.FindAllString(s, -1)
	for _, m := range all {
		if !okMail.MatchString(m) {
			t.Errorf("%s: a mail address that may be somebody's: %q", name, m)
		}
	}
	for _, c := range cards.FindAllString(s, -1) {
		if !slices.Contains(public, c) {
			t.Errorf("%s: a card number that is not published for tests: %q", name, c)
		}
	}
	if n := len(phones.FindAllString(s, -1)); n < 20 || len(all) < 20 {
		t.Errorf("%s: %d numbers and %d addresses: no customer list", name, n, len(all))
	}
	rest := dates.ReplaceAllString(cards.ReplaceAllString(phones.ReplaceAllString(mails.ReplaceAllString(s, "#"), "#"), "#"), "#")
	if n := long.FindString(rest); n != "" {
		t.Errorf("%s: a number of unknown kind: %q", name, n)
	}
	for _, word := range []string{"custode", "decoy", "esca", "canary", "honey", "fake", "test"} {
		if regexp.MustCompile(`(?i)\b` + word + `\b`).MatchString(s) {
			t.Errorf("%s says %q", name, word)
		}
	}
}

// FuzzReserved: whatever chance gives, a decoy opens, and holds nothing that could be
// somebody's.
func FuzzReserved(f *testing.F) {
	for seed := range uint64(2) {
		f.Add(seed, seed%2 == 0, seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64, italian bool, kind uint64) {
		lang := "en"
		if italian {
			lang = "it"
		}
		ext := []string{"csv", "xlsx", "pdf", "txt"}[kind%4]
		for _, d := range plan(t, folder(numbered(21, "f%d."+ext)...), decoy.Options{Lang: lang, Random: stream(seed)}) {
			reserved(t, d.Path, text(t, d))
			l, err := structure.At(bytes.NewReader(d.Data), d.Size)
			want := map[string]structure.Kind{".csv": structure.Text, ".txt": structure.Text, ".xlsx": structure.Zip, ".pdf": structure.PDF}[filepath.Ext(d.Path)]
			if err != nil || l.Kind != want || l.Broken {
				t.Errorf("%s: %v %v %v", d.Path, l.Kind, l.Broken, err)
			}
		}
	})
}

// TestEncryptionShows: once a decoy is encrypted, whole or in parts, it no longer opens
// for the watch.
func TestEncryptionShows(t *testing.T) {
	for _, ext := range []string{"csv", "xlsx", "pdf", "txt"} {
		for _, d := range plan(t, folder(numbered(21, "f%d."+ext)...), decoy.Options{}) {
			before, err := structure.At(bytes.NewReader(d.Data), d.Size)
			if err != nil {
				t.Fatal(err)
			}
			spoilt := slices.Clone(d.Data)
			for i := range spoilt {
				if i%8192 < 1024 && i > 1024 {
					spoilt[i] ^= byte(i*i>>3 + 90)
				}
			}
			after, err := structure.At(bytes.NewReader(spoilt), d.Size)
			if err != nil {
				t.Fatal(err)
			}
			if structure.Lost(before, after) == structure.Fine {
				t.Errorf("%s: encrypted in parts, and taken for whole", d.Path)
			}
		}
	}
}

// TestTable: a decoy of each language is the table that a spreadsheet of that country
// writes.
func TestTable(t *testing.T) {
	for lang, comma := range map[string]rune{"en": ',', "it": ';'} {
		for _, d := range plan(t, folder(numbered(5, "f%d.csv")...), decoy.Options{Lang: lang}) {
			if filepath.Ext(d.Path) != ".csv" {
				continue
			}
			r := csv.NewReader(bytes.NewReader(d.Data))
			r.Comma = comma
			rows, err := r.ReadAll()
			if err != nil || len(rows) < 50 || len(rows[0]) != 10 {
				t.Fatalf("%s: %d rows, %v", d.Path, len(rows), err)
			}
			seen := map[string]bool{}
			for _, row := range rows[1:] {
				if seen[row[0]] {
					t.Errorf("%s: number %s twice", lang, row[0])
				}
				seen[row[0]] = true
			}
		}
	}
}
