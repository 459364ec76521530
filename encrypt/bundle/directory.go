package bundle

import (
	"bufio"
	"context"
	"errors"
	"hash"
	"io"
	"io/fs"
	"strings"
)

// directory is where a zip lists its members.
type directory struct {
	r   io.ReaderAt
	end ends
}

// findDirectory reads the end of a zip.
func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	tail := make([]byte, min(size, endSize+max16+locatorSize))
	if err := readAt(r, tail, size-int64(len(tail))); err != nil {
		return directory{}, err
	}
	at := len(tail) - endSize
	for ; at >= 0; at-- {
		if le.Uint32(tail[at:]) == endSign && at+endSize+int(le.Uint16(tail[at+20:])) <= len(tail) {
			break
		}
	}
	if at < 0 {
		return directory{}, errZip
	}
	e := ends{count: int64(le.Uint16(tail[at+10:])), size: int64(le.Uint32(tail[at+12:])), offset: int64(le.Uint32(tail[at+16:]))}
	limit := size - int64(len(tail)) + int64(at)
	if e.count == max16 || e.size == max32 || e.offset == max32 {
		big, where, err := find64(r, tail[:at], limit)
		switch {
		case err != nil:
			return directory{}, err
		case where > 0:
			e, limit = big, where
		}
	}
	if e.offset < 0 || e.size < 0 || e.count < 0 || e.offset > limit || e.size > limit-e.offset || e.count > e.size/centralSize {
		return directory{}, errZip
	}
	return directory{r, e}, nil
}

// find64 reads the end of a zip whose numbers need 64 bits. It stands before the
// plain one; before is what is in front of that, up to limit. Where 0: there is none.
func find64(r io.ReaderAt, before []byte, limit int64) (e ends, where int64, err error) {
	back := len(before) - locatorSize
	if back < 0 || le.Uint32(before[back:]) != locator {
		return e, 0, nil
	}
	where = int64(le.Uint64(before[back+8:])) //nolint:gosec // looked at
	if where <= 0 || where > limit-end64Size {
		return e, 0, errZip
	}
	b := make([]byte, end64Size)
	if err := readAt(r, b, where); err != nil {
		return e, 0, err
	}
	if le.Uint32(b) != end64Sign {
		return e, 0, errZip
	}
	return ends{count: int64(le.Uint64(b[32:])), size: int64(le.Uint64(b[40:])), offset: int64(le.Uint64(b[48:]))}, where, nil //nolint:gosec // looked at
}

// readAt fills b.
func readAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil, errors.Is(err, io.EOF):
		return errZip
	}
	return err
}

// each calls fn for every member, in the order of the list, until it gives an
// error. The sum, if there is one, gets all bytes of the list.
func (d directory) each(ctx context.Context, sum hash.Hash, fn func(Member) error) error {
	in := bufio.NewReaderSize(io.NewSectionReader(d.r, d.end.offset, d.end.size), 256<<10)
	fixed, rest := make([]byte, centralSize), make([]byte, 0, 1024)
	for n := range d.end.count {
		if n&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := io.ReadFull(in, fixed); err != nil {
			return ended(err)
		}
		m, name, extra, comment, err := parseCentral(fixed)
		if err != nil {
			return err
		}
		if need := name + extra + comment; cap(rest) < need {
			rest = make([]byte, need)
		}
		rest = rest[:name+extra+comment]
		if _, err := io.ReadFull(in, rest); err != nil {
			return ended(err)
		}
		if sum != nil {
			sum.Write(fixed)
			sum.Write(rest)
		}
		m.Name = string(rest[:name])
		if err := m.parseExtra(rest[name : name+extra]); err != nil {
			return err
		}
		m.special = m.Mode.Type() != 0
		if m.Mode = m.Mode.Perm(); m.Folder() {
			m.Mode |= fs.ModeDir
		}
		if m.offset < 0 || m.packed < 0 || m.Size < 0 || m.offset > d.end.offset-localSize || m.packed > d.end.offset-localSize-m.offset {
			return errZip
		}
		if err := fn(m); err != nil {
			return err
		}
	}
	return nil
}

func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errZip
	}
	return err
}

// cutTop takes the first folder off a name.
func cutTop(name string) (top, rest string) {
	top, rest, _ = strings.Cut(name, "/")
	return top, rest
}
