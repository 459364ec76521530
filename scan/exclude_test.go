package scan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"custode/scan"
)

// TestExclusions: what the settings leave out is told, never examined, and counted.
func TestExclusions(t *testing.T) {
	dir := t.TempDir()
	for i := range 120 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.bak", i)), []byte("a@example.com"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(dir)
	if r, _ := run(t, o); !r.Whole() || r.Left != 0 {
		t.Errorf("%+v", r.Totals)
	}
	o.Exclusions = []scan.Exclusion{{Path: filepath.Join(dir, "x"), Because: "none"}, {Path: filepath.Join(dir, "*.bak"), Because: "copies"}}
	r, files := run(t, o)
	if r.Whole() || !r.Totals.Complete() || r.Left != 120 || len(r.Excluded) != 100 || r.Totals.Files != 1 || r.Totals.Skipped != 120 || r.Totals.WithFindings != 0 {
		t.Errorf("left %d, %d named, %+v", r.Left, len(r.Excluded), r.Totals)
	}
	f := files["007.bak"]
	if f.State != scan.Skipped || f.Reason != scan.ByRule || f.Rule != scan.RuleSettings || f.Because != "copies" || f.Unseen() || !f.ReadAt.IsZero() {
		t.Errorf("%+v", f)
	}
	if r.Excluded[0].Path > r.Excluded[1].Path {
		t.Error("not in order")
	}
}
