package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/scan"
	"custode/scan/detect"
)

// TestStreamedDocument holds the document that is written in pieces to the one that
// the standard library makes at once.
func TestStreamedDocument(t *testing.T) {
	for _, n := range []int{0, 1, docChunk, 3*docChunk + 7} {
		var out bytes.Buffer
		words, err := i18n.Load("en")
		if err != nil {
			t.Fatal(err)
		}
		sh := &shell{out: &out, words: words}
		r := scan.NewReport(time.Unix(1e9, 0), []string{"/a\n \"files\": []"}, true)
		for i := range n {
			f := scan.File{Path: fmt.Sprintf("/a/%d \"<\\ü\n", i), State: scan.Examined, Risk: scan.Low}
			for j := range i % 3 {
				f.Findings = append(f.Findings, detect.Finding{Kind: detect.Email, Count: int64(j + 1), Sample: "m…@e….it, {[]}:"})
			}
			if err := r.Add(f); err != nil {
				t.Fatal(err)
			}
		}
		r.End(0)
		if err := sh.scanJSON(r); err != nil {
			t.Fatal(err)
		}
		got := out.Bytes()
		d := sh.scanDocument(r)
		for f, err := range r.Files() {
			if err != nil {
				t.Fatal(err)
			}
			d.Files = append(d.Files, sh.fileDocument(f))
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		if err := enc.Encode(d); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%d files: got %d bytes, want %d\n%.600s\n%.600s", n, len(got), want.Len(), got, want.Bytes())
		}
	}
}

// TestStreamedDocumentIsCutOff: when nobody reads any more, nothing is left at work on
// the report.
func TestStreamedDocumentIsCutOff(t *testing.T) {
	sh := &shell{out: fullDisk{}}
	r := scan.NewReport(time.Unix(1e9, 0), []string{"/a"}, true)
	for i := range 100 * docChunk {
		if err := r.Add(scan.File{Path: fmt.Sprintf("/a/%d", i), State: scan.Examined}); err != nil {
			t.Fatal(err)
		}
	}
	before := runtime.NumGoroutine()
	if err := sh.scanJSON(r); !isFault(err, "fault.output") {
		t.Errorf("got %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for tries := 0; runtime.NumGoroutine() > before; tries++ {
		if tries == 100 {
			t.Fatalf("%d goroutines more", runtime.NumGoroutine()-before)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("full") }
