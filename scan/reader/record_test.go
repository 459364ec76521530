package reader

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// record is a sink that writes down all that it is given, one thing a line, with
// pieces of text that follow each other joined.
type record struct {
	t       testing.TB
	out     []string
	columns int
	text    []byte
	line    int64
	lines   bool // write line numbers down
	most    int  // the longest piece of text
	context int  // the most context to be seen
	strict  bool // context before a piece must be the piece before
}

func (s *record) Text(buf []byte, from, to int, line int64) {
	if from < 0 || to > len(buf) || from >= to {
		s.t.Fatalf("Text(len %d, %d, %d)", len(buf), from, to)
	}
	if from > s.context || len(buf)-to > s.context {
		s.t.Fatalf("Text has context of %d and %d bytes", from, len(buf)-to)
	}
	if s.text == nil {
		s.line = line
	} else if n := min(from, len(s.text)); s.strict && !bytes.Equal(buf[from-n:from], s.text[len(s.text)-n:]) {
		s.t.Fatalf("context %q after text %q", buf[:from], s.text)
	}
	s.most = max(s.most, to-from)
	s.text = append(s.text, buf[from:to]...)
}

func (s *record) flush() {
	if s.text != nil {
		s.add(s.line, "text %q", s.text)
		s.text = nil
	}
}

func (s *record) add(line int64, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if s.lines && line > 0 {
		text = fmt.Sprintf("%d: %s", line, text)
	}
	s.out = append(s.out, text)
}

func (s *record) Column(name []byte, field bool) int {
	s.flush()
	n := s.columns
	s.columns++
	if s.columns > maxColumns {
		s.t.Fatalf("more than %d columns", maxColumns)
	}
	if name == nil {
		s.add(0, "column %d", n)
	} else {
		s.add(0, "column %d %q field=%v", n, name, field)
	}
	return n
}

func (s *record) Cell(column int, value []byte, line int64) {
	s.flush()
	if column < 0 || column >= s.columns || len(value) == 0 {
		s.t.Fatalf("Cell(%d, %q) with %d columns", column, value, s.columns)
	}
	s.add(line, "%d=%q", column, value)
}

func (s *record) Part(Part) {}

func (s *record) EndRecord() {
	s.flush()
	s.add(0, "end")
}

// small are limits that make a file of some kilobytes a big one.
func small() limits { return limits{raw: 1 << 10, window: 2 << 10, context: 16, cell: 512} }

// readWith reads in with the given reader and returns what the sink got.
func readWith(t *testing.T, r *Reader, in io.Reader, name string) ([]string, Outcome) {
	t.Helper()
	s := &record{t: t, context: r.lim.context}
	out, err := r.Read(context.Background(), in, name, s)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	s.flush()
	return s.out, out
}

func readString(t *testing.T, in, name string) ([]string, Outcome) {
	t.Helper()
	return readWith(t, NewReader(), strings.NewReader(in), name)
}
