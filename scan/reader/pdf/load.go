package pdf

import (
	"bytes"
	"slices"
)

const (
	maxLoading = 8  // objects that must be read before the one that is asked for
	maxRefs    = 16 // references that lead to references
)

// kept is an object that is kept.
type kept struct {
	num   int
	value object
	cost  int
}

// objStream is a decoded object stream, section 7.5.7.
type objStream struct {
	num   int
	nums  []int // the objects in it, and
	at    []int // where they begin in data
	data  []byte
	clock uint64
}

// resolve follows references to an object.
func (d *document) resolve(o object) object {
	for range maxRefs {
		r, ok := o.(ref)
		if !ok {
			return o
		}
		o = d.load(int(r))
	}
	return nil
}

// load returns the object with a number, nil when there is none.
func (d *document) load(num int) object {
	if e, ok := d.cache[num]; ok {
		d.recent.MoveToFront(e)
		k, _ := e.Value.(*kept)
		return k.value
	}
	if d.loading >= maxLoading || d.fail != nil || !d.charge(64) {
		d.lost++
		return nil
	}
	d.loading++
	o, ok := d.find(num)
	d.loading--
	if !ok {
		d.lost++
	}
	d.keep(num, o)
	return o
}

// keep remembers an object, and forgets the ones that were not used for longest.
func (d *document) keep(num int, o object) {
	k := &kept{num: num, value: o, cost: 128 + cost(o)}
	if k.cost > maxCached {
		return
	}
	d.cache[num] = d.recent.PushFront(k)
	d.cacheCost += k.cost
	for d.cacheCost > maxCached {
		e := d.recent.Back()
		old, _ := e.Value.(*kept)
		d.recent.Remove(e)
		delete(d.cache, old.num)
		d.cacheCost -= old.cost
	}
}

// forget drops every object that is kept.
func (d *document) forget() {
	clear(d.cache)
	d.recent.Init()
	d.cacheCost = 0
	d.objStreams = nil
}

// find reads an object; ok is false when it should be there and could not be
// read. Where the table of places is wrong, it is built anew.
func (d *document) find(num int) (o object, ok bool) {
	p := d.places.get(num)
	switch p & placeKind {
	case placeDirect:
		o, ok = d.readAt(int64(p&^placeKind), num)
	case placePacked:
		o, ok = d.unpackOne(num, p&^placeKind)
	case placeFree:
		return nil, true
	default:
		// Nobody knows of it, which makes it null, or it went with a piece of the file.
		return nil, !d.rebuilt
	}
	if ok || d.rebuilt || d.fail != nil {
		return o, ok
	}
	d.rebuild()
	d.unpack()
	if p = d.places.get(num); p&placeKind == placeDirect {
		return d.readAt(int64(p&^placeKind), num)
	}
	return d.unpackOne(num, p&^placeKind)
}

// readAt reads the object that begins at a place of the file and must have the
// number num; -1 stands for any.
func (d *document) readAt(at int64, num int) (object, bool) {
	l := d.lexAt(at)
	l.limit = at + maxSource
	if l.next() != tokenInt {
		return nil, false
	}
	got := l.num
	if l.next() != tokenInt || num >= 0 && got != int64(num) || got > maxNumber {
		return nil, false
	}
	gen := int(l.num & 0xffff)
	if l.next() != tokenWord || !bytes.HasPrefix(l.tok, []byte("obj")) {
		return nil, false
	}
	if len(l.tok) > 3 { // "obj" and the value without a blank between
		l.pos -= len(l.tok) - 3
		if l.pos < 0 {
			return nil, false
		}
	}
	o, ok := l.object()
	d.charge(l.at() - at)
	if !ok || l.over {
		return nil, !l.over && l.tokenIs("endobj") || l.tokenIs("null")
	}
	t := l.next()
	if n, isInt := o.(int64); isInt && t == tokenInt && l.next() == tokenWord && l.tokenIs("R") {
		return ref(n), n < maxNumber
	}
	o = d.decryptObject(o, int(got), gen)
	if dd, isDict := o.(dict); isDict && t == tokenWord && l.tokenIs("stream") {
		if l.fill() && l.buf[l.pos] == '\r' {
			l.pos++
		}
		if l.fill() && l.buf[l.pos] == '\n' {
			l.pos++
		}
		return &stream{dict: dd, at: l.at(), num: int(got), gen: gen}, true
	}
	return o, true
}

// unpackOne reads an object out of an object stream.
func (d *document) unpackOne(num int, p place) (object, bool) {
	s := d.objStream(int(p >> 20))
	if s == nil {
		return nil, false
	}
	i := int(p & (1<<20 - 1))
	if i >= len(s.nums) || s.nums[i] != num {
		d.charge(int64(len(s.nums)))
		if i = slices.Index(s.nums, num); i < 0 {
			return nil, false
		}
	}
	at := s.at[i]
	d.lex.reset(bytes.NewReader(s.data[at:]), 0)
	o, ok := d.lex.object()
	d.charge(d.lex.at())
	return o, ok || d.lex.tokenIs("null")
}

// objStream decodes an object stream, or returns the one that is kept.
func (d *document) objStream(num int) *objStream {
	d.clock++
	for i := range d.objStreams {
		if d.objStreams[i].num == num {
			d.objStreams[i].clock = d.clock
			return &d.objStreams[i]
		}
	}
	p := d.places.get(num)
	if p&placeKind != placeDirect {
		return nil
	}
	o, ok := d.readAt(int64(p&^placeKind), num)
	s, isStream := o.(*stream)
	if !ok || !isStream || !s.is("ObjStm") {
		return nil
	}
	count, first := d.whole(s.get("N")), d.whole(s.get("First"))
	if count < 0 || count > maxValues || first < 0 {
		return nil
	}
	r := d.decode(s, decodePlain)
	data, over := all(r, maxObjStream)
	r.close()
	if over || first > len(data) {
		return nil
	}
	x := objStream{num: num, data: data, clock: d.clock}
	d.lex.reset(bytes.NewReader(data[:first]), 0)
	for range count {
		if d.lex.next() != tokenInt {
			break
		}
		n := d.lex.num
		if d.lex.next() != tokenInt || n < 0 || n > maxNumber {
			break
		}
		if at := int64(first) + d.lex.num; at >= 0 && at < int64(len(data)) {
			x.nums = append(x.nums, int(n))
			x.at = append(x.at, int(at))
		}
	}
	return d.keepObjStream(x)
}

// size is about what an object stream takes in memory.
func (s *objStream) size() int { return cap(s.data) + 16*cap(s.nums) }

func (d *document) keepObjStream(x objStream) *objStream {
	total := x.size()
	for i := range d.objStreams {
		total += d.objStreams[i].size()
	}
	for len(d.objStreams) > 0 && (total > maxObjStream || len(d.objStreams) >= 16) {
		oldest := 0
		for i := range d.objStreams {
			if d.objStreams[i].clock < d.objStreams[oldest].clock {
				oldest = i
			}
		}
		total -= d.objStreams[oldest].size()
		d.objStreams = slices.Delete(d.objStreams, oldest, oldest+1)
	}
	d.objStreams = append(d.objStreams, x)
	return &d.objStreams[len(d.objStreams)-1]
}

// is tells the type of a stream by its dictionary.
func (s *stream) is(kind name) bool { return s.get("Type") == kind }
