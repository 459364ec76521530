package rtf

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// embedded hands over the object whose data the group holds.
func (r *reader) embedded() error {
	x := &hexData{r: r, half: 16}
	n, err := io.ReadFull(x, r.object[:])
	if x.halt() == nil {
		err = nil
		if n > 0 {
			err = r.hand(x, r.object[:n])
		}
	}
	x.over = true
	if halt := x.halt(); halt != nil {
		return halt
	}
	if x.cut {
		r.info.Unread++
	}
	r.in.drop(x.bin)
	r.in.skip()
	return err
}

// hand hands over the object that begins with head.
func (r *reader) hand(x *hexData, head []byte) error {
	o := object{x: x, head: head, left: -1}
	name := ""
	if c, ok := unwrap(head); ok {
		if c.at < 0 { // a link
			return nil
		}
		name, o.left, o.head = c.name, c.size, head[c.at:]
		if name == "Package" {
			if c, ok := unpack(o.head); ok {
				name, o.left, o.head = c.name, c.size, o.head[c.at:]
			}
		}
	}
	if o.left == 0 {
		return nil
	}
	r.solid = true
	claimed := o.left
	if err := r.flow.h.Embedded(name, claimed, &o); err != nil || claimed < 0 {
		return err
	}
	o.left -= min(o.left, int64(len(o.head)))
	for o.left > 0 && x.halt() == nil { // is it all there?
		n, err := x.read(r.object[:min(maxHead, o.left)])
		o.left -= int64(n)
		if err != nil {
			break
		}
	}
	if o.left > 0 && x.halt() == nil {
		r.damaged = true
		if !x.cut { // counted already
			r.info.Unread++
		}
	}
	return nil
}

// object is what of an object's data is its content.
type object struct {
	x    *hexData
	head []byte // read already
	left int64  // -1: all there is
}

// Read is of io.Reader.
func (o *object) Read(p []byte) (int, error) {
	if o.x.over {
		return 0, errOver
	}
	if o.left >= 0 && int64(len(p)) > o.left {
		p = p[:o.left]
		if o.left == 0 {
			return 0, io.EOF
		}
	}
	var n int
	var err error
	if len(o.head) > 0 {
		n = copy(p, o.head)
		o.head = o.head[n:]
	} else {
		n, err = o.x.Read(p)
	}
	if o.left >= 0 {
		o.left -= int64(n)
		if errors.Is(err, io.EOF) && o.left > 0 {
			err = ErrDamaged
		}
	}
	return n, err
}

// hexData reads what the hexadecimal digits of a group say, and data behind \bin,
// up to the brace that ends it.
type hexData struct {
	r    *reader
	bin  int64 // bytes to come that are the data themselves
	half byte  // the first digit of a byte, 16 for none
	over bool  // the call is over
	cut  bool  // the file ends first
	err  error // from Spend
}

// halt is what ends the reading of the whole file.
func (x *hexData) halt() error {
	if x.err != nil {
		return x.err
	}
	return x.r.in.fault()
}

// Read is of io.Reader.
func (x *hexData) Read(p []byte) (int, error) {
	if x.err != nil {
		return 0, x.err
	}
	n, err := x.read(p)
	if spend := x.r.flow.spend; spend != nil && n > 0 {
		if e := spend(int64(n)); e != nil {
			x.err = wrap(e)
			return 0, x.err
		}
	}
	return n, err
}

// read gives one byte or more, or tells why there is none.
func (x *hexData) read(p []byte) (int, error) {
	in := &x.r.in
	for len(p) > 0 {
		b := in.some()
		if len(b) == 0 {
			if err := in.fault(); err != nil {
				return 0, err
			}
			x.cut = true
			return 0, ErrDamaged
		}
		if x.bin > 0 {
			n := copy(p, b[:min(x.bin, int64(len(b)))])
			in.pos += n
			x.bin -= int64(n)
			return n, nil
		}
		n, used := x.digits(p, b)
		in.pos += used
		if n > 0 {
			return n, nil
		}
		if used == len(b) {
			continue
		}
		switch b[used] {
		case '}':
			return 0, io.EOF
		case '{':
			in.pos++
			in.skip()
			in.drop(1)
		case '\\':
			x.control()
		default:
			in.pos++
		}
	}
	return 0, nil
}

// digits turns the digits at the beginning of b into bytes, as many as p takes, up
// to something else than digits and blanks.
func (x *hexData) digits(p, b []byte) (n, used int) {
	for used < len(b) && n < len(p) {
		if x.half > 15 && used+1 < len(b) {
			hi, lo := nibble(b[used]), nibble(b[used+1])
			if hi|lo < 16 {
				p[n] = hi<<4 | lo
				n++
				used += 2
				continue
			}
		}
		c := b[used]
		d := nibble(c)
		switch {
		case d > 15 && c > ' ':
			return n, used
		case d > 15:
		case x.half > 15:
			x.half = d
		default:
			p[n] = x.half<<4 | d
			n++
			x.half = 16
		}
		used++
	}
	return n, used
}

// control passes over a control word or symbol.
func (x *hexData) control() {
	in := &x.r.in
	b := in.need(maxToken)
	switch {
	case len(b) > 1 && b[1] == '\'':
		in.pos += min(4, len(b))
	case len(b) < 2 || !isLetter(b[1]):
		in.pos += min(2, len(b))
	default:
		if w, v := in.word(b); string(w) == "bin" {
			x.bin = int64(max(0, v.n))
		}
	}
}

// content says where in the head of an object its content begins.
type content struct {
	name string
	at   int // -1: there is none
	size int64
}

const (
	linked   = 1 // kinds of objects ([MS-OLEDS] 2.2.4)
	embedded = 2
)

// unwrap reads the header of an embedded object ([MS-OLEDS] 2.2.4 and 2.2.5).
func unwrap(head []byte) (content, bool) {
	f := fields{b: head}
	f.take(4) // version: says nothing
	kind := f.long()
	class := f.counted()
	if f.bad || len(class) < 2 || len(class) > maxName || (kind != linked && kind != embedded) {
		return content{}, false
	}
	c := content{name: fileName(class), at: -1}
	if kind == linked {
		return c, true
	}
	f.counted() // topic
	f.counted() // item
	c.size = f.long()
	c.at = f.at
	return c, !f.bad
}

// unpack reads what stands before a file that was put into a letter as a package.
func unpack(head []byte) (content, bool) {
	f := fields{b: head}
	kind := f.take(2)
	if f.bad || kind[0] != 2 || kind[1] != 0 {
		return content{}, false
	}
	name := f.text()
	f.text() // where it came from
	file := f.take(4)
	f.counted() // where it was for a while
	c := content{name: fileName(name), size: f.long(), at: f.at}
	return c, !f.bad && file[2] == 3
}

// fields reads the fields of a header.
type fields struct {
	b   []byte
	at  int
	bad bool
}

func (f *fields) take(n int64) []byte {
	if f.bad || n > int64(len(f.b)-f.at) {
		f.bad = true
		return nil
	}
	b := f.b[f.at : f.at+int(n)]
	f.at += int(n)
	return b
}

// long is a number of four bytes.
func (f *fields) long() int64 {
	b := f.take(4)
	if f.bad {
		return 0
	}
	return int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16 | int64(b[3])<<24
}

// counted is a text with its length before it.
func (f *fields) counted() []byte { return f.take(f.long()) }

// text is a text with a zero behind it.
func (f *fields) text() []byte {
	if f.bad {
		return nil
	}
	n := bytes.IndexByte(f.b[f.at:], 0)
	if n < 0 {
		f.bad = true
		return nil
	}
	return f.take(int64(n + 1))
}

// fileName is the last part of a path, in UTF-8, at most maxName bytes.
func fileName(b []byte) string {
	b = b[bytes.LastIndexAny(b, `/\`)+1:]
	out := make([]byte, 0, maxName)
	for _, c := range b {
		u := charmap.Windows1252.DecodeByte(c)
		if c < ' ' || c == 0x7f || u == utf8.RuneError {
			continue
		}
		if len(out)+utf8.RuneLen(u) > maxName {
			break
		}
		out = utf8.AppendRune(out, u)
	}
	return string(out)
}
