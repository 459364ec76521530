package seek

import (
	"bytes"

	"custode/scan/reader"
)

// The limits of a record in text: how many lines it goes on after a match, and
// how much of it is handed over.
const (
	blockLines = 8
	maxLine    = 1000    // around a match in a long line, in bytes, either side
	maxPara    = 2 << 10 // a paragraph that is handed over whole
)

// block is the record of a text that is open: lines that follow each other, each
// of which adds something.
type block struct {
	open              bool
	full, short, last uint32
	given, family     [maxTerms]uint8 // units of a name under labels
	hit               bool
	number            int64 // of the line of the first match
	lines             int64 // since the last match
	fresh             bool  // nothing but blanks stands on the line that was passed over last
	blank             bool  // an empty line stands behind the last match
	text              string
	cut               bool
}

// Text looks at free text: what begins in buf[from:to] counts.
func (f *Finder) Text(buf []byte, from, to int, line int64) {
	if from < 0 || to > len(buf) || from >= to {
		return
	}
	f.hits = f.hits[:0]
	f.s.look(&f.found, buf, from, to)
	if f.row.open && !f.row.header && !f.behind(line) {
		f.inRow(line)
		return
	}
	if len(f.hits) == 0 && !f.block.open {
		return
	}
	pos := from // where the last match stood
	for i := range f.hits {
		h := &f.hits[i]
		if f.part.Unit == reader.Lines {
			line += lines(buf[pos:max(pos, h.anchor)])
		}
		if f.mergedIntoPast(h, line) {
			pos = max(pos, h.anchor)
			continue
		}
		if f.meet(h, buf[pos:max(pos, h.anchor)], line) && f.show != nil {
			f.block.excerpt(buf, h)
		}
		pos = max(pos, h.anchor)
	}
	if f.block.open {
		f.block.pass(buf[pos:to])
	}
}

// behind tells that a text that comes while a record is open belongs to the one
// before it.
func (f *Finder) behind(line int64) bool {
	return f.part.Unit == reader.Lines && f.past.end >= line && f.row.first > line
}

// inRow takes a text as a cell of the record that is open: one too long for a
// cell comes as text. It is not handed over.
func (f *Finder) inRow(line int64) {
	f.row.cut = true
	if len(f.hits) > 0 {
		f.take(-1, nil, line)
	}
}

// mergedIntoPast takes a match for one of the record that came last, if it stands
// in its lines: what a link in a page leads to.
func (f *Finder) mergedIntoPast(h *hit, line int64) bool {
	p := &f.past
	if f.part.Unit != reader.Lines || line < p.first || line > p.end || p.end == 0 || h.units != 0 {
		return false
	}
	bit := uint32(1) << h.term
	if p.at < 0 {
		return false
	}
	if p.full&bit == 0 {
		p.full |= bit
		place := &f.result.Places[p.at]
		for _, t := range place.Terms {
			p.full |= 1 << t
		}
		*f.result.count(place.Certainty)--
		certainty, terms := f.s.judge(p.full, 0, 0)
		*f.result.count(certainty)++
		place.Certainty, place.Terms = certainty, termsOf(terms)
	}
	return true
}

// meet takes a match into the block, or into a new one, and tells whether it
// counts. It stands on the line, behind what was passed over since the last one.
func (f *Finder) meet(h *hit, passed []byte, line int64) bool {
	k := &f.block
	bit := uint32(1) << h.term
	whole := h.units == 0
	if k.open {
		k.pass(passed)
		again := k.full&bit != 0 && (whole || h.role != 0) || h.short && k.short&bit != 0
		if k.blank || k.lines > blockLines || again && k.lines > 0 {
			f.endBlock()
		}
	}
	if !k.open {
		*k = block{open: true}
	}
	if h.last {
		k.last |= bit
	}
	if !whole && !k.labelled(h) {
		if !k.hit {
			k.lines, k.blank = 0, false
		}
		return false
	}
	k.lines, k.blank = 0, false
	switch {
	case h.short:
		k.short |= bit
	case whole || k.whole(h.term, f.s):
		k.full |= bit
	}
	if !k.hit {
		k.hit, k.number = true, line
	}
	return true
}

// labelled notes a part of a name under a label, and tells whether it is one.
func (k *block) labelled(h *hit) bool {
	if h.role == 0 {
		return false
	}
	if h.role&given != 0 {
		k.given[h.term] |= h.units
	}
	if h.role&family != 0 {
		k.family[h.term] |= h.units
	}
	return true
}

// whole tells whether first and last name stand under labels of their own.
func (k *block) whole(term int, s *Seeker) bool {
	ends := uint8(0)
	for i := range s.names {
		if s.names[i].term == term {
			ends = 1 | 1<<(len(s.names[i].units)-1)
		}
	}
	for g := range maxUnits {
		for l := range maxUnits {
			if g != l && k.given[term]>>g&1 == 1 && k.family[term]>>l&1 == 1 && ends>>g&1|ends>>l&1 == 1 {
				return true
			}
		}
	}
	return false
}

// pass goes on over text without a match.
func (k *block) pass(b []byte) {
	for !k.blank && k.lines <= blockLines {
		i := bytes.IndexByte(b, '\n')
		line := b
		if i >= 0 {
			line = b[:i]
		}
		k.fresh = k.fresh && len(bytes.TrimSpace(line)) == 0
		if i < 0 {
			return
		}
		k.blank = k.fresh
		k.fresh = true
		k.lines++
		b = b[i+1:]
	}
}

// endBlock closes the record of a text.
func (f *Finder) endBlock() {
	k := &f.block
	if !k.open {
		return
	}
	if certainty, terms := f.s.judge(k.full, k.short, k.last); certainty != "" {
		p := Place{Where: f.where(), Number: k.number, Terms: termsOf(terms), Certainty: certainty}
		if p.Unit == None {
			p.Number = 0
		}
		f.note(p)
		if f.show != nil {
			f.show(Record{Place: p, Text: k.text, Cut: k.cut})
		}
	}
	*k = block{}
}

// excerpt keeps what stands around a match until the block ends: the paragraph if
// it is short, else the line, or a piece of it.
func (k *block) excerpt(b []byte, h *hit) {
	if !k.open {
		return
	}
	from, to := h.at, h.end
	lo, hi := max(0, from-maxPara), min(len(b), to+maxPara)
	start, end := tuple(b, lo, from, hi, to)
	if start < 0 {
		start, end = paragraph(b, lo, from, hi, to)
	}
	if end-start > maxPara || start < 0 {
		if start = bytes.LastIndexByte(b[lo:from], '\n') + 1 + lo; from-start > maxLine {
			start = from - maxLine
			k.cut = true
		}
		if i := bytes.IndexByte(b[to:hi], '\n'); i >= 0 {
			end = to + i
		} else {
			end = hi
		}
		if end-to > maxLine {
			end = to + maxLine
			k.cut = true
		}
	}
	text := string(bytes.TrimRight(bytes.ToValidUTF8(b[start:end], nil), "\r\n"))
	switch {
	case k.text == "":
		k.text = text
	case !bytes.Contains([]byte(k.text), []byte(text)) && len(k.text) < 4*maxPara:
		k.text += "\n" + text
	}
}

// paragraph is what stands around b[from:to] between two empty lines; the start
// is -1 if that is not in sight in b[lo:hi].
func paragraph(b []byte, lo, from, hi, to int) (int, int) {
	start := lo
	if i := bytes.LastIndex(b[lo:from], []byte("\n\n")); i >= 0 {
		start = lo + i + 2
	} else if lo > 0 {
		return -1, 0
	}
	if i := bytes.Index(b[to:hi], []byte("\n\n")); i >= 0 {
		return start, to + i
	}
	if hi < len(b) {
		return -1, 0
	}
	return start, hi
}

// tuple is the row of a dump in which b[from:to] stands: (1, 'Anna', 'Rossi'), as
// one of several behind VALUES. The start is -1 if there is none in sight in
// b[lo:hi].
func tuple(b []byte, lo, from, hi, to int) (int, int) {
	start := -1
	for i := from - 1; i >= lo; i-- {
		if b[i] != '(' {
			continue
		}
		before := bytes.TrimRight(b[lo:i], " \t\r\n")
		if n := len(before); bytes.HasSuffix(before, []byte("),")) || n >= 6 && bytes.EqualFold(before[n-6:], []byte("values")) {
			start = i
			break
		}
	}
	if start < 0 {
		return -1, 0
	}
	quote, depth := byte(0), 0
	for i := start; i < hi; i++ {
		switch c := b[i]; {
		case quote != 0:
			switch c {
			case '\\':
				i++
			case quote: // a doubled one opens again at once
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				if i < to {
					return -1, 0
				}
				return start, i + 1
			}
		}
	}
	return -1, 0
}
