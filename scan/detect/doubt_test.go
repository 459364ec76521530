package detect

import (
	"fmt"
	"testing"
)

// told is what a result says of a kind: how many and how sure.
func told(r Result, kind Kind) (s string) {
	for _, f := range r.Findings {
		if f.Kind == kind {
			s += fmt.Sprintf("%d %s;", f.Count, f.Confidence)
		}
	}
	return s
}

// TestChance: what passes among others that do not, without a word or header
// that says what it is, is as likely as not there by chance.
func TestChance(t *testing.T) {
	const nir, fail = "185057800608491", "185057800608492, 285057800608442 "
	for _, test := range []struct {
		country, text string
		kind          Kind
		want          string
	}{
		{"", nir, NIR, "1 medium;"},
		{"", nir + " 185057800608492", NIR, "1 medium;"},
		{"", nir + " " + fail, NIR, "1 low;"},
		{"", "n° de sécurité sociale " + nir + "\n" + fail, NIR, "1 high;"},
		{"", "1 85 05 78 006 084 91, " + nir + " " + fail, NIR, "2 high;"},
		{"", "00393990001234", Phone, "1 high;"},
		{"", "00393990001234, 12345678901234, 98765432109876", Phone, "1 low;"},
		{"", "00393990001234, 12345678901234", Phone, "1 high;"},
		{"", "00393990001234, 12345678901234, 98765432109876, tel. 3990001234", Phone, "2 high;"},
		{"", "0039 399 000 1234, 12345678901234, 98765432109876", Phone, "1 high;"},
		{"", "tel. 00393990001234, 12345678901234, 98765432109876", Phone, "1 high;"},
		{"DE", "004930123456, 123456789012, 987654321098", Phone, "1 low;"},
		{"DE", "004930123456, 12345678901234, 98765432109876", Phone, "1 high;"},
	} {
		if got := told(ofText(testRules(test.country), test.text), test.kind); got != test.want {
			t.Errorf("%s: %s, want %s", test.text, got, test.want)
		}
	}
}

// TestGuestsOfAMatch: the guests of a hotel are people, those of a match are a team.
func TestGuestsOfAMatch(t *testing.T) {
	name, other := "Mario Rossi", "Anna Verdi"
	for _, test := range []struct {
		headers []string
		people  int64
	}{
		{[]string{"Ospiti", "Camera"}, 1},
		{[]string{"Ospiti", "Casa", "Dal"}, 1}, // a house to let
		{[]string{"Guest", "Score"}, 1},        // a review
		{[]string{"Ospiti", "Casa", "Risultato"}, 0},
		{[]string{"Guest", "Home", "Score"}, 0},
		{[]string{"Ospiti", "Casa", "Risultato", "Email"}, 1},
		{[]string{"Clienti", "Casa", "Risultato"}, 1},
	} {
		c := testRules("").Collector()
		for _, h := range test.headers {
			c.Column([]byte(h), false)
		}
		for i := range test.headers {
			switch v := []string{name, other, "2-1", "mario@example.com"}[i]; {
			case i == 3 || i < 2:
				c.Cell(i, []byte(v), 2)
			default:
				c.Cell(i, []byte("2-1"), 2)
			}
		}
		c.EndRecord()
		r := c.Result()
		if got := count(r, Name); got != test.people || r.People.Count() != test.people {
			t.Errorf("%v: %d names, %d people, want %d", test.headers, got, r.People.Count(), test.people)
		}
	}
}

// TestNobodyByChance: what is there by chance makes nobody a person, and takes no
// name away that stands beside it.
func TestNobodyByChance(t *testing.T) {
	const card, order, mobile = "4000001234567899", "400000123456780", "3990001234"
	orders := []object{{"Pos", card}}
	for _, last := range []string{"0", "1", "2", "3"} {
		orders = append(orders, object{"Pos", order + last})
	}
	named := []object{{"Cognome", "Rossi", "Pos", card}}
	for i, last := range []string{"0", "1", "2", "3"} {
		named = append(named, object{"Cognome", "Rossi" + string(rune('a'+i)), "Pos", order + last})
	}
	things := []object{{"Nome", "Sedia", "Pos", card}}
	for i, last := range []string{"0", "1", "2", "3"} {
		things = append(things, object{"Nome", "Sedia " + string(rune('a'+i)), "Pos", order + last})
	}
	for name, test := range map[string]struct {
		r      Result
		people int64
	}{
		"orders":                 {gather(false, orders...), 0},
		"orders of people":       {gather(false, named...), 5},
		"things":                 {gather(false, things...), 0},
		"cards":                  {gather(false, object{"Pos", card}, object{"Pos", "5100000012345672"}), 2},
		"cards of people":        {gather(false, object{"Nome", "Rossi", "Pos", card}, object{"Nome", "Verdi", "Pos", "5100000012345672"}), 2},
		"a text of orders":       {ofText(testRules(""), card+"\n"+order+"0\n"+order+"1\n"), 0},
		"a text with a card":     {ofText(testRules(""), card+"\n"+order+"0\n"), 1},
		"a mail beside an order": {ofText(testRules(""), "mario@example.com "+card+"\n"+order+"0\n"+order+"1\n"), 1},
		"a mobile":               {ofText(testRules(""), "Mario "+mobile+"\n"), 1},
		"a mobile among others":  {ofText(testRules(""), mobile+"\n1234567890\n9876543210\n"), 0},
		"mobiles among others":   {ofText(testRules(""), mobile+"\n3990001235\n3990001236\n1234567890\n9876543210\n"), 3},
	} {
		if got := test.r.People.Count(); got != test.people {
			t.Errorf("%s: %d people, want %d: %+v", name, got, test.people, test.r.Findings)
		}
	}
	if r := gather(false, things...); count(r, Name) != 0 {
		t.Errorf("things beside a number that passes by chance are called names: %+v", r.Findings)
	}
}
