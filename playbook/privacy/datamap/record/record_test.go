package record

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"custode/internal/paper"
	"custode/playbook/privacy/datamap"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func made(t *testing.T, trade, lang string) Record {
	t.Helper()
	d, err := datamap.Preset(trade, "IT")
	if err != nil {
		t.Fatal(err)
	}
	d.Controller = datamap.Controller{Name: "=cmd|' /C calc'!A0", Mail: "shop@example.com"}
	d.Uses[0].Name.EN, d.Uses[0].Name.IT = "+Visits", "-Visite"
	d.Recipients[0].Outside, d.Recipients[0].Safeguard = true, "clauses"
	d.Controller.Officer = "dpo@example.com"
	d.Elsewhere = []datamap.Elsewhere{{Category: "health", Where: "a drawer"}}
	found := []datamap.Found{
		{Path: "/d/A/a.csv", Root: "/d", Kind: "email", Count: 3, Newest: "2026-11"},
		{Path: "/d/A/b.csv.age", Root: "/d", Kind: "email", Count: 3, Newest: "2026-11", Sealed: true},
		{Path: "/d/A/a.csv", Root: "/d", Kind: "password", Count: 3, Newest: "2026-11"},
	}
	return Record{Map: datamap.Judge(d, found, now, now), Shop: "Shop", Lang: lang, Made: now}
}

// Every row says all that Art. 30(1) asks for, in the language, and no cell is a formula.
func TestCSV(t *testing.T) {
	for _, trade := range datamap.Trades() {
		for _, lang := range []string{"en", "it"} {
			r := made(t, trade.ID, lang)
			var b bytes.Buffer
			if err := CSV(&b, r); err != nil {
				t.Fatal(err)
			}
			c := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
			if lang == "it" {
				c.Comma = ';'
			}
			rows, err := c.ReadAll()
			if err != nil || len(rows) != len(r.Map.Declaration.Uses)+1 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell == "" || strings.Contains(cell, "[") || strings.Contains(cell, "{") || strings.ContainsAny(cell[:1], "=+-@") {
						t.Errorf("%s %s: cell %q", trade.ID, lang, cell)
					}
				}
			}
			if !strings.Contains(rows[1][7], "1") || !strings.Contains(rows[1][7], "2") {
				t.Errorf("security: %q", rows[1][7])
			}
		}
	}
}

// The document has the gaps of the controller, one form a use, and does not hide what is
// held without one.
func TestDoc(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"RECORD OF PROCESSING", "[FILL IN]", "GDPR Art. 6(1)(c)", "Italian Civil Code Art. 2220", "Held, and nothing says why", "passwords and keys in A: 1 file", "files encrypted: 1 of 2", "a drawer", "dpo@example.com", "(standard clauses)", "10 years after the year of the invoice"},
		"it": {"REGISTRO DEI TRATTAMENTI", "[DA COMPLETARE]", "GDPR art. 6(1)(c)", "Codice civile art. 2220", "niente dice perché", "password e chiavi in A: 1 file", "file cifrati: 1 su 2", "10 anni dopo l'anno della fattura"},
	} {
		doc, err := Doc(made(t, "hairdresser", lang))
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`\s+`).ReplaceAllString(paper.Plain(doc, 80), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%s", lang, w, text)
			}
		}
		if m := regexp.MustCompile(`\[[a-z_-]+\]`).FindString(text); m != "" {
			t.Errorf("no words for %s", m)
		}
	}
	r := made(t, "hairdresser", "en")
	r.Map.Findings = nil
	doc, err := Doc(r)
	if err != nil || strings.Contains(paper.Plain(doc, 80), "nothing says why") {
		t.Errorf("what is not held is listed; %v", err)
	}
}

// The JSON is as its schema says.
func TestForPrograms(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../../../docs/schema/privacy-record.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, trade := range datamap.Trades() {
		doc, err := ForPrograms(made(t, trade.ID, "en"))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", trade.ID, err)
		}
		outside := slices.ContainsFunc(doc.Processing, func(u JSONUse) bool {
			return slices.ContainsFunc(u.Recipients, func(r JSONRecipient) bool { return r.Outside })
		})
		if len(doc.Unexplained) != 1 || doc.Unexplained[0].Category != "login" || !outside {
			t.Errorf("%s: %+v", trade.ID, doc)
		}
	}
}

func TestKeep(t *testing.T) {
	for _, c := range []struct {
		k      datamap.Keep
		en, it string
	}{
		{datamap.Keep{Months: 24, From: datamap.LastContact}, "2 years after the last contact", "2 anni dopo l'ultimo contatto"},
		{datamap.Keep{Months: 12, From: datamap.LastContact}, "12 months after the last contact", "12 mesi dopo l'ultimo contatto"},
		{datamap.Keep{Months: 30, From: datamap.Invoice}, "30 months after the year of the invoice", "30 mesi dopo l'anno della fattura"},
		{datamap.Keep{Months: 1, From: datamap.LastContact}, "1 month after the last contact", "1 mese dopo l'ultimo contatto"},
		{datamap.Keep{From: datamap.Withdrawal}, "when consent is withdrawn", "quando il consenso è revocato"},
	} {
		en, err := Keep(c.k, "en")
		it, wrong := Keep(c.k, "it")
		if en != c.en || it != c.it || err != nil || wrong != nil {
			t.Errorf("%v: %q %q", c.k, en, it)
		}
	}
}
