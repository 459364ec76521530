package training

import "time"

// masterDays is how far apart two right answers are at least that show mastery.
const masterDays = 7

// Mastered reports whether a question is mastered: it was right on two days that are at least
// seven apart, and the last answer was right. A guess is rarely right twice, and what is known
// on one day only was not learnt.
func (p *Progress) Mastered(id string, now time.Time) bool {
	today := DayOf(now)
	it, known := p.Items[id]
	return known && it.Box > 1 && it.First != 0 && p.past(it.Seen, today)-p.past(it.First, today) >= masterDays
}

// Mastery is how far a learner is in one topic. It is for the learner's eyes only.
type Mastery struct {
	Topic     string
	Questions int // that the bank has
	Seen      int
	Mastered  int
	Percent   int // the share that is mastered, each question weighing as much as its level
}

// Latest says of each topic whether the last answer in it was right; of several on that day, all.
// A topic without an answer is not in it.
func (p *Progress) Latest(b *Bank) map[string]bool {
	right, last := map[string]bool{}, map[string]Day{}
	for id, it := range p.Items {
		q := b.Question(id)
		if q == nil || it.Seen < last[q.Topic] {
			continue
		}
		passed := it.Box > 1 // a wrong answer leads to the first
		if before, known := right[q.Topic]; known && it.Seen == last[q.Topic] {
			passed = passed && before
		}
		right[q.Topic], last[q.Topic] = passed, it.Seen
	}
	return right
}

// Mastery gives the topics in the order of the bank.
func (p *Progress) Mastery(b *Bank, now time.Time) []Mastery {
	out := make([]Mastery, len(b.topics))
	at := map[string]int{}
	for i, t := range b.topics {
		at[t], out[i].Topic = i, t
	}
	all, mastered := make([]int, len(out)), make([]int, len(out))
	for i := range b.questions {
		q := &b.questions[i]
		t := at[q.Topic]
		m, weight := &out[t], max(1, q.Level)
		m.Questions++
		all[t] += weight
		if p.known(q.ID) {
			m.Seen++
		}
		if p.Mastered(q.ID, now) {
			m.Mastered++
			mastered[t] += weight
		}
	}
	for i := range out {
		out[i].Percent = percent(mastered[i], all[i])
	}
	return out
}
