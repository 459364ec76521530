package main

import (
	"context"
	"os"
	"time"
	"unicode/utf8"
)

// key is what a person pressed.
type key int

// The keys that mean something. Every other is keyNone.
const (
	keyNone key = iota
	keyUp
	keyDown
	keyFirst
	keyLast
	keyEnter
	keySpace
	keyBack
	keyLeave
	keyDigit // which one stands beside it
)

// press is one key, and which digit it was.
type press struct {
	key   key
	digit int
}

// chunk is what one reading gave.
type chunk struct {
	raw []byte
	end bool // nothing comes after it
}

// keyReader reads keys from a terminal that gives every one at once. At most one reading is
// under way; one that nobody waits for any more is taken up by whoever asks next.
type keyReader struct {
	in      *os.File
	got     chan chunk // room for one
	reading bool
	buf     []byte
	end     bool
}

// The Esc key is a sign with which others begin: what belongs to it comes within lull. Nobody
// has read anything within soon: an Enter that comes then was meant for what stood there before.
const (
	lull = 100 * time.Millisecond
	soon = 300 * time.Millisecond
)

// next waits for a key. The end of the input, and of ctx, is keyLeave.
func (k *keyReader) next(ctx context.Context) press {
	for {
		if len(k.buf) > 0 {
			p, n := decode(k.buf)
			if n == 0 && !k.fill(ctx, lull) { // nothing more belongs to it
				p, n = press{}, len(k.buf)
				if n == 1 && k.buf[0] == escape {
					p.key = keyLeave
				}
			}
			k.buf = k.buf[n:]
			if n > 0 {
				return p
			}
			continue
		}
		if k.end || ctx.Err() != nil {
			return press{key: keyLeave}
		}
		k.fill(ctx, 0)
	}
}

// fill reads more, for so long at most (0: as long as it takes), and reports whether it did.
func (k *keyReader) fill(ctx context.Context, most time.Duration) bool {
	if k.end {
		return false
	}
	if !k.reading {
		k.reading = true
		go func() {
			b := make([]byte, 256)
			n, err := k.in.Read(b)
			k.got <- chunk{b[:n], err != nil || n == 0}
		}()
	}
	var late <-chan time.Time
	if most > 0 {
		t := time.NewTimer(most)
		defer t.Stop()
		late = t.C
	}
	select {
	case c := <-k.got:
		k.reading = false
		k.buf = append(k.buf, c.raw...)
		k.end = c.end
		return len(c.raw) > 0
	case <-late:
	case <-ctx.Done():
	}
	return false
}

// forget lets go of the keys that were typed before there was anything to read, but for one
// that leaves.
func (k *keyReader) forget(ctx context.Context) (left bool) {
	ctx, done := context.WithTimeout(ctx, soon)
	defer done()
	for ctx.Err() == nil {
		if len(k.buf) == 0 && !k.fill(ctx, soon) {
			return k.end
		}
		if p := k.next(ctx); p.key == keyLeave && ctx.Err() == nil {
			return true
		}
	}
	return false
}

const escape = 0x1b

// decode takes one key from the front of b, and gives how many bytes it has: 0 if it may not
// be whole.
func decode(b []byte) (press, int) {
	switch c := b[0]; {
	case c == escape:
		return decodeEscape(b)
	case c == '\r' || c == '\n':
		return press{key: keyEnter}, 1
	case c == ' ':
		return press{key: keySpace}, 1
	case c == 3 || c == 4 || c == 'q' || c == 'Q': // Ctrl-C, Ctrl-D
		return press{key: keyLeave}, 1
	case c == 8 || c == 0x7f:
		return press{key: keyBack}, 1
	case c == 'k' || c == 'K' || c == 16: // Ctrl-P
		return press{key: keyUp}, 1
	case c == 'j' || c == 'J' || c == 14 || c == '\t': // Ctrl-N
		return press{key: keyDown}, 1
	case c >= '0' && c <= '9':
		return press{keyDigit, int(c - '0')}, 1
	case !utf8.FullRune(b):
		return press{}, 0
	}
	_, n := utf8.DecodeRune(b)
	return press{}, n
}

// decodeEscape takes a key that begins with Esc: ESC [ A, ESC O A, and with Ctrl or Shift
// ESC [ 1 ; 5 A. What is not known is swallowed whole.
func decodeEscape(b []byte) (press, int) {
	switch {
	case len(b) == 1:
		return press{}, 0
	case b[1] == escape:
		return press{key: keyLeave}, 1
	case b[1] != '[' && b[1] != 'O':
		if !utf8.FullRune(b[1:]) {
			return press{}, 0
		}
		_, n := utf8.DecodeRune(b[1:])
		return press{}, 1 + n
	}
	end := 2
	if len(b) > 2 && b[1] == '[' && b[2] == '[' {
		end = 3
	}
	for ; end < len(b); end++ {
		if c := b[end]; c >= 0x40 && c <= 0x7e || c < 0x20 {
			break
		}
	}
	if end >= len(b) {
		return press{}, 0
	}
	return press{key: sequence(b[2:end], b[end])}, end + 1
}

// sequence gives the key of a sequence that ends with this sign.
func sequence(middle []byte, last byte) key {
	switch {
	case len(middle) > 0 && middle[0] == '[': // a function key of the Linux console
		return keyNone
	case last == 'A':
		return keyUp
	case last == 'B':
		return keyDown
	case last == 'H', last == '~' && (string(middle) == "1" || string(middle) == "7"):
		return keyFirst
	case last == 'F', last == '~' && (string(middle) == "4" || string(middle) == "8"):
		return keyLast
	case last == 'Z': // Shift-Tab
		return keyUp
	case last == 'M': // Enter of the number pad
		return keyEnter
	}
	return keyNone
}
