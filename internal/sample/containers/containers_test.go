package containers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWriteTo writes all containers of seed 1 where make.sh wants them, and in a
// folder beside them those that modules of others make.
func TestWriteTo(t *testing.T) {
	dir := os.Getenv("CUSTODE_CONTAINERS")
	if dir == "" {
		t.Skip("only for testdata/make.sh: set CUSTODE_CONTAINERS to a folder")
	}
	if _, err := Write(dir, Seed); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+"-modules", 0o700); err != nil {
		t.Fatal(err)
	}
	others(t, dir+"-modules", Seed)
}

func TestSameSeedSameBytes(t *testing.T) {
	first, again, other := t.TempDir(), t.TempDir(), t.TempDir()
	made, err := Write(first, 3)
	if err != nil {
		t.Fatal(err)
	}
	for dir, seed := range map[string]uint64{again: 3, other: 4} {
		if _, err := Write(dir, seed); err != nil {
			t.Fatal(err)
		}
	}
	paths := map[string]bool{}
	for _, m := range made {
		if m.People != People || m.Format == "" || paths[m.Path] {
			t.Errorf("%+v", m)
		}
		paths[m.Path] = true
		read := func(dir string) string {
			b, err := os.ReadFile(filepath.Join(dir, m.Path))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if read(first) != read(again) {
			t.Errorf("%s: the same seed made other bytes", m.Path)
		}
		if read(first) == read(other) {
			t.Errorf("%s: another seed made the same bytes", m.Path)
		}
	}
	if len(made) < 20 {
		t.Errorf("%d containers", len(made))
	}
	if _, err := Write(first, 3); err == nil {
		t.Error("Write replaced what was there")
	}
}

func TestFolded(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"", ""},
		{"short", "short\r\n"},
		{
			"0123456789012345678901234567890123456789012345678901234567890123456789012345",
			"012345678901234567890123456789012345678901234567890123456789012345678901234\r\n 5\r\n",
		},
		{
			"01234567890123456789012345678901234567890123456789012345678901234567890123è",
			"01234567890123456789012345678901234567890123456789012345678901234567890123\r\n è\r\n",
		},
	} {
		if d := cmp.Diff(tt.want, folded(tt.line)); d != "" {
			t.Errorf("%q:\n%s", tt.line, d)
		}
	}
}
