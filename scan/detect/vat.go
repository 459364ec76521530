package detect

// vatWindow is how many bytes before an Italian VAT number its context may begin.
const vatWindow = 32

// vat reports the eleven digits at d as an Italian VAT number if its check
// digit holds and something says that it is one: the header, a word before it,
// or the country's letters. Eleven digits alone are never one.
func (c *Collector) vat(d int) int {
	b, end := c.buf, d+11
	if !validVAT(b[d:end]) || decimalBefore(b, d) || (decimalAfter(b, end) && c.hint != VAT) || (d > 0 && b[d-1] == '+') {
		return 0
	}
	start := d
	if sep, w := separatorBefore(b, d); sep == ' ' && countryIT(b, d-w) {
		start = d - w - 2
	}
	if start == d && c.hint != VAT && c.hint != FiscalCode && c.contextBefore(d, vatWindow) != vatWords {
		return 0
	}
	c.norm = append(c.norm[:0], b[d:end]...)
	c.emit(VAT, start, end, High)
	return end
}

// vatPrefixed reports the word of thirteen characters at ws if it is IT and a
// VAT number.
func (c *Collector) vatPrefixed(ws int) bool {
	b := c.buf[ws : ws+13]
	if upper(b[0]) != 'I' || upper(b[1]) != 'T' || digitRun(b, 2, 11) != 11 || !validVAT(b[2:]) {
		return false
	}
	c.norm = append(c.norm[:0], b[2:]...)
	c.emit(VAT, ws, ws+13, High)
	return true
}

// countryIT says whether the word IT, in capitals, ends at i.
func countryIT(b []byte, i int) bool {
	return i >= 2 && b[i-2] == 'I' && b[i-1] == 'T' && !wordBefore(b, i-2)
}

// validVAT says whether eleven digits are an Italian VAT number: seven of the
// firm, three of the office, one check digit (DPR 633/1972, art. 35; DM
// 23/12/1976, all. 1): digits in even places count double, less nine above
// nine, and the sum ends in 0.
func validVAT(digits []byte) bool {
	if len(digits) != 11 || same(digits) || digitsZero(digits[:7]) {
		return false
	}
	sum := 0
	for i, d := range digits {
		v := int(d - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

func digitsZero(digits []byte) bool { return same(digits) && digits[0] == '0' }
