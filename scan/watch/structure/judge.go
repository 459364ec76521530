package structure

import (
	"bytes"
	"unicode/utf8"
)

// judge says what the file is, and whether all that can be checked fits.
func (b *body) judge() (Kind, bool) {
	h := b.head
	switch {
	case len(h) == 0:
		return Empty, false
	case bytes.HasPrefix(h, []byte("age-encryption.org/v1\n")), bytes.HasPrefix(h, []byte("-----BEGIN AGE ENCRYPTED FILE-----")):
		return Age, false
	case bytes.HasPrefix(h, []byte("PK\x03\x04")), bytes.HasPrefix(h, []byte("PK\x05\x06")):
		return b.zip()
	case bytes.Contains(h[:min(len(h), 1024)], []byte("%PDF-")):
		return PDF, !b.pdf()
	case bytes.HasPrefix(h, []byte{0xff, 0xd8, 0xff}):
		return JPEG, !b.jpeg()
	case bytes.HasPrefix(h, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, !b.png()
	case bytes.HasPrefix(h, []byte("GIF87a")), bytes.HasPrefix(h, []byte("GIF89a")):
		return GIF, !b.gif()
	case bytes.HasPrefix(h, []byte{0x1f, 0x8b, 8}):
		return Gzip, !b.gzip()
	case bytes.HasPrefix(h, []byte("\xfd7zXZ\x00")):
		return XZ, !b.xz()
	case len(h) > 10 && string(h[:3]) == "BZh" && string(h[4:10]) == "1AY&SY":
		return Bzip2, !b.bzip2()
	case bytes.HasPrefix(h, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return Zstd, !b.zstd()
	case bytes.HasPrefix(h, []byte("7z\xbc\xaf\x27\x1c")):
		return b.sevenZip()
	case bytes.HasPrefix(h, []byte("SQLite format 3\x00")):
		return SQLite, !b.sqlite()
	case bytes.HasPrefix(h, []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}):
		return OLE, !b.ole()
	}
	return b.text()
}

// block is how much text is judged at a time. It must be smaller than what is
// encrypted in one piece by whatever leaves the rest alone.
const block = 256

// text says whether all blocks are letters. A file whose first two blocks are
// letters and a later one is not has been text: it is Text and broken.
func (b *body) text() (Kind, bool) {
	if hi, ok := wide(b.head); ok {
		for _, part := range [][]byte{b.head, b.tail} {
			for i := 0; i < len(part); i += block {
				if !wideBlock(part[i:min(len(part), i+block)], hi) {
					return Text, true
				}
			}
		}
		return Text, false
	}
	blocks := 0
	for _, part := range [][]byte{b.head, b.tail} {
		for i := 0; i < len(part); i += block {
			p := part[i:min(len(part), i+block)]
			blocks++
			switch {
			case letterBlock(p, i > 0 || &part[0] != &b.head[0]):
			case blocks > 2:
				return Text, true
			default:
				return Other, false
			}
		}
	}
	return Text, false
}

// wide reports whether the beginning is the mark of UTF-16, and which byte of
// each two is the high one.
func wide(h []byte) (hi int, ok bool) {
	switch {
	case len(h) < 2:
		return 0, false
	case h[0] == 0xff && h[1] == 0xfe:
		return 1, true
	case h[0] == 0xfe && h[1] == 0xff:
		return 0, true
	}
	return 0, false
}

// wideBlock reports whether p could be letters in UTF-16: hardly any control
// characters, and no half of a pair alone. Cipher has a half in every eighth.
func wideBlock(p []byte, hi int) bool {
	wrong, half := 0, false
	for i := 0; i+1 < len(p); i += 2 {
		c := rune(p[i+hi])<<8 | rune(p[i+1-hi])
		first, second := c >= 0xd800 && c < 0xdc00, c >= 0xdc00 && c < 0xe000
		switch {
		case half != second && i > 0, c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f', c >= 0xe000 && c < 0xf900:
			wrong++
		}
		half = first
	}
	return wrong*25 <= len(p)/2
}

// letterBlock reports whether p could be a piece of text: no more than a few
// control characters, and either UTF-8 or an eight-bit code in which most
// bytes are still plain. cut says that p may begin in the middle of a rune.
func letterBlock(p []byte, cut bool) bool {
	control, high, wrong := 0, 0, 0
	for i := 0; cut && i < len(p) && i < 3 && p[i]&0xc0 == 0x80; {
		p = p[1:]
	}
	for i := 0; i < len(p); {
		c := p[i]
		switch {
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a && c != 0x1b, c == 0x7f:
			control++
			i++
		case c < 0x80:
			i++
		default:
			r, n := utf8.DecodeRune(p[i:])
			if r == utf8.RuneError && n == 1 && len(p)-i >= utf8.UTFMax {
				wrong++
			}
			high++
			i += n
		}
	}
	if len(p) == 0 {
		return true
	}
	// Cipher has a control character in 11 % of its bytes, and half of them
	// are high ones of which most are not UTF-8.
	if control*50 > len(p) {
		return false
	}
	return wrong == 0 || high*3 < len(p)
}
