package paper

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"
)

// Size is a size of paper.
type Size string

// The sizes that are printed on.
const (
	A4     Size = "A4"
	Letter Size = "Letter"
)

// Mark is how a page of ours begins: whoever is asked to overwrite a file can see that it is one.
const Mark = "<!doctype html><!-- custode paper -->"

//go:embed paper.html
var page string

// HTML draws a document as one page to print: nothing from elsewhere, no scripts.
func HTML(w io.Writer, d Doc, size Size) error {
	d = d.cleaned()
	tpl, err := template.New("paper").Funcs(template.FuncMap{
		"lines": htmlText,
		"parts": shares,
	}).Parse(page)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(Mark + "\n")
	view := struct {
		Doc
		Size Size
	}{d, size}
	if err := tpl.Execute(&b, view); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// htmlText escapes a text and marks its gaps and its line ends.
func htmlText(t Text) template.HTML {
	var b strings.Builder
	for _, s := range t {
		e := strings.ReplaceAll(template.HTMLEscapeString(s.S), "\n", "<br>")
		if s.Gap {
			e = "<mark>" + e + "</mark>"
		}
		b.WriteString(e)
	}
	return template.HTML(b.String()) //nolint:gosec // escaped above
}

// shares turns the widths of a table's columns into parts of a hundred.
func shares(widths []int, columns int) []int {
	if len(widths) != columns {
		widths = make([]int, columns)
		for i := range widths {
			widths[i] = 1
		}
	}
	sum := 0
	for _, w := range widths {
		sum += w
	}
	out := make([]int, len(widths))
	for i, w := range widths {
		out[i] = w * 100 / max(sum, 1)
	}
	return out
}
