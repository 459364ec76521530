package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func decoded(t *testing.T, doc []byte) (d scanTotals) {
	t.Helper()
	if err := json.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTortureDoubling prints what it costs to double inputs on which scanners
// have become quadratic, and holds it to a generous bound: 2.2 times is promised.
func TestTortureDoubling(t *testing.T) {
	tortured(t)
	const bound = 3
	fmt.Printf("%-28s %9s %9s %7s\n", "doubled", "CPU s", "twice", "times")
	for _, c := range []struct {
		name, file, head, unit, tail string
		size                         int
	}{
		{"JSON on one line", "a.json", "[", `{"id":1,"nome":"Anna Esempio","email":"anna.esempio@example.com","nota":"niente"},`, "{}]", 64 << 20},
		{"CSV of one column", "a.csv", "Email\n", "anna.esempio@example.com\n", "", 64 << 20},
		{"a million '@' and more", "a.txt", "", "@", "\n", 64 << 20},
		{"a million digits and more", "a.txt", "", "1", "\n", 64 << 20},
		{"one cell", "a.csv", "Nota;Email\n\"", "niente da vedere; ", "\";x\n", 64 << 20},
		{"brackets in brackets", "a.json", "", "[", "", 64 << 20},
	} {
		measure := func(size int) time.Duration {
			dir := t.TempDir()
			text := c.head + strings.Repeat(c.unit, size/len(c.unit)) + c.tail
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			best := time.Hour
			for range 2 {
				_, _, spent := scanAlone(t, dir)
				best = min(best, spent)
			}
			return best
		}
		once, twice := measure(c.size), measure(2*c.size)
		fmt.Printf("%-28s %9.2f %9.2f %7.2f\n", c.name, once.Seconds(), twice.Seconds(), twice.Seconds()/once.Seconds())
		if twice > bound*once {
			t.Errorf("%s: %v, twice as much %v", c.name, once, twice)
		}
	}
}
