package pdf

import (
	"cmp"
	"math"
	"slices"
)

// All of these are in sizes of the font (ems).
const (
	blankGap    = 0.16 // gaps wider than this part words
	columnGap   = 1.0  // gaps wider than this part columns
	stretched   = 3.0  // a blank drawn within a text may be stretched so far, to make its line full
	overlap     = 0.3  // glyphs of one word may lie over each other so far
	baselineGap = 0.25 // glyphs of one line may differ so far in height
	twinGap     = 0.12 // the same glyph so near is a shadow, drawn to look bold
)

// chunk is text that was drawn in one go along a line.
type chunk struct {
	from, to int32   // in layout.text
	u0, u1   float64 // where it begins and ends along its line
	v        float64 // the height of its baseline
	last     float64 // where its last glyph begins
	em       float32
	clip     span
	angle    int16 // the direction of its line, in degrees
	before   bool  // a blank was drawn before it
	after    bool  // a blank was drawn after it
}

// layout gathers the glyphs of a page in the order in which they are drawn, and
// makes lines of them.
type layout struct {
	text   []byte
	chunks []chunk
	open   bool // the last chunk may go on

	lastU    float64 // where the last glyph began
	lastText string
	blank    bool // a blank has been drawn since
	blanks   int  // how many
	flow     bool // what is drawn goes on with the text object in which the last glyph was

	angle    int16 // of what is being drawn
	v, em    float64
	clip     span
	slack    float64 // gaps of which this much was asked for between letters
	sin, cos float64
}

func (p *layout) reset() {
	p.text, p.chunks, p.open, p.blank, p.blanks = p.text[:0], p.chunks[:0], false, false, 0
}

// full says that no more fits before the lines are made.
func (p *layout) full() bool { return len(p.text) > maxPageText-1024 || len(p.chunks) >= maxPageChunks }

// begin says that glyphs follow which are drawn in the direction (dx, dy) from
// (x, y), with fonts of the size em. It returns where that is along the line.
func (p *layout) begin(x, y, dx, dy, em float64) (u float64) {
	angle := int16(0)
	if dy != 0 || dx < 0 {
		angle = int16(math.Round(math.Atan2(dy, dx) * 180 / math.Pi))
		if angle == -180 {
			angle = 180
		}
	}
	if angle != p.angle || p.sin == 0 && p.cos == 0 {
		p.angle = angle
		p.sin, p.cos = math.Sincos(float64(angle) * math.Pi / 180)
		if angle == 0 {
			p.sin, p.cos = 0, 1
		}
		p.stop()
	}
	p.v = y*p.cos - x*p.sin
	p.em = em
	return x*p.cos + y*p.sin
}

// stop ends the chunk that is being drawn.
func (p *layout) stop() {
	if p.open && p.blank {
		p.chunks[len(p.chunks)-1].after = true
		p.blank = false
	}
	p.open = false
}

// near tells whether two heights are those of one line.
func near(v, w, a, b float64) bool {
	em := min(max(a, b), 2*min(a, b))
	return math.Abs(v-w) <= baselineGap*em
}

// put places a glyph at u; w is its width.
func (p *layout) put(u, w float64, s string) {
	if s == " " {
		p.blank = true
		p.blanks++
		return
	}
	if w <= 0 {
		w = 0
	}
	if p.open && p.goesOn(u, w, s) {
		return
	}
	before := p.blank && !p.open
	p.stop()
	from := int32(len(p.text))
	p.text = append(p.text, s...)
	p.chunks = append(p.chunks, chunk{
		from: from, to: int32(len(p.text)),
		u0: u, u1: u + w, v: p.v, last: u, em: float32(p.em), clip: p.clip, angle: p.angle, before: before,
	})
	p.open, p.lastU, p.lastText = true, u, s
	p.blank, p.blanks, p.flow = false, 0, true
}

// goesOn adds a glyph to the last chunk if it belongs there.
func (p *layout) goesOn(u, w float64, s string) bool {
	c := &p.chunks[len(p.chunks)-1]
	if !near(c.v, p.v, float64(c.em), p.em) {
		return false
	}
	if !p.blank && s == p.lastText && math.Abs(u-p.lastU) < twinGap*p.em && w > 2*twinGap*p.em {
		return true
	}
	em := min(float64(c.em), p.em)
	gap, most := u-c.u1, columnGap*em+p.slack
	if p.flow && p.blanks == 1 {
		most = max(most, stretched*em)
	}
	if gap < -overlap*em || gap > most || parted(c.clip, p.clip, p.lastU, u, em) {
		return false
	}
	if p.blank || gap > blankGap*em+p.slack {
		p.text = append(p.text, ' ')
	}
	p.text = append(p.text, s...)
	c.to = int32(len(p.text))
	c.u1, c.last = max(c.u1, u+w), u
	p.lastU, p.lastText = u, s
	p.blank, p.blanks, p.flow = false, 0, true
	return true
}

// lines appends the lines of what has been drawn to out.
func (p *layout) lines(out []byte) []byte {
	p.stop()
	slices.SortStableFunc(p.chunks, func(a, b chunk) int {
		if a.angle != b.angle {
			return cmp.Compare(a.angle, b.angle)
		}
		return cmp.Compare(b.v, a.v)
	})
	for i := 0; i < len(p.chunks); {
		first := &p.chunks[i]
		j := i + 1
		for j < len(p.chunks) && p.chunks[j].angle == first.angle &&
			near(first.v, p.chunks[j].v, float64(first.em), float64(p.chunks[j].em)) {
			j++
		}
		out = p.line(out, p.chunks[i:j])
		i = j
	}
	return out
}

// line appends the chunks of one line.
func (p *layout) line(out []byte, row []chunk) []byte {
	slices.SortStableFunc(row, func(a, b chunk) int { return cmp.Compare(a.u0, b.u0) })
	var end float64
	for i := range row {
		c := &row[i]
		if p.shadow(row, i) {
			end = max(end, c.u1)
			continue
		}
		if i > 0 {
			em := float64(c.em+row[i-1].em) / 2
			gap := c.u0 - end
			switch {
			case gap > columnGap*em, gap < -overlap*em, parted(row[i-1].clip, c.clip, row[i-1].last, c.u0, em):
				out = append(out, '\t')
			case gap > blankGap*em, c.before, row[i-1].after:
				out = append(out, ' ')
			}
			end = max(end, c.u1)
		} else {
			end = c.u1
		}
		out = append(out, p.text[c.from:c.to]...)
	}
	return append(out, '\n')
}

// shadow tells a chunk that was drawn before at nearly the same place, as is done
// to make letters look bold.
func (p *layout) shadow(row []chunk, i int) bool {
	c := &row[i]
	for k := i - 1; k >= max(0, i-4); k-- {
		o := &row[k]
		if c.u0-o.u0 < 2*twinGap*float64(c.em) && math.Abs(c.u1-o.u1) < 2*twinGap*float64(c.em) &&
			string(p.text[c.from:c.to]) == string(p.text[o.from:o.to]) && c.u1-c.u0 > 3*twinGap*float64(c.em) {
			return true
		}
	}
	return false
}
