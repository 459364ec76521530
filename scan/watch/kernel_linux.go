package watch

import (
	"bytes"
	"encoding/binary"
)

// order is how the kernel of this computer writes numbers.
var order = binary.NativeEndian

// le is how programs are written on the computers that custode is built for.
var le = binary.LittleEndian

// cString is the text up to the first zero byte.
func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
