package detect

import (
	"bytes"
	"unicode/utf8"
)

// mask returns what may be shown of a normalised value: enough for its owner to
// see what was found, never enough to know whose it is. At most the last four
// digits of a card, the last three characters of an IBAN, the last two digits
// of a telephone number; elsewhere a first letter. The result is valid UTF-8
// whatever the value.
func mask(kind Kind, v []byte) string {
	switch kind {
	case Email:
		return maskEmail(v)
	case Phone:
		cc, _ := callingCode(v)
		if cc == 0 || len(v) < minE164 {
			return "… " + ending(v, 2)
		}
		return "+" + ascii(v[:cc]) + " … " + ending(v, 2)
	case Card:
		return "•••• •••• •••• " + ending(v, 4)
	case IBAN:
		return ascii(v[:min(2, len(v))]) + "•• … " + ending(v, 3)
	case FiscalCode:
		return initial(v) + "…•"
	case VAT:
		return "•••••••• " + ending(v, 3)
	case IdentityCard, SSN, NINO, NHS, NIF, NIE, NIR, TaxID, PESEL, Passport:
		return "•••••••" + ending(v, 2)
	case Name, Address:
		first, _ := utf8.DecodeRune(v)
		return maskName(first)
	case Own:
		return "••••"
	case BirthDate:
		return "••/••/" + ascii(v[:min(2, len(v))]) + "••"
	default:
	}
	return maskWord(kind, v)
}

// maskName is the mask of a name or an address that begins with first.
func maskName(first rune) string { return initialOf(first) + "…" }

func maskEmail(v []byte) string {
	at := bytes.LastIndexByte(v, '@')
	dot := bytes.LastIndexByte(v, '.')
	if at < 0 || dot < at {
		return "…@…"
	}
	top := v[dot+1:]
	if len(top) > 3 { // a long top level can be a name: mario@rossi.family
		return initial(v) + "…@" + initial(v[at+1:]) + "…." + initial(top) + "…"
	}
	return initial(v) + "…@" + initial(v[at+1:]) + "…." + string(bytes.ToValidUTF8(top, nil))
}

// initial returns the first letter or digit of v, a letter in the case it has,
// or a dot if there is none.
func initial(v []byte) string {
	r, _ := utf8.DecodeRune(v)
	return initialOf(r)
}

func initialOf(r rune) string {
	if !wordRune(r) {
		return "•"
	}
	return string(r)
}

// ending returns the last n bytes of v if they are letters and digits and v is
// at least twice as long.
func ending(v []byte, n int) string {
	if len(v) < 2*n {
		return "••"
	}
	return ascii(v[len(v)-n:])
}

// ascii returns v with a dot for every byte that isn't an ASCII letter or digit.
func ascii(v []byte) string {
	out := make([]rune, len(v))
	for i, b := range v {
		if out[i] = '•'; isAlnum(b) {
			out[i] = rune(b)
		}
	}
	return string(out)
}
