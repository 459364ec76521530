package pdf

import "io"

const (
	maxRow      = 1 << 20 // bytes of a row that a predictor works on
	pngPredict  = 10      // predictors from here on are those of PNG
	tiffPredict = 2
)

// rowShape is the form of rows that a predictor works on.
type rowShape struct{ colors, bits, columns int }

// predictor undoes the predictors of section 7.4.4.4.
type predictor struct {
	in        io.Reader
	png       bool
	shape     rowShape
	pixel     int // bytes of a pixel, 1 at least
	row, last []byte
	from      int   // of row, what was not yet handed over
	end       error // what came after the last row
}

func newPredictor(r io.Reader, kind int, s rowShape) (io.Reader, bool) {
	if kind != tiffPredict && kind < pngPredict {
		return r, true
	}
	if s.colors < 1 || s.colors > 64 || s.bits < 1 || s.bits > 16 || s.columns < 1 || s.columns > maxRow {
		return nil, false
	}
	size := (s.colors*s.bits*s.columns + 7) / 8
	if size > maxRow {
		return nil, false
	}
	p := &predictor{in: r, png: kind >= pngPredict, shape: s, pixel: max(1, s.colors*s.bits/8)}
	p.row, p.last = make([]byte, size), make([]byte, size)
	p.from = size
	return p, true
}

func (p *predictor) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		if p.from == len(p.row) {
			if err := p.next(); err != nil {
				return n, err
			}
		}
		k := copy(b[n:], p.row[p.from:])
		p.from += k
		n += k
	}
	return n, nil
}

// next reads a row. The last one may be short.
func (p *predictor) next() error {
	if p.end != nil {
		return p.end
	}
	p.row, p.last = p.last, p.row
	var kind [1]byte
	if p.png {
		if _, err := p.fill(kind[:]); err != nil {
			p.from, p.end = len(p.row), err
			return err
		}
	}
	n, err := p.fill(p.row)
	if n < len(p.row) {
		p.end = err
		clear(p.row[n:])
		p.row = p.row[:n]
	}
	p.from = 0
	if p.png {
		p.undo(kind[0])
	} else {
		p.undoTIFF()
	}
	return nil
}

// fill reads all of b, or what comes before an error. Other than io.ReadFull it
// tells an end from data that breaks off, which a decompressor tells apart too.
func (p *predictor) fill(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = p.in.Read(b[n:])
		n += k
	}
	if n == len(b) {
		err = nil
	}
	return n, err
}

// undo is for a row of PNG.
func (p *predictor) undo(kind byte) {
	row, up, bpp := p.row, p.last, p.pixel
	switch kind {
	case 1:
		for i := bpp; i < len(row); i++ {
			row[i] += row[i-bpp]
		}
	case 2:
		for i := range row {
			row[i] += up[i]
		}
	case 3:
		for i := range row {
			left := 0
			if i >= bpp {
				left = int(row[i-bpp])
			}
			row[i] += byte((left + int(up[i])) / 2)
		}
	case 4:
		for i := range row {
			var left, corner int
			if i >= bpp {
				left, corner = int(row[i-bpp]), int(up[i-bpp])
			}
			row[i] += paeth(left, int(up[i]), corner)
		}
	}
}

func paeth(a, b, c int) byte {
	p := a + b - c
	x, y, z := max(p-a, a-p), max(p-b, b-p), max(p-c, c-p)
	switch {
	case x <= y && x <= z:
		return byte(a)
	case y <= z:
		return byte(b)
	}
	return byte(c)
}

// undoTIFF is for a row of TIFF with components of 8 or 16 bits; smaller ones are
// only met in images.
func (p *predictor) undoTIFF() {
	row, n := p.row, p.shape.colors
	switch p.shape.bits {
	case 8:
		for i := n; i < len(row); i++ {
			row[i] += row[i-n]
		}
	case 16:
		for i := 2 * n; i+1 < len(row); i += 2 {
			v := uint16(row[i])<<8 + uint16(row[i+1]) + uint16(row[i-2*n])<<8 + uint16(row[i-2*n+1])
			row[i], row[i+1] = byte(v>>8), byte(v&0xff)
		}
	}
}
