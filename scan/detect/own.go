package detect

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// OwnPattern is something that a shop looks for beside the kinds that we know:
// its membership numbers, its file numbers, the names on a list. What it finds is
// of kind Own, of medium confidence, and nothing of it is shown.
//
// A pattern counts whole words only: what begins or ends inside a word is none.
type OwnPattern struct {
	// Name is shown and reported: 1 to 40 characters, letters, digits, '-', '_'
	// and blanks between them.
	Name string
	// Near are words, or phrases, one of which must stand within 160 bytes before
	// or behind, or in the column's header, or in the cell before. Case and accents
	// make no difference. Up to 20 of 2 to 40 bytes; Regex needs one, Literals don't.
	Near []string
	// Literals are found as whole words. Case, accents and the number of blanks
	// make no difference. Up to 10,000 of 3 to 200 bytes.
	Literals []string
	// Regex is in the syntax of RE2 (package regexp), up to 500 bytes. It is run
	// only around Near words, and finds at most 200 bytes. ^ and $ are the ends of
	// a line or cell.
	Regex string
	// Person says that it is an identifier of a person: distinct ones count people.
	Person bool
	// Must and MustNot are texts in which it is found, and in which it isn't. One
	// of each at least and up to 50, of at most 400 bytes.
	Must, MustNot []string
}

// The limits of own patterns: how many, and their sizes in bytes where nothing
// else is said.
const (
	maxOwn         = 50
	maxOwnName     = 40 // characters
	maxOwnNear     = 20
	maxNear        = 40
	minNear        = 2
	maxLiterals    = 10_000 // of one pattern
	maxAllLiterals = 50_000
	minLiteral     = 3
	maxLiteral     = 200
	maxRegex       = 500
	maxProgram     = 500 // instructions
	maxExamples    = 50  // of each sort
	maxExample     = 400
)

// Why a pattern is refused: the values of [OwnError.Reason], a closed list.
const (
	OwnBadName      = "bad-name"       // Name is empty, too long or has other characters
	OwnTwice        = "twice"          // another pattern has the same name
	OwnTooMany      = "too-many"       // more patterns, words, literals or examples than the limit
	OwnTooLong      = "too-long"       // a word, literal, example or expression beyond the limit
	OwnBadWord      = "bad-word"       // a word or literal that is too short, or has no letter and no digit
	OwnBadRegex     = "bad-regex"      // not in the syntax of RE2, or it finds the empty text
	OwnNothing      = "nothing"        // neither Literals nor Regex
	OwnNoNear       = "no-near"        // Regex without a word near which to look
	OwnNoExamples   = "no-examples"    // no Must or no MustNot
	OwnMustNotFound = "must-not-found" // it doesn't find an example of Must
	OwnMustNot      = "must-not"       // it finds an example of MustNot
)

// OwnError says which pattern is wrong, and why. It holds no content, neither of
// the pattern nor of its examples.
type OwnError struct {
	Index  int    // of the pattern
	Reason string // one of the Own constants
	Field  string // name, near, literals, regex, must or must_not
	Item   int    // in the field, where that is a list; -1 for all of it
}

// Error names the pattern by its number.
func (e *OwnError) Error() string {
	if e.Item < 0 {
		return fmt.Sprintf("own pattern %d: %s: %s", e.Index+1, e.Field, e.Reason)
	}
	return fmt.Sprintf("own pattern %d: %s %d: %s", e.Index+1, e.Field, e.Item+1, e.Reason)
}

// CheckOwn says whether patterns are ones that New takes, and whether they find
// their examples and nothing in the others. The error is an *[OwnError].
func CheckOwn(list []OwnPattern) error {
	if len(list) > maxOwn {
		return &OwnError{Index: maxOwn, Reason: OwnTooMany, Field: "name", Item: -1}
	}
	names, literals := map[string]bool{}, 0
	for i := range list {
		p := &list[i]
		name := strings.ToLower(p.Name)
		if wrong := p.wrong(); wrong != nil {
			wrong.Index = i
			return wrong
		}
		if names[name] {
			return &OwnError{Index: i, Reason: OwnTwice, Field: "name", Item: -1}
		}
		names[name] = true
		if literals += len(p.Literals); literals > maxAllLiterals {
			return &OwnError{Index: i, Reason: OwnTooMany, Field: "literals", Item: -1}
		}
		if wrong := p.tried(); wrong != nil {
			wrong.Index = i
			return wrong
		}
	}
	return nil
}

// wrong says what about a pattern is not as it has to be, nil for nothing.
func (p *OwnPattern) wrong() *OwnError {
	switch {
	case !ownName(p.Name):
		return &OwnError{Reason: OwnBadName, Field: "name", Item: -1}
	case p.Regex == "" && len(p.Literals) == 0:
		return &OwnError{Reason: OwnNothing, Field: "name", Item: -1}
	case p.Regex != "" && len(p.Near) == 0:
		return &OwnError{Reason: OwnNoNear, Field: "regex", Item: -1}
	}
	for _, l := range []struct {
		field    string
		words    []string
		most     int
		min, max int
	}{
		{"near", p.Near, maxOwnNear, minNear, maxNear},
		{"literals", p.Literals, maxLiterals, minLiteral, maxLiteral},
		{"must", p.Must, maxExamples, 0, maxExample},
		{"must_not", p.MustNot, maxExamples, 0, maxExample},
	} {
		if len(l.words) > l.most {
			return &OwnError{Reason: OwnTooMany, Field: l.field, Item: -1}
		}
		for i, w := range l.words {
			switch {
			case len(w) > l.max:
				return &OwnError{Reason: OwnTooLong, Field: l.field, Item: i}
			case l.min > 0 && (len(w) < l.min || len(foldPhrase(w).text) == 0):
				return &OwnError{Reason: OwnBadWord, Field: l.field, Item: i}
			}
		}
	}
	if reason := wrongRegex(p.Regex); reason != "" {
		return &OwnError{Reason: reason, Field: "regex", Item: -1}
	}
	if len(p.Must) == 0 {
		return &OwnError{Reason: OwnNoExamples, Field: "must", Item: -1}
	}
	if len(p.MustNot) == 0 {
		return &OwnError{Reason: OwnNoExamples, Field: "must_not", Item: -1}
	}
	return nil
}

// ownName says whether a name may be shown and reported.
func ownName(name string) bool {
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxOwnName || strings.TrimSpace(name) != name {
		return false
	}
	for _, r := range name {
		if r != ' ' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return name != ""
}

// wrongRegex says why an expression is refused, "" if it isn't.
func wrongRegex(expr string) string {
	if len(expr) > maxRegex {
		return OwnTooLong
	}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return OwnBadRegex
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return OwnBadRegex
	}
	if len(program.Inst) > maxProgram {
		return OwnTooLong
	}
	re, err := compileRegex(expr)
	if err != nil || expr != "" && re.MatchString("") {
		return OwnBadRegex
	}
	return ""
}

func compileRegex(expr string) (*regexp.Regexp, error) { return regexp.Compile("(?m)" + expr) }

// tried holds a pattern to its examples.
func (p *OwnPattern) tried() *OwnError {
	found := false
	s := newOwnState(newOwnRules([]OwnPattern{*p}), func([]ownHit) { found = true })
	finds := func(text string) bool {
		found = false
		s.scan([]byte(text), 0, len(text), 0)
		return found
	}
	for i, text := range p.Must {
		if !finds(text) {
			return &OwnError{Reason: OwnMustNotFound, Field: "must", Item: i}
		}
	}
	for i, text := range p.MustNot {
		if finds(text) {
			return &OwnError{Reason: OwnMustNot, Field: "must_not", Item: i}
		}
	}
	return nil
}

// ownRules are own patterns, ready to look for. They don't change.
type ownRules struct {
	patterns []ownRule
	phrases  []phrase       // sorted by text, each text once
	first    [256][2]int    // which phrases begin with a byte
	filter   [1 << 13]uint8 // a bit for the hash of the first four bytes of each phrase's first word
	near     bool           // some pattern has words near which it looks
}

// ownRule is one pattern.
type ownRule struct {
	name   string
	near   bool // it wants a word near
	person bool
	regex  *regexp.Regexp // nil for none
}

// phrase is a word or several, folded, that some patterns look for, and what
// stands before its first letter or digit.
type phrase struct {
	text, lead string
	uses       []use
}

// use says what a phrase is to a pattern.
type use struct {
	pattern int
	near    bool // a word near which to look, else a literal
}

// newOwnRules makes rules of those patterns that are as they have to be; nil if
// there are none.
func newOwnRules(list []OwnPattern) *ownRules {
	r := &ownRules{}
	for i := range list[:min(len(list), maxOwn)] {
		p := &list[i]
		if p.wrong() != nil {
			continue
		}
		o := ownRule{name: p.Name, near: len(p.Near) > 0, person: p.Person}
		if p.Regex != "" {
			re, err := compileRegex(p.Regex)
			if err != nil {
				continue
			}
			o.regex = re
		}
		n := len(r.patterns)
		r.patterns, r.near = append(r.patterns, o), r.near || o.near
		for _, w := range p.Near {
			r.add(w, use{n, true})
		}
		for _, w := range p.Literals {
			r.add(w, use{n, false})
		}
	}
	if len(r.patterns) == 0 {
		return nil
	}
	r.index()
	return r
}

func (r *ownRules) add(text string, u use) {
	p := foldPhrase(text)
	p.uses = []use{u}
	r.phrases = append(r.phrases, p)
}

// index sorts the phrases, joins the same ones, and makes the ways to them.
func (r *ownRules) index() {
	slices.SortStableFunc(r.phrases, func(a, b phrase) int {
		if c := strings.Compare(a.text, b.text); c != 0 {
			return c
		}
		return strings.Compare(a.lead, b.lead)
	})
	kept := r.phrases[:0]
	for _, p := range r.phrases {
		if n := len(kept); n > 0 && kept[n-1].text == p.text && kept[n-1].lead == p.lead {
			if !slices.Contains(kept[n-1].uses, p.uses[0]) {
				kept[n-1].uses = append(kept[n-1].uses, p.uses[0])
			}
			continue
		}
		kept = append(kept, p)
	}
	r.phrases = kept
	for i, p := range kept {
		if span := &r.first[p.text[0]]; span[1] == 0 {
			span[0] = i
		}
		r.first[p.text[0]][1] = i + 1
		n := 0
		var key [4]byte
		for n < 4 && n < len(p.text) && isAlnum(p.text[n]) {
			key[n] = p.text[n]
			n++
		}
		h := filterHash(uint32(key[0]) | uint32(key[1])<<8 | uint32(key[2])<<16 | uint32(key[3])<<24)
		r.filter[h>>3] |= 1 << (h & 7)
	}
}

// filterHash is 16 bits of four bytes.
func filterHash(x uint32) uint32 { return x * 0x9E3779B1 >> 16 }

// ownDigest names what patterns find; it is empty where there are none.
func ownDigest(list []OwnPattern) string {
	if len(list) == 0 {
		return ""
	}
	plain := slices.Clone(list)
	for i := range plain {
		plain[i].Must, plain[i].MustNot = nil, nil
	}
	raw, err := json.Marshal(plain)
	if err != nil { // there is nothing in it that can't be written
		return "/own"
	}
	sum := sha256.Sum256(raw)
	return "/own/" + string(sum[:])
}

// headed returns the patterns one of whose words stands in a header, as bits.
func (r *ownRules) headed(name []byte) uint64 {
	if !r.near || len(name) > maxHeader || !utf8.Valid(name) {
		return 0
	}
	var bits uint64
	for _, text := range [][]byte{[]byte(strings.Join(headerWords(string(name)), " ")), name} {
		for i := range text {
			if i > 0 && wordBefore(text, i) && text[i-1] != '_' {
				continue
			}
			r.walk(text, i, func(u use, _ int) {
				if u.near {
					bits |= 1 << u.pattern
				}
			})
		}
	}
	return bits
}
