package structure

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"sync"
)

// budget is how many unpacked bytes are checked for each file.
const budget = 8 << 20

// zip reads members until the budget is spent; the reader of the standard
// library compares each checksum.
func (b *body) zip() (Kind, bool) {
	z, err := zip.NewReader(b.r, b.size)
	if err != nil {
		return Zip, true
	}
	left := int64(budget)
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return Locked, false
		}
		if f.CompressedSize64 > uint64(left) || left <= 0 {
			continue
		}
		r, err := f.Open()
		if errors.Is(err, zip.ErrAlgorithm) {
			continue // a method that is not known here: nothing can be said
		}
		if err != nil {
			return Zip, true
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left))
		err = errors.Join(err, r.Close())
		if left -= n; err != nil && left > 0 {
			return Zip, true
		}
	}
	return Zip, false
}

// pdf looks for its end mark and unpacks the streams that are packed in the
// common way.
func (b *body) pdf() bool {
	end := b.end()
	if !bytes.Contains(end[max(0, len(end)-2048):], []byte("%%EOF")) {
		return false
	}
	left, good, bad := int64(budget), 0, 0
	for _, part := range [][]byte{b.head, b.tail} {
		for rest := part; left > 0; {
			dict, data, ok := bytes.Cut(rest, []byte("stream"))
			if !ok {
				break
			}
			packed := bytes.LastIndex(dict, []byte("obj"))
			rest = data
			if bytes.HasSuffix(dict, []byte("end")) || packed < 0 {
				continue
			}
			dict = dict[packed:]
			data = bytes.TrimPrefix(bytes.TrimPrefix(data, []byte("\r")), []byte("\n"))
			stop := bytes.Index(data, []byte("endstream"))
			if stop < 0 || !bytes.Contains(dict, []byte("FlateDecode")) || bytes.Contains(dict, []byte("[")) && bytes.Count(dict, []byte("Decode")) > 1 {
				continue
			}
			n, ok := inflates(data[:stop], left)
			left -= n
			if ok {
				good++
			} else if bad++; bad > 1 {
				return false
			}
			rest = data[stop:]
		}
	}
	// One stream that does not unpack is what a careless program writes.
	return bad == 0 || bad == 1 && good > 4
}

// inflaters are kept: each has its own 40 KB, and a file of a hundred streams is
// looked at while somebody encrypts the next one.
var inflaters sync.Pool

// inflates reports whether p unpacks, and how much was unpacked.
func inflates(p []byte, most int64) (int64, bool) {
	z, kept := inflaters.Get().(io.ReadCloser)
	var err error
	if again, ok := z.(zlib.Resetter); kept && ok {
		err = again.Reset(bytes.NewReader(p), nil)
	} else {
		z, err = zlib.NewReader(bytes.NewReader(p))
	}
	if z != nil {
		defer inflaters.Put(z)
	}
	if err != nil {
		return 0, false
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, most))
	// Many writers of PDF leave out or garble the checksum at the end.
	return n, err == nil || n > 0 && (errors.Is(err, zlib.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF))
}

// jpeg walks the segments and then the pixels, in which 0xFF is followed by
// 0x00 or the number of a restart: no cipher keeps to that.
func (b *body) jpeg() bool {
	p := b.head
	i := 2
	for {
		if i+4 > len(p) {
			return !b.whole() // the preview alone may be larger than what is held
		}
		if p[i] != 0xff {
			return false
		}
		m := p[i+1]
		switch {
		case m == 0xff:
			i++
			continue
		case m == 0xd9:
			return true
		case m == 0x01 || m >= 0xd0 && m <= 0xd7:
			i += 2
			continue
		case m < 0xc0:
			return false
		}
		n := int(binary.BigEndian.Uint16(p[i+2:]))
		if n < 2 {
			return false
		}
		i += 2 + n
		if m == 0xda {
			break
		}
	}
	if i > len(p) {
		return false
	}
	return pixels(p[i:], b.whole()) && (b.whole() || pixels(b.tail, true))
}

// pixels checks what follows the start of a scan; last says that the end of
// the picture is in it.
func pixels(p []byte, last bool) bool {
	for {
		i := bytes.IndexByte(p, 0xff)
		if i < 0 || i+1 >= len(p) {
			return !last // no end mark
		}
		m := p[i+1]
		p = p[i+1:]
		switch {
		case m == 0 || m == 0xff || m >= 0xd0 && m <= 0xd7:
		case m == 0xd9:
			return true // what follows the end is the camera's own
		case m == 0xda || m == 0xc4 || m == 0xdb || m == 0xdd || m == 0xfe || m >= 0xe0 && m <= 0xef:
			// the next scan of a progressive picture, or its tables
			if len(p) < 3 {
				return !last
			}
			n := int(binary.BigEndian.Uint16(p[1:]))
			if n < 2 || n >= len(p) && last {
				return false
			}
			p = p[min(len(p), n+1):]
		default:
			return false
		}
	}
}

// png walks the chunks and compares their checksums.
func (b *body) png() bool {
	for p := b.head[8:]; ; {
		if len(p) < 12 {
			return !b.whole()
		}
		n := uint64(binary.BigEndian.Uint32(p))
		if n > 1<<31 {
			return false
		}
		if n+12 > uint64(len(p)) {
			return !b.whole()
		}
		if crc32.ChecksumIEEE(p[4:8+n]) != binary.BigEndian.Uint32(p[8+n:]) {
			return false
		}
		if string(p[4:8]) == "IEND" {
			return true
		}
		p = p[12+n:]
	}
}

// gif walks the blocks.
func (b *body) gif() bool {
	p := b.head
	if len(p) < 13 {
		return false
	}
	i := 13
	if p[10]&0x80 != 0 {
		i += 3 << (p[10]&7 + 1)
	}
	for i < len(p) {
		switch p[i] {
		case 0x3b:
			return true
		case 0x21:
			i += 2
		case 0x2c:
			if i+10 > len(p) {
				return !b.whole()
			}
			if p[i+9]&0x80 != 0 {
				i += 3 << (p[i+9]&7 + 1)
			}
			i += 11
		default:
			return false
		}
		for i < len(p) && p[i] != 0 {
			i += int(p[i]) + 1
		}
		i++
	}
	return !b.whole()
}

// gzip unpacks up to the budget.
func (b *body) gzip() bool {
	z, err := gzip.NewReader(io.NewSectionReader(b.r, 0, b.size))
	if err != nil {
		return false
	}
	defer z.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(z, budget))
	return err == nil
}

// ole looks at the header and the first sector of the allocation table.
// Source: [MS-CFB], checked 2026-11-28.
func (b *body) ole() bool {
	p := b.head
	if len(p) < 512 {
		return false
	}
	shift := binary.LittleEndian.Uint16(p[30:])
	if shift != 9 && shift != 12 || binary.LittleEndian.Uint16(p[28:]) != 0xfffe {
		return false
	}
	sector := int64(1) << shift
	sectors := uint64(b.size / sector) //nolint:gosec // both are positive
	first := int64(binary.LittleEndian.Uint32(p[76:]))
	table := make([]byte, sector)
	if _, err := b.r.ReadAt(table, (first+1)*sector); err != nil {
		return errors.Is(err, io.EOF) && (first+1)*sector < b.size
	}
	for i := 0; i+4 <= len(table); i += 4 {
		if next := uint64(binary.LittleEndian.Uint32(table[i:])); next > sectors && next < 0xfffffffc {
			return false
		}
	}
	return b.directory(sector)
}

// directory checks that each entry of the first sector of the directory has
// one of the four types.
func (b *body) directory(sector int64) bool {
	at := int64(binary.LittleEndian.Uint32(b.head[48:]))
	p := make([]byte, 512)
	if n, err := b.r.ReadAt(p, (at+1)*sector); n < len(p) {
		return err == nil
	}
	for i := 0; i < len(p); i += 128 {
		if kind := p[i : i+128][66]; kind > 2 && kind != 5 {
			return false
		}
	}
	return true
}
