package main

import (
	"slices"
	"strconv"
	"testing"
)

// TestDownload: what a file is follows from its name, and a paper is called after what it is drawn as.
func TestDownload(t *testing.T) {
	for name, want := range map[string]string{
		printedName("custode-notice", false): "text/html; charset=utf-8", printedName("custode-notice", true): "application/pdf",
		"register.csv": "text/csv; charset=utf-8", "request-1-data.json": "application/json",
	} {
		if d := download(name, []byte("x")); d.Type != want || d.Name != name || string(d.Body) != "x" {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestFirstFew(t *testing.T) {
	sh := officeOf(t, t.TempDir()).sh
	for n, want := range map[int]string{0: "", 3: "", 4: "and 1 more", 15: "and 12 more"} {
		list := make([]int, n)
		for i := range list {
			list[i] = i
		}
		out, more := firstFew(sh, list, 3, strconv.Itoa)
		if more != want || !slices.Equal(out, []string{"0", "1", "2"}[:min(n, 3)]) {
			t.Errorf("%d: %q %q", n, out, more)
		}
	}
}
