package detect

// chances is what is known, in one place, of the numbers that have a shape which
// any row of digits has now and then: where most of that shape aren't what they
// would have to be, those that are may be so by chance.
type chances struct {
	noCard  int64 // in the very shape of a card, but the check digit is wrong
	noNIR   int64 // fifteen digits that are no French social security number
	zeros   int64 // telephone numbers whose only sign is that they begin with 00 and the own country's code
	noZeros int64 // bare digits that begin with 00 and are none
}

// enough says whether so many that pass may be chance beside those that fail.
func enough(fail, pass int64) bool { return fail >= max(2, pass) }

// chance counts a bare number that begins with 00 at d.
func (c *Collector) chance(d int, bare, phone bool) {
	switch {
	case !bare || d < c.from || d >= c.to:
	case phone:
		c.place.zeros++
	default:
		c.place.noZeros++
	}
}

// doubt lowers what may be chance, where nothing in the place is surer: one order number in ten has the check digit
// of a card, one number of fifteen digits in some thousands the key of a NIR.
func (p *place) doubt() {
	for i := range p.tallies {
		t := &p.tallies[i]
		switch {
		case t.kind == Card && t.confidence == Medium && enough(p.noCard, t.count),
			t.kind == NIR && t.confidence == Medium && enough(p.noNIR, t.count),
			t.kind == Phone && t.count == p.zeros && enough(p.noZeros, t.count):
			t.confidence = Low
		}
	}
}
