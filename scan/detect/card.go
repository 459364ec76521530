package detect

// issuer is a range of card numbers by their first six digits, with the lengths
// that its network gives them (ISO/IEC 7812-1; the networks' published ranges).
type issuer struct {
	from, to int    // of the first six digits, both included
	lengths  uint32 // bit n set: n digits
	context  bool   // found only with a context word or header: too wide a range
}

const (
	len13to19 = 1<<13 | 1<<14 | 1<<15 | 1<<16 | 1<<17 | 1<<18 | 1<<19
	len16to19 = 1<<16 | 1<<17 | 1<<18 | 1<<19
)

// issuers is in ascending order of ranges. Visa's old 13 digits are left out:
// none have been issued for decades, and every barcode has as many. Elo, Verve,
// RuPay and Dankort stand inside the ranges of Maestro and Discover; of them,
// only ranges that nobody else numbers things with stand alone.
var issuers = [...]issuer{
	{220000, 220499, len16to19, false},             // Mir
	{220500, 220599, len16to19, true},              // Borica
	{222100, 272099, 1 << 16, false},               // Mastercard, 2-series
	{300000, 305999, 1<<14 | len16to19, false},     // Diners Club
	{309500, 309599, 1<<14 | len16to19, false},     // Diners Club
	{340000, 349999, 1 << 15, false},               // American Express
	{352800, 358999, len16to19, false},             // JCB
	{360000, 369999, 1<<14 | len16to19, false},     // Diners Club
	{370000, 379999, 1 << 15, false},               // American Express
	{380000, 399999, 1<<14 | len16to19, false},     // Diners Club
	{400000, 499999, 1<<16 | 1<<18 | 1<<19, false}, // Visa
	{500000, 506698, 1<<12 | len13to19, true},      // Maestro; Verve, Dankort
	{506699, 506778, 1 << 16, false},               // Elo
	{506779, 508499, 1<<12 | len13to19, true},      // Maestro; Verve
	{508500, 508999, 1 << 16, false},               // RuPay
	{509000, 509999, 1 << 16, false},               // Elo
	{510000, 559999, 1 << 16, false},               // Mastercard
	{560000, 601099, 1<<12 | len13to19, true},      // Maestro
	{601100, 601199, len16to19, false},             // Discover
	{601200, 606984, 1<<12 | len13to19, true},      // Maestro
	{606985, 607984, 1 << 16, false},               // RuPay
	{607985, 608000, 1<<12 | len13to19, true},      // Maestro
	{608001, 608500, 1 << 16, false},               // RuPay
	{608501, 619999, 1<<12 | len13to19, true},      // Maestro
	{620000, 629999, len16to19, false},             // UnionPay
	{630000, 636296, 1<<12 | len13to19, true},      // Maestro
	{636297, 636297, 1 << 16, false},               // Elo
	{636298, 636367, 1<<12 | len13to19, true},      // Maestro
	{636368, 636368, 1 << 16, false},               // Elo
	{636369, 643999, 1<<12 | len13to19, true},      // Maestro
	{644000, 659999, len16to19, false},             // Discover; RuPay, Elo, Verve, Troy
	{660000, 699999, 1<<12 | len13to19, true},      // Maestro
	{810000, 829999, len16to19, true},              // UnionPay, RuPay
	{860000, 860099, 1 << 16, true},                // Uzcard
	{979200, 979299, 1 << 16, false},               // Troy
	{986000, 986099, 1 << 16, true},                // Humo
}

// cardWindow is how many bytes before a number its context may begin, and
// cardAfter how many behind it.
const (
	cardWindow = 40
	cardAfter  = 24
)

// card looks for a payment card in the groups that begin with b[d:we], which
// are digits only, and returns its end; 0 for none. A number in the very shape
// of a card that isn't one is passed over whole, so that its groups aren't
// taken for telephone numbers.
func (c *Collector) card(d, we int) int {
	switch n := we - d; {
	case n == 4:
		return c.cardGrouped(d)
	case n >= 12:
		return c.cardBare(d, we)
	}
	return 0
}

// cardBare is a card without separators. Bare digits are often something else:
// with a word like order, tracking or barcode nearby they are nothing, and of
// the lengths other than 15 and 16 only those with a card's context are taken.
func (c *Collector) cardBare(d, we int) int {
	b := c.buf
	is, ok := issuerOf(b[d:we])
	if !ok || same(b[d:we]) {
		return 0
	}
	if !luhn(b[d:we]) {
		if !is.context && (we-d == 15 || we-d == 16) && d >= c.from && d < c.to {
			c.place.noCard++
		}
		return 0
	}
	if decimalBefore(b, d) || (decimalAfter(b, we) && c.hint != Card) || (d > 1 && b[d-1] == '-' && isAlnum(b[d-2])) ||
		(we+1 < len(b) && b[we] == '-' && isAlnum(b[we+1])) {
		return 0
	}
	why := WhyChecksum
	switch near := c.cardContext(d, we); {
	case c.hint == Card:
		why = WhyHeader
	case near == cardWords:
		why = WhyChecksumContext
	case near == orderWords, is.context, we-d != 15 && we-d != 16:
		return 0
	}
	c.norm = append(c.norm[:0], b[d:we]...)
	c.emitCard(d, we, why)
	return we
}

// cardContext returns cardWords if the header, or the nearest words before or
// behind, speak of a card, else what the nearest words speak of.
func (c *Collector) cardContext(start, end int) context {
	if c.hint == Card {
		return cardWords
	}
	near := c.contextBefore(start, cardWindow)
	if near != cardWords && contextAfter(c.buf, end, cardAfter) == cardWords {
		return cardWords
	}
	if near == noWords {
		near = c.head
	}
	return near
}

// cardSeparator is separator, and a dot: 4111.1111.1111.1111.
func cardSeparator(b []byte, i int) (byte, int) {
	if i < len(b) && b[i] == '.' {
		return '.', 1
	}
	return separator(b, i)
}

// cardGrouped is a card in groups: 4-4-4-4, 4-4-4-4-3, 4-6-5, 4-6-4.
func (c *Collector) cardGrouped(d int) int {
	b := c.buf
	sep, _ := cardSeparator(b, d+4)
	if sep == 0 {
		return 0
	}
	var sizes, ends [6]int
	var digits [20]byte
	n, i := 0, d
	for g := range sizes {
		w := digitRun(b, i, 7)
		if w == 0 || n+w > len(digits) || (i+w < len(b) && isLetter(b[i+w])) {
			break
		}
		n += copy(digits[n:], b[i:i+w])
		sizes[g], ends[g] = w, i+w
		s, sw := cardSeparator(b, i+w)
		if s != sep {
			break
		}
		i += w + sw
	}
	shape := [4]int(sizes[:4])
	switch {
	case shape == [4]int{4, 4, 4, 4}:
		if sizes[4] == 3 && c.cardFits(d, ends[4], digits[:19]) {
			return ends[4]
		}
		if c.cardFits(d, ends[3], digits[:16]) {
			return ends[3]
		}
		if sizes[4] == 0 && !luhn(digits[:16]) {
			return ends[3]
		}
	case shape[0] == 4 && shape[1] == 6 && shape[2] == 5 && c.cardFits(d, ends[2], digits[:15]),
		shape[0] == 4 && shape[1] == 6 && shape[2] == 4 && c.cardFits(d, ends[2], digits[:14]):
		return ends[2]
	}
	return 0
}

// cardFits reports the grouped digits of b[d:end] if they are a card and stand
// for themselves: not in a longer row of groups, not behind a '+'.
func (c *Collector) cardFits(d, end int, digits []byte) bool {
	b := c.buf
	is, ok := issuerOf(digits)
	if !ok || !luhn(digits) || same(digits) || wordAt(b, end) || decimalBefore(b, d) || decimalAfter(b, end) {
		return false
	}
	alone := d == 0 || b[d-1] != '.' || b[d+4] != '.'
	if sep, w := separatorBefore(b, d); sep != 0 {
		run := digitRunBefore(b, d-w, 5)
		if sep == '-' && (run > 0 || wordBefore(b, d-w)) {
			return false
		}
		alone = run != 4 && !mixedWord(b, d-w, true) && (run < 5 || !mixedWord(b, max(0, d-w-run-1), true))
	}
	if sep, w := separator(b, end); sep != 0 {
		run := digitRun(b, end+w, 5)
		if sep == '-' && run > 0 {
			return false
		}
		alone = alone && (run != 4 || expiry(b[end+w:end+w+4]) && following(b, end+w+4) == 0) && !mixedWord(b, end+w, false)
	}
	if is.context && c.cardContext(d, end) != cardWords || !alone && c.hint != Card && c.contextOnLine(d, cardWindow) != cardWords {
		return false
	}
	c.norm = append(c.norm[:0], digits...)
	why := WhyWritten
	if c.hint == Card {
		why = WhyHeader
	}
	c.emitCard(d, end, why)
	return true
}

// emitCard counts norm, a card's number, apart if it is published for tests.
func (c *Collector) emitCard(start, end int, why Why) {
	if published[number(c.norm)] {
		c.example, why = true, WhyExample
	}
	c.found(Card, start, end, why)
}

// expiry says whether four digits can be the month and year until which a card
// is good.
func expiry(b []byte) bool {
	month, year := two(b), two(b[2:])
	return month >= 1 && month <= 12 && year >= 20 && year <= 45
}

// two returns the number of the two digits that b begins with.
func two(b []byte) int { return int(b[0]-'0')*10 + int(b[1]-'0') }

// issuerOf returns the range that a number of 12 to 19 digits is in, if its
// length is one of those the range has.
func issuerOf(digits []byte) (*issuer, bool) {
	if len(digits) < 12 || len(digits) > 19 {
		return nil, false
	}
	first := 0
	for _, d := range digits[:6] {
		first = first*10 + int(d-'0')
	}
	for i := range issuers[issuersFrom[first/10000]:] {
		is := &issuers[i+int(issuersFrom[first/10000])]
		if first <= is.to {
			return is, first >= is.from && is.lengths>>len(digits)&1 == 1
		}
	}
	return nil, false
}

// issuersFrom is where the ranges begin that end with given first two digits or
// higher ones.
var issuersFrom = func() (from [100]uint8) {
	for two := range from {
		n := 0
		for n < len(issuers) && issuers[n].to < two*10000 {
			n++
		}
		from[two] = uint8(n)
	}
	return from
}()

// luhn is the check digit of ISO/IEC 7812-1, annex B: every second digit from
// the right counts double, with nine taken off what is above nine.
func luhn(digits []byte) bool {
	sum := 0
	for i, d := range digits {
		v := int(d - '0')
		if (len(digits)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// same says whether all digits are the same one.
func same(digits []byte) bool {
	for _, d := range digits {
		if d != digits[0] {
			return false
		}
	}
	return true
}
