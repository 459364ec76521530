package main

import (
	"errors"
	"slices"
	"strings"

	"custode/internal/fault"
	"custode/playbook/privacy/request"
	"custode/scan/seek"
)

// noTerm says that something cannot be looked for.
func (sh *shell) noTerm(t seek.Term) error {
	return fault.New(fault.Usage, "fault.request.term", sh.words.T("request.term."+string(t.Kind)))
}

// searchable are those of the terms that can be looked for. What a request says of who asks cannot be changed any more:
// of a name that is none, such as "Zoe ♥", the rest is looked for.
func searchable(terms []seek.Term, country string) []seek.Term {
	return slices.DeleteFunc(terms, func(t seek.Term) bool {
		_, err := seek.New([]seek.Term{t}, country)
		return errors.As(err, new(*seek.TermError))
	})
}

// termsOf gives what a person can be found by: the name, if it is more than one word, and each
// part of the contact that is an e-mail address or a telephone number.
func termsOf(who request.Who) (terms []seek.Term) {
	if len(strings.Fields(who.Name)) > 1 {
		terms = append(terms, seek.Term{Kind: seek.Name, Text: who.Name})
	}
	for part := range strings.FieldsFuncSeq(who.Contact, func(r rune) bool { return strings.ContainsRune(",;/", r) }) {
		for word := range strings.FieldsSeq(part) {
			if strings.Contains(word, "@") {
				terms = append(terms, seek.Term{Kind: seek.Email, Text: strings.Trim(word, "<>()")})
			}
		}
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, part)
		if strings.Trim(part, "+0123456789 .-()") == "" && len(digits) > 5 {
			terms = append(terms, seek.Term{Kind: seek.Phone, Text: strings.TrimSpace(part)})
		}
	}
	return terms
}
