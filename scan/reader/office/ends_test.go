package office_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"custode/scan/reader/office"
)

func TestTruncated(t *testing.T) {
	for _, name := range []string{"letterhtml.docx", "people.xlsx", "slides.odp", "letter.fodt"} {
		b := fixture(t, name)
		for n := range len(b) - 1 {
			info, err := office.Read(t.Context(), bytes.NewReader(b[:n]), int64(n), office.Options{}, &record2{})
			if err == nil && info.Unread == 0 {
				t.Fatalf("%s cut at %d of %d: nothing told", name, n, len(b))
			}
		}
	}
}

func TestFlipped(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"letterhtml.docx", "book.xlsx", "book.ods", "slides.odp", "letter.fodt", "stored.xlsx"} {
		b := fixture(t, name)
		for range 400 {
			c := bytes.Clone(b)
			for range 1 + rnd.IntN(4) {
				c[rnd.IntN(len(c))] ^= 1 << rnd.IntN(8)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			if _, err := office.Read(ctx, bytes.NewReader(c), int64(len(c)), office.Options{}, &record{t: t}); errors.Is(err, context.DeadlineExceeded) {
				t.Error("too long")
			}
			cancel()
		}
	}
}

type brokenSource struct{}

var errSource = errors.New("the disk is gone")

func (s brokenSource) ReadAt([]byte, int64) (int, error) { return 0, errSource }

// late fails from a given place on.
type late struct {
	b    []byte
	from int64
}

func (s late) ReadAt(p []byte, at int64) (int, error) {
	if at >= s.from && at < s.from+100 {
		return 0, errSource
	}
	return bytes.NewReader(s.b).ReadAt(p, at)
}

func TestEnds(t *testing.T) {
	b := fixture(t, "book.xlsx")
	size := int64(len(b))
	if _, err := office.Read(t.Context(), brokenSource{}, size, office.Options{}, &record{t: t}); !errors.Is(err, errSource) || errors.Is(err, office.ErrDamaged) {
		t.Error(err)
	}
	for from := int64(0); from < size; from += 101 {
		if _, err := office.Read(t.Context(), late{b, from}, size, office.Options{}, &record{t: t}); err != nil && !errors.Is(err, errSource) {
			t.Error(from, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := office.Read(ctx, bytes.NewReader(b), size, office.Options{}, &record{t: t}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	errSpent := errors.New("spent")
	for limit := range int64(30) {
		n := limit * 500
		o := office.Options{Spend: func(k int64) error {
			if n -= k; n < 0 {
				return errSpent
			}
			return nil
		}}
		if _, err := office.Read(t.Context(), bytes.NewReader(b), size, o, &record{t: t}); !errors.Is(err, errSpent) {
			t.Error(limit, err)
		}
	}
	errMine := errors.New("mine")
	for _, name := range []string{"book.xlsx", "letter.docx", "letter.odt", "letter.fodt", "book.ods"} {
		b := fixture(t, name)
		if _, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, &record{t: t, fail: errMine}); err != errMine { //nolint:errorlint // as it is
			t.Error(name, err)
		}
	}
	for _, s := range []string{"", "PK", "text", "<html><p>x</p></html>", "<a/>", "%PDF-1.4"} {
		_, lines, err := read(t, []byte(s))
		if err == nil || len(lines) > 0 {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, _, err := read(t, pack(t, "a.txt", "x")); !errors.Is(err, office.ErrFormat) {
		t.Error(err)
	}
	if info, _, err := read(t, pack(t, "_rels/.rels", letterRels, "word/document2.xml", "")); err == nil {
		t.Error(info)
	}
}
