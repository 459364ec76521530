package detect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// object is one record: headers and values in turn.
type object []string

// gather feeds a table, whose columns are made known first, or objects, whose
// fields are made known as they appear.
func gather(fields bool, records ...object) Result {
	c := testRules("").Collector()
	columns := map[string]int{}
	known := func(r object) {
		for i := 0; i < len(r); i += 2 {
			if _, ok := columns[r[i]]; !ok {
				columns[r[i]] = c.Column([]byte(r[i]), fields)
			}
		}
	}
	if !fields {
		known(records[0])
	}
	for n, r := range records {
		for i := 0; i < len(r); i += 2 {
			known(r[i : i+2])
			c.Cell(columns[r[i]], []byte(r[i+1]), int64(n)+2)
		}
		c.EndRecord()
	}
	return c.Result()
}

// short writes findings as kind count/distinct place.
func short(r Result) []string {
	var s []string
	for _, f := range r.Findings {
		place := f.Where.Name
		if place == "" {
			place = fmt.Sprint(f.Where.Number)
		}
		s = append(s, fmt.Sprintf("%s %d/%d %s %s", f.Kind, f.Count, f.Distinct, f.Where.Unit, place))
	}
	return append(s, fmt.Sprintf("people %d", r.People.Count()))
}

func expect(t *testing.T, r Result, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, short(r)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestTableOfCustomers(t *testing.T) {
	expect(t, gather(false,
		object{"Nome", "Mario", "Cognome", "Rossi", "E-mail", "mario@example.com", "Telefono", "3990001234", "Note", "ok"},
		object{"Nome", "Anna", "Cognome", "Verdi", "E-mail", "", "Telefono", "399 000 1235", "Note", "anna@example.com"},
		object{"Nome", "Mario", "Cognome", "Rossi", "E-mail", "MARIO@example.com", "Telefono", "", "Note", ""}),
		"email 2/1 column E-mail", "email 1/1 column Note", "name 3/2 column Nome", "name 3/2 column Cognome", "phone 2/2 column Telefono", "people 2")
}

func TestCatalogueIsNothing(t *testing.T) {
	for _, fields := range []bool{false, true} {
		expect(t, gather(fields,
			object{"Nome", "Sedia rossa", "Prezzo", "12.50", "EAN", "8001234567890", "Mobile", "Cucina", "Carta", "Lucida"},
			object{"Nome", "Tavolo", "Prezzo", "120.00", "EAN", "8001234567891", "Mobile", "Sala", "Carta", "Opaca"}),
			"people 0")
	}
}

func TestWeakNames(t *testing.T) {
	for name, test := range map[string]struct {
		fields  bool
		records []object
		want    []string
	}{
		"the personal field comes last": {true, []object{{"name", "Mario", "id", "1", "email", "m@example.com"}}, []string{"email 1/1 field email", "name 1/1 field name", "people 1"}},
		"in another object":             {true, []object{{"name", "Sedia"}, {"name", "Mario", "email", "m@example.com"}}, []string{"email 1/1 field email", "name 1/1 field name", "people 1"}},
		"an address found by content":   {false, []object{{"Cliente", "Mario", "Info", "m@example.com"}, {"Cliente", "Anna", "Info", ""}}, []string{"email 1/1 column 2", "name 2/2 column Cliente", "people 2"}},
		"an empty column of addresses":  {false, []object{{"Nome", "Mario", "Indirizzo", ""}, {"Nome", "Anna", "Indirizzo", ""}}, []string{"name 2/2 column Nome", "people 2"}},
		"two weak ones":                 {false, []object{{"Nome", "Mario", "Referente", "Anna"}}, []string{"people 0"}},
		"a list of customers":           {false, []object{{"Cliente", "Giulia", "Allergie", "PPD"}, {"Cliente", "Anna", "Allergie", ""}}, []string{"health 1/1 column Allergie", "name 2/2 column Cliente", "people 2"}},
		"a firm":                        {false, []object{{"Cliente", "Rossi", "P.IVA", "12345678903"}}, []string{"it_vat 1/1 column P.IVA", "people 0"}},
		"a reader that skips empty cells": {
			false,
			[]object{{"Nome", "Mario", "Email", "m@example.com"}, {"Nome", "Anna"}},
			[]string{"email 1/1 column Email", "name 2/2 column Nome", "people 2"},
		},
	} {
		t.Run(name, func(t *testing.T) { expect(t, gather(test.fields, test.records...), test.want...) })
	}
}

func TestPeopleByNameAndBirthDate(t *testing.T) {
	expect(t, gather(false,
		object{"Cognome", "Rossi", "Nome", "Mario", "Data di nascita", "31/12/1980"},
		object{"Cognome", "ROSSI", "Nome", "mario", "Data di nascita", "1980-12-31"},
		object{"Cognome", "Rossi", "Nome", "Mario", "Data di nascita", "01/01/1990"},
		object{"Cognome", "", "Nome", "", "Data di nascita", "01/01/1990"}),
		"date_of_birth 4/2 column Data di nascita", "name 3/1 column Cognome", "name 3/1 column Nome", "people 2")
}

func TestPeopleOfATextAreThoseOfOneKind(t *testing.T) {
	expect(t, ofText(testRules(""), "Mario Rossi\nmario@example.com\ntel. +39 399 000 1234\nIT60X0542811101000000123456\n"),
		"email 1/1 line 2", "iban 1/1 line 4", "phone 1/1 line 3", "people 1")
	expect(t, ofText(testRules(""), "mario@example.com\n+39 399 000 1234, +39 399 000 1235"), "email 1/1 line 1", "phone 2/2 line 2", "people 2")
}

func TestTextAndCellsAreTheSamePerson(t *testing.T) {
	c := testRules("").Collector()
	n := c.Column([]byte("Email"), false)
	c.Cell(n, []byte("mario@example.com"), 1)
	c.EndRecord()
	text := []byte("MARIO@example.com")
	c.Text(text, 0, len(text), 9)
	expect(t, c.Result(), "email 1/1 column Email", "email 1/1 line 9", "people 1")
}

func TestHeaderlessFirstRow(t *testing.T) {
	r := gather(false, object{"Mario Rossi", "Anna Verdi", "mario@example.com", "anna@example.com", "399 000 1234", "399 000 1235"})
	expect(t, r, "email 2/2 column 2", "phone 2/2 column 3", "people 2")
	for _, f := range r.Findings {
		if f.Where.Name != "" {
			t.Errorf("a place is called %q", f.Where.Name)
		}
	}
}

func TestHeaders(t *testing.T) {
	for text, want := range map[string]header{
		"E-mail": {display: "E-mail", kind: Email}, "EMAIL_CLIENTE": {display: "EMAIL_CLIENTE", kind: Email}, " Email 2 ": {display: "Email 2", kind: Email}, "Indirizzo email": {display: "Indirizzo email", kind: Email},
		"codiceFiscale": {display: "codiceFiscale", kind: FiscalCode}, "Cod. Fisc.": {display: "Cod. Fisc.", kind: FiscalCode}, "P.IVA": {display: "P.IVA", kind: VAT}, "PIva": {display: "PIva", kind: VAT},
		"N° telefono": {display: "N° telefono", kind: Phone}, "Numéro de téléphone": {display: "Numéro de téléphone", kind: Phone}, "Telefono casa": {display: "Telefono casa", kind: Phone}, "IBANCliente": {display: "IBANCliente", kind: IBAN},
		"Numero carta": {display: "Numero carta", kind: Card, weak: true}, "Nome": {display: "Nome", kind: Name, weak: true}, "Codice\nfiscale": {display: "Codice fiscale", kind: FiscalCode},
		"Nome prodotto": {display: "Nome prodotto", near: orderWords}, "IP address": {display: "IP address", kind: IPAddress}, "Username": {display: "Username"}, "Ragione sociale": {display: "Ragione sociale"}, "Nome utente": {display: "Nome utente"},
		"Codice ordine": {display: "Codice ordine", near: orderWords, code: true}, "Codice conto": {display: "Codice conto", code: true}, "Codice ricambio": {code: true}, "Part no.": {display: "Part no.", code: true},
		"Casa": {display: "Casa", match: homeSide}, "Ospiti": {display: "Ospiti", kind: Name, weak: true, person: true, match: guestSide}, "Telefono Mario": {}, "Rossi": {}, "mario@example.com": {}, "Telefono 399": {kind: Phone}, "12": {}, "": {}, "?": {}, "\xff": {}, "Carta fedeltà": {display: "Carta fedeltà", near: orderWords},
		"Email\x1b[31m": {}, "Größe": {display: "Größe"}, "1 2 3": {},
	} {
		if diff := cmp.Diff(want, parseHeader([]byte(text)), cmp.AllowUnexported(header{})); diff != "" {
			t.Errorf("%q: -want +got\n%s", text, diff)
		}
	}
	if len(vocabulary) < 300 {
		t.Errorf("%d words in the vocabulary", len(vocabulary))
	}
	if got := parseHeader([]byte("Nota nota nota nota nota nota nota nota nota nota")); utf8.RuneCountInString(got.display) > maxDisplay {
		t.Errorf("%q is too long", got.display)
	}
	for w := range vocabulary {
		if strings.IndexFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
			t.Errorf("the word %q isn't folded", w)
		}
	}
	for w := range contextWords {
		if strings.IndexFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 || len(w) > longestContextWord {
			t.Errorf("the context word %q can't be met", w)
		}
	}
}

func TestManyColumns(t *testing.T) {
	c := testRules("").Collector()
	for i := range 600 {
		n := c.Column([]byte("Email"), false)
		if n > maxColumns {
			t.Fatalf("column %d", n)
		}
		if i == 599 {
			c.Cell(n, []byte("a@example.com"), 1)
		}
	}
	for _, n := range []int{-1, 513, 1 << 40} {
		c.Cell(n, []byte("b@example.com"), 1)
	}
	expect(t, c.Result(), "email 4/2 column 513", "people 1")
}

func TestResetLeavesNothing(t *testing.T) {
	c := testRules("").Collector()
	n := c.Column([]byte("Email"), false)
	c.Cell(n, []byte("a@example.com"), 1)
	first := c.Result()
	c.Reset()
	expect(t, c.Result(), "people 0")
	expect(t, first, "email 1/1 column Email", "people 1")
}

func TestLines(t *testing.T) {
	text := []byte("\n\na@example.com\n\n+39 399 000 1234\n")
	c := testRules("").Collector()
	c.Text(text, 1, len(text), 11)
	expect(t, c.Result(), "email 1/1 line 12", "phone 1/1 line 14", "people 1")
}

func TestDigest(t *testing.T) {
	a, b := New(Options{Country: "IT"}), New(Options{Country: "it", Key: [16]byte{9}})
	if a.Digest() != b.Digest() || a.Digest() == New(Options{Country: "FR"}).Digest() || len(a.Digest()) != 16 {
		t.Errorf("digests %s %s", a.Digest(), b.Digest())
	}
}

// TestHardCut cuts a long line everywhere: nothing is counted twice or missed,
// and no half is taken for a whole.
func TestHardCut(t *testing.T) {
	line := "x;Mario;mario.rossi@example.com;+39 399 000 1234;IT60 X054 2811 1010 0000 0123 456;4000 0012 3456 7899;RSSMRA 80A01 H501U;tel 0645678901;P.IVA IT 12345678903;399-000-1235;NIF 12345678-Z;SSN 536-90-4399;36 574 261 809;L898902C36UTO7408122F1204159ZE184226B<<<<<10;AB 12 34 56 C;CA 12345 AA;2 95 10 99 126 111 93;4242 4242 4242 4242;passaporto YA 1234567;"
	text := strings.Repeat(line, 3)
	r := testRules("")
	want := short(ofText(r, text))
	for cut := 1; cut < len(text); cut++ {
		got := short(inPieces(r, text, 512, cut))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("cut at %d, between %q and %q:\n%s", cut, text[max(0, cut-20):cut], text[cut:min(len(text), cut+20)], diff)
		}
	}
}

// inPieces hands over text cut at the given places, with so much context.
func inPieces(r *Rules, text string, pad int, cuts ...int) Result {
	c := r.Collector()
	from := 0
	for _, to := range append(cuts, len(text)) {
		lo, hi := max(0, from-pad), min(len(text), to+pad)
		buf := []byte(text[lo:hi])
		c.Text(buf, from-lo, to-lo, 1+int64(strings.Count(text[:from], "\n")))
		for i := range buf { // whoever kept a piece of it shows
			buf[i] = '9'
		}
		from = to
	}
	return c.Result()
}

// TestSamplesShowLittle holds masks to what they promise: of a value no more
// than four characters in a row are shown, and no more than five in all besides
// a country's code and the end of a domain; two letters at most.
func TestSamplesShowLittle(t *testing.T) {
	rng, all := seeded(t), kinds(t)
	for range 5000 {
		for _, kind := range all {
			value := randomValue(rng, kind)
			sample := mask(kind, value)
			if !utf8.ValidString(sample) {
				t.Fatalf("%s: the sample isn't UTF-8", kind)
			}
			if run := longestShared(sample, string(value)); run > 4 {
				t.Errorf("%s: %q shows %d characters in a row of %q", kind, sample, run, value)
			}
			shown := 0
			for _, c := range sample {
				if wordRune(c) {
					shown++
				}
			}
			if limit := map[Kind]int{
				Email: 5, Phone: 5, Card: 4, IBAN: 5, FiscalCode: 1, VAT: 3, Name: 1, Address: 1, BirthDate: 2, BankAccount: 2, IPAddress: 4,
				IdentityCard: 2, SSN: 2, NINO: 2, NHS: 2, NIF: 2, NIE: 2, NIR: 2, TaxID: 2, PESEL: 2, Passport: 2,
			}[kind]; shown > limit {
				t.Errorf("%s: %q shows %d characters of %q, at most %d", kind, sample, shown, value, limit)
			}
		}
	}
}

func randomValue(rng *rand.Rand, kind Kind) []byte {
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('a' + rng.IntN(26))
		}
		return string(b)
	}
	switch kind {
	case Email:
		return []byte(letters(1+rng.IntN(20)) + "@" + letters(1+rng.IntN(20)) + "." + letters(2+rng.IntN(8)))
	case Phone:
		return randomDigits(rng, 7+rng.IntN(9))
	case Card:
		return randomDigits(rng, 12+rng.IntN(8))
	case IBAN:
		return randomIBAN(rng)
	case FiscalCode:
		return randomFiscal(rng)
	case VAT, TaxID, PESEL:
		return randomDigits(rng, 11)
	case SSN, NHS, NIF, NIE, NIR, NINO, IdentityCard, Passport:
		return append([]byte(letters(rng.IntN(4))), randomDigits(rng, 6+rng.IntN(10))...)
	case BirthDate:
		return randomDigits(rng, 8)
	default:
		return []byte(letters(2+rng.IntN(10)) + " " + letters(2+rng.IntN(10)))
	}
}

// longestShared returns the length of the longest run of characters in both.
func longestShared(a, b string) int {
	best := 0
	for i := range len(a) {
		for j := range len(b) {
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			best = max(best, n)
		}
	}
	return best
}
