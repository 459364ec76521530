package office

import (
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

const (
	headSize = 512     // bytes of a part that are looked at to tell what it is
	overread = 1 << 20 // bytes that may be read beyond twice the size of the file
)

var (
	errSecret = errors.New("office: encrypted part")
	errMethod = errors.New("office: packed in an unknown way")
)

// span reads a piece of the file.
type span struct {
	src      io.ReaderAt
	at, left int64
	err      error // why the file could not be read
}

func (s *span) Read(b []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	b = b[:min(int64(len(b)), s.left)]
	n, err := s.src.ReadAt(b, s.at)
	s.at += int64(n)
	s.left -= int64(n)
	if n > 0 {
		return n, nil
	}
	if err == nil || err == io.EOF { // a wrapped io.EOF is an error
		return 0, io.ErrUnexpectedEOF
	}
	s.err = err
	return 0, err
}

// part is the part of the file that is open, inflated as it is read. There is
// one at a time, and its buffers serve for all.
type part struct {
	src   io.ReaderAt
	size  int64
	stop  func() error
	spend func(int64) error

	used     int64 // packed bytes of the parts opened so far
	raw      span
	buf      *bufio.Reader
	inflater io.ReadCloser
	in       io.Reader
	first    []byte // of the part, read ahead
	shown    int    // of first
	sum      uint32
	n        int64 // bytes so far
	claim    *entry
	cut      bool  // the file ends inside
	done     bool  // nothing more comes
	bad      bool  // it is damaged
	halt     error // the whole reading must end
}

// readAt reads all of b from the file; ErrDamaged when the file ends before.
func (p *part) readAt(b []byte, at int64) error {
	if at < 0 || at > p.size-int64(len(b)) {
		return ErrDamaged
	}
	n, err := p.src.ReadAt(b, at)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return ErrDamaged
	}
	return wrap(err)
}

// open begins e.
func (p *part) open(e *entry) error {
	p.begin(e)
	if e.flags&1 != 0 {
		return errSecret
	}
	if e.method != 0 && e.method != 8 {
		return errMethod
	}
	var head [localSize]byte
	if err := p.readAt(head[:], e.at); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(head[:]) != sigLocal {
		return ErrDamaged
	}
	from := e.at + localSize + int64(binary.LittleEndian.Uint16(head[26:])) + int64(binary.LittleEndian.Uint16(head[28:]))
	n := e.packed
	if from > p.size {
		return ErrDamaged
	}
	if n > p.size-from {
		n, p.cut = p.size-from, true
	}
	e.end = from + n
	// Parts that lie one inside the other are read in no more than twice the
	// time of parts that do not.
	if p.used += n; p.used > 2*p.size+overread {
		return ErrDamaged
	}
	p.raw = span{src: p.src, at: from, left: n}
	if p.buf == nil {
		p.buf = bufio.NewReaderSize(nil, 64<<10)
	}
	p.buf.Reset(&p.raw)
	if e.method == 0 {
		p.in = p.buf
		return p.readHead()
	}
	if p.inflater == nil {
		p.inflater = flate.NewReader(p.buf)
	} else if err := p.inflater.(flate.Resetter).Reset(p.buf, nil); err != nil { //nolint:forcetypeassert,errcheck // as flate promises
		return ErrDamaged
	}
	p.in = p.inflater
	return p.readHead()
}

// openWhole begins the file itself, which is not packed.
func (p *part) openWhole() error {
	p.begin(nil)
	p.raw = span{src: p.src, left: p.size}
	p.in = &p.raw
	return p.readHead()
}

func (p *part) begin(e *entry) {
	p.claim, p.sum, p.n = e, 0, 0
	p.first, p.shown = p.first[:0], 0
	p.cut, p.done, p.bad = false, false, false
}

// head is how the part begins.
func (p *part) head() []byte { return p.first }

func (p *part) readHead() error {
	if p.first == nil {
		p.first = make([]byte, 0, headSize)
	}
	for len(p.first) < headSize && !p.done {
		n, err := p.more(p.first[len(p.first):headSize])
		p.first = p.first[:len(p.first)+n]
		if err != nil {
			break
		}
	}
	return p.halt
}

// Read gives out the inflated bytes. Its error is io.EOF, one that is
// ErrDamaged, or the one that ends the whole reading.
func (p *part) Read(b []byte) (int, error) {
	if p.shown < len(p.first) {
		n := copy(b, p.first[p.shown:])
		p.shown += n
		return n, nil
	}
	return p.more(b)
}

func (p *part) more(b []byte) (int, error) {
	if p.halt != nil {
		return 0, p.halt
	}
	if p.done {
		return 0, p.end()
	}
	if err := p.stop(); err != nil {
		p.halt = wrap(err)
		return 0, p.halt
	}
	b = b[:min(len(b), maxPiece)]
	n, err := p.in.Read(b)
	if p.raw.err != nil {
		p.halt = wrap(p.raw.err)
		return 0, p.halt
	}
	p.n += int64(n)
	if p.claim != nil {
		p.sum = crc32.Update(p.sum, crc32.IEEETable, b[:n])
	}
	if n > 0 && p.spend != nil {
		if err := p.spend(int64(n)); err != nil {
			p.halt = wrap(err)
			return 0, p.halt
		}
	}
	switch {
	case err == io.EOF: // a wrapped io.EOF is an error
		p.done = true
		if c := p.claim; c != nil && (p.cut || p.n != c.size || p.sum != c.crc) {
			p.bad = true
		}
	case err != nil:
		p.done, p.bad = true, true
	}
	if n > 0 {
		return n, nil
	}
	if p.done {
		return 0, p.end()
	}
	return 0, nil
}

// end is the error at the end of the part.
func (p *part) end() error {
	if p.bad {
		return fmt.Errorf("part: %w", ErrDamaged)
	}
	return io.EOF
}
