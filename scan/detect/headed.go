package detect

import "bytes"

// headedAs says whether the values of columns of a kind are taken because of
// their header.
func headedAs(kind Kind) bool {
	switch kind {
	case Name, Address, BirthDate, Health, BankAccount, Password, Secret, CardCode:
		return true
	default:
	}
	return false
}

// wholeCell says whether a value that its header named is not looked at again
// for something else.
func wholeCell(kind Kind) bool {
	switch kind {
	case BirthDate, BankAccount, Password, Secret, CardCode:
		return true
	default:
	}
	return false
}

// ofPeople says whether a header of a kind makes a table one about people.
// Passwords stand beside the names of sites, addresses of the net beside those
// of computers.
func ofPeople(kind Kind) bool {
	switch kind {
	case "", VAT, Password, Secret, IPAddress, CardCode:
		return false
	default:
	}
	return true
}

// headedWord is headed for the kinds that words announce.
func (c *Collector) headedWord(kind Kind, v []byte) bool {
	switch kind {
	case Health:
		return c.healthCell(v)
	case BankAccount:
		return c.bankCell(v)
	case Password:
		return c.passwordCell(v)
	case Secret:
		return c.secretCell(v)
	case CardCode:
		if n := len(v); n < 3 || n > 4 || digitRun(v, 0, 5) != n {
			return false
		}
		c.norm = append(c.norm[:0], v...)
		return true
	default:
	}
	return false
}

// headedConfidence says how sure norm, the value of a column that its header
// names, is.
func (c *Collector) headedConfidence(h header) Confidence {
	switch h.kind {
	case Health, BankAccount:
		return Medium
	case Secret:
		if r, _ := ruleAt(c.norm, 0); r != nil && !r.low && !documented(c.norm) {
			return High
		}
		if documented(c.norm) {
			return Low
		}
		return Medium
	case Password:
		confidence, _ := passwordLooks(c.norm, surePass, true, true)
		if confidence == Low && !hashLike(c.norm) {
			return Medium
		}
		return confidence
	default:
	}
	return High
}

// noHealth are what cells say where there is nothing to say, folded.
var noHealth = parseVocabulary(nil, noHealthWords)

// healthCell: 1 to 250 bytes, of which some word says something.
func (c *Collector) healthCell(v []byte) bool {
	if len(v) > 250 || bytes.Contains(v, []byte("://")) {
		return false
	}
	c.norm = tidy(c.norm[:0], v)
	if placeholders[string(c.norm)] {
		return false
	}
	says, letters := false, 0
	for word := range bytes.FieldsFuncSeq(c.norm, func(r rune) bool { return !wordRune(r) && r != '+' }) {
		letters += len(word)
		says = says || !noHealth[string(word)]
	}
	return says && letters > 0 && (letters > 1 || bytes.ContainsAny(v, "+0123456789ABO"))
}

// bankCell: 6 to 14 digits with blanks, hyphens, dots or slashes between them.
func (c *Collector) bankCell(v []byte) bool {
	c.norm = c.norm[:0]
	if len(v) > 24 || len(v) > 0 && !isDigit(v[len(v)-1]) {
		return false
	}
	for _, x := range v {
		switch {
		case isDigit(x):
			c.norm = append(c.norm, x)
		case x != ' ' && x != '-' && x != '.' && x != '/' || len(c.norm) == 0:
			return false
		}
	}
	if _, date := dateParts(v); date && len(c.norm) <= 8 && len(v) > len(c.norm) {
		return false
	}
	return len(c.norm) >= 6 && len(c.norm) <= 14 && !same(c.norm)
}

// secretCell is a value under a header that says secret, key or token.
func (c *Collector) secretCell(v []byte) bool {
	r, end := ruleAt(v, 0)
	if (r == nil || end != len(v)) && !c.namedSecret(v) {
		return false
	}
	c.norm = append(c.norm[:0], v...)
	return true
}

// raiseHealth makes what a column says of the health of people sure, if the
// file is about people.
func (c *Collector) raiseHealth(col *column) {
	if c.people.Count() == 0 && c.joined.Count() == 0 {
		return
	}
	for i := range col.tallies {
		if t := &col.tallies[i]; t.kind == Health && t.count > 0 {
			t.confidence = High
		}
	}
}

// cardCodeBehind reports the three or four digits behind the sign at i, whose
// label says that they are the code of a card.
func (c *Collector) cardCodeBehind(i int) {
	b := c.buf
	from, _ := valueBehind(b, i)
	if from == none {
		return
	}
	n := digitRun(b, from, 5)
	if n < 3 || n > 4 || wordAt(b, from+n) || decimalAfter(b, from+n) {
		return
	}
	if _, w := separator(b, from+n); w > 0 && isDigit(b[min(len(b)-1, from+n+w)]) && b[from+n] == '-' {
		return
	}
	c.emitWord(CardCode, from, from+n, High)
}

// trackTwo reports the magnetic stripe whose card number is b[d:we]: track 2 of
// ISO/IEC 7813, ;PAN=YYMM and the service code.
func (c *Collector) trackTwo(d, we int) {
	b := c.buf
	if d == 0 || b[d-1] != ';' || we >= len(b) || b[we] != '=' || digitRun(b, we+1, 8) < 7 {
		return
	}
	if _, ok := issuerOf(b[d:we]); ok && luhn(b[d:we]) && track(b[we+1:]) {
		c.emitWord(CardCode, d, we, High)
	}
}

// trackOne reports track 1 of ISO/IEC 7813, %BPAN^NAME^YYMM…; the word that
// begins with the B is b[ws:we].
func (c *Collector) trackOne(ws, we int) {
	b := c.buf
	if ws == 0 || b[ws-1] != '%' || we >= len(b) || b[we] != '^' || digitRun(b, ws+1, 20) != we-ws-1 {
		return
	}
	pan := b[ws+1 : we]
	name := bytes.IndexByte(b[we+1:min(len(b), we+30)], '^')
	if _, ok := issuerOf(pan); !ok || !luhn(pan) || name < 2 || digitRun(b, we+2+name, 8) < 7 || !track(b[we+2+name:]) {
		return
	}
	c.emitWord(CardCode, ws, we, High)
}

// track says whether the month of an expiry, YYMM, is one.
func track(b []byte) bool {
	month := two(b[2:])
	return month >= 1 && month <= 12
}

// maskWord is mask for the kinds that words announce. Of a password nothing is
// shown, of a key only whose service it is for.
func maskWord(kind Kind, v []byte) string {
	switch kind {
	case Password:
		return "••••••••"
	case Secret:
		if r, _ := ruleAt(v, 0); r != nil {
			return r.service + " ••••••••"
		}
		return "••••••••"
	case CardCode, Health:
		return "•••"
	case BankAccount:
		return "•••• " + ending(v, 2)
	case IPAddress:
		i := bytes.IndexAny(v, ".:")
		if i < 0 {
			return "•••"
		}
		return ascii(v[:min(i, 4)]) + string(rune(v[i])) + "•••"
	default:
	}
	return "…"
}
