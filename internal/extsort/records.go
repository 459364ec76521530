package extsort

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
)

// Records reads the records of a Sorter in their order.
type Records struct {
	sources sources
	given   bool // the first of the first source
}

// source is a run, or what is in memory; rec is its next record.
type source struct {
	rec   []byte
	room  []byte
	read  *bufio.Reader // nil for what is in memory
	s     *Sorter
	index []place
}

// sources is a heap: the one with the least record is the first.
type sources []*source

func (h sources) Len() int           { return len(h) }
func (h sources) Less(i, j int) bool { return bytes.Compare(h[i].rec, h[j].rec) < 0 }
func (h sources) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *sources) Push(any)          {} // a heap has it; here nothing is pushed
func (h *sources) Pop() any {
	old := *h
	*h = old[:len(old)-1]
	return old[len(old)-1]
}

// merge reads runs at once, and what is in memory if wanted.
func (s *Sorter) merge(runs []run, memory bool) (*Records, error) {
	r := &Records{}
	if memory {
		r.sources = append(r.sources, &source{s: s, index: s.index})
	}
	for _, x := range runs {
		r.sources = append(r.sources, &source{read: bufio.NewReaderSize(io.NewSectionReader(s.file, x.from, x.size), bufferSize)})
	}
	some := r.sources[:0]
	for _, x := range r.sources {
		switch err := x.next(); {
		case err == nil:
			some = append(some, x)
		case !errors.Is(err, io.EOF):
			return nil, err
		}
	}
	r.sources = some
	heap.Init(&r.sources)
	return r, nil
}

// next reads the next record of a source.
func (x *source) next() error {
	if x.read == nil {
		if len(x.index) == 0 {
			return io.EOF
		}
		x.rec, x.index = x.s.at(x.index[0]), x.index[1:]
		return nil
	}
	n, err := binary.ReadUvarint(x.read)
	if errors.Is(err, io.EOF) {
		return err
	}
	if err == nil {
		if uint64(cap(x.room)) < n {
			x.room = make([]byte, n)
		}
		x.rec = x.room[:n]
		_, err = io.ReadFull(x.read, x.rec)
	}
	if err != nil {
		return failed(noEnd(err))
	}
	return nil
}

// noEnd keeps an end in the middle of a record from being taken for that of the run.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Next gives the next record, which holds until the one after; io.EOF when there is none.
func (r *Records) Next() ([]byte, error) {
	if r.given {
		r.given = false
		switch err := r.sources[0].next(); {
		case err == nil:
			heap.Fix(&r.sources, 0)
		case errors.Is(err, io.EOF):
			heap.Pop(&r.sources)
		default:
			return nil, err
		}
	}
	if len(r.sources) == 0 {
		return nil, io.EOF
	}
	r.given = true
	return r.sources[0].rec, nil
}
