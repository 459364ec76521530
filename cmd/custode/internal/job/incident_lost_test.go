package job_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
)

// TestLostDevice: what was on a device is answered from the last scan that found it, also
// after one that did not, and what is sealed does not hide what was not.
func TestLostDevice(t *testing.T) {
	dir := t.TempDir() // what is in it need not be there: it is lost
	usb := filepath.Join(dir, "usb")
	list := func(name string, from, to uint64) scan.File {
		s := people.New()
		for i := from; i < to; i++ {
			s.Add(i*0x9E3779B97F4A7C15 + 1)
		}
		return scan.File{Path: filepath.Join(usb, name), State: scan.Examined, People: s.Count(), Sketch: s, Findings: []detect.Finding{{Kind: "email", Count: s.Count()}}}
	}
	a, b, old := list("a.csv", 0, 10), list("b.csv", 5, 20), list("old.csv", 100, 200)
	odd := scan.File{Path: filepath.Join(usb, "odd.xyz"), State: scan.NotExamined, Reason: scan.NoReader}
	sealed := catalogue.Entry{Path: filepath.Join(usb, "b.csv.age"), Original: "b.csv", Recipients: []string{"AAAA"}}
	for name, c := range map[string]struct {
		scans   [][]scan.File
		seal    bool // b.csv, after the first scan
		present bool // the sealed file lies there
		missing bool // and is taken out of the catalogue in the end
		people  string
		answer  string
	}{
		"no scan since":                  {[][]scan.File{{a, b}}, false, false, false, "20", "no"},
		"a scan since":                   {[][]scan.File{{a, b}, {}}, false, false, false, "20", "no"},
		"two scans since":                {[][]scan.File{{a, b}, {}, {}}, false, false, false, "20", "no"},
		"one deleted long before":        {[][]scan.File{{a, b, old}, {a, b}, {}}, false, false, false, "20", "no"},
		"sealed, and one that was not":   {[][]scan.File{{a, b}, {}}, true, false, false, "20", "no"},
		"all of it sealed":               {[][]scan.File{{b}, {}}, true, false, false, "15", "yes"},
		"sealed, and missing":            {[][]scan.File{{b}, {}}, true, false, true, "15", "yes"},
		"sealed, and one nobody knows":   {[][]scan.File{{b, odd}, {}}, true, false, false, "15", ""},
		"sealed there, one deleted once": {[][]scan.File{{b, old}, {b}, {}}, true, true, false, "15", "yes"},
		"back again":                     {[][]scan.File{{a, b, old}, {}, {a, b}}, false, false, false, "20", "no"},
	} {
		t.Run(name, func(t *testing.T) {
			st, at := past(t)
			_ = os.Remove(sealed.Path)
			for i, files := range c.scans {
				*at = at.Add(30 * 24 * time.Hour)
				id, err := st.BeginScan(t.Context(), []string{dir}, true)
				if err == nil {
					err = st.SaveFiles(t.Context(), id, files)
				}
				if err == nil {
					_, err = st.FinishScan(t.Context(), id, []string{dir}, scan.Totals{}, nil)
				}
				if i == 0 && c.seal && err == nil {
					if err = st.SaveSealed(t.Context(), []catalogue.Entry{sealed}); err == nil {
						err = st.ForgetFiles(t.Context(), []string{b.Path})
					}
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if c.present {
				if err := os.MkdirAll(usb, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(sealed.Path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if c.missing {
				if err := st.Reopened(t.Context(), "files.missing", []string{sealed.Path}); err != nil {
					t.Fatal(err)
				}
			}
			facts, n, err := job.ScanFacts(t.Context(), st, usb)
			if err != nil || n == 0 || facts["people_count"] != c.people || facts["data_encrypted"] != c.answer {
				t.Errorf("%d files, %v, %v; want %s people, encrypted %q", n, facts, err, c.people, c.answer)
			}
		})
	}
}

// TestLostIsForgotten: after half a year nothing of it is kept.
func TestLostIsForgotten(t *testing.T) {
	st, at := past(t)
	dir := t.TempDir()
	f := scan.File{Path: filepath.Join(dir, "a.csv"), State: scan.Examined, People: 1, Findings: []detect.Finding{{Kind: "email", Count: 1}}}
	for i, files := range [][]scan.File{{f}, {}, {}} {
		if i == 2 {
			*at = at.Add(181 * 24 * time.Hour)
		}
		id, err := st.BeginScan(t.Context(), []string{dir}, true)
		if err == nil {
			err = st.SaveFiles(t.Context(), id, files)
		}
		if err == nil {
			_, err = st.FinishScan(t.Context(), id, []string{dir}, scan.Totals{}, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, n, err := job.ScanFacts(t.Context(), st, dir); err != nil || (n == 1) != (i < 2) {
			t.Errorf("after scan %d: %d files, %v", i, n, err)
		}
	}
}
