package letter_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/internal/paper"
	"custode/internal/pdf"
	"custode/internal/source"
	"custode/playbook/fact"
	"custode/playbook/letter"
)

// wanted are the fields that an article demands, by kind of letter. Written from the law,
// not from the letters.
var wanted = map[string]map[string][]string{
	"33(3)": {
		"authority-edpb authority-garante authority-ico controller": {
			"what_happened", "nature", "people_groups", "people_count", "data_kinds", "records_count", // (a)
			"contact_point",                // (b)
			"consequences",                 // (c)
			"measures", "measures_planned", // (d)
		},
	},
	"33(1)": {"authority-edpb authority-garante authority-ico": {"aware_at", "delay_reasons"}},
	"33(2)": {"controller": {"aware_at"}},
	"33(5)": {
		"authority-edpb authority-garante authority-ico register": {
			"what_happened", "occurred", "nature", "cause", "data_kinds", "people_count", "aware_at", // the facts
			"consequences",                 // the effects
			"measures", "measures_planned", // the remedial action
			"authority_decision", "authority_reasons", "people_decision", "people_reasons",
		},
	},
	"34(2)": {
		"people notice": {"what_happened", "data_kinds", "contact_point", "consequences_told", "measures_told", "advice"},
		"sms":           {"short_kinds", "short_contact", "short_may", "short_did"},
	},
}

// facts gives every fact one value.
func facts(b *fact.Book, text string) fact.Set {
	s := fact.Set{}
	for i, d := range b.All() {
		s[d.Key] = fact.Value{Text: text, Event: int64(i + 1)}
	}
	return s
}

// some gives a fact a value that is known, so that one can find it again.
func some(d fact.Def, r *rand.Rand) string {
	switch d.Type {
	case fact.YesNo:
		return []string{"yes", "no"}[r.IntN(2)]
	case fact.Number:
		return "4711"
	case fact.Moment:
		return "2026-11-27T18:30:00+01:00"
	case fact.OneOf:
		return d.Options[r.IntN(len(d.Options))].ID
	case fact.SomeOf:
		return d.Options[0].ID + "," + d.Options[1].ID
	case fact.Free:
	}
	return "Text of " + d.Key
}

func flat(s string) string { return strings.Join(strings.Fields(s), "") }

// drawn gives a letter in every format, without spaces.
func drawn(t *testing.T, l letter.Letter) map[string]string {
	t.Helper()
	d := l.Doc(letter.Options{})
	var page bytes.Buffer
	if err := paper.HTML(&page, d, paper.A4); err != nil {
		t.Fatal(err)
	}
	html := strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(page.String())
	return map[string]string{
		"text": flat(paper.Plain(d, 80)), "html": flat(html),
		"markdown": strings.ReplaceAll(flat(paper.Markdown(d)), `\`, ""),
	}
}

// All that Art. 33(3), 33(5) and 34(2) demand is in every letter to which it belongs, in
// both languages: where nothing is known, it says so, with the question.
func TestArticles(t *testing.T) {
	b, l := library(t)
	for article, kinds := range wanted {
		for names, fields := range kinds {
			for kind := range strings.FieldsSeq(names) {
				for _, lang := range both {
					for name, s := range map[string]fact.Set{"nothing said": nil, "unknown": facts(b, fact.Unknown)} {
						in := letter.Input{Facts: s, Lang: lang, Now: now, Zone: rome, RunID: "x"}
						got := fill(t, l, kind, in)
						texts := drawn(t, got)
						for _, id := range fields {
							f, ok := got.Field(id)
							if !ok || f.Value.State != letter.Unknown || f.Value.Ask == "" || f.Value.Asked != (s != nil) {
								t.Errorf("%s %s, %s, %s: %s is %+v", kind, lang, article, name, id, f)
								continue
							}
							mark := flat(map[string]string{"en": "[UNKNOWN: ", "it": "[NON NOTO: "}[lang] + f.Value.Ask + "]")
							for format, text := range texts {
								if kind == "sms" {
									mark = strings.Map(plain, mark)
									text = strings.Map(plain, text)
								}
								if !strings.Contains(text, mark) {
									t.Errorf("%s %s, %s, %s, %s: no %s", kind, lang, article, name, format, mark)
								}
							}
						}
					}
				}
			}
		}
	}
}

// plain leaves out the accents that a text message has no letters for.
func plain(r rune) rune {
	if r > 127 {
		return -1
	}
	return r
}

// The meter counts what is missing, article by article, and nothing else.
func TestComplete(t *testing.T) {
	b, l := library(t)
	for _, k := range l.Kinds() {
		empty := fill(t, l, k.ID, letter.Input{Lang: "en", Now: now})
		full := stolen("en")
		full.Facts["records_count"] = fact.Value{Text: "1300"}
		for _, m := range fill(t, l, k.ID, full).Complete() {
			if m.Want == 0 && m.Article != "34(3)(c)" || !m.Full() {
				t.Errorf("%s: %s has %d of %d: %v", k.ID, m.Article, m.Have, m.Want, m.Missing)
			}
		}
		for _, m := range empty.Complete() {
			if len(m.Missing) != m.Want-m.Have || m.Have > 0 && m.Article != "form" && m.Article != "33(4)" {
				t.Errorf("%s: of nothing, %s has %d of %d", k.ID, m.Article, m.Have, m.Want)
			}
		}
		if said := fill(t, l, k.ID, letter.Input{Facts: facts(b, fact.Unknown), Lang: "en", Now: now}).Open(); len(said) > 0 {
			t.Errorf("%s: everything is said to be unknown, and %d fields are open: %v", k.ID, len(said), said)
		}
		if len(empty.Open()) == 0 {
			t.Errorf("%s: nothing is said, and nothing is open", k.ID)
		}
	}
	// One fact less is one field less.
	in := stolen("en")
	delete(in.Facts, "people_count")
	for _, m := range fill(t, l, "authority-garante", in).Complete() {
		has := slices.ContainsFunc(m.Missing, func(g letter.Gap) bool { return g.Field == "people_count" && !g.Asked && g.Mandatory })
		if has != (m.Article == "33(3)(a)" || m.Article == "33(5)") {
			t.Errorf("%s: %v", m.Article, m.Missing)
		}
	}
}

// Both languages of a letter have the same fields in the same sentences, and every text.
func TestSameFields(t *testing.T) {
	_, l := library(t)
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range l.Kinds() {
		for _, text := range k.Texts() {
			if !text.Whole() {
				t.Errorf("%s: a text lacks a language: %+v", k.ID, text)
			}
			if a, b := letter.Slots(text.EN), letter.Slots(text.IT); !slices.Equal(a, b) {
				t.Errorf("%s: %v in English, %v in Italian", k.ID, a, b)
			}
			for _, s := range []string{text.EN, text.IT} {
				for _, sentence := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(".!?:;\n", r) }) {
					if n := len(strings.Fields(sentence)); n > 25 {
						t.Errorf("%s: %d words: %s", k.ID, n, sentence)
					}
				}
			}
		}
		if len(k.Serves) == 0 {
			t.Errorf("%s serves nothing", k.ID)
		}
		for _, s := range k.Sources {
			if _, ok := sources.Find(s); !ok {
				t.Errorf("%s: no source %s", k.ID, s)
			}
		}
	}
	for id, text := range l.Texts() {
		if !text.Whole() {
			t.Errorf("%s lacks a language: %+v", id, text)
		}
		if a, b := letter.Slots(text.EN), letter.Slots(text.IT); !slices.Equal(a, b) {
			t.Errorf("%s: %v in English, %v in Italian", id, a, b)
		}
	}
}

// The three forms of authorities ask the same, each in its own order; and every fact of
// the vocabulary that a form could want is in them.
func TestSuperset(t *testing.T) {
	b, l := library(t)
	fields := func(kind string) (ids, keys []string) {
		for _, f := range fill(t, l, kind, letter.Input{Lang: "en"}).Fields() {
			ids = append(ids, f.ID)
			keys = append(keys, f.Facts...)
		}
		slices.Sort(ids)
		return ids, keys
	}
	all, keys := fields("authority-edpb")
	for _, kind := range []string{"authority-garante", "authority-ico"} {
		if got, _ := fields(kind); !slices.Equal(got, all) {
			t.Errorf("%s has other fields than the superset:\n%v\n%v", kind, got, all)
		}
	}
	// What decides only whether to notify or which way a plan takes, or is the record's own business.
	inner := []string{"away_long", "recipient_trusted", "risk_removed", "contact_impossible", "authority_notified_at", "controller_told_at", "registered", "false_alarm", "money_sent", "payments_online", "condition_holds"}
	for _, d := range b.All() {
		if !slices.Contains(keys, d.Key) && !slices.Contains(inner, d.Key) {
			t.Errorf("no field of the notification takes %s", d.Key)
		}
	}
}

// Whatever is known and whatever not: no panic, each unknown field of a form is marked once,
// and nothing unknown is printed as no.
func TestRandomFacts(t *testing.T) {
	b, l := library(t)
	r := rand.New(rand.NewPCG(6, 2026))
	for n := range 144 { // every letter six times in each language

		s := fact.Set{}
		for _, d := range b.All() {
			switch r.IntN(4) {
			case 0:
				s[d.Key] = fact.Value{Text: fact.Unknown}
			case 1:
				s[d.Key] = fact.Value{Text: fact.NotApplicable}
			case 2:
				s[d.Key] = fact.Value{Text: some(d, r), Event: 7}
			}
		}
		k := l.Kinds()[n%len(l.Kinds())]
		lang := both[n/len(l.Kinds())%2]
		stage := []letter.Stage{letter.Preliminary, letter.Complete, letter.Supplementary, letter.Withdrawn}[r.IntN(4)]
		got := fill(t, l, k.ID, letter.Input{Facts: s, Lang: lang, Now: now, Stage: stage, RunID: "2026-001", Drill: n%3 == 0})
		text := paper.Plain(got.Doc(letter.Options{Sources: true, Draft: true}), 80)
		unknown := 0
		for _, sec := range got.Sections {
			for _, f := range sec.Fields {
				if f.Value.State == letter.Unknown {
					unknown++
				}
			}
		}
		if marks := strings.Count(flat(text), map[string]string{"en": "[UNKNOWN:", "it": "[NONNOTO:"}[lang]); k.Form && marks != unknown {
			t.Errorf("%s: %d fields are unknown, %d are marked", k.ID, unknown, marks)
		}
		if mark := map[string]string{"en": "DRILL", "it": "ESERCITAZIONE"}[lang]; strings.Contains(text, mark) != (n%3 == 0) {
			t.Errorf("%s: an exercise, and it does not say so, or the reverse", k.ID)
		}
		if strings.Contains(text, "{") || strings.Contains(text, "[]") || strings.Contains(text, "unknown") {
			t.Errorf("%s: a place is not filled:\n%s", k.ID, text)
		}
	}
}

// A stranger's words in a fact stay words, in every letter and format.
func TestHostileFacts(t *testing.T) {
	b, l := library(t)
	const bad = "<img src=x onerror=alert(1)>\n# x\u202eexe.\x1b[2J {date} {controller_name} %s %d [UNKNOWN: y]"
	s := fact.Set{}
	r := rand.New(rand.NewPCG(1, 2))
	for _, d := range b.All() {
		v := some(d, r)
		if d.Type == fact.Free {
			v = bad
		}
		s[d.Key] = fact.Value{Text: v}
	}
	for _, k := range l.Kinds() {
		in := letter.Input{
			Facts: s, Lang: "it", Now: now, RunID: bad, Plan: bad, Severity: bad, Head: bad, Stage: letter.Supplementary,
			Reasons: []letter.Reason{{Text: bad, Source: bad}}, Steps: []letter.Done{{At: now, Text: bad}},
			Evidence: []letter.Evidence{{Name: bad, Digest: bad}}, Changes: []letter.Change{{Label: bad, Was: bad, Now: bad}},
		}
		got := fill(t, l, k.ID, in)
		if k.ID == "authority-edpb" || k.ID == "police" {
			if err := pdf.Write(io.Discard, got.Doc(letter.Options{}), paper.A4); err != nil {
				t.Errorf("%s: %v", k.ID, err)
			}
		}
		for format, text := range drawn(t, got) {
			if strings.ContainsAny(text, "\x1b\u202e") || format == "html" && strings.Contains(text, "<img") {
				t.Errorf("%s, %s: the words act", k.ID, format)
			}
			if !k.Short && !strings.Contains(text, "{date}{controller_name}%s%d") {
				t.Errorf("%s, %s: the words are changed", k.ID, format)
			}
		}
	}
}

// What another program reads out of the PDF is the letter.
func TestPDF(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("SKIPPED: pdftotext is not here (Debian: poppler-utils)")
	}
	_, l := library(t)
	for kind, lang := range map[string]string{"authority-garante": "it", "people": "en", "police": "it", "sms": "en"} {
		d := fill(t, l, kind, stolen(lang)).Doc(letter.Options{})
		var raw bytes.Buffer
		if err := pdf.Write(&raw, d, paper.A4); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), kind+".pdf")
		if err := os.WriteFile(name, raw.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool, name, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		for word := range strings.FieldsSeq(paper.Plain(paper.Doc{Blocks: d.Blocks}, 80)) {
			word = strings.TrimRight(word, ":-")
			if len(word) > 3 && len(word) < 20 && !strings.ContainsAny(word, "_-=") && !strings.Contains(string(out), word) {
				t.Errorf("%s.%s: no %q", kind, lang, word)
			}
		}
	}
}
