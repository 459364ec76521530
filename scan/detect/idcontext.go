package detect

import "unicode/utf8"

// mark is a set of the documents that a word speaks of, a bit for each.
type mark uint16

const (
	markIdentity mark = 1 << iota
	markSSN
	markNINO
	markNHS
	markSpanish
	markNIR
	markTaxID
	markPESEL
	markPassport
	markDocument // some document: enough for the shapes that little else has
)

// idWindow is how many bytes before a document's number its context may begin.
const idWindow = 44

// idWords is what single words speak of, folded. They are apart from
// contextWords because some are everyday words, or names, elsewhere (nie, Nino):
// they count only beside something with the very shape of a document's number.
var idWords = map[string]mark{
	"identita": markIdentity, "cie": markIdentity,
	"ssn": markSSN, "socialsecuritynumber": markSSN, "nino": markNINO, "nin": markNINO, "nhs": markNHS, "nhsnumber": markNHS,
	"dni": markSpanish, "nif": markSpanish, "nie": markSpanish, "nir": markNIR, "secu": markNIR, "nss": markNIR,
	"steuerid": markTaxID, "steueridnr": markTaxID, "idnr": markTaxID, "steueridentifikationsnummer": markTaxID, "identifikationsnummer": markTaxID, "pesel": markPESEL,
	"passport": markPassport, "passports": markPassport, "passportnumber": markPassport, "passaporto": markPassport, "passaporti": markPassport, "passeport": markPassport,
	"reisepass": markPassport, "reisepassnummer": markPassport, "passnummer": markPassport, "pasaporte": markPassport, "paszport": markPassport, "paszportu": markPassport,
	"documento": markDocument, "document": markDocument, "ausweis": markDocument, "ausweisnummer": markDocument,
}

// idPairs is what two words one after the other speak of.
var idPairs = map[[2]string]mark{
	{"c", "i"}: markIdentity, {"carta", "identita"}: markIdentity, {"identity", "card"}: markIdentity, {"id", "card"}: markIdentity,
	{"social", "security"}: markSSN, {"soc", "sec"}: markSSN, {"national", "insurance"}: markNINO, {"ni", "number"}: markNINO, {"ni", "no"}: markNINO, {"ni", "num"}: markNINO,
	{"securite", "sociale"}: markNIR, {"numero", "insee"}: markNIR, {"n", "insee"}: markNIR,
	{"steuer", "id"}: markTaxID, {"id", "nr"}: markTaxID, {"steuer", "idnr"}: markTaxID, {"tax", "id"}: markTaxID, {"travel", "document"}: markPassport,
}

// markOf is the mark of a header's kind.
func markOf(kind Kind) mark {
	switch kind {
	case IdentityCard:
		return markIdentity
	case SSN:
		return markSSN
	case NINO:
		return markNINO
	case NHS:
		return markNHS
	case NIF, NIE:
		return markSpanish
	case NIR:
		return markNIR
	case TaxID:
		return markTaxID
	case PESEL:
		return markPESEL
	case Passport:
		return markPassport
	default:
		return 0
	}
}

// marks is what a header's words speak of together.
func marks(words []string) mark {
	var m mark
	for i, w := range words {
		m |= idWords[w]
		if i > 0 {
			m |= idPairs[[2]string{words[i-1], w}]
		}
	}
	return m
}

// idNear returns what the nearest words before start that speak of a document
// speak of, over one newline at most, and whether a word of something else that
// has long numbers stands nearer.
func (c *Collector) idNear(start int) (mark, bool) {
	b, lo := c.buf, max(0, start-idWindow)
	var right nearWord
	lines, other := 0, false
	weak := mark(0) // of the word to the right, which may be the second of a pair
	for i := start; i > lo; {
		if b[i-1] == '\n' {
			if lines++; lines > 1 {
				break
			}
		}
		end, step := i, letterBefore(b, i)
		for ; step > 0 && i > lo; step = letterBefore(b, i) {
			i -= step
		}
		switch {
		case i == end:
			i--
			continue
		case i <= lo && step > 0:
			return weak, other // the window cuts the word
		case i > 0 && isDigit(b[i-1]):
			continue // the end of a code
		}
		var w nearWord
		w.fold(b[i:end])
		if w.n == 0 {
			right = w
			continue
		}
		if m := idPairs[[2]string{string(w.bytes()), string(right.bytes())}]; m != 0 {
			return m, false
		}
		if other || weak != 0 {
			return weak, other
		}
		switch m := idWords[string(w.bytes())]; {
		case m == markDocument:
			weak, right = m, w
			continue
		case m != 0:
			return m, false
		}
		other = contextWords[string(w.bytes())] != noWords
		right = w
	}
	return weak, other
}

// evidence returns what speaks for a number at start being of a kind: its
// header, a word before it, nothing (""), or that something speaks against it.
func (c *Collector) evidence(kind Kind, m mark, start int) (Why, bool) {
	if c.hint == kind {
		return WhyHeader, true
	}
	near, other := c.idNear(start)
	switch {
	case near&m != 0:
		return WhyContext, true
	case near != 0 && near != markDocument, other:
		return "", false
	case c.col == nil:
		return "", true
	case c.col.head.marks&m != 0:
		return WhyHeader, true
	}
	return "", c.head == noWords && (c.hint == "" || c.hint == Name || c.hint == Address)
}

// apart says whether what stands in b[start:end] stands for itself: not in a
// path, an address, a longer code with hyphens, a fraction.
func apart(b []byte, start, end int) bool {
	if start > 0 {
		switch x := b[start-1]; x {
		case '_', '/', '\\', '@', '$', '%', '#':
			return false
		case '-', '.', ',', '+', '\'', '&':
			if x == '+' || start > 1 && (isAlnum(b[start-2]) && (x != ',' || isDigit(b[start-2]))) {
				return false
			}
		}
		if wordBefore(b, start) {
			return false
		}
	}
	if end >= len(b) {
		return true
	}
	switch b[end] {
	case '_', '\\', '@', '%':
		return false
	case '-', '.', ',', '/', '\'':
		if end+1 < len(b) && isAlnum(b[end+1]) && (b[end] != ',' || isDigit(b[end+1])) {
			return false
		}
	}
	return !wordAt(b, end)
}

// letterBehind says whether a letter, and a blank or a hyphen, may stand before
// the digits at d.
func letterBehind(b []byte, d int) bool {
	if d < 2 {
		return false
	}
	switch x := b[d-1]; {
	case x >= utf8.RuneSelf:
		return true
	case x != ' ' && x != '-':
		return false
	}
	return isLetter(b[d-2])
}
