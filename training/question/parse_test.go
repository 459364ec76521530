package question

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"custode/internal/i18n"
)

func shop(tb testing.TB) string {
	tb.Helper()
	raw, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

func TestParse(t *testing.T) {
	f, err := Parse([]byte(shop(t)))
	if err != nil {
		t.Fatal(err)
	}
	if f.Topic != "keys" || f.Title.IT != "Le chiavi del negozio" || len(f.Objectives) != 1 || len(f.Questions) != 5 {
		t.Fatalf("%+v", f)
	}
	lost, label, mail := f.Questions[0], f.Questions[2], f.Questions[4]
	if lost.ID != "keys-lost" || lost.Line != 9 || !lost.Essential || lost.Topic != "keys" || lost.Objective != "lend" ||
		!slices.Equal(lost.Sources, []string{"GDPR:33(1)", "NCSC"}) || !lost.Options[0].Right || lost.Options[1].Why.EN != "Somebody may use it." {
		t.Errorf("%+v", lost)
	}
	if label.Type != TrueFalse || label.Statement || label.Level != 3 || label.Line != 38 {
		t.Errorf("%+v", label)
	}
	if !slices.Equal(mail.Scene.Clues(), []string{"from"}) || mail.Scene.Parts[3].Target != "https://locks.test/a" {
		t.Errorf("%+v", mail.Scene)
	}
}

// Each code has a change of a sound file that it must tell, at that line, and one that must pass.
var cases = []struct {
	code, question     string
	line               int
	old, bad, harmless string // what stands there; what must be told; what must not be
}{
	{"yaml", "keys-lost", 16, `text: {en: "You cannot`, `text: {en: "You "cannot`, `text: {en: "You \"cannot`},
	{"yaml", "", 2, "schema: custode.quiz/1", "schema: &a custode.quiz/1", `schema: "custode.quiz/1"`},
	{"yaml", "keys-lost", 15, "sources: [\"GDPR:33(1)\", NCSC]", "sources: *a", "sources: [ NCSC ]"},
	{"yaml", "keys-lost", 11, "type: single", "type: !!str single", "type: 'single'"},
	{"yaml", "", 46, "- id: keys-order", "---\n- id: keys-order", "# three\n- id: keys-order"},
	{"yaml", "keys-lost", 9, "- id: keys-lost", "- <<: 1\n  id: keys-lost", "-\n  id: keys-lost"},
	{"yaml", "keys-lost", 10, "- id: keys-lost\n  objective: lend", "- id: keys-lost\n  id: keys-two\n  objective: lend", "- objective: lend\n  id: keys-lost"},
	{"field", "keys-lost", 12, "level: 1\n  essential", "levels: 1\n  essential", "level: 2\n  essential"},
	{"field", "keys-lost", 19, "right: true\n    text", "correct: true\n    text", "right: yes-no\n    text"},
	{"kind", "keys-lost", 13, "essential: true", "essential: yes", "essential: false"},
	{"kind", "keys-lost", 14, "plans: [lost-device]", "plans: lost-device", "plans: []"},
	{"kind", "", 9, "- id: keys-lost", "- what\n- id: keys-lost", "- id:   keys-lost"},
	{"kind", "keys-lost", 16, `text: {en: "You cannot find the key. What now?"`, `text: {en: [a]`, `text: {en: 12`},
	{"schema", "", 2, "custode.quiz/1", "custode.quiz/2", "custode.quiz/1 # one"},
	{"schema", "", 3, "schema: custode.quiz/1", "# none", "schema: custode.quiz/1 # one"},
	{"big", "keys-lost", 9, "  objective: lend", "  # " + strings.Repeat("x", maxPart) + "\n  objective: lend", "  # x\n  objective: lend"},
	{"big", "keys-lost", 75, "# a remark", strings.Repeat("\n", maxBlank+1) + "# a remark", strings.Repeat("\n", maxBlank-2) + "# a remark"},
	{"deep", "keys-lost", 14, "plans: [lost-device]", "plans: " + strings.Repeat("[", 110) + strings.Repeat("]", 110), "plans: [ lost-device ]"},
	{"text", "keys-lost", 24, "The lock can", "The \\e[31mlock can", "The \\u00ab lock can"},
	{"text", "", 24, "The lock can", "The \u202elock can", "The «lock» can 🔑"},
	{"text", "", 24, "The lock can", "The \xfflock can", "The \u00e9lock can"},
	{"text", "", 24, "The lock can", "The \x1b[1mlock can", "The [1m lock can"},
	{"long", "keys-lost", 24, "The lock can", strings.Repeat("é", longText+1), strings.Repeat("é", longText-30)},
	{"lacks", "keys-lost", 9, "  type: single\n", "", "  type: single # one\n"},
	{"lacks", "keys-lost", 21, "\n    why: {en: \"Somebody may use it.\", it: \"Qualcuno può usarla.\"}", "", "\n    why: {en: Ah., it: Ah.}"},
	{"lacks", "keys-lost", 16, `{en: "You cannot find the key. What now?", it: "Non trovi la chiave. Che cosa fai?"}`, `{en: "", it: " "}`, `{en: "a", it: "b"}`},
	{"lacks", "keys-label", 38, "  statement: false\n", "", "  statement: true\n"},
	{"lacks", "", 2, "title: {en: \"Keys of the shop\", it: \"Le chiavi del negozio\"}\n", "", "title: {en: Keys, it: Chiavi}\n"},
	{"extra", "keys-label", 45, "statement: false", "statement: false\n  steps: []", "statement: false\n  steps:"},
	{"extra", "keys-mail", 70, "fine: {en:", "clue: {en: a, it: b}, fine: {en:", "fine:  {en:"},
	{"languages", "keys-lost", 20, `{en: "Tell the owner.", it: "Lo dici a chi dirige."}`, `{en: "Tell the owner."}`, `{it: "Lo dici.", en: "Tell the owner."}`},
	{"languages", "keys-lost", 16, `{en: "You cannot find the key. What now?", it: "Non trovi la chiave. Che cosa fai?"}`, `"Where is it?"`, `{en: "a", it: "b"}`},
	{"id", "keys-lost", 18, "- id: a\n    right", "- id: A\n    right", "- id: a1\n    right"},
	{"id", "lost", 9, "- id: keys-lost", "- id: lost", "- id: keys-gone"},
	{"twice", "keys-lost", 21, "- id: b\n    text", "- id: a\n    text", "- id: c\n    text"},
	{"twice", "keys-lost", 26, "- id: keys-who", "- id: keys-lost", "- id: keys-whose"},
	{"type", "keys-lost", 11, "type: single", "type: choice", "type: single # choice"},
	{"level", "keys-lost", 12, "level: 1\n  essential", "level: 4\n  essential", "level: 3\n  essential"},
	{"objective", "keys-lost", 10, "objective: lend\n  type: single", "objective: borrow\n  type: single", "objective: \"lend\"\n  type: single"},
	{"source", "keys-lost", 15, `["GDPR:33(1)", NCSC]`, `["see the law"]`, `["GDPR:33(1) and (2)"]`},
	{"plan", "keys-lost", 14, "[lost-device]", "[Lost Device]", "[lost-device, ransomware]"},
	{"options", "keys-lost", 18, "  - id: b\n    text: {en: \"Wait a week.\", it: \"Aspetti una settimana.\"}\n    why: {en: \"Somebody may use it.\", it: \"Qualcuno può usarla.\"}\n", "", "  - id: b\n    text: {en: a, it: b}\n    why: {en: a, it: b}\n"},
	{"no-right", "keys-lost", 18, "    right: true\n", "    why: {en: a, it: b}\n", "    right: true\n    why: {en: a, it: b}\n"},
	{"two-right", "keys-lost", 18, "- id: b\n    text", "- id: b\n    right: true\n    text", "- id: b\n    right: false\n    text"},
	{"one-right", "keys-who", 33, "{id: b, right: true,", "{id: b, why: {en: a, it: b},", "{id: d, right: true,"},
	{"no-wrong", "keys-who", 33, "{id: c, text", "{id: c, right: true, text", "{id: e, text"},
	{"steps", "keys-order", 53, "  - {id: c, text: {en: \"Change.\", it: \"Cambia.\"}}\n", "", "  - {id: c, text: {en: \"Change it.\", it: \"Cambia.\"}}\n"},
	{"scene", "keys-mail", 64, "kind: mail", "kind: letter", "kind: screen"},
	{"parts", "keys-mail", 66, "    parts:\n", "    parts: []\n    x:\n", "    parts:\n\n"},
	{"part", "keys-mail", 69, "kind: subject", "kind: object", "kind: body"},
	{"target", "keys-mail", 67, "info@locks.test", "locks", "a.b@c.locks.test"},
	{"target", "keys-mail", 68, `, target: "x@other.test"`, "", `, target: "y@other.test"`},
	{"target", "keys-mail", 70, "https://locks.test/a", "locks.test/a", "help@locks.test"},
	{"verdict-clues", "keys-mail", 65, "genuine: false", "genuine: true", "genuine:  false"},
	{"verdict-clues", "keys-mail", 65, `, clue: {en: "Unknown.", it: "Mai vista."}`, "", `, clue: {en: "No.", it: "No."}`},
}

func TestErrors(t *testing.T) {
	sound := shop(t)
	told := map[string]bool{}
	for _, c := range cases {
		told[c.code] = true
		if strings.Count(sound, c.old) < 1 {
			t.Errorf("%s: %q does not stand in the file", c.code, c.old)
			continue
		}
		_, err := Parse([]byte(strings.Replace(sound, c.old, c.bad, 1)))
		found := false
		for _, e := range told1(t, err) {
			found = found || e.Code == c.code && (e.Question == c.question) && (c.line == 0 || e.Line == c.line)
			if !slices.Contains(Codes(), e.Code) || e.Detail == "" || e.Line < 1 || e.Column < 1 {
				t.Errorf("%s: %+v", c.code, e)
			}
		}
		if !found {
			t.Errorf("%s in %s, line %d: %.60q: %v", c.code, c.question, c.line, c.bad, err)
		}
		if c.harmless == "right: yes-no\n    text" { // for another code
			continue
		}
		_, err = Parse([]byte(strings.Replace(sound, c.old, c.harmless, 1)))
		for _, e := range told1(t, err) {
			t.Errorf("%s: %.60q: %v", c.code, c.harmless, e)
		}
	}
	for _, code := range Codes() {
		if !told[code] {
			t.Errorf("no case tells %s", code)
		}
	}
}

// told1 gives the single errors; each must be an *Error.
func told1(tb testing.TB, err error) Errors {
	tb.Helper()
	if err == nil {
		return nil
	}
	all, ok := errors.AsType[Errors](err)
	var one *Error
	if !ok || !errors.As(err, &one) || one != all[0] {
		tb.Fatalf("not Errors: %v", err)
	}
	return all
}

// All mistakes of a file are told at once, in their order, but no more than can be read.
func TestAllErrors(t *testing.T) {
	s := strings.NewReplacer("level: 2", "level: 9", "type: order", "type: row", `en: "Genuine?"`, `en: "Gen"uine?"`).Replace(shop(t))
	_, err := Parse([]byte(s))
	var got []string
	for _, e := range told1(t, err) {
		got = append(got, e.Question+" "+e.Code)
	}
	if want := []string{"keys-who level", "keys-order type", "keys-mail yaml"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	head, question, _ := strings.Cut(shop(t), "- id: keys-lost")
	_, err = Parse([]byte(head + strings.Repeat("- id: keys-lost"+question, 60)))
	if n := len(told1(t, err)); n != maxErrors {
		t.Errorf("%d errors are told", n)
	}
}

func TestOwn(t *testing.T) {
	const begin = "schema: custode.quiz/1\nquestions:\n"
	for name, c := range map[string]struct {
		raw  string
		want i18n.Text // of the first question
		code string
	}{
		"plain":           {begin + "- id: a\n  type: true-false\n  text: Keys have owners.\n  statement: true\n", i18n.Text{EN: "Keys have owners.", IT: "Keys have owners."}, ""},
		"one language":    {begin + "- id: a\n  type: true-false\n  text: {it: Le chiavi}\n  statement: true\n  explain: Perché.\n", i18n.Text{EN: "Le chiavi", IT: "Le chiavi"}, ""},
		"both":            {begin + "- id: a\n  type: true-false\n  text: {it: Le chiavi, en: The keys}\n  statement: true\n", i18n.Text{EN: "The keys", IT: "Le chiavi"}, ""},
		"both, one plain": {begin + "- id: a\n  type: true-false\n  text: {it: Le chiavi, en: The keys}\n  statement: true\n  explain: OK\n", i18n.Text{EN: "The keys", IT: "Le chiavi"}, ""},
		"mixed":           {begin + "- id: a\n  type: true-false\n  text: {it: Le chiavi, en: The keys}\n  statement: true\n  explain: {it: Sì}\n", i18n.Text{}, "languages"},
		"two tongues":     {begin + "- id: a\n  type: true-false\n  text: {it: Le chiavi}\n  statement: true\n  explain: {en: Yes}\n", i18n.Text{}, "languages"},
		"windows":         {"\ufeff" + strings.ReplaceAll(begin+"- id: a\n  type: true-false\n  text: Keys\n  statement: true\n", "\n", "\r\n"), i18n.Text{EN: "Keys", IT: "Keys"}, ""},
		"several lines":   {begin + "- id: a\n  type: true-false\n  text: |\n    Keys\n\n    and locks\n  statement: true\n", i18n.Text{EN: "Keys\n\nand locks", IT: "Keys\n\nand locks"}, ""},
		"set in":          {begin + "  - id: a\n    type: true-false\n    text: Keys\n    statement: true\n", i18n.Text{EN: "Keys", IT: "Keys"}, ""},
		"JSON":            {`{"schema": "custode.quiz/1", "questions": [{"id": "a", "type": "true-false", "text": "Keys", "statement": true}]}`, i18n.Text{EN: "Keys", IT: "Keys"}, ""},
		"head behind":     {"questions:\n- id: a\n  type: true-false\n  text: Keys\n  statement: true\nschema: custode.quiz/1\n", i18n.Text{EN: "Keys", IT: "Keys"}, ""},
		"no question":     {begin, i18n.Text{}, "lacks"},
		"nothing":         {"", i18n.Text{}, "yaml"},
		"twice":           {begin + "- id: a\n  type: true-false\n  text: Keys\n  statement: true\nquestions:\n- id: b\n", i18n.Text{}, "yaml"},
		"no statement":    {begin + "- id: a\n  type: true-false\n  text: Keys\n", i18n.Text{}, "lacks"},
		"no why":          {begin + "- id: a\n  type: single\n  text: Keys\n  options: [{id: a, text: x, right: true}, {id: b, text: y}]\n", i18n.Text{EN: "Keys", IT: "Keys"}, ""},
		"unknown aim":     {begin + "- id: a\n  type: true-false\n  objective: x\n  text: Keys\n  statement: true\n", i18n.Text{}, "objective"},
	} {
		f, err := ParseOwn([]byte(c.raw))
		if c.code != "" {
			if all := told1(t, err); len(all) == 0 || all[0].Code != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
			continue
		}
		if err != nil || f.Questions[0].Text != c.want || f.Topic != OwnTopic || f.Questions[0].Topic != OwnTopic || f.Questions[0].Level != 1 {
			t.Errorf("%s: %+v %v", name, f, err)
		}
		if _, err := Parse([]byte(c.raw)); err == nil {
			t.Errorf("%s: taken for one that is built in", name)
		}
	}
}

// Ten thousand questions, some 16 MB, are read in seconds and in bounded memory: what is in
// use at the worst moment is bounded by some times the size of the file. (The library alone
// would take fifty times.) The short way of every day reads fewer.
func TestMany(t *testing.T) {
	f, err := Parse([]byte(shop(t)))
	if err != nil {
		t.Fatal(err)
	}
	many := &File{Topic: OwnTopic}
	long := strings.Repeat("Keys are counted every evening. ", 10)
	count := 500
	if os.Getenv("CUSTODE_TORTURE") != "" {
		count = 10000
	}
	for i := range count {
		q := f.Questions[i%len(f.Questions)]
		q.ID, q.Objective, q.Topic, q.Explain = "own-"+strconv.Itoa(i), "", OwnTopic, i18n.Text{EN: long, IT: long}
		many.Questions = append(many.Questions, q)
	}
	raw, err := Encode(many)
	if err != nil {
		t.Fatal(err)
	}
	done, worst := make(chan bool), make(chan uint64)
	runtime.GC()
	go func() {
		var m runtime.MemStats
		peak := uint64(0)
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-done:
				worst <- peak
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	began := time.Now()
	again, err := ParseOwn(raw)
	took := time.Since(began)
	close(done)
	peak := <-worst
	if err != nil || len(again.Questions) != count {
		t.Fatal(err)
	}
	t.Logf("%d questions, %d MB: %v, at most %d MB in use", count, len(raw)>>20, took.Round(10*time.Millisecond), peak>>20)
	if peak > 16*uint64(len(raw)) {
		t.Errorf("%d MB in use for %d MB", peak>>20, len(raw)>>20)
	}
	if took > time.Minute {
		t.Errorf("%v", took)
	}
	if _, err := ParseOwn([]byte(strings.Repeat("#\n", maxBytes/2+1))); told1(t, err)[0].Code != "big" {
		t.Errorf("a file too long: %v", err)
	}
}
