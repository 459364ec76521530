package detect

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// trials is how many strings each check is held against a second one written
// from the published rules: a million with CUSTODE_TORTURE.
func trials() int {
	if os.Getenv("CUSTODE_TORTURE") != "" {
		return 1_000_000
	}
	return 50_000
}

// checkedNumber is a kind of number with two implementations of its check and a
// way to make numbers that are right about half of the time.
type checkedNumber struct {
	name  string
	valid func(v []byte) bool
	slow  func(v string) bool
	make  func(rng *rand.Rand) []byte
	last  string // what the last character is tried from, to make a number right
}

var checkedNumbers = []checkedNumber{
	{"luhn", luhn, slowLuhn, func(rng *rand.Rand) []byte { return randomDigits(rng, 12+rng.IntN(8)) }, digits09},
	{"it_vat", validVAT, func(v string) bool { return slowVAT(v) && !same([]byte(v)) && !strings.HasPrefix(v, "0000000") }, func(rng *rand.Rand) []byte { return randomDigits(rng, 11) }, digits09},
	{"it_fiscal_code", validFiscal, decreeValid, randomFiscal, ""},
	{"us_ssn", validSSN, slowSSN, func(rng *rand.Rand) []byte { return sparse(rng, 9) }, ""},
	{"uk_nino", validNINO, slowNINO, func(rng *rand.Rand) []byte {
		return slices.Concat([]byte{letterOf(rng), letterOf(rng)}, randomDigits(rng, 6), []byte{"ABCDE"[rng.IntN(5)]})
	}, ""},
	{"uk_nhs", validNHS, slowNHS, func(rng *rand.Rand) []byte { return randomDigits(rng, 10) }, digits09},
	{"es_nif", validSpanish, slowSpanish, func(rng *rand.Rand) []byte { return append(randomDigits(rng, 8), letterOf(rng)) }, letters},
	{"es_nie", validSpanish, slowSpanish, func(rng *rand.Rand) []byte {
		return slices.Concat([]byte{"XYZKLM"[rng.IntN(6)]}, randomDigits(rng, 7), []byte{letterOf(rng)})
	}, letters},
	{"fr_nir", func(v []byte) bool { return validNIR(v, false) }, slowNIR, randomNIR, ""},
	{"de_tax_id", validTaxID, slowTaxID, randomTaxID, digits09},
	{"pl_pesel", validPESEL, slowPESEL, randomPESEL, digits09},
	{"icao", func(v []byte) bool { return checkDigit(v[:len(v)-1]) == int(v[len(v)-1]-'0') }, slowICAO, func(rng *rand.Rand) []byte {
		v := make([]byte, 2+rng.IntN(20))
		for i := range v {
			v[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"[rng.IntN(37)]
		}
		v[len(v)-1] = byte('0' + rng.IntN(10))
		return v
	}, digits09},
}

const (
	digits09 = "0123456789"
	letters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func letterOf(rng *rand.Rand) byte { return letters[rng.IntN(26)] }

// sparse is digits with many zeros, sixes and nines.
func sparse(rng *rand.Rand, n int) []byte {
	v := randomDigits(rng, n)
	if rng.IntN(2) == 0 {
		at := rng.IntN(n - 2)
		copy(v[at:], []string{"000", "666", "900", "0000", "00"}[rng.IntN(5)])
	}
	return v[:n]
}

func slowSSN(v string) bool {
	n, _ := strconv.Atoi(v)
	area, group, serial := n/1_000_000, n/10_000%100, n%10_000
	return area > 0 && area < 900 && area != 666 && group > 0 && serial > 0 && n != 78_05_1120 && n != 219_09_9999 && n != 457_55_5462
}

// ninoRule is the expression that HMRC gives for the number (its suffix is not optional here).
var ninoRule = regexp.MustCompile(`^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$`)

func slowNINO(v string) bool {
	return ninoRule.MatchString(v) && !slices.Contains(strings.Fields("BG GB KN NK NT TN ZZ"), v[:2])
}

// slowNHS: the number times its weights, check digit and all, is a multiple of 11.
func slowNHS(v string) bool {
	sum := 0
	for i := range 10 {
		sum += (10 - i) * int(v[i]-'0')
	}
	return sum%11 == 0
}

var spanishTable = map[int]string{0: "T", 1: "R", 2: "W", 3: "A", 4: "G", 5: "M", 6: "Y", 7: "F", 8: "P", 9: "D", 10: "X", 11: "B", 12: "N", 13: "J", 14: "Z", 15: "S", 16: "Q", 17: "V", 18: "H", 19: "L", 20: "C", 21: "K", 22: "E"}

// slowSpanish follows the table of the Ministry of the Interior, rest by rest.
func slowSpanish(v string) bool {
	number := v[:8]
	for letter, digit := range map[string]string{"X": "0", "Y": "1", "Z": "2", "K": "", "L": "", "M": ""} {
		if rest, ok := strings.CutPrefix(number, letter); ok {
			number = digit + rest
		}
	}
	n, err := strconv.ParseUint(number, 10, 64)
	return err == nil && spanishTable[int(n%23)] == v[8:]
}

// slowNIR is the rule of the INSEE for Corsica: A and B are read as 0, and one or
// two millions are taken off.
func slowNIR(v string) bool {
	if !nirRule.MatchString(v) || v[5:7] == "00" || v[7:10] == "000" || v[10:13] == "000" {
		return false
	}
	return nirKey(v) == v[13:]
}

var nirRule = regexp.MustCompile(`^[123478]\d\d(0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d)(\d\d|2A|2B)\d{8}$`)

func nirKey(v string) string {
	number, off := v[:13], int64(0)
	switch v[5:7] {
	case "2A":
		number, off = strings.Replace(number, "A", "0", 1), 1_000_000
	case "2B":
		number, off = strings.Replace(number, "B", "0", 1), 2_000_000
	}
	n, ok := new(big.Int).SetString(number, 10)
	if !ok {
		return ""
	}
	n.Sub(n, big.NewInt(off))
	key := 97 - new(big.Int).Mod(n, big.NewInt(97)).Int64()
	return fmt.Sprintf("%02d", key)
}

func randomNIR(rng *rand.Rand) []byte {
	v := randomDigits(rng, 15)
	v[0] = "123478"[rng.IntN(6)]
	copy(v[3:], fmt.Sprintf("%02d", 1+rng.IntN(12)))
	if rng.IntN(3) == 0 {
		copy(v[5:], []string{"2A", "2B", "2C", "00"}[rng.IntN(4)])
	}
	copy(v[13:], nirKey(string(v)))
	return v
}

// slowTaxID counts each digit, and computes ISO 7064 MOD 11,10 as the standard's
// recursion, over all eleven digits, which must leave 1.
func slowTaxID(v string) bool {
	repeated := ""
	for digit := range strings.SplitSeq(digits09, "") {
		if n := strings.Count(v[:10], digit); n > 3 || strings.Contains(v[:10], digit+digit+digit) {
			return false
		} else if n > 1 {
			repeated += digit
		}
	}
	if len(repeated) != 1 || v[0] == '0' {
		return false
	}
	p := 10
	for i := range 10 {
		s := (p + int(v[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (p+int(v[10]-'0'))%10 == 1
}

func randomTaxID(rng *rand.Rand) []byte {
	v := []byte("0123456789")
	rng.Shuffle(10, func(i, j int) { v[i], v[j] = v[j], v[i] })
	for range 1 + rng.IntN(2) {
		v[rng.IntN(10)] = v[rng.IntN(10)]
	}
	return append(v, byte('0'+rng.IntN(10)))
}

// slowPESEL: the control digit is ten less the sum's last digit; the date is read by the standard library.
func slowPESEL(v string) bool {
	sum := 0
	for i, w := range []int{1, 3, 7, 9, 1, 3, 7, 9, 1, 3} {
		sum += int(v[i]-'0') * w % 10
	}
	if (10-sum%10)%10 != int(v[10]-'0') {
		return false
	}
	year, _ := strconv.Atoi(v[:2])
	month, _ := strconv.Atoi(v[2:4])
	for offset, century := range map[int]int{80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200} {
		if month > offset && month <= offset+12 {
			_, err := time.Parse(time.DateOnly, fmt.Sprintf("%d-%02d-%s", century+year, month-offset, v[4:6]))
			return err == nil
		}
	}
	return false
}

func randomPESEL(rng *rand.Rand) []byte {
	v := randomDigits(rng, 11)
	copy(v[2:], fmt.Sprintf("%02d%02d", 20*rng.IntN(5)+1+rng.IntN(12), 1+rng.IntN(31)))
	return v
}

// slowICAO reads the values from the table of ICAO 9303-3 and adds them weight by weight.
func slowICAO(v string) bool {
	table := "0123456789" + letters
	sums := map[int]int{}
	for i, r := range v[:len(v)-1] {
		if at := strings.IndexRune(table, r); at >= 0 {
			sums[i%3] += at
		}
	}
	return strconv.Itoa((7*sums[0]+3*sums[1]+sums[2])%10) == v[len(v)-1:]
}

// TestChecksAgainstTheRules holds every check to a second implementation, over
// numbers right, nearly right and random.
func TestChecksAgainstTheRules(t *testing.T) {
	for _, n := range checkedNumbers {
		t.Run(n.name, func(t *testing.T) {
			rng, good, bad := seeded(t), 0, 0
			for range trials() {
				v := n.mutated(rng)
				want := n.slow(string(v))
				if want {
					good++
				} else {
					bad++
				}
				if got := n.valid(v); got != want {
					t.Fatalf("%s: %v, want %v", v, got, want)
				}
			}
			if share := good * 100 / (good + bad); share < 15 || share > 95 {
				t.Errorf("%d right, %d wrong: nothing is tried", good, bad)
			}
		})
	}
}

// mutated is a number, made right two times in three if it can be, and then
// spoiled one time in three.
func (n *checkedNumber) mutated(rng *rand.Rand) []byte {
	v := n.make(rng)
	if n.last != "" && rng.IntN(3) > 0 {
		for _, x := range []byte(n.last) {
			if v[len(v)-1] = x; n.slow(string(v)) {
				break
			}
		}
	}
	if rng.IntN(3) == 0 {
		i, j := rng.IntN(len(v)), rng.IntN(len(v))
		switch x := v[i]; {
		case rng.IntN(2) == 0 && isDigit(x) == isDigit(v[j]):
			v[i], v[j] = v[j], v[i]
		case isDigit(x):
			v[i] = byte('0' + rng.IntN(10))
		default:
			v[i] = letterOf(rng)
		}
	}
	return v
}

func TestDaysAgainstTheCalendar(t *testing.T) {
	for year := 1799; year < 2301; year++ {
		for month := range 14 {
			for day := range 33 {
				date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
				want := date.Year() == year && int(date.Month()) == month && date.Day() == day
				if got := dayExists(year, month, day); got != want {
					t.Fatalf("%d-%d-%d: %v", year, month, day, got)
				}
			}
		}
	}
}
