package structure_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"custode/scan/watch/structure"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// noise is n bytes as a cipher leaves them.
func noise(seed string, n int) []byte {
	out := make([]byte, 0, n+32)
	for i := 0; len(out) < n; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", seed, i))
		out = append(out, sum[:]...)
	}
	return out[:n]
}

func priceList(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("Nome;Cognome;Email;Telefono;Città;Note\r\n")
	for i := range rows {
		fmt.Fprintf(&b, "Mario%d;Rossi;mario%d@example.com;+39 02 5550 %04d;Forlì;paga in ritardo, però cortese\r\n", i, i, i)
	}
	return b.Bytes()
}

func picture(n int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, n, n))
	for i, c := range noise("picture", n*n) {
		m.Set(i%n, i/n, color.RGBA{c / 3, uint8(i % 256), uint8(i / n % 256), 255})
	}
	return m
}

func zipped(tb testing.TB, method uint16, text ...[]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, p := range text {
		f, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("word/part%d.xml", i), Method: method})
		must(tb, err)
		_, err = f.Write(p)
		must(tb, err)
	}
	must(tb, w.Close())
	return b.Bytes()
}

func portable(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n")
	for i := range 6 {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, err := w.Write(priceList(300))
		must(tb, err)
		must(tb, w.Close())
		fmt.Fprintf(&b, "%d 0 obj << /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n", i+2, z.Len(), z.Bytes())
	}
	b.WriteString("trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
	return b.Bytes()
}

func database(tb testing.TB) []byte {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "till.db")
	db, err := sql.Open("sqlite3", name)
	must(tb, err)
	_, err = db.Exec("PRAGMA auto_vacuum=FULL; CREATE TABLE c (name TEXT, note BLOB); CREATE INDEX i ON c (name)")
	must(tb, err)
	for i := range 200 {
		_, err = db.Exec("INSERT INTO c VALUES (?, ?)", fmt.Sprint("customer ", i), bytes.Repeat([]byte("note "), 20*(i%100)))
		must(tb, err)
	}
	must(tb, db.Close())
	p, err := os.ReadFile(name)
	must(tb, err)
	return p
}

// compound is a file of the old office format, as small as it gets.
func compound() []byte {
	p := make([]byte, 512*20)
	copy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(p[26:], 3)
	le.PutUint16(p[28:], 0xfffe)
	le.PutUint16(p[30:], 9)
	le.PutUint32(p[48:], 1) // directory in sector 1
	le.PutUint32(p[76:], 0) // table in sector 0
	table := p[512:1024]
	for i := range 128 {
		le.PutUint32(table[4*i:], 0xffffffff)
	}
	for i := 2; i < 18; i++ {
		le.PutUint32(table[4*i:], uint32(i+1))
	}
	copy(p[1024:], "R\x00o\x00o\x00t\x00")
	p[1024+66] = 5
	copy(p[1024+128:], "W\x00o\x00r\x00d\x00")
	p[1024+128+66] = 2
	copy(p[1536:], bytes.Repeat([]byte("Gentile cliente, "), 400))
	return p
}

func samples(tb testing.TB) map[string][]byte {
	tb.Helper()
	var j, p, g, z bytes.Buffer
	must(tb, jpeg.Encode(&j, picture(200), nil))
	must(tb, png.Encode(&p, picture(120)))
	m := image.NewPaletted(image.Rect(0, 0, 120, 120), palette.Plan9)
	for i, c := range noise("gif", 120*120) {
		m.Pix[i] = c
	}
	must(tb, gif.Encode(&g, m, nil))
	w := gzip.NewWriter(&z)
	_, err := w.Write(append(priceList(400), noise("gz", 20000)...))
	must(tb, err)
	must(tb, w.Close())
	wide := []byte{0xff, 0xfe}
	for _, r := range string(priceList(200)) {
		wide = binary.LittleEndian.AppendUint16(wide, uint16(r))
	}
	latin := []byte{}
	for _, r := range string(priceList(200)) {
		latin = append(latin, byte(r))
	}
	return map[string][]byte{
		"list.csv": priceList(300), "letter.txt": bytes.Repeat([]byte("Gentile cliente, la sua ordinazione è pronta e può ritirarla da lunedì.\n"), 200),
		"latin.csv": latin, "wide.csv": wide,
		"letter.docx": zipped(tb, zip.Deflate, priceList(300), noise("a", 9000)), "stored.zip": zipped(tb, zip.Store, priceList(100), priceList(200)),
		"bill.pdf": portable(tb), "photo.jpg": j.Bytes(), "logo.png": p.Bytes(), "move.gif": g.Bytes(), "orders.gz": z.Bytes(),
		"till.db": database(tb), "old.doc": compound(),
	}
}

// overwrite encrypts the bytes from..to of each period.
func overwrite(p []byte, skip, period, n int) []byte {
	out := bytes.Clone(p)
	c := noise(fmt.Sprint(len(p)), len(p))
	for at := skip; at < len(p); at += period {
		end := min(len(p), at+n)
		copy(out[at:end], c[at:end])
	}
	return out
}

func look(tb testing.TB, p []byte) structure.Look {
	tb.Helper()
	l, err := structure.At(bytes.NewReader(p), int64(len(p)))
	must(tb, err)
	return l
}

func TestSoundFilesAreSound(t *testing.T) {
	want := map[string]structure.Kind{
		"list.csv": structure.Text, "letter.txt": structure.Text, "latin.csv": structure.Text, "wide.csv": structure.Text,
		"letter.docx": structure.Zip, "stored.zip": structure.Zip, "bill.pdf": structure.PDF, "photo.jpg": structure.JPEG,
		"logo.png": structure.PNG, "move.gif": structure.GIF, "orders.gz": structure.Gzip, "till.db": structure.SQLite, "old.doc": structure.OLE,
	}
	for name, p := range samples(t) {
		if l := look(t, p); l.Kind != want[name] || l.Broken {
			t.Errorf("%s: %v, broken %v; want a sound %v", name, l.Kind, l.Broken, want[name])
		}
	}
}

// TestUnreadable: whatever is done to make a file unreadable shows, in each kind of file.
func TestUnreadable(t *testing.T) {
	styles := map[string]func([]byte) []byte{
		"all of it":              func(p []byte) []byte { return overwrite(p, 0, len(p), len(p)) },
		"header kept":            func(p []byte) []byte { return overwrite(p, 512, len(p), len(p)) },
		"1 KB of 8, header kept": func(p []byte) []byte { return overwrite(p, 1024, 8192, 1024) },
		"16 bytes of 32":         func(p []byte) []byte { return overwrite(p, 64, 32, 16) },
		"base64":                 func(p []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(noise("b", len(p)))) },
		"base64 in lines": func(p []byte) []byte {
			s := base64.StdEncoding.EncodeToString(noise("b", len(p)))
			var b strings.Builder
			for ; len(s) > 76; s = s[76:] {
				b.WriteString(s[:76] + "\n")
			}
			return []byte(b.String() + s)
		},
		"hexadecimal": func(p []byte) []byte { return []byte(hex.EncodeToString(noise("b", len(p)))) },
		"zeros":       func(p []byte) []byte { return make([]byte, len(p)) },
		"emptied":     func([]byte) []byte { return nil },
		"age": func(p []byte) []byte {
			return append([]byte("age-encryption.org/v1\n-> X25519 AAAA\n"), noise("c", len(p))...)
		},
		"openssl": func(p []byte) []byte { return append([]byte("Salted__"), noise("c", len(p))...) },
	}
	for name, p := range samples(t) {
		before := look(t, p)
		for style, do := range styles {
			if r := structure.Lost(before, look(t, do(bytes.Clone(p)))); r == structure.Fine {
				t.Errorf("%s, %s: taken for a file that opens", name, style)
			}
		}
	}
}

// TestHonestChanges: what programs do to files every day is no loss.
func TestHonestChanges(t *testing.T) {
	s := samples(t)
	var q bytes.Buffer
	must(t, jpeg.Encode(&q, picture(200), &jpeg.Options{Quality: 40}))
	var camera bytes.Buffer
	camera.Write(s["photo.jpg"])
	camera.Write(noise("trailer", 5000))
	grown := database(t)
	xml := []byte("<?xml version=\"1.0\"?>" + strings.Repeat("<r><c>12</c><c>Rossi</c></r>", 500))
	changes := []struct {
		name          string
		before, after []byte
	}{
		{"rows added", s["list.csv"], append(bytes.Clone(s["list.csv"]), priceList(50)...)},
		{"rows removed", s["list.csv"], priceList(20)},
		{"another letter", s["letter.txt"], []byte(strings.Repeat("Dear customer, your order 4711/B is ready; bring this note. Total: 12.90 EUR\n", 90))},
		{"list became XML", s["list.csv"], xml},
		{"list became JSON", s["list.csv"], []byte(strings.Repeat(`{"id":4711,"name":"Rossi","tags":["a","b"],"ok":true},`+"\n", 300))},
		{"Latin-1 to UTF-8", s["latin.csv"], s["list.csv"]},
		{"UTF-8 to UTF-16", s["list.csv"], s["wide.csv"]},
		{"saved by Word", s["letter.docx"], zipped(t, zip.Deflate, priceList(280), noise("other", 7000), xml)},
		{"smaller photo", s["photo.jpg"], q.Bytes()},
		{"a camera's own end", s["photo.jpg"], camera.Bytes()},
		{"scan became photo", s["bill.pdf"], s["photo.jpg"]},
		{"database grew", s["till.db"], grown},
		{"PDF signed", s["bill.pdf"], append(bytes.Clone(s["bill.pdf"]), []byte("\n9 0 obj << /Type /Sig >> endobj\nstartxref\n20\n%%EOF\n")...)},
	}
	for _, c := range changes {
		if r := structure.Lost(look(t, c.before), look(t, c.after)); r != structure.Fine {
			t.Errorf("%s: taken for a loss (%v)", c.name, r)
		}
	}
}

func TestPasswordZip(t *testing.T) {
	p := samples(t)["stored.zip"]
	before := look(t, p)
	locked := bytes.Clone(p)
	locked[6] |= 1
	i := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[i+8] |= 1
	l := look(t, locked)
	if l.Kind != structure.Locked || structure.Lost(before, l) != structure.LockedUp {
		t.Errorf("a zip file with a password is %v", l.Kind)
	}
}

// TestLarge: of a large file the beginning and the end are looked at.
func TestLarge(t *testing.T) {
	p := bytes.Repeat(priceList(1000), 80)
	if len(p) <= structure.Most {
		t.Fatal("the sample is too small")
	}
	before := look(t, p)
	if before.Kind != structure.Text || before.Broken {
		t.Fatalf("%+v", before)
	}
	tail := bytes.Clone(p)
	copy(tail[len(tail)-5000:], noise("t", 4000))
	if r := structure.Lost(before, look(t, tail)); r != structure.Damaged {
		t.Errorf("an encrypted end: %v", r)
	}
}

// TestBrokenBefore: what did not open before cannot be lost.
func TestBrokenBefore(t *testing.T) {
	p := samples(t)["photo.jpg"]
	half := look(t, p[:len(p)/2])
	if !half.Broken {
		t.Fatal("half a photo is called sound")
	}
	if r := structure.Lost(half, look(t, noise("x", 9000))); r != structure.Fine {
		t.Errorf("%v", r)
	}
}

func FuzzAt(f *testing.F) {
	for _, p := range samples(f) {
		f.Add(p[:min(len(p), 4000)])
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		l := look(t, p)
		if r := structure.Lost(l, l); r != structure.Fine && l.Kind != structure.Age && l.Kind != structure.Locked {
			t.Errorf("a file that did not change is lost: %v %v", l.Kind, r)
		}
	})
}

func BenchmarkAt(b *testing.B) {
	for name, p := range samples(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(p)))
			for b.Loop() {
				look(b, p)
			}
		})
	}
}
