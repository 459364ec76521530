package office

import (
	"bytes"
	"strconv"
)

const (
	maxWhole = 40      // digits of a whole number that is written out
	lastDay  = 2958465 // 9999-12-31, as spreadsheets count
	second   = 24 * 60 * 60
)

// appendNumeral appends a number as XML has it, without an exponent and without
// an empty fraction: 3.331234567E9 is 3331234567, 12.0 is 12. What is no number,
// or a very large or small one, stays as it is.
func appendNumeral(dst, b []byte) []byte {
	if plainDigits(b) {
		return append(dst, b...)
	}
	var digits [maxWhole]byte
	n, point, i := 0, -1, 0
	sign := len(b) > 0 && b[0] == '-'
	if sign || len(b) > 0 && b[0] == '+' {
		i++
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = n
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		if n == maxWhole {
			return append(dst, b...)
		}
		digits[n] = c
		n++
	}
	if point < 0 {
		point = n
	}
	if n == 0 {
		return append(dst, b...)
	}
	if i < len(b) {
		if b[i]|0x20 != 'e' || len(b)-i > 5 {
			return append(dst, b...)
		}
		exponent, err := strconv.Atoi(string(b[i+1:]))
		if err != nil {
			return append(dst, b...)
		}
		point += exponent
	}
	for n > max(point, 1) && digits[n-1] == '0' {
		n--
	}
	if point < 0 || point > maxWhole {
		return append(dst, b...)
	}
	if sign {
		dst = append(dst, '-')
	}
	return appendPoint(dst, digits[:n], point)
}

// appendPoint appends digits with the point behind the first point of them.
func appendPoint(dst, digits []byte, point int) []byte {
	for point > 1 && len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
		point--
	}
	if point == 0 {
		dst = append(dst, '0')
	}
	for i := range max(point, len(digits)) {
		if i == point {
			dst = append(dst, '.')
		}
		if i < len(digits) {
			dst = append(dst, digits[i])
		} else {
			dst = append(dst, '0')
		}
	}
	return dst
}

func plainDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// appendSerial appends the date, the time or both that the number b stands for
// in a spreadsheet (ECMA-376 part 1, 18.17.4.1), and tells whether it is one.
// Days are counted from 1900 with a 29th of February in that year, or from 1904.
func appendSerial(dst, b []byte, kind formatKind, from1904 bool) ([]byte, bool) {
	whole, fraction, _ := bytes.Cut(b, []byte{'.'})
	if len(whole) == 0 || len(whole) > 7 || !plainDigits(whole) || !plainDigits(fraction) {
		return dst, false
	}
	day := 0
	for _, c := range whole {
		day = day*10 + int(c-'0')
	}
	seconds := daySeconds(fraction)
	if seconds == second {
		day++
		seconds = 0
	}
	if day > lastDay {
		return dst, false
	}
	if kind == formatTime || day == 0 && !from1904 {
		if kind == formatDate {
			return dst, false
		}
		return appendTime(dst, seconds), true
	}
	dst = appendDate(dst, day, from1904)
	if kind == formatBoth && seconds > 0 {
		dst = appendTime(append(dst, ' '), seconds)
	}
	return dst, true
}

// daySeconds is the fraction of a day in seconds, rounded.
func daySeconds(fraction []byte) int {
	n, scale := int64(0), int64(1)
	for _, c := range fraction[:min(len(fraction), 12)] {
		n = n*10 + int64(c-'0')
		scale *= 10
	}
	return int((n*second + scale/2) / scale)
}

func appendTime(dst []byte, seconds int) []byte {
	dst = appendTwo(dst, seconds/3600)
	dst = appendTwo(append(dst, ':'), seconds/60%60)
	return appendTwo(append(dst, ':'), seconds%60)
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10%10), byte('0'+n%10))
}

// appendDate appends day as 2006-01-02.
func appendDate(dst []byte, day int, from1904 bool) []byte {
	switch {
	case from1904:
		day += 1462
	case day == 60:
		return append(dst, "1900-02-29"...)
	case day < 60:
		day++
	}
	// Days since 0000-03-01, in eras of 400 years; after Howard Hinnant,
	// "chrono-Compatible Low-Level Date Algorithms".
	z := day - 25569 + 719468
	era := z / 146097
	ofEra := z - era*146097
	year := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*year + year/4 - year/100)
	month := (5*ofYear + 2) / 153
	d := ofYear - (153*month+2)/5 + 1
	month += 3
	year += era * 400
	if month > 12 {
		month -= 12
		year++
	}
	dst = appendTwo(dst, year/100)
	dst = appendTwo(dst, year%100)
	dst = appendTwo(append(dst, '-'), month)
	return appendTwo(append(dst, '-'), d)
}
