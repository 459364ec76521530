package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestStreams(t *testing.T) {
	gz, two := fixture(t, "named.gz"), fixture(t, "two.gz")
	bz, twobz := fixture(t, "one.bz2"), fixture(t, "two.bz2")
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[(at+len(b))%len(b)] ^= 0x10
		return b
	}
	one, damaged, zeros := Info{Members: 1}, Info{Members: 1, Damaged: 1}, make([]byte, 1000)
	for _, c := range []struct {
		why  string
		in   []byte
		want []string
		info Info
		err  error
	}{
		{"gzip", gz, []string{"lettera.txt | 12790"}, one, nil},
		{"gzip without a name", fixture(t, "noname.gz"), []string{" | 12790"}, one, nil},
		{"two streams", two, []string{"lettera.txt | 25580"}, one, nil},
		{"an odd header", cat([]byte("\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\xff\x03\x00abcperch\xe9\x00comment\x00\x00\x00"), gz[22:]), []string{"perché | 12790"}, Info{Members: 1, Comments: 7}, nil},
		{"zeros behind", cat(gz, zeros), []string{"lettera.txt | 12790"}, one, nil},
		{"rubbish behind", cat(gz, []byte("rubbish")), []string{"lettera.txt | 12790"}, Info{Members: 1, Hidden: 7}, nil},
		{"zeros and rubbish behind", cat(gz, zeros, []byte("rubbish"), zeros), []string{"lettera.txt | 12790"}, Info{Members: 1, Hidden: 1007}, nil},
		{"checksum", flip(gz, -8), []string{"lettera.txt | 12790 | damaged"}, damaged, ErrDamaged},
		{"size", flip(gz, -4), []string{"lettera.txt | 12790 | damaged"}, damaged, ErrDamaged},
		{"second header", cat(gz, []byte("\x1f\x8b\x08\xff")), []string{"lettera.txt | 12790 | damaged"}, damaged, ErrDamaged},
		{"cut header", gz[:15], nil, Info{}, ErrDamaged},
		{"bzip2", bz, []string{" | 12790"}, one, nil},
		{"two bzip2", twobz, []string{" | 25580"}, one, nil},
		{"bzip2, zeros behind", cat(bz, zeros), []string{" | 12790"}, one, nil},
		{"bzip2, rubbish behind", cat(bz, []byte("rubbish")), []string{" | 12790"}, Info{Members: 1, Hidden: 7}, nil},
		{"bzip2, checksum", flip(bz, 11), []string{" | 12790 | damaged"}, damaged, ErrDamaged},
		{"bzip2, cut header", bz[:8], nil, Info{}, ErrDamaged},
	} {
		read := Gzip
		if bytes.HasPrefix(c.in, []byte("BZ")) {
			read = Bzip2
		}
		r, info, err := ofStream(read, c.in)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.why, err)
		}
		if diff := cmp.Diff(c.want, r.out); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.why, diff)
		}
		if diff := cmp.Diff(c.info, info); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.why, diff)
		}
	}
}

func TestStreamsTruncated(t *testing.T) {
	for name, read := range map[string]func(context.Context, io.Reader, Options, Handler) (Info, error){"two.gz": Gzip, "two.bz2": Bzip2} {
		first := map[string]string{"two.gz": "named.gz", "two.bz2": "one.bz2"}[name]
		b := fixture(t, name)
		for n := range b {
			r, info, err := ofStream(read, b[:n])
			told := errors.Is(err, ErrDamaged) || info.Hidden > 0
			if !told && n != len(fixture(t, first)) { // of two streams the first is whole
				t.Fatalf("%s cut at %d of %d: %v, %+v", name, n, len(b), err, info)
			}
			for _, data := range r.data {
				if !bytes.HasPrefix(append(letter(), letter()...), data) {
					t.Fatalf("%s cut at %d: other content", name, n)
				}
			}
		}
	}
}

func TestStreamErrors(t *testing.T) {
	for name, read := range map[string]func(context.Context, io.Reader, Options, Handler) (Info, error){"two.gz": Gzip, "two.bz2": Bzip2} {
		b := fixture(t, name)
		for _, n := range []int{0, 5, 300, len(b)} {
			bad := io.MultiReader(bytes.NewReader(b[:n]), iotest.ErrReader(io.ErrClosedPipe))
			if _, err := read(context.Background(), bad, Options{}, &record{}); !errors.Is(err, io.ErrClosedPipe) || errors.Is(err, ErrDamaged) {
				t.Errorf("%s: of the disk after %d bytes: %v", name, n, err)
			}
		}
		r := &record{limit: 100}
		if _, err := read(context.Background(), bytes.NewReader(b), r.options(), r); !errors.Is(err, errSpent) {
			t.Errorf("%s: of Spend: %v", name, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := read(ctx, bytes.NewReader(b), Options{}, &record{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: of the context: %v", name, err)
		}
		_, err := read(context.Background(), bytes.NewReader(b), Options{}, handle(func(_ Member, c Content) error {
			rc, err := c.Open()
			if err != nil {
				return err
			}
			if _, err := c.Open(); !errors.Is(err, ErrOnce) {
				t.Errorf("%s: opened twice: %v", name, err)
			}
			_, err = io.ReadFull(rc, make([]byte, 10))
			return err
		}))
		if err != nil {
			t.Errorf("%s: read in part: %v", name, err)
		}
	}
}

// TestStreamBitFlips flips bits of tar, gzip and bzip2: no panic, no hang, and with
// a checksum no other content without a word.
func TestStreamBitFlips(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	for name, read := range map[string]func(context.Context, io.Reader, Options, Handler) (Info, error){
		"two.gz": Gzip, "one.bz2": Bzip2, "pax.tar": Tar, "sparse-gnu.tar": Tar, "sparse-0.0.tar": Tar, "sparse-0.1.tar": Tar, "sparse-1.0.tar": Tar,
	} {
		b := fixture(t, name)
		for range 300 {
			bad := bytes.Clone(b)
			for range 1 + rnd.IntN(3) {
				bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
			}
			r, info, err := ofStream(read, bad)
			promise(t, bad, r, info)
			if err != nil || info.Hidden > 0 || name[0] == 'p' || name[0] == 's' {
				continue
			}
			for _, data := range r.data {
				if !bytes.Equal(data, letter()) && !bytes.Equal(data, append(letter(), letter()...)) {
					t.Fatalf("%s: other content and nobody says so", name)
				}
			}
		}
	}
}
