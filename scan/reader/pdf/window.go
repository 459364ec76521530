package pdf

import (
	"errors"
	"fmt"
	"io"
)

const (
	blockSize  = 16 << 10 // bytes read at once
	blockCount = 24       // blocks kept
)

// block is a piece of the file that is kept.
type block struct {
	at   int64
	n    int
	used uint64
	data []byte
}

// window reads the file in blocks, of which it keeps the last ones used. It
// remembers the first real error of the file in fail.
type window struct {
	src    io.ReaderAt
	size   int64
	blocks [blockCount]block
	clock  uint64
	done   func() error
	fail   error
	short  bool // the file ends before its size: it was longer when it was opened
}

// ReadAt is io.ReaderAt.
func (w *window) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) {
		b := w.block(at + int64(n))
		if b == nil {
			return n, io.EOF
		}
		k := copy(p[n:], b.data[at+int64(n)-b.at:b.n])
		if k == 0 {
			return n, io.EOF
		}
		n += k
	}
	return n, nil
}

// block returns the block that holds the byte at a place, nil when there is none.
func (w *window) block(at int64) *block {
	if at < 0 || at >= w.size || w.fail != nil {
		return nil
	}
	start := at - at%blockSize
	oldest := 0
	w.clock++
	for i := range w.blocks {
		b := &w.blocks[i]
		if b.data != nil && b.at == start {
			if at-start >= int64(b.n) {
				return nil
			}
			b.used = w.clock
			return b
		}
		if b.used < w.blocks[oldest].used {
			oldest = i
		}
	}
	if err := w.done(); err != nil {
		w.fail = fmt.Errorf("pdf: %w", err)
		return nil
	}
	b := &w.blocks[oldest]
	if b.data == nil {
		b.data = make([]byte, blockSize)
	}
	b.at, b.used, b.n = start, w.clock, 0
	want := min(blockSize, w.size-start)
	n, err := w.src.ReadAt(b.data[:want], start)
	w.short = w.short || errors.Is(err, io.EOF) && int64(n) < want
	if err != nil && !errors.Is(err, io.EOF) {
		w.fail = fmt.Errorf("pdf: reading: %w", err)
		b.at = -1
		return nil
	}
	b.n = n
	if at-start >= int64(n) {
		return nil
	}
	return b
}

// section reads the file from a place on.
type section struct {
	w  *window
	at int64
}

func (s *section) Read(p []byte) (int, error) {
	b := s.w.block(s.at)
	if b == nil {
		return 0, io.EOF
	}
	n := copy(p, b.data[s.at-b.at:b.n])
	s.at += int64(n)
	return n, nil
}
