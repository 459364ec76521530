package job_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/catalogue"
	"custode/encrypt/proof"
	"custode/internal/journal"
)

// TestProofFromRows: what rows of each kind, of this version and of earlier ones, say of a
// file. A row an hour; the question is asked half an hour after the last.
func TestProofFromRows(t *testing.T) {
	dir := t.TempDir()
	x := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	sealed := func(kept bool, names ...string) map[string]any {
		var list []map[string]any
		for _, n := range names {
			list = append(list, map[string]any{"path": x(n), "sha256": "c0ffee", "bytes": 1, "kept": kept})
		}
		return map[string]any{"sealed": list, "recipients": []string{"AAAA"}}
	}
	type object = map[string]any
	type row struct {
		kind string
		body object
	}
	verified := func(more object) row {
		b := object{"with_key": true, "failed": object{"count": 0, "first": nil}, "roots": nil, "beside": object{"count": 0, "first": nil}}
		maps.Copy(b, more)
		return row{"files.verified", b}
	}
	first := row{"files.sealed", sealed(false, "d/x.csv.age")}
	gone := row{"files.gone", object{"from": 1, "to": 1, "gone": 1}}
	for name, c := range map[string]struct {
		rows []row
		path string
		want proof.State
		why  proof.Why
	}{
		"an earlier version":      {[]row{first, {"files.verified", object{"with_key": true, "looked_at": 1, "sound": 1, "failed": object{"count": 0}}}}, "d/x.csv", proof.Unknown, proof.Removal},
		"verified since":          {[]row{first, verified(nil)}, "d/x.csv", proof.IsSealed, ""},
		"verified elsewhere":      {[]row{first, verified(object{"roots": []string{x("e")}})}, "d/x.csv", proof.Unknown, proof.Removal},
		"a folder of like name":   {[]row{first, verified(object{"roots": []string{x("d/x.csv")}})}, "d/x.csv", proof.Unknown, proof.Removal},
		"verified there":          {[]row{first, verified(object{"roots": []string{x("d")}})}, "d/x.csv.age", proof.IsSealed, ""},
		"its original beside":     {[]row{first, gone, verified(object{"beside": object{"count": 1, "first": []string{x("d/x.csv.age")}}})}, "d/x.csv", proof.Both, ""},
		"too many beside to list": {[]row{first, verified(object{"beside": object{"count": 9, "first": []string{x("d/y.age")}}})}, "d/x.csv", proof.Unknown, proof.Removal},
		"it failed":               {[]row{first, gone, verified(object{"failed": object{"count": 1, "first": []object{{"path": x("d/x.csv.age"), "why": "damaged"}}}})}, "d/x.csv", proof.Unknown, proof.Damaged},
		"too many failed to list": {[]row{first, verified(object{"failed": object{"count": 9, "first": []object{{"path": x("d/y.age"), "why": "damaged"}}}})}, "d/x.csv", proof.Unknown, proof.Removal},
		"its original stayed":     {[]row{first, {"files.gone", object{"from": 1, "to": 1, "gone": 3, "left": []string{x("d/x.csv.age")}}}}, "d/x.csv", proof.Both, ""},
		"rows of another run":     {[]row{first, {"files.gone", object{"from": 2, "to": 9, "gone": 3}}}, "d/x.csv", proof.Unknown, proof.Removal},
		"gone by name":            {[]row{first, {"files.gone", object{"gone": 1, "paths": []string{x("d/x.csv.age")}}}}, "d/x.csv", proof.IsSealed, ""},
		"kept is not gone":        {[]row{{"files.sealed", sealed(true, "d/x.csv.age")}, gone}, "d/x.csv", proof.Both, ""},
		"one of a batch":          {[]row{{"files.sealed", sealed(false, "d/a.age", "d/x.csv.age", "d/b.age")}, gone}, "d/x.csv", proof.IsSealed, ""},
		"another file's rows":     {[]row{{"files.sealed", sealed(false, "d/xx.csv.age")}, gone}, "d/x.csv", proof.Unknown, proof.Nothing},
		"the same name elsewhere": {[]row{{"files.sealed", sealed(false, "e/x.csv.age")}, gone}, "d/x.csv", proof.Unknown, proof.Nothing},
		"open to be read":         {[]row{first, gone, {"file.opened", object{"sealed": x("d/x.csv.age")}}}, "d/x.csv", proof.Both, ""},
		"and closed":              {[]row{first, gone, {"file.opened", object{"sealed": x("d/x.csv.age")}}, {"file.closed", object{"sealed": x("d/x.csv.age"), "row": 3}}}, "d/x.csv", proof.IsSealed, ""},
		"another look closed":     {[]row{first, gone, {"file.opened", object{"sealed": x("d/x.csv.age")}}, {"file.closed", object{"sealed": x("d/x.csv.age"), "row": 2}}}, "d/x.csv", proof.Both, ""},
		"a copy":                  {[]row{first, gone, {"files.copied", object{"sealed": x("d/x.csv.age"), "to": x("out/y.csv")}}}, "d/x.csv", proof.Both, ""},
		"a copy, sealed too": {[]row{
			first, gone, {"files.copied", object{"sealed": x("d/x.csv.age"), "to": x("out/y.csv")}}, {"files.sealed", sealed(false, "out/y.csv.age")}, {"files.gone", object{"from": 4, "to": 4, "gone": 1}},
		}, "d/x.csv", proof.IsSealed, ""},
		"a copy, deleted":       {[]row{first, gone, {"files.copied", object{"sealed": x("d/x.csv.age"), "to": x("out/y.csv")}}, {"files.deleted", object{"path": x("out/y.csv")}}}, "d/x.csv", proof.IsSealed, ""},
		"moved away":            {[]row{first, gone, {"files.found", sealed(false, "e/z.csv.age")}, {"files.moved", object{"paths": []string{x("d/x.csv.age")}}}}, "d/x.csv", proof.IsGone, ""},
		"where it was moved":    {[]row{first, gone, {"files.found", sealed(false, "e/z.csv.age")}, {"files.moved", object{"paths": []string{x("d/x.csv.age")}}}}, "e/z.csv", proof.IsSealed, ""},
		"deleted, brought back": {[]row{{"files.deleted", object{"path": x("d/x.csv")}}, {"undo.done", object{"path": x("d/x.csv")}}}, "d/x.csv", proof.Readable, ""},
		"in a sealed folder":    {[]row{{"files.sealed", sealed(false, "d.zip.age")}, gone}, "d/x.csv", proof.Unknown, proof.InArchive},
		"the folder itself":     {[]row{{"files.sealed", sealed(false, "d.zip.age")}, gone}, "d.zip.age", proof.IsSealed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
			st, err := store.Open(t.Context(), t.TempDir(), func() time.Time { return at })
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			for _, r := range c.rows {
				if _, err := st.Record(t.Context(), r.kind, r.body); err != nil {
					t.Fatal(err)
				}
				at = at.Add(time.Hour)
			}
			got, err := job.ProveAt(t.Context(), st, x(c.path), at.Add(-30*time.Minute))
			if err != nil || got.State != c.want || got.Why != c.why {
				t.Errorf("%s %q %v, want %s %q", got.State, got.Why, err, c.want, c.why)
			}
			if name == "where it was moved" && (got.From != x("d/x.csv.age") || got.Sealing.Row != 1 || len(got.To) != 1) {
				t.Errorf("from %q, sealed by %+v for %q", got.From, got.Sealing, got.To)
			}
		})
	}
}

// TestJournalStaysSmall prints what a sealed file costs in the journal: its row of a batch
// alone, for what tells that the originals went names no files.
func TestJournalStaysSmall(t *testing.T) {
	const files = 128
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	st, err := store.Open(t.Context(), t.TempDir(), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var list []catalogue.Entry
	for i := range files {
		list = append(list, catalogue.Entry{
			Path: fmt.Sprintf("/home/anna/Documenti/Negozio/Clienti/2026/fattura-%06d.pdf.age", i), Original: fmt.Sprintf("fattura-%06d.pdf", i),
			SealedSize: 123456, Recipients: []string{"S5JR-VXM7-DX6C-7VKT", "8HZ4-QXSQ-RXCQ-MDLK"}, SealedAt: at,
		})
	}
	if err := st.SaveSealed(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	size := 0
	err = st.Journal(t.Context(), 1, func(e journal.Entry) error {
		raw, err := json.Marshal(e)
		size += len(raw)
		return err
	})
	if err != nil || size/files > 300 {
		t.Errorf("%d bytes a file in the journal: %v", size/files, err)
	}
	t.Logf("%d bytes a file in the journal, of them 68 of path", size/files)
}
