package decide_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"custode/internal/source"
	"custode/playbook/decide"
	"custode/playbook/fact"
)

func load(t *testing.T) (*fact.Book, *decide.Rules) {
	t.Helper()
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := decide.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	return book, r
}

func set(pairs map[string]string) fact.Set {
	s := fact.Set{}
	for k, v := range pairs {
		s[k] = fact.Value{Text: v}
	}
	return s
}

// base are the facts of a breach in which nothing speaks for danger, all of them known.
func base(more ...string) map[string]string {
	m := map[string]string{
		"data_encrypted": "no", "key_safe": "no", "confidentiality": "yes", "integrity": "no", "availability": "no", "backup_works": "yes", "away_long": "no",
		"recovered": "no", "data_seen": "yes", "data_taken": "no", "public": "no", "malicious": "no", "recipient_trusted": "no", "deletion_confirmed": "no",
		"sensitive_data": "no", "identity_data": "no", "payment_data": "no", "passwords_data": "no", "vulnerable_people": "no",
		"harm_possible": "yes", "risk_removed": "no", "people_count": "200", "data_kinds": "contact",
	}
	for i := 0; i < len(more); i += 2 {
		m[more[i]] = more[i+1]
	}
	return m
}

// The eighteen cases of EDPB Guidelines 01/2021 with the outcome of the guidelines as it is
// commonly reported: one must come out as they do. The original could not be read; of case
// 16 the answer about the people is reported differently and is not held to.
func TestCasesOfTheGuidelines(t *testing.T) {
	_, r := load(t)
	for _, c := range []struct {
		name              string
		facts             map[string]string
		authority, people fact.Tri
	}{
		{"1 ransomware, backup, nothing taken", base("malicious", "yes", "confidentiality", "no", "data_seen", "no", "integrity", "yes", "availability", "yes", "harm_possible", "no"), fact.No, fact.No},
		{"2 ransomware, no backup", base("malicious", "yes", "confidentiality", "no", "data_seen", "no", "integrity", "yes", "availability", "yes", "backup_works", "no", "people_count", "60"), fact.Yes, fact.No},
		{"3 ransomware in a hospital", base("malicious", "yes", "confidentiality", "no", "data_seen", "no", "integrity", "yes", "availability", "yes", "away_long", "yes", "sensitive_data", "yes", "vulnerable_people", "yes", "people_count", "5000"), fact.Yes, fact.Yes},
		{"4 ransomware, data taken", base("malicious", "yes", "data_taken", "yes", "integrity", "yes", "availability", "yes", "backup_works", "no", "identity_data", "yes", "payment_data", "yes", "people_count", "3000"), fact.Yes, fact.Yes},
		{"5 job applications taken from a website", base("malicious", "yes", "data_taken", "yes", "identity_data", "yes", "people_count", "213"), fact.Yes, fact.Yes},
		{"6 hashed passwords taken", base("malicious", "yes", "data_taken", "yes", "data_encrypted", "yes", "key_safe", "yes", "passwords_data", "yes", "people_count", "1200"), fact.No, fact.No},
		{"7 credential stuffing at a bank", base("malicious", "yes", "data_taken", "yes", "payment_data", "yes", "identity_data", "yes", "people_count", "2000"), fact.Yes, fact.Yes},
		{"8 an employee takes the customer list", base("malicious", "yes", "data_taken", "yes", "people_count", "500"), fact.Yes, fact.No},
		{"9 sent to a trusted third party by mistake", base("recipient_trusted", "yes", "deletion_confirmed", "yes", "people_count", "24"), fact.No, fact.No},
		{"10 stolen, encrypted, with backup", base("malicious", "yes", "data_encrypted", "yes", "key_safe", "yes", "data_seen", "no", "vulnerable_people", "yes"), fact.No, fact.No},
		{"11 stolen, not encrypted", base("malicious", "yes", "people_count", "100000", "data_kinds", "contact,birth"), fact.Yes, fact.Yes},
		{"12 stolen paper with health data", base("malicious", "yes", "sensitive_data", "yes", "vulnerable_people", "yes", "availability", "yes", "backup_works", "no"), fact.Yes, fact.Yes},
		{"13 two parcels mixed up", base("harm_possible", "no", "people_count", "2", "data_kinds", "contact,purchases"), fact.No, fact.No},
		{"14 national numbers of job seekers mailed to strangers", base("identity_data", "yes", "recipient_trusted", "no", "vulnerable_people", "yes", "people_count", "60000"), fact.Yes, fact.Yes},
		{"15 list of a course, with two diets", base("harm_possible", "no", "deletion_confirmed", "yes", "sensitive_data", "yes", "people_count", "15", "risk_removed", "yes"), fact.No, fact.No},
		{"16 insurance letter to the wrong person", base("people_count", "1", "data_kinds", "contact,birth"), fact.Yes, 9},
		{"17 identity theft at a telephone company", base("malicious", "yes", "data_taken", "yes", "identity_data", "yes", "people_count", "1"), fact.Yes, fact.Yes},
		{"18 mails forwarded to a stranger", base("malicious", "yes", "data_taken", "yes", "payment_data", "yes", "people_count", "99"), fact.Yes, fact.Yes},
	} {
		got := r.Judge(set(c.facts))
		if got.Authority.Answer != c.authority {
			t.Errorf("case %s: authority %v, want %v", c.name, got.Authority.Answer, c.authority)
		}
		if c.people != 9 && got.People.Answer != c.people {
			t.Errorf("case %s: people %v, want %v %+v", c.name, got.People.Answer, c.people, got.People.Missing)
		}
	}
}

// Where the kinds of data and the yes/no facts contradict each other, the dangerous one counts.
func TestContradiction(t *testing.T) {
	_, r := load(t)
	for name, facts := range map[string]map[string]string{
		"cards and identity documents": base("data_kinds", "contact,identity_document,payment_card", "harm_possible", "no", "deletion_confirmed", "yes", "people_count", "50"),
		"health":                       base("data_kinds", "contact,health", "malicious", "yes", "data_taken", "yes"),
		"passwords":                    base("data_kinds", "passwords", "recipient_trusted", "yes", "deletion_confirmed", "yes"),
	} {
		if got := r.Judge(set(facts)); got.Authority.Answer == fact.No || got.People.Answer == fact.No {
			t.Errorf("%s: authority %v, people %v", name, got.Authority.Answer, got.People.Answer)
		}
	}
}

// keysOf are all facts that some rule depends on.
func keysOf(r *decide.Rules) []string {
	keys := map[string]bool{}
	for _, list := range [][]decide.Rule{r.Authority.Not, r.Authority.Must, r.People.Not, r.People.Must} {
		for _, rule := range list {
			for _, k := range rule.Keys() {
				keys[k] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// Whatever the facts are: where one of them, or any number of them, turns to unknown, the
// answer never turns to "no need" from something else.
func TestUnknownIsNeverHarmless(t *testing.T) {
	book, r := load(t)
	keys := keysOf(r)
	rnd := rand.New(rand.NewPCG(3, 4))
	answers := map[fact.Tri]int{}
	for range 3_000 {
		s := fact.Set{}
		for _, k := range keys {
			d, _ := book.Find(k)
			values := []string{"yes", "no", "yes", "no", "unknown", "n/a"}
			if d.Type == fact.SomeOf {
				values = []string{"contact", "contact,health", "bank", "passwords,identity_document", "purchases", "unknown"}
			}
			if d.Type == fact.Number {
				values = []string{"0", "5", "99", "100", "500", "1000", "100000", "unknown"}
			}
			s[k] = fact.Value{Text: values[rnd.IntN(len(values))]}
		}
		before := r.Judge(s)
		answers[before.Authority.Answer]++
		for range 6 {
			less := maps.Clone(s)
			for range 1 + rnd.IntN(3) {
				less[keys[rnd.IntN(len(keys))]] = fact.Value{Text: fact.Unknown}
			}
			after := r.Judge(less)
			if before.Authority.Answer != fact.No && after.Authority.Answer == fact.No {
				t.Fatalf("authority: %v became no by not knowing\n%v\n%v", before.Authority.Answer, s, less)
			}
			if before.People.Answer != fact.No && after.People.Answer == fact.No {
				t.Fatalf("people: %v became no by not knowing\n%v\n%v", before.People.Answer, s, less)
			}
		}
	}
	if answers[fact.Yes] == 0 || answers[fact.No] == 0 || answers[fact.Maybe] == 0 {
		t.Errorf("not all answers came up: %v", answers)
	}
	if got := r.Judge(nil); got.Authority.Answer != fact.Maybe || got.People.Answer != fact.Maybe || !got.Authority.Prepare() || len(got.Authority.Missing) == 0 {
		t.Errorf("of nothing known: %+v", got)
	}
}

// Sensitive data that all came back unread, but after people had been harmed by their
// absence, are no case of "no need": the people must be told, so the authority too.
func TestBackTooLate(t *testing.T) {
	_, r := load(t)
	s := set(base("recovered", "yes", "data_seen", "no", "availability", "yes", "backup_works", "no", "away_long", "yes", "sensitive_data", "yes"))
	if got := r.Judge(s); got.Authority.Answer != fact.Yes || got.People.Answer != fact.Yes {
		t.Errorf("authority %v, people %v", got.Authority.Answer, got.People.Answer)
	}
	s["away_long"] = fact.Value{Text: "no"}
	if got := r.Judge(s); got.Authority.Answer != fact.No {
		t.Errorf("back in time: authority %v", got.Authority.Answer)
	}
}

// Each single decisive fact of each case of the guidelines, unknown: never "no need" where
// one must tell.
func TestMissingNamesWhatWouldChangeIt(t *testing.T) {
	_, r := load(t)
	s := set(base("data_encrypted", "yes", "key_safe", "unknown", "data_seen", "no", "malicious", "yes"))
	got := r.Judge(s)
	if got.Authority.Answer != fact.Maybe || !slices.Contains(got.Authority.Missing, "key_safe") {
		t.Errorf("authority: %v, missing %v", got.Authority.Answer, got.Authority.Missing)
	}
	s["key_safe"] = fact.Value{Text: "yes"}
	if got := r.Judge(s); got.Authority.Answer != fact.No || len(got.Authority.Reasons) == 0 {
		t.Errorf("with the key safe: %+v", got.Authority)
	}
	s["key_safe"] = fact.Value{Text: "no"}
	if got := r.Judge(s); got.Authority.Answer != fact.Yes {
		t.Errorf("with the key lost: %+v", got.Authority)
	}
}

func TestSourcesAreKnown(t *testing.T) {
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	_, r := load(t)
	for _, list := range [][]decide.Rule{r.Authority.Not, r.Authority.Must, r.People.Not, r.People.Must} {
		for _, rule := range list {
			if _, ok := sources.Find(rule.Source); !ok {
				t.Errorf("%s: source %s", rule.ID, rule.Source)
			}
		}
	}
}

// The arithmetic of ENISA's method, SE = DPC x EI + CB, and its bands at their edges.
func TestArithmetic(t *testing.T) {
	for _, c := range []struct {
		dpc, ei, cb, want float64
		band              decide.Band
	}{
		{1, 0.25, 0, 0.25, decide.Low},
		{1, 0.5, 0, 0.5, decide.Low},
		{1, 1, 0.5, 1.5, decide.Low},
		{1, 1, 0.75, 1.75, decide.Low},
		{2, 0.75, 0.25, 1.75, decide.Low},
		{2, 0.5, 1, 2, decide.Medium},
		{1, 1, 1, 2, decide.Medium},
		{2, 1, 0.5, 2.5, decide.Medium},
		{3, 0.75, 0.5, 2.75, decide.Medium},
		{4, 0.5, 0.75, 2.75, decide.Medium},
		{2, 1, 1, 3, decide.High},
		{3, 1, 0, 3, decide.High},
		{3, 1, 0.5, 3.5, decide.High},
		{4, 0.75, 0.75, 3.75, decide.High},
		{4, 0.5, 1.5, 3.5, decide.High},
		{4, 1, 0, 4, decide.VeryHigh},
		{3, 1, 1, 4, decide.VeryHigh},
		{4, 1, 2, 6, decide.VeryHigh},
		{4, 0.25, 0, 1, decide.Low},
		{3, 0.25, 0.5, 1.25, decide.Low},
		{5, 1, 0, 4, decide.VeryHigh},
		{0, 0, 0, 0.25, decide.Low}, // out of range: clamped
	} {
		got := decide.Compute(c.dpc, c.ei, c.cb)
		if math.Abs(got-c.want) > 1e-9 || decide.BandOf(got) != c.band {
			t.Errorf("%v x %v + %v = %v %s, want %v %s", c.dpc, c.ei, c.cb, got, decide.BandOf(got), c.want, c.band)
		}
	}
	for se, want := range map[float64]decide.Band{0: decide.Low, 1.99: decide.Low, 2: decide.Medium, 2.99: decide.Medium, 3: decide.High, 3.99: decide.High, 4: decide.VeryHigh} {
		if got := decide.BandOf(se); got != want {
			t.Errorf("%v is %s, want %s", se, got, want)
		}
	}
}

func TestSeverity(t *testing.T) {
	_, r := load(t)
	for _, c := range []struct {
		name        string
		facts       map[string]string
		dpc, ei, cb float64
		assumed     int
	}{
		{"a harmless slip to a known recipient", base("recipient_trusted", "yes"), 1, 0.75, 0.25, 0},
		{"behaviour", base("data_kinds", "contact,purchases", "recipient_trusted", "yes"), 2, 0.75, 0.25, 0},
		{"card numbers alone, taken on purpose", base("data_kinds", "payment_card", "malicious", "yes"), 3, 0.5, 1, 0},
		{"health data of named patients, stolen and gone", base("data_kinds", "contact,birth,health", "malicious", "yes", "availability", "yes", "backup_works", "no"), 4, 1, 1.5, 0},
		{"made unreadable, restored", base("confidentiality", "no", "integrity", "yes", "availability", "yes", "malicious", "yes"), 1, 0.75, 1, 0},
		{"children", base("vulnerable_people", "yes"), 2, 0.75, 0.5, 0},
		{"children and health: no more than four", base("data_kinds", "contact,health", "vulnerable_people", "yes"), 4, 0.75, 0.5, 0},
		{"said to be sensitive, whatever the kinds", base("sensitive_data", "yes"), 4, 0.75, 0.5, 0},
		{"only purchases", base("data_kinds", "purchases"), 2, 0.25, 0.5, 0},
		{"nothing known", nil, 4, 1, 2, 6},
		{"whether it is sensitive is not known", base("sensitive_data", "unknown"), 4, 0.75, 0.5, 1},
		{"whether there are cards is not known", base("payment_data", "unknown"), 3, 0.75, 0.5, 1},
	} {
		v := r.Severity(set(c.facts))
		assumed := 0
		sum := 0.0
		for _, term := range v.Terms {
			if term.Assumed {
				assumed++
			}
			switch term.Key {
			case "dpc", "vulnerable", "ei":
			default:
				sum += term.Value
			}
		}
		if v.DPC != c.dpc || v.EI != c.ei || v.CB != c.cb || sum != v.CB || assumed != c.assumed || v.SE != v.DPC*v.EI+v.CB {
			t.Errorf("%s: %s", c.name, fmt.Sprintf("%+v, %d assumed", v, assumed))
		}
	}
}
