package job_test

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/scan/watch/cases"
)

// overlapping writes lists of so many people together: each is in one of five files, a
// third of them in another too, and some once more, in capital letters.
func overlapping(t *testing.T, dir string, n int) (paths []string) {
	t.Helper()
	var out []*bufio.Writer
	for i := range 5 {
		path := filepath.Join(dir, strconv.Itoa(i%2), fmt.Sprintf("lista-%d.csv", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		paths = append(paths, path)
		w := bufio.NewWriter(f)
		defer w.Flush()
		fmt.Fprint(w, "Nome;Email\n")
		out = append(out, w)
	}
	for i := range n {
		line := fmt.Sprintf("Anna Rossi;p%07d@example.com\n", i)
		fmt.Fprint(out[i%5], line)
		if i%3 == 0 {
			fmt.Fprint(out[(i+1)%5], line)
		}
		if i%7 == 0 {
			fmt.Fprint(out[(i+2)%5], strings.ToUpper(line))
		}
	}
	return paths
}

// TestPeopleOfOverlappingFiles goes the whole way: lists are scanned, kept, and added up
// for an alert that names them and for a folder that is lost. Within 3 % of the truth, and
// exactly for few (CUSTODE_TORTURE: up to a million).
func TestPeopleOfOverlappingFiles(t *testing.T) {
	sizes := []int{10, 100, 1000, 3000, 20_000}
	if os.Getenv("CUSTODE_TORTURE") != "" {
		sizes = append(sizes, 100_000, 300_000, 1_000_000)
	}
	for _, n := range sizes {
		b := newBench(t)
		paths := overlapping(t, b.dir, n)
		start := time.Now()
		b.scan(t)
		took := time.Since(start)
		within := func(what, count string) {
			got, err := strconv.ParseInt(count, 10, 64)
			off := 100 * math.Abs(float64(got)-float64(n)) / float64(n)
			if err != nil || off > 3 || n <= 1000 && off > 0 {
				t.Errorf("%s: %q of %d people", what, count, n)
			}
			t.Logf("%s: %d of %d people, off by %.2f %% (scanned in %v)", what, got, n, off, took.Round(time.Millisecond))
		}
		facts, _, err := job.ScanFacts(t.Context(), b.store, b.dir)
		if err != nil {
			t.Fatal(err)
		}
		within("the folder", facts["people_count"])
		c := cases.Case{}
		slices.Reverse(paths)
		c.Opened, c.Paths, c.Counts.Files = time.Now(), paths, len(paths)
		if c.Stake, err = b.store.AtStake(t.Context(), paths); err != nil {
			t.Fatal(err)
		}
		then, each, err := job.AlertThen(t.Context(), b.store, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range job.AlertFacts(c, then, "x", "") {
			if v := f.Facts["people_count"]; v != "" {
				within("the alert", v)
			}
			if v := f.Facts["data_encrypted"]; v != "" && v != "no" {
				t.Errorf("encrypted: %s", v)
			}
		}
		if then.Data != len(paths) || len(each) != len(paths) {
			t.Errorf("%+v", then)
		}
	}
}
