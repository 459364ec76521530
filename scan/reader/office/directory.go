package office

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"strings"
)

// Signatures of the records of a zip file (APPNOTE 4.3).
const (
	sigLocal     = 0x04034b50
	sigCentral   = 0x02014b50
	sigEnd       = 0x06054b50
	sigEnd64     = 0x06064b50
	sigLocator64 = 0x07064b50
)

const (
	localSize   = 30
	centralSize = 46
	endSize     = 22
	locatorSize = 20
	end64Size   = 56
	endReach    = endSize + 1<<16 // how far from the end of the file the end record can begin
	endTries    = 64              // places that look like an end record and are tried
)

// entry is one part of the file as the directory has it. Sizes are claims.
type entry struct {
	at       int64 // of its local header
	end      int64 // where its packed bytes end, 0 when it was never opened
	packed   int64
	size     int64
	crc      uint32
	name     uint32 // where its name begins in directory.names
	nameSize uint16
	method   uint16
	flags    uint16
	done     bool
	secret   bool // encrypted, by the manifest of an ODF file
}

// directory is the list of parts of a zip file.
type directory struct {
	entries []entry
	names   []byte // as written
	index   map[uint64]int32
	seed    maphash.Seed
	left    int // entries over the limit
	broken  bool
	from    int64 // where it begins in the file
	main    int   // the main part of an Office Open XML file
}

// ending is what the end record says.
type ending struct {
	records uint64
	size    int64
	offset  int64
	at      int64 // where the directory must have ended
}

// load finds the directory and reads it. A file without one is damaged.
func (d *directory) load(p *part) error {
	n := min(p.size, endReach)
	tail := make([]byte, n)
	if err := p.readAt(tail, p.size-n); err != nil {
		return err
	}
	d.seed = maphash.MakeSeed()
	d.index = make(map[uint64]int32)
	rest := tail
	for range endTries {
		i := bytes.LastIndex(rest, []byte("PK\x05\x06"))
		if i < 0 {
			break
		}
		if len(tail)-i >= endSize {
			end, base, err := locate(p, tail[i:], p.size-n+int64(i))
			if err == nil {
				return d.list(p, end, base)
			}
			if !errors.Is(err, ErrDamaged) {
				return err
			}
		}
		rest = rest[:i]
	}
	return ErrDamaged
}

// locate reads the end record b, which stands at at, and tells by how much the
// file has something in front of what the zip file takes for its beginning.
func locate(p *part, b []byte, at int64) (end ending, base int64, err error) {
	le := binary.LittleEndian
	end = ending{
		records: uint64(le.Uint16(b[10:])),
		size:    int64(le.Uint32(b[12:])),
		offset:  int64(le.Uint32(b[16:])),
		at:      at,
	}
	if end.records == 0xffff || end.size == 0xffffffff || end.offset == 0xffffffff {
		if err := locate64(p, &end); err != nil && !errors.Is(err, ErrDamaged) {
			return end, 0, err
		}
	}
	if end.size < 0 || end.offset < 0 || end.size > end.at {
		return end, 0, ErrDamaged
	}
	for _, base := range [...]int64{0, end.at - end.size - end.offset} {
		if base < 0 || end.offset > end.at-base {
			continue
		}
		var sig [4]byte
		if end.records == 0 && base+end.offset == end.at {
			return end, base, nil
		}
		if err := p.readAt(sig[:], base+end.offset); err != nil {
			if errors.Is(err, ErrDamaged) {
				continue
			}
			return end, 0, err
		}
		if le.Uint32(sig[:]) == sigCentral {
			return end, base, nil
		}
	}
	return end, 0, ErrDamaged
}

// locate64 replaces what the end record could not say by the record of zip64
// (APPNOTE 4.3.14).
func locate64(p *part, end *ending) error {
	le := binary.LittleEndian
	if end.at < locatorSize+end64Size {
		return ErrDamaged
	}
	var loc [locatorSize]byte
	if err := p.readAt(loc[:], end.at-locatorSize); err != nil {
		return err
	}
	if le.Uint32(loc[:]) != sigLocator64 {
		return ErrDamaged
	}
	for _, at := range [...]uint64{le.Uint64(loc[8:]), uint64(end.at - locatorSize - end64Size)} {
		var b [end64Size]byte
		if at > uint64(end.at-end64Size) {
			continue
		}
		if err := p.readAt(b[:], int64(at)); err != nil { //nolint:gosec // within the file
			return err
		}
		if le.Uint32(b[:]) != sigEnd64 {
			continue
		}
		size, offset := le.Uint64(b[40:]), le.Uint64(b[48:])
		if size > at || offset > at {
			return ErrDamaged
		}
		end.records = le.Uint64(b[32:])
		end.size, end.offset, end.at = int64(size), int64(offset), int64(at) //nolint:gosec // within the file
		return nil
	}
	return ErrDamaged
}

// list reads the records of the directory, as many as there are.
func (d *directory) list(p *part, end ending, base int64) error {
	d.from = base + end.offset
	section := span{src: p.src, at: d.from, left: end.at - d.from}
	in := bufio.NewReaderSize(&section, 32<<10)
	head := make([]byte, centralSize)
	var rest []byte
	for n := uint64(0); ; n++ {
		if n%1024 == 0 {
			if err := p.stop(); err != nil {
				return wrap(err)
			}
		}
		_, err := io.ReadFull(in, head)
		if section.err != nil {
			return wrap(section.err)
		}
		if err != nil || binary.LittleEndian.Uint32(head) != sigCentral {
			d.broken = d.broken || n != end.records && (end.records >= 0xffff || n&0xffff != end.records)
			return nil
		}
		le := binary.LittleEndian
		nameSize, extra := int(le.Uint16(head[28:])), int(le.Uint16(head[30:]))
		rest = slices.Grow(rest[:0], nameSize+extra)[:nameSize+extra]
		if _, err := io.ReadFull(in, rest); err != nil {
			d.broken = true
			return wrapped(section.err)
		}
		if _, err := in.Discard(int(le.Uint16(head[32:]))); err != nil {
			d.broken = true
			return wrapped(section.err)
		}
		d.enter(head, rest[:nameSize], rest[nameSize:], base)
	}
}

func wrapped(err error) error {
	if err == nil {
		return nil
	}
	return wrap(err)
}

// enter takes one record.
func (d *directory) enter(head, name, extra []byte, base int64) {
	le := binary.LittleEndian
	name = name[:min(len(name), maxName)]
	if len(d.entries) == maxEntries || len(d.names)+len(name) > maxNames {
		d.left++
		return
	}
	e := entry{
		flags:    le.Uint16(head[8:]),
		method:   le.Uint16(head[10:]),
		crc:      le.Uint32(head[16:]),
		packed:   int64(le.Uint32(head[20:])),
		size:     int64(le.Uint32(head[24:])),
		at:       int64(le.Uint32(head[42:])),
		name:     uint32(len(d.names)), //nolint:gosec // at most maxNames
		nameSize: uint16(len(name)),    //nolint:gosec // at most maxName
	}
	e.widen(extra)
	e.at += base
	if e.at < base || e.packed < 0 || e.size < 0 {
		e.at, d.broken = -1, true
	}
	d.names = append(d.names, name...)
	// An empty entry is a folder, or nothing.
	e.done = e.packed == 0 && e.size == 0
	d.entries = append(d.entries, e)
	last := len(d.entries) - 1
	d.index[maphash.String(d.seed, d.name(last))] = int32(last) //nolint:gosec // at most maxEntries
}

// widen takes the sizes that need 64 bits from the extra field (APPNOTE 4.5.3).
func (e *entry) widen(extra []byte) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return
		}
		field := extra[:n]
		extra = extra[n:]
		if id != 1 {
			continue
		}
		for _, v := range [...]*int64{&e.size, &e.packed, &e.at} {
			if *v == 0xffffffff && len(field) >= 8 {
				*v = int64(le.Uint64(field)) //nolint:gosec // a negative one is told
				field = field[8:]
			}
		}
		return
	}
}

// name is the name of part i in lower case, with / for \ and none in front.
func (d *directory) name(i int) string {
	e := &d.entries[i]
	b := bytes.Clone(d.names[e.name : e.name+uint32(e.nameSize)])
	for i, c := range b {
		switch {
		case c == '\\':
			b[i] = '/'
		case c >= 'A' && c <= 'Z':
			b[i] |= 0x20
		}
	}
	return string(bytes.TrimLeft(b, "/"))
}

// label is the name of part i as it is written.
func (d *directory) label(i int) string {
	e := &d.entries[i]
	return strings.ToValidUTF8(string(d.names[e.name:e.name+uint32(e.nameSize)]), "?")
}

// find finds the part of the given name, in lower case; of several the last.
// It returns -1 when there is none.
func (d *directory) find(name string) int {
	i, ok := d.index[maphash.String(d.seed, name)]
	if !ok || d.name(int(i)) != name {
		return -1
	}
	return int(i)
}

// unclaimed counts the places where a part begins that the directory does not
// have: a part that was removed, or a second zip file in front of this one. Only
// where an entry ends, and at the beginning, is it looked for.
func (d *directory) unclaimed(p *part) (int, error) {
	starts := make([]int64, 0, len(d.entries)+1)
	for i := range d.entries {
		starts = append(starts, d.entries[i].at)
	}
	slices.Sort(starts)
	starts = append(starts, d.from)
	n := 0
	if starts[0] > 0 {
		found, err := begins(p, 0)
		if err != nil {
			return n, err
		}
		n += btoi(found)
	}
	for i := range d.entries {
		e := &d.entries[i]
		if e.end == 0 {
			continue
		}
		at, _ := slices.BinarySearch(starts, e.end)
		if at == len(starts) || starts[at]-e.end < localSize {
			continue
		}
		for _, skip := range [...]int64{0, 12, 16, 20, 24} { // a data descriptor may stand between
			found, err := begins(p, e.end+skip)
			if err != nil {
				return n, err
			}
			if found && e.end+skip < starts[at] {
				n++
				break
			}
		}
	}
	return n, nil
}

// begins tells whether a local header stands at at.
func begins(p *part, at int64) (bool, error) {
	var sig [4]byte
	if err := p.readAt(sig[:], at); err != nil {
		if errors.Is(err, ErrDamaged) {
			return false, nil
		}
		return false, err
	}
	return binary.LittleEndian.Uint32(sig[:]) == sigLocal, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
