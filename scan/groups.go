package scan

import (
	"bytes"
	"errors"
	"io"

	"custode/internal/extsort"
)

// groups goes through records that are alike in their first n bytes, group by group:
// look is shown all of one, told which is the first, then act is given all of it.
func groups(s *extsort.Sorter, n int, look func(first bool, rec []byte), act func(rec []byte) error) error {
	ahead, err := s.Sorted()
	if err != nil {
		return err
	}
	behind, err := s.Sorted()
	if err != nil {
		return err
	}
	var head []byte
	members := 0
	acts := func() error {
		for ; members > 0; members-- {
			rec, err := behind.Next()
			if err == nil {
				err = act(rec)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for {
		rec, err := ahead.Next()
		if errors.Is(err, io.EOF) {
			return acts()
		}
		if err != nil {
			return err
		}
		if members > 0 && !bytes.Equal(head, rec[:n]) {
			if err := acts(); err != nil {
				return err
			}
		}
		if members == 0 {
			head = append(head[:0], rec[:n]...)
		}
		look(members == 0, rec)
		members++
	}
}

// likes knows which likenesses were met once, and which more often: it may take one
// for met that was not, of a million files one in eight, and never the other way.
type likes struct {
	first, again [likesBits / 64]uint64
	any          bool // one was met again
}

const likesBits = 1 << 23

func (l *likes) add(like uint64) {
	word, bit := like%likesBits/64, uint64(1)<<(like%64)
	if l.first[word]&bit != 0 {
		l.again[word] |= bit
		l.any = true
	}
	l.first[word] |= bit
}

func (l *likes) once(like uint64) bool {
	return l.first[like%likesBits/64]&(1<<(like%64)) != 0
}

func (l *likes) twice(like uint64) bool {
	return l.again[like%likesBits/64]&(1<<(like%64)) != 0
}

// noteReader reads what Copies noted, beside the files in their order.
type noteReader struct {
	pack *pack
	from *extsort.Records
	next []byte // nil before the first
}

// complete completes a file with what was noted of it.
func (n *noteReader) complete(f *File, key []byte) error {
	for n.from != nil {
		if n.next == nil {
			next, err := n.from.Next()
			if errors.Is(err, io.EOF) {
				n.from = nil
				return nil
			}
			if err != nil {
				return err
			}
			n.next = next
		}
		is := keyOf(n.next)
		order := bytes.Compare(is, key)
		if order > 0 {
			return nil
		}
		rest := n.next[len(is):]
		n.next = nil
		if order < 0 {
			continue
		}
		p := pack{reading: true, from: string(rest)}
		if p.copies(f); p.bad || p.from != "" {
			return errRecord
		}
		return nil
	}
	return nil
}
