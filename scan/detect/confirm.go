package detect

import "github.com/nyaruka/phonenumbers"

// confirmFirst is how many distinct candidates of each place the library
// confirms: it takes 14 µs for one.
const confirmFirst = 200

// planDigits is how many digits, with the country's code, tell a number's range.
const planDigits = 7

// confirmed says whether norm is a real number. The library is asked about the
// first distinct candidates of each place; after that the own tables are
// believed, if at least half of those were confirmed.
func (c *Collector) confirmed() bool {
	h := c.hash(Phone, c.norm)
	c.hashed = h
	p := c.place
	if ok, known := p.verdicts[h]; known {
		return ok
	}
	if len(p.verdicts) >= confirmFirst && !c.rules.plan.loose {
		return 2*p.passed >= len(p.verdicts)
	}
	// The numbering plans tell by the country, the first digits of what follows
	// and the length: what holds for one number holds for those like it.
	like := c.hash(Phone, c.norm[:min(len(c.norm), planDigits)]) + uint64(len(c.norm))
	slot := &c.phones[like%uint64(len(c.phones))]
	if slot.hash != like || !slot.known {
		*slot = verdict{hash: like, known: true, ok: len(c.norm) > 0 && valid(c.norm)}
	}
	if len(p.verdicts) < confirmFirst {
		if p.verdicts == nil {
			p.verdicts = make(map[uint64]bool)
		}
		p.verdicts[h] = slot.ok
		if slot.ok {
			p.passed++
		}
	}
	return slot.ok
}

// verdict is what the library said of numbers that begin alike, kept by keyed hash.
type verdict struct {
	hash      uint64
	known, ok bool
}

// valid asks libphonenumber's tables about digits in E.164 without '+'.
func valid(digits []byte) bool {
	n, err := phonenumbers.Parse("+"+string(digits), "")
	return err == nil && phonenumbers.IsValidNumber(n)
}
