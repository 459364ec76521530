package mime

import (
	"fmt"
	"io"

	"golang.org/x/text/transform"
)

const (
	headSize = 1 << 10 // bytes of a part looked at before it is handed over
	bodySize = 8 << 10 // bytes decoded at a time
)

// body is what a Handler reads: a decoder, and behind it a charset.
type body struct {
	rd       *reader
	s        *scope // that from reads
	from     decoder
	to       transform.Transformer // nil for bytes as they are
	decoded  bool                  // Spend is told
	in       []byte                // decoded bytes, in[pos:end] not handed over
	pos, end int
	over     bool // from has come to its end
	out      [64]byte
	outPos   int // out[outPos:outEnd] is not handed over: for small reads
	outEnd   int
	err      error
}

// begin begins a new body and decodes its first bytes.
func (b *body) begin(rd *reader, s *scope, from decoder, decoded bool) {
	in := b.in
	if in == nil {
		in = make([]byte, bodySize)
	}
	*b = body{rd: rd, s: s, from: from, decoded: decoded, in: in}
	for b.end < headSize && b.more() {
	}
}

// head is what is known of the content.
func (b *body) head() []byte { return b.in[b.pos:min(b.end, b.pos+headSize)] }

// more decodes some more, and tells whether there was any.
func (b *body) more() bool {
	if b.over {
		return false
	}
	if b.pos > 0 {
		b.end = copy(b.in, b.in[b.pos:b.end])
		b.pos = 0
	}
	n, err := b.from.fill(b.in[b.end:])
	b.end += n
	b.over = err != nil
	return n > 0
}

// Read is of io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil || len(p) == 0 {
		return 0, b.err
	}
	n := b.read(p)
	if n == 0 {
		if b.err = b.rd.fault(b.s); b.err == nil {
			b.err = io.EOF
		}
		return 0, b.err
	}
	if b.decoded && b.rd.spend != nil {
		if err := b.rd.spend(int64(n)); err != nil {
			b.rd.err = fmt.Errorf("mime: reading stopped: %w", err)
			b.err = b.rd.err
			return 0, b.err
		}
	}
	return n, nil
}

func (b *body) read(p []byte) int {
	if b.outPos < b.outEnd {
		n := copy(p, b.out[b.outPos:b.outEnd])
		b.outPos += n
		return n
	}
	if b.to != nil {
		if len(p) >= len(b.out) {
			return b.convert(p)
		}
		b.outPos, b.outEnd = 0, b.convert(b.out[:])
		n := copy(p, b.out[:b.outEnd])
		b.outPos = n
		return n
	}
	if b.pos == b.end {
		if len(p) >= bodySize && !b.over {
			n, err := b.from.fill(p)
			b.over = err != nil
			return n
		}
		if !b.more() {
			return 0
		}
	}
	n := copy(p, b.in[b.pos:b.end])
	b.pos += n
	return n
}

// convert brings some text to UTF-8.
func (b *body) convert(p []byte) int {
	for {
		if b.pos == b.end && !b.more() {
			return 0
		}
		nd, ns, err := b.to.Transform(p, b.in[b.pos:b.end], b.over)
		b.pos += ns
		if nd > 0 {
			return nd
		}
		if ns > 0 || b.end-b.pos < len(b.in)-minFill && b.more() {
			continue
		}
		if b.over && err == nil {
			return 0
		}
		// Half a character at the end, or one that the charset does not take.
		nd, ns, _ = mixed{}.Transform(p, b.in[b.pos:min(b.end, b.pos+1)], true)
		b.pos += ns
		return nd
	}
}

// drain goes on to the end of the content.
func (b *body) drain() {
	for b.pos = b.end; b.more(); b.pos = b.end {
	}
}
