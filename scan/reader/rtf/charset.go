package rtf

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

const (
	western  = 1252
	macRoman = 10000
	utf8Page = 65001
)

// page is a code page: one of the three below.
type page struct {
	number int
	one    *charmap.Charmap      // a byte is a character
	two    transform.Transformer // one or two bytes are
	utf8   bool
}

// leads tells whether a byte is the first of two.
func (p *page) leads(c byte) bool {
	switch {
	case p.two == nil:
		return false
	case p.number == 932, p.number == 10001:
		return c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc
	default:
		return c >= 0x81 && c <= 0xfe
	}
}

// newPage is the code page of a number; false where it is not known, and taken as
// the western one.
func newPage(number int) (page, bool) {
	p := page{number: number}
	switch number {
	case 932, 10001:
		p.two = japanese.ShiftJIS.NewDecoder()
	case 936, 10008, 54936:
		p.two = simplifiedchinese.GBK.NewDecoder()
	case 949, 10003, 51949:
		p.two = korean.EUCKR.NewDecoder()
	case 950, 10002:
		p.two = traditionalchinese.Big5.NewDecoder()
	case utf8Page:
		p.one, p.utf8 = charmap.Windows1252, true
	default:
		p.one = single(number)
	}
	if p.one == nil && p.two == nil {
		p.one = charmap.Windows1252
		return p, false
	}
	return p, true
}

// single is the code page of a number in which a byte is a character.
func single(number int) *charmap.Charmap {
	for _, c := range [...]struct {
		number int
		enc    encoding.Encoding
	}{
		{0, charmap.Windows1252},
		{42, charmap.Windows1252},
		{819, charmap.ISO8859_1},
		{437, charmap.CodePage437},
		{850, charmap.CodePage850},
		{852, charmap.CodePage852},
		{855, charmap.CodePage855},
		{858, charmap.CodePage858},
		{860, charmap.CodePage860},
		{862, charmap.CodePage862},
		{863, charmap.CodePage863},
		{865, charmap.CodePage865},
		{866, charmap.CodePage866},
		{874, charmap.Windows874},
		{1250, charmap.Windows1250},
		{1251, charmap.Windows1251},
		{1252, charmap.Windows1252},
		{1253, charmap.Windows1253},
		{1254, charmap.Windows1254},
		{1255, charmap.Windows1255},
		{1256, charmap.Windows1256},
		{1257, charmap.Windows1257},
		{1258, charmap.Windows1258},
		{macRoman, charmap.Macintosh},
		{10007, charmap.MacintoshCyrillic},
		{20127, charmap.Windows1252},
		{20866, charmap.KOI8R},
		{21866, charmap.KOI8U},
		{28591, charmap.ISO8859_1},
		{28592, charmap.ISO8859_2},
		{28593, charmap.ISO8859_3},
		{28594, charmap.ISO8859_4},
		{28595, charmap.ISO8859_5},
		{28596, charmap.ISO8859_6},
		{28597, charmap.ISO8859_7},
		{28598, charmap.ISO8859_8},
		{28599, charmap.ISO8859_9},
		{28603, charmap.ISO8859_13},
		{28605, charmap.ISO8859_15},
	} {
		if c.number == number {
			one, _ := c.enc.(*charmap.Charmap)
			return one
		}
	}
	return nil
}

// pageOfCharset is the code page of a font's \fcharset (1.9.1, "Font Table"), 0 for
// the one that the document has.
func pageOfCharset(n int) int {
	switch n {
	case 0, 2:
		return western
	case 77:
		return macRoman
	case 78, 128:
		return 932
	case 79, 129:
		return 949
	case 80, 134:
		return 936
	case 81, 136:
		return 950
	case 130:
		return 1361
	case 161:
		return 1253
	case 162:
		return 1254
	case 163:
		return 1258
	case 177, 181:
		return 1255
	case 178, 179, 180:
		return 1256
	case 186:
		return 1257
	case 204:
		return 1251
	case 222:
		return 874
	case 238:
		return 1250
	case 254:
		return 437
	case 255:
		return 850
	default:
		return macCharset(n)
	}
}

// macCharset is the same for the charsets of the Macintosh.
func macCharset(n int) int {
	switch n {
	case 83:
		return 10005
	case 84:
		return 10004
	case 85:
		return 10006
	case 86:
		return 10081
	case 87:
		return 10021
	case 88:
		return 10029
	case 89:
		return 10007
	default:
		return 0
	}
}
