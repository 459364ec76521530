package certificate

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/pdf"
	"custode/internal/readable"
)

var (
	rome = time.FixedZone("CET", 3600)
	both = []string{"en", "it"}
)

func anna(lang string) Data {
	return Data{
		Lang: lang, Name: "Anna Müller", Shop: "Ferramenta Rossi", Finished: 17,
		Topics: []i18n.Text{{EN: "Phishing e-mail", IT: "E-mail di phishing"}, {EN: "Sending it right", IT: "Inviare nel modo giusto"}},
		From:   time.Date(2026, 5, 4, 9, 0, 0, 0, rome), To: time.Date(2026, 11, 27, 18, 0, 0, 0, rome), Made: time.Date(2026, 11, 28, 10, 0, 0, 0, rome),
	}
}

func draw(t *testing.T, d paper.Doc, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return paper.Plain(d, 100000) // no line is broken
}

func TestCertificate(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"CERTIFICATE OF COMPLETION", "Anna Müller finished 17 of the short quizzes", "Ferramenta Rossi", "4 May 2026 to 27 Nov 2026", "Phishing e-mail", "28 Nov 2026", "Self-declared", "No score is shown", "Verification code", ", and each topic one below", "It is no signature"},
		"it": {"ATTESTATO DI PARTECIPAZIONE", "Anna Müller ha completato 17 dei brevi quiz", "Ferramenta Rossi", "dal 4 mag 2026 al 27 nov 2026", "E-mail di phishing", "28 nov 2026", "Autodichiarazione", "alcun punteggio", "Codice di verifica", ", e ogni argomento uno sotto", "Non è una firma"},
	} {
		d, err := New(anna(lang))
		text := draw(t, d, err)
		for _, s := range append(want, Code(anna(lang))) {
			if !strings.Contains(text, s) {
				t.Errorf("%s: %q is missing:\n%s", lang, s, text)
			}
		}
	}
	one := anna("en")
	one.Finished, one.To, one.Topics = 1, one.From, nil
	d, err := New(one)
	if text := draw(t, d, err); !strings.Contains(text, "finished one of the short quizzes") || strings.Contains(text, "4 May 2026 to") || strings.Contains(text, "opic") {
		t.Error(text)
	}
}

// The code changes with each field, and with nothing else.
func TestCode(t *testing.T) {
	code := Code(anna("en"))
	if !regexp.MustCompile(`^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$`).MatchString(code) {
		t.Error(code)
	}
	// Worked out as the paper says: printf '...' | sha256sum, the bytes through base32.
	plain := anna("it")
	plain.Topics = nil
	if code != "GZ63-TMBS-IVZB-N4CC" || Code(plain) != "3PPL-VSCW-RGEI-M2E6" {
		t.Errorf("the codes of known certificates are %s and %s", code, Code(plain))
	}
	for name, change := range map[string]func(*Data){
		"name": func(d *Data) { d.Name = "Anna Muller" }, "shop": func(d *Data) { d.Shop += "a" }, "number": func(d *Data) { d.Finished++ },
		"topics": func(d *Data) { d.Topics = d.Topics[:1] }, "from": func(d *Data) { d.From = d.From.AddDate(0, 0, -1) },
		"to": func(d *Data) { d.To = d.To.AddDate(0, 0, 1) }, "made": func(d *Data) { d.Made = d.Made.AddDate(0, 0, 1) },
		"a line moved": func(d *Data) { d.Name, d.Shop = "Anna", "Müller\nFerramenta Rossi" },
	} {
		d := anna("en")
		change(&d)
		if Code(d) == code || Fits(d, code) {
			t.Errorf("%s: the same code", name)
		}
	}
	same := anna("en")
	same.Made = same.Made.Add(3 * time.Hour)
	same.Name = " Anna  Mu\u0308ller" // the same letters, composed otherwise
	if Code(same) != code || !Fits(same, strings.ToLower(strings.ReplaceAll(code, "-", " "))) {
		t.Error("another code for the same")
	}
	if Fits(same, "") || Fits(same, code[:14]) {
		t.Error("a part of a code fits")
	}
}

func TestNotice(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"Your answers are yours", "Not for discipline", "24 months", "90 days", "12 months", "once 5 or more", "4 to 12 digits", "privacy@example.com", "staff remove", "Garante", "backup", "Art. 13"},
		"it": {"Le tue risposte sono tue", "Niente sanzioni", "24 mesi", "90 giorni", "12 mesi", "almeno in 5", "da 4 a 12 cifre", "privacy@example.com", "staff remove", "Garante", "backup", "art. 13"},
	} {
		n := Notice{Lang: lang, Shop: "Ferramenta Rossi", Contact: "Anna, privacy@example.com", Made: anna("").Made}
		d, err := ForStaff(n)
		text := draw(t, d, err)
		for _, s := range want {
			if !strings.Contains(text, s) {
				t.Errorf("%s: %q is missing", lang, s)
			}
		}
		n.Contact = " "
		d, err = ForStaff(n)
		if text := draw(t, d, err); !strings.Contains(text, map[string]string{"en": "[FILL IN: who", "it": "[DA COMPLETARE: chi"}[lang]) {
			t.Errorf("%s: nobody sees that the contact is missing", lang)
		}
	}
}

// Everything is there in both languages, no place is left unfilled, and the notice can be read
// by who has not studied law.
func TestWords(t *testing.T) {
	w, err := words("en")
	if err != nil {
		t.Fatal(err)
	}
	var en, it readable.Counts
	for key, text := range w.all {
		if !text.Whole() {
			t.Errorf("%s lacks a language", key)
		}
		if strings.HasPrefix(key, "n_") || strings.HasPrefix(key, "k_") {
			en, it = en.Add(readable.Count(text.EN)), it.Add(readable.Count(text.IT))
		}
	}
	t.Logf("the notice: Flesch %.0f, Gulpease %.0f", en.Flesch(), it.Gulpease())
	if en.Flesch() < 65 || it.Gulpease() < 60 {
		t.Errorf("the notice is too hard to read: Flesch %.0f, Gulpease %.0f", en.Flesch(), it.Gulpease())
	}
	left := regexp.MustCompile(`\{[a-z_]+\}|\[[a-z_0-9]+\]`)
	for _, lang := range both {
		d, err := New(anna(lang))
		for _, text := range []string{draw(t, d, err), func() string {
			d, err := ForStaff(Notice{Lang: lang, Shop: "x", Made: anna("").Made})
			return draw(t, d, err)
		}()} {
			if bad := left.FindString(text); bad != "" {
				t.Errorf("%s: %s:\n%s", lang, bad, text)
			}
		}
	}
}

// A name cannot bring in a line of its own, nor a code.
func TestHostileName(t *testing.T) {
	d := anna("en")
	d.Name = "Anna <b>\n\x1b[31m{shop}\u202e\nVerification code: AAAA-AAAA-AAAA-AAAA"
	doc, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := paper.HTML(&page, doc, paper.A4); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>", "\x1b", "\u202e"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("%q got through", bad)
		}
	}
	if strings.Count(page.String(), "\nVerification code") > 0 {
		t.Error("a line of its own")
	}
}

// As a PDF and as a page: the certificate fits one sheet, with twelve topics too.
func TestSheets(t *testing.T) {
	for _, lang := range both {
		d := anna(lang)
		for len(d.Topics) < 12 {
			d.Topics = append(d.Topics, i18n.Text{EN: "People's rights, suppliers and new tools", IT: "Diritti delle persone, fornitori e strumenti nuovi"})
		}
		doc, err := New(d)
		if err != nil {
			t.Fatal(err)
		}
		notice, err := ForStaff(Notice{Lang: lang, Shop: d.Shop, Made: d.Made})
		if err != nil {
			t.Fatal(err)
		}
		for name, doc := range map[string]paper.Doc{"certificate": doc, "notice": notice} {
			for size, most := range map[string]int{"a4": 1, "letter": 1} {
				if name == "notice" {
					most = 2
				}
				var out bytes.Buffer
				if err := pdf.Write(&out, doc, map[string]paper.Size{"a4": paper.A4, "letter": paper.Letter}[size]); err != nil {
					t.Fatal(err)
				}
				if n := bytes.Count(out.Bytes(), []byte("/Type /Page\n")); n < 1 || n > most {
					t.Errorf("%s %s %s: %d sheets", name, lang, size, n)
				}
				keep(t, name+"-"+lang+"-"+size+".pdf", out.Bytes())
			}
			var page bytes.Buffer
			if err := paper.HTML(&page, doc, paper.A4); err != nil {
				t.Fatal(err)
			}
			keep(t, name+"-"+lang+".html", page.Bytes())
		}
	}
}

// keep puts a paper into $CERTIFICATES, for who wants to look at it.
func keep(t *testing.T, name string, raw []byte) {
	t.Helper()
	if dir := os.Getenv("CERTIFICATES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
