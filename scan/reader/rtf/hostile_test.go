package rtf

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// readAll reads whatever src is.
func readAll(tb testing.TB, src io.Reader, rec *record) (Info, error) {
	tb.Helper()
	info, err := Read(context.Background(), src, Options{Spend: rec.spend}, rec)
	if rec.bad != "" {
		tb.Error(rec.bad)
	}
	return info, err
}

func TestDamaged(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing", ``, ""},
		{"no RTF", `mario@example.com`, "[body]\nmario@example.com\n"},
		{"open group", head + `{\b mario@example.com`, "[body]\nmario@example.com\n"},
		{"cut in a control word", head + `mario@example.com\pa`, "[body]\nmario@example.com\n"},
		{"cut in a row", head + `\trowd\intbl mario\cell rossi`, "[body]\nmario\trossi\n"},
		{"cut in an object", head + `a{\object{\*\objdata 6369`, "[body]\na\n[object]\n|-1|ci|rtf: damaged\n"},
		{"cut in skipped data", head + `a{\pict\bin99999 b`, "[body]\na\n"},
	} {
		rec := &record{}
		_, err := readAll(t, strings.NewReader(c.src), rec)
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want damaged", c.name, err)
		}
		if diff := cmp.Diff(c.want, rec.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// wrapped is a file in the wrapping of an OLE 1.0 package, which claims a size.
func wrapped(name, content string, size int) string {
	long := func(n int) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}) }
	inner := "\x02\x00" + name + "\x00C:\\x\\" + name + "\x00\x00\x00\x03\x00" + long(3) + "C:\x00" + long(size) + content
	all := "\x01\x05\x00\x00" + long(2) + long(8) + "Package\x00" + long(0) + long(0) + long(len(inner)) + inner
	return head + `{\object\objemb{\*\objdata ` + hex.EncodeToString([]byte(all)) + `}}a}`
}

func TestPackage(t *testing.T) {
	rec, info := read(t, wrapped("clienti.csv", "nome;mail", 9))
	if diff := cmp.Diff("[body]\na\n[object]\nclienti.csv|9|nome;mail|<nil>\n", rec.String()); diff != "" || info != (Info{}) {
		t.Errorf("%+v %s", info, diff)
	}
	// What claims more than there is, is damaged, read or not.
	for _, leave := range []bool{false, true} {
		rec := &record{leave: leave}
		info, err := readAll(t, strings.NewReader(wrapped("a.csv", "nome", 1<<31-1)), rec)
		if !errors.Is(err, ErrDamaged) || info.Unread != 1 || len(rec.objects) != 1 || rec.text["body"] != "a\n" {
			t.Errorf("leave %v: %+v %v %s", leave, info, err, rec)
		}
	}
}

func TestDeep(t *testing.T) {
	const deep = 200_000
	src := head + strings.Repeat(`{\b\f2`, deep) + ` mario@example.com` + strings.Repeat("}", deep) + "b}"
	rec, _ := read(t, src)
	if diff := cmp.Diff("[body]\nmario@example.comb\n", rec.String()); diff != "" {
		t.Error(diff)
	}
	// Beyond what is told apart, a part that cannot be left is none.
	rec, _ = read(t, head+strings.Repeat(`{\b`, deep)+`{\footnote x}`+strings.Repeat("}", deep)+"b}")
	if rec.text["body"]+rec.text["footnote"] != "b\nx\n" && rec.text["body"] != "xb\n" {
		t.Errorf("lost: %s", rec)
	}
}

// TestPieces reads every letter byte by byte: what is handed over is the same.
func TestPieces(t *testing.T) {
	all := []string{wrapped("a.csv", "nome;mail", 9)}
	for _, c := range bodies {
		all = append(all, head+c.src+"}")
	}
	for _, name := range []string{"letter", "nested", "people"} {
		all = append(all, fixture(t, "testdata/"+name+".rtf.gz"))
	}
	for _, src := range all {
		want, again := &record{}, &record{}
		info, err := readAll(t, strings.NewReader(src), want)
		slow, slowErr := readAll(t, iotest.OneByteReader(strings.NewReader(src)), again)
		if diff := cmp.Diff(want.String(), again.String()); diff != "" || info != slow || !errors.Is(slowErr, err) {
			t.Errorf("%.60q: %+v %v, %+v %v %s", src, info, err, slow, slowErr, diff)
		}
	}
}

func TestLongLine(t *testing.T) {
	const n = 300_000
	rec, _ := read(t, head+strings.Repeat("parola ", n/7)+`\par fine}`)
	if got := len(rec.text["body"]); got < n-7 || rec.longest > maxPiece || !strings.HasSuffix(rec.text["body"], "\nfine\n") {
		t.Errorf("%d bytes, pieces up to %d", got, rec.longest)
	}
	// A row that is too long is a line.
	rec, _ = read(t, head+`\trowd\intbl `+strings.Repeat(`x\cell `, 2*maxCells)+`\row\intbl a\cell b\cell\row}`)
	if rec.rows != 1 || strings.Count(rec.text["body"], "x") != 2*maxCells {
		t.Errorf("%d rows", rec.rows)
	}
	rec, _ = read(t, head+`\trowd\intbl a\cell `+strings.Repeat("parola ", n/7)+`\cell\row}`)
	if rec.rows != 0 || strings.Count(rec.text["body"], "parola ") != n/7 {
		t.Errorf("%d rows", rec.rows)
	}
}

func TestEnds(t *testing.T) {
	src := head + strings.Repeat(`mario@example.com\par `, 100_000) + "}"
	rec := &record{limit: 100_000}
	if _, err := readAll(t, strings.NewReader(src), rec); !errors.Is(err, errSpent) {
		t.Errorf("spent: %v", err)
	}
	rec = &record{limit: 4}
	if _, err := readAll(t, strings.NewReader(wrapped("a.csv", strings.Repeat("x", 9000), 9000)), rec); !errors.Is(err, errSpent) {
		t.Errorf("spent on an object: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, strings.NewReader(src), Options{}, nothing{}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	broken := errors.New("disk on fire")
	if _, err := Read(context.Background(), io.MultiReader(strings.NewReader(src), iotest.ErrReader(broken)), Options{}, nothing{}); !errors.Is(err, broken) {
		t.Errorf("broken: %v", err)
	}
	if _, err := Read(context.Background(), strings.NewReader(src), Options{}, refuses{}); !errors.Is(err, errNo) {
		t.Errorf("refused: %v", err)
	}
}

var errNo = errors.New("no")

// refuses is a handler that wants nothing.
type refuses struct{ nothing }

func (refuses) Text(string, []byte) error { return errNo }

// TestMemory: 4 MB of anything leave no more rubbish behind than ten times as much,
// most of them far less.
func TestMemory(t *testing.T) {
	for name, unit := range map[string]string{
		"text": "mario ", "groups": "{", "words": `\b`, "fonts": `{\fonttbl{\f32000\cpg437;}}`, "bytes": "\xe0", "hex": `\'e0`, "objects": `{\objdata 61}`,
		"cells": `a\cell `, "bin": "{\\*\\x\\bin9 ", "long word": "\\" + strings.Repeat("a", 1000),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		src := io.MultiReader(strings.NewReader(head), &repeat{unit: unit, left: 4 << 20})
		if _, err := Read(context.Background(), src, Options{}, nothing{}); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 40<<20 {
			t.Errorf("%s: %d KiB allocated", name, n>>10)
		}
	}
}

// repeat gives one text again and again.
type repeat struct {
	unit string
	at   int
	left int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, r.unit[r.at:])
	r.at, r.left = (r.at+n)%len(r.unit), r.left-n
	return n, nil
}

func FuzzRead(f *testing.F) {
	for _, c := range bodies {
		f.Add([]byte(head+c.src+"}"), 0)
	}
	for _, name := range []string{"letter", "nested", "people"} {
		f.Add([]byte(fixture(f, "testdata/"+name+".rtf.gz")), 7)
	}
	f.Add([]byte(wrapped("a.csv", "nome;mail", 9)), 100)
	f.Fuzz(func(t *testing.T, src []byte, limit int) {
		rec := &record{limit: int64(limit)}
		info, err := readAll(t, strings.NewReader(string(src)), rec)
		if rec.longest > maxPiece || info.Pictures < 0 || info.Unread < 0 {
			t.Errorf("%d bytes at once, %+v", rec.longest, info)
		}
		if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, errSpent) {
			t.Error(err)
		}
		again := &record{limit: int64(limit)}
		slow, slowErr := readAll(t, iotest.OneByteReader(strings.NewReader(string(src))), again)
		if err == nil && (slowErr != nil || info != slow || rec.String() != again.String()) {
			t.Errorf("in one: %+v %v\n%s\nin pieces: %+v %v\n%s", info, err, rec, slow, slowErr, again)
		}
	})
}
