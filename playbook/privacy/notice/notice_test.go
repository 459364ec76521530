package notice

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/source"
	"custode/playbook/privacy/datamap"
)

var (
	made = time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)
	both = []string{"en", "it"}
)

// every lists the categories.
func every() []string {
	var out []string
	for _, c := range datamap.Categories() {
		out = append(out, c.ID)
	}
	return out
}

// declared is what a made-up shop of a trade declares.
func declared(t *testing.T, trade, country string) datamap.Declaration {
	t.Helper()
	d, err := datamap.Preset(trade, country)
	if err != nil {
		t.Fatal(err)
	}
	d.Controller = datamap.Controller{
		Name: "Bottega Esempio di Anna Rossi", Address: "Via Roma 1, 00100 Roma", Mail: "anna@bottega.example.com", Phone: "+39 06 5550 0100",
	}
	return d
}

// judged makes the map of a declaration; some categories are in one file.
func judged(d datamap.Declaration, held ...string) *datamap.Map {
	var found []datamap.Found
	for _, c := range datamap.Categories() {
		if slices.Contains(held, c.ID) {
			found = append(found, datamap.Found{Path: "/data/Clienti/clienti.csv", Root: "/data", Kind: c.Kinds[0], Count: 10, Newest: "2026-11"})
		}
	}
	return datamap.Judge(d, found, made, made)
}

func options(lang, country string, long bool) Options {
	return Options{Lang: lang, Country: country, Long: long, Made: made}
}

func write(t *testing.T, m *datamap.Map, o Options) *Notice {
	t.Helper()
	n, err := Make(m, o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// each calls fn for every trade in every language and two countries.
func each(t *testing.T, fn func(t *testing.T, trade, country, lang string)) {
	t.Helper()
	for _, trade := range datamap.Trades() {
		for _, country := range []string{"IT", "GB"} {
			for _, lang := range both {
				t.Run(trade.ID+" "+country+" "+lang, func(t *testing.T) { fn(t, trade.ID, country, lang) })
			}
		}
	}
}

// TestShortIsShort: every trade's default map, with all that its uses name held, and a shop
// whose name is five words, gives a notice within the bounds.
func TestShortIsShort(t *testing.T) {
	each(t, func(t *testing.T, trade, country, lang string) {
		t.Helper()
		n := write(t, judged(declared(t, trade, country), every()...), options(lang, country, false))
		m := n.Measure()
		t.Logf("%d words, %d s, %s %.1f", m.Words, m.Seconds, m.Scale, m.Index)
		if err := n.Fits(); err != nil {
			t.Errorf("%+v", err)
		}
		least := map[string]float64{"it": 80, "en": 70}[lang]
		if m.Words > 170 || m.Words < 100 || m.Seconds >= 60 || m.Index < least || m.Index > 100 {
			t.Errorf("%+v", m)
		}
	})
}

// TestMeasure: pieces of fewer than four words are no sentences, and the index ends at 100.
func TestMeasure(t *testing.T) {
	hard := "amministrazione"
	two := measure("it", []string{"Noi teniamo " + hard + " sempre " + hard + ".", "Dati " + hard + " casa " + hard + " " + hard + "."})
	chopped := measure("it", []string{"Noi teniamo " + hard + ".", "Sempre " + hard + ".", "Dati " + hard + " casa.", hard + " " + hard + "."})
	if chopped != two || two.Index <= 0 || two.Index >= 100 {
		t.Errorf("chopped %+v, two sentences %+v", chopped, two)
	}
	if m := measure("it", []string{"Io so che tu."}); m.Index != 100 {
		t.Errorf("%+v", m)
	}
	if m := measure("it", nil); m.Words != 0 || m.Seconds != 0 {
		t.Errorf("%+v", m)
	}
	for words, seconds := range map[int]int{170: 59, 175: 60, 176: 61, 1: 1} {
		if m := measure("en", []string{strings.Repeat("word ", words)}); m.Words != words || m.Seconds != seconds {
			t.Errorf("%d words: %+v", words, m)
		}
	}
}

// TestTimes: whole years are said as such, and only those.
func TestTimes(t *testing.T) {
	for _, lang := range both {
		w, err := newWriter(lang, "IT")
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range map[int]string{1: "1 month|1 mese", 6: "6 months|6 mesi", 12: "1 year|1 anno", 18: "18 months|18 mesi", 120: "10 years|10 anni"} {
			en, it, _ := strings.Cut(want, "|")
			if got := w.months(n); got != map[string]string{"en": en, "it": it}[lang] {
				t.Errorf("%d: %s", n, got)
			}
		}
	}
}

// TestUnfit: what is too long or too hard is refused, and what makes it so is named first.
func TestUnfit(t *testing.T) {
	long := strings.Repeat("to write to you and call you and ", 10) + "more"
	hard := "to facilitate administratively indispensable contractual obligations"
	for _, c := range []struct {
		why  string
		want []Reason
	}{
		{long, []Reason{TooLong}},
		{strings.Repeat(hard+" ", 3), []Reason{TooHard}},
		{strings.Repeat(hard+" ", 12), []Reason{TooLong, TooHard}},
	} {
		d := declared(t, "restaurant", "IT")
		d.Uses[0].Why = i18n.Text{EN: c.why}
		n := write(t, judged(d, every()...), options("en", "IT", false))
		var e *UnfitError
		if err := n.Fits(); !errors.As(err, &e) || !slices.Equal(e.Reasons, c.want) || e.Shorten[0].ID != "use.tables" {
			t.Errorf("%.40q: %+v", c.why, err)
		}
		if !strings.Contains(strings.Join(n.read(), " "), strings.TrimSpace(upper(c.why))) {
			t.Errorf("%.40q was cut", c.why)
		}
	}
}

// TestRefused: no notice without who answers, without a declaration, without a scan.
func TestRefused(t *testing.T) {
	for want, change := range map[error]func(d *datamap.Declaration, m *datamap.Map){
		ErrUndeclared: func(_ *datamap.Declaration, m *datamap.Map) { m.Declaration.Uses = nil },
		ErrController: func(_ *datamap.Declaration, m *datamap.Map) { m.Declaration.Controller.Name = " " },
		ErrUnscanned:  func(_ *datamap.Declaration, m *datamap.Map) { m.Scanned, m.Holdings = time.Time{}, nil },
		ErrNothing:    func(_ *datamap.Declaration, m *datamap.Map) { m.Holdings = nil },
		ErrRecipient:  func(_ *datamap.Declaration, m *datamap.Map) { m.Declaration.Recipients = nil },
	} {
		d := declared(t, "restaurant", "IT")
		m := judged(d, every()...)
		change(&d, m)
		for _, long := range []bool{false, true} {
			if _, err := Make(m, options("it", "IT", long)); !errors.Is(err, want) {
				t.Errorf("%v: %v", want, err)
			}
		}
	}
	m := judged(declared(t, "restaurant", "IT"), every()...)
	m.Declaration.Controller = datamap.Controller{Name: "A"}
	if _, err := Make(m, options("it", "IT", false)); !errors.Is(err, ErrController) {
		t.Errorf("no contact: %v", err)
	}
}

// TestElsewhere: what no scan sees is said too, and needs none.
func TestElsewhere(t *testing.T) {
	d := declared(t, "restaurant", "IT")
	d.Elsewhere = []datamap.Elsewhere{{Category: "contact", Where: "a book"}}
	m := datamap.Judge(d, nil, made, time.Time{})
	n := write(t, m, options("en", "IT", false))
	if got := strings.Join(n.read(), "\n"); !strings.Contains(got, "name and contacts") || strings.Contains(got, "tax code") {
		t.Error(got)
	}
}

// TestSayNoMoreThanHeld tries every set of the categories that a trade names, with every trade: the notice names
// those that are held for a use of customers, the uses of which something is held, and their
// recipients; and nothing else.
func TestSayNoMoreThanHeld(t *testing.T) {
	for _, trade := range datamap.Trades() {
		d := declared(t, trade.ID, "IT")
		all := []string{"login"} // which no use names
		for _, c := range every() {
			if slices.ContainsFunc(d.Uses, func(u datamap.Use) bool { return slices.Contains(u.Categories, c) }) {
				all = append(all, c)
			}
		}
		for set := range 1 << len(all) {
			var held []string
			for i, c := range all {
				if set&(1<<i) != 0 {
					held = append(held, c)
				}
			}
			m := judged(d, held...)
			lang := both[set%3%2]
			n, err := Make(m, options(lang, "IT", set%5%2 == 0))
			active := slices.DeleteFunc(slices.Clone(d.Uses), func(u datamap.Use) bool {
				return u.About != "customers" || u.Special != "" && !slices.Contains(held, "health") || !slices.ContainsFunc(u.Categories, func(c string) bool { return slices.Contains(held, c) })
			})
			if len(active) == 0 {
				if !errors.Is(err, ErrNothing) {
					t.Fatalf("%s %v: %v", trade.ID, held, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ToLower(strings.Join(n.read(), "\n"))
			says := func(what string, name i18n.Text, want bool) {
				if got := strings.Contains(text, strings.ToLower(name.In(lang))); got != want {
					t.Fatalf("%s %v %s: says %s %q: %v\n%s", trade.ID, held, lang, what, name.In(lang), got, text)
				}
			}
			for _, c := range datamap.Categories() {
				says("category", c.Name, slices.Contains(held, c.ID) && slices.ContainsFunc(active, func(u datamap.Use) bool { return slices.Contains(u.Categories, c.ID) }))
			}
			for _, u := range d.Uses {
				says("use", u.Why, slices.ContainsFunc(active, func(a datamap.Use) bool { return a.ID == u.ID }))
			}
			for _, r := range d.Recipients {
				says("recipient", r.Name, slices.ContainsFunc(active, func(a datamap.Use) bool { return slices.Contains(a.Recipients, r.ID) }))
			}
		}
	}
}

// TestElements: every element of Art. 13(1) and (2) GDPR stands in the long notice of every
// trade, in words that are about it.
func TestElements(t *testing.T) {
	elements := map[string]map[string][]string{
		"13(1)(a)": {"en": {"Bottega Esempio", "Via Roma 1", "anna@bottega.example.com", "+39 06 5550 0100"}, "it": {"Bottega Esempio", "Via Roma 1", "anna@bottega.example.com", "+39 06 5550 0100"}},
		"13(1)(b)": {"en": {"None has been named"}, "it": {"scrivi ai recapiti qui sopra"}},
		"13(1)(c)": {"en": {"To ", "6(1)(c)"}, "it": {"Per ", "6(1)(c)"}},
		"13(1)(d)": {"en": {"interest"}, "it": {"interesse"}},
		"13(1)(e)": {"en": {"accountant"}, "it": {"commercialista"}},
		"13(1)(f)": {"en": {"outside the"}, "it": {"fuori da"}},
		"13(2)(a)": {"en": {"years after the end of the year of the invoice"}, "it": {"anni dopo la fine dell'anno della fattura"}},
		"13(2)(b)": {"en": {"Art. 15", "Art. 16", "Art. 17", "Art. 18", "Art. 20", "Art. 21", "copy", "corrected", "erased", "restricted", "format", "object"}, "it": {"art. 15", "art. 16", "art. 17", "art. 18", "art. 20", "art. 21", "copia", "correggere", "cancellare", "limitare", "formato", "Opporti"}},
		"13(2)(c)": {"en": {"take back your consent", "7(3)"}, "it": {"Ritirare il consenso", "7(3)"}},
		"13(2)(d)": {"en": {"complaint"}, "it": {"reclamo"}},
		"13(2)(e)": {"en": {"the law asks for them", "If you say no"}, "it": {"li chiede la legge", "Se dici di no"}},
		"13(2)(f)": {"en": {"machine alone decides", "22"}, "it": {"macchina decide da sola", "22"}},
	}
	each(t, func(t *testing.T, trade, country, lang string) {
		t.Helper()
		n := write(t, judged(declared(t, trade, country), every()...), options(lang, country, true))
		drawn := strings.Join(strings.Fields(paper.Plain(n.Doc(), 100000)), " ")
		for element, want := range elements {
			var said []string
			for _, c := range n.Claims {
				if slices.Contains(c.Elements, element) {
					said = append(said, c.Label+" "+c.Text)
					if !strings.Contains(drawn, strings.Join(strings.Fields(c.Text), " ")) {
						t.Errorf("%s is not drawn: %s", element, c.Text)
					}
				}
			}
			for _, w := range want[lang] {
				if !strings.Contains(strings.Join(said, "\n"), w) {
					t.Errorf("%s: nothing says %q in\n%s", element, w, strings.Join(said, "\n"))
				}
			}
		}
		office := map[string]string{"IT": "www.garanteprivacy.it", "GB": "ico.org.uk"}[country]
		if !strings.Contains(drawn, office) || strings.Contains(drawn, "UK GDPR") != (country == "GB") || n.Gaps() != 0 {
			t.Errorf("the law of %s:\n%s", country, drawn)
		}
		for _, c := range n.Claims {
			for _, e := range c.Elements {
				if elements[e] == nil {
					t.Errorf("%s: there is no element %q", c.ID, e)
				}
			}
		}
	})
}

// TestTraces: every claim stands on something that there is, and each source is known.
func TestTraces(t *testing.T) {
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, trade, country, lang string) {
		t.Helper()
		d := declared(t, trade, country)
		for _, long := range []bool{false, true} {
			for _, c := range write(t, judged(d, every()...), options(lang, country, long)).Claims {
				known := func(id string) bool {
					return slices.ContainsFunc(d.Uses, func(u datamap.Use) bool { return u.ID == id })
				}
				if len(c.Trace.Uses)+len(c.Trace.Categories)+len(c.Trace.Recipients) == 0 && !c.Trace.Controller && c.Trace.Law == "" {
					t.Errorf("%s stands on nothing: %s", c.ID, c.Text)
				}
				if slices.ContainsFunc(c.Trace.Uses, func(id string) bool { return !known(id) }) {
					t.Errorf("%s: uses %v", c.ID, c.Trace.Uses)
				}
				if _, ok := sources.Find(c.Trace.Law); c.Trace.Law != "" && !ok {
					t.Errorf("%s: no source %q", c.ID, c.Trace.Law)
				}
				if strings.ContainsAny(c.Text, "[]{}") || !strings.HasPrefix(c.Text, c.Lead) {
					t.Errorf("%s: %q", c.ID, c.Text)
				}
			}
		}
	})
}

// TestContent: the words are whole, and the authorities have sources.
func TestContent(t *testing.T) {
	b, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range b.words {
		if !text.Whole() {
			t.Errorf("%s is not in both languages", key)
		}
	}
	for _, a := range b.offices {
		if _, ok := b.sources.Find(a.Source); !ok || !a.Short.Whole() || !a.Long.Whole() || a.Site == "" {
			t.Errorf("%+v", a)
		}
	}
	if last := b.offices[len(b.offices)-1]; len(last.Countries) > 0 {
		t.Error("there is no authority for the other countries")
	}
	for _, c := range datamap.Conditions() {
		if conditions[c] == "" || b.words["l_special_"+c].Empty() {
			t.Errorf("the notice has no words for %s", c)
		}
	}
	if got := slices.Sorted(maps.Keys(conditions)); len(got) != len(datamap.Conditions()) {
		t.Errorf("conditions %v", got)
	}
}
