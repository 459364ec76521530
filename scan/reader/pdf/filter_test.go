package pdf

import (
	"runtime/debug"
	"strings"
	"testing"
)

// packedPage is a page whose content is what a filter makes of data.
func packedPage(dict string, data []byte) []byte {
	m := simple("")
	m.stream(11, dict, data)
	return m.table()
}

// Line ends before the data are passed, but not in a call for each.
func TestLineEndsBefore(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(1 << 20))
	for ends, want := range map[string]string{"\n": "Rossi\n", "\r\n\r\n": "Rossi\n", strings.Repeat("\n", 100_000): ""} {
		text, _ := must(t, packedPage("/Filter/FlateDecode", append([]byte(ends), deflate([]byte(say("Rossi")))...)))
		if text != want {
			t.Errorf("%d line ends: %q", len(ends), text)
		}
	}
}

// Data that breaks off is told, with a predictor as without.
func TestBreaksOff(t *testing.T) {
	content := say("Rossi") + strings.Repeat("\n% a comment", 50)
	for len(content)%10 != 5 {
		content += "\n"
	}
	rows := []byte(content)
	var png []byte
	for i := 0; i < len(rows); i += 10 {
		png = append(append(png, 0), rows[i:min(i+10, len(rows))]...)
	}
	for name, c := range map[string]struct {
		dict string
		data []byte
	}{
		"none": {"/Filter/FlateDecode", deflate(rows)},
		"PNG":  {"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 10>>", deflate(png)},
		"TIFF": {"/Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 1000/BitsPerComponent 4>>", deflate(rows)},
	} {
		if text, info := must(t, packedPage(c.dict, c.data)); text != "Rossi\n" || info != (Info{Pages: 1}) {
			t.Errorf("%s: %q %+v", name, text, info)
		}
		if _, info := must(t, packedPage(c.dict, c.data[:len(c.data)-8])); info != (Info{Pages: 1, Unread: 1}) {
			t.Errorf("%s, cut: %+v", name, info)
		}
	}
}

// A text of a form in XML that is cut is told.
func TestLongXFA(t *testing.T) {
	for n, want := range map[int]Info{maxToken: {Pages: 1}, maxToken + 1: {Pages: 1, Unread: 1}} {
		m := simple(say("Rossi"))
		m.objs[1] = "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 66 0 R>>>>"
		m.stream(66, "", []byte("<a>"+strings.Repeat("x", n)+"</a>"))
		if text, info := must(t, m.table()); info != want || len(text) != maxToken+len("Rossi\n[0]\n\n") {
			t.Errorf("%d bytes: %d, %+v", n, len(text), info)
		}
	}
}
