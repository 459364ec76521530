package detect

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

var ibanTable = table{
	kind: IBAN,
	must: join(
		in("IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456", "it60x0542811101000000123456", "IT 60 X 05428 11101 000000123456", "IT60X 05428 11101 000000123456", "IT60-X054-2811-1010-0000-0123-456",
			"IBAN:IT60X0542811101000000123456", "IBAN IT60 X054 2811 1010 0000 0123 456 BIC X", "GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000",
			"FR14 2004 1010 0505 0001 3M02 606", "ES91 2100 0418 4502 0005 1332", "NL91 ABNA 0417 1643 00", "NO93 8601 1117 947", "CH93 0076 2011 6238 5295 7", "BE68 5390 0754 7034", "AT61 1904 3002 3457 3201",
			"PT50 0002 0123 1234 5678 9015 4", "PL61 1090 1014 0000 0712 1981 2874", "MT84 MALT 0110 0001 2345 MTLC AST0 01S", "SM86 U032 2509 8000 0000 0270 100", "VA59001123000012345678", "BR18 0036 0305 0000 1000 9795 493C 1",
			"SC18 SSCB 1101 0000 0000 0000 1497 USD", "LC55HEMM000100010012001200023015", "UA213223130000026007233566001", "TR330006100519786457841326", "IT60\u00a0X054\u00a02811\u00a01010\u00a00000\u00a00123\u00a0456",
			"FR7630006000011234567890189", "bonifico su IT60X0542811101000000123456"),
		in("IBANIT60X0542811101000000123456", "ibanit60x0542811101000000123456", "IBANIT60 X054 2811 1010 0000 0123 456", "IT60.X054.2811.1010.0000.0123.456", "DE89.3704.0044.0532.0130.00", "de89 3704 0044 0532 0130 00", "iban: gb29-nwbk-6016-1331-9268-19",
			"IBAN:GB29NWBK60161331926819", "DE89\u20113704\u20110044\u20110532\u20110130\u201100"),
		under("Conto", "IT60X0542811101000000123456"), under("IBAN", "IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456", "it60x0542811101000000123456"),
	),
	mustNot: join(
		in("IT60X0542811101000000123457", "IT61 X054 2811 1010 0000 0123 456", "IT60X054281110100000012345", "IT60X05428111010000001234567", "XX60X0542811101000000123456", "ZZ89370400440532013000",
			"aIT60X0542811101000000123456", "IT60X0542811101000000123456z", "IT60X0542811101000000123456è", "IT60X0542811101000000123456_1", "IT60  X054 2811 1010 0000 0123 456", "IT60 X054-2811 1010 0000 0123 456", "IT60",
			"IBANIT60X0542811101000000123457", "XIBANIT60X0542811101000000123456", "BANIT60X0542811101000000123456", "IBANKIT60X0542811101000000123456", "IT60.X054-2811.1010.0000.0123.456", "IT60,X054,2811,1010,0000,0123,456", "IT60/X054/2811/1010/0000/0123/456", "DE 30 euro al pezzo e 12 altri", "IT60XO542811101000000123456", "DE8937040044053201300", "1T60X0542811101000000123456", "I60X0542811101000000123456"),
		under("IBAN", "IT60X0542811101000000123457", "05428 11101 000000123456", "BE68 5390 0754 7035"),
	),
}

// slowMod97 follows ISO 7064 and ISO 13616 to the letter with a big number.
func slowMod97(iban string) bool {
	var number strings.Builder
	for _, r := range iban[4:] + iban[:4] {
		if r >= 'A' && r <= 'Z' {
			fmt.Fprint(&number, int(r-'A')+10)
			continue
		}
		number.WriteRune(r)
	}
	n, ok := new(big.Int).SetString(number.String(), 10)
	return ok && new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}

// randomIBAN returns one of any country, right.
func randomIBAN(rng *rand.Rand) []byte {
	var country [2]byte
	skip := rng.IntN(len(bbans))
	for a := byte('A'); a <= 'Z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			if _, ok := bbans[[2]byte{a, b}]; !ok {
				continue
			}
			if skip--; skip == -1 {
				country = [2]byte{a, b}
			}
		}
	}
	iban := []byte{country[0], country[1], '0', '0'}
	spec := bbans[country]
	for i := 0; i < len(spec); {
		class, n := spec[i], 0
		for i++; i < len(spec) && isDigit(spec[i]); i++ {
			n = n*10 + int(spec[i]-'0')
		}
		for range n {
			if class == 'a' || (class == 'c' && rng.IntN(3) == 0) {
				iban = append(iban, byte('A'+rng.IntN(26)))
				continue
			}
			iban = append(iban, byte('0'+rng.IntN(10)))
		}
	}
	for check := 2; check <= 98; check++ {
		iban[2], iban[3] = byte('0'+check/10), byte('0'+check%10)
		if slowMod97(string(iban)) {
			break
		}
	}
	return iban
}

func TestMod97AgainstTheStandard(t *testing.T) {
	rng := seeded(t)
	good := 0
	for i := 0; i < trials(); {
		iban := randomIBAN(rng)
		for range 40 {
			mutated := []byte(string(iban))
			if rng.IntN(3) > 0 {
				at := 2 + rng.IntN(len(iban)-2)
				mutated[at] = "0123456789ABCXYZ"[rng.IntN(16)]
			}
			want := slowMod97(string(mutated))
			if want {
				good++
			}
			if got := mod97(mutated); got != want {
				t.Fatalf("mod97(%s) = %v, want %v", mutated, got, want)
			}
			i++
		}
	}
	if good < trials()/4 {
		t.Errorf("only %d right ones", good)
	}
}

func TestEveryCountryIsFound(t *testing.T) {
	rng, r := seeded(t), testRules("")
	if len(bbans) < 80 {
		t.Errorf("%d countries, the registry has more than 80", len(bbans))
	}
	for range 5000 {
		iban := string(randomIBAN(rng))
		var grouped strings.Builder
		for i, c := range iban {
			if i > 0 && i%4 == 0 {
				grouped.WriteByte(' ')
			}
			grouped.WriteRune(c)
		}
		for _, text := range []string{iban, grouped.String(), strings.ToLower(iban)} {
			res := ofText(r, "su "+text+", grazie")
			if count(res, IBAN) != 1 || len(res.Findings) != 1 {
				t.Fatalf("%q: findings %v", text, res.Findings)
			}
		}
	}
}
