package detect

import (
	"bytes"
	"unicode/utf8"
)

// context is what the words near a number speak of.
type context uint8

const (
	noWords context = iota
	cardWords
	phoneWords
	vatWords
	orderWords // orders, parcels, goods and other things with long numbers
)

// contextWords is what single words speak of, folded: lower case, no accents.
var contextWords = map[string]context{
	"carta": cardWords, "card": cardWords, "cards": cardWords, "carte": cardWords, "karte": cardWords, "kartennummer": cardWords,
	"kreditkarte": cardWords, "kreditkartennummer": cardWords, "tarjeta": cardWords, "visa": cardWords, "mastercard": cardWords, "maestro": cardWords,
	"amex": cardWords, "diners": cardWords, "discover": cardWords, "jcb": cardWords, "unionpay": cardWords, "postepay": cardWords,
	"pan": cardWords, "cc": cardWords, "ccn": cardWords, "ccnum": cardWords, "cardnumber": cardWords, "creditcard": cardWords,
	"credito": cardWords, "credit": cardWords, "debito": cardWords, "debit": cardWords, "bancomat": cardWords,
	"scad": cardWords, "scadenza": cardWords, "exp": cardWords, "expiry": cardWords, "expires": cardWords, "cvv": cardWords, "cvc": cardWords,

	"tel": phoneWords, "telefono": phoneWords, "telefoni": phoneWords, "telephone": phoneWords, "phone": phoneWords, "phones": phoneWords,
	"telefon": phoneWords, "telefonnummer": phoneWords, "telefonata": phoneWords, "cell": phoneWords, "cel": phoneWords, "cellulare": phoneWords, "cellulari": phoneWords,
	"mob": phoneWords, "mobile": phoneWords, "mobil": phoneWords, "movil": phoneWords, "handy": phoneWords, "handynummer": phoneWords,
	"portable": phoneWords, "portatile": phoneWords, "whatsapp": phoneWords, "wa": phoneWords, "sms": phoneWords, "fax": phoneWords, "telefax": phoneWords,
	"chiamare": phoneWords, "chiama": phoneWords, "chiamami": phoneWords, "richiamare": phoneWords, "call": phoneWords, "appeler": phoneWords,
	"llamar": phoneWords, "anrufen": phoneWords, "ruf": phoneWords, "tlf": phoneWords, "tfno": phoneWords, "telf": phoneWords, "ph": phoneWords,

	"piva": vatWords, "vat": vatWords, "partitaiva": vatWords, "vatnumber": vatWords, "cf": vatWords, "codicefiscale": vatWords, "ustidnr": vatWords,

	"ordine": orderWords, "ordini": orderWords, "ord": orderWords, "order": orderWords, "orders": orderWords, "orderid": orderWords, "tracking": orderWords,
	"spedizione": orderWords, "shipment": orderWords, "shipping": orderWords, "consignment": orderWords, "parcel": orderWords, "pacco": orderWords, "collo": orderWords,
	"ean": orderWords, "barcode": orderWords, "isbn": orderWords, "issn": orderWords, "gtin": orderWords, "upc": orderWords, "asin": orderWords, "sku": orderWords,
	"seriale": orderWords, "serial": orderWords, "sn": orderWords, "imei": orderWords, "iccid": orderWords, "matricola": orderWords, "lotto": orderWords, "lot": orderWords,
	"ddt": orderWords, "fattura": orderWords, "fatt": orderWords, "invoice": orderWords, "rechnung": orderWords, "facture": orderWords, "factura": orderWords,
	"protocollo": orderWords, "prot": orderWords, "pratica": orderWords, "riferimento": orderWords, "rif": orderWords, "ref": orderWords, "reference": orderWords,
	"id": orderWords, "uuid": orderWords, "guid": orderWords, "articolo": orderWords, "art": orderWords, "article": orderWords, "item": orderWords,
	"commande": orderWords, "colis": orderWords, "bestellung": orderWords, "bestellnummer": orderWords, "sendung": orderWords, "pedido": orderWords, "envio": orderWords,
	"timestamp": orderWords, "ts": orderWords, "epoch": orderWords, "hash": orderWords, "crc": orderWords, "transazione": orderWords, "transaction": orderWords, "txn": orderWords, "trx": orderWords,
	"prodotto": orderWords, "prodotti": orderWords, "product": orderWords, "products": orderWords, "produit": orderWords, "produkt": orderWords, goodsSpanish: orderWords, "artikel": orderWords, "artikelnummer": orderWords, "articulo": orderWords, "barre": orderWords,
	"fedelta": orderWords, "loyalty": orderWords, "tessera": orderWords, "identita": orderWords,
}

// contextPairs is what two words one after the other speak of: P.IVA, C.F.
var contextPairs = map[[2]string]context{
	{"p", "iva"}: vatWords, {"partita", "iva"}: vatWords, {"part", "iva"}: vatWords, {"numero", "iva"}: vatWords, {"n", "iva"}: vatWords,
	{"c", "f"}: vatWords, {"cod", "fisc"}: vatWords, {"cod", "fiscale"}: vatWords, {"codice", "fiscale"}: vatWords, {"codice", "iva"}: vatWords,
	{"ust", "id"}: vatWords, {"p", "i"}: vatWords,
}

// longestContextWord bounds the words that are looked up, in bytes.
const longestContextWord = 28

// nearWord is one word near a number, folded.
type nearWord struct {
	room [longestContextWord]byte
	n    int
}

func (w *nearWord) bytes() []byte { return w.room[:w.n] }

// contextBefore returns what the nearest words before start that speak of
// anything speak of. It looks back window bytes, over one newline at most.
func (c *Collector) contextBefore(start, window int) context {
	b, lo := c.buf, max(0, start-window)
	var right nearWord
	lines := 0
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
			return noWords // the window cuts the word
		case i > 0 && (isDigit(b[i-1]) || b[i-1] == '.' && b[end] == '(') || digitRun(b, end, codeDigits) == codeDigits:
			continue // the end or the beginning of a code, or a method: e.call(this, 3990001234)
		}
		var w nearWord
		w.fold(b[i:end])
		if near := wordContext(&w, &right); near != noWords {
			return near
		}
		right = w
	}
	return noWords
}

// codeDigits is how many digits right behind letters make them those of a code:
// TEL345, which stands for no telephone, but tel2.
const codeDigits = 3

// contextOnLine is contextBefore on the same line.
func (c *Collector) contextOnLine(start, window int) context {
	if i := bytes.LastIndexByte(c.buf[max(0, start-window):start], '\n'); i >= 0 {
		window = min(window, start) - i - 1
	}
	return c.contextBefore(start, window)
}

// contextAfter returns what the first word behind end within window bytes that
// speaks of anything speaks of.
func contextAfter(b []byte, end, window int) context {
	hi := min(len(b), end+window)
	for i := end; i < hi && b[i] != '\n'; {
		if !isLetter(b[i]) {
			i++
			continue
		}
		from := i
		for i < len(b) && isLetter(b[i]) && i-from <= longestContextWord {
			i++
		}
		var w nearWord
		w.fold(b[from:i])
		if near := contextWords[string(w.bytes())]; near != noWords {
			return near
		}
	}
	return noWords
}

// wordContext looks up a word, alone and with the one to the right of it.
func wordContext(w, right *nearWord) context {
	if w.n == 0 {
		return noWords
	}
	if right.n > 0 && right.n <= 8 {
		if near := contextPairs[[2]string{string(w.bytes()), string(right.bytes())}]; near != noWords {
			return near
		}
	}
	return contextWords[string(w.bytes())]
}

// fold makes w the word b in lower case without accents. A word too long to be
// one of ours becomes empty.
func (w *nearWord) fold(b []byte) {
	w.n = 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		for _, x := range []byte(foldRune(r)) {
			if w.n == len(w.room) {
				w.n = 0
				return
			}
			w.room[w.n] = x
			w.n++
		}
	}
}

// foldRune returns the letters a-z for a Latin letter with or without accents,
// "?" for any other character.
func foldRune(r rune) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	switch {
	case r >= 'a' && r <= 'z':
		return letters[r-'a' : r-'a'+1]
	case r >= 'A' && r <= 'Z':
		return letters[r-'A' : r-'A'+1]
	}
	switch r {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'À', 'Á', 'Â', 'Ã', 'Ä', 'Å':
		return "a"
	case 'è', 'é', 'ê', 'ë', 'È', 'É', 'Ê', 'Ë':
		return "e"
	case 'ì', 'í', 'î', 'ï', 'Ì', 'Í', 'Î', 'Ï':
		return "i"
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'Ò', 'Ó', 'Ô', 'Õ', 'Ö':
		return "o"
	case 'ù', 'ú', 'û', 'ü', 'Ù', 'Ú', 'Û', 'Ü':
		return "u"
	case 'ñ', 'Ñ':
		return "n"
	case 'ç', 'Ç':
		return "c"
	case 'ß':
		return "ss"
	case 'œ', 'Œ':
		return "oe"
	}
	return "?"
}
