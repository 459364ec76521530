package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// conform holds a JSON document to its schema in docs/schema.
func conform(t *testing.T, doc string) {
	t.Helper()
	var head struct{ Schema string }
	if err := json.Unmarshal([]byte(doc), &head); err != nil {
		t.Fatalf("no JSON: %v\n%.300s", err, doc)
	}
	name, version, ok := strings.Cut(strings.TrimPrefix(head.Schema, "custode."), "/")
	if !ok || version != "1" {
		t.Fatalf("schema %q", head.Schema)
	}
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("../../docs/schema", name+".schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("custode.%s: %v", name, err)
	}
}

// TestDocumentsConform holds every --json document to its schema.
func TestDocumentsConform(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	pass := filepath.Join(t.TempDir(), "pass")
	putText(t, pass, "one two three four\n")
	came := filepath.Join(t.TempDir(), "clienti.csv") // from a backup
	list, err := os.ReadFile(filepath.Join(shop, "Clienti", "clienti.csv"))
	if err != nil {
		t.Fatal(err)
	}
	putText(t, came, string(list))
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"version", "--json"}, 0},
		{[]string{"init", "--yes", "--json"}, 1},
		{[]string{"scan", "--json"}, 1},
		{[]string{"scan", "--all", "--json"}, 1},
		{[]string{"scan", "--json", filepath.Join(shop, "Clienti", "clienti.csv")}, 0},
		{[]string{"scan", "--json", "--explain", filepath.Join(shop, "Clienti", "clienti.csv")}, 0},
		{[]string{"scan", "--json", "--explain", filepath.Join(shop, "Scansioni", "scansione-002.pdf")}, 1},
		{[]string{"--lang", "it", "scan", "-", "--json"}, 0},
		{[]string{"check", "--json"}, 2},
		{[]string{"check", "--json", "--lang", "it"}, 2},
		{[]string{"check", "--json", "--if-older", "20h"}, 2},
		{[]string{"check", "snooze", "data.plaintext", "--until", "friday", "--because", "x", "--json"}, 0},
		{[]string{"check", "snooze", "data.plaintext", "--end", "--json"}, 0},
		{[]string{"check", "answer", "--json"}, 0},
		{[]string{"journal", "verify", "--json"}, 0},
		{[]string{"journal", "show", "--file", filepath.Join(shop, "Clienti", "clienti.csv"), "--json"}, 0},
		{[]string{"verify", "--json"}, 0},
		{[]string{"backup", "--try", came, "--json"}, 0},
		{[]string{"watch", "decoys", "--json"}, 0},
		{[]string{"watch", "decoys", "place", "--json", "--dry-run"}, 0},
		{[]string{"watch", "decoys", "place", "--json", filepath.Join(shop, "Marketing")}, 0},
		{[]string{"watch", "decoys", "list", "--json"}, 0},
		{[]string{"scan", "--json", filepath.Join(shop, "Marketing")}, 0},
		{[]string{"watch", "decoys", "remove", "--json"}, 0},
		{[]string{"decrypt", "--json", "--dry-run", shop}, 0},
		{[]string{"playbook", "list", "--json"}, 0},
		{[]string{"playbook", "show", "lost-device", "--json"}, 0},
		{[]string{"playbook", "start", "lost-device", "--from-scan", filepath.Join(shop, "Clienti"), "--json"}, 0},
		{[]string{"playbook", "next", "--json"}, 0},
		{[]string{"playbook", "done", "seen", "--unknown", "--json"}, 0},
		{[]string{"playbook", "assign", "wipe", "Anna", "--json"}, 0},
		{[]string{"playbook", "note", "x", "--json"}, 0},
		{[]string{"playbook", "facts", "aware_at=now", "--json"}, 0},
		{[]string{"playbook", "status", "--json"}, 0},
		{[]string{"playbook", "assess", "--json"}, 0},
		{[]string{"playbook", "letter", "--json"}, 0},
		{[]string{"playbook", "report", "--json"}, 0},
		{[]string{"playbook", "register", "--json"}, 0},
		{[]string{"playbook", "contacts", "--json"}, 0},
		{[]string{"playbook", "contacts", "set", "bank", "--name", "Banca Esempio", "--json"}, 0},
		{[]string{"playbook", "evidence", "list", "--json"}, 0},
		{[]string{"playbook", "letter", "authority", "--json"}, 0},
		{[]string{"playbook", "letter", "people", "--json", "--out", filepath.Join(t.TempDir(), "l.pdf")}, 0},
		{[]string{"playbook", "lint", "--json", filepath.Join("..", "..", "playbook", "plan", "content", "lost-device.yaml")}, 0},
		{[]string{"encrypt", "--archive", "--json", "--dry-run", filepath.Join(shop, "Clienti")}, 0},
		{[]string{"decrypt", "--json", "--dry-run", "--unpack", filepath.Join(shop, "Clienti", "clienti.csv")}, 1},
		{[]string{"quiz", "list", "--json"}, 0},
		{[]string{"quiz", "list", "--topic", "phishing", "--json", "--lang", "it"}, 0},
		{[]string{"staff", "add", "Anna", "--json"}, 0},
		{[]string{"staff", "list", "--json"}, 0},
		{[]string{"quiz", "due", "--json"}, 0},
		{[]string{"quiz", "results", "--json"}, 0},
		{[]string{"quiz", "import", "--json", filepath.Join("testdata", "rules.gift")}, 0},
		{[]string{"quiz", "lint", "--json", filepath.Join("testdata", "rules.gift")}, 1},
		{[]string{"privacy", "requests", "list", "--json"}, 0},
		{[]string{"privacy", "map", "--json"}, 0},
		{[]string{"privacy", "map", "--trade", "professional", "--yes", "--json"}, 0},
		{[]string{"staff", "reset", "Anna", "--yes", "--json"}, 0},
		{[]string{"privacy", "purge", "--older-than", "24m", "--dry-run", "--json"}, 0},
		{[]string{"privacy", "coarsen", filepath.Join(shop, "Clienti", "clienti.csv"), "--column", "Data di nascita", "--to", "year", "--dry-run", "--json"}, 0},
		{[]string{"privacy", "undo", "--json"}, 0},
		{nil, 0}, // from here on there are keys
		{[]string{"privacy", "choices", "record", "anna@example.com", "stop", "--by", "Maria", "--json"}, 0},
		{[]string{"privacy", "choices", "status", "--json"}, 0},
		{[]string{"privacy", "choices", "form", "--json", "--out", filepath.Join(t.TempDir(), "f.html")}, 0},
		{[]string{"privacy", "choices", "card", "--mail", "info@example.com", "--json", "--lang", "it"}, 0},
		{[]string{"privacy", "choices", "import", filepath.Join(shop, "Marketing", "newsletter.csv"), "--all-no", "--dry-run", "--passphrase-file", pass, "--json"}, 0},
		{[]string{"privacy", "choices", "filter", filepath.Join(shop, "Marketing", "newsletter.csv"), "--purpose", "offers", "--channel", "email", "--passphrase-file", pass, "--json"}, 0},
		{[]string{"privacy", "choices", "show", "anna@example.com", "--passphrase-file", pass, "--json"}, 0},
		{[]string{"privacy", "choices", "forget", "anna@example.com", "--yes", "--passphrase-file", pass, "--json"}, 0},
		{[]string{"staff", "remove", "Anna", "--yes", "--json"}, 0},
		{[]string{"privacy", "statement", "--json"}, 0},
		{[]string{"privacy", "statement", "--json", "--lang", "it", "--out", filepath.Join(t.TempDir(), "s.html")}, 0},
		{[]string{"privacy", "statement", "--check", "--json"}, 0},
	} {
		if c.args == nil {
			withKeys(t, home)
			continue
		}
		r := custode(t, home, c.args...)
		if r.code != c.code || r.err != "" {
			t.Errorf("%q: exit %d, want %d; stderr %q", c.args, r.code, c.code, r.err)
		}
		conform(t, r.out)
	}
	r := custode(t, home, "journal", "show", "--json")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != 0 || len(lines) < 5 {
		t.Fatalf("%+v", r)
	}
	for _, l := range lines {
		conform(t, l)
	}
}

// TestSchemasRefuse tries the schemas themselves: a field too many, a kind that
// there is not, an unmasked status.
func TestSchemasRefuse(t *testing.T) {
	_, home, _ := shopAndHome(t)
	doc := custode(t, home, "scan", "--json").out
	for _, change := range [][2]string{{`"complete"`, `"extra": 1, "complete"`}, {`"kind": "card"`, `"kind": "shoe"`}, {`"risk": "high"`, `"risk": "great"`}, {`"id": "cut-cards"`, `"id": "pray"`}, {`"place": "none"`, `"place": "moon"`}} {
		bad := strings.Replace(doc, change[0], change[1], 1)
		if bad == doc {
			t.Fatalf("%s is not in the document", change[0])
		}
		schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/scan.schema.json")
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("the schema lets through: %s", change[1])
		}
	}
}

// TestContractExample holds the documents to the letter of the contract: the
// fields that interface.md promises, whatever else they hold.
func TestContractExample(t *testing.T) {
	_, home, _ := shopAndHome(t)
	var scan struct {
		Schema     string
		StartedAt  *string `json:"started_at"`
		DurationMS *int64  `json:"duration_ms"`
		Totals     struct {
			Files, Bytes, Skipped, Errors, People *int64
			WithFindings                          *int64 `json:"files_with_findings"`
			Kinds                                 map[string]int64
		}
		Files []struct {
			Path, Format, Risk string
			Bytes, People      *int64
			Encrypted          *bool
			Findings           []struct {
				Kind, Confidence, Sample, Where string
				Count, Distinct                 int64
			}
		}
		Errors *[]struct{ Path, Error string }
	}
	if err := json.Unmarshal([]byte(custode(t, home, "scan", "--json").out), &scan); err != nil {
		t.Fatal(err)
	}
	tt := scan.Totals
	for name, p := range map[string]*int64{
		"duration_ms": scan.DurationMS, "files": tt.Files, "bytes": tt.Bytes, "skipped": tt.Skipped, "errors": tt.Errors,
		"people": tt.People, "files_with_findings": tt.WithFindings, "file bytes": scan.Files[0].Bytes, "file people": scan.Files[0].People,
	} {
		if p == nil {
			t.Errorf("no %s", name)
		}
	}
	if scan.StartedAt == nil || scan.Files[0].Encrypted == nil || scan.Errors == nil || tt.Kinds["email"] == 0 {
		t.Errorf("incomplete: %+v", scan)
	}
	found := false
	for _, f := range scan.Files[0].Findings {
		found = found || f.Kind == "card" && f.Where == `column "Note"` && strings.HasPrefix(f.Sample, "••••") && f.Count == 9
	}
	if !found {
		t.Errorf("the card numbers in the notes column are not told of: %+v", scan.Files[0].Findings)
	}
}

// TestNoPlaintext searches everything that custode wrote for every value that
// was planted: home, standard output, standard error, temporary folder, report.
func TestNoPlaintext(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	t.Setenv("SQLITE_TMPDIR", tmp)
	shop, home, truth := shopAndHome(t)
	report := filepath.Join(home, "report.html")
	written := map[string]string{}
	for _, args := range [][]string{
		{"scan"},
		{"scan", "--all", "--json"},
		{"scan", "--all", "--lang", "it"},
		{"check", "--all"},
		{"check", "--report", report},
		{"check", "--json"},
		{"journal", "show"},
		{"journal", "show", "--json"},
		{"scan", filepath.Join(shop, "Clienti", "clienti.csv")},
		{"scan", filepath.Join(shop, "Clienti", "senza-intestazione.csv")},
		{"scan", filepath.Join(shop, "Marketing", "crm.json")},
		{"scan", "--explain", filepath.Join(shop, "Clienti", "clienti.csv")},
		{"scan", "--explain", filepath.Join(shop, "Posta", "pagamento.eml"), "--lang", "it"},
	} {
		r := custode(t, home, args...)
		written["stdout of "+strings.Join(args, " ")] = r.out
		written["stderr of "+strings.Join(args, " ")] = r.err
	}
	for _, dir := range []string{home, tmp} {
		err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() || strings.HasPrefix(path, shop) {
				return err
			}
			raw, err := os.ReadFile(path)
			written[path] = string(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(truth.Values) < 1000 || len(written) < 25 {
		t.Fatalf("only %d values planted, %d places searched", len(truth.Values), len(written))
	}
	for where, text := range written {
		lower := strings.ToLower(text)
		for _, v := range truth.Values {
			if strings.Contains(lower, strings.ToLower(v)) {
				t.Errorf("%s holds the planted value %q", where, v)
			}
		}
	}
}
