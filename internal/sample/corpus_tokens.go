package sample

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// errToken says that a template has a token that there is not, or wrong
// arguments for it.
var errToken = errors.New("no such token, or not with these arguments")

// token makes a piece of a token: a name and its arguments.
func (m *maker) token(name string, args []string) (piece, error) {
	if name == "pick" && len(args) > 0 {
		return func(to []byte) []byte { return append(to, args[m.rng.IntN(len(args))]...) }, nil
	}
	if name == "date" && len(args) == 1 {
		return func(to []byte) []byte { return m.instant().AppendFormat(to, args[0]) }, nil
	}
	if p, ok := m.bare()[name]; ok && len(args) == 0 {
		return p, nil
	}
	if set, ok := alphabets()[name]; ok && len(args) == 1 {
		n, err := strconv.Atoi(args[0])
		return func(to []byte) []byte { return m.letters(to, set, n) }, err
	}
	if name == "text" && len(args) == 2 {
		n, err := strconv.Atoi(args[1])
		words := lines("lorem_" + args[0])
		return func(to []byte) []byte { return m.prose(to, words, n) }, err
	}
	if name == "words" && len(args) == 1 && m.lists[args[0]] != nil {
		return func(to []byte) []byte { return append(to, m.pick(args[0])...) }, nil
	}
	return m.numeric(name, args)
}

// alphabets are the tokens that are so many characters of a set.
func alphabets() map[string]string {
	const lower = "abcdefghijklmnopqrstuvwxyz"
	return map[string]string{
		"dig":   "0123456789",
		"hex":   "0123456789abcdef",
		"HEX":   "0123456789ABCDEF",
		"upper": upper,
		"lower": lower,
		"code":  upper + "0123456789",
		"b64":   upper + lower + "0123456789+/",
		"b58":   "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
	}
}

// letters appends n characters of a set.
func (m *maker) letters(to []byte, set string, n int) []byte {
	for range n {
		to = append(to, set[m.rng.IntN(len(set))])
	}
	return to
}

// numeric makes the tokens whose arguments are numbers.
func (m *maker) numeric(name string, args []string) (piece, error) {
	first := ""
	if len(args) > 0 && (name == "luhn" || name == "gtin") {
		first, args = args[0], args[1:]
	}
	var v []float64
	for _, a := range args {
		number, err := strconv.ParseFloat(a, 64)
		if err != nil {
			return nil, err
		}
		v = append(v, number)
	}
	switch {
	case name == "num" && len(args) == 2 && v[0] <= v[1]: // from, to
		return func(to []byte) []byte { return strconv.AppendInt(to, int64(v[0])+m.rng.Int64N(int64(v[1]-v[0])+1), 10) }, nil
	case name == "n" && len(args) == 1: // the row, counted from here
		return func(to []byte) []byte { return strconv.AppendInt(to, int64(v[0])+int64(m.row), 10) }, nil
	case name == "f" && len(args) == 3: // from, to, decimals
		return func(to []byte) []byte {
			return strconv.AppendFloat(to, v[0]+m.rng.Float64()*(v[1]-v[0]), 'f', int(v[2]), 64)
		}, nil
	case name == "luhn" && len(args) == 1: // first digits, length
		return func(to []byte) []byte {
			body := first + m.digits(int(v[0])-1-len(first))
			return append(append(to, body...), luhnDigit(body))
		}, nil
	case name == "gtin" && len(args) == 1: // first digits, length
		return func(to []byte) []byte { return append(to, gtin(first+m.digits(int(v[0])-1-len(first)))...) }, nil
	}
	return nil, errToken
}

// gtin adds the check digit to the digits of an article number of any length
// (GS1 General Specifications, section 7.9).
func gtin(digits string) string {
	sum := 0
	for i := range len(digits) {
		sum += int(digits[len(digits)-1-i]-'0') * (3 - 2*(i%2))
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}

// bare are the tokens without arguments.
func (m *maker) bare() map[string]piece {
	text := func(f func() string) piece { return func(to []byte) []byte { return append(to, f()...) } }
	number := func(f func() int64) piece { return func(to []byte) []byte { return strconv.AppendInt(to, f(), 10) } }
	return map[string]piece{
		"n":      func(to []byte) []byte { return strconv.AppendInt(to, int64(m.row), 10) },
		"s":      number(func() int64 { return m.instant().Unix() }),
		"ms":     number(func() int64 { return m.instant().UnixMilli() }),
		"us":     number(func() int64 { return m.instant().UnixMicro() }),
		"ns":     number(func() int64 { return m.instant().UnixNano() }),
		"uuid":   text(m.uuid),
		"semver": text(func() string { return fmt.Sprintf("%d.%d.%d", m.rng.IntN(12), m.rng.IntN(30), m.rng.IntN(40)) }),
		"ip":     text(m.ip),
		"ip6":    text(func() string { return fmt.Sprintf("2001:db8:%x::%x", m.rng.IntN(1<<16), m.rng.IntN(1<<16)) }),
		"mac":    text(func() string { return grouped(string(m.letters(nil, "0123456789abcdef", 12)), ":", 2) }),
		"eur":    text(m.amount),
		"isbn":   text(m.isbn),
		"ups":    text(m.ups),
		"s10":    text(m.s10),
	}
}

// instant is a point in time of the last years.
func (m *maker) instant() time.Time {
	const years = 6
	return time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(m.rng.Int64N(years * 365 * 24 * int64(time.Hour))))
}

// uuid makes a random identifier (RFC 9562); one in eight has only digits.
func (m *maker) uuid() string {
	hex := "0123456789abcdef"
	if m.rng.IntN(8) == 0 {
		hex = hex[:10]
	}
	b := m.letters(nil, hex, 32)
	b[12], b[16] = '4', "89ab"[m.rng.IntN(4)]
	return grouped(string(b), "-", 8, 4, 4, 4, 12)
}

// ip makes an address of a private network.
func (m *maker) ip() string {
	return fmt.Sprintf("10.%d.%d.%d", m.rng.IntN(256), m.rng.IntN(256), m.rng.IntN(256))
}

// amount is money as Italians write it.
func (m *maker) amount() string {
	n := m.rng.IntN(20_000)
	if m.rng.IntN(10) == 0 {
		n *= 97
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return fmt.Sprintf("%s,%02d", s, m.rng.IntN(100))
}

// isbn makes the number of a book of no publisher's, with hyphens.
func (m *maker) isbn() string {
	n := gtin("97888" + m.digits(7))
	return n[:3] + "-" + n[3:5] + "-" + n[5:9] + "-" + n[9:12] + "-" + n[12:]
}

// ups makes a parcel number: 1Z, a sender, a service, a parcel and a check digit,
// for which letters count as digits and every second place double.
func (m *maker) ups() string {
	body := m.letters(nil, upper+"0123456789", 6)
	body = append(body, m.digits(9)...)
	sum := 0
	for i, c := range body {
		d := int(c - '0')
		if c >= 'A' {
			d = int(c-'A'+2) % 10
		}
		sum += d * (1 + i%2)
	}
	return "1Z" + string(body) + strconv.Itoa((10-sum%10)%10)
}

// s10 makes the number of a registered letter (UPU S10).
func (m *maker) s10() string {
	serial := m.digits(8)
	sum := 0
	for i, w := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += w * int(serial[i]-'0')
	}
	check := 11 - sum%11
	switch check {
	case 10:
		check = 0
	case 11:
		check = 5
	}
	return []string{"RR", "CP", "EE", "LX"}[m.rng.IntN(4)] + serial + strconv.Itoa(check) + []string{"IT", "DE", "FR", "CN"}[m.rng.IntN(4)]
}

// prose is n words of a language in sentences, with a number here and there.
func (m *maker) prose(to []byte, words []string, n int) []byte {
	left := 0
	for i := range n {
		word := words[m.rng.IntN(len(words))]
		if m.rng.IntN(25) == 0 {
			word = []string{
				strconv.Itoa(m.rng.IntN(3000)), m.instant().Format("02/01/2006"), m.amount(), m.instant().Format("15:04"),
				fmt.Sprintf("%d-%d", m.rng.IntN(100), m.rng.IntN(1000)),
			}[m.rng.IntN(5)]
		}
		if left == 0 {
			left = 5 + m.rng.IntN(14)
			_, size := utf8.DecodeRuneInString(word)
			word = strings.ToUpper(word[:size]) + word[size:]
		}
		left--
		to = append(to, word...)
		switch {
		case left == 0 || i == n-1:
			to = append(to, ". "...)
		case m.rng.IntN(9) == 0:
			to = append(to, ", "...)
		default:
			to = append(to, ' ')
		}
	}
	return to[:len(to)-1]
}
