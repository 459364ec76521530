package table

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Charset is how a file writes what is not ASCII. The first such row says it,
// or the mark at the start of the file, and it holds for the rest.
type Charset struct{ is encoding }

type encoding int

const (
	unknown encoding = iota
	utf
	windows
)

// Learn looks at a row until one has told.
func (c *Charset) Learn(raw []byte) {
	if c.is != unknown {
		return
	}
	for i, b := range raw {
		if b < utf8.RuneSelf {
			continue
		}
		c.is = windows
		if utf8.Valid(raw[i:]) {
			c.is = utf
		}
		return
	}
}

// Text decodes a cell; what is not of the file's encoding stays broken UTF-8.
func (c *Charset) Text(b []byte) string {
	if c.is != windows {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(s)
}
