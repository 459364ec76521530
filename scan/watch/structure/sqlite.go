package structure

import "encoding/binary"

// sqlite looks at the pages that are held: a page of a tree begins with one of
// four numbers and its records say how long they are, one of an overflow or
// free chain begins with the number of another page.
// Source: https://www.sqlite.org/fileformat2.html, checked 2026-11-28.
func (b *body) sqlite() bool {
	p := b.head
	if len(p) < 100 {
		return false
	}
	size := int(binary.BigEndian.Uint16(p[16:]))
	if size == 1 {
		size = 65536
	}
	reserved := int(p[20])
	if size < 512 || size&(size-1) != 0 || size-reserved < 480 {
		return false
	}
	pages := uint64(b.size)/uint64(size) + 1 //nolint:gosec // both are positive
	seen, bad := 0, 0
	for at := 0; at+size <= len(p); at += size {
		start := 0
		if at == 0 {
			start = 100
		}
		seen++
		if !page(p[at:at+size], start, size-reserved, pages) {
			if at == 0 {
				return false
			}
			bad++
		}
	}
	// A page that is written just now may be half new: one in many is no sign.
	return bad == 0 || bad == 1 && seen > 40
}

// page checks one page whose header is at start and of which usable bytes may
// be used.
func page(q []byte, start, usable int, pages uint64) bool {
	kind := q[start]
	switch kind {
	case 2, 5, 10, 13:
		return tree(q, start, usable, kind)
	}
	return start == 0 && (uint64(binary.BigEndian.Uint32(q)) <= pages || pointerMap(q[:usable], pages))
}

// tree checks the cells of a page of a table (13) or an index (10); of inner
// pages (5 and 2) only where the cells are.
func tree(q []byte, start, usable int, kind byte) bool {
	n := int(binary.BigEndian.Uint16(q[start+3:]))
	list := start + 8
	if kind < 8 {
		list += 4
	}
	if list+2*n > usable {
		return false
	}
	for i := range n {
		at := int(binary.BigEndian.Uint16(q[list+2*i:]))
		if at < list+2*n || at >= usable {
			return false
		}
		if kind >= 8 && !record(q[at:usable], kind == 13) {
			return false
		}
	}
	return true
}

// record checks one cell: what its header says of the columns adds up to what
// the cell says of itself. A header that goes on elsewhere passes.
func record(c []byte, row bool) bool {
	payload, c, ok := varint(c)
	if !ok || payload > 1<<31 {
		return false
	}
	if row {
		if _, c, ok = varint(c); !ok {
			return false
		}
	}
	header, rest, ok := varint(c)
	if !ok || header < uint64(len(c)-len(rest)) || //nolint:gosec // rest is a part of c
		header > payload {
		return false
	}
	if header > uint64(len(c)) {
		return true
	}
	types := rest[:int(header)-(len(c)-len(rest))] //nolint:gosec // no longer than c
	sum := header
	for len(types) > 0 {
		var t uint64
		if t, types, ok = varint(types); !ok {
			return false
		}
		switch {
		case t == 10 || t == 11:
			return false
		case t >= 12:
			sum += (t - 12) / 2
		case t == 5:
			sum += 6
		case t == 6 || t == 7:
			sum += 8
		case t <= 4:
			sum += t
		}
	}
	return sum == payload
}

// varint reads a number of SQLite: up to nine bytes, the first bits first.
func varint(p []byte) (n uint64, rest []byte, ok bool) {
	for i := range min(len(p), 9) {
		if i == 8 {
			return n<<8 | uint64(p[i]), p[9:], true
		}
		n = n<<7 | uint64(p[i]&0x7f)
		if p[i] < 0x80 {
			return n, p[i+1:], true
		}
	}
	return 0, nil, false
}

// pointerMap reports whether a page could be a map of pointers: entries of a
// number from 1 to 5 and a page.
func pointerMap(q []byte, pages uint64) bool {
	for i := 0; i+5 <= len(q); i += 5 {
		if q[i] > 5 || uint64(binary.BigEndian.Uint32(q[i+1:])) > pages {
			return false
		}
	}
	return true
}
