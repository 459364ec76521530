package rtf

import (
	"errors"
	"io"
)

// maxToken is how many bytes a control word, its number, and the byte behind take
// at most, where it is one that is looked at.
const maxToken = maxLetters + maxDigits + 8

// input is the window on the file.
type input struct {
	src  io.Reader
	stop func() error
	buf  []byte
	pos  int // what is read
	end  int // what is there
	err  error
}

// fill gets at least one more byte. It is false at the end.
func (in *input) fill() bool {
	if in.err != nil {
		return false
	}
	if err := in.stop(); err != nil {
		in.err = wrap(err)
		return false
	}
	in.end = copy(in.buf, in.buf[in.pos:in.end])
	in.pos = 0
	for range 100 {
		n, err := in.src.Read(in.buf[in.end:])
		in.end += max(0, n)
		if err != nil {
			in.err = err
			if !errors.Is(err, io.EOF) {
				in.err = wrap(err)
			}
		}
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	in.err = wrap(io.ErrNoProgress)
	return false
}

// fault is what ended the reading, nil for the end of the file.
func (in *input) fault() error {
	if in.err == nil || errors.Is(in.err, io.EOF) {
		return nil
	}
	return in.err
}

// need is what is there, n bytes or more unless the end is nearer.
func (in *input) need(n int) []byte {
	for in.end-in.pos < n && in.fill() {
	}
	return in.buf[in.pos:in.end]
}

// some is what is there, empty at the end only.
func (in *input) some() []byte {
	if in.pos == in.end {
		in.fill()
	}
	return in.buf[in.pos:in.end]
}

// drop passes over n bytes.
func (in *input) drop(n int64) {
	for n > 0 {
		b := in.some()
		if len(b) == 0 {
			return
		}
		k := min(n, int64(len(b)))
		in.pos += int(k)
		n -= k
	}
}

// dropWhile passes over the bytes that are of a kind.
func (in *input) dropWhile(is func(byte) bool) {
	for {
		b := in.some()
		n := 0
		for n < len(b) && is(b[n]) {
			n++
		}
		in.pos += n
		if n < len(b) || len(b) == 0 {
			return
		}
	}
}

func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }
func isDigit(c byte) bool  { return c-'0' < 10 }

// nibble is the value of a hexadecimal digit, 16 or more for anything else.
func nibble(c byte) byte {
	if d := c - '0'; d < 10 {
		return d
	}
	if d := (c | 0x20) - 'a'; d < 6 {
		return d + 10
	}
	return 16
}

// number is the number behind a control word.
type number struct {
	n   int // clamped to 32 bits
	has bool
}

// or is the number, or what stands for none.
func (v number) or(none int) int {
	if v.has {
		return v.n
	}
	return none
}

// word reads a control word, of which b is the backslash and all that follows, at
// least maxToken bytes of it, with its number and the blank behind. One that is
// too long to mean anything is empty.
func (in *input) word(b []byte) ([]byte, number) {
	i := 1
	for i < len(b) && i <= maxLetters && isLetter(b[i]) {
		i++
	}
	w := b[1:i]
	if i > maxLetters && i < len(b) && isLetter(b[i]) {
		in.pos += i
		in.dropWhile(isLetter)
		w, b, i = nil, in.need(maxToken), 0
	}
	v := number{}
	minus := i+1 < len(b) && b[i] == '-' && isDigit(b[i+1])
	if minus {
		i++
	}
	from := i
	for i < len(b) && i-from < maxDigits && isDigit(b[i]) {
		v.has = true
		v.n = min(v.n*10+int(b[i]-'0'), 1<<31-1)
		i++
	}
	if minus {
		v.n = -v.n
	}
	if i-from == maxDigits && i < len(b) && isDigit(b[i]) {
		in.pos += i
		in.dropWhile(isDigit)
		w, b, i = nil, in.need(1), 0
	}
	if i < len(b) && b[i] == ' ' {
		i++
	}
	in.pos += i
	return w, v
}

// skip passes over the rest of a group, up to the brace that ends it.
func (in *input) skip() {
	nest := 0
	for {
		b := in.some()
		if len(b) == 0 {
			return
		}
		n := 0
		for n < len(b) && b[n] != '\\' && b[n] != '{' && b[n] != '}' {
			n++
		}
		in.pos += n
		if n == len(b) {
			continue
		}
		switch b[n] {
		case '{':
			nest++
			in.pos++
		case '}':
			if nest == 0 {
				return
			}
			nest--
			in.pos++
		default:
			in.skipControl()
		}
	}
}

// skipControl passes over a control word, with the data behind \bin, or a symbol.
func (in *input) skipControl() {
	b := in.need(maxToken)
	if len(b) < 2 || !isLetter(b[1]) {
		in.pos += min(2, len(b))
		return
	}
	if w, v := in.word(b); string(w) == "bin" {
		in.drop(int64(v.n))
	}
}
