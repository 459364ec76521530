package detect

// idMixed looks for a document's number in the word b[ws:we], which has letters
// and digits, by its length, and returns its end; 0 for none.
func (c *Collector) idMixed(ws, we int) int {
	b := c.buf
	switch n := we - ws; {
	case n == 9:
		if end := c.nineCharacters(ws, we); end > 0 {
			return end
		}
	case n == 15 && (b[ws+6]|0x20 == 'a' || b[ws+6]|0x20 == 'b'):
		return c.checked(NIR, markNIR, ws, we)
	case n == 13 && b[ws+5] == '2' && (b[ws+6]|0x20 == 'a' || b[ws+6]|0x20 == 'b'):
		return c.nirBare(ws, we)
	}
	if we < len(b) && b[we] == '<' || we-ws >= minZoneWord {
		if end := c.zone(ws, we); end > 0 {
			return end
		}
	}
	if n := we - ws; n == 10 || n >= 6 && n <= 8 && c.hint == Passport {
		return c.passport(ws, we)
	}
	return 0
}

// The places of the letters in nine characters, a bit for each from the left.
const (
	lettersNINO     = 0b110000001
	lettersNew      = 0b110000011
	lettersOld      = 0b110000000
	lettersElectric = 0b000000011
	lettersDNI      = 0b000000001
	lettersNIE      = 0b100000001
)

func letterPlaces(b []byte) int {
	set := 0
	for _, x := range b {
		set <<= 1
		if isLetter(x) {
			set |= 1
		}
	}
	return set
}

// nineCharacters is the length that many documents have.
func (c *Collector) nineCharacters(ws, we int) int {
	switch letterPlaces(c.buf[ws:we]) {
	case lettersNINO:
		return c.nino(ws, we, WhyShape)
	case lettersNew:
		if end := c.identityCard(ws, we, cardNew); end > 0 {
			return end
		}
	case lettersOld:
		if end := c.identityCard(ws, we, cardOld); end > 0 {
			return end
		}
	case lettersElectric:
		if end := c.identityCard(ws, we, cardElectric); end > 0 {
			return end
		}
	case lettersDNI:
		if c.gather(ws, we); c.holds(NIF) && apart(c.buf, ws, we) {
			return c.spanish(NIF, ws, we)
		}
	case lettersNIE:
		if end := c.nie(ws, we); end > 0 {
			return end
		}
	}
	return c.passport(ws, we)
}

// The numbers of Italian identity cards: the CIE since 2016 (DM 23/12/2015, all.
// A) CA12345AA; the paper one AA1234567; the electronic one before 2016
// 1234567AA. Only the first has a shape that little else has.
const (
	cardNew      = true
	cardOld      = false
	cardElectric = false
)

// identityCard reports b[start:end], letters and digits in the places they have
// on a card.
func (c *Collector) identityCard(start, end int, isNew bool) int {
	b := c.buf
	if !apart(b, start, end) {
		return 0
	}
	m := markIdentity
	if isNew = isNew && upper(b[start]) == 'C'; isNew {
		m |= markDocument
	}
	why, ok := c.evidence(IdentityCard, m, start)
	if ok && why == "" && isNew && b[start] == 'C' && upper(b[start+1]) == b[start+1] && upper(b[end-1]) == b[end-1] {
		why = WhyShape
	}
	if !ok {
		return 0
	}
	if c.gather(start, end); !c.found(IdentityCard, start, end, why) {
		return 0
	}
	return end
}
