package detect

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var fiscalTable = table{
	kind: FiscalCode,
	must: join(
		in("RSSMRA80A01H501U", "rssmra80a01h501u", "RssMra80A01H501u", "RSSMRA 80A01 H501U", "RSS MRA 80A01 H501U", "RSSMRA80A01 H501U", "RSSMRA 80A01H501U", "C.F. RSSMRA80A01H501U", "CF:RSSMRA80A01H501U",
			"RSSMRA80A41H501Y", "RSSMRA80A01H50MM", "/RSSMRA80A01H501U/", "cf=RSSMRA80A01H501U&x"),
		in("rssmra 80a01 h501u", "RSSMRA\u00a080A01\u00a0H501U", "c.f. rssmra80a01h501u", "codice fiscale: RSS MRA 80A01 H501U", "CF RSSMRA80A01H501U, nato a Roma", "«RSSMRA80A01H501U»"),
		under("Codice fiscale", "RSSMRA80A01H501U", "RSSMRAULALMHRLMD", " rssmra80a01h501u "), under("Note", "RSSMRA80A01H501U"),
	),
	mustNot: join(
		in("RSSMRA80A01H501A", "RSSMRA80F01H501U", "RSSMRA80A32H501U", "RSSMRA80A00H501U", "RSSMRA80A72H501U", "RSSMRA80A01H501", "RSSMRA80A01H501UU", "xRSSMRA80A01H501U", "RSSMRA80A01H501U1", "RSSMRA80A01H501Uè",
			"RSSMRA80A01H501U_", "1SSMRA80A01H501U", "RSSMRA8OA01H501U", "RSSMRA-80A01-H501U", "RSSMRA80A0IH501U", "RSSMRA  80A01 H501V"),
		under("Codice fiscale", "RSSMRA80A01H501A", "12345678903", "RSSMRAUVALMHRLMA", "abcdefghijklmnop"),
	),
}

// The tables of DM 23/12/1976, art. 10, written out as they are printed there.
var decreeOdd = map[rune]int{
	'0': 1, '1': 0, '2': 5, '3': 7, '4': 9, '5': 13, '6': 15, '7': 17, '8': 19, '9': 21,
	'A': 1, 'B': 0, 'C': 5, 'D': 7, 'E': 9, 'F': 13, 'G': 15, 'H': 17, 'I': 19, 'J': 21, 'K': 2, 'L': 4, 'M': 18,
	'N': 20, 'O': 11, 'P': 3, 'Q': 6, 'R': 8, 'S': 12, 'T': 14, 'U': 16, 'V': 10, 'W': 22, 'X': 25, 'Y': 24, 'Z': 23,
}

const decreeEven = "0123456789"

// decreeCheck returns the check letter of fifteen characters.
func decreeCheck(code string) byte {
	sum := 0
	for i, r := range code[:15] {
		switch even := strings.IndexRune(decreeEven, r); {
		case (i+1)%2 == 1:
			sum += decreeOdd[r]
		case even >= 0:
			sum += even
		default:
			sum += int(r - 'A')
		}
	}
	return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[sum%26]
}

// decreeValid reads a code place by place.
func decreeValid(code string) bool {
	plain := []byte(code)
	for _, i := range []int{6, 7, 9, 10, 12, 13, 14} {
		if at := strings.IndexByte("LMNPQRSTUV", plain[i]); at >= 0 {
			plain[i] = byte('0' + at)
		}
		if plain[i] < '0' || plain[i] > '9' {
			return false
		}
	}
	for _, i := range []int{0, 1, 2, 3, 4, 5, 8, 11, 15} {
		if plain[i] < 'A' || plain[i] > 'Z' {
			return false
		}
	}
	day := int(plain[9]-'0')*10 + int(plain[10]-'0')
	if day > 40 {
		day -= 40
	}
	month := strings.IndexByte("ABCDEHLMPRST", plain[8]) + 1
	date := fmt.Sprintf("20%s-%02d-%02d", plain[6:8], month, day)
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return false
	}
	place := string(plain[11:15])
	return strings.ContainsRune("ABCDEFGHIJKLMZ", rune(place[0])) && place[1:] != "000" && decreeCheck(code) == code[15]
}

// randomFiscal returns a right code, with a random share of digits replaced.
func randomFiscal(rng *rand.Rand) []byte {
	code := make([]byte, 16)
	for i := range code {
		code[i] = byte('A' + rng.IntN(26))
	}
	day := 1 + rng.IntN(31) + 40*rng.IntN(2)
	code[11] = "ABCDEFGHIJKLMZN"[rng.IntN(15)]
	copy(code[6:8], randomDigits(rng, 2))
	code[8] = "ABCDEHLMPRST"[rng.IntN(12)]
	code[9], code[10] = byte('0'+day/10), byte('0'+day%10)
	copy(code[12:15], randomDigits(rng, 3))
	if rng.IntN(2) == 0 {
		for _, i := range []int{6, 7, 9, 10, 12, 13, 14} {
			if rng.IntN(2) == 0 {
				code[i] = "LMNPQRSTUV"[code[i]-'0']
			}
		}
	}
	code[15] = decreeCheck(string(code))
	return code
}

func TestFiscalCodeAgainstTheDecree(t *testing.T) {
	rng := seeded(t)
	good := 0
	for range trials() {
		code := randomFiscal(rng)
		for range rng.IntN(3) {
			code[rng.IntN(16)] = "ABCDEHLMNPQRSTUV0123456789"[rng.IntN(26)]
		}
		want := decreeValid(string(code))
		if want {
			good++
		}
		if got := validFiscal(code); got != want {
			t.Fatalf("validFiscal(%s) = %v, want %v", code, got, want)
		}
	}
	if good < trials()/4 {
		t.Errorf("only %d right ones", good)
	}
}

// TestOmocodia takes one code through all 128 ways of replacing its digits.
func TestOmocodia(t *testing.T) {
	r := testRules("")
	places := []int{6, 7, 9, 10, 12, 13, 14}
	for set := range 1 << len(places) {
		code := []byte("RSSMRA80A01H501U")
		for bit, i := range places {
			if set>>bit&1 == 1 {
				code[i] = "LMNPQRSTUV"[code[i]-'0']
			}
		}
		code[15] = decreeCheck(string(code))
		if got := count(ofCell(r, "", string(code)), FiscalCode); got != 1 {
			t.Errorf("cell %s: found %d times", code, got)
		}
		if got := count(ofText(r, string(code)), FiscalCode); got != 1 && set != 1<<len(places)-1 {
			t.Errorf("text %s: found %d times", code, got)
		}
	}
}

// TestBirthAndPlace: the day must exist, and the place must be one that can.
func TestBirthAndPlace(t *testing.T) {
	r := testRules("")
	for code, want := range map[string]int64{
		"RSSMRA80B29F205": 1, "RSSMRA81B29F205": 0, "RSSMRA00B29F205": 1, "RSSMRA80B30F205": 0, "RSSMRA80B70F205": 0, "RSSMRA80B69F205": 1, "RSSMRA80D31F205": 0, "RSSMRA80D30F205": 1, "RSSMRA80D70F205": 1, "RSSMRA80D71F205": 0,
		"RSSMRA80S31F205": 0, "RSSMRA80T31F205": 1, "RSSMRA80A01N501": 0, "RSSMRA80A01Z404": 1, "RSSMRA80A01Y404": 0, "RSSMRA80A01M432": 1, "RSSMRA80A01H000": 0, "RSSMRA80A01HLLL": 0, "RSSMRA80A01HLLM": 1, "RSSMRA80A40H501": 0,
	} {
		code += string(decreeCheck(code))
		if got := count(ofText(r, "C.F. "+code), FiscalCode); got != want {
			t.Errorf("%s: found %d times, want %d", code, got, want)
		}
	}
}

// TestOmocodiaApart: codes on the card's three lines, with letters for digits.
func TestOmocodiaApart(t *testing.T) {
	r := testRules("")
	for _, code := range []string{"RSSMRA8LA01H501", "RSSMRAULA01H501", "RSSMRAU0A01H501", "RSSMRA80AL1H501", "RSSMRAU0ALMH50M", "RSSMRA80A01HRLM"} {
		code += string(decreeCheck(code))
		for _, text := range []string{code, strings.ToLower(code), code[:6] + " " + code[6:11] + " " + code[11:], code[:3] + " " + code[3:6] + " " + code[6:], code[:6] + " " + code[6:]} {
			if got := count(ofText(r, "il "+text+" è"), FiscalCode); got != 1 {
				t.Errorf("%s: found %d times", text, got)
			}
		}
	}
}
