package pdf

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// docEncoding are the codes of PDFDocEncoding, annex D.2, that are not those of
// Latin-1: from 0x18 and from 0x80 on.
const (
	docLow  = "˘ˇˆ˙˝˛˚˜"
	docHigh = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\uFFFD€"
)

// textString is a text string of section 7.9.2.2, in UTF-8.
func textString(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return utf16String(b[2:], 1)
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return utf16String(b[2:], 0)
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return string(bytes.ToValidUTF8(b[3:], []byte("\uFFFD")))
	}
	low, high := []rune(docLow), []rune(docHigh)
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		r := rune(c)
		switch {
		case c >= 0x18 && c < 0x20:
			r = low[c-0x18]
		case c >= 0x80 && c <= 0xa0:
			r = high[c-0x80]
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// utf16String decodes UTF-16; low is the place of a unit's lower byte. Escapes
// for languages, which stand between two U+001B, are left out.
func utf16String(b []byte, low int) string {
	out := make([]byte, 0, len(b))
	escape := false
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(b[i+1-low])<<8 | rune(b[i+low])
		if r == 0x1b {
			escape = !escape
			continue
		}
		if utf16.IsSurrogate(r) && i+3 < len(b) {
			if pair := utf16.DecodeRune(r, rune(b[i+3-low])<<8|rune(b[i+2+low])); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		if !escape {
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out)
}

// say hands over text that stands in an object, as lines of the page.
func (d *document) say(b []byte) {
	if len(b) == 0 || d.fail != nil {
		return
	}
	d.sayString(textString(b))
}

// sayString hands over s with its blanks made plain.
func (d *document) sayString(s string) {
	out := d.out[:0]
	for _, r := range s {
		switch {
		case r == '\r' || r == '\n' || r == 0x2028 || r == 0x2029:
			if n := len(out); n > 0 && out[n-1] != '\n' {
				out = append(out, '\n')
			}
		case r < ' ' || r == 0xa0:
			out = append(out, ' ')
		case r == 0xad || r == 0x2010 || r == 0x2011:
			out = append(out, '-')
		case r == 0x200b || r == 0xfeff:
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	if n := len(out); n > 0 && out[n-1] != '\n' {
		out = append(out, '\n')
	}
	d.out = out
	if len(bytes.TrimSpace(out)) > 0 {
		d.handed(d.h.Text(d.page, out))
	}
}
