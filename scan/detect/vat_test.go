package detect

import "testing"

var vatTable = table{
	kind: VAT,
	must: join(
		in("P.IVA 12345678903", "P. IVA: 12345678903", "p.iva12345678903"[:6]+" 12345678903", "PIVA 12345678903", "Partita IVA n. 12345678903", "partita iva 12345678903", "VAT 12345678903", "VAT no. IT12345678903", "IT12345678903",
			"IT 12345678903", "it12345678903", "P.IVA IT 12345678903", "C.F. 12345678903", "C.F. e P.IVA 12345678903", "CF/PIVA: 12345678903", "Codice fiscale 12345678903", "cod. fisc. 12345678903", "P.I. 12345678903",
			"Partita IVA\n12345678903"),
		under("P.IVA", "12345678903", "IT12345678903", "IT 12345678903"), under("Partita IVA", "12345678903"), under("VAT number", "12345678903"), under("Codice fiscale", "12345678903"),
	),
	mustNot: join(
		in("12345678903", "tel. 12345678903", "ordine 12345678903", "P.IVA 12345678904", "P.IVA 00000000000", "P.IVA 1234567890", "P.IVA 123456789034", "IT12345678904", "XIT12345678903", "IT123456789031", "it 12345678903",
			"P.IVA 12345678903x", "P.IVA 1.12345678903", "P.IVA +12345678903", "iva 22% su 12345678903", "P.IVA esente, ordine n. 12345678903", "DE12345678903", "<U57CF> # 12345678903"),
		under("P.IVA", "12345678904", "00000000000", "123"), under("Telefono", "12345678903"), under("Codice", "12345678903"), under("EAN", "12345678903"),
	),
}

// slowVAT is the control of the Partita IVA as the law describes it (DPR
// 633/1972, art. 35): x is the sum of the digits in odd places, y of the doubled
// ones in even places, less 9 each above 9; the check digit is what x + y lacks
// to the next ten.
func slowVAT(number string) bool {
	x, y := 0, 0
	for place := 1; place <= 10; place++ {
		d := int(number[place-1] - '0')
		if place%2 == 1 {
			x += d
			continue
		}
		y += 2 * d
		if d >= 5 {
			y -= 9
		}
	}
	return (10-(x+y)%10)%10 == int(number[10]-'0')
}

func TestVATAgainstTheLaw(t *testing.T) {
	rng := seeded(t)
	good := 0
	for range trials() {
		number := randomDigits(rng, 11)
		number[0] = byte('1' + rng.IntN(9))
		if rng.IntN(2) == 0 {
			for d := byte('0'); d <= '9'; d++ {
				if number[10] = d; slowVAT(string(number)) {
					break
				}
			}
		}
		want := slowVAT(string(number)) && !same(number)
		if want {
			good++
		}
		if got := validVAT(number); got != want {
			t.Fatalf("validVAT(%s) = %v, want %v", number, got, want)
		}
	}
	if good < trials()/3 {
		t.Errorf("only %d right ones", good)
	}
}
