package vcard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// keeper keeps what is handed over: "name=value" for cells, "|" for the end of a
// record, "text:..." for text.
type keeper struct {
	names []string
	got   []string
	lines map[string]int64
}

func (k *keeper) Text(buf []byte, from, to int, _ int64) {
	k.got = append(k.got, "text:"+string(buf[from:to]))
}

func (k *keeper) Column(name []byte, _ bool) int {
	k.names = append(k.names, string(name))
	return len(k.names) - 1
}

func (k *keeper) Cell(column int, value []byte, line int64) {
	k.got = append(k.got, k.names[column]+"="+string(value))
	if k.lines == nil {
		k.lines = map[string]int64{}
	}
	k.lines[k.names[column]] = line
}

func (k *keeper) EndRecord() { k.got = append(k.got, "|") }

func read(t *testing.T, src io.Reader) (*keeper, int64) {
	t.Helper()
	k := &keeper{}
	photos, err := Read(t.Context(), src, k)
	if err != nil && !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
	return k, photos
}

func TestFixtures(t *testing.T) {
	for file, want := range map[string][]string{
		"iphone30.vcf": {
			"Surname=Rossi", "First name=Mario", "Middle name=Luca", "Title=Dott.", "Full name=Dott. Mario Luca Rossi",
			"Company=Bottega Città Vendite", "Email=mario.rossi@example.com", "X-ABLABEL=_$!<HomePage>!$_", "Phone=+39 333 123 4567",
			"Address=Via dell'Università 5, int. 3 Forlì FC 47121 Italia", "Date of birth=1984-03-12",
			"Notes=Riga uno\nRiga due; con punto e virgola, e virgola e una riga molto lunga che va piegata perché oltre settantacinque", "|",
			"Surname=Bianchi", "First name=Anna", "Full name=Anna Bianchi", "Email=anna@example.org", "|", "photos 1",
		},
		"android21.vcf": {
			"Surname=Però", "First name=Niccolò", "Full name=Niccolò Però", "Phone=+393331234567", "Phone=0543 123456",
			"Email=niccolo@example.com", "Notes=Città di Forlì, una nota molto lunga che va a capo per due volte", "Date of birth=1984-03-12", "|", "photos 1",
		},
		"rfc6350.vcf": {
			"Full name=Simon Perreault", "Surname=Perreault", "First name=Simon", "Suffix=ing. jr,M.Sc.", "Date of birth=--0203", "GENDER=M", "LANG=fr",
			"Company=Example", "Address=2875 boul. Laurier\nQuébec", "Address=Suite D2-630 2875 Laurier Quebec QC G1V 2M2 Canada",
			"Phone=+1-418-656-9254;ext=102", "Email=simon@example.com", "Website=http://example.com/simon", "Email=friend@example.org", "|", "photos 1",
		},
		"calendar.ics": {
			"X-WR-CALNAME=Appuntamenti di Mario", "|", "DTSTART=20260101T100000", "SUMMARY=Visita di Anna Bianchi", "LOCATION=Via Roma 1, Forlì",
			"Full name=Rossi: Mario", "Email=mario@example.com", "Full name=Anna Bianchi", "Email=segreteria@example.com", "Email=anna@example.org", "|",
			"ACTION=DISPLAY", "DESCRIPTION=Ricorda", "|", "DESCRIPTION=Portare il documento CA12345AA\nGrazie", "|", "photos 0",
		},
	} {
		t.Run(file, func(t *testing.T) {
			b, err := os.ReadFile("testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			for _, src := range []io.Reader{bytes.NewReader(b), iotest.OneByteReader(bytes.NewReader(b)), bytes.NewReader(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\r")))} {
				k, photos := read(t, src)
				if diff := cmp.Diff(want, append(k.got, fmt.Sprint("photos ", photos))); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestForms(t *testing.T) {
	long := strings.Repeat("parola di mario@example.com, ", 6000)
	for _, c := range []struct{ name, src, want string }{
		{"no colon", "BEGIN:VCARD\nFN:A\nMario Rossi\nEND:VCARD\n", "Full name=A text:Mario Rossi |"},
		{"not a name", "Mario Rossi: x\n", "text:Mario Rossi: x"},
		{"lower case", "begin:vcard\nfn:A\nend:vcard", "Full name=A |"},
		{"percent", "ATTENDEE:mailto:m%c3%A8%e0%e@example.com%\n", "Email=mè%e0%e@example.com% |"},
		{"quotes left open", "ATTENDEE;CN=\"Anna:mailto:a@example.com\n", "Full name=Anna Email=a@example.com |"},
		{"no end", "BEGIN:VCARD\nFN:A", "Full name=A |"},
		{"two without end", "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD", "Full name=A | Full name=B |"},
		{"soft break before the end", "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:A=\nEND:VCARD", "Full name=A |"},
		{"base64 that is text", "NOTE;ENCODING=b:Q2lhbyBNYXJpbw==\n", "Notes=Ciao Mario |"},
		{"base64 that is not", "NOTE;ENCODING=b:ciao, mario\n", "Notes=ciao, mario |"},
		{"base64 not folded", "PHOTO;BASE64:AAAA\nBBBB\nFN:A\n", "Full name=A |"},
		{"escapes", `NOTE:a\Nb\\n\,c\` + "\n", "Notes=a\nb\\n,c\\ |"},
		{"not UTF-8 in base64", "N;ENCODING=B:OIN\nORG;ENCODING=B:4A==;OIN\n", "Surname=8ƒ Company=à 8ƒ |"},
		{"not UTF-8", "FN:Forl\xec\n", "Full name=Forlì |"},
		{"date and time", "BDAY:19840312T000000Z\nBDAY:1984-03-12T00:00:00Z\nBDAY:circa 1800\n", "Date of birth=1984-03-12 Date of birth=1984-03-12 Date of birth=circa 1800 |"},
		{"unfolded name", "EMA\n IL:a@example.com\n", "Email=a@example.com |"},
		{"empty", "", ""},
		{"long value", "NOTE:" + long + "\nFN:A\n", "text:NOTE:" + long + " Full name=A |"},
		{"long quoted", "NOTE;ENCODING=QUOTED-PRINTABLE:" + strings.Repeat("citt=C3=A0=20", 9000) + "\n", "text:NOTE;ENCODING=QUOTED-PRINTABLE:" + strings.Repeat("città ", 9000)},
		{"long without colon", long, "text:" + strings.TrimSuffix(long, " ") + " "},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, _ := read(t, strings.NewReader(c.src))
			got := strings.Join(k.got, " ")
			if strings.HasPrefix(c.name, "long") {
				got = strings.ReplaceAll(strings.Join(k.got, "\x00"), "\x00text:", "")
				got = strings.ReplaceAll(got, "\x00", " ")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLines(t *testing.T) {
	k, _ := read(t, strings.NewReader("BEGIN:VCARD\r\nNOTE:a\r\n b\r\n c\r\n\r\nFN:A\rEMAIL:a@example.com\nEND:VCARD"))
	want := map[string]int64{"Notes": 2, "Full name": 6, "Email": 7}
	if diff := cmp.Diff(want, k.lines); diff != "" {
		t.Error(diff)
	}
}

func TestDamaged(t *testing.T) {
	if _, err := Read(t.Context(), strings.NewReader("BEGIN:VCARD\nFN:A\n"), &keeper{}); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	boom := errors.New("boom")
	if _, err := Read(t.Context(), io.MultiReader(strings.NewReader("FN:A\n"), iotest.ErrReader(boom)), &keeper{}); !errors.Is(err, boom) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, strings.NewReader("FN:A\n"), &keeper{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCutAndBent(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, file := range []string{"iphone30.vcf", "android21.vcf", "rfc6350.vcf", "calendar.ics"} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b {
			_, err := Read(t.Context(), bytes.NewReader(b[:i]), &keeper{})
			if i > 14 && i < len(b)-12 && !errors.Is(err, ErrDamaged) && file != "iphone30.vcf" {
				t.Fatalf("%s cut at %d: %v", file, i, err)
			}
		}
		for range 500 {
			bent := bytes.Clone(b)
			for range 1 + rnd.IntN(20) {
				bent[rnd.IntN(len(bent))] ^= 1 << rnd.IntN(8)
			}
			read(t, bytes.NewReader(bent))
		}
	}
}

// nothing takes all and keeps nothing.
type nothing struct{ bytes, cells int }

func (n *nothing) Text(_ []byte, from, to int, _ int64) { n.bytes += to - from }
func (n *nothing) Column([]byte, bool) int              { return 0 }
func (n *nothing) Cell(int, []byte, int64)              { n.cells++ }
func (n *nothing) EndRecord()                           {}

// repeated gives n bytes of a text again and again, after a head.
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
	for _, c := range []struct{ name, head, s string }{
		{"cards", "", "BEGIN:VCARD\nFN:Mario Rossi\nEMAIL:m@example.com\nEND:VCARD\n"},
		{"begin", "", "BEGIN:X\n"},
		{"one line", "NOTE:", "mario rossi "},
		{"one word", "NOTE:", "a"},
		{"no colon", "", "aaaaaaaa"},
		{"folds", "NOTE:", "\n a"},
		{"soft", "NOTE;QUOTED-PRINTABLE:", "=\n"},
		{"soft without colon", "NOTE", "=\n "},
		{"equals", "NOTE;QUOTED-PRINTABLE:", "="},
		{"backslashes", "NOTE:", `\`},
		{"photo", "PHOTO;ENCODING=b:", "QUJD\n "},
		{"photo in one line", "PHOTO:data:image/png;base64,", "QUJD"},
		{"params", "NOTE", ";A=b"},
		{"semicolons", "", "N:;;;;;;;;;;;;;;;;;;;;;;;;;;;\n"},
		{"quotes", "NOTE", `"`},
		{"line ends", "", "\r"},
		{"names", "", "A:b\nB:c\n"},
		{"high bytes", "NOTE:", "\xc3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			if _, err := Read(t.Context(), repeated(c.head, c.s, size), &nothing{}); err != nil && !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 5*time.Second {
				t.Errorf("%v for 2 MiB", took)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 3<<20 {
				t.Errorf("%d bytes allocated", n)
			}
		})
	}
}

func TestManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "X-%d:value\n", i)
	}
	k, _ := read(t, strings.NewReader(b.String()))
	if len(k.names) > maxColumns+1 || len(k.got) != 5001 {
		t.Error(len(k.names), len(k.got))
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"iphone30.vcf", "android21.vcf", "rfc6350.vcf", "calendar.ics"} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		one, n := read(t, bytes.NewReader(b))
		two, m := read(t, iotest.HalfReader(bytes.NewReader(b)))
		if diff := cmp.Diff(one.got, two.got); diff != "" || n != m {
			t.Error(diff)
		}
		for _, s := range one.got {
			if utf8.Valid(b) && !utf8.ValidString(s) {
				t.Errorf("%q is not UTF-8", s)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Rossi;Mario;;;\r\nFN:Mario Rossi\r\nEMAIL;type=HOME:mario.rossi@example.com\r\nTEL;type=CELL:+39 333 123 4567\r\nADR:;;Via Roma 5;Forlì;FC;47121;Italia\r\nNOTE:Una nota\\, non troppo lunga\r\nEND:VCARD\r\n"
	photo := "PHOTO;ENCODING=b;TYPE=JPEG:" + strings.Repeat("/9j/4AAQSkZJRgABAQAAAQABAAD/4AAQSkZJRgABAQAAAQABAAD/4AAQSkZJRgABAQAAAQAB\r\n ", 100)
	for name, src := range map[string]string{"cards": strings.Repeat(card, 5000), "photos": strings.Repeat(strings.Replace(card, "END", photo+"\r\nEND", 1), 200)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(b.Context(), strings.NewReader(src), &nothing{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
