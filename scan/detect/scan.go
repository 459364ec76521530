package detect

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// maxLook is how far behind the first byte of a match its trigger, '@' or a
// digit, can stand: the longest local part of an address, and a little.
const maxLook = 72

// hardCut is how far before a cut inside a line reading starts again, in bytes,
// to know whether the cut went through a number.
const hardCut = 256

// scanner is the state of one pass over one buffer.
type scanner struct {
	buf      []byte
	lineAt   int     // the line on which buf[lineAt] stands is known
	from, to int     // matches that start at from <= i < to count
	hint     Kind    // what the header says, "" in text
	head     context // what the header's words say, none in text
	last     int     // the end of the last match
	norm     []byte  // the match that is being looked at, normalised
	hashed   uint64  // its hash, 0 if that was not needed yet
	num      numbers // the groups of digits that are being looked at
	signs

	why     Why  // of the match that is being counted
	example bool // it is a number that is published for tests
}

// triggers says which of the signs that scan stops at may be there. Of digits it
// is not kept: they are soon found.
type triggers struct{ at, mark bool }

// anything is what may be in text.
var anything = triggers{true, true}

// triggersIn tells which signs a cell has, and whether it has any or a digit.
// Eight bytes are looked at in one step: a byte xor one of the signs is 0, and
// subtracting one from 0 alone sets the highest bit of a byte that had it not.
func triggersIn(v []byte) (has triggers, any bool) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	has.mark = len(v) >= minKeyText
	var at, mark, digit uint64
	see := func(w uint64) {
		x := w ^ '0'*ones
		digit |= (x - 10*ones) &^ x
		a, c, e := w^'@'*ones, w^':'*ones, w^'='*ones
		at |= (a - ones) &^ a
		mark |= (c-ones)&^c | (e-ones)&^e
	}
	i := 0
	for ; i+8 <= len(v); i += 8 {
		see(binary.LittleEndian.Uint64(v[i:]))
	}
	switch rest := len(v) - i; {
	case rest == 0:
	case i > 0:
		see(binary.LittleEndian.Uint64(v[len(v)-8:]))
	default:
		w := uint64(0)
		for k := rest - 1; k >= 0; k-- {
			w = w<<8 | uint64(v[k])
		}
		see(w)
	}
	has.at, has.mark = at&highs != 0, has.mark || mark&highs != 0
	return has, has.at || has.mark || digit&highs != 0
}

// scan finds what starts in buf[from:to] and hands it to emit. Each byte is
// looked at about once: after a match reading goes on behind it, after a word
// that is nothing behind the word.
func (c *Collector) scan(has triggers) {
	buf, limit := c.buf, min(len(c.buf), c.to+maxLook)
	pos := c.sync()
	c.last = -1
	sign := none
	if has.mark {
		c.signs = signs{-1, -1, -1, -1}
		sign = c.nextMark(pos, limit)
	}
	mail := mail{start: -1}
	if has.at {
		mail = c.nextMail(pos, limit)
	}
	d := nextDigit(buf, pos, limit)
	for {
		if d >= 0 && d < pos {
			d = nextDigit(buf, pos, limit)
		}
		if sign < pos {
			sign = c.nextMark(pos, limit)
		}
		if sign != none && (d < 0 || sign < d) && (mail.start < 0 || sign < mail.start) {
			pos = max(pos, c.mark(sign))
			if mail.start >= 0 && mail.at < pos {
				mail = c.nextMail(pos, limit)
			}
			continue
		}
		if mail.start >= 0 && (d < 0 || d >= mail.start) {
			c.emitMail(mail)
			pos = max(pos, mail.end)
			mail = c.nextMail(pos, limit)
			continue
		}
		if d < 0 {
			return
		}
		pos = c.digits(d)
		if mail.start >= 0 && mail.at < pos {
			mail = c.nextMail(pos, limit)
		}
	}
}

// What an ASCII byte of a word is, in wordBytes; 0 for those that end it.
const (
	aDigit  = 1
	aLetter = 2
)

var wordBytes = func() (class [256]uint8) {
	for x := range byte(utf8.RuneSelf) {
		switch {
		case isDigit(x):
			class[x] = aDigit
		case isLetter(x):
			class[x] = aLetter
		}
	}
	return class
}()

// sync returns where to start reading so that nothing that began before from is
// taken for something that begins there: the start of the line if it is near,
// as no match goes over a newline.
func (c *Collector) sync() int {
	if c.from == 0 || c.buf[c.from-1] == '\n' {
		return c.from
	}
	lo := max(0, c.from-512)
	if i := bytes.LastIndexByte(c.buf[lo:c.from], '\n'); i >= 0 {
		return lo + i + 1
	}
	return max(0, c.from-hardCut)
}

// digits looks at the word around the digit at d and returns where to go on.
func (c *Collector) digits(d int) int {
	buf := c.buf
	ws := d
	for ws > 0 && wordBytes[buf[ws-1]] != 0 && d-ws <= maxWord {
		ws--
	}
	we, class := d+1, uint8(0)
	for we < len(buf) && wordBytes[buf[we]] != 0 {
		class |= wordBytes[buf[we]]
		we++
	}
	letters := ws < d || class&aLetter != 0
	var prev, next byte
	if ws > 0 {
		prev = buf[ws-1]
	}
	if we < len(buf) {
		next = buf[we]
	}
	if letters && we-ws > 3 || prev == '-' && d > 4 && buf[d-3] == 'x' {
		if end := c.secretWord(ws, we); end > 0 {
			return end
		}
	}
	if we-ws > maxWord || !breaks[prev] && wordBefore(buf, ws) || !breaks[next] && wordAt(buf, we) {
		return we
	}
	if beforeValue[prev] && (letters || we-d > 2 || between[next] && next != ' ') && ws > 2 && lastOfWord[buf[ws-2]] {
		c.spoken(ws, we)
	}
	if letters {
		return c.mixed(ws, d, we)
	}
	n := we - d
	if n < 5 && (n != 2 || !letterBehind(buf, d)) && next != ')' && next < utf8.RuneSelf && prev != '+' && (we+1 >= len(buf) || !isDigit(buf[we+1]) && buf[we+1] != '(') {
		return we // no more groups follow
	}
	if end := dateEnd(buf, d, we, prev); end > 0 {
		return end
	}
	if n == 2 && prev == ':' && next == '.' && d >= 4 && buf[d-4] == ':' && isDigit(buf[d-3]) && isDigit(buf[d-2]) {
		return we + 1 + digitRun(buf, we+1, 9) // a time with a part of a second
	}
	if next == '.' && n <= 3 {
		if end := c.ipv4(d, we); end > 0 {
			return end
		}
	}
	if prev == '+' {
		return max(we, c.international(d, d-1))
	}
	if n > 19 || n < 6 && !between[next] {
		return we // too long, or too short and alone
	}
	if n == 2 {
		if end := c.ibanApart(d); end > 0 {
			return end
		}
	}
	if n >= 12 {
		c.trackTwo(d, we)
	}
	if end := c.card(d, we); end > 0 {
		return end
	}
	if n == 11 {
		if end := c.vat(d); end > 0 {
			return end
		}
	}
	if end := c.idDigits(d, we); end > 0 {
		return end
	}
	return max(we, c.phone(d, we))
}

// mixed looks at a word of letters and digits, whose first digit is at d.
func (c *Collector) mixed(ws, d, we int) int {
	if we < len(c.buf) && c.buf[we] == '^' {
		c.trackOne(ws, we)
	}
	if we-ws == 16 && c.fiscalCode(ws) {
		return we
	}
	if d == ws+2 {
		if end := c.iban(ws); end > 0 {
			return end
		}
		if we-ws == 13 && c.vatPrefixed(ws) {
			return we
		}
	}
	if d == ws+6 {
		if end := c.ibanGlued(ws); end > 0 {
			return end
		}
	}
	if end := c.fiscalCodeApart(ws, d, we); end > 0 {
		return end
	}
	return max(we, c.idMixed(ws, we))
}

// dateEnd returns the end of the date that begins with the group b[d:we], 0 for
// none: 31/12/1980, 31.12.1980, 1980-12-31, with prev before it. Nothing else
// that is looked for is written like one.
func dateEnd(b []byte, d, we int, prev byte) int {
	n := we - d
	if n != 4 && n > 2 || we+6 > len(b) || isDateMark(prev) || prev == '+' {
		return 0
	}
	sep := b[we]
	if sep != '/' && sep != '-' && sep != '.' {
		return 0
	}
	m := digitRun(b, we+1, 3)
	if m == 0 || m > 2 || we+1+m >= len(b) || b[we+1+m] != sep {
		return 0
	}
	last := we + 2 + m
	y := digitRun(b, last, 5)
	if y == 0 || n == 4 && y > 2 || n < 4 && y != 4 {
		return 0
	}
	end := last + y
	day, month, year := number(b[d:we]), number(b[we+1:we+1+m]), number(b[last:end])
	if n == 4 {
		day, year = year, day
	}
	if month > 12 { // month first
		day, month = month, day
	}
	if year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0
	}
	if end < len(b) && b[end] != 'T' && (wordAt(b, end) || isDateMark(b[end]) && end+1 < len(b) && isAlnum(b[end+1])) {
		return 0
	}
	return end
}

func isDateMark(x byte) bool { return x == '/' || x == '-' || x == '.' }
