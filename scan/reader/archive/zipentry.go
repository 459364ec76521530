package archive

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"strconv"
	"unicode/utf8"
)

// Bits of a member's general purpose flag (APPNOTE 4.4.4).
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3
	flagStrong     = 1 << 6
	flagMasked     = 1 << 13
)

const (
	methodStored  = 0
	methodDeflate = 8
	methodBzip2   = 12
	methodAES     = 99

	emptyDeflate  = 2 // bytes that nothing takes deflated
	sigDescriptor = 0x08074b50
)

// entry is one member of a ZIP, as a header describes it.
type entry struct {
	Member
	flags, method uint16
	crc           uint32
	head          int64 // where the local header stands
	data, end     int64 // the content lies from data to end
	open          bool  // the end is unknown: the content ends itself before end
	folder        bool  // a directory without content
	bad           bool  // the content cannot be given
	marked        bool  // counted in Info.Damaged
}

// judge says whether the content can be read.
func (e *entry) judge() {
	e.Encrypted = e.flags&(flagEncrypted|flagStrong|flagMasked) != 0 || e.method == methodAES
	e.Method = methodName(e.method)
	if e.method == methodAES {
		e.Method = ""
	}
}

// readExtra reads the extra fields that matter (APPNOTE 4.5): ZIP64 sizes, and a
// name in UTF-8 that says by a checksum which other name it stands for. In a
// directory's record the offset of the header is among the former.
func (e *entry) readExtra(b []byte, nameSum uint32, directory bool) {
	le := binary.LittleEndian
	for len(b) >= 4 {
		id, n := le.Uint16(b), int(le.Uint16(b[2:]))
		b = b[4:]
		if n > len(b) {
			return
		}
		field := b[:n]
		b = b[n:]
		switch id {
		case 0x0001:
			wide := []*int64{&e.Size, &e.Packed}
			if directory {
				wide = append(wide, &e.head)
			}
			for _, v := range wide {
				if *v == math.MaxUint32 && len(field) >= 8 {
					*v = signed(le.Uint64(field))
					field = field[8:]
				}
			}
		case 0x7075: // Info-ZIP's name in UTF-8
			if len(field) > 5 && field[0] == 1 && le.Uint32(field[1:]) == nameSum && utf8.Valid(field[5:]) {
				e.Name = cutName(string(field[5:]))
			}
		}
	}
}

// signed takes a hostile number for what it is: too large.
func signed(v uint64) int64 {
	if v > math.MaxInt64/2 {
		return math.MaxInt64 / 2
	}
	return int64(v)
}

// methodName is the name of a method that there is no decoder for (APPNOTE 4.4.5).
func methodName(method uint16) string {
	switch method {
	case methodStored, methodDeflate, methodBzip2:
		return ""
	case 1:
		return "shrink"
	case 2, 3, 4, 5:
		return "reduce"
	case 6:
		return "implode"
	case 9:
		return "deflate64"
	case 10:
		return "dcl-implode"
	case 14:
		return "lzma"
	case 16:
		return "cmpsc"
	case 18:
		return "terse"
	case 19:
		return "lz77"
	case 20, 93:
		return "zstd"
	case 94:
		return "mp3"
	case 95:
		return "xz"
	case 96:
		return "jpeg"
	case 97:
		return "wavpack"
	case 98:
		return "ppmd"
	}
	return "method-" + strconv.Itoa(int(method))
}

// localEntry reads the local header at at; false when there is none, or one that
// is not plausible, or whose content would begin beyond to.
func (z *zipper) localEntry(at, to int64, e *entry) (ok bool, err error) {
	b, err := z.loc.at(at, localHeader)
	if err != nil || len(b) < localHeader {
		return false, err
	}
	le := binary.LittleEndian
	if le.Uint32(b) != sigLocal {
		return false, nil
	}
	*e = entry{}
	nameLen, extraLen := int64(le.Uint16(b[26:])), int64(le.Uint16(b[28:]))
	e.head, e.data, e.end = at, at+localHeader+nameLen+extraLen, to
	e.flags, e.method, e.crc = le.Uint16(b[6:]), le.Uint16(b[8:]), le.Uint32(b[14:])
	e.Packed, e.Size = int64(le.Uint32(b[18:])), int64(le.Uint32(b[22:]))
	if nameLen == 0 || e.data > to || b[4] > 100 || e.method > methodAES {
		return false, nil
	}
	raw, err := z.loc.at(at+localHeader, int(min(nameLen, maxName)))
	if err != nil {
		return false, err
	}
	folder := raw[len(raw)-1] == '/'
	e.Name = zipName(raw)
	if extraLen > 0 {
		sum := crc32.ChecksumIEEE(raw)
		extra, err := z.loc.at(at+localHeader+nameLen, int(extraLen))
		if err != nil {
			return false, err
		}
		e.readExtra(extra, sum, false)
	}
	e.folder = folder && e.Packed <= emptyDeflate && e.flags&flagDescriptor == 0
	e.judge()
	return true, nil
}
