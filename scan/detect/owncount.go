package detect

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"custode/scan/people"
)

// ownLabel is the longest cell that says what stands in the next one, in bytes.
const ownLabel = 80

// ownText looks for own patterns in the text that is looked at.
func (c *Collector) ownText() {
	s := c.own
	s.people, s.told = s.people[:0], 0
	s.scan(c.buf, c.from, c.to, 0)
	slices.SortStableFunc(s.people, func(a, b ownPerson) int { return a.start - b.start })
}

// ownCell looks for own patterns in a cell: near it are the words of the header
// and those of a short cell before it in the same row.
func (c *Collector) ownCell(col *column, number int, value []byte) {
	s := c.own
	if s.inField {
		return
	}
	head := col.near
	if number == s.number+1 && c.line == s.line {
		head |= s.lastNear
	}
	s.scan(value, 0, len(value), head)
	if s.number, s.line, s.lastNear = number, c.line, s.seen; len(value) > ownLabel {
		s.lastNear = 0
	}
}

// ownHeader looks at a new column's header.
func (c *Collector) ownHeader(col *column, name []byte, field bool) {
	if col.where.Number > maxColumns {
		return
	}
	col.near = c.rules.own.headed(name)
	if !field && col.where.Name == "" {
		c.enter(col, 0)
		c.own.scan(name, 0, len(name), 0)
	}
}

// ownNear says whether a header has a word of an own pattern.
func (c *Collector) ownNear(name []byte) bool { return c.own != nil && c.rules.own.headed(name) != 0 }

// ownQuiet says that the cells that come in are of a text that was gone through.
func (c *Collector) ownQuiet(quiet bool) {
	if c.own != nil {
		c.own.inField = quiet
	}
}

// countOwn counts what was found, in order of place.
func (c *Collector) countOwn(hits []ownHit) {
	s := c.own
	for _, h := range hits {
		o := &c.rules.own.patterns[h.pattern]
		s.norm = append(append(s.norm[:0], o.name...), 0)
		s.norm = ownValue(s.norm, s.buf[h.start:h.end])
		hash := c.hash(Own, s.norm)
		t := c.place.ownTally(o)
		if t.count == 0 {
			t.line = c.line
			if c.col == nil && c.part.Unit == Line {
				t.line += int64(bytes.Count(s.buf[c.lineAt:h.start], []byte{'\n'}))
			}
		}
		t.add(hash, Medium, s.norm)
		t.witness(WhyOwn)
		switch {
		case !o.person:
		case c.col != nil:
			c.row.identify(Own, hash)
		default:
			s.people = append(s.people, ownPerson{h.start, hash})
		}
	}
	if len(s.people) >= 4*ownHits { // of a text full of them some may count in the wrong line
		c.ownPeople(s.to)
		s.people, s.told = s.people[:0], 0
	}
}

// ownPeople tells of the people that were found before a place in the text, so
// that they are met in turn with the other identifiers.
func (c *Collector) ownPeople(before int) {
	s := c.own
	for s.told < len(s.people) && s.people[s.told].start < before {
		p := s.people[s.told]
		s.told++
		c.block.hit(c, Own, p.start, p.hash)
	}
}

// ownTally returns the place's tally of a pattern.
func (p *place) ownTally(o *ownRule) *tally {
	for i := range p.tallies {
		if t := &p.tallies[i]; t.kind == Own && t.pattern == o.name {
			return t
		}
	}
	p.tallies = append(p.tallies, tally{kind: Own, pattern: o.name, person: o.person, distinct: people.New(), confidence: Medium})
	return &p.tallies[len(p.tallies)-1]
}

// ownValue appends what makes a value the same as another: its letters, without
// case and accents, and its digits; all of it if it has none.
func ownValue(dst, v []byte) []byte {
	n := len(dst)
	for i := 0; i < len(v); {
		at := len(dst)
		var w int
		dst, w = foldNext(dst, v, i)
		if x := dst[at:]; len(x) == 1 && x[0] < utf8.RuneSelf && !isAlnum(x[0]) {
			dst = dst[:at]
		}
		i += w
	}
	if len(dst) == n {
		dst = append(dst, v...)
	}
	return dst
}
