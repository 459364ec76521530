package plan

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/playbook/fact"
)

var facts, sources = sync.OnceValues(fact.Load), sync.OnceValues(source.Load)

func book(tb testing.TB) *fact.Book {
	tb.Helper()
	b, err := facts()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func read(tb testing.TB, name string) string {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

// known knows the plans given, and entry.
func known(tb testing.TB, plans ...*Plan) Known {
	tb.Helper()
	list, err := sources()
	if err != nil {
		tb.Fatal(err)
	}
	entry, err := Parse(book(tb), []byte(read(tb, "entry.yaml")))
	if err != nil {
		tb.Fatal(err)
	}
	plans = append(plans, entry)
	return Known{Facts: book(tb), Sources: list, Plans: func(id string) (*Plan, bool) {
		i := slices.IndexFunc(plans, func(p *Plan) bool { return p.ID == id })
		if i < 0 {
			return nil, false
		}
		return plans[i], true
	}}
}

// judge reads and checks a plan.
func judge(tb testing.TB, raw string) []Fault {
	tb.Helper()
	p, err := Parse(book(tb), []byte(raw))
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			tb.Fatalf("not an *Error: %v", err)
		}
		return []Fault{e.Fault}
	}
	return Lint(p, known(tb, p))
}

// TestContent shows all faults of the plans that are built in.
func TestContent(t *testing.T) {
	names, err := filepath.Glob("content/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var plans []*Plan
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(book(t), raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		plans = append(plans, p)
	}
	words, err := i18n.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	k := known(t, plans...)
	for _, p := range plans {
		for _, f := range Lint(p, k) {
			t.Errorf("content/%s.yaml:%d: step %s: %s", p.ID, f.Line, f.Step, words.T(f.Key(), f.Detail))
		}
	}
	if _, err := Load(book(t)); err != nil {
		t.Error(err)
	}
}

// Each code has a change of a sound plan that it must find, and one that it must not find.
var lintCases = []struct {
	code, step         string
	old, bad, harmless string // what stands there; what must be found; what must not be
}{
	{"yaml", "where", `say: {en: "Write down where it was."`, `say: {en: "Write down`, `say: {en: "Write: [down]."`},
	{"yaml", "", "schema: playbook/v1", "---\nschema: playbook/v1\n---\nx: 1", "---\nschema: playbook/v1"},
	{"yaml", "begin", "next: where", "next: &a where", "next: \"where\""},
	{"field", "lock", "how: {en: \"In the settings.\"", "wow: 1\n    how: {en: \"In the settings.\"", "do_not: {en: a, it: b}\n    how: {en: \"In the settings.\""},
	{"kind", "search", "max: 3", "max: three", "max: 4"},
	{"schema", "", "playbook/v1", "playbook/v2", "\"playbook/v1\""},
	{"big", "", "# A plan", "#" + strings.Repeat("x", maxBytes), "#" + strings.Repeat("x", maxBytes/2)},
	{"deep", "where", "[place, occurred_from]", strings.Repeat("[", 60) + strings.Repeat("]", 60), "[ place , occurred_from ]"},
	{"text", "reach", "Lock it.", `Lock \e[31m it.`, `Lock \u00ab it.`},
	{"text", "reach", "Lock it.", "Lock \xff it.", "Lock \u00e9 it."},
	{"twice", "lock", "- id: sim", "- id: lock", "- id: sim"},
	{"due", "where", "within: 30m", "within: soon", "within: 30d"},
	{"due", "where", "from: start", "from: place", "from: aware_at"},
	{"due", "later", "for: 48h", "for: -48h", "for: 2d"},
	{"until", "search", "recovered == yes", "recovered = yes", "recovered != no"},
	{"name", "Sim", "- id: sim", "- id: Sim", "- id: sim"},
	{"name", "", "id: shop", "id: My shop", "id: my-shop-2"},
	{"version", "", "1.0.0", "v1", "10.0.1"},
	{"language", "reach", `it: "Bloccalo."`, `it: ""`, `it: "Blocca."`},
	{"language", "where", `, it: "Non inseguire un ladro."`, ``, `, it: "No."`},
	{"language", "", `, it: [portatile, rubato]`, ``, `, it: [portatile]`},
	{"language", "where", `, it: "Chi l'aveva"`, ``, `, it: "Chi"`},
	{"type", "later", "type: wait", "type: weight", "type: wait"},
	{"unsourced", "told", "sources: [FTC-DBR]\n    next: notice", "next: notice", "sources: [GDPR]\n    next: notice"},
	{"lacks", "later", "for: 48h", "", "for: 1h"},
	{"lacks", "sim", `how: {en: "Call the carrier.", it: "Chiama l'operatore."}`, "", `how: {en: "Call.", it: "Chiama."}`},
	{"extra", "done", "type: end", "type: end\n    next: begin", "type: end\n    say: {en: a, it: b}"},
	{"word", "told", "phase: notify", "phase: shout", "phase: learn"},
	{"word", "where", "kind: note", "kind: smell", "kind: photo"},
	{"word", "where", "letters: [police]", "letters: [love]", "letters: [sms]"},
	{"word", "where", "contacts: [police]", "contacts: [mum]", "contacts: [it]"},
	{"max", "search", "max: 3", "max: 21", "max: 20"},
	{"many", "sim", `en: "Block the SIM."`, `en: "Block the SIM. Now."`, `en: "Block the SIM at www.example.com, Art. 3."`},
	{"long", "sim", "Block the SIM.", strings.Repeat("word ", 26), strings.Repeat("word ", 25)},
	{"fact", "look", "asks: [recovered]", "asks: [found]", "asks: [recovered, place]"},
	{"fact", "where", `confidentiality: "yes"`, `confidentiality: "maybe"`, `confidentiality: "no"`},
	{"source", "reach", "sources: [ICO-72H]", "sources: [GOSSIP]", "sources: [\"ICO-72H:step 2\"]"},
	{"points", "where", "points: 10", "points: 101", "points: 100"},
	{"dangling", "lock", "next: search\n  - id: sim", "next: serach\n  - id: sim", "next: search\n  - id: sim"},
	{"dangling", "where", "before: [told, notice/entry]", "before: [told, notice/exit]", "before: [told]"},
	{"asks", "encrypted", "asks: [data_encrypted]", "asks: [place]", "asks: [key_safe]"},
	{"asks", "cause", "asks: [cause]", "asks: [key_safe]", "asks: [ cause ]"},
	{"answer", "encrypted", `, unknown: reach}`, `}`, `, "unknown": reach}`},
	{"answer", "cause", "external-accident: both", "external-fate: both", "external-accident: search"},
	{"cautious", "encrypted", "unknown: reach", "unknown: cause", "unknown: reach"},
	{"cautious", "encrypted", `cautious: "no"`, `cautious: maybe`, `cautious: no`},
	{"start", "later", "type: wait", "type: start", "type: wait"},
	{"start", "begin", "type: start", "type: action", "type: start"},
	{"endless", "", "type: end", "type: wait", "type: end"},
	{"unreachable", "reach", "on: {\"yes\": cause, \"no\": reach, unknown: reach}", "on: {\"yes\": cause, \"no\": cause, unknown: cause}", "on: {\"yes\": reach, \"no\": reach, unknown: reach}"},
	{"loop", "told", "next: notice", "next: where", "next: notice"},
	{"loop", "search", "next: later", "next: search", "next: later"},
	{"region", "lock", "branches: [lock, sim]", "branches: [lock, lock, sim]", "branches: [sim, lock]"},
	{"region", "told", "next: search\n  - id: sim", "next: told\n  - id: sim", "next: search\n  - id: sim"},
	{"region", "sim", "next: search\n  - id: sim", "next: sim\n  - id: sim", "next: search\n  - id: sim"},
	{"region", "both", "branches: [lock, sim]", "branches: [lock, search]", "branches: [lock, sim]"},
	{"circle", "notice", "plan: entry", "plan: shop", "plan: entry"},
	{"call", "notice", "plan: entry", "plan: exit", "plan: entry"},
	{"register", "done", "next: notice", "next: done", "next: notice"},
}

func TestLint(t *testing.T) {
	good := read(t, "shop.yaml")
	if got := judge(t, good); len(got) > 0 {
		t.Fatal(got)
	}
	if got := judge(t, read(t, "entry.yaml")); len(got) != 1 || got[0].Code != "size" {
		t.Fatalf("one step of work is too few, and that is all: %v", got)
	}
	if got := judge(t, strings.Replace(good, "next: encrypted", "next: nowhere", 1)); len(got) != 1 || got[0].Code != "dangling" {
		t.Fatalf("one slip is one fault: %v", got)
	}
	found := map[string]bool{"size": true}
	for _, c := range lintCases {
		if strings.Count(good, c.old) == 0 {
			t.Fatalf("%s: no %q in the plan", c.code, c.old)
		}
		is := func(f Fault) bool { return f.Code == c.code }
		got := judge(t, strings.Replace(good, c.old, c.bad, 1))
		if !slices.ContainsFunc(got, func(f Fault) bool { return is(f) && (f.Step == c.step || c.code == "region") }) {
			t.Errorf("%s is not found at %q: %v", c.code, c.step, got)
		}
		for _, f := range got {
			if f.Step != "" && f.Line == 0 || f.Detail == "" {
				t.Errorf("no line or no detail: %v", f)
			}
		}
		if got := judge(t, strings.Replace(good, c.old, c.harmless, 1)); slices.ContainsFunc(got, is) {
			t.Errorf("%s is found where there is none: %v", c.code, got)
		}
		found[c.code] = true
	}
	words, err := i18n.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range words.Keys() {
		code, ok := strings.CutPrefix(k, "lint.")
		if ok && !found[code] {
			t.Errorf("no case of %s", k)
		}
		if said := words.T(k, "@@"); ok && (strings.Count(said, "@@") != 1 || strings.Contains(said, "EXTRA")) {
			t.Errorf("%s must say one detail", k)
		}
	}
	for code := range found {
		if !words.Has("lint." + code) {
			t.Errorf("no words for %s", code)
		}
	}
}

// Circles of calls are found from each of their plans.
func TestCircleOfCalls(t *testing.T) {
	shop := read(t, "shop.yaml")
	parse := func(id, calls string) *Plan {
		p, err := Parse(book(t), []byte(strings.NewReplacer("id: shop", "id: "+id, "plan: entry", "plan: "+calls).Replace(shop)))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a, b, c := parse("a", "b"), parse("b", "c"), parse("c", "a")
	d := parse("d", "a")
	k := known(t, a, b, c, d)
	circle := func(f Fault) bool { return f.Code == "circle" && f.Step == "notice" }
	for _, p := range []*Plan{a, b, c} {
		if got := Lint(p, k); !slices.ContainsFunc(got, circle) {
			t.Errorf("%s: %v", p.ID, got)
		}
	}
	if got := Lint(d, k); slices.ContainsFunc(got, circle) {
		t.Errorf("d is in no circle: %v", got)
	}
}

func TestErrorSaysWhere(t *testing.T) {
	_, err := Parse(book(t), []byte(strings.Replace(read(t, "shop.yaml"), "max: 3", "max: three", 1)))
	var e *Error
	if !errors.As(err, &e) || e.Line != 82 || e.Column != 10 || e.Step != "search" {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(read(f, "shop.yaml"))
	f.Add(read(f, "entry.yaml"))
	f.Add("schema: playbook/v1\nsteps: [{id: a, type: start, next: a}]\n")
	b, k := book(f), known(f)
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := Parse(b, []byte(raw))
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Code == "" || e.Detail == "" {
				t.Errorf("not a fault: %v", err)
			}
			return
		}
		Lint(p, k)
	})
}

func TestMatch(t *testing.T) {
	lib, err := Load(book(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := lib.Match("xyzzy"); got != nil {
		t.Errorf("offered for nothing: %v", got[0].ID)
	}
	for said, want := range map[string]string{
		"My laptop is gone": "lost-device", "Il portatile è sparito": "lost-device", "mi hanno rubato il telefono": "lost-device", "ho perso la chiavetta": "lost-device",
		"lost usb stick": "lost-device", "Il compuetr dell'ufficio non c'è più": "lost-device", "somebody stole my phone": "lost-device",
		"the folder with the contracts was stolen": "paper-lost", "faldone dei clienti nel cassonetto": "paper-lost", "documents found in the bin": "paper-lost",
		"our customer list is on google": "exposed-online", "cartella condivisa visibile a tutti": "exposed-online", "sito hackerato": "exposed-online", "the website was hacked": "exposed-online",
		"l'ex dipendente ha copiato i clienti": "leaver-copies-list", "employee left with the customer list": "leaver-copies-list",
		"somebody opened a decoy": "unexplained-access", "è stata aperta un'esca": "unexplained-access", "nobody knows who opened these files": "unexplained-access",
		"il commercialista è stato attaccato": "supplier-breached", "our booking provider was breached": "supplier-breached",
		"ransomware": "ransomware", "i file sono tutti bloccati e vogliono un riscatto": "ransomware", "My files do not open and they want bitcoin": "ransomware",
		"ho mandato la mail alla persona sbagliata": "misdirected-message", "I sent an email to the wrong customer": "misdirected-message",
		"I clicked a phishing link and typed my password": "mailbox-taken-over", "qualcuno manda mail strane dal mio account": "mailbox-taken-over",
		"POS manomesso": "card-skimming", "the card terminal looks different": "card-skimming",
		"fattura falsa con IBAN cambiato": "fake-invoice", "we paid a fake invoice": "fake-invoice",
	} {
		if got := lib.Match(said); len(got) == 0 || got[0].ID != want {
			t.Errorf("%s: %v", said, ids(got))
		}
	}
	for _, p := range lib.Match("notify the authority") {
		if p.ID == "breach-notice" {
			t.Error("what other plans call is offered")
		}
	}
	for _, c := range []struct{ a, b string }{
		{"rubato", "rubata"},
		{"perso", "Persi!"},
		{"phones", "phone"},
		{"password", "passwords"},
		{"locked", "lock"},
		{"città", "citta"},
		{"banca", "banche"},
		{"fattura", "FATTURE"},
		{"cartelle", "cartella"},
	} {
		if a, b := wordsOf(c.a), wordsOf(c.b); len(a) != 1 || len(b) != 1 || stemOf(a[0]) != stemOf(b[0]) {
			t.Errorf("%s %v, %s %v", c.a, a, c.b, b)
		}
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{{"laptop", "latpop", true}, {"laptop", "laptp", true}, {"laptop", "lapttop", true}, {"laptop", "lamtop", true}, {"laptop", "desktop", false}, {"cash", "case", false}} {
		if got := alike(c.a, c.b) > 0; got != c.same {
			t.Errorf("%s, %s: %v", c.a, c.b, got)
		}
	}
}

func ids(plans []*Plan) []string {
	var out []string
	for _, p := range plans {
		out = append(out, p.ID)
	}
	return out
}
