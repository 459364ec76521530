package detect

import (
	"bytes"
	"unicode"
)

// fieldBehind takes the value behind the sign at i as one of the field that the
// label b[start:end] names, if it looks like one, and returns where to go on.
func (c *Collector) fieldBehind(start, end, i int, l label) int {
	b := c.buf
	from, quote := valueBehind(b, i)
	if from == none {
		return i + 1
	}
	to := fieldEnd(b, from, quote, l.kind, b[i])
	if !c.fitsField(l.kind, b[from:to]) {
		return i + 1
	}
	text := bytes.TrimLeftFunc(b[start:end], func(r rune) bool { return !unicode.IsLetter(r) })
	if !c.field(text, l, start, from, to) {
		return i + 1
	}
	return to
}

// fieldEnd returns where the value of a field that begins at from ends: with
// the line, at a tab or two blanks, or at a separator; before the label that
// comes next on the line.
func fieldEnd(b []byte, from int, quote byte, kind Kind, sign byte) int {
	limit := min(len(b), from+252)
	cut := 0
	for i := from; i < limit; i++ {
		switch x := b[i]; x {
		case '\n', '\r', '\t', ';', '|', '<', '{', '}':
			return trimEnd(b, from, i)
		case ' ':
			if i+1 < limit && b[i+1] == ' ' {
				return trimEnd(b, from, i)
			}
		case ',':
			if kind != Address && kind != Health {
				return trimEnd(b, from, i)
			}
			cut = i
		case '&':
			if sign == '=' {
				return i
			}
		case ':', '=':
			if cut > 0 {
				return trimEnd(b, from, cut)
			}
			return from // another label, which is not apart from this value
		default:
			if x == quote && quote != 0 {
				return trimEnd(b, from, i)
			}
		}
	}
	return trimEnd(b, from, limit)
}

func trimEnd(b []byte, from, to int) int {
	for to > from && (b[to-1] == ' ' || b[to-1] == '"' || b[to-1] == ',' || b[to-1] == '.' || b[to-1] == '\r' || b[to-1] == ')' || b[to-1] == '*' || b[to-1] == '!' || b[to-1] == '?') {
		to--
	}
	if to > from+1 && b[to-2] == 0xC2 && (b[to-1] == 0xBB || b[to-1] == 0xA0) {
		to -= 2
	}
	return to
}

// fitsField says whether what stands behind a label in text can be a value of
// its kind. It is stricter than with columns: programs have labels too.
func (c *Collector) fitsField(kind Kind, v []byte) bool {
	if len(v) < 2 || len(v) > 250 {
		return false
	}
	switch kind {
	case Name:
		return nameInText(v)
	case Address:
		return addressInText(v)
	case BirthDate:
		return c.dateCell(v)
	case BankAccount:
		return c.bankCell(v)
	case Health:
		return c.healthCell(v) && !bytes.ContainsAny(v, "<>{}$%_@[]\\") && !headerLike(v)
	default:
	}
	return false
}

// nameInText: one to six words of letters, none of them a word of forms and
// programs, not all of them words of headers.
func nameInText(v []byte) bool {
	letters, others := countLetters(v)
	if letters < 2 || others > 0 || len(v) > 60 || bytes.Count(v, []byte(" ")) > 5 {
		return false
	}
	for i, x := range v {
		if x == '.' && i+1 < len(v) && v[i+1] != ' ' && (v[i+1] < 'A' || v[i+1] > 'Z') {
			return false
		}
	}
	return !headerLike(v)
}

// streets are words with which addresses begin or end.
var streets = parseVocabulary(nil, `via viale piazza piazzale corso largo vicolo strada contrada localita loc frazione fraz borgo lungomare salita
	street st road rd avenue ave lane square drive court close place rue boulevard bd allee chemin impasse quai strasse str platz weg gasse allee ring calle c plaza avenida avda paseo camino carrer`)

// addressInText: letters, with a blank, and a number or the word for a street.
func addressInText(v []byte) bool {
	letters, _ := countLetters(v)
	if letters < 4 || bytes.IndexByte(v, ' ') < 0 || bytes.ContainsAny(v, "@{}$=<>[]_\\\"") || bytes.Contains(v, []byte("//")) || bytes.Contains(v, []byte("0x")) {
		return false
	}
	words := headerWords(string(v))
	if formWords[words[0]] {
		return false
	}
	street, number := false, false
	for i, w := range words {
		street = street || streets[w]
		number = number || i > 0 && isDigit(w[0])
	}
	return street && len(words) > 1 || number && len(words) > 2 && isLetter(v[0]) && v[len(v)-1] != ':' && longWord(words)
}

// longWord says whether some word has four letters.
func longWord(words []string) bool {
	for _, w := range words {
		if len(w) >= 4 && !isDigit(w[0]) {
			return true
		}
	}
	return false
}

// formWords are the words of forms and programs in the place of values.
var formWords = parseVocabulary(nil, `inserire inserisci indicare indica scrivi scrivere your the enter insert vedi obbligatorio obbligatoria campo field string str text varchar char int integer number boolean
	bool null none undefined true false any object required optional placeholder example esempio test todo type label value`)

// headerLike says whether a value is the words of a header, a form or a program.
func headerLike(v []byte) bool {
	words := headerWords(string(bytes.ToValidUTF8(v, nil)))
	if len(words) == 0 {
		return true
	}
	for _, w := range words {
		if formWords[w] {
			return true
		}
	}
	kind, _ := headerKind(words)
	return kind != "" || displayable(words)
}

// field takes b[from:to] as a value of the field that text names. It says no
// where the value doesn't count here.
func (c *Collector) field(text []byte, l label, start, from, to int) bool {
	k := &c.block
	if from < c.from || from >= c.to || !k.touch(c, max(start, k.at), l) {
		return from < c.from
	}
	number := c.fieldNumber(text, l)
	if number < 0 {
		return true
	}
	v := c.buf[from:to]
	if l.weak && l.kind != Name && !k.row.personal {
		if c.headed(l.kind, v) && k.waits < maxPending {
			k.wait[k.waits] = pending{number, l.kind, c.hash(l.kind, c.norm), mask(l.kind, c.norm)}
			k.waits++
		}
		return false
	}
	saved, place, col, line := c.scanner, c.place, c.col, c.line
	c.row, k.row = k.row, c.row
	c.ownQuiet(true)
	c.Cell(number, v, line)
	c.ownQuiet(false)
	c.row, k.row = k.row, c.row
	norm := c.norm
	c.scanner, c.place, c.col, c.line = saved, place, col, line
	c.norm = norm
	c.last = to
	return true
}

// fieldNumber returns the column that stands for a label, -1 for none.
func (c *Collector) fieldNumber(text []byte, l label) int {
	if n, ok := c.fields[l.key]; ok {
		return n
	}
	if len(c.columns) >= maxColumns {
		return -1
	}
	if len(text) == 0 || parseHeader(text).kind != l.kind {
		return -1
	}
	saved, place, col, line := c.scanner, c.place, c.col, c.line
	n := c.Column(text, true)
	norm := c.norm
	c.scanner, c.place, c.col, c.line = saved, place, col, line
	c.norm = norm
	if c.fields == nil {
		c.fields = make(map[uint64]int)
	}
	c.fields[l.key] = n
	return n
}
