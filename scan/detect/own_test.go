package detect

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ownTestPatterns are those of ownTable: an expression near words, literals
// anywhere, literals near words.
var ownTestPatterns = []OwnPattern{
	{Name: "Tessera socio", Near: []string{"tessera", "socio", "n. d'ordine"}, Regex: `TS-\d{6}`, Person: true, Must: []string{"tessera TS-123456"}, MustNot: []string{"tessera TS-12"}},
	{Name: "Clienti speciali", Literals: []string{"Niccolò D'Angelo", "Zanzibar", "#4711-b", "Große Straße", "Иванов", "Jean-Luc"}, Must: []string{"zanzibar"}, MustNot: []string{"zanzibari"}},
	{Name: "Sede", Near: []string{"magazzino"}, Literals: []string{"Padova"}, Must: []string{"magazzino di Padova"}, MustNot: []string{"Padova"}},
}

var ownTable = table{
	kind: Own, country: "own",
	must: join(
		in("tessera TS-123456", "TS-123456 (socio)", "TESSERA: TS-123456", "Tèssera nr TS-123456", "numero_tessera=TS-123456", "<b>tessera</b>TS-123456", "n.  d’ordine TS-123456", "tessera\nTS-123456", "tessera "+strings.Repeat("x", 140)+" TS-123456", "TS-123456 "+strings.Repeat("è", 70)+" socio",
			"Niccolò D'Angelo", "NICCOLO D’ANGELO", "niccolo' d'angelo"[:7]+" d'Angelo", "Niccolo\u0300 D'Angelo", "Niccolò\n  D'Angelo", "niccolò_d'angelo", "zanzibar", "ZANZIBAR", "«Zanzibar»", "#4711-B", "#4711\u2011b", "grosse strasse", "GROßE STRAßE", "иванов", "ИВАНОВ", "jean-luc", "Jean–Luc",
			"magazzino di Padova", "Padova, il magazzino"),
		under("Tessera", "TS-123456", "vecchia TS-123456"), under("numeroTessera", "TS-123456"), under("NUMERO_SOCIO", "TS-123456"), under("N. d'ordine", "TS-123456"), under("Magazzino", "Padova"), under("Password", "zanzibar"), under("Data di nascita", "Zanzibar"),
	),
	mustNot: join(
		in("TS-123456", "tessera TS-12345", "tessera TS-1234567", "tessera XTS-123456", "tessera TS-123456b", "tessere TS-123456", "tesserato TS-123456", "xtessera TS-123456", "tessera "+strings.Repeat("x", 170)+" TS-123456", "tessera ts-123456",
			"zanzibari", "xzanzibar", "zanzi bar", "Niccolò", "D'Angelo Niccolò", "Niccolò\n\nD'Angelo", "4711-b", "#4711-bis", "ивановa", "jeanluc", "èzanzibar", "zanzibarè", "Padova", "magazzini Padova", "magazzino "+strings.Repeat("x ", 90)+"Padova"),
		under("Tessere", "TS-123456"), under("Codice", "TS-123456"), under("Città", "Padova"),
	),
}

func ownTestRules(own ...OwnPattern) *Rules {
	return New(Options{Key: [16]byte{1, 2, 3}, Country: "IT", Own: own})
}

func TestCheckOwn(t *testing.T) {
	good := func(change func(p *OwnPattern)) []OwnPattern {
		p := OwnPattern{Name: "Pratica", Near: []string{"pratica"}, Regex: `P\d{4}`, Literals: []string{"Rossi Mario"}, Must: []string{"pratica P1234", "pratica di Rossi Mario"}, MustNot: []string{"P1234"}}
		change(&p)
		return []OwnPattern{p}
	}
	lots := func(n int, format string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return list
	}
	for name, c := range map[string]struct {
		own  []OwnPattern
		want string // field, item and reason
	}{
		"none":                {nil, ""},
		"right":               {good(func(*OwnPattern) {}), ""},
		"ten thousand":        {good(func(p *OwnPattern) { p.Literals = append(lots(maxLiterals-1, "abc%d"), "Rossi Mario") }), ""},
		"no name":             {good(func(p *OwnPattern) { p.Name = "" }), "name -1 bad-name"},
		"a long name":         {good(func(p *OwnPattern) { p.Name = strings.Repeat("è", 41) }), "name -1 bad-name"},
		"40 letters":          {good(func(p *OwnPattern) { p.Name = strings.Repeat("è", 40) }), ""},
		"an odd name":         {good(func(p *OwnPattern) { p.Name = "a\x1b[31m" }), "name -1 bad-name"},
		"a blank behind":      {good(func(p *OwnPattern) { p.Name = "a " }), "name -1 bad-name"},
		"no expression":       {good(func(p *OwnPattern) { p.Regex = "P(" }), "regex -1 bad-regex"},
		"closes nothing":      {good(func(p *OwnPattern) { p.Regex = "P)(" }), "regex -1 bad-regex"},
		"looks behind":        {good(func(p *OwnPattern) { p.Regex = "(?<=x)P" }), "regex -1 bad-regex"},
		"finds nothing":       {good(func(p *OwnPattern) { p.Regex = "P*" }), "regex -1 bad-regex"},
		"a long one":          {good(func(p *OwnPattern) { p.Regex = strings.Repeat("P", 501) }), "regex -1 too-long"},
		"a big one":           {good(func(p *OwnPattern) { p.Regex = `(\w{100}){9}` }), "regex -1 too-long"},
		"huge":                {good(func(p *OwnPattern) { p.Regex = `((\w{1000}){1000}){1000}` }), "regex -1 bad-regex"},
		"no word near":        {good(func(p *OwnPattern) { p.Near = nil }), "regex -1 no-near"},
		"nothing to look for": {good(func(p *OwnPattern) { p.Regex, p.Literals = "", nil }), "name -1 nothing"},
		"literals alone":      {good(func(p *OwnPattern) { p.Near, p.Regex, p.Must = nil, "", p.Must[1:] }), ""},
		"a short literal":     {good(func(p *OwnPattern) { p.Literals = []string{"abc", "ab"} }), "literals 1 bad-word"},
		"signs":               {good(func(p *OwnPattern) { p.Literals = []string{"---"} }), "literals 0 bad-word"},
		"broken":              {good(func(p *OwnPattern) { p.Literals = []string{"abc\xff"} }), "literals 0 bad-word"},
		"a long literal":      {good(func(p *OwnPattern) { p.Literals = []string{strings.Repeat("a", 201)} }), "literals 0 too-long"},
		"too many":            {good(func(p *OwnPattern) { p.Literals = lots(maxLiterals+1, "abc%d") }), "literals -1 too-many"},
		"many words":          {good(func(p *OwnPattern) { p.Near = lots(maxOwnNear+1, "abc%d") }), "near -1 too-many"},
		"a long word":         {good(func(p *OwnPattern) { p.Near = []string{strings.Repeat("a", 41)} }), "near 0 too-long"},
		"an empty word":       {good(func(p *OwnPattern) { p.Near = []string{"pratica", ""} }), "near 1 bad-word"},
		"no examples":         {good(func(p *OwnPattern) { p.Must = nil }), "must -1 no-examples"},
		"no counterexamples":  {good(func(p *OwnPattern) { p.MustNot = nil }), "must_not -1 no-examples"},
		"a long example":      {good(func(p *OwnPattern) { p.MustNot = []string{strings.Repeat("a", 401)} }), "must_not 0 too-long"},
		"isn't found":         {good(func(p *OwnPattern) { p.Must = append(p.Must, "P1234") }), "must 2 must-not-found"},
		"is found":            {good(func(p *OwnPattern) { p.MustNot = append(p.MustNot, "Pratica: P1234") }), "must_not 1 must-not"},
		"twice":               {append(good(func(*OwnPattern) {}), good(func(p *OwnPattern) { p.Name = "PRATICA" })...), "name -1 twice"},
		"51":                  {make([]OwnPattern, 51), "name -1 too-many"},
	} {
		err := CheckOwn(c.own)
		got := ""
		if wrong, ok := errors.AsType[*OwnError](err); ok {
			got = fmt.Sprintf("%s %d %s", wrong.Field, wrong.Item, wrong.Reason)
			if text := wrong.Error(); strings.Contains(text, "P1234") || strings.Contains(text, "Rossi") {
				t.Errorf("%s: %s", name, text)
			}
		}
		if got != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if err := CheckOwn(ownTestPatterns); err != nil {
		t.Error(err)
	}
}

func TestOwnDigest(t *testing.T) {
	none, one := testRules(""), ownTestRules(ownTestPatterns[0])
	seen := map[string]bool{none.Digest(): true}
	changes := []func(p *OwnPattern){
		func(*OwnPattern) {}, func(p *OwnPattern) { p.Name = "x" }, func(p *OwnPattern) { p.Near = p.Near[:1] },
		func(p *OwnPattern) { p.Regex += "?" }, func(p *OwnPattern) { p.Person = false }, func(p *OwnPattern) { p.Literals = []string{"abc"} },
	}
	for i, change := range changes {
		p := ownTestPatterns[0]
		change(&p)
		if d := ownTestRules(p).Digest(); seen[d] {
			t.Errorf("change %d: the digest is that of others", i)
		} else {
			seen[d] = true
		}
	}
	p := ownTestPatterns[0]
	p.Must = []string{"socio TS-111111"}
	if ownTestRules(p).Digest() != one.Digest() {
		t.Error("an example changes the digest")
	}
	if New(Options{Country: "IT"}).Digest() != none.Digest() {
		t.Error("the digest depends on the key")
	}
}

// TestOwnFindings: each pattern has findings of its own, nothing of them is shown,
// and where it identifies people they are counted.
func TestOwnFindings(t *testing.T) {
	r := ownTestRules(ownTestPatterns...)
	got := textIn(r.Collector(), "soci:\nsocio TS-123456, socio TS-123457\nmario@example.com socio TS-123456\nZanzibar\n")
	want := []Finding{
		{Kind: Email, Count: 1, Distinct: 1, Confidence: High, Sample: "m…@e….com", Where: Where{Unit: Line, Number: 3}, Why: WhyShape},
		{Kind: Own, Pattern: "Tessera socio", Count: 3, Distinct: 2, Confidence: Medium, Sample: "••••", Where: Where{Unit: Line, Number: 2}, Why: WhyOwn, Person: true},
		{Kind: Own, Pattern: "Clienti speciali", Count: 1, Distinct: 1, Confidence: Medium, Sample: "••••", Where: Where{Unit: Line, Number: 4}, Why: WhyOwn},
	}
	if diff := cmp.Diff(want, got.Findings); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if n := got.People.Count(); n != 2 {
		t.Errorf("%d people, want 2", n)
	}
	c := r.Collector()
	a, b := c.Column([]byte("Tessera"), false), c.Column([]byte("Note"), false)
	for i, v := range []string{"TS-000001", "TS-000002", "ts 1", "TS-000002"} {
		c.Cell(a, []byte(v), int64(i)+2)
		c.Cell(b, []byte("Zanzibar"), int64(i)+2)
		c.EndRecord()
	}
	expect(t, c.Result(), "own 3/2 column Tessera", "own 4/1 column Note", "people 2")
	c.Reset()
	a, b = c.Column(nil, false), c.Column(nil, false)
	c.Cell(a, []byte("Tessera:"), 1)
	c.Cell(b, []byte("TS-000001"), 1)
	c.EndRecord()
	c.Cell(a, []byte("Ordine:"), 2)
	c.Cell(b, []byte("TS-000001"), 2)
	c.EndRecord()
	expect(t, c.Result(), "own 1/1 column 2", "people 1")
	expect(t, ofText(r, "INSERT INTO soci (id, tessera) VALUES (1, 'TS-000001'), (2, 'TS-000002');\n"+strings.Repeat("x ", 200)+"TS-000003"), "own 2/2 field tessera", "people 2")
	expect(t, ofText(r, "Cognome: Zanzibar\nNome: Mario\n"), "name 1/1 field Cognome", "name 1/1 field Nome", "own 1/1 line 1", "people 1")
}

// TestOwnOverlap: what one pattern finds in two ways counts once, the longest.
func TestOwnOverlap(t *testing.T) {
	r := ownTestRules(OwnPattern{Name: "a", Near: []string{"mario"}, Literals: []string{"Mario Rossi", "Mario", "Rossi", "Rossi Bianchi"}, Regex: `Rossi|Bianchi|Verdi`, Must: []string{"Mario"}, MustNot: []string{"x"}},
		OwnPattern{Name: "b", Literals: []string{"mario rossi bianchi"}, Must: []string{"mario rossi bianchi"}, MustNot: []string{"x"}})
	expect(t, ofText(r, "Mario Rossi Bianchi, Verdi"), "own 3/3 line 1", "own 1/1 line 1", "people 0")
}

// slowOwn is the literals of a text by a second way: a regular expression over
// text without case. It knows ASCII only.
func slowOwn(text string, literals []string) int {
	var quoted []string
	for _, l := range literals {
		quoted = append(quoted, strings.ReplaceAll(regexp.QuoteMeta(strings.ToLower(l)), " ", ` +`))
	}
	re := regexp.MustCompile(`(?:^|[^a-z0-9])(` + strings.Join(quoted, "|") + `)(?:$|[^a-z0-9])`)
	re.Longest()
	n, text := 0, strings.ToLower(text)
	for {
		m := re.FindStringSubmatchIndex(text)
		if m == nil {
			return n
		}
		n++
		text = text[m[3]:]
	}
}

func TestOwnAgainstRegexp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := []string{"ab", "abc", "b", "abcd", "cab", "a1", "Abcde", "ABcdefghi", "x", "7", "777"}
	word := func(n int) string {
		var list []string
		for range n {
			list = append(list, words[rng.IntN(len(words))])
		}
		return strings.Join(list, " ")
	}
	for range 3000 {
		var literals []string
		for range 1 + rng.IntN(5) {
			if l := word(1 + rng.IntN(3)); len(l) >= minLiteral {
				literals = append(literals, l)
			}
		}
		if len(literals) == 0 {
			continue
		}
		var b strings.Builder
		for range rng.IntN(60) {
			b.WriteString(words[rng.IntN(len(words))])
			b.WriteString([]string{" ", " ", " ", ", ", "-", "  ", "é", ":"}[rng.IntN(8)])
		}
		text := strings.ReplaceAll(b.String(), "é", ".")
		r := ownTestRules(OwnPattern{Name: "p", Literals: literals, Must: []string{literals[0]}, MustNot: []string{"-"}})
		if got, want := count(ofText(r, text), Own), int64(slowOwn(text, literals)); got != want {
			t.Fatalf("%q in %q: %d, want %d", literals, text, got, want)
		}
	}
}

// TestOwnInPieces cuts a text everywhere: nothing is missed or counted twice.
func TestOwnInPieces(t *testing.T) {
	r := ownTestRules(ownTestPatterns...)
	line := "socio TS-123456 e TS-123457; Niccolò   D'Angelo; magazzino: " + strings.Repeat("è. ", 20) + "Padova, Zanzibar TS-000001; "
	text := strings.Repeat(line, 6)
	want := short(ofText(r, text))
	for at := range len(text) {
		if text[at]&0xC0 == 0x80 || text[at] != ' ' {
			continue
		}
		if diff := cmp.Diff(want, short(inPieces(r, text, 512, at))); diff != "" {
			t.Fatalf("cut at %d (-whole +pieces)\n%s", at, diff)
		}
	}
}

// slowOwnPatterns are made to be slow.
var slowOwnPatterns = []OwnPattern{
	{Name: "a", Near: []string{"socio"}, Regex: `(a+)+b|(.*)c$|\w+-\w+`, Must: []string{"socio aab"}, MustNot: []string{"socio"}},
	{Name: "b", Near: []string{"zz"}, Literals: []string{"aaa", "a a a", "a a a a", "a a a a a", strings.Repeat("a ", 99) + "a"}, Must: []string{"zz aaa"}, MustNot: []string{"aaa"}},
	{Name: "c", Near: []string{"aa", "a a"}, Regex: `(\w ?){1,20}!`, Must: []string{"aa a!"}, MustNot: []string{"aa"}},
}

func TestOwnCostIsLinear(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("measures time")
	}
	if err := CheckOwn(slowOwnPatterns); err != nil {
		t.Fatal(err)
	}
	const size, times, growth = 1 << 14, 8, 20
	for name, unit := range map[string]string{"words": "socio ", "letters": "a", "word": "a ", "near": "socio a-", "waiting": "aaa ", "all": "socio zz aaa a a a!", "accents": "è", "marks": "a\u0300", "blanks": " ", "lines": "a\n"} {
		c := ownTestRules(slowOwnPatterns...).Collector()
		text := []byte(strings.Repeat(unit, times*size/len(unit)+1))
		part, whole := time.Hour, time.Hour
		for range 12 {
			part = min(part, timed(c, text[:size]))
			whole = min(whole, timed(c, text[:times*size]))
			if whole <= growth*part {
				break
			}
		}
		if whole > growth*part+time.Millisecond {
			t.Errorf("%s: %d times the text takes %v instead of %v", name, times, whole, part)
		}
		t.Logf("%s: %d ns a byte", name, whole.Nanoseconds()/(times*size))
	}
}

// FuzzOwn makes patterns and texts of anything: no panic, nothing shown.
func FuzzOwn(f *testing.F) {
	f.Add("tessera", "Mario Rossi", `TS-\d+`, "tessera Mario Rossi TS-12", uint16(3))
	f.Add("è", "é\u0301x", `^\b.*$`, "è éx ́", uint16(0))
	f.Add("a", "ßßß", `(?i)K`, "a K\nssss", uint16(2))
	f.Fuzz(func(t *testing.T, near, literal, expr, text string, at uint16) {
		p := OwnPattern{Name: "p", Near: []string{near}, Literals: []string{literal}, Regex: expr, Person: true, Must: []string{text}, MustNot: []string{""}}
		err := CheckOwn([]OwnPattern{p})
		r := ownTestRules(p)
		whole := ofText(r, text)
		var wrong *OwnError
		if errors.As(err, &wrong) && wrong.Reason == OwnMustNotFound && wrong.Field == "must" && count(whole, Own) > 0 {
			t.Error("New finds what CheckOwn doesn't")
		}
		if err == nil && count(whole, Own) == 0 && !strings.Contains(text, "INSERT INTO") {
			t.Error("CheckOwn finds what New doesn't")
		}
		for _, x := range whole.Findings {
			if x.Kind == Own && (x.Sample != "••••" || x.Distinct > x.Count || x.Why != WhyOwn) {
				t.Errorf("%+v", x)
			}
		}
		ofCell(r, near, text)
		if text != "" {
			inPieces(r, text, 512, int(at)%len(text))
		}
	})
}

// BenchmarkOwn is what 1,000 literals and ten expressions cost.
func BenchmarkOwn(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	var names []string
	for range 1000 {
		names = append(names, []string{"Rossi", "Bianchi", "Ferrari", "Russo", "Colombo", "Conti", "Gallo", "Greco", "Moretti", "Serra"}[rng.IntN(10)]+fmt.Sprint(" ", string(rune('A'+rng.IntN(26))), string(rune('a'+rng.IntN(26))), "ndrea"))
	}
	patterns := []OwnPattern{{Name: "names", Literals: names, Must: names[:1], MustNot: []string{"-"}}}
	for i, near := range strings.Fields("tessera socio pratica polizza targa matricola contratto badge punti buono") {
		patterns = append(patterns, OwnPattern{Name: fmt.Sprint("re", i), Near: []string{near}, Regex: `[A-Z]{2}-?\d{6}`, Must: []string{near + " AB123456"}, MustNot: []string{"-"}})
	}
	if err := CheckOwn(patterns); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string][]byte{"prose": prose(), "log": accessLog(), "customers": customers(), "catalogue": catalogue()} {
		for _, own := range [][]OwnPattern{nil, patterns[:1], patterns} {
			b.Run(fmt.Sprint(name, "/", len(own)), func(b *testing.B) {
				c := ownTestRules(own...).Collector()
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					c.Reset()
					c.Text(text, 0, len(text), 1)
				}
			})
		}
	}
}
