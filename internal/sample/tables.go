package sample

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// italianDay is how an Italian list writes dates.
const italianDay = "02/01/2006"

// customers makes the lists of the folder Clienti and the old one.
func (s *shop) customers() {
	s.customerList()
	s.englishList()
	s.smallLists()
	s.loyalty()
	s.broken()
	s.unreadable()
	s.oldList()
}

// maybe leaves a cell empty one time in n.
func (s *shop) maybe(n int, v any) any {
	if s.rng.IntN(n) == 0 {
		return ""
	}
	return v
}

// customerList is the main list: somebody typed cards into the notes.
func (s *shop) customerList() {
	p := s.file("Clienti/clienti.csv", 3)
	p.eol = "\r\n"
	typed := s.typedCards()
	p.header("Nome", "Cognome", "Email", "Telefono", "Indirizzo", "Data di nascita", "Codice fiscale", "Note")
	for i, who := range s.locals[:120] {
		note := cell(nil)
		switch {
		case i%13 == 5 && len(typed) > 0:
			note, typed = typed[0], typed[1:]
		case s.rng.IntN(3) == 0:
			note = mix(s.pick("notes"))
		}
		if i == 60 || i == 90 { // known by name only
			p.row(who.firstName(), who.lastName(), "", "", who.address(), who.birth(italianDay), "", note)
			continue
		}
		p.row(who.firstName(), who.lastName(), s.maybe(9, who.email()), s.maybe(7, s.phoneCell(who)),
			s.maybe(5, who.address()), s.maybe(4, who.birth(italianDay)), s.maybe(3, who.fiscalValue()), note)
	}
}

// typedCards are nine cards in the shapes in which people type them.
func (s *shop) typedCards() []cell {
	first := s.card(visa)
	return []cell{
		mix("carta ", cardValue(first, " "), " scad 04/29"),
		mix(cardValue(s.card(mastercard), "-")),
		mix("card ", cardValue(s.card(visa), ""), ", chiamare prima"),
		mix("amex ", cardValue(s.card(amex), " "), " exp 11/28"),
		mix("carta: ", cardValue(s.card(discover), " "), "; vuole la fattura"),
		mix("pagato con carta ", cardValue(s.card(visa), " ")),
		mix("caparra su carta ", cardValue(s.card(mastercard), ""), " (12/27)"),
		mix("carta di credito ", cardValue(s.card(amex), "-")),
		mix("carta ", cardValue(first, ""), " la stessa della moglie"),
	}
}

// englishList has commas, and the mark of UTF-8 that spreadsheets put first.
func (s *shop) englishList() {
	p := s.file("Clienti/customers-en.csv", 12)
	p.sep = ","
	p.say("\ufeff")
	p.header("First name", "Last name", "Email", "Phone", "Address", "Date of birth", "Notes")
	for i, who := range s.english[:60] {
		note := any("")
		switch {
		case i == 17:
			note = mix("card on file ", cardValue(s.card(mastercard), " "), " exp 09/28")
		case s.rng.IntN(3) == 0:
			note = s.pick("notes_en")
		}
		p.row(who.firstName(), who.lastName(), s.maybe(12, who.email()), s.maybe(6, s.phone(who)),
			s.maybe(4, who.address()), s.maybe(3, who.birth("2006-01-02")), note)
	}
}

// smallLists are exports of three programs, each with its own alphabet.
func (s *shop) smallLists() {
	p := s.file("Clienti/export-gestionale.csv", 45)
	p.eol, p.encode = "\r\n", utf16LE
	p.header("Nome", "Cognome", "Email", "Cellulare")
	for _, who := range s.locals[20:60] {
		p.row(who.firstName(), who.lastName(), who.email(), s.maybe(4, s.phoneCell(who)))
	}

	p = s.file("Clienti/rubrica.csv", 200)
	p.eol, p.encode = "\r\n", windows1252
	p.header("Nome", "Cognome", "Novità", "Indirizzo", "Telefono")
	for _, who := range s.locals[100:135] {
		p.row(who.firstName(), who.lastName(), s.maybe(2, "sì, perché no"), who.address(), s.phoneCell(who))
	}

	p = s.file("Clienti/senza-intestazione.csv", 90)
	for _, who := range s.locals[60:85] {
		p.row(who.full(), who.email(), value{kind: kindPhone, spelled: who.tel, norm: who.tel})
	}

	p = s.file("Clienti/🎁 lista natale.csv", 330)
	p.header("Nome", "Cognome", "Email", "Regalo")
	for _, who := range s.locals[:12] {
		p.row(who.firstName(), who.lastName(), who.email(), s.pick("products"))
	}
}

// loyalty is a table with tabs; its card numbers are article numbers, not payment cards.
func (s *shop) loyalty() {
	p := s.file("Clienti/tessere-fedeltà.tsv", 20)
	p.sep = "\t"
	p.header("Tessera", "Nominativo", "E-mail", "Cellulare", "Punti", "Data di nascita") //nolint:misspell // Italian
	for _, who := range s.locals[90:140] {
		p.row(ean13("2000"+s.digits(8)), who.fullName(), s.maybe(8, who.email()), s.phoneCell(who),
			fmt.Sprint(s.rng.IntN(900)), s.maybe(3, who.birth(italianDay)))
	}
}

// broken has a quote that is never closed, in its tenth row.
func (s *shop) broken() {
	p := s.file("Clienti/da-sistemare.csv", 150)
	p.file.Broken = true
	p.header("Ordine", "Email", "Telefono", "Nota")
	for i, who := range s.locals[30:60] {
		note := value{}
		if i == 9 {
			note = value{spelled: `"ritira lunedì, misura 3/4`, raw: true}
		}
		p.row(fmt.Sprintf("2024-%06d", 4100+i), who.email(), s.phone(who), note)
	}
}

// unreadable may not be opened by anybody. Whoever opens it all the same, like
// root, finds nobody who isn't in the newsletter too.
func (s *shop) unreadable() {
	p := s.file("Clienti/riservato.csv", 60)
	p.file.Unreadable = !onWindows()
	p.file.Examined = onWindows()
	p.header("Email", "Nota")
	for _, who := range s.readers[:15] {
		p.row(who.email(), s.pick("notes"))
	}
}

// oldList was forgotten years ago; every cell stands in quotes.
func (s *shop) oldList() {
	p := s.file("Archivio 2019/clienti_2019.csv", 2400)
	p.eol, p.quoted = "\r\n", true
	p.header(`"Cognome"`, `"Nome"`, `"Codice fiscale"`, `"Telefono"`, `"E-mail"`, `"Note"`)
	for i, who := range s.locals[40:110] {
		note := any("")
		if i == 33 {
			note = mix("carta ", cardValue(s.card(visa), " "), " valida fino 03/21")
		}
		p.row(who.lastName(), who.firstName(), s.maybe(4, who.fiscalValue()), s.phoneCell(who), s.maybe(3, who.email()), note)
	}
}

// marketing makes the newsletter and the export of the customer program.
func (s *shop) marketing() {
	p := s.file("Marketing/newsletter.csv", 8)
	p.header("Email", "Iscritto il", "Consenso")
	for i, who := range s.readers {
		v := who.email()
		if i%25 == 7 {
			v.spelled = strings.ToUpper(v.spelled)
		}
		p.row(v, s.day(), s.maybe(9, "sì"))
		if i%60 == 9 { // the same again, as forms send it
			v.spelled = strings.ToUpper(v.spelled[:1]) + v.norm[1:]
			p.row(v, s.day(), "sì")
		}
	}
	s.crm()
	s.orders()
}

// crm is an array of objects with an address inside.
func (s *shop) crm() {
	p := s.file("Marketing/crm.json", 33)
	p.say("[\n")
	for i, who := range append(append([]*person(nil), s.locals[70:120]...), s.english[50:]...) {
		if i > 0 {
			p.say(",\n")
		}
		mail, tel := s.orNull(8, who.email()), any(s.phone(who))
		if mail != nil && s.rng.IntN(4) == 0 {
			tel = nil
		}
		p.object(
			field{"id", 100200 + i},
			field{"first_name", who.firstName()},
			field{"last_name", who.lastName()},
			field{"email", mail},
			field{"phone", tel},
			field{"birth_date", s.orNull(3, who.birth("2006-01-02"))},
			field{"address", []field{{"street", who.address()}, {"floor", nil}}},
			field{"tags", []string{"negozio", "promo-" + s.digits(2)}},
			field{"created_ms", s.millis()},
		)
	}
	p.say("\n]\n")
}

// orNull makes a field null one time in n.
func (s *shop) orNull(n int, v value) any {
	if s.rng.IntN(n) == 0 {
		return nil
	}
	return v
}

// orders is one object a line, full of numbers that are nobody's.
func (s *shop) orders() {
	p := s.file("Ordini/ordini.jsonl", 1)
	for i := range 150 {
		who := s.readers[s.rng.IntN(120)]
		p.object(
			field{"order", fmt.Sprintf("2025-%06d", 310+i)},
			field{"uuid", s.uuid()},
			field{"created_ms", s.millis()},
			field{"email", who.email()},
			field{"eans", []string{s.article(false), s.article(true)}},
			field{"total", float64(100+s.rng.IntN(30000)) / 100},
			field{"tracking", s.tracking()},
		)
		p.say("\n")
	}
}

// suppliers makes the list of payments, whose accounts and VAT numbers are
// personal where the supplier is one man and his van.
func (s *shop) suppliers() {
	p := s.file("Fornitori/pagamenti.csv", 25)
	p.header("Fornitore", "P.IVA", "IBAN", "Importo", "Data")
	for _, name := range s.lists["suppliers"] {
		vat, iban := s.vat(), s.iban()
		for range 1 + s.rng.IntN(4) {
			p.row(name, vat, ibanValue(iban, s.rng.IntN(3) == 0, false), s.euros(), s.day())
		}
	}
}

// utf16LE is what some spreadsheets call Unicode.
func utf16LE(s string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// windows1252 is the old alphabet of Windows, as far as our words need it.
func windows1252(s string) []byte {
	var b []byte
	for _, r := range s {
		switch {
		case r < 0x100:
			b = append(b, byte(r)) //nolint:gosec // checked just above
		case r == '€':
			b = append(b, 0x80)
		default:
			b = append(b, '?')
		}
	}
	return b
}
