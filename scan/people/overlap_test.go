package people_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"custode/scan/people"
)

// TestOverlapWithinThreePercent: seeded lists that share people at random, under several
// keys; what all of them together hold is counted to within 3 % from ten people to a
// million, and exactly up to people.Exact. (From 100,000 on with CUSTODE_TORTURE; TestCount
// and TestUnionOfOverlapping have a million always.)
func TestOverlapWithinThreePercent(t *testing.T) {
	const lists = 7
	sizes, budget := []int{10, 100, 1000, 1024, 1025, 3000, 10_000, 30_000}, 30_000
	if os.Getenv("CUSTODE_TORTURE") != "" {
		sizes, budget = append(sizes, 100_000, 300_000, 1_000_000), 5_000_000
	}
	for _, n := range sizes {
		keys := min(50, budget/n)
		worst := 0.0
		for k := range keys {
			r := rand.New(rand.NewPCG(uint64(n), uint64(k)))
			key := [16]byte{byte(k), 1: 7}
			h := people.NewHasher(key)
			var files [lists]*people.Sketch
			for i := range files {
				files[i] = people.New()
			}
			for i := range n { // each is in one to three lists
				who := h.Hash("email", binary.AppendUvarint(nil, uint64(i)))
				for range 1 + r.IntN(3) {
					files[r.IntN(lists)].Add(who)
				}
			}
			all := people.New()
			for _, f := range files {
				raw, err := f.MarshalBinary() // as the store keeps it
				var back people.Sketch
				if err == nil {
					err = back.UnmarshalBinary(raw)
				}
				if err == nil {
					err = all.Merge(&back)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			off := 100 * math.Abs(float64(all.Count())-float64(n)) / float64(n)
			if worst = max(worst, off); off > 3 || n <= people.Exact && off > 0 {
				t.Errorf("%d people in %d lists, key %d: %d counted, off by %.2f %%", n, lists, k, all.Count(), off)
			}
		}
		t.Logf("%9d people in %d overlapping lists, %2d keys: off by at most %.2f %%", n, lists, keys, worst)
	}
}
