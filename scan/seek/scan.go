package seek

import (
	"unicode/utf8"
)

// What a byte is to the search.
const (
	classSign uint8 = iota // stands between words
	classWord              // an ASCII letter or digit
	classAt                // an @, or the % of %40, if addresses are looked for
	classWide              // of a character beyond ASCII
)

// What a character beyond ASCII is.
const (
	wideWord  uint8 = 1 << iota // belongs to a word
	wideFirst                   // something we look for may begin with it
)

// classes makes the tables of the search.
func (s *Seeker) classes() {
	for c := range s.class {
		switch {
		case c >= utf8.RuneSelf:
			s.class[c] = classWide
		case isAlnum(byte(c)):
			s.class[c] = classWord
		}
	}
	for r := range s.wide {
		if r >= utf8.RuneSelf && wordRune(rune(r)) {
			s.wide[r] = wideWord
		}
	}
	for d := range rune(10) { // wide digits begin numbers
		s.rare['０'+d] = true
	}
}

// begins notes that something begins with the first two bytes of text, or with
// the first and one of those.
func (s *Seeker) begins(text, seconds string) {
	if text == "" {
		return
	}
	s.first[text[0]], s.first[upper(text[0])] = true, true
	if len(text) > 1 {
		seconds += text[1:2]
	}
	for i := range len(seconds) {
		for _, a := range []byte{text[0], upper(text[0])} {
			for _, z := range []byte{seconds[i], upper(seconds[i])} {
				k := int(a)<<8 | int(z)
				s.pairs[k>>6] |= 1 << (k & 63)
			}
		}
	}
}

func upper(c byte) byte {
	if c-'a' <= 'z'-'a' {
		return c - 0x20
	}
	return c
}

// beginsWord is begins for a folded word: any character that folds to its first
// one may begin it, and any beyond ASCII may come second.
func (s *Seeker) beginsWord(u *unit) {
	first, w := utf8.DecodeRune(u.text)
	if first < utf8.RuneSelf {
		var seconds []byte
		for c := range byte(utf8.RuneSelf) {
			if seconds = append(seconds, c|utf8.RuneSelf); len(u.text) == 1 && !isAlnum(c) {
				seconds = append(seconds, c)
			}
		}
		if len(u.joints) > 0 && u.joints[0] == w {
			seconds = append(seconds, " -'`"...)
		}
		s.begins(string(u.text), string(seconds))
	}
	for r := rune(utf8.RuneSelf); r < 0x800; r++ {
		if s.wide[r]&wideWord != 0 && startsWith(foldRune(nil, r), u.text) {
			s.wide[r] |= wideFirst
		}
	}
	if first >= 0x800 {
		s.rare[first] = true
	}
	for _, r := range "ﬀﬁﬂﬃﬄﬅﬆ" {
		if startsWith(foldRune(nil, r), u.text) {
			s.rare[r] = true
		}
	}
	for r := rune(0x1e00); r < 0x1f00; r++ { // the further Latin letters
		if startsWith(foldRune(nil, r), u.text) {
			s.rare[r] = true
		}
	}
}

func startsWith(folded, text []byte) bool {
	return len(folded) > 0 && len(folded) <= len(text) && string(folded) == string(text[:len(folded)])
}

// hit is a term that was found, whole or in part.
type hit struct {
	term   int
	at     int // where it begins,
	anchor int // by what it was found: an address by its @,
	end    int // and where it ends
	short  bool
	units  uint8 // the units of a name that begin there; 0: all of it was found
	last   bool  // among them is the last
	role   role  // what a label before them says
}

// found gathers hits.
type found struct{ hits []hit }

func (f *found) add(h hit) { f.hits = append(f.hits, h) }

// look finds what begins in b[from:to]; what stands around is context.
func (s *Seeker) look(f *found, b []byte, from, to int) {
	in := from > 0 && wordBefore(b, from)
	for i := from; i < to; {
		switch s.class[b[i]] {
		case classSign:
			in = false
			i++
			for i < to && s.class[b[i]] == classSign {
				i++
			}
		case classWord:
			if !in {
				s.begun(f, b, i)
			}
			in = true
			i++
			for i < to && s.class[b[i]] == classWord {
				i++
			}
		case classAt:
			s.mail(f, b, i)
			in = false
			i++
		default:
			r, w := utf8.DecodeRune(b[i:])
			kind := s.wideOf(r)
			if kind&wideFirst != 0 && !in {
				s.word(f, b, i)
			}
			in = kind&wideWord != 0
			i += w
		}
	}
}

// wideOf tells what a character beyond ASCII is.
func (s *Seeker) wideOf(r rune) (kind uint8) {
	if r < 0x800 {
		return s.wide[r]
	}
	if wordRune(r) {
		kind = wideWord
	}
	if s.rare[r] {
		kind |= wideFirst
	}
	return kind
}

// begun looks at the word that begins with the ASCII byte b[i].
func (s *Seeker) begun(f *found, b []byte, i int) {
	if i+1 == len(b) {
		if s.first[b[i]] {
			s.word(f, b, i)
		}
		return
	}
	if k := int(b[i])<<8 | int(b[i+1]); s.pairs[k>>6]>>(k&63)&1 == 1 {
		s.word(f, b, i)
	}
}

// word looks for all that may begin with the word at b[i].
func (s *Seeker) word(f *found, b []byte, i int) {
	if len(s.names) > 0 {
		s.name(f, b, i)
	}
	if len(s.phones) > 0 {
		s.phone(f, b, i)
	}
	if len(s.numbers) > 0 {
		s.codes(f, b, i)
	}
	if len(s.others) > 0 {
		s.other(f, b, i)
	}
}
