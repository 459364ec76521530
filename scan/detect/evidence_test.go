package detect

import (
	"os"
	"strings"
	"testing"
)

// TestConfidencesAreDocumented holds the table in docs/confidence.md to the one
// that the detectors go by, both ways.
func TestConfidencesAreDocumented(t *testing.T) {
	raw, err := os.ReadFile("../../docs/confidence.md")
	if err != nil {
		t.Fatal(err)
	}
	documented, reasons, head := map[testimony]Confidence{}, map[Why]bool{}, []string(nil)
	for line := range strings.Lines(string(raw)) {
		if !strings.HasPrefix(line, "|") {
			head = nil
			continue
		}
		row := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range row {
			row[i] = strings.Trim(row[i], " `")
		}
		switch {
		case head == nil:
			head = row
		case head[0] == "why" && !strings.HasPrefix(row[0], "-"):
			reasons[Why(row[0])] = true
		case head[0] == "kind" && !strings.HasPrefix(row[0], "-"):
			if len(row) != len(head) {
				t.Fatalf("%q has %d cells, not %d", line, len(row), len(head))
			}
			for i, c := range row[1:] {
				if c != "" {
					documented[testimony{Kind(row[0]), Why(head[i+1])}] = Confidence(c)
				}
			}
		}
	}
	for at, c := range confidences {
		if documented[at] != c {
			t.Errorf("%s by %s is %s; the page says %q", at.kind, at.why, c, documented[at])
		}
	}
	for at, c := range documented {
		if _, ok := confidences[at]; !ok {
			t.Errorf("the page says that %s by %s is %s; it is not found", at.kind, at.why, c)
		}
	}
	for _, why := range whyOrder {
		if !reasons[why] {
			t.Errorf("the page does not tell what %s means", why)
		}
	}
	if len(reasons) != len(whyOrder) {
		t.Errorf("the page has %d reasons, there are %d", len(reasons), len(whyOrder))
	}
}
