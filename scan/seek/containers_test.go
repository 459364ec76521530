package seek_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
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
// in, by all that is known of them.
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
	people := sample.People(1, containers.People)
	step := 71
	if os.Getenv("CUSTODE_TORTURE") != "" {
		step = 1
	}
	for i := 0; i < len(people); i += step {
		p := people[i]
		terms := termsOf(p)
		s := seeker(t, terms...)
		check := func(sub string, m containers.Made) {
			if m.Format == "doc" || m.Format == "xls" {
				return
			}
			_, r := read(t, s, filepath.Join(dir, sub, filepath.FromSlash(m.Path)), nil)
			want := 1
			if m.Format == "mbox" { // the header of the mail, and its text
				want = 2
			}
			r.Places = slices.DeleteFunc(r.Places, func(q seek.Place) bool { return q.Section == "remnant" }) // rows that a database still has twice
			if len(r.Places) == 0 || len(r.Places) > want {
				t.Errorf("%s: person %d: %d places: %+v", m.Path, i, len(r.Places), r.Places)
				return
			}
			var all []int
			for _, q := range r.Places {
				all = append(all, q.Terms...)
				if m.Format == "mbox" && q.Message != int64(i)+1 {
					t.Errorf("%s: person %d: in mail %d", m.Path, i, q.Message)
				}
				if line := lineOf(m.Path, i); line > 0 && q.Number != line {
					t.Errorf("%s: person %d: %+v, want it on %d", m.Path, i, q, line)
				}
			}
			slices.Sort(all)
			if all = slices.Compact(all); len(all) != len(terms) {
				t.Errorf("%s: person %d: only the terms %v of %d: %+v", m.Path, i, all, len(terms), r.Places)
			}
		}
		for _, m := range made {
			check("a", m)
		}
		for _, m := range kept {
			check("b", m)
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
