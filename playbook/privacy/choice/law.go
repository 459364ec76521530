package choice

import (
	"slices"
	"strings"
)

// Basis is the ground of a yes. A contract is none: what a contract needs is
// not asked for and cannot be withdrawn, so it has no place among choices.
type Basis string

// The bases. Soft spam is what the law of some countries lets a shop send its
// customers without having asked, until they say no; see Laws.
const (
	Consent   Basis = "consent"
	SoftSpam  Basis = "soft-spam"   // Italy
	SoftOptIn Basis = "soft-opt-in" // United Kingdom
)

// Quote begins the Sale of an event that rests on a negotiation: "quote:17".
const Quote = "quote:"

// Law is one country's exception from asking first.
type Law struct {
	Basis     Basis
	Countries []string // of the shop, two letters
	Channels  []Channel
	Quote     bool     // negotiating a sale is enough
	Source    string   // a reference to internal/source
	Owed      []string // what the law asks besides, and no program can see: the shop answers for it
}

// What a shop answers for when it relies on an exception.
const (
	SimilarOnly  = "similar-only"  // products like the one sold, and its own
	ToldAtFirst  = "told-at-first" // told when the contact was taken, and able to say no there
	RefusalTaken = "refusal-taken" // a free and easy no in every message
)

// Laws are the exceptions that are known. Where a country has none here, only
// consent is a basis: many members of the Union have one like Italy's (Art.
// 13(2) of Directive 2002/58/EC), but nobody has read theirs for this program.
func Laws() []Law {
	owed := []string{SimilarOnly, ToldAtFirst, RefusalTaken}
	return []Law{
		// "in the context of the sale": Italian authority and courts take a sale at its word
		{Basis: SoftSpam, Countries: []string{"IT"}, Channels: []Channel{Email}, Source: "IT-CODE:130(4)", Owed: owed},
		// electronic mail there includes text messages (reg. 2(1)), "sale or negotiations for the sale"
		{Basis: SoftOptIn, Countries: []string{"GB"}, Channels: []Channel{Email, SMS}, Quote: true, Source: "UK-PECR:22(3)", Owed: owed},
	}
}

// LawOf gives the exception that a basis is, false where it is none.
func LawOf(b Basis) (Law, bool) {
	for _, l := range Laws() {
		if l.Basis == b {
			return l, true
		}
	}
	return Law{}, false
}

// LawIn gives the exception that a country has, false where it has none.
func LawIn(country string) (Law, bool) {
	for _, l := range Laws() {
		if l.in(country) {
			return l, true
		}
	}
	return Law{}, false
}

func (l Law) in(country string) bool { return slices.Contains(l.Countries, strings.ToUpper(country)) }

// check says why a yes does not rest on this exception.
func (l Law) check(e Event) error {
	sale := strings.TrimSpace(e.Sale)
	quote, negotiated := strings.CutPrefix(sale, Quote)
	switch {
	case !slices.Contains(l.Channels, e.Channel):
		return ErrBasis
	case sale == "", negotiated && (!l.Quote || strings.TrimSpace(quote) == ""):
		return ErrSale
	}
	return nil
}

// CheckIn is Check for a shop in a country, whose law has to know the basis of
// a yes. Without a country only consent is one.
func (e Event) CheckIn(country string) error {
	if err := e.Check(); err != nil || e.What != Given || e.Basis == Consent {
		return err
	}
	if law, ok := LawOf(e.Basis); !ok || !law.in(country) {
		return ErrLaw
	}
	return nil
}

// Source is a reference to the law behind a basis, "" for what is none.
func (b Basis) Source() string {
	if b == Consent {
		return "GDPR:6(1)(a)"
	}
	law, _ := LawOf(b)
	return law.Source
}
