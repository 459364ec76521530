package objaudit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
)

// List is a folder's list of what is audited (a SACL), as Windows keeps it: a head of 8 bytes, then one entry after the
// other, each with its kind, its flags and its length. nil is none.
type List []byte

// ErrDamaged is a list that is not as Windows makes it: it is left alone.
var ErrDamaged = errors.New("objaudit: the list of what is audited can't be read")

// The parts of a list.
const (
	listHead  = 8
	entryHead = 4
	mostList  = 1<<16 - 1
	revision  = 2
	inherited = 0x10 // the entry came from the folder above
)

// Entry is what custode adds: every use, by everybody (S-1-1-0), of this folder and all below it, that succeeded, to read, to
// write, to delete, and to change who may do that.
func Entry() []byte {
	const (
		systemAudit = 2
		below       = 0x01 | 0x02 // files and folders
		succeeded   = 0x40
	)
	e := []byte{systemAudit, below | succeeded, 0, 0}
	e = binary.LittleEndian.AppendUint32(e, uint32(ReadData|Writes|DeleteChild|Delete|WriteDAC|WriteOwner))
	e = append(e, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)    // S-1-1-0
	binary.LittleEndian.PutUint16(e[2:], uint16(len(e))) //nolint:gosec // 20
	return e
}

// entries takes a list apart.
func (l List) entries() ([][]byte, error) {
	if l == nil {
		return nil, nil
	}
	if len(l) < listHead || int(binary.LittleEndian.Uint16(l[2:])) > len(l) || int(binary.LittleEndian.Uint16(l[2:])) < listHead {
		return nil, ErrDamaged
	}
	count, rest := int(binary.LittleEndian.Uint16(l[4:])), l[listHead:binary.LittleEndian.Uint16(l[2:])]
	var out [][]byte
	for range count {
		if len(rest) < entryHead {
			return nil, ErrDamaged
		}
		n := int(binary.LittleEndian.Uint16(rest[2:]))
		if n < entryHead || n%4 != 0 || n > len(rest) {
			return nil, ErrDamaged
		}
		out, rest = append(out, rest[:n]), rest[n:]
	}
	return out, nil
}

// join puts a list together again, of the same revision.
func (l List) join(entries [][]byte) (List, error) {
	head := []byte{revision, 0, 0, 0, 0, 0, 0, 0}
	if l != nil {
		head[0] = l[0]
	}
	all := append(head, bytes.Join(entries, nil)...)
	if len(all) > mostList || len(entries) > mostList {
		return nil, ErrDamaged
	}
	binary.LittleEndian.PutUint16(all[2:], uint16(len(all)))     //nolint:gosec // at most mostList
	binary.LittleEndian.PutUint16(all[4:], uint16(len(entries))) //nolint:gosec // each has four bytes at least
	return all, nil
}

// ours tells whether an entry is the one that custode adds; one that came from above is not.
func ours(entry []byte) bool { return entry[1]&inherited == 0 && bytes.Equal(entry, Entry()) }

// With is the list with custode's entry, and whether it was added: an equal one that is there already is somebody else's.
func (l List) With() (out List, added bool, err error) {
	entries, err := l.entries()
	if err != nil {
		return nil, false, err
	}
	if slices.ContainsFunc(entries, ours) {
		return l, false, nil
	}
	out, err = l.join(append([][]byte{Entry()}, entries...)) // before those from above, as Windows sorts them
	return out, err == nil, err
}

// Without is the list without custode's entry, none where nothing else is in it, and whether it was there. All else stays,
// to the byte.
func (l List) Without() (out List, removed bool, err error) {
	entries, err := l.entries()
	if err != nil {
		return nil, false, err
	}
	for i, e := range entries {
		if ours(e) {
			if len(entries) == 1 {
				return nil, true, nil
			}
			out, err = l.join(append(append([][]byte{}, entries[:i]...), entries[i+1:]...))
			return out, err == nil, err
		}
	}
	return l, false, nil
}
