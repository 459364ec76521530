package pdf

import "math"

// span is a stretch along a line; the zero span is one without bounds.
type span struct{ from, to float32 }

// clip is the rectangle outside of which nothing shows, as far as it was given
// as rectangles. Text that was cut off where a cell of a table ends is known by it.
type clip struct {
	set            bool
	x0, y0, x1, y1 float64
}

// path is what of a path counts for clipping: its last rectangle.
type path struct {
	box  clip
	wish bool // the path is to become the clip
}

// rectangle adds the rectangle of the operator re.
func (r *run) rectangle() {
	m, x, y := r.st.ctm, r.num(4), r.num(3)
	x2, y2 := x+r.num(2), y+r.num(1)
	ax, ay := m[0]*x+m[2]*y+m[4], m[1]*x+m[3]*y+m[5]
	bx, by := m[0]*x2+m[2]*y2+m[4], m[1]*x2+m[3]*y2+m[5]
	r.path.box = clip{
		set: !math.IsNaN(ax + ay + bx + by),
		x0:  min(ax, bx), y0: min(ay, by), x1: max(ax, bx), y1: max(ay, by),
	}
}

// painted ends a path.
func (r *run) painted() {
	if b := r.path.box; r.path.wish && b.set {
		if c := r.st.clip; c.set {
			b.x0, b.y0, b.x1, b.y1 = max(b.x0, c.x0), max(b.y0, c.y0), min(b.x1, c.x1), min(b.y1, c.y1)
		}
		r.st.clip = b
	}
	r.path = path{}
}

// along is the clip as seen along a line.
func (c *clip) along(angle int16) span {
	if !c.set {
		return span{}
	}
	switch angle {
	case 0:
		return span{float32(c.x0), float32(c.x1)}
	case 90:
		return span{float32(c.y0), float32(c.y1)}
	case 180:
		return span{float32(-c.x1), float32(-c.x0)}
	case -90:
		return span{float32(-c.y1), float32(-c.y0)}
	}
	return span{}
}

// parted tells whether an edge of a clip lies between text that ends with a glyph
// at last, clipped to a, and text that begins at first, clipped to b.
func parted(a, b span, last, first, em float64) bool {
	if a == b {
		return false
	}
	near := 0.1 * em
	return a != span{} && first >= float64(a.to)-near || b != span{} && last < float64(b.from)-near && first >= float64(b.from)-near
}
