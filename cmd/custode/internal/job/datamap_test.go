package job

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/privacy/datamap"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

type mapStore struct {
	dir     string
	covered []string
}

func (s mapStore) Findings(_ context.Context, root string, fn func(scan.File) error) error {
	if root != s.dir {
		return nil
	}
	birth := detect.Finding{Kind: detect.BirthDate, Count: 4, Where: detect.Where{Unit: detect.Column, Name: "Nata il"}}
	for _, f := range []scan.File{
		{Path: s.dir + "/A/a.csv", Findings: []detect.Finding{birth, {Kind: detect.Card, Count: 9, Example: true}}, Newest: "2024-03"},
		{Path: s.dir + "/A/b.txt", Findings: []detect.Finding{{Kind: detect.Email, Count: 1, Where: detect.Where{Unit: detect.Line, Name: "x"}}}, Stamp: walk.Stamp{MTimeNS: time.Date(2025, 5, 6, 0, 0, 0, 0, time.UTC).UnixNano()}},
	} {
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

func (s mapStore) SealedFindings(_ context.Context, root string, fn func(path, original string, found []detect.Finding, changed time.Time) error) error {
	if root != s.dir {
		return nil
	}
	list := []detect.Finding{{Kind: detect.IBAN, Count: 2, Where: detect.Where{Unit: detect.Field, Name: "iban"}}}
	at := time.Date(2023, 1, 31, 12, 0, 0, 0, time.UTC)
	if err := fn(s.dir+"/B/c.csv.age", s.dir+"/B/c.csv", list, at); err != nil {
		return err
	}
	return fn(s.dir+"/A/a.csv.age", s.dir+"/A/a.csv", list, at) // the readable one lies beside it
}

// PeopleKnown: two of the three people in b are in a too; those in c were only counted.
func (s mapStore) PeopleKnown(_ context.Context, root string, fn func(path string, n int64, met *people.Sketch) error) error {
	if root != s.dir {
		return nil
	}
	met := func(who ...uint64) *people.Sketch {
		p := people.New()
		for _, h := range who {
			p.Add(h)
		}
		return p
	}
	return errors.Join(fn(s.dir+"/A/a.csv", 2, met(1, 2)), fn(s.dir+"/A/b.txt", 3, met(1, 2, 3)), fn(s.dir+"/B/c.csv.age", 7, nil), fn(s.dir+"/A/gone.csv", 9, met(9)))
}

func (s mapStore) LastWholeScan(context.Context) (time.Time, []string, error) {
	return time.Unix(1000, 0), s.covered, nil
}

// What is gathered: readable files as they are, sealed ones as they were, each once.
func TestFound(t *testing.T) {
	dir := t.TempDir()
	h, err := Found(t.Context(), mapStore{dir: dir}, []string{dir, dir})
	if err != nil || len(h.Roots) != 1 || h.Roots[0] != dir {
		t.Fatal(h.Roots, err)
	}
	want := []datamap.Found{
		{Path: dir + "/A/a.csv", Root: dir, Kind: "date_of_birth", Column: "Nata il", Count: 4, Newest: "2024-03", Dated: true},
		{Path: dir + "/A/b.txt", Root: dir, Kind: "email", Count: 1, Newest: "2025-05"},
		{Path: dir + "/B/c.csv.age", Root: dir, Kind: "iban", Column: "iban", Count: 2, Newest: "2023-01", Sealed: true},
	}
	if d := cmp.Diff(want, h.Found); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		covered []string
		whole   bool
	}{{nil, false}, {[]string{dir}, true}, {[]string{dir + "x"}, false}} {
		m, err := h.Map(t.Context(), mapStore{dir, c.covered}, datamap.Declaration{}, time.Now())
		if err != nil || m.Scanned.IsZero() == c.whole || len(m.Holdings) != 3 || m.Holdings[0].People != 0 {
			t.Errorf("%v: %v %+v", c.covered, err, m)
		}
	}
}

// Who is in two files of a folder is counted once; of files whose people were only counted, the most count.
func TestCountPeople(t *testing.T) {
	dir := t.TempDir()
	m := &datamap.Map{Holdings: []datamap.Holding{
		{Root: dir, Files: []datamap.HeldFile{{Path: dir + "/A/a.csv"}, {Path: dir + "/A/b.txt"}}},
		{Root: dir, Files: []datamap.HeldFile{{Path: dir + "/A/a.csv"}, {Path: dir + "/B/c.csv.age"}}},
		{Root: dir, Files: []datamap.HeldFile{{Path: dir + "/unknown"}}},
	}}
	if err := CountPeople(t.Context(), mapStore{dir: dir}, m); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{3, 7, 0} {
		if got := m.Holdings[i].People; got != want {
			t.Errorf("holding %d: %d people, want %d", i, got, want)
		}
	}
}

// changing is a store whose files change, and that counts how often they are read.
type changing struct {
	mapStore

	edition, read *int64
}

func (s changing) Edition(context.Context) (int64, error) { return *s.edition, nil }

func (s changing) Findings(ctx context.Context, root string, fn func(scan.File) error) error {
	*s.read++
	return s.mapStore.Findings(ctx, root, fn)
}

// What is kept is made once, and anew after each change of what it was made of.
func TestKeptMap(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	st := changing{mapStore{dir, []string{dir}}, new(int64), new(int64)}
	folders, decl, now := []string{dir}, datamap.Declaration{}, time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	var k KeptMap
	look := func(step string, read int64, anew bool) {
		t.Helper()
		before := k.m
		_, m, err := k.Map(t.Context(), st, folders, decl, now)
		if err != nil || *st.read != read || (before != m) != anew {
			t.Fatalf("%s: read %d times, want %d; anew %v; %v", step, *st.read, read, before != m, err)
		}
		want, err := Found(t.Context(), st.mapStore, folders)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := want.Map(t.Context(), st, decl, now)
		if err == nil {
			err = CountPeople(t.Context(), st, fresh)
		}
		if d := cmp.Diff(fresh, m); d != "" || err != nil {
			t.Errorf("%s: %s %v", step, d, err)
		}
	}
	look("first", 1, true)
	look("again", 1, false)
	*st.edition++
	look("a file", 2, true)
	decl.Uses = []datamap.Use{{ID: "bookings", Categories: []string{"birth"}, Keep: datamap.Keep{Months: 32, From: datamap.LastContact}}}
	look("what is said", 2, true)
	now = now.Add(time.Hour)
	look("the month", 2, true)
	st.covered = nil
	look("the scan", 2, true)
	folders = append(folders, other)
	look("the folders", 4, true)
	look("and again", 4, false)
}
