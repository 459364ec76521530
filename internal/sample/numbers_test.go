package sample

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCheckDigits(t *testing.T) {
	for _, tt := range []struct{ what, got, want string }{
		{"luhn", string(luhnDigit("411111111111111")), "1"},
		{"luhn of an odd length", string(luhnDigit("37828224631000")), "5"},
		{"ean", ean13("400638133393"), "4006381333931"},
		{"the IBAN of the handbooks", ibanOf("05428", "11101", "000000123456"), "IT60X0542811101000000123456"},
		{"the fiscal code of the handbooks", string(oddEven("RSSMRA85T10A562")), "S"},
		{"three letters", threeLetters("Rossi", false) + threeLetters("Mario", true), "RSSMRA"},
		{"four consonants", threeLetters("Gianfranco", true), "GFR"},
		{"short and accented", threeLetters("Fo", false) + threeLetters("Nicolò", true), "FOXNCL"},
		{"groups", grouped("378282246310005", " ", 4, 6, 5), "3782 822463 10005"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.what, tt.got, tt.want)
		}
	}
	p := &person{first: "Anna", last: "Verdalba", female: true, born: time.Date(1984, 3, 12, 0, 0, 0, 0, time.UTC)}
	if got := fiscalCode(p); got[:15] != "VRDNNA84C52Z999" {
		t.Errorf("got %s", got)
	}
}

func TestPeople(t *testing.T) {
	const n = 300
	for _, seed := range seeds() {
		all := People(seed, n)
		if len(all) != n || seed == 1 && len(People(seed, 1<<20)) != MaxPeople {
			t.Fatalf("%d people", len(all))
		}
		if d := cmp.Diff(all[:20], People(seed, 20)); d != "" {
			t.Errorf("a shorter list begins otherwise:\n%s", d)
		}
		taken := map[string]int{}
		have := map[string]int{}
		for i, p := range all {
			if p.Fiscal == "" && p.Mail == "" && p.Phone == "" {
				t.Errorf("%d is nobody", i)
			}
			for kind, v := range map[string]string{
				kindFiscal: p.Fiscal, kindEmail: p.Mail, kindPhone: strings.ReplaceAll(p.Phone, " ", ""), kindIBAN: p.IBAN, kindName: p.First + " " + p.Last,
			} {
				if v == "" {
					continue
				}
				have[kind]++
				if other, shared := taken[v]; shared {
					t.Errorf("%d and %d share %q", i, other, v)
				}
				taken[v] = i
				if why := notInvented(kind, v); why != "" {
					t.Errorf("%s %q: %s", kind, v, why)
				}
			}
		}
		for kind, want := range map[string]int{kindFiscal: 255, kindEmail: 276, kindPhone: 264, kindIBAN: 120} {
			if have[kind] < want-25 || have[kind] > want+25 {
				t.Errorf("seed %d: %d of %s, want about %d", seed, have[kind], kind, want)
			}
		}
	}
}

// TestCardsOfNobody holds the cards away from the numbers that card firms and
// payment services publish for tests, which a scanner may know by heart.
func TestCardsOfNobody(t *testing.T) {
	c := &crowd{}
	seen := set{}
	for _, network := range []string{visa, mastercard, amex, discover} {
		for range 20 {
			card := c.card(network)
			if why := notInvented(kindCard, card); why != "" {
				t.Errorf("%s: %s", card, why)
			}
			if _, twice := seen[card]; twice {
				t.Errorf("%s was handed out twice", card)
			}
			seen[card] = struct{}{}
		}
	}
}
