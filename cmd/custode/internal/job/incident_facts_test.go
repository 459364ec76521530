package job_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/playbook/fact"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// stakes is what a store knows of files, made up.
type stakes struct {
	files  []scan.File
	sealed []string
	stake  cases.Stake
}

func (s stakes) Files(_ context.Context, _ string, fn func(scan.File) error) error {
	for _, f := range s.files {
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

func (s stakes) LostFiles(context.Context, string, func(scan.File) error) error { return nil }

func (s stakes) SealedFiles(_ context.Context, _ string, fn func(catalogue.Entry) error) error {
	for _, path := range s.sealed {
		if err := fn(catalogue.Entry{Path: path}); err != nil {
			return err
		}
	}
	return nil
}

func (s stakes) AtStake(context.Context, []string) (cases.Stake, error) { return s.stake, nil }

// TestScanFactsEncrypted: "all was encrypted" leads to "no need to tell", so it is only
// said where there is nothing of which nobody knows what it holds.
func TestScanFactsEncrypted(t *testing.T) {
	for name, c := range map[string]struct {
		with scan.File
		want string
	}{
		"clean":          {scan.File{Path: "/d/a.txt", State: scan.Examined}, "yes"},
		"not read":       {scan.File{Path: "/d/a.xyz", State: scan.NotExamined}, ""},
		"failed":         {scan.File{Path: "/d/a.pdf", State: scan.Failed}, ""},
		"left out":       {scan.File{Path: "/d/a", State: scan.Skipped}, ""},
		"read in part":   {scan.File{Path: "/d/a.zip", State: scan.Examined, Reason: scan.Partly}, ""},
		"sealed already": {scan.File{Path: "/d/a.age", State: scan.Sealed}, "yes"},
	} {
		st := stakes{[]scan.File{c.with}, []string{"/d/list.csv.age"}, cases.Stake{Known: 1, Sealed: 1, People: 240, Kinds: []detect.Kind{"email"}}}
		facts, n, err := job.ScanFacts(t.Context(), st, "/d")
		if err != nil || n != 1 || facts["data_encrypted"] != c.want {
			t.Errorf("%s: %q of %d, %v; want %q", name, facts["data_encrypted"], n, err, c.want)
		}
		if facts["records_count"] != "240" {
			t.Errorf("%s: %s records about 240 people", name, facts["records_count"])
		}
	}
}

// TestAlertFacts: that all was encrypted is said only where the journal says it of every
// file, that it was not only where personal data lay open; each fact says where it is from.
func TestAlertFacts(t *testing.T) {
	var c cases.Case
	c.Opened, c.Counts.Files, c.Stake = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), 3, cases.Stake{Known: 3, Sealed: 3, People: 7}
	for name, k := range map[string]struct {
		then job.Then
		want string
	}{
		"nobody asked":            {job.Then{}, ""},
		"all":                     {job.Then{Files: 3, Sealed: 3}, "yes"},
		"one not known":           {job.Then{Files: 3, Sealed: 2, Unknown: 1}, ""},
		"some not named":          {job.Then{Files: 3, Sealed: 3, Unlisted: 1}, ""},
		"one open, data in it":    {job.Then{Files: 3, Sealed: 2, Open: 1, Data: 1}, "no"},
		"one open, nothing in it": {job.Then{Files: 3, Sealed: 2, Open: 1}, ""},
		"journal broken":          {job.Then{Files: 3, Unknown: 3, Broken: true}, ""},
	} {
		got := map[string]string{}
		from := map[string]fact.Origin{}
		for _, f := range job.AlertFacts(c, k.then, "x", "3 of 3") {
			for key, v := range f.Facts {
				got[key], from[key] = v, f.Origin
			}
		}
		if got["data_encrypted"] != k.want || !strings.HasPrefix(got["occurred_from"], "2026-11-28T09:00:00") {
			t.Errorf("%s: %v", name, got)
		}
		if from["people_count"] != fact.Scan || from["occurred_from"] != fact.Alert || from["encrypted_files"] != fact.Journal {
			t.Errorf("%s: %v", name, from)
		}
	}
}

// TestAlertFactsOfADecoy: a decoy holds nobody's data, so nothing of it is counted; of files that a scan knows it is.
func TestAlertFactsOfADecoy(t *testing.T) {
	var c cases.Case
	c.Rule, c.Opened, c.Counts.Files = rules.Decoy, time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), 1
	for known, counted := range map[int]bool{0: false, 1: true} {
		c.Stake = cases.Stake{Known: known, People: int64(known)}
		got := map[string]bool{}
		for _, f := range job.AlertFacts(c, job.Then{Files: 1, Unknown: 1}, "x", "1 of 1") {
			for key := range f.Facts {
				got[key] = true
			}
		}
		for _, key := range []string{"records_count", "encrypted_files"} {
			if got[key] != counted {
				t.Errorf("%d known: %s %v", known, key, got)
			}
		}
		if !got["what_happened"] || !got["occurred_from"] {
			t.Errorf("%d known: %v", known, got)
		}
	}
}

// TestWiden: where an alert does not name all its files, nobody of the folder is left out.
func TestWiden(t *testing.T) {
	st := stakes{[]scan.File{{Path: "/d/a.csv", Findings: []detect.Finding{{Kind: "email"}}}}, nil, cases.Stake{Known: 1, People: 5000, Kinds: []detect.Kind{"email", "iban"}}}
	for name, c := range map[string]struct {
		files  int
		folder string
		people int64
		kinds  int
	}{
		"all named":  {1, "/d", 10, 1},
		"not all":    {100_000, "/d", 5000, 2},
		"no folder":  {100_000, "", 10, 1},
		"none named": {0, "/d", 10, 1},
	} {
		var k cases.Case
		k.Folder, k.Paths, k.Counts.Files, k.Stake = c.folder, []string{"/d/a.csv"}, c.files, cases.Stake{Known: 1, People: 10, Kinds: []detect.Kind{"email"}}
		if err := job.Widen(t.Context(), st, &k); err != nil || k.Stake.People != c.people || len(k.Stake.Kinds) != c.kinds {
			t.Errorf("%s: %+v %v", name, k.Stake, err)
		}
	}
}
