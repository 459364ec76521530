package archive

import (
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// stream is a compressed stream whose content is read once: gzip or bzip2.
type stream struct {
	in     feed
	spend  func(n int64) error
	info   Info
	decode func(b []byte) (int, error)
	opened bool
	closed bool
	ended  bool  // content was read to its end, whole or not
	idle   int64 // bytes since the context was looked at
	err    error
	fatal  error // from Spend, the context or the source

	dec  io.Reader
	size uint32
	crc  uint32
}

// run calls the handler and then looks at what it left.
func (s *stream) run(name string, h Handler) (Info, error) {
	s.info.Members = 1
	err := h.Member(Member{Name: name, Size: -1, Packed: -1}, s)
	s.closed = true
	switch {
	case err != nil:
	case s.fatal != nil:
		err = s.fatal
	case s.info.Damaged > 0:
		err = fmt.Errorf("%w: content is not whole", ErrDamaged)
	case s.ended:
		s.info.Hidden += s.in.rest()
		err = s.in.failed()
	}
	return s.info, err
}

func (s *stream) Open() (io.ReadCloser, error) {
	if s.opened {
		return nil, ErrOnce
	}
	s.opened = true
	return s, nil
}

func (s *stream) At() (io.ReaderAt, int64, bool) { return nil, 0, false }

func (s *stream) Close() error {
	s.closed = true
	return nil
}

func (s *stream) Read(b []byte) (int, error) {
	switch {
	case s.closed:
		return 0, io.ErrClosedPipe
	case s.err != nil || len(b) == 0:
		return 0, s.err
	}
	n, err := s.decode(b[:min(len(b), turn)])
	if s.idle += int64(n); s.idle >= turn {
		s.idle = 0
		if err := s.in.stop(); err != nil {
			s.fatal = fmt.Errorf("archive: stopped: %w", err)
		}
	}
	if n > 0 && s.spend != nil && s.fatal == nil {
		if err := s.spend(int64(n)); err != nil {
			s.fatal = fmt.Errorf("archive: inflating: %w", err)
		}
	}
	if s.fatal != nil {
		s.err = s.fatal
		return 0, s.err
	}
	if err != nil {
		s.err = s.finish(err)
		if n == 0 {
			return 0, s.err
		}
	}
	return n, nil
}

// finish says how the content ended.
func (s *stream) finish(err error) error {
	if s.fatal = s.in.failed(); s.fatal != nil {
		return s.fatal
	}
	s.ended = true
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	s.info.Damaged = 1
	return fmt.Errorf("%w: content is not whole", ErrDamaged)
}

// Gzip reads a gzip stream (RFC 1952) and calls h once: streams one behind the
// other are one content, as gzip has it. The name is the first header's. What
// follows the last stream, other than zeros, is counted as hidden once the
// content was read to its end. A stream that breaks off, or whose checksum does not
// fit, gives ErrDamaged at its end and from Gzip. Memory: 32 KiB.
func Gzip(ctx context.Context, r io.Reader, o Options, h Handler) (Info, error) {
	s := &stream{spend: o.Spend}
	s.in.begin(r, ctx.Err)
	name, ok := s.gzipHeader()
	if !ok {
		if err := s.in.failed(); err != nil {
			return s.info, err
		}
		return s.info, fmt.Errorf("%w: header of a gzip stream", ErrDamaged)
	}
	s.decode = s.gunzip
	s.dec = flate.NewReader(&s.in)
	return s.run(name, h)
}

// gunzip inflates into b, through the end of one stream into the next.
func (s *stream) gunzip(b []byte) (int, error) {
	for {
		n, err := s.dec.Read(b)
		s.crc = crc32.Update(s.crc, crc32.IEEETable, b[:n])
		s.size += uint32(n & math.MaxUint32) // modulo 2^32, as the format has it
		if err != io.EOF {
			if n > 0 || err != nil {
				return n, err
			}
			continue
		}
		tail := s.in.peek(8)
		if len(tail) < 8 || binary.LittleEndian.Uint32(tail) != s.crc || binary.LittleEndian.Uint32(tail[4:]) != s.size {
			return n, ErrDamaged
		}
		s.in.skip(8)
		s.crc, s.size = 0, 0
		if !isGzip(s.in.peek(3)) {
			return n, io.EOF
		}
		if _, ok := s.gzipHeader(); !ok {
			return n, ErrDamaged
		}
		if r, ok := s.dec.(flate.Resetter); ok {
			if err := r.Reset(&s.in, nil); err != nil {
				return n, err
			}
		}
		if n > 0 {
			return n, nil
		}
	}
}

func isGzip(b []byte) bool { return len(b) >= 3 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 }

// gzipHeader reads a header and returns its name; false when it is none.
func (s *stream) gzipHeader() (string, bool) {
	const checksum, extra, named, comment = 1 << 1, 1 << 2, 1 << 3, 1 << 4
	b := s.in.peek(10)
	if len(b) < 10 || !isGzip(b) || b[3]&0xe0 != 0 { // those bits are reserved
		return "", false
	}
	flags := b[3]
	s.in.skip(10)
	if flags&extra != 0 {
		b = s.in.peek(2)
		if len(b) < 2 {
			return "", false
		}
		n := int64(binary.LittleEndian.Uint16(b)) + 2
		if s.in.skip(n) < n {
			return "", false
		}
	}
	var name []byte
	if flags&named != 0 {
		var ok bool
		if name, ok = s.zeroEnded(); !ok {
			return "", false
		}
	}
	if flags&comment != 0 {
		text, ok := s.zeroEnded()
		if !ok {
			return "", false
		}
		s.info.Comments += int64(len(text))
	}
	if flags&checksum != 0 && s.in.skip(2) < 2 {
		return "", false
	}
	return westernName(name), true
}

// zeroEnded reads up to a zero byte and keeps at most maxName bytes.
func (s *stream) zeroEnded() ([]byte, bool) {
	var text []byte
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return nil, false
		}
		if c == 0 {
			return text, true
		}
		if len(text) < maxName {
			text = append(text, c)
		}
	}
}
