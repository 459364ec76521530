package rtf

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// record notes what a reading hands over.
type record struct {
	text    map[string]string
	objects []string
	pieces  int
	rows    int
	longest int
	spent   int64
	limit   int64 // of spent, 0: none
	leave   bool  // do not read the objects
	bad     string
}

var errSpent = errors.New("spent")

func (r *record) spend(n int64) error {
	r.spent += n
	if r.limit > 0 && r.spent > r.limit {
		return errSpent
	}
	return nil
}

func (r *record) Text(part string, text []byte) error {
	if r.text == nil {
		r.text = map[string]string{}
	}
	r.pieces++
	r.longest = max(r.longest, len(text))
	if len(text) == 0 || !utf8.Valid(text) {
		r.bad = "a piece that is empty, or no UTF-8"
	}
	r.text[part] += string(text)
	return nil
}

// Row notes a row as a line of the body.
func (r *record) Row(cells [][]byte) error {
	if r.text == nil {
		r.text = map[string]string{}
	}
	r.rows++
	line := string(bytes.Join(cells, []byte{'\t'}))
	if !utf8.ValidString(line) || line == "" {
		r.bad = "a row that is empty, or no UTF-8"
	}
	r.text["body"] += "|" + line + "\n"
	return nil
}

func (r *record) Embedded(name string, size int64, b io.Reader) error {
	if r.leave {
		r.objects = append(r.objects, name)
		return nil
	}
	data, err := io.ReadAll(b)
	if errors.Is(err, errSpent) {
		return err
	}
	r.objects = append(r.objects, fmt.Sprintf("%s|%d|%s|%v", name, size, data, err))
	return nil
}

// String is all that was noted, to be compared.
func (r *record) String() string {
	var b strings.Builder
	for _, part := range []string{"body", "aside", "header", "footer", "footnote", "comment", "deleted", "properties"} {
		if t := r.text[part]; t != "" {
			fmt.Fprintf(&b, "[%s]\n%s", part, t)
		}
	}
	for _, o := range r.objects {
		fmt.Fprintf(&b, "[object]\n%s\n", o)
	}
	return b.String()
}

// read reads a letter that must not be damaged.
func read(t *testing.T, src string) (*record, Info) {
	t.Helper()
	rec := &record{}
	info, err := Read(context.Background(), strings.NewReader(src), Options{Spend: rec.spend}, rec)
	if err != nil {
		t.Fatalf("error %v of %.100q", err, src)
	}
	return rec, info
}

// fixture unpacks a file of testdata, or of another package's.
func fixture(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return string(b)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	b, err = io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// nothing is a handler that does nothing.
type nothing struct{}

func (nothing) Text(string, []byte) error               { return nil }
func (nothing) Row([][]byte) error                      { return nil }
func (nothing) Embedded(string, int64, io.Reader) error { return nil }
