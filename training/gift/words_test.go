package gift

import (
	"strings"
	"testing"

	"custode/internal/i18n"
)

// TestWords sees that each code has its sentence, with a place for the detail.
func TestWords(t *testing.T) {
	for _, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range Codes() {
			if s := w.T(Words+c, "here"); !w.Has(Words+c) || !strings.Contains(s, "here") || strings.Contains(s, "%!") {
				t.Errorf("%s: %s: %q", lang, c, s)
			}
		}
		have := 0
		for _, k := range w.Keys() {
			if strings.HasPrefix(k, Words) {
				have++
			}
		}
		if have != len(codes) {
			t.Errorf("%s: %d sentences for %d codes", lang, have, len(codes))
		}
	}
}
