package sqlitefile

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// unit is the 16-bit unit at the beginning of b.
func (e encoding) unit(b []byte) rune {
	if e == utf16be {
		return rune(binary.BigEndian.Uint16(b))
	}
	return rune(binary.LittleEndian.Uint16(b))
}

// of is the encoding of the text b: e itself, or when that is unknown what the
// zeros in it say.
func (e encoding) of(b []byte) encoding {
	if e != unknown {
		return e
	}
	odd, even := 0, 0
	for i, c := range b[:min(len(b), 4096)] {
		if c == 0 && i&1 == 1 {
			odd++
		} else if c == 0 {
			even++
		}
	}
	switch {
	case len(b) < 2 || odd == even:
		return utf8Text
	case odd > even:
		return utf16le
	}
	return utf16be
}

// appendUTF8 appends text in e, UTF-16, as UTF-8 and returns how many bytes of b
// that is: all when last, otherwise without a unit or a pair that is not whole.
func (e encoding) appendUTF8(dst, b []byte, last bool) ([]byte, int) {
	i := 0
	for ; i+2 <= len(b); i += 2 {
		c := e.unit(b[i:])
		if c < utf8.RuneSelf {
			dst = append(dst, byte(c)) // #nosec G115 -- below 0x80
			continue
		}
		if utf16.IsSurrogate(c) {
			if i+4 > len(b) && !last && c < 0xdc00 {
				return dst, i
			}
			low := rune(utf8.RuneError)
			if i+4 <= len(b) {
				low = e.unit(b[i+2:])
			}
			if c = utf16.DecodeRune(c, low); c != utf8.RuneError {
				i += 2
			}
		}
		dst = utf8.AppendRune(dst, c)
	}
	if last && i < len(b) {
		dst, i = utf8.AppendRune(dst, utf8.RuneError), len(b)
	}
	return dst, i
}

// narrow turns text that may be UTF-16 into UTF-8, kept in r.row.
func (r *reader) narrow(b []byte) []byte {
	e := r.encoding.of(b)
	if e == utf8Text {
		return b
	}
	from := len(r.row)
	r.row, _ = e.appendUTF8(r.row, b, true)
	return r.row[from:len(r.row):len(r.row)]
}

// narrowing reads UTF-16 as UTF-8.
type narrowing struct {
	r        *reader
	src      io.Reader
	encoding encoding
	free     bool // what it makes is told to Spend elsewhere
	raw      [2048]byte
	kept     int // bytes in raw that were not whole characters
	text     []byte
	at       int // text[:at] has been read
	err      error
}

// Read makes a narrowing an io.Reader.
func (n *narrowing) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for n.at == len(n.text) {
		if n.err != nil {
			return 0, n.err
		}
		k, err := n.src.Read(n.raw[n.kept:])
		raw := n.raw[:n.kept+k]
		n.err, n.text, n.at = err, n.text[:0], 0
		if n.encoding = n.encoding.of(raw); n.encoding == utf8Text {
			n.text, k = append(n.text, raw...), len(raw)
		} else {
			n.text, k = n.encoding.appendUTF8(n.text, raw, err != nil)
			if !n.free {
				if err := n.r.spent(len(n.text)); err != nil {
					n.text, n.err = n.text[:0], err
				}
			}
		}
		n.kept = copy(n.raw[:], raw[k:])
	}
	k := copy(b, n.text[n.at:])
	n.at += k
	return k, nil
}

// isText reports whether b reads as text: no control characters but blanks.
func (r *reader) isText(b []byte) bool {
	e := r.encoding.of(b)
	if e == utf8Text {
		for _, c := range b {
			if c < ' ' && !blank(rune(c)) || c == 0x7f {
				return false
			}
		}
		return utf8.Valid(b)
	}
	for i := 0; i+2 <= len(b); i += 2 {
		if c := e.unit(b[i:]); c < ' ' && !blank(c) || c == 0x7f || c == 0xfffe || c == 0xffff {
			return false
		}
	}
	return len(b)&1 == 0
}

func blank(c rune) bool { return c == '\t' || c == '\n' || c == '\r' }

// appendText appends a text value, with line ends for what is not printable.
func (r *reader) appendText(dst, b []byte) []byte {
	e := r.encoding.of(b)
	if e == utf8Text {
		return appendPrintable(dst, b)
	}
	r.row, _ = e.appendUTF8(r.row[:0], b, true)
	return appendPrintable(dst, r.row)
}

// appendPrintable appends the printable characters of b, with one line end for
// each run of other bytes.
func appendPrintable(dst, b []byte) []byte {
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			from := i
			for i < len(b) && (b[i]-' ' < 0x7f-' ' || b[i] == '\t') {
				i++
			}
			dst = append(dst, b[from:i]...)
			if i > from {
				continue
			}
			i++
		} else {
			c, n := utf8.DecodeRune(b[i:])
			i += n
			if c >= 0xa0 && (c != utf8.RuneError || n == 3) {
				dst = append(dst, b[i-n:i]...)
				continue
			}
		}
		if n := len(dst); n > 0 && dst[n-1] != '\n' {
			dst = append(dst, '\n')
		}
	}
	return dst
}

// appendWide appends the printable runs of six characters or more that bytes
// in UTF-16 have at any place, odd or even, and those of single bytes, each on a line.
func appendWide(dst, b []byte, e encoding) []byte {
	for i := 0; i < len(b); {
		n := 0
		for _, as := range [...]encoding{utf16le, utf16be} {
			if e != unknown && e != as {
				continue
			}
			if n = as.run(b[i:]); n > 0 {
				dst, _ = as.appendUTF8(dst, b[i:i+n], true)
				break
			}
		}
		if n == 0 {
			for n < len(b)-i && b[i+n]-' ' < 0x7f-' ' {
				n++
			}
			if n < shortestRun {
				i++
				continue
			}
			dst = append(dst, b[i:i+n]...)
		}
		dst = append(dst, '\n')
		i += n
	}
	return dst
}

// run is the length in bytes of the printable run of six units or more that b
// begins with, 0 for none. Only letters of Europe and the Near East count: any two
// bytes are a character of some script.
func (e encoding) run(b []byte) int {
	i := 0
	for ; i+2 <= len(b); i += 2 {
		c := e.unit(b[i:])
		if c < ' ' && c != '\t' || c >= 0x7f && c < 0xa0 || c >= 0x600 && (c < 0x2010 || c > 0x2030) && c != '€' {
			break
		}
	}
	if i < 2*shortestRun {
		return 0
	}
	return i
}

// unfinished counts the bytes at the end of b that begin a UTF-8 character and
// do not end it.
func unfinished(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if utf8.FullRune(b[len(b)-i:]) {
				return 0
			}
			return i
		}
	}
	return 0
}
