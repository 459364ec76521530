package pdf

import "math"

// matrix is a transformation, section 8.3.3: [a b c d e f].
type matrix [6]float64

// times is the transformation m followed by n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// sane says that all of it can be reckoned with.
func (m matrix) sane() bool {
	for _, v := range m {
		if math.IsNaN(v) || math.Abs(v) > 1e12 {
			return false
		}
	}
	return true
}

// matrix reads an array of six numbers.
func (d *document) matrix(o object) matrix {
	a := d.array(o)
	m := matrix{1, 0, 0, 1, 0, 0}
	if len(a) < 6 {
		return m
	}
	for i := range m {
		m[i] = d.number(a[i])
	}
	return m
}
