package detect

import "bytes"

// The limits of what is read of a dump, in bytes and columns.
const (
	sqlHead    = 4096 // INSERT INTO with its list of columns
	sqlValue   = 64 << 10
	sqlBare    = 256 // a value without quotes
	sqlColumns = 256
)

// insert is an INSERT statement of a dump (ISO/IEC 9075-2, 14.11) whose rows are
// coming in: INSERT INTO customers (name, email) VALUES (…), (…). It goes on
// from one piece of text to the next.
type insert struct {
	open    bool
	inRow   bool
	skip    int    // bytes of the next piece that were read with the last one
	key     uint64 // the hash of the list of columns
	columns []int
	next    int // the column of the value that comes next
	value   []byte
}

func (s *insert) reset() {
	s.open, s.inRow, s.skip, s.key, s.next = false, false, 0, 0, 0
	s.columns = s.columns[:0]
}

// lookText looks at free text, and takes the rows of dumps in it as records.
func (c *Collector) lookText(buf []byte, from, to int) {
	c.block.at = from
	pos, line := from, c.line
	if c.sql.open {
		pos = c.sqlRows(buf, from+c.sql.skip, to)
	}
	for pos < to {
		end := c.nextInsert(buf, pos, to)
		for pos < end {
			c.place, c.col = &c.text, nil
			c.hint, c.head = "", noWords
			c.line, c.lineAt = line, from
			c.buf, c.from, c.to = buf, pos, strip(buf, pos, end)
			if c.own != nil {
				c.ownText()
			}
			c.scan(anything)
			if c.own != nil {
				c.ownPeople(c.to)
			}
			pos = c.to
		}
		if end < to {
			pos = c.sqlInsert(buf, end, to)
		}
	}
	c.buf = buf
	c.block.advance(c, to)
	c.buf = nil
}

// textStrip is how much text is gone through at a time, in bytes: what fits the
// processor's nearest memory, because several signs are looked for in it.
const textStrip = 16 << 10

// strip returns the end of the strip that begins at pos: behind a line end.
func strip(buf []byte, pos, end int) int {
	if end-pos <= textStrip {
		return end
	}
	if i := bytes.LastIndexByte(buf[pos:pos+textStrip], '\n'); i >= 0 {
		return pos + i + 1
	}
	return end
}

// nextInsert returns where in buf[pos:to] the next INSERT INTO begins, to for
// nowhere. Dumps write it in capitals. In a cell of a table there are none.
func (c *Collector) nextInsert(buf []byte, pos, to int) int {
	const word = "INSERT INTO "
	if c.row.dirty || to-pos < len(word) {
		return to
	}
	if i := bytes.Index(buf[pos:to], []byte(word)); i >= 0 {
		return pos + i
	}
	return to
}

// sqlInsert reads the statement that begins at i and returns where to go on. If
// its list of columns names nothing of ours, or isn't there, the statement is text.
func (c *Collector) sqlInsert(buf []byte, i, to int) int {
	const word = len("INSERT INTO ")
	head := buf[i:min(len(buf), i+sqlHead)]
	open := bytes.IndexByte(head[:min(len(head), word+160)], '(')
	if open < word+1 || bytes.IndexByte(head[:open], ';') >= 0 {
		return i + word
	}
	closing := bytes.IndexByte(head[open:], ')')
	if closing < 0 {
		return i + word
	}
	closing += open
	rest := bytes.TrimLeft(head[closing+1:], " \t\r\n")
	if len(rest) < 7 || !bytes.EqualFold(rest[:6], []byte("VALUES")) || isAlnum(rest[6]) {
		return i + word
	}
	if !c.sqlColumns(head[open+1 : closing]) {
		return i + word
	}
	s := &c.sql
	s.open, s.inRow, s.skip = true, false, 0
	return c.sqlRows(buf, i+len(head)-len(rest)+6, to)
}

// sqlColumns makes the columns of a list known, unless they are those of the
// last one. It says no if no name in it is one of ours.
func (c *Collector) sqlColumns(list []byte) bool {
	s := &c.sql
	key := c.hash("columns", list)
	if key == s.key {
		return len(s.columns) > 0
	}
	s.key, s.columns = key, s.columns[:0]
	ours := false
	for name := range bytes.SplitSeq(list, []byte(",")) {
		name = bytes.Trim(name, " \t\r\n`\"'[]")
		kind := parseHeader(name).kind
		ours = ours || kind != "" || c.ownNear(name)
		if len(s.columns) == sqlColumns {
			return false
		}
		s.columns = append(s.columns, 0)
	}
	if !ours {
		s.columns = s.columns[:0]
		return false
	}
	n := 0
	for name := range bytes.SplitSeq(list, []byte(",")) {
		s.columns[n] = c.Column(bytes.Trim(name, " \t\r\n`\"'[]"), true)
		n++
	}
	return true
}

// sqlRows reads rows from i on and returns where to go on: behind the statement,
// or at to while it goes on.
func (c *Collector) sqlRows(buf []byte, i, to int) int {
	s := &c.sql
	for i < to {
		switch x := buf[i]; {
		case x <= ' ' || x == ',' && !s.inRow:
			i++
		case !s.inRow && x == '(':
			s.inRow, s.next = true, 0
			i++
		case !s.inRow:
			s.open = false
			return i
		case x == ',':
			s.next++
			i++
		case x == ')':
			s.inRow = false
			c.EndRecord()
			i++
		default:
			end := c.sqlCell(buf, i)
			if end < 0 {
				s.open, s.inRow = false, false
				c.EndRecord()
				return i
			}
			i = end
		}
	}
	s.skip = i - to
	return to
}

// sqlCell reads the value that begins at i and returns its end, -1 if it has
// none that is in sight.
func (c *Collector) sqlCell(buf []byte, i int) int {
	s := &c.sql
	b := buf[i:min(len(buf), i+sqlValue)]
	if len(b) > 1 && (b[0] == 'N' || b[0] == 'E') && b[1] == '\'' {
		b, i = b[1:], i+1
	}
	if b[0] != '\'' && b[0] != '"' {
		n := bareValue(b[:min(len(b), sqlBare)])
		if n < 0 {
			return -1
		}
		v := bytes.TrimSpace(b[:n])
		if !bytes.EqualFold(v, []byte("NULL")) {
			c.sqlValue(v)
		}
		return i + n
	}
	s.value = s.value[:0]
	for k := 1; k < len(b); k++ {
		switch {
		case b[k] == '\\' && k+1 < len(b):
			k++
			s.value = append(s.value, b[k])
		case b[k] != b[0]:
			s.value = append(s.value, b[k])
		case k+1 < len(b) && b[k+1] == b[0]:
			k++
			s.value = append(s.value, b[k])
		default:
			c.sqlValue(s.value)
			return i + k + 1
		}
	}
	return -1
}

// bareValue returns the length of a number, a word or a call that b begins
// with, -1 if it doesn't end in b.
func bareValue(b []byte) int {
	depth := 0
	for n, x := range b {
		switch {
		case x == '(':
			depth++
		case x == ')' && depth > 0:
			depth--
		case (x == ')' || x == ',') && depth == 0:
			return n
		}
	}
	return -1
}

// sqlValue hands a value to the column whose turn it is.
func (c *Collector) sqlValue(v []byte) {
	if s := &c.sql; s.next < len(s.columns) {
		c.Cell(s.columns[s.next], v, 0)
	}
}
