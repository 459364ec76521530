package journal

import (
	"errors"
	"strconv"
	"strings"
)

// ErrReceipt says that a text is not a receipt, or was copied wrongly.
var ErrReceipt = errors.New("journal: not a receipt")

// Crockford's base 32: no I, L, O, U, so that it can be read aloud and copied
// by hand.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// receiptBytes of the hash stand in a receipt: 80 bits, 16 letters.
const receiptBytes = 10

// Receipt writes the head as a short code, "42-7KQ2-M9XR-40ZD-B1TN-C": the
// number of the last entry, the first 80 bits of its hash, and a check letter.
// Whoever keeps it can show later that nothing up to that entry was altered.
func (h Head) Receipt() string {
	var b strings.Builder
	b.WriteString(strconv.FormatInt(h.Seq, 10))
	letters := encode(h.Hash[:receiptBytes])
	for i := 0; i < len(letters); i += 4 {
		b.WriteString("-" + letters[i:i+4])
	}
	b.WriteString("-" + string(check(h.Seq, letters)))
	return b.String()
}

// ParseReceipt reads a receipt, in any case, with hyphens or blanks, or without any after the
// number, O read as 0, I and L as 1. The hash of the head it returns holds only the
// first 80 bits. It fails with ErrReceipt, also when a letter was miscopied.
func ParseReceipt(s string) (Head, error) {
	s = strings.NewReplacer(" ", "-", "\u00a0", "-", "\u2010", "-", "\u2011", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-").Replace(strings.TrimSpace(s)) // as telephones write hyphens
	num, rest, ok := strings.Cut(strings.ToUpper(s), "-")
	seq, err := strconv.ParseInt(num, 10, 64)
	rest = strings.NewReplacer("-", "", "O", "0", "I", "1", "L", "1").Replace(rest)
	if !ok || err != nil || seq < 0 || len(rest) != receiptBytes*8/5+1 {
		return Head{}, ErrReceipt
	}
	letters := rest[:len(rest)-1]
	sum, err := decode(letters)
	if err != nil || check(seq, letters) != rest[len(rest)-1] {
		return Head{}, ErrReceipt
	}
	h := Head{Seq: seq}
	copy(h.Hash[:], sum)
	return h, nil
}

// sameStart compares what a receipt holds of a hash.
func sameStart(a, b Hash) bool {
	return [receiptBytes]byte(a[:receiptBytes]) == [receiptBytes]byte(b[:receiptBytes])
}

func encode(b []byte) string {
	var out strings.Builder
	acc, bits := 0, 0
	for _, c := range b {
		acc, bits = acc<<8|int(c), bits+8
		for bits >= 5 {
			bits -= 5
			out.WriteByte(alphabet[acc>>bits&31])
		}
		acc &= 1<<bits - 1
	}
	return out.String()
}

func decode(s string) ([]byte, error) {
	var out []byte
	acc, bits := 0, 0
	for i := range len(s) {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return nil, ErrReceipt
		}
		acc, bits = acc<<5|v, bits+5
		if bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits&0xff))
			acc &= 1<<bits - 1
		}
	}
	return out, nil
}

// check is a weighted sum modulo 31, a prime, over the digits of the number
// and the letters: it finds every single wrong letter but one in 32 (the pair of values
// 0 and 31), and every swap of two neighbours that differ modulo 31.
func check(seq int64, letters string) byte {
	sum := 0
	for i, c := range []byte(strconv.FormatInt(seq, 10)) {
		sum += (i%30 + 1) * int(c-'0')
	}
	for i := range len(letters) {
		sum += (i%30 + 2) * strings.IndexByte(alphabet, letters[i])
	}
	return alphabet[((sum%31)+31)%31]
}
