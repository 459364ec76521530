package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestZipFixtures(t *testing.T) {
	infozip := []string{
		"data/cartella/città è bella.txt | 26",
		"data/clienti.csv | 47",
		"data/legame | 11 | link",
		"data/lettera.txt | 12790",
		"data/vuoto.txt | 0",
	}
	for _, c := range []struct {
		name string
		want []string
		info Info
	}{
		{"infozip.zip", infozip, Info{Members: 5, Comments: 11}},
		{"prefix.zip", infozip, Info{Members: 5, Hidden: 2694, Stub: 2694, Comments: 11}},
		{"adjusted.zip", infozip, Info{Members: 5, Hidden: 2694, Stub: 2694, Comments: 11}},
		{"stored.zip", []string{"data/clienti.csv | 47", "data/lettera.txt | 12790"}, Info{Members: 2}},
		{"zipcrypto.zip", []string{"data/clienti.csv | encrypted | archive: member is encrypted"}, Info{Members: 1}},
		{"pipe.zip", []string{"- | 12790"}, Info{Members: 1}},
		{"streamed.zip", []string{"data/clienti.csv | 47", "data/lettera.txt | 12790"}, Info{Members: 2}},
		{"zip64.zip", []string{"data/clienti.csv | 47"}, Info{Members: 1}},
		{"aes.zip", []string{
			"data/clienti.csv | encrypted | archive: member is encrypted", "data/lettera.txt | encrypted | archive: member is encrypted",
		}, Info{Members: 2}},
		{"bzip2.zip", []string{"data/lettera.txt | 12790"}, Info{Members: 1}},
		{"lzma.zip", []string{"data/lettera.txt | lzma | archive: no decoder for the member's method"}, Info{Members: 1}},
		{"ppmd.zip", []string{"data/lettera.txt | ppmd | archive: no decoder for the member's method"}, Info{Members: 1}},
		{"deflate64.zip", []string{"data/lettera.txt | deflate64 | archive: no decoder for the member's method"}, Info{Members: 1}},
		{"7zunicode.zip", []string{"data/cartella/città è bella.txt | 26"}, Info{Members: 1}},
		{"python-stream.zip", []string{"stored.txt | 24", "big.txt | 1700", "deflated.txt | 5000"}, Info{Members: 3}},
		{"python.zip", []string{"perché.txt | 17"}, Info{Members: 1, Comments: 15}},
	} {
		r, info, err := unzip(fixture(t, c.name))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, r.out); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.info, info); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		if got, ok := r.data["data/lettera.txt"]; ok && !bytes.Equal(got, letter()) {
			t.Errorf("%s: not the letter", c.name)
		}
	}
}

// withoutDirectory cuts an archive before its directory.
func withoutDirectory(b []byte) []byte {
	return b[:bytes.Index(b, []byte("PK\x01\x02"))]
}

// TestZipWithoutDirectory reads what a cut off download still has.
func TestZipWithoutDirectory(t *testing.T) {
	for _, name := range []string{
		"infozip.zip", "stored.zip", "zipcrypto.zip", "pipe.zip", "streamed.zip", "zip64.zip", "aes.zip", "bzip2.zip",
		"lzma.zip", "7zunicode.zip", "python-stream.zip", "python.zip",
	} {
		whole, winfo, err := unzip(fixture(t, name))
		if err != nil {
			t.Fatal(err)
		}
		winfo.Comments = 0 // are lost
		got, info, err := unzip(withoutDirectory(fixture(t, name)))
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: error %v", name, err)
		}
		for i := range whole.out { // only the directory knows of links
			whole.out[i] = strings.TrimSuffix(whole.out[i], " | link")
		}
		if diff := cmp.Diff(whole.out, got.out); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff(winfo, info); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

// TestZipTruncated cuts archives everywhere: what is given is the start of what
// was there, and the loss is told.
func TestZipTruncated(t *testing.T) {
	for _, name := range []string{"infozip.zip", "streamed.zip", "zip64.zip", "python-stream.zip", "aes.zip", "bzip2.zip"} {
		b := fixture(t, name)
		whole, _, err := unzip(b)
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			r, info, err := unzip(b[:n])
			if !errors.Is(err, ErrDamaged) && n < len(b)-20 { // in the comment nothing is lost
				t.Fatalf("%s cut at %d: %v, %+v", name, n, err, info)
			}
			for m, data := range r.data {
				known := min(len(data), len(whole.data[m])) // a cut descriptor may pass for content
				if !bytes.Equal(whole.data[m][:known], data[:known]) {
					t.Fatalf("%s cut at %d: other content of %s", name, n, m)
				}
			}
		}
	}
}

// TestZipMembersTwice opens a member more than once, in parts, and at random.
func TestZipMembersTwice(t *testing.T) {
	for _, name := range []string{"stored.zip", "infozip.zip", "bzip2.zip"} {
		b := fixture(t, name)
		passes := 0
		_, err := Zip(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, handle(func(m Member, c Content) error {
			if m.Name != "data/lettera.txt" {
				return nil
			}
			first, err := c.Open()
			if err != nil {
				return err
			}
			if _, err := io.ReadFull(first, make([]byte, 100)); err != nil {
				return err
			}
			for range 3 {
				second, err := c.Open()
				if err != nil {
					return err
				}
				if err := iotest.TestReader(second, letter()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				passes++
				if err := second.Close(); err != nil {
					return err
				}
			}
			rest, err := io.ReadAll(first)
			if err != nil || !bytes.Equal(rest, letter()[100:]) {
				t.Errorf("%s: the first pass was disturbed: %v", name, err)
			}
			if err := first.Close(); err != nil {
				return err
			}
			if _, err := first.Read(make([]byte, 1)); err == nil {
				t.Errorf("%s: a closed pass can be read", name)
			}
			at, size, ok := c.At()
			if ok != (name == "stored.zip") {
				t.Errorf("%s: At %v", name, ok)
			}
			if ok {
				if err := iotest.TestReader(io.NewSectionReader(at, 0, size), letter()); err != nil {
					t.Error(err)
				}
			}
			return nil
		}))
		if err != nil || passes != 3 {
			t.Errorf("%s: %d passes, %v", name, passes, err)
		}
	}
}

// handle is a handler of one function.
type handle func(Member, Content) error

func (h handle) Member(m Member, c Content) error { return h(m, c) }

// TestZipErrors looks at errors that are not the archive's.
func TestZipErrors(t *testing.T) {
	b := fixture(t, "infozip.zip")
	mine := errors.New("mine")
	_, err := Zip(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, handle(func(Member, Content) error { return mine }))
	if err != mine { //nolint:errorlint // as it is
		t.Errorf("of the handler: %v", err)
	}
	r := &record{limit: 5000}
	if _, err = Zip(context.Background(), bytes.NewReader(b), int64(len(b)), r.options(), r); !errors.Is(err, errSpent) {
		t.Errorf("of Spend: %v", err)
	}
	// A handler that keeps quiet about it does not go on.
	calls, spends := 0, 0
	_, err = Zip(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Spend: func(int64) error { spends++; return errSpent }}, handle(func(_ Member, c Content) error {
		calls++
		rc, err := c.Open()
		if err == nil {
			_, _ = io.Copy(io.Discard, rc)
		}
		return nil
	}))
	if !errors.Is(err, errSpent) || spends != 1 {
		t.Errorf("of Spend: %v after %d calls, told %d times", err, calls, spends)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err = Zip(ctx, bytes.NewReader(b), int64(len(b)), Options{}, handle(func(Member, Content) error { cancel(); return nil }))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("of the context: %v", err)
	}
	for after := range 8 {
		bad := &failing{r: bytes.NewReader(b), left: after}
		if _, err = Zip(context.Background(), bad, int64(len(b)), Options{}, &record{}); bad.left < 0 && (!errors.Is(err, io.ErrClosedPipe) || errors.Is(err, ErrDamaged)) {
			t.Errorf("of the disk after %d reads: %v", after, err)
		}
	}
	if _, _, err = unzip(nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("of nothing: %v", err)
	}
	if _, info, err := unzip([]byte("PK\x05\x06" + string(make([]byte, 18)))); err != nil || info != (Info{}) {
		t.Errorf("of an empty archive: %+v, %v", info, err)
	}
	_, info, err := unzip(bytes.Repeat([]byte("no ZIP"), 100))
	if !errors.Is(err, ErrDamaged) || info.Hidden != 600 || info.Members != 0 {
		t.Errorf("of something else: %+v, %v", info, err)
	}
}

// failing fails after some reads.
type failing struct {
	r    io.ReaderAt
	left int
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return f.r.ReadAt(p, off)
}
