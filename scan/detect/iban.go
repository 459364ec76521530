package detect

import "bytes"

// bbans holds, by country, what follows the two letters and two check digits of
// an IBAN: n for digits, a for letters, c for either, each with its number of
// characters. Source: SWIFT IBAN Registry (ISO 13616), release 99.
var bbans = map[[2]byte]string{
	{'A', 'D'}: "n8c12", {'A', 'E'}: "n19", {'A', 'L'}: "n8c16", {'A', 'T'}: "n16", {'A', 'Z'}: "a4c20",
	{'B', 'A'}: "n16", {'B', 'E'}: "n12", {'B', 'G'}: "a4n6c8", {'B', 'H'}: "a4c14", {'B', 'I'}: "n23",
	{'B', 'R'}: "n23a1c1", {'B', 'Y'}: "c4n4c16", {'C', 'H'}: "n5c12", {'C', 'R'}: "n18", {'C', 'Y'}: "n8c16",
	{'C', 'Z'}: "n20", {'D', 'E'}: "n18", {'D', 'J'}: "n23", {'D', 'K'}: "n14", {'D', 'O'}: "c4n20",
	{'E', 'E'}: "n16", {'E', 'G'}: "n25", {'E', 'S'}: "n20", {'F', 'I'}: "n14", {'F', 'K'}: "a2n12",
	{'F', 'O'}: "n14", {'F', 'R'}: "n10c11n2", {'G', 'B'}: "a4n14", {'G', 'E'}: "a2n16", {'G', 'I'}: "a4c15",
	{'G', 'L'}: "n14", {'G', 'R'}: "n7c16", {'G', 'T'}: "c24", {'H', 'N'}: "a4n20", {'H', 'R'}: "n17",
	{'H', 'U'}: "n24", {'I', 'E'}: "a4n14", {'I', 'L'}: "n19", {'I', 'Q'}: "a4n15", {'I', 'S'}: "n22",
	{'I', 'T'}: "a1n10c12", {'J', 'O'}: "a4n4c18", {'K', 'W'}: "a4c22", {'K', 'Z'}: "n3c13", {'L', 'B'}: "n4c20",
	{'L', 'C'}: "a4c24", {'L', 'I'}: "n5c12", {'L', 'T'}: "n16", {'L', 'U'}: "n3c13", {'L', 'V'}: "a4c13",
	{'L', 'Y'}: "n21", {'M', 'C'}: "n10c11n2", {'M', 'D'}: "c20", {'M', 'E'}: "n18", {'M', 'K'}: "n3c10n2",
	{'M', 'N'}: "n16", {'M', 'R'}: "n23", {'M', 'T'}: "a4n5c18", {'M', 'U'}: "a4n19a3", {'N', 'I'}: "a4n20",
	{'N', 'L'}: "a4n10", {'N', 'O'}: "n11", {'O', 'M'}: "n3c16", {'P', 'K'}: "a4c16", {'P', 'L'}: "n24",
	{'P', 'S'}: "a4c21", {'P', 'T'}: "n21", {'Q', 'A'}: "a4c21", {'R', 'O'}: "a4c16", {'R', 'S'}: "n18",
	{'R', 'U'}: "n14c15", {'S', 'A'}: "n2c18", {'S', 'C'}: "a4n20a3", {'S', 'D'}: "n14", {'S', 'E'}: "n20",
	{'S', 'I'}: "n15", {'S', 'K'}: "n20", {'S', 'M'}: "a1n10c12", {'S', 'O'}: "n19", {'S', 'T'}: "n21",
	{'S', 'V'}: "a4n20", {'T', 'L'}: "n19", {'T', 'N'}: "n20", {'T', 'R'}: "n6c16", {'U', 'A'}: "n6c19",
	{'V', 'A'}: "n18", {'V', 'G'}: "a4n16", {'X', 'K'}: "n16", {'Y', 'E'}: "a4n4c18",
}

// specs is bbans by the places of both letters in the alphabet.
var specs = func() (specs [26][26]string) {
	for country, spec := range bbans {
		specs[country[0]-'A'][country[1]-'A'] = spec
	}
	return specs
}()

// specOf returns what follows the letters a and b and two digits, "" for none.
func specOf(a, b byte) string {
	a, b = upper(a)-'A', upper(b)-'A'
	if a >= 26 || b >= 26 {
		return ""
	}
	return specs[a][b]
}

// ibanGlued looks for an IBAN in the word that begins at ws if that is IBANIT60….
func (c *Collector) ibanGlued(ws int) int {
	if !bytes.EqualFold(c.buf[ws:ws+4], []byte("iban")) {
		return 0
	}
	return c.iban(ws + 4)
}

// ibanApart looks for an IBAN whose two check digits, at d, stand apart from
// the country's letters, as on many Italian invoices: IT 60 X 05428 11101 ….
func (c *Collector) ibanApart(d int) int {
	sep, w := separatorBefore(c.buf, d)
	i := d - w
	if sep != ' ' || i < 2 || !isLetter(c.buf[i-1]) || !isLetter(c.buf[i-2]) || wordBefore(c.buf, i-2) {
		return 0
	}
	return c.iban(i - 2)
}

// iban looks for an IBAN that begins at start, compact or with one space, hyphen
// or dot between groups of any size, in either case of letters, and returns its
// end; 0 for none. What has the country's very structure and a wrong checksum
// is passed over whole, so that its groups aren't taken for anything else.
func (c *Collector) iban(start int) int {
	spec := specOf(c.buf[start], c.buf[start+1])
	if spec == "" {
		return 0
	}
	end, ok := c.ibanChars(start, specLen(spec)+4)
	if !ok || wordAt(c.buf, end) || !ibanFits(c.norm, spec) {
		return 0
	}
	if mod97(c.norm) {
		c.emit(IBAN, start, end, High)
	}
	return end
}

// ibanChars gathers n letters and digits from start on into norm.
func (c *Collector) ibanChars(start, n int) (int, bool) {
	b := c.buf
	c.norm = c.norm[:0]
	var sep byte
	for i := start; i < len(b); i++ {
		if !isAlnum(b[i]) {
			s, w := cardSeparator(b, i)
			if s == 0 || (sep != 0 && s != sep) || i+w >= len(b) || !isAlnum(b[i+w]) {
				return 0, false
			}
			sep = s
			i += w
		}
		if c.norm = append(c.norm, upper(b[i])); len(c.norm) == n {
			return i + 1, true
		}
	}
	return 0, false
}

// specLen returns the number of characters that a structure describes.
func specLen(spec string) int {
	sum, n := 0, 0
	for i := range len(spec) {
		if isDigit(spec[i]) {
			n = n*10 + int(spec[i]-'0')
			continue
		}
		sum, n = sum+n, 0
	}
	return sum + n
}

// ibanFits says whether an IBAN has two check digits and its country's structure.
func ibanFits(iban []byte, spec string) bool {
	if !isDigit(iban[2]) || !isDigit(iban[3]) {
		return false
	}
	at := 4
	for i := 0; i < len(spec); {
		class, n := spec[i], 0
		for i++; i < len(spec) && isDigit(spec[i]); i++ {
			n = n*10 + int(spec[i]-'0')
		}
		for range n {
			if x := iban[at]; (class == 'n' && !isDigit(x)) || (class == 'a' && !isLetter(x)) {
				return false
			}
			at++
		}
	}
	return true
}

// mod97 is the check of ISO 7064 MOD 97-10 as ISO 13616 uses it: the first four
// characters go to the end, A to Z count 10 to 35, and what is left after a
// division by 97 is 1. iban is in upper case.
func mod97(iban []byte) bool {
	rest := 0
	for i := range iban {
		x := iban[(i+4)%len(iban)]
		if isDigit(x) {
			rest = (rest*10 + int(x-'0')) % 97
		} else {
			rest = (rest*100 + int(x-'A') + 10) % 97
		}
	}
	return rest == 1
}
