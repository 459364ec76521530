package keys

import (
	"bytes"
	"fmt"

	"custode/internal/secret"
)

// The sheet holds the 58 characters behind AGE-SECRET-KEY-PQ-1, in four lines:
//
//	QPZRY 9X8GF 2TVDW S0
//
// Each line ends with two characters that check it. They are a Reed-Solomon code
// over the 32 characters that age uses, with the number of the line mixed in: any
// one or two wrong characters in a line are found, so every typo and every swap,
// and so is a line in the place of another. The checksum that age itself has over
// all the 58 comes on top.
const (
	charset  = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
	keyChars = 58
	lineKey  = 15 // characters of the key in a line; the last line has 13
	groups   = 5
	checks   = 2
	lines    = 4

	hybridPrefix  = "AGE-SECRET-KEY-PQ-1"
	classicPrefix = "AGE-SECRET-KEY-1"
)

// Reason says what is wrong with a line that was typed.
type Reason int

// The reasons.
const (
	Mistyped  Reason = iota // a character is wrong, or two are swapped
	TooShort                // characters are missing
	TooLong                 // there are too many
	Foreign                 // a character that no key has
	Misplaced               // the line is right, but belongs elsewhere
	Missing                 // the line is not there
	Mixed                   // each line is right, but they are not of one sheet (Line is 0)
)

// SheetError names the line of a typing error, counted from 1. It holds nothing
// of what was typed.
type SheetError struct {
	Line   int
	Reason Reason
	Column int // Foreign: which character, blanks not counted, from 1
}

// Error is for logs; the words for people are elsewhere.
func (e *SheetError) Error() string {
	reason := [...]string{"mistyped", "too short", "too long", "a foreign character", "misplaced", "missing", "mixed"}[e.Reason]
	return fmt.Sprintf("recovery sheet: line %d: %s", e.Line, reason)
}

// SheetPrefix is what stands before the 58 characters; a sheet shows it, because
// a stock age wants it. It is no secret.
func SheetPrefix(k Kind) string {
	if k == Classic {
		return classicPrefix
	}
	return hybridPrefix
}

// SheetLines gives the four lines to print, each in groups with its check.
func SheetLines(id Identity) ([]secret.Bytes, error) {
	key := bytes.TrimPrefix(id.Text().Reveal(), []byte(SheetPrefix(id.Kind())))
	if len(key) != keyChars {
		return nil, ErrWiped
	}
	out := make([]secret.Bytes, lines)
	for i := range out {
		part := key[i*lineKey : min((i+1)*lineKey, keyChars)]
		check := checkOf(values(part), i)
		b := make([]byte, 0, 24)
		for j, c := range part {
			if j > 0 && j%groups == 0 {
				b = append(b, ' ')
			}
			b = append(b, c)
		}
		out[i] = secret.New(append(b, ' ', charset[check[0]], charset[check[1]]))
	}
	return out, nil
}

// FromSheet reads what a person typed, or what a camera read from the sheet's QR
// code, which is the whole key. Capitals or not, blanks, hyphens and empty lines
// do not matter, nor whether the prefix was typed too, nor the ends of the lines
// when all is in one. O stands for 0, I and 1 for L, B for 8: a key has only the
// latter of each. The error is a *SheetError.
func FromSheet(typed secret.Bytes) (Identity, error) {
	text := bytes.ToUpper(typed.Reveal())
	defer clear(text)
	if id, ok := parseOrWipe(squeeze(bytes.Clone(text), " \t\r\n")); ok {
		return id, nil
	}
	key := make([]byte, 0, keyChars)
	defer func() { clear(key[:cap(key)]) }()
	found := rows(text)
	for i, row := range found {
		if i == lines {
			return Identity{}, &SheetError{Line: lines + 1, Reason: TooLong}
		}
		part, err := checkLine(row, i)
		if err != nil {
			return Identity{}, err
		}
		key = append(key, part...)
	}
	if len(found) < lines {
		return Identity{}, &SheetError{Line: len(found) + 1, Reason: Missing}
	}
	for _, prefix := range []string{hybridPrefix, classicPrefix} {
		if id, ok := parseOrWipe(append([]byte(prefix), key...)); ok {
			return id, nil
		}
	}
	return Identity{}, &SheetError{Reason: Mixed}
}

// CheckSheetLine tells at once whether the line of that number, from 1, was typed
// rightly, so that it can be asked for again. The error is a *SheetError.
func CheckSheetLine(typed secret.Bytes, number int) error {
	text := bytes.ToUpper(typed.Reveal())
	defer clear(text)
	found := rows(text)
	switch {
	case number < 1 || number > lines || len(found) > 1:
		return &SheetError{Line: number, Reason: TooLong}
	case len(found) == 0:
		return &SheetError{Line: number, Reason: Missing}
	}
	_, err := checkLine(found[0], number-1)
	return err
}

// SheetRows cuts what was typed into the lines of a sheet that it holds: one, or
// several that were typed in one go. The caller wipes them.
func SheetRows(typed secret.Bytes) []secret.Bytes {
	text := bytes.ToUpper(typed.Reveal())
	defer clear(text)
	var out []secret.Bytes
	for _, row := range rows(text) {
		out = append(out, secret.New(bytes.Clone(row)))
	}
	return out
}

func parseOrWipe(text []byte) (Identity, bool) {
	s := secret.New(text)
	id, err := Parse(s)
	if err != nil {
		s.Wipe()
	}
	return id, err == nil
}

// squeeze drops the characters of cut from b, in place.
func squeeze(b []byte, cut string) []byte {
	out := b[:0]
	for _, c := range b {
		if !bytes.ContainsRune([]byte(cut), rune(c)) {
			out = append(out, c)
		}
	}
	return out
}

// rows cuts the typed text into its lines, without prefix and filling. They lie
// in text, and go when it is wiped.
func rows(text []byte) [][]byte {
	const filling = " \t\r-.:_/|"
	var out [][]byte
	for row := range bytes.SplitSeq(text, []byte("\n")) {
		row = bytes.TrimSpace(row)
		for _, prefix := range []string{hybridPrefix, classicPrefix, hybridPrefix[:len(hybridPrefix)-1], classicPrefix[:len(classicPrefix)-1]} {
			if rest, ok := bytes.CutPrefix(row, []byte(prefix)); ok {
				row = rest
				break
			}
		}
		if row = squeeze(row, filling); len(row) > 0 {
			out = append(out, row)
		}
	}
	if len(out) != 1 || len(out[0]) <= lineKey+2*checks {
		return out
	}
	all := out[0] // typed in one go
	out = nil
	for len(all) > lineKey+checks && len(out) < lines-1 {
		out = append(out, all[:lineKey+checks])
		all = all[lineKey+checks:]
	}
	return append(out, all)
}

// checkLine gives the key's characters of line i, or what is wrong with it.
func checkLine(row []byte, i int) ([]byte, error) {
	bad := &SheetError{Line: i + 1}
	for j, c := range row {
		switch c {
		case 'O':
			row[j] = '0'
		case 'I', '1':
			row[j] = 'L'
		case 'B':
			row[j] = '8'
		}
		if bytes.IndexByte([]byte(charset), row[j]) < 0 {
			bad.Reason, bad.Column = Foreign, j+1
			return nil, bad
		}
	}
	part, typed := row[:max(0, len(row)-checks)], row[max(0, len(row)-checks):]
	fits := func(i int) bool {
		want := min(lineKey, keyChars-i*lineKey)
		if len(part) != want {
			return false
		}
		check := checkOf(values(part), i)
		return charset[check[0]] == typed[0] && charset[check[1]] == typed[1]
	}
	if fits(i) {
		return part, nil
	}
	for other := range lines {
		if fits(other) {
			bad.Reason = Misplaced
			return nil, bad
		}
	}
	switch want := min(lineKey, keyChars-i*lineKey); {
	case len(part) < want:
		bad.Reason = TooShort
	case len(part) > want:
		bad.Reason = TooLong
	}
	return nil, bad
}

// values are the numbers of characters; all of them are in the charset.
func values(part []byte) []byte {
	out := make([]byte, len(part))
	for i, c := range part {
		out[i] = byte(bytes.IndexByte([]byte(charset), c)) //nolint:gosec // 0 to 31
	}
	return out
}

// checkOf gives the two check values of a line: the remainder of the line's
// polynomial, times x^2, by (x+1)(x+2) over GF(32), plus a constant times the
// line's number. At the roots 1 and 2 the constant has the values 1 and 2^20. No
// typo in a line of 17 can make those (it makes e and e·2^k with k up to 16), nor
// can a swap of neighbours (it makes 0 at the root 1): neither ever looks like a
// line that belongs elsewhere.
func checkOf(v []byte, line int) (check [checks]byte) {
	var a, b byte // the remainder a·x + b
	for _, d := range v {
		top := a ^ d
		a, b = b^times(top, 1^2), times(top, 2)
	}
	number := byte(line + 1) //nolint:gosec // 1 to 4
	return [checks]byte{a ^ times(24, number), b ^ times(25, number)}
}

// times multiplies in GF(32), modulo x^5 + x^2 + 1.
func times(a, b byte) (p byte) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			p ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
	}
	return p
}
