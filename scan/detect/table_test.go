package detect

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// table is the examples of one kind: what must be found, once each, and what
// must not. Text stands alone and between all kinds of neighbours; header is
// "" for text and cells of a column without a header.
type table struct {
	kind    Kind
	country string // IT where empty
	must    []example
	mustNot []example
}

type example struct{ header, text string }

func in(texts ...string) []example { return under("", texts...) }

func under(header string, texts ...string) []example {
	var list []example
	for _, t := range texts {
		list = append(list, example{header, t})
	}
	return list
}

func join(lists ...[]example) []example {
	var all []example
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

var tables = []table{
	emailTable, phoneTable, phoneGB, phoneUS, phoneFR, phoneDE, phoneES, phoneNowhere, phoneCH, phoneAT, phoneNL, phoneBE, phonePT, phonePL, cardTable, ibanTable, fiscalTable, vatTable, nameTable, addressTable, birthTable,
	passwordTable, secretTable, ipTable, cardCodeTable, healthTable, bankTable,
	identityTable, ssnTable, ninoTable, nhsTable, nifTable, nieTable, nirTable, taxIDTable, peselTable, passportTable, ownTable,
}

func testRules(country string) *Rules {
	if country == "" {
		country = "IT"
	}
	if country == ownTable.country {
		return ownTestRules(ownTestPatterns...)
	}
	return New(Options{Key: [16]byte{1, 2, 3}, Country: country})
}

// ofText returns what is found in a text.
func ofText(r *Rules, text string) Result { return textIn(r.Collector(), text) }

func textIn(c *Collector, text string) Result {
	c.Reset()
	c.Text([]byte(text), 0, len(text), 1)
	return c.Result()
}

// ofCell returns what is found in one cell under a header, beside a column of
// addresses, so that weak names count.
func ofCell(r *Rules, header, text string) Result {
	c := r.Collector()
	a, b := c.Column([]byte(header), false), c.Column([]byte("Indirizzo di casa"), false)
	c.Cell(a, []byte(text), 2)
	c.Cell(b, nil, 2)
	c.EndRecord()
	return c.Result()
}

func count(r Result, kind Kind) (n int64) {
	for _, f := range r.Findings {
		if f.Kind == kind {
			n += f.Count
		}
	}
	return n
}

func TestTables(t *testing.T) {
	lefts := []string{"", " ", "\n", "\t", "(", "\"", ": ", ", ", "; ", "«", "> ", "|", "a ", "è ", "\u00a0", "5\n", "ok, "}
	rights := []string{"", " ", "\n", "\t", ")", "\"", ", ", ";", ". ", ".", "»", " <", "|", " a", " è", "\u00a0", "\n5", "!", "?"}
	for _, tb := range tables {
		t.Run(string(tb.kind)+tb.country, func(t *testing.T) {
			r := testRules(tb.country)
			c := r.Collector()
			for _, e := range tb.must {
				if e.header != "" {
					if got := count(ofCell(r, e.header, e.text), tb.kind); got != 1 {
						t.Errorf("under %q, %q: found %d times, want once", e.header, e.text, got)
					}
					continue
				}
				if got := count(ofCell(r, "", e.text), tb.kind); got != 1 {
					t.Errorf("cell %q: found %d times, want once", e.text, got)
				}
				for _, left := range lefts {
					for _, right := range rights {
						if got := count(textIn(c, left+e.text+right), tb.kind); got != 1 {
							t.Errorf("text %q: found %d times, want once", left+e.text+right, got)
						}
					}
				}
			}
			for _, e := range tb.mustNot {
				if got := count(ofCell(r, e.header, e.text), tb.kind); got != 0 {
					t.Errorf("under %q, %q: found %d times", e.header, e.text, got)
				}
				if e.header != "" {
					continue
				}
				for _, around := range []string{"", " ", "\n", "\""} {
					if got := count(textIn(c, around+e.text+around), tb.kind); got != 0 {
						t.Errorf("text %q: found %d times", around+e.text+around, got)
					}
				}
			}
		})
	}
}

// kinds reads the kinds from the source, so that a new one can't be forgotten.
func kinds(t *testing.T) []Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "detect.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []Kind
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Kind" {
				continue
			}
			literal, ok := v.Values[0].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s isn't a literal", v.Names[0].Name)
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, Kind(text))
		}
	}
	return all
}

func TestEveryKindHasExamples(t *testing.T) {
	all := kinds(t)
	if len(all) < 9 {
		t.Fatalf("read only %d kinds from detect.go", len(all))
	}
	for _, k := range all {
		must, mustNot := 0, 0
		for _, tb := range tables {
			if tb.kind == k {
				must += len(tb.must)
				mustNot += len(tb.mustNot)
			}
		}
		if must < 3 || mustNot < 3 {
			t.Errorf("%s has %d examples that must be found and %d that must not; at least three of each", k, must, mustNot)
		}
	}
}
