package pdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// glyphNames are the names of the Adobe Glyph List for Latin that are not made of
// a letter and an accent, or are the name of an accent by itself.
var glyphNames = parseGlyphNames(`space 20 exclam 21 quotedbl 22 numbersign 23 dollar 24 percent 25 ampersand 26
quotesingle 27 parenleft 28 parenright 29 asterisk 2a plus 2b comma 2c hyphen 2d period 2e slash 2f zero 30 one 31
two 32 three 33 four 34 five 35 six 36 seven 37 eight 38 nine 39 colon 3a semicolon 3b less 3c equal 3d greater 3e
question 3f at 40 bracketleft 5b backslash 5c bracketright 5d asciicircum 5e underscore 5f grave 60 braceleft 7b
bar 7c braceright 7d asciitilde 7e nbspace a0 nonbreakingspace a0 exclamdown a1 cent a2 sterling a3 currency a4 yen a5
brokenbar a6 section a7 dieresis a8 copyright a9 ordfeminine aa guillemotleft ab logicalnot ac sfthyphen 2d
softhyphen 2d registered ae macron af degree b0 plusminus b1 twosuperior b2 threesuperior b3 acute b4 mu b5
paragraph b6 periodcentered b7 middot b7 cedilla b8 onesuperior b9 ordmasculine ba guillemotright bb onequarter bc
onehalf bd threequarters be questiondown bf AE c6 Eth d0 multiply d7 Oslash d8 Thorn de germandbls df ae e6 eth f0
divide f7 oslash f8 thorn fe Dcroat 110 dcroat 111 Dslash 110 dmacron 111 Hbar 126 hbar 127 dotlessi 131 IJ 132 ij 133
kgreenlandic 138 Ldot 13f ldot 140 Lslash 141 lslash 142 napostrophe 149 Eng 14a eng 14b OE 152 oe 153 Tbar 166 tbar 167
longs 17f florin 192 dotlessj 237 circumflex 2c6 caron 2c7 breve 2d8 dotaccent 2d9 ring 2da ogonek 2db tilde 2dc
hungarumlaut 2dd endash 2013 emdash 2014 quoteleft 2018 quoteright 2019 quotesinglbase 201a quotedblleft 201c
quotedblright 201d quotedblbase 201e dagger 2020 daggerdbl 2021 bullet 2022 ellipsis 2026 perthousand 2030
guilsinglleft 2039 guilsinglright 203a fraction 2044 Euro 20ac euro 20ac trademark 2122 minus 2212 partialdiff 2202
Delta 2206 product 220f summation 2211 radical 221a infinity 221e integral 222b approxequal 2248 notequal 2260
lessequal 2264 greaterequal 2265 lozenge 25ca fi fb01 fl fb02 ff fb00 ffi fb03 ffl fb04 figuredash 2012
hyphenminus 2d hyphentwo 2d minute 2032 second 2033 afii61352 2116 numero 2116 checkmark 2713 estimated 212e
visiblespace 20 spacehackarabic 20 nonmarkingreturn 20 nonbreakinghyphen 2d ohm 2126 Omega 2126 pi 3c0
Alpha 391 Beta 392 Gamma 393 alpha 3b1 beta 3b2 gamma 3b3 delta 3b4 epsilon 3b5 theta 3b8 lambda 3bb sigma 3c3 omega 3c9
arrowleft 2190 arrowup 2191 arrowright 2192 arrowdown 2193 filledbox 25a0 H22073 25a1 circle 25cb H18533 25cf`)

// accents are the names that follow a letter's in the names of glyphs, with the
// combining characters.
var accents = map[string]rune{
	"grave": 0x300, "acute": 0x301, "circumflex": 0x302, "tilde": 0x303, "macron": 0x304, "breve": 0x306,
	"dotaccent": 0x307, "dot": 0x307, "dieresis": 0x308, "ring": 0x30a, "hungarumlaut": 0x30b, "caron": 0x30c,
	"commaaccent": 0x327, "cedilla": 0x327, "ogonek": 0x328, "dotbelow": 0x323,
}

func parseGlyphNames(s string) map[string]rune {
	words := strings.Fields(s)
	m := make(map[string]rune, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		n, err := strconv.ParseUint(words[i+1], 16, 21)
		if err == nil {
			m[words[i]] = rune(n)
		}
	}
	return m
}

// glyphText is what a glyph of a given name shows, by the rules of the Adobe Glyph
// List Specification; empty when the name says nothing.
func glyphText(n string) string {
	n, _, _ = strings.Cut(n, ".")
	if len(n) > 128 {
		return ""
	}
	var out strings.Builder
	for part := range strings.SplitSeq(n, "_") {
		t := glyphPart(part)
		if t == "" {
			return ""
		}
		out.WriteString(t)
	}
	return out.String()
}

func glyphPart(n string) string {
	if len(n) == 1 && (n[0]|0x20)-'a' < 26 {
		return n
	}
	if r, ok := glyphNames[n]; ok {
		return string(r)
	}
	if hex, ok := strings.CutPrefix(n, "uni"); ok && len(hex) >= 4 && len(hex)%4 == 0 {
		var out strings.Builder
		for i := 0; i < len(hex); i += 4 {
			v, err := strconv.ParseUint(hex[i:i+4], 16, 16)
			if err != nil {
				return ""
			}
			out.WriteString(string(rune(v)))
		}
		return out.String()
	}
	if hex, ok := strings.CutPrefix(n, "u"); ok && len(hex) >= 4 && len(hex) <= 6 {
		if v, err := strconv.ParseUint(hex, 16, 21); err == nil {
			return string(rune(v))
		}
	}
	if a, ok := accents[n[min(1, len(n)):]]; ok && (n[0]|0x20)-'a' < 26 {
		return norm.NFC.String(n[:1] + string(a))
	}
	for _, style := range []string{"oldstyle", "fitted", "tab", "lining"} {
		if base, ok := strings.CutSuffix(n, style); ok && base != "" {
			return glyphPart(base)
		}
	}
	return ""
}

// standardHigh is the standard encoding from 0xA1 on, annex D.2.
const standardHigh = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ\x00–†‡·\x00¶•‚„”»…‰\x00¿\x00`´ˆ˜¯˘˙¨\x00˚¸\x00˝˛ˇ—" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00Æ\x00ª\x00\x00\x00\x00ŁØŒº\x00\x00\x00\x00\x00æ" +
	"\x00\x00\x00ı\x00\x00łøœß"

// encodingTable is what the 256 codes of a base encoding show; an empty name is
// the standard encoding.
func encodingTable(n name) (t [256]rune) {
	switch n {
	case "WinAnsiEncoding":
		for i := range t {
			t[i] = charmap.Windows1252.DecodeByte(byte(i))
		}
		// Codes that are not used show a bullet, annex D.2.
		for i := 0x7f; i < 256; i++ {
			if t[i] == utf8.RuneError || t[i] < 0xa0 && t[i] >= 0x7f {
				t[i] = 0x2022
			}
		}
		t[0xad] = '-'
	case "MacRomanEncoding":
		for i := range t {
			t[i] = charmap.Macintosh.DecodeByte(byte(i))
		}
		t[0xca] = ' '
	default:
		for i := range 0x7f {
			t[i] = rune(i)
		}
		t['\''], t['`'] = 0x2019, 0x2018
		i := 0xa1
		for _, r := range standardHigh {
			t[i] = r
			i++
		}
	}
	for i := range ' ' {
		t[i] = 0
	}
	return t
}

// plain brings what a glyph shows to the form in which it is handed over: blanks
// of all kinds are a blank, hyphens of all kinds a hyphen, ligatures their
// letters. It is empty for what nobody can read.
func plain(s string) string {
	if len(s) == 1 && s[0] > ' ' && s[0] < 0x7f {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == utf8.RuneError, r < ' ' && r != '\t' && r != '\n' && r != '\r', r >= 0xe000 && r < 0xf900, r >= 0xf0000:
			return ""
		case r <= ' ', r == 0xa0, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000, r == 0x2028, r == 0x2029:
			b.WriteByte(' ')
		case r == 0xad, r == 0x2010, r == 0x2011:
			b.WriteByte('-')
		case r >= 0xfb00 && r <= 0xfb06, r >= 0xff01 && r <= 0xff5e, r >= 0x1d400 && r <= 0x1d7ff:
			b.WriteString(norm.NFKC.String(string(r)))
		case r >= 0x7f && r < 0xa0:
			return ""
		case r >= 0x200b && r <= 0x200f, r == 0x2060, r == 0xfeff, r >= 0x202a && r <= 0x202e:
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return " " // a mark without a width; nothing is shown
	}
	return b.String()
}
