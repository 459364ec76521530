package seek

import "unicode/utf8"

// otherTerm is a text: its words, in this order, with blanks or signs between.
type otherTerm struct {
	term  int
	words []unit
}

func (s *Seeker) addOther(i int, text string) error {
	o := otherTerm{term: i}
	size := 0
	for _, w := range pieces(text) {
		for _, p := range w {
			o.words = append(o.words, unit{text: []byte(p)})
			size += utf8.RuneCountInString(p)
		}
	}
	if size < 4 {
		return ErrOther
	}
	s.others = append(s.others, o)
	s.beginsWord(&o.words[0])
	return nil
}

// other looks whether a text of the person begins at b[i], where a word begins.
func (s *Seeker) other(f *found, b []byte, i int) {
	for k := range s.others {
		if end := s.others[k].match(b, i); end > 0 {
			f.add(hit{term: s.others[k].term, at: i, anchor: i, end: end})
		}
	}
}

func (o *otherTerm) match(b []byte, i int) int {
	for k := range o.words {
		if k > 0 {
			start := i
			for i < len(b) && i-start < 6 && !wordAt(b, i) {
				_, w := utf8.DecodeRune(b[i:])
				i += w
			}
			if i == start {
				return 0
			}
		}
		if i = o.words[k].match(b, i); i == 0 {
			return 0
		}
	}
	return i
}
