package sample

import (
	"strconv"
	"strings"
)

// upper is what the check characters of fiscal codes and bank codes are.
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// luhnDigit returns the digit that makes digits pass the Luhn test when it
// stands behind them.
func luhnDigit(digits string) byte {
	sum, double := 0, true
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return byte('0' + (10-sum%10)%10)
}

// luhnValid says whether digits pass the Luhn test.
func luhnValid(digits string) bool {
	last := len(digits) - 1
	return last > 0 && luhnDigit(digits[:last]) == digits[last]
}

// ean13 adds the check digit to the twelve digits of an article number.
func ean13(twelve string) string {
	sum := 0
	for i := range len(twelve) {
		sum += int(twelve[i]-'0') * (1 + 2*(i%2))
	}
	return twelve + strconv.Itoa((10-sum%10)%10)
}

// mod97 is the remainder of which a right IBAN leaves 1.
func mod97(iban string) int {
	rest := 0
	for _, c := range iban[4:] + iban[:4] {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}

// ibanOf makes an Italian IBAN with right check characters of a bank, a branch
// and an account.
func ibanOf(bank, branch, account string) string {
	bban := bank + branch + account
	bban = string(oddEven(bban)) + bban
	check := 98 - mod97("IT00"+bban)
	return "IT" + strconv.Itoa(check/10) + strconv.Itoa(check%10) + bban
}

// oddEven is the check letter of Italian fiscal codes and bank accounts: the
// characters in odd places count by a table, those in even places by their rank.
func oddEven(code string) byte {
	odd := [...]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i := range len(code) {
		rank := int(code[i] - '0')
		if code[i] >= 'A' {
			rank = int(code[i] - 'A')
		}
		if i%2 == 0 {
			rank = odd[rank]
		}
		sum += rank
	}
	return upper[sum%26]
}

// fiscalCode computes the code of a person whose birthplace does not exist.
func fiscalCode(p *person) string {
	day := p.born.Day()
	if p.female {
		day += 40
	}
	year := strconv.Itoa(p.born.Year())
	code := threeLetters(p.last, false) + threeLetters(p.first, true) + year[2:] +
		string("ABCDEHLMPRST"[p.born.Month()-1]) + strconv.Itoa(day/10) + strconv.Itoa(day%10) + "Z999"
	return code + string(oddEven(code))
}

// threeLetters takes the consonants, then the vowels of a name. A first name
// with four consonants or more leaves out the second.
func threeLetters(name string, first bool) string {
	var consonants, vowels string
	for _, c := range strings.ToUpper(plainLetters(name)) {
		switch {
		case strings.ContainsRune("AEIOU", c):
			vowels += string(c)
		case strings.ContainsRune(upper, c):
			consonants += string(c)
		}
	}
	if first && len(consonants) >= 4 {
		consonants = consonants[:1] + consonants[2:]
	}
	return (consonants + vowels + "XXX")[:3]
}

// plainLetters takes the accents off the letters that our words carry.
func plainLetters(s string) string {
	return strings.NewReplacer("à", "a", "è", "e", "é", "e", "ì", "i", "ò", "o", "ù", "u", "'", "", " ", "").Replace(s)
}

// grouped puts sep between the groups of the given sizes; the rest of s is
// cut by the last size.
func grouped(s, sep string, sizes ...int) string {
	var parts []string
	for i := 0; s != ""; i++ {
		n := min(sizes[min(i, len(sizes)-1)], len(s))
		parts, s = append(parts, s[:n]), s[n:]
	}
	return strings.Join(parts, sep)
}
