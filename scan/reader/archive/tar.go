package archive

import (
	"context"
	"fmt"
	"io"
)

const (
	tarBlock = 512
	maxCuts  = 4096 // holes of a sparse file that leave a line end behind
)

// tarball reads one tar stream.
type tarball struct {
	in     feed
	h      Handler
	info   Info
	block  [tarBlock]byte
	left   int64 // bytes of the member that were not read
	pad    int64 // bytes that fill its last block
	next   pending
	open   *tarContent
	ended  bool // the end mark was seen
	broken bool
}

// pending is what headers before a member's own say of it.
type pending struct {
	name    string // GNU long name, or PAX path
	sparse  string // PAX name of a sparse file
	size    int64  // PAX size, -1 when it does not say
	major   bool   // the map of a sparse file stands before its content
	cuts    cuts
	offset  int64 // of the piece whose length comes next
	pieces  bool  // a map was given
	damaged bool
}

// Tar reads a tar stream and calls h for each file in it: the old format, ustar
// and pax (POSIX.1-2017, pax), GNU's long names and every format of sparse files
// (GNU tar manual, "Storing Sparse Files"). A hole in a sparse file becomes a line
// end, whatever its length; holes after the first 4096 leave nothing behind.
//
// Reading goes on after an end mark, for archives put one behind the other. Blocks
// that are neither a header nor content are counted as hidden and searched for the
// next header; before an end mark, they make Tar return ErrDamaged at the end, as
// does a stream that breaks off or has no end mark. Memory stays below 0.2 MiB.
func Tar(ctx context.Context, r io.Reader, _ Options, h Handler) (Info, error) {
	t := &tarball{h: h}
	t.next.size = -1
	t.in.begin(r, ctx.Err)
	err := t.read()
	if err == nil && (t.broken || !t.ended) {
		err = fmt.Errorf("%w: structure of a tar archive", ErrDamaged)
	}
	return t.info, err
}

func (t *tarball) read() error {
	for {
		n, _ := io.ReadFull(&t.in, t.block[:]) // the error stays in t.in
		if failed := t.in.failed(); failed != nil || n == 0 {
			return failed
		}
		if zeros(t.block[:n]) == n {
			t.ended = true
			continue
		}
		var hd tarHeader
		if n < tarBlock || !hd.parse(&t.block) {
			t.info.Hidden += int64(n)
			t.broken = t.broken || !t.ended
			continue
		}
		t.ended = false
		if err := t.header(&hd); err != nil {
			return err
		}
	}
}

// header deals with what one header stands for.
func (t *tarball) header(hd *tarHeader) error {
	t.left, t.pad = hd.size, -hd.size&(tarBlock-1)
	switch hd.kind {
	case 'x', 'X':
		t.readPax(&t.next)
	case 'g':
		var global pending // one that would change sizes of all that follows is no honest one
		global.size = -1
		t.readPax(&global)
		t.broken = t.broken || global.size >= 0 || global.pieces
	case 'L':
		t.next.name = westernName(t.text(t.left))
	case 'K', 'V':
	default:
		err := t.member(hd)
		t.next = pending{size: -1}
		if err != nil {
			return err
		}
	}
	t.skip()
	return nil
}

// skip goes to the next header.
func (t *tarball) skip() {
	if n := t.in.skip(t.left); n < t.left {
		t.broken = true
	}
	t.left = 0
	t.in.skip(t.pad)
	t.pad = 0
}

// member hands over what is not a header for another one.
func (t *tarball) member(hd *tarHeader) error {
	m := Member{Name: hd.name}
	if t.next.name != "" {
		m.Name = t.next.name
	}
	if t.next.sparse != "" {
		m.Name = t.next.sparse
	}
	if t.next.size >= 0 {
		t.left, t.pad = t.next.size, -t.next.size&(tarBlock-1)
	}
	damaged := t.next.damaged
	list := &t.next.cuts
	switch hd.kind {
	case 'S':
		damaged = !t.oldSparse(list) || damaged
	case '1', '2', '3', '4', '5', '6':
		// By most programs these have no content whatever their size says.
		if b := t.in.peek(tarBlock); t.left > 0 && (len(b) < tarBlock || zeros(b) == tarBlock || new(tarHeader).parse((*[tarBlock]byte)(b))) {
			t.left, t.pad = 0, 0
		}
		m.Link = t.left == 0
		if hd.kind == '5' && m.Link {
			return nil
		}
	}
	if t.next.major {
		damaged = !t.newSparse(list) || damaged
	}
	m.Size, m.Packed = t.left, t.left
	c := &tarContent{t: t, cuts: list.at, damaged: damaged}
	if damaged {
		t.info.Damaged++
	}
	t.info.Members++
	t.open = c
	err := t.h.Member(m, c)
	c.closed = true
	if n := t.in.skip(t.left); n < t.left && t.in.failed() == nil {
		t.broken = true
		c.damage()
	}
	t.left = 0
	return err
}

// tarContent is the content of one member.
type tarContent struct {
	t       *tarball
	cuts    []int64 // before which bytes of the content a hole was
	at      int64
	opened  bool
	closed  bool
	damaged bool
}

func (c *tarContent) Open() (io.ReadCloser, error) {
	if c.opened || c.closed {
		return nil, ErrOnce
	}
	c.opened = true
	return c, nil
}

func (c *tarContent) At() (io.ReaderAt, int64, bool) { return nil, 0, false }

func (c *tarContent) Close() error {
	c.closed = true
	return nil
}

func (c *tarContent) damage() {
	if !c.damaged {
		c.damaged = true
		c.t.info.Damaged++
	}
}

func (c *tarContent) Read(b []byte) (int, error) {
	t := c.t
	switch {
	case c.closed:
		return 0, io.ErrClosedPipe
	case len(b) == 0:
		return 0, nil
	case t.left == 0 && c.damaged:
		return 0, fmt.Errorf("%w: content is not whole", ErrDamaged)
	case t.left == 0:
		return 0, io.EOF
	}
	most := t.left
	if len(c.cuts) > 0 {
		if c.cuts[0] == c.at {
			c.cuts = c.cuts[1:]
			b[0] = '\n'
			return 1, nil
		}
		most = min(most, c.cuts[0]-c.at)
	}
	n, err := t.in.Read(b[:min(int64(len(b)), most)])
	t.left -= int64(n)
	c.at += int64(n)
	if n > 0 || err == nil {
		return n, nil
	}
	if failed := t.in.failed(); failed != nil {
		return 0, failed
	}
	t.broken = true
	c.damage()
	return 0, fmt.Errorf("%w: archive breaks off", ErrDamaged)
}
