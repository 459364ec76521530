package disk

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Large files are written and read back without filling the memory of the
// computer with them: that costs more time than sealing them does.
const (
	behindBy = 8 << 20 // bytes that are on their way to the disk while more are written
	large    = 4 << 20 // the size from which a file is read from the disk itself
	window   = 1 << 20 // bytes read at a time
	ahead    = 1       // windows that are read before they are asked for
)

// behind brings to the disk what was written to a file, as it goes, so that the
// flush at the end has little left to do. Its error is that of the flush: the
// kernel may tell it only once.
type behind struct{ written, begun, done int64 }

func (b *behind) wrote(fd, n int) error {
	b.written += int64(n)
	for b.begun+behindBy <= b.written {
		if err := push(fd, b.begun, unix.SYNC_FILE_RANGE_WRITE); err != nil {
			return err
		}
		if b.begun += behindBy; b.begun-b.done <= 2*behindBy {
			continue
		}
		const all = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
		if err := push(fd, b.done, all); err != nil {
			return err
		}
		_ = unix.Fadvise(fd, b.done, behindBy, unix.FADV_DONTNEED)
		b.done += behindBy
	}
	return nil
}

// inOrder has a file read ahead of whoever reads it: a large one that is not in
// memory comes three times as fast.
func inOrder(fd int) { _ = unix.Fadvise(fd, 0, 0, unix.FADV_SEQUENTIAL) }

func push(fd int, off int64, flags int) error {
	err := again(func() error { return unix.SyncFileRange(fd, off, behindBy, flags) })
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ESPIPE) {
		return nil // then it is the flush alone
	}
	return err
}

// direct reads a file past the page cache, some windows ahead of whoever reads.
type direct struct {
	f    *os.File
	size int64

	mu    sync.Mutex
	off   bool // this disk does not do it: as any file is read
	last  int64
	spans [ahead + 1]*span
}

// span is a window of the file.
type span struct {
	at    int64 // -1: of nothing
	n     int
	err   error
	buf   []byte
	ready sync.WaitGroup
}

// Go gives pages of their own to large buffers, and whole pages are what a disk
// wants. Where it is more particular it says so, and gets no direct reads.
var spans = sync.Pool{New: func() any { return &span{at: -1, buf: make([]byte, window)} }}

func giveSpan(s *span) {
	s.at, s.err = -1, nil
	spans.Put(s)
}

// newDirect gives nil where a file is read as always.
func newDirect(f *os.File, size int64) *direct {
	if size < large || directly(f, true) != nil {
		return nil
	}
	d := &direct{f: f, size: size, last: -window}
	for i := range d.spans {
		d.spans[i], _ = spans.Get().(*span)
	}
	return d
}

func directly(f *os.File, on bool) error {
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	if err != nil {
		return err
	}
	if flags &^= unix.O_DIRECT; on {
		flags |= unix.O_DIRECT
	}
	_, err = unix.FcntlInt(f.Fd(), unix.F_SETFL, flags)
	return err
}

// ReadAt is that of io.ReaderAt. What one goroutine reads in order is fast.
func (d *direct) ReadAt(p []byte, off int64) (n int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n < len(p) && !d.off {
		s := d.get((off + int64(n)) &^ (window - 1))
		if errors.Is(s.err, unix.EINVAL) {
			if err := d.give(); err != nil {
				return n, err
			}
			break
		}
		if s.err != nil {
			return n, s.err
		}
		skip := off + int64(n) - s.at
		if skip >= int64(s.n) {
			return n, io.EOF
		}
		n += copy(p[n:], s.buf[skip:s.n])
	}
	if n < len(p) {
		m, err := d.f.ReadAt(p[n:], off+int64(n))
		return n + m, err
	}
	return n, nil
}

// get gives the window at a place, and has those behind it read when it comes in
// the order of the file.
func (d *direct) get(at int64) *span {
	s := d.at(at, at)
	if at == d.last+window {
		for next := at + window; next <= at+ahead*window && next < d.size; next += window {
			d.at(next, at)
		}
	}
	d.last = at
	s.ready.Wait()
	return s
}

// at gives the window at a place, maybe still on its way, in the stead of one that
// is not at keep or behind it.
func (d *direct) at(at, keep int64) *span {
	var free *span
	for _, s := range d.spans {
		if s.at == at {
			return s
		}
		if s.at < keep || s.at > keep+ahead*window {
			free = s
		}
	}
	free.ready.Wait()
	free.at = at
	free.ready.Go(func() { d.load(free) })
	return free
}

func (d *direct) load(s *span) {
	s.err = again(func() (err error) { s.n, err = unix.Pread(int(d.f.Fd()), s.buf, s.at); return err })
	if s.err == nil && s.n < window && s.at+int64(s.n) < d.size { // short, and not at the end
		s.err = unix.EINVAL
	}
	s.n = max(s.n, 0)
}

// give gives the windows back, and leaves the file to be read as always.
func (d *direct) give() error {
	for i, s := range d.spans {
		if s != nil {
			s.ready.Wait()
			giveSpan(s)
			d.spans[i] = nil
		}
	}
	d.off = true
	return directly(d.f, false)
}

// close waits for what is read ahead, before the file may be closed.
func (d *direct) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	_ = d.give() // of no use any more
}
