package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/cmd/custode/internal/job"
	"custode/internal/alert"
	"custode/internal/i18n"
	"custode/internal/journal"
	"custode/scan/watch"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// told are alerts of every rule, as they happen.
func toldCases() []cases.Case {
	at := time.Date(2026, 11, 28, 2, 13, 5, 0, time.UTC)
	maria := rules.Who{User: "maria", Program: "/usr/bin/tar", Human: true}
	folder := filepath.FromSlash("/srv/shop/Clienti")
	make := func(rule rules.Rule, why rules.Why, s rules.Severity, counts rules.Counts, change func(*cases.Case)) cases.Case {
		c := cases.Case{ID: 7, Incident: rules.Incident{
			Rule: rule, Why: why, Severity: s, Folder: folder, Who: maria, Opened: at, Last: at.Add(40 * time.Second), Counts: counts,
		}, Stake: cases.Stake{Known: counts.Files, People: 1900, Sealed: 180}}
		if change != nil {
			change(&c)
		}
		return c
	}
	list := []cases.Case{
		make(rules.Bulk, "", rules.High, rules.Counts{Files: 412, Read: 412}, func(c *cases.Case) { c.Usual, c.Limit = 15, 60 }),
		make(rules.Bulk, "", rules.High, rules.Counts{Files: 61, Read: 61}, func(c *cases.Case) { c.Who, c.Usual, c.Stake = rules.Who{}, -1, cases.Stake{} }),
		make(rules.Bulk, "", rules.High, rules.Counts{Files: 700, Read: 700, Deleted: 640}, func(c *cases.Case) { c.Who.Program, c.Stake = "/usr/bin/git", cases.Stake{} }),
		make(rules.Decoy, rules.Opened, rules.High, rules.Counts{Files: 2, Read: 2}, func(c *cases.Case) {
			c.Paths, c.Stake, c.Last = []string{folder + "/AAA elenco.csv"}, cases.Stake{}, c.Opened
		}),
		make(rules.Decoy, rules.Altered, rules.Critical, rules.Counts{Files: 1, Changed: 1}, func(c *cases.Case) { c.Paths = []string{folder + "/Old lists/evil\n\x1b[31m.csv"} }),
		make(rules.Unreadable, "", rules.Critical, rules.Counts{Files: 5, Unreadable: 5}, func(c *cases.Case) { c.Kinds = map[string]int{"jpeg": 3, "text": 1, "ole": 1} }),
		make(rules.Unreadable, "", rules.Critical, rules.Counts{Files: 1, Unreadable: 1}, func(c *cases.Case) {
			c.Kinds, c.Stake = map[string]int{"zip": 1}, cases.Stake{Known: 1, People: 1, Sealed: 1}
		}),
		make(rules.Mass, rules.ManyDeleted, rules.High, rules.Counts{Files: 30, Deleted: 30}, nil),
		make(rules.Mass, rules.ManyRenamed, rules.High, rules.Counts{Files: 20, Renamed: 20}, nil),
		make(rules.Mass, rules.OpenToEveryone, rules.High, rules.Counts{Files: 1, Exposed: 1}, nil),
		make(rules.Hours, "", rules.Note, rules.Counts{Files: 3, Read: 3}, nil),
	}
	for _, why := range []rules.Why{rules.Newcomer, rules.Refused, rules.FirstWrite, rules.OtherProgram} {
		list = append(list, make(rules.Stranger, why, rules.Note, rules.Counts{Files: 2, Read: 2}, func(c *cases.Case) { c.Who.Human = false; c.Stake.People = 0 }))
	}
	for _, why := range []rules.Why{"stopped", "overflow", "ring-full", "clock", "covered", "limit", "gone", "unnamed", "baseline", "unseen", "sensor", "many"} {
		list = append(list, make(rules.Blind, why, rules.High, rules.Counts{Files: 3}, func(c *cases.Case) { c.Who, c.Last = rules.Who{}, c.Opened.Add(10*time.Minute) }))
	}
	return list
}

// TestAlertTexts holds the text of each alert, in both languages, to a golden file.
func TestAlertTexts(t *testing.T) {
	head := journal.Head{Seq: 18204, Hash: [32]byte{1, 2, 3}}
	for _, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		tell := teller{w, "Bottega"}
		var b strings.Builder
		put := func(name, subject, body string) { fmt.Fprintf(&b, "== %s\n%s\n\n%s\n", name, subject, body) }
		list := toldCases()
		for _, c := range list {
			subject, body := tell.Case(c, rules.Began, head)
			put(string(c.Rule)+" "+string(c.Why), subject, body)
		}
		for _, what := range []string{rules.Worse, rules.Over} {
			subject, body := tell.Case(list[5], what, head)
			put(what, subject, body)
		}
		unsaved := list[5]
		unsaved.ID = 0
		subject, body := tell.Case(unsaved, rules.Began, journal.Head{})
		put("not saved", subject, body)
		subject, body = tell.Together([]alert.Message{{Subject: "custode: A", Body: "a\n"}, {Subject: "custode: B", Body: "b\n"}}, false)
		put("together", subject, body)
		subject, body = tell.Together([]alert.Message{{Subject: "custode: A", Body: "a\n"}}, true)
		put("digest", subject, body)
		subject, body = tell.Heartbeat(job.Heartbeat{Watch: job.Kept{At: time.Now(), Status: lookout.Status{Files: 12345}}, Head: head})
		put("heartbeat", subject, body)
		subject, body = tell.Heartbeat(job.Heartbeat{Blind: 10 * time.Minute, Cases: 2, Unseen: 1, Head: head})
		put("heartbeat, not well", subject, body)
		if strings.ContainsAny(b.String(), "\x1b\r") || strings.Contains(b.String(), "%!") || strings.Contains(b.String(), "[alert.") {
			t.Errorf("%s: something is not as it should be:\n%s", lang, b.String())
		}
		golden := filepath.Join("testdata", "alerts", lang+".golden")
		if *update {
			if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lang, diff)
		}
	}
}

// TestLesserSensors: where a folder has no better sensor, the status says why, each reason by a sentence of its own; what the
// self-test has not shown is told as not seen.
func TestLesserSensors(t *testing.T) {
	for _, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		tell, said := teller{w, "Bottega"}, map[string]watch.Why{}
		for _, why := range []watch.Why{watch.NotRoot, watch.NotAdmin, watch.Unproven, watch.Network, watch.Many, watch.System} {
			text := tell.lesser(lookout.Covered{Backend: "audit", Why: why})
			if other, twice := said[text]; text == "" || twice {
				t.Errorf("%s: %s is told as %s is: %q", lang, why, other, text)
			}
			said[text] = why
		}
		if text := tell.lesser(lookout.Covered{Backend: "audit", Who: true}); text != "" {
			t.Errorf("%s: nothing better, and why: %q", lang, text)
		}
		seen, not := tell.covered(lookout.Covered{Backend: "audit", Changes: true, Reads: true, Who: true}), tell.covered(lookout.Covered{Backend: "audit", Changes: true})
		if no := w.T("watch.no"); strings.Contains(seen, ": "+no) || strings.Count(not, ": "+no) != 2 {
			t.Errorf("%s: %q, %q", lang, seen, not)
		}
	}
}
