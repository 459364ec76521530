package walk

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestLeave(t *testing.T) {
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"a/x.txt", "a/y.csv", "a/old/1.txt", "a/old/deep/2.txt", "a/new/3.txt", "a/new/old.txt", "b/4.txt", "a/[1].txt"} {
		put(t, base, filepath.FromSlash(f))
	}
	p := func(path string) string { return filepath.Join(base, filepath.FromSlash(path)) }
	all := []string{"file a/[1].txt", "file a/x.txt", "file a/y.csv", "file a/new/3.txt", "file a/new/old.txt", "file a/old/1.txt", "file a/old/deep/2.txt"}
	for _, c := range []struct {
		why   string
		roots []string
		leave []string
		want  []string
	}{
		{"nothing", []string{p("a")}, nil, all},
		{"what is not there", []string{p("a")}, []string{p("a/none"), p("c/*")}, all},
		{"a file", []string{p("a/new")}, []string{p("a/new/old.txt")}, []string{"file a/new/3.txt", "skipped a/new/old.txt rule.settings"}},
		{"a folder", []string{p("a")}, []string{p("a/old")}, []string{"file a/[1].txt", "skipped a/old rule.settings", "file a/x.txt", "file a/y.csv", "file a/new/3.txt", "file a/new/old.txt"}},
		{"a pattern, not in deeper folders", []string{p("a")}, []string{p("a/*.txt")}, []string{"skipped a/[1].txt rule.settings", "skipped a/x.txt rule.settings", "file a/y.csv", "file a/new/3.txt", "file a/new/old.txt", "file a/old/1.txt", "file a/old/deep/2.txt"}},
		{"brackets are letters", []string{p("a")}, []string{p("a/[xy1].*")}, all},
		{"question marks", []string{p("a/new"), p("a/old")}, []string{p("a/new/?.txt"), p("a/o?d/1.txt")}, []string{"skipped a/new/3.txt rule.settings", "file a/new/old.txt", "file a/old/1.txt", "file a/old/deep/2.txt"}},
		{"a root", []string{p("a"), p("b")}, []string{p("a")}, []string{"skipped a rule.settings", "file b/4.txt"}},
		{"a folder around a root", []string{p("a/new")}, []string{p("a")}, []string{"skipped a/new rule.settings"}},
		{"a pattern that fits a root", []string{p("a"), p("b")}, []string{p("?")}, []string{"skipped a rule.settings", "skipped b rule.settings"}},
		{"a pattern that fits a folder around a root", []string{p("a/old/deep")}, []string{p("a/o*")}, []string{"skipped a/old/deep rule.settings"}},
		{"a root inside another", []string{p("a/new"), p("a/new/old.txt")}, []string{p("a/new/old.txt")}, []string{"file a/new/3.txt", "skipped a/new/old.txt rule.settings"}},
		{"everything", []string{p("b")}, []string{p("b/*")}, []string{"skipped b/4.txt rule.settings"}},
	} {
		t.Run(c.why, func(t *testing.T) { same(t, walked(t, base, c.roots, Options{Leave: c.leave}), c.want...) })
	}
}

func TestLeaveByLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("makes symbolic links")
	}
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	put(t, base, "real", "old", "1.txt")
	put(t, base, "real", "2.txt")
	way, inner := filepath.Join(base, "way"), filepath.Join(base, "real", "inner")
	for link, to := range map[string]string{way: filepath.Join(base, "real"), inner: filepath.Join(base, "real", "2.txt")} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	real := filepath.Join(base, "real")
	without := []string{"file real/2.txt", "link real/inner", "skipped real/old rule.settings"}
	for _, leave := range []string{filepath.Join(way, "old"), filepath.Join(real, "old"), filepath.Join(way, "ol?")} {
		same(t, walked(t, base, []string{way}, Options{Leave: []string{leave}}), without...)
	}
	same(t, walked(t, base, []string{way}, Options{Leave: []string{way}}), "skipped real rule.settings")
	same(t, walked(t, base, []string{real}, Options{Leave: []string{way}}), "skipped real rule.settings")
	same(t, walked(t, base, []string{real}, Options{Leave: []string{inner}}), "file real/2.txt", "skipped real/inner rule.settings", "file real/old/1.txt")
}

func TestFitsName(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true},
		{"*", "a", true},
		{"a*", "a", true},
		{"a*b", "axxb", true},
		{"a*b", "axxbc", false},
		{"?", "è", true},
		{"??", "è", false},
		{"*.bak", "x.bak", true},
		{"*.bak", ".bak", true},
		{"*.bak", "x.bak.txt", false},
		{"*a*b*", "xxaxxbxx", true},
		{"", "", true},
		{"", "a", false},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
	} {
		if got := fitsName(c.pattern, c.name); got != c.want {
			t.Errorf("%q, %q: %v", c.pattern, c.name, got)
		}
	}
	begin := time.Now()
	if fitsName(strings.Repeat("*a", 100)+"b", strings.Repeat("a", 255)) || time.Since(begin) > time.Second {
		t.Errorf("a slow pattern takes %v", time.Since(begin))
	}
}
