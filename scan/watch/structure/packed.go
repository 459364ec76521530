package structure

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// xz compares the checksums of the beginning, of the end and of the index: a cipher
// over any of them shows, one over the middle of a large file alone does not.
// Source: https://tukaani.org/xz/xz-file-format.txt, checked 2026-11-28.
func (b *body) xz() bool {
	h, end := b.head, b.end()
	if len(h) < 12 || len(end) < 12 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return false
	}
	end = bytes.TrimRight(end, "\x00") // padding
	if len(end) < 12 || string(end[len(end)-2:]) != "YZ" {
		return false
	}
	foot := end[len(end)-12:]
	if crc32.ChecksumIEEE(foot[4:10]) != binary.LittleEndian.Uint32(foot) || !bytes.Equal(foot[8:10], h[6:8]) {
		return false
	}
	size := (int(binary.LittleEndian.Uint32(foot[4:])) + 1) * 4
	if size > len(end)-12 {
		return !b.whole()
	}
	index := end[len(end)-12-size : len(end)-12]
	return index[0] == 0 && crc32.ChecksumIEEE(index[:size-4]) == binary.LittleEndian.Uint32(index[size-4:])
}

// bzip2 unpacks up to the budget; the standard library compares each checksum.
func (b *body) bzip2() bool {
	_, err := io.Copy(io.Discard, io.LimitReader(bzip2.NewReader(io.NewSectionReader(b.r, 0, b.size)), budget))
	return err == nil
}

// zstd walks the frames and their blocks.
// Source: https://www.rfc-editor.org/rfc/rfc8878, checked 2026-11-28.
func (b *body) zstd() bool {
	p := b.head
	for len(p) > 0 {
		n, ok, more := zstdFrame(p)
		if !ok {
			return false
		}
		if more {
			return !b.whole()
		}
		p = p[n:]
	}
	return true
}

// zstdFrame is how long the frame is with which p begins, whether it can be one, and
// whether p ends before it does.
func zstdFrame(p []byte) (n int, ok, more bool) {
	if len(p) < 9 {
		return 0, true, true
	}
	magic := binary.LittleEndian.Uint32(p)
	if magic&^0xf == 0x184d2a50 { // to be skipped
		n = 8 + int(binary.LittleEndian.Uint32(p[4:]))
		return n, true, n > len(p)
	}
	if magic != 0xfd2fb528 || p[4]&8 != 0 {
		return 0, false, false
	}
	n = 5 + []int{0, 1, 2, 4}[p[4]&3] + []int{0, 2, 4, 8}[p[4]>>6]
	if single := p[4]&0x20 != 0; !single || p[4]>>6 == 0 {
		n++ // the window, or the size in one byte
	}
	for last := false; !last; {
		if n+3 > len(p) {
			return n, true, true
		}
		block := uint32(p[n]) | uint32(p[n+1])<<8 | uint32(p[n+2])<<16
		size := int(block >> 3)
		last = block&1 != 0
		switch block >> 1 & 3 {
		case 1: // one byte, often
			n += 4
		case 3:
			return n, false, false
		default:
			if size > 128<<10 {
				return n, false, false
			}
			n += 3 + size
		}
	}
	if p[4]&4 != 0 {
		n += 4
	}
	return n, true, n > len(p)
}

// sevenZip compares the checksums of the beginning and of the list of what is in it,
// and looks there for the number of the cipher.
// Source: 7-Zip's DOC/7zFormat.txt, checked 2026-11-28.
func (b *body) sevenZip() (Kind, bool) {
	h := b.head
	if len(h) < 32 || crc32.ChecksumIEEE(h[12:32]) != binary.LittleEndian.Uint32(h[8:]) {
		return SevenZip, true
	}
	at, size := binary.LittleEndian.Uint64(h[12:]), binary.LittleEndian.Uint64(h[20:])
	if at > uint64(b.size) || size > Most || at+size+32 > uint64(b.size) { //nolint:gosec // a size is positive
		return SevenZip, true
	}
	list := make([]byte, size)
	if _, err := b.r.ReadAt(list, int64(at)+32); err != nil && !errors.Is(err, io.EOF) { //nolint:gosec // no larger than the file
		return SevenZip, true
	}
	if crc32.ChecksumIEEE(list) != binary.LittleEndian.Uint32(h[28:]) {
		return SevenZip, true
	}
	if bytes.Contains(list, []byte{0x06, 0xf1, 0x07, 0x01}) {
		return Locked, false
	}
	return SevenZip, false
}
