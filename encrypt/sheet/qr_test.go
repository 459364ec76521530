package sheet_test

import (
	"errors"
	"fmt"

	"custode/encrypt/sheet"
)

// A reader of QR codes by ISO 18004, as far as ours go: version 6 (41 modules),
// level H, no errors to correct. It wants every part that the standard asks for.
const (
	side       = 41
	codewords  = 172
	blocks     = 4
	dataInEach = 15
	eccInEach  = 28
)

func readQR(s sheet.Sheet) (string, error) {
	if s.Size() != side {
		return "", fmt.Errorf("%d modules in a row", s.Size())
	}
	if err := patterns(s); err != nil {
		return "", err
	}
	mask, err := format(s)
	if err != nil {
		return "", err
	}
	words := codewordsOf(s, mask)
	data := make([]byte, 0, blocks*dataInEach)
	for b := range blocks {
		var block []byte
		for i := range dataInEach + eccInEach {
			block = append(block, words[i*blocks+b])
		}
		if !clean(block) {
			return "", fmt.Errorf("block %d has errors", b)
		}
		data = append(data, block[:dataInEach]...)
	}
	return alphanumeric(data)
}

// patterns checks the three finders with their white edge, the alignment, the
// timing and the dark module.
func patterns(s sheet.Sheet) error {
	square := func(cx, cy, reach int, black func(ring int) bool) error {
		for y := -reach; y <= reach; y++ {
			for x := -reach; x <= reach; x++ {
				ring := max(x, -x, y, -y)
				inside := cx+x >= 0 && cy+y >= 0 && cx+x < side && cy+y < side
				if inside && s.Black(cx+x, cy+y) != black(ring) {
					return fmt.Errorf("the pattern at %d,%d is wrong", cx, cy)
				}
			}
		}
		return nil
	}
	finder := func(ring int) bool { return ring != 2 && ring != 4 }
	err := errors.Join(square(3, 3, 4, finder), square(side-4, 3, 4, finder), square(3, side-4, 4, finder),
		square(34, 34, 2, func(ring int) bool { return ring != 1 }))
	for i := 8; i < side-8; i++ {
		if s.Black(i, 6) != (i%2 == 0) || s.Black(6, i) != (i%2 == 0) {
			err = errors.Join(err, errors.New("the timing is wrong"))
		}
	}
	if !s.Black(8, side-8) {
		err = errors.Join(err, errors.New("no dark module"))
	}
	return err
}

// format reads level and mask from both places where they stand.
func format(s sheet.Sheet) (mask int, err error) {
	var first, second int
	for i := range 15 {
		x, y := 8, i // down beside the left upper finder, and along below it
		switch {
		case i >= 9:
			x, y = 14-i, 8
		case i == 8:
			x, y = 7, 8
		case i >= 6:
			y = i + 1
		}
		if s.Black(x, y) {
			first |= 1 << i
		}
		x, y = side-1-i, 8
		if i >= 8 {
			x, y = 8, side-15+i
		}
		if s.Black(x, y) {
			second |= 1 << i
		}
	}
	if first != second {
		return 0, fmt.Errorf("the formats differ: %015b, %015b", first, second)
	}
	bits := first ^ 0b101010000010010
	rest := bits
	for i := 14; i >= 10; i-- {
		if rest&(1<<i) != 0 {
			rest ^= 0b10100110111 << (i - 10)
		}
	}
	if rest != 0 || bits>>13 != 0b10 { // 10 is level H
		return 0, fmt.Errorf("format %015b", bits)
	}
	return bits >> 10 & 7, nil
}

func isFunction(x, y int) bool {
	corner := x <= 8 && y <= 8 || x >= side-8 && y <= 8 || x <= 8 && y >= side-8
	align := x >= 32 && x <= 36 && y >= 32 && y <= 36
	return corner || align || x == 6 || y == 6
}

func masked(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (y/2+x/3)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// codewordsOf walks the two columns wide path from the right lower corner.
func codewordsOf(s sheet.Sheet, mask int) []byte {
	words, n := make([]byte, codewords), 0
	up := true
	for right := side - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range side {
			y := i
			if up {
				y = side - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if isFunction(x, y) || n/8 >= codewords {
					continue
				}
				if s.Black(x, y) != masked(mask, x, y) {
					words[n/8] |= 0x80 >> (n % 8)
				}
				n++
			}
		}
		up = !up
	}
	return words
}

// clean reports whether a block's Reed-Solomon syndromes are all zero, over
// GF(256) modulo x^8+x^4+x^3+x^2+1.
func clean(block []byte) bool {
	times := func(a, b byte) (p byte) {
		for ; b > 0; b >>= 1 {
			if b&1 == 1 {
				p ^= a
			}
			over := a&0x80 != 0
			if a <<= 1; over {
				a ^= 0x1d
			}
		}
		return p
	}
	root := byte(1)
	for range eccInEach {
		sum := byte(0)
		for _, c := range block {
			sum = times(sum, root) ^ c
		}
		if sum != 0 {
			return false
		}
		root = times(root, 2)
	}
	return true
}

func alphanumeric(data []byte) (string, error) {
	at := 0
	take := func(n int) (v int) {
		for range n {
			v <<= 1
			if at/8 < len(data) {
				v |= int(data[at/8]) >> (7 - at%8) & 1
			}
			at++
		}
		return v
	}
	if mode := take(4); mode != 2 {
		return "", fmt.Errorf("mode %d, not alphanumeric", mode)
	}
	const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	n, out := take(9), []byte{}
	for ; n >= 2; n -= 2 {
		v := take(11)
		if v >= 45*45 {
			return "", fmt.Errorf("a pair %d", v)
		}
		out = append(out, signs[v/45], signs[v%45])
	}
	if n == 1 {
		out = append(out, signs[take(6)])
	}
	return string(out), nil
}
