package gate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestBench prints what the gate costs: of an open (and close) without it, with it, and
// where every open is to be judged; and how long answers take.
func TestBench(t *testing.T) {
	n := 2000
	if os.Getenv("CUSTODE_TORTURE") != "" {
		n = 50_000
	}
	_, shop := disk(t)
	a, b := filepath.Join(shop, "orders", "a.txt"), filepath.Join(shop, "orders", "b.txt")
	put(t, b, "two")
	mean := func(kind, path string) float64 {
		out := strings.Fields(runs(t, "time", kind, strconv.Itoa(n), path))
		if len(out) != 5 {
			t.Fatal(out)
		}
		t.Logf("%-40s mean %6s µs, median %s, 99 of 100 within %s, longest %s", t.Name()+" "+kind, out[0], out[1], out[2], out[3])
		var f float64
		_, err := fmt.Sscan(out[0], &f)
		must(t, err)
		return f
	}
	none := mean("reading", a)
	noneChanging := mean("changing", b)
	s := watching(t, shop)
	with := mean("reading", a)
	read := s.g.Stats()
	changing := mean("changing", b)
	all := s.g.Stats()
	outside := filepath.Join(filepath.Dir(shop), "outside.txt")
	put(t, outside, "x")
	elsewhere := mean("reading", outside)
	t.Logf("an open behind the gate costs %.1f µs more; of a file that was just changed %.1f; elsewhere %.1f", with-none, changing-noneChanging, elsewhere-none)
	t.Logf("answers: 99 of 100 within %v while nobody changes anything, within %v in all; %v; skipped %d", read.Within(0.99), all.Within(0.99), all.Answers, all.Skipped)
	if with-none > 200 { // ten times what is stated
		t.Errorf("an open costs %.1f µs more", with-none)
	}
}
