package mime

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxToken    = 127 // bytes of a type, a charset, a transfer encoding
	maxSegments = 64  // parameters looked at in one field
)

// segment is a parameter, or one piece of it (RFC 2231, 3).
type segment struct {
	key   string // one of the keys of keyOf
	index int    // -1 for a whole one
	ext   bool   // percent-encoded, the first with a charset (RFC 2231, 4)
	value []byte // in header.raw
}

// contentType reads the value of a Content-Type (RFC 2045, 5.1).
func (rd *reader) contentType(m *meta, value []byte) {
	typ := rd.params(value)
	if m.typ = typ; !validType(typ) {
		m.typ = ""
	}
	m.boundary, _ = rd.param("boundary")
	m.boundary = bytes.TrimRight(m.boundary, " \t")
	if len(m.boundary) > maxBoundary {
		m.boundary = nil
	}
	m.charset = rd.tokenParam("charset")
	m.smime = rd.tokenParam("smime-type")
	m.typeName = rd.nameParam("name")
}

// disposition reads the value of a Content-Disposition (RFC 2183).
func (rd *reader) disposition(m *meta, value []byte) {
	typ := rd.params(value)
	m.attachment = typ != "" && typ != "inline"
	m.name = rd.nameParam("filename")
}

func validType(typ string) bool {
	kind, sub, ok := strings.Cut(typ, "/")
	return ok && kind != "" && sub != "" && !strings.ContainsFunc(typ, func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune(`"\,=<>[]?:`, c)
	}) && !strings.Contains(sub, "/")
}

// params finds the parameters of a field and returns what stands before them.
// They are good as long as the field.
func (rd *reader) params(value []byte) string {
	h := &rd.hdr
	h.segs = h.segs[:0]
	first := token(value)
	_, rest := cutValue(value, false)
	for len(h.segs) < maxSegments {
		rest = bytes.TrimLeft(skipBlanks(rest), "; \t")
		rest = skipBlanks(rest)
		if len(rest) == 0 {
			break
		}
		n := bytes.IndexAny(rest, "=;")
		if n < 0 {
			break
		}
		if rest[n] == ';' {
			rest = rest[n+1:]
			continue
		}
		seg, ok := keyOf(bytes.TrimSpace(rest[:n]))
		seg.value, rest = cutValue(rest[n+1:], strings.HasSuffix(seg.key, "name"))
		if ok {
			h.segs = append(h.segs, seg)
		}
	}
	return first
}

// keyOf reads the key of a parameter: "name", "name*", "name*0" or "name*0*".
func keyOf(b []byte) (segment, bool) {
	seg := segment{index: -1}
	if rest, ok := bytes.CutSuffix(b, []byte("*")); ok {
		seg.ext, b = true, rest
	}
	if i := bytes.IndexByte(b, '*'); i >= 0 {
		digits := b[i+1:]
		if len(digits) == 0 || len(digits) > 3 || !isCount(digits) {
			return seg, false
		}
		seg.index = 0
		for _, c := range digits {
			seg.index = seg.index*10 + int(c-'0')
		}
		b = b[:i]
	}
	for _, key := range [...]string{"boundary", "charset", "name", "filename", "smime-type"} {
		if len(b) == len(key) && bytes.EqualFold(b, []byte(key)) {
			seg.key = key
			return seg, true
		}
	}
	return seg, false
}

// cutValue cuts the value of a parameter off: a quoted string, which is unquoted
// in place, or all up to the next semicolon; of that only the first word, unless
// it is a file name.
func cutValue(b []byte, name bool) (value, rest []byte) {
	b = skipBlanks(b)
	if len(b) > 0 && b[0] == '"' {
		return cutQuoted(b[1:])
	}
	n := bytes.IndexByte(b, ';')
	if n < 0 {
		n = len(b)
	}
	value, rest = b[:n], b[n:]
	if i := bytes.IndexAny(value, " \t("); i >= 0 && !name {
		// a comment may hold a semicolon
		return value[:i], skipBlanks(b[i:])
	}
	return bytes.TrimSpace(value), rest
}

// cutQuoted cuts a quoted string off b, which begins behind its first quote.
// A backslash stands for itself unless it quotes: \" or \\.
func cutQuoted(b []byte) (value, rest []byte) {
	w := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '"' {
			return b[:w], b[i+1:]
		}
		if c == '\\' && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\') {
			i++
			c = b[i]
		}
		b[w] = c
		w++
	}
	return b[:w], nil
}

// skipBlanks leaves out blanks and comments (RFC 822, 3.4.3) before b.
func skipBlanks(b []byte) []byte {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '(':
			depth++
		case depth > 0 && c == ')':
			depth--
		case depth > 0 && c == '\\':
			i++
		case depth == 0 && c != ' ' && c != '\t':
			return b[i:]
		}
	}
	return nil
}

// param puts the value of a parameter together: the encoded form before the
// one in pieces, and that before the plain one.
func (rd *reader) param(key string) (value []byte, plain bool) {
	var whole *segment
	pieces := false
	for i := range rd.hdr.segs {
		seg := &rd.hdr.segs[i]
		if seg.key != key {
			continue
		}
		pieces = pieces || seg.index == 0
		if seg.index < 0 && (whole == nil || seg.ext && !whole.ext) {
			whole = seg
		}
	}
	switch {
	case whole != nil && (whole.ext || !pieces):
		if !whole.ext {
			return bytes.Clone(whole.value), true
		}
		charset, b := cutCharset(whole.value)
		return rd.sets.append(nil, charset, unpercent(nil, b)), false
	case pieces:
		return rd.joined(key)
	}
	return nil, true
}

// joined joins the pieces of a parameter.
func (rd *reader) joined(key string) (value []byte, plain bool) {
	charset := ""
	plain = true
	for want := 0; ; want++ {
		i := slices.IndexFunc(rd.hdr.segs, func(s segment) bool { return s.key == key && s.index == want })
		if i < 0 {
			break
		}
		seg := rd.hdr.segs[i]
		if !seg.ext {
			value = append(value, seg.value...)
			continue
		}
		plain = false
		b := seg.value
		if want == 0 {
			charset, b = cutCharset(b)
		}
		value = unpercent(value, b)
	}
	if plain {
		return value, true
	}
	return rd.sets.append(nil, charset, value), false
}

// cutCharset cuts charset'language' off an encoded value.
func cutCharset(b []byte) (charset string, rest []byte) {
	name, tail, ok := bytes.Cut(b, []byte("'"))
	if !ok || len(name) > maxToken {
		return "", b
	}
	if _, rest, ok = bytes.Cut(tail, []byte("'")); !ok {
		return "", b
	}
	return strings.ToLower(string(name)), rest
}

func unpercent(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) && hexes[b[i+1]]|hexes[b[i+2]] < 16 {
			dst = append(dst, hexes[b[i+1]]<<4|hexes[b[i+2]])
			i += 2
			continue
		}
		dst = append(dst, b[i])
	}
	return dst
}

func (rd *reader) tokenParam(key string) string {
	v, _ := rd.param(key)
	return strings.ToLower(string(v[:min(len(v), maxToken)]))
}

// nameParam is a file name: decoded, with no path before it and no control
// characters in it, and not too long.
func (rd *reader) nameParam(key string) string {
	v, plain := rd.param(key)
	if plain {
		v = rd.appendWords(nil, v)
	}
	return cleanName(v)
}

func cleanName(b []byte) string {
	b = b[bytes.LastIndexAny(b, "/\\")+1:]
	clean := make([]byte, 0, min(len(b), maxName))
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		if !unicode.IsControl(c) && c != utf8.RuneError && c != '\u2028' && c != '\u2029' {
			clean = append(clean, b[:size]...)
		}
		b = b[size:]
	}
	clean = bytes.TrimSpace(clean)
	if len(clean) > maxName {
		clean = shorten(clean)
	}
	if string(clean) == "." || string(clean) == ".." {
		return ""
	}
	return string(clean)
}

// shorten cuts a name to maxName bytes, out of its middle: its ending stays.
func shorten(name []byte) []byte {
	ending := name[bytes.LastIndexByte(name, '.')+1:]
	if len(ending) > 16 || len(ending) == len(name) {
		ending = nil
	} else {
		ending = name[len(name)-len(ending)-1:]
	}
	n := maxName - len(ending)
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return append(bytes.Clone(name[:n]), ending...)
}
