package detect

import (
	"cmp"
	"slices"

	"custode/scan/people"
)

// Part is a piece of a file that is told apart in what is found: a sheet, a
// member of an archive, the comments of a document. The zero Part, but for its
// Unit, is the text of the file itself.
type Part struct {
	Path    string // inside the file, as the container has it
	Sheet   string // the name of a sheet or table: content, shown only if it is of our vocabulary
	Index   int    // the number of the sheet or table, 0 where there is none
	Section string // a closed list that the caller has
	Unit    Unit   // what line numbers count; Line where it is empty
	Message int64  // the number of the mail in a mailbox: each is one person's
}

// maxFindings is how many findings of one file are told apart. What is found in
// further parts is summed up by kind.
const maxFindings = 256

// maxOpen is how many parts are open at a time besides the file's own text: a
// table, and what stands between its rows but is of another part, as what was
// deleted does on the pages of a database.
const maxOpen = 2

// Part says where what follows stands. The file's own text can always be gone
// back to, of the other parts the one before the last too: what was found in the
// others is closed, and their columns are forgotten.
func (c *Collector) Part(p Part) {
	if p.Unit == "" {
		p.Unit = Line
	}
	if p == c.part {
		return
	}
	c.leave()
	if p.Path == "" && p.Sheet == "" && p.Index == 0 && p.Section == "" {
		c.leaf = &c.main
		if c.part.Message != p.Message { // an attachment stood between them
			c.endMessage()
		}
		c.part.Unit, c.part.Message = p.Unit, p.Message
		return
	}
	c.enterPart(p)
}

// leave ends the row and the text that were read last.
func (c *Collector) leave() {
	c.EndRecord()
	c.endText()
}

// enterPart opens a part, or goes back to it.
func (c *Collector) enterPart(p Part) {
	for i, l := range c.open {
		if l.part == p {
			c.open = append(slices.Delete(c.open, i, i+1), l)
			c.leaf = l
			return
		}
	}
	l := &c.others[len(c.open)%maxOpen]
	if len(c.open) == maxOpen {
		l = c.open[0]
		c.leaf = l
		c.close()
		c.open = slices.Delete(c.open, 0, 1)
	}
	c.open = append(c.open, l)
	c.leaf = l
	c.begin(p)
}

// close takes over what was found in the part.
func (c *Collector) close() {
	firms := slices.ContainsFunc(c.columns, func(col *column) bool { return col.head.kind == VAT })
	matches := c.matches()
	personal := slices.ContainsFunc(c.columns, func(col *column) bool {
		return col.personal(firms || matches && col.head.match == guestSide)
	})
	for _, col := range c.columns {
		c.settleHopes(col)
		col.doubt()
		col.raise()
	}
	c.dropGuesses()
	personal = personal || c.besides()
	for _, col := range c.columns {
		col.confirmed = col.confirmed || personal
		c.settle(col)
		c.raiseHealth(col)
		for i := range col.tallies {
			t := &col.tallies[i]
			where := c.part.where()
			where.Unit, where.Name, where.Number = col.where.Unit, col.where.Name, col.where.Number
			if c.part.Unit == Row {
				where.Row = t.line
			}
			c.keep(t, where)
		}
	}
	c.text.doubt()
	for i := range c.text.tallies {
		t := &c.text.tallies[i]
		where := c.part.where()
		if where.Number = t.line; c.part.Unit == NoUnit {
			where.Number = 0
		}
		c.keep(t, where)
	}
	c.endMessage()
	tabled := c.tabled()
	if s, way := c.textPeople(); s != nil {
		if s = s.Without(tabled).Without(chancesOf(&c.text)); s.Count() > 0 {
			merge(c.people, s)
			if c.ways == nil {
				c.ways = ways{}
			}
			c.ways[way] = true
		}
	}
}

// tabled are all identifiers in the columns of the part and of those before it:
// whoever is known by one of them is counted by the row, also where a database
// still has an older copy of the row, or a mail speaks of who stands in its list.
func (c *Collector) tabled() *people.Sketch {
	for _, col := range c.columns {
		for i := range col.tallies {
			if slices.Contains(identifying[:], col.tallies[i].kind) {
				merge(c.inRows, col.tallies[i].distinct)
			}
		}
	}
	return c.inRows
}

// where is the place of a part.
func (p Part) where() Where {
	w := Where{Unit: p.Unit, Path: p.Path, Index: p.Index, Section: p.Section}
	if words := headerWords(p.Sheet); len(p.Sheet) <= maxHeader && displayable(words) {
		w.Sheet = display(p.Sheet)
	}
	return w
}

// keep makes a finding of a tally, or adds it to those of further parts.
func (c *Collector) keep(t *tally, where Where) {
	if t.count == 0 {
		return
	}
	if len(c.done) < maxFindings {
		c.done = append(c.done, t.finding(where))
		return
	}
	for i := range c.beyond {
		if sum := &c.beyond[i]; sum.kind == t.kind && sum.example == t.example && sum.pattern == t.pattern {
			sum.count += t.count
			merge(sum.distinct, t.distinct)
			if t.confidence == High || sum.confidence == Low {
				sum.confidence = t.confidence
			}
			return
		}
	}
	c.beyond = append(c.beyond, *t)
}

func (t *tally) finding(where Where) Finding {
	return Finding{
		Kind: t.kind, Count: t.count, Distinct: t.distinct.Count(), Confidence: t.confidence,
		Sample: t.sample, Where: where, Why: t.told(), Example: t.example, Pattern: t.pattern, Person: t.person,
	}
}

// Result ends the file and returns what was found in it. The collector has to
// be Reset before the next file.
func (c *Collector) Result() Result {
	c.leave()
	left := append(slices.Clone(c.open), &c.main)
	for _, l := range left { // who stands in any row is known before a text is judged
		c.leaf = l
		c.tabled()
	}
	for _, l := range left {
		c.leaf = l
		c.close()
	}
	for i := range c.beyond {
		c.done = append(c.done, c.beyond[i].finding(Where{Unit: NoUnit, Section: "more"}))
	}
	r := Result{Findings: c.done, People: c.people, Dates: c.months, Counted: c.ways.list()}
	if c.rowed {
		r.Counted = append([]Counting{ByRows}, r.Counted...)
	}
	c.done = nil
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Where.Path, b.Where.Path), cmp.Compare(a.Where.Index, b.Where.Index),
			cmp.Compare(a.Where.Section, b.Where.Section), cmp.Compare(a.Where.Unit, b.Where.Unit), cmp.Compare(a.Where.Number, b.Where.Number), order(a.Example, b.Example), cmp.Compare(a.Pattern, b.Pattern))
	})
	return r
}
