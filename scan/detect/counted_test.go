package detect

import (
	"slices"
	"testing"
)

// TestCounted: each way of telling people apart, with a file that makes it.
func TestCounted(t *testing.T) {
	text := func(s string) func(*Collector) {
		return func(c *Collector) { c.Text([]byte(s), 0, len(s), 1) }
	}
	table := func(c *Collector) {
		n, m := c.Column([]byte("Email"), false), c.Column([]byte("Telefono"), false)
		for _, row := range [][2]string{{"anna@example.com", "+39 333 1234567"}, {"luca@example.com", ""}} {
			c.Cell(n, []byte(row[0]), 2)
			c.Cell(m, []byte(row[1]), 2)
			c.EndRecord()
		}
	}
	mails := func(c *Collector) {
		for i, s := range []string{"write to anna@example.com", "write to luca@example.com, +39 333 1234567", "call +39 333 1234568"} {
			c.Part(Part{Unit: Line, Message: int64(i) + 1})
			c.Text([]byte(s), 0, len(s), 1)
		}
	}
	for name, c := range map[string]struct {
		fill   func(*Collector)
		want   []Counting
		people int64
	}{
		"nothing":      {text("nothing"), nil, 0},
		"a text":       {text("anna@example.com\nluca@example.com\n"), []Counting{ByKind}, 2},
		"a table":      {table, []Counting{ByRows}, 2},
		"labels":       {text("Cognome: Rossi\nNome: Anna\nTelefono: +39 333 1234567\n\nCognome: Bianchi\nNome: Luca\n"), []Counting{ByBlocks}, 2},
		"printed":      {text("anna@example.com +39 333 1234567\nluca@example.com +39 333 1234568\n+39 333 1234569\n"), []Counting{ByKind}, 3},
		"printed, gap": {text("anna@example.com +39 333 1234567\nluca@example.com +39 333 1234568\nmaria@example.com +39 333 1234569\n+39 333 1234571\neva@example.com\n"), []Counting{ByLines}, 5},
		"mails":        {mails, []Counting{ByMessages}, 3},
		"both": {func(c *Collector) {
			table(c)
			text("eva@example.com")(c)
		}, []Counting{ByRows, ByKind}, 3},
		"the same again": {func(c *Collector) {
			table(c)
			text("anna@example.com")(c)
		}, []Counting{ByRows}, 2},
	} {
		col := New(Options{Country: "IT"}).Collector()
		c.fill(col)
		r := col.Result()
		if !slices.Equal(r.Counted, c.want) || r.People.Count() != c.people {
			t.Errorf("%s: %v, %d people; want %v, %d", name, r.Counted, r.People.Count(), c.want, c.people)
		}
		col.Reset()
		if r := col.Result(); r.Counted != nil {
			t.Errorf("%s: the next file has %v", name, r.Counted)
		}
	}
}
