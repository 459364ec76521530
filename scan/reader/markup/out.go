package markup

// mark says that from off on the text stands on the given line of the source.
type mark struct {
	off  int
	line int64
}

// out hands over text in pieces with what stands around them.
type out struct {
	sink    Sink
	buf     []byte // its capacity bounds a piece
	from    int    // buf[:from] has been handed over
	marks   []mark // where lines are not those that the line ends before say
	line    int64  // that the end of buf is on by what marks and line ends say
	apart   byte   // what must stand before the next text, 0 for nothing
	room    [1]byte
	columns map[string]int
	noName  int // the column without a name, -1 for none yet
}

func (o *out) begin(s Sink) {
	o.sink = s
	o.buf = make([]byte, 0, pieceSize+4*contextSize)
	o.columns = make(map[string]int)
	o.noName = -1
}

// text adds text that stands on the given line. Blanks at the beginning of what stands apart are left out.
func (o *out) text(b []byte, line int64) {
	if o.apart != 0 {
		n := blanks(b)
		line += lines(b[:n])
		if b = b[n:]; len(b) == 0 {
			return
		}
		if n := len(o.buf); n > 0 && o.buf[n-1] != '\n' {
			o.room[0] = o.apart
			o.add(o.room[:], o.line)
		}
		o.apart = 0
	}
	o.add(b, line)
}

// part says that what comes next is not to be joined with what came before.
func (o *out) part(with byte) {
	if o.apart != '\n' {
		o.apart = with
	}
}

func (o *out) add(b []byte, line int64) {
	for len(b) > 0 {
		if len(o.buf) == o.from || line != o.line {
			if n := len(o.marks); n > 0 && o.marks[n-1].off == len(o.buf) {
				o.marks = o.marks[:n-1]
			}
			o.marks = append(o.marks, mark{len(o.buf), line})
		}
		n := min(len(b), cap(o.buf)-len(o.buf))
		o.buf = append(o.buf, b[:n]...)
		line += lines(b[:n])
		o.line = line
		b = b[n:]
		if len(o.buf) == cap(o.buf) {
			o.hand(o.from + cut(o.buf[o.from:len(o.buf)-contextSize]))
		}
	}
}

// flush hands over what is left; what comes next has nothing to do with it.
func (o *out) flush() {
	if o.from < len(o.buf) {
		o.hand(len(o.buf))
	}
	o.buf, o.from, o.marks, o.apart = o.buf[:0], 0, o.marks[:0], 0
}

// hand hands over what stands before to, and keeps the rest and some context.
func (o *out) hand(to int) {
	line := int64(0)
	next := 0
	for next < len(o.marks) && o.marks[next].off < to {
		m := o.marks[next]
		next++
		end := to
		if next < len(o.marks) {
			end = min(to, o.marks[next].off)
		}
		lo, hi := max(0, m.off-contextSize), min(len(o.buf), end+contextSize)
		o.sink.Text(o.buf[lo:hi], m.off-lo, end-lo, m.line)
		line = m.line + lines(o.buf[m.off:end])
	}
	keep := max(0, to-contextSize)
	rest := o.marks[:0]
	if to < len(o.buf) && (next == len(o.marks) || o.marks[next].off > to) {
		rest = append(rest, mark{to - keep, line})
	}
	for _, m := range o.marks[next:] {
		rest = append(rest, mark{m.off - keep, m.line})
	}
	o.marks = rest
	o.buf = o.buf[:copy(o.buf, o.buf[keep:])]
	o.from = to - keep
}

// column is the number of the column with the given name, -1 when there is no more
// room for one.
func (o *out) column(name []byte, field bool) int {
	if len(name) == 0 {
		if o.noName < 0 && len(o.columns) < mostColumns-1 {
			o.flush()
			o.noName = o.sink.Column(nil, field)
		}
		return o.noName
	}
	if n, ok := o.columns[string(name)]; ok {
		return n
	}
	if len(o.columns) >= mostColumns-1 { // one is left for those without a name
		return -1
	}
	o.flush()
	n := o.sink.Column(name, field)
	o.columns[string(name)] = n
	return n
}

// cell hands over a value, as text when it has no column.
func (o *out) cell(column int, value []byte, line int64) bool {
	if column < 0 {
		o.part('\n')
		o.text(value, line)
		o.part('\n')
		return false
	}
	if o.from < len(o.buf) {
		o.flush()
	}
	o.sink.Cell(column, value, line)
	return true
}

// aside is text that is kept until the text around it has ended: attributes and comments.
type aside struct {
	buf   []byte
	lines []mark
	long  bool // the one at hand goes to the text at once
}

// open begins another one.
func (a *aside) open(line int64) {
	a.lines = append(a.lines, mark{len(a.buf), line})
	a.long = false
}

// last is what the one at hand has until now.
func (a *aside) last() []byte { return a.buf[a.lines[len(a.lines)-1].off:] }

// add adds to the one at hand. Where there is no more room, all go out.
func (a *aside) add(o *out, b []byte, line int64) {
	if !a.long && len(a.buf)+len(b) > asideSize {
		a.empty(o)
		o.part('\n')
		a.long = true
	}
	if a.long {
		o.text(b, line)
		return
	}
	a.buf = append(a.buf, b...)
}

// close ends the one at hand; drop says that it is not wanted.
func (a *aside) close(o *out, drop bool) {
	switch {
	case a.long:
		o.part('\n')
		a.long = false
	case drop || len(trim(a.last())) == 0:
		n := len(a.lines) - 1
		a.buf, a.lines = a.buf[:a.lines[n].off], a.lines[:n]
	case len(a.lines) > asideSize/16:
		a.empty(o)
	}
}

// empty hands over all that wait, each on a line of its own.
func (a *aside) empty(o *out) {
	for i, m := range a.lines {
		end := len(a.buf)
		if i+1 < len(a.lines) {
			end = a.lines[i+1].off
		}
		o.part('\n')
		o.text(a.buf[m.off:end], m.line)
		o.part('\n')
	}
	a.buf, a.lines = a.buf[:0], a.lines[:0]
}
