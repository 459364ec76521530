package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/iotest"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// slate is a file that is read while it is written.
type slate struct {
	mu       sync.Mutex
	moved    *sync.Cond
	b        []byte
	at       int
	flushed  bool
	stopped  bool
	flushing error
	spoil    func(b []byte, at int) // what the disk makes of what was written
	cut      int                    // so much is missing at the end
}

func newSlate() *slate {
	s := &slate{}
	s.moved = sync.NewCond(&s.mu)
	return s
}

func (s *slate) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := len(s.b)
	if s.b = append(s.b, p...); s.spoil != nil {
		s.spoil(s.b[at:], at)
	}
	s.moved.Broadcast()
	return len(p), nil
}

func (s *slate) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		n := len(s.b) - s.at - 100_000 // the rest is still on its way
		if s.flushed {
			n = len(s.b) - s.cut - s.at
		}
		switch {
		case s.stopped:
			return 0, errors.New("interrupted")
		case n > 0:
			n = copy(p, s.b[s.at:s.at+n])
			s.at += n
			return n, nil
		case s.flushed:
			return 0, io.EOF
		}
		s.moved.Wait()
	}
}

func (s *slate) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.moved.Broadcast()
}

func (s *slate) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flushed = s.flushing == nil
	s.moved.Broadcast()
	return s.flushing
}

// TestChecked: what comes back while more is sealed is held to what was sealed,
// and none of the two waits for the other when it fails.
func TestChecked(t *testing.T) {
	k := hybrid(t)
	run := func(ctx context.Context, s *slate, src io.Reader) (seal.Sealed, error) {
		return seal.Checked(ctx, seal.Target{Writer: s, Back: s, Flush: s.flush}, src, []age.Recipient{k.to}, seal.Options{Workers: 2})
	}
	for _, n := range []int{0, 1, 65535, 65536, 65537, 4 * 65536, 4*65536 + 1, 3_000_000} {
		s, plain := newSlate(), content(n)
		out, err := run(t.Context(), s, bytes.NewReader(plain))
		if err != nil || out.Size != int64(n) || out.SealedSize != int64(len(s.b)) || out.Plain != sha256.Sum256(plain) || out.Cipher != sha256.Sum256(s.b) {
			t.Fatalf("%d bytes: %+v, %v", n, out, err)
		}
		if err := out.Check(t.Context(), bytes.NewReader(s.b), out.SealedSize, seal.Options{}); err != nil {
			t.Errorf("%d bytes, checked again: %v", n, err)
		}
		var opened bytes.Buffer
		if _, err := seal.Decrypt(t.Context(), &opened, bytes.NewReader(s.b), []age.Identity{k.id}, seal.Options{}); err != nil || !bytes.Equal(opened.Bytes(), plain) {
			t.Errorf("%d bytes, opened: %v", n, err)
		}
		if same, err := out.Same(t.Context(), bytes.NewReader(plain)); !same || err != nil {
			t.Errorf("%d bytes: not the same, %v", n, err)
		}
	}
	broken := errors.New("broken")
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		stop  bool // before it begins
		set   func(s *slate)
		src   io.Reader
		check bool // it is a CheckError
		want  error
	}{
		"a bit at the beginning": {set: func(s *slate) {
			s.spoil = func(b []byte, at int) {
				if at == 0 {
					b[40] ^= 1
				}
			}
		}, check: true, want: seal.ErrDamaged},
		"a bit in the middle": {set: func(s *slate) {
			s.spoil = func(b []byte, at int) {
				if at > 1_000_000 {
					b[len(b)/2] ^= 1
				}
			}
		}, check: true, want: seal.ErrDamaged},
		"another file": {set: func(s *slate) {
			other, _ := sealBytes(t, content(3_000_000), seal.Options{}, k.to)
			s.spoil = func(b []byte, at int) { copy(b, other[at:]) }
		}, check: true, want: seal.ErrDamaged},
		"cut off":                      {set: func(s *slate) { s.cut = 70_000 }, check: true, want: seal.ErrTruncated},
		"the source fails":             {src: io.MultiReader(bytes.NewReader(content(2_000_000)), iotest.ErrReader(broken)), want: broken},
		"it cannot be flushed":         {set: func(s *slate) { s.flushing = broken }, want: broken},
		"canceled":                     {stop: true, want: context.Canceled},
		"canceled while it comes back": {set: func(*slate) {}, src: &cancels{Reader: bytes.NewReader(content(3_000_000))}, want: context.Canceled},
	} {
		s, ctx, src := newSlate(), t.Context(), c.src
		if c.set != nil {
			c.set(s)
		}
		if c.stop {
			ctx = canceled
		}
		if src == nil {
			src = bytes.NewReader(content(3_000_000))
		}
		if stops, ok := src.(*cancels); ok {
			ctx, stops.cancel = context.WithCancel(ctx)
		}
		_, err := run(ctx, s, src)
		var check *seal.CheckError
		if errors.As(err, &check) != c.check || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// cancels is a source in whose middle the user stops it.
type cancels struct {
	io.Reader

	cancel func()
	n      int
}

func (c *cancels) Read(p []byte) (int, error) {
	if c.n++; c.n == 20 {
		c.cancel()
	}
	return c.Reader.Read(p)
}
