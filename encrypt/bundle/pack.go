package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"hash/maphash"
	"io"
	"path/filepath"
	"sync"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

const (
	littleFile = 32 << 10
	smallFile  = 256 << 10 // is read as a whole, before a byte of it goes into the zip
	lookahead  = 32        // files that are read at once, or wait for their turn
	headSize   = 64
)

// task is a file on its way into the zip.
type task struct {
	found

	file disk.File // of a large one: it is read when its turn comes
	held bool      // the system tells when another program wants it
	buf  *[]byte   // the content of a small one
	err  error
	why  replace.Reason
	done chan struct{}
}

var (
	buffers = sync.Pool{New: func() any { b := make([]byte, smallFile+1); return &b }}
	little  = sync.Pool{New: func() any { b := make([]byte, littleFile+1); return &b }}
)

// borrow gives a buffer for one byte more than size, which is that of a small file.
func borrow(size int64) *[]byte {
	from := &buffers
	if size <= littleFile {
		from = &little
	}
	b, _ := from.Get().(*[]byte)
	return b
}

func giveBack(b *[]byte) {
	if len(*b) > littleFile+1 {
		buffers.Put(b)
		return
	}
	little.Put(b)
}

// packer is the zip as a stream: a file that can't be read whole is left out of it.
// It reads small files ahead, several at a time.
type packer struct {
	ctx     context.Context //nolint:containedctx // lives as long as one bundle is made
	walk    *walker
	workers int
	bytes   func(int64)
	member  func(path string, size int64)

	queue  []*task
	ended  bool
	spool  *spool
	tail   io.Reader // the directory and the end, once all files are through
	out    []byte    // what is to be given next
	then   []byte    // and after that
	behind *[]byte   // where they lie
	large  *largeFile
	off    int64 // what was given and is in out
	end    ends
	files  int64
	size   int64

	seed maphash.Seed
	ids  []uint64 // of the files, in their order: as they were when they were read
}

// mark is a short form of an ID, for a million of them.
func mark(seed maphash.Seed, who disk.ID) uint64 {
	var b [40]byte
	for i, n := range []uint64{who.Dev, who.Ino, uint64(who.Size), uint64(who.MTime), uint64(who.CTime)} { //nolint:gosec // only compared
		binary.LittleEndian.PutUint64(b[8*i:], n)
	}
	return maphash.Bytes(seed, b[:])
}

// Read is that of io.Reader.
func (p *packer) Read(b []byte) (int, error) {
	for len(p.out) == 0 {
		if len(p.then) > 0 {
			p.out, p.then = p.then, nil
			break
		}
		if err := p.ctx.Err(); err != nil {
			return 0, err
		}
		if p.tail != nil {
			return p.tail.Read(b)
		}
		if err := p.more(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.out)
	p.out = p.out[n:]
	return n, nil
}

// give has these bytes read next.
func (p *packer) give(b, then []byte) {
	p.out, p.then = b, then
	p.off += int64(len(b) + len(then))
}

// more fills out, or sets tail.
func (p *packer) more() error {
	if p.large != nil {
		return p.moreOfLarge()
	}
	if p.behind != nil {
		giveBack(p.behind)
		p.behind = nil
	}
	p.ahead()
	if len(p.queue) == 0 {
		return p.finish()
	}
	t := p.queue[0]
	p.queue = p.queue[1:]
	<-t.done
	switch {
	case t.why != "":
		p.walk.refuse(filepath.Join(t.in.path, t.name), t.why, t.err)
		p.drop(t)
		return p.ctx.Err()
	case t.file != nil:
		p.large = &largeFile{task: t, sum: sha256.New()}
		p.large.member.flags |= flagStreamed
		p.large.member.offset = p.off
		p.give(local(p.large.member), nil)
		return nil
	}
	t.member.offset = p.off
	head := local(t.member)
	if t.buf == nil {
		p.give(head, nil)
		return p.list(t)
	}
	content := (*t.buf)[:t.member.Size]
	if p.bytes != nil {
		p.bytes(int64(len(content)))
	}
	p.give(head, content)
	p.behind, t.buf = t.buf, nil
	err := p.list(t)
	p.drop(t)
	return err
}

// list puts a member that is whole into the directory.
func (p *packer) list(t *task) error {
	if t.in != nil {
		p.files++
		p.size += t.member.Size
		p.ids = append(p.ids, mark(p.seed, t.who))
		if p.member != nil {
			p.member(filepath.Join(t.in.path, t.name), t.member.Size)
		}
	}
	return p.spool.add(appendCentral(nil, t.member))
}

// drop lets go of all that a task holds.
func (p *packer) drop(t *task) {
	if t.file != nil {
		_ = t.file.Close()
		t.file = nil
	}
	if t.buf != nil {
		giveBack(t.buf)
		t.buf = nil
	}
	if t.in != nil {
		t.in.release()
	}
}

// ahead has the next files read.
func (p *packer) ahead() {
	depth := lookahead
	if p.workers == 1 {
		depth = 1
	}
	for len(p.queue) < depth && !p.ended && p.ctx.Err() == nil {
		f, ok := p.walk.next()
		if !ok {
			p.ended = true
			return
		}
		p.push(f)
	}
}

func (p *packer) push(f found) {
	t := &task{found: f, done: make(chan struct{})}
	p.queue = append(p.queue, t)
	switch {
	case f.in == nil:
		close(t.done)
	case p.workers == 1:
		t.read()
	default:
		go t.read()
	}
}

// read reads a small file, and opens a large one.
func (t *task) read() {
	defer close(t.done)
	t.why, t.err = t.take()
	if t.file != nil && (t.why != "" || t.member.Size <= smallFile) {
		_ = t.file.Close()
		t.file = nil
	}
}

func (t *task) take() (replace.Reason, error) {
	var err error
	if t.file, err = t.in.Open(t.name); err != nil {
		return replace.Cause(err), err
	}
	if t.held, err = hold(t.file); err != nil {
		return replace.Cause(err), err
	}
	if err := errors.Join(t.unchanged(), disk.NoneHidden(t.file)); err != nil {
		return replace.Cause(err), err
	}
	if t.member.Size > smallFile {
		head := make([]byte, headSize)
		if _, err := t.file.ReadAt(head, 0); err != nil {
			return replace.Cause(err), err
		}
		return t.in.rules().OutContent(t.name, head), nil
	}
	buf := borrow(t.member.Size)
	t.buf = buf
	n, err := io.ReadFull(t.file, (*buf)[:t.member.Size+1])
	switch {
	case err == nil, errors.Is(err, io.ErrUnexpectedEOF) && int64(n) < t.member.Size, errors.Is(err, io.EOF) && t.member.Size > 0:
		return replace.Changed, nil
	case !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return replace.Cause(err), err
	}
	content := (*buf)[:n]
	if why := t.in.rules().OutContent(t.name, content[:min(n, headSize)]); why != "" {
		return why, nil
	}
	t.member.CRC, t.member.Digest = crc32.ChecksumIEEE(content), sha256.Sum256(content)
	if err := t.unchanged(); err != nil {
		return replace.Cause(err), err
	}
	return "", nil
}

// hold reports whether the system watches over the file.
func hold(f disk.File) (bool, error) {
	err := f.Hold()
	if errors.Is(err, disk.ErrUnsupported) {
		return false, nil
	}
	return err == nil, err
}

// unchanged is nil while the file is what the walker saw, and in nobody's hands.
func (t *task) unchanged() error {
	if t.held && !t.file.Held() {
		return disk.ErrBusy
	}
	now, err := t.file.Look()
	if err == nil && !now.Same(t.who) {
		err = disk.ErrChanged
	}
	return err
}

// largeFile is a file that goes into the zip while it is read.
type largeFile struct {
	*task

	sum hash.Hash
	n   int64
}

// moreOfLarge gives the next piece. Where a large file turns out not to be what it
// was, its beginning stays in the zip as a gap that the directory does not list.
func (p *packer) moreOfLarge() error {
	l := p.large
	if p.behind == nil {
		p.behind = borrow(smallFile)
	}
	buf := (*p.behind)[:smallFile]
	if l.held && !l.file.Held() {
		return p.gap(disk.ErrBusy)
	}
	n, err := l.file.Read(buf)
	if l.n += int64(n); l.n > l.member.Size {
		return p.gap(disk.ErrChanged)
	}
	l.sum.Write(buf[:n])
	l.member.CRC = crc32.Update(l.member.CRC, crc32.IEEETable, buf[:n])
	if p.bytes != nil {
		p.bytes(int64(n))
	}
	switch {
	case errors.Is(err, io.EOF) && l.n == l.member.Size:
		if err := l.unchanged(); err != nil {
			return p.gap(err)
		}
		l.sum.Sum(l.member.Digest[:0])
		err := p.list(l.task)
		p.give(appendDescriptor(nil, l.member), nil)
		p.large = nil
		p.drop(l.task)
		return err
	case errors.Is(err, io.EOF):
		return p.gap(disk.ErrChanged)
	case err != nil:
		return p.gap(err)
	}
	p.give(buf[:n], nil)
	return nil
}

func (p *packer) gap(err error) error {
	t := p.large.task
	p.large = nil
	p.walk.refuse(filepath.Join(t.in.path, t.name), replace.Cause(err), err)
	p.drop(t)
	return nil
}

// finish gives the directory and the end.
func (p *packer) finish() error {
	p.end = ends{offset: p.off, size: p.spool.size, count: p.spool.count}
	directory, err := p.spool.read()
	if err != nil {
		return err
	}
	p.tail = io.MultiReader(directory, bytes.NewReader(appendEnd(nil, p.end)))
	return nil
}

// close waits for what is being read, and lets go of it.
func (p *packer) close() {
	for _, t := range p.queue {
		<-t.done
		p.drop(t)
	}
	if p.large != nil {
		p.drop(p.large.task)
	}
	p.walk.close()
	p.spool.close()
}
