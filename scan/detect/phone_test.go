package detect

import (
	"fmt"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

var phoneTable = table{
	kind: Phone,
	must: join(
		in("+39 399 000 1234", "+393990001234", "+39 3990001234", "+39-399-000-1234", "+39.399.000.1234", "+39 399/0001234", "(+39) 399 000 1234", "+39 (399) 0001234", "+39 06 4567 8901", "+390645678901", "+39 0461 123456",
			"0039 399 000 1234", "00393990001234", "+44 20 7946 0123", "+44 (0)20 7946 0123", "+1 212-555-0123", "+1 (212) 555-0123", "+12125550123", "+41 44 668 18 00", "+33 6 12 34 56 78", "+49 30 123456", "+34 612 345 678",
			"399 000 1234", "399 0001234", "399-0001234", "399/0001234", "399.000.1234", "399 00 01 234", "06 4567 8901", "06 45678901", "06-45678901", "06/45678901", "(06) 4567 8901", "0461 123456", "02 1234 5678",
			"tel. 3990001234", "Tel: 3990001234", "tel:+393990001234", "cell.3990001234", "Cellulare 3990001234", "whatsapp 399 000 1234", "telefono: 0645678901", "chiamare il 3990001234", "Fax 0645678901", "phone=3990001234", "téléphone 3990001234",
			"Telefono\n3990001234", "tel. 399 000 123", "+39\u00a0399\u00a0000\u00a01234", "numero verde tel 800 123456", "wa.me tel 0039 399 0001234", "Via Roma 1 - 399 000 1234"),
		under("Telefono", "3990001234", "0645678901", "06 4567 8901", "+39 399 000 1234", "393990001234", "3990001234.0", "399 000 1234 (casa)", "399000123"), under("Cell.", "3990001234"), under("Mobile", "399-000-1234"),
		under("Note", "chiamare 3990001234"), in("WA 3990001234", "TEL 066784", "wa 066784", "tel2: 0461123456", "Rossi 12B 0461 1234 56", "da 0461 123456 ad 8"), under("Codice ricambio", "tel. 0445 110183", "+39 0445 110183"), under("Codice telefono", "chiamare 0445 110183"),
		in("codice 12, tel. 0445 110183", "ricambio 0445110183, telefono 0461 123456", "scontrino n. 12 - 0461 123456", "Rossi (conto aperto) 0461 123456", "n. 0461 123456", "al numero 0461 123456", "tel(0461)123456", "0045 3212 3456"),
	),
	mustNot: join(
		in("0645678901", "12/05/2026", "12/05/2026 10:30", "2026-05-12 10:30:00", "06 12 2026", "06-12-2026", "06/12/2026", "02.12.2026", "192.168.100.200", "10.0.0.1", "06.45.67.89", "399.000.123", "399.000,50", "390 000 123",
			"€ 399 000 1234", "399 000 1234 €", "399 000 1234 EUR", "8001234567890", "8 001234 567890", "0012345678905", "1763894400", "1763894400000", "+1763894400", "+100000000000", "+39 12", "+39", "1+393990001234", "a+393990001234",
			"ordine 399 000 1234", "ordine n. 3990001234", "tel. ordine 3990001234", "cod. 3990001234", "IT60 X054 2811 1010 0000 0123 457", "4000 0012 3456 7890", "1 399 000 1234", "399 000 1234 5678", "399-000-1234-5678",
			"A-399-000-1234", "/399/000/1234", "x399 000 1234", "399 000 1234x", "3.399 000 1234", "12345678903", "00 12 34 56", "1 1 1 1 1 1 1 1 1 1", "020 7946 0123 4", "550e8400-e29b-41d4-a716-446655440000", "06 45", "0.399 000 1234",
			"+999 123 456 789", "0645,678901", "345.260421.2", "0.6046603", "0123.0123", "00CD; 0069 0307 0301", "30 10 06 07 2a 86", "02 41 55 31 0c 30", "06 03 55 04 08", "03 55 1d 25 04 16", "399  000  1234"),
		in("SCONTRINO N. 0125-7974", "scontrino n° 0125-797412", "ricambio n. 0445 110 183", "ricambio 0445 110 183", "codice 0445 110 183", "cod: 0445 110 183", "Codice #0445 110 183", "conto 06.4712.3456", "matricola nr. 0445 110 183", "ricevuta n 0461 123456", "contratto 0461/123456", "modello 0445-110183",
			"0045 3212 3456 9012", "T 603790 premio, WA 066784", "24ab d05b 0461 1234", "0461 1234 9fa0 8af0", "d0 0f 02 45 67 89 01 db", "13cf 0062 2728 6721 09d1", "TEL304-8123\nricambio n. 0981 888 044", "tel\nricambio 0981 888 044", "serial PH0459682069, asset 0461 123", "0053 4351 2345 6789 0123", "0039 0551 2345 6789 0123 4567 8901 2345", "f.call(this,[3990001234,", "e.phone(3990001234)", "Kundennummer 0461 123456"),
		under("Codice ricambio", "0445 110 183", "0039 0445 110183", "399.123.4567"), under("Codice conto", "06.47.123456"), under("Part no.", "0445 110 183"), under("Importo", "0461 123456"), under("Konto", "0461 123456"), under("OEM", "0445 110 183"), under("Scontrino n.", "0125-797412"), under("Modello", "0461/123456"),
		under("Telefono", "12345", "nessuno", "12/05/2026", "2026-05-12", "0", "00000000000"), under("Codice ordine", "399 000 1234"), under("EAN", "0393990001234"),
	),
}

var (
	phoneGB = table{
		kind: Phone, country: "GB",
		must: join(in("020 7946 0123", "(020) 7946 0123", "+44 20 7946 0123", "tel 02079460123", "+39 399 000 1234", "0044 20 7946 0123", "020-7946-0123"), under("Phone", "02079460123", "020 7946 0123")),
		mustNot: join(in("0300.0250.0.01", "02079460123", "399 000 1234", "06 4567 8901", "12 05 2026", "10-20-30"),
			under("Phone", "12")),
	}
	phoneUS = table{
		kind: Phone, country: "US",
		must:    join(in("212-555-0123", "(212) 555-0123", "212.555.0123", "+1 212 555 0123", "call 2125550123"), under("Phone number", "2125550123", "12125550123", "(212) 555-0123")),
		mustNot: in("part no. 212-555-0123", "serial n. 212-555-0123", "2125550123", "112-555-0123", "555-0123", "123-45-6789", "2026-05-12", "isbn 978-555-0123", "212-555-01234"),
	}
	phoneFR = table{
		kind: Phone, country: "FR",
		must:    in("06 12 34 56 78", "2B 06 12 34 56 78", "le 06 12 34 56 78 de", "01 23 45 67 89", "01.23.45.67.89", "01-23-45-67-89", "+33 6 12 34 56 78", "tél. 0612345678"),
		mustNot: in("06 12 34 56", "06/12/2026", "06 12 34 56 78 90", "0f d0 06 12 34 56 78 db", "6e fc ef 06 12 34 56 78", "06 12 34 56 78 9a d0"),
	}
	phoneDE = table{
		kind: Phone, country: "DE",
		must:    join(in("030 123456789"[:9]+" 6789", "030/12345678", "0151 23456789", "+49 151 23456789", "Telefon: 03012345678"), under("Telefonnummer", "03012345678")),
		mustNot: in("03012345678", "03.12.2026", "12345 67890"),
	}
	phoneES = table{
		kind: Phone, country: "ES",
		must:    join(in("612 345 678", "+34 612 345 678", "llamar al 612345678"), under("Móvil", "612345678", "612 34 56 78")),
		mustNot: in("612345678", "612.345.678", "112 345 678"),
	}
	phoneCH = table{
		kind: Phone, country: "CH",
		must:    join(in("044 668 18 00", "079 123 45 67", "+41 44 668 18 00", "+41 (0)44 668 18 00", "Tel. 0446681800"), under("Telefon", "0446681800", "079 123 45 67")),
		mustNot: join(in("0446681800", "044 668 18", "756.9217.0769.85", "44 668 18 00"), under("Telefon", "12")),
	}
	phoneAT = table{
		kind: Phone, country: "AT",
		must:    join(in("01 51234567", "0664 1234567", "+43 1 51234567", "+43 664 1234567", "Telefon 066412345678"), under("Telefonnummer", "0664 1234567")),
		mustNot: in("066412345678", "01.12.2026", "1010 12345"),
	}
	phoneNL = table{
		kind: Phone, country: "NL",
		must:    join(in("020 123 4567", "06 12345678", "+31 20 123 4567", "+31 6 12345678", "+31 (0)6 12345678"), under("Mobile number", "06-12345678")),
		mustNot: in("0612345678901", "020 123", "06-12-2026", "1234 5678 90"),
	}
	phoneBE = table{
		kind: Phone, country: "BE",
		must:    join(in("02 512 34 56", "0470 12 34 56", "+32 2 512 34 56", "+32 470 12 34 56", "tel 0470123456"), under("Téléphone", "0470 12 34 56")),
		mustNot: in("0470123456", "02.12.2026", "0470 12 34"),
	}
	phonePT = table{
		kind: Phone, country: "PT",
		must:    join(in("212 345 678", "912 345 678", "+351 912 345 678", "telefono 912345678"), under("Tel", "912345678")),
		mustNot: in("912345678", "912.345.678", "112 345 678", "412 345 678"),
	}
	phonePL = table{
		kind: Phone, country: "PL",
		must:    join(in("512 345 678", "22 123 45 67", "+48 512 345 678", "+48 22 123 45 67", "tel. 512345678"), under("Telefon", "512345678", "512 345 678")),
		mustNot: join(in("512345678", "512.345.678", "44051401359"), under("Esercizio 2025", "512 345 678"), under("Saldo", "512 345 678")),
	}
	phoneNowhere = table{
		kind: Phone, country: "??",
		must:    join(in("+39 399 000 1234", "tel. 399 000 1234"), under("Telefono", "3990001234")),
		mustNot: join(in("399 000 1234", "3990001234"), under("Codice", "3990001234")),
	}
)

func TestCallingCodesAgainstTheLibrary(t *testing.T) {
	codes := phonenumbers.GetSupportedCallingCodes()
	for code := range codes {
		if callingCodes[code].max == 0 && code != 979 && code != 808 && code != 878 && code != 888 {
			t.Errorf("+%d is missing", code)
		}
	}
	for code, r := range callingCodes {
		if r.max == 0 {
			continue
		}
		if !codes[code] || r.min > r.max || r.min < 4 || int(r.max)+len(fmt.Sprint(code)) > maxE164 {
			t.Errorf("+%d: %v", code, r)
		}
		for short := code / 10; short > 0; short /= 10 {
			if callingCodes[short].max > 0 {
				t.Errorf("+%d begins with +%d", code, short)
			}
		}
	}
}

// TestExampleNumbersAreFound asks the library for an example of every country
// and type, and expects each, with '+', to be found.
func TestExampleNumbersAreFound(t *testing.T) {
	r := testRules("")
	c := r.Collector()
	tried, missed := 0, 0
	for region := range phonenumbers.GetSupportedRegions() {
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE} {
			n := phonenumbers.GetExampleNumberForType(region, kind)
			if n == nil {
				continue
			}
			for _, format := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL} {
				tried++
				if text := phonenumbers.Format(n, format); count(textIn(c, text), Phone) != 1 {
					missed++
					t.Logf("%s: %q is missed", region, text)
				}
			}
		}
	}
	if tried < 800 || missed*100 > tried {
		t.Errorf("%d of %d example numbers missed; one percent is the limit, small islands", missed, tried)
	}
}

func TestOneNumberManyWays(t *testing.T) {
	r := testRules("")
	text := "+39 399 0001234\ntel 3990001234\n399 000 1234\n0039 399 000 1234\n(+39) 399/0001234\n"
	res := ofText(r, text)
	if len(res.Findings) != 1 || res.Findings[0].Count != 5 || res.Findings[0].Distinct != 1 || res.People.Count() != 1 {
		t.Errorf("five ways to write one number: %+v, %d people", res.Findings, res.People.Count())
	}
}

// TestBareMobiles: a mobile number as people jot it down, at the end of a line
// or alone in a cell, is a number of low confidence; a column full of them is a
// likely one. In the middle of a line, behind a code or in a column of something else it is nothing.
func TestBareMobiles(t *testing.T) {
	one := func(text string) string {
		for _, f := range textIn(testRules("IT").Collector(), text).Findings {
			if f.Kind == Phone {
				return string(f.Confidence)
			}
		}
		return ""
	}
	for text, want := range map[string]string{
		"3990001234": "low", "Giulia 3990001234\n": "low", "Giulia: 3990001234.\nAnna 3990001235": "low", "Giulia;3990001234": "low",
		"il mio numero nuovo 3990001234": "low", "cod. 3990001234": "", "codice 3990001234": "", "ordine 3990001234": "", "3990001234 pezzi": "", "x3990001234": "",
		"12-3990001234": "", "39900012345": "", "0645678901": "", "2990001234": "", "id=3990001234": "", "Tel 3990001234": "high",
	} {
		if got := one(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for name, c := range map[string]struct {
		header string
		cells  []string
		want   string
	}{
		"a column of numbers":      {"", []string{"3990001234", "3990001235", "3990001236"}, "medium"},
		"one among other things":   {"", []string{"3990001234", "12", "13", "x"}, "low"},
		"two, and a note":          {"", []string{"3990001234", "3990001235", "chiede di Anna"}, "low"},
		"under a code":             {"Codice ordine", []string{"3990001234", "3990001235"}, ""},
		"under its heading":        {"Telefono", []string{"3990001234"}, "high"},
		"under a postal address":   {"Recapito", []string{"3990001234", "3990001235"}, "medium"},
		"under a bank account":     {"IBAN", []string{"3990001234", "3990001235"}, ""},
		"with something behind it": {"", []string{"3990001234 a", "3990001235 b"}, ""},
	} {
		col := testRules("IT").Collector()
		n := col.Column([]byte(c.header), false)
		for i, v := range c.cells {
			col.Cell(n, []byte(v), int64(i))
			col.EndRecord()
		}
		got := ""
		for _, f := range col.Result().Findings {
			if f.Kind == Phone {
				got = string(f.Confidence)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
