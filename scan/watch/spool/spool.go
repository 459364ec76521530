// Package spool keeps what a watch that runs as root has told until the user's side has
// taken it over: root never opens the user's database, and nothing is lost while the
// user's side is away, was killed or has no room.
//
// A spool is one file that is only appended to: a line for each entry, a number and what
// was told as JSON. When everything was taken over it begins anew. It is bounded: beyond
// [Most] bytes what is ordinary is dropped and counted; what a person must know is kept
// to twice as much.
package spool

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"custode/internal/safefile"
)

// Most is how many bytes of what is ordinary wait.
const Most = 64 << 20

// mostLine bounds a line that is read.
const mostLine = 64 << 20

// Spool is one. It is safe for use by several goroutines.
type Spool struct {
	mu      sync.Mutex
	file    *os.File
	size    int64
	last    uint64 // number of the last entry
	taken   uint64 // up to this one all were taken over
	dropped int64
}

// Open opens the spool of a folder, which must be of nobody else. A last line that a crash
// cut is cut off.
func Open(dir string) (*Spool, error) {
	f, err := os.OpenFile(filepath.Join(dir, "spool"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Spool{file: f}
	raw, err := os.ReadFile(filepath.Join(dir, "spool.number"))
	if n, perr := strconv.ParseUint(string(bytes.TrimSpace(raw)), 10, 64); err == nil && perr == nil {
		s.last, s.taken = n, n
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, f.Close())
	}
	err = s.each(func(n uint64, _ []byte, end int64) error {
		s.last, s.size = max(s.last, n), end
		return nil
	})
	if err == nil {
		err = f.Truncate(s.size)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

// Close closes it.
func (s *Spool) Close() error { return s.file.Close() }

// Put keeps an entry and gives its number. A grave one is on the disk when Put returns, an
// ordinary one soon. An ordinary one for which there is no room is dropped, without an
// error.
func (s *Spool) Put(v any, grave bool) (n uint64, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	n = s.last
	line := append(strconv.AppendUint(nil, n, 10), ' ')
	line = append(append(line, raw...), '\n')
	room := int64(Most)
	if grave {
		room = 2 * Most
	}
	if s.size+int64(len(line)) > room {
		s.dropped++
		return n, nil
	}
	if _, err := s.file.WriteAt(line, s.size); err != nil {
		s.dropped++
		return n, err // it is overwritten by the next one
	}
	s.size += int64(len(line))
	if grave {
		err = s.file.Sync()
	}
	return n, err
}

// Last is the number of the last entry.
func (s *Spool) Last() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Dropped is how many entries found no room.
func (s *Spool) Dropped() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// After hands over what is kept after a number, in order.
func (s *Spool) After(n uint64, fn func(n uint64, raw []byte) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.each(func(i uint64, raw []byte, _ int64) error {
		if i <= n {
			return nil
		}
		return fn(i, raw)
	})
}

// each reads the whole lines.
func (s *Spool) each(fn func(n uint64, raw []byte, end int64) error) error {
	r := bufio.NewReaderSize(io.NewSectionReader(s.file, 0, 1<<62), 1<<16)
	at := int64(0)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what is left is no whole line
		}
		if err != nil {
			return err
		}
		if at += int64(len(line)); len(line) > mostLine {
			continue
		}
		num, raw, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		n, err := strconv.ParseUint(string(num), 10, 64)
		if !ok || err != nil || !json.Valid(raw) {
			continue // a full disk left something of it
		}
		if err := fn(n, raw, at); err != nil {
			return err
		}
	}
}

// Taken notes that all up to a number were taken over. When that is all, it begins anew.
func (s *Spool) Taken(n uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken = max(s.taken, min(n, s.last)); s.taken < s.last || s.size == 0 {
		return nil
	}
	number := s.file.Name() + ".number"
	if err := safefile.Write(number, strconv.AppendUint(nil, s.last, 10), 0o600); err != nil {
		return err
	}
	s.size, s.dropped = 0, 0
	return s.file.Truncate(0)
}
