package letter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/paper"
	"custode/playbook/fact"
	"custode/playbook/letter"
)

var (
	rome = time.FixedZone("CET", 3600)
	now  = time.Date(2026, 11, 28, 16, 30, 0, 0, rome)
	both = []string{"en", "it"}
)

func library(t *testing.T) (*fact.Book, *letter.Library) {
	t.Helper()
	b, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, err := letter.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	return b, l
}

// own are a person's own words, in the language of the letter.
var own = map[string]map[string]string{
	"en": {
		"what_happened": "The laptop of the office was stolen from the car", "systems": "The laptop of the office, with the customer list",
		"place": "Car park of the station, Milano", "how_discovered": "The window of the car was broken and the bag was gone",
		"measures_taken": "We changed the passwords of our mail and of the till", "measures_before": "Screen lock; daily copy; no encryption",
		"measures_planned": "All laptops are encrypted by 15 December", "authority_reasons": "The list was readable and holds bank accounts",
		"people_reasons": "Fraud with the bank accounts is possible", "police_reference": "Carabinieri Milano, no. 123/2026",
		"reporter_name": "Anna Rossi, owner",
	},
	"it": {
		"what_happened": "Il portatile dell'ufficio è stato rubato dall'auto", "systems": "Il portatile dell'ufficio, con l'elenco clienti",
		"place": "Parcheggio della stazione, Milano", "how_discovered": "Il vetro dell'auto era rotto e la borsa non c'era più",
		"measures_taken": "Abbiamo cambiato le password della posta e della cassa", "measures_before": "Blocco schermo; copia giornaliera; nessuna cifratura",
		"measures_planned": "Entro il 15 dicembre cifriamo tutti i portatili", "authority_reasons": "L'elenco era leggibile e contiene conti bancari",
		"people_reasons": "Sono possibili truffe con i conti bancari", "police_reference": "Carabinieri Milano, n. 123/2026",
		"reporter_name": "Anna Rossi, titolare",
	},
}

// stolen is a made-up incident: a laptop is stolen.
func stolen(lang string) letter.Input {
	s := fact.Set{}
	n := int64(0)
	set := func(key, text string) {
		n++
		s[key] = fact.Value{Text: text, Origin: fact.Said, Event: n}
	}
	for _, kv := range [][2]string{
		{"occurred_from", "2026-11-27T18:30:00+01:00"},
		{"occurred_to", "2026-11-27T19:00:00+01:00"},
		{"detected_at", "2026-11-27T19:05:00+01:00"},
		{"aware_at", "2026-11-28T09:10:00+01:00"},
		{"cause", "external-malicious"},
		{"confidentiality", "yes"},
		{"integrity", "no"},
		{"availability", "no"},
		{"data_kinds", "contact,tax_id,bank"},
		{"people_groups", "customers"},
		{"people_count", "1240"},
		{"records_count", "unknown"},
		{"sensitive_data", "no"},
		{"identity_data", "yes"},
		{"payment_data", "yes"},
		{"passwords_data", "no"},
		{"vulnerable_people", "unknown"},
		{"data_encrypted", "no"},
		{"key_safe", "n/a"},
		{"backup_works", "yes"},
		{"data_taken", "unknown"},
		{"malicious", "yes"},
		{"gone_on", "no"},
		{"harm_possible", "yes"},
		{"remote_wiped", "no"},
		{"role", "controller"},
		{"processor_involved", "no"},
		{"cross_border", "no"},
		{"authority_decision", "yes"},
		{"people_decision", "yes"},
		{"police_told", "yes"},
	} {
		set(kv[0], kv[1])
	}
	for _, k := range []string{"what_happened", "systems", "place", "how_discovered", "measures_taken", "measures_before", "measures_planned", "authority_reasons", "people_reasons", "police_reference", "reporter_name"} {
		set(k, own[lang][k])
	}
	return letter.Input{
		Facts: s, Lang: lang, Now: now, Zone: rome, RunID: "2026-001", Head: "amber canoe lemon river tulip zebra",
		Deadlines: []letter.Deadline{{Article: "GDPR:34(1)", Due: now}, {Article: "GDPR:33(1)", Due: time.Date(2026, 12, 1, 9, 10, 0, 0, rome)}},
		Reasons:   []letter.Reason{{Text: map[string]string{"en": "Payment data could be read", "it": "I dati di pagamento erano leggibili"}[lang], Source: "EDPB-01-2021:case 11"}},
		Severity:  "ENISA SE = 3 × 0.75 + 0.5 = 2.75",
		Steps:     []letter.Done{{At: now.Add(-5 * time.Hour), Text: map[string]string{"en": "End all sessions of the mail", "it": "Chiudi tutte le sessioni della posta"}[lang]}},
		Evidence:  []letter.Evidence{{Name: "car-window.jpg", Digest: strings.Repeat("0a1b2c3d", 8)}},
		Plan:      map[string]string{"en": "A device is lost or stolen", "it": "Dispositivo perso o rubato"}[lang],
		Shop:      letter.Shop{Name: "Ferramenta Rossi", ID: "IT00000000000", Address: "Via Esempio 1, 20100 Milano", ReporterContact: "+39 02 5550100, anna@example.com", ContactPoint: "Anna Rossi, 02 5550100, privacy@example.com"},
	}
}

func fill(t *testing.T, l *letter.Library, kind string, in letter.Input) letter.Letter {
	t.Helper()
	got, err := l.Fill(kind, in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Each letter, of one made-up incident, stands in testdata as a person would read it.
// CUSTODE_GOLDEN=write writes them anew.
func TestGolden(t *testing.T) {
	_, l := library(t)
	for _, k := range l.Kinds() {
		for _, lang := range both {
			got := paper.Plain(fill(t, l, k.ID, stolen(lang)).Doc(letter.Options{Sources: true, Draft: true}), 80)
			name := filepath.Join("testdata", fmt.Sprintf("%s.%s.txt", k.ID, lang))
			if os.Getenv("CUSTODE_GOLDEN") == "write" {
				if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}
