package seek_test

import (
	"errors"
	"strings"
	"testing"

	"custode/scan/seek"
)

// inText looks through a text.
func inText(s *seek.Seeker, text string) seek.Result {
	f := s.Finder(nil)
	f.Text([]byte(text), 0, len(text), 1)
	return f.Result()
}

// TestMust: each text is about the person, as surely as is said.
func TestMust(t *testing.T) {
	for _, c := range []struct {
		kind  seek.Kind
		term  string
		sure  seek.Certainty
		texts []string
	}{
		{seek.Email, "anna@example.com", seek.Sure, []string{
			"anna@example.com", "Anna@Example.COM", "Anna <anna@example.com>", "scrivi a anna@example.com.", "mailto:anna@example.com?subject=x",
			"email=anna@example.com&x=1", "'anna@example.com'", `"anna"@example.com`, "all'anna@example.com", "<td>anna@example.com</td>",
			"?email=anna%40example.com&x", "?u=a%3Aanna%40example.com", "a@example.com,anna@example.com;b@example.com", "*anna@example.com*", "anna@example.com-", "«anna@example.com»",
			"anna@ｅxample.com", "anna@example。com",
		}},
		{seek.Email, "Anna Rossi <ANNA+negozio@Example.com>", seek.Sure, []string{"anna+negozio@example.com", "x anna+negozio@example.com y"}},
		{seek.Email, "niccolò@example.com", seek.Sure, []string{"niccolò@example.com", "NICCOLÒ@example.com", "niccolo\u0300@example.com", "x:NICCOLO\u0300@EXAMPLE.COM"}},
		{seek.Email, "anna@münchen.example", seek.Sure, []string{"anna@xn--mnchen-3ya.example", "Anna@MÜNCHEN.example", "anna@mu\u0308nchen.example."}},
		{seek.Email, "anna@xn--mnchen-3ya.example", seek.Sure, []string{"anna@münchen.example", "anna@XN--MNCHEN-3YA.example"}},
		{seek.Email, `"anna maria"@example.com`, seek.Sure, []string{`"Anna Maria"@example.com`, `"anna\ maria"@EXAMPLE.com`}},
		{seek.Phone, "+39 399 123 4567", seek.Sure, []string{
			"+393991234567", "+39 399 123 4567", "00393991234567", "0039 399-1234567", "399 1234567", "399-123-45-67", "399.123.4567", "399/1234567", "399 - 1234567",
			"tel:+39-399-1234567", "(+39) 399.1234567", "Tel.3991234567", "cell. 399 12 34 567, chiamare", "3991234567;3987654321", "39 399 1234567", "+39\u00a0399\u2011123\u00a04567",
			"３９９１２３４５６７", "\u202a+39 399 123 4567\u202c", "int. 5 399 1234567", "399 1234567 12/05/2026", "cliente_3991234567", "3991234567,00123", "3991234567.0", "393991234567.0;", "399 1234567-0541 123456",
		}},
		{seek.Phone, "06 999 12345", seek.Sure, []string{"(06) 99912345", "06/99912345", "+39 06 99912345", "+39 (06) 999 12345", "0039 06 999.123.45"}},
		{seek.Phone, "+44 20 7946 0958", seek.Sure, []string{"+44 (0)20 7946 0958", "+44 20 79460958", "0044 20 7946 0958"}},
		{seek.Code, "RSSMRA85T50A562S", seek.Sure, []string{
			"rssmra85t50a562s", "CF: RSSMRA85T50A562S.", "RSS MRA 85T50 A562S", "RSS-MRA-85T50-A562S", "C.F.RSSMRA85T50A562S", "(RSSMRA85T50A562S)", "rss.mra.85t50.a562s",
		}},
		{seek.Code, "0123 4567 897", seek.Sure, []string{"01234567897", "P.IVA 01234567897", "01234567897.0", "IT01234567897", "it 01234567897", "P.I. 0123.4567.897"}},
		{seek.Code, "IT01234567897", seek.Sure, []string{"IT01234567897", "IT 0123 4567 897", "01234567897"}},
		{seek.Code, "4111 1111 1111 1111", seek.Sure, []string{"4111111111111111", "4111-1111-1111-1111", "4111 1111 1111 1111", "carta 4111111111111111, scade"}},
		{seek.Code, "C-1042", seek.Perhaps, []string{"C1042", "c 1042", "Cliente C-1042."}},
		{seek.Name, "Anna Rossi", seek.Likely, []string{
			"Anna Rossi", "ANNA ROSSI", "anna rossi", "Rossi Anna", "Rossi, Anna", "ROSSI Anna Maria", "Anna Maria Rossi", "Anna M. Rossi", "Gentile Anna Rossi,",
			"(Anna Rossi)", "Anna\u00a0Rossi", "Anna  Rossi", "la sig.ra Anna Rossi.", "Anna Rossi-Bianchi", "Anna Rossi's order", "«Anna Rossi»", "da:Anna Rossi",
			"Anna\tRossi", "Rossi\tAnna\t06", "x;Anna;Rossi;y", "('Rossi', 'Anna', 1)", `"Anna","Rossi"`, "con Anna\nRossi ha", "> con Anna\n> Rossi ha", "12 Rossi        Anna      RSS",
			"Cognome: Rossi\nNome: Anna\n", "Nome: Anna\nCognome: Rossi", "First name: Anna\nEmail: x\nSurname: Rossi", "Änna Rossi", "anna_rossi e Anna Rossi", "AnnaRossi Anna Rossi",
			"l'ha detto Anna Rossi", "von Anna Rossi",
		}},
		{seek.Name, "Rossi, Anna", seek.Likely, []string{"Anna Rossi", "Rossi Anna"}},
		{seek.Name, "Niccolò D'Angelo", seek.Likely, []string{
			"Niccolo' D'Angelo", "NICCOLÒ D’ANGELO", "Niccolo D Angelo", "Niccolò Dangelo", "D`Angelo Niccolò", "d'angelo, niccolo", "Niccolo\u0300 D'Angelo", "Niccolò D' Angelo",
		}},
		{seek.Name, "Maria-Grazia De Luca", seek.Likely, []string{"Maria Grazia De Luca", "MARIAGRAZIA DELUCA", "De Luca Maria-Grazia", "De Luca, Maria Grazia", "Maria\u2011Grazia de Luca"}},
		{seek.Name, "Anna Maria Rossi", seek.Likely, []string{"Anna Maria Rossi", "Rossi Anna Maria", "Maria Rossi Anna"}},
		{seek.Name, "Anna Maria Rossi", seek.Perhaps, []string{"Anna Rossi", "Rossi Anna"}},
		{seek.Name, "John O'Neill", seek.Likely, []string{"John O'Neill", "JOHN ONEILL", "O’Neill, John", "John F. O'Neill"}},
		{seek.Name, "Li Wei", seek.Likely, []string{"Li Wei", "Wei, Li"}},
		{seek.Name, "Søren Müller", seek.Likely, []string{"Soren Muller", "SØREN MÜLLER", "Mu\u0308ller Søren"}},
		{seek.Name, "Анна Петрова", seek.Likely, []string{"Анна Петрова", "ПЕТРОВА АННА", "зовут Анна Петрова."}},
		{seek.Name, "Sofia Fiori", seek.Likely, []string{"Soﬁa Fiori", "So\u00adfia Fiori"}},
		{seek.Other, "Via dell'Esempio 12", seek.Perhaps, []string{"via dell'esempio 12", "Via dell’Esempio, 12", "VIA DELL ESEMPIO n. 1, Via dell'Esempio 12 Borgo"}},
	} {
		s := seeker(t, seek.Term{Kind: c.kind, Text: c.term})
		for _, text := range c.texts {
			for _, around := range []string{"%", "prima\n%\ndopo", "(%)", "x: % "} {
				full := strings.Replace(around, "%", text, 1)
				r := inText(s, full)
				if len(r.Places) != 1 || r.Places[0].Certainty != c.sure {
					t.Errorf("%s %q in %q: %+v", c.kind, c.term, full, r.Places)
				}
			}
		}
	}
}

// TestMustNot: none of these is about the person.
func TestMustNot(t *testing.T) {
	for _, c := range []struct {
		kind  seek.Kind
		term  string
		texts []string
	}{
		{seek.Email, "anna@example.com", []string{
			"joanna@example.com", "anna+shop@example.com", "an.na@example.com", "x.anna@example.com", "anna@example.com.au", "anna@example.comune.example", "anna@mail.example.com",
			"anna@example.org", "_anna@example.com", "anna-anna@example.com", "anna@example", "anna @example.com", "anna@example.com_x", "аnna@example.com", "änna@example.com", "anna%example.com",
			"anna@example-com", "1anna@example.com", "hanna%40example.com", "anna at example.com",
		}},
		{seek.Email, "shop@example.com", []string{"anna+shop@example.com"}},
		{seek.Phone, "+39 399 123 4567", []string{
			"3991234568", "13991234567", "39912345678", "+44 399 1234567", "0044 399 1234567", "+1 (399) 123-4567", "399 1234567.50", "399-1234567-2", "12-3991234567", "3991234567a", "a3991234567",
			"12.3991234567", "399 123 456", "3 9 9 1 2", "399\n1234567", "399,1234567", "399    -   1234567",
		}},
		{seek.Phone, "06 9991 2345", []string{"06 9991 2345 6", "+3906999123456", "106 99912345"}},
		{seek.Phone, "+44 20 7946 0958", []string{"020 7946 0958"}},
		{seek.Code, "RSSMRA85T50A562S", []string{"RSSMRA85T50A562", "RSSMRA85T50A562SX", "XRSSMRA85T50A562S", "RSS  MRA85T50A562S", "RSSMRA85T50A562T", "RSS\nMRA85T50A562S"}},
		{seek.Code, "01234567897", []string{"101234567897", "012345678970", "01234567897.5", "FR01234567897", "0123 4567 8970", "1.01234567897"}},
		{seek.Code, "12345678", []string{"1234 5678 9012 3456", "9012 1234 5678"}},
		{seek.Code, "C-1042", []string{"C10421", "AC1042", "1042", "C-1042-7"}},
		{seek.Name, "Anna Rossi", []string{
			"Giovanna Rossini", "Anna Rossini", "Giovanna Rossi", "Anna", "Rossi", "A. Rossi", "Anna R.", "Anna e Rossi", "Anna, Luca e Rossi", "Anna De Rossi", "De Rossi Anna", "D'Anna Rossi",
			"Verdi Anna, Rossi Luca", "Luca Rossi, Anna Verdi", "Verdi Anna; Rossi Luca", "Verdi Anna\nRossi Luca", "Anna\n\nRossi", "Anna. Rossi", "Anna: Rossi", "anna.rossi@example.com",
			"Anna-Rossi", "AnnaRossi", "Anna ama Rossi", "Anna Maria Teresa Rossi", "Anna / Rossi", "Nome: Anna\nCognome: Rossini", "Nome: Anna\n\nCognome: Rossi", "Cognome: Rossi\nNome: Luca\n",
			"Nome: Rossi\nNome: Anna", "Annа Rossi",
		}},
		{seek.Name, "Niccolò D'Angelo", []string{"Niccolò Angelo", "Niccolò D Angeloni", "Niccolo", "Angelo Niccolò", "Niccolò De Angelo"}},
		{seek.Name, "Maria-Grazia De Luca", []string{"Maria De Luca", "Grazia De Luca", "Maria Grazia Luca", "Luca Maria Grazia"}},
		{seek.Name, "Anna Maria Rossi", []string{"Anna Luca Rossini", "Maria", "Anna Maria"}},
		{seek.Other, "Via Roma 12", []string{"via Roma 1", "via Roma 123", "via Romana 12", "Roma 12", "Via Roma\n\n\n\n\n\n\n12"}},
	} {
		s := seeker(t, seek.Term{Kind: c.kind, Text: c.term})
		for _, text := range c.texts {
			for _, around := range []string{"%", "prima\n%\ndopo"} {
				full := strings.Replace(around, "%", text, 1)
				if r := inText(s, full); len(r.Places) != 0 {
					t.Errorf("%s %q in %q: %+v", c.kind, c.term, full, r.Places)
				}
			}
		}
	}
}

// TestTerms: what cannot be looked for is refused, and no error tells the text.
func TestTerms(t *testing.T) {
	for _, c := range []struct {
		term seek.Term
		want error
	}{
		{seek.Term{Kind: seek.Email, Text: "segreto"}, seek.ErrMail},
		{seek.Term{Kind: seek.Email, Text: "segreto@"}, seek.ErrMail},
		{seek.Term{Kind: seek.Email, Text: "segreto@host"}, seek.ErrMail},
		{seek.Term{Kind: seek.Email, Text: "seg reto@example.com"}, seek.ErrMail},
		{seek.Term{Kind: seek.Email, Text: ".segreto@example.com"}, seek.ErrMail},
		{seek.Term{Kind: seek.Phone, Text: "segreto"}, seek.ErrPhone},
		{seek.Term{Kind: seek.Phone, Text: "12"}, seek.ErrPhone},
		{seek.Term{Kind: seek.Phone, Text: ""}, seek.ErrPhone},
		{seek.Term{Kind: seek.Name, Text: "Segreto"}, seek.ErrName},
		{seek.Term{Kind: seek.Name, Text: "S. Segreto"}, seek.ErrName},
		{seek.Term{Kind: seek.Name, Text: " "}, seek.ErrName},
		{seek.Term{Kind: seek.Code, Text: "12"}, seek.ErrCode},
		{seek.Term{Kind: seek.Code, Text: "segreto!"}, seek.ErrCode},
		{seek.Term{Kind: seek.Other, Text: "a-b"}, seek.ErrOther},
		{seek.Term{Kind: "segreto", Text: "x"}, seek.ErrKind},
		{seek.Term{Kind: seek.Other, Text: "segreto\x00"}, seek.ErrLong},
		{seek.Term{Kind: seek.Other, Text: "segreto\xff"}, seek.ErrLong},
		{seek.Term{Kind: seek.Other, Text: strings.Repeat("segreto ", 40)}, seek.ErrLong},
	} {
		_, err := seek.New([]seek.Term{{Kind: seek.Name, Text: "Anna Rossi"}, c.term}, "IT")
		var bad *seek.TermError
		if !errors.Is(err, c.want) || !errors.As(err, &bad) || bad.Index != 1 || strings.Contains(err.Error(), "segreto") {
			t.Errorf("%s %q: %v, want %v of term 1", c.term.Kind, c.term.Text, err, c.want)
		}
	}
	if _, err := seek.New([]seek.Term{{Kind: seek.Phone, Text: "06 1234567"}}, "XX"); !errors.Is(err, seek.ErrCountry) {
		t.Errorf("country XX: %v", err)
	}
	if _, err := seek.New(nil, "IT"); !errors.Is(err, seek.ErrNone) {
		t.Errorf("nothing: %v", err)
	}
	if _, err := seek.New(make([]seek.Term, 33), "IT"); !errors.Is(err, seek.ErrMany) {
		t.Errorf("too many: %v", err)
	}
}
