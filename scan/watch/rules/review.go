package rules

import (
	"cmp"
	"slices"
	"time"
)

// MostSentences is how many sentences a person is asked to confirm.
const MostSentences = 20

// Sentence is what a person is asked about: what one user does with one
// program, in one folder or in several.
type Sentence struct {
	User    string
	Program string
	Folders []string
	Verbs   Verb
	From    int // hours of the day: from the full hour
	To      int // to the full hour, excluded; From == To is around the clock
	Most    int // files read in ten minutes, at most
	Last    time.Time
	Said    Answer
}

// Review puts the habits into at most [MostSentences] sentences, those that
// read or write the most first, what nobody spoke of before what was answered.
// left is how many habits no sentence tells of.
func (p *Profile) Review() (list []Sentence, left int) {
	type group struct{ user, program string }
	by := map[group]*Sentence{}
	hours := map[group]*[24]bool{}
	for _, h := range p.Habits() {
		g := group{h.User, h.Program}
		s := by[g]
		if s == nil {
			s = &Sentence{User: h.User, Program: h.Program, Said: h.Said}
			by[g], hours[g] = s, &[24]bool{}
		}
		s.Folders = append(s.Folders, h.Folder)
		s.Verbs |= h.Verbs
		s.Most = max(s.Most, h.Most)
		if h.Last.After(s.Last) {
			s.Last = h.Last
		}
		if h.Said != s.Said {
			s.Said = Unsaid
		}
		for i, on := range h.Hours.OfDay() {
			hours[g][i] = hours[g][i] || on
		}
	}
	for g, s := range by {
		s.From, s.To = around(*hours[g])
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Sentence) int {
		return cmp.Or(cmp.Compare(len(a.Said), len(b.Said)), cmp.Compare(b.Most, a.Most), cmp.Compare(b.Verbs&Writes, a.Verbs&Writes),
			cmp.Compare(a.User, b.User), cmp.Compare(a.Program, b.Program))
	})
	for _, s := range list[min(len(list), MostSentences):] {
		left += len(s.Folders)
	}
	return list[:min(len(list), MostSentences)], left
}

// around is the shortest span of the day that has all the hours.
func around(hours [24]bool) (from, to int) {
	best := 24
	for start := range 24 {
		if !hours[start] {
			continue
		}
		last := 0
		for i := range 24 {
			if hours[(start+i)%24] {
				last = i
			}
		}
		if last+1 < best {
			best, from, to = last+1, start, (start+last+1)%24
		}
	}
	if best == 24 {
		return 0, 0
	}
	return from, to
}
