package bundle

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Member is one file or folder of a bundle.
type Member struct {
	Name   string // with a slash between folders; that of a folder ends with one
	Size   int64
	MTime  int64       // nanoseconds since 1970
	Mode   fs.FileMode // permissions, and fs.ModeDir
	CRC    uint32
	Digest [32]byte // SHA-256 of the content; all zero in a zip that is not ours

	offset  int64 // of its local header
	packed  int64 // bytes that its content takes
	method  uint16
	flags   uint16
	special bool // a link or a device
}

// Folder reports whether it is a folder.
func (m Member) Folder() bool { return strings.HasSuffix(m.Name, "/") }

// What the format is made of. All numbers are little endian.
const (
	localSign   = 0x04034b50
	centralSign = 0x02014b50
	endSign     = 0x06054b50
	end64Sign   = 0x06064b50
	locator     = 0x07064b50
	descSign    = 0x08074b50

	localSize   = 30
	centralSize = 46
	endSize     = 22
	end64Size   = 56
	locatorSize = 20

	store, deflate = 0, 8

	flagEncrypted = 1 << 0
	flagStreamed  = 1 << 3 // sizes and checksum stand behind the content
	flagUTF8      = 1 << 11

	unixHost   = 3 << 8
	unixFile   = 0o100000
	unixFolder = 0o040000
	dosFolder  = 0x10

	extraZip64 = 0x0001
	extraNTFS  = 0x000a // times in steps of 100 ns
	extraUnix  = 0x5455 // times in seconds
	extraOurs  = 0x7563 // version 1, time in nanoseconds, SHA-256

	max16, max32 = math.MaxUint16, math.MaxUint32
)

var le = binary.LittleEndian

// big reports whether the numbers of a member need 64 bits.
func (m Member) big() bool { return m.Size >= max32 || m.packed >= max32 }

func (m Member) version() uint16 {
	if m.big() || m.offset >= max32 {
		return 45
	}
	return 20
}

// nameFlag is set for names that are UTF-8; others stand there as the bytes they are.
func nameFlag(name string) uint16 {
	ascii := strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	if ascii || !utf8.ValidString(name) {
		return 0
	}
	return flagUTF8
}

// dosTime is the time for old programs: two seconds exact, from 1980 to 2107.
func dosTime(ns int64) uint32 {
	t := time.Unix(0, ns).UTC()
	switch {
	case t.Year() < 1980:
		t = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 2107:
		t = time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)
	}
	date := (t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day()
	return uint32(date)<<16 | uint32(t.Hour()<<11|t.Minute()<<5|t.Second()/2) //nolint:gosec // they fit
}

func appendUnixTime(b []byte, ns int64) []byte {
	s := time.Unix(0, ns).Unix()
	if s < math.MinInt32 || s > math.MaxInt32 {
		return b
	}
	b = le.AppendUint16(le.AppendUint16(b, extraUnix), 5)
	return le.AppendUint32(append(b, 1), uint32(s)) //nolint:gosec // the bits of a signed number
}

// ntfsEpoch is 1601 in seconds before 1970.
const ntfsEpoch = 11644473600

func appendNTFSTime(b []byte, ns int64) []byte {
	ticks := uint64(ns/100) + ntfsEpoch*1e7 //nolint:gosec // int64 ns reaches back to 1677
	b = le.AppendUint16(le.AppendUint16(b, extraNTFS), 32)
	b = le.AppendUint16(le.AppendUint16(le.AppendUint32(b, 0), 1), 24)
	for range 3 { // changed, read, made
		b = le.AppendUint64(b, ticks)
	}
	return b
}

// local is what stands before the content of a member.
func local(m Member) []byte {
	crc, size := m.CRC, uint32(m.Size) //nolint:gosec // a big one is streamed
	if m.flags&flagStreamed != 0 {
		crc, size = 0, 0
	}
	extra := appendUnixTime(nil, m.MTime)
	b := le.AppendUint32(make([]byte, 0, localSize+len(m.Name)+len(extra)), localSign)
	b = le.AppendUint16(b, 20)
	b = le.AppendUint16(b, m.flags)
	b = le.AppendUint16(b, store)
	b = le.AppendUint32(b, dosTime(m.MTime))
	b = le.AppendUint32(b, crc)
	b = le.AppendUint32(b, size)
	b = le.AppendUint32(b, size)
	b = le.AppendUint16(b, uint16(len(m.Name))) //nolint:gosec // looked at by the walker
	b = le.AppendUint16(b, uint16(len(extra)))  //nolint:gosec // a few bytes
	return append(append(b, m.Name...), extra...)
}

// appendDescriptor writes what stands behind the content of a streamed member.
func appendDescriptor(b []byte, m Member) []byte {
	b = le.AppendUint32(b, descSign)
	b = le.AppendUint32(b, m.CRC)
	if m.big() {
		b = le.AppendUint64(b, uint64(m.packed))  //nolint:gosec // never negative
		return le.AppendUint64(b, uint64(m.Size)) //nolint:gosec // never negative
	}
	b = le.AppendUint32(b, uint32(m.packed))  //nolint:gosec // not big
	return le.AppendUint32(b, uint32(m.Size)) //nolint:gosec // not big
}

// appendCentral writes a member's place in the directory at the end.
func appendCentral(b []byte, m Member) []byte {
	var extra []byte
	size, packed, offset := uint32(m.Size), uint32(m.packed), uint32(m.offset) //nolint:gosec // else they stand in extra
	if m.version() == 45 {
		size, packed, offset = max32, max32, max32
		extra = le.AppendUint16(le.AppendUint16(extra, extraZip64), 24)
		for _, n := range []int64{m.Size, m.packed, m.offset} {
			extra = le.AppendUint64(extra, uint64(n)) //nolint:gosec // never negative
		}
	}
	extra = appendNTFSTime(appendUnixTime(extra, m.MTime), m.MTime)
	ours := 9
	if !m.Folder() {
		ours += len(m.Digest)
	}
	extra = le.AppendUint16(le.AppendUint16(extra, extraOurs), uint16(ours))
	extra = le.AppendUint64(append(extra, 1), uint64(m.MTime)) //nolint:gosec // the bits of a signed number
	extra = append(extra, m.Digest[:ours-9]...)
	attr := uint32(unixFile|m.Mode.Perm()) << 16
	if m.Folder() {
		attr = uint32(unixFolder|m.Mode.Perm())<<16 | dosFolder
	}
	b = le.AppendUint32(b, centralSign)
	b = le.AppendUint16(b, unixHost|m.version())
	b = le.AppendUint16(b, m.version())
	b = le.AppendUint16(b, m.flags)
	b = le.AppendUint16(b, store)
	b = le.AppendUint32(b, dosTime(m.MTime))
	b = le.AppendUint32(b, m.CRC)
	b = le.AppendUint32(b, packed)
	b = le.AppendUint32(b, size)
	b = le.AppendUint16(b, uint16(len(m.Name))) //nolint:gosec // looked at by the walker
	b = le.AppendUint16(b, uint16(len(extra)))  //nolint:gosec // about a hundred bytes
	b = append(b, 0, 0, 0, 0, 0, 0)             // no comment, one disk, no text
	b = le.AppendUint32(b, attr)
	b = le.AppendUint32(b, offset)
	return append(append(b, m.Name...), extra...)
}

// ends says where the directory of a zip lies.
type ends struct{ offset, size, count int64 }

func appendEnd(b []byte, e ends) []byte {
	count, size, offset := uint16(max16), uint32(max32), uint32(max32)
	if e.count < max16 && e.size < max32 && e.offset < max32 {
		count, size, offset = uint16(e.count), uint32(e.size), uint32(e.offset) //nolint:gosec // they fit
	} else {
		b = le.AppendUint32(b, end64Sign)
		b = le.AppendUint64(b, end64Size-12)
		b = le.AppendUint16(le.AppendUint16(b, unixHost|45), 45)
		b = le.AppendUint64(b, 0) // one disk
		for _, n := range []int64{e.count, e.count, e.size, e.offset} {
			b = le.AppendUint64(b, uint64(n)) //nolint:gosec // never negative
		}
		b = le.AppendUint32(le.AppendUint32(b, locator), 0)
		b = le.AppendUint32(le.AppendUint64(b, uint64(e.offset+e.size)), 1) //nolint:gosec // never negative
	}
	b = le.AppendUint32(le.AppendUint32(b, endSign), 0)
	b = le.AppendUint16(le.AppendUint16(b, count), count)
	b = le.AppendUint32(le.AppendUint32(b, size), offset)
	return le.AppendUint16(b, 0)
}

// errZip is what is wrong with a zip that can't be read.
var errZip = errors.New("not a zip archive, or a damaged one")

// parseCentral reads the fixed part of a directory entry, and the lengths of what
// stands behind it.
func parseCentral(b []byte) (m Member, name, extra, comment int, err error) {
	if le.Uint32(b) != centralSign {
		return m, 0, 0, 0, errZip
	}
	m = Member{
		flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), CRC: le.Uint32(b[16:]), packed: int64(le.Uint32(b[20:])),
		Size: int64(le.Uint32(b[24:])), offset: int64(le.Uint32(b[42:])), MTime: fromDOS(le.Uint32(b[12:])),
	}
	attr := le.Uint32(b[38:])
	if host := b[5]; host == unixHost>>8 || host == 19 {
		m.Mode = unixMode(attr >> 16)
	} else if m.Mode = 0o600; attr&1 != 0 {
		m.Mode = 0o400
	}
	return m, int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:])), nil
}

func unixMode(m uint32) fs.FileMode {
	out := fs.FileMode(m & 0o777)
	switch m & 0o170000 {
	case unixFile, unixFolder, 0:
	case 0o120000:
		out |= fs.ModeSymlink
	default:
		out |= fs.ModeIrregular
	}
	return out
}

func fromDOS(d uint32) int64 {
	return time.Date(int(d>>25)+1980, time.Month(d>>21&15), int(d>>16&31), int(d>>11&31), int(d>>5&63), int(d&31)*2, 0, time.UTC).UnixNano()
}

// parseExtra reads what stands behind the name. The most exact of the times counts.
func (m *Member) parseExtra(b []byte) error {
	exact := 0
	for len(b) >= 4 {
		id, n := le.Uint16(b), int(le.Uint16(b[2:]))
		if b = b[4:]; n > len(b) {
			return errZip
		}
		v := b[:n]
		b = b[n:]
		switch {
		case id == extraZip64:
			if err := m.parseZip64(v); err != nil {
				return err
			}
		case id == extraUnix && n >= 5 && v[0]&1 != 0 && exact < 1:
			m.MTime, exact = int64(int32(le.Uint32(v[1:])))*1e9, 1 //nolint:gosec // a signed number
		case id == extraNTFS && n >= 32 && le.Uint16(v[4:]) == 1 && exact < 2:
			m.MTime, exact = time.Unix(int64(le.Uint64(v[8:])/1e7)-ntfsEpoch, int64(le.Uint64(v[8:])%1e7)*100).UnixNano(), 2 //nolint:gosec // divided
		case id == extraOurs && n >= 9 && v[0] == 1:
			m.MTime, exact = int64(le.Uint64(v[1:])), 3 //nolint:gosec // a signed number
			copy(m.Digest[:], v[9:])
		}
	}
	return nil
}

func (m *Member) parseZip64(v []byte) error {
	for _, n := range []*int64{&m.Size, &m.packed, &m.offset} {
		if *n != max32 {
			continue
		}
		if len(v) < 8 {
			return errZip
		}
		if *n = int64(le.Uint64(v)); *n < 0 { //nolint:gosec // looked at
			return errZip
		}
		v = v[8:]
	}
	return nil
}
