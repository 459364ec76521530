package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestTarFixtures(t *testing.T) {
	some := []string{
		"data/clienti.csv | 47",
		"data/lettera.txt | 12790",
		"data/legame | 0 | link",
		"data/duro | 0 | link",
		"data/cartella/città è bella.txt | 26",
	}
	long := strings.Repeat("a", 90)
	all := append([]string{"data/" + long + "/" + long + "/" + long + ".txt | 18", "data/vuoto.txt | 0"}, some...)
	for _, c := range []struct {
		name string
		want []string
	}{
		{"v7.tar", some},
		{"ustar.tar", some},
		{"gnu.tar", all},
		{"pax.tar", all},
		{"sparse-gnu.tar", []string{"sparse | 8193"}},
		{"sparse-0.0.tar", []string{"sparse | 8193"}},
		{"sparse-0.1.tar", []string{"sparse | 8193"}},
		{"sparse-1.0.tar", []string{"sparse | 8193"}},
	} {
		r, info, err := ofStream(Tar, fixture(t, c.name))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for i, s := range r.out { // which of two hard links comes first is not said
			if strings.HasPrefix(s, "data/duro | 47") {
				r.out[i] = "data/clienti.csv | 47"
			}
			if s == "data/clienti.csv | 0 | link" {
				r.out[i] = "data/duro | 0 | link"
			}
		}
		slices.Sort(r.out)
		want := slices.Sorted(slices.Values(c.want))
		if diff := cmp.Diff(want, r.out); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		if diff := cmp.Diff(Info{Members: int64(len(want))}, info); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		if got := r.data["sparse"]; got != nil {
			if !bytes.HasPrefix(got, []byte("inizio\x00")) || got[4096] != '\n' || !bytes.Contains(got[4097:], []byte("fine")) {
				t.Errorf("%s: not the content of the sparse file", c.name)
			}
		}
	}
}

// block is a tar header by hand.
func block(name string, kind byte, size int64, change func(b []byte)) []byte {
	b := make([]byte, tarBlock)
	copy(b, name)
	copy(b[100:], "0000644\x000000000\x000000000\x00")
	copy(b[124:], fmt.Sprintf("%011o\x00", size))
	copy(b[136:], "00000000000\x00")
	b[156] = kind
	copy(b[257:], "ustar\x0000")
	if change != nil {
		change(b)
	}
	copy(b[148:156], "        ")
	sum := 0
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

func filled(s string) []byte {
	b := []byte(s)
	return append(b, make([]byte, -len(b)&(tarBlock-1))...)
}

func TestTarCrafted(t *testing.T) {
	end := make([]byte, 2*tarBlock)
	x := filled("x")
	pax := func(records string) []byte {
		return append(block("pax", 'x', int64(len(records)), nil), filled(records)...)
	}
	rubbish := bytes.Repeat([]byte("rubbish."), tarBlock/8)
	for _, c := range []struct {
		why   string
		parts [][]byte
		want  []string
		info  Info
		err   error
	}{
		{"one file", [][]byte{block("a", '0', 1, nil), x, end}, []string{"a | 1"}, Info{Members: 1}, nil},
		{"no end mark", [][]byte{block("a", '0', 1, nil), x}, []string{"a | 1"}, Info{Members: 1}, ErrDamaged},
		{"cut in the content", [][]byte{block("a", '0', 900, nil), x}, []string{"a | 512 | damaged"}, Info{Members: 1, Damaged: 1}, ErrDamaged},
		{"cut in the header", [][]byte{block("a", '0', 1, nil), x, block("b", '0', 1, nil)[:300]}, []string{"a | 1"}, Info{Members: 1, Hidden: 300}, ErrDamaged},
		{"8 EB claimed", [][]byte{block("a", '0', 1, func(b []byte) { copy(b[124:], "\x80\x00\x00\x00\x0f\xff\xff\xff\xff\xff\xff\xff") }), x, end}, []string{"a | 1536 | damaged"}, Info{Members: 1, Damaged: 1}, ErrDamaged},
		{"a negative size", [][]byte{block("a", '0', 1, func(b []byte) { copy(b[124:], bytes.Repeat([]byte{0xff}, 12)) }), block("b", '0', 1, nil), x, end}, []string{"b | 1"}, Info{Members: 1, Hidden: 512}, ErrDamaged},
		{"a size that is none", [][]byte{block("a", '0', 1, func(b []byte) { copy(b[124:], "00000009zzz") }), end}, nil, Info{Hidden: 512}, ErrDamaged},
		{"a wrong checksum", [][]byte{block("a", '0', 1, nil)[1:], {0}, x, block("b", '0', 1, nil), x, end}, []string{"b | 1"}, Info{Members: 1, Hidden: 1024}, ErrDamaged},
		{"rubbish behind", [][]byte{block("a", '0', 1, nil), x, end, rubbish, rubbish[:100]}, []string{"a | 1"}, Info{Members: 1, Hidden: 612}, nil},
		{"an archive behind", [][]byte{block("a", '0', 1, nil), x, end, block("b", '0', 1, nil), x, end}, []string{"a | 1", "b | 1"}, Info{Members: 2}, nil},
		{"content of a link", [][]byte{block("a", '1', 1, nil), x, block("b", '2', 4096, nil), block("d/", '5', 512, nil), rubbish, end}, []string{"a | 1", "b | 0 | link", "d/ | 512"}, Info{Members: 3}, nil},
		{"devices", [][]byte{block("a", '3', 0, nil), block("b", '4', 0, nil), block("c", '6', 0, nil), end}, []string{"a | 0 | link", "b | 0 | link", "c | 0 | link"}, Info{Members: 3}, nil},
		{"a kind that nobody knows", [][]byte{block("a", 'Q', 1, nil), x, end}, []string{"a | 1"}, Info{Members: 1}, nil},
		{"prefix", [][]byte{block("a", '0', 1, func(b []byte) { copy(b[345:], "dir") }), x, end}, []string{"dir/a | 1"}, Info{Members: 1}, nil},
		{"pax", [][]byte{pax("14 path=è€\n10 size=2\n14 other=long\n"), block("a", '0', 1, nil), filled("xy"), end}, []string{"è€ | 2"}, Info{Members: 1}, nil},
		{"pax with zeros behind", [][]byte{pax("9 path=b\n\x00\x00\x00"), block("a", '0', 1, nil), x, end}, []string{"b | 1"}, Info{Members: 1}, nil},
		{"pax that claims much", [][]byte{pax("999999999 path=b\n"), block("a", '0', 1, nil), x, end}, []string{"a | 1 | damaged"}, Info{Members: 1, Damaged: 1}, ErrDamaged},
		{"pax without numbers", [][]byte{pax("path=b\n"), block("a", '0', 1, nil), x, end}, []string{"a | 1 | damaged"}, Info{Members: 1, Damaged: 1}, ErrDamaged},
		{"a negative pax size", [][]byte{pax("11 size=-1\n"), block("a", '0', 1, nil), x, end}, []string{"a | 1 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"a global size", [][]byte{block("g", 'g', 10, nil), filled("10 size=2\n"), block("a", '0', 1, nil), x, end}, []string{"a | 1"}, Info{Members: 1}, ErrDamaged},
		{"a global comment", [][]byte{block("g", 'g', 13, nil), filled("13 comment=x\n"), block("a", '0', 1, nil), x, end}, []string{"a | 1"}, Info{Members: 1}, nil},
		{"a map backwards", [][]byte{pax("32 GNU.sparse.map=10,2,0,2,5,-3\n"), block("a", '0', 1, nil), x, end}, []string{"a | 1 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"a map of holes", [][]byte{pax("32 GNU.sparse.map=0,1,9999999,1\n"), block("a", '0', 2, nil), filled("xy"), end}, []string{"a | 3"}, Info{Members: 1}, nil},
		{"a map that claims much", [][]byte{pax("22 GNU.sparse.major=1\n"), block("a", '0', 512, nil), filled("99999999999\n0\n1\n"), end}, []string{"a | 0 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"a long name, cut", [][]byte{block("././@LongLink", 'L', 5120, nil), bytes.Repeat([]byte("n"), 5120), block("a", '0', 1, nil), x, end}, []string{strings.Repeat("n", 4096) + " | 1"}, Info{Members: 1}, nil},
	} {
		r, info, err := ofStream(Tar, bytes.Join(c.parts, nil))
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

// TestTarAsStandard compares with archive/tar.
func TestTarAsStandard(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		var buf bytes.Buffer
		w := tar.NewWriter(&buf)
		var want []string
		for i := range rnd.IntN(20) {
			data := bytes.Repeat([]byte("x"), rnd.IntN(3000))
			h := &tar.Header{Name: fmt.Sprintf("%d%s", i, strings.Repeat("à", rnd.IntN(150))), Size: int64(len(data)), Mode: 0o600}
			h.Format = [...]tar.Format{tar.FormatUnknown, tar.FormatGNU, tar.FormatPAX}[rnd.IntN(3)]
			if err := w.WriteHeader(h); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprintf("%s | %d", h.Name, len(data)))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, info, err := ofStream(Tar, buf.Bytes())
		if diff := cmp.Diff(want, r.out); err != nil || diff != "" || info != (Info{Members: int64(len(want))}) {
			t.Fatalf("%v, %+v, (-want +got)\n%s", err, info, diff)
		}
	}
}

func TestTarTruncated(t *testing.T) {
	for _, name := range []string{"pax.tar", "gnu.tar", "sparse-gnu.tar", "sparse-1.0.tar"} {
		b := fixture(t, name)
		b = b[:len(bytes.TrimRight(b, "\x00"))]
		whole, _, _ := ofStream(Tar, b)
		for n := 0; n < len(b); n += 7 {
			r, info, err := ofStream(Tar, b[:n])
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("%s cut at %d: %v, %+v", name, n, err, info)
			}
			for m, data := range r.data {
				if !bytes.HasPrefix(whole.data[m], data) {
					t.Fatalf("%s cut at %d: other content of %s", name, n, m)
				}
			}
		}
	}
}

// TestTarUnread skips what the handler does not read, and what it reads in part.
func TestTarUnread(t *testing.T) {
	for part := range 3 {
		var names []string
		_, err := Tar(context.Background(), bytes.NewReader(fixture(t, "ustar.tar")), Options{}, handle(func(m Member, c Content) error {
			names = append(names, m.Name)
			if part == 0 || m.Link {
				return nil
			}
			rc, err := c.Open()
			if err != nil {
				return err
			}
			if _, err := c.Open(); !errors.Is(err, ErrOnce) {
				t.Errorf("opened twice: %v", err)
			}
			if part == 1 {
				_, err = io.ReadFull(rc, make([]byte, 20))
			}
			return err
		}))
		if err != nil || len(names) != 5 {
			t.Errorf("%q, %v", names, err)
		}
	}
	bad := io.MultiReader(bytes.NewReader(fixture(t, "ustar.tar")[:3000]), iotest.ErrReader(io.ErrClosedPipe))
	if _, err := Tar(context.Background(), bad, Options{}, &record{skip: true}); !errors.Is(err, io.ErrClosedPipe) || errors.Is(err, ErrDamaged) {
		t.Errorf("of the disk: %v", err)
	}
}
