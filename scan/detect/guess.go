package detect

import "custode/scan/people"

// known notes a match in a record. One that by itself may be chance, because
// nothing but its shape, or check digits that now and then hold by chance, speaks
// for it, is the record's person where nothing else in it is known of one, until
// all of the column is known.
func (r *record) known(kind Kind, h uint64, why Why, confidence Confidence) {
	if confidence != Low && (why != WhyChecksum || kind != Card && kind != NIR) {
		r.identify(kind, h)
		return
	}
	if rankOf(kind) < len(identifying) && r.guess == 0 {
		r.guess, r.dirty = h, true
	}
}

// identifies says whether a tally is of identifiers that make people.
func (t *tally) identifies() bool {
	return !t.example && (t.kind != Own || t.person) && rankOf(t.kind) < len(identifying)
}

// besides says whether a table has identifiers of people in some column, so that
// the names beside them are people's.
func (c *Collector) besides() bool {
	for _, col := range c.columns {
		for i := range col.tallies {
			if t := &col.tallies[i]; t.why == WhyChecksum && t.confidence != Low && t.identifies() {
				return true
			}
		}
	}
	return false
}

// chancesOf are the people of a place, or of several, who are known by nothing but
// what is there by chance; nil for none.
func chancesOf(places ...*place) *people.Sketch {
	var some *people.Sketch
	for _, p := range places {
		for i := range p.tallies {
			if t := &p.tallies[i]; t.chance && t.identifies() {
				if some == nil {
					some = people.New()
				}
				merge(some, t.distinct)
			}
		}
	}
	return some
}

// dropGuesses takes the people of the rows out again who were known by nothing
// but what is there by chance.
func (c *Collector) dropGuesses() {
	places := make([]*place, len(c.columns))
	for i, col := range c.columns {
		places[i] = &col.place
	}
	chance := chancesOf(places...)
	if chance == nil {
		return
	}
	for _, p := range places {
		for i := range p.tallies {
			if t := &p.tallies[i]; !t.chance && t.identifies() {
				chance = chance.Without(t.distinct)
			}
		}
	}
	c.people = c.people.Without(chance)
	c.rowed = c.rowed && c.people.Count() > 0
}

// mostPeople returns the set of the one identifying kind with the most distinct
// values: an address and a telephone number in one signature are one person.
func (p *place) mostPeople() *people.Sketch {
	var most *people.Sketch
	for _, kind := range identifying {
		for i := range p.tallies {
			if t := &p.tallies[i]; t.kind == kind && !t.example && !t.chance && (kind != Own || t.person) && t.distinct.Count() > most.Count() {
				most = t.distinct
			}
		}
	}
	return most
}
