package detect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var cardTable = table{
	kind: Card,
	must: join(
		in("4000 0012 3456 7899", "4000.0012.3456.7899", "4000-0012-3456-7899", "4000\u00a00012\u00a03456\u00a07899", "4000–0012–3456–7899", "4000001234567899", "5100000012345672", "5100 0000 1234 5672",
			"2223 0000 1234 5671", "2223000012345671", "3700 001234 56784", "370000123456784", "3400-001234-56781", "3000 001234 5678", "6011 0000 1234 5678", "6011000012345678",
			"3530 0000 1234 5677", "6200 0000 1234 5679", "3580000012345676", "carta 30000012345678", "carta di credito: 4000001234567899", "Visa 4000001234567899", "PAN=4000001234567899",
			"pan:4000001234567899", "4000001234567899 exp 12/27", "4000 0012 3456 7899 12/27", "4000 0012 3456 7899 1227", "4000 0012 3456 7899 123", "5 4000 0012 3456 7899", "carta 1111 4000 0012 3456 7899", "12345 4000 0012 3456 7899", "n.4000 0012 3456 7899, carta", "carta n. 6759000012345674",
			"ordine 12 pagato con carta 4000001234567899", "ordine 4000 0012 3456 7899", "4000001234567899,12/27", "?card=4000001234567899&x=1", "#4000001234567899", "{\"pan\":\"4000001234567899\"}",
			"mastercard\n5100000012345672", "n°4000001234567899"),
		in("2200 0000 1234 5678", "2200000012345678", "9792 0000 1234 5677", "9792000012345677", "5067 0000 1234 5673", "5090001234567897", "6521500012345670", "6200 0000 1234 5678 903", "4000 0012 3456 7890 124", "carta 6200000012345678903", "card no. 8200000012345675",
			"Maestro 500000001239", "maestro 5000 0000 1234 5616", "carta 5020000012345679", "4242424242424242", "4111 1111 1111 1111", "3782 822463 10005", "carta 6759649826438453"),
		under("Carta", "4000001234567899", "4000 0012 3456 7899", "6759000012345674", "30000012345678", "4000001234567899.0"),
		under("Note", "4000001234567899"),
	),
	mustNot: join(
		in("4000001234567890", "4000 0012 3456 7890", "400000123456789", "40000012345678991", "4222222222222", "0000000000000000", "4444444444444444", "1763894400000", "1763894400000000", "8001234567890",
			"ordine 4000001234567899", "Order: 4000001234567899", "tracking n. 4000001234567899", "spedizione 4000001234567899", "EAN 4000001234567899", "barcode:4000001234567899", "id 4000001234567899", "uuid 4000001234567899",
			"0.4000001234567899", "12.4000001234567899", "3,4000001234567899", "4000001234567899.5", "x4000001234567899", "4000001234567899x", "è4000001234567899", "IMG_4000001234567899", "4000001234567899_2",
			"550e8400-e29b-41d4-a716-411111111111", "550e8400-e29b-41d4-4000-0012-3456-7899", "12-4000001234567899", "4000001234567899-7", "+4000001234567899", "+4000 0012 3456 7899",
			"1111 4000 0012 3456 7899", "4000 0012 3456 7899 9999", "4000 0012 3456 7899 1227 4351", "[.4000.0012.3456.7899]", "781C 2542F 25430 4000 0012 3456 7899", "cc 51f1\n2800 4000 0012 3456 7899 2862", "4000 0012 3456 7899 0928 5757 9390", "4000-0012-3456-7899-1234", "4000 0012-3456 7899", "4000  0012  3456  7899", "4000 00123456 7899", "6759000012345674", "30000012345678",
			"356938035643809", "M4000.0012 3456.7899", "40000012345678991111111", "4000.0012.3456.7890", "1.4000.0012.3456.7899", "4000/0012/3456/7899", "4000\n0012\n3456\n7899", "0x4000001234567899", "51F1 4000 0012 3456 7899", "4000 0012 3456 7899 52DE"),
		in("96385074", "036000291452", "8001234567891", "9780306406157", "978-0-306-40615-7", "0-306-40615-2", "18001234567891", "380123456789012342"[:18], "00380123456789012342", "(00)380123456789012342", "1732379290123", "1732379290123456", "1732379290123456789", "1732379290",
			"1Z999AA10123456784", "JD014600006281230704", "00340434161094042557", "9400111899223197428490", "9400 1118 9922 3197 4284 90", "RR123456785IT", "RR 123 456 785 IT", "420123459400111899223197428490", "IMEI 356938035643809", "IMEI: 35-693803-564380-9", "356938035643809", "imei 352099001761481",
			"8939012345678901238", "89390 1234 5678 9012 38", "ICCID 8939012345678901238", "ICCID: 893901234567890123", "4.000001234567899", "4,000001234567899", "-4.000001234567899e12", "0.4000001234567899", "x=4000001234567899.25", "400000123456789.9",
			"f47ac10b-58cc-4372-a567-400000123456", "40000012-3456-7899-4000-001234567899", "4000001234567899abcdef", "0x4000001234567899", "40 00 00 12 34 56 78 99", "4000001234567899deadbeef", "M4000.0012 3456.7899", "M4000.0012,3456.7899L4000 0012", "d=\"M400.0001 234.567 899.1\"",
			"+39 399 000 1234, +39 399 000 1235", "399 000 1234\n399 000 1235\n399 000 1236", "IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456", "DE89 3704 0044 0532 0130 00", "sku 4000001234567899", "prodotto 4000001234567899", "product: 4000001234567899", "Artikelnummer 4000001234567899",
			"codice articolo 4000001234567899", "n. serie sn 4000001234567899", "catalogue item 4000001234567899", "IMEI 4000001234567899", "matricola 4000001234567899", "protocollo n. 4000001234567899", "2000 2001 2002 2003", "1111 2222 3333 4444", "5000 4000 3000 2000", "pedido 4000001234567899", "commande n° 4000001234567899",
			"2205000012345670", "560000123456", "6300 0000 1234 5672"),
		under("Prodotto", "4000001234567899"), under("Codice prodotto", "4000001234567899"), under("Product code", "4000001234567899"), under("SKU", "4000001234567899"), under("Tracking number", "4000001234567899"), under("IMEI", "356938035643809", "370000123456784"), under("ICCID", "8939012345678901238"),
		under("Artikelnummer", "4000001234567899"), under("Item id", "4000001234567899"), under("Barcode", "4000001234567899"), under("Codice a barre EAN", "4000001234567899"), under("Carta fedeltà", "4000001234567899"), under("Timestamp", "4000001234567899"), under("Spedizione", "4000001234567899"),
		under("Carta", "4000001234567890", "1234567890123456", "4222222222222", "4111 1111 1111", "Visa"),
		under("EAN", "4000001234567899"), under("Codice ordine", "4000001234567899"),
	),
}

// slowLuhn is the algorithm of ISO/IEC 7812-1, annex B, as its steps are
// written there: double alternate digits from the right, add the digits of the
// products and the others, subtract from the next number ending in 0.
func slowLuhn(number string) bool {
	sum, double := 0, true
	for i := len(number) - 2; i >= 0; i-- {
		d := int(number[i] - '0')
		if double {
			d *= 2
			sum += d/10 + d%10
		} else {
			sum += d
		}
		double = !double
	}
	return (10-sum%10)%10 == int(number[len(number)-1]-'0')
}

func TestLuhnAgainstTheStandard(t *testing.T) {
	rng := seeded(t)
	good := 0
	for range trials() {
		number := randomDigits(rng, 12+rng.IntN(8))
		if rng.IntN(2) == 0 { // make it right, so that half of them are
			for d := byte('0'); d <= '9'; d++ {
				if number[len(number)-1] = d; slowLuhn(string(number)) {
					break
				}
			}
		}
		want := slowLuhn(string(number))
		if want {
			good++
		}
		if got := luhn(number); got != want {
			t.Fatalf("luhn(%s) = %v, want %v", number, got, want)
		}
	}
	if good < trials()/3 {
		t.Errorf("only %d right numbers", good)
	}
}

func TestIssuersAreInOrder(t *testing.T) {
	for i, is := range issuers {
		if is.from > is.to || (i > 0 && issuers[i-1].to >= is.from) {
			t.Errorf("range %d-%d stands in the wrong place", is.from, is.to)
		}
	}
}

func randomDigits(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + rng.IntN(10))
	}
	return b
}

// seeded returns randomness whose seed is printed when a test fails.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	const seed = 20261123
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// TestPublishedNumbers: each is a card for the check digit and the ranges, none
// is anybody's, and none stands in our own examples of what must be found.
func TestPublishedNumbers(t *testing.T) {
	if len(published) < 250 {
		t.Errorf("read only %d numbers", len(published))
	}
	r := testRules("")
	for n := range published {
		text := strconv.FormatUint(n, 10)
		_, ok := issuerOf([]byte(text))
		if !ok || !luhn([]byte(text)) {
			t.Errorf("%s isn't a card", text)
		}
		res := ofCell(r, "Carta", text)
		if len(res.Findings) != 1 || !res.Findings[0].Example || res.Findings[0].Confidence != Low || res.Findings[0].Why != WhyExample || res.People.Count() != 0 {
			t.Errorf("%s: %+v, %d people", text, res.Findings, res.People.Count())
		}
	}
}

// TestExamplesStandApart: real numbers and examples in one column, or one text,
// are two findings.
func TestExamplesStandApart(t *testing.T) {
	want := []string{"card 2/2 high false", "card 3/2 low true"}
	told := func(r Result) (s []string) {
		for _, f := range r.Findings {
			s = append(s, fmt.Sprintf("%s %d/%d %s %v", f.Kind, f.Count, f.Distinct, f.Confidence, f.Example))
		}
		return s
	}
	r := gather(false, object{"Carta", "4242424242424242"}, object{"Carta", "4000001234567899"}, object{"Carta", "5555 5555 5555 4444"}, object{"Carta", "5100000012345672"}, object{"Carta", "4242424242424242"})
	if diff := cmp.Diff(want, told(r)); diff != "" || r.People.Count() != 2 {
		t.Errorf("%d people\n%s", r.People.Count(), diff)
	}
	r = ofText(testRules(""), "4242 4242 4242 4242\n4000 0012 3456 7899\n5555 5555 5555 4444, 5100 0000 1234 5672\n4242 4242 4242 4242\n")
	slices.Reverse(want)
	if diff := cmp.Diff(want, told(r)); diff != "" || r.People.Count() != 2 || r.Findings[1].Where.Number != 2 || r.Findings[0].Where.Number != 1 {
		t.Errorf("%d people\n%s", r.People.Count(), diff)
	}
}

// TestOrderNumbersThatPass: where bare numbers in the shape of cards mostly fail
// the check, those that pass are order numbers, as likely as not.
func TestOrderNumbersThatPass(t *testing.T) {
	for text, want := range map[string]Confidence{
		"4000001234567899": Medium, "4000001234567899 4000001234567891": Medium, "4000001234567899 4000001234567891 4000001234567892": Low,
		"4000 0012 3456 7899, 4000001234567891 4000001234567892": High, "4000 0012 3456 7899, 4000001234567899 4000001234567891 4000001234567892": High, "carta 4000001234567899; 4000001234567891 4000001234567892": High,
	} {
		if r := ofText(testRules(""), text); len(r.Findings) != 1 || r.Findings[0].Confidence != want {
			t.Errorf("%s: %+v, want %s", text, r.Findings, want)
		}
	}
}
