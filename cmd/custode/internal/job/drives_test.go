package job_test

import (
	"os"
	"path/filepath"
	"testing"

	"custode/cmd/custode/internal/job"
	"custode/scan/walk"
)

// TestDrives: what is there is not gone, also when files of it are; a drive whose
// number is another one, or whose folder cannot be looked at, is.
func TestDrives(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(file, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(file)
	if err != nil {
		t.Fatal(err)
	}
	dev := walk.StampOf(info).Dev
	var d job.Drives
	if got := d.Gone(); got != "" {
		t.Errorf("of none, %s is gone", got)
	}
	d.Add(file, dev)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got := d.Gone(); got != "" {
		t.Errorf("%s is gone", got)
	}
	if dev == 0 {
		t.Skip("drives have no numbers here")
	}
	d.Add(file, dev+1000)
	if got := d.Gone(); got != dir {
		t.Errorf("%q is gone, want %s", got, dir)
	}
}
