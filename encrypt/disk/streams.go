package disk

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"
)

// ErrHidden says that a file has more in it than its content, which a new file in its
// place would not get: NTFS keeps such alternate streams under a file's name. What Keep
// takes along, and what is empty, is not meant.
var ErrHidden = errors.New("the file has hidden parts")

// HiddenError is ErrHidden with the names of the parts.
type HiddenError struct{ Names []string }

func (e *HiddenError) Error() string { return ErrHidden.Error() + ": " + strings.Join(e.Names, ", ") }

// Is tells that it is ErrHidden.
func (e *HiddenError) Is(target error) bool { return target == ErrHidden }

// Layered is a File on a disk that may keep more than a content under one name.
type Layered interface {
	// Hidden names the parts that would be lost.
	Hidden() ([]string, error)
}

// NoneHidden is nil if a file has no hidden parts, or its system none at all; else a
// HiddenError, or the error of the system.
func NoneHidden(f File) error {
	l, ok := f.(Layered)
	if !ok {
		return nil
	}
	names, err := l.Hidden()
	if err == nil && len(names) > 0 {
		err = &HiddenError{names}
	}
	return err
}

// stream is one of a file, beside its content.
type stream struct {
	name string // without the colons around it
	size int64  // bytes
}

// markMost is how much a mark may hold: more is no mark, whatever it is called.
const markMost = 64 << 10

// marks are the streams that Keep takes along: where a file came from, and what the
// system thought of it.
var marks = []string{"Zone.Identifier", "SmartScreen"}

// ownNotes are what programs note of a file for themselves, and note anew.
var ownNotes = []string{"com.dropbox.attributes", "com.dropbox.attrs"}

func (s stream) is(list []string) bool {
	return s.size <= markMost && slices.ContainsFunc(list, func(name string) bool { return strings.EqualFold(name, s.name) })
}

// foreign names the streams that hold what would be lost.
func foreign(all []stream) (names []string) {
	for _, s := range all {
		if s.size > 0 && !s.is(marks) && !s.is(ownNotes) {
			names = append(names, s.name)
		}
	}
	return names
}

// parseStreams reads what Windows gives as FILE_STREAM_INFORMATION: for each stream,
// where the next begins, the length of the name in bytes, two sizes, and the name, as
// :Zone.Identifier:$DATA. The content itself has no name. False: it is not whole.
func parseStreams(b []byte) (out []stream, ok bool) {
	const fixed = 24
	for len(b) >= fixed {
		next, n := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:]))
		if n > len(b)-fixed || n%2 != 0 || next != 0 && (next < fixed+n || next > len(b)) {
			return nil, false
		}
		name := make([]uint16, n/2)
		for i := range name {
			name[i] = binary.LittleEndian.Uint16(b[fixed+2*i:])
		}
		parts := strings.Split(string(utf16.Decode(name)), ":")
		if len(parts) != 3 || parts[0] != "" {
			return nil, false
		}
		if parts[1] != "" {
			out = append(out, stream{parts[1], int64(binary.LittleEndian.Uint64(b[8:]))}) //nolint:gosec // never negative
		}
		if next == 0 {
			return out, true
		}
		b = b[next:]
	}
	return nil, false
}
