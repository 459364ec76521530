// Package people counts distinct people without knowing any of them.
//
// A [Sketch] is a set of keyed 64-bit hashes: what goes in is made by [Hash]
// from a secret key and an identifier (an e-mail address, a fiscal code), so a
// sketch holds no identifier and can't be turned back into one without the
// key. Up to [Exact] people the count is exact; above, the sketch becomes a
// HyperLogLog of 2^14 registers, whose standard error is 0.81 %. Sketches of
// different files merge into the sketch of their union, which is how a total
// over many files counts a customer who is in ten of them once.
package people

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/axiomhq/hyperloglog"
	"github.com/dchest/siphash"
)

// Exact is the number of distinct people up to which a count is exact.
const Exact = 1024

// The first byte of a marshalled sketch is the version of its format, the
// second says which of the two representations follows.
const (
	version   = 1
	formExact = 0
	formHLL   = 1
	precision = 14
)

// ErrFormat is returned for bytes that are not a marshalled sketch.
var ErrFormat = errors.New("people: not a sketch of this version")

// Sketch is a set of keyed hashes of people. Its zero value is empty and ready
// to use. It takes about 16 KiB at most. Methods that only read may be called
// at the same time, Add, Merge and UnmarshalBinary may not.
type Sketch struct {
	// While hll is nil the set is exact: an open-addressed table whose empty slots
	// are 0, found by the hash's low bits, which are random as they are. A hash
	// that is 0 counts as 1.
	slots []uint64 // its length is a power of two, or 0
	n     int
	hll   *hyperloglog.Sketch
}

// New returns an empty sketch.
func New() *Sketch { return &Sketch{} }

// Clear makes the set empty. Of its memory as much is kept as a small set needs.
func (s *Sketch) Clear() {
	const kept = 64
	if s.hll != nil || len(s.slots) > kept {
		*s = Sketch{}
		return
	}
	if s.n > 0 {
		clear(s.slots)
		s.n = 0
	}
}

// Add puts a hash made by [Hash] into the set.
func (s *Sketch) Add(h uint64) {
	if s.hll != nil {
		s.hll.InsertHash(h)
		return
	}
	if 4*s.n >= 3*len(s.slots) {
		s.grow()
	}
	if s.insert(max(h, 1)) && s.n > Exact {
		s.estimate()
	}
}

// insert puts h, which is not 0, into a table that has room, and tells whether
// it was not there.
func (s *Sketch) insert(h uint64) bool {
	mask := uint64(len(s.slots) - 1) //nolint:gosec // there are slots
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return false
		case 0:
			s.slots[i] = h
			s.n++
			return true
		}
	}
}

// grow makes room for more.
func (s *Sketch) grow() {
	old := s.slots
	s.slots, s.n = make([]uint64, max(8, 2*len(old))), 0
	for _, h := range old {
		if h != 0 {
			s.insert(h)
		}
	}
}

// estimate goes over from the exact representation to the HyperLogLog.
func (s *Sketch) estimate() {
	s.hll = dense()
	for _, h := range s.slots {
		if h != 0 {
			s.hll.InsertHash(h)
		}
	}
	s.slots, s.n = nil, 0
}

// dense makes an empty HyperLogLog of 2^14 registers. Its sparse form is for
// sets smaller than those that we count exactly.
func dense() *hyperloglog.Sketch { return hyperloglog.NewNoSparse() }

// Merge makes s the union of both. A nil other is empty; other isn't changed.
func (s *Sketch) Merge(other *Sketch) error {
	if other == nil || other == s {
		return nil
	}
	if other.hll == nil {
		for _, h := range other.slots {
			if h != 0 {
				s.Add(h)
			}
		}
		return nil
	}
	if s.hll == nil {
		s.estimate()
	}
	if err := s.hll.Merge(other.hll); err != nil {
		return fmt.Errorf("people: merge: %w", err)
	}
	return nil
}

// Without returns those of s that are not in other, as far as can be told: all of
// them up to [Exact]; of more people all or, where both together are no more
// than a fiftieth over other alone, none.
func (s *Sketch) Without(other *Sketch) *Sketch {
	out := New()
	if s == nil {
		return out
	}
	if other == nil || other.Count() == 0 {
		return s
	}
	if s.hll == nil && other.hll == nil {
		for _, h := range s.slots {
			if h != 0 && !other.has(h) {
				out.Add(h)
			}
		}
		return out
	}
	both := New()
	if both.Merge(other) != nil || both.Merge(s) != nil {
		return s
	}
	if n := other.Count(); both.Count()-n <= n/50 {
		return out
	}
	return s
}

// has tells whether h, which is not 0, is in an exact set.
func (s *Sketch) has(h uint64) bool {
	if len(s.slots) == 0 {
		return false
	}
	mask := uint64(len(s.slots) - 1) //nolint:gosec // there are slots
	for i := h & mask; s.slots[i] != 0; i = (i + 1) & mask {
		if s.slots[i] == h {
			return true
		}
	}
	return false
}

// Count returns how many distinct hashes are in the set: exactly up to [Exact],
// above that within about 2 %.
func (s *Sketch) Count() int64 {
	if s == nil {
		return 0
	}
	if s.hll == nil {
		return int64(s.n)
	}
	n := s.hll.Clone().Estimate() // a clone, because Estimate compacts what it reads
	if n > 1<<62 {
		return 1 << 62
	}
	return int64(n)
}

// Trait is the same for equal sets and, up to [Exact], hardly ever for others;
// above, it is the count.
func (s *Sketch) Trait() uint64 {
	if s == nil {
		return 0
	}
	if s.hll != nil {
		return uint64(s.Count()) //nolint:gosec // not negative
	}
	var all uint64
	for _, h := range s.slots {
		all ^= h
	}
	return all
}

// MarshalBinary returns the sketch as bytes, the same for the same set: a
// version, a form, then the sorted hashes (8 bytes each, big endian) or the
// HyperLogLog. At most about 16 KiB.
func (s *Sketch) MarshalBinary() ([]byte, error) {
	if s.hll != nil {
		c := s.hll.Clone()
		c.Estimate() // brings the sparse form into its one compact shape
		b, err := c.AppendBinary([]byte{version, formHLL})
		if err != nil {
			return nil, fmt.Errorf("people: marshal: %w", err)
		}
		return b, nil
	}
	all := make([]uint64, 0, s.n)
	for _, h := range s.slots {
		if h != 0 {
			all = append(all, h)
		}
	}
	slices.Sort(all)
	b := make([]byte, 2, 2+8*len(all))
	b[0], b[1] = version, formExact
	for _, h := range all {
		b = binary.BigEndian.AppendUint64(b, h)
	}
	return b, nil
}

// UnmarshalBinary makes s what MarshalBinary wrote. Bytes that are anything
// else give an error wrapping [ErrFormat] and leave s as it was.
func (s *Sketch) UnmarshalBinary(b []byte) error {
	if len(b) < 2 || b[0] != version {
		return ErrFormat
	}
	switch b[1] {
	case formExact:
		return s.unmarshalExact(b[2:])
	case formHLL:
		hll, err := unmarshalHLL(b[2:])
		if err != nil {
			return err
		}
		s.slots, s.n, s.hll = nil, 0, hll
		return nil
	default:
		return ErrFormat
	}
}

func (s *Sketch) unmarshalExact(b []byte) error {
	if len(b)%8 != 0 || len(b) > 8*Exact {
		return ErrFormat
	}
	if len(b) == 0 {
		*s = Sketch{}
		return nil
	}
	exact := Sketch{slots: make([]uint64, 1<<bits.Len(uint(len(b)/6)))} // a quarter stays free
	var last uint64
	for i := 0; i < len(b); i += 8 {
		h := binary.BigEndian.Uint64(b[i:])
		if h <= last {
			return ErrFormat
		}
		exact.insert(h)
		last = h
	}
	*s = exact
	return nil
}

// unmarshalHLL guards against a panic in the library, because what it reads may
// come from a damaged database.
func unmarshalHLL(b []byte) (hll *hyperloglog.Sketch, err error) {
	defer func() {
		if recover() != nil {
			hll, err = nil, ErrFormat
		}
	}()
	if len(b) < 4 || b[1] != precision {
		return nil, ErrFormat
	}
	hll = dense()
	if err := hll.UnmarshalBinary(b); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFormat, err)
	}
	hll.Estimate() // whatever is wrong inside shows now, not at the first count
	return hll, nil
}

// Hasher makes keyed hashes, one after the other. It is for one goroutine.
type Hasher struct {
	k0, k1 uint64
	room   []byte
}

// NewHasher returns a maker of the hashes that [Hash] makes with the key.
func NewHasher(key [16]byte) Hasher {
	return Hasher{k0: binary.LittleEndian.Uint64(key[:8]), k1: binary.LittleEndian.Uint64(key[8:]), room: make([]byte, 0, 512)}
}

// Hash is [Hash] with the hasher's key.
func (h *Hasher) Hash(kind string, value []byte) uint64 {
	b := binary.AppendUvarint(h.room[:0], uint64(len(kind)))
	b = append(append(b, kind...), value...)
	h.room = b[:0]
	return siphash.Hash(h.k0, h.k1, b)
}

// Hash is the keyed hash by which a person is counted: SipHash-2-4 (Aumasson
// and Bernstein, 2012) of the kind, its length and the value, so that the same
// bytes of two kinds are two people.
func Hash(key [16]byte, kind string, value []byte) uint64 {
	h := NewHasher(key)
	return h.Hash(kind, value)
}
