package detect

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"custode/scan/people"
)

// maxColumns is how many columns and fields of one file are told apart. What is
// found in further ones is counted in one more, without a name.
const maxColumns = 512

// Collector gathers what is found in one file. It keeps no text of the file
// beyond a call, only counts, hashes and masked samples. It belongs to one
// goroutine. Memory is bounded: about 16 KiB for each kind in each column at most.
type Collector struct {
	scanner
	rules  *Rules
	hasher people.Hasher

	place  *place  // where what is found now is counted
	col    *column // the same, nil in text
	line   int64   // of buf[lineAt]
	people *people.Sketch
	own    *ownState      // nil without own patterns
	done   []Finding      // of the parts that were left
	beyond []tally        // what was found when done was full, by kind
	months Months         // of the dates in columns of dates
	rowed  bool           // people were counted by rows
	ways   ways           // how else
	inRows *people.Sketch // all identifiers that stood in columns so far

	*leaf                // of the part that is being read
	main   leaf          // of the file itself
	others [maxOpen]leaf // of other parts,
	open   []*leaf       // those of them that are open, the one that was entered last at the end
	heads  [128]knownHeader
	labels [1024]label   // by hash; a memory of what labels say, in any file
	saids  [1024]said    // by hash; a memory of what words before a value say
	phones [4096]verdict // by hash; a memory of what the library said, in any file
}

// leaf is what is gathered in one part of a file.
type leaf struct {
	part     Part
	text     place
	columns  []*column
	row      record
	heading  bool           // the row being gathered is that of the headers
	joined   *people.Sketch // those of a text's lines and blocks with several kinds of identifiers
	lines    *people.Sketch // those of all lines that have one
	several  int64          // how many lines have several kinds,
	single   int64          // and how many have one
	message  message
	messages *people.Sketch // those of a mailbox, one a message
	block    block
	sql      insert
	fields   map[uint64]int // the columns that stand for labels, by their hash
}

// begin forgets what was gathered.
func (l *leaf) begin(p Part) {
	l.part, l.text = p, place{}
	clear(l.columns)
	l.columns = l.columns[:0]
	l.row.clear()
	l.heading = false
	for _, s := range [...]**people.Sketch{&l.joined, &l.lines, &l.messages} {
		if *s == nil {
			*s = people.New()
		}
		(*s).Clear()
	}
	l.several, l.single, l.message = 0, 0, message{rank: len(identifying)}
	l.block.reset()
	l.sql.reset()
	clear(l.fields)
}

// place is a column, a field or the text of a file.
type place struct {
	tallies  []tally
	verdicts map[uint64]bool // of telephone numbers, by hash
	passed   int
	chances
}

// tally counts one kind in one place.
type tally struct {
	kind       Kind
	count      int64
	distinct   *people.Sketch
	confidence Confidence
	sample     string
	line       int64 // of the first, in text
	why        Why   // the best evidence; "" where a header names it
	example    bool
	chance     bool   // the rest of the place says that it is as likely as not none
	pattern    string // of Own, its name,
	person     bool   // and whether it identifies people
}

// column is a column of a table or a field of an object.
type column struct {
	place
	where     Where
	key       uint64 // the hash of its header, 0 for none
	head      header
	near      uint64         // the own patterns of which it has a word
	taken     bool           // its values are taken because of the header
	cells     int64          // not empty
	confirmed bool           // a record had it beside another personal column
	loose     place          // weak names of records that had none
	hopes     place          // numbers that only a column full of them makes a finding
	unnamed   *people.Sketch // the people of those records
}

// Reset makes the collector ready for another file.
func (c *Collector) Reset() {
	c.main.begin(Part{Unit: Line})
	c.leaf, c.open = &c.main, c.open[:0]
	c.people, c.inRows = people.New(), people.New()
	c.done, c.beyond, c.months = nil, nil, Months{}
	c.rowed, c.ways = false, nil
	c.place, c.col, c.buf = nil, nil, nil
	c.norm = c.norm[:0]
}

// Text looks at free text: what starts in buf[from:to] counts, the rest is
// context. line is the 1-based number of the line on which buf[from] stands.
func (c *Collector) Text(buf []byte, from, to int, line int64) {
	if from < 0 || to > len(buf) || from >= to {
		return
	}
	c.place, c.col = &c.text, nil
	c.hint, c.head = "", noWords
	c.line = line
	c.lookText(buf, from, to)
}

// Column makes a column or, with field, a field of an object known, and returns
// the number by which Cell names it. The header is looked at like a cell too,
// because in a file without headers it is the first row.
func (c *Collector) Column(name []byte, field bool) int {
	if len(c.columns) > maxColumns {
		return maxColumns
	}
	unit := Column
	if field {
		unit = Field
	}
	n := len(c.columns)
	col := &column{where: Where{Unit: unit, Number: int64(n) + 1}, key: keyOf(name)}
	if n < maxColumns {
		col.head = c.headerOf(name, col.key)
		col.where.Name = col.head.display
		col.taken = headedAs(col.head.kind)
	}
	c.columns = append(c.columns, col)
	if c.own != nil && len(name) > 0 {
		c.ownHeader(col, name, field)
	}
	if len(name) > 0 && col.where.Name == "" {
		c.enter(col, 0)
		c.look(name, 0, len(name))
		c.heading = c.heading || !field
	}
	return n
}

// Cell looks at one cell or value.
func (c *Collector) Cell(number int, value []byte, line int64) {
	if c.heading {
		c.heading = false
		c.EndRecord()
	}
	if number < 0 || number >= len(c.columns) {
		number = maxColumns
		for len(c.columns) <= maxColumns {
			c.columns = append(c.columns, &column{where: Where{Unit: Column, Number: int64(len(c.columns)) + 1}})
		}
	}
	col := c.columns[number]
	c.enter(col, line)
	c.row.mark(col, number)
	if blankEnds(value) {
		value = bytes.TrimSpace(value)
	}
	if len(value) == 0 {
		return
	}
	col.cells++
	if c.own != nil {
		c.ownCell(col, number, value)
	}
	if col.head.dated {
		c.months.note(value, c.rules.country)
	}
	if kind := col.head.kind; col.taken && c.headed(kind, value) {
		c.emitHeaded(kind, number)
		if wholeCell(kind) {
			return
		}
	}
	if len(value) == fiscalLen && isLetter(value[6]) && isLetter(value[7]) && nextDigit(value, 0, len(value)) < 0 {
		c.allLetters(value)
	}
	c.lookCell(value)
}

// enter makes a column the place where things are counted.
func (c *Collector) enter(col *column, line int64) {
	c.place, c.col = &col.place, col
	c.hint, c.head = col.head.kind, col.head.near
	c.line = line
}

// look scans buf and lets go of it.
func (c *Collector) look(buf []byte, from, to int) {
	c.buf, c.from, c.to, c.lineAt = buf, from, to, from
	c.scan(anything)
	c.buf = nil
}

// lookCell is look for a cell, which mostly has few of the signs that scan stops
// at, or none.
func (c *Collector) lookCell(value []byte) {
	has, some := triggersIn(value)
	if !some {
		return
	}
	c.buf, c.from, c.to, c.lineAt = value, 0, len(value), 0
	if has.at || has.mark {
		c.scan(has)
	} else {
		c.last = -1
		for d := nextDigit(value, 0, len(value)); d >= 0; {
			d = nextDigit(value, c.digits(d), len(value))
		}
	}
	c.buf = nil
}

// allLetters is a fiscal code all of whose digits are replaced by letters,
// which has nothing that scan would stop at.
func (c *Collector) allLetters(value []byte) {
	c.buf, c.from, c.to = value, 0, len(value)
	for _, b := range value {
		if !isLetter(b) {
			return
		}
	}
	c.fiscalCode(0)
}

// emit counts norm, found in buf[start:end], if it starts where matches count.
func (c *Collector) emit(kind Kind, start, end int, confidence Confidence) {
	c.last = end
	why, example := c.why, c.example
	c.why, c.example = "", false
	if start < c.from || start >= c.to {
		c.hashed = 0
		return
	}
	if why == "" {
		why = c.reason(kind, start, confidence)
	}
	h := c.hashed
	if c.hashed = 0; h == 0 {
		h = c.hash(kind, c.norm)
	}
	t := c.place.tallyOf(kind, example)
	if t.count == 0 {
		t.line = c.line
		if c.col == nil && c.part.Unit == Line {
			t.line += int64(bytes.Count(c.buf[c.lineAt:start], []byte{'\n'}))
		}
	}
	t.add(h, confidence, c.norm)
	t.witness(why)
	switch {
	case example: // nobody's
	case c.col != nil:
		c.row.known(kind, h, why, confidence)
	default:
		c.block.hit(c, kind, start, h)
	}
}

// emitHeaded counts norm, the value of a column that its header names. A name
// under a weak header waits until the record is complete.
func (c *Collector) emitHeaded(kind Kind, number int) {
	h := c.hash(kind, c.norm)
	col := c.columns[number]
	if kind == BirthDate {
		c.row.birth = h
	}
	if kind == Name {
		c.row.names = c.rules.chain(c.row.names, h)
		c.row.named = true
		if col.head.weak {
			first, _ := utf8.DecodeRune(c.norm)
			c.row.wait(waiting{number: number, hash: h, first: first, line: c.line})
			return
		}
	}
	c.row.personal = c.row.personal || ofPeople(kind) && (kind == Name || !col.head.weak)
	t := col.tally(kind)
	if t.count == 0 {
		t.line = c.line
	}
	t.add(h, c.headedConfidence(col.head), c.norm)
}

// tally returns the place's tally of a kind. The pointer is good until the next
// call.
func (p *place) tally(kind Kind) *tally { return p.tallyOf(kind, false) }

// tallyOf is tally; numbers that are published for tests have one of their own.
func (p *place) tallyOf(kind Kind, example bool) *tally {
	for i := range p.tallies {
		if p.tallies[i].kind == kind && p.tallies[i].example == example {
			return &p.tallies[i]
		}
	}
	p.tallies = append(p.tallies, tally{kind: kind, distinct: people.New(), confidence: Low, example: example})
	return &p.tallies[len(p.tallies)-1]
}

func (t *tally) add(h uint64, confidence Confidence, value []byte) {
	t.count++
	t.distinct.Add(h)
	if t.sample == "" {
		t.sample = mask(t.kind, value)
	}
	if confidence == High || t.confidence == Low {
		t.confidence = confidence
	}
}

// personal says whether a column's header alone makes the table one about
// people, even if its cells are empty.
func (col *column) personal(firms bool) bool {
	if col.where.Unit == Field || col.head.weak {
		return col.where.Unit == Column && col.head.person && !firms
	}
	return slices.Contains([]Kind{Email, Phone, Address, BirthDate, FiscalCode, Name}, col.head.kind) || markOf(col.head.kind) != 0
}

// raise gives a column that is full of bare telephone numbers its due: one such
// number may be anything, a column of them is not.
func (col *column) raise() {
	for i := range col.tallies {
		t := &col.tallies[i]
		if t.kind == Phone && t.confidence == Low && t.count >= 2 && 5*t.count >= 4*col.cells {
			t.confidence, t.why, t.chance = Medium, WhyColumn, false
		}
	}
}

// settle decides whether a column with a weak header holds names: in a table,
// if another column beside it is personal; in objects, for each of them.
func (c *Collector) settle(col *column) {
	if !col.confirmed || col.where.Unit == Field {
		return
	}
	for i := range col.loose.tallies {
		l, t := &col.loose.tallies[i], col.tally(Name)
		if t.count == 0 {
			*t = *l
			continue
		}
		t.count += l.count
		merge(t.distinct, l.distinct)
	}
	col.loose.tallies = nil
	if col.unnamed != nil {
		merge(c.people, col.unnamed)
		c.rowed = c.rowed || col.unnamed.Count() > 0
		col.unnamed = nil
	}
}

// merge can't fail, because all sketches are of one precision; if it ever did,
// what was counted stays.
func merge(into, from *people.Sketch) {
	if err := into.Merge(from); err != nil {
		return
	}
}
