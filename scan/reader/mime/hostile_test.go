package mime

import (
	"bytes"
	"context"
	std "encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// nothing reads all and keeps nothing.
type nothing struct {
	n      int64
	parts  int
	unread bool // parts are left unread
	buf    []byte
}

func (n *nothing) Header(_ int, text []byte, _ int64) error {
	n.n += int64(len(text))
	return nil
}

func (n *nothing) Part(_ Part, body io.Reader) error {
	n.parts++
	if n.unread {
		return nil
	}
	if n.buf == nil {
		n.buf = make([]byte, 64<<10)
	}
	for {
		k, err := body.Read(n.buf)
		n.n += int64(k)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func fixtures(tb testing.TB) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	for _, pattern := range []string{"testdata/*.eml", "testdata/*.mbox"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			tb.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				tb.Fatal(err)
			}
			out[filepath.Base(file)] = b
		}
	}
	return out
}

func TestCutAndBent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for name, b := range fixtures(t) {
		step := 1
		if len(b) > 5000 {
			step = 13
		}
		for i := 0; i < len(b); i += step {
			info, err := Read(t.Context(), bytes.NewReader(b[:i]), false, Options{}, &nothing{})
			if err != nil {
				t.Fatalf("%s cut at %d: %v", name, i, err)
			}
			if name == "names.eml" && i > bytes.Index(b, []byte("\n--"))+3 && i < len(b)-4 && info.Broken != 1 {
				t.Fatalf("%s cut at %d: not told", name, i)
			}
		}
		for range 100 {
			bent := bytes.Clone(b)
			for range 1 + rnd.IntN(20) {
				bent[rnd.IntN(len(bent))] ^= 1 << rnd.IntN(8)
			}
			read(t, string(bent))
		}
	}
}

// TestReads holds that the size of reads changes nothing, on either side.
func TestReads(t *testing.T) {
	for name, b := range fixtures(t) {
		want, info := read(t, string(b))
		for _, src := range []io.Reader{iotest.OneByteReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
			k := &slow{}
			got, err := Read(t.Context(), src, false, Options{}, k)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.parts, k.parts); diff != "" || got != info {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// slow reads a byte at a time.
type slow struct{ keeper }

func (s *slow) Part(p Part, body io.Reader) error {
	return s.keeper.Part(p, iotest.OneByteReader(body))
}

func repeated(head, s string, n int) io.Reader {
	block := strings.Repeat(s, max(1, 32<<10/len(s)))
	rs := []io.Reader{strings.NewReader(head)}
	for ; n > 0; n -= len(block) {
		rs = append(rs, strings.NewReader(block))
	}
	return io.MultiReader(rs...)
}

func TestLinearAndSmall(t *testing.T) {
	const size = 2 << 20
	enc := func(e string) string { return "Content-Transfer-Encoding: " + e + "\n\n" }
	for _, c := range []struct{ name, head, s string }{
		{"one line", "\n", "a"},
		{"lines", "\n", "\n"},
		{"returns", "\n", "\r"},
		{"both", "\n", "\r\r\n"},
		{"one header", "Subject: ", "a"},
		{"folded header", "Subject: ", "\n a"},
		{"long fields", "", "To: a@example.com\n"},
		{"fields left out", "", "Received: a\n"},
		{"stray lines", "", "a: b\nc\n"},
		{"words", "Subject: ", "=?a?q?"},
		{"words closed", "Subject: ", "=?utf-8?q?a?= "},
		{"words of charsets", "Subject: ", "=?gbk?b?zze=?= =?big5?b?zze=?= "},
		{"type", "Content-Type: multipart/mixed; ", "boundary*0=a; "},
		{"quotes", "Content-Type: multipart/mixed; ", `boundary="`},
		{"comments", "Content-Type: multipart/mixed; ", "("},
		{"dashes", "Content-Type: multipart/mixed; boundary=a\n\n", "--b\n"},
		{"parts", "Content-Type: multipart/mixed; boundary=a\n\n", "--a\n"},
		{"parts with types", "Content-Type: multipart/mixed; boundary=a\n\n", "--a\nContent-Type: application/pdf; name=a\n\nb\n"},
		{"multiparts", "", "Content-Type: multipart/mixed; boundary=a\n\n--a\n"},
		{"closing", "Content-Type: multipart/mixed; boundary=a\n\n", "--a--\n"},
		{"messages", "", "Content-Type: message/rfc822\n\n"},
		{"base64", enc("base64"), "QUJD\n"},
		{"base64 in one line", enc("base64"), "QUJD"},
		{"base64 of rubbish", enc("base64") + strings.Repeat("QUJD", 99) + "\n", "Q!\n"},
		{"base64 of prose", enc("base64") + strings.Repeat("QUJD", 99) + "\n", "ciao ciao ciao\n"},
		{"padding", enc("base64"), "="},
		{"quoted in one line", enc("quoted-printable"), "=C3=A8"},
		{"soft breaks", enc("quoted-printable"), "=\n"},
		{"blanks", enc("quoted-printable"), " "},
		{"equals", enc("quoted-printable"), "="},
		{"uuencode", "\n", "begin 644 a\n#0V%T\n"},
		{"uuencode begun", "\n", "begin 644 a\n"},
		{"yEnc", "\n=ybegin size=1 name=a\n", "=y\n"},
		{"mailbox", "", "From a@b Thu Jan  1 00:00:00 2026\n\n"},
		{"From", "From a@b Thu Jan  1 00:00:00 2026\n\n", ">From "},
		{"quotes of From", "From a@b Thu Jan  1 00:00:00 2026\n\n", ">"},
		{"UTF-7", "Content-Type: text/plain; charset=utf-7\n\n", "+2Ng-"},
		{"UTF-16", "Content-Type: text/plain; charset=utf-16\n\n", "a"},
		{"ISO-2022-JP", "Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B"},
		{"GB18030", "Content-Type: text/plain; charset=gb18030\n\n", "\x81"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			k := &nothing{}
			if _, err := Read(t.Context(), repeated(c.head, c.s, size), false, Options{}, k); err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			t.Logf("%v, %d parts", took, k.parts)
			if took > 5*time.Second {
				t.Errorf("%v for 2 MiB", took)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 && k.parts < 100 && !strings.HasPrefix(c.name, "words") {
				t.Errorf("%d bytes allocated", n)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	src := "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("QUJD\n", 100000)
	boom := errors.New("boom")
	t.Run("source", func(t *testing.T) {
		k := &keeper{}
		info, err := Read(t.Context(), io.MultiReader(strings.NewReader(src), iotest.ErrReader(boom)), false, Options{}, k)
		if !errors.Is(err, boom) || info.Messages != 1 || len(k.parts) != 1 || len(k.parts[0].Body) != 300000 {
			t.Error(info, err, len(k.parts))
		}
	})
	t.Run("source of an encoded message", func(t *testing.T) {
		in := "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + std.StdEncoding.EncodeToString([]byte("Subject: a\n\nciao"))
		if _, err := Read(t.Context(), io.MultiReader(strings.NewReader(in), iotest.ErrReader(boom)), false, Options{}, &nothing{unread: true}); !errors.Is(err, boom) {
			t.Error(err)
		}
	})
	t.Run("handler", func(t *testing.T) {
		if _, err := Read(t.Context(), strings.NewReader(src), false, Options{}, &keeper{err: boom}); err != boom { //nolint:errorlint // as it is
			t.Error(err)
		}
	})
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Read(ctx, strings.NewReader(src), false, Options{}, &nothing{}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("spend", func(t *testing.T) {
		spent := int64(0)
		o := Options{Spend: func(n int64) error {
			if spent += n; spent > 100000 {
				return boom
			}
			return nil
		}}
		k := &nothing{}
		if _, err := Read(t.Context(), strings.NewReader(src), false, o, k); !errors.Is(err, boom) || k.n > 100000 {
			t.Error(err, k.n)
		}
	})
	t.Run("body kept", func(t *testing.T) {
		k := &thief{}
		if _, err := Read(t.Context(), strings.NewReader("\nciao"), false, Options{}, k); err != nil {
			t.Fatal(err)
		}
		if _, err := k.body.Read(make([]byte, 9)); !errors.Is(err, errNotUsed) {
			t.Error(err)
		}
	})
	t.Run("unread", func(t *testing.T) {
		k := &nothing{unread: true}
		if info, err := Read(t.Context(), strings.NewReader(src+"--a\n\nb\n--a--"), false, Options{}, k); err != nil || k.parts != 2 || info.Broken != 0 {
			t.Error(err, k.parts)
		}
	})
}

// thief keeps a body.
type thief struct{ body io.Reader }

func (*thief) Header(int, []byte, int64) error { return nil }

func (k *thief) Part(_ Part, body io.Reader) error {
	k.body = body
	return nil
}

// TestMemory holds that what is in use while a large mail is read is small.
func TestMemory(t *testing.T) {
	head := "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(t.Context(), repeated(head, strings.Repeat("QUJD", 19)+"\r\n", 64<<20), false, Options{}, &nothing{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 512<<10 {
		t.Errorf("%d bytes allocated", n)
	}
}

// A colon far along in a long line of text makes no field of it.
func TestNoFieldName(t *testing.T) {
	for at := 3; at < 290; at++ {
		line := []byte("x " + strings.Repeat("\xe0", 300))
		line[at] = ':'
		if n := fieldName(line); n != 0 {
			t.Errorf("a colon at %d: a name of %d bytes", at, n)
		}
	}
	if n := fieldName([]byte("Subject \t: " + strings.Repeat("x", 300))); n != len("Subject \t") {
		t.Errorf("a name of %d bytes", n)
	}
}

func FuzzRead(f *testing.F) {
	for _, b := range fixtures(f) {
		f.Add(b)
	}
	f.Add([]byte("Subject: a\n\nbegin 644 a\n#0V%T\n`\nend\n=ybegin size=1 name=a\nabc\n=yend\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		one, info := read(t, string(b))
		two := &keeper{}
		again, err := Read(t.Context(), iotest.HalfReader(bytes.NewReader(b)), false, Options{}, two)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one.parts, two.parts); diff != "" && len(b) < lookahead || len(b) < lookahead && info != again {
			t.Error(diff)
		}
		for _, h := range one.headers {
			if !utf8.ValidString(h) {
				t.Errorf("a header that is not UTF-8: %q", h)
			}
		}
		for _, p := range one.parts {
			if !utf8.ValidString(p.Name) || p.Inline && strings.HasPrefix(p.Type, "text/") && !utf8.ValidString(p.Body) {
				t.Errorf("%+v is not UTF-8", p)
			}
			if len(p.Name) > maxName || p.Line < 1 || p.Message < 1 || p.Depth > maxNest {
				t.Errorf("%+v", p.Part)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	line := "Gentile signor Mario Rossi, la aspettiamo in via Roma 5 a Bologna.\n"
	head := "From: a@example.com\nSubject: x\nContent-Type: text/plain; charset="
	for _, c := range []struct{ name, src string }{
		{"plain", head + "utf-8\n\n" + strings.Repeat(line, 40000)},
		{"windows-1252", head + "windows-1252\n\n" + strings.Repeat(line, 40000)},
		{"base64", "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat(strings.Repeat("QUJD", 19)+"\r\n", 40000)},
		{"quoted-printable", head + "utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("La citt=C3=A0 di Forl=C3=AC, dove abita il signor Rossi=\n, e bella.\n", 40000)},
		{"mailbox", strings.Repeat("From a@example.com Thu Jan  1 00:00:00 2026\n"+head+"utf-8\n\n"+strings.Repeat(line, 20)+"\n", 2000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.src)))
			b.ReportAllocs()
			k := &nothing{}
			for b.Loop() {
				if _, err := Read(b.Context(), strings.NewReader(c.src), false, Options{}, k); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("à", 400) + ".pdf"
	k, _ := read(t, fmt.Sprintf("Content-Disposition: attachment; filename=%q\n\nx", long))
	name := k.parts[0].Name
	if len(name) > maxName || len(name) < maxName-2 || !strings.HasSuffix(name, "à.pdf") {
		t.Error(len(name), name)
	}
}
