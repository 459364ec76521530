package detect

// chances is what is known, in one place, of the numbers that have a shape which
// any row of digits has now and then: where most of that shape aren't what they
// would have to be, those that are may be so by chance.
type chances struct {
	noCard  int64    // in the very shape of a card, but the check digit is wrong
	noNIR   int64    // fifteen digits that are no French social security number
	long    [7]int64 // numbers of 10 to 16 digits, by their length
	zeros   [7]int64 // those of them that are telephone numbers for no more than beginning with 00 and the own country's code
	noZeros int64    // bare digits that begin with 00 and are none
}

// shortest is the length of the first of them.
const shortest = 10

// long counts the bare digits b[d:we], if they are as long as a telephone number with 00.
func (c *Collector) long(d, we int) {
	if n := we - d - shortest; n >= 0 && n < len(c.place.long) && d >= c.from && d < c.to {
		c.place.long[n]++
	}
}

// zero counts a bare number that begins with 00.
func (c *Collector) zero(d int, bare, phone bool) {
	switch n := c.num.n - shortest; {
	case !bare || d < c.from || d >= c.to:
	case phone && n >= 0 && n < len(c.place.zeros):
		c.place.zeros[n]++
	case !phone:
		c.place.noZeros++
	}
}

// zeroChance says whether a place's count telephone numbers are all of those,
// among other numbers of their length or with 00.
func (p *chances) zeroChance(count int64) bool {
	pass, fail := int64(0), p.noZeros
	for i, n := range p.zeros {
		if n > 0 {
			pass, fail = pass+n, fail+p.long[i]-n
		}
	}
	return pass == count && enough(fail, pass)
}

// enough says whether so many that pass may be chance beside those that fail.
func enough(fail, pass int64) bool { return fail >= max(2, pass) }

// doubt lowers what may be chance, where nothing in the place is surer: one order
// number in ten has the check digit of a card, one number of fifteen digits in some
// thousands the key of a NIR. Bare mobile numbers, which are low, are chance among
// other numbers of 10 and 11 digits.
func (p *place) doubt() {
	for i := range p.tallies {
		t := &p.tallies[i]
		switch {
		case t.kind == Card && t.confidence == Medium && enough(p.noCard, t.count),
			t.kind == NIR && t.confidence == Medium && enough(p.noNIR, t.count),
			t.kind == Phone && p.zeroChance(t.count):
			t.confidence, t.chance = Low, true
		case t.kind == Phone && t.confidence == Low:
			t.chance = enough(p.long[0]+p.long[1]-t.count, t.count)
		}
	}
}
