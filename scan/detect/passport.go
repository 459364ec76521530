package detect

import "bytes"

// passport reports b[start:end] as a passport's number if a word or the header
// says that it is one: no shape of one is anything by itself.
func (c *Collector) passport(start, end int) int {
	b := c.buf
	if c.hint != Passport && (c.hint != "" || c.head != noWords) {
		return 0
	}
	c.gather(start, end)
	shaped := passportShape(c.norm)
	if !shaped && (c.hint != Passport || start > 0 || end < len(b) || !anyPassport(c.norm)) || !apart(b, start, end) {
		return 0
	}
	m := markPassport
	if c.norm[0] == 'Y' && digitRun(c.norm, 2, 8) == 7 {
		m |= markDocument
	}
	why, ok := c.evidence(Passport, m, start)
	if !ok || why == "" || !c.found(Passport, start, end, why) {
		return 0
	}
	return end
}

// passportShape says whether v, in upper case, is a number as they are given by
// Italy (YA or AA and 7 digits), Spain (3 letters, 6 digits), the United States (a
// letter, 8 digits), the United Kingdom (9 digits), France (2 digits, 2 letters, 5
// digits) or Germany (9 of the letters and digits that it uses, the first one of
// a few letters, perhaps with the check digit of ICAO 9303).
func passportShape(v []byte) bool {
	switch len(v) {
	case 9:
		switch letterPlaces(v) {
		case 0:
			return !same(v) && string(v) != "123456789"
		case 0b110000000, 0b111000000, 0b100000000, 0b001100000:
			return true
		}
		return german(v)
	case 10:
		return german(v[:9]) && isDigit(v[9]) && checkDigit(v[:9]) == int(v[9]-'0')
	}
	return false
}

// german says whether nine characters are of those of German passports
// (PassV, Anlage; no vowels, no B D Q S), with at least three digits.
func german(v []byte) bool {
	digits := 0
	for _, x := range v {
		switch {
		case isDigit(x):
			digits++
		case bytes.IndexByte([]byte("CFGHJKLMNPRTVWXYZ"), x) < 0:
			return false
		}
	}
	return digits >= 3 && bytes.IndexByte([]byte("CFGHJK"), v[0]) >= 0
}

// anyPassport is what may stand under a header of passports: six to nine letters
// and digits (ICAO 9303-4, 4.2.2), four digits at least, not a date.
func anyPassport(v []byte) bool {
	if len(v) < 6 || len(v) > 9 {
		return false
	}
	digits := 0
	for _, x := range v {
		if isDigit(x) {
			digits++
		}
	}
	if digits == len(v) {
		return digits == 9 || digits == 7
	}
	return digits >= 4
}

// The machine-readable zones of ICAO 9303: passports have two lines of 44 (part
// 4, TD3), cards three of 30 (part 5, TD1) or two of 36 (part 6, TD2).
const (
	lineTD1     = 30
	lineTD2     = 36
	lineTD3     = 44
	minZoneWord = 28 // letters and digits in a row of a line whose number fills its place
)

func zoneByte(x byte) bool { return isDigit(x) || x >= 'A' && x <= 'Z' || x == '<' }

// zone looks for a line of a machine-readable zone around the word b[ws:we] and
// reports it if all of its check digits hold: the second line of TD3 and TD2,
// the first of TD1, whose second one then must follow.
func (c *Collector) zone(ws, we int) int {
	b := c.buf
	if we < len(b) && b[we] == '<' && (we+1 == len(b) || !zoneByte(b[we+1])) && we-ws < minZoneWord {
		return 0 // 12</td>
	}
	start, end := we, we
	for start > 0 && zoneByte(b[start-1]) && we-start <= 2*lineTD3 {
		start--
	}
	for end < len(b) && zoneByte(b[end]) && end-start <= 2*lineTD3 {
		end++
	}
	switch end - start {
	case 2 * lineTD3, 2 * lineTD2: // both lines in one
		start += (end - start) / 2
		if ws < start {
			return 0
		}
	}
	line := b[start:end]
	if ws < start {
		return 0
	}
	kind, valid := Passport, false
	switch len(line) {
	case lineTD3:
		valid = zoneHolds(line) && checkHolds(line[28:42], line[42]) && checkHolds2(line[43], line[:10], line[13:20], line[21:43])
	case lineTD2:
		valid = zoneHolds(line) && checkHolds2(line[35], line[:10], line[13:20], line[21:35])
	case lineTD1:
		if valid = c.cardZone(line, end); valid && line[0] != 'P' && string(line[2:5]) == "ITA" {
			kind = IdentityCard
		}
	}
	if !valid {
		return 0
	}
	number := line[:9]
	if len(line) == lineTD1 {
		number = line[5:14]
	}
	c.norm = append(c.norm[:0], bytes.TrimRight(number, "<")...)
	if len(c.norm) == 0 || !c.found(kind, start, end, WhyChecksum) {
		return 0
	}
	return end
}

// zoneHolds checks what the second lines of TD3 and TD2 have in common: number,
// dates of birth and of expiry, sex.
func zoneHolds(line []byte) bool {
	return checkHolds(line[:9], line[9]) && checkHolds(line[13:19], line[19]) && checkHolds(line[21:27], line[27]) && sexHolds(line[20])
}

// cardZone checks the first line of TD1 and, behind its end, the second.
func (c *Collector) cardZone(first []byte, end int) bool {
	b := c.buf
	if !checkHolds(first[5:14], first[14]) {
		return false
	}
	if end < len(b) && b[end] == '\r' {
		end++
	}
	if end >= len(b) || b[end] != '\n' || end+1+lineTD1 > len(b) {
		return false
	}
	second := b[end+1 : end+1+lineTD1]
	for _, x := range second {
		if !zoneByte(x) {
			return false
		}
	}
	return checkHolds(second[:6], second[6]) && sexHolds(second[7]) && checkHolds(second[8:14], second[14]) &&
		checkHolds2(second[29], first[5:30], second[:7], second[8:15], second[18:29])
}

func sexHolds(x byte) bool { return x == 'M' || x == 'F' || x == '<' || x == 'X' }

// checkHolds says whether check is the check digit of part; a filler stands for
// that of fillers.
func checkHolds(part []byte, check byte) bool {
	if check == '<' {
		return len(bytes.Trim(part, "<")) == 0
	}
	return isDigit(check) && checkDigit(part) == int(check-'0')
}

// checkHolds2 is checkHolds for several parts together.
func checkHolds2(check byte, parts ...[]byte) bool {
	return isDigit(check) && checkDigit(parts...) == int(check-'0')
}
