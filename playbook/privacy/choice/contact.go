package choice

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"custode/internal/secret"
)

// Kind tells e-mail addresses from phone numbers.
type Kind string

// The kinds.
const (
	MailKind  Kind = "email"
	PhoneKind Kind = "phone"
)

// Contact is one address or number in its normal form, two spellings of one
// being equal in it. It prints as [secret]; its way out is [Key.ID].
type Contact struct {
	kind Kind
	text secret.Bytes
}

// Kind is what it is.
func (c Contact) Kind() Kind { return c.kind }

// Why a text is no contact. None of these holds the text.
var (
	ErrKind      = errors.New("an unknown kind of contact")
	ErrCountry   = errors.New("an unknown country")
	ErrEmpty     = errors.New("nothing is written")
	ErrTooLong   = errors.New("too long for a contact")
	ErrInvisible = errors.New("it holds characters that cannot be seen, or broken ones")
	ErrName      = errors.New("the name before the address cannot be told from an address")
	ErrLocal     = errors.New("what stands before the @ is no mailbox")
	ErrDomain    = errors.New("what stands after the @ is no domain")
	ErrPhone     = errors.New("no phone number")
)

// maxContact bounds what is looked at, the name before an address included.
const maxContact = 1000

// Normal brings a text to the form in which contacts are compared. The country
// (two letters) is that of the shop and counts for phone numbers.
//
// E-mail: without the name around it, in NFC and lower case on both sides of
// the @, quotes only where they are needed, the domain in ASCII. Dots and
// "+tag" stay: they are other addresses. Phone: E.164, without extension.
func Normal(kind Kind, text, country string) (Contact, error) {
	if len(text) > maxContact {
		return Contact{}, ErrTooLong
	}
	if !utf8.ValidString(text) {
		return Contact{}, ErrInvisible
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return Contact{}, ErrEmpty
	}
	if strings.ContainsFunc(text, invisible) {
		return Contact{}, ErrInvisible
	}
	normal, err := "", ErrKind
	switch kind {
	case MailKind:
		normal, err = mail(text)
	case PhoneKind:
		normal, err = phone(text, country)
	}
	if err != nil {
		return Contact{}, err
	}
	return Contact{kind, secret.FromString(normal)}, nil
}

// invisible are the characters that make two texts look alike: controls,
// direction marks, joiners, fillers, variation selectors, private ones.
func invisible(r rune) bool {
	if r >= ' ' && r <= '~' {
		return false
	}
	return r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// plain maps the other ways of writing what stands in a phone number.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2007", " ", "\u2009", " ", "\uff0b", "+",
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-",
	"\uff10", "0", "\uff11", "1", "\uff12", "2", "\uff13", "3", "\uff14", "4",
	"\uff15", "5", "\uff16", "6", "\uff17", "7", "\uff18", "8", "\uff19", "9")

// phone takes digits and what people put between them. Letters, which would be
// names, extensions or notes, make it unreadable: the library would skip them.
func phone(text, country string) (string, error) {
	country = strings.ToUpper(country)
	if phonenumbers.GetCountryCodeForRegion(country) == 0 {
		return "", ErrCountry
	}
	text = plain.Replace(text)
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text = text[4:]
	}
	for i, r := range text {
		first := i == 0 || strings.Trim(text[:i], " (") == ""
		if (r < '0' || r > '9') && !strings.ContainsRune(" ()-./", r) && (r != '+' || !first) {
			return "", ErrPhone
		}
	}
	number, err := phonenumbers.Parse(text, country)
	if err != nil || number.GetExtension() != "" || !phonenumbers.IsValidNumber(number) {
		return "", ErrPhone
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// Equal tells whether two are the same contact.
func (c Contact) Equal(d Contact) bool {
	return c.kind == d.kind && bytes.Equal(c.text.Reveal(), d.text.Reveal())
}
