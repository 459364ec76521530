package reader

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// charset is how a file's text is encoded.
type charset int

const (
	utf8ish charset = iota // UTF-8, single bytes that are not UTF-8 taken as Windows-1252
	utf16le
	utf16be
	utf32
)

// source reads the raw bytes of one file and gives them out as UTF-8.
type source struct {
	r        io.Reader
	ctx      context.Context //nolint:containedctx // of one call of Read
	raw      []byte
	from, to int   // raw[from:to] has been read and not been decoded
	n        int64 // raw bytes read
	done     bool  // nothing more can be read
	err      error // why reading ended, nil at the end of the file
	wide     *encoding.Decoder
}

func (s *source) begin(ctx context.Context, r io.Reader) {
	*s = source{r: r, ctx: ctx, raw: s.raw}
}

// head reads until the raw buffer is full or the file ends, and shows it.
func (s *source) head() []byte {
	for !s.done && s.to < len(s.raw) {
		s.more()
	}
	return s.raw[s.from:s.to]
}

// more reads once from the file into what is free of the raw buffer.
func (s *source) more() {
	if s.from > 0 {
		s.to = copy(s.raw, s.raw[s.from:s.to])
		s.from = 0
	}
	for range 100 {
		if err := s.ctx.Err(); err != nil {
			s.done, s.err = true, err
			return
		}
		n, err := s.r.Read(s.raw[s.to:])
		s.to += n
		s.n += int64(n)
		if err != nil {
			s.done = true
			if err != io.EOF { // a wrapped io.EOF is an error
				s.err = err
			}
			return
		}
		if n > 0 {
			return
		}
	}
	s.done, s.err = true, io.ErrNoProgress
}

// decodeAs says how to read the bytes from here on, and leaves out the first
// bom bytes.
func (s *source) decodeAs(enc charset, bom int) {
	s.from += bom
	switch enc {
	case utf16le:
		s.wide = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case utf16be:
		s.wide = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	default:
		s.wide = nil
	}
}

// read fills dst, which has room for 16 bytes or more, with at least one byte of
// UTF-8; 0 says that there is nothing more.
func (s *source) read(dst []byte) int {
	for {
		if s.from < s.to {
			nd, ns := s.decode(dst)
			s.from += ns
			if nd > 0 {
				return nd
			}
			if ns > 0 {
				continue
			}
		}
		if s.done {
			return 0
		}
		s.more()
	}
}

func (s *source) decode(dst []byte) (nd, ns int) {
	src := s.raw[s.from:s.to]
	if s.wide == nil {
		return decodeBytes(dst, src, s.done)
	}
	// The error only says that dst is full or that src ends inside a character.
	nd, ns, _ = s.wide.Transform(dst, src, s.done)
	if nd == 0 && ns == 0 && s.done {
		return decodeBytes(dst, src, true)
	}
	return nd, ns
}

// decodeBytes copies UTF-8 from src to dst and turns each byte that is not part
// of a UTF-8 character into the character it is in Windows-1252: a file that is
// one or the other, or a bit of both, comes out readable. last says that nothing
// follows src; otherwise an unfinished character at its end is left there.
func decodeBytes(dst, src []byte, last bool) (nd, ns int) {
	if len(src) > len(dst) {
		src, last = src[:len(dst)], false
	}
	if !last {
		src = src[:len(src)-unfinished(src)]
	}
	if utf8.Valid(src) {
		n := copy(dst, src)
		return n, n
	}
	for ns < len(src) && nd < len(dst) {
		if src[ns] < utf8.RuneSelf {
			n := copy(dst[nd:], src[ns:ns+asciiRun(src[ns:])])
			nd, ns = nd+n, ns+n
			continue
		}
		c, size := utf8.DecodeRune(src[ns:])
		if c == utf8.RuneError && size == 1 {
			c = charmap.Windows1252.DecodeByte(src[ns])
		}
		if nd+utf8.RuneLen(c) > len(dst) {
			break
		}
		nd += utf8.EncodeRune(dst[nd:], c)
		ns += size
	}
	return nd, ns
}

func asciiRun(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

// unfinished counts the bytes at the end of b that begin a UTF-8 character and
// do not end it.
func unfinished(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if utf8.FullRune(b[len(b)-i:]) {
				return 0
			}
			return i
		}
	}
	return 0
}

// encodingOf tells the encoding of a text from its first bytes, and how many of
// them are a byte order mark.
//
// A mark alone does not make UTF-16: see plausible.
func encodingOf(head []byte) (enc charset, bom int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return utf8ish, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return utf32, 4
	case bytes.HasPrefix(head, []byte("\xff\xfe")) && plausible(head[2:], 1):
		return utf16le, 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")) && plausible(head[2:], 0):
		return utf16be, 2
	}
	return wideWithoutMark(head), 0
}

// wideWithoutMark tells UTF-16 and UTF-32 without a byte order mark by where the
// zero bytes of Latin text stand.
func wideWithoutMark(head []byte) charset {
	const sampled = 4096
	head = head[:min(len(head), sampled)&^1]
	if len(head) < 4 || bytes.IndexByte(head, 0) < 0 {
		return utf8ish
	}
	var zero, control [4]int
	for i, c := range head {
		switch {
		case c == 0:
			zero[i&3]++
		case c < ' ' && c != '\n' && c != '\r' && c != '\t':
			control[i&3]++
		}
	}
	quarter := len(head) / 4
	even, odd := zero[0]+zero[2], zero[1]+zero[3]
	many, few := len(head)*7/20, len(head)/40 // 70 % and 5 % of one side
	switch {
	case len(head)%4 == 0 && zero[1] == quarter && zero[2] == quarter && zero[0]+zero[3] == quarter:
		return utf32
	case odd >= many && even <= few && control[0]+control[2] <= few:
		return utf16le
	case even >= many && odd <= few && control[1]+control[3] <= few:
		return utf16be
	}
	return utf8ish
}

// plausible says whether bytes behind a byte order mark can be UTF-16, with the
// high byte of each unit at odd (1) or even (0) places: in any language a text
// of some length has blanks, digits, line ends (U+00xx) or CJK punctuation
// (U+3000 to U+3002). Bytes of another encoding read as UTF-16 have none.
func plausible(b []byte, high int) bool {
	const few, some = 16, 256 // units that say nothing, and that are enough
	units, usual := 0, 0
	for i := high; i < len(b) && units < some; i += 2 {
		units++
		if low := i ^ 1; b[i] == 0 || b[i] == 0x30 && low < len(b) && b[low] <= 2 {
			usual++
		}
	}
	return units < few || usual*50 >= units
}
