package pdf

import (
	"fmt"
	"io"
	"math"
)

const (
	unknownPart = 10      // one glyph in so many without a character makes a page unread
	maxHeld     = 5 << 20 // bytes of the tree's nodes on the way to a page
	maxContents = 16 << 10
)

// numbers is a set of numbers of objects.
type numbers []uint64

// add puts n in the set, and says whether it is new there.
func (s *numbers) add(n int) bool {
	if n < 0 || n > maxNumber {
		return false
	}
	for n/64 >= len(*s) {
		*s = append(*s, make([]uint64, max(64, len(*s)/2))...)
	}
	bit := uint64(1) << (n % 64)
	if (*s)[n/64]&bit != 0 {
		return false
	}
	(*s)[n/64] |= bit
	return true
}

// stopped ends the reading.
func (d *document) stopped(err error) {
	if d.fail == nil && err != nil {
		d.fail = fmt.Errorf("pdf: %w", err)
	}
}

// handed ends the reading with the error of the handler, as it is.
func (d *document) handed(err error) {
	if d.fail == nil && err != nil {
		d.fail = err
	}
}

// flush hands over the text that has been laid out.
func (d *document) flush() {
	d.out = d.layout.lines(d.out[:0])
	d.layout.reset()
	if len(d.out) > 0 && d.fail == nil {
		d.handed(d.h.Text(d.page, d.out))
	}
}

// inherited is what the nodes of the tree hand down to pages.
type inherited struct {
	resources, box object
}

// readPages walks the tree of pages, section 7.7.3. When there is none, every
// object that says it is a page is one.
func (d *document) readPages() {
	d.run = &run{d: d}
	root := d.dict(d.trailer.get("Root"))
	pages := root.get("Pages")
	if d.dict(pages) == nil && !d.rebuilt && d.fail == nil {
		d.rebuild()
		d.unpack()
		root = d.dict(d.trailer.get("Root"))
		pages = root.get("Pages")
	}
	if d.dict(pages) != nil {
		d.node(pages, inherited{}, 0)
	}
	if d.info.Pages > 0 || d.fail != nil {
		return
	}
	if len(d.dict(pages)) > 0 && d.whole(d.dict(pages).get("Count")) == 0 && !d.damaged {
		return // a document without pages
	}
	d.damaged = true
	if !d.rebuilt {
		d.rebuild()
		d.unpack()
	}
	for num := range min(d.places.max+1, maxSearched) {
		if d.fail != nil {
			return
		}
		if p := d.dict(ref(num)); p.get("Type") == name("Page") && d.met.add(num) {
			d.readPage(p, inherited{p.get("Resources"), p.get("MediaBox")})
		}
	}
}

// node reads a node of the tree: a page, or many. Every object is read once.
func (d *document) node(o object, from inherited, depth int) {
	if d.fail != nil {
		return
	}
	if r, ok := o.(ref); ok && !d.met.add(int(r)) {
		return
	}
	n := d.dict(o)
	if n == nil || d.info.Pages >= maxPages || depth > maxPageDepth {
		if d.info.Pages < maxPages {
			d.info.Pages++
		}
		d.info.Unread++
		return
	}
	if v := n.get("Resources"); v != nil {
		from.resources = v
	}
	if v := n.get("MediaBox"); v != nil {
		from.box = v
	}
	kids := d.resolve(n.get("Kids"))
	list, many := kids.(array)
	if !many || d.name(n.get("Type")) == "Page" {
		if d.name(n.get("Type")) == "Pages" && n.get("Kids") == nil && d.whole(n.get("Count")) == 0 {
			return
		}
		d.readPage(n, from)
		return
	}
	size := cost(n) + cost(list)
	if !d.hold(size) {
		d.info.Pages++
		d.info.Unread++
		return
	}
	for _, kid := range list {
		d.node(kid, from, depth+1)
	}
	d.held -= size
}

// hold says whether a node of a tree may stay in memory while those below it are
// read.
func (d *document) hold(size int) bool {
	if d.held+size > maxHeld {
		return false
	}
	d.held += size
	return true
}

// readPage reads a page.
func (d *document) readPage(p dict, from inherited) {
	d.info.Pages++
	d.page = d.info.Pages
	lost := d.lost
	r := d.run
	r.begin(d.area(from.box))
	d.layout.reset()
	resources := d.dict(from.resources)
	in := &contents{d: d}
	switch c := d.resolve(p.get("Contents")).(type) {
	case *stream:
		in.parts = array{c}
	case array:
		in.parts = c
		if len(c) > maxContents {
			in.parts, r.bad = c[:maxContents], true
		}
	default:
		r.bad = p.get("Contents") != nil
	}
	r.exec(in, resources, 0)
	in.close()
	r.bad = r.bad || in.bad
	d.flush()
	d.notes(p)
	d.flush()
	switch {
	case d.fail != nil:
	case r.bad || d.lost > lost || r.unknown*unknownPart > r.glyphs:
		d.info.Unread++
	case r.drawn && r.glyphs == 0, r.covered && r.glyphs < scantGlyphs:
		d.info.NoText++
	}
}

// area is the area of a page.
func (d *document) area(box object) float64 {
	b := d.array(box)
	if len(b) < 4 {
		return 612 * 792
	}
	a := math.Abs((d.number(b[2]) - d.number(b[0])) * (d.number(b[3]) - d.number(b[1])))
	if a < 1 || math.IsNaN(a) {
		return 612 * 792
	}
	return a
}

// contents reads the streams of a page's content one after the other.
type contents struct {
	d     *document
	parts array
	now   *decoder
	bad   bool
}

func (c *contents) Read(p []byte) (int, error) {
	for {
		if c.now == nil {
			if len(c.parts) == 0 || c.d.fail != nil {
				return 0, io.EOF
			}
			part := c.parts[0]
			c.parts = c.parts[1:]
			s := c.d.stream(part)
			if s == nil {
				c.bad = c.bad || part != nil
				continue
			}
			c.now = c.d.decode(s, decodePlain)
		}
		n, err := c.now.Read(p)
		if n > 0 {
			return n, nil
		}
		if err != nil {
			c.close()
			p[0] = '\n'   // words don't go on from one stream to the next
			return 1, nil //nolint:nilerr // a stream that breaks off is counted where it is decoded
		}
	}
}

func (c *contents) close() {
	if c.now == nil {
		return
	}
	c.bad = c.bad || c.now.err != nil
	c.now.close()
	c.now = nil
}
