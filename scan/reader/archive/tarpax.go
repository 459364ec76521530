package archive

import (
	"math"
	"strconv"
)

// readPax reads the records of a PAX header into p: "length key=value\n" each.
func (t *tarball) readPax(p *pending) {
	for t.left > 0 {
		n, digits := t.length()
		if n < 0 {
			if digits > 0 || !t.padded() {
				t.broken, p.damaged = true, true
			}
			return
		}
		if n -= int64(digits) + 1; n < 2 || n > t.left {
			t.broken, p.damaged = true, true
			return
		}
		key, used := t.key(n - 1)
		n -= used
		switch key {
		case "path":
			p.name = westernName(t.text(n - 1))
		case "GNU.sparse.name":
			p.sparse = westernName(t.text(n - 1))
		case "size":
			p.size = t.decimal(n-1, p)
		case "GNU.sparse.major":
			p.major = t.decimal(n-1, p) == 1
		case "GNU.sparse.offset":
			p.offset = t.decimal(n-1, p)
		case "GNU.sparse.numbytes":
			p.pieces = true
			if !p.cuts.add(p.offset, t.decimal(n-1, p)) {
				p.damaged = true
			}
		case "GNU.sparse.map":
			p.pieces = true
			t.sparseMap(n-1, p)
		default:
			t.drop(n - 1)
		}
		t.drop(1)
	}
}

// length reads the decimal length that a record begins with; -1 when there is
// none, and no digits when there is a zero byte in its place.
func (t *tarball) length() (n int64, digits int) {
	for t.left > 0 && digits < 18 {
		c, err := t.in.ReadByte()
		if err != nil {
			t.left = 0
			return -1, 1
		}
		t.left--
		switch {
		case c == ' ' && digits > 0:
			return n, digits
		case c == 0 && digits == 0:
			return -1, 0
		case c < '0' || c > '9':
			return -1, max(digits, 1)
		}
		n = n*10 + int64(c-'0')
		digits++
	}
	return -1, max(digits, 1)
}

// padded says that only zeros are left, as some programs leave them.
func (t *tarball) padded() bool {
	for t.left > 0 {
		c, err := t.in.ReadByte()
		if err != nil {
			return false
		}
		t.left--
		if c != 0 {
			return false
		}
	}
	return true
}

// key reads up to the equals sign, n bytes at most, and counts what it read. Of a
// longer key than any that matters only the start is kept.
func (t *tarball) key(n int64) (key string, used int64) {
	var buf [32]byte
	k := 0
	for used < n {
		c, err := t.in.ReadByte()
		if err != nil {
			t.left = 0
			break
		}
		t.left--
		used++
		if c == '=' {
			break
		}
		if k < len(buf) {
			buf[k] = c
			k++
		}
	}
	return string(buf[:k]), used
}

// text reads n bytes and returns those before a zero, of at most maxName.
func (t *tarball) text(n int64) []byte {
	buf := make([]byte, min(n, maxName, t.left))
	for i := range buf {
		c, err := t.in.ReadByte()
		if err != nil {
			t.left = 0
			return until0(buf[:i])
		}
		buf[i] = c
	}
	t.left -= int64(len(buf))
	t.drop(n - int64(len(buf)))
	return until0(buf)
}

// drop skips n bytes.
func (t *tarball) drop(n int64) {
	n = min(n, t.left)
	if t.in.skip(n) < n {
		t.broken, t.left = true, 0
		return
	}
	t.left -= n
}

// decimal reads a number of n digits; -1, and p is damaged, when it is none.
func (t *tarball) decimal(n int64, p *pending) int64 {
	v, err := strconv.ParseInt(string(t.text(n)), 10, 64)
	if err != nil || v < 0 || v > math.MaxInt64/4 {
		p.damaged = true
		return -1
	}
	return v
}

// sparseMap reads the map of PAX format 0.1, n bytes of numbers with commas.
func (t *tarball) sparseMap(n int64, p *pending) {
	var v, off int64
	second := false
	for i := int64(0); i <= n && t.left > 0; i++ {
		c := byte(',')
		if i < n {
			var err error
			if c, err = t.in.ReadByte(); err != nil {
				t.left = 0
				return
			}
			t.left--
		}
		switch {
		case c == ',' && second:
			if !p.cuts.add(off, v) {
				p.damaged = true
			}
			second, v = false, 0
		case c == ',':
			off, v, second = v, 0, true
		case c < '0' || c > '9' || v > math.MaxInt64/16:
			p.damaged = true
		default:
			v = v*10 + int64(c-'0')
		}
	}
}
