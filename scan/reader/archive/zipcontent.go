package archive

import (
	"compress/bzip2"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// zipContent is the content of one member of a ZIP.
type zipContent struct {
	z     *zipper
	e     *entry
	stop  int64  // where content of unknown length ended, 0: not found out
	short bool   // it did not end, it broke off there
	n     int64  // its bytes and
	crc   uint32 // their checksum, once known
}

// Open starts a pass through the content.
func (c *zipContent) Open() (io.ReadCloser, error) {
	switch {
	case c.e.bad:
		return nil, ErrDamaged
	case c.e.Encrypted:
		return nil, ErrEncrypted
	case c.e.Method != "":
		return nil, ErrMethod
	}
	return c.z.pass(c), nil
}

// At gives stored content as it lies in the archive.
func (c *zipContent) At() (io.ReaderAt, int64, bool) {
	e := c.e
	if e.bad || e.Encrypted || e.method != methodStored {
		return nil, 0, false
	}
	return io.NewSectionReader(c.z.src, e.data, e.end-e.data), e.end - e.data, true
}

// damage counts the member as damaged, once.
func (c *zipContent) damage() {
	if !c.e.marked {
		c.e.marked = true
		c.z.info.Damaged++
	}
}

// pass is one reading of a member, from the start.
type pass struct {
	c      *zipContent
	in     feed
	part   part
	flate  io.ReadCloser // kept for the next member
	dec    io.Reader
	told   bool // what comes out was inflated
	n      int64
	crc    uint32
	turn   int64 // when n gets there the context is looked at
	err    error
	closed bool
}

// pass makes a pass, with the buffers of an old one when there is one.
func (z *zipper) pass(c *zipContent) *pass {
	p := z.spare
	z.spare = nil
	if p == nil {
		p = &pass{}
	}
	p.c, p.err, p.n, p.crc, p.turn, p.told, p.closed = c, nil, 0, 0, turn, true, false
	p.part = part{src: z.src, at: c.e.data, end: c.e.end}
	p.in.begin(&p.part, z.stop)
	switch c.e.method {
	case methodDeflate:
		if r, ok := p.flate.(flate.Resetter); ok {
			p.err = r.Reset(&p.in, nil) // which never fails
		} else {
			p.flate = flate.NewReader(&p.in)
		}
		p.dec = p.flate
	case methodBzip2:
		p.dec = bzip2.NewReader(&p.in)
	default:
		p.dec, p.told = &p.in, false
	}
	return p
}

// Close keeps the buffers for the next pass.
func (p *pass) Close() error {
	if !p.closed {
		p.closed, p.err = true, io.ErrClosedPipe
		p.c.z.spare = p
	}
	return nil
}

func (p *pass) Read(b []byte) (int, error) {
	if p.err != nil || len(b) == 0 {
		return 0, p.err
	}
	z := p.c.z
	if p.n >= p.turn {
		p.turn = p.n + turn
		if err := z.stop(); err != nil {
			z.fatal = fmt.Errorf("archive: stopped: %w", err)
			p.err = z.fatal
			return 0, p.err
		}
	}
	n, err := p.dec.Read(b[:min(len(b), turn)])
	if n > 0 {
		if p.told && z.spend != nil {
			if err := z.spend(int64(n)); err != nil {
				z.fatal = fmt.Errorf("archive: inflating: %w", err)
				p.err = z.fatal
				return 0, p.err
			}
		}
		p.crc = crc32.Update(p.crc, crc32.IEEETable, b[:n])
		p.n += int64(n)
	}
	if err != nil {
		p.err = p.finish(err)
		if n == 0 {
			return 0, p.err
		}
	}
	return n, nil
}

// finish looks at how a pass ended and returns the error that the reader gets.
func (p *pass) finish(err error) error {
	z, c, e := p.c.z, p.c, p.c.e
	if failed := p.in.failed(); failed != nil {
		if z.stop() != nil {
			z.fatal = failed
		}
		return failed
	}
	end := e.data + p.in.given()
	if !errors.Is(err, io.EOF) {
		c.stop, c.short = end, true
		c.damage()
		return fmt.Errorf("%w: content cannot be read to its end", ErrDamaged)
	}
	if e.open {
		c.stop, c.n, c.crc = end, p.n, p.crc
		k, err := z.descriptor(end, p.crc, p.in.given(), p.n)
		if err != nil {
			return err
		}
		if k == 0 {
			c.damage()
			return fmt.Errorf("%w: no checksum behind the content", ErrDamaged)
		}
		return io.EOF
	}
	switch {
	case e.crc != 0 && p.crc != e.crc: // some programs that write to a pipe leave it out
		err = fmt.Errorf("%w: checksum", ErrDamaged)
	case p.n != e.Size || end != e.end:
		err = fmt.Errorf("%w: size", ErrDamaged)
	default:
		return io.EOF
	}
	c.damage()
	return err
}
