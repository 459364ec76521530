package archive

import (
	"bytes"
	"encoding/binary"
	"math"
)

const (
	endWithin = 1 << 20 // bytes before the end of the file in which the end record is searched
	endTries  = 64      // signatures of an end record that are looked at
	endRecord = 22      // bytes of an end record before the comment
	end64     = 56      // bytes of a ZIP64 end record
	locator64 = 20      // bytes of the record that says where that one is

	sigEnd       = 0x06054b50
	sigEnd64     = 0x06064b50
	sigLocator64 = 0x07064b50
)

// zipEnd is what the end record says.
type zipEnd struct {
	found       bool
	zip64       bool
	from, to    int64 // where the end records stand, with the comment
	dir, dirEnd int64 // where the directory stands
	base        int64 // to be added to every offset: bytes before the archive
	count       uint64
	comment     int64 // bytes of the archive's comment
}

// findEnd searches the end record (APPNOTE 4.3.16) from the end of the file
// backwards. The first one that a directory belongs to is taken.
func (z *zipper) findEnd() (zipEnd, error) {
	sig := []byte("PK\x05\x06")
	low := max(0, z.size-endWithin)
	tries := 0
	for high := z.size; high-low >= endRecord; {
		from := max(low, high-viewSize)
		window, err := z.dir.at(from, int(high-from))
		if err != nil {
			return zipEnd{}, err
		}
		for {
			i := bytes.LastIndex(window, sig)
			if i < 0 {
				break
			}
			if tries++; tries > endTries {
				return zipEnd{}, nil
			}
			end, err := z.endAt(from + int64(i))
			if err != nil || end.found {
				return end, err
			}
			window = window[:i]
		}
		if from == low {
			break
		}
		high = from + 3 // a signature may lie across
	}
	return zipEnd{}, nil
}

// endAt reads the end record at at. It reads beside the window through which it
// was found.
func (z *zipper) endAt(at int64) (zipEnd, error) {
	var buf [endRecord]byte
	n, err := readAt(z.src, buf[:min(endRecord, z.size-at)], at)
	if err != nil || n < endRecord {
		return zipEnd{}, err
	}
	le := binary.LittleEndian
	disk, dirDisk := uint32(le.Uint16(buf[4:])), uint32(le.Uint16(buf[6:]))
	size, off := uint64(le.Uint32(buf[12:])), uint64(le.Uint32(buf[16:]))
	end := zipEnd{from: at, to: at + endRecord, count: uint64(le.Uint16(buf[10:]))}
	comment := int64(le.Uint16(buf[20:]))
	narrow := end.count == math.MaxUint16 || size == math.MaxUint32 || off == math.MaxUint32 || disk == math.MaxUint16
	rec, err := z.record64(&end)
	if err != nil {
		return zipEnd{}, err
	}
	if rec != nil && narrow {
		end.zip64 = true
		disk, dirDisk = le.Uint32(rec[16:]), le.Uint32(rec[20:])
		end.count, size, off = le.Uint64(rec[32:]), le.Uint64(rec[40:]), le.Uint64(rec[48:])
	}
	if disk != 0 || dirDisk != 0 { // one of a split set
		return zipEnd{}, nil
	}
	if err := z.claimComment(&end, comment); err != nil {
		return zipEnd{}, err
	}
	return z.placeDirectory(end, signed(size), signed(off))
}

// record64 returns the ZIP64 end record, nil when there is none, and makes it and
// its locator part of the end.
func (z *zipper) record64(end *zipEnd) ([]byte, error) {
	le := binary.LittleEndian
	loc := make([]byte, locator64)
	at := end.from - locator64
	if at < 0 {
		return nil, nil
	}
	if n, err := readAt(z.src, loc, at); err != nil || n < locator64 || le.Uint32(loc) != sigLocator64 {
		return nil, err
	}
	rec := make([]byte, end64)
	for _, pos := range [2]int64{signed(le.Uint64(loc[8:])), at - end64} { // the second where bytes stand before the archive
		if pos < 0 || pos > at-end64 {
			continue
		}
		n, err := readAt(z.src, rec, pos)
		if err != nil {
			return nil, err
		}
		// The record says its length without its first 12 bytes.
		if n == end64 && le.Uint32(rec) == sigEnd64 && signed(le.Uint64(rec[4:])) == at-pos-12 {
			end.from = pos
			return rec, nil
		}
	}
	return nil, nil
}

// claimComment makes the comment part of the end, unless a member hides in it.
func (z *zipper) claimComment(end *zipEnd, n int64) error {
	buf := make([]byte, min(n, z.size-end.to))
	got, err := readAt(z.src, buf, end.to)
	if err != nil {
		return err
	}
	if !bytes.Contains(buf[:got], []byte("PK\x03\x04")) {
		end.to += int64(got)
		end.comment = int64(got)
	}
	return nil
}

// placeDirectory finds the directory: where the record says, or, when bytes were
// put before the archive, right before the record.
func (z *zipper) placeDirectory(end zipEnd, size, off int64) (zipEnd, error) {
	if size > end.from {
		return zipEnd{}, nil
	}
	if size == 0 {
		end.dir, end.dirEnd, end.found = end.from, end.from, end.count == 0
		return end, nil
	}
	for _, dir := range [2]int64{off, end.from - size} {
		if dir > end.from-size {
			continue
		}
		var sig [4]byte
		n, err := readAt(z.src, sig[:], dir)
		if err != nil {
			return zipEnd{}, err
		}
		if n == 4 && binary.LittleEndian.Uint32(sig[:]) == sigDirectory {
			end.dir, end.dirEnd, end.base, end.found = dir, dir+size, dir-off, true
			return end, nil
		}
	}
	return zipEnd{}, nil
}
