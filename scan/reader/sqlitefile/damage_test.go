package sqlitefile

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func isDamage(err error) bool { return errors.Is(err, ErrDamaged) }

// count is a Handler that keeps nothing.
type count struct {
	rows, bytes int64
	garbled     bool // a remnant was not UTF-8
}

func (c *count) Table(string, []string) error { return nil }

func (c *count) Row(_ int64, values [][]byte) error {
	c.rows++
	for _, v := range values {
		c.bytes += int64(len(v)) + 1
	}
	return nil
}

func (c *count) Long(_ int, r io.Reader) error {
	n, err := io.Copy(io.Discard, r)
	c.bytes += n
	return err
}

func (c *count) Remnant(b []byte) error {
	c.bytes += int64(len(b))
	c.garbled = c.garbled || !utf8.Valid(b)
	return nil
}

// mixed is a database with a bit of everything.
func mixed(tb testing.TB, page int, encoding string) []byte {
	tb.Helper()
	return base(tb, func(db *sql.DB) {
		exec(tb, db, fmt.Sprintf(`PRAGMA page_size=%d; PRAGMA encoding="%s"; PRAGMA auto_vacuum=1; PRAGMA secure_delete=off; PRAGMA synchronous=off`, page, encoding))
		exec(tb, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, name, mail, note); CREATE INDEX i ON t(mail); CREATE TABLE w(a, b PRIMARY KEY, c) WITHOUT ROWID; CREATE TABLE gone(a,b); CREATE VIEW v AS SELECT 1")
		exec(tb, db, "BEGIN")
		for i := range 80 {
			exec(tb, db, "INSERT INTO t VALUES(?,?,?,?)", i, fmt.Sprintf("Mario %d", i), fmt.Sprintf("m%d@example.com", i), strings.Repeat("nota ", 10*(i%17)))
			exec(tb, db, "INSERT INTO w VALUES(?,?,?)", i, fmt.Sprintf("w%d@example.com", i), 3.5)
			exec(tb, db, "INSERT INTO gone VALUES(?,?)", i, fmt.Sprintf("gone%d@example.com", i))
		}
		exec(tb, db, "INSERT INTO t VALUES(-1, 'long', 'x', ?)", strings.Repeat("città ", 11000))
		exec(tb, db, "COMMIT")
		exec(tb, db, "DELETE FROM t WHERE id % 3 = 1; DROP TABLE gone")
	})
}

func TestTruncated(t *testing.T) {
	for _, enc := range []string{"UTF-8", "UTF-16be"} {
		b := mixed(t, 512, enc)[:90<<10]
		whole := &got{}
		_, _ = Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, whole)
		for n := 1; n < len(b); n += 512 { // the pages that are not there are told
			for _, n := range []int{n - 1, n + (n/512*97)%512} {
				g := &got{}
				_, err := Read(context.Background(), bytes.NewReader(b[:n]), int64(n), Options{}, g)
				if n == 0 && err == nil {
					continue
				}
				if !isDamage(err) {
					t.Fatalf("%d bytes of %d: %v", n, len(b), err)
				}
				if len(g.rows["t"]) > len(whole.rows["t"]) {
					t.Fatalf("%d bytes: more rows than in the whole file", n)
				}
			}
		}
	}
}

func TestFlippedBits(t *testing.T) {
	for _, page := range []int{512, 4096} {
		b := mixed(t, page, []string{"UTF-8", "UTF-16le"}[page>>12])
		c := &count{}
		if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, c); err != nil {
			t.Fatal(err)
		}
		most := 4 * (c.bytes + int64(len(b)))
		for seed := range uint64(120) {
			rnd := rand.New(rand.NewPCG(seed, 3))
			m := bytes.Clone(b)
			for range 1 + rnd.IntN(40) {
				at := rnd.IntN(len(m))
				if rnd.IntN(2) == 0 { // the heads of pages are where it matters
					at = min(len(m)-1, at/page*page+rnd.IntN(40))
				}
				m[at] ^= 1 << rnd.IntN(8)
			}
			c := &count{}
			_, err := Read(context.Background(), bytes.NewReader(m), int64(len(m)), Options{}, c)
			if err != nil && !isDamage(err) {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if c.bytes > most {
				t.Fatalf("seed %d: %d bytes out of %d", seed, c.bytes, len(m))
			}
		}
	}
}

// crafted is a database of n empty pages with a valid header and a schema that
// names one table with its root on page 2.
func crafted(tb testing.TB, n int, set func(page func(i int) []byte)) []byte {
	tb.Helper()
	b := base(tb, func(db *sql.DB) {
		exec(tb, db, "PRAGMA page_size=1024; CREATE TABLE t(a,b)")
	})
	b = append(b, make([]byte, 1024*n)...)[:1024*n]
	set(func(i int) []byte { return b[1024*(i-1) : 1024*i] })
	return b
}

// inner makes an interior page of a table whose children are all of them.
func inner(p []byte, kind byte, children ...int) {
	clear(p)
	p[0] = kind
	n := len(children) - 1
	binary.BigEndian.PutUint16(p[3:], uint16(n))
	binary.BigEndian.PutUint32(p[8:], uint32(children[n]))
	at := len(p)
	for i, c := range children[:n] {
		at -= 6
		binary.BigEndian.PutUint32(p[at:], uint32(c))
		p[at+4], p[at+5] = 1, 0
		binary.BigEndian.PutUint16(p[12+2*i:], uint16(at))
	}
}

func TestCrafted(t *testing.T) {
	for _, c := range []struct {
		why    string
		pages  int
		unread int64
		set    func(page func(i int) []byte)
	}{
		{"a page that is its own child", 3, 1, func(page func(i int) []byte) { inner(page(2), 5, 2, 2, 2, 2) }},
		{"two pages that are each other's child", 4, 2, func(page func(i int) []byte) {
			inner(page(2), 5, 3, 3, 3)
			inner(page(3), 5, 2, 2, 2)
		}},
		{"deeper than any tree", 200, 1, func(page func(i int) []byte) {
			for i := 2; i < 200; i++ {
				inner(page(i), 5, i+1)
			}
		}},
		{"a child out of the file", 3, 0, func(page func(i int) []byte) { inner(page(2), 5, 77777) }},
		{"a list of free pages that goes round", 5, 1, func(page func(i int) []byte) {
			page(2)[0] = 13
			binary.BigEndian.PutUint32(page(1)[32:], 3)
			binary.BigEndian.PutUint32(page(3)[0:], 4)
			binary.BigEndian.PutUint32(page(4)[0:], 3)
		}},
		{"cells that all are the same one", 3, 1, func(page func(i int) []byte) {
			p := page(2)
			clear(p)
			p[0] = 13
			binary.BigEndian.PutUint16(p[3:], 100)
			for i := range 100 {
				binary.BigEndian.PutUint16(p[8+2*i:], 300)
			}
			copy(p[300:], "\x50\x01\x02\xa9")
		}},
		{"an overflow chain that goes round", 5, 2, func(page func(i int) []byte) {
			p := page(2)
			clear(p)
			p[0] = 13
			binary.BigEndian.PutUint16(p[3:], 1)
			binary.BigEndian.PutUint16(p[8:], 300)
			copy(p[300:], "\xff\xff\xff\x7f\x01\x05\x8f\xff\xff\x71")
			size := int64(1<<28 - 1)
			r := &reader{usable: 1024}
			binary.BigEndian.PutUint32(p[305+r.localSize(size, tableLeaf):], 3)
			binary.BigEndian.PutUint32(page(3), 4)
			binary.BigEndian.PutUint32(page(4), 3)
		}},
	} {
		b := crafted(t, c.pages, c.set)
		n := &count{}
		info, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, n)
		if !isDamage(err) {
			t.Errorf("%s: %v", c.why, err)
		}
		if info.Unread != c.unread {
			t.Errorf("%s: %d pages unread, want %d", c.why, info.Unread, c.unread)
		}
		if n.bytes > 8*int64(len(b)) {
			t.Errorf("%s: %d bytes out of %d", c.why, n.bytes, len(b))
		}
	}
}

// TestLinear reads pages that are made to cost as much as possible.
func TestLinear(t *testing.T) {
	const size = 1 << 20
	for _, c := range []struct {
		why  string
		fill func(b []byte, i int)
	}{
		{"zeros and ones", func(b []byte, i int) { b[i] = byte(i & 1) }},
		{"127", func(b []byte, i int) { b[i] = 127 }},
		{"1", func(b []byte, i int) { b[i] = 1 }},
		{"text", func(b []byte, i int) { b[i] = "Mario Rossi mario@example.com "[i%30] }},
		{"wide text", func(b []byte, i int) { b[i] = "M\x00a\x00r\x00i\x00o\x00"[i%10] }},
		{"0x0d", func(b []byte, i int) { b[i] = 13 }},
		{"leaf pages with overlapping cells", func(b []byte, i int) {
			b[i] = 0x80
			if k := i % (64 << 10); k == 0 {
				b[i] = 13
			} else if k < 8 {
				b[i] = 0x40
			}
		}},
	} {
		for _, head := range []string{"", "\x00\x00\x00\x02"} {
			b := crafted(t, 1, func(func(int) []byte) {})
			binary.BigEndian.PutUint16(b[16:], 1)
			copy(b[56:], head)
			b = append(b, make([]byte, size)...)[:size]
			for i := 64 << 10; i < len(b); i++ {
				c.fill(b, i)
			}
			n := &count{}
			start := time.Now()
			_, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, n)
			if err != nil && !isDamage(err) {
				t.Error(err)
			}
			d := time.Since(start)
			t.Logf("%s %q: %v for 1 MiB, %d bytes out", c.why, head, d, n.bytes)
			if d > 4*time.Second || n.bytes > 4*size {
				t.Errorf("%s: %v, %d bytes", c.why, d, n.bytes)
			}
		}
	}
}

// broken fails beyond some place.
type broken struct {
	b  []byte
	at int64
}

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.at {
		return 0, fs.ErrPermission
	}
	return copy(p, b.b[off:]), nil
}

func TestErrors(t *testing.T) {
	b := mixed(t, 1024, "UTF-8")
	if _, err := Read(context.Background(), broken{b, int64(len(b) / 2)}, int64(len(b)), Options{}, &count{}); !errors.Is(err, fs.ErrPermission) || isDamage(err) {
		t.Errorf("a file that can't be read: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, bytes.NewReader(b), int64(len(b)), Options{}, &count{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a scan that is stopped: %v", err)
	}
	w := mixed(t, 1024, "UTF-16le")
	enough := errors.New("enough")
	o := Options{Spend: func(int64) error { return enough }}
	if _, err := Read(context.Background(), bytes.NewReader(w), int64(len(w)), o, &count{}); !errors.Is(err, enough) {
		t.Errorf("a budget that is spent: %v", err)
	}
	if _, err := Read(context.Background(), strings.NewReader("no database: anna@example.com"), 29, Options{}, &count{}); !isDamage(err) {
		t.Errorf("no database: %v", err)
	}
	if _, err := Read(context.Background(), strings.NewReader(""), 0, Options{}, &count{}); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	for stop := range 40 {
		h := &stopping{left: stop}
		_, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, h)
		if err != errStop { //nolint:errorlint // it must be the same
			t.Fatalf("stopped after %d: %v", stop, err)
		}
	}
}

var errStop = errors.New("stop")

// stopping is a Handler that has enough after some calls.
type stopping struct{ left int }

func (s *stopping) step() error {
	if s.left--; s.left < 0 {
		return errStop
	}
	return nil
}
func (s *stopping) Table(string, []string) error { return s.step() }
func (s *stopping) Row(int64, [][]byte) error    { return s.step() }
func (s *stopping) Long(int, io.Reader) error    { return s.step() }
func (s *stopping) Remnant([]byte) error         { return s.step() }

// spoil changes a file in a way that damage or malice could.
func spoil(rnd *rand.Rand, b []byte, page int) []byte {
	m := bytes.Clone(b)[:1+rnd.IntN(len(b))]
	for range rnd.IntN(60) {
		at := rnd.IntN(len(m))
		switch rnd.IntN(5) {
		case 0:
			at = min(len(m)-1, at/page*page+rnd.IntN(40))
			m[at] ^= 1 << rnd.IntN(8)
		case 1:
			m[at] = byte(rnd.IntN(256))
		case 2:
			m[min(len(m)-1, 16+rnd.IntN(84))] = byte(rnd.IntN(256))
		case 3:
			from := rnd.IntN(len(m))
			copy(m[at:], m[from:min(len(m), from+rnd.IntN(600))])
		case 4:
			v := []byte{0, 1, 0x7f, 0x80, 0xff, 0x0d, 0x0a}[rnd.IntN(7)]
			for i := at; i < min(len(m), at+rnd.IntN(300)); i++ {
				m[i] = v
			}
		}
	}
	return m
}

// inLog makes a write-ahead log with the pages of b.
func inLog(b []byte, page int) []byte {
	var head [logHeader]byte
	binary.BigEndian.PutUint32(head[:], 0x377f0682)
	binary.BigEndian.PutUint32(head[8:], uint32(page))
	log := append([]byte(nil), head[:]...)
	for i := 0; i < len(b); i += page {
		log = binary.BigEndian.AppendUint32(log, uint32(i/page+1))
		log = append(log, make([]byte, frameHeader-4)...)
		log = append(log, b[i:min(len(b), i+page)]...)
	}
	return log
}

func TestSpoiled(t *testing.T) {
	for _, enc := range []string{"UTF-8", "UTF-16le"} {
		for _, page := range []int{512, 4096} {
			b := mixed(t, page, enc)[:60<<10]
			for seed := range uint64(250) {
				m := spoil(rand.New(rand.NewPCG(seed, 5)), b, page)
				log := inLog(m, page)
				c := &count{}
				if _, err := Read(context.Background(), bytes.NewReader(m), int64(len(m)), Options{}, c); err != nil && !isDamage(err) {
					t.Fatalf("%s, seed %d: %v", enc, seed, err)
				}
				if _, err := ReadWAL(context.Background(), bytes.NewReader(log), int64(len(log)), Options{}, c); err != nil && !isDamage(err) {
					t.Fatalf("%s, seed %d: %v", enc, seed, err)
				}
				if c.bytes > 30*int64(len(log))+1000 {
					t.Fatalf("%s, seed %d: %d bytes out of %d", enc, seed, c.bytes, len(log))
				}
			}
		}
	}
}

// TestLongHeaderSize has a free cell whose header says its size in nine bytes.
func TestLongHeaderSize(t *testing.T) {
	b := bytes.Repeat([]byte("\x40\x01\x80\x80\x80\x80\x80\x80\x80\x80\x06ab"), 100)
	if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, &count{}); !isDamage(err) {
		t.Error(err)
	}
}
