package office

import "encoding/binary"

const (
	blockBits = 20 // bytes of a block of shared strings, as a power of two
	blockSize = 1 << blockBits
	placeBits = 14 // places in one block of them, as a power of two
)

// shared keeps the shared strings of a workbook, in blocks so that it never
// takes more than they need. A string stands with its length in front.
type shared struct {
	blocks [][]byte
	places [][]uint32 // the block and where in it
	n      int        // kept
	total  int        // in the file
	bytes  int
	used   []uint64 // a bit for each that a cell has
}

// add keeps s and tells whether there is room for it.
func (s *shared) add(text []byte, expect int64) bool {
	s.total++
	need := len(text) + binary.MaxVarintLen32
	if s.n != s.total-1 || s.n >= maxStrings || s.bytes+need > maxShared {
		return false
	}
	if k := len(s.blocks); k == 0 || cap(s.blocks[k-1])-len(s.blocks[k-1]) < need {
		if (k+1)*blockSize > maxShared {
			return false
		}
		size := blockSize
		if k == 0 { // a small table takes little
			size = max(need, int(min(blockSize, max(expect, 4096))))
		}
		s.blocks = append(s.blocks, make([]byte, 0, size))
	}
	k := len(s.blocks) - 1
	at := len(s.blocks[k])
	s.blocks[k] = binary.AppendUvarint(s.blocks[k], uint64(len(text)))
	s.blocks[k] = append(s.blocks[k], text...)
	s.bytes += len(s.blocks[k]) - at
	if s.n&(1<<placeBits-1) == 0 {
		s.places = append(s.places, nil)
	}
	last := &s.places[len(s.places)-1]
	*last = append(*last, uint32(k<<blockBits|at)) //nolint:gosec // at most maxShared
	s.n++
	return true
}

// get is string i; mark that a cell has it.
func (s *shared) get(i int) ([]byte, bool) {
	if i < 0 || i >= s.n {
		return nil, false
	}
	if s.used == nil {
		s.used = make([]uint64, (s.n+63)/64)
	}
	s.used[i>>6] |= 1 << (i & 63)
	return s.at(i), true
}

func (s *shared) at(i int) []byte {
	place := s.places[i>>placeBits][i&(1<<placeBits-1)]
	b := s.blocks[place>>blockBits][place&(blockSize-1):]
	n, k := binary.Uvarint(b)
	return b[k : k+int(n) : k+int(n)] //nolint:gosec // as it was written
}

// unused hands over the strings that no cell has.
func (s *shared) unused(f *flow) error {
	for i := range s.n {
		if s.used != nil && s.used[i>>6]&(1<<(i&63)) != 0 {
			continue
		}
		if err := f.add(body, s.at(i)); err != nil {
			return err
		}
		if err := f.line(body); err != nil {
			return err
		}
	}
	return nil
}

// strings reads a table of shared strings (ECMA-376 part 1, 18.4). Those for
// which there is no room, and all of a table that is not the workbook's, are
// handed over as text.
func (r *reader) strings(keep *shared) error {
	w, f := &r.walk, &r.flow
	f.begin(body)
	expect := int64(0)
	if r.part.claim != nil {
		expect = r.part.claim.size
	}
	var text []byte
	inText := 0 // the depth of the element whose text counts
	for {
		switch w.next() {
		case atEnd:
			return nil
		case atOpen:
			switch string(w.name) {
			case "si":
				text = text[:0]
			case "t":
				if inText == 0 {
					inText = w.depth
				}
			case "rPh":
				w.leave()
			}
		case atText:
			if inText == 0 {
				continue
			}
			text = w.appendPlain(text)
			if n := wholeRunes(text, maxValue); n < len(text) {
				if err := f.add(body, text[n:]); err != nil {
					return err
				}
				text = text[:n]
			}
		case atShut:
			if w.depth < inText {
				inText = 0
			}
			if string(w.name) != "si" {
				continue
			}
			text = unescape(text)
			if keep != nil && keep.add(text, expect) {
				continue
			}
			if err := f.add(body, text); err != nil {
				return err
			}
			if err := f.line(body); err != nil {
				return err
			}
		}
	}
}
