package sample

import (
	"testing"
	"time"
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
