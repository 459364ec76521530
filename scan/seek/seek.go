// Package seek finds one person in files: where somebody stands who asks a shop
// what it holds about them. It is given what the person is known by (a name, an
// e-mail address, a telephone number, a code) and looks for that alone. Nothing
// of it is kept anywhere: the places it gives hold no content, and the record
// around one is handed to a function, when the caller wants it, and forgotten.
//
// How sure a place is follows from what was found there:
//
//   - Sure: an e-mail address, a telephone number, a code of eight characters or
//     more (six if it has letters and digits);
//   - Likely: the whole name, in either order, also with a middle name between,
//     or split over the columns or labelled lines of first and last name;
//   - Perhaps: first and last of a name of three words or more, a shorter code,
//     another text (an address: a family may share it), beside which the last
//     word of the name is told too.
//
// What it does not find: initials in place of a name (A. Rossi), typing errors,
// Mueller for Müller, a code in another spelling than the one given (a fiscal
// code with digits replaced by letters), and what pictures show.
//
// A record is one row of a table, one object, or in text the lines that follow
// each other without an empty one and each add something. It is counted once.
//
// The cost, on one core: 1.5 ns for each byte of prose to 3.3 ns for one of a list
// of people, which is 300 to 650 MB a second; reading a table and searching it
// goes at 200 MB a second (BenchmarkText, BenchmarkTable).
package seek

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a term is.
type Kind string

// The kinds of terms.
const (
	Email Kind = "email"
	Phone Kind = "phone"
	Code  Kind = "code"  // a fiscal code, a VAT, card or customer number
	Name  Kind = "name"  // first and last name, in either order
	Other Kind = "other" // any words: an address, a nickname
)

// Term is one thing that the person is known by. It prints as [term].
type Term struct {
	Kind Kind
	Text string
}

func (Term) String() string { return "[term]" }

// GoString hides the text too.
func (Term) GoString() string { return "[term]" }

// Why a term cannot be looked for. None of these holds the text.
var (
	ErrKind    = errors.New("an unknown kind of term")
	ErrNone    = errors.New("nothing to look for")
	ErrMany    = errors.New("more than 32 terms")
	ErrLong    = errors.New("longer than 200 bytes, or not UTF-8")
	ErrMail    = errors.New("no e-mail address")
	ErrPhone   = errors.New("no telephone number")
	ErrCode    = errors.New("a code has four letters and digits or more")
	ErrName    = errors.New("a name has two words or more")
	ErrOther   = errors.New("a text has four letters and digits or more")
	ErrCountry = errors.New("an unknown country")
)

// TermError says which term cannot be looked for, by its place in the list.
type TermError struct {
	Index int
	Err   error
}

func (e *TermError) Error() string { return fmt.Sprintf("term %d: %v", e.Index+1, e.Err) }

// Unwrap gives one of the errors above.
func (e *TermError) Unwrap() error { return e.Err }

// The limits of what is looked for.
const (
	maxTerms = 32
	maxTerm  = 200
)

// Seeker knows whom to look for. It does not change: any number of Finders, in
// any goroutines, share one.
type Seeker struct {
	kinds   []Kind
	country string
	mails   []mailTerm
	numbers []numberTerm
	phones  []phoneTerm
	names   []nameTerm
	others  []otherTerm

	sure, likely uint32 // the terms that alone make a place so sure
	named        uint32 // the terms that are names

	class [256]uint8   // what a byte is to the search: see scan.go
	pairs [1024]uint64 // the two bytes with which something may begin
	first [256]bool    // the same for one byte, at the end of a text
	wide  [0x800]uint8 // what a character beyond ASCII is
	rare  map[rune]bool
}

// New makes a seeker. The country, two letters, is that of the shop: telephone
// numbers without a country's code are taken to be of it. The error is a
// *TermError, ErrNone, ErrMany or ErrCountry.
func New(terms []Term, country string) (*Seeker, error) {
	switch {
	case len(terms) == 0:
		return nil, ErrNone
	case len(terms) > maxTerms:
		return nil, ErrMany
	}
	s := &Seeker{country: strings.ToUpper(country), rare: map[rune]bool{}}
	s.classes()
	for i, t := range terms {
		s.kinds = append(s.kinds, t.Kind)
		if err := s.add(i, t); err != nil {
			if errors.Is(err, ErrCountry) {
				return nil, err
			}
			return nil, &TermError{i, err}
		}
	}
	return s, nil
}

// add takes one term.
func (s *Seeker) add(i int, t Term) error {
	text := strings.TrimSpace(t.Text)
	if len(text) > maxTerm || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return ErrLong
	}
	switch t.Kind {
	case Email:
		return s.addMail(i, text)
	case Phone:
		return s.addPhone(i, text)
	case Code:
		return s.addCode(i, text)
	case Name:
		return s.addName(i, text)
	case Other:
		return s.addOther(i, text)
	}
	return ErrKind
}

// Kinds are the kinds of the terms, in the order in which they were given.
func (s *Seeker) Kinds() []Kind { return s.kinds }

// Certainty says how surely a place is about the person.
type Certainty string

// The certainties; the package's guide says what each takes.
const (
	Sure    Certainty = "sure"
	Likely  Certainty = "likely"
	Perhaps Certainty = "perhaps"
)

// Unit says what the number of a place counts.
type Unit string

// The units.
const (
	Line Unit = "line"
	Page Unit = "page"
	Row  Unit = "row" // of a sheet: with the column the address of a cell
	None Unit = ""    // there is no number, or the database's own of a row
)

// Where is a part of a file, as reader.Part has it.
type Where struct {
	Path    string // in an archive, a mail; "" for the file itself
	Sheet   string // as a scan tells it: "" unless all its words are custode's own
	Index   int    // of the sheet or table, from 1; 0 for none
	Section string
	Message int64 // of a mailbox, from 1; 0 for none
	Unit    Unit
}

// Place is a record that is about the person. It holds no content.
type Place struct {
	Where

	Number    int64  // of the line, page or row of the first match; 0 for none
	Column    int    // of the first match, from 1; 0 in text
	Header    string // of that column, as a scan tells it: "" unless all its words are custode's own
	Headed    bool   // it stands in the headers themselves
	Terms     []int  // which were found, by their place in the list
	Certainty Certainty
}

// Result is what one file has.
type Result struct {
	Places                []Place // the first thousand
	Sure, Likely, Perhaps int64   // of all places
}

// More is how many places there are besides those that are listed.
func (r *Result) More() int64 { return r.All() - int64(len(r.Places)) }

// All is the number of places.
func (r *Result) All() int64 { return r.Sure + r.Likely + r.Perhaps }

// maxPlaces is how many places of one file are listed.
const maxPlaces = 1000

// Record is what stands at a place. It is content: who gets it shows it to the
// owner, or takes it into the answer, and keeps it nowhere else.
type Record struct {
	Place Place
	// Cells are those of the row or object: all of it is about this person, as far
	// as a table's rows are.
	Cells []Cell
	// Text is what stands around a match in text: its lines, or the paragraph if it
	// is short. Other people may stand there too: it is not to be given out unread.
	Text string
	// Cut says that the record is longer than what is given of it.
	Cut bool
}

// Cell is one cell of a record.
type Cell struct {
	Column int    // from 1
	Header string // as it stands; "" for none
	Value  string
}

// judge says how sure a record is in which these terms were found whole, in
// short, and by their last word only, and which of them count.
func (s *Seeker) judge(full, short, last uint32) (Certainty, uint32) {
	switch {
	case full&s.sure != 0:
		return Sure, full | short
	case full&s.likely != 0:
		return Likely, full | short
	case full|short != 0:
		return Perhaps, full | short | last
	}
	return "", 0
}
