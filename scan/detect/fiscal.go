package detect

// What the fiscal code is made of (DM 23/12/1976, art. 2-7): six letters of
// surname and name, two digits of the year, a letter of the month, two digits of
// the day (40 more for women), a letter and three digits of the place, a check
// letter. Where two people would have the same code, digits are replaced by
// letters (omocodia).
const (
	fiscalLen    = 16
	fiscalMonths = "ABCDEHLMPRST"
	fiscalSwaps  = "LMNPQRSTUV" // the letter that replaces each digit
)

// fiscalOdd is what a character counts in the 1st, 3rd, … place; in the others
// it counts its rank.
var fiscalOdd = [26]byte{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// fiscalCode reports the 16 letters and digits at start if they are a code.
func (c *Collector) fiscalCode(start int) bool {
	c.norm = c.norm[:0]
	for _, x := range c.buf[start : start+fiscalLen] {
		c.norm = append(c.norm, upper(x))
	}
	if !validFiscal(c.norm) {
		return false
	}
	c.emit(FiscalCode, start, start+fiscalLen, High)
	return true
}

// fiscalCodeApart looks for a code written with single spaces, as on the card:
// RSSMRA 80A01 H501U or RSS MRA 80A01H501U. The year's first digit is at d.
// Where a letter replaces that digit, the length of the word b[ws:we] tells where
// the year stands.
func (c *Collector) fiscalCodeApart(ws, d, we int) int {
	b := c.buf
	switch we - ws {
	case 5, 10:
		d = ws
	case 8, 13:
		d = ws + 3
	case 11:
		d = ws + 6
	}
	if d+4 >= len(b) || !fiscalMonth(upper(b[d+2])) {
		return 0
	}
	start, letters, gaps := d, 0, 0
	for start > 0 && letters < 6 {
		if isLetter(b[start-1]) {
			start--
			letters++
			continue
		}
		sep, w := separatorBefore(b, start)
		if sep != ' ' || gaps == 2 || (letters != 0 && letters != 3) {
			return 0
		}
		start -= w
		gaps++
	}
	if letters < 6 || wordBefore(b, start) {
		return 0
	}
	c.norm = c.norm[:0]
	for i := start; i < len(b); i++ {
		if w := space(b, i); w > 0 && len(c.norm) > 0 {
			i += w - 1
			continue
		}
		if !isAlnum(b[i]) {
			break
		}
		if c.norm = append(c.norm, upper(b[i])); len(c.norm) < fiscalLen {
			continue
		}
		if i+1-start > fiscalLen+9 || wordAt(b, i+1) || !validFiscal(c.norm) {
			break
		}
		c.emit(FiscalCode, start, i+1, High)
		return i + 1
	}
	return 0
}

func fiscalMonth(x byte) bool {
	for i := range len(fiscalMonths) {
		if fiscalMonths[i] == x {
			return true
		}
	}
	return false
}

// fiscalDigit returns the digit that stands in a place of digits, also where a
// letter replaces it; -1 for any other letter.
func fiscalDigit(x byte) int {
	if isDigit(x) {
		return int(x - '0')
	}
	for i := range len(fiscalSwaps) {
		if fiscalSwaps[i] == x {
			return i
		}
	}
	return -1
}

// validFiscal says whether 16 characters in upper case are a fiscal code: its
// shape, day of birth, place, and check letter.
func validFiscal(code []byte) bool {
	if len(code) != fiscalLen {
		return false
	}
	for i, x := range code {
		switch i {
		case 6, 7, 9, 10, 12, 13, 14:
			if fiscalDigit(x) < 0 {
				return false
			}
		default:
			if !isLetter(x) {
				return false
			}
		}
	}
	if !fiscalBirth(code) || !belfiore(code[11:15]) {
		return false
	}
	sum := 0
	for i, x := range code[:15] {
		rank := x - 'A'
		if isDigit(x) {
			rank = x - '0' // the odd values of 0-9 are those of A-J
		}
		if i%2 == 0 {
			sum += int(fiscalOdd[rank])
		} else {
			sum += int(rank)
		}
	}
	return byte(sum%26)+'A' == code[15]
}

// fiscalBirth says whether the code's day exists: 40 more for women, the 29th of
// February in years that end in a leap year's two digits.
func fiscalBirth(code []byte) bool {
	day := fiscalDigit(code[9])*10 + fiscalDigit(code[10])
	if day > 40 {
		day -= 40
	}
	for month := range len(fiscalMonths) {
		if fiscalMonths[month] == code[8] {
			return dayExists(2000+fiscalDigit(code[6])*10+fiscalDigit(code[7]), month+1, day)
		}
	}
	return false
}

// belfiore says whether the four characters can be the code of a commune (A to M)
// or of a foreign country (Z), which is never 000.
func belfiore(place []byte) bool {
	return (place[0] <= 'M' || place[0] == 'Z') && fiscalDigit(place[1])+fiscalDigit(place[2])+fiscalDigit(place[3]) > 0
}
