package gift

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAiken(t *testing.T) {
	in := "\ufeffWho may open the till?\r\nA. A guest\r\nB) The cashier\r\nANSWER: B\r\n\r\nWhere do keys belong?\n(Think of thieves.)\n\nA) Under\n   the mat\nB) In the safe\n\nC. E.g. here\nANSWER:B"
	want := []Item{
		{Question: &Question{Kind: Choice, Text: say("Who may open the till?"), Answers: []Answer{{Text: say("A guest")}, {Right: true, Weight: 100, Text: say("The cashier")}}}},
		{Question: &Question{Kind: Choice, Text: say("Where do keys belong?\n(Think of thieves.)"), Answers: []Answer{{Text: say("Under\nthe mat")}, {Right: true, Weight: 100, Text: say("In the safe")}, {Text: say("E.g. here")}}}},
	}
	f, notes, err := ParseAiken([]byte(in))
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	if d := cmp.Diff(want, f.Items, equal); d != "" {
		t.Error(d)
	}
	if f.Items[1].Line != 6 {
		t.Error(f.Items[1].Line)
	}
	if q, lost := ToQuestions(f, Options{}); len(q.Questions) != 2 || len(lost) > 0 {
		t.Error(q, lost)
	}
	if f, notes, err := ParseAiken([]byte("Perch\xe9?\nA. b\nB. c\nANSWER: A")); err != nil || len(notes) != 1 || f.Items[0].Question.Text.S != "Perché?" {
		t.Error(f, notes, err)
	}
}

var badAiken = []struct {
	in, code string
	line     int
}{
	{"a\nA. b\nB. c\nANSWER: C", "aiken-letter", 4},
	{"a\nA. b\nB. c\nANSWER:", "aiken-letter", 4},
	{"a\nA. b\nB. c\nANSWER: AB", "aiken-letter", 4},
	{"a\nA. b\nB. c\nANSWER: a", "aiken-letter", 4},
	{"ok\nA. b\nB. c\nANSWER: A\na\nA. b\nB. c\n", "aiken-answer", 5},
	{"a\nA. b\nC. c\nANSWER: A", "aiken-option", 3},
	{"a\nA. b\nA. c\nANSWER: A\nok\nA. b\nB. c\nANSWER: A", "aiken-option", 3},
	{"a\nA. b\nANSWER: A", "few", 3},
	{"a\nANSWER: A", "few", 2},
	{"A. b\nB. c\nANSWER: A", "empty-text", 1},
	{"ANSWER: A", "empty-text", 1},
	{"a\nA.\nB. c\nANSWER: A", "empty-answer", 3},
	{"a\nA. b\nB.\nANSWER: A", "empty-answer", 4},
	{"\x00", "binary", 1},
	{" \n", "nothing", 1},
	{"a\n" + strings.Repeat("Z. b\n", 3) + "ANSWER: A", "aiken-option", 2},
}

func TestBadAiken(t *testing.T) {
	have := map[string]bool{}
	for _, c := range badAiken {
		f, _, err := ParseAiken([]byte(c.in))
		var all Errors
		if !errors.As(err, &all) || len(all) != 1 || all[0].Code != c.code || all[0].Line != c.line {
			t.Errorf("%q: %v, want %s in line %d", c.in, err, c.code, c.line)
		}
		if strings.Contains(c.in, "ok\n") != (f != nil) {
			t.Errorf("%q: the other question: %v", c.in, f)
		}
		have[c.code] = true
	}
	for _, c := range codes {
		if strings.HasPrefix(c, "aiken-") && !have[c] {
			t.Error("no example of", c)
		}
	}
	for s, code := range map[string]string{"ANSWER: A\n": "many", "a\nA. b\nB. c\nANSWER: A\n": "big"} {
		f, _, err := ParseAiken([]byte(strings.Repeat(s, MaxItems+1)))
		var all Errors
		if f != nil || !errors.As(err, &all) || all[len(all)-1].Code != code {
			t.Error(s, code, len(all))
		}
	}
}

func FuzzAiken(f *testing.F) {
	for _, c := range badAiken {
		f.Add([]byte(c.in))
	}
	f.Add([]byte("a\nA. b\nB) c\nd\n\nANSWER: A\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, _, err := ParseAiken(raw)
		sane(t, raw, err)
		if file == nil {
			return
		}
		text := written(t, file)
		again, _, err := Parse([]byte(text))
		if err != nil || !same(file, again) {
			t.Fatalf("%.300q\nwritten as %.300q: %v\n%s", raw, text, err, cmp.Diff(file, again, equal))
		}
	})
}
