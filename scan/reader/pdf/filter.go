package pdf

import (
	"bufio"
	"io"
)

// input reads single bytes for the filters that need them.
func input(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, 4<<10) }

// produce makes a Read of a function that produces one byte.
func produce(p []byte, next func() (byte, error)) (int, error) {
	for i := range p {
		c, err := next()
		if err != nil {
			return i, err
		}
		p[i] = c
	}
	return len(p), nil
}

// asciiHex undoes the filter of section 7.4.2.
type asciiHex struct {
	in   *bufio.Reader
	done bool
}

func newASCIIHex(r io.Reader) io.Reader { return &asciiHex{in: input(r)} }

func (a *asciiHex) Read(p []byte) (int, error) { return produce(p, a.next) }

func (a *asciiHex) next() (byte, error) {
	var value byte
	for n := 0; n < 2; {
		if a.done {
			return 0, io.EOF
		}
		c, err := a.in.ReadByte()
		if err != nil && n == 0 {
			return 0, err
		}
		if err != nil || c == '>' {
			a.done = true
			if n == 0 {
				return 0, io.EOF
			}
			return value << 4, nil
		}
		if x, ok := hexDigit(c); ok {
			value = value<<4 | x
			n++
		}
	}
	return value, nil
}

// ascii85 undoes the filter of section 7.4.3.
type ascii85 struct {
	in   *bufio.Reader
	out  [4]byte
	have int // bytes of out not yet handed over: the last ones of n
	n    int
	done bool
}

func newASCII85(r io.Reader) io.Reader { return &ascii85{in: input(r)} }

func (a *ascii85) Read(p []byte) (int, error) { return produce(p, a.next) }

func (a *ascii85) next() (byte, error) {
	if a.have == 0 {
		if err := a.group(); err != nil {
			return 0, err
		}
	}
	c := a.out[a.n-a.have]
	a.have--
	return c, nil
}

func (a *ascii85) group() error {
	var v uint32
	n := 0
	for n < 5 && !a.done {
		c, err := a.in.ReadByte()
		switch {
		case err != nil:
			if n == 0 {
				return err
			}
			a.done = true
		case c == '~':
			a.done = true
		case c == 'z' && n == 0:
			a.out, a.n, a.have = [4]byte{}, 4, 4
			return nil
		case c >= '!' && c <= 'u':
			v = v*85 + uint32(c-'!')
			n++
		}
	}
	if n < 2 {
		return io.EOF
	}
	for i := n; i < 5; i++ {
		v = v*85 + 84
	}
	a.out = [4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}
	a.n, a.have = n-1, n-1
	return nil
}

// runLength undoes the filter of section 7.4.5.
type runLength struct {
	in   *bufio.Reader
	copy int // bytes to copy
	same int // times to repeat value
	c    byte
}

func newRunLength(r io.Reader) io.Reader { return &runLength{in: input(r)} }

func (a *runLength) Read(p []byte) (int, error) { return produce(p, a.next) }

func (a *runLength) next() (byte, error) {
	if a.copy == 0 && a.same == 0 {
		n, err := a.in.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case n == 128:
			return 0, io.EOF
		case n < 128:
			a.copy = int(n) + 1
		default:
			a.same = 257 - int(n)
			if a.c, err = a.in.ReadByte(); err != nil {
				return 0, err
			}
		}
	}
	if a.same > 0 {
		a.same--
		return a.c, nil
	}
	a.copy--
	return a.in.ReadByte()
}

const lzwCodes = 4096

// lzw undoes the filter of section 7.4.4.
type lzw struct {
	in     *bufio.Reader
	early  int // 1 when codes grow one code early
	bits   uint32
	have   uint
	width  uint
	last   int // the code before, -1 after a clear
	next   int // the next free code
	prefix [lzwCodes]uint16
	suffix [lzwCodes]byte
	length [lzwCodes]uint16
	out    [lzwCodes]byte
	from   int // of out, what was not yet handed over
}

func newLZW(r io.Reader, early bool) io.Reader {
	z := &lzw{in: input(r), from: lzwCodes}
	if early {
		z.early = 1
	}
	z.clear()
	for i := range 256 {
		z.suffix[i], z.length[i] = byte(i), 1
	}
	return z
}

func (z *lzw) clear() { z.width, z.last, z.next = 9, -1, 258 }

func (z *lzw) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if z.from == lzwCodes {
			if err := z.step(); err != nil {
				return n, err
			}
		}
		k := copy(p[n:], z.out[z.from:])
		z.from += k
		n += k
	}
	return n, nil
}

// step reads codes up to one that gives bytes, and puts these at the end of out.
func (z *lzw) step() error {
	for {
		for z.have < z.width {
			c, err := z.in.ReadByte()
			if err != nil {
				return err
			}
			z.bits = z.bits<<8 | uint32(c)
			z.have += 8
		}
		z.have -= z.width
		code := int(z.bits >> z.have & (1<<z.width - 1))
		switch {
		case code == 256:
			z.clear()
			continue
		case code == 257:
			return io.EOF
		case code > z.next, code == z.next && z.last < 0:
			return ErrDamaged
		}
		z.emit(code)
		return nil
	}
}

// emit puts the bytes of a code at the end of out, and learns a new code.
func (z *lzw) emit(code int) {
	chain := code
	tail := 0
	if code == z.next { // the code that is being learnt: the last one and its first byte again
		chain, tail = z.last, 1
	}
	n := int(z.length[chain]) + tail
	z.from = lzwCodes - n
	at := lzwCodes - 1 - tail
	for i := n - tail; i > 0; i-- {
		z.out[at] = z.suffix[chain]
		chain = int(z.prefix[chain])
		at--
	}
	first := z.out[z.from]
	if tail == 1 {
		z.out[lzwCodes-1] = first
	}
	if z.last >= 0 && z.next < lzwCodes {
		z.prefix[z.next] = uint16(z.last)
		z.suffix[z.next] = first
		z.length[z.next] = z.length[z.last] + 1
		z.next++
	}
	if z.next+z.early >= 1<<z.width && z.width < 12 {
		z.width++
	}
	z.last = code
}
