package detect

import (
	"math/bits"
	"strconv"
)

// The months that are told apart: 1990 to 2053. What is said to have happened
// before is no record of a shop's computer, but a placeholder.
const (
	firstYear = 1990
	lastYear  = 2053
)

// Months is a set of months in which something happened, by the dates in a file.
// It holds no date itself. The zero value is empty.
type Months [(lastYear - firstYear + 1) * 12 / 64]uint64

// Newest gives the newest month of the set up to a year and month, as YYYY-MM,
// or "". Later ones are misspelt, or of things to come.
func (m *Months) Newest(year, month int) string {
	n := min((year-firstYear)*12+month-1, len(m)*64-1)
	if n < 0 {
		return ""
	}
	for i := n / 64; i >= 0; i-- {
		word := m[i]
		if i == n/64 {
			word &= ^uint64(0) >> (63 - n%64)
		}
		if word == 0 {
			continue
		}
		n = i*64 + bits.Len64(word) - 1
		s := strconv.Itoa(firstYear + n/12)
		if n%12 < 9 {
			return s + "-0" + strconv.Itoa(n%12+1)
		}
		return s + "-" + strconv.Itoa(n%12+1)
	}
	return ""
}

// note adds the month of a date in the order in which a country writes it:
// month first in the United States, where both are possible.
func (m *Months) note(value []byte, country string) {
	if len(value) > 35 || len(value) < 6 {
		return
	}
	parts, ok := dateParts(value)
	if !ok && isDigit(value[len(value)-1]) { // others end with no year
		if letters, _ := countLetters(value); letters > 0 { // not a number, a sum
			parts, ok = spelledDate(value)
		}
	}
	if !ok {
		return
	}
	day, month, year := parts[0], parts[1], parts[2]
	if day > 31 { // year first
		day, year = year, day
	} else if country == "US" {
		day, month = month, day
	}
	if month > 12 {
		day, month = month, day
	}
	if year < 100 { // 90 to 99 are of the last century
		if year += 2000; year >= firstYear+100 {
			year -= 100
		}
	}
	if year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 || day > 31 {
		return
	}
	n := (year-firstYear)*12 + month - 1
	m[n/64] |= 1 << (n % 64)
}

// saysDate reports whether the words of a header say that something happened on
// that day: data ordine, created at, Bestelldatum. Days to come and days of
// documents are not meant.
func saysDate(words []string) bool {
	says := false
	for _, w := range words {
		if otherDates[w] {
			return false
		}
		says = says || dateWords[w]
	}
	return says
}

var dateWords = parseVocabulary(nil, `
	data date datum fecha giorno day timestamp datetime quando when
	creato creata creazione created create creation cree erstellt creado creacion
	aggiornato aggiornata aggiornamento modificato modificata modifica updated modified modification changed geandert actualizado modificado
	ultimo ultima ultimi last dernier derniere letzte letzter letzter ultimo
	ordinato ordered iscritto registrato registrata registered signed visita visit visite besuch
	bestelldatum rechnungsdatum auftragsdatum erstelldatum kaufdatum lieferdatum buchungsdatum anderungsdatum`)

var otherDates = parseVocabulary(nil, `
	nascita birth born naissance geburt geburtsdatum nacimiento compleanno birthday dob nato nata
	scadenza scade scad expiry expiration expires exp expire valid validita ablauf ablaufdatum vencimiento caducidad echeance
	rilascio rilasciato issued issue fine end bis hasta prossimo prossima next prochain nachste proximo`)
