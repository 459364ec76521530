package detect

import (
	"math/bits"
	"slices"

	"custode/scan/people"
)

// identifying are the kinds that make a person out of a record or a text, the
// surest first.
var identifying = [...]Kind{FiscalCode, NIR, PESEL, NIF, NIE, TaxID, SSN, NINO, NHS, Passport, IdentityCard, Email, Phone, IBAN, Card, Own}

// The places of the most usual ones.
const (
	rankEmail = 11
	rankPhone = 12
)

// maxWaiting bounds how many names of one record wait for its end.
const maxWaiting = 16

// record is what is known of the row or object whose cells are coming in.
type record struct {
	rank     int    // into identifying, of the surest identifier; its length for none
	id       uint64 // the first identifier of that rank
	guess    uint64 // the first that may be chance; 0 for none
	names    uint64 // all names, chained
	named    bool
	birth    uint64 // 0 for none
	personal bool   // something beside weak names is personal here
	weak     [maxWaiting]int
	weaks    int
	queue    [maxWaiting]waiting
	queued   int
	dirty    bool
}

// waiting is a name under a weak header, hashed and masked down to its first
// character, until the record says whether it is a person's.
type waiting struct {
	number int
	hash   uint64
	first  rune
	line   int64
}

func (r *record) clear() {
	clear(r.queue[:r.queued])
	r.rank, r.id, r.guess, r.names, r.birth = len(identifying), 0, 0, 0, 0
	r.named, r.personal, r.dirty = false, false, false
	r.weaks, r.queued = 0, 0
}

// mark notes that the record has a cell in a column, empty or not.
func (r *record) mark(col *column, number int) {
	r.dirty = true
	switch {
	case col.head.weak:
		if col.head.kind == Name && r.weaks < maxWaiting {
			r.weak[r.weaks] = number
			r.weaks++
		}
	case ofPeople(col.head.kind):
		r.personal = true
	}
}

// identify notes an identifier.
func (r *record) identify(kind Kind, h uint64) {
	r.dirty = true
	if rank := rankOf(kind); rank < len(identifying) {
		r.personal = true
		if rank < r.rank {
			r.rank, r.id = rank, h
		}
	}
}

// rankOf is the place of a kind among those that identify, their number for one
// that does not.
func rankOf(kind Kind) int {
	switch kind {
	case Email:
		return rankEmail
	case Phone:
		return rankPhone
	case FiscalCode:
		return 0
	default:
	}
	if rank := slices.Index(identifying[:], kind); rank >= 0 {
		return rank
	}
	return len(identifying)
}

// wait queues a name. Beyond maxWaiting in one record they aren't counted.
func (r *record) wait(w waiting) {
	if r.queued < maxWaiting {
		r.queue[r.queued] = w
		r.queued++
	}
}

// EndRecord closes the row or object whose cells came before it, and counts its
// person: by the surest identifier, else by all the names together with the
// date of birth, else by what may be chance.
func (c *Collector) EndRecord() {
	r := &c.row
	if !r.dirty {
		return
	}
	for _, n := range r.weak[:r.weaks] {
		c.columns[n].confirmed = c.columns[n].confirmed || r.personal
	}
	for _, w := range r.queue[:r.queued] {
		col := c.columns[w.number]
		p := &col.loose
		if r.personal {
			p = &col.place
		}
		t := p.tally(Name)
		if t.count == 0 {
			t.sample, t.line = maskName(w.first), w.line
		}
		t.add(w.hash, High, nil)
	}
	switch {
	case r.rank < len(identifying):
		c.people.Add(r.id)
		c.rowed = true
	case r.named:
		id := r.names
		if r.birth != 0 {
			id = c.rules.chain(id, r.birth)
		}
		c.countNamed(id)
	case r.guess != 0:
		c.people.Add(r.guess)
		c.rowed = true
	}
	r.clear()
}

// countNamed counts a person known by name only; if all names are weak and
// nothing else is personal, apart until the end of the file.
func (c *Collector) countNamed(id uint64) {
	if c.row.personal || c.row.queued == 0 {
		c.people.Add(id)
		c.rowed = true
		return
	}
	col := c.columns[c.row.queue[0].number]
	if col.unnamed == nil {
		col.unnamed = people.New()
	}
	col.unnamed.Add(id)
}

// chain joins a keyed hash to those before it. The hashes are random to whoever
// has not the key, so mixing them needs none.
func (r *Rules) chain(before, h uint64) uint64 {
	hi, lo := bits.Mul64(before^0x9e3779b97f4a7c15, h^0xd1b54a32d192ed03)
	return hi ^ lo ^ bits.RotateLeft64(before, 32)
}
