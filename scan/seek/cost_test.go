package seek_test

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestCostIsLinear: no text, however hostile, costs more for a byte when there is
// more of it. The bound is far above what is usual, because others may be using
// the computer; under the race detector it says nothing.
func TestCostIsLinear(t *testing.T) {
	if os.Getenv("CUSTODE_TORTURE") == "" {
		t.Skip("times are measured with CUSTODE_TORTURE=1 only")
	}
	s := seeker(t, anna()...)
	for name, piece := range map[string]string{
		"signs": "@", "percents": "%40", "words": "anna ", "lines": "anna\n", "fields": "Rossi, ", "both": "Anna Rossi ", "addresses": "anna@example.com ", "near": "bnna@example.com,",
		"one word": "anna", "wide": "é", "wide address": strings.Repeat("é", 80) + "@example.com ", "quotes": `"`, "quoted": `"a"@example.com `, "digits": "399 ", "number": "3991234567", "numbers": "399 123 456 ", "brackets": "(+39)(0)",
		"labels": "Nome: Anna\n", "middle": "Anna Maria ", "marks": "anna\u0300\u0300", "joined": "Via dell'Esempio ", "blanks": "Anna         ", "dump": "VALUES (anna@example.com", "dots": "anna.example.", "plus": "+39 333 ",
	} {
		took := func(n int) time.Duration {
			text := []byte(strings.Repeat(piece, n/len(piece)))
			best := time.Hour
			for range 3 {
				begun := time.Now()
				f := s.Finder(nil)
				f.Text(text, 0, len(text), 1)
				f.Result()
				best = min(best, time.Since(begun))
			}
			return best
		}
		small, big := took(16<<10), took(128<<10)
		if big > 64*max(small, 100*time.Microsecond) {
			t.Errorf("%s: 8 times the text takes %v instead of %v", name, big, small)
		}
		t.Logf("%s: %d ns a byte", name, big.Nanoseconds()/(128<<10))
	}
}
