package walk_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/scan/walk"
)

func TestRoots(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(p string) string { return filepath.Join(top, p) }
	for _, d := range []string{"a/sub", "ab", "b"} {
		if err := os.MkdirAll(at(d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("b", at("way")); err != nil {
		t.Skip("no links here")
	}
	for _, c := range []struct{ in, want []string }{
		{[]string{at("a")}, []string{at("a")}},
		{[]string{at("a"), at("a"), at("a/sub")}, []string{at("a")}},
		{[]string{at("a/sub"), at("a")}, []string{at("a")}},
		{[]string{at("a"), at("ab")}, []string{at("a"), at("ab")}},
		{[]string{at("way")}, []string{at("b")}},
		{[]string{at("way"), at("b")}, []string{at("b")}},
		{[]string{at("away")}, []string{at("away")}},
	} {
		got, err := walk.Roots(t.Context(), c.in, walk.Options{})
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%q: %s", c.in, diff)
		}
	}
}
