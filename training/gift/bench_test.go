package gift

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestUntagLinear gives much of what could make a careless reader of HTML slow.
func TestUntagLinear(t *testing.T) {
	for _, s := range []string{"<", "<a", "<!--", "<script>", "<style>", "&", "&#", "&#1", "<p>", "<img alt=", "</", "<script></", "&lt;", "<a <", "<img alt=\"", "<>", "<!-"} {
		start := time.Now()
		untag(strings.Repeat(s, (1<<18)/len(s)))
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%q: %v", s, d)
		}
	}
}

// BenchmarkTenThousand reads, turns into questions, and writes ten thousand.
func BenchmarkTenThousand(b *testing.B) {
	one := "// [id:q]\n::Question::A customer asks for the list of all customers\\: what do you say? {\n\t=No, that is nobody's business#Right\n\t~Yes\n\t~[html]<b>Perhaps</b>#Why not?\n\t####Lists stay where they are.\n}\n\n"
	raw := bytes.Repeat([]byte(one), 10000)
	f, _, err := Parse(raw)
	if err != nil {
		b.Fatal(err)
	}
	q, _ := ToQuestions(f, Options{})
	for name, do := range map[string]func(){
		"parse": func() { _, _, _ = Parse(raw) },
		"take":  func() { ToQuestions(f, Options{}) },
		"give":  func() { FromQuestions(q, "en") },
		"write": func() { _ = Write(&bytes.Buffer{}, f) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}
