package bank

import (
	"math"
	"strings"
	"unicode/utf8"

	"custode/training/question"
)

// chiLimit is the limit of chi squared at p = 0.01, by degrees of freedom.
var chiLimit = []float64{0, 6.635, 9.210, 11.345, 13.277, 15.086}

// whole judges the bank.
func (l *linter) whole(files []*question.File) {
	var all []question.Question
	seen := map[string]bool{}
	for _, f := range files {
		if seen[f.Topic] {
			l.fault("topic-twice", "%s", f.Topic)
		}
		seen[f.Topic] = true
		all = append(all, f.Questions...)
	}
	l.between("topics", len(seen), topics, topics)
	if len(all) < leastQuestions {
		l.fault("few", "%d, at least %d", len(all), leastQuestions)
	}
	l.mix(all, 6)
	for t, want := range map[question.Type]int{question.Single: 40, question.Multiple: 20, question.TrueFalse: 10, question.Spot: 20, question.Order: 10} {
		if got := 100 * len(ofType(all, t)) / max(1, len(all)); got < want-6 || got > want+6 {
			l.fault("types", "%s: %d %%, wanted about %d %%", t, got, want)
		}
	}
	l.shareBetween("genuine", ofType(all, question.Spot), func(q question.Question) bool { return q.Scene.Genuine }, 35, 45)
	l.shareBetween("statements", ofType(all, question.TrueFalse), func(q question.Question) bool { return q.Statement }, 30, 70)
	for _, t := range []question.Type{question.Single, question.Multiple} {
		counts, chi := Places(ofType(all, t))
		if limit := chiLimit[min(max(len(counts), 1), len(chiLimit))-1]; chi > limit {
			l.fault("places", "%s: %v: chi squared %.1f, at most %.1f", t, counts, chi, limit)
		}
	}
	for _, lang := range []string{"en", "it"} {
		single := ofType(all, question.Single)
		if got := share(single, func(q question.Question) bool { return Longest(&q, lang) }); got > mostLongest {
			l.fault("longest", "%s: in %d %%, at most %d %%", lang, got, mostLongest)
		}
		if got := share(single, func(q question.Question) bool { return shortest(&q, lang) }); got > mostLongest {
			l.fault("shortest", "%s: in %d %%, at most %d %%", lang, got, mostLongest)
		}
	}
}

func (l *linter) shareBetween(code string, all []question.Question, holds func(question.Question) bool, least, most int) {
	if got := share(all, holds); got < least || got > most {
		l.fault(code, "%d %%, wanted %d to %d %%", got, least, most)
	}
}

// Longest reports whether the right option of a single question is longer than every other.
func Longest(q *question.Question, lang string) bool {
	right, _, most := lengths(q, lang)
	return right > most
}

func shortest(q *question.Question, lang string) bool {
	right, least, _ := lengths(q, lang)
	return right < least
}

// lengths gives how long the right option is, and the shortest and the longest wrong one.
func lengths(q *question.Question, lang string) (right, least, most int) {
	least = math.MaxInt
	for _, o := range q.Options {
		n := utf8.RuneCountInString(strings.TrimSpace(o.Text.In(lang)))
		if o.Right {
			right = n
		} else {
			least, most = min(least, n), max(most, n)
		}
	}
	return right, least, most
}

// Places counts in which place right options stand, and how far that is from chance (chi
// squared; there is one degree of freedom less than there are places).
func Places(all []question.Question) (counts []int, chi float64) {
	var want []float64
	for _, q := range all {
		right := 0
		for i, o := range q.Options {
			if i >= len(counts) {
				counts, want = append(counts, 0), append(want, 0)
			}
			if o.Right {
				right++
				counts[i]++
			}
		}
		for i := range q.Options {
			want[i] += float64(right) / float64(len(q.Options))
		}
	}
	for i, n := range counts {
		if want[i] > 0 {
			chi += (float64(n) - want[i]) * (float64(n) - want[i]) / want[i]
		}
	}
	return counts, chi
}

// share gives how many of a hundred hold something, rounded.
func share(all []question.Question, holds func(question.Question) bool) int {
	n := 0
	for _, q := range all {
		if holds(q) {
			n++
		}
	}
	return int(math.Round(100 * float64(n) / float64(max(1, len(all)))))
}

func ofType(all []question.Question, t question.Type) []question.Question {
	var out []question.Question
	for _, q := range all {
		if q.Type == t {
			out = append(out, q)
		}
	}
	return out
}
