package sqlitefile

import (
	"bytes"
	"io"
)

// recovered is the payload of a cell that is no live row. Its overflow pages may be
// claimed only when all that is live is known.
func (r *reader) recovered(c cell) payload {
	p := r.payload(c)
	if !r.follow {
		p.next = 0
	}
	return p
}

// handLines hands over the values of a whole cell, each on a line of its own.
func (r *reader) handLines(c cell) error {
	r.in = r.recovered(c)
	r.header(&r.in)
	return r.handValues(&r.in)
}

// handValues hands over the values whose serial types are in r.serials, each on a
// line of its own; p stands behind the header.
func (r *reader) handValues(p *payload) error {
	for _, s := range r.serials {
		size, ok := serialSize(s)
		if !ok || size > p.left {
			break
		}
		if s > 0 && s < 12 {
			r.rem = appendNumber(r.rem, s, r.digits(p, int(size)))
			r.endLine()
			continue
		}
		if err := r.handLine(p, size, isText(s)); err != nil {
			return err
		}
		if p.err != nil {
			return p.err
		}
	}
	if r.follow {
		return r.restLines(p)
	}
	return r.spill()
}

// restLines hands over what stands behind the values of a cell in its last overflow page.
func (r *reader) restLines(p *payload) error {
	for p.left > 0 && (len(p.chunk) > 0 || p.advance()) {
		if err := r.raw(p.chunk); err != nil {
			return err
		}
		p.drop(len(p.chunk))
	}
	if p.err != nil {
		return p.err
	}
	if err := r.raw(p.rest); err != nil {
		return err
	}
	return r.spill()
}

// handLine hands over the next size bytes of a payload as a line.
func (r *reader) handLine(p *payload, size int64, text bool) error {
	if size == 0 {
		return nil
	}
	if size <= int64(len(p.chunk)) {
		b := p.chunk[:size]
		p.drop(int(size))
		if !text {
			return r.raw(b)
		}
		r.rem = r.appendText(r.rem, b)
		r.endLine()
		return nil
	}
	s := stretch{p: p, left: size}
	var in io.Reader = &s
	if text && r.encoding != utf8Text {
		in = &narrowing{r: r, src: &s, encoding: r.encoding, free: true}
	}
	var space [4096]byte
	kept := 0 // bytes of a character that is not yet whole
	for {
		n, err := in.Read(space[kept:])
		n += kept
		whole := n
		if err == nil {
			whole -= unfinished(space[:n])
		}
		r.rem = appendPrintable(r.rem, space[:whole])
		kept = copy(space[:], space[whole:n])
		if err := r.spill(); err != nil {
			return err
		}
		if err == io.EOF {
			r.endLine()
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// endLine ends a line of remnants.
func (r *reader) endLine() {
	if n := len(r.rem); n > 0 && r.rem[n-1] != '\n' {
		r.rem = append(r.rem, '\n')
	}
}

// raw adds the printable runs of b to the remnants, if one of them is long enough.
func (r *reader) raw(b []byte) error {
	if b = trimZeros(b); len(b) < shortestRun {
		return nil
	}
	from := len(r.rem)
	if r.encoding == utf8Text {
		r.rem = appendPrintable(r.rem, b)
	} else {
		r.rem = appendWide(r.rem, b, r.encoding)
	}
	if !hasRun(r.rem[from:]) {
		r.rem = r.rem[:from]
	}
	r.endLine()
	return r.spill()
}

// spill hands over remnants when there are many.
func (r *reader) spill() error {
	for len(r.rem) >= remnantSpace {
		n := remnantSpace
		if i := bytes.LastIndexAny(r.rem[n-4096:n], "\n \t"); i >= 0 {
			n += i + 1 - 4096
		} else {
			n -= unfinished(r.rem[:n])
		}
		if err := r.hand(r.rem[:n]); err != nil {
			return err
		}
		r.rem = r.rem[:copy(r.rem, r.rem[n:])]
	}
	return nil
}

// flush hands over the remnants of a page.
func (r *reader) flush() error {
	if len(r.rem) == 0 {
		return nil
	}
	b := r.rem
	r.rem = r.rem[:0]
	return r.hand(b)
}

func (r *reader) hand(b []byte) error {
	if !hasRun(b) {
		return nil
	}
	if r.encoding != utf8Text {
		if err := r.spent(len(b)); err != nil {
			return err
		}
	}
	return r.h.Remnant(b)
}

// hasRun reports whether b has a line that is long enough to be told.
func hasRun(b []byte) bool {
	for len(b) >= shortestRun {
		i := bytes.IndexByte(b, '\n')
		if i < 0 || i >= shortestRun {
			return true
		}
		b = b[i+1:]
	}
	return false
}
