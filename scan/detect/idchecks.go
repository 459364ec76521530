package detect

// validNINO says whether a National Insurance number's prefix and suffix are
// among those that are given (HMRC, NIM39110): two letters, six digits, A to D.
func validNINO(v []byte) bool {
	if len(v) != 9 || v[8] < 'A' || v[8] > 'D' || digitRun(v, 2, 6) != 6 {
		return false
	}
	a, b := v[0], v[1]
	for _, never := range []byte("DFIQUV") {
		if a == never || b == never {
			return false
		}
	}
	if !isLetter(a) || !isLetter(b) || b == 'O' {
		return false
	}
	switch [2]byte{a, b} {
	case [2]byte{'B', 'G'}, [2]byte{'G', 'B'}, [2]byte{'K', 'N'}, [2]byte{'N', 'K'}, [2]byte{'N', 'T'}, [2]byte{'T', 'N'}, [2]byte{'Z', 'Z'}:
		return false
	}
	return true
}

// validSSN says whether nine digits can be a Social Security number: no part is
// zero, the area is neither 666 nor above 899 (SSA, POMS RM 10201.035), and it is
// none of the three that were printed in advertisements.
func validSSN(v []byte) bool {
	if len(v) != 9 || v[0] == '9' || digitsZero(v[:3]) || digitsZero(v[3:5]) || digitsZero(v[5:]) {
		return false
	}
	switch string(v) {
	case "078051120", "219099999", "457555462":
		return false
	}
	return string(v[:3]) != "666"
}

// validNHS is the check of an NHS number (NHS Data Dictionary, NHS NUMBER): the
// first nine digits times 10 to 2, 11 less the rest by 11; 11 stands for 0, and
// 10 is never given.
func validNHS(v []byte) bool {
	if len(v) != 10 {
		return false
	}
	sum := 0
	for i, d := range v[:9] {
		sum += int(d-'0') * (10 - i)
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	return check == int(v[9]-'0')
}

// spanishLetters is the letter for each rest by 23 (RD 1553/2005, art. 11).
const spanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

// validSpanish says whether the last letter is that of the digits: of a DNI, of
// an NIE with X, Y, Z for 0, 1, 2, or of the seven digits behind K, L or M
// (RD 1065/2007, art. 19 and 20).
func validSpanish(v []byte) bool {
	if len(v) != 9 {
		return false
	}
	n := 0
	for i, x := range v[:8] {
		switch {
		case isDigit(x):
			n = n*10 + int(x-'0')
		case i > 0:
			return false
		case x >= 'X' && x <= 'Z':
			n = int(x - 'X')
		case x < 'K' || x > 'M':
			return false
		}
	}
	return spanishLetters[n%23] == v[8]
}

// validNIR says whether 13 or 15 characters are a French social security number
// (INSEE; décret 82-103, art. 4): sex, year, month, department with 2A and 2B for
// Corsica, commune, order; of 15, the last two are 97 less the rest by 97.
// strict leaves out sexes and months of provisional numbers.
func validNIR(v []byte, strict bool) bool {
	if len(v) != 13 && len(v) != 15 {
		return false
	}
	n := 0
	for i, x := range v[:13] {
		switch {
		case isDigit(x):
			n = n*10 + int(x-'0')
		case i == 6 && v[5] == '2' && (x == 'A' || x == 'B'):
			n = (n-1)*10 + 9 - int(x-'A') // 2A counts 19, 2B 18
		default:
			return false
		}
	}
	month, department := two(v[3:]), v[5:7]
	switch {
	case v[0] == '0' || v[0] == '5' || v[0] == '6' || v[0] == '9', strict && v[0] > '2', strict && (month < 1 || month > 12),
		month == 0, month > 12 && month < 20, month > 42 && month < 50,
		department[0] == '0' && department[1] == '0', digitsZero(v[7:10]), digitsZero(v[10:13]):
		return false
	}
	return len(v) == 13 || isDigit(v[13]) && isDigit(v[14]) && two(v[13:]) == 97-n%97
}

// validTaxID is the German Steuerliche Identifikationsnummer (§ 139b AO; BZSt,
// Aufbau der IdNr): eleven digits, the first not 0; among the first ten one digit
// stands two or three times, not thrice in a row, and no other twice; the last is
// that of ISO 7064 MOD 11,10.
func validTaxID(v []byte) bool {
	if len(v) != 11 || v[0] == '0' {
		return false
	}
	var times [10]int
	product := 10
	for i, d := range v[:10] {
		n := int(d - '0')
		times[n]++
		if i > 1 && d == v[i-1] && d == v[i-2] {
			return false
		}
		if product = (product + n) % 10; product == 0 {
			product = 10
		}
		product = product * 2 % 11
	}
	repeated := 0
	for _, n := range times {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return repeated == 1 && (11-product)%10 == int(v[10]-'0')
}

// validPESEL is the Polish PESEL (ustawa o ewidencji ludności, art. 15): a date
// of birth whose month also tells the century, a check digit with the weights
// 1 3 7 9.
func validPESEL(v []byte) bool {
	if len(v) != 11 {
		return false
	}
	month := two(v[2:])
	century := [...]int{1900, 2000, 2100, 2200, 1800}[month/20]
	if !dayExists(century+two(v), month%20, two(v[4:])) {
		return false
	}
	sum := 0
	for i, d := range v {
		sum += int(d-'0') * int("13791379131"[i]-'0')
	}
	return sum%10 == 0
}

// dayExists says whether there is such a day.
func dayExists(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days++
	}
	return day <= days
}

// checkDigit is the one of ICAO 9303-3, 4.9: weights 7 3 1, A to Z count 10 to
// 35, a filler 0; -1 where something else stands.
func checkDigit(parts ...[]byte) int {
	sum, i := 0, 0
	for _, part := range parts {
		for _, x := range part {
			v := 0
			switch {
			case isDigit(x):
				v = int(x - '0')
			case x >= 'A' && x <= 'Z':
				v = int(x-'A') + 10
			case x != '<':
				return -1
			}
			sum += v * [3]int{7, 3, 1}[i%3]
			i++
		}
	}
	return sum % 10
}
