package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"custode/encrypt/catalogue"
)

// TestSealedList: pages follow each other without gap or repetition, and a text is looked for as it
// stands, whatever SQL makes of its characters.
func TestSealedList(t *testing.T) {
	s := open(t, t.TempDir())
	root := filepath.Join(string(filepath.Separator), "shop")
	var all []catalogue.Entry
	for i := range 120 {
		all = append(all, sealedAt(filepath.Join(root, "letters", fmt.Sprintf("%03d.txt.age", i)), i))
	}
	all = append(all, sealedAt(filepath.Join(root, "100%_Rossi.pdf.age"), 500), sealedAt(filepath.Join(root, "1000 rossi.pdf.age"), 501))
	if err := s.SaveSealed(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for skip := int64(0); ; skip += 50 {
		list, n, err := s.SealedList(t.Context(), "", 50, skip)
		if err != nil || n != 122 {
			t.Fatalf("%d files, %v", n, err)
		}
		if len(list) == 0 {
			break
		}
		for _, e := range list {
			if seen[e.Path] {
				t.Errorf("%s comes twice", e.Path)
			}
			seen[e.Path] = true
		}
	}
	if len(seen) != 122 {
		t.Errorf("%d files on all pages", len(seen))
	}
	for text, want := range map[string]int64{"ROSSI": 2, "100%_": 1, "_": 1, `\`: 0, "letters": 120, "007": 1, "'": 0} {
		if filepath.Separator == '\\' && text == `\` {
			continue
		}
		if list, n, err := s.SealedList(t.Context(), text, 50, 0); err != nil || n != want || int64(len(list)) != min(want, 50) {
			t.Errorf("%q: %d files, %d shown, want %d: %v", text, n, len(list), want, err)
		}
	}
}
