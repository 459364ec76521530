package decoy_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"custode/scan/watch/decoy"
)

// before is how many of these names stand before the first decoy, as a disk lists them.
func before(list []string, bait map[string]bool) int {
	return max(0, slices.IndexFunc(list, func(n string) bool { return bait[n] }))
}

// TestDiskOrder: whoever takes files as the disk lists them meets a decoy soon, where a
// disk orders them by a number of their names.
func TestDiskOrder(t *testing.T) {
	var plainly, ordered []int
	for i := range uint64(10) {
		var names []string
		for n := range 10 + 20*i {
			names = append(names, fmt.Sprintf("Ordini %d.csv", 7*n+i))
		}
		for _, order := range []decoy.Order{nil, hashed} {
			bait := map[string]bool{}
			f := folder(names...)
			list := slices.Clone(names)
			for _, d := range plan(t, f, decoy.Options{Order: order, Random: stream(i)}) {
				bait[filepath.Base(d.Path)] = true
				list = append(list, filepath.Base(d.Path))
			}
			slices.SortFunc(list, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
			if order == nil {
				plainly = append(plainly, before(list, bait))
			} else {
				ordered = append(ordered, before(list, bait))
			}
		}
	}
	slices.Sort(plainly)
	slices.Sort(ordered)
	t.Logf("files before the first decoy, in ten folders of 10 to 190: median %d, at most %d; without trying out %d and %d", ordered[5], ordered[9], plainly[5], plainly[9])
	if ordered[5] > 3 || ordered[9] > 20 {
		t.Errorf("%v", ordered)
	}
}

// TestThisDisk is the same with the disk that tests run on.
func TestThisDisk(t *testing.T) {
	dir, scratch := t.TempDir(), t.TempDir()
	for _, n := range rand.Perm(120) {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("Ordini %d.csv", n)), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := decoy.Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	order := decoy.DiskOrder(filepath.Join(scratch, "not there"), scratch)
	knows := order(f, []string{"a.csv", "b.csv"}) != nil
	bait := map[string]bool{}
	for _, d := range plan(t, f, decoy.Options{Order: order}) {
		bait[filepath.Base(d.Path)] = true
		if err := decoy.Place(d); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := os.ReadDir(scratch); err != nil || len(list) > 0 {
		t.Errorf("left behind: %v %v", list, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	list, err := d.Readdirnames(-1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files before the first decoy; the disk's order is known: %t", before(list, bait), knows)
	if knows && before(list, bait) > 12 {
		t.Errorf("%d files before the first decoy", before(list, bait))
	}
	if len(bait) != 3 {
		t.Errorf("%d decoys", len(bait))
	}
}
