package seek

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unit is a part of a name that stays together: Anna, D'Angelo, De Luca. Its
// pieces may be written apart, with an apostrophe or a dash, or in one.
type unit struct {
	text   []byte // folded, without what stands between the pieces
	joints []int  // where in it pieces meet
}

// nameTerm is a name, and the orders in which its units are written.
type nameTerm struct {
	term   int
	units  []unit
	orders []order
}

// order is one way to write a name.
type order struct {
	units  []int
	turned bool // the last name first
	short  bool // without what stands between the first and the last
}

// maxUnits bounds how many units of a name are looked at.
const maxUnits = 8

// particles stand before a name and belong to it.
var particles = wordSet(`de di da del dello della dei degli delle dal dalla d lo la li le l van von der den du des dos das do mc mac o san santa
	st al el bin ibn ben ter te zu zum zur af av`)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// pieces folds a text into words, each of one or more pieces.
func pieces(text string) [][]string {
	var words [][]string
	var word []string
	var piece []byte
	endPiece := func() {
		if len(piece) > 0 {
			word = append(word, string(piece))
		}
		piece = nil
	}
	endWord := func() {
		endPiece()
		if len(word) > 0 {
			words = append(words, word)
		}
		word = nil
	}
	for _, r := range text {
		switch {
		case wordRune(r):
			if !silent(r) {
				piece = foldRune(piece, r)
			}
		case apostrophe(r) || dash(r):
			endPiece()
		case silent(r):
		default:
			endWord()
		}
	}
	endWord()
	return words
}

// unitsOf makes units of a name's words: a particle goes with what follows it.
// Single letters are left out.
func unitsOf(words [][]string) []unit {
	var units []unit
	var held []string
	flush := func() {
		var u unit
		for i, p := range held {
			if i > 0 {
				u.joints = append(u.joints, len(u.text))
			}
			u.text = append(u.text, p...)
		}
		if utf8.RuneCount(u.text) > 1 {
			units = append(units, u)
		}
		held = nil
	}
	for _, w := range words {
		held = append(held, w...)
		if len(w) != 1 || !particles[w[0]] {
			flush()
		}
	}
	flush()
	return units
}

func (s *Seeker) addName(i int, text string) error {
	if last, first, two := strings.Cut(text, ","); two && !strings.Contains(first, ",") {
		text = first + " " + last
	}
	words := pieces(text)
	units := unitsOf(words)
	if len(units) < 2 { // Li Wei: no particle
		units = nil
		for _, w := range words {
			units = append(units, unitsOf([][]string{w})...)
		}
	}
	if len(units) < 2 || len(units) > maxUnits {
		return ErrName
	}
	n := nameTerm{term: i, units: units}
	all := make([]int, len(units))
	for k := range all {
		all[k] = k
	}
	for k := range all {
		n.orders = append(n.orders, order{units: append(slices.Clone(all[k:]), all[:k]...), turned: k > 0})
	}
	if last := len(all) - 1; last > 1 {
		n.orders = append(n.orders, order{units: []int{0, last}, short: true}, order{units: []int{last, 0}, turned: true, short: true})
	}
	s.names = append(s.names, n)
	s.named |= 1 << i
	s.likely |= 1 << i
	for _, u := range units {
		s.beginsWord(&u)
	}
	return nil
}

// name looks whether a name of the person begins at b[i], where a word begins,
// or a part of it.
func (s *Seeker) name(f *found, b []byte, i int) {
	for k := range s.names {
		n := &s.names[k]
		begun := uint8(0)
		end := 0
		for u := range n.units {
			if e := n.units[u].match(b, i); e > 0 {
				begun |= 1 << u
				end = e
			}
		}
		if begun == 0 || elided(b, i) {
			continue
		}
		whole := false
		for o := range n.orders {
			ord := &n.orders[o]
			if begun>>ord.units[0]&1 == 0 || whole && ord.short {
				continue
			}
			if e := n.match(ord, b, i); e > 0 {
				f.add(hit{term: n.term, at: i, anchor: i, end: e, short: ord.short})
				whole = true
			}
		}
		if !whole {
			f.add(hit{term: n.term, at: i, anchor: i, end: end, units: begun, last: begun>>(len(n.units)-1)&1 == 1, role: labelBefore(b, i)})
		}
	}
}

// elided tells that the word at i hangs on one before it: D'Anna is no Anna.
func elided(b []byte, i int) bool {
	if i < 2 {
		return false
	}
	r, w := utf8.DecodeLastRune(b[:i])
	return apostrophe(r) && wordBefore(b, i-w) && !digitBefore(b, i-w)
}

// match is the end of the unit that begins at b[i], 0 for another word.
func (u *unit) match(b []byte, i int) int {
	var room [16]byte
	seps := 0
	for k := 0; k < len(u.text); {
		if i >= len(b) {
			return 0
		}
		c := b[i]
		if c < utf8.RuneSelf && isAlnum(c) {
			if lower(c) != u.text[k] {
				return 0
			}
			i++
			k++
			seps = 0
			continue
		}
		r, w := utf8.DecodeRune(b[i:])
		if slices.Contains(u.joints, k) && seps < 2 && (apostrophe(r) || dash(r) || blankAt(b, i) > 0) {
			seps++
			i += w
			continue
		}
		if !wordRune(r) && !silent(r) {
			return 0
		}
		folded := room[:0]
		if !silent(r) {
			folded = foldRune(folded, r)
		} else if k == 0 {
			return 0
		}
		if len(folded) > len(u.text)-k || string(folded) != string(u.text[k:k+len(folded)]) {
			return 0
		}
		i += w
		k += len(folded)
	}
	for i < len(b) && b[i] >= utf8.RuneSelf {
		r, w := utf8.DecodeRune(b[i:])
		if !silent(r) {
			break
		}
		i += w
	}
	if wordAt(b, i) {
		return 0
	}
	return i
}

// match is the end of the name in this order at b[i], 0 for another.
func (n *nameTerm) match(o *order, b []byte, i int) int {
	start, loose, middle := i, false, o.turned
	if o.turned && particleBefore(b, i) { // De Rossi Anna
		return 0
	}
	for k, u := range o.units {
		end := n.units[u].match(b, i)
		if end == 0 && k > 0 && !middle && !loose { // a middle name
			if i, middle = afterMiddle(b, i), true; i > 0 {
				end = n.units[u].match(b, i)
			}
		}
		if end == 0 {
			return 0
		}
		if i = end; k == len(o.units)-1 {
			break
		}
		next, g := gapAt(b, i)
		if g == noGap {
			return 0
		}
		loose = loose || g != blankGap
		i = next
	}
	if loose && (!edgeBefore(b, start) || !o.turned && !edgeAfter(b, i)) {
		return 0
	}
	return i
}
