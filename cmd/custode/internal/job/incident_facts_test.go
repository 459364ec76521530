package job_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/watch/cases"
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

// TestAlertFactsByName: files that only have a name in .age are not known to be encrypted by the shop.
func TestAlertFactsByName(t *testing.T) {
	var c cases.Case
	c.Opened, c.Counts.Files, c.Stake = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), 3, cases.Stake{Sealed: 3}
	if got := job.AlertFacts(c, "x")["data_encrypted"]; got != "" {
		t.Errorf("encrypted: %s", got)
	}
	c.Stake = cases.Stake{Known: 3, Sealed: 3}
	if got := job.AlertFacts(c, "x"); got["data_encrypted"] != "yes" || !strings.HasPrefix(got["occurred_from"], "2026-11-28T09:00:00") {
		t.Errorf("%v", got)
	}
}
