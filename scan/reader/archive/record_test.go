package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// record reads every member to its end and notes what it was.
type record struct {
	out   []string
	names []string
	data  map[string][]byte
	spent int64
	limit int64 // of spent, 0: none
	most  int64 // bytes kept of a member
	skip  bool  // open nothing
}

var errSpent = errors.New("spent")

func (r *record) spend(n int64) error {
	r.spent += n
	if r.limit > 0 && r.spent > r.limit {
		return errSpent
	}
	return nil
}

func (r *record) options() Options { return Options{Spend: r.spend} }

func (r *record) Member(m Member, c Content) error {
	r.names = append(r.names, m.Name)
	var notes []string
	if m.Encrypted {
		notes = append(notes, "encrypted")
	}
	if m.Method != "" {
		notes = append(notes, m.Method)
	}
	if m.Link {
		notes = append(notes, "link")
	}
	if r.skip {
		return nil
	}
	rc, err := c.Open()
	if err != nil {
		r.out = append(r.out, strings.Join(append([]string{m.Name}, append(notes, err.Error())...), " | "))
		return nil
	}
	var buf bytes.Buffer
	if r.most == 0 {
		r.most = 1 << 20
	}
	n, err := io.Copy(&buf, io.LimitReader(rc, r.most))
	if err == nil {
		var more int64
		more, err = io.Copy(io.Discard, rc)
		n += more
	}
	if cerr := rc.Close(); cerr != nil {
		return cerr
	}
	if r.data == nil {
		r.data = map[string][]byte{}
	}
	r.data[m.Name] = buf.Bytes()
	if err != nil {
		if !errors.Is(err, ErrDamaged) {
			return err
		}
		notes = append(notes, "damaged")
	}
	r.out = append(r.out, strings.Join(append([]string{m.Name, fmt.Sprint(n)}, notes...), " | "))
	return nil
}

func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// unzip reads a ZIP.
func unzip(b []byte) (*record, Info, error) {
	r := &record{}
	info, err := Zip(context.Background(), bytes.NewReader(b), int64(len(b)), r.options(), r)
	return r, info, err
}

// ofStream reads a stream by one of the readers.
func ofStream(read func(context.Context, io.Reader, Options, Handler) (Info, error), b []byte) (*record, Info, error) {
	r := &record{}
	info, err := read(context.Background(), bytes.NewReader(b), r.options(), r)
	return r, info, err
}

// letter is the content of lettera.txt in the fixtures.
func letter() []byte {
	var b bytes.Buffer
	for i := range 300 {
		fmt.Fprintf(&b, "riga %d di una lettera a anna@example.org\n", i)
	}
	return b.Bytes()
}
