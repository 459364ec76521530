package archive

import "math"

// tarHeader is what one block says of what follows (POSIX.1-2017, pax, "ustar
// Interchange Format").
type tarHeader struct {
	name string
	size int64
	kind byte
}

// parse reads a header; false when the block is none.
func (hd *tarHeader) parse(b *[tarBlock]byte) bool {
	if !tarSum(b) {
		return false
	}
	hd.size = number(b[124:136])
	if hd.size < 0 || hd.size > math.MaxInt64/4 {
		return false
	}
	hd.kind = b[156]
	raw := until0(b[0:100])
	if string(b[257:263]) == "ustar\x00" && b[345] != 0 {
		raw = append(append(append(make([]byte, 0, 256), until0(b[345:500])...), '/'), raw...)
	}
	hd.name = westernName(raw)
	if hd.kind == 0 && len(raw) > 0 && raw[len(raw)-1] == '/' {
		hd.kind = '5'
	}
	return true
}

// tarSum says that the checksum of a header fits, counted with bytes as they are
// or, as some old programs did, as signed numbers.
func tarSum(b *[tarBlock]byte) bool {
	want := number(b[148:156])
	var plain, signed int64
	for i, c := range b {
		if i >= 148 && i < 156 {
			c = ' '
		}
		plain += int64(c)
		signed += int64(int8(c))
	}
	return want > 0 && (want == plain || want == signed)
}

// number reads a number in octal digits, or GNU's one of 256; -1 when it is
// neither, or negative.
func number(b []byte) int64 {
	if b[0] == 0x80 {
		var v int64
		for _, c := range b[1:] {
			if v > math.MaxInt64>>8 {
				return -1
			}
			v = v<<8 | int64(c)
		}
		return v
	}
	i, n := 0, len(b)
	for i < n && b[i] == ' ' {
		i++
	}
	var v int64 // of at most 12 digits
	for ; i < n && b[i] >= '0' && b[i] <= '7'; i++ {
		v = v<<3 | int64(b[i]-'0')
	}
	for ; i < n; i++ {
		if b[i] != ' ' && b[i] != 0 {
			return -1
		}
	}
	return v
}

func until0(b []byte) []byte {
	for i, c := range b {
		if c == 0 {
			return b[:i]
		}
	}
	return b
}
