package detect

// codeWords are words behind which numbers in groups stand that are no telephone
// numbers, folded: those of codes, spare parts, accounts, receipts, contracts.
var codeWords = parseVocabulary(nil, `codice codici cod code codes codigo codigos kod ricambio ricambi oem pn scontrino scontrini ricevuta receipt quittung recibo
	conto conti sottoconto mastro konto compte cuenta account acct modello modell modelo modele serie series matricola batch charge partida
	contratto contrat vertrag contrato polizza terminale terminal terminalid progr progressivo stan aut rrn cro trn mav rav bollettino mandato
	teilenummer ersatzteilnummer kundennummer rechnungsnummer seriennummer vertragsnummer kontonummer belegnummer chargennummer modellnummer typnummer auftragsnummer lieferscheinnummer`)

// codeHeaderWords are those that say so over a column or before "n.", but not by
// themselves in a sentence; the amounts among them are written in groups too.
var codeHeaderWords = parseVocabulary(nil, `part parts spare model sku oe ticket lotto sn conti articolo barcode
	importo importi amount amounts montant betrag importe prezzo price prix preis precio totale totali total totals saldo balance valore value valeur wert valor costo cost
	esercizio imponibile dare avere quantita quantity qty qta menge cantidad peso weight poids gewicht`)

// numberWords stand between such a word and the number, folded.
var numberWords = parseVocabulary(nil, `n nr no num numero numeri number nummer numer nro`)

// codeLook is how far before a number the word for a code may begin, in bytes.
const codeLook = 32

// behindCode says whether the word before the number at d, or before "n." and
// the like, is one for codes and goods: SCONTRINO N. 0125-7974.
func behindCode(b []byte, d int) bool {
	lo := max(0, d-codeLook)
	for i, words := d, 0; i > lo && words < 3; words++ {
		for i > lo && gap[b[i-1]] {
			i--
		}
		end := i
		for step := letterBefore(b, i); step > 0 && i > lo; step = letterBefore(b, i) {
			i -= step
		}
		if i == end {
			if i > lo+1 && b[i-2] == 0xC2 && (b[i-1] == 0xB0 || b[i-1] == 0xBA) { // n°
				i -= 2
				continue
			}
			return false
		}
		if i > 0 && (b[i-1] == '_' || isDigit(b[i-1])) {
			return false
		}
		var w nearWord
		w.fold(b[i:end])
		if !numberWords[string(w.bytes())] {
			return codeWords[string(w.bytes())] || words > 0 && codeHeaderWords[string(w.bytes())]
		}
	}
	return false
}

// initials says whether two capitals stand before the number at d, as before
// those of tickets and plates (WA 066784): they say little of a short number.
func initials(b []byte, d int) bool {
	i := d
	for i > 0 && gap[b[i-1]] {
		i--
	}
	return i > 1 && b[i-1]-'A' <= 'Z'-'A' && b[i-2]-'A' <= 'Z'-'A' && !wordBefore(b, i-2)
}

// gap has what may stand between a word and its number on one line.
var gap = gapBytes()

func gapBytes() (g [256]bool) {
	for _, x := range []byte(" \t.:=#\"'(") {
		g[x] = true
	}
	return g
}

// side is what a header says of a table of matches.
type side uint8

const (
	homeSide   side = 1 << iota // Casa
	fixtureSay                  // Risultato, Giornata
	guestSide                   // Ospiti: guests, or the other team
)

// homeWords, guestWords and fixtureWords are those of tables of matches, folded.
var (
	homeWords    = parseVocabulary(nil, `casa home heim domicile local locali`)
	guestWords   = parseVocabulary(nil, `ospite ospiti guest guests`)
	fixtureWords = parseVocabulary(nil, `giornata partita partite gara risultato risultati punteggio score result match matchday ergebnis spieltag spiel resultat journee resultado jornada partido
		gol goal goals reti tore buts goles arbitro referee stadio stadium campionato girone squadra`)
)

// sideOf is what the words of a header say of a match.
func sideOf(words []string) side {
	var s side
	for _, w := range words {
		if fixtureWords[w] {
			s = fixtureSay
		}
	}
	if len(words) == 1 && homeWords[words[0]] {
		s |= homeSide
	}
	if len(words) == 1 && guestWords[words[0]] {
		s |= guestSide
	}
	return s
}

// matches says whether a table is one of matches, in which the guests are a
// team: it has a column for the home side and one for the score or the day.
func (c *Collector) matches() bool {
	var all side
	for _, col := range c.columns {
		all |= col.head.match
	}
	return all&homeSide != 0 && all&fixtureSay != 0
}
