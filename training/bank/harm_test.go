package bank

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"custode/internal/i18n"
	"custode/training/question"
)

// good makes a bank that keeps all the rules.
func good() []*question.File {
	say := func(en, it string) i18n.Text { return i18n.Text{EN: en, IT: it} }
	option := func(id string, right bool, i int) question.Option {
		en := []string{"You tell the owner at once.", "You wait for the next day to come.", "You ask who sent it to the shop.", "You leave it on the desk and go."}[i]
		it := []string{"Lo dici subito a chi dirige.", "Aspetti che arrivi il giorno dopo.", "Chiedi chi lo ha mandato al negozio.", "Lo lasci sul banco e vai a casa."}[i]
		o := question.Option{ID: id, Right: right, Text: say(en, it)}
		if !right {
			o.Why = say("That takes the time that you need.", "Così perdi il tempo che ti serve.")
		}
		return o
	}
	var out []*question.File
	for n := range topics {
		topic := fmt.Sprintf("t%d", n)
		f := &question.File{Topic: topic, Title: say("A topic", "Un tema"), Objectives: []question.Objective{{ID: "aim", Text: say("Tell it.", "Saperlo dire.")}}}
		for i, typ := range []question.Type{"single", "single", "single", "single", "multiple", "multiple", "true-false", "order", "spot", "spot"} {
			q := question.Question{
				ID: fmt.Sprintf("%s-%d", topic, i), Topic: topic, Objective: "aim", Type: typ, Level: []int{1, 1, 1, 1, 1, 2, 2, 2, 3, 3}[i], Essential: i < 2, Line: 10 + i,
				Sources: []string{"GDPR:33"}, Plans: []string{"lost-device"}, Text: say("You find a note in the shop. What do you do with it?", "Trovi un biglietto in negozio. Che cosa fai con il biglietto?"),
				Explain: say("Who knows of it soon can still help, and the shop loses no time over it.", "Chi lo sa presto può ancora aiutare, e il negozio non perde tempo per una cosa da poco."),
			}
			switch typ {
			case question.Single:
				for j := range 4 {
					q.Options = append(q.Options, option(string(rune('a'+j)), j == (i+n)%4, (j+n)%4))
				}
			case question.Multiple:
				for j := range 4 {
					q.Options = append(q.Options, option(string(rune('a'+j)), (j+n+i)%4 < 2, j))
				}
			case question.TrueFalse:
				q.Statement = n%2 == 0
			case question.Order:
				for j := range 3 {
					q.Steps = append(q.Steps, question.Step{ID: fmt.Sprint(j), Text: option("", true, j).Text})
				}
			case question.Spot:
				s := &question.Scene{Kind: question.Mail, Genuine: (2*n+i)%5 < 2}
				for j, kind := range []question.PartKind{question.From, question.Subject, question.Body, question.Link} {
					p := question.Part{ID: fmt.Sprint(j), Kind: kind, Text: option("", true, j).Text}
					if kind == question.From {
						p.Text, p.Target = say("Lindenbank", "Lindenbank"), "help@lindenbank.test"
					}
					if j < 2 && s.Genuine {
						p.Fine = option("", true, 1).Text
					} else if j < 2 {
						p.Clue = option("", true, 1).Text
					}
					s.Parts = append(s.Parts, p)
				}
				q.Scene = s
			}
			f.Questions = append(f.Questions, q)
		}
		out = append(out, f)
	}
	return out
}

// of gives the first question of a type.
func of(bank []*question.File, t question.Type) *question.Question {
	for i := range bank[0].Questions {
		if q := &bank[0].Questions[i]; q.Type == t {
			return q
		}
	}
	return nil
}

// scene gives the first scene that is genuine, or the first that is none.
func scene(bank []*question.File, genuine bool) *question.Question {
	for _, f := range bank {
		for i := range f.Questions {
			if q := &f.Questions[i]; q.Scene != nil && q.Scene.Genuine == genuine {
				return q
			}
		}
	}
	return nil
}

// each runs through all questions of a type.
func each(bank []*question.File, t question.Type, do func(i int, q *question.Question)) {
	n := 0
	for _, f := range bank {
		for i := range f.Questions {
			if f.Questions[i].Type == t {
				do(n, &f.Questions[i])
				n++
			}
		}
	}
}

// Each harms a good bank in one way, which must be found under that code; harmless changes
// of the same kind (code "") must not be.
var harms = []struct {
	code, name string
	harm       func(b []*question.File)
}{
	{"source", "none", func(b []*question.File) { of(b, "single").Sources = nil }},
	{"source", "not listed", func(b []*question.File) { of(b, "single").Sources = []string{"GDPR:33", "HEARSAY"} }},
	{"plan", "unknown", func(b []*question.File) { of(b, "single").Plans = []string{"fire"} }},
	{"explain", "English", func(b []*question.File) { of(b, "single").Explain.EN = "Who knows of it soon can still help, and." }},
	{"explain", "Italian", func(b []*question.File) { of(b, "single").Explain.IT = "Chi lo sa presto può ancora aiutare." }},
	{"why", "none", func(b []*question.File) { wrong(b).Why = i18n.Text{} }},
	{"why", "one language", func(b []*question.File) { wrong(b).Why.IT = "" }},
	{"same", "option", func(b []*question.File) { wrong(b).Text.IT = wrong(b).Text.EN }},
	{"same", "clue", func(b []*question.File) {
		p := &scene(b, false).Scene.Parts[0]
		p.Clue.IT = p.Clue.EN
	}},
	{"swapped", "explain", func(b []*question.File) {
		e := &of(b, "single").Explain
		e.EN, e.IT = e.IT, e.EN
	}},
	{"swapped", "step", func(b []*question.File) { of(b, "order").Steps[1].Text.IT = "You tell the owner what you have found." }},
	{"all-of", "English", func(b []*question.File) { wrong(b).Text.EN = "All of the above." }},
	{"all-of", "none", func(b []*question.File) { wrong(b).Text.EN = "None of these" }},
	{"all-of", "Italian", func(b []*question.File) { wrong(b).Text.IT = "Tutte le precedenti." }},
	{"all-of", "two", func(b []*question.File) { wrong(b).Text.EN = "Both of them." }},
	{"all-of", "letters", func(b []*question.File) { wrong(b).Text.EN = "A and C" }},
	{"all-of", "Italian none", func(b []*question.File) { wrong(b).Text.IT = "Nessuna delle precedenti" }},
	{"", "all in a sentence", func(b []*question.File) {
		wrong(b).Text = i18n.Text{EN: "You ask all of them to the shop.", IT: "Chiedi a tutte le persone che ci sono."}
	}},
	{"negative", "English", func(b []*question.File) {
		of(b, "single").Text.EN = "You find a note. Which of these is not for the bin?"
	}},
	{"negative", "Italian", func(b []*question.File) {
		of(b, "single").Text.IT = "Trovi un biglietto. Quale di questi non va nel cestino?"
	}},
	{"negative", "except", func(b []*question.File) { of(b, "multiple").Text.EN = "Which can you throw away, except for one?" }},
	{"negative", "n't", func(b []*question.File) { of(b, "multiple").Text.EN = "What shouldn't you throw away?" }},
	{"negative", "capitals in one", func(b []*question.File) { of(b, "single").Text.EN = "Which of these is NOT for the bin?" }},
	{"", "capitals in both", func(b []*question.File) {
		of(b, "single").Text = i18n.Text{EN: "Which of these is NOT for the bin?", IT: "Quale di questi NON va nel cestino?"}
	}},
	{"", "not in the story", func(b []*question.File) {
		of(b, "single").Text = i18n.Text{EN: "The till does not open. What do you do if it does not?", IT: "La cassa non si apre. Che cosa fai se non si apre?"}
	}},
	{"hard", "English", func(b []*question.File) {
		of(b, "true-false").Explain.EN = "Organisational responsibilities necessitate immediate communication regarding unauthorised accessibility of confidential information available electronically internationally."
	}},
	{"hard", "Italian", func(b []*question.File) {
		of(b, "true-false").Explain.IT = strings.Repeat("Comunicazione organizzativa relativamente all'inaccessibilità temporanea delle informazioni riservatissime precedentemente trasmesse elettronicamente e ", 3)
	}},
	{"topic-hard", "English", func(b []*question.File) {
		for i := range b[0].Questions {
			b[0].Questions[i].Explain.EN = "Organisational responsibilities require immediate communication, particularly regarding accessibility of confidential information available to employees generally."
		}
	}},
	{"topic-hard", "Italian", func(b []*question.File) {
		for i := range b[0].Questions {
			b[0].Questions[i].Explain.IT = strings.Repeat("Le responsabilità organizzative richiedono comunicazioni immediate, particolarmente relativamente alla riservatezza delle informazioni, ", 3)
		}
	}},
	{"domain", "in a text", func(b []*question.File) { of(b, "single").Text.EN += " See lindenbank.com." }},
	{"domain", "target", func(b []*question.File) { scene(b, true).Scene.Parts[3].Target = "https://lindenbank.it/login" }},
	{"domain", "address", func(b []*question.File) { scene(b, true).Scene.Parts[0].Target = "info@lindenbank.pdf" }},
	{"domain", "reserved in front", func(b []*question.File) { scene(b, true).Scene.Parts[3].Target = "https://example.com.pay.io/x" }},
	{"", "reserved", func(b []*question.File) {
		scene(b, true).Scene.Parts[3].Target = "https://lindenbank.example.pay.test/login?a=b.co"
		scene(b, true).Scene.Parts[0].Target = "giulia.fontana@lindenbank.test"
		of(b, "single").Text.EN = "You open list.pdf.exe or www.example.com/a.html: what now?"
	}},
	{"phone", "English", func(b []*question.File) { of(b, "single").Text.EN += " Call +44 20 7123 4567." }},
	{"phone", "Italian", func(b []*question.File) { of(b, "single").Text.IT += " Chiama il 02 1234 5678." }},
	{"", "reserved numbers, a day, a price", func(b []*question.File) {
		of(b, "single").Text.EN = "On 2026-11-28 you call +44 20 7946 0123 or +1 202 555 0123 about 1,250.00 pounds. What now?"
	}},
	{"brand", "sure", func(b []*question.File) { of(b, "single").Text.EN += " It is from paypal." }},
	{"brand", "target", func(b []*question.File) { scene(b, true).Scene.Parts[3].Target = "https://dhl-parcel.test/" }},
	{"brand", "with a capital", func(b []*question.File) { wrong(b).Why.IT = "Il computer ha Windows e tu no." }},
	{"", "words of every day", func(b []*question.File) { wrong(b).Text.EN = "You clean the windows and zoom in." }},
	{"options", "two", func(b []*question.File) { of(b, "single").Options = of(b, "single").Options[:2] }},
	{"options", "six", func(b []*question.File) {
		q := of(b, "multiple")
		q.Options = append(q.Options, q.Options[2:]...)
	}},
	{"right", "all but one of five", func(b []*question.File) {
		q := of(b, "multiple")
		for i := range q.Options {
			q.Options[i].Right = true
		}
		q.Options = append(q.Options, *wrong(b))
	}},
	{"steps", "six", func(b []*question.File) {
		q := of(b, "order")
		q.Steps = append(q.Steps, q.Steps...)
	}},
	{"parts", "three", func(b []*question.File) { scene(b, true).Scene.Parts = scene(b, true).Scene.Parts[:3] }},
	{"clues", "one", func(b []*question.File) { scene(b, false).Scene.Parts[1].Clue = i18n.Text{} }},
	{"clues", "one part that is none", func(b []*question.File) { scene(b, false).Scene.Parts[2].Clue = scene(b, false).Scene.Parts[1].Clue }},
	{"fine", "nothing", func(b []*question.File) {
		for i := range scene(b, true).Scene.Parts {
			scene(b, true).Scene.Parts[i].Fine = i18n.Text{}
		}
	}},
	{"objective", "idle", func(b []*question.File) {
		b[1].Objectives = append(b[1].Objectives, question.Objective{ID: "idle", Text: i18n.Text{EN: "Rest.", IT: "Riposare."}})
	}},
	{"essentials", "three", func(b []*question.File) { b[1].Questions[5].Essential = true }},
	{"essentials", "one", func(b []*question.File) { b[1].Questions[0].Essential = false }},
	{"levels", "a topic", func(b []*question.File) {
		b[1].Questions[0].Level, b[1].Questions[1].Level = 3, 3
	}},
	{"levels", "the bank", func(b []*question.File) {
		for _, f := range b {
			f.Questions[8].Level = 1
		}
	}},
	{"types", "no order", func(b []*question.File) { b[1].Questions[7] = b[1].Questions[6] }},
	{"types", "the bank", func(b []*question.File) {
		for _, f := range b {
			f.Questions[1].Type = question.Multiple
		}
	}},
	{"longest", "English", func(b []*question.File) {
		each(b, "single", func(i int, q *question.Question) { lengthen(q, i%100 < 46, "en") })
	}},
	{"longest", "Italian", func(b []*question.File) {
		each(b, "single", func(i int, q *question.Question) { lengthen(q, i%100 < 46, "it") })
	}},
	{"shortest", "English", func(b []*question.File) {
		each(b, "single", func(i int, q *question.Question) { shorten(q, i%100 < 46) })
	}},
	{"places", "single", func(b []*question.File) {
		each(b, "single", func(i int, q *question.Question) {
			for j := range q.Options { // half stand first
				if q.Options[j].Right && i%2 == 0 {
					q.Options[0], q.Options[j] = q.Options[j], q.Options[0]
				}
			}
		})
	}},
	{"places", "multiple", func(b []*question.File) {
		each(b, "multiple", func(_ int, q *question.Question) {
			slices.SortStableFunc(q.Options, func(x, y question.Option) int { return len(x.Why.EN) - len(y.Why.EN) })
		})
	}},
	{"genuine", "half", func(b []*question.File) {
		n := 0
		each(b, "spot", func(_ int, q *question.Question) {
			if q.Scene.Genuine && n < 3 {
				n++
				*q = *scene(b, false)
			}
		})
	}},
	{"statements", "true", func(b []*question.File) {
		each(b, "true-false", func(i int, q *question.Question) { q.Statement = i > 1 })
	}},
	{"few", "119", func(b []*question.File) { b[0].Questions = b[0].Questions[:9] }},
	{"topics", "a thirteenth", func(b []*question.File) { b[4].Topic = b[5].Topic }},
	{"topic-twice", "two of one name", func(b []*question.File) { b[4].Topic = b[5].Topic }},
	{"twice", "in two topics", func(b []*question.File) { b[1].Questions[0].ID = b[0].Questions[0].ID }},
}

// wrong gives a wrong option.
func wrong(b []*question.File) *question.Option {
	q := of(b, "single")
	i := slices.IndexFunc(q.Options, func(o question.Option) bool { return !o.Right })
	return &q.Options[i]
}

// lengthen makes the right option of a question the longest in a language, or all alike.
func lengthen(q *question.Question, longest bool, lang string) {
	for i := range q.Options {
		s := &q.Options[i].Text.EN
		if lang == "it" {
			s = &q.Options[i].Text.IT
		}
		*s = strings.Repeat("x", 30)
		if q.Options[i].Right && longest {
			*s += "y"
		}
	}
}

// shorten makes the right option of a question the shortest, or all alike.
func shorten(q *question.Question, shortest bool) {
	lengthen(q, false, "en")
	for i := range q.Options {
		if q.Options[i].Right && shortest {
			q.Options[i].Text.EN = "x"
		}
	}
}

func TestLint(t *testing.T) {
	k := known(t)
	k.Whole = true
	for _, f := range Lint(good(), k) {
		t.Errorf("the good bank: %v", f)
	}
	planted := map[string]bool{}
	for _, h := range harms {
		planted[h.code] = true
		b := good()
		h.harm(b)
		part := k
		part.Whole = false
		found := Lint(b[:2], part) // two topics and the bank in all: everything else is left as it was
		whole := &linter{known: k, topic: "bank"}
		whole.whole(b)
		found = append(found, whole.out...)
		if h.code == "" {
			for _, f := range found {
				t.Errorf("%s: %v", h.name, f)
			}
			continue
		}
		if !slices.ContainsFunc(found, func(f Fault) bool { return f.Code == h.code && f.Detail != "" && f.Topic != "" }) {
			t.Errorf("%s, %s: not found, but %v", h.code, h.name, found)
		}
		for _, f := range found {
			if !slices.Contains(Codes(), f.Code) {
				t.Errorf("a code that is not listed: %v", f)
			}
		}
	}
	for _, code := range Codes() {
		if !planted[code] {
			t.Errorf("nothing is planted for %s", code)
		}
	}
}
