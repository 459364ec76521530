package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/paper"
	"custode/internal/pdf"
	"custode/playbook/fact"
	"custode/playbook/letter"
	"custode/playbook/report"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	rome   = time.FixedZone("CET", 3600)
	now    = time.Date(2026, 12, 28, 10, 0, 0, 0, rome)
	begun  = time.Date(2026, 11, 28, 9, 10, 0, 0, rome)
	both   = []string{"en", "it"}
)

// entry is a made-up incident in the register.
func entry(t *testing.T, lang string, facts fact.Set) report.Entry {
	t.Helper()
	b, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, err := letter.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := l.Fill("register", letter.Input{Facts: facts, Lang: lang, Now: now, Zone: rome, RunID: "2026-001", Plan: "Portatile rubato"})
	if err != nil {
		t.Fatal(err)
	}
	return report.Entry{Run: "2026-001", Plan: "Portatile rubato", Begun: begun, Closed: begun.Add(30 * time.Hour), Facts: facts, Record: got}
}

func facts() fact.Set {
	s := fact.Set{}
	for i, kv := range [][2]string{
		{"what_happened", "=cmd|' /C calc'!A0"},
		{"occurred_from", "2026-11-27T18:30:00+01:00"},
		{"aware_at", "2026-11-28T09:10:00+01:00"},
		{"confidentiality", "yes"},
		{"people_count", "1240"},
		{"data_kinds", "contact,bank"},
		{"authority_decision", "no"},
		{"authority_reasons", "Nobody;\n\"can\" read, them"},
		{"people_decision", "unknown"},
	} {
		s[kv[0]] = fact.Value{Text: kv[1], Origin: fact.Said, Event: int64(i + 1)}
	}
	return s
}

func register(t *testing.T, lang string) report.Register {
	t.Helper()
	open := entry(t, lang, nil)
	open.Run, open.Closed = "2026-002", time.Time{}
	none := entry(t, lang, nil)
	none.Run, none.Alarm = "2026-003", &report.Alarm{At: none.Closed, By: "luca", Reason: "It lay under the seat, locked"}
	return report.Register{Lang: lang, Shop: "Ferramenta Rossi", Now: now, Zone: rome, Entries: []report.Entry{entry(t, lang, facts()), open, none}}
}

func after(t *testing.T, lang string) report.After {
	t.Helper()
	e := entry(t, lang, facts())
	return report.After{
		Lang: lang, Shop: "Ferramenta Rossi", Run: "2026-001", Plan: "Portatile rubato", Version: "1.0.0", PlanDigest: strings.Repeat("ab", 32),
		Begun: begun, Closed: begun.Add(30 * time.Hour), Now: now, Zone: rome, Head: "amber canoe lemon river tulip zebra", Record: e.Record,
		Timeline: []report.Event{{Seq: 1, At: begun, By: "anna", What: "begun"}, {Seq: 2, At: begun.Add(time.Minute), By: "luca", What: "device locked from afar"}},
		Decisions: []report.Decision{
			{At: begun.Add(time.Hour), By: "anna", What: "Authority", Choice: "no", Reason: "", Rules: []string{"Payment data (GDPR:33(1))"}, Differs: true},
			{At: begun.Add(time.Hour), By: "anna", What: "People", Choice: "yes", Reason: "Fraud is possible", Rules: []string{"Payment data (GDPR:34(1))"}},
		},
		Deadlines: []report.Deadline{
			{Name: "Authority", Article: "33(1)", Due: begun.Add(72 * time.Hour)},
			{Name: "People", Article: "34(1)", Due: begun.Add(24 * time.Hour), Met: begun.Add(25 * time.Hour)},
			{Name: "Register", Article: "33(5)", Due: now.Add(time.Hour)},
			{Name: "Bank", Article: "-", Due: begun.Add(72 * time.Hour), Met: begun.Add(2 * time.Hour)},
		},
		Evidence: []report.Evidence{{Name: "car.jpg", Digest: strings.Repeat("0a1b2c3d", 8), Size: 1234567, At: begun, By: "luca", Custody: []string{"exported", "handed over"}}},
		Letters:  []report.Letter{{Name: "Register", At: begun, Meters: e.Record.Complete()}},
		Costs:    []report.Cost{{What: "IT firm", Hours: 3.5, Amount: "€ 350"}, {What: "Anna", Hours: 6}},
		Lessons: []report.Lesson{
			{What: "Encrypt all laptops", Who: "luca", Due: begun.AddDate(0, 0, 14)},
			{What: "Review", Due: now.AddDate(0, 1, 0)},
			{What: "Locks", Done: true},
		},
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
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

func TestGolden(t *testing.T) {
	for _, lang := range both {
		a, err := after(t, lang).Doc()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "after."+lang+".txt", paper.Plain(a, 80))
		r, err := register(t, lang).Doc()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "register."+lang+".txt", paper.Plain(r, 80))
		var b bytes.Buffer
		if err := register(t, lang).JSON(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, "register.json", b.String()) // the same in both languages
		if err := pdf.Write(&b, map[string]paper.Doc{"en": a, "it": r}[lang], paper.A4); err != nil {
			t.Error(err)
		}
	}
}

// A spreadsheet gets back what was written, and no cell that it would run.
func TestCSV(t *testing.T) {
	for _, lang := range both {
		r := register(t, lang)
		var b bytes.Buffer
		if err := r.CSV(&b); err != nil {
			t.Fatal(err)
		}
		text, bom := strings.CutPrefix(b.String(), "\ufeff")
		c := csv.NewReader(strings.NewReader(text))
		if lang == "it" {
			c.Comma = ';'
		}
		rows, err := c.ReadAll()
		if err != nil || !bom || len(rows) != 4 {
			t.Fatalf("%v, %v, %d rows", err, bom, len(rows))
		}
		for _, row := range rows {
			if len(row) != 4+len(r.Entries[0].Record.Fields()) {
				t.Errorf("%d cells", len(row))
			}
			for _, cell := range row {
				if cell == "" || strings.ContainsRune("=+-@\t\r", rune(cell[0])) || strings.ContainsAny(cell, "\n\r") {
					t.Errorf("cell %q", cell)
				}
			}
		}
		if why := rows[3][3]; !strings.Contains(why, "It lay under the seat, locked") || rows[3][4] != "–" {
			t.Errorf("a false alarm: %q", rows[3])
		}
		flat := strings.Join(rows[1], "|")
		for _, want := range []string{"'=cmd|", `Nobody; "can" read, them`, map[string]string{"en": "1,240", "it": "1.240"}[lang]} {
			if !strings.Contains(flat, want) {
				t.Errorf("no %q in %q", want, flat)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := (report.Register{Now: now}).JSON(&b); err != nil || !strings.Contains(b.String(), `"incidents": []`) {
		t.Errorf("%v: %s", err, b.String())
	}
	b.Reset()
	if err := register(t, "it").JSON(&b); err != nil {
		t.Fatal(err)
	}
	var f report.File
	if err := json.Unmarshal(b.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if f.Schema != report.Schema || len(f.Incidents) != 3 || f.Incidents[0].Facts["people_count"].Text != "1240" || f.Incidents[1].Closed != nil || len(f.Incidents[1].Complete) != 1 {
		t.Errorf("%+v", f)
	}
	if a := f.Incidents[2]; a.Alarm == nil || a.Alarm.By != "luca" || len(a.Complete) != 0 || f.Incidents[0].Alarm != nil {
		t.Errorf("a false alarm: %+v", a)
	}
}

// All that Art. 33(5) demands is in every entry, or said to be unknown.
func TestArticle335(t *testing.T) {
	for lang, mark := range map[string]string{"en": "[UNKNOWN:", "it": "[NON NOTO:"} {
		e := entry(t, lang, nil)
		d, err := report.Register{Lang: lang, Now: now, Entries: []report.Entry{e}}.Doc()
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(paper.Plain(d, 80)), " ")
		for _, id := range []string{"what_happened", "occurred", "nature", "cause", "data_kinds", "people_count", "consequences", "measures", "measures_planned", "authority_decision", "authority_reasons", "people_decision", "people_reasons"} {
			f, ok := e.Record.Field(id)
			if !ok || !strings.Contains(text, f.Label+": "+mark+" "+f.Value.Ask) {
				t.Errorf("%s: %s is neither there nor said to be unknown", lang, id)
			}
		}
	}
}

// A paper of an exercise says so on every page; a real one never.
func TestDrill(t *testing.T) {
	for lang, mark := range map[string]string{"en": "DRILL", "it": "ESERCITAZIONE"} {
		for _, drill := range []bool{true, false} {
			a := after(t, lang)
			a.Drill, a.Score = drill, &report.Score{Points: 72, Reasons: []string{"late"}}
			r := register(t, lang)
			r.Drill = drill
			ad, err := a.Doc()
			if err != nil {
				t.Fatal(err)
			}
			rd, err := r.Doc()
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range []paper.Doc{ad, rd} {
				if (d.Mark == mark) != drill {
					t.Errorf("%s, %v: mark %q", lang, drill, d.Mark)
				}
			}
			if !strings.Contains(paper.Plain(ad, 80), "72") {
				t.Error("no score")
			}
		}
	}
}

func TestWordsWhole(t *testing.T) {
	if bad := report.Unwhole(); len(bad) > 0 {
		t.Errorf("a language is missing: %v", bad)
	}
	for _, lang := range both {
		d, err := after(t, lang).Doc()
		if err != nil {
			t.Fatal(err)
		}
		e, err := report.Register{Lang: lang, Now: now}.Doc()
		if err != nil {
			t.Fatal(err)
		}
		if text := paper.Plain(d, 80) + paper.Plain(e, 80); strings.Contains(text, "{") || report.Nobody().MatchString(text) {
			t.Errorf("a word or a place is missing:\n%s", text)
		}
	}
}

// A clock that has not begun is not one that has run out, and has no moment that is left empty; nor has the end of what
// is still open.
func TestClockNotBegun(t *testing.T) {
	for lang, says := range map[string][]string{
		"en": {"the clock has not begun", "Due: none yet", "Closed: not yet"},
		"it": {"l'orologio non è partito", "Scadenza: ancora nessuna", "Chiuso: non ancora"},
	} {
		a := after(t, lang)
		a.Closed, a.Deadlines = time.Time{}, []report.Deadline{{Name: "Authority", Article: "33(1)"}}
		doc, err := a.Doc()
		if err != nil {
			t.Fatal(err)
		}
		text := paper.Plain(doc, 80)
		for _, say := range says {
			if !strings.Contains(text, say) {
				t.Errorf("%s: %q is missing:\n%s", lang, say, text)
			}
		}
		if strings.Contains(text, "not met, passed") || strings.Contains(text, "non rispettato, scaduto") {
			t.Errorf("%s: %s", lang, text)
		}
	}
}
