package gate_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"custode/scan/watch/rules"
)

// The most that a style may take, of 2,000 files. The rules say so at the third that no
// longer opens; one that is still being written may be lost besides.
const mostLost = 4

// atOnce is how many processes work at the same time, and the most that they may take:
// each may have opened one file before any of them was seen to change one. That is more
// than mostLost, which they keep to as a rule.
const atOnce = 8

// TestStyles: ten ways to take a shop's files hostage, with one process and with eight,
// and one by programs of the system. Others go on reading meanwhile.
func TestStyles(t *testing.T) {
	n, runs := 400, 1
	names := []string{"in place, renamed", "new file, old deleted", "1 KB of 8"}
	if os.Getenv("CUSTODE_TORTURE") != "" {
		n, runs = 2000, 5
		names = slices.Sorted(maps.Keys(styles))
	}
	made := shopFiles(t, n)
	for _, style := range append(names, "loop") {
		for _, processes := range []string{"1", "8"} {
			if style == "loop" && processes == "8" {
				continue
			}
			t.Run(style+" by "+processes, func(t *testing.T) {
				if _, err := exec.LookPath("openssl"); err != nil && style == "loop" {
					t.Skip("SKIPPED, LOUDLY: openssl is missing")
				}
				var lost []int
				for range runs {
					lost = append(lost, hostage(t, made, style, processes))
				}
				t.Logf("lost %v of %d", lost, n)
				most := mostLost
				if processes != "1" {
					most = atOnce
				}
				if m := slices.Max(lost); m > most {
					t.Errorf("%d files lost", m)
				}
			})
		}
	}
}

// TestEverydaySaves: whoever saves many files is denied nothing.
func TestEverydaySaves(t *testing.T) {
	made := shopFiles(t, 60)
	for _, how := range []string{"truncated and written in steps", "new file moved over", "old one kept"} {
		t.Run(how, func(t *testing.T) {
			s, _, shop := shopOf(t, made)
			if out := runs(t, "save", how, shop); out != "ok" {
				t.Error(out)
			}
			if st := s.g.Stats(); st.Denied+st.Skipped > 0 {
				t.Errorf("%+v", st)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, n := range s.news {
				if n.Incident.Severity == rules.Critical {
					t.Errorf("%+v", n)
				}
			}
		})
	}
}

// shopOf is a shop with these files, and the watch over it.
func shopOf(t *testing.T, made map[string][]byte) (s *shopWatch, mount, shop string) {
	t.Helper()
	mount, shop = disk(t)
	must(t, os.RemoveAll(shop))
	put(t, filepath.Join(mount, markName), "")
	for name, text := range made {
		path := filepath.Join(shop, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, text, 0o644))
	}
	return watching(t, shop), mount, shop
}

func hostage(t *testing.T, made map[string][]byte, style, processes string) (lost int) {
	t.Helper()
	s, mount, shop := shopOf(t, made)
	others := filepath.Join(mount, "others") // behind the gate, but not the attack's
	put(t, others, "x")
	if runs(t, "link", others, filepath.Join(shop, "others")) != "ok" {
		t.Fatal("link")
	}
	start := time.Now()
	attacked := program(t, "attack", style, processes, shop)
	other := program(t, "time", "slowly", "100", others)
	if out := attacked(); out == "" {
		t.Error("the attack said nothing")
	}
	took := time.Since(start)
	longestOf(t, other())
	st := s.g.Stats()
	t.Logf("%v: %d opens, %d judged, %d denied, %d skipped, answers %v", took.Round(time.Millisecond), st.Asked, st.Judged, st.Denied, st.Skipped, st.Answers)
	if st.Denied == 0 {
		t.Error("nobody was denied")
	}
	return len(made) - intact(t, shop, made)
}
