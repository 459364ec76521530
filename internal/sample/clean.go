package sample

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// day is a date of the last years; it is nobody's birthday.
func (s *shop) day() string {
	return fmt.Sprintf("%02d/%02d/%d", 1+s.rng.IntN(28), 1+s.rng.IntN(12), 2019+s.rng.IntN(7))
}

// moment is a point in time of the year 2025.
func (s *shop) moment() time.Time {
	return time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(s.rng.Int64N(365*86400_000)) * time.Millisecond)
}

// moments are n of them in order, as a log has them.
func (s *shop) moments(n int) []time.Time {
	all := make([]time.Time, n)
	for i := range all {
		all[i] = s.moment()
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// millis is a moment as programs write it: thirteen digits.
func (s *shop) millis() int64 { return s.moment().UnixMilli() }

// euros is an amount with a decimal comma.
func (s *shop) euros() string {
	return fmt.Sprintf("%d,%02d", 1+s.rng.IntN(900), s.rng.IntN(100))
}

// article makes an article number, on request one that passes the test of
// card numbers too.
func (s *shop) article(luhn bool) string {
	for {
		if ean := ean13("80000" + s.digits(7)); !luhn || luhnValid(ean) {
			return ean
		}
	}
}

// tracking makes a parcel number of sixteen digits that passes the test of
// card numbers, under a first digit that no card has.
func (s *shop) tracking() string {
	body := "99" + s.digits(13)
	return body + string(luhnDigit(body))
}

// uuid makes an identifier; one in four has only digits.
func (s *shop) uuid() string {
	hex := "0123456789abcdef"
	if s.rng.IntN(4) == 0 {
		hex = hex[:10]
	}
	b := make([]byte, 32)
	for i := range b {
		b[i] = hex[s.rng.IntN(len(hex))]
	}
	b[12], b[16] = '4', '8'
	return grouped(string(b), "-", 8, 4, 4, 4, 12)
}

// nearlyFiscal looks like a fiscal code, but its last letter is wrong.
func (s *shop) nearlyFiscal() string {
	code := []byte(s.locals[s.rng.IntN(len(s.locals))].fiscal)
	copy(code, "QWX") // no surname of the shop
	right := oddEven(string(code[:15]))
	code[15] = 'A' + (right-'A'+7)%26
	return string(code)
}

// nearlyIBAN looks like an IBAN, but its check digits are wrong.
func (s *shop) nearlyIBAN() string {
	iban := []byte(s.iban())
	iban[3] = '0' + (iban[3]-'0'+1)%10
	return string(iban)
}

// clean makes the files in which nothing may be found, each with its traps.
func (s *shop) clean() {
	s.cleanTables()
	s.codes()
	s.shipments()
	s.cleanData()
	s.cleanPages()
	s.cleanNotes()
	s.file("vuoto.txt", 100).file.Format = "empty"
}

// cleanTables are the catalogue and the price lists.
func (s *shop) cleanTables() {
	p := s.file("Prodotti/catalogo.csv", 15)
	p.header("EAN", "Nome prodotto", "Prezzo", "Scaffale", "Aggiornato")
	for i := range 200 {
		p.row(s.article(i%4 == 0), s.pick("products"), s.euros(), fmt.Sprintf("%c%d", upper[i%8], i%20), s.day())
	}

	p = s.file("Prodotti/listino.csv", 70)
	p.sep = ","
	p.header("Articolo", "Listino", "Sconto", "Coefficiente")
	for i := range 80 {
		// The decimals hold the digits of a card that is handed out to nobody.
		p.row(s.pick("products"), fmt.Sprintf("%d.%02d", s.rng.IntN(300), s.rng.IntN(100)),
			fmt.Sprintf("%d%%", 5*s.rng.IntN(8)), []string{"0.4000009900009989", "1.0833333333333333", "0.9"}[i%3])
	}
}

// codes are numbers one digit or one letter away from being personal.
func (s *shop) codes() {
	p := s.file("Prodotti/codici-interni.csv", 40)
	p.header("Codice", "Riferimento", "Matricola", "Lotto")
	for range 60 {
		matricola := s.vat().spelled // right, but nothing says that it is a VAT number
		p.row(s.nearlyFiscal(), s.nearlyIBAN(), matricola, "20"+s.digits(14))
	}
}

// shipments hold parcels that pass the test of card numbers, and order numbers
// that would be mobiles if their column said so.
func (s *shop) shipments() {
	p := s.file("Ordini/spedizioni.csv", 5)
	p.header("Spedizione", "Rif. ordine", "Colli", "Partenza", "Orario")
	for range 90 {
		p.row(s.tracking(), "399"+s.digits(7), fmt.Sprint(1+s.rng.IntN(4)), s.day(), s.moment().Format("20060102150405"))
	}
}

// cleanData are a stock list for programs and two logs.
func (s *shop) cleanData() {
	p := s.file("Prodotti/inventario.json", 10)
	p.say("[\n")
	for i := range 60 {
		if i > 0 {
			p.say(",\n")
		}
		p.object(
			field{"sku", s.nearlyFiscal()[:15]},
			field{"ean", s.article(i%3 == 0)},
			field{"title", s.pick("products")},
			field{"qty", s.rng.IntN(400)},
			field{"weight", float64(s.rng.IntN(9000)) / 1000},
			field{"updated_ms", s.millis()},
			field{"uuid", s.uuid()},
		)
	}
	p.say("\n]\n")

	p = s.file("Log/access.log", 0)
	nets := []string{"192.0.2.", "198.51.100.", "203.0.113."}
	for i, at := range s.moments(300) {
		p.say(fmt.Sprintf("%s%d - - [%s] \"GET /img/logo@2x.png?v=%d&t=%s HTTP/1.1\" 200 %d\n", nets[i%3], 1+s.rng.IntN(250),
			at.Format("02/Jan/2006:15:04:05 +0000"), at.UnixMilli(), s.tracking(), s.rng.IntN(90000)))
	}

	p = s.file("Log/backup.log", 2)
	for i, t := range s.moments(80) {
		p.say(fmt.Sprintf("%s [%d] copiati %d file, %d.%06d s, id %s\n", t.Format("2006-01-02T15:04:05.000000"),
			t.UnixMicro(), 100+i, s.rng.IntN(60), s.rng.IntN(1000000), s.uuid()))
	}
}

// cleanPages are a web page and a read-me, with at signs that belong to nobody.
func (s *shop) cleanPages() {
	p := s.file("Sito/index.html", 400)
	p.say("<!doctype html>\n<html lang=\"it\"><head><meta charset=\"utf-8\"><title>Ferramenta Esempio</title>\n",
		"<style>@media (min-width: 40em) { .logo { background: url(logo@2x.png) } }</style></head>\n",
		"<body><h1>Ferramenta Esempio</h1>\n<img src=\"logo.png\" srcset=\"logo@2x.png 2x\" alt=\"logo\">\n",
		"<p>Dal 1987 a Borgo Inventato. Articolo del mese: ", s.article(true), "</p>\n",
		"<!-- npm install carosello@1.2.3 && npx prova@latest -->\n<script>var t = 1732379290123, k = 0.4000009900009997;</script>\n</body></html>\n")

	p = s.file("README.md", 380)
	p.say("# Computer del negozio\n\nCartelle: Clienti, Fornitori, Prodotti, Ordini, Posta.\n\n",
		"Il sito si prova con `npm install carosello@1.2.3` e `ssh negozio@localhost`.\n",
		"Password: chiedere in cassa. Ultima pulizia 12/03/2024, versione 2.10.4.\n")
}

// cleanNotes are things that one writes down in a shop.
func (s *shop) cleanNotes() {
	p := s.file("orari.txt", 250)
	p.say("ORARI\nlunedì - venerdì 8:30-12:30 / 15:00-19:00\nsabato 8:30-12:30\nchiuso dal 10/08 al 24/08\n",
		"Natale: aperto 7, 14 e 21 dicembre 2025, 9.00-13.00\n")

	p = s.file("Prodotti/ricette vernici.txt", 500)
	p.say("Bianco caldo: 1000 g base, 12,5 g giallo, 0,75 g nero. Rapporto 1:80:1333.\n",
		"Grigio 7016: 350 350 1200 0000 parti, lotto 2025 1103 0000 0017\n", "Formula n. 4111-22-3333, prova del 04/11/2024\n")

	p = s.file("Marketing/promo-natale.txt", 35)
	p.say("Promo di Natale: 20% su tutto. Seguici @ferramenta_esempio\nCodici: ")
	for range 12 {
		p.say("NATALE", strings.ToUpper(s.uuid()[:8]), " ")
	}
	p.say("\nVale fino al 06/01/2026 su ordini oltre 49,90 euro, articolo ", s.article(true), ".\n")

	p = s.file("Archivio 2019/listino_2019.csv", 2500)
	p.header("Articolo", "EAN", "Prezzo")
	for range 50 {
		p.row(s.pick("products"), s.article(false), s.euros())
	}
}
