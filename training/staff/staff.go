// Package staff is who learns, and for how long what is kept of them. Names are compared as
// people read them: case, accents' encoding and spaces make no other person.
package staff

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// How long things are kept. Sources: GDPR Art. 5(1)(c) and (e); the limits are this program's
// own choice within them, and the notice for the staff names them.
const (
	AnswersDays   = 90 // a learner's own answers, in days
	FinishedMonth = 24 // the dates of finished sittings, in months
	StrengthMonth = 12 // the team's tally by topic, in months
	// TeamMin is from how many people on, who finished a quiz in the last AnswersDays days,
	// there is a tally of the team at all.
	TeamMin = 5
	// TallyMin is how many answers a topic must have before its strength is shown.
	TallyMin = 30
)

// maxName is the longest name, in characters.
const maxName = 40

// What can be wrong with a name.
var (
	ErrName  = errors.New("staff: not a name")
	ErrTaken = errors.New("staff: there is somebody of that name")
	ErrGone  = errors.New("staff: nobody of that name")
	// ErrTurn says that somebody went on with the same person's quiz elsewhere.
	ErrTurn = errors.New("staff: went on elsewhere")
)

// Person is one learner as everybody may see them.
type Person struct {
	ID     int64
	Name   string
	Added  string // a day
	HasPIN bool

	CodeUntil time.Time // until when a first PIN can be chosen with a code; zero: none was given

	Next     string // the day from which on the next sitting is due; "": at once
	Last     string // the day of the last finished sitting; "": none yet
	Finished int    // sittings, of the last 24 months
}

// Name tidies a name: composed characters, single spaces. It fails with ErrName for what is
// empty, too long or has characters that cannot be seen.
func Name(s string) (string, error) {
	s = strings.Trim(strings.Join(strings.Fields(norm.NFC.String(s)), " "), joiners)
	n, letters := 0, 0
	for _, r := range s {
		n++
		switch {
		case r == unicode.ReplacementChar, r != ' ' && !unicode.IsPrint(r) && !strings.ContainsRune(joiners, r):
			return "", ErrName
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsSymbol(r):
			letters++
		}
	}
	if letters == 0 || n > maxName {
		return "", ErrName
	}
	return s, nil
}

// joiners are invisible and part of names in some scripts (Persian, Sinhala). They make no
// other person.
const joiners = "\u200c\u200d"

// Fold gives a name as it is compared.
func Fold(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(joiners, r) {
			return -1
		}
		return r
	}, name)
	return norm.NFC.String(cases.Fold().String(norm.NFKC.String(strings.Join(strings.Fields(name), " "))))
}

// Day gives the day of a moment, in its zone, as it is kept.
func Day(at time.Time) string { return at.Format(time.DateOnly) }

// Kept says from which days on things are kept: answers, dates of finished sittings, and the
// months of the tally. What is older is erased.
func Kept(now time.Time) (answers, finished, tally string) {
	return Day(now.AddDate(0, 0, -AnswersDays)), Day(now.AddDate(0, -FinishedMonth, 0)), Day(now.AddDate(0, -StrengthMonth, 0))[:len("2026-11")]
}

// Team reports whether so many learn that a tally of the team shows nobody.
func Team(people []Person, now time.Time) bool {
	from, _, _ := Kept(now)
	n := 0
	for _, p := range people {
		if p.Last >= from {
			n++
		}
	}
	return n >= TeamMin
}

// Looks are the days on which somebody looked: the last one that is sure, and the last one.
type Looks struct {
	Sure string `json:"sure"`
	Seen string `json:"seen"`
}

// gap is how many days may lie between two looks without a doubt about the clock.
const gap = 31

// Look takes a look on a day, and says as of which day things may be erased. A clock that is
// suddenly far ahead may be wrong, and what it erased would be gone: it is believed once another
// look comes on a later day. Going back is believed at once: it erases nothing.
func (l Looks) Look(today string) (Looks, string) {
	switch {
	case l.Sure == "", today < l.Seen, today <= after(l.Sure):
		return Looks{today, today}, today
	case l.Seen == l.Sure, today == l.Seen:
		return Looks{l.Sure, today}, l.Sure
	case today <= after(l.Seen):
		return Looks{today, today}, today
	}
	return Looks{l.Seen, today}, l.Seen
}

// after is the last day that follows another one without a doubt.
func after(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return Day(t.AddDate(0, 0, gap))
}
