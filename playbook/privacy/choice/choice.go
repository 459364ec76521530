// Package choice keeps what customers said about being written to: per purpose
// and channel, as events that are only ever added, and it lets through of a
// mailing list only the rows whose people have a yes that counts today.
//
// A contact is held nowhere: an [ID] is its keyed hash, and without the key
// nobody can try a list of addresses against the events.
//
// What [Fold] makes of the events of one contact, purpose and channel:
//
//	must                                       must not
//	the later At wins                          the order of import counts
//	at the same instant the stricter wins      a yes wins a tie with anything
//	a no for "all" covers each                 a yes for "all" exists
//	a no counts at once, dated ahead or not    a yes or an expiry counts before its day
//	an expiry ends a yes                       an expiry lifts a no
//	a consent after a no lifts it              soft spam lifts a no, however late
//	soft spam as the shop's country has it     another country's soft spam
//	no event: never asked                      absence is a yes
//	a no without a date counts for good        a yes that breaks a rule counts
//	Italy: e-mail, with a sale                 by SMS, phone, post, profile, or with a quote
//	UK: e-mail and SMS, a sale or a quote      by phone, post, profile
//	a list is no part of a choice              a no on one list leaves the others
package choice

import (
	"errors"
	"strings"
	"time"
)

// Purpose is what a contact would be used for, as the shop calls it: "offers".
type Purpose string

// Channel is the way a contact is used.
type Channel string

// The channels. Personalised is no way of its own but the choice of being
// profiled for offers, which is asked for separately.
const (
	Email        Channel = "email"
	SMS          Channel = "sms"
	Phone        Channel = "phone"
	Post         Channel = "post"
	Personalised Channel = "personalised"
)

// All in a no stands for every purpose or every channel. A yes is always for one.
const (
	AllPurposes Purpose = "all"
	AllChannels Channel = "all"
)

// What happened.
type What string

// From a yes to the strictest no, which is the order at the same instant.
const (
	Given     What = "given"
	Expired   What = "expired"
	Refused   What = "refused"
	Withdrawn What = "withdrawn"
	Objected  What = "objected"
)

// strictness orders what happened at the same instant. What it does not know
// is the strictest.
func (w What) strictness() int {
	for i, known := range [...]What{Given, Expired, Refused, Withdrawn, Objected} {
		if w == known {
			return i
		}
	}
	return 5
}

// How a choice came in.
type How string

// The ways.
const (
	Paper  How = "paper" // a form; Form holds its number
	Till   How = "till"
	QRCard How = "qr"
	Reply  How = "reply" // an answer by e-mail or SMS: who really sent it is not proven
	Call   How = "call"  // said on the telephone
	Import How = "import"
)

func (h How) known() bool {
	switch h {
	case Paper, Till, QRCard, Reply, Call, Import:
		return true
	}
	return false
}

// Event is one thing that a customer said, or the end of what was said.
type Event struct {
	Contact ID
	Purpose Purpose
	Channel Channel
	What    What
	At      time.Time
	How     How
	Form    string   // the number of the paper form, or of the row that was imported
	Wording [32]byte // SHA-256 of the text that was shown
	Basis   Basis    // of a yes
	Sale    string   // the receipt or order behind soft spam, or a quote: see Quote
	By      string   // who entered it
}

// Why an event is not taken. None of these says whose event it is.
var (
	ErrContact   = errors.New("no contact")
	ErrPurpose   = errors.New("no purpose, or a yes for all purposes")
	ErrChannel   = errors.New("an unknown channel, or a yes for all channels")
	ErrWhat      = errors.New("an unknown kind of choice")
	ErrAt        = errors.New("no date")
	ErrHow       = errors.New("it is not said how the choice came in")
	ErrWording   = errors.New("a consent without the text that was shown")
	ErrBasis     = errors.New("a yes without a basis that counts for this channel")
	ErrSale      = errors.New("soft spam without a sale, or with a quote where that is too little")
	ErrLaw       = errors.New("a basis that the law of the shop's country does not know")
	ErrBy        = errors.New("it is not said who entered it")
	ErrReference = errors.New("a reference that may hold a contact")
)

// Check says why an event must not be added, nil when it may.
func (e Event) Check() error {
	switch {
	case e.Contact == ID{}:
		return ErrContact
	case !purposeOK(e.Purpose):
		return ErrPurpose
	case !channelOK(e.Channel):
		return ErrChannel
	case e.What.strictness() > Objected.strictness():
		return ErrWhat
	case e.At.IsZero() && (e.What == Given || e.How != Import): // a list may not say when a no was said
		return ErrAt
	case !e.How.known(), e.How == Paper && e.Form == "":
		return ErrHow
	case e.By == "":
		return ErrBy
	case !referenceOK(e.Form), !referenceOK(e.Sale), !referenceOK(e.By):
		return ErrReference
	case e.What == Given:
		return e.checkYes()
	}
	return nil
}

// checkYes is what only a yes has to hold.
func (e Event) checkYes() error {
	switch {
	case e.Purpose == AllPurposes:
		return ErrPurpose
	case e.Channel == AllChannels:
		return ErrChannel
	case e.Basis == Consent && e.Wording == [32]byte{}:
		return ErrWording
	case e.Basis == Consent:
		return nil
	}
	law, ok := LawOf(e.Basis)
	if !ok {
		return ErrBasis
	}
	return law.check(e)
}

func channelOK(c Channel) bool {
	switch c {
	case Email, SMS, Phone, Post, Personalised, AllChannels:
		return true
	}
	return false
}

// purposeOK takes short identifiers: letters, digits and hyphens.
func purposeOK(p Purpose) bool {
	for _, r := range p {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return p != "" && len(p) <= 40
}

// referenceOK keeps addresses out of the free fields of an event.
func referenceOK(s string) bool { return len(s) <= 80 && !strings.ContainsAny(s, "@\r\n\x00") }
