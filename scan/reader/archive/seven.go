package archive

import (
	"bytes"
	"encoding/binary"
)

// Properties of a 7z directory (7zFormat.txt of the LZMA SDK).
const (
	sevenEnd      = 0x00
	sevenHeader   = 0x01
	sevenMain     = 0x04
	sevenPack     = 0x06
	sevenUnpack   = 0x07
	sevenSizes    = 0x09
	sevenDigests  = 0x0a
	sevenFolder   = 0x0b
	sevenEncoded  = 0x17
	maxSeven      = 1 << 20 // bytes of a directory that are looked at
	maxSevenCoder = 32
)

// locked7z looks at the directory of a 7z: where it is encoded, at what encodes
// it; where it is plain, at what encodes the content.
func locked7z(v *view, head []byte) (locked, known bool) {
	le := binary.LittleEndian
	off, size := signed(le.Uint64(head[12:])), signed(le.Uint64(head[20:]))
	if size == 0 { // an empty archive
		return false, true
	}
	if size > maxSeven || off > v.size {
		return false, false
	}
	b := make([]byte, min(size, max(0, v.size-32-off)))
	n, err := readAt(v.src, b, 32+off)
	if err != nil || int64(n) < size {
		return false, false
	}
	f := fields{b: b}
	switch f.byte() {
	case sevenEncoded:
		all, ok := f.streams()
		return all, ok && all
	case sevenHeader:
		if f.byte() != sevenMain { // nothing but empty files, or properties that nobody writes
			return false, false
		}
		all, ok := f.streams()
		return all, ok
	}
	return false, false
}

// streams reads what is said of the packed streams: whether all folders are
// encrypted; ok is false when it can't be made out.
func (f *fields) streams() (all, ok bool) {
	kind := f.byte()
	if kind == sevenPack {
		f.seven() // where they begin
		n := f.seven()
		kind = f.byte()
		if kind == sevenSizes {
			for range min(n, maxSeven) {
				f.seven()
			}
			kind = f.byte()
		}
		if kind == sevenDigests {
			f.digests(n)
			kind = f.byte()
		}
		if kind != sevenEnd {
			return false, false
		}
		kind = f.byte()
	}
	if kind != sevenUnpack || f.byte() != sevenFolder {
		return false, false
	}
	folders := f.seven()
	if f.byte() != 0 || folders < 1 || folders > maxSeven { // not described elsewhere
		return false, false
	}
	all = true
	for range folders {
		closed := f.folder()
		if f.bad {
			return false, false
		}
		all = all && closed
	}
	return all, true
}

// digests reads which of n streams have a checksum, and the checksums.
func (f *fields) digests(n int64) {
	count := n
	if f.byte() == 0 {
		count = 0
		for _, c := range f.take((n + 7) / 8) {
			for ; c != 0; c &= c - 1 {
				count++
			}
		}
	}
	if count > maxSeven {
		f.bad = true
		return
	}
	f.take(4 * count)
}

// folder reads the coders of one folder and says whether AES is among them.
func (f *fields) folder() bool {
	closed := false
	coders := f.seven()
	if coders < 1 || coders > maxSevenCoder {
		f.bad = true
		return false
	}
	var ins, outs int64
	for range coders {
		flags := f.byte()
		id := f.take(int64(flags & 0x0f))
		closed = closed || bytes.Equal(id, []byte{0x06, 0xf1, 0x07, 0x01})
		in, out := int64(1), int64(1)
		if flags&0x10 != 0 {
			in, out = f.seven(), f.seven()
		}
		if flags&0x20 != 0 {
			f.take(f.seven())
		}
		if in > maxSevenCoder || out > maxSevenCoder || flags&0x80 != 0 {
			f.bad = true
			return false
		}
		ins, outs = ins+in, outs+out
	}
	for range 2 * (outs - 1) { // which goes into which
		f.seven()
	}
	if packed := ins - (outs - 1); packed > 1 {
		for range packed {
			f.seven()
		}
	}
	return closed
}

// seven reads a number: as many ones as its first byte begins with, so many bytes
// follow, the lowest first.
func (f *fields) seven() int64 {
	first := f.byte()
	var v uint64
	mask := byte(0x80)
	for i := range 8 {
		if first&mask == 0 {
			return signed(v | uint64(first&(mask-1))<<(8*i))
		}
		v |= uint64(f.byte()) << (8 * i)
		mask >>= 1
	}
	return signed(v)
}
