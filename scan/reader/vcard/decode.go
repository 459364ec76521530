package vcard

import (
	"bytes"
	"encoding/base64"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// charset keeps the decoder of the charset that was used last.
type charset struct {
	name string
	dec  *encoding.Decoder // nil for UTF-8, or what cannot be read
}

// of finds the charset that a property names.
func (c *charset) of(p *property) *encoding.Decoder {
	name := ""
	if !p.long {
		p.eachParam(func(key, value []byte) {
			if bytes.EqualFold(key, []byte("CHARSET")) && len(value) < maxName {
				name = string(value)
			}
		})
	} else {
		name = c.name // of the beginning of the same property
	}
	if name != c.name {
		c.name, c.dec = name, nil
		enc, err := htmlindex.Get(name)
		if err == nil && enc != encoding.Replacement {
			c.dec = enc.NewDecoder()
		}
	}
	return c.dec
}

// decode appends a value to dst: decoded from base64 or quoted-printable, and then
// from its charset; the rest of the file is UTF-8 already.
func (r *reader) decode(dst, raw []byte, p *property) []byte {
	switch {
	case p.b64:
		r.part = r.part[:0]
		for _, c := range raw {
			if c > ' ' && c != '=' {
				r.part = append(r.part, c)
			}
		}
		if len(r.part)%4 == 1 { // a digit too many
			r.part = r.part[:len(r.part)-1]
		}
		out, err := base64.RawStdEncoding.AppendDecode(dst, r.part)
		if err != nil {
			return append(out[:len(dst)], raw...)
		}
		return out
	case p.qp:
		r.part = unquote(r.part[:0], raw)
		if dec := r.sets.of(p); dec != nil {
			if b, err := dec.Bytes(r.part); err == nil {
				return r.unescape(dst, b)
			}
		}
		return r.unescape(dst, r.part)
	}
	return r.unescape(dst, raw)
}

// unquote decodes quoted-printable (RFC 2045, 6.7), without its line breaks.
func unquote(dst, b []byte) []byte {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '=')
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		if b = b[i:]; len(b) > 2 && hex(b[1]) < 16 && hex(b[2]) < 16 {
			dst = append(dst, hex(b[1])<<4|hex(b[2]))
			b = b[3:]
			continue
		}
		dst = append(dst, '=')
		b = b[1:]
	}
	return dst
}

// unpercent decodes the percent signs of an address, in place. Bytes that are no UTF-8
// stay as they are written.
func unpercent(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); {
		var c [utf8.UTFMax]byte
		n := 0
		for at := i; n < len(c) && escaped(b, at); at += 3 {
			c[n] = hex(b[at+1])<<4 | hex(b[at+2])
			n++
		}
		if r, size := utf8.DecodeRune(c[:n]); r != utf8.RuneError || size > 1 {
			out = append(out, c[:size]...)
			i += 3 * size
			continue
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// escaped tells whether %xx stands at i.
func escaped(b []byte, i int) bool {
	return i+2 < len(b) && b[i] == '%' && hex(b[i+1]) < 16 && hex(b[i+2]) < 16
}

func hex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// unescape appends b to dst without the backslashes of RFC 6350, 3.4. Bytes that are
// not UTF-8 are taken as Windows-1252.
func (r *reader) unescape(dst, b []byte) []byte {
	n := len(dst)
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 || i+1 == len(b) {
			dst = append(dst, b...)
			break
		}
		dst = append(dst, b[:i]...)
		switch c := b[i+1]; c {
		case 'n', 'N':
			dst = append(dst, '\n')
		case '\\', ',', ';', ':', '"':
			dst = append(dst, c)
		default:
			dst = append(dst, '\\', c)
		}
		b = b[i+2:]
	}
	return r.western(dst, n)
}

// western takes the bytes of dst from n on that are not UTF-8 as Windows-1252.
func (r *reader) western(dst []byte, n int) []byte {
	if utf8.Valid(dst[n:]) {
		return dst
	}
	r.mixed = append(r.mixed[:0], dst[n:]...)
	old := r.mixed
	dst = dst[:n]
	for len(old) > 0 {
		c, size := utf8.DecodeRune(old)
		if c == utf8.RuneError && size == 1 {
			c = charmap.Windows1252.DecodeByte(old[0])
		}
		dst = utf8.AppendRune(dst, c)
		old = old[size:]
	}
	return dst
}
