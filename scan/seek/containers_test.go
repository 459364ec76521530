package seek_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"custode/internal/sample"
	"custode/internal/sample/containers"
	"custode/scan/reader"
	"custode/scan/seek"
)

// read looks through one file.
func read(tb testing.TB, s *seek.Seeker, path string, show func(seek.Record)) (reader.Outcome, seek.Result) {
	tb.Helper()
	src, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer src.Close()
	f := s.Finder(show)
	out, err := reader.NewReader().Read(context.Background(), src, filepath.Base(path), f)
	if err != nil {
		tb.Fatal(err)
	}
	return out, f.Result()
}

// seeker makes one, of the shop's country.
func seeker(tb testing.TB, terms ...seek.Term) *seek.Seeker {
	tb.Helper()
	s, err := seek.New(terms, "IT")
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// termsOf are what is known of somebody.
func termsOf(p sample.Person) []seek.Term {
	terms := []seek.Term{{Kind: seek.Name, Text: p.First + " " + p.Last}}
	for _, t := range []seek.Term{{Kind: seek.Email, Text: p.Mail}, {Kind: seek.Phone, Text: p.Phone}, {Kind: seek.Code, Text: p.Fiscal}} {
		if t.Text != "" {
			terms = append(terms, t)
		}
	}
	return terms
}

// TestEveryContainer: whoever is in a list is found in it once, whatever it lies
// in, by all that is known of them. Seven people are looked for at a time, who
// stand far apart.
func TestEveryContainer(t *testing.T) {
	dir := t.TempDir()
	made, err := containers.Write(filepath.Join(dir, "a"), 1)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := containers.Kept(filepath.Join(dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	groups := 1
	const apart = 43
	if os.Getenv("CUSTODE_TORTURE") != "" {
		groups = apart
	}
	people := sample.People(1, containers.People)
	for g := range groups {
		var terms []seek.Term
		var whose []int // by term
		for i := g; i < len(people); i += apart {
			for _, x := range termsOf(people[i]) {
				terms, whose = append(terms, x), append(whose, i)
			}
		}
		s := seeker(t, terms...)
		for sub, list := range map[string][]containers.Made{"a": made, "b": kept} {
			for _, m := range list {
				if m.Format != "doc" && m.Format != "xls" { // for which there is no reader
					_, r := read(t, s, filepath.Join(dir, sub, filepath.FromSlash(m.Path)), nil)
					once(t, m, r.Places, whose)
				}
			}
		}
	}
}

// once holds the places of one file to whose each term is.
func once(t *testing.T, m containers.Made, places []seek.Place, whose []int) {
	t.Helper()
	found := map[int]bool{}                                     // terms
	times := map[int]int{}                                      // places, by person
	most := map[bool]int{true: 2, false: 1}[m.Format == "mbox"] // the header of a mail, and its text
	for _, q := range places {
		if q.Section == "remnant" { // rows that a database still has twice
			continue
		}
		i := whose[q.Terms[0]]
		times[i]++
		for _, k := range q.Terms {
			found[k] = true
			if whose[k] != i {
				t.Errorf("%s: one place of persons %d and %d: %+v", m.Path, i, whose[k], q)
			}
		}
		if m.Format == "mbox" && q.Message != int64(i)+1 {
			t.Errorf("%s: person %d: in mail %d", m.Path, i, q.Message)
		}
		if line := lineOf(m.Path, i); line > 0 && q.Number != line {
			t.Errorf("%s: person %d: %+v, want it on %d", m.Path, i, q, line)
		}
	}
	for k, i := range whose {
		if !found[k] || times[i] > most {
			t.Errorf("%s: person %d: %d places, term %d found: %v", m.Path, i, times[i], k, found[k])
		}
	}
}

// lineOf is where somebody stands in a file of one line a person, 0 elsewhere.
func lineOf(path string, i int) int64 {
	switch path {
	case "virgola.csv", "punto-e-virgola.csv", "windows-1252.csv", "utf-16.csv", "tabulazioni.tsv", "csv.zip", "due-volte.zip", "csv.tar.gz", "clienti.xlsx", "clienti.docx":
		return int64(i) + 2
	case "righe.jsonl":
		return int64(i) + 1
	case "colonne.txt":
		return int64(i) + 3
	}
	return 0
}
