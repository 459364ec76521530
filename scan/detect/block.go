package detect

import (
	"bytes"
	"slices"

	"custode/scan/people"
)

// The limits of a block of labelled lines: how many lines without a label may
// stand inside, how many labels a line may have, how many are told apart.
const (
	blockGap   = 3
	lineLabels = 6
	maxSeen    = 24
	maxPending = 8
)

// block is what is known of the lines of a text that came last: of the block of
// labelled lines, which is a record like the row of a table, and of the line, on
// which several kinds of identifiers are those of one person.
type block struct {
	at     int  // buf[:at] has been looked through for line ends
	open   bool // a block goes on
	blank  bool // nothing but blanks on this line so far
	lines  int  // line ends since the last label
	labels int  // on this line
	row    record
	seen   [maxSeen]uint64
	seens  int
	wait   [maxPending]pending
	waits  int

	rank  int    // of the line's surest identifier
	id    uint64 // the first of that rank
	kinds uint32 // which kinds the line has, by rank
}

// pending is a value under a label that may be that of a thing, until the block
// says whether it is about a person.
type pending struct {
	number int
	kind   Kind
	hash   uint64
	sample string
}

// reset makes the block ready for another file.
func (k *block) reset() {
	*k = block{rank: len(identifying)}
	k.row.clear()
}

// advance goes on to a place in the buffer and ends the line and the block if
// they end before it.
func (k *block) advance(c *Collector, to int) {
	for k.at < to {
		b := c.buf[k.at:to]
		i := bytes.IndexByte(b, '\n')
		if !k.open {
			k.at = to
			if i >= 0 {
				k.endLine(c)
			}
			return
		}
		if i < 0 {
			k.blank = k.blank && onlyBlanks(b)
			k.at = to
			return
		}
		empty := k.blank && onlyBlanks(b[:i])
		k.at += i + 1
		k.lines++
		k.blank = true
		k.endLine(c)
		if empty || k.lines > blockGap {
			k.end(c)
		}
	}
}

func onlyBlanks(b []byte) bool {
	for _, x := range b {
		if x > ' ' {
			return false
		}
	}
	return true
}

// endLine counts the person of a line with identifiers of two kinds or more.
func (k *block) endLine(c *Collector) {
	k.labels = 0
	if k.kinds == 0 {
		return
	}
	if k.kinds&(k.kinds-1) != 0 {
		c.joined.Add(k.id)
		c.several++
	} else {
		c.single++
	}
	c.lines.Add(k.id)
	k.rank, k.kinds = len(identifying), 0
}

// hit notes an identifier that was found in text.
func (k *block) hit(c *Collector, kind Kind, start int, h uint64) {
	rank := rankOf(kind)
	if rank == len(identifying) {
		return
	}
	if c.own != nil {
		c.ownPeople(start)
	}
	k.advance(c, start)
	c.message.note(rank, h)
	if k.open && k.lines == 0 {
		k.row.identify(kind, h)
		return
	}
	k.kinds |= 1 << rank
	if rank < k.rank {
		k.rank, k.id = rank, h
	}
}

// touch notes that a label of ours stands at start. A label that the block has
// already begins another one: that of the next person. It says no if the line
// has too many.
func (k *block) touch(c *Collector, start int, l label) bool {
	if c.own != nil {
		c.ownPeople(start)
	}
	k.advance(c, start)
	if k.labels++; k.labels > lineLabels {
		return false
	}
	if k.open && l.kind != Phone && k.has(l.key) {
		k.end(c)
	}
	k.open, k.lines, k.blank = true, 0, false
	if k.seens < maxSeen && !k.has(l.key) {
		k.seen[k.seens] = l.key
		k.seens++
	}
	return true
}

func (k *block) has(key uint64) bool {
	return slices.Contains(k.seen[:k.seens], key)
}

// end closes the block and counts its person among those of the text.
func (k *block) end(c *Collector) {
	if !k.open {
		return
	}
	k.open, k.seens = false, 0
	for i := range k.wait[:k.waits] {
		w := &k.wait[i]
		if !k.row.personal {
			continue
		}
		t := c.columns[w.number].tally(w.kind)
		if t.count == 0 {
			t.sample = w.sample
		}
		t.add(w.hash, Medium, nil)
	}
	clear(k.wait[:k.waits])
	k.waits = 0
	if !k.row.dirty {
		return
	}
	if k.row.rank < len(identifying) {
		c.lines.Add(k.row.id)
		c.several++
	}
	c.row, k.row = k.row, c.row
	c.people, c.joined = c.joined, c.people
	rowed := c.rowed
	c.EndRecord()
	c.rowed = rowed
	c.people, c.joined = c.joined, c.people
	c.row, k.row = k.row, c.row
}

// endText closes what a text left open.
func (c *Collector) endText() {
	c.block.endLine(c)
	c.block.end(c)
}

// message is the person of one mail: the surest identifier in it.
type message struct {
	rank int // into identifying, its length for none
	id   uint64
}

func (m *message) note(rank int, h uint64) {
	if rank < m.rank {
		m.rank, m.id = rank, h
	}
}

// endMessage counts the person of a mail in a mailbox.
func (c *Collector) endMessage() {
	if c.message.rank < len(identifying) {
		c.messages.Add(c.message.id)
	}
	c.message = message{rank: len(identifying)}
}

// textPeople returns the people of a text and how they were told apart: the way
// that gives the most. An address and a telephone number in a signature are one
// person, so are the numbers on one line, and where most lines
// with a number have several kinds, as a printed table has, every line is one.
func (c *Collector) textPeople() (*people.Sketch, Counting) {
	most, way := c.text.mostPeople(), ByKind
	for _, s := range [...]struct {
		sketch *people.Sketch
		way    Counting
	}{{c.joined, ByBlocks}, {c.messages, ByMessages}} {
		if s.sketch.Count() > most.Count() {
			most, way = s.sketch, s.way
		}
	}
	if c.several >= c.single && c.lines.Count() > most.Count() {
		return c.lines, ByLines
	}
	return most, way
}
