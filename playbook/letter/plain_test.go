package letter_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"custode/internal/paper"
	"custode/playbook/fact"
	"custode/playbook/letter"
)

// prose gives the sentences of a letter, without titles and without the list of data.
func prose(l letter.Letter) string {
	var b strings.Builder
	for _, s := range l.Sections {
		if s.ID == "data" || s.ID == "hello" && len(s.Parts) == 0 {
			continue
		}
		for _, p := range s.Parts {
			for _, t := range append([]paper.Text{p.Text}, p.Items...) {
				if line := strings.TrimSpace(t.String()); line != "" {
					b.WriteString(strings.TrimRight(line, ".,:") + ". ")
				}
			}
		}
	}
	return b.String()
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?]+(\s|$)`)
	vowels      = regexp.MustCompile(`[aeiouy]+`)
)

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
}

// flesch is the reading ease of an English text: 60 to 70 is plain English, read by
// pupils of 13 to 15. Syllables are counted as groups of vowels, a silent e taken off.
func flesch(s string) float64 {
	w, syllables := words(s), 0
	for _, x := range w {
		x = strings.ToLower(x)
		n := len(vowels.FindAllString(x, -1))
		if n > 1 && strings.HasSuffix(x, "e") && !strings.HasSuffix(x, "le") {
			n--
		}
		syllables += max(n, 1)
	}
	n := float64(len(sentenceEnd.FindAllString(s, -1)))
	return 206.835 - 1.015*float64(len(w))/n - 84.6*float64(syllables)/float64(len(w))
}

// gulpease is the same for Italian: from 60 on, easy for who has finished the lower
// secondary school; below 40, hard for who has finished the upper one.
func gulpease(s string) float64 {
	w, letters := words(s), 0
	for _, x := range w {
		for _, r := range x {
			if unicode.IsLetter(r) {
				letters++
			}
		}
	}
	n := float64(len(sentenceEnd.FindAllString(s, -1)))
	return 89 + (300*n-10*float64(letters))/float64(len(w))
}

func TestReadability(t *testing.T) {
	// The formulas, on texts of which the figure is known: six words of one syllable in one
	// sentence; five words with twenty letters in one.
	if got := flesch("The cat sat on the mat."); got < 116 || got > 116.2 {
		t.Errorf("flesch: %.2f", got)
	}
	if got := gulpease("Casa cane gatto luce sole."); got < 106.9 || got > 107.1 {
		t.Errorf("gulpease: %.2f", got)
	}
	b, l := library(t)
	for _, kind := range []string{"people", "notice"} {
		for lang, measure := range map[string]struct {
			of    func(string) float64
			least float64
		}{"en": {flesch, 65}, "it": {gulpease, 60}} {
			all := stolen(lang)
			for _, d := range b.All() {
				if d.Type == fact.SomeOf {
					var ids []string
					for _, o := range d.Options {
						ids = append(ids, o.ID)
					}
					all.Facts[d.Key] = fact.Value{Text: strings.Join(ids, ",")}
				}
				if d.Type == fact.YesNo {
					all.Facts[d.Key] = fact.Value{Text: "unknown"}
				}
			}
			for name, in := range map[string]letter.Input{"stolen": stolen(lang), "every kind of data": all} {
				text := prose(fill(t, l, kind, in))
				got := measure.of(text)
				t.Logf("%s %s, %s: %.0f", kind, lang, name, got)
				if got < measure.least {
					t.Errorf("%s %s, %s: %.1f, at least %.0f:\n%s", kind, lang, name, got, measure.least, text)
				}
			}
		}
	}
}

var tappable = regexp.MustCompile(`(?i)://|www\.|(^|[^\w@.-])([a-z0-9-]+\.)+[a-z]{2,}\b`)

// A short message has at most two parts, the letters of the GSM alphabet and no link,
// whatever names and contacts there are.
func TestShort(t *testing.T) {
	b, l := library(t)
	kinds, _ := b.Find("data_kinds")
	var ids []string
	for _, o := range kinds.Options {
		ids = append(ids, o.ID)
	}
	for _, lang := range both {
		for _, name := range []string{"Ferramenta Rossi", "booking.example.com", "Łódź & Škoda „Кафе” " + strings.Repeat("x", 300), "L'Angolo – Caffè «Perché no?» di Maria Antonietta", strings.Repeat("€", 200)} {
			for _, contact := range []string{"02 5550100", "Anna Rossi, +39 02 5550100, privacy@example.com, https://example.com/help?x=1", strings.Repeat("very long ", 30), "www.example.com 02 5550100"} {
				for _, k := range [][]string{ids[:1], ids[3:6], ids} {
					in := stolen(lang)
					in.Facts["controller_name"] = fact.Value{Text: name}
					in.Facts["contact_point"] = fact.Value{Text: contact}
					in.Facts["data_kinds"] = fact.Value{Text: strings.Join(k, ",")}
					text, n, m := fill(t, l, "sms", in).Short()
					if m > 2 || n > 306 {
						t.Errorf("%d characters, %d messages: %s", n, m, text)
					}
					if bad := strings.Trim(text, "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà€"); bad != "" {
						t.Errorf("%q is not in the alphabet: %s", bad, text)
					}
					if tappable.MatchString(strings.ReplaceAll(text, "privacy@example.com", "")) {
						t.Errorf("something to tap on: %s", text)
					}
				}
			}
		}
	}
	// One message of the size that the standard counts by.
	in := stolen("en")
	in.Facts["contact_point"] = fact.Value{Text: "https://example.com/only"}
	if f, _ := fill(t, l, "sms", in).Field("short_contact"); f.Value.State != letter.Unknown {
		t.Errorf("a link alone is no contact: %+v", f)
	}
}

// Whoever is no customer is not called one.
func TestSalutation(t *testing.T) {
	_, l := library(t)
	for groups, want := range map[string][3]string{
		"customers,children": {"Dear customer,", "Good day", "parent"}, "unknown": {"Dear customer,", "Good day", ""}, "staff": {"Good day,", "Dear customer", ""},
	} {
		in := stolen("en")
		in.Facts["people_groups"] = fact.Value{Text: groups}
		got := paper.Plain(fill(t, l, "people", in).Doc(letter.Options{}), 80)
		if !strings.Contains(got, want[0]) || strings.Contains(got, want[1]) || strings.Contains(got, "parent") != (want[2] != "") {
			t.Errorf("%s:\n%s", groups, got)
		}
	}
}

// What the facts say is what the people are told: never more, never less than is known.
func TestCareful(t *testing.T) {
	_, l := library(t)
	for _, c := range []struct {
		confidentiality, encrypted, key string
		want, not                       string
	}{
		{"yes", "no", "n/a", "may have seen or copied", "locked with a code"},
		{"yes", "yes", "yes", "locked with a code that is safe", "seen or copied"},
		{"yes", "yes", "unknown", "cannot rule out", "safe with us"},
		{"yes", "unknown", "unknown", "cannot rule out", "safe with us"},
		{"unknown", "no", "n/a", "cannot rule out", "safe with us"},
		{"no", "no", "n/a", "What happened", "rule out that other"},
	} {
		in := stolen("en")
		for key, v := range map[string]string{"confidentiality": c.confidentiality, "data_encrypted": c.encrypted, "key_safe": c.key} {
			in.Facts[key] = fact.Value{Text: v}
		}
		for _, kind := range []string{"people", "notice"} {
			got := strings.Join(strings.Fields(paper.Plain(fill(t, l, kind, in).Doc(letter.Options{}), 80)), " ")
			if !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
				t.Errorf("%s %+v:\n%s", kind, c, got)
			}
		}
	}
}
