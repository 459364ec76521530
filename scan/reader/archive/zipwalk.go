package archive

import (
	"bytes"
	"encoding/binary"
	"io"
)

// walk searches the bytes from (included) to (left out), which belong to no
// member that the directory names, for local headers, and hands over what they
// stand for. What is left is counted as hidden.
//
// Where content breaks off, its range is searched for headers once more, as long
// as no more bytes are gone through twice than there are.
func (z *zipper) walk(from, to int64) error {
	again, first := to-from, from == 0
	at, rubbish := from, from // what lies before rubbish is accounted for
	for at < to {
		found, clean, err := z.find(at, to)
		if err != nil {
			return err
		}
		e, ok := &z.entry, false
		if found < to {
			if ok, err = z.localEntry(found, to, e); err != nil {
				return err
			}
		}
		at = found
		if !ok {
			at = min(found+4, to)
			clean = clean && found == to
		}
		if !clean && at > rubbish && !z.mark(found, rubbish) {
			z.info.Hidden += at - rubbish
			if first {
				z.info.Stub += at - rubbish
			}
		}
		rubbish = max(rubbish, at)
		if !ok {
			continue
		}
		first = false
		next, whole, err := z.stray(e, to)
		if err != nil {
			return err
		}
		rubbish, at = max(rubbish, next), next
		if twice := next - found; !whole && twice <= again {
			again -= twice
			at = found + localHeader
		}
	}
	return nil
}

// mark says that the bytes before the first member are the four that a program
// for split sets leaves there (APPNOTE 8.5.3 and 8.5.4).
func (z *zipper) mark(found, from int64) bool {
	if from != 0 || found != 4 {
		return false
	}
	b, err := z.loc.at(0, 4)
	return err == nil && len(b) == 4 && (binary.LittleEndian.Uint32(b) == sigDescriptor || string(b) == "PK00")
}

// find searches the next signature of a local header, and tells whether all bytes
// before it are zero. When there is none it gives to.
func (z *zipper) find(at, to int64) (found int64, clean bool, err error) {
	clean = true
	for at < to {
		b, err := z.loc.ahead(at, to)
		if err != nil {
			return 0, false, err
		}
		i := bytes.Index(b, []byte("PK\x03\x04"))
		if i >= 0 {
			return at + int64(i), clean && zeros(b[:i]) == i, nil
		}
		clean = clean && zeros(b) == len(b)
		if len(b) < 4 || at+int64(len(b)) >= to {
			break
		}
		at += int64(len(b)) - 3 // a signature may lie across
	}
	return to, clean, nil
}

// stray hands over a member that the directory does not name. It returns where
// the member ends, and whether it is whole.
func (z *zipper) stray(e *entry, to int64) (next int64, whole bool, err error) {
	whole = true
	switch {
	case e.flags&flagDescriptor != 0:
		err = z.openEnded(e, to)
	case e.Packed > to-e.data: // cut off, or a lie
		whole = false
		e.marked = true
		z.info.Damaged++
	default:
		e.end = e.data + e.Packed
	}
	if err != nil {
		return 0, false, err
	}
	if !e.folder {
		if err := z.hand(e); err != nil {
			return 0, false, err
		}
	}
	c := &z.content
	if e.open && e.Method == "" && !e.Encrypted {
		if c.stop == 0 { // the handler did not go there
			p := z.pass(c)
			_, err := io.Copy(io.Discard, p)
			_ = p.Close() // which never fails
			if err != nil && c.stop == 0 {
				return 0, false, err
			}
		}
		e.end, whole = max(c.stop, e.data), !c.short
		e.crc, e.Packed, e.Size = c.crc, c.stop-e.data, c.n
	}
	if whole && e.flags&flagDescriptor != 0 {
		n, err := z.descriptor(e.end, e.crc, e.Packed, e.Size)
		return e.end + n, true, err
	}
	return e.end, whole, nil
}

// openEnded finds the end of content whose sizes stand behind it: deflated content
// ends itself, for any other the descriptor is searched that says how many bytes
// lie before it.
func (z *zipper) openEnded(e *entry, to int64) error {
	if e.method == methodDeflate && !e.Encrypted {
		e.open, e.Packed, e.Size = true, -1, -1
		return nil
	}
	le := binary.LittleEndian
	for at := e.data; at < to; {
		b, err := z.loc.ahead(at, to)
		if err != nil {
			return err
		}
		if len(b) < 2 {
			break
		}
		i := bytes.Index(b, []byte("PK"))
		if i < 0 {
			at += int64(len(b)) - 1
			continue
		}
		at += int64(i)
		if b, err = z.loc.at(at, 24); err != nil {
			return err
		}
		if len(b) >= 16 && le.Uint32(b) == sigDescriptor && int64(le.Uint32(b[8:])) == at-e.data {
			e.end, e.crc, e.Packed, e.Size = at, le.Uint32(b[4:]), at-e.data, int64(le.Uint32(b[12:]))
			if len(b) == 24 && le.Uint32(b[12:]) == 0 { // 8 bytes for each size
				e.Size = signed(le.Uint64(b[16:]))
			}
			return nil
		}
		at += 2
	}
	e.end, e.Packed, e.Size = to, to-e.data, -1
	e.marked = true
	z.info.Damaged++
	return nil
}
