package job_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/catalogue"
	"custode/scan"
	"custode/scan/detect"
)

// past is a store whose clock is set by hand.
func past(t *testing.T) (*store.Store, *time.Time) {
	t.Helper()
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	st, err := store.Open(t.Context(), t.TempDir(), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st, &at
}

// TestProveThrough: what an alert between ten and eleven says of one file, by what the
// journal tells of it at which hour.
func TestProveThrough(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, "d", name) }
	type object = map[string]any
	type row struct {
		at   string // hour and minute
		kind string
		body object
	}
	sealed := func(at, kind string, names ...string) row {
		var list []object
		for _, n := range names {
			list = append(list, object{"path": path(n), "sha256": "c0ffee", "bytes": 1})
		}
		return row{at, kind, object{"sealed": list}}
	}
	gone := func(at string, n int) row { return row{at, "files.gone", object{"from": n, "to": n, "gone": 1}} }
	is, lay, dark := job.Then{Files: 1, Sealed: 1}, job.Then{Files: 1, Open: 1}, job.Then{Files: 1, Unknown: 1}
	begun := row{"08:00", "custode.began", object{}}
	opened := func(at string) row { return row{at, "files.opened", object{"paths": []string{path("x.csv.age")}}} }
	home := func(at, made string) row {
		return row{at, "home.restored", object{"made_at": "2026-11-28T" + made + ":00Z"}}
	}
	sound := func(at string) row {
		return row{at, "files.verified", object{"with_key": false, "failed": object{"count": 0}, "beside": object{"count": 0, "first": nil}}}
	}
	for name, c := range map[string]struct {
		rows []row
		file string
		want job.Then
	}{
		"sealed before":                   {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2)}, "x.csv.age", is},
		"one of a batch":                  {[]row{begun, sealed("09:00", "files.sealed", "a.age", "x.csv.age"), gone("09:01", 2)}, "x.csv.age", is},
		"sealed before, gone in it":       {[]row{begun, sealed("09:59", "files.sealed", "x.csv.age"), gone("10:10", 2)}, "x.csv.age", dark},
		"sealed in it":                    {[]row{begun, sealed("10:30", "files.sealed", "x.csv.age"), gone("10:31", 2)}, "x.csv", lay},
		"sealed after":                    {[]row{begun, sealed("12:00", "files.sealed", "x.csv.age"), gone("12:01", 2)}, "x.csv", lay},
		"sealed after, by the new name":   {[]row{begun, sealed("12:00", "files.sealed", "x.csv.age"), gone("12:01", 2)}, "x.csv.age", lay},
		"never":                           {[]row{begun}, "x.csv", dark},
		"sealed, its original's name":     {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2)}, "x.csv", dark},
		"unsealed before":                 {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), opened("09:30")}, "x.csv", lay},
		"unsealed in it":                  {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), opened("10:30")}, "x.csv.age", lay},
		"unsealed in it and sealed again": {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), opened("10:10"), sealed("10:20", "files.sealed", "x.csv.age"), gone("10:21", 5)}, "x.csv.age", lay},
		"unsealed after":                  {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), opened("11:30")}, "x.csv.age", is},
		"sealed again before":             {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), opened("08:30"), sealed("08:40", "files.sealed", "x.csv.age"), gone("08:41", 5)}, "x.csv.age", is},
		"under new keys in it":            {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), sealed("10:30", "files.resealed", "x.csv.age")}, "x.csv.age", is},
		"being read in it":                {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), {"10:30", "file.opened", object{"sealed": path("x.csv.age")}}, {"10:31", "file.closed", object{"sealed": path("x.csv.age"), "row": 4}}}, "x.csv.age", lay},
		"a copy lay elsewhere":            {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), {"09:30", "files.copied", object{"sealed": path("x.csv.age"), "to": path("out.csv")}}}, "x.csv.age", lay},
		"a copy that went before":         {[]row{begun, sealed("09:00", "files.sealed", "x.csv.age"), gone("09:01", 2), {"09:30", "files.copied", object{"sealed": path("x.csv.age"), "to": path("out.csv")}}, {"09:40", "files.deleted", object{"path": path("out.csv")}}}, "x.csv.age", is},
		"home restored before":            {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), home("09:30", "09:00")}, "x.csv.age", dark},
		"restored before, looked at":      {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), home("09:30", "09:00"), sound("09:40")}, "x.csv.age", is},
		"home restored in it":             {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), home("10:30", "08:30")}, "x.csv.age", dark},
		"restored after, saved before":    {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), home("12:00", "08:30")}, "x.csv.age", dark},
		"restored after, saved after":     {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), home("12:00", "11:30")}, "x.csv.age", is},
		"its folder as one":               {[]row{begun, {"09:00", "files.sealed", object{"sealed": []object{{"path": filepath.Join(dir, "d.zip.age"), "sha256": "c0ffee"}}}}, gone("09:01", 2)}, "x.csv", dark},
		"verified daily":                  {[]row{begun, sealed("08:10", "files.sealed", "x.csv.age"), gone("08:11", 2), sound("08:20"), sound("08:30"), sound("10:30"), sound("10:40"), sound("11:30"), opened("11:40")}, "x.csv.age", is},
		"the journal began later":         {[]row{sealed("12:00", "files.sealed", "x.csv.age"), gone("12:01", 1)}, "x.csv", dark},
	} {
		t.Run(name, func(t *testing.T) {
			st, at := past(t)
			for _, r := range c.rows {
				when, err := time.Parse("2006-01-02 15:04", "2026-11-28 "+r.at)
				if err != nil {
					t.Fatal(err)
				}
				*at = when
				if _, err := st.Record(t.Context(), r.kind, r.body); err != nil {
					t.Fatal(err)
				}
			}
			ten := time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
			got, err := job.ProveThrough(t.Context(), st, []string{path(c.file), path(c.file)}, ten, ten.Add(time.Hour))
			if err != nil || got != c.want {
				t.Errorf("%+v %v, want %+v", got, err, c.want)
			}
		})
	}
}

// TestProveThroughHeld: a file that no row seals lay open where a scan has read it, and
// whether personal data were found in it stays known once it is sealed.
func TestProveThroughHeld(t *testing.T) {
	st, at := past(t)
	dir := t.TempDir()
	files := []scan.File{
		{Path: filepath.Join(dir, "with.csv"), State: scan.Examined, ReadAt: *at, People: 3, Findings: []detect.Finding{{Kind: "email", Count: 3}}},
		{Path: filepath.Join(dir, "clean.txt"), State: scan.Examined, ReadAt: *at},
		{Path: filepath.Join(dir, "odd.xyz"), State: scan.NotExamined},
		{Path: filepath.Join(dir, "later.csv"), State: scan.Examined, ReadAt: *at, People: 3, Findings: []detect.Finding{{Kind: "email", Count: 3}}},
	}
	id, err := st.BeginScan(t.Context(), []string{dir}, true)
	if err == nil {
		err = st.SaveFiles(t.Context(), id, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	alert := at.Add(time.Minute)
	*at = at.Add(time.Hour)
	if err := st.SaveSealed(t.Context(), []catalogue.Entry{{Path: files[3].Path + ".age", Original: "later.csv", SealedAt: *at}}); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	got, err := job.ProveThrough(t.Context(), st, paths, alert, alert)
	if want := (job.Then{Files: 4, Open: 3, Data: 2, Unknown: 1}); err != nil || got != want {
		t.Errorf("%+v %v, want %+v", got, err, want)
	}
}

// TestProveThroughCost prints what the proof of as many files costs as an alert names, of
// a shop with a hundred thousand sealed ones that are verified every day for two years
// (CUSTODE_TORTURE; a tenth of it without).
func TestProveThroughCost(t *testing.T) {
	files, days := 10_000, 70
	if os.Getenv("CUSTODE_TORTURE") != "" {
		files, days = 100_000, 730
	}
	named := files / 10
	st, at := past(t)
	var list []catalogue.Entry
	for i := range files {
		list = append(list, catalogue.Entry{Path: fmt.Sprintf("/shop/Clienti/%03d/fattura-%06d.pdf.age", i%200, i), Original: fmt.Sprintf("fattura-%06d.pdf", i), Recipients: []string{"AAAA"}, SealedAt: *at})
		if len(list) == 128 || i == files-1 {
			if err := st.SaveSealed(t.Context(), list); err != nil {
				t.Fatal(err)
			}
			list = nil
		}
	}
	last, err := st.Last(t.Context())
	if err == nil {
		_, err = st.Record(t.Context(), "files.gone", map[string]any{"from": 1, "to": last, "gone": files})
	}
	for range days {
		*at = at.Add(24 * time.Hour)
		if err == nil {
			_, err = st.Record(t.Context(), "files.verified", map[string]any{"with_key": false, "failed": map[string]any{"count": 0}, "beside": map[string]any{"count": 0}})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for i := range named {
		paths = append(paths, fmt.Sprintf("/shop/Clienti/%03d/fattura-%06d.pdf.age", i%200, i))
	}
	start := time.Now()
	got, err := job.ProveThrough(t.Context(), st, paths, at.Add(-36*time.Hour), at.Add(-35*time.Hour))
	if err != nil || got.Sealed != named {
		t.Errorf("%+v %v", got, err)
	}
	t.Logf("%d files of %d sealed, %d verifies: %v", named, files, days, time.Since(start).Round(time.Millisecond))
}
