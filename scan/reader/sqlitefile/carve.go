package sqlitefile

// carve hands over what is legible in bytes that are no live row: the values of
// the cells that are still whole in it or have lost their first four bytes only (to
// the header of a free block, section 1.6), and the printable runs of the rest.
func (r *reader) carve(b []byte, f field) error {
	if b = content(b); len(b) < shortestRun {
		return nil
	}
	r.budget = carveCost * len(b)
	rest, block := 0, true // block: a free block may begin at i
	for i := 0; i+4 < len(b) && r.budget > 0; {
		at, to := i, 0
		if c, ok := r.cellIn(b, i, f.kind); ok {
			r.in, to = r.recovered(c), c.to
			r.header(&r.in)
		} else if block && f.width > 0 {
			at, to = r.blockIn(b, i, f)
		}
		if to == 0 {
			i++
			block = false
			continue
		}
		if err := r.raw(b[rest:at]); err != nil {
			return err
		}
		if err := r.handValues(&r.in); err != nil {
			return err
		}
		i, rest, block = to, to, true
	}
	return r.raw(b[rest:])
}

// content cuts off the zeros at both ends, but for those that may belong to the head of
// a free block or to the last value.
func content(b []byte) []byte {
	c := trimZeros(b)
	if len(c) == 0 {
		return nil
	}
	front := cap(b) - cap(c)
	if front >= 4 {
		front = 0
	}
	back := min(len(b)-(cap(b)-cap(c))-len(c), 8)
	from := cap(b) - cap(c) - front
	return b[from : from+front+len(c)+back]
}

// trimZeros cuts off the zeros at both ends.
func trimZeros(b []byte) []byte {
	for len(b) >= 8 && b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7] == 0 {
		b = b[8:]
	}
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}

// cellIn finds the whole cell that begins at b[i], and leaves its serial types in r.serials.
func (r *reader) cellIn(b []byte, i int, kind byte) (cell, bool) {
	size, n := varint(b[i:])
	if size < 3 || n == 0 {
		return cell{}, false
	}
	if kind != indexLeaf && kind != indexInner {
		if _, k := varint(b[i+n:]); k > 0 && begins(b[i+n+k:], size) {
			if c, ok := r.cellAt(b, i, tableLeaf); ok && r.whole(c) {
				return c, true
			}
		}
	}
	if kind != tableLeaf && kind != tableInner {
		if begins(b[i+n:], size) {
			if c, ok := r.cellAt(b, i, indexLeaf); ok && r.whole(c) {
				return c, true
			}
		}
	}
	return cell{}, false
}

// begins reports whether b may begin with a record of the given size: a glance that
// spares most places a closer look.
func begins(b []byte, size uint64) bool {
	if len(b) < 3 || b[0] < 2 {
		return false
	}
	if b[0] >= 0x80 {
		return true
	}
	left := int64(size) - int64(b[0]) // #nosec G115 -- a wrong size is found out later
	for _, s := range b[1:min(len(b), int(b[0]), 5)] {
		if s >= 0x80 {
			return left >= 0
		}
		n, ok := serialSize(uint64(s))
		if left -= n; !ok || left < 0 {
			return false
		}
	}
	return left >= 0
}

// whole reports whether the payload of a cell is a record: the sizes add up and
// its text is text.
func (r *reader) whole(c cell) bool {
	r.budget--
	b := c.local
	size, n := varint(b)
	if n == 0 || size > uint64(len(b)) || r.budget < 0 {
		return false
	}
	h := int(size) // #nosec G115 -- bounded by the page
	if h <= n {    // a number may be longer than it needs to be
		return false
	}
	sum, ok := r.types(b[n:h], c.size-int64(h))
	return ok && sum > 0 && sum == c.size-int64(h) && r.legible(b[h:])
}

// types reads serial types into r.serials, all that are in b, and adds up the
// sizes of their values: at most most.
func (r *reader) types(b []byte, most int64) (sum int64, ok bool) {
	r.serials = r.serials[:0]
	for i := 0; i < len(b); {
		s, n := varint(b[i:])
		size, ok := serialSize(s)
		if r.budget--; n == 0 || !ok || size > most-sum || r.budget < 0 {
			return 0, false
		}
		sum += size
		i += n
		r.serials = append(r.serials, s)
	}
	return sum, true
}

// legible reports whether the text among the values that r.serials tells of is
// text, as far as b goes.
func (r *reader) legible(b []byte) bool {
	for _, s := range r.serials {
		size, _ := serialSize(s)
		if size > int64(len(b)) {
			return true
		}
		if isText(s) {
			r.budget -= int(size)
			if r.budget < 0 || !r.isText(b[:size]) {
				return false
			}
		}
		b = b[size:]
	}
	return true
}

// blockIn finds a cell that has lost its first four bytes and begins at b[i] or up to
// three bytes behind it, where fragments stand. Its values are left in r.in.
func (r *reader) blockIn(b []byte, i int, f field) (at, to int) {
	for at := i; at < i+4 && at+6 < len(b); at++ {
		if from, to := r.headless(b, at, f); to > 0 {
			r.in = payload{r: r, chunk: b[from:to], home: true, left: int64(to - from)}
			return at, to
		}
	}
	return 0, 0
}

// What of the head of a cell is lost with its first four bytes.
const (
	lostSize   = iota // the size, and the rowid or a part of it
	lostHeader        // the size of the header too
	lostType          // the first serial type too
	lostKinds
)

// headless finds where the values of a cell stand that has lost the four bytes
// at b[at], and leaves its serial types in r.serials. What is lost depends on how long
// the numbers in them were; what makes the values end where the block does is best.
func (r *reader) headless(b []byte, at int, f field) (from, to int) {
	best := -1
	for lost := range lostKinds {
		from, to := r.headlessAs(b, at+4, f, lost)
		if to > 0 && len(b)-to < 4 {
			return from, to
		}
		if to > 0 && best < 0 {
			best = lost
		}
	}
	if best < 0 {
		return 0, 0
	}
	return r.headlessAs(b, at+4, f, best)
}

// headlessAs reads what is left of a cell that has lost its first bytes up to b[at].
func (r *reader) headlessAs(b []byte, at int, f field, lost int) (from, to int) {
	size := 0
	if lost == lostSize {
		// What is left of the rowid, and the size of the header.
		rowid := at
		for rowid < min(len(b), at+8) && b[rowid] >= 0x80 {
			rowid++
		}
		if rowid > at {
			at = rowid + 1
		}
		if at >= len(b) {
			return 0, 0
		}
		size, at = int(b[at]), at+1
	}
	from = at
	r.serials = r.serials[:0]
	if lost == lostType {
		r.serials = append(r.serials, 0)
	}
	sum := int64(0)
	for len(r.serials) < f.width {
		s, n := varint(b[min(from, len(b)):])
		n8, ok := serialSize(s)
		if r.budget--; n == 0 || !ok || r.budget < 0 {
			return 0, 0
		}
		sum += n8
		from += n
		r.serials = append(r.serials, s)
	}
	left := int64(len(b) - from)
	if sum > left || sum == 0 || lost == lostSize && size != from-at+1 {
		return 0, 0
	}
	if lost == lostType && f.alias != 0 {
		// The first value is what the others leave of the block.
		r.serials[0] = 12 + 2*uint64(left-sum) // #nosec G115 -- not negative
		sum = left
	}
	if lost == lostType && sum+int64(from-at)+2 >= 128 || !r.legible(b[from:from+int(sum)]) {
		return 0, 0 // two bytes of the size and one each of rowid and header are no type lost
	}
	return from, from + int(sum)
}
