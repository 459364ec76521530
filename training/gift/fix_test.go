package gift

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// equal compares files but for the lines.
var equal = cmp.Options{cmpopts.IgnoreFields(Item{}, "Line"), cmpopts.EquateEmpty()}

func written(t *testing.T, f *File) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// holds is the promise of this package: what was read is written so that it is read again as
// the same, and written again as the same.
func holds(t *testing.T, raw []byte) {
	t.Helper()
	f, _, err := Parse(raw)
	sane(t, raw, err)
	if f == nil {
		if err == nil {
			t.Fatalf("neither a file nor an error: %.300q", raw)
		}
		return
	}
	once := written(t, f)
	again, notes, err := Parse([]byte(once))
	if err != nil || len(notes) > 0 {
		t.Fatalf("%.300q\nwritten as %.300q: %v %v", raw, once, err, notes)
	}
	if twice := written(t, again); twice != once {
		t.Fatalf("%.300q\nwritten as %.300q\nthen as %.300q", raw, once, twice)
	}
	if same(f, again) {
		return
	}
	if d := cmp.Diff(f, again, equal); d != "" {
		t.Fatalf("%.300q\nwritten as %.300q:\n%s", raw, once, d)
	}
}

// same compares as equal does, and fast.
func same(a, b *File) bool {
	bare := func(f *File) []Item {
		items := slices.Clone(f.Items)
		for i := range items {
			items[i].Line = 0
		}
		return items
	}
	return reflect.DeepEqual(bare(a), bare(b))
}

// sane sees that each error says what and where.
func sane(t *testing.T, raw []byte, err error) {
	t.Helper()
	var all Errors
	if err == nil {
		return
	}
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("%.300q: %v", raw, err)
	}
	for _, e := range all {
		if e.Line < 1 || e.Column < 1 || e.Detail == "" || !slices.Contains(codes, e.Code) {
			t.Fatalf("%.300q: %+v", raw, e)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range good {
		f.Add([]byte(c.in))
	}
	for _, c := range bad {
		f.Add([]byte(c.in))
	}
	for _, raw := range found(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		start := time.Now()
		holds(t, raw)
		if d, most := time.Since(start), 2*time.Second+time.Duration(len(raw))*20*time.Microsecond; d > most {
			t.Fatalf("%d bytes took %v", len(raw), d)
		}
	})
}

// found is what fuzzing found to go ways of its own, one input a line.
func found(tb testing.TB) [][]byte {
	tb.Helper()
	raw, err := os.ReadFile("testdata/found.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var out [][]byte
	for l := range strings.Lines(string(raw)) {
		s, err := strconv.Unquote(strings.TrimSuffix(l, "\n"))
		if err != nil {
			tb.Fatalf("%.60q: %v", l, err)
		}
		out = append(out, []byte(s))
	}
	return out
}

// TestFix puts files together by chance, from pieces that matter in GIFT.
func TestFix(t *testing.T) {
	n := 3000
	if os.Getenv("CUSTODE_TORTURE") != "" {
		n = 1000000
	}
	pieces := []string{
		"{", "}", "~", "=", "#", "####", "->", "::", ":", "\\", "\\\\", `\n`, `\{`, `\}`, `\~`, `\=`, `\#`, `\:`, "\n", "\n\n", "\r\n", "\r", " ", "\t", "//", "// [id:a] [tag:b]\n",
		"[html]", "[plain]", "[markdown]", "[moodle]", "[x]", "%50%", "%-33.33333%", "%0%", "%100%", "%", "$CATEGORY:", "$CATEGORY: a/b\n\n", "T", "TRUE", "FALSE", "{T}", "{}", "{#", "1", "3.5", "..", "1..5", "3:2",
		"a", "word", "due parole", "perché", "日本", "<b>", "{=yes ~no}", "{~%50%a ~%50%b ~c}", "{=x -> 1 =y -> 2}", "=a ", "~b ", "*", "-", ">", "\x00", "\x07", "\x0e", "\xff", "\ufeff", "\u00a0", "&&058;",
	}
	seed := rand.New(rand.NewPCG(7, 28))
	for range n {
		var b strings.Builder
		for range 1 + seed.IntN(24) {
			b.WriteString(pieces[seed.IntN(len(pieces))])
		}
		holds(t, []byte(b.String()))
	}
}

// TestFixBuilt does the same from the other side: with files that no text was read for.
func TestFixBuilt(t *testing.T) {
	seed := rand.New(rand.NewPCG(28, 7))
	n := 3000
	if os.Getenv("CUSTODE_TORTURE") != "" {
		n = 1000000
	}
	for range n {
		f := made(seed)
		once := written(t, f)
		g, _, err := Parse([]byte(once))
		if err != nil {
			t.Fatalf("%+v\nwritten as %.300q: %v", f, once, err)
		}
		if len(g.Items) != len(f.Items) {
			t.Fatalf("%d of %d items in %.300q", len(g.Items), len(f.Items), once)
		}
		for i := range g.Items {
			if a, b := f.Items[i].Question, g.Items[i].Question; a != nil && a.Kind != b.Kind {
				t.Fatalf("%s became %s: %.300q", a.Kind, b.Kind, once)
			}
		}
		if twice := written(t, g); once != twice {
			t.Fatalf("%.300q\nthen %.300q", once, twice)
		}
	}
}

// made makes a file up: of sound questions with unsound texts.
func made(seed *rand.Rand) *File {
	parts := []string{"a", "b c", "\n", "//", "->", "[html]", "%50%", "T", "::", "\\", "#", "####", "{", "}", "~", "=", "\r", "\x01", "\x0e", "\ufeff", " ", "\t", "é", "$CATEGORY:", "\\n", "\xff"}
	str := func() string {
		s := ""
		for range seed.IntN(6) {
			s += parts[seed.IntN(len(parts))]
		}
		return s
	}
	words := func(full bool) Text {
		t := Text{Format: append(slices.Clone(formats), "", "", "", "odd")[seed.IntN(8)], S: str()}
		if full {
			t.S += "x"
		}
		return t
	}
	weights := []float64{0, 50, -50, 100, -100, 33.333333333, 1e-9, 100.0 / 7}
	f := &File{}
	for range 1 + seed.IntN(3) {
		i := Item{Comments: []string{str()}}
		switch seed.IntN(8) {
		case 0:
			i.Category = str() + "x"
		case 1:
		default:
			q := &Question{Kind: []Kind{Choice, TrueFalse, Short, Matching, Numerical, Essay, Description}[seed.IntN(7)], Title: str(), Text: words(true), True: seed.IntN(2) == 0, IfWrong: words(false), IfRight: words(false), Feedback: words(false)}
			if seed.IntN(3) == 0 && q.Kind != Description {
				q.Gap, q.After = true, str()
			}
			for n := range 2 + seed.IntN(3) {
				a := Answer{Right: n == 0, Weight: weights[seed.IntN(len(weights))], Text: words(true), Match: str() + "x", Value: []string{"1", "*", "-2.5e3"}[seed.IntN(3)], Feedback: words(false)}
				if a.Value != "*" {
					a.Margin, a.Upper = []string{"", "0.5"}[seed.IntN(2)], []string{"", ".5"}[seed.IntN(2)]
				}
				if n == 0 {
					a.Weight = 100
				}
				q.Answers = append(q.Answers, a)
			}
			if q.Kind == Short {
				q.Answers = q.Answers[:1+seed.IntN(2)]
			}
			q.Answers[len(q.Answers)-1].Right = false
			i.Question = q
		}
		f.Items = append(f.Items, i)
	}
	return f
}

// TestLinear gives megabytes of what could make a careless reader slow. Each is read at twice
// the length too: time in proportion to the length makes that twice as long, not four times.
func TestLinear(t *testing.T) {
	size := 16 << 10
	if os.Getenv("CUSTODE_TORTURE") != "" {
		size = 3 << 20
	}
	for _, s := range []string{
		"{", "}", "~", "\\", "::", "\n", "\n \n", "//\n", "// [id:\n", "[id:", "%", "=", "#", "->", "{\n\n", "a\n\n", "{a\n\n", "\r", "\r\n", "\x00\x01", "\xff", "[html]", "$CATEGORY:a\n", "\\\n", "<a", "&#",
		"a{=b ~c}", "a{=b ~c}\n\n", "a{~", "a{=", "a{#", "a{# =", "a{####", "a{T#", "a{=b -> c ", "::a", "::a\n\n", "\ufeff", "\xfe\xff", "é", ":", "//[tag:a]",
	} {
		took := func(n int) time.Duration {
			raw := []byte(strings.Repeat(s, n/len(s)))
			start := time.Now()
			holds(t, raw)
			return time.Since(start)
		}
		if one, two := took(size), took(2*size); two > 8*one+time.Second {
			t.Errorf("%.300q: %v for %d bytes, %v for twice as much", s, one, size, two)
		}
	}
	// behind a beginning that makes it part of a question, and of a comment
	for _, begin := range []string{"::t::a {", "a {=", "a {~", "a {#", "// ", "a {T#", "$CATEGORY: ", "a {=b ~c} ", "a [html]"} {
		for _, s := range []string{"~", "=", "#", "\\", "->", "[", "]", "%", "[tag:", ":", "{", " ", "\t", "\n//"} {
			start := time.Now()
			holds(t, []byte(begin+strings.Repeat(s, size/8/len(s))+"}"))
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("%.300q %.300q: %v", begin, s, d)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	many := strings.Repeat("a{T}\n\n", MaxItems)
	if f, _, err := Parse([]byte(many)); err != nil || len(f.Items) != MaxItems {
		t.Error(err)
	}
	for name, raw := range map[string]string{"big": many + "a", "many": strings.Repeat("}\n\n", MaxErrors), "nothing": " \n\n"} {
		f, _, err := Parse([]byte(raw))
		var all Errors
		if !errors.As(err, &all) || f != nil || all[len(all)-1].Code != name {
			t.Error(name, len(all), f != nil)
		}
	}
	if f, _, err := Parse(bytes.Repeat([]byte("a"), MaxBytes+1)); f != nil || err == nil {
		t.Error("too long a file was read")
	}
	full := "a{=c" + strings.Repeat("~b", MaxAnswers-1) + "}\n\n"
	if f, _, err := Parse([]byte(strings.Repeat(full, MaxAll/MaxAnswers))); f == nil || err != nil {
		t.Error(err)
	}
	if f, _, err := Parse([]byte(strings.Repeat(full, 1+MaxAll/MaxAnswers))); f != nil || err == nil {
		t.Error("too many answers in all were read")
	}
	if f, _, err := Parse([]byte("a{" + strings.Repeat("~b", MaxAnswers) + "=c}")); f != nil || err == nil {
		t.Error("too many answers were read")
	}
	if f, _, err := Parse([]byte("a{" + strings.Repeat("~b", MaxAnswers-1) + "=c}")); f == nil || err != nil {
		t.Error(err)
	}
}

// TestCorpus holds the promise for every file of testdata.
func TestCorpus(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.gift")
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, raw)
	}
	if len(names) == 0 {
		t.Error("there is no corpus")
	}
}
