package detect

import (
	"bytes"
	"unicode/utf8"
)

// The limits of a telephone number: E.164 allows 15 digits with the country's;
// the smallest islands' have fewer than 8,
// and aren't looked for.
const (
	maxE164     = 15
	minE164     = 8
	phoneWindow = 24 // bytes before a number in which its context may begin
)

// numbers are the groups of digits of one phrase.
type numbers struct {
	digits [20]byte
	n      int
	ends   [8]int  // where each group ends in the buffer
	counts [8]int  // how many digits there are up to its end
	seps   [8]byte // what stands before it
	groups int
}

func (n *numbers) size(g int) int {
	if g == 0 {
		return n.counts[0]
	}
	return n.counts[g] - n.counts[g-1]
}

// phrase gathers the groups of digits that begin at d, as telephone numbers are
// written: with single blanks, hyphens, dots, slashes or brackets between them.
func (n *numbers) phrase(b []byte, d int) {
	n.n, n.groups = 0, 0
	sep := byte(0)
	for i := d; n.groups < len(n.ends); {
		w := digitRun(b, i, len(n.digits)+1)
		if w == 0 || n.n+w > len(n.digits) || wordAt(b, i+w) {
			return
		}
		n.n += copy(n.digits[n.n:], b[i:i+w])
		g := n.groups
		n.ends[g], n.counts[g], n.seps[g] = i+w, n.n, sep
		n.groups++
		s, sw := phoneSeparator(b, i+w)
		if s == 0 {
			return
		}
		sep = s
		i += w + sw
	}
}

// phoneSeparator returns what stands between two groups at i, and its width.
func phoneSeparator(b []byte, i int) (byte, int) {
	if i >= len(b) {
		return 0, 0
	}
	switch b[i] {
	case '.', '/', '(':
		return b[i], 1
	case ')':
		if s, w := separator(b, i+1); s != 0 {
			return ')', w + 1
		}
		if i+1 < len(b) && b[i+1] == '/' {
			return ')', 2
		}
		return ')', 1
	}
	s, w := separator(b, i)
	if s == ' ' && i+w < len(b) && b[i+w] == '(' {
		return '(', w + 1
	}
	return s, w
}

// international looks for a number with its country's code; the code's first
// digit is at d, the '+' at start. It returns the end, 0 for none.
func (c *Collector) international(d, start int) int {
	if wordBefore(c.buf, start) || (start > 0 && c.buf[start-1] == '+') {
		return 0
	}
	c.num.phrase(c.buf, d)
	return c.foreign(0, start, High)
}

// foreign takes the longest row of groups that is a number with a country's
// code in front; skip is how many digits stand before the code.
func (c *Collector) foreign(skip, start int, confidence Confidence) int {
	num := &c.num
	cc, lengths := callingCode(num.digits[min(skip, num.n):num.n])
	if cc == 0 {
		return 0
	}
	code := skip + cc
	trunk := 0 // +44 (0)20 …: a 0 that isn't dialled from abroad
	if num.groups > 1 && num.seps[1] == '(' && num.size(1) == 1 && num.digits[code] == '0' && num.counts[0] == code &&
		string(num.digits[skip:code]) != "39" {
		trunk = 1
	}
	for g := num.groups - 1; g >= 0; g-- {
		n := num.counts[g] - code - trunk
		if n < int(lengths.min) || n > int(lengths.max) || n+cc > maxE164 || n+cc < minE164 {
			continue
		}
		national := num.digits[code+trunk : num.counts[g]]
		if !nationalShape(string(num.digits[skip:code]), national) {
			continue
		}
		c.norm = append(append(c.norm[:0], num.digits[skip:code]...), national...)
		if c.emitPhone(start, num.ends[g], confidence) {
			return num.ends[g]
		}
	}
	return 0
}

// emitPhone reports norm, a number in E.164 without '+', if it is confirmed.
func (c *Collector) emitPhone(start, end int, confidence Confidence) bool {
	c.hashed = 0
	if start >= c.from && start < c.to && !c.confirmed() {
		c.hashed = 0
		return false
	}
	c.emit(Phone, start, end, confidence)
	return true
}

// phone looks for a number as it is written inside the shop's country, or with
// 00 in front, in the groups that begin with b[d:we]. It returns the end, 0 for
// none.
func (c *Collector) phone(d, we int) int {
	b, plan := c.buf, &c.rules.plan
	double := b[d] == '0' && we-d >= 4 && b[d+1] == '0'
	c.long(d, we)
	if !double && c.hint != Phone && !plan.begins(b[d]) {
		return 0
	}
	if we-d >= 13 && !double {
		return 0
	}
	if _, w := phoneSeparatorBefore(b, d); w > 0 && isDigit(b[d-w-1]) && c.last < d-w {
		return 0 // a piece of a longer row of numbers
	}
	c.num.phrase(b, d)
	if c.num.n < 6 {
		return 0
	}
	near := phoneWords
	if c.hint != Phone {
		if near = c.contextBefore(d, phoneWindow); near == noWords {
			near = c.head
		}
	}
	sure := near == phoneWords && (c.hint == Phone || c.num.n >= 8 || !initials(b, d))
	if !sure && (near != noWords || glued(b, d) || c.num.evenRow() || c.inDump(d) || c.col != nil && c.col.head.code) || c.hint != Phone && behindCode(b, d) {
		c.zero(d, double && c.num.groups == 1, false)
		return 0
	}
	if double {
		return c.doubleZero(d, sure)
	}
	if end := c.national(d, sure); end > 0 || c.hint != Phone {
		return end
	}
	if cc := len(plan.code); cc > 0 && c.num.n > cc && string(c.num.digits[:cc]) == plan.code {
		return c.foreign(0, d, High) // 393990001234: the '+' was lost in a spreadsheet
	}
	return 0
}

// phoneSeparatorBefore returns what stands between two groups and ends at i,
// with a digit before it.
func phoneSeparatorBefore(b []byte, i int) (byte, int) {
	if i < 2 || !between[b[i-1]] && b[i-1] < utf8.RuneSelf {
		return 0, 0
	}
	for n := 1; n <= 4 && n < i; n++ {
		if s, w := phoneSeparator(b, i-n); s != 0 && w == n && isDigit(b[i-n-1]) {
			return s, n
		}
	}
	return 0, 0
}

// glued says whether the number at d hangs on something that isn't a word's
// end: a decimal, an amount of money, a path, a code with hyphens.
func glued(b []byte, d int) bool {
	if d == 0 {
		return false
	}
	switch b[d-1] {
	case '.', ',', '-', '/', '\\', '_', '#', '$', '*', '%', '&', '=', '@', '~', '\'':
		return true
	}
	return endsFold(b[:d], "€") || endsFold(b[:d], "€ ") || endsFold(b[:d], "$ ") || endsFold(b[:d], "£")
}

// doubleZero is a number that begins with 00 for '+'. With no context
// it counts only with the shop's own country code, or if a blank stands behind
// the country's: many a barcode begins with 00.
func (c *Collector) doubleZero(d int, sure bool) int {
	num, code := &c.num, c.rules.plan.code
	own := code != "" && code != "1" && num.n > 2+len(code) && string(num.digits[2:2+len(code)]) == code
	if cc, _ := callingCode(num.digits[2:num.n]); !sure && !own && (num.groups == 1 || num.counts[0] != 2+cc) {
		c.zero(d, num.groups == 1, false)
		return 0
	}
	end := c.foreign(2, d, High)
	c.zero(d, !sure && num.groups == 1, end > 0)
	return end
}

// begins says whether a number written inside the country can begin with b.
func (p *plan) begins(b byte) bool {
	for i := range len(p.first) {
		if p.first[i] == b {
			return true
		}
	}
	return false
}

// national takes the groups as a number of the shop's country: all of them, or
// fewer if the header or a word says that it is a number and what follows
// doesn't fit.
func (c *Collector) national(d int, sure bool) int {
	num, p := &c.num, &c.rules.plan
	for g := num.groups - 1; g >= 0; g-- {
		n := num.counts[g]
		if !sure && g == 0 && num.groups == 1 && p.mobile(num.digits[:n]) && c.alone(d, num.ends[g]) {
			digits := num.digits[:n]
			if p.trunk {
				digits = digits[1:]
			}
			c.norm = append(append(c.norm[:0], p.code...), digits...)
			if c.emitPhone(d, num.ends[g], Low) {
				return num.ends[g]
			}
		}
		if !sure && (g == 0 || g < num.groups-1) {
			return 0
		}
		if c.unfinished(num.ends[g], sure, g == num.groups-1) || !p.fits(num.digits[:n]) || (!sure && !num.looksNational(g+1, p)) || num.date(g+1) {
			continue
		}
		digits, confidence := num.digits[:n], High
		if !sure {
			confidence = Medium
		}
		if p.trunk || (p.loose && digits[0] == '0') {
			digits = digits[1:]
		}
		c.norm = append(append(c.norm[:0], p.code...), digits...)
		if p.code == "" { // nobody to ask
			c.emit(Phone, d, num.ends[g], Medium)
			return num.ends[g]
		}
		if c.emitPhone(d, num.ends[g], confidence) {
			return num.ends[g]
		}
	}
	return 0
}

// unfinished says whether a number that ends at i goes on: a fraction, an
// amount, or more digits (last says that there are no more groups to look at).
func (c *Collector) unfinished(i int, sure, last bool) bool {
	b := c.buf
	if i >= len(b) {
		return false
	}
	if decimalAfter(b, i) {
		return last && (c.hint != Phone || b[i+1] != '0')
	}
	if !last {
		return false
	}
	if sure {
		return false
	}
	if b[i] == ',' && i+1 < len(b) && isDigit(b[i+1]) {
		return true
	}
	if _, w := phoneSeparator(b, i); w > 0 && (mixedWord(b, i+w, false) || b[i] != ' ' && b[i] != ')' && b[i] != '/' && wordAt(b, i+w)) {
		return true
	}
	rest := b[i+space(b, i):]
	return bytes.HasPrefix(rest, []byte("€")) || bytes.HasPrefix(rest, []byte("EUR"))
}

// fits says whether so many digits can be a number written inside the country.
func (p *plan) fits(digits []byte) bool {
	n := len(digits)
	switch {
	case p.code == "":
		return n >= 8 && n <= 12
	case n < p.min || n > p.max || !p.begins(digits[0]):
		return false
	case p.code == "39":
		return italian(digits)
	case p.nanp:
		return digits[3] >= '2'
	case p.trunk:
		return digits[1] != '0'
	}
	return true
}

// looksNational says whether the first k groups are written the way numbers are
// in the country; without a header or context nothing else is taken for one.
func (n *numbers) looksNational(k int, p *plan) bool {
	if k < 2 || p.loose || p.code == "" || n.address(k) || (k == 2 && n.seps[1] == '.') {
		return false
	}
	for g := 2; g < k; g++ {
		if n.seps[g] != n.seps[1] && n.seps[1] != ')' && n.seps[1] != '/' {
			return false
		}
	}
	total, first, last := n.counts[k-1], n.size(0), n.size(k-1)
	switch {
	case p.nanp:
		return k == 3 && first == 3 && n.size(1) == 3 && last == 4
	case p.threes:
		return n.seps[1] == ' ' && first <= 3 && (k == 3 || k == 4) && last <= 3
	case n.threes(k) && n.seps[1] != '-':
		return false // an amount: 399.000.123
	case p.code == "39" && n.digits[0] == '3':
		return first == 3 && total == 10 && last >= 2
	case p.code == "39" && k > 2 && first == 2 && n.counts[k-1] == 2*k:
		return false // as likely a dump of bytes
	case p.code == "39" && n.digits[0] == '0' && first == 2:
		return (n.digits[1] == '2' || n.digits[1] == '6') && total >= 8 && last >= 2
	case p.code == "39" && n.digits[0] == '0':
		return (first == 3 || first == 4) && total >= 8 && last >= 2
	case p.trunk:
		return first >= 2 && first <= 5 && total >= 9 && last >= 2 && (n.seps[1] != '.' || n.size(k-2) > 1)
	}
	return false
}

// threes says whether every group but the first has three digits.
func (n *numbers) threes(k int) bool {
	for g := 1; g < k; g++ {
		if n.size(g) != 3 {
			return false
		}
	}
	return n.digits[0] != '0'
}

// address says whether the groups are those of an IP address.
func (n *numbers) address(k int) bool {
	if k != 4 {
		return false
	}
	for g := range k {
		if n.size(g) > 3 || (g > 0 && n.seps[g] != '.') {
			return false
		}
	}
	return true
}

// date says whether the first groups are a date: day, month, year in any usual
// order, with the same separator.
func (n *numbers) date(k int) bool {
	if k < 3 || n.seps[1] != n.seps[2] {
		return false
	}
	a, b, c := n.size(0), n.size(1), n.size(2)
	switch {
	case a <= 2 && b <= 2 && c == 4:
		year := two(n.digits[a+b:])
		return year == 19 || year == 20
	case a == 4 && b == 2 && c == 2:
		year := two(n.digits[:])
		return year == 19 || year == 20
	case a == 2 && b == 2 && c == 2 && k == 3:
		return true
	}
	return false
}
