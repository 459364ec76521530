package datamap

import (
	"errors"
	"os"
	"strings"
	"testing"
)

const good = `trade: restaurant
controller:
  name: Da Maria
  address: Via Roma 1, Firenze
  mail: maria@example.com
  phone: "055 000 000"
uses:
  - id: tables
    name: {it: Prenotazioni}
    why: {en: to keep a table for you, it: per tenerti un tavolo}
    about: customers
    basis: contract
    categories: [contact]
    keep: {months: 12, from: last-contact}
    recipients: [booking]
  - id: allergies
    name: {en: Allergies, it: Allergie}
    why: {en: to cook for you, it: per cucinare per te}
    about: customers
    basis: consent
    special: explicit-consent
    law: GDPR:9(2)(a)
    categories: [health]
    folders: [Allergie]
    keep: {months: 0, from: withdrawal}
recipients:
  - {id: booking, name: {it: il sito}, outside: true}
elsewhere:
  - {category: identity, where: in a drawer}
`

func TestParse(t *testing.T) {
	d, err := Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Uses) != 2 || d.Uses[1].Special != "explicit-consent" || d.Uses[0].Keep != (Keep{12, LastContact}) || !d.Recipients[0].Outside || d.Controller.Phone != "055 000 000" || d.Elsewhere[0].Where != "in a drawer" {
		t.Errorf("%+v", d)
	}
	for _, empty := range []string{"", "\n", "# nothing\n", "\xef\xbb\xbftrade: restaurant\n"} {
		if _, err := Parse([]byte(empty)); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

// What is wrong is named with its line and column.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		old, new     string
		id           string
		line, column int
	}{
		{"trade: restaurant", "trade: pirate", "trade", 1, 8},
		{"  mail:", "  email:", "unknown-key", 5, 3},
		{"    about: customers\n    basis: contract", "    about: fish\n    basis: contract", "about", 11, 12},
		{"basis: contract", "basis: because", "basis", 12, 12},
		{"[contact]", "[contact, shoes]", "category", 13, 27},
		{"[contact]", "[]", "category", 13, 17},
		{"    categories: [contact]\n", "", "category", 8, 7},
		{"{months: 12,", "{months: 0,", "months", 14, 20},
		{"{months: 12,", "{months: -1,", "months", 14, 20},
		{"{months: 12,", "{months: 1201,", "months", 14, 20},
		{"{months: 12,", "{months: twelve,", "type", 14, 20},
		{"from: last-contact", "from: easter", "from", 14, 30},
		{"[booking]", "[booking, courier]", "recipient", 15, 27},
		{"    special: explicit-consent\n", "", "special", 16, 7},
		{"special: explicit-consent", "special: luck", "special", 21, 14},
		{"GDPR:9(2)(a)", "MOON:1", "law", 22, 10},
		{"id: allergies", "id: tables", "twice", 16, 9},
		{"id: allergies", "id: All Ergies", "id", 16, 9},
		{"folders: [Allergie]", "folders: [\"\"]", "text", 24, 15},
		{"name: {it: Prenotazioni}", "name: {it: \"\"}", "text", 9, 11},
		{"why: {en: to keep a table for you", "why: {en: \"to keep\\na table\"", "text", 10, 10},
		{"name: {it: il sito}", "name: {it: \"" + strings.Repeat("x", 301) + "\"}", "text", 27, 25},
		{"Da Maria", "\"a\\u001bb\"", "text", 3, 9},
		{"{category: identity,", "{category: shoes,", "category", 29, 16},
		{"where: in a drawer", "where: \"\"", "where", 29, 33},
		{"uses:", "uses: &x", "yaml", 1, 1},
		{"trade: restaurant", "trade: [", "yaml", 0, 0},
		{"trade: restaurant", strings.Repeat("# x\n", 40000), "large", 1, 1},
		{"trade: restaurant", "trade: " + strings.Repeat("[", 50), "large", 1, 1},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%q is not there", c.old)
		}
		_, err := Parse([]byte(text))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q is taken: %v", c.new, err)
			continue
		}
		if e.ID != c.id || c.line != 0 && (e.Line != c.line || e.Column != c.column) {
			t.Errorf("%.40q: %v, want %d:%d: %s", c.new, e, c.line, c.column, c.id)
		}
	}
}

// FuzzParse: nothing panics; what is taken is written and read again as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("uses: [{id: a}]"))
	f.Add([]byte("trade: \"\"\nuses:\n- id: *x\n"))
	f.Add([]byte("a: {b: [c"))
	if raw, err := os.ReadFile("trades.yaml"); err == nil {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Parse(raw)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		text, err := Encode(d, "x")
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		more, err := Encode(again, "x")
		if err != nil || string(more) != string(text) {
			t.Fatalf("%v\n%s\n%s", err, text, more)
		}
	})
}
