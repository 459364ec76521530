package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// again opens the same bytes again and counts what was read.
type again struct {
	b     []byte
	opens int
	read  int64
	open  int
	end   error
}

type againPass struct {
	r io.Reader
	a *again
}

func (a *again) Open() (io.ReadCloser, error) {
	a.opens++
	a.open++
	var r io.Reader = bytes.NewReader(a.b)
	if a.end != nil {
		r = io.MultiReader(r, iotest.ErrReader(a.end))
	}
	return &againPass{r, a}, nil
}

func (p *againPass) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.a.read += int64(n)
	return n, err
}

func (p *againPass) Close() error {
	p.a.open--
	return nil
}

func noise(n int) []byte {
	rnd := rand.NewChaCha8([32]byte{1})
	b := make([]byte, n)
	_, _ = rnd.Read(b)
	return b
}

func TestRewinderAtRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for _, size := range []int{0, 1, 5000, minKeep / 2, minKeep/2 + 1, 3 << 20} {
		for _, hint := range []int64{-1, int64(size), 10, 1 << 40} {
			a := &again{b: noise(size)}
			r := NewRewinder(a.Open, hint, 0)
			if n, err := r.Size(); err != nil || n != int64(size) {
				t.Fatalf("size %d, hint %d: %d, %v", size, hint, n, err)
			}
			for range 20 {
				off := rnd.IntN(size + 10)
				p := make([]byte, rnd.IntN(300_000))
				n, err := r.ReadAt(p, int64(off))
				want := a.b[min(off, size):min(off+len(p), size)]
				if !bytes.Equal(p[:n], want) || errors.Is(err, io.EOF) != (n < len(p)) || err != nil && !errors.Is(err, io.EOF) {
					t.Fatalf("size %d, hint %d: %d bytes at %d of %d, %v", size, hint, n, off, len(p), err)
				}
			}
			if err := r.Close(); err != nil || a.open != 0 {
				t.Errorf("%d left open, %v", a.open, err)
			}
			if _, err := r.ReadAt(make([]byte, 1), 0); err == nil {
				t.Error("reads when closed")
			}
		}
	}
}

// TestRewinderZip reads ZIPs much larger than what is kept in three passes.
func TestRewinderZip(t *testing.T) {
	for _, c := range []struct {
		why           string
		members, size int
		passes        float64
	}{
		{"many small members, a long directory", 60_000, 30, 3.1},
		{"large members", 8, 1 << 20, 2.1},
		{"all of it kept", 10, 5000, 1},
	} {
		var l lump
		for i := range c.members {
			l.add(stored(fmt.Sprint("name-", i), string(noise(c.size))))
		}
		a := &again{b: l.end("")}
		r := NewRewinder(a.Open, -1, 0)
		size, err := r.Size()
		if err != nil {
			t.Fatal(err)
		}
		h := &record{}
		info, err := Zip(context.Background(), r, size, Options{}, h)
		if err != nil || info != (Info{Members: int64(c.members)}) {
			t.Errorf("%s: %+v, %v", c.why, info, err)
		}
		if passes := float64(a.read) / float64(len(a.b)); passes > c.passes {
			t.Errorf("%s: read %.2f times", c.why, passes)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestRewinderStreamedZip looks that members whose sizes stand behind them make
// nothing go back.
func TestRewinderStreamedZip(t *testing.T) {
	var l lump
	for i := range 20 {
		data := noise(300_000)
		c := deflated(fmt.Sprint(i), data)
		c.flags = 8
		at := l.local(c)
		l.Write(header("PK\x07\x08", c.crc, c.packed, c.size))
		l.record(c, at)
	}
	a := &again{b: l.end("")}
	r := NewRewinder(a.Open, -1, 0)
	size, err := r.Size()
	if err != nil {
		t.Fatal(err)
	}
	info, err := Zip(context.Background(), r, size, Options{}, &record{})
	if err != nil || info != (Info{Members: 20}) || a.read > 3*size {
		t.Errorf("%+v, %v, %d bytes of %d read", info, err, a.read, size)
	}
}

func TestRewinderErrors(t *testing.T) {
	a := &again{b: noise(1 << 20), end: fmt.Errorf("%w: checksum", ErrDamaged)}
	r := NewRewinder(a.Open, -1, 0)
	if n, err := r.Size(); err != nil || n != 1<<20 {
		t.Errorf("damaged at the end: %d, %v", n, err)
	}
	p := make([]byte, 1000)
	if n, err := r.ReadAt(p, 0); err != nil || !bytes.Equal(p[:n], a.b[:1000]) {
		t.Errorf("damaged at the end: %v", err)
	}
	a = &again{b: noise(1 << 20)}
	r = NewRewinder(a.Open, -1, 0)
	if _, err := r.Size(); err != nil {
		t.Error(err)
	}
	a.b = a.b[:300_000] // the stream is not what it was
	if _, err := r.ReadAt(p, 600_000); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("another stream: %v", err)
	}
	a = &again{b: noise(1000), end: errSpent}
	r = NewRewinder(a.Open, -1, 0)
	for range 2 {
		if _, err := r.ReadAt(p, 0); !errors.Is(err, errSpent) {
			t.Errorf("of Spend: %v", err)
		}
	}
	if a.opens != 1 {
		t.Errorf("opened %d times", a.opens)
	}
	r = NewRewinder(func() (io.ReadCloser, error) { return nil, ErrOnce }, -1, 0)
	if _, err := r.Size(); !errors.Is(err, ErrOnce) {
		t.Errorf("of open: %v", err)
	}
}
