package archive

import "slices"

// maxSpans bounds the memory of a set of spans to 256 KiB. A ZIP whose members
// lie in the order of its directory needs one span; one of 65,000 members in any
// order needs about a quarter as many spans as members.
const maxSpans = 16 << 10

// span is the range from (included) to (left out) of an archive's bytes.
type span struct{ from, to int64 }

// spans is the set of an archive's bytes that belong to something. It holds
// ranges in order, none touching the next. When there are too many it is full:
// from then on it only counts, so that all that is claimed is never more than
// the archive has.
type spans struct {
	list  []span
	total int64 // bytes claimed
	size  int64 // bytes of the archive
	full  bool
}

// claim takes the bytes from (included) to (left out), and returns false when one
// of them was taken before or is none of the archive's.
func (s *spans) claim(from, to int64) bool {
	switch {
	case from == to:
		return true
	case from < 0 || to < from || to > s.size:
		return false
	}
	i := len(s.list) // the first span that ends at or after from
	if i > 0 && s.list[i-1].to >= from {
		i, _ = slices.BinarySearchFunc(s.list, from, func(a span, at int64) int {
			if a.to < at {
				return -1
			}
			return 1
		})
	}
	left := i < len(s.list) && s.list[i].to == from
	next := i
	if left {
		next++
	}
	if next < len(s.list) && s.list[next].from < to {
		return false
	}
	if s.full {
		return s.count(from, to)
	}
	right := next < len(s.list) && s.list[next].from == to
	switch {
	case left && right:
		s.list[i].to = s.list[next].to
		s.list = slices.Delete(s.list, next, next+1)
	case left:
		s.list[i].to = to
	case right:
		s.list[next].from = from
	case len(s.list) == maxSpans:
		s.full = true
		return s.count(from, to)
	default:
		s.list = slices.Insert(s.list, i, span{from, to})
	}
	s.total += to - from
	return true
}

func (s *spans) count(from, to int64) bool {
	if to-from > s.size-s.total {
		return false
	}
	s.total += to - from
	return true
}

// gaps calls f for every range of the archive that was not claimed.
func (s *spans) gaps(f func(from, to int64) error) error {
	var at int64
	for _, taken := range s.list {
		if taken.from > at {
			if err := f(at, taken.from); err != nil {
				return err
			}
		}
		at = taken.to
	}
	if at < s.size {
		return f(at, s.size)
	}
	return nil
}
