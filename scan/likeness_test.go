package scan

import (
	"strings"
	"testing"

	"custode/scan/detect"
	"custode/scan/people"
)

// TestLikeness: what makes files unlike, and what does not.
func TestLikeness(t *testing.T) {
	r := detect.New(detect.Options{Key: [16]byte{1}})
	file := func(change func(*File)) uint64 {
		f := File{Path: "/a", Findings: []detect.Finding{{Kind: detect.Email, Count: 2, Distinct: 2, Sample: "a…"}}, Sketch: people.New()}
		f.Stamp.Size = 100
		f.Sketch.Add(1)
		f.Sketch.Add(2)
		change(&f)
		return likeness(r, &f)
	}
	plain := file(func(*File) {})
	for name, change := range map[string]func(*File){
		"path": func(f *File) { f.Path = "/b" }, "age": func(f *File) { f.Stamp.MTimeNS = 9 }, "permissions": func(f *File) { f.Stamp.Mode = 9 },
		"the same people in another order": func(f *File) {
			f.Sketch = people.New()
			f.Sketch.Add(2)
			f.Sketch.Add(1)
		},
	} {
		if file(change) != plain {
			t.Errorf("%s makes it unlike", name)
		}
	}
	for name, change := range map[string]func(*File){
		"size": func(f *File) { f.Stamp.Size++ }, "count": func(f *File) { f.Findings[0].Count++ }, "kind": func(f *File) { f.Findings[0].Kind = detect.Phone },
		"sample": func(f *File) { f.Findings[0].Sample = "b…" }, "place": func(f *File) { f.Findings[0].Where.Number = 7 }, "people": func(f *File) { f.Sketch.Add(3) },
		"nobody": func(f *File) { f.Sketch = nil }, "one finding more": func(f *File) { f.Findings = append(f.Findings, f.Findings[0]) },
	} {
		if file(change) == plain {
			t.Errorf("another %s does not show", name)
		}
	}
	if got := file(func(f *File) { f.Findings = nil }); got != 0 {
		t.Errorf("nothing was found: %x", got)
	}
	other := detect.New(detect.Options{Key: [16]byte{2}})
	f := File{Findings: []detect.Finding{{Kind: detect.Email}}}
	if likeness(r, &f) == likeness(other, &f) {
		t.Error("the key makes no difference")
	}
}

// BenchmarkLikeness is what telling likely copies costs a file with findings.
func BenchmarkLikeness(b *testing.B) {
	r := detect.New(detect.Options{})
	f := File{Sketch: people.New()}
	for range 8 {
		f.Findings = append(f.Findings, detect.Finding{Kind: detect.Email, Count: 300, Distinct: 200, Sample: strings.Repeat("•", 12)})
	}
	for i := range uint64(300) {
		f.Sketch.Add(i * 7919)
	}
	for b.Loop() {
		likeness(r, &f)
	}
}
