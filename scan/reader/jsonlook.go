package reader

import "bytes"

// looksJSON tells whether a text is JSON: it begins with an object or an array
// that is well formed as far as b goes and followed by nothing else than other
// ones, or with an object whose first name is followed by a colon. In a file
// called .json the first bracket is enough. last says that the text ends with b.
func looksJSON(b []byte, last bool, ext string) bool {
	const looked = 64 << 10
	if len(b) > looked {
		b, last = b[:looked], false
	}
	l := look{b: b, last: last}
	l.blanks()
	if l.i == len(b) || b[l.i] != '{' && b[l.i] != '[' {
		return false
	}
	switch ext {
	case "json", "jsonl", "ndjson", "geojson":
		return true
	}
	l.value(0)
	switch {
	case l.named:
		return true
	case l.wrong:
		return false
	case l.i == len(b):
		return true
	}
	l.blanks()
	return l.i == len(b) || b[l.i] == '{' || b[l.i] == '['
}

// look goes through the beginning of what may be JSON.
type look struct {
	b     []byte
	i     int
	last  bool
	wrong bool // it is not JSON
	named bool // an object with a name and a colon has been seen
}

func (l *look) blanks() {
	for l.i < len(l.b) && (l.b[l.i] == ' ' || l.b[l.i] >= '\t' && l.b[l.i] <= '\r') {
		l.i++
	}
}

// value goes over one value; at most 64 levels are looked into.
func (l *look) value(depth int) {
	l.blanks()
	if l.i == len(l.b) || depth > 64 {
		l.wrong = l.wrong || l.last && l.i == len(l.b)
		l.i = len(l.b)
		return
	}
	switch c := l.b[l.i]; {
	case c == '{':
		l.list(depth, '}', true)
	case c == '[':
		l.list(depth, ']', false)
	case c == '"':
		l.text()
	case bare(c):
		from := l.i
		for l.i < len(l.b) && bare(l.b[l.i]) {
			l.i++
		}
		word := l.b[from:l.i]
		l.wrong = !digit(c) && c != '-' && !wordValue(word) && l.i < len(l.b)
	default:
		l.wrong = true
	}
}

// list goes over an object or an array.
func (l *look) list(depth int, end byte, object bool) {
	l.i++
	for first := true; ; first = false {
		l.blanks()
		if l.i == len(l.b) {
			l.wrong = l.wrong || l.last
			return
		}
		if l.b[l.i] == end {
			l.i++
			return
		}
		if !first {
			if l.b[l.i] != ',' {
				l.wrong = true
				return
			}
			l.i++
			l.blanks()
		}
		if object && !l.name() {
			return
		}
		if l.value(depth + 1); l.wrong || l.named || l.i == len(l.b) {
			return
		}
	}
}

// name goes over a name and its colon.
func (l *look) name() bool {
	if l.i == len(l.b) || l.b[l.i] != '"' {
		l.wrong = true
		return false
	}
	if l.text(); l.i == len(l.b) {
		return false
	}
	l.blanks()
	if l.i == len(l.b) || l.b[l.i] != ':' {
		l.wrong = true
		return false
	}
	l.i++
	l.named = true
	return true
}

// text goes over a string.
func (l *look) text() {
	for l.i++; l.i < len(l.b); l.i++ {
		switch l.b[l.i] {
		case '"':
			l.i++
			return
		case '\\':
			l.i++
		}
	}
	l.i = len(l.b)
	l.wrong = l.wrong || l.last || bytes.IndexByte(l.b, '"') < 0
}
