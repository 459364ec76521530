package answer

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/readable"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/request"
)

var update = flag.Bool("update", false, "write the golden letters anew")

// shop is the map of a made-up hairdresser's.
func shop(country string) *datamap.Map {
	law, months := "IT-CC:2220", 120
	if country == "GB" {
		law, months = "HMRC-CH15300", 72
	}
	return &datamap.Map{Declaration: datamap.Declaration{
		Controller: datamap.Controller{Name: "Bottega Esempio", Address: "Via Roma 1, 00100 Roma", Mail: "info@example.com", Phone: "06 555 0100"},
		Recipients: []datamap.Recipient{
			{ID: "accountant", Name: i18n.Text{EN: "our accountant", IT: "il nostro commercialista"}},
			{ID: "newsletter", Name: i18n.Text{EN: "the firm that sends our e-mails", IT: "chi spedisce le nostre e-mail"}, Outside: true},
		},
		Uses: []datamap.Use{
			{ID: "appointments", Name: i18n.Text{EN: "Appointments", IT: "Appuntamenti"}, About: "customers", Basis: datamap.Contract, Categories: []string{"contact", "birth"}, Folders: []string{"Clienti"}, Keep: datamap.Keep{Months: 24, From: datamap.LastContact}},
			{ID: "invoices", Name: i18n.Text{EN: "Invoices", IT: "Fatture"}, About: "customers", Basis: datamap.Obligation, Law: law, Categories: []string{"contact", "tax"}, Keep: datamap.Keep{Months: months, From: datamap.Invoice}, Recipients: []string{"accountant"}},
			{ID: "news", Name: i18n.Text{EN: "News and offers", IT: "Novità e offerte"}, About: "customers", Basis: datamap.Consent, Categories: []string{"contact"}, Folders: []string{"Marketing"}, Keep: datamap.Keep{Months: 24, From: datamap.Withdrawal}, Recipients: []string{"newsletter"}},
			{ID: "suppliers", Name: i18n.Text{EN: "Suppliers", IT: "Fornitori"}, About: "suppliers", Basis: datamap.Contract, Categories: []string{"contact"}, Keep: datamap.Keep{Months: 12, From: datamap.LastContact}},
		},
	}}
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// ask is a request about which all is known, as the letter of a kind wants it.
func ask(lang, country string, right request.Right) Input {
	return Input{
		Lang: lang, Country: country, Shop: "Bottega", Map: shop(country), Number: 7, Right: right, Received: day("2026-11-28"), Due: day("2026-12-28"), Made: day("2026-12-03"),
		Who: request.Who{Name: "Ada Neri", Contact: "ada.neri@example.com"}, Cause: request.Complex,
	}
}

// every gives each letter there is: its name and what it is made from.
func every(lang, country string) map[string]struct {
	kind Kind
	in   Input
} {
	out := map[string]struct {
		kind Kind
		in   Input
	}{}
	add := func(name string, kind Kind, in Input) {
		out[name] = struct {
			kind Kind
			in   Input
		}{kind, in}
	}
	for _, r := range request.Rights() {
		add("receipt-"+string(r), Acknowledgement, ask(lang, country, r))
		full := ask(lang, country, r)
		full.Because = map[string]string{"en": "the phone number ended in 01 and now ends in 02", "it": "il telefono finiva con 01 e ora finisce con 02"}[lang]
		if full.Confirmed = true; r == request.Access {
			full.Because = map[string]string{"en": "a contract with standard clauses", "it": "un contratto con clausole standard"}[lang]
		}
		add("answer-"+string(r), Answer, full)
		for _, g := range Grounds(r) {
			no := ask(lang, country, r)
			no.Grounds, no.Because = []Ground{g}, map[string]string{"en": "this is what it means", "it": "ecco che cosa significa"}[lang]
			add("refusal-"+string(r)+"-"+string(g), Refusal, no)
		}
	}
	searched := ask(lang, country, request.Access)
	searched.Searched, searched.Found = true, []Place{{"Clienti", []string{"contact", "birth"}}, {"Marketing", []string{"contact"}}, {"", nil}}
	add("answer-access-searched", Answer, searched)
	nothing := ask(lang, country, request.Access)
	nothing.Searched, nothing.Nothing = true, true
	add("answer-access-nothing", Answer, nothing)
	add("answer-erasure-open", Answer, ask(lang, country, request.Erasure))
	for _, d := range append(Doubts(), "") {
		id := ask(lang, country, request.Access)
		id.Doubt = d
		add("identity-"+string(d), Identity, id)
	}
	for _, c := range request.Causes() {
		longer := ask(lang, country, request.Access)
		longer.Cause, longer.Due = c, day("2027-03-01")
		add("extension-"+string(c), Extension, longer)
	}
	return out
}

func write(t *testing.T, kind Kind, in Input) (Letter, string) {
	t.Helper()
	l, err := Make(kind, in)
	if err != nil {
		t.Fatal(kind, in.Right, err)
	}
	return l, paper.Plain(l.Doc, 80)
}

// flat is a letter without its line breaks.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

var again = regexp.MustCompile(`^receipt-(re|er|po|objection$)|^refusal-[^a].*-(unfounded|excessive|identity)$`)

// Each letter in each language, for a shop in Italy and in the UK, as it is read. What is the
// same for several rights stands in it once.
func TestGolden(t *testing.T) {
	for _, country := range []string{"IT", "GB"} {
		for _, lang := range i18n.Languages() {
			var b strings.Builder
			letters := every(lang, country)
			names := make([]string, 0, len(letters))
			for name := range letters {
				if !again.MatchString(name) {
					names = append(names, name)
				}
			}
			slices.Sort(names)
			for _, name := range names {
				_, text := write(t, letters[name].kind, letters[name].in)
				b.WriteString("######## " + name + "\n\n" + text + "\n")
			}
			file := filepath.Join("testdata", country+"-"+lang+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("%s is not what the letters are now (-update, then read them)", file)
			}
		}
	}
}

// What Art. 15(1) to (3) and 12(4) ask for is in the letters, in both languages.
func TestWhole(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for _, country := range []string{"IT", "GB"} {
			l, text := write(t, Answer, ask(lang, country, request.Access))
			for element, want := range map[string][2]string{
				"15(1)(a)": {"Appointments", "Appuntamenti"}, "15(1)(b)": {"name and contacts", "nome e recapiti"}, "15(1)(c)": {"our accountant", "commercialista"},
				"15(1)(d)": {"2 years after", "2 anni dopo"}, "15(1)(e)": {"correct data", "correggere i dati"}, "15(1)(f)": {"complain to", "fare reclamo"},
				"15(1)(g)": {"From you yourself", "Da lei"}, "15(1)(h)": {"No computer decides", "Nessun computer decide"}, "15(2)": {"European Economic Area", "Spazio economico europeo"}, "15(3)": {"A copy of your data", "una copia dei suoi dati"},
			} {
				say := want[0]
				if lang == "it" {
					say = want[1]
				}
				if !slices.Contains(l.Elements, element) || !strings.Contains(flat(text), say) {
					t.Errorf("%s %s: %s, %q is missing", country, lang, element, say)
				}
			}
			for name, one := range every(lang, country) {
				l, text := write(t, one.kind, one.in)
				text = flat(text)
				if one.kind != Refusal && one.kind != Extension && one.kind != Answer {
					continue
				}
				for element, want := range map[string][2]string{"12(4) complaint": {"complain to", "fare reclamo"}, "12(4) court": {"go to court", "rivolgersi al giudice"}} {
					say := want[map[string]int{"en": 0, "it": 1}[lang]]
					if !slices.Contains(l.Elements, element) || !strings.Contains(text, say) {
						t.Errorf("%s %s %s: %s is missing", country, lang, name, element)
					}
				}
				if who := map[string]string{"IT": "Garante", "GB": "ICO"}[country]; !strings.Contains(text, who) {
					t.Errorf("%s %s %s: no %s", country, lang, name, who)
				}
			}
		}
	}
}

// A letter names the law of the shop's country and no other; none where none is known.
func TestLaws(t *testing.T) {
	for country, c := range map[string]struct {
		has string
		not []string
	}{
		"IT": {"GDPR)", []string{"UK GDPR", "ICO"}}, "GB": {"UK GDPR)", []string{" 15 GDPR", "Garante", "9 GDPR"}}, "DE": {"GDPR)", []string{"UK GDPR", "ICO", "Garante"}},
		"US": {"", []string{"GDPR", "ICO", "Garante", "Art. 1", "art. 1"}},
	} {
		for _, lang := range i18n.Languages() {
			for name, one := range every(lang, country) {
				if country == "US" {
					for i := range one.in.Map.Declaration.Uses { // the owner's own words
						one.in.Map.Declaration.Uses[i].Law = ""
					}
				}
				_, text := write(t, one.kind, one.in)
				if one.kind == Answer && !strings.Contains(text, c.has) {
					t.Errorf("%s %s %s: no %q", country, lang, name, c.has)
				}
				for _, bad := range c.not {
					if strings.Contains(text, bad) {
						t.Errorf("%s %s %s: %q", country, lang, name, bad)
					}
				}
			}
		}
	}
}

// What is not known is shown as a gap, and told of; what is known leaves none.
func TestGaps(t *testing.T) {
	left := regexp.MustCompile(`\{[a-z_]+[:}]|\[[a-z_0-9-]+\]`)
	for _, lang := range i18n.Languages() {
		for name, one := range every(lang, "IT") {
			_, text := write(t, one.kind, one.in)
			if bad := left.FindString(text); bad != "" {
				t.Errorf("%s %s: %s", lang, name, bad)
			}
			bare := one.in
			bare.Map, bare.Shop, bare.Who, bare.Because, bare.Confirmed = nil, "", request.Who{}, "", false
			l, text := write(t, one.kind, bare)
			for _, want := range [2][]string{{"name of the shop", "name of the person", "e-mail or phone"}, {"nome dell'attività", "nome della persona", "e-mail o telefono"}}[map[string]int{"en": 0, "it": 1}[lang]] {
				if !strings.Contains(flat(text), want) || !slices.ContainsFunc(l.Gaps, func(g string) bool { return strings.Contains(g, want) }) {
					t.Errorf("%s %s: no gap for %q: %q", lang, name, want, l.Gaps)
				}
			}
		}
		full := ask(lang, "IT", request.Rectification)
		full.Because, full.Confirmed = "x", true
		if l, text := write(t, Answer, full); len(l.Gaps) > 0 || strings.Contains(text, "[") {
			t.Errorf("%s: gaps %q", lang, l.Gaps)
		}
		full.Confirmed = false // only the owner knows whether somebody was told
		if l, _ := write(t, Answer, full); len(l.Gaps) != 1 || !l.Checks {
			t.Errorf("%s: gaps %q, checks %v", lang, l.Gaps, l.Checks)
		}
		if l, _ := write(t, Acknowledgement, full); l.Checks {
			t.Errorf("%s: a receipt has something to check", lang)
		}
	}
}

// After a search only what was found is told of; folders are named, never files.
func TestSearched(t *testing.T) {
	in := ask("en", "IT", request.Access)
	in.Searched, in.Found = true, []Place{{"Marketing", []string{"contact"}}}
	if _, text := write(t, Answer, in); !strings.Contains(flat(text), "strike out what is not about this person") {
		t.Error("the kinds of a file pass for those of the person")
	}
	in.Confirmed = true
	_, text := write(t, Answer, in)
	if !strings.Contains(text, "Marketing: name and contacts") || !strings.Contains(text, "News and offers") || !strings.Contains(text, "Invoices") {
		t.Error(text)
	}
	for _, bad := range []string{"Appointments", "Suppliers", "strike out"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q in\n%s", bad, text)
		}
	}
	in.Nothing, in.Found = true, nil
	if _, text = write(t, Answer, in); !strings.Contains(text, "found nothing about you") || strings.Contains(text, "Invoices") {
		t.Error(text)
	}
}

// Nobody is told that all was erased while it is not known what a law wants to be kept.
func TestErasureWithoutMap(t *testing.T) {
	in := ask("en", "IT", request.Erasure)
	in.Map, in.Confirmed = nil, true
	if l, text := write(t, Answer, in); !strings.Contains(text, "[FILL IN: what a law makes you keep") || !slices.Contains(l.Gaps, "what a law makes you keep, such as invoices, and for how long") {
		t.Errorf("%q\n%s", l.Gaps, text)
	}
}

// A use of data about health is told of only where such data were found.
func TestHealthOnlyWhereFound(t *testing.T) {
	in := ask("en", "IT", request.Access)
	in.Map.Declaration.Uses = append(in.Map.Declaration.Uses, datamap.Use{
		ID: "allergies", Name: i18n.Text{EN: "Allergies", IT: "Allergie"}, About: "customers", Basis: datamap.Consent, Categories: []string{"health", "contact"}, Special: "explicit-consent",
	})
	in.Searched = true
	for _, c := range []struct {
		kinds []string
		want  bool
	}{{[]string{"contact"}, false}, {[]string{"contact", "health"}, true}, {nil, true}} {
		in.Found = []Place{{"Clienti", c.kinds}}
		if _, text := write(t, Answer, in); strings.Contains(text, "Allergies") != c.want {
			t.Errorf("%q: %v", c.kinds, !c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	in := ask("en", "IT", request.Access)
	if _, err := Make(Refusal, in); !errors.Is(err, ErrNoGround) {
		t.Error(err)
	}
	in.Grounds = []Ground{LegalDuty} // a duty to keep is none to hide
	if _, err := Make(Refusal, in); !errors.Is(err, ErrGround) {
		t.Error(err)
	}
	in.Right, in.Grounds = request.ObjectionMarketing, []Ground{Unfounded}
	if _, err := Make(Refusal, in); !errors.Is(err, ErrAbsolute) {
		t.Error(err)
	}
	if _, err := Make("sonnet", in); !errors.Is(err, ErrKind) {
		t.Error(err)
	}
}

// The letters can be read by who has not studied law.
func TestReadable(t *testing.T) {
	w, err := newWriter(Input{Lang: "en", Country: "US"})
	if err != nil {
		t.Fatal(err)
	}
	var en, it readable.Counts
	for key, text := range w.words {
		if !text.Whole() {
			t.Errorf("%s lacks a language", key)
		}
		clean := func(s string) string { return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(s, "") }
		if len(strings.Fields(text.EN)) > 4 {
			en, it = en.Add(readable.Count(clean(text.EN))), it.Add(readable.Count(clean(text.IT)))
		}
	}
	t.Logf("the letters: Flesch %.0f, Gulpease %.0f", en.Flesch(), it.Gulpease())
	if en.Flesch() < 65 || it.Gulpease() < 60 {
		t.Errorf("too hard to read: Flesch %.0f, Gulpease %.0f", en.Flesch(), it.Gulpease())
	}
}
