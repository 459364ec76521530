package detect

import (
	"slices"
	"strings"
	"testing"
)

const (
	td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
	td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
	td1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)

var identityTable = table{
	kind: IdentityCard,
	must: join(
		in("CA12345AA", "CI99999ZB", "carta d'identità CA12345AA", "carta d’identità n. CA12345AA", "Carta identità: AA1234567", "C.I. AA1234567", "C.I. n. AA 1234567", "C.I. n° AB 1234567", "carta d'identità AA1234567 rilasciata dal comune",
			"carta d'identità 1234567AA", "CIE CA12345AA", "cie: ca12345aa", "CA 12345 AA", "documento CA12345AA", "documento: ca12345aa", "identity card AA1234567", "id card CA12345AA", "carta d'identità\nAA1234567", "C.I. CA 12345 AA"),
		under("Carta d'identità", "CA12345AA", "AA1234567", "AA 1234567", "ca12345aa", "1234567AA", "AO1234567 "), under("Numero documento d'identità", "AA1234567", "CA12345AA"), under("numeroCartaIdentita", "AA1234567"),
		under("Documento", "CA12345AA"), under("Identity card no.", "CA12345AA"), under("CIE", "CA12345AA"), under("Note", "C.I. AA1234567", "CA12345AA", zoneOf("ITA", "CA00000AA", "800101300101")), under("", "CA12345AA"), under("N. carta identità", "AA1234567"),
	),
	mustNot: join(
		in("AA1234567", "1234567AA", "XX12345AA", "ca12345aa", "CA1234AA", "CA123456AA", "CA12345A", "CA12345AAA", "xCA12345AA", "CA12345AA_1", "CA12345AA-7", "12-CA12345AA", "/CA12345AA/", "a/CA12345AA", "CA12345AA@example.com", "ordine CA12345AA", "lotto CA12345AA",
			"ref. CA12345AA", "articolo CA12345AA", "documento AA1234567", "documento n. FT1234567", "passaporto YA1234567", "CA1.2345AA", "CA12345AA.pdf", "tel AA1234567", "P.IVA AA1234567", "carta d'identità AA123456", "carta d'identità AA12345678", "CA-12345-AA1"),
		under("Carta d'identità", "sì", "scaduta", "12/05/2030", "AA12345", "1234567", "Comune di Roma"), under("Codice articolo", "CA12345AA"), under("SKU", "CA12345AA"), under("Documento", "AA1234567", "FT1234567"), under("Codice", "AA1234567"),
		under("Carta fedeltà", "CA12345AA"),
	),
}

var ssnTable = table{
	kind: SSN,
	must: join(
		in("536-90-4399", "SSN 536904399", "SSN: 536-90-4399", "ssn 536 90 4399", "Social Security Number: 536904399", "social security no. 536-90-4399", "SSN#536-90-4399"[:4]+" 536-90-4399", "his SSN is 536 90 4399", "SSN\n536904399", "SSN=536904399",
			"536\u201390\u20134399", "899-99-9999", "001-01-0001"),
		under("SSN", "536904399", "536-90-4399", "536 90 4399"), under("Social Security Number", "536904399"), under("ssn_number", "536904399"), under("Note", "SSN 536904399"), under("Soc. Sec. No.", "536904399"),
	),
	mustNot: join(
		in("536904399", "536 90 4399", "000-12-3456", "666-12-3456", "900-12-3456", "987-65-4320", "536-00-4399", "536-90-0000", "078-05-1120", "219-09-9999", "457-55-5462", "123-45-6789", "111-11-1111", "536-90-43999", "1536-90-4399", "5-36-90-4399",
			"536-90-4399-1", "1-536-90-4399", "536-904-399", "53-690-4399", "536.90.4399", "536/90/4399", "SSN 000123456", "SSN 123456789", "SSN 53690439", "SSN 5369043990", "order 536-90-4399", "ref 536-90-4399", "tracking: 536904399", "0.536904399", "SSN 0.536904399",
			"3,536904399", "SSN, tel. 536904399", "x536-90-4399", "536-90-4399x", "_536-90-4399", "/536-90-4399", "2536-90-4399", "isbn 536-90-4399", "+1 536-90-4399", "12 536-90-4399", "536-90-4399 12", "M536-90-4399"),
		under("SSN", "000000000", "666123456", "12345", "no"), under("Customer id", "536904399"), under("Order number", "536-90-4399"), under("Phone", "536904399"), under("EAN", "536-90-4399"), under("", "536904399"),
	),
}

var ninoTable = table{
	kind: NINO,
	must: join(
		in("AB123456C", "AB 12 34 56 C", "AB 123456 C", "JG103759A", "National Insurance number: AB123456C", "national insurance no. ab123456c", "NI number AB123456C", "NI No: AB 12 34 56 C", "nino ab123456d", "NINO=AB123456C", "AB\u00a012\u00a034\u00a056\u00a0C", "AB-12-34-56-C",
			"national insurance\nAB123456C"),
		under("NINO", "AB123456C", "ab123456c", "AB 12 34 56 C", "AB 123456 C"), under("National Insurance Number", "AB123456C"), under("ni_number", "ab123456c"), under("Notes", "AB123456C"), under("", "AB123456C"),
	),
	mustNot: join(
		in("QQ123456C", "DA123456C", "AD123456C", "FA123456A", "AO123456C", "BG123456A", "GB123456A", "KN123456A", "NK123456A", "NT123456A", "TN123456A", "ZZ123456A", "AB123456E", "AB12345C", "AB1234567C", "ABC123456C", "1AB123456C", "AB123456C1", "AB123456CD", "ab123456c",
			"AB-123456C-1", "X-AB123456C", "AB123456C_2", "/AB123456C", "AB123456C/9", "AB123456C@x", "#AB123456C", "order AB123456C", "ref. AB123456C", "serial AB123456C", "sku AB123456C", "AB 12 34 56", "AB 12 34 56 7", "AB 1234 56 C", "AB.12.34.56.C", "AB  12 34 56 C", "invoice AB 12 34 56 C"),
		under("NINO", "QQ123456C", "AB123456", "none"), under("Order", "AB123456C"), under("Article", "AB123456C"), under("Part sku", "AB123456C"), under("Phone", "AB123456C"),
	),
}

var nhsTable = table{
	kind: NHS,
	must: join(
		in("NHS 9434765870", "NHS number: 943 476 5870", "NHS No. 943-476-5870", "NHS no 4010232137", "nhs number 943\u00a0476\u00a05870", "NHS number\n943 476 5870", "patient's NHS number is 9434765919"),
		under("NHS number", "9434765870", "943 476 5870", "943-476-5870"), under("NHS No", "4010232137"), under("nhsNumber", "9434765870"), under("Notes", "NHS 9434765870"),
	),
	mustNot: join(
		in("9434765870", "943 476 5870", "NHS 9434765871", "NHS 943 476 5871", "NHS 943476587", "NHS 94347658700", "NHS 0000000000", "NHS 1111111111", "NHS, tel. 943 476 5870", "order 9434765870", "NHS 0.9434765870", "NHS 9434765870-1", "x9434765870", "NHS x9434765870",
			"NHS +9434765870", "1763894400", "0306406152", "NHS 943.476.5870"),
		under("NHS number", "9434765871", "1763894400", "none"), under("Phone", "9434765870"), under("Order number", "9434765870"), under("", "9434765870"), under("ISBN", "9434765870"),
	),
}

var nifTable = table{
	kind: NIF,
	must: join(
		in("12345678Z", "12345678-Z", "12.345.678-Z", "12.345.678Z", "54362315K", "54362315-K", "12345678z", "43016715E", "DNI 43016715e", "DNI 12345678Z", "DNI: 12345678 Z", "DNI nº 12.345.678-Z", "NIF 12345678Z", "N.I.F. 12345678Z", "nif: 54362315k", "D.N.I. 12345678-Z", "NIF:12345678Z", "nif=12345678Z&x", "DNI\n12345678Z",
			"NIF K1234567L", "con DNI 12345678Z, vecino de Madrid"),
		under("NIF", "12345678Z", "12345678-Z", "12.345.678-Z", "K1234567L", "12345678 z"), under("DNI", "54362315K"), under("DNI/NIE", "12345678Z"), under("Número de DNI", "12345678Z"), under("Notas", "12345678Z"), under("", "12345678Z"),
	),
	mustNot: join(
		in("12345678A", "54362315Z", "12345678 Z", "00000000T", "1234567Z", "123456789Z", "12345678ZZ", "a12345678Z", "12345678Z1", "12345678Z_1", "_12345678Z", "12345678Z.pdf", "/12345678Z/", "1.12345678Z", "12-12345678Z", "12345678Z-9", "12345678Z@x", "ref 12345678Z", "pedido 12345678Z",
			"Merge: 43016715e b114b26a5", "commit 43016715e", "factura 12345678Z", "ean 12345678Z", "lot 12345678Z", "12.345.6789-Z", "12,345,678-Z", "K1234567L", "0x12345678Z", "12345678I", "12345678Ñ", "DNI 12345678 A", "12345678  Z", "1234 5678Z"),
		under("NIF", "12345678A", "B12345674", "123"), under("Pedido", "12345678Z"), under("SKU", "12345678Z"), under("Teléfono", "12345678Z"),
	),
}

var nieTable = table{
	kind: NIE,
	must: join(
		in("X1234567L", "Y1234567X", "Z1234567R", "X2482300W", "x2482300w", "X-2482300-W", "X 2482300 W", "NIE X1234567L", "N.I.E.: X-1234567-L", "NIE: x1234567l", "NIE\nX1234567L", "DNI/NIE X1234567L"),
		under("NIE", "X1234567L", "X-1234567-L", "x1234567l"), under("DNI / NIE", "Y1234567X"), under("NIF", "X1234567L"), under("Número de identidad de extranjero", "Z1234567R"), under("", "X1234567L"),
	),
	mustNot: join(
		in("X1234567A", "Y1234567L", "W1234567L", "X123456L", "X12345678L", "XX1234567L", "1X1234567L", "X1234567LL", "X1234567L1", "X1234567L_", "_X1234567L", "X1234567L-2", "7-X1234567L", "/X1234567L", "ref. X1234567L", "pedido X1234567L", "serial X1234567L", "X.1234567.L", "X1234567 Q", "X-1234567L-9"),
		under("NIE", "X1234567A", "no"), under("SKU", "X1234567L"), under("Artículo item", "X1234567L"),
	),
}

var nirTable = table{
	kind: NIR,
	must: join(
		in("295109912611193", "2 95 10 99 126 111 93", "253072B07300470", "253072A07300443", "2 53 07 2B 073 004 70", "2 53 07 2a 073 004 43", "n° de sécurité sociale 295109912611193", "sécurité sociale : 2951099126111 93", "N° sécu 2951099126111", "NIR 2951099126111", "NIR 253072B073004",
			"2.95.10.99.126.111.93", "2-95-10-99-126-111-93", "2\u00a095\u00a010\u00a099\u00a0126\u00a0111\u00a093", "nir=295109912611193", "numéro INSEE 2951099126111"),
		under("Numéro de sécurité sociale", "295109912611193", "2 95 10 99 126 111 93", "2951099126111", "253072B07300470"), under("NIR", "295109912611193"), under("N° sécu", "2951099126111 93"), under("Notes", "295109912611193"), under("", "295109912611193"),
	),
	mustNot: join(
		in("295109912611194", "2 95 10 99 126 111 94", "253072C07300443", "2951099126111", "253072B073004", "2951099126111 94", "395109912611190", "295009912611193", "295159912611193", "095109912611193", "2951099126111933", "29510991261119", "x295109912611193", "295109912611193x", "0.295109912611193",
			"+295109912611193", "295109912611193-1", "1-295109912611193", "ref 295109912611193", "commande 295109912611193", "imei 295109912611193", "2 95 10 99 126 111", "2 95 10 99 1261 11 93", "2 95-10 99 126 111 93", "253072B07300471", "tel 2951099126111", "1763894400000"),
		under("Numéro de sécurité sociale", "295109912611194", "1763894400000", "non"), under("Commande", "295109912611193"), under("IMEI", "295109912611193"), under("Téléphone", "295109912611193"),
	),
}

var taxIDTable = table{
	kind: TaxID,
	must: join(
		in("Steuer-ID 36574261809", "Steuer-ID: 36 574 261 809", "36 574 261 809", "Steuer-IdNr. 36574261809", "IdNr 36574261809", "IdNr.: 36 574 261 809", "Steueridentifikationsnummer 36574261809", "steuerliche Identifikationsnummer: 36574261809", "Tax ID 36574261809", "Steuer-ID\n36574261809",
			"36\u00a0574\u00a0261\u00a0809", "36-574-261-809"),
		under("Steuer-ID", "36574261809", "36 574 261 809"), under("Steueridentifikationsnummer", "36574261809"), under("IdNr.", "36574261809"), under("SteuerID", "36574261809"), under("Notizen", "Steuer-ID 36574261809"),
	),
	mustNot: join(
		in("36574261809", "Steuer-ID 36574261890", "Steuer-ID 36554266806", "Steuer-ID 12345678903", "Steuer-ID 06574261809", "Steuer-ID 3657426180", "Steuer-ID 365742618090", "Steuer-ID 11111111111", "36 574 261 808", "365 742 618 09", "x36574261809", "Steuer-ID 0.36574261809", "Bestellung 36574261809",
			"Rechnung 36 574 261 809", "USt-IdNr. tel. 36574261809", "1 36 574 261 809"[:2]+"36574261809", "36574261809-1", "0036574261809", "+36574261809", "36.574.261.809"),
		under("Steuer-ID", "36574261890", "keine"), under("Telefon", "36574261809"), under("Bestellung", "36574261809"), under("EAN", "36574261809"), under("", "36574261809"),
	),
}

var peselTable = table{
	kind: PESEL,
	must: join(
		in("PESEL 44051401359", "PESEL: 44051401359", "nr PESEL 02211307589", "pesel 02122401358", "PESEL\n44051401359", "numer PESEL: 44051401359, zam.", "PESEL nr 44051401359"),
		under("PESEL", "44051401359", "02211307589"), under("Numer PESEL", "44051401359"), under("nr_pesel", "44051401359"), under("Notes", "PESEL 44051401359"),
	),
	mustNot: join(
		in("44051401359", "PESEL 44051401358", "PESEL 02381307589", "PESEL 44053201350", "PESEL 4405140135", "PESEL 440514013599", "PESEL 00000000000", "PESEL, tel. 44051401359", "order 44051401359", "PESEL x44051401359", "PESEL 44051401359-1", "PESEL 0.44051401359", "02223007589", "440 514 013 59"),
		under("PESEL", "44051401358", "02381307589", "brak"), under("Telefon", "44051401359"), under("Order", "44051401359"), under("", "44051401359"),
	),
}

var passportTable = table{
	kind: Passport,
	must: join(
		in("passaporto YA1234567", "passaporto n. AA1234567", "Passaporto: YB 1234567", "passport 925076473", "UK passport no. 925076473", "US passport A12345678", "passport: A 12345678", "Reisepass C01X00T47", "Reisepass Nr. C01X00T478", "passeport 09AB12345", "passeport n° 12AV45678", "pasaporte AAA123456",
			"pasaporte núm. XDD 123456", "documento YA1234567", "travel document 925076473", "passaporto\nYA1234567", "passport=925076473", "passaporto ya1234567", td3, td2, strings.ReplaceAll(td3, "\n", "\r\n"), strings.ReplaceAll(td3, "\n", ""), "L898902C36UTO7408122F1204159ZE184226B<<<<<10", td1),
		under("Passaporto", "YA1234567", "AA1234567", "925076473", "C01X00T47", "G1234567", "1234567", "E12345678"), under("Passport number", "925076473", "A12345678", "P1234567A"), under("Numéro de passeport", "09AB12345"), under("Reisepassnummer", "C01X00T47"), under("Pasaporte", "AAA123456"),
		under("Documento", "YA1234567"), under("Notes", "passport 925076473", td3),
	),
	mustNot: join(
		in("YA1234567", "925076473", "A12345678", "C01X00T47", "09AB12345", "AAA123456", "passport 92507647", "passport 9250764731", "passport 123456789", "passport 000000000", "passport, tel. 925076473", "order 925076473", "passport AAAA12345", "Reisepass C01X00T479", "Reisepass B01X00T47", "passaporto xYA1234567",
			"passaporto YA1234567x", "passaporto YA1234567-1", "passport 0.925076473", "passport a/925076473", "documento A12345678", strings.Replace(td3, "L898902C36", "L898902C37", 1), strings.Replace(td3, "<<10", "<<11", 1), strings.Replace(td2, "<<6", "<<7", 1),
			strings.Replace(td1, "<<6", "<<5", 1), "I<UTOD231458907<<<<<<<<<<<<<<<", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", td3[45:88]),
		under("Passaporto", "12/05/2030", "20300512", "sì", "scaduto", "123", "ABCDEF", "ABCDEFGH1"), under("Order", "YA1234567"), under("Phone", "925076473"), under("Documento", "925076473", "A12345678"), under("SKU", "YA1234567"), under("Codice", "YA1234567"),
	),
}

func zoneOf(country, number, dates string) string {
	digit := func(parts ...string) string {
		var all [][]byte
		for _, p := range parts {
			all = append(all, []byte(p))
		}
		return string(rune('0' + checkDigit(all...)))
	}
	first := "C<" + country + number + digit(number)
	first += strings.Repeat("<", 30-len(first))
	birth, expiry := dates[:6], dates[6:]
	second := birth + digit(birth) + "F" + expiry + digit(expiry) + country + strings.Repeat("<", 11)
	return first + "\n" + second + digit(first[5:30], second[:7], second[8:15], second[18:29]) + "\nROSSI<<MARIA<<<<<<<<<<<<<<<<<<\n"
}

// TestZoneOfAnItalianCard: the zone of a CIE is an identity card, another
// country's card a travel document; either is one find.
func TestZoneOfAnItalianCard(t *testing.T) {
	r := testRules("")
	expect(t, ofText(r, zoneOf("ITA", "CA00000AA", "800101300101")), "it_identity_card 1/1 line 1", "people 1")
	expect(t, ofText(r, zoneOf("UTO", "D23145890", "800101300101")), "passport 1/1 line 1", "people 1")
	expect(t, ofText(r, td3+"\n"+td3+"\n"), "passport 2/1 line 2", "people 1")
	if got := short(ofText(r, "<td>12</td><td>1234567<<<</td><TD>AA11<TD>")); !slices.Equal(got, []string{"people 0"}) {
		t.Errorf("HTML: %v", got)
	}
}

// TestColumnsOfNumbers: what a checksum alone doesn't say, a column full of them does.
func TestColumnsOfNumbers(t *testing.T) {
	nhs := []string{"9434765870", "4010232137", "9434765919", "943 476 5870", "4010232137", "9434765919"}
	pesel := []string{"44051401359", "02211307589", "02122401358", "44051401359", "44051401359"}
	tax := []string{"36574261809", "36574261809", "36574261809", "36574261809", "36574261809"}
	for name, test := range map[string]struct {
		header string
		cells  []string
		kind   Kind
		want   Confidence
		why    Why
	}{
		"NHS":                         {"", nhs, NHS, Medium, WhyColumn},
		"NHS under something unknown": {"Numero", nhs, NHS, Medium, WhyColumn},
		"NHS under its header":        {"NHS number", nhs, NHS, High, WhyHeader},
		"NHS under orders":            {"Order number", nhs, NHS, "", ""},
		"NHS under telephones":        {"Phone", nhs, NHS, "", ""},
		"too few":                     {"", nhs[:4], NHS, "", ""},
		"among others":                {"", append(slices.Clone(nhs), "1234567890", "1763894400", "1"), NHS, "", ""},
		"PESEL":                       {"", pesel, PESEL, Medium, WhyColumn},
		"PESEL, one wrong":            {"", append(slices.Clone(pesel), "44051401358"), PESEL, Medium, WhyColumn},
		"Steuer-ID":                   {"", tax, TaxID, Medium, WhyColumn},
		"identity cards":              {"", []string{"CA12345AA", "CA12345AB", "CB12345AA", "CA99999AA", "CI12345AA"}, IdentityCard, Medium, WhyColumn},
		"an identity card":            {"", []string{"CA12345AA", "x", "y"}, IdentityCard, Low, WhyShape},
		"national insurance":          {"", []string{"AB123456C", "AB123457C", "AB123458C", "AB123459C", "AB123450C"}, NINO, Medium, WhyColumn},
	} {
		c := testRules("").Collector()
		n := c.Column([]byte(test.header), false)
		for i, v := range test.cells {
			c.Cell(n, []byte(v), int64(i)+2)
			c.EndRecord()
		}
		var got Finding
		r := c.Result()
		for _, f := range r.Findings {
			if f.Kind == test.kind {
				got = f
			}
		}
		if got.Confidence != test.want || got.Why != test.why {
			t.Errorf("%s: %s because %q, want %s because %q", name, got.Confidence, got.Why, test.want, test.why)
		}
		if test.want != "" && r.People.Count() == 0 {
			t.Errorf("%s: nobody", name)
		}
	}
}

// TestWhy holds every reason to the table of confidences, and what is found in
// the examples to it.
func TestWhy(t *testing.T) {
	for key := range confidences {
		if !slices.Contains(whyOrder[:], key.why) {
			t.Errorf("%s: the reason %q isn't in the list", key.kind, key.why)
		}
	}
	met := map[testimony]bool{}
	for _, tb := range tables {
		for _, e := range tb.must {
			for _, r := range []Result{ofCell(testRules(tb.country), e.header, e.text), textIn(testRules(tb.country).Collector(), e.text)} {
				for _, f := range r.Findings {
					want, ok := confidences[testimony{f.Kind, f.Why}]
					atBest := (f.Kind == Password || f.Kind == Secret || f.Kind == Health) && order(f.Confidence == High, want == High) <= 0
					if !ok || want != f.Confidence && !atBest {
						t.Errorf("under %q, %q: %s is %s because %q, want %q", e.header, e.text, f.Kind, f.Confidence, f.Why, want)
					}
					met[testimony{f.Kind, f.Why}] = true
				}
			}
		}
	}
	for key := range confidences {
		if !met[key] && key.why != WhyColumn {
			t.Errorf("no example of %s because %q", key.kind, key.why)
		}
	}
}

func TestPeopleByDocument(t *testing.T) {
	expect(t, gather(false,
		object{"DNI", "12345678Z", "Email", "a@example.com"},
		object{"DNI", "12.345.678-Z", "Email", "b@example.com"},
		object{"DNI", "54362315K", "Email", ""}),
		"email 2/2 column Email", "es_nif 3/2 column DNI", "people 2")
}
