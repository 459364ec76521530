package host

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
)

// resident is the memory of this process of a kind, in KB.
func resident(t *testing.T, kind string) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(b, []byte("\n"+kind+":"))
	n, err := strconv.Atoi(strings.Fields(string(rest))[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestHandBack: garbage goes, what is in use stays as it was, and the program runs on.
func TestHandBack(t *testing.T) {
	kept, garbage := bytes.Repeat([]byte("kept"), 1<<20), bytes.Repeat([]byte("garb"), 16<<20)
	before := resident(t, "RssAnon") + len(garbage[:1])/2
	garbage = nil
	_ = garbage
	for range 3 {
		HandBack()
	}
	if now := resident(t, "RssAnon"); now > before-(48<<10) {
		t.Errorf("%d KB before, %d KB afterwards", before, now)
	}
	if !bytes.Equal(kept, bytes.Repeat([]byte("kept"), 1<<20)) || registered != "a word of the program's own, changed when it started" {
		t.Error("something in use has changed")
	}
}

// registered is put together when the program starts, and lies in memory that differs from
// the program's file.
var registered = strings.Join([]string{"a word of the program's own", "changed when it started"}, ", ")
