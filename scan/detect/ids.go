package detect

import "unicode/utf8"

// idDigits looks for a document's number in the groups that begin with the run
// of digits b[d:we], by the length of the run, and returns its end; 0 for none.
func (c *Collector) idDigits(d, we int) int {
	b := c.buf
	switch we - d {
	case 1: // b[we] exists and may stand between groups, as before two, three and five digits
		if we+3 < len(b) && b[d] != '0' && (b[we] >= utf8.RuneSelf || isDigit(b[we+2]) && b[we+3] == b[we]) {
			return c.nirGrouped(d)
		}
	case 2:
		switch {
		case b[we] == '.':
			if we+4 < len(b) && b[we+4] == '.' {
				return c.spanishDotted(d)
			}
		case following(b, we) == 3:
			return c.taxIDGrouped(d)
		case letterBehind(b, d):
			return c.behindLetters(d, we)
		}
	case 3:
		switch following(b, we) {
		case 2:
			return c.ssnGrouped(d)
		case 3:
			return c.nhsGrouped(d)
		}
	case 5, 6, 7:
		if c.hint == Passport && d == 0 {
			return c.passport(d, we)
		}
		if letterBehind(b, d) {
			return c.behindLetters(d, we)
		}
	case 8:
		if we < len(b) && between[b[we]] {
			if end := c.spanishApart(d, we); end > 0 {
				return end
			}
		}
		if letterBehind(b, d) {
			return c.behindLetters(d, we)
		}
	case 9:
		return c.nineDigits(d, we)
	case 10:
		return c.checked(NHS, markNHS, d, we)
	case 11:
		if end := c.checked(TaxID, markTaxID, d, we); end > 0 {
			return end
		}
		return c.checked(PESEL, markPESEL, d, we)
	case 13:
		if b[d] <= '2' && b[d+3] <= '1' {
			return c.nirBare(d, we)
		}
	case 15:
		return c.checked(NIR, markNIR, d, we)
	}
	return 0
}

// following is how many digits the next group has, at most four, where a blank
// or a hyphen stands before it.
func following(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	w := 1
	switch x := b[i]; {
	case x >= utf8.RuneSelf:
		if _, w = separator(b, i); w == 0 {
			return 0
		}
	case x != ' ' && x != '-':
		return 0
	}
	return digitRun(b, i+w, 4)
}

// gather puts the letters and digits of b[start:end] into norm, in upper case.
func (c *Collector) gather(start, end int) {
	c.norm = c.norm[:0]
	for _, x := range c.buf[start:end] {
		if isAlnum(x) {
			c.norm = append(c.norm, upper(x))
		}
	}
}

// holds says whether norm has the check digits of a kind.
func (c *Collector) holds(kind Kind) bool {
	switch kind {
	case NHS:
		return validNHS(c.norm) && !same(c.norm)
	case TaxID:
		return validTaxID(c.norm)
	case PESEL:
		return validPESEL(c.norm)
	case NIF, NIE:
		return validSpanish(c.norm) && !same(c.norm[:8])
	case NIR:
		return validNIR(c.norm, false)
	default:
		return false
	}
}

// checked reports b[start:end], with whatever stands between its characters, as
// a kind that has check digits. Where nothing says what it is, a number that is
// all of its cell waits for the rest of the column.
func (c *Collector) checked(kind Kind, m mark, start, end int) int {
	if c.gather(start, end); !c.holds(kind) || !apart(c.buf, start, end) {
		if kind == NIR && end-start == len(c.norm) && start >= c.from && start < c.to {
			c.place.noNIR++
		}
		return 0
	}
	why, ok := c.evidence(kind, m, start)
	switch {
	case !ok:
		return 0
	case why == WhyContext:
		why = WhyChecksumContext
	case why == "" && kind == NIR && !validNIR(c.norm, true):
		return 0
	case why == "" && end-start > len(c.norm) && !inRow(c.buf, start, end):
		why = WhyWritten
	case why == "":
		why = WhyChecksum
	}
	if c.found(kind, start, end, why) {
		return end
	}
	if c.col != nil && start == 0 && end == len(c.buf) {
		c.col.hope(kind, c.hash(kind, c.norm), c.norm)
	}
	return 0
}

// nirGrouped: 1 85 05 78 006 084 36, 1 85 05 2A 006 084 36.
func (c *Collector) nirGrouped(d int) int {
	b := c.buf
	sep, _ := cardSeparator(b, d+1)
	if sep != ' ' && sep != '.' && sep != '-' {
		return 0
	}
	i := d + 1
	for _, size := range [...]int{2, 2, 2, 3, 3, 2} {
		s, sw := cardSeparator(b, i)
		if s != sep || i+sw+size > len(b) {
			return 0
		}
		for k := range size {
			if !isAlnum(b[i+sw+k]) {
				return 0
			}
		}
		i += sw + size
	}
	return c.checked(NIR, markNIR, d, i)
}

// nirBare is the thirteen characters without their key, or with it apart.
func (c *Collector) nirBare(d, we int) int {
	if sep, w := separator(c.buf, we); sep != 0 && digitRun(c.buf, we+w, 3) == 2 {
		if end := c.checked(NIR, markNIR, d, we+w+2); end > 0 {
			return end
		}
	}
	if c.gather(d, we); !validNIR(c.norm, true) || !apart(c.buf, d, we) {
		return 0
	}
	if why, ok := c.evidence(NIR, markNIR, d); ok && why != "" && c.found(NIR, d, we, why) {
		return we
	}
	return 0
}

// groups returns the end of digits in groups of the given sizes behind the
// first, all with the same separator; 0 if they aren't.
func groups(b []byte, first int, sizes ...int) (byte, int) {
	var sep byte
	i := first
	for n, size := range sizes {
		s, w := separator(b, i)
		if s == 0 || n > 0 && s != sep || digitRun(b, i+w, size+1) != size {
			return 0, 0
		}
		sep = s
		i += w + size
	}
	return sep, i
}

// inRow says whether more groups of digits stand before or behind b[start:end].
func inRow(b []byte, start, end int) bool {
	if _, w := separatorBefore(b, start); w > 0 && start > w && isDigit(b[start-w-1]) {
		return true
	}
	_, w := separator(b, end)
	return w > 0 && digitRun(b, end+w, 1) > 0
}

// taxIDGrouped: 36 574 261 809.
func (c *Collector) taxIDGrouped(d int) int {
	if _, end := groups(c.buf, d+2, 3, 3, 3); end > 0 {
		return c.checked(TaxID, markTaxID, d, end)
	}
	return 0
}

// nhsGrouped: 943 476 5870.
func (c *Collector) nhsGrouped(d int) int {
	if _, end := groups(c.buf, d+3, 3, 4); end > 0 {
		return c.checked(NHS, markNHS, d, end)
	}
	return 0
}

// ssnGrouped: 123-45-6789; with blanks only behind a word or header.
func (c *Collector) ssnGrouped(d int) int {
	sep, end := groups(c.buf, d+3, 2, 4)
	if end == 0 {
		return 0
	}
	return c.ssn(d, end, sep == '-')
}

// ssn reports b[d:end]; alone says that it may stand without a word or header.
func (c *Collector) ssn(d, end int, alone bool) int {
	if c.gather(d, end); !validSSN(c.norm) || same(c.norm) || string(c.norm) == "123456789" || !apart(c.buf, d, end) {
		return 0
	}
	why, ok := c.evidence(SSN, markSSN, d)
	if ok && why == "" && alone && !inRow(c.buf, d, end) {
		why = WhyWritten
	}
	if !ok || !c.found(SSN, d, end, why) {
		return 0
	}
	return end
}

// nineDigits is a bare Social Security number or a passport of the United
// Kingdom or the United States.
func (c *Collector) nineDigits(d, we int) int {
	if end := c.ssn(d, we, false); end > 0 {
		return end
	}
	return c.passport(d, we)
}

// spanishDotted: 12.345.678-Z.
func (c *Collector) spanishDotted(d int) int {
	b := c.buf
	if digitRun(b, d+3, 4) != 3 || d+6 >= len(b) || b[d+6] != '.' || digitRun(b, d+7, 4) != 3 {
		return 0
	}
	return c.spanishApart(d, d+10)
}

// spanishApart is the digits b[d:we] of a DNI and its letter, apart from them:
// 12345678-Z; with a blank only behind a word or header.
func (c *Collector) spanishApart(d, we int) int {
	b := c.buf
	sep, w := separator(b, we)
	end := we + w + 1
	if sep == 0 && we-d > 8 && we < len(b) && isLetter(b[we]) {
		end = we + 1 // 12.345.678Z
	}
	if end > len(b) || !isLetter(b[end-1]) || end == we+w || wordAt(b, end) {
		return 0
	}
	if c.gather(d, end); !c.holds(NIF) || !apart(b, d, end) {
		return 0
	}
	if sep == ' ' {
		if why, ok := c.evidence(NIF, markSpanish, d); !ok || why == "" {
			return 0
		}
	}
	return c.spanish(NIF, d, end)
}

// spanish reports norm, a DNI or NIE whose letter holds.
func (c *Collector) spanish(kind Kind, start, end int) int {
	why, ok := c.evidence(kind, markSpanish, start)
	switch {
	case ok && why == "":
		if why = WhyChecksum; c.norm[0] >= 'K' && c.norm[0] <= 'M' || c.buf[end-1]-'a' <= 'f'-'a' {
			return 0 // or the beginning of a hash: 43016715e
		}
	case why == WhyContext:
		why = WhyChecksumContext
	}
	if !ok || !c.found(kind, start, end, why) {
		return 0
	}
	return end
}

// behindLetters looks for a number whose letters stand apart before its digits
// b[d:we]: CA 12345 AA, AA 1234567, AB 12 34 56 C, X-1234567-L, AAA 123456.
func (c *Collector) behindLetters(d, we int) int {
	b := c.buf
	sep, w := separatorBefore(b, d)
	if sep == 0 {
		return 0
	}
	start := d - w
	for start > 0 && isLetter(b[start-1]) && d-w-start < 4 {
		start--
	}
	letters := d - w - start
	if letters == 0 || letters > 3 || wordBefore(b, start) || upper(b[start]) != b[start] {
		return 0
	}
	switch digits := we - d; {
	case letters == 2 && digits == 2:
		_, end := groups(b, we, 2, 2)
		return c.ninoApart(start, end)
	case letters == 2 && digits == 6:
		return c.ninoApart(start, we)
	case letters == 2 && digits == 5:
		_, tail := separator(b, we)
		if end := we + tail + 2; end <= len(b) && isLetter(b[end-1]) && isLetter(b[end-2]) {
			return c.identityCard(start, end, cardNew)
		}
	case letters == 2 && digits == 7:
		if end := c.identityCard(start, we, cardOld); end > 0 {
			return end
		}
		return c.passport(start, we)
	case letters == 1 && digits == 7:
		if s, tail := separator(b, we); s != 0 && we+tail < len(b) && isLetter(b[we+tail]) {
			return c.nie(start, we+tail+1)
		}
	case letters == 1 && digits == 8, letters == 3 && digits == 6:
		return c.passport(start, we)
	}
	return 0
}

// ninoApart is a National Insurance number whose last digit ends at i and whose
// last letter stands behind a blank.
func (c *Collector) ninoApart(start, i int) int {
	if i == 0 {
		return 0
	}
	b := c.buf
	_, w := separator(b, i)
	end := i + w + 1
	if end > len(b) || !isLetter(b[end-1]) {
		return 0
	}
	return c.nino(start, end, WhyWritten)
}

// nino reports b[start:end] if it is a National Insurance number; alone is what
// stands for it where no word and no header does.
func (c *Collector) nino(start, end int, alone Why) int {
	if c.gather(start, end); !validNINO(c.norm) || !apart(c.buf, start, end) {
		return 0
	}
	why, ok := c.evidence(NINO, markNINO, start)
	if ok && why == "" && upper(c.buf[start]) == c.buf[start] {
		why = alone
	}
	if !ok || !c.found(NINO, start, end, why) {
		return 0
	}
	return end
}

// nie reports b[start:end] if its letter is that of an NIE.
func (c *Collector) nie(start, end int) int {
	if c.gather(start, end); !c.holds(NIE) || !apart(c.buf, start, end) {
		return 0
	}
	if c.norm[0] < 'X' {
		return c.spanish(NIF, start, end)
	}
	return c.spanish(NIE, start, end)
}
