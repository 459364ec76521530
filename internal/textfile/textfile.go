// Package textfile reads text as the editors and shells of Windows leave it: Notepad puts
// a mark of the encoding in front and ends lines with two characters, PowerShell writes
// UTF-16. It means the same as without.
package textfile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// Text gives the text of a file in UTF-8, without the mark in front and with lines that
// end in \n alone. UTF-16 is known by its mark; what is not whole in it becomes U+FFFD.
// The result may share memory with raw; where it does not, raw is the caller's to clear.
func Text(raw []byte) []byte {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		return unixLines(fromUTF16(raw[2:], binary.LittleEndian))
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return unixLines(fromUTF16(raw[2:], binary.BigEndian))
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !bytes.Contains(raw, []byte("\r\n")) {
		return raw
	}
	return unixLines(bytes.Clone(raw))
}

// unixLines works in the memory that it is given: a key leaves no copy behind.
func unixLines(text []byte) []byte {
	out := text[:0]
	for i, c := range text {
		if c != '\r' || i+1 == len(text) || text[i+1] != '\n' {
			out = append(out, c)
		}
	}
	clear(text[len(out):])
	return out
}

func fromUTF16(raw []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, 2*len(raw)) // it may hold a key: it shall not grow and leave copies
	for len(raw) > 0 {
		r, n := rune(utf8.RuneError), min(2, len(raw))
		if n == 2 {
			r = rune(order.Uint16(raw))
		}
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(raw) >= 4 {
				pair = utf16.DecodeRune(r, rune(order.Uint16(raw[2:])))
			}
			if r = pair; pair != utf8.RuneError {
				n = 4
			}
		}
		out, raw = utf8.AppendRune(out, r), raw[n:]
	}
	return out
}
