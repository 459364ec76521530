package dconf_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/internal/host/dconf"
)

// settings is a file that dconf 0.40 wrote.
func settings(tb testing.TB) []byte {
	tb.Helper()
	b, err := os.ReadFile("testdata/user")
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	all, err := dconf.Read(settings(t))
	if err != nil || len(all) != 5 {
		t.Fatalf("%d settings, %v", len(all), err)
	}
	const own = "/org/gnome/deja-dup/"
	for name, want := range map[string]string{"last-backup": "2026-11-27T20:31:04.000000Z", "backend": "local", "local/folder": "copies"} {
		if got, ok := all[own+name].Text(); !ok || got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got, ok := all[own+"include-list"].Texts(); !ok || cmp.Diff([]string{"/home/anna/shop", "~/x"}, got) != "" {
		t.Errorf("%q", got)
	}
	if _, ok := all[own+"periodic"].Text(); ok {
		t.Error("a yes or no is no text")
	}
	if on, ok := all[own+"periodic"].Bool(); !ok || !on {
		t.Error("periodic is off")
	}
	if _, ok := all[own+"gone"].Bool(); ok {
		t.Error("a setting that is not there")
	}
}

// TestDamaged: no cut-off file is read as if it were whole.
func TestDamaged(t *testing.T) {
	b := settings(t)
	for n := range b {
		if all, err := dconf.Read(b[:n]); err == nil {
			t.Fatalf("%d bytes of %d: %d settings", n, len(b), len(all))
		}
	}
	if _, err := dconf.Read([]byte(strings.Repeat("x", 64))); err == nil {
		t.Error("no settings file")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(settings(f))
	f.Fuzz(func(_ *testing.T, b []byte) {
		all, err := dconf.Read(b)
		if err != nil {
			return
		}
		for _, v := range all {
			v.Text()
			v.Texts()
			v.Bool()
		}
	})
}
