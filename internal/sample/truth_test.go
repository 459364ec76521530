package sample

import (
	"regexp"
	"testing"
)

// TestTruthAgreesWithNaiveCount counts again, with what little a pattern can
// see, the two kinds whose shape is enough.
func TestTruthAgreesWithNaiveCount(t *testing.T) {
	identifier := regexp.MustCompile(`(?m)^(Message-ID|In-Reply-To): .*$`)
	patterns := map[string]*regexp.Regexp{
		kindEmail:  regexp.MustCompile(`(?i)[a-z\d._]+@[a-z.]+\.(com|org|net|example)\b`),
		kindFiscal: regexp.MustCompile(`\b[A-Z]{6}\d\d[A-Z]\d\dZ999[A-Z]\b`),
	}
	for _, seed := range seeds() {
		for _, p := range newShop(seed).pages {
			if !p.file.Examined && !p.file.Unreadable || p.file.Path == "Prodotti/codici-interni.csv" {
				continue
			}
			text := identifier.ReplaceAllString(decoded(p), "")
			for kind, pattern := range patterns {
				if got, want := len(pattern.FindAllString(text, -1)), p.file.Kinds[kind].Count; got != want {
					t.Errorf("%s: %d of %s, the truth says %d", p.file.Path, got, kind, want)
				}
			}
		}
	}
}

func TestWhose(t *testing.T) {
	name, born := nameValue("Anna"), value{kind: kindBirth, norm: "1984-03-12"}
	mail, tel := value{kind: kindEmail, norm: "a@example.com"}, value{kind: kindPhone, norm: "+393991234567"}
	for _, tt := range []struct {
		record []value
		want   key
		ok     bool
	}{
		{[]value{name, tel, mail}, key{kindEmail, "a@example.com"}, true},
		{[]value{mail, {kind: kindFiscal, norm: "X"}}, key{kindFiscal, "X"}, true},
		{[]value{born, name}, key{kindName, " anna|1984-03-12"}, true},
		{[]value{{kind: kindCard, norm: "4"}, {kind: kindIBAN, norm: "IT"}}, key{kindIBAN, "IT"}, true},
		{[]value{born}, key{}, false},
		{[]value{{kind: kindVAT, norm: "9"}}, key{}, false},
	} {
		if got, ok := whose(tt.record); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%v: got %v, %v", tt.record, got, ok)
		}
	}
}
