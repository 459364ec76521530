package pdf

import "bytes"

const (
	scanWindow   = 64 << 10 // bytes looked at together
	scanAhead    = 512      // bytes of a window that are looked at again with the next one
	maxTrailers  = 64       // trailers that are remembered, the last ones
	maxUnpacked  = 64 << 10 // object streams that are looked into
	maxSearched  = 1 << 18  // objects among which the catalog, or pages, are looked for
	longestHead  = 24       // bytes of the two numbers before "obj"
	longestGuess = 256      // bytes after "obj" among which the type is looked for
)

// finder is what a pass over the file has found.
type finder struct {
	trailers [maxTrailers]int64 // where trailers and cross-reference streams begin
	met      int                // how many of them were met
	packed   []int              // the object streams
	catalog  int
}

// rebuild makes the table of places from the objects themselves, in one pass
// over the file. Of an object that stands there twice the last one counts.
func (d *document) rebuild() {
	d.rebuilt = true
	d.places = places{}
	d.forget()
	buf := make([]byte, scanWindow)
	var f finder
	for at := int64(0); at < d.size; {
		n, _ := d.ReadAt(buf, at)
		if n == 0 || d.fail != nil {
			break
		}
		last := at+int64(n) >= d.size || n < len(buf)
		to := n
		if !last {
			to = n - scanAhead
		}
		d.scan(&f, buf[:n], to, at)
		if last {
			break
		}
		at += int64(to) - longestHead
	}
	d.places.max = max(d.places.max, f.catalog)
	d.trailer = d.lastTrailer(&f)
	d.packed, d.catalog = f.packed, f.catalog
}

// scan looks for objects and trailers of which the keyword begins in b[:to].
func (d *document) scan(f *finder, b []byte, to int, at int64) {
	word := []byte("obj")
	next := bytes.Index(b, word)
	for next >= 0 && next < to {
		i := next
		next = bytes.Index(b[i+3:], word)
		body := b[i+3:]
		if next >= 0 {
			body = body[:next]
			next += i + 3
		}
		num, start, ok := heading(b[:i])
		if !ok || num > maxNumber {
			continue
		}
		d.places.set(num, placeDirect|place(at+int64(start)))
		body = body[:min(len(body), longestGuess)]
		switch {
		case bytes.Contains(body, []byte("/ObjStm")) && len(f.packed) < maxUnpacked:
			f.packed = append(f.packed, num)
		case bytes.Contains(body, []byte("/XRef")):
			f.trailer(at + int64(start))
		case bytes.Contains(body, []byte("/Catalog")):
			f.catalog = num
		}
	}
	word = []byte("trailer")
	for i := 0; i < to; {
		k := bytes.Index(b[i:], word)
		if k < 0 {
			break
		}
		i += k
		f.trailer(at + int64(i))
		i += len(word)
	}
}

func (f *finder) trailer(at int64) {
	f.trailers[f.met%maxTrailers] = at
	f.met++
}

// heading reads the two numbers before "obj" from behind.
func heading(b []byte) (num, start int, ok bool) {
	low := max(0, len(b)-longestHead)
	i := len(b)
	back := func(is func(byte) bool) int {
		n := 0
		for i > low && is(b[i-1]) {
			i--
			n++
		}
		return n
	}
	if back(isSpace) == 0 || back(isDigit) == 0 || back(isSpace) == 0 {
		return 0, 0, false
	}
	end := i
	if n := back(isDigit); n == 0 || n > 9 {
		return 0, 0, false
	}
	for _, c := range b[i:end] {
		num = num*10 + int(c-'0')
	}
	return num, i, true
}

// lastTrailer puts together the trailers that name a catalog, the last one first.
func (d *document) lastTrailer(f *finder) dict {
	var out dict
	for i := f.met - 1; i >= max(0, f.met-maxTrailers); i-- {
		at := f.trailers[i%maxTrailers]
		l := d.lexAt(at)
		l.limit = at + maxToken
		var t dict
		if l.next() == tokenWord {
			o, _ := l.object()
			t, _ = o.(dict)
		} else if o, ok := d.readAt(at, -1); ok {
			if s, isStream := o.(*stream); isStream {
				t = s.dict
			}
		}
		if _, ok := t.get("Root").(ref); !ok && len(out) > 0 {
			continue
		}
		for _, p := range t {
			if out.get(p.key) == nil && len(out) < 64 {
				out = append(out, p)
			}
		}
	}
	return out
}

// unpack looks into the object streams that a rebuild has found. Of an object
// that is known twice the one that stands later in the file counts.
func (d *document) unpack() {
	if d.info.Encrypted {
		return
	}
	for _, num := range d.packed {
		p := d.places.get(num)
		s := d.objStream(num)
		if s == nil {
			if p&placeKind == placeDirect {
				d.lost++
			}
			continue
		}
		for i, n := range s.nums {
			if i < 1<<20 && d.standsAt(n) <= int64(p&^placeKind) {
				d.places.set(n, placePacked|place(num)<<20|place(i))
			}
		}
	}
	d.packed = nil
	d.forget()
	if d.dict(d.trailer.get("Root")).get("Pages") == nil {
		d.findCatalog()
	}
}

// standsAt is where in the file an object is found, itself or its object stream.
func (d *document) standsAt(num int) int64 {
	p := d.places.get(num)
	if p&placeKind == placePacked {
		p = d.places.get(int(p&^placeKind) >> 20)
	}
	return int64(p &^ placeKind)
}

// findCatalog looks for the catalog when no trailer names it.
func (d *document) findCatalog() {
	root := func(num int) bool {
		if d.dict(ref(num)).get("Pages") == nil {
			return false
		}
		d.trailer = append(dict{{"Root", ref(num)}}, d.trailer...)
		return true
	}
	if d.catalog > 0 && root(d.catalog) {
		return
	}
	for num := range min(d.places.max+1, maxSearched) {
		if d.fail != nil {
			return
		}
		if d.dict(ref(num)).get("Type") == name("Catalog") && root(num) {
			return
		}
	}
}
