package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lump builds an archive by hand, lies and all.
type lump struct {
	bytes.Buffer
	dir   bytes.Buffer
	count int
}

// craft is one member of a lump.
type craft struct {
	name         string
	method       uint16
	flags        uint16
	crc          uint32
	packed, size uint32
	data         []byte
	local        uint16 // method in the local header, when other
}

func stored(name, text string) craft {
	b := []byte(text)
	return craft{name: name, crc: crc32.ChecksumIEEE(b), packed: uint32(len(b)), size: uint32(len(b)), data: b}
}

func deflated(name string, text []byte) craft {
	b := deflate(text)
	return craft{name: name, method: 8, crc: crc32.ChecksumIEEE(text), packed: uint32(len(b)), size: uint32(len(text)), data: b}
}

func deflate(text []byte) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 6)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil || w.Close() != nil {
		panic("flate")
	}
	return out.Bytes()
}

func (l *lump) local(c craft) int {
	at := l.Len()
	method := c.method
	if c.local != 0 {
		method = c.local
	}
	l.Write(header("PK\x03\x04", uint16(20), c.flags, method, uint32(0), c.crc, c.packed, c.size, uint16(len(c.name)), uint16(0), []byte(c.name)))
	l.Write(c.data)
	return at
}

func (l *lump) record(c craft, at int) {
	l.count++
	l.dir.Write(header("PK\x01\x02", uint16(20), uint16(20), c.flags, c.method, uint32(0), c.crc, c.packed, c.size,
		uint16(len(c.name)), uint16(0), uint16(0), uint16(0), uint16(0), uint32(0), uint32(at), []byte(c.name)))
}

func (l *lump) add(c craft) { l.record(c, l.local(c)) }

func (l *lump) end(comment string) []byte {
	at := l.Len()
	l.Write(l.dir.Bytes())
	l.Write(header("PK\x05\x06", uint16(0), uint16(0), uint16(l.count), uint16(l.count), uint32(l.dir.Len()), uint32(at), uint16(len(comment)), []byte(comment)))
	return l.Bytes()
}

func header(sig string, fields ...any) []byte {
	b := bytes.NewBufferString(sig)
	for _, f := range fields {
		_ = binary.Write(b, binary.LittleEndian, f)
	}
	return b.Bytes()
}

const denied = " | archive: damaged"

func TestZipCrafted(t *testing.T) {
	for _, c := range []struct {
		why   string
		build func(l *lump) []byte
		want  []string
		info  Info
		err   error
	}{
		{"names twice, absolute and upwards", func(l *lump) []byte {
			l.add(stored("a", "x"))
			l.add(stored("a", "yy"))
			l.add(stored("/../b\n\x1b", "zzz"))
			l.add(stored("", "4444"))
			return l.end("")
		}, []string{"a | 1", "a | 2", "/../b\n\x1b | 3", " | 4"}, Info{Members: 4}, nil},
		{"a member that the directory does not name", func(l *lump) []byte {
			l.add(stored("a", "x"))
			l.local(deflated("hidden", letter()))
			l.local(stored("also", "yy"))
			l.add(stored("b", "x"))
			return l.end("")
		}, []string{"a | 1", "b | 1", "hidden | 12790", "also | 2"}, Info{Members: 4}, nil},
		{"rubbish between members", func(l *lump) []byte {
			l.add(stored("a", "x"))
			l.WriteString("mario@example.com")
			l.add(stored("b", "x"))
			l.Write(make([]byte, 4096))
			return l.end("")
		}, []string{"a | 1", "b | 1"}, Info{Members: 2, Hidden: 17}, nil},
		{"a second archive behind", func(l *lump) []byte {
			l.add(stored("a", "x"))
			first := bytes.Clone(l.end(""))
			return append(first, second()...)
		}, []string{"second | 5", "a | 1"}, Info{Members: 2, Hidden: 47 + 22}, nil},
		{"a member in the comment", func(l *lump) []byte {
			l.add(stored("a", "x"))
			var in lump
			in.local(stored("comment", "12345"))
			return l.end(in.String())
		}, []string{"a | 1", "comment | 5"}, Info{Members: 2}, nil},
		{"an end record in the comment", func(l *lump) []byte {
			l.add(stored("a", "x"))
			return l.end("PK\x05\x06" + strings.Repeat("\xff", 16) + "\x00\x00")
		}, []string{"a | 1"}, Info{Members: 1, Comments: 22}, nil},
		{"rubbish behind", func(l *lump) []byte {
			l.add(stored("a", "x"))
			return append(l.end(""), bytes.Repeat([]byte("x"), 70_000)...)
		}, []string{"a | 1"}, Info{Members: 1, Hidden: 70_000}, nil},
		{"the same member twice", func(l *lump) []byte {
			m := stored("a", "x")
			at := l.local(m)
			l.record(m, at)
			l.record(m, at)
			return l.end("")
		}, []string{"a | 1", "a" + denied}, Info{Members: 2, Damaged: 1}, nil},
		{"4 GB claimed, stored", func(l *lump) []byte {
			m := stored("a", "x")
			m.packed, m.size = 0xfffffff0, 0xfffffff0
			l.add(m)
			return l.end("")
		}, []string{"a" + denied, "a | 1 | damaged"}, Info{Members: 2, Damaged: 2}, nil},
		{"4 GB claimed, deflated", func(l *lump) []byte {
			m := deflated("a", letter())
			m.size = 0xfffffff0
			l.add(m)
			return l.end("")
		}, []string{"a | 12790 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"more than it says", func(l *lump) []byte {
			m := deflated("a", letter())
			m.size = 10
			l.add(m)
			return l.end("")
		}, []string{"a | 12790 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"rubbish behind the content", func(l *lump) []byte {
			m := deflated("a", letter())
			m.data = append(m.data, "hidden"...)
			m.packed += 6
			l.add(m)
			return l.end("")
		}, []string{"a | 12790 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"another checksum", func(l *lump) []byte {
			m := deflated("a", letter())
			m.crc ^= 1
			l.add(m)
			return l.end("")
		}, []string{"a | 12790 | damaged"}, Info{Members: 1, Damaged: 1}, nil},
		{"no checksum", func(l *lump) []byte {
			m := deflated("a", letter())
			m.crc = 0
			l.add(m)
			return l.end("")
		}, []string{"a | 12790"}, Info{Members: 1}, nil},
		{"headers that do not agree", func(l *lump) []byte {
			m := stored("a", "x")
			m.local = 8
			l.add(m)
			return l.end("")
		}, []string{"a | 1"}, Info{Members: 1, Damaged: 1}, nil},
		{"no local header", func(l *lump) []byte {
			l.add(stored("a", "x"))
			l.record(stored("b", "x"), 3)
			return l.end("")
		}, []string{"a | 1", "b" + denied}, Info{Members: 2, Damaged: 1}, nil},
		{"a directory that counts wrong", func(l *lump) []byte {
			l.add(stored("a", "x"))
			l.count++
			return l.end("")
		}, []string{"a | 1"}, Info{Members: 1}, ErrDamaged},
		{"rubbish in the directory", func(l *lump) []byte {
			l.add(stored("a", "x"))
			l.dir.WriteString("rubbish")
			l.local(stored("b", "x"))
			return l.end("")
		}, []string{"a | 1", "b | 1"}, Info{Members: 2, Hidden: 7}, ErrDamaged},
		{"one of a split set", func(l *lump) []byte {
			l.add(stored("a", "x"))
			b := l.end("")
			b[len(b)-18] = 1
			return b
		}, []string{"a | 1"}, Info{Members: 1, Hidden: 47 + 22}, ErrDamaged},
		{"a mark of split sets before", func(l *lump) []byte {
			l.WriteString("PK00")
			l.add(stored("a", "x"))
			return l.end("")
		}, []string{"a | 1"}, Info{Members: 1}, nil},
		{"directories", func(l *lump) []byte {
			l.add(stored("dir/", ""))
			l.add(stored("full/", "hidden"))
			return l.end("")
		}, []string{"full/ | 6"}, Info{Members: 1}, nil},
		{"sizes left open, stored and hidden", func(l *lump) []byte {
			m := stored("a", "PK, x PK\x07\x08")
			crc, n := m.crc, m.packed
			m.flags, m.crc, m.packed, m.size = 8, 0, 0, 0
			l.local(m)
			l.Write(header("PK\x07\x08", crc, n, n))
			return l.end("")
		}, []string{"a | 10"}, Info{Members: 1}, nil},
		{"sizes left open, no descriptor", func(l *lump) []byte {
			m := deflated("a", letter())
			m.flags = 8
			l.local(m)
			l.local(stored("b", "x"))
			return l.end("")
		}, []string{"a | 12790 | damaged", "b | 1"}, Info{Members: 2, Damaged: 1}, nil},
		{"broken content, then a member", func(l *lump) []byte {
			l.local(craft{name: "a", method: 8, flags: 8, data: []byte{0xff, 0xff, 0xff}})
			l.local(stored("b", "x"))
			return l.end("")
		}, []string{"a | 0 | damaged", "b | 1"}, Info{Members: 2, Damaged: 1, Hidden: 2}, nil},
	} {
		r, info, err := unzip(c.build(&lump{}))
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

// second is an archive to be put behind another one. Its offsets are right from its
// own start on.
func second() []byte {
	var l lump
	l.add(stored("second", "12345"))
	return l.end("")
}

// TestZipOverlapBomb quotes local headers in stored blocks, so that each of many
// members is the same kernel: it is inflated once.
func TestZipOverlapBomb(t *testing.T) {
	kernel := deflate(make([]byte, 4<<20))
	for _, order := range []string{"long first", "short first"} {
		const n = 200
		var parts []craft
		var body []byte
		at := make([]int, n)
		for i := range n { // from the last to the first
			data := kernel
			if i > 0 {
				quote := uint16(len(body) - len(parts[i-1].data)) // the header behind
				data = append([]byte{0, byte(quote), byte(quote >> 8), byte(^quote), byte(^quote >> 8)}, body...)
			}
			c := craft{name: fmt.Sprint(i), method: 8, packed: uint32(len(data)), size: 4 << 20, data: data}
			var l lump
			l.local(c)
			body = bytes.Clone(l.Bytes())
			parts = append(parts, c)
			at[i] = len(body)
		}
		var l lump
		l.Write(body)
		for i := range n {
			if order == "long first" {
				i = n - 1 - i
			}
			l.record(parts[i], len(body)-at[i])
		}
		b := l.end("")
		r, info, err := unzip(b)
		if err != nil {
			t.Errorf("%s: %v", order, err)
		}
		if info.Damaged < n-1 || r.spent > 3*(4<<20) {
			t.Errorf("%s: %+v, %d bytes inflated of %d", order, info, r.spent, len(b))
		}
	}
}

// TestZipNested goes 50 archives down, stored and deflated.
func TestZipNested(t *testing.T) {
	for _, method := range []uint16{0, 8} {
		b := []byte("mario@example.com")
		for range 50 {
			var l lump
			if method == 0 {
				l.add(stored("a", string(b)))
			} else {
				l.add(deflated("a", b))
			}
			b = l.end("")
		}
		depth := 0
		var got []byte
		var down handle
		down = func(_ Member, c Content) error {
			depth++
			if depth == 50 {
				rc, err := c.Open()
				if err != nil {
					return err
				}
				got, err = io.ReadAll(rc)
				return err
			}
			if at, size, ok := c.At(); ok {
				_, err := Zip(context.Background(), at, size, Options{}, down)
				return err
			}
			r := NewRewinder(c.Open, -1, 0)
			size, err := r.Size()
			if err != nil {
				return err
			}
			if _, err := Zip(context.Background(), r, size, Options{}, down); err != nil {
				return err
			}
			return r.Close()
		}
		if _, err := Zip(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, down); err != nil || string(got) != "mario@example.com" {
			t.Errorf("method %d: %q, %v", method, got, err)
		}
	}
}

// TestZipAsStandard compares with archive/zip.
func TestZipAsStandard(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		var buf bytes.Buffer
		buf.Write(make([]byte, rnd.IntN(2)*rnd.IntN(100)))
		w := zip.NewWriter(&buf)
		w.SetOffset(int64(buf.Len()))
		var want []string
		for i := range rnd.IntN(30) {
			h := &zip.FileHeader{Name: fmt.Sprintf("%d-%s", i, strings.Repeat("è", rnd.IntN(50))), Method: uint16(rnd.IntN(2) * 8)}
			data := make([]byte, rnd.IntN(100)*rnd.IntN(2000))
			for i := range data {
				data[i] = byte(rnd.IntN(1 + rnd.IntN(256)))
			}
			var f io.Writer
			var err error
			if rnd.IntN(2) == 0 {
				h.CRC32, h.UncompressedSize64, h.CompressedSize64 = crc32.ChecksumIEEE(data), uint64(len(data)), uint64(len(data))
				packed := data
				if h.Method == 8 {
					packed = deflate(data)
					h.CompressedSize64 = uint64(len(packed))
				}
				if f, err = w.CreateRaw(h); err == nil {
					_, err = f.Write(packed)
				}
			} else if f, err = w.CreateHeader(h); err == nil {
				_, err = f.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprintf("%s | %d", h.Name, len(data)))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, info, err := unzip(buf.Bytes())
		if diff := cmp.Diff(want, r.out); err != nil || diff != "" || info != (Info{Members: int64(len(want))}) {
			t.Fatalf("%v, %+v, (-want +got)\n%s", err, info, diff)
		}
		std, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range std.File {
			rc, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(rc)
			if err != nil || !bytes.Equal(data, r.data[f.Name]) {
				t.Fatalf("%s: other content, %v", f.Name, err)
			}
		}
	}
}

// TestZipBitFlips looks that no flipped bit makes a panic, a hang, more bytes than
// twice what there is, or other content without a word.
func TestZipBitFlips(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"infozip.zip", "streamed.zip", "zip64.zip", "python-stream.zip", "bzip2.zip", "prefix.zip"} {
		b := fixture(t, name)
		whole, was, _ := unzip(b)
		for range 400 {
			bad := bytes.Clone(b)
			for range 1 + rnd.IntN(3) {
				bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
			}
			r, info, err := unzip(bad)
			if err != nil || info.Damaged > 0 || info.Hidden > was.Hidden {
				continue
			}
			for m, data := range r.data {
				if known, ok := whole.data[m]; ok && !bytes.Equal(known, data) {
					t.Fatalf("%s: other content of %s and nobody says so", name, m)
				}
			}
		}
	}
}
