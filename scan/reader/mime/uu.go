package mime

import (
	"bytes"
	"io"
)

const (
	noAttachment = iota
	uuencoded
	yEncoded
)

// attachment is one that stands in the text of a mail.
type attachment struct {
	kind int
	name string
}

// begins tells whether line, shown by s, begins an attachment: "begin 644 name" of
// uuencode (POSIX.1, uuencode) with a line of its digits behind it, or "=ybegin" of
// yEnc (yEnc draft 1.3).
func begins(s *scope, line []byte, eol int) attachment {
	if eol == 0 || len(line) > 1<<10 {
		return attachment{}
	}
	if rest, ok := bytes.CutPrefix(line, []byte("=ybegin ")); ok {
		sizes, name, ok := bytes.Cut(rest, []byte("name="))
		if !ok || !bytes.Contains(sizes, []byte("size=")) {
			return attachment{}
		}
		return attachment{kind: yEncoded, name: cleanName(appendLine(nil, name))}
	}
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	if !ok {
		return attachment{}
	}
	mode, name, _ := bytes.Cut(rest, []byte(" "))
	if len(mode) < 3 || len(mode) > 4 || !isCount(mode) || len(bytes.TrimSpace(name)) == 0 {
		return attachment{}
	}
	next := s.after(len(line) + eol)
	if i := bytes.IndexAny(next[:min(len(next), 128)], "\r\n"); i >= 0 {
		next = next[:i]
	}
	if n, ok := uuLine(next); !ok || len(next) == 0 || n > 0 && len(next)-1 < (n+2)/3*4-3 {
		return attachment{}
	}
	return attachment{kind: uuencoded, name: cleanName(appendLine(nil, name))}
}

// uuLine tells whether line is one of uuencode, and how many bytes it holds.
// Blanks at its end may be missing.
func uuLine(line []byte) (n int, ok bool) {
	if string(line) == "end" {
		return 0, true
	}
	for _, c := range line {
		if c < ' ' || c > '`' {
			return 0, false
		}
	}
	if len(line) == 0 {
		return 0, true
	}
	n = int(line[0]-' ') & 63
	return n, len(line)-1 <= (n+2)/3*4+2
}

// uudecoder gives an attachment in uuencode, from its first line of digits to
// the line "end", or to one that is none of it.
type uudecoder struct {
	s    *scope
	over bool
}

func (d *uudecoder) fill(dst []byte) (int, error) {
	n := 0
	for !d.over && len(dst)-n >= 64 {
		text, eol, ok := d.s.peek()
		if !ok {
			break
		}
		size, ok := uuLine(text)
		if !ok || d.s.mid {
			d.over = true
			break
		}
		d.over = string(text) == "end"
		if size > 0 {
			n += uuDecode(dst[n:n+size], text[1:])
		}
		d.s.take(len(text), eol)
		if eol == 0 {
			d.over = true
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// uuDecode decodes one line into dst, which is as long as what it holds.
func uuDecode(dst, src []byte) int {
	at := func(i int) byte {
		if i < len(src) {
			return (src[i] - ' ') & 63
		}
		return 0
	}
	for i := range dst {
		k := i / 3 * 4
		switch i % 3 {
		case 0:
			dst[i] = at(k)<<2 | at(k+1)>>4
		case 1:
			dst[i] = at(k+1)<<4 | at(k+2)>>2
		default:
			dst[i] = at(k+2)<<6 | at(k+3)
		}
	}
	return len(dst)
}

// ydecoder gives an attachment in yEnc, from the line behind "=ybegin" to "=yend".
type ydecoder struct {
	s       *scope
	over    bool
	escaped bool
}

func (d *ydecoder) fill(dst []byte) (int, error) {
	n := 0
	for !d.over && n < len(dst) {
		text, eol, ok := d.s.peek()
		if !ok {
			break
		}
		if !d.s.mid && bytes.HasPrefix(text, []byte("=y")) {
			d.over = bytes.HasPrefix(text, []byte("=yend"))
			d.s.takeLine()
			continue
		}
		part := text[:min(len(text), len(dst)-n)]
		if len(part) < len(text) {
			eol = 0
		}
		if !d.s.mid && bytes.HasPrefix(part, []byte("..")) { // dots doubled by NNTP
			d.s.take(1, 0)
			continue
		}
		for _, c := range part {
			if c == '=' && !d.escaped {
				d.escaped = true
				continue
			}
			if d.escaped {
				c, d.escaped = c-64, false
			}
			dst[n] = c - 42
			n++
		}
		d.s.take(len(part), eol)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
