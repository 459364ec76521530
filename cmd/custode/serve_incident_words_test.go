package main

import (
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/i18n"
)

// inLanguage is the same office for who reads another language.
func inLanguage(t *testing.T, o *office, lang string) *office {
	t.Helper()
	w, err := i18n.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	sh := *o.sh
	sh.words = w
	other, ok := newCounter(&sh).office(lang).(*office)
	if !ok {
		t.Fatal("another office")
	}
	return other
}

// TestFactsAreReadInEitherLanguage: what custode worded is told, confirmed and put into letters in the language of who
// reads, whoever began the incident; what a person wrote stays as it was written.
func TestFactsAreReadInEitherLanguage(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	en := officeOf(t, home)
	it := inLanguage(t, en, "it")
	id, err := en.OpenIncident(t.Context(), saveAlert(t, en, shop))
	if err != nil {
		t.Fatal(err)
	}
	fact := func(o *office, key string) web.FactLine {
		t.Helper()
		v, err := o.IncidentFacts(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range v.Groups {
			for _, f := range g.Facts {
				if f.Key == key {
					return f
				}
			}
		}
		t.Fatalf("no %s", key)
		return web.FactLine{}
	}
	says := func(o *office, key, part string) {
		t.Helper()
		if f := fact(o, key); !strings.Contains(f.Value, part) {
			t.Errorf("%s in %s: %q", key, o.sh.words.Lang, f.Value)
		}
	}
	for key, parts := range map[string][2]string{
		"what_happened": {"read 412 customer files", "ha letto 412 file"}, "how_discovered": {"sent an alert", "avviso"}, "encrypted_files": {"Of ", "Di "},
	} {
		says(en, key, parts[0])
		says(it, key, parts[1])
	}

	// confirmed as it is read in Italian, it is still custode's sentence, from the alert
	_, f, err := it.IncidentFact(t.Context(), id, "what_happened")
	if err != nil || !strings.Contains(f.Value, "ha letto 412 file") {
		t.Fatalf("%+v %v", f, err)
	}
	a := web.Act{ID: id, Seen: 99, By: "Anna", Values: map[string]string{"what_happened": f.Value}}
	if err := it.SetFact(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	says(en, "what_happened", "read 412 customer files")
	says(it, "what_happened", "ha letto 412 file")
	if from := fact(en, "what_happened").From; !strings.Contains(from, "alert") {
		t.Errorf("from %q", from)
	}
	for o, part := range map[*office]string{en: "read 412 customer files", it: "ha letto 412 file"} {
		l, err := o.PrintLetter(t.Context(), web.Act{ID: id, Seen: 99, By: "Anna"}, "authority", "", "txt")
		if err != nil || !strings.Contains(strings.Join(strings.Fields(string(l.Body)), " "), part) {
			t.Errorf("no %q in %s, %v", part, l.Body, err)
		}
	}

	// so is a reason of the rules that was proposed and taken
	_, f, err = en.IncidentFact(t.Context(), id, "authority_reasons")
	_, other, errIt := it.IncidentFact(t.Context(), id, "authority_reasons")
	if err != nil || errIt != nil || f.Value == "" || f.Value == other.Value {
		t.Fatalf("%q %q %v %v", f.Value, other.Value, err, errIt)
	}
	a.Values = map[string]string{"authority_reasons": f.Value}
	if err := en.SetFact(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	says(it, "authority_reasons", other.Value)

	a.Values = map[string]string{"what_happened": "Maria ha copiato la lista."}
	if err := it.SetFact(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	says(en, "what_happened", "Maria ha copiato la lista.")
}
