package scan

import (
	"errors"
	"io"
	"sync"

	"custode/scan/walk"
)

// source is an open file of which not more is read than it had when it was
// opened: one that another program goes on writing to has an end. It remembers
// when the disk failed to give something: whatever a reader makes of that, what
// it found then is not all there is.
type source struct {
	walk.Content
	size, read int64

	mu  sync.Mutex
	err error
}

// Size is how many bytes there were.
func (s *source) Size() int64 { return s.size }

// Read reads on, up to that size.
func (s *source) Read(p []byte) (int, error) {
	if left := s.size - s.read; int64(len(p)) > left {
		p = p[:max(left, 0)]
		if left <= 0 {
			return 0, io.EOF
		}
	}
	n, err := s.Content.Read(p)
	s.read += int64(n)
	return n, s.noted(err)
}

// ReadAt reads anywhere.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.Content.ReadAt(p, off)
	if off >= 0 { // a place that is none is the reader's mistake, not the disk's
		err = s.noted(err)
	}
	return n, err
}

func (s *source) noted(err error) error {
	if err != nil && !errors.Is(err, io.EOF) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.err == nil {
			s.err = err
		}
	}
	return err
}

// failed is the first error of the disk.
func (s *source) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
