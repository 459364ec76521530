package archive

import (
	"fmt"
	"io"
)

const (
	feedSize = 32 << 10 // bytes read from a source at once
	viewSize = 64 << 10 // bytes of a source looked at together
	hop      = 4 << 10  // bytes read where nothing says that more will be wanted
	turn     = 64 << 10 // bytes produced between two looks at the context
	maxIdle  = 100      // reads without a byte before a source counts as stuck
)

// feed gives the bytes of a reader one by one and in blocks, never reading
// beyond what it was asked for as far as the one who reads can see.
type feed struct {
	r        io.Reader
	stop     func() error // not nil: leave off
	buf      []byte
	from, to int   // buf[from:to] was read and not given
	loaded   int64 // bytes read from r
	eof      bool  // r has ended
	err      error // why reading ended: io.EOF, or a wrapped error
}

func (f *feed) begin(r io.Reader, stop func() error) {
	if f.buf == nil {
		f.buf = make([]byte, feedSize)
	}
	*f = feed{r: r, stop: stop, buf: f.buf}
}

// given counts the bytes given so far.
func (f *feed) given() int64 { return f.loaded - int64(f.to-f.from) }

// load reads into p, which is not empty.
func (f *feed) load(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if err := f.stop(); err != nil {
		f.err = fmt.Errorf("archive: stopped: %w", err)
		return 0, f.err
	}
	for range maxIdle {
		n, err := f.r.Read(p)
		f.loaded += int64(n)
		switch {
		case err == io.EOF: // a wrapped io.EOF is an error
			f.eof, f.err = true, err
		case err != nil:
			f.err = fmt.Errorf("archive: reading: %w", err)
		}
		if n > 0 {
			return n, nil
		}
		if f.err != nil {
			return 0, f.err
		}
	}
	f.err = fmt.Errorf("archive: reading: %w", io.ErrNoProgress)
	return 0, f.err
}

// failed is the error that ended the reading, unless that was the end.
func (f *feed) failed() error {
	if f.eof {
		return nil
	}
	return f.err
}

func (f *feed) ReadByte() (byte, error) {
	if f.from == f.to {
		n, err := f.load(f.buf)
		if n == 0 {
			return 0, err
		}
		f.from, f.to = 0, n
	}
	c := f.buf[f.from]
	f.from++
	return c, nil
}

func (f *feed) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if f.from == f.to {
		if len(p) >= len(f.buf) {
			return f.load(p[:min(len(p), turn)])
		}
		n, err := f.load(f.buf)
		if n == 0 {
			return 0, err
		}
		f.from, f.to = 0, n
	}
	n := copy(p, f.buf[f.from:f.to])
	f.from += n
	return n, nil
}

// peek shows the next n bytes, at most feedSize, fewer at the end.
func (f *feed) peek(n int) []byte {
	if f.to-f.from < n {
		f.to = copy(f.buf, f.buf[f.from:f.to])
		f.from = 0
		for f.to < n {
			more, err := f.load(f.buf[f.to:])
			if err != nil {
				break
			}
			f.to += more
		}
	}
	return f.buf[f.from:min(f.to, f.from+n)]
}

// skip gives n bytes to nobody and returns how many there were.
func (f *feed) skip(n int64) int64 {
	var done int64
	for done < n {
		if f.from == f.to {
			k, _ := f.load(f.buf) // the error is kept
			if k == 0 {
				break
			}
			f.from, f.to = 0, k
		}
		k := min(n-done, int64(f.to-f.from))
		f.from += int(k)
		done += k
	}
	return done
}

// rest counts what is left, from the first byte on that is not zero.
func (f *feed) rest() int64 {
	var n int64
	for {
		b := f.peek(feedSize)
		if len(b) == 0 {
			return n
		}
		if n == 0 {
			b = b[zeros(b):]
		}
		n += int64(len(b))
		f.from = f.to
	}
}

// zeros counts the zero bytes that b begins with.
func zeros(b []byte) int {
	for i, c := range b {
		if c != 0 {
			return i
		}
	}
	return len(b)
}

// part reads a range of a random-access source.
type part struct {
	src     io.ReaderAt
	at, end int64
}

func (p *part) Read(b []byte) (int, error) {
	if p.at >= p.end {
		return 0, io.EOF
	}
	n, err := p.src.ReadAt(b[:min(int64(len(b)), p.end-p.at)], p.at)
	p.at += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// view shows pieces of a random-access source through one window.
type view struct {
	src  io.ReaderAt
	size int64
	stop func() error
	buf  []byte
	off  int64 // buf[:n] stands at off in the source
	n    int
}

// at shows the n bytes, at most viewSize, that stand at off; fewer at the end of
// the source. They are valid until the next call.
func (v *view) at(off int64, n int) ([]byte, error) {
	if off < 0 || off >= v.size {
		return nil, nil
	}
	n = int(min(int64(n), v.size-off))
	if off < v.off || off+int64(n) > v.off+int64(v.n) {
		want := viewSize
		if off < v.off || off > v.off+int64(v.n)+hop { // going about, not going on
			want = max(n, hop)
		}
		if err := v.move(off, want); err != nil {
			return nil, err
		}
	}
	from := int(off - v.off)
	return v.buf[min(from, v.n):min(from+n, v.n)], nil
}

// ahead shows as much as there is at hand from off on, not beyond to: at least hop
// bytes, or all.
func (v *view) ahead(off, to int64) ([]byte, error) {
	to = min(to, v.size)
	if off < v.off || min(off+hop, to) > v.off+int64(v.n) {
		if err := v.move(off, viewSize); err != nil {
			return nil, err
		}
	}
	from := int(off - v.off)
	return v.buf[min(from, v.n):max(0, min(int64(v.n), to-v.off))], nil
}

func (v *view) move(off int64, want int) error {
	if err := v.stop(); err != nil {
		return fmt.Errorf("archive: stopped: %w", err)
	}
	if v.buf == nil {
		v.buf = make([]byte, viewSize)
	}
	v.off = off
	n, err := readAt(v.src, v.buf[:min(int64(want), v.size-off)], off)
	v.n = n
	return err
}

// readAt fills p from off on; fewer bytes without an error are the source's end.
func readAt(src io.ReaderAt, p []byte, off int64) (int, error) {
	n, err := src.ReadAt(p, off)
	if n == len(p) || err == io.EOF {
		return n, nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return n, fmt.Errorf("archive: reading: %w", err)
}
