package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/i18n"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// mostAnswers is how many answers lead from "the laptop is gone" to the preliminary
// notification at most: each costs a person some seven seconds, ten minutes are promised.
const mostAnswers = 68

// hurried is what an owner in a hurry answers, by the facts that are asked; Enter where
// nothing stands here and custode proposes something, else "?".
var hurried = map[string]map[string]string{
	"en": {
		"place": "car park", "occurred_from": "yesterday 18:00", "detected_at": "now", "what_happened": "The laptop was stolen from the car.", "remote_wiped": "n", "malicious": "y",
		"police_told": "y", "recovered": "n", "backup_works": "y", "availability": "n", "how_discovered": "the bag was gone", "people_groups": "1", "sensitive_data": "n",
		"identity_data": "n", "passwords_data": "n", "vulnerable_people": "n", "confidentiality": "y", "public": "n", "recipient_trusted": "n", "deletion_confirmed": "n", "integrity": "n",
		"away_long": "n", "harm_possible": "y", "risk_removed": "n", "cause": "4", "measures_before": "login password", "measures_planned": "encrypted disk", "role": "1",
		"controller_address": "1 Main St, Dublin", "reporter_name": "Maria, owner", "reporter_contact": "maria@example.com", "contact_point": "maria@example.com", "processor_involved": "n",
		"cross_border": "n", "authority_notified_at": "now",
	},
	"it": {
		"place": "parcheggio", "occurred_from": "ieri 18:00", "detected_at": "adesso", "what_happened": "Il portatile è stato rubato dall'auto.", "remote_wiped": "n", "malicious": "s",
		"police_told": "s", "recovered": "n", "backup_works": "s", "availability": "n", "how_discovered": "la borsa non c'era più", "people_groups": "1", "sensitive_data": "n",
		"identity_data": "n", "passwords_data": "n", "vulnerable_people": "n", "confidentiality": "s", "public": "n", "recipient_trusted": "n", "deletion_confirmed": "n", "integrity": "n",
		"away_long": "n", "harm_possible": "s", "risk_removed": "n", "cause": "4", "measures_before": "password di accesso", "measures_planned": "disco cifrato", "role": "1",
		"controller_address": "Via Roma 1, Firenze", "reporter_name": "Maria, titolare", "reporter_contact": "maria@example.com", "contact_point": "maria@example.com", "processor_involved": "n",
		"cross_border": "n", "authority_notified_at": "adesso",
	},
}

// TestPlaybookJourney goes from "the laptop is gone" to the preliminary notification as an
// owner in a hurry would, leaves in the middle of a step and comes back. What the screen
// shows stands in testdata/playbook-journey, so that a change of words is seen.
func TestPlaybookJourney(t *testing.T) {
	for _, c := range []struct{ lang, country, said, form string }{
		{"en", "IE", "the laptop is gone", "authority-edpb"},
		{"it", "IT", "è sparito il portatile", "authority-garante"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel()
			words, err := i18n.Load(c.lang)
			if err != nil {
				t.Fatal(err)
			}
			dir, err := os.MkdirTemp("", "cu") //nolint:usetesting // a short path, so that no line is cut within it
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			home, data := filepath.Join(dir, "home"), filepath.Join(dir, "dati")
			put(t, filepath.Join(data, "clienti.csv"), "Nome;Email;IBAN\nAnna;anna@example.com;IT60X0542811101000000123456\nBruno;bruno@example.com;\n")
			if r := custode(t, home, "--lang", c.lang, "init", "--yes", "--shop", "Da Maria", "--country", c.country, "--data", data); r.code > 1 {
				t.Fatalf("init: %+v", r)
			}
			o := owner{person: &person{t: t, words: words, env: []string{
				"CUSTODE_HOME=" + home, "CUSTODE_LANG=" + c.lang, "HOME=" + dir, "TERM=xterm", "NO_COLOR=1", "TZ=Europe/Rome", "USER=maria", "LOGNAME=maria",
			}}, lang: c.lang}
			if o.book, err = fact.Load(); err == nil {
				o.plans, err = plan.Load(o.book)
			}
			if err != nil {
				t.Fatal(err)
			}

			o.types("playbook", "start", "--from-scan", data)
			o.says(c.said)
			offered := o.says("")
			first, _ := o.plans.Get("lost-device")
			if i := strings.Index(offered, first.Title.In(c.lang)); i < 0 || !strings.Contains(offered[:i], " 1 ") {
				t.Errorf("not offered first: %s", offered)
			}
			o.goesOn("which", "q") // where several steps are open
			told := string(o.told)
			o.types("playbook", "next")
			o.goesOn("data_taken", "q") // in the middle of a step
			known := o.facts(home)
			if known["confidentiality"] != "yes" {
				t.Errorf("what was answered before q is gone: %v", known)
			}
			told += "\n" + string(o.told)

			o.types("playbook", "next")
			again := o.goesOn("", "q")
			if slices.Contains(again, "confidentiality") || !slices.Contains(again, "data_taken") {
				t.Errorf("asked after q: %v", again)
			}
			told += "\n" + string(o.told)

			pdf, err := os.ReadFile(filepath.Join(home, "reports", "incident-1", c.form+".pdf"))
			if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
				t.Errorf("no draft: %v", err)
			}
			o.nothingEmpty(home, c.form)
			if t.Logf("%d answers", o.answers); o.answers > mostAnswers {
				t.Errorf("%d answers until the preliminary notification, want %d at most", o.answers, mostAnswers)
			}
			golden(t, filepath.Join("testdata", "playbook-journey", c.lang+".txt"), spoken(told, dir))
		})
	}
}

// owner answers as hurried says.
type owner struct {
	*person
	lang  string
	book  *fact.Book
	plans *plan.Library
}

// goesOn answers until a fact is asked for, or (no fact) until the notification was sent, and
// answers that with last. It gives the facts that were asked for.
func (o owner) goesOn(until, last string) []string {
	o.t.Helper()
	var asked []string
	for {
		shown := o.waits()
		key := o.meant(shown)
		answer := ""
		switch proposed := strings.HasSuffix(shown, "]:"); {
		case key == "?":
			_ = o.cmd.Process.Kill()
			o.t.Fatalf("a question that nobody expects: %s", shown)
		case key != "" && key == until || until == "" && key == "people_decision":
			asked, answer = append(asked, key), last
		case key != "":
			asked, answer = append(asked, key), hurried[o.lang][key]
			if answer == "" && !proposed {
				answer = "?"
			}
		}
		if answer != last {
			o.answers++
		}
		if _, err := o.tty.WriteString(answer + "\n"); err != nil {
			o.t.Fatal(err)
		}
		if answer == last {
			o.ends(0)
			return asked
		}
	}
}

// says answers the question that stands on the screen, and gives what was shown.
func (o owner) says(text string) string {
	o.t.Helper()
	shown := o.waits()
	o.answers++
	if _, err := o.tty.WriteString(text + "\n"); err != nil {
		o.t.Fatal(err)
	}
	return shown
}

// waits until a question stands at the end of the screen, and gives what is new.
func (o owner) waits() string {
	o.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		o.mu.Lock()
		shown := string(o.told[o.seen:])
		if strings.HasSuffix(shown, ": ") || strings.HasSuffix(shown, "\n> ") {
			o.seen = len(o.told)
			o.mu.Unlock()
			return strings.Join(strings.Fields(shown), " ")
		}
		o.mu.Unlock()
		select {
		case <-o.shut:
			o.t.Fatalf("ended too early: %s", o.screen(0))
		default:
		}
	}
	_ = o.cmd.Process.Kill()
	o.t.Fatalf("no question: %s", o.screen(0))
	return ""
}

// meant is the fact that the last question is about, or "which" of several steps; "" where
// Enter says that a step is done; "?" none.
func (o owner) meant(shown string) string {
	key, at := "?", -1
	later := func(k, text string) {
		if i := strings.LastIndex(shown, strings.Join(strings.Fields(text), " ")); text != "" && i > at {
			key, at = k, i
		}
	}
	for _, d := range o.book.All() {
		later(d.Key, d.Ask.In(o.lang)+" (")
	}
	later("", o.words.T("play.ready"))
	later("which", o.words.T("play.which"))
	if i := strings.LastIndex(shown, o.words.T("play.answer")+" ("); i > at {
		for _, id := range []string{"lost-device", "breach-notice"} {
			p, _ := o.plans.Get(id)
			for _, s := range p.Steps {
				if s.Type == plan.Decision {
					later(s.Asks[0], sentence(o.book, &s, o.lang))
				}
			}
		}
	}
	return key
}

func (o owner) facts(home string) map[string]string {
	o.t.Helper()
	r := custode(o.t, home, "playbook", "facts", "--json")
	var doc factsDoc
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		o.t.Fatalf("%v: %+v", err, r)
	}
	known := map[string]string{}
	for _, f := range doc.Facts {
		known[f.Key] = f.Value
	}
	return known
}

// nothingEmpty holds the notification to having each mandatory field answered, or said to be
// unknown by a person.
func (o owner) nothingEmpty(home, form string) {
	o.t.Helper()
	sh := &shell{out: io.Discard, err: io.Discard, env: func(k string) string { return map[string]string{"CUSTODE_HOME": home, "CUSTODE_LANG": o.lang}[k] }, now: time.Now, width: 80, home: home, words: o.words}
	d, err := sh.responder(o.t.Context(), runOptions{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer d.close()
	id, run, err := d.run(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	l, err := d.fill(o.t.Context(), id, run, form, "")
	if err != nil {
		o.t.Fatal(err)
	}
	if open := l.Open(); len(open) > 0 {
		o.t.Errorf("empty in the notification: %+v", open)
	}
	r := custode(o.t, home, "--lang", o.lang, "playbook", "letter", form)
	if r.code != 0 || !strings.Contains(r.out, "Da Maria") {
		o.t.Errorf("the letter: %+v", r)
	}
}

var (
	tellsDay  = regexp.MustCompile(`\pL{3} \d{1,2} \pL{3,4} \d{4}( \d{2}:\d{2})?`)
	tellsLeft = regexp.MustCompile(`(restano|resta) [^,]+,|: [^:,]*\bleft,`)
)

// spoken is what the screen showed, a sentence a line, without what is another at each run.
func spoken(told, dir string) string {
	told = strings.ReplaceAll(told, "\r", "")
	told = strings.Join(strings.Fields(strings.ReplaceAll(told, dir, "DIR")), " ")
	told = tellsLeft.ReplaceAllString(tellsDay.ReplaceAllString(told, "DAY"), " LEFT,")
	return regexp.MustCompile(`(\.|\]:|\):|>) `).ReplaceAllString(told, "$1\n") + "\n"
}

// golden compares with a file, or writes it (-update).
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		put(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; go test -run %s -update writes it anew): %s", path, t.Name(), diff)
	}
}
