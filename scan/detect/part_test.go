package detect

import (
	"slices"
	"strings"
	"testing"
)

// found lists findings as kind, column, table, section and count.
func found(r Result) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, strings.Join([]string{string(f.Kind), f.Where.Name, f.Where.Sheet, f.Where.Section, string(rune('0' + f.Count))}, "|"))
	}
	return out
}

// TestPartAgain: between the rows of a table stands text of another part; the
// columns keep their headers, and nothing is told of twice.
func TestPartAgain(t *testing.T) {
	c := New(Options{Country: "IT"}).Collector()
	table, gone := Part{Sheet: "clienti", Index: 1, Unit: NoUnit}, Part{Section: "remnant", Unit: NoUnit}
	c.Part(table)
	n, m := c.Column([]byte("cognome"), false), c.Column([]byte("email"), false)
	for _, name := range []string{"Rossi", "Bianchi", "Verdi"} {
		mail := []byte(strings.ToLower(name) + "@example.com")
		c.Part(table)
		c.Cell(n, []byte(name), 1)
		c.Cell(m, mail, 1)
		c.EndRecord()
		c.Part(gone)
		c.Text(mail, 0, len(mail), 0) // an older copy of the row
	}
	old := []byte("neri@example.com\n")
	c.Text(old, 0, len(old), 0)
	r := c.Result()
	want := []string{"email|||remnant|4", "email|email|clienti||3", "name|cognome|clienti||3"}
	if got := found(r); !slices.Equal(got, want) || r.People.Count() != 4 {
		t.Errorf("%q, %d people, want %q and 4", got, r.People.Count(), want)
	}
}

// TestPartsBeyond: a part that was left for two others is closed; a table of the
// same name begins anew.
func TestPartsBeyond(t *testing.T) {
	c := New(Options{Country: "IT"}).Collector()
	for range 2 {
		for _, sheet := range []string{"clienti", "nomi", "email"} {
			c.Part(Part{Sheet: sheet, Index: 1})
			if n := c.Column([]byte("email"), false); n != 0 {
				t.Errorf("%s: column %d", sheet, n)
			}
			c.Cell(0, []byte(sheet+"@example.com"), 1)
			c.EndRecord()
		}
	}
	if r := c.Result(); r.People.Count() != 3 || len(r.Findings) != 6 {
		t.Errorf("%d people, %q", r.People.Count(), found(r))
	}
	c.Reset()
	c.Part(Part{Sheet: "clienti", Index: 1})
	if n := c.Column([]byte("email"), false); n != 0 {
		t.Errorf("the next file begins with column %d", n)
	}
}

// TestInRows: who stands in the rows of any part is not counted again by a text,
// whichever comes first.
func TestInRows(t *testing.T) {
	for name, order := range map[string][]string{"text first": {"text", "table"}, "table first": {"table", "text"}} {
		c := New(Options{Country: "IT"}).Collector()
		for _, what := range order {
			if what == "text" {
				c.Part(Part{Unit: Line})
				b := []byte("+39 333 1234567\n")
				c.Text(append([]byte("Tel. "), b...), 0, len(b)+5, 1)
				continue
			}
			c.Part(Part{Path: "clienti.csv"})
			n, m := c.Column([]byte("email"), false), c.Column([]byte("telefono"), false)
			c.Cell(n, []byte("anna@example.com"), 1)
			c.Cell(m, []byte("+39 333 1234567"), 1)
			c.EndRecord()
		}
		if r := c.Result(); r.People.Count() != 1 {
			t.Errorf("%s: %d people: %q", name, r.People.Count(), found(r))
		}
	}
}
