package archive

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
)

// tally counts members and looks at the heap now and then.
type tally struct {
	members int
	heap    uint64
	open    bool
	buf     [32 << 10]byte
}

func (c *tally) Member(_ Member, content Content) error {
	if c.members++; c.members%(1<<14) == 1 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		c.heap = max(c.heap, m.HeapAlloc)
	}
	if !c.open {
		return nil
	}
	rc, err := content.Open()
	if err != nil {
		return err
	}
	for err == nil {
		_, err = rc.Read(c.buf[:])
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return rc.Close()
}

// tiny is an archive of n stored members. Their number wraps at 65,536, as in old
// programs that know no ZIP64.
func tiny(n int) []byte {
	var l lump
	m := stored("name-00000000.txt", "Mario;mario@example.com\n")
	for i := range n {
		m.name = fmt.Sprintf("name-%08d.txt", i)
		l.add(m)
	}
	return l.end("")
}

// TestZipMillion holds the memory to what is promised, in order and in disorder.
func TestZipMillion(t *testing.T) {
	b := tiny(300_000)
	shuffled := bytes.Clone(b)
	dir := shuffled[bytes.Index(shuffled, []byte("PK\x01\x02")):]
	const record = dirHeader + 17
	rand.New(rand.NewPCG(1, 1)).Shuffle(300_000, func(i, j int) {
		var keep [record]byte
		copy(keep[:], dir[i*record:])
		copy(dir[i*record:(i+1)*record], dir[j*record:])
		copy(dir[j*record:], keep[:])
	})
	for name, b := range map[string][]byte{"in order": b, "shuffled": shuffled} {
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		c := &tally{}
		info, err := Zip(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, c)
		if err != nil || info.Members != 300_000 || info.Damaged != 0 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
		if (info.Hidden > 0) != (name == "shuffled") {
			t.Errorf("%s: %+v", name, info)
		}
		if c.heap > before.HeapAlloc+1<<20 {
			t.Errorf("%s: the heap grew by %d KiB", name, (c.heap-before.HeapAlloc)>>10)
		}
	}
}

// TestZipHugeInflated inflates 1 GB out of 1 MB: memory stays, each block is told,
// and who is told can stop it.
func TestZipHugeInflated(t *testing.T) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var l lump
	l.add(craft{name: "bomb", method: 8, packed: uint32(packed.Len()), size: 64 << 20, data: packed.Bytes()})
	b := l.end("")
	var told, most int64
	spend := func(n int64) error {
		told += n
		most = max(most, n)
		return nil
	}
	if _, err := Zip(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Spend: spend}, &tally{open: true}); err != nil || told != 64<<20 || most > turn {
		t.Errorf("%d bytes told, at most %d at once, %v", told, most, err)
	}
}

// TestLinear doubles hostile inputs that ask for much work for each byte.
func TestLinear(t *testing.T) {
	gap := func(header []byte) func(n int) []byte {
		return func(n int) []byte { return bytes.Repeat(header, n/len(header)) }
	}
	ends := func(n int) []byte { return gap([]byte("PK\x05\x06xxxxxxxxxxxxxxxxxxxx"))(n) }
	chain := header("PK\x03\x04", uint16(20), uint16(8), uint16(8), uint32(0), uint32(0), uint32(0), uint32(0), uint16(1), uint16(0), []byte("a\x00\xff\xff\x00\x00"))
	claims := header("PK\x03\x04", uint16(20), uint16(0), uint16(8), uint32(0), uint32(0), uint32(1<<30), uint32(1<<30), uint16(1), uint16(0), []byte("a"))
	sealed := header("PK\x03\x04", uint16(20), uint16(9), uint16(0), uint32(0), uint32(0), uint32(0), uint32(0), uint16(1), uint16(0), []byte("a"))
	for name, build := range map[string]func(int) []byte{
		"signatures":    gap([]byte("PK\x03\x04")),
		"end records":   ends,
		"chains":        gap(chain),
		"claims":        gap(claims),
		"sealed, open":  gap(sealed),
		"PK":            gap([]byte("PK")),
		"long extras":   gap(append(header("PK\x03\x04", uint16(20), uint16(0), uint16(0), uint32(0), uint32(0), uint32(0), uint32(0), uint16(1), uint16(65535)), 'a')),
		"sealed and PK": func(n int) []byte { return append(bytes.Clone(sealed), gap([]byte("PK\x07\x08"))(n)...) },
	} {
		work := func(n int) int64 {
			b := build(n)
			src := &counted{r: bytes.NewReader(b)}
			r := &record{most: 1}
			if _, err := Zip(context.Background(), src, int64(len(b)), r.options(), r); err == nil {
				t.Errorf("%s: no error", name)
			}
			return src.n + r.spent
		}
		one, two := work(2<<20), work(4<<20)
		if two > 2*one+one/2 || one > 20*(2<<20) {
			t.Errorf("%s: %d bytes of work for 2 MiB, %d for 4", name, one, two)
		}
	}
}

// counted counts the bytes read.
type counted struct {
	r io.ReaderAt
	n int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

func BenchmarkZipTiny(b *testing.B) {
	in := tiny(100_000)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		c := &tally{open: true, members: 1}
		if info, err := Zip(context.Background(), bytes.NewReader(in), int64(len(in)), Options{}, c); err != nil || info.Damaged != 0 {
			b.Fatal(info, err)
		}
	}
}

func bulk() []byte {
	var text bytes.Buffer
	for i := range 200_000 {
		fmt.Fprintf(&text, "%d;Mario Rossi;mario.rossi%d@example.com;Brescia;%d\n", i, i*7919%10007, binary.Size(i))
	}
	return text.Bytes()
}

func BenchmarkZipInflate(b *testing.B) {
	text := bulk()
	var l lump
	l.add(deflated("a", text))
	in := l.end("")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Zip(context.Background(), bytes.NewReader(in), int64(len(in)), Options{}, &tally{open: true, members: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFlate is what compress/flate takes by itself.
func BenchmarkFlate(b *testing.B) {
	text := bulk()
	in := deflate(text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := io.CopyBuffer(io.Discard, flate.NewReader(bytes.NewReader(in)), make([]byte, 32<<10)); err != nil {
			b.Fatal(err)
		}
	}
}
