package detect

import (
	"bytes"
	"slices"
	"unicode"

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

// fieldBehind takes the value behind the sign at i as one of the field that the
// label b[start:end] names, if it looks like one, and returns where to go on.
func (c *Collector) fieldBehind(start, end, i int, l label) int {
	b := c.buf
	from, quote := valueBehind(b, i)
	if from == none {
		return i + 1
	}
	to := fieldEnd(b, from, quote, l.kind, b[i])
	if !c.fitsField(l.kind, b[from:to]) {
		return i + 1
	}
	text := bytes.TrimLeftFunc(b[start:end], func(r rune) bool { return !unicode.IsLetter(r) })
	if !c.field(text, l, start, from, to) {
		return i + 1
	}
	return to
}

// fieldEnd returns where the value of a field that begins at from ends: with
// the line, at a tab or two blanks, or at a separator; before the label that
// comes next on the line.
func fieldEnd(b []byte, from int, quote byte, kind Kind, sign byte) int {
	limit := min(len(b), from+252)
	cut := 0
	for i := from; i < limit; i++ {
		switch x := b[i]; x {
		case '\n', '\r', '\t', ';', '|', '<', '{', '}':
			return trimEnd(b, from, i)
		case ' ':
			if i+1 < limit && b[i+1] == ' ' {
				return trimEnd(b, from, i)
			}
		case ',':
			if kind != Address && kind != Health {
				return trimEnd(b, from, i)
			}
			cut = i
		case '&':
			if sign == '=' {
				return i
			}
		case ':', '=':
			if cut > 0 {
				return trimEnd(b, from, cut)
			}
			return from // another label, which is not apart from this value
		default:
			if x == quote && quote != 0 {
				return trimEnd(b, from, i)
			}
		}
	}
	return trimEnd(b, from, limit)
}

func trimEnd(b []byte, from, to int) int {
	for to > from && (b[to-1] == ' ' || b[to-1] == '"' || b[to-1] == ',' || b[to-1] == '.' || b[to-1] == '\r' || b[to-1] == ')' || b[to-1] == '*' || b[to-1] == '!' || b[to-1] == '?') {
		to--
	}
	if to > from+1 && b[to-2] == 0xC2 && (b[to-1] == 0xBB || b[to-1] == 0xA0) {
		to -= 2
	}
	return to
}

// fitsField says whether what stands behind a label in text can be a value of
// its kind. It is stricter than with columns: programs have labels too.
func (c *Collector) fitsField(kind Kind, v []byte) bool {
	if len(v) < 2 || len(v) > 250 {
		return false
	}
	switch kind {
	case Name:
		return nameInText(v)
	case Address:
		return addressInText(v)
	case BirthDate:
		return c.dateCell(v)
	case BankAccount:
		return c.bankCell(v)
	case Health:
		return c.healthCell(v) && !bytes.ContainsAny(v, "<>{}$%_@[]\\") && !headerLike(v)
	default:
	}
	return false
}

// nameInText: one to six words of letters, none of them a word of forms and
// programs, not all of them words of headers.
func nameInText(v []byte) bool {
	letters, others := countLetters(v)
	if letters < 2 || others > 0 || len(v) > 60 || bytes.Count(v, []byte(" ")) > 5 {
		return false
	}
	for i, x := range v {
		if x == '.' && i+1 < len(v) && v[i+1] != ' ' && (v[i+1] < 'A' || v[i+1] > 'Z') {
			return false
		}
	}
	return !headerLike(v)
}

// streets are words with which addresses begin or end.
var streets = parseVocabulary(nil, `via viale piazza piazzale corso largo vicolo strada contrada localita loc frazione fraz borgo lungomare salita
	street st road rd avenue ave lane square drive court close place rue boulevard bd allee chemin impasse quai strasse str platz weg gasse allee ring calle c plaza avenida avda paseo camino carrer`)

// addressInText: letters, with a blank, and a number or the word for a street.
func addressInText(v []byte) bool {
	letters, _ := countLetters(v)
	if letters < 4 || bytes.IndexByte(v, ' ') < 0 || bytes.ContainsAny(v, "@{}$=<>[]_\\\"") || bytes.Contains(v, []byte("//")) || bytes.Contains(v, []byte("0x")) {
		return false
	}
	words := headerWords(string(v))
	if formWords[words[0]] {
		return false
	}
	street, number := false, false
	for i, w := range words {
		street = street || streets[w]
		number = number || i > 0 && isDigit(w[0])
	}
	return street && len(words) > 1 || number && len(words) > 2 && isLetter(v[0]) && v[len(v)-1] != ':' && longWord(words)
}

// longWord says whether some word has four letters.
func longWord(words []string) bool {
	for _, w := range words {
		if len(w) >= 4 && !isDigit(w[0]) {
			return true
		}
	}
	return false
}

// formWords are the words of forms and programs in the place of values.
var formWords = parseVocabulary(nil, `inserire inserisci indicare indica scrivi scrivere your the enter insert vedi obbligatorio obbligatoria campo field string str text varchar char int integer number boolean
	bool null none undefined true false any object required optional placeholder example esempio test todo type label value`)

// headerLike says whether a value is the words of a header, a form or a program.
func headerLike(v []byte) bool {
	words := headerWords(string(bytes.ToValidUTF8(v, nil)))
	if len(words) == 0 {
		return true
	}
	for _, w := range words {
		if formWords[w] {
			return true
		}
	}
	kind, _ := headerKind(words)
	return kind != "" || displayable(words)
}

// field takes b[from:to] as a value of the field that text names. It says no
// where the value doesn't count here.
func (c *Collector) field(text []byte, l label, start, from, to int) bool {
	k := &c.block
	if from < c.from || from >= c.to || !k.touch(c, max(start, k.at), l) {
		return from < c.from
	}
	number := c.fieldNumber(text, l)
	if number < 0 {
		return true
	}
	v := c.buf[from:to]
	if l.weak && l.kind != Name && !k.row.personal {
		if c.headed(l.kind, v) && k.waits < maxPending {
			k.wait[k.waits] = pending{number, l.kind, c.hash(l.kind, c.norm), mask(l.kind, c.norm)}
			k.waits++
		}
		return false
	}
	saved, place, col, line := c.scanner, c.place, c.col, c.line
	c.row, k.row = k.row, c.row
	c.ownQuiet(true)
	c.Cell(number, v, line)
	c.ownQuiet(false)
	c.row, k.row = k.row, c.row
	norm := c.norm
	c.scanner, c.place, c.col, c.line = saved, place, col, line
	c.norm = norm
	c.last = to
	return true
}

// fieldNumber returns the column that stands for a label, -1 for none.
func (c *Collector) fieldNumber(text []byte, l label) int {
	if n, ok := c.fields[l.key]; ok {
		return n
	}
	if len(c.columns) >= maxColumns {
		return -1
	}
	if len(text) == 0 || parseHeader(text).kind != l.kind {
		return -1
	}
	saved, place, col, line := c.scanner, c.place, c.col, c.line
	n := c.Column(text, true)
	norm := c.norm
	c.scanner, c.place, c.col, c.line = saved, place, col, line
	c.norm = norm
	if c.fields == nil {
		c.fields = make(map[uint64]int)
	}
	c.fields[l.key] = n
	return n
}
