package mime

import (
	"bytes"
	"io"
)

// decoder gives the content of a part.
type decoder interface {
	// fill decodes into dst, which has room for minFill bytes or more. It returns
	// io.EOF, and no bytes, at the end of the content, and never 0 without it.
	fill(dst []byte) (int, error)
}

const (
	minFill = 256     // bytes
	maxSide = 4 << 10 // bytes of text kept that stands in the middle of base64
)

// sextets are the values of the digits of base64 (RFC 4648, 4 and 5); 64 says that
// a byte is none.
var sextets = func() (t [256]byte) {
	for i := range t {
		t[i] = 64
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	return t
}()

// hexes are the values of hexadecimal digits; 16 says that a byte is none.
var hexes = func() (t [256]byte) {
	for i := range t {
		t[i] = 16
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	for i, c := range []byte("ABCDEF") {
		t[c] = byte(10 + i)
	}
	return t
}()

// asIs gives content that is not encoded. The line end before a boundary is not
// of the content.
type asIs struct {
	s     *scope
	held  [2]byte
	nheld int
	uu    bool       // look for attachments in the text
	found attachment // the one before which the text ended
}

func (d *asIs) fill(dst []byte) (int, error) {
	n := 0
	for n < len(dst)-len(d.held) {
		text, eol, ok := d.s.peek()
		if !ok {
			if d.s.closes() {
				n += d.release(dst[n:])
			}
			break
		}
		if d.uu && !d.s.mid && len(text) > 0 && (text[0] == 'b' || text[0] == '=') {
			if d.found = begins(d.s, text, eol); d.found.kind != noAttachment {
				n += d.release(dst[n:])
				break
			}
		}
		n += d.release(dst[n:])
		m := copy(dst[n:], text)
		n += m
		if m < len(text) {
			d.s.take(m, 0)
			break
		}
		if eol > 0 {
			d.nheld = copy(d.held[:], d.s.after(m)[:eol])
		}
		d.s.take(m, eol)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (d *asIs) release(dst []byte) int {
	n := copy(dst, d.held[:d.nheld])
	d.nheld = 0
	return n
}

// quoted gives content in quoted-printable (RFC 2045, 6.7), however broken: an =
// that introduces nothing stands for itself.
type quoted struct {
	s     *scope
	held  [2]byte
	nheld int
}

func (d *quoted) fill(dst []byte) (int, error) {
	n := 0
	for n < len(dst)-len(d.held) {
		text, eol, ok := d.s.peek()
		if !ok {
			if d.s.closes() {
				n += copy(dst[n:], d.held[:d.nheld])
				d.nheld = 0
			}
			break
		}
		n += copy(dst[n:], d.held[:d.nheld])
		d.nheld = 0
		ended := eol > 0 || d.s.eof && len(d.s.after(len(text))) == 0 || len(text) < 3
		line, soft := text, false
		if ended {
			line = bytes.TrimRight(text, " \t")
			if soft = len(line) > 0 && line[len(line)-1] == '='; soft {
				line = line[:len(line)-1]
			}
		}
		nd, ns := unquote(dst[n:], line, ended)
		n += nd
		if ns < len(line) || !ended {
			d.s.take(ns, 0)
			continue
		}
		if eol > 0 && !soft {
			d.nheld = copy(d.held[:], d.s.after(len(text))[:eol])
		}
		d.s.take(len(text), eol)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// unquote decodes part of a line, up to an = of which the digits are not there
// yet where the line goes on.
func unquote(dst, src []byte, ended bool) (nd, ns int) {
	for nd < len(dst) && ns < len(src) {
		if src[ns] != '=' {
			run := src[ns:min(len(src), ns+len(dst)-nd)]
			if i := bytes.IndexByte(run, '='); i >= 0 {
				run = run[:i]
			}
			nd += copy(dst[nd:], run)
			ns += len(run)
			continue
		}
		switch {
		case ns+2 < len(src) && hexes[src[ns+1]]|hexes[src[ns+2]] < 16:
			dst[nd] = hexes[src[ns+1]]<<4 | hexes[src[ns+2]]
			ns += 3
		case ns+2 >= len(src) && !ended:
			return nd, ns
		default:
			dst[nd] = '='
			ns++
		}
		nd++
	}
	return nd, ns
}

// base64 gives content in base64 (RFC 2045, 6.8). Bytes that are no digits of it
// are passed over, also a missing or an early padding. Whole lines of other text,
// such as a mailing list adds, are kept aside.
type base64 struct {
	s     *scope
	q     quanta
	ended bool
	side  []byte // lines of other text
	lost  bool   // there was more of it than is kept
}

func (d *base64) fill(dst []byte) (int, error) {
	n := 0
	for len(dst)-n >= 6 {
		text, eol, ok := d.s.peek()
		if !ok {
			if !d.ended {
				d.ended = true
				n += d.q.end(dst[n:])
			}
			break
		}
		part := text[:min(len(text), (len(dst)-n-3)/3*4)]
		if len(part) < len(text) {
			eol = 0
		}
		before := d.q
		nd, clean := d.q.decode(dst[n:], part)
		if !clean && !d.s.mid && foreign(text) {
			d.q = before
			d.aside(text)
			d.s.takeLine()
			continue
		}
		n += nd
		d.s.take(len(part), eol)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (d *base64) aside(line []byte) {
	d.lost = d.lost || len(line)+1 > maxSide-len(d.side) || len(line) >= lookahead
	if !d.lost {
		d.side = append(append(d.side, line...), '\n')
	}
}

// foreign tells a line of text that is no base64: too much of what is
// looked at of it is no digit.
func foreign(line []byte) bool {
	line = bytes.TrimSpace(line[:min(len(line), 1024)])
	odd := 0
	for _, c := range line {
		if sextets[c] >= 64 && c != '=' {
			odd++
		}
	}
	return strange(odd, len(line))
}

// quanta decodes base64, four digits at a time.
type quanta struct {
	bits uint32
	n    int // digits in bits, up to 3
}

// decode decodes src, and tells whether it was digits only. dst must have room
// for 3 bytes for each 4 of src, and 3 more.
func (q *quanta) decode(dst, src []byte) (nd int, clean bool) {
	clean = true
	if q.n > 0 {
		k := min(4-q.n, len(src))
		nd = q.slow(dst, src[:k])
		src, clean = src[k:], q.n == 0
	}
	for clean && len(src) >= 4 {
		a, b, c, d := sextets[src[0]], sextets[src[1]], sextets[src[2]], sextets[src[3]]
		if clean = (a|b|c|d)&64 == 0; !clean {
			break
		}
		v := uint32(a)<<18 | uint32(b)<<12 | uint32(c)<<6 | uint32(d)
		out := dst[nd : nd+3 : nd+3]
		out[0], out[1], out[2] = byte(v>>16&0xff), byte(v>>8&0xff), byte(v&0xff)
		src = src[4:]
		nd += 3
	}
	for _, c := range src {
		clean = clean && sextets[c] < 64
	}
	return nd + q.slow(dst[nd:], src), clean
}

// slow decodes src, whatever it is.
func (q *quanta) slow(dst, src []byte) (nd int) {
	for _, c := range src {
		if c == '=' {
			nd += q.end(dst[nd:])
			continue
		}
		v := sextets[c]
		if v >= 64 {
			switch c {
			case '-':
				v = 62
			case '_':
				v = 63
			default:
				continue
			}
		}
		q.bits = q.bits<<6 | uint32(v)
		if q.n++; q.n == 4 {
			dst[nd], dst[nd+1], dst[nd+2] = byte(q.bits>>16&0xff), byte(q.bits>>8&0xff), byte(q.bits&0xff)
			nd += 3
			q.bits, q.n = 0, 0
		}
	}
	return nd
}

// end decodes the digits that are left.
func (q *quanta) end(dst []byte) (nd int) {
	switch q.n {
	case 2:
		dst[0] = byte(q.bits >> 4 & 0xff)
		nd = 1
	case 3:
		dst[0], dst[1] = byte(q.bits>>10&0xff), byte(q.bits>>2&0xff)
		nd = 2
	}
	q.bits, q.n = 0, 0
	return nd
}

// isBase64 tells whether what comes next in s, up to a boundary, can be base64.
func isBase64(s *scope) bool {
	if _, _, ok := s.peek(); !ok {
		return true
	}
	odd, all, rows := 0, 0, 0
	for line := range bytes.Lines(s.after(0)) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("--")) && rows == 0 {
			return false
		}
		if rows == 8 || bytes.HasPrefix(line, []byte("--")) || rows > 0 && len(line) == 0 {
			break
		}
		for _, c := range line {
			all++
			if sextets[c] >= 64 && c != '=' && c != '-' && c != '_' {
				odd++
			}
		}
		if len(line) > 0 {
			rows++
		}
		if bytes.HasSuffix(line, []byte("=")) {
			break // its end; what follows is not of it
		}
	}
	return !strange(odd, all)
}

// strange tells whether odd bytes of all are too many for base64 with rubbish in it.
func strange(odd, all int) bool { return odd > 1 && odd*12 > all }
