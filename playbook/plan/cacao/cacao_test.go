package cacao

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

var facts, sources = sync.OnceValues(fact.Load), sync.OnceValues(source.Load)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func known(tb testing.TB) Known {
	tb.Helper()
	b, err := facts()
	if err != nil {
		tb.Fatal(err)
	}
	l, err := sources()
	if err != nil {
		tb.Fatal(err)
	}
	return Known{Facts: b, Sources: l}
}

func parse(tb testing.TB, raw string) *plan.Plan {
	tb.Helper()
	p, err := plan.Parse(known(tb).Facts, []byte(raw))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// plans gives those that are built in, and hard ones.
func plans(tb testing.TB) []*plan.Plan {
	tb.Helper()
	lib, err := plan.Load(known(tb).Facts)
	if err != nil {
		tb.Fatal(err)
	}
	raw, err := os.ReadFile("../testdata/shop.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return append(lib.All(), parse(tb, string(raw)), parse(tb, knots))
}

// knots has branches that share steps, loops in branches and questions that never meet.
const knots = `
schema: playbook/v1
id: knots
version: 2.0.1
title: {en: Knots, it: Nodi}
when: {en: For tests., it: Per le prove.}
words: {en: [knot], it: [nodo]}
steps:
  - {id: begin, type: start, next: one}
  - {id: one, type: choice, asks: [cause], on: {internal-accident: x, internal-malicious: two, external-accident: z, external-malicious: two, unknown: two}}
  - {id: z, type: action, say: {en: Z, it: Z}, next: par}
  - {id: two, type: decision, asks: [malicious], on: {"yes": x, "no": y, unknown: x}, cautious: "yes"}
  - {id: x, type: action, say: {en: X, it: X}, next: k}
  - {id: y, type: action, say: {en: "yes", it: "no"}, next: k}
  - {id: k, type: action, say: {en: K, it: K}, next: par}
  - {id: par, type: parallel, branches: [loop, three], next: four}
  - {id: loop, type: repeat, body: b1, until: "not (recovered == yes and people_count >= 5) or data_kinds has health", max: 7, next: four}
  - {id: b1, type: decision, asks: [data_seen], on: {"yes": loop, "no": b2, unknown: b2}, cautious: "no"}
  - {id: b2, type: wait, say: {en: W, it: W}, for: 90m, next: loop}
  - {id: three, type: choice, asks: [cause], on: {internal-accident: c1, internal-malicious: four, external-accident: c1, external-malicious: c2, unknown: four}}
  - {id: c1, type: action, say: {en: C, it: C}, next: c2}
  - {id: c2, type: action, say: {en: "a: b", it: "c # d"}, next: four}
  - {id: four, type: decision, asks: [recovered], on: {"yes": done, "no": call, unknown: call}, cautious: "no"}
  - {id: call, type: call, plan: breach-notice, next: gone}
  - {id: done, type: end}
  - {id: gone, type: end}
`

func export(tb testing.TB, p *plan.Plan, lang string) []byte {
	tb.Helper()
	raw, err := Export(known(tb), p, lang, now)
	if err != nil {
		tb.Fatalf("%s: %v", p.ID, err)
	}
	return raw
}

func encode(tb testing.TB, p *plan.Plan) string {
	tb.Helper()
	raw, err := plan.Encode(p)
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

// Every plan goes out and comes back the same, from either language, by the rules of CACAO.
func TestRoundTrip(t *testing.T) {
	for _, p := range plans(t) {
		for _, lang := range i18n.Languages() {
			raw := export(t, p, lang)
			for _, n := range Check(raw) {
				t.Errorf("%s: %s: %s %s", p.ID, n.Step, n.Code, n.Detail)
			}
			got, err := Import(known(t), raw)
			if err != nil {
				t.Errorf("%s: %v", p.ID, err)
				continue
			}
			if diff := cmp.Diff(encode(t, p), encode(t, got.Plan)); diff != "" || !got.Ours {
				t.Errorf("%s: ours %v\n%s", p.ID, got.Ours, diff)
			}
			for _, n := range got.Notes {
				t.Errorf("%s: %s: %s %s", p.ID, n.Step, n.Code, n.Detail)
			}
			if again := export(t, got.Plan, lang); string(again) != string(raw) {
				t.Errorf("%s: exported anew it is another document", p.ID)
			}
		}
	}
}

// In an exported document every branch comes to an end step, and whoever follows the document
// as CACAO says, back from there to the step that opened the branch, walks the plan.
func TestMeaning(t *testing.T) {
	for _, p := range plans(t) {
		var d document
		if err := json.Unmarshal(export(t, p, "en"), &d); err != nil {
			t.Fatal(err)
		}
		for _, pickAnswer := range []int{0, 1, 2, 3, 4} {
			want := followPlan(p, pickAnswer)
			got := followDocument(t, &d, d.Start, pickAnswer, nil)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, answer %d:\n%s", p.ID, pickAnswer, diff)
			}
		}
	}
}

// followPlan lists the steps in the order of a walk: the n-th answer at each question, the
// branches of a parallel one after the other, the body of a repeat once.
func followPlan(p *plan.Plan, n int) []string {
	var out []string
	var walk func(id, exit string)
	walk = func(id, exit string) {
		for id != exit {
			s, ok := p.Step(id)
			if !ok {
				return
			}
			out = append(out, s.ID)
			switch s.Type {
			case plan.Decision, plan.Choice:
				all := answers(s.On)
				id = s.On[all[n%len(all)]]
				continue
			case plan.Parallel:
				for _, b := range s.Branches {
					walk(b, s.Next)
				}
			case plan.Repeat:
				walk(s.Body, s.ID)
			case plan.Start, plan.Action, plan.Wait, plan.Call, plan.End:
			}
			id = s.Next
		}
	}
	walk(p.Steps[0].ID, "")
	return out
}

func followDocument(t *testing.T, d *document, at string, n int, out []string) []string {
	t.Helper()
	for at != "" {
		s := d.Workflow[at]
		var e stepExtension
		if s.Extensions != nil {
			if err := json.Unmarshal(s.Extensions[extensionID], &e); err != nil {
				t.Fatal(err)
			}
			out = append(out, e.StepID)
		}
		switch s.Type {
		case typeEnd:
			return out
		case typeSwitch:
			all := []string{}
			for c := range s.Cases {
				if c != "default" {
					all = append(all, c)
				}
			}
			slices.Sort(all)
			all = append(all, "default")
			out = followDocument(t, d, s.Cases[all[n%len(all)]], n, out)
		case typeParallel:
			for _, b := range s.NextSteps {
				out = followDocument(t, d, b, n, out)
			}
		case typeWhile:
			out = followDocument(t, d, s.OnTrue, n, out)
		}
		at = s.OnCompletion
	}
	return out
}

// What somebody changes in an exported document is taken over, and told.
func TestEdited(t *testing.T) {
	raw := string(export(t, plans(t)[len(plans(t))-2], "en"))
	got, err := Import(known(t), []byte(strings.Replace(raw, `"name": "Lock it."`, `"name": "Lock it\u001b now."`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := got.Plan.Step("reach")
	if s.Say.EN != "Lock it now." || s.Say.IT != "Bloccalo." || len(got.Notes) != 1 || got.Notes[0].Code != "edited" || got.Notes[0].Step != "reach" {
		t.Errorf("%v, %v", s.Say, got.Notes)
	}
}

func TestPattern(t *testing.T) {
	b := known(t).Facts
	for src, want := range map[string]string{
		"recovered == yes": "NOT (__recovered__:value = 'yes')",
		"not (recovered != yes and people_count >= 5) or data_kinds has health": "NOT (NOT (__recovered__:value != 'yes' AND __people_count__:value >= 5) OR __data_kinds__:value LIKE '%health%')",
	} {
		c, err := b.Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := pattern(b, c); got != want {
			t.Errorf("%s", got)
		}
	}
	for src, want := range map[string]string{
		"__public__:value = 'yes'": "public yes", "__public__:value == 'true'": "public yes", "__public__:value!='yes'": "public no", "$$__public__:value$$ = 'no'": "public no",
		"__public__:value = 'maybe'": "", "__people_count__:value = '5'": "", "__x__:value = 'yes'": "", "public = 'yes'": "", "__public__:value = 'yes' AND __public__:value = 'no'": "",
	} {
		key, answer, ok := plain(b, src)
		if got := strings.TrimSpace(key + " " + answer); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", src, got, ok)
		}
	}
}

func id(kind string, n string) string { return uuid(kind, "test", n) }

// foreign is a document as another tool may write it.
func foreign() string {
	return strings.NewReplacer("{start}", id("start", "1"), "{end}", id("end", "1"), "{a}", id("action", "a"), "{b}", id("action", "b"), "{if}", id("if-condition", "1"),
		"{sw}", id("switch-condition", "1"), "{wh}", id("while-condition", "1"), "{e2}", id("end", "2"), "{e3}", id("end", "3"), "{c}", id("action", "c"), "{agent}", id("linux", "1"),
		"{call}", id("playbook-action", "1"), "{pb}", id("playbook", "other"), "{who}", id("identity", "1"), "{lost}", id("action", "lost"), "{x}", id("extension-definition", "x")).Replace(`{
"type": "playbook", "spec_version": "cacao-2.0", "id": "{pb}", "name": "Block a host", "created_by": "{who}", "created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z",
"priority": 3, "workflow_start": "{start}",
"agent_definitions": {"{agent}": {"type": "linux", "name": "firewall"}},
"workflow": {
 "{start}": {"type": "start", "on_completion": "{a}"},
 "{a}": {"type": "action", "name": "Block it", "description": "On the firewall.", "agent": "{agent}", "timeout": 5, "on_success": "{if}", "on_failure": "{b}",
   "commands": [{"type": "bash", "command": "iptables -A INPUT"}], "external_references": [{"name": "x", "url": "https://example.com"}]},
 "{if}": {"type": "if-condition", "name": "Bad?", "condition": "[ipv4-addr:value = '198.51.100.1']", "on_true": "{b}", "on_false": "{e2}", "on_completion": "{wh}"},
 "{b}": {"type": "action", "name": "Call somebody", "agent": "{agent}", "commands": [{"type": "manual", "command_b64": "UGljayB1cCB0aGUgcGhvbmU="}], "on_completion": "{e2}"},
 "{e2}": {"type": "end"},
 "{wh}": {"type": "while-condition", "condition": "__alive__:value = 'x'", "on_true": "{c}", "on_completion": "{sw}"},
 "{c}": {"type": "action", "name": "Wait a bit", "delay": 60000, "agent": "{agent}", "commands": [{"type": "manual", "command": "Wait a bit"}], "on_completion": "{e3}"},
 "{e3}": {"type": "end"},
 "{sw}": {"type": "switch-condition", "switch": "__colour__:value", "cases": {"red": "{call}", "green": "{e2}", "default": "{e2}"}, "on_completion": "{end}",
   "step_extensions": {"{x}": {"abc": 1}}},
 "{call}": {"type": "playbook-action", "playbook_id": "{pb}", "on_completion": "{e3}"},
 "{end}": {"type": "end"},
 "{lost}": {"type": "action", "name": "Nobody comes here", "agent": "{agent}", "commands": [{"type": "manual", "command": "x"}], "on_completion": "{end}"}
}}`)
}

// A document of others becomes a draft that holds together; nothing of it is lost in silence.
func TestForeign(t *testing.T) {
	k := known(t)
	got, err := Import(k, []byte(foreign()))
	if err != nil {
		t.Fatal(err)
	}
	if got.Ours || got.Plan.ID != "block-a-host" {
		t.Errorf("%v %s", got.Ours, got.Plan.ID)
	}
	codes := map[string]string{}
	for _, n := range got.Notes {
		codes[n.Code] += n.Step + "=" + n.Detail + string(n.Raw) + "\n"
	}
	for code, want := range map[string]string{
		"draft": "block-a-host", "field": "priority3", "failure": "call-somebody", "command": `"command":"iptables -A INPUT"`, "reference": "https://example.com",
		"condition": "[ipv4-addr:value = '198.51.100.1']", "cautious": "yes", "while": "__alive__", "call": "playbook--", "unreached": "Nobody comes here", "dangling": "extension-definition",
	} {
		if !strings.Contains(codes[code], want) {
			t.Errorf("%s does not tell %s: %s", code, want, codes[code])
		}
	}
	if !strings.Contains(codes["field"], "timeout5") || !strings.Contains(codes["field"], `{"abc":1}`) || !strings.Contains(codes["condition"], "__colour__") {
		t.Errorf("not kept: %s", codes["field"])
	}
	asked := 0
	for _, s := range got.Plan.Steps {
		if s.Type == plan.Decision && s.Asks[0] == Holds && (s.Say.EN == "[ipv4-addr:value = '198.51.100.1']" || strings.HasPrefix(s.Say.EN, "__colour__:value = ")) {
			asked++
		}
	}
	if s, _ := got.Plan.Step("wait-a-bit"); asked != 3 || s.Type != plan.Wait || s.For != time.Minute {
		t.Errorf("%d conditions are asked, %v", asked, s)
	}
	for _, f := range plan.Lint(got.Plan, plan.Known{Facts: k.Facts, Sources: k.Sources}) {
		if slices.Contains([]string{"dangling", "loop", "region", "endless", "unreachable", "start", "answer", "asks", "cautious", "max", "type", "twice", "name"}, f.Code) {
			t.Errorf("the draft does not hold together: %v", f)
		}
	}
	if _, err := Export(k, got.Plan, "en", now); err != nil {
		t.Error(err)
	}
}

func TestNotCACAO(t *testing.T) {
	for _, raw := range []string{
		"", "null", "[]", "{}", `{"type":"playbook"}`, strings.Replace(foreign(), "cacao-2.0", "1.1", 1), strings.Repeat("[", 100000),
		strings.Replace(foreign(), `"type": "start"`, `"type": "end"`, 1), strings.Replace(foreign(), `"name": "Block a host"`, `"name": 7`, 1),
	} {
		if _, err := Import(known(t), []byte(raw)); !errors.Is(err, ErrNotCACAO) {
			t.Errorf("%.60q: %v", raw, err)
		}
	}
	if _, err := Export(known(t), parse(t, "schema: playbook/v1\nsteps: [{id: a, type: start, next: b}, {id: b, type: action, next: a}]"), "en", now); !errors.Is(err, ErrUnsound) {
		t.Errorf("a circle: %v", err)
	}
}

// Each rule is found where it is broken.
func TestCheck(t *testing.T) {
	var shop string
	for _, p := range plans(t) {
		if p.ID == "shop" {
			shop = string(export(t, p, "en"))
		}
	}
	for _, c := range []struct{ code, old, bad string }{
		{"required", `"created_by": "identity--`, `"made_by": "identity--`},
		{"required", `"commands": [`, `"comands": [`},
		{"required", `"type": "manual",`, `"kind": "manual",`},
		{"required", `"next_steps": [`, `"next_step": [`},
		{"required", `"condition": `, `"conditions": `},
		{"required", `"cases": {`, `"case": {`},
		{"required", `"playbook_id": `, `"playbook": `},
		{"required", `"delay": 172800000`, `"delay": 0`},
		{"required", `"playbook_activities": [`, `"activities": [`},
		{"identifier", `"workflow_start": "start--`, `"workflow_start": "start-`},
		{"identifier", `"__cause__": {`, `"cause": {`},
		{"identifier", `"step_id": `, `"id": `},
		{"time", `"created": "2026-11-28T12:00:00.000Z"`, `"created": "28/11/2026"`},
		{"dangling", `"on_completion": "`, `"on_completion": "action--00000000-0000-4000-8000-000000000000", "was": "`},
		{"dangling", `"agent_definitions": {`, `"agents": {`},
		{"dangling", `"extension_definitions": {`, `"extensions": {`},
		{"flow", `"on_completion": "`, `"on_failure": "` + id("end", "1") + `", "on_completion": "`},
		{"type", `"type": "parallel"`, `"type": "sideways"`},
	} {
		if !strings.Contains(shop, c.old) {
			t.Errorf("no %s in the document", c.old)
		}
		got := Check([]byte(strings.Replace(shop, c.old, c.bad, 1)))
		if !slices.ContainsFunc(got, func(n Note) bool { return n.Code == c.code && n.Detail != "" }) {
			t.Errorf("%s is not found with %s: %v", c.code, c.bad, got)
		}
	}
}

func TestWords(t *testing.T) {
	w, err := i18n.Load("it")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range w.Keys() {
		if strings.HasPrefix(k, "cacao.") && strings.Count(w.T(k, "@@"), "@@") != 1 {
			t.Errorf("%s must say one detail", k)
		}
	}
	for n := range strings.FieldsSeq("draft edited dangling failure shared call type while condition cautious command reference field unreached required identifier time flow") {
		if !w.Has(Note{Code: n}.Key()) {
			t.Errorf("no words for %s", n)
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, p := range plans(f) {
		if p.ID == "knots" || p.ID == "shop" {
			f.Add(export(f, p, "en"))
		}
	}
	f.Add([]byte(foreign()))
	k := known(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Import(k, raw)
		if err != nil {
			return
		}
		for _, n := range got.Notes {
			if n.Code == "" || n.Detail == "" {
				t.Errorf("%v", n)
			}
		}
		if out, err := Export(k, got.Plan, "it", now); err == nil {
			if _, err := Import(k, out); err != nil {
				t.Errorf("what was written is not read: %v", err)
			}
		}
	})
}
