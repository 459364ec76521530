package disk

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// A very large file is written past the page cache, some blocks at a time: what has
// arrived of it can be read back from the disk while more of it is written.
const (
	veryLarge = 32 << 20 // the size from which a file is written so
	underway  = 4        // blocks on their way to the disk while one more is filled
	readAhead = 2        // blocks that are read back before they are asked for
)

// straight is a file that is written so: one goroutine calls its methods.
type straight struct {
	f   *os.File
	cur *span // the block that is being filled, or nil
	end int64 // of what was written

	mu      sync.Mutex
	moved   sync.Cond // whatever is below has changed
	under   []*span   // on their way, in the order of the file
	arrived int64     // so much of the beginning is on the disk
	err     error     // the first one: what was written is worth nothing
	settled bool      // no more is written
	flushed bool      // all of it is durable
	closed  bool
}

// newStraight gives nil where a file is written as always: that is all but the
// disks that are known to do it well. The file is new, and has room for size bytes.
func newStraight(f *os.File, size int64) *straight {
	var disk unix.Statfs_t
	if size < veryLarge || unix.Fstatfs(int(f.Fd()), &disk) != nil {
		return nil
	}
	switch disk.Type {
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC:
	default:
		return nil
	}
	if directly(f, true) != nil {
		return nil
	}
	w := &straight{f: f}
	w.moved.L = &w.mu
	// A file of its final size takes several blocks at once. If it does not get it
	// it only takes longer.
	_ = again(func() error { return unix.Ftruncate(int(f.Fd()), size) })
	return w
}

// Write is that of io.Writer. Its error may be that of an earlier block. After
// settle there is none.
func (w *straight) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		if w.cur == nil {
			if err := w.next(); err != nil {
				return done, err
			}
		}
		n := copy(w.cur.buf[w.cur.n:], p[done:])
		w.cur.n, w.end, done = w.cur.n+n, w.end+int64(n), done+n
		if w.cur.n == window {
			w.send()
		}
	}
	return len(p), nil
}

// next waits until one more block may be on its way.
func (w *straight) next() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.under) >= underway && w.err == nil {
		w.moved.Wait()
	}
	switch {
	case w.err != nil:
		return w.err
	case w.settled:
		return os.ErrClosed
	}
	w.cur, _ = spans.Get().(*span)
	w.cur.at, w.cur.n = w.end, 0
	return nil
}

// send writes the block that is full.
func (w *straight) send() {
	s := w.cur
	w.cur = nil
	w.mu.Lock()
	w.under = append(w.under, s)
	w.mu.Unlock()
	go func() {
		err := w.put(s)
		w.mu.Lock()
		defer w.mu.Unlock()
		if s.at, s.err = -1, err; w.err == nil {
			w.err = err
		}
		for len(w.under) > 0 && w.under[0].at < 0 { // in the order of the file
			if w.under[0].err == nil {
				w.arrived += int64(w.under[0].n)
			}
			giveSpan(w.under[0])
			w.under = w.under[1:]
		}
		w.moved.Broadcast()
	}()
}

// put writes one block, as any file is written where the disk wants no other.
func (w *straight) put(s *span) error {
	err := pwrite(w.f, s.buf[:s.n], s.at)
	if errors.Is(err, unix.EINVAL) {
		if err = directly(w.f, false); err == nil {
			err = pwrite(w.f, s.buf[:s.n], s.at)
		}
	}
	return err
}

func pwrite(f *os.File, b []byte, at int64) error {
	for len(b) > 0 {
		n := 0
		err := again(func() (err error) { n, err = unix.Pwrite(int(f.Fd()), b, at); return err })
		if err != nil {
			return err
		}
		b, at = b[n:], at+int64(n)
	}
	return nil
}

// settle writes the rest and waits for all: what follows sees a file as any other.
// Flush is still to come.
func (w *straight) settle() error {
	w.mu.Lock()
	for len(w.under) > 0 {
		w.moved.Wait()
	}
	err, before := w.err, w.settled
	w.settled = true
	w.mu.Unlock()
	if before {
		return err
	}
	if off := directly(w.f, false); err == nil {
		err = off
	}
	if w.cur != nil {
		if err == nil {
			err = pwrite(w.f, w.cur.buf[:w.cur.n], w.cur.at)
		}
		giveSpan(w.cur)
		w.cur = nil
	}
	if err == nil { // more may have been reserved than was needed
		err = again(func() error { return unix.Ftruncate(int(w.f.Fd()), w.end) })
	}
	if err == nil {
		_, err = w.f.Seek(w.end, io.SeekStart)
	}
	w.tell(err, false)
	return err
}

// sync is fsync of all that was written.
func (w *straight) sync() error {
	err := w.settle()
	if err == nil {
		err = w.f.Sync()
	}
	w.tell(err, err == nil)
	return err
}

// tell wakes whoever reads back.
func (w *straight) tell(err error, flushed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.flushed = flushed
	w.moved.Broadcast()
}

// close is for whoever may still read back: no more will come.
func (w *straight) close() {
	_ = w.settle() // Sync told of it; without Sync nothing is promised
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.moved.Broadcast()
}

// readBack reads what has arrived, in order.
type readBack struct {
	w      *straight
	f      *file
	blocks chan *span
	cur    *span
	off    int
	stop   bool // guarded by w.mu
	err    error
}

// newReadBack reads by another file: the flags of the first are in use.
func newReadBack(w *straight, f *file) *readBack {
	r := &readBack{w: w, f: f, blocks: make(chan *span, readAhead)}
	_ = directly(f.File, true) // else what is in memory is read
	go r.ahead()
	return r
}

// ahead reads block after block until the end, an error or Close.
func (r *readBack) ahead() {
	defer close(r.blocks)
	for at := int64(0); ; at += window {
		n, err := r.wait(at)
		if err == nil && n == 0 {
			err = io.EOF
		}
		s, _ := spans.Get().(*span)
		if s.n, s.err = int(n), err; err == nil {
			s.n, s.err = r.pread(s.buf[:n], at)
		}
		r.blocks <- s
		if s.err != nil {
			return
		}
	}
}

// wait gives how many bytes may be read from at on.
func (r *readBack) wait(at int64) (int64, error) {
	w := r.w
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		switch {
		case r.stop, w.closed && w.err != nil:
			return 0, os.ErrClosed
		case w.err != nil: // whoever writes is told, and ends it
		case w.arrived >= at+window:
			return window, nil
		case w.flushed:
			return max(0, min(window, w.end-at)), nil
		case w.closed:
			return 0, io.ErrUnexpectedEOF
		}
		w.moved.Wait()
	}
}

func (r *readBack) pread(b []byte, at int64) (n int, err error) {
	whole := b[:cap(b)][:window] // a disk that is read directly gives whole blocks
	read := func() error {
		return again(func() (err error) { n, err = unix.Pread(int(r.f.Fd()), whole, at); return err })
	}
	if err = read(); errors.Is(err, unix.EINVAL) {
		if err = directly(r.f.File, false); err == nil {
			err = read()
		}
	}
	if err == nil && n < len(b) {
		err = io.ErrUnexpectedEOF
	}
	if n = max(0, min(n, len(b))); err != nil {
		err = r.f.in.fail("read", r.f.name, err)
	}
	return n, err
}

// Read is that of io.Reader.
func (r *readBack) Read(p []byte) (int, error) {
	for r.err == nil && (r.cur == nil || r.off == r.cur.n) {
		if r.cur != nil && r.cur.err != nil {
			r.err = r.cur.err
			return 0, r.err
		}
		next, ok := <-r.blocks
		if !ok {
			r.err = io.ErrUnexpectedEOF
			return 0, r.err
		}
		if r.cur != nil {
			giveSpan(r.cur)
		}
		r.cur, r.off = next, 0
	}
	if r.err != nil {
		return 0, r.err
	}
	n := copy(p, r.cur.buf[r.off:r.cur.n])
	r.off += n
	return n, nil
}

// Interrupt ends the waiting of Read; it may be called at any time.
func (r *readBack) Interrupt() {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	r.stop = true
	r.w.moved.Broadcast()
}

// Close is not for while Read is called.
func (r *readBack) Close() error {
	r.Interrupt()
	for s := range r.blocks {
		giveSpan(s)
	}
	if r.cur != nil {
		giveSpan(r.cur)
		r.cur, r.err = nil, os.ErrClosed
	}
	return r.f.Close()
}
