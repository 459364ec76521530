package pdf

import (
	"bytes"
	"io"
)

const (
	tailSize  = 64 << 10 // bytes at the end of the file among which startxref is looked for
	chunkSize = 512      // objects of which the places stand together
	maxNumber = 1 << 23  // the largest number of an object, as the specification has it in annex C
	maxChunks = maxObjects / chunkSize
)

// place is where an object stands: 0 when nobody said so.
type place uint64

const (
	placeFree   place = 1 << 62 // the object was deleted
	placeDirect place = 2 << 62 // the lower bits are a place in the file
	placePacked place = 3 << 62 // the lower bits are the number of an object stream and, in the last 20, an index
	placeKind   place = 3 << 62
)

// places remembers the places of objects.
type places struct {
	chunks [][]place
	used   int
	over   bool // there were more than fit
	max    int  // the largest number met
}

func (p *places) get(num int) place {
	if num < 0 || num/chunkSize >= len(p.chunks) || p.chunks[num/chunkSize] == nil {
		return 0
	}
	return p.chunks[num/chunkSize][num%chunkSize]
}

func (p *places) set(num int, to place) {
	if num < 0 || num > maxNumber {
		return
	}
	c := num / chunkSize
	for c >= len(p.chunks) {
		p.chunks = append(p.chunks, nil)
	}
	if p.chunks[c] == nil {
		if p.used >= maxChunks {
			p.over = true
			return
		}
		p.used++
		p.chunks[c] = make([]place, chunkSize)
	}
	p.chunks[c][num%chunkSize] = to
	p.max = max(p.max, num)
}

// add sets a place that nobody has told yet.
func (p *places) add(num int, to place) {
	if p.get(num) == 0 {
		p.set(num, to)
	}
}

// open finds the objects of the document and the key to them.
func (d *document) open() {
	at, ok := d.startXref()
	if !ok || !d.readSections(at) || !d.rooted() {
		d.rebuild()
		// Without the end of the file, nobody knows what else is missing.
		d.damaged = d.damaged || !ok
	}
	d.openCrypt()
	if d.rebuilt {
		d.unpack()
	}
	if d.places.over {
		d.info.Unread++
	}
}

// rooted says whether the catalog is where the trailer says. It may be packed in
// an object stream, which is not looked into before the key is known.
func (d *document) rooted() bool {
	r, ok := d.trailer.get("Root").(ref)
	if !ok {
		return false
	}
	p := d.places.get(int(r))
	if p&placeKind == placePacked {
		p = d.places.get(int(p&^placeKind) >> 20)
	}
	if p&placeKind != placeDirect {
		return false
	}
	_, ok = d.readAt(int64(p&^placeKind), -1)
	return ok
}

// startXref finds where the last section of the cross-reference table begins.
func (d *document) startXref() (int64, bool) {
	from := max(0, d.size-tailSize)
	tail := make([]byte, d.size-from)
	n, _ := d.ReadAt(tail, from)
	tail = tail[:n]
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return 0, false
	}
	d.lex.reset(bytes.NewReader(tail[i+len("startxref"):]), 0)
	if d.lex.next() != tokenInt || d.lex.num < 0 {
		return 0, true
	}
	return d.lex.num, true
}

// readSections reads the section at a place and those it goes back to.
func (d *document) readSections(at int64) bool {
	seen := make(map[int64]struct{})
	for {
		if _, ok := seen[at]; ok || len(seen) >= maxSections {
			return len(seen) > 0
		}
		seen[at] = struct{}{}
		t, ok := d.readSection(at)
		if !ok || d.fail != nil {
			return false
		}
		if x, ok := t.get("XRefStm").(int64); ok {
			if _, twice := seen[x]; !twice {
				seen[x] = struct{}{}
				d.readSection(x)
			}
		}
		for _, p := range t {
			if d.trailer.get(p.key) == nil {
				d.trailer = append(d.trailer, p)
			}
		}
		switch prev := t.get("Prev").(type) {
		case int64:
			at = prev
		case float64:
			at = int64(whole(prev))
		default:
			return true
		}
	}
}

// readSection reads a section, a table or a stream, and returns its trailer.
func (d *document) readSection(at int64) (dict, bool) {
	if at < 0 || at >= d.size {
		return nil, false
	}
	l := d.lexAt(at)
	if l.next() == tokenWord && string(l.tok) == "xref" {
		if !d.readTable(l) {
			return nil, false
		}
		o, ok := l.object()
		t, isDict := o.(dict)
		return t, ok && isDict
	}
	o, ok := d.readAt(at, -1)
	if !ok {
		return nil, false
	}
	s, ok := o.(*stream)
	if !ok || s.get("Type") != name("XRef") {
		return nil, false
	}
	return s.dict, d.readXrefStream(s)
}

// lexAt turns the lexer of objects to a place in the file.
func (d *document) lexAt(at int64) *lexer {
	d.sect.at = at
	d.lex.reset(&d.sect, at)
	return d.lex
}

// readTable reads a table, section 7.5.4, up to the word trailer.
func (d *document) readTable(l *lexer) bool {
	for {
		switch l.next() {
		case tokenInt:
		case tokenWord:
			return string(l.tok) == "trailer"
		default:
			return false
		}
		first := l.num
		if l.next() != tokenInt || first < 0 || first > maxNumber {
			return false
		}
		count := l.num
		for i := range count {
			if l.next() != tokenInt {
				// The count claims more than there is.
				return l.tokenIs("trailer")
			}
			at := l.num
			if l.next() != tokenInt {
				return false
			}
			gen := l.num
			if l.next() != tokenWord || len(l.tok) == 0 || !d.charge(20) {
				return false
			}
			free := l.tok[0] == 'f'
			if i == 0 && first == 1 && free && gen == 65535 {
				first = 0 // a known mistake: the list begins with object 0
			}
			to := placeFree
			if !free && at > 0 && at < d.size {
				to = placeDirect | place(at)
			}
			d.places.add(int(first+i), to)
		}
	}
}

// tokenIs tells whether the last token could be a given word.
func (l *lexer) tokenIs(word string) bool { return string(l.tok) == word }

// readXrefStream reads the places in a cross-reference stream, section 7.5.8.
func (d *document) readXrefStream(s *stream) bool {
	var w [3]int
	sizes, _ := s.get("W").(array)
	if len(sizes) < 3 {
		return false
	}
	for i := range w {
		if w[i] = whole(sizes[i]); w[i] < 0 || w[i] > 8 {
			return false
		}
	}
	row := make([]byte, w[0]+w[1]+w[2])
	index, _ := s.get("Index").(array)
	if len(index) < 2 {
		index = array{int64(0), int64(maxNumber)}
	}
	r := d.decode(s, decodePlain)
	defer r.close()
	in := newLexer(4 << 10) // for its window only
	in.reset(r, 0)
	for i := 0; i+1 < len(index); i += 2 {
		first, count := whole(index[i]), whole(index[i+1])
		for k := 0; k < count && first+k <= maxNumber; k++ {
			if len(row) == 0 || !in.more(len(row)) {
				return r.err == nil || k > 0
			}
			copy(row, in.buf[in.pos:])
			in.pos += len(row)
			d.addRow(first+k, row, w)
		}
	}
	return true
}

// addRow notes one entry of a cross-reference stream.
func (d *document) addRow(num int, row []byte, w [3]int) {
	var v [3]uint64
	v[0] = 1
	for i, at := 0, 0; i < 3; i++ {
		if w[i] > 0 {
			v[i] = 0
		}
		for range w[i] {
			v[i] = v[i]<<8 | uint64(row[at])
			at++
		}
	}
	switch {
	case v[0] == 1 && v[1] > 0 && v[1] < uint64(d.size):
		d.places.add(num, placeDirect|place(v[1]))
	case v[0] == 2 && v[1] <= maxNumber && v[2] < 1<<20:
		d.places.add(num, placePacked|place(v[1])<<20|place(v[2]))
	case v[0] <= 2:
		d.places.add(num, placeFree)
	}
}

// all reads what r has, up to limit bytes; over says that there was more.
func all(r io.Reader, limit int) (b []byte, over bool) {
	b = make([]byte, 0, 4<<10)
	for {
		if len(b) == cap(b) {
			if len(b) >= limit {
				return b, true
			}
			grown := make([]byte, len(b), min(2*cap(b), limit))
			copy(grown, b)
			b = grown
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err != nil {
			return b, false
		}
	}
}
