package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"custode/encrypt/catalogue"
	"custode/internal/journal"
	"custode/scan"
)

func sealedAt(path string, n int) catalogue.Entry {
	return catalogue.Entry{
		Path: path, Original: filepath.Base(path[:len(path)-len(".age")]), SealedAt: ticking(), Size: int64(n), SealedSize: int64(n + 200),
		Cipher: sha256.Sum256([]byte(fmt.Sprint("cipher", n))), Plain: sha256.Sum256([]byte(fmt.Sprint("plain", n))),
		Header:     sha256.Sum256([]byte(fmt.Sprint("header", n))),
		Recipients: []string{"aaaa", "bbbb"}, Mode: 0o640, MTime: ticking().Add(-time.Hour), Files: 1,
	}
}

func walkSealed(t *testing.T, s *Store, root string) (out []catalogue.Entry) {
	t.Helper()
	err := s.SealedFiles(t.Context(), root, func(e catalogue.Entry) error {
		out = append(out, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSealed: what is put in comes out, with what the scan knew of the original,
// which outlives the scan that misses it.
func TestSealed(t *testing.T) {
	s := open(t, t.TempDir())
	dir := filepath.FromSlash("/data")
	id, err := s.BeginScan(t.Context(), []string{dir}, true)
	if err != nil {
		t.Fatal(err)
	}
	plain := scan.File{Path: filepath.Join(dir, "a.csv"), State: scan.Examined, Risk: scan.High, RiskReason: scan.HasCards, People: 12}
	if err := s.SaveFiles(t.Context(), id, []scan.File{plain}); err != nil {
		t.Fatal(err)
	}
	a, b := sealedAt(filepath.Join(dir, "a.csv.age"), 1), sealedAt(filepath.Join(dir, "sub", "b.csv.age"), 2)
	if err := s.SaveSealed(t.Context(), []catalogue.Entry{a, b}); err != nil {
		t.Fatal(err)
	}
	a.Risk, a.Reason, a.People = string(scan.High), string(scan.HasCards), 12
	if diff := cmp.Diff([]catalogue.Entry{a, b}, walkSealed(t, s, ""), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]catalogue.Entry{b}, walkSealed(t, s, filepath.Join(dir, "sub")), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
	if _, err := s.FinishScan(t.Context(), id+1, []string{dir}, scan.Totals{}, nil); err != nil { // it met nothing: the original is forgotten
		t.Fatal(err)
	}
	a2 := a
	a2.Risk, a2.Reason, a2.People, a2.Recipients, a2.Cipher = "", "", 0, []string{"cccc"}, sha256.Sum256([]byte("anew"))
	if err := s.Resealed(t.Context(), []catalogue.Entry{a2}); err != nil {
		t.Fatal(err)
	}
	got, there, err := s.SealedFile(t.Context(), a.Path)
	if err != nil || !there || got.People != 12 || got.Risk != string(scan.High) || got.Recipients[0] != "cccc" {
		t.Errorf("%+v %v %v", got, there, err)
	}
	if found, err := s.SealedAs(t.Context(), a2.Cipher); err != nil || len(found) != 1 || found[0].Path != a.Path {
		t.Errorf("%+v %v", found, err)
	}
	if err := s.MarkProven(t.Context(), []string{b.Path}, ticking()); err != nil {
		t.Fatal(err)
	}
	total, err := s.SealedTotals(t.Context())
	want := catalogue.Totals{Sealed: 2, Files: 2, Bytes: 3, Unproven: 1, Since: ticking()}
	if diff := cmp.Diff(want, total, cmpopts.EquateApproxTime(0)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := s.Reopened(t.Context(), "files.opened", []string{a.Path}); err != nil {
		t.Fatal(err)
	}
	if _, there, err := s.SealedFile(t.Context(), a.Path); there || err != nil {
		t.Error("still there", err)
	}
	if h, f, err := s.Verify(t.Context(), nil); err != nil || f != nil || h.Seq == 0 {
		t.Error(h, f, err)
	}
}

// TestSealedAgain: a file that was there before keeps its time and its proof; one
// with other bytes does not.
func TestSealedAgain(t *testing.T) {
	s := open(t, t.TempDir())
	a := sealedAt(filepath.FromSlash("/d/a.csv.age"), 1)
	a.Kept = true
	save := func(e catalogue.Entry) catalogue.Entry {
		t.Helper()
		if err := s.SaveSealed(t.Context(), []catalogue.Entry{e}); err != nil {
			t.Fatal(err)
		}
		got, _, err := s.SealedFile(t.Context(), e.Path)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	save(a)
	if err := s.MarkProven(t.Context(), []string{a.Path}, ticking().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	b := a
	b.SealedAt, b.Kept = ticking().Add(time.Hour), false
	if got := save(b); !got.SealedAt.Equal(a.SealedAt) || got.ProvenAt.IsZero() || got.Kept {
		t.Errorf("%+v", got)
	}
	if err := s.SetKept(t.Context(), []string{a.Path}, true); err != nil {
		t.Fatal(err)
	}
	b.Cipher[0]++
	if got := save(b); !got.SealedAt.Equal(b.SealedAt) || !got.ProvenAt.IsZero() || got.Kept {
		t.Errorf("%+v", got)
	}
}

// TestSealedWalkWrites: rows may be changed while they are walked, beyond one portion.
func TestSealedWalkWrites(t *testing.T) {
	s := open(t, t.TempDir())
	var all []catalogue.Entry
	for i := range 1203 {
		all = append(all, sealedAt(filepath.FromSlash(fmt.Sprintf("/data/%d/%04d.age", i%3, i)), i))
	}
	if err := s.SaveSealed(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := s.SealedFiles(t.Context(), "", func(e catalogue.Entry) error {
		n++
		if n%100 == 0 {
			return s.MarkChecked(t.Context(), []string{e.Path}, ticking())
		}
		return nil
	})
	if err != nil || n != len(all) {
		t.Errorf("%d of %d, %v", n, len(all), err)
	}
}

// TestSealedAllOrNothing: a batch that can't be recorded leaves neither rows nor an entry.
func TestSealedAllOrNothing(t *testing.T) {
	s := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveSealed(ctx, []catalogue.Entry{sealedAt(filepath.FromSlash("/d/a.age"), 1)}); err == nil {
		t.Fatal("no error")
	}
	if got := walkSealed(t, s, ""); len(got) != 0 {
		t.Error(got)
	}
	err := s.Journal(t.Context(), 1, func(e journal.Entry) error { return fmt.Errorf("entry %s", e.Kind) })
	if err != nil {
		t.Error(err)
	}
}

func TestDrills(t *testing.T) {
	s := open(t, t.TempDir())
	for i, failed := range []int64{1, 0, 0, 2} {
		if _, err := s.SaveDrill(t.Context(), catalogue.Drill{At: ticking().Add(time.Duration(i) * time.Hour), Recovery: "r", Sample: 59, Of: 100, Failed: failed}); err != nil {
			t.Fatal(err)
		}
	}
	d, err := s.LastDrill(t.Context(), "r")
	if err != nil || !d.At.Equal(ticking().Add(2*time.Hour)) || d.Sample != 59 {
		t.Errorf("%+v %v", d, err)
	}
	if d, err := s.LastDrill(t.Context(), "another"); err != nil || !d.At.IsZero() {
		t.Errorf("%+v %v", d, err)
	}
}
