package archive

import (
	"strings"
	"unicode/utf8"
)

// cp437 are the characters 0x80 to 0xFF of code page 437, the one that the ZIP
// specification (APPNOTE, appendix D) names; 850 has the same accented vowels.
const cp437 = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"

// cp1252 are the characters 0x80 to 0x9F of Windows-1252, the replacement
// character where there is none; from 0xA0 on it is Latin-1.
const cp1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"

// zipName brings the name of a ZIP's member to UTF-8. A name that is UTF-8 is
// taken for it whatever the flag says: many programs leave bit 11 alone. For any
// other, bytes that are letters only in code page 437 vote against bytes that are
// letters only in Windows-1252.
func zipName(raw []byte) string {
	if utf8.Valid(raw) {
		return cutName(string(raw))
	}
	dos, windows := 0, 0
	for _, c := range raw {
		switch {
		case c >= 0xc0:
			windows++
		case c >= 0x80 && c <= 0xa7:
			dos++
		}
	}
	if dos >= windows {
		table := []rune(cp437)
		return recode(raw, func(c byte) rune { return table[c-0x80] })
	}
	return westernName(raw)
}

// westernName brings a name to UTF-8 that is UTF-8 already, or else Windows-1252
// (which holds Latin-1).
func westernName(raw []byte) string {
	if utf8.Valid(raw) {
		return cutName(string(raw))
	}
	table := []rune(cp1252)
	return recode(raw, func(c byte) rune {
		if c < 0xa0 {
			return table[c-0x80]
		}
		return rune(c)
	})
}

func recode(raw []byte, high func(byte) rune) string {
	var b strings.Builder
	b.Grow(2 * len(raw))
	for _, c := range raw {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
			continue
		}
		b.WriteRune(high(c))
	}
	return cutName(b.String())
}

// cutName cuts a name at maxName bytes, not inside a character.
func cutName(s string) string {
	if len(s) <= maxName {
		return s
	}
	n := maxName
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n])
}
