package archive

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// zipper reads one ZIP archive.
type zipper struct {
	src     io.ReaderAt
	size    int64
	stop    func() error
	spend   func(n int64) error
	h       Handler
	info    Info
	dir     view  // looks at the directory
	loc     view  // looks at members' headers and at gaps
	taken   spans // what belongs to members and structure
	entry   entry
	content zipContent
	spare   *pass // a pass that nobody uses now
	fatal   error // from Spend or the context: ends the reading
	broken  bool  // the structure of the archive, not only of a member
}

// Zip reads the ZIP archive in the first size bytes of src and calls h for each
// file in it. It follows the specification of PKWARE (APPNOTE 6.3.10): its
// directory (4.3.12), ZIP64 (4.3.14 to 4.5.3), data descriptors (4.3.9).
//
// First come the members that the directory names, in its order, as the directory
// describes them; the headers before the members only say where content begins.
// Then every gap between them is searched for headers that the directory does not
// name, and what is found is handed over too. So an archive without a directory
// (cut off, or one of a split set) is read as well, and gives ErrDamaged at the
// end. No byte of the archive is inflated for two members: one that lies over
// another one is counted as damaged and its Open gives ErrDamaged.
//
// The end record is searched in the last MiB. Members may be stored, deflated or
// packed by bzip2. Memory stays below 0.6 MiB whatever the number of members;
// where the directory goes through the file in such disorder that more than
// 16,384 ranges are open, everything named is still read, gaps are not searched
// but counted in Info.Hidden, which is then at least 1.
func Zip(ctx context.Context, src io.ReaderAt, size int64, o Options, h Handler) (Info, error) {
	size = max(size, 0)
	z := &zipper{src: src, size: size, stop: ctx.Err, spend: o.Spend, h: h, taken: spans{size: size}}
	z.dir = view{src: src, size: size, stop: ctx.Err}
	z.loc = view{src: src, size: size, stop: ctx.Err}
	err := z.read()
	if err == nil && z.broken {
		err = fmt.Errorf("%w: directory of a ZIP archive", ErrDamaged)
	}
	return z.info, err
}

func (z *zipper) read() error {
	end, err := z.findEnd()
	if err != nil {
		return err
	}
	if end.found {
		if err := z.readDirectory(end); err != nil {
			return err
		}
	} else {
		z.broken = true
	}
	if z.taken.full {
		z.info.Hidden += max(1, z.size-z.taken.total)
		return nil
	}
	return z.taken.gaps(z.walk)
}

const (
	sigLocal     = 0x04034b50
	sigDirectory = 0x02014b50
	dirHeader    = 46 // bytes of a directory record before the name
	localHeader  = 30 // bytes of a local header before the name
)

// readDirectory goes through the directory and hands over each member.
func (z *zipper) readDirectory(end zipEnd) error {
	if !z.taken.claim(end.dir, end.dirEnd) || !z.taken.claim(end.from, end.to) {
		z.broken = true
		return nil
	}
	z.info.Comments += end.comment
	at, n := end.dir, uint64(0)
	for at < end.dirEnd {
		next, ok, err := z.directoryEntry(at, end, &z.entry)
		if err != nil {
			return err
		}
		if !ok {
			z.broken = true
			return z.walk(at, end.dirEnd) // nobody knows what this is
		}
		if err := z.named(&z.entry); err != nil {
			return err
		}
		at = next
		n++
	}
	// Without ZIP64 some programs count on beyond 65,535 and let it wrap.
	if n != end.count && (end.zip64 || n&0xffff != end.count) {
		z.broken = true
	}
	return nil
}

// directoryEntry reads the directory's record at at; false when it is none.
func (z *zipper) directoryEntry(at int64, end zipEnd, e *entry) (next int64, ok bool, err error) {
	b, err := z.dir.at(at, dirHeader)
	if err != nil || len(b) < dirHeader || binary.LittleEndian.Uint32(b) != sigDirectory {
		return 0, false, err
	}
	le := binary.LittleEndian
	*e = entry{}
	e.flags, e.method, e.crc = le.Uint16(b[8:]), le.Uint16(b[10:]), le.Uint32(b[16:])
	e.Packed, e.Size = int64(le.Uint32(b[20:])), int64(le.Uint32(b[24:]))
	nameLen, extraLen := int64(le.Uint16(b[28:])), int64(le.Uint16(b[30:]))
	comment := int64(le.Uint16(b[32:]))
	next = at + dirHeader + nameLen + extraLen + comment
	if next > end.dirEnd {
		return 0, false, nil
	}
	z.info.Comments += comment
	disk := le.Uint16(b[34:])
	e.head = int64(le.Uint32(b[42:]))
	unix := b[5] == 3 || b[5] == 19
	e.Link = unix && le.Uint32(b[38:])>>16&0o170000 == 0o120000 && e.Packed <= maxName
	raw, err := z.dir.at(at+dirHeader, int(min(nameLen, maxName)))
	if err != nil {
		return 0, false, err
	}
	e.Name = zipName(raw)
	folder := len(raw) > 0 && raw[len(raw)-1] == '/'
	if extraLen > 0 {
		sum := crc32.ChecksumIEEE(raw)
		extra, err := z.dir.at(at+dirHeader+nameLen, int(extraLen))
		if err != nil {
			return 0, false, err
		}
		e.readExtra(extra, sum, true)
	}
	e.folder = folder && e.Packed <= emptyDeflate
	e.bad = disk != 0 && disk != 0xffff
	e.head += end.base
	e.judge()
	return next, true, nil
}

// named hands over a member that the directory names.
func (z *zipper) named(e *entry) error {
	b, err := z.loc.at(e.head, localHeader)
	if err != nil {
		return err
	}
	flags := e.flags
	if len(b) < localHeader || binary.LittleEndian.Uint32(b) != sigLocal {
		e.bad = true
	}
	if !e.bad {
		le := binary.LittleEndian
		flags |= le.Uint16(b[6:])
		e.data = e.head + localHeader + int64(le.Uint16(b[26:])) + int64(le.Uint16(b[28:]))
		differs := le.Uint16(b[8:]) != e.method || (le.Uint16(b[6:])^e.flags)&flagEncrypted != 0
		e.bad = e.Packed < 0 || e.data > z.size || e.Packed > z.size-e.data || !z.taken.claim(e.head, e.data+e.Packed)
		if differs && !e.bad {
			z.info.Damaged++
			e.marked = true
		}
	}
	if !e.bad {
		e.end = e.data + e.Packed
	}
	if e.bad {
		z.info.Damaged++
		e.marked = true
	}
	if e.folder {
		return nil
	}
	if err := z.hand(e); err != nil {
		return err
	}
	if e.bad || flags&flagDescriptor == 0 {
		return nil
	}
	n, err := z.descriptor(e.end, e.crc, e.Packed, e.Size)
	if n > 0 {
		z.taken.claim(e.end, e.end+n)
	}
	return err
}

// hand calls the handler.
func (z *zipper) hand(e *entry) error {
	if err := z.stop(); err != nil {
		return fmt.Errorf("archive: stopped: %w", err)
	}
	z.info.Members++
	z.content = zipContent{z: z, e: e}
	err := z.h.Member(e.Member, &z.content)
	if err == nil {
		err = z.fatal
	}
	return err
}

// descriptor tells how many bytes of data descriptor stand at at that say what is
// expected: 0 when there is none.
func (z *zipper) descriptor(at int64, crc uint32, packed, size int64) (int64, error) {
	b, err := z.loc.at(at, 24)
	if err != nil {
		return 0, err
	}
	le := binary.LittleEndian
	for _, head := range [2]int{4, 0} { // with a signature, without
		if len(b) < head+12 || head == 4 && le.Uint32(b) != sigDescriptor || le.Uint32(b[head:]) != crc {
			continue
		}
		if len(b) >= head+20 && signed(le.Uint64(b[head+4:])) == packed && signed(le.Uint64(b[head+12:])) == size {
			return int64(head) + 20, nil
		}
		if int64(le.Uint32(b[head+4:])) == packed&math.MaxUint32 && int64(le.Uint32(b[head+8:])) == size&math.MaxUint32 {
			return int64(head) + 12, nil
		}
	}
	return 0, nil
}
