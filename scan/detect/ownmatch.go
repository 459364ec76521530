package detect

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"
)

// The limits of a search for own patterns, in bytes.
const (
	ownWindow = 160  // from a word to what is looked for near it
	ownSpan   = 400  // of text through which an expression goes at a time
	ownMatch  = 200  // the longest text that an expression may find
	ownBefore = 200  // how far before what counts words are looked for,
	ownBehind = 400  // and behind it: a match, the window, a word
	ownHits   = 4096 // how many are held, not a size
)

// ownHit is what was found of a pattern: buf[start:end].
type ownHit struct{ start, end, pattern int }

// ownState is what one search needs. It belongs to one collector.
type ownState struct {
	rules    *ownRules
	buf      []byte
	from, to int
	head     uint64   // the patterns that need no word near, because the header has it
	seen     uint64   // the patterns a word of which was met
	used     uint64   // the patterns about whose words something is known
	hits     []ownHit // not handed over yet
	found    func([]ownHit)
	around   []ownAround // by pattern
	norm     []byte

	people   []ownPerson // of the text that is looked at, by place
	told     int         // how many of them were
	number   int         // of the column of the last cell,
	line     int64       // its line,
	lastNear uint64      // and the patterns a word of which stands in it
	inField  bool        // the cell is a piece of text that was gone through
}

// ownPerson is an identifier of a person, found in text.
type ownPerson struct {
	start int
	hash  uint64
}

// ownAround is what is known of the words of a pattern up to here.
type ownAround struct {
	lo, hi int      // the part of the text near words; none if hi is 0
	last   int      // the end of the last word, -1 for none
	wait   []ownHit // literals that have no word near them yet
}

func newOwnState(r *ownRules, found func([]ownHit)) *ownState {
	return &ownState{rules: r, found: found, around: make([]ownAround, len(r.patterns))}
}

// scan finds what starts in buf[from:to] and hands it to found, in one or more
// goes, each sorted by place and without anything twice. head says for which
// patterns buf is near.
func (s *ownState) scan(buf []byte, from, to int, head uint64) {
	s.buf, s.from, s.to, s.head, s.seen, s.used = buf, from, to, head, 0, 0
	lo, hi := from, to
	if s.rules.near {
		lo, hi = max(0, from-ownBefore), min(len(buf), to+ownBehind)
	}
	for left := head; left != 0; left &= left - 1 {
		a := s.near(bits.TrailingZeros64(left))
		a.lo, a.hi = from, len(buf)
	}
	s.words(lo, hi)
	for left := s.used; left != 0; left &= left - 1 {
		s.search(bits.TrailingZeros64(left))
	}
	s.handOver()
	s.buf = nil
}

// near gives what is known of the words of a pattern in this search.
func (s *ownState) near(pattern int) *ownAround {
	a := &s.around[pattern]
	if s.used>>pattern&1 == 0 {
		s.used |= 1 << pattern
		a.lo, a.hi, a.last, a.wait = 0, 0, -1, a.wait[:0]
	}
	return a
}

// words looks at the first bytes of every word in buf[lo:hi], 64 bytes in one
// step, and goes on where a phrase may begin.
func (s *ownState) words(lo, hi int) {
	b, filter := s.buf, &s.rules.filter
	var before uint64 // whether the byte before is an ASCII letter or digit
	if lo > 0 && isAlnum(b[lo-1]) {
		before = 1
	}
	for at := lo; at < hi; at += 64 {
		n := min(64, hi-at)
		word, lead := wordBits(b[at : at+n])
		starts := (word | lead) &^ (word<<1 | before)
		before = word >> 63
		for ; starts != 0; starts &= starts - 1 {
			i := bits.TrailingZeros64(starts)
			p := at + i
			x, limit := uint32(0), bits.TrailingZeros64(^(word >> i))
			if rest := b[p:]; len(rest) >= 4 {
				x = binary.LittleEndian.Uint32(rest)
			} else {
				for k, c := range rest {
					x |= uint32(c) << (8 * k)
				}
			}
			if i+limit >= n { // the word may go on in the next step
				limit = alnumRun(b, p)
			}
			if x&0x80808080 == 0 {
				h := filterHash((x | 0x20202020) & keyMask[min(limit, 4)])
				if filter[h>>3]>>(h&7)&1 == 0 {
					continue
				}
			}
			if !wordBefore(b, p) || p > 0 && b[p-1] == '_' {
				s.phrasesAt(p)
			}
		}
	}
}

// keyMask keeps the first bytes of four.
var keyMask = [5]uint32{0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF}

// alnumRun returns how many of the first four bytes at i are letters and digits.
func alnumRun(b []byte, i int) int {
	n := 0
	for n < 4 && i+n < len(b) && isAlnum(b[i+n]) {
		n++
	}
	return n
}

// wordBits says which of up to 64 bytes are ASCII letters and digits, and which
// begin a character that is not ASCII.
func wordBits(b []byte) (word, lead uint64) {
	var tail [8]byte
	for i := 0; len(b) > 0; i += 8 {
		var x uint64
		if len(b) >= 8 {
			x = binary.LittleEndian.Uint64(b)
			b = b[8:]
		} else {
			copy(tail[:], b)
			x, b = binary.LittleEndian.Uint64(tail[:]), nil
		}
		const ones, tops = 0x0101010101010101, 0x8080808080808080
		low := x &^ tops
		letters := low | 0x20*ones
		in := (letters + (0x80-'a')*ones) &^ (letters + (0x80-'z'-1)*ones)
		in |= (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones)
		in = in &^ x & tops
		word |= in >> 7 * 0x0102040810204080 >> 56 << i
		lead |= x & (x << 1) & tops >> 7 * 0x0102040810204080 >> 56 << i
	}
	return word, lead
}

// phrasesAt notes the phrases that begin at p.
func (s *ownState) phrasesAt(p int) {
	s.rules.walk(s.buf, p, func(u use, end int) {
		switch {
		case u.near:
			s.nearWord(u.pattern, p, end)
		case p >= s.from && p < s.to:
			s.literal(ownHit{p, end, u.pattern})
		}
	})
}

// nearWord notes that a word of a pattern stands at buf[start:end].
func (s *ownState) nearWord(pattern, start, end int) {
	a := s.near(pattern)
	s.seen |= 1 << pattern
	a.last = max(a.last, end)
	for _, h := range a.wait {
		if start-h.end <= ownWindow {
			s.hit(h)
		}
	}
	a.wait = a.wait[:0]
	if s.rules.patterns[pattern].regex == nil || s.head>>pattern&1 != 0 {
		return
	}
	lo, hi := max(0, start-ownWindow), min(len(s.buf), end+ownWindow)
	if a.hi > 0 && lo > a.hi {
		s.search(pattern)
	}
	if a.hi == 0 {
		a.lo = lo
	}
	a.hi = max(a.hi, hi)
}

// literal takes a literal if the word that it needs is near, or may come yet.
func (s *ownState) literal(h ownHit) {
	if !s.rules.patterns[h.pattern].near {
		s.hit(h)
		return
	}
	a := s.near(h.pattern)
	switch {
	case s.head>>h.pattern&1 != 0, a.last >= 0 && h.start-a.last <= ownWindow:
		s.hit(h)
	case len(a.wait) > 0 && a.wait[len(a.wait)-1].start == h.start: // a longer one
		a.wait[len(a.wait)-1] = h
	default:
		if len(a.wait) > 2*ownWindow { // the first of them are too far away by now
			a.wait = slices.DeleteFunc(a.wait, func(old ownHit) bool { return h.start-old.end > ownWindow })
		}
		a.wait = append(a.wait, h)
	}
}

// search runs the expression of a pattern through the text near its words.
func (s *ownState) search(pattern int) {
	a, o, b := &s.around[pattern], &s.rules.patterns[pattern], s.buf
	pos, stop := a.lo, a.hi
	a.lo, a.hi = 0, 0
	if o.regex == nil {
		return
	}
	for pos < stop && pos < s.to {
		end := min(pos+ownSpan, stop)
		m0, m1 := o.first(b, pos, end)
		open := m1 == end && end < len(b) && b[end] != '\n' && b[end] != '\r' // it may go on
		switch {
		case m0 < 0 && end == stop, open && end == stop:
			return
		case m0 < 0:
			pos = end - ownMatch
		case open && m0 > pos:
			pos = m0
		case open:
			pos = end
		default:
			if m1 > m0 && m1-m0 <= ownMatch && m0 >= s.from && m0 < s.to && wholeWords(b, m0, m1) {
				s.hit(ownHit{m0, m1, pattern})
			}
			pos = max(m1, m0+1)
		}
	}
}

// first returns the first match in b[pos:end], -1 for none. The byte before pos
// is shown to the expression, so that it knows whether a line or word begins.
func (o *ownRule) first(b []byte, pos, end int) (int, int) {
	at := pos
	if pos > 0 && b[pos-1] != '\n' {
		at--
	}
	m := o.regex.FindIndex(b[at:end])
	if m != nil && m[0] == 0 && at < pos {
		at = pos
		m = o.regex.FindIndex(b[at:end])
	}
	if m == nil {
		return -1, -1
	}
	return at + m[0], at + m[1]
}

// wholeWords says whether no word goes on across the ends of b[start:end].
func wholeWords(b []byte, start, end int) bool {
	first, _ := utf8.DecodeRune(b[start:end])
	last, _ := utf8.DecodeLastRune(b[start:end])
	return (!wordRune(first) || letterBefore(b, start) == 0 && (start == 0 || !isDigit(b[start-1]))) &&
		(!wordRune(last) || !goesOn(b, end))
}

// goesOn says whether a word goes on at i.
func goesOn(b []byte, i int) bool { return i < len(b) && b[i] != '_' && wordAt(b, i) }

// hit keeps what was found until it is handed over.
func (s *ownState) hit(h ownHit) {
	if s.hits = append(s.hits, h); len(s.hits) >= ownHits {
		s.handOver()
	}
}

// handOver hands over what is held: of one pattern what overlaps counts once, the
// longest of those that begin first.
func (s *ownState) handOver() {
	if len(s.hits) == 0 {
		return
	}
	slices.SortFunc(s.hits, func(a, b ownHit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	var ends [maxOwn]int
	kept := s.hits[:0]
	for _, h := range s.hits {
		if h.start >= ends[h.pattern] {
			ends[h.pattern] = h.end
			kept = append(kept, h)
		}
	}
	s.found(kept)
	s.hits = s.hits[:0]
}

// walk calls fn for each use of the phrases that begin at b[i], the shortest
// first, with their ends. A word begins there.
func (r *ownRules) walk(b []byte, i int, fn func(u use, end int)) {
	lo, hi, depth := 0, len(r.phrases), 0
	var room [8]byte
	for at := i; at < len(b); {
		folded, width := foldNext(room[:0], b, at)
		at += width
		for _, x := range folded {
			if depth == 0 {
				lo, hi = r.first[x][0], r.first[x][1]
			} else {
				lo, hi = r.narrow(lo, hi, depth, x)
			}
			if depth++; lo >= hi {
				return
			}
		}
		for at < len(b) && b[at] >= utf8.RuneSelf { // accents of their own
			mark, n := utf8.DecodeRune(b[at:])
			if !unicode.Is(unicode.Mn, mark) {
				break
			}
			at += n
		}
		for k := lo; k < hi && len(r.phrases[k].text) == depth; k++ {
			p := &r.phrases[k]
			if isWordByte(p.text[depth-1]) && goesOn(b, at) {
				break
			}
			if p.lead != "" && !bytes.HasSuffix(b[:i], []byte(p.lead)) {
				continue
			}
			for _, u := range p.uses {
				fn(u, at)
			}
		}
	}
}

// narrow returns which of the phrases lo to hi have x at depth.
func (r *ownRules) narrow(lo, hi, depth int, x byte) (int, int) {
	at := func(from int, x int) int {
		a, z := from, hi
		for a < z {
			m := int(uint(a+z) >> 1)
			if t := r.phrases[m].text; len(t) <= depth || int(t[depth]) < x {
				a = m + 1
			} else {
				z = m
			}
		}
		return a
	}
	lo = at(lo, int(x))
	return lo, at(lo, int(x)+1)
}
