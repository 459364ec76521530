// Package extsort sorts more records than memory should hold.
//
// A record is a string of bytes, and the order is that of bytes.Compare: whoever
// makes the records puts what they are to be sorted by first. They are kept in
// memory up to a limit; beyond it they are sorted and written away to a private
// temporary file, run by run, and the runs are merged as the records are read.
// The file has no name as long as it lives (on Windows, it has one until it is closed, however
// that comes about), so that nothing of it is left, even by a process that is killed.
package extsort

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"

	"custode/internal/fault"
)

// failed says that the temporary file could not be made, written or read.
func failed(err error) error {
	return fault.On(fault.CodeOf(err, fault.IO), "fault.temporary", "", err)
}

const (
	chunkSize = 256 << 10
	// fan is how many runs of one level become one of the next: each takes a buffer
	// while they are merged.
	fan        = 32
	bufferSize = 32 << 10
)

// Sorter sorts records. It is for one goroutine, and takes no more of them once
// Sorted was called.
type Sorter struct {
	dir    string
	limit  int
	chunks [][]byte
	chunk  int     // the one that is being filled
	index  []place // of the records in the chunks
	held   int     // bytes in both
	sorted bool
	count  int64
	file   *os.File
	end    int64
	runs   [][]run // by level
}

// place is where a record lies: in which chunk, from where to where.
type place struct{ chunk, from, to uint32 }

const placeSize = 12

// run is a stretch of the file whose records are in order.
type run struct{ from, size int64 }

// New makes a sorter that keeps records of so many bytes in memory, and makes its
// file in that folder; "" is the system's folder for temporary files.
func New(dir string, limit int) *Sorter { return &Sorter{dir: dir, limit: limit} }

// Len is how many records were added.
func (s *Sorter) Len() int64 { return s.count }

// Add takes a record; it keeps a copy.
func (s *Sorter) Add(rec []byte) error {
	if s.held > 0 && s.held+len(rec)+placeSize > s.limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	for s.chunk < len(s.chunks) && cap(s.chunks[s.chunk])-len(s.chunks[s.chunk]) < len(rec) {
		s.chunk++
	}
	if s.chunk == len(s.chunks) {
		s.chunks = append(s.chunks, make([]byte, 0, max(min(chunkSize, s.limit), len(rec))))
	}
	c := &s.chunks[s.chunk]
	from := len(*c)
	*c = append(*c, rec...)
	s.index = append(s.index, place{uint32(s.chunk), uint32(from), uint32(len(*c))}) //nolint:gosec // no record is that long
	s.held += len(rec) + placeSize
	s.count++
	return nil
}

func (s *Sorter) at(p place) []byte { return s.chunks[p.chunk][p.from:p.to] }

func (s *Sorter) sort() {
	slices.SortFunc(s.index, func(a, b place) int { return bytes.Compare(s.at(a), s.at(b)) })
}

// spill writes what is in memory to the file.
func (s *Sorter) spill() error {
	s.sort()
	next := 0
	err := s.write(0, func() ([]byte, error) {
		if next == len(s.index) {
			return nil, io.EOF
		}
		next++
		return s.at(s.index[next-1]), nil
	})
	for i := range s.chunks {
		s.chunks[i] = s.chunks[i][:0]
	}
	s.chunk, s.index, s.held = 0, s.index[:0], 0
	if err != nil || len(s.runs[0]) < fan {
		return err
	}
	for level := 0; level < len(s.runs) && len(s.runs[level]) == fan; level++ {
		m, err := s.merge(s.runs[level], false)
		if err != nil {
			return err
		}
		if err := s.write(level+1, m.Next); err != nil {
			return err
		}
		s.runs[level] = nil
	}
	return nil
}

// write appends a run to the file.
func (s *Sorter) write(level int, next func() ([]byte, error)) (err error) {
	if s.file == nil {
		if s.file, err = temporary(s.dir); err != nil {
			return failed(err)
		}
	}
	from := s.end
	w := bufio.NewWriterSize(io.NewOffsetWriter(s.file, from), bufferSize)
	var head [binary.MaxVarintLen64]byte
	for {
		rec, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		n := binary.PutUvarint(head[:], uint64(len(rec)))
		_, _ = w.Write(head[:n]) // a bufio.Writer keeps its first error for Flush
		_, _ = w.Write(rec)
		s.end += int64(n + len(rec))
	}
	if err := w.Flush(); err != nil {
		return failed(err)
	}
	for len(s.runs) <= level {
		s.runs = append(s.runs, nil)
	}
	s.runs[level] = append(s.runs[level], run{from, s.end - from})
	return nil
}

// Sorted gives the records from the first to the last. Several may be under way at
// once, for one goroutine all of them.
func (s *Sorter) Sorted() (*Records, error) {
	if !s.sorted {
		s.sort()
		s.sorted = true
	}
	return s.merge(slices.Concat(s.runs...), true)
}

// Close gives memory and file back.
func (s *Sorter) Close() error {
	file := s.file
	*s = Sorter{dir: s.dir, limit: s.limit}
	if file == nil {
		return nil
	}
	return file.Close()
}
