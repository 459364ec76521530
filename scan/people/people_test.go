package people_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"testing"

	"custode/scan/people"

	"github.com/google/go-cmp/cmp"
)

var key = [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

func hash(i int) uint64 {
	return people.Hash(key, "test", binary.BigEndian.AppendUint64(nil, uint64(i)))
}

// span returns a sketch of the people from..to-1.
func span(from, to int) *people.Sketch {
	s := people.New()
	for i := from; i < to; i++ {
		s.Add(hash(i))
	}
	return s
}

func within(t *testing.T, got int64, want int) {
	t.Helper()
	if want <= people.Exact {
		if got != int64(want) {
			t.Errorf("count %d, want exactly %d", got, want)
		}
		return
	}
	if off := math.Abs(float64(got)-float64(want)) / float64(want); off > 0.02 {
		t.Errorf("count %d, want %d: off by %.2f %%", got, want, 100*off)
	}
}

func TestCount(t *testing.T) {
	for _, n := range []int{0, 1, 10, 1000, 1023, 1024, 1025, 2000, 5000, 20_000, 100_000, 1_000_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) { within(t, span(0, n).Count(), n) })
	}
}

func TestAddTwiceCountsOnce(t *testing.T) {
	s := span(0, 500)
	for i := range 500 {
		s.Add(hash(i))
	}
	within(t, s.Count(), 500)
}

func TestUnionOfOverlapping(t *testing.T) {
	sizes := []int{0, 10, 600, 1024, 1100, 10_000, 100_000, 1_000_000}
	for _, a := range sizes {
		left := span(0, a)
		for _, b := range sizes {
			for _, shared := range []int{0, 50, 100} {
				overlap := min(a, b) * shared / 100
				t.Run(fmt.Sprintf("%d+%d-%d", a, b, overlap), func(t *testing.T) {
					if a+b > 300_000 && (shared != 50 || (a != b && min(a, b) != 1100)) {
						t.Skip("a few mixes of the largest are enough")
					}
					right := span(a-overlap, a-overlap+b)
					before := right.Count()
					sum := people.New()
					for _, s := range []*people.Sketch{left, right} {
						if err := sum.Merge(s); err != nil {
							t.Fatal(err)
						}
					}
					within(t, sum.Count(), a+b-overlap)
					if right.Count() != before {
						t.Error("merge changed the other sketch")
					}
				})
			}
		}
	}
}

func TestMergeNilAndSelf(t *testing.T) {
	s := span(0, 7)
	if err := s.Merge(nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Merge(s); err != nil {
		t.Fatal(err)
	}
	within(t, s.Count(), 7)
	var none *people.Sketch
	if none.Count() != 0 {
		t.Error("a nil sketch counts people")
	}
}

func TestMarshalIsDeterministicAndComesBack(t *testing.T) {
	for _, n := range []int{0, 1, 1024, 1025, 3000, 12_000, 200_000} {
		a, b := span(0, n), people.New()
		for i := n - 1; i >= 0; i-- {
			b.Add(hash(i))
			if i%997 == 0 {
				b.Count()
			}
		}
		x, y := marshal(t, a), marshal(t, b)
		if !bytes.Equal(x, y) {
			t.Errorf("%d people: two orders give different bytes", n)
		}
		var c people.Sketch
		if err := c.UnmarshalBinary(x); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a.Count(), c.Count()); diff != "" {
			t.Errorf("%d people came back differently:\n%s", n, diff)
		}
		if !bytes.Equal(x, marshal(t, &c)) {
			t.Errorf("%d people: bytes differ after coming back", n)
		}
		c.Add(hash(n + 1))
		within(t, c.Count(), n+1)
	}
}

func marshal(t *testing.T, s *people.Sketch) []byte {
	t.Helper()
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnmarshalRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty": nil, "one byte": {1}, "version": {2, 0}, "form": {1, 9}, "half a hash": {1, 0, 1, 2, 3},
		"not sorted": append([]byte{1, 0}, make([]byte, 16)...), "too many": append([]byte{1, 0}, make([]byte, 8*(people.Exact+1))...),
		"short hll": {1, 1, 2}, "other precision": {1, 1, 2, 16, 0, 1, 0, 0, 0, 0, 0, 0}, "hll": {1, 1, 2, 14, 0, 0, 0, 0},
	} {
		s := span(0, 3)
		if err := s.UnmarshalBinary(b); !errors.Is(err, people.ErrFormat) {
			t.Errorf("%s: error %v, want ErrFormat", name, err)
		}
		within(t, s.Count(), 3)
	}
}

func TestHashIsKeyedAndSeparated(t *testing.T) {
	other := key
	other[0]++
	seen := map[uint64]string{}
	for name, h := range map[string]uint64{
		"base": people.Hash(key, "email", []byte("a@example.com")), "key": people.Hash(other, "email", []byte("a@example.com")),
		"kind": people.Hash(key, "phone", []byte("a@example.com")), "value": people.Hash(key, "email", []byte("b@example.com")),
		"border": people.Hash(key, "emaila", []byte("@example.com")),
	} {
		if twin, ok := seen[h]; ok {
			t.Errorf("%s and %s give the same hash", name, twin)
		}
		seen[h] = name
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, n := range []int{0, 3, 1100, 60_000} {
		b, err := span(0, n).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var s people.Sketch
		if s.UnmarshalBinary(b) != nil {
			return
		}
		if s.Count() < 0 {
			t.Error("a negative count")
		}
		out := marshal(t, &s)
		var again people.Sketch
		if err := again.UnmarshalBinary(out); err != nil {
			t.Fatal(err)
		}
		if again.Count() != s.Count() {
			t.Error("another count after coming back")
		}
		for _, other := range []*people.Sketch{people.New(), span(0, 5), span(0, 1100)} {
			if err := other.Merge(&s); err != nil {
				t.Error(err)
			}
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	s := people.New()
	for i := 0; b.Loop(); i++ {
		s.Add(hash(i))
	}
}

// TestWithout: who is in the other set is not counted again.
func TestWithout(t *testing.T) {
	set := func(from, to uint64) *people.Sketch {
		s := people.New()
		for i := from; i < to; i++ {
			s.Add(people.Hash([16]byte{7}, "x", binary.BigEndian.AppendUint64(nil, i)))
		}
		return s
	}
	for _, c := range []struct {
		a, b      *people.Sketch
		low, high int64
	}{
		{set(0, 10), set(5, 20), 5, 5},
		{set(0, 10), set(0, 10), 0, 0},
		{set(0, 10), nil, 10, 10},
		{set(0, 10), people.New(), 10, 10},
		{nil, set(0, 10), 0, 0},
		{set(0, 5000), set(0, 6000), 0, 0},
		{set(0, 5000), set(100_000, 106_000), 4900, 5100},
		{set(0, 500), set(0, 6000), 0, 0},
	} {
		if n := c.a.Without(c.b).Count(); n < c.low || n > c.high {
			t.Errorf("%d without %d: %d, want %d to %d", c.a.Count(), c.b.Count(), n, c.low, c.high)
		}
	}
}

// TestClear holds a set that was emptied, whatever it was, to a new one.
func TestClear(t *testing.T) {
	for _, n := range []int{0, 1, 20, people.Exact, people.Exact + 1} {
		s, fresh := people.New(), people.New()
		for i := range n {
			s.Add(hash(i))
		}
		s.Clear()
		if s.Count() != 0 {
			t.Errorf("%d people are left of %d", s.Count(), n)
		}
		for i := range 100 {
			s.Add(hash(i + 7))
			fresh.Add(hash(i + 7))
		}
		a, err := s.MarshalBinary()
		b, err2 := fresh.MarshalBinary()
		if err != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("after %d people it is another set than a new one: %v %v", n, err, err2)
		}
	}
}
