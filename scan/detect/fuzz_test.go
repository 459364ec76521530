package detect

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// allExamples are the seeds.
func allExamples() []string {
	var all []string
	for _, tb := range tables {
		for _, e := range append(tb.must, tb.mustNot...) {
			all = append(all, e.text)
		}
	}
	return all
}

// FuzzText cuts a text after any newline and expects the same result.
func FuzzText(f *testing.F) {
	all := allExamples()
	for i, e := range all {
		f.Add(e+"\n"+all[(i*7+3)%len(all)]+"\n"+e, uint16(i))
	}
	f.Add("References: <a@example.com>\n\t<b@example.com>\ntel.\n3990001234\n", uint16(40))
	r := testRules("")
	f.Fuzz(func(t *testing.T, text string, at uint16) {
		whole := ofText(r, text)
		check(t, text, whole)
		if text == "" {
			return
		}
		cut := strings.IndexByte(text[int(at)%len(text):], '\n')
		if cut < 0 {
			return
		}
		cut += int(at)%len(text) + 1
		parts := inPieces(r, text, 512, cut)
		if diff := cmp.Diff(whole.Findings, parts.Findings); diff != "" {
			t.Errorf("cut at %d:\n%s", cut, diff)
		}
		if whole.People.Count() != parts.People.Count() {
			t.Errorf("cut at %d: %d people instead of %d", cut, parts.People.Count(), whole.People.Count())
		}
		check(t, text, inPieces(r, text, 512, int(at)%len(text)))
	})
}

// FuzzCells feeds a table separated by semicolons, first as columns, then as
// fields, and holds the result to its promises.
func FuzzCells(f *testing.F) {
	for i, e := range allExamples() {
		f.Add("Nome;Email;Telefono;Data di nascita\nMario;"+e+";3990001234;1/2/80", i%2 == 0)
		f.Add(e+";Indirizzo\n"+e+";Via Roma 1\n", true)
	}
	r := testRules("")
	f.Fuzz(func(t *testing.T, text string, fields bool) {
		c := r.Collector()
		for i, line := range bytes.Split([]byte(text), []byte("\n")) {
			for n, cell := range bytes.Split(line, []byte(";")) {
				if i == 0 {
					c.Column(cell, fields)
					continue
				}
				c.Cell(n, cell, int64(i)+1)
			}
			if i > 0 {
				c.EndRecord()
			}
		}
		check(t, text, c.Result())
	})
}

// check holds a result to what holds for every result.
func check(t *testing.T, text string, r Result) {
	t.Helper()
	var before Finding
	for i, f := range r.Findings {
		if f.Count < 1 || f.Distinct < 1 || f.Distinct > f.Count || f.Kind == "" || f.Confidence == "" || f.Sample == "" || !utf8.ValidString(f.Sample) {
			t.Errorf("%+v", f)
		}
		if (f.Where.Unit == Line && f.Where.Name != "") || f.Where.Number < 1 || f.Where.Number > int64(len(text))+maxColumns+2 {
			t.Errorf("%+v", f.Where)
		}
		if f.Where.Name != "" && (len(headerWords(f.Where.Name)) == 0 || strings.ContainsAny(f.Where.Name, "@\x1b\n")) {
			t.Errorf("%+v", f.Where)
		}
		if i > 0 && before.Kind > f.Kind {
			t.Errorf("%s stands behind %s", f.Kind, before.Kind)
		}
		before = f
	}
}
