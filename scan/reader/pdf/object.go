package pdf

import "math"

// object is a value of the specification, section 7.3: nil, bool, int64,
// float64, name, text, array, dict, ref or *stream.
type object any

type (
	name  string
	text  []byte // a string
	array []object
	ref   int // the number of an indirect object
	pair  struct {
		key   name
		value object
	}
	dict []pair
)

// stream is a stream that has not been opened.
type stream struct {
	dict
	at       int64 // where its bytes begin in the file
	num, gen int
}

func (d dict) get(key name) object {
	for i := range d {
		if d[i].key == key {
			return d[i].value
		}
	}
	return nil
}

// cost is about what an object takes in memory, in bytes.
func cost(o object) int {
	n := 16
	switch o := o.(type) {
	case text:
		n += 24 + len(o)
	case name:
		n += 16
	case array:
		for _, v := range o {
			n += cost(v)
		}
	case dict:
		for _, p := range o {
			n += 16 + cost(p.value)
		}
	case *stream:
		n += 64 + cost(o.dict)
	case int64, float64, ref:
		n += 8
	}
	return n
}

// number is the value of a number, 0 for anything else.
func number(o object) float64 {
	switch o := o.(type) {
	case int64:
		return float64(o)
	case float64:
		return o
	}
	return 0
}

// whole is a number as an int, 0 for anything else and what does not fit 48 bits.
func whole(o object) int {
	switch o := o.(type) {
	case int64:
		if o > -1<<47 && o < 1<<47 {
			return int(o)
		}
	case float64:
		if math.Abs(o) < 1<<47 {
			return int(o)
		}
	}
	return 0
}

// The objects below are looked up through references.

func (d *document) dict(o object) dict {
	switch o := d.resolve(o).(type) {
	case dict:
		return o
	case *stream:
		return o.dict
	}
	return nil
}

func (d *document) array(o object) array {
	a, _ := d.resolve(o).(array)
	return a
}

func (d *document) name(o object) name {
	n, _ := d.resolve(o).(name)
	return n
}

func (d *document) text(o object) text {
	t, _ := d.resolve(o).(text)
	return t
}

func (d *document) stream(o object) *stream {
	s, _ := d.resolve(o).(*stream)
	return s
}

func (d *document) number(o object) float64 { return number(d.resolve(o)) }
func (d *document) whole(o object) int      { return whole(d.resolve(o)) }
