package question

import (
	"os"
	"strings"
	"testing"
	"time"
)

// No single question keeps the reader waiting: what the YAML library takes long over is
// refused before, or is short.
func TestSlow(t *testing.T) {
	const begin = "schema: custode.quiz/1\nquestions:\n- id: a\n  type: true-false\n  statement: true\n"
	size := maxPart / 16
	if os.Getenv("CUSTODE_TORTURE") != "" {
		size = maxPart - 200
	}
	fill := func(s string) string { return strings.Repeat(s, max(1, size/len(s))) }
	for name, raw := range map[string]string{
		"one line":    begin + "  text: " + fill("a b "),
		"quoted":      begin + "  text: \"" + fill("a\\n") + "\"\n",
		"escapes":     begin + "  text: \"" + fill("\\u0041") + "\"\n",
		"quotes":      begin + "  text: '" + fill("''") + "'\n",
		"open quote":  begin + "  text: \"" + fill("x\n  "),
		"block":       begin + "  text: |\n" + fill("    line\n"),
		"folded":      begin + "  text: >\n" + fill("    line\n"),
		"plain lines": begin + "  text: x\n" + fill("    line\n"),
		"list":        begin + "  plans: [" + fill("a,") + "]\n",
		"list, open":  begin + "  plans: [" + fill("a,"),
		"dashes":      begin + "  plans:\n" + fill("  - a\n"),
		"keys":        begin + fill("  a: 1\n"),
		"map":         begin + "  text: {" + fill("a: 1,") + "}\n",
		"comments":    begin + fill("  # x\n"),
		"comment":     begin + "  # " + fill("x"),
		"tabs":        begin + "  text: a" + fill("\t"),
		"spaces":      begin + "  text: a" + fill(" ") + "b\n",
		"colons":      begin + "  text: " + fill("a: "),
		"colons only": begin + "  " + fill(":"),
		"nested":      begin + "  text: " + fill("- "),
		"marks":       begin + "  text: " + fill("? "),
		"ampersands":  begin + "  text: " + fill("&a "),
		"stars":       begin + "  text: " + fill("*a "),
		"tags":        begin + "  text: " + fill("!!a "),
		"braces":      begin + "  text: {a: " + strings.Repeat("{a: ", maxOpen-2),
		"brackets":    begin + fill("  text: "+strings.Repeat("[", maxOpen/2)+strings.Repeat("]", maxOpen/2)+"\n"),
		"blank":       begin + fill(strings.Repeat("\n", maxBlank-2)+"#\n"),
		"percent":     begin + fill("%a\n"),
		"head":        fill("a: [b]\n"),
		"documents":   fill("---\n"),
		"options":     begin + "  options:\n" + fill("  - {id: a, text: {en: a, it: b}}\n"),
	} {
		began := time.Now()
		_, err := ParseOwn([]byte(raw))
		took := time.Since(began)
		t.Logf("%s: %v, %d errors", name, took.Round(time.Millisecond), len(told1(t, err)))
		if took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}
