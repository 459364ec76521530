package choice

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"custode/playbook/privacy/table"
)

// List is a mailing list as a CSV file, and who may be written to.
type List struct {
	Kind    Kind
	Country string // of the shop, for phone numbers
	Column  string // the header of the column with the contacts; "" finds it
	Comma   byte   // what separates the cells; 0 finds it
	Key     Key
	// Allowed says how a contact stands; only (Yes, true) lets through.
	Allowed func(ID) (Reason, bool)
}

// Tally is what became of the rows. The header and empty lines are none.
type Tally struct {
	Rows    int
	Let     int
	Removed map[Reason]int
}

// Why a file is not filtered at all. What was written by then is to be thrown away.
var (
	ErrHeader   = table.ErrHeader
	ErrColumn   = errors.New("no column with contacts")
	ErrComma    = table.ErrComma
	ErrEncoding = table.ErrEncoding
	ErrRow      = table.ErrRow
	ErrSize     = errors.New("more addresses than can be told apart")
)

// maxSeen bounds the memory for duplicates: some 200 MiB at most.
const maxSeen = 4 << 20

// Filter copies from in to out the header and the rows whose contacts all have
// a yes, byte for byte. What it is not sure of it leaves out: a row whose cells
// do not match the header's, whose contact cannot be read, which holds one
// address more (in whatever column) that has no yes, or one that an earlier
// row had. Into removed, which may be nil, go the numbers and reasons of the
// rest as CSV, without contacts; the header is row 1, empty lines have a number.
//
// Memory is bounded: one row of at most 1 MiB, and the start of the ID of
// each address that was let through, so that it is let through once.
func (l List) Filter(in io.Reader, out, removed io.Writer) (Tally, error) {
	f := &filter{List: l, rows: table.New(in, l.Comma), tally: Tally{Removed: map[Reason]int{}}}
	if removed == nil {
		removed = io.Discard
	}
	f.out, f.removed = bufio.NewWriterSize(out, 1<<16), bufio.NewWriterSize(removed, 1<<12)
	if err := f.run(); err != nil {
		return f.tally, err
	}
	return f.tally, errors.Join(f.out.Flush(), f.removed.Flush())
}

type filter struct {
	List
	rows         *table.Rows
	header       header
	seen         seen
	out, removed *bufio.Writer
	tally        Tally
	ids          []ID
}

func (f *filter) run() error {
	if f.Key.b.Len() != KeyBytes {
		return ErrKey
	}
	if f.Allowed == nil || f.Kind != MailKind && f.Kind != PhoneKind {
		return ErrKind
	}
	if f.Kind == PhoneKind {
		if _, err := phone("1", f.Country); errors.Is(err, ErrCountry) {
			return ErrCountry
		}
	}
	if err := f.readHeader(); err != nil {
		return err
	}
	if _, err := io.WriteString(f.removed, "row,reason\n"); err != nil {
		return err
	}
	for {
		row, err := f.rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", f.rows.Number(), err)
		}
		if err := f.row(row); err != nil {
			return err
		}
	}
}

// row lets one row through, or counts why not.
func (f *filter) row(r table.Row) error {
	if r.Empty() {
		return nil
	}
	f.tally.Rows++
	reason := f.judge(r)
	if reason == Yes {
		for _, id := range f.ids {
			if !f.seen.add(id) {
				return ErrSize
			}
		}
		f.tally.Let++
		_, err := f.out.Write(r.Raw)
		return err
	}
	f.tally.Removed[reason]++
	_, err := fmt.Fprintf(f.removed, "%d,%s\n", f.rows.Number(), reason)
	return err
}

// judge says how a row stands, and leaves the IDs of its contacts in f.ids.
func (f *filter) judge(r table.Row) Reason {
	f.ids = f.ids[:0]
	f.rows.Charset.Learn(r.Raw)
	if r.Broken || len(r.Cells) != f.header.width {
		return NotReadable
	}
	for i, cell := range r.Cells {
		var contacts []Contact
		ok := true
		if f.header.contact[i] {
			contacts, ok = f.contacts(r.Text(cell))
		} else if f.Kind == MailKind {
			contacts, ok = f.elsewhere(r.Text(cell))
		}
		if !ok {
			return NotReadable
		}
		for _, c := range contacts {
			id, err := f.Key.ID(c)
			if err != nil {
				return NotReadable
			}
			f.ids = append(f.ids, id)
		}
	}
	if !f.filled(r) {
		return NotReadable
	}
	for _, id := range f.ids {
		if reason, ok := f.Allowed(id); !ok || reason != Yes {
			if !reason.known() {
				return Unsure
			}
			return reason
		}
	}
	if slices.ContainsFunc(f.ids, f.seen.has) {
		return Duplicate
	}
	return Yes
}

// filled tells whether a column that holds the contacts holds one here: an
// address in a note alone is not whom the row is about.
func (f *filter) filled(r table.Row) bool {
	for i, cell := range r.Cells {
		if f.header.main[i] && len(bytes.TrimSpace(r.Text(cell))) > 0 {
			return len(f.ids) > 0
		}
	}
	return false
}

// seen is a set of IDs, of which it keeps sixteen bytes.
type seen struct{ ids map[[16]byte]struct{} }

func short(id ID) [16]byte { return [16]byte(id[:16]) }

func (s *seen) has(id ID) bool {
	_, ok := s.ids[short(id)]
	return ok
}

// add tells whether there was room.
func (s *seen) add(id ID) bool {
	if s.ids == nil {
		s.ids = map[[16]byte]struct{}{}
	}
	s.ids[short(id)] = struct{}{}
	return len(s.ids) <= maxSeen
}
