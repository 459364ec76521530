package web

import (
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"regexp"
	"strings"
)

// Download is a file that is given to the browser.
type Download struct {
	Name string // without a folder
	Type string // of its content
	Body []byte
}

// give sends a file, to show as a page of its own or to keep.
func (v *visit) give(d Download, show bool) error {
	h := v.w.Header()
	h.Set("Content-Type", d.Type)
	if show {
		h.Set("Content-Security-Policy", paperPolicy(d.Body))
	} else {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	}
	_, _ = v.w.Write(d.Body) // who went away does not read it
	return nil
}

var styleOf = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// paperPolicy lets a page of ours that is to be printed have the style that stands in it, by the sum
// of its text, and nothing else.
func paperPolicy(page []byte) string {
	var sums []string
	for _, m := range styleOf.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(m[1])
		sums = append(sums, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	if len(sums) == 0 {
		sums = []string{"'none'"}
	}
	return "default-src 'none'; style-src " + strings.Join(sums, " ") + "; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
}
