package pdf

import (
	"bytes"
	"math"
)

const (
	maxNotes  = 16 << 10 // annotations of one page
	maxParent = 16       // fields of which a field is a part
)

// notes reads the annotations of a page, section 12.5, and the fields that stand
// on it, section 12.7.
func (d *document) notes(p dict) {
	list := d.array(p.get("Annots"))
	if len(list) > maxNotes {
		list, d.run.bad = list[:maxNotes], true
	}
	for _, o := range list {
		if d.fail != nil {
			return
		}
		if n := d.dict(o); n != nil && d.charge(256) {
			d.note(o, n)
		}
	}
}

func (d *document) note(o object, n dict) {
	switch d.name(n.get("Subtype")) {
	case "Widget":
		if d.field(o, n, 0) {
			return
		}
	case "Link":
		d.link(d.dict(n.get("A")))
	case "Popup":
		return
	case "FileAttachment":
		d.file(n.get("FS"))
	}
	if t := d.text(n.get("Contents")); len(t) > 0 {
		d.say(d.text(n.get("T")))
		d.say(t)
		d.run.glyphs += len(t)
		if d.name(n.get("Subtype")) != "Stamp" {
			return
		}
	}
	d.appearance(n)
}

// link hands over the address that a link writes to or calls.
func (d *document) link(action dict) {
	uri := d.text(action.get("URI"))
	low := bytes.ToLower(uri[:min(len(uri), 8)])
	if bytes.HasPrefix(low, []byte("mailto:")) || bytes.HasPrefix(low, []byte("tel:")) {
		d.say(uri)
	}
}

// field hands over the value of a field, which it may have of its parents.
func (d *document) field(o object, n dict, depth int) bool {
	for i := depth; i < maxParent && n != nil; i++ {
		if v := d.resolve(n.get("V")); v != nil {
			if r, ok := o.(ref); ok && !d.seen.add(int(r)) {
				return true // a field with many widgets
			}
			return d.value(v)
		}
		o = n.get("Parent")
		n = d.dict(o)
	}
	return false
}

// value hands over the value of a field: a string, many, or a stream. Names are
// the states of buttons, which the appearance shows.
func (d *document) value(v object) bool {
	switch v := v.(type) {
	case text:
		d.run.glyphs += len(v)
		d.say(v)
		return true
	case array:
		for _, e := range v {
			if t := d.text(e); t != nil {
				d.run.glyphs += len(t)
				d.say(t)
			}
		}
		return true
	case *stream:
		r := d.decode(v, decodePlain)
		b, over := all(r, maxToken)
		d.run.bad = d.run.bad || over || r.err != nil
		r.close()
		d.run.glyphs += len(b)
		d.say(b)
		return true
	}
	return false
}

// appearance runs the form that shows an annotation, section 12.5.5.
func (d *document) appearance(n dict) {
	look := d.resolve(d.dict(n.get("AP")).get("N"))
	if states, ok := look.(dict); ok {
		look = d.resolve(states.get(d.name(n.get("AS"))))
	}
	x, ok := look.(*stream)
	if !ok {
		return
	}
	r := d.run
	box, rect := d.rectangle(x.get("BBox")), d.rectangle(n.get("Rect"))
	box = transformed(box, d.matrix(x.get("Matrix")))
	m := identity()
	if w := box[2] - box[0]; w > 0 {
		m[0] = (rect[2] - rect[0]) / w
	}
	if h := box[3] - box[1]; h > 0 {
		m[3] = (rect[3] - rect[1]) / h
	}
	m[4], m[5] = rect[0]-box[0]*m[0], rect[1]-box[1]*m[3]
	if !m.sane() {
		m = identity()
	}
	r.st = state{ctm: m, scale: 1}
	r.form(x, nil, 1)
}

// rectangle reads a rectangle, its lower left corner first.
func (d *document) rectangle(o object) (b [4]float64) {
	a := d.array(o)
	if len(a) < 4 {
		return b
	}
	x, y, z, w := d.number(a[0]), d.number(a[1]), d.number(a[2]), d.number(a[3])
	return [4]float64{min(x, z), min(y, w), max(x, z), max(y, w)}
}

// transformed is the rectangle around a transformed one.
func transformed(b [4]float64, m matrix) [4]float64 {
	out := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i := range 4 {
		x, y := b[i&1*2], b[1+i&2]
		u, v := m[0]*x+m[2]*y+m[4], m[1]*x+m[3]*y+m[5]
		out[0], out[1] = min(out[0], u), min(out[1], v)
		out[2], out[3] = max(out[2], u), max(out[3], v)
	}
	return out
}
