package office

import "bytes"

// open takes the tag that begins an element.
func (w *walker) open() token {
	for !w.parse() {
		if w.fill() {
			// So that a long tag is not parsed again for every bit of it.
			for len(w.buf)-w.end >= 16 && w.fill() {
				continue
			}
			continue
		}
		switch {
		case len(w.buf)-w.end >= 16: // the part has ended
			w.pos, w.broken = w.end, true
			return atEnd
		case len(w.buf) < maxTag:
			b := make([]byte, 2*len(w.buf))
			copy(b, w.buf[:w.end])
			w.buf = b
		default:
			w.passTag()
			w.depth++
			w.begun = true
			return atOpen
		}
	}
	w.depth++
	w.begun = true
	return atOpen
}

// passTag passes over a tag that is too long; of it the name is kept.
func (w *walker) passTag() {
	w.over = true
	i := w.pos + 1
	for i < w.end && !endsName(w.buf[i]) && i-w.pos < maxName {
		i++
	}
	w.long = append(w.long[:0], w.buf[w.pos+1:i]...)
	w.pos = i
	w.name, w.attrs, w.empty = local(w.long), w.attrs[:0], false
	quote, last := byte(0), byte(0)
	for {
		for w.pos < w.end {
			c := w.buf[w.pos]
			w.pos++
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				w.empty = last == '/'
				return
			}
			last = c
		}
		if !w.fill() {
			w.broken = true
			return
		}
	}
}

// parse takes the tag apart. It reports false when the window ends before it.
func (w *walker) parse() bool {
	b := w.buf[w.pos:w.end]
	i, from := 1, 1
	for i < len(b) && !endsName(b[i]) {
		if b[i] == ':' {
			from = i + 1
		}
		i++
	}
	nameFrom, nameTo := from, i
	w.attrs = w.attrs[:0]
	for {
		for i < len(b) && b[i] <= ' ' {
			i++
		}
		if i+1 >= len(b) {
			if i < len(b) && b[i] == '>' {
				break
			}
			return false
		}
		if b[i] == '>' {
			break
		}
		if b[i] == '/' && b[i+1] == '>' {
			w.empty = true
			i++
			break
		}
		if b[i] == '<' {
			// The tag was never closed.
			w.broken = true
			i--
			break
		}
		next := w.attribute(b, i)
		if next < 0 {
			return false
		}
		i = next
	}
	w.tag, w.name = b, b[nameFrom:nameTo]
	w.pos += i + 1
	return true
}

// attribute takes the attribute that begins at i and returns where it ends, or
// -1 when the window ends before that.
func (w *walker) attribute(b []byte, i int) int {
	a := attr{name: int32(i)} //nolint:gosec // within maxTag
	for i < len(b) && !endsName(b[i]) {
		if b[i] == ':' {
			a.name, a.prefixed = int32(i+1), true //nolint:gosec // within maxTag
		}
		i++
	}
	a.nameEnd = int32(i) //nolint:gosec // within maxTag
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	if i >= len(b) {
		return -1
	}
	if b[i] != '=' {
		w.broken = true
		if b[i] == '>' || b[i] == '<' || a.nameEnd > a.name {
			return i
		}
		return i + 1
	}
	i++
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	if i >= len(b) {
		return -1
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		w.broken = true
		return i
	}
	i++
	n := bytes.IndexByte(b[i:], quote)
	if n < 0 {
		return -1
	}
	a.value, a.valueEnd = int32(i), int32(i+n) //nolint:gosec // within maxTag
	if len(w.attrs) < maxAttrs {
		w.attrs = append(w.attrs, a)
	} else {
		w.over = true
	}
	return i + n + 1
}

// endsName tells the characters that end a name in a tag.
func endsName(c byte) bool {
	return c <= ' ' || c == '=' || c == '>' || c == '/' || c == '<' || c == '"' || c == '\''
}

// local is a name without its prefix.
func local(name []byte) []byte {
	return name[bytes.LastIndexByte(name, ':')+1:]
}

// shut takes the tag that ends an element.
func (w *walker) shut() token {
	for {
		b := w.buf[w.pos:w.end]
		if i := bytes.IndexByte(b, '>'); i >= 0 {
			name := b[2:i]
			for len(name) > 0 && name[len(name)-1] <= ' ' {
				name = name[:len(name)-1]
			}
			w.name = local(name)
			w.pos += i + 1
			break
		}
		if len(b) > maxName {
			w.broken = true
			w.name = nil
			w.skip(">")
			break
		}
		if !w.fill() {
			w.pos, w.broken = w.end, true
			return atEnd
		}
	}
	if w.depth == 0 {
		w.broken = true
		return atEnd
	}
	w.depth--
	return atShut
}

// attr is the value of the attribute of the given local name, as it is written,
// nil when the tag has none.
func (w *walker) attr(name string) []byte {
	for _, a := range w.attrs {
		if string(w.tag[a.name:a.nameEnd]) == name {
			return w.tag[a.value:a.valueEnd:a.valueEnd]
		}
	}
	return nil
}

// prefixedAttr is like attr, for one that has a prefix.
func (w *walker) prefixedAttr(name string) []byte {
	for _, a := range w.attrs {
		if a.prefixed && string(w.tag[a.name:a.nameEnd]) == name {
			return w.tag[a.value:a.valueEnd:a.valueEnd]
		}
	}
	return nil
}

// leave passes over the rest of the element that was opened last.
func (w *walker) leave() { w.leaveTo(w.depth) }

// leaveTo passes over the rest of the element that was opened at depth.
func (w *walker) leaveTo(depth int) {
	for {
		switch w.next() {
		case atEnd:
			return
		case atShut:
			if w.depth < depth {
				return
			}
		}
	}
}
