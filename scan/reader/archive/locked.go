package archive

import (
	"encoding/binary"
	"io"
)

// maxHeaders bounds the headers that Locked looks at.
const maxHeaders = 1 << 16

// Locked says whether a password closes everything in an archive that there is no
// reader for: format is "rar" or "7z", by Looks. known is false when that cannot
// be told: another format, a broken or too long one (more than 65,536 headers, a
// directory above 1 MiB), or a 7z whose directory is packed. An archive in which
// only some files are closed is not locked.
func Locked(format string, src io.ReaderAt, size int64) (locked, known bool) {
	head := make([]byte, 32)
	n, err := readAt(src, head[:max(0, min(32, size))], 0)
	if err != nil {
		return false, false
	}
	head = head[:n]
	v := view{src: src, size: size, stop: func() error { return nil }}
	switch {
	case format == "rar" && n >= 7 && string(head[:7]) == "Rar!\x1a\x07\x00":
		return lockedRAR4(&v)
	case format == "rar" && n >= 8 && string(head[:8]) == "Rar!\x1a\x07\x01\x00":
		return lockedRAR5(&v)
	case format == "7z" && n == 32 && string(head[:6]) == "7z\xbc\xaf\x27\x1c":
		return locked7z(&v, head)
	}
	return false, false
}

// lockedRAR4 goes through the blocks of a RAR up to version 4 (unrar's
// technote.txt).
func lockedRAR4(v *view) (locked, known bool) {
	const archive, file, end = 0x73, 0x74, 0x7b
	le := binary.LittleEndian
	at := int64(7)
	closed := false
	for range maxHeaders {
		b, err := v.at(at, 36)
		if err != nil {
			return false, false
		}
		if len(b) == 0 { // the end block is not always there
			return closed, closed
		}
		if len(b) < 7 {
			return false, false
		}
		kind, flags, size := b[2], le.Uint16(b[3:]), int64(le.Uint16(b[5:]))
		if size < 7 {
			return false, false
		}
		var more int64
		if (flags&0x8000 != 0 || kind == file) && len(b) >= 11 {
			more = int64(le.Uint32(b[7:]))
		}
		switch kind {
		case archive:
			if flags&0x0080 != 0 {
				return true, true
			}
		case file:
			if len(b) < 36 {
				return false, false
			}
			if flags&0x0100 != 0 {
				more |= int64(le.Uint32(b[32:])) << 32
			}
			if flags&0x00e0 == 0x00e0 { // a directory
				break
			}
			if flags&0x0004 == 0 {
				return false, true
			}
			closed = true
		case end:
			return closed, true
		}
		if more < 0 || more > v.size {
			return false, false
		}
		at += size + more
	}
	return false, false
}

// lockedRAR5 goes through the blocks of a RAR of version 5 (the "RAR 5.0 archive
// format" note of its author).
func lockedRAR5(v *view) (locked, known bool) {
	const file, crypt, end = 2, 4, 5
	at := int64(8)
	closed := false
	for range maxHeaders {
		b, err := v.at(at, 8<<10)      // of a longer header the start
		if err == nil && len(b) == 0 { // the end block is not always there
			return closed, closed
		}
		if err != nil || len(b) < 7 {
			return false, false
		}
		r := fields{b: b[4:]}
		size := r.vint()
		rest := int64(len(b)) - 4 - int64(len(r.b))
		if r.bad || size < 2 || size > 2<<20 {
			return false, false
		}
		next := at + 4 + rest + size
		if int64(len(r.b)) > size {
			r.b = r.b[:size]
		}
		kind, flags := r.vint(), r.vint()
		var extra, data int64
		if flags&1 != 0 {
			extra = r.vint()
		}
		if flags&2 != 0 {
			data = r.vint()
		}
		if r.bad || data > v.size || extra > size {
			return false, false
		}
		switch kind {
		case crypt:
			return true, true
		case file:
			folder := r.vint()&1 != 0
			switch {
			case folder:
			case extra == 0:
				return false, true
			default:
				b, err := v.at(next-extra, int(min(extra, viewSize)))
				if err != nil || int64(len(b)) < extra {
					return false, false
				}
				if !cryptRecord(b) {
					return false, true
				}
				closed = true
			}
		case end:
			return closed, true
		}
		at = next + data
	}
	return false, false
}

// cryptRecord says that one of a file's extra records is of its encryption.
func cryptRecord(b []byte) bool {
	r := fields{b: b}
	for len(r.b) > 0 {
		size := r.vint()
		if r.bad || size < 1 || size > int64(len(r.b)) {
			return false
		}
		record := fields{b: r.b[:size]}
		if record.vint() == 1 {
			return true
		}
		r.b = r.b[size:]
	}
	return false
}

// fields takes numbers from the front of b. When there is none it is bad, and
// gives zeros.
type fields struct {
	b   []byte
	bad bool
}

func (f *fields) byte() byte {
	if len(f.b) == 0 {
		f.bad = true
		return 0
	}
	c := f.b[0]
	f.b = f.b[1:]
	return c
}

// take gives the next n bytes.
func (f *fields) take(n int64) []byte {
	if n < 0 || n > int64(len(f.b)) {
		f.bad = true
		f.b = nil
		return nil
	}
	b := f.b[:n]
	f.b = f.b[n:]
	return b
}

// vint reads RAR's number of 7 bits a byte, the lowest first.
func (f *fields) vint() int64 {
	var v int64
	for shift := 0; shift < 56; shift += 7 {
		c := f.byte()
		v |= int64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	f.bad = true
	return 0
}
