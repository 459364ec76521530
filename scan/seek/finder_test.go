package seek_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"custode/scan/reader"
	"custode/scan/seek"
)

// anna is who is looked for below.
func anna() []seek.Term {
	return []seek.Term{
		{Kind: seek.Name, Text: "Anna Rossi"},
		{Kind: seek.Email, Text: "anna@example.com"},
		{Kind: seek.Phone, Text: "399 123 4567"},
		{Kind: seek.Other, Text: "Via dell'Esempio 12"},
		{Kind: seek.Phone, Text: "0541 123456"},
	}
}

// named is a text as a file.
type named struct{ name, text string }

// lookIn reads a text as a file and tells its places, one a line: number, column,
// header, terms, certainty; and the records.
func lookIn(t *testing.T, s *seek.Seeker, n named) (places, records string) {
	t.Helper()
	var p, r strings.Builder
	f := s.Finder(func(x seek.Record) {
		for _, c := range x.Cells {
			fmt.Fprintf(&r, "%d %s=%s|", c.Column, c.Header, c.Value)
		}
		fmt.Fprintf(&r, "%s\n", x.Text)
	})
	g := s.Finder(nil)
	for _, sink := range []reader.Sink{f, g} {
		if _, err := reader.NewReader().Read(context.Background(), strings.NewReader(n.text), n.name, sink); err != nil {
			t.Fatal(err)
		}
	}
	got, quiet := f.Result(), g.Result()
	if !reflect.DeepEqual(got, quiet) {
		t.Errorf("with records %+v, without %+v", got, quiet)
	}
	for _, q := range got.Places {
		fmt.Fprintf(&p, "%d %d %s %v %s\n", q.Number, q.Column, q.Header, q.Terms, q.Certainty)
	}
	return p.String(), r.String()
}

// TestRecords: a row, an object, a block of lines is one place, and what is
// handed over is that record's.
func TestRecords(t *testing.T) {
	for _, c := range []struct {
		what            string
		file            named
		places, records string
	}{
		{
			"name split over columns",
			named{"a.csv", "Nome;Cognome;Tel\nLuca;Rossi;06\nAnna;Rossi;07\nAnna;Verdi;08\n"},
			"3 1 Nome [0] likely\n", "1 Nome=Anna|2 Cognome=Rossi|3 Tel=07|\n",
		},
		{"the columns changed over", named{"a.csv", "Nome;Cognome;Tel\nRossi;Anna;07\n"}, "2 1 Nome [0] likely\n", "1 Nome=Rossi|2 Cognome=Anna|3 Tel=07|\n"},
		{"with a middle name", named{"a.csv", "Cognome;Nome;Tel\nRossi;Anna Maria;07\n"}, "2 1 Cognome [0] likely\n", "1 Cognome=Rossi|2 Nome=Anna Maria|3 Tel=07|\n"},
		{"an other's name", named{"a.csv", "Nome cliente;Cognome cliente;Nome padre;Cognome padre\nAnna;Verdi;Luca;Rossi\n"}, "", ""},
		{"columns that are no names", named{"a.csv", "Prodotto;Colore;Prezzo\nAnna;Rossi;3,00\n"}, "", ""},
		{"without headers", named{"a.csv", "1;Anna;Rossi;a@example.com\n2;Luca;Verdi;b@example.com\n3;Anna;Rossi;c@example.com\n"}, "1 2  [0] likely\n3 2  [0] likely\n", "1 =1|2 =Anna|3 =Rossi|4 =a@example.com|\n1 =3|2 =Anna|3 =Rossi|4 =c@example.com|\n"},
		{
			"an address and a last name",
			named{"a.csv", "Nome;Cognome;Indirizzo\nLuca;Rossi;Via dell'Esempio 12\nLuca;Verdi;Via dell'Esempio 12\n"},
			"2 3 Indirizzo [0 3] perhaps\n3 3 Indirizzo [3] perhaps\n", "1 Nome=Luca|2 Cognome=Rossi|3 Indirizzo=Via dell'Esempio 12|\n1 Nome=Luca|2 Cognome=Verdi|3 Indirizzo=Via dell'Esempio 12|\n",
		},
		{
			"all in one row",
			named{"a.csv", "Cliente;E-mail;Telefono\nAnna Rossi;anna@example.com;399 1234567\nLuca Verdi;luca@example.com;399 7654321\n"},
			"2 1 Cliente [0 1 2] sure\n", "1 Cliente=Anna Rossi|2 E-mail=anna@example.com|3 Telefono=399 1234567|\n",
		},
		{
			"objects",
			named{"a.json", `[{"customer":{"first":"Anna","last":"Rossi"},"total":3},` + "\n" + `{"customer":{"first":"Anna","last":"Verdi"}},{"name":"Anna","surname":"Rossi"}]`},
			"1 2 first [0] likely\n2 5 name [0] likely\n", "2 first=Anna|3 last=Rossi|4 total=3|\n5 name=Anna|6 surname=Rossi|\n",
		},
		{"the name of a field", named{"a.json", `{"anna@example.com":{"spent":3}}`}, "1 1  [1] sure\n", ""},
		{"a block", named{"a.txt", "Scheda\n\nNome: Anna\nCognome: Rossi\nTel: 399 1234567\n\nNome: Luca\nCognome: Rossi\n"}, "3 0  [0 2] sure\n", "Nome: Anna\nCognome: Rossi\nTel: 399 1234567\n"},
		{"lines of a log", named{"a.log", "10:00 anna@example.com in\n10:01 luca@example.com in\n10:02 anna@example.com out\n10:02 anna@example.com in\n"}, "1 0  [1] sure\n3 0  [1] sure\n4 0  [1] sure\n", ""},
		{"twice on a line", named{"a.txt", "anna@example.com (Anna Rossi) anna@example.com\n"}, "1 0  [0 1] sure\n", "anna@example.com (Anna Rossi) anna@example.com\n"},
		{
			"a link behind a row",
			named{"a.html", "<html><body><table><tr><th>Nome<th>E-mail<th>Tel<tr><td>Anna Rossi<td><a href=\"mailto:anna@example.com\">scrivi</a><td>07</table></body></html>"},
			"1 1 Nome [0 1] sure\n", "",
		},
		{
			"rows of a dump",
			named{"a.sql", "-- x\nINSERT INTO clienti (nome, cognome, note) VALUES (1,'Luca','Verdi','x'),(2,'Anna','Rossi','dall''Esempio (MI)'),(3,'Bruno','Neri','y');\n"},
			"2 0  [0] likely\n", "(2,'Anna','Rossi','dall''Esempio (MI)')\n",
		},
		{"a heading that is somebody's", named{"a.csv", "Nome;E-mail di Bianchina\nX;anna@example.com\n"}, "2 2  [1] sure\n", "1 Nome=X|2 E-mail di Bianchina=anna@example.com|\n"},
		{"what a spreadsheet lost", named{"a.csv", "Nome;Telefono fisso\nX;541123456\nY;1541123456\n"}, "2 2 Telefono fisso [4] sure\n", "1 Nome=X|2 Telefono fisso=541123456|\n"},
		{"a last name alone", named{"a.txt", "Rossi\n\nAnna\n"}, "", ""},
		{"another's line", named{"a.txt", "Luca Rossi 06\nAnna Rossi 07\nBruno Rossi 08\n"}, "2 0  [0] likely\n", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			places, records := lookIn(t, seeker(t, anna()...), c.file)
			if places != c.places {
				t.Errorf("places:\n%swant:\n%s", places, c.places)
			}
			if c.records != "" && records != c.records {
				t.Errorf("records:\n%swant:\n%s", records, c.records)
			}
			if (places == "") != (records == "") {
				t.Errorf("places %q but records %q", places, records)
			}
		})
	}
}

// TestStretches: a big file that is read in several places at once has the same
// places as one that is read through.
func TestStretches(t *testing.T) {
	s := seeker(t, anna()...)
	for _, c := range []struct {
		name string
		line func(i int) string
	}{
		{"a.csv", func(i int) string {
			if i == 0 {
				return "Nome;Cognome;E-mail\n"
			}
			return fmt.Sprintf("Anna;%s;c%d@example.com\n", []string{"Verdi", "Neri", "Rossi"}[min(2, i%350)], i)
		}},
		{"a.txt", func(i int) string {
			if i%250 == 7 {
				return "Nome: Anna\nCognome: Rossi\nTel: 399 1234567\n\n"
			}
			return "Il signor Rossi abita qui.\n\n"
		}},
		{"a.jsonl", func(i int) string {
			return fmt.Sprintf("{\"nome\":\"Anna\",\"cognome\":%q,\"n\":%d}\n", []string{"Rossi", "Neri"}[min(1, i%300)], i)
		}},
	} {
		var b bytes.Buffer
		for i := range 8_000 {
			b.WriteString(c.line(i))
		}
		var results []seek.Result
		for _, stretch := range []int{1 << 30, 24 << 10} {
			r := reader.NewReader()
			r.HelpedBy(make(chan struct{}, 2))
			r.CutInto(stretch)
			f := s.Finder(nil)
			if _, err := r.Read(context.Background(), bytes.NewReader(b.Bytes()), c.name, f); err != nil {
				t.Fatal(err)
			}
			results = append(results, f.Result())
		}
		if results[0].All() < 20 || !reflect.DeepEqual(results[0], results[1]) {
			t.Errorf("%s: read through %d places %+v…, in stretches %d %+v…", c.name, results[0].All(), results[0].Places[:1], results[1].All(), results[1].Places[:1])
		}
	}
}

// TestManyPlaces: the first thousand are listed, the others counted.
func TestManyPlaces(t *testing.T) {
	r := inText(seeker(t, anna()...), strings.Repeat("anna@example.com\n", 2500))
	if len(r.Places) != 1000 || r.Sure != 2500 || r.More() != 1500 {
		t.Errorf("%d listed of %d, %d more", len(r.Places), r.Sure, r.More())
	}
}

// TestPieces: text that comes in pieces has what the whole has, with the lines.
func TestPieces(t *testing.T) {
	s := seeker(t, anna()...)
	text := []byte("x\nAnna Rossi\ny\n\nNome: Anna\nCognome: Rossi\nanna@example.com\n\n" + strings.Repeat("z ", 300) + "\ntel. 399 1234567 e «Anna Rossi»\n")
	want := fmt.Sprint(inText(s, string(text)).Places)
	for cut := 1; cut < len(text); cut++ {
		if text[cut]&0xc0 == 0x80 {
			continue
		}
		f := s.Finder(nil)
		lo, hi := max(0, cut-512), min(len(text), cut+512)
		f.Text(text[:hi], 0, cut, 1)
		f.Text(text[lo:], cut-lo, len(text)-lo, 1+int64(bytes.Count(text[:cut], []byte("\n"))))
		if got := fmt.Sprint(f.Result().Places); got != want {
			t.Errorf("cut at %d, %q: %s, want %s", cut, text[max(0, cut-8):min(len(text), cut+8)], got, want)
		}
	}
}
