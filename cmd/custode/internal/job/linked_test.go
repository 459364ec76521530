package job_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/disk"
)

func TestLinked(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("names are counted there too, and this test makes links as Unix does")
	}
	dir := t.TempDir()
	path := func(n string) string { return filepath.Join(dir, n) }
	for _, n := range []string{"one", "all", "some"} {
		if err := os.WriteFile(path(n), []byte(n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range [][2]string{{"all", "all2"}, {"all", "all3"}, {"some", "some2"}, {"some", "elsewhere"}} {
		if err := os.Link(path(l[0]), path(l[1])); err != nil {
			t.Fatal(err)
		}
	}
	l := job.NewLinked(nil)
	for _, n := range []string{"all2", "one", "some", "all", "gone", "some2", "all3"} {
		l.Add(path(n))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l.Turns() != 3 {
		t.Errorf("%d turns, want 3", l.Turns())
	}
	for n, want := range map[string]int{"all2": 0, "all": 1, "all3": 2, "one": 0, "some": 0, "some2": 0, "gone": 0} {
		if got := l.Turn(path(n)); got != want {
			t.Errorf("%s: turn %d, want %d", n, got, want)
		}
	}
	d, err := disk.Real{}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for n, want := range map[string]bool{"all": true, "all3": true, "some": false, "one": false} {
		who, err := d.Look(n)
		if err != nil {
			t.Fatal(err)
		}
		if l.All(who) != want {
			t.Errorf("%s: all of its names: %v", n, !want)
		}
	}
}
