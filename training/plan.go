package training

import (
	"cmp"
	"slices"
	"time"

	"custode/training/question"
)

// Bank is what can be asked, in its order. A Bank is for one language: how long a question
// takes depends on it.
type Bank struct {
	questions []question.Question
	own       int // how many of them, at the end, are the shop's own
	place     map[string]int
	topics    []string
	seconds   func(*question.Question) int
}

// NewBank puts together the built-in questions and the shop's own. Seconds says how long a
// question takes to read and answer (see Takes). Of two with the same id the first one counts.
func NewBank(built, own []*question.File, seconds func(*question.Question) int) *Bank {
	b := &Bank{place: map[string]int{}, seconds: seconds}
	add := func(files []*question.File) {
		for _, f := range files {
			for _, q := range f.Questions {
				if _, twice := b.place[q.ID]; twice {
					continue
				}
				b.place[q.ID] = len(b.questions)
				b.questions = append(b.questions, q)
				if !slices.Contains(b.topics, q.Topic) {
					b.topics = append(b.topics, q.Topic)
				}
			}
		}
	}
	add(built)
	n := len(b.questions)
	add(own)
	b.own = len(b.questions) - n
	return b
}

// Question gives a question by its id, nil if the bank has none.
func (b *Bank) Question(id string) *question.Question {
	i, ok := b.place[id]
	if !ok {
		return nil
	}
	return &b.questions[i]
}

// Topics lists the topics in the order of the bank.
func (b *Bank) Topics() []string { return slices.Clone(b.topics) }

// About reports whether there are questions that go with a plan.
func (b *Bank) About(plan string) bool {
	return slices.ContainsFunc(b.questions, func(q question.Question) bool { return slices.Contains(q.Plans, plan) })
}

// takes is how many seconds a question takes.
func (b *Bank) takes(q *question.Question) int { return max(1, b.seconds(q)) }

// What a sitting may cost, and when.
const (
	week        = 7   // days between two sittings
	sittingMax  = 8   // questions
	sittingTime = 180 // seconds, as estimated
	// ahead is how long before its last day a question goes before all others at the latest. Who
	// comes every week does not come on the same day of the week: of two weeks one sitting is sure.
	ahead = 2 * week
	// sure is how many seconds of a sitting are filled for sure: questions do not fill it up.
	sure = 150
	// rotation is how many seconds of questions a learner can have in the boxes: what is asked
	// every 120 days at the latest, one sitting a week. A quarter of it is left free for what
	// went wrong: in six simulated years without it, a mistake came again after 31 days on
	// average and not after 15; with those who do more than is asked after 50 and not after 5.
	rotation = (maxWait - ahead) / week * sittingTime * 3 / 4
	// misses is how many questions that do not fit are looked at before it is enough.
	misses = 24
)

// Boost is an incident or an exercise: the questions that go with its plan come up.
type Boost struct {
	Plan  string
	Since time.Time
}

// fresh gives the boosts that still count, for 90 days, as the latest day of each plan.
func fresh(boosts []Boost, today Day) map[string]Day {
	out := map[string]Day{}
	for _, b := range boosts {
		day := min(DayOf(b.Since), today) // the clock may have been set back
		if today-day < keepDays {
			out[b.Plan] = max(out[b.Plan], day)
		}
	}
	return out
}

// pick is one question that could be asked. Fewer is earlier: first by rank, then by the keys.
type pick struct {
	q    *question.Question
	rank int
	keys [2]int
	luck uint64
}

func byRank(x, y pick) int {
	return cmp.Or(cmp.Compare(x.rank, y.rank), slices.Compare(x.keys[:], y.keys[:]), cmp.Compare(x.luck, y.luck), cmp.Compare(x.q.ID, y.q.ID))
}

// The ranks of picks. The shop's own new questions are rankNew + 1, the rest by level after.
const (
	rankLast = iota
	rankBoost
	rankDue
	rankNew
)

// Choose gives the questions of a sitting, as ids, in the order in which they are asked: at
// most eight, and no more than fit into three minutes, but at least one if there is any.
// Short and regular is what works (Lain et al. 2024; Ho et al. 2025: more than half leave a
// long page within ten seconds). Who comes first:
//
//  1. what would otherwise pass its 120 days, because not all of it would fit into the sittings
//     that are left until then: what was seen longest ago first;
//  2. what goes with an incident or an exercise since it was last answered;
//  3. what is due, oldest first;
//  4. what is new: the essentials, then the shop's own, then by level, the topics in turn; as
//     long as there is room for it in the weeks to come. The first of the essentials comes
//     before what is due: else who is often wrong would take more than a year to see them all.
//
// What does not fit into the time left is passed over; but no new question goes before one of
// an earlier kind. Then they are mixed so that no topic follows itself, where that can be.
// If nothing is wanted, what was seen longest ago is asked.
//
// So who comes every week never has a question wait longer than 120 days, also after days with
// many sittings. After weeks away it can be some days longer; what waited longest comes first.
func Choose(p *Progress, b *Bank, boosts []Boost, now time.Time, seed uint64) []string {
	today := DayOf(now)
	p.settle(today)
	wanted, idle := p.picks(b, boosts, today, seed)
	slices.SortFunc(wanted, byRank)
	s := filling{bank: b, free: sittingTime, room: rotation - p.inBoxes(b)}
	for _, c := range essentialEarly(wanted) {
		if !s.take(c) {
			break
		}
	}
	if len(s.taken) == 0 && idle != nil {
		s.taken = append(s.taken, idle)
	}
	return mix(s.taken)
}

// picks gives what is wanted, unsorted, and what was seen longest ago, nil if nothing was.
func (p *Progress) picks(b *Bank, boosts []Boost, today Day, seed uint64) (wanted []pick, idle *question.Question) {
	live, last := fresh(boosts, today), p.pressing(b, today, seed)
	turn := map[turnOf]int{}
	for i := range b.questions { // how often it was each topic's turn
		if q := &b.questions[i]; p.known(q.ID) {
			turn[turnOf{b.newRank(i), q.Topic}]++
		}
	}
	var oldest Day
	for i := range b.questions {
		q := &b.questions[i]
		it, known := p.Items[q.ID]
		seen := Day(0)
		if known {
			seen = p.past(it.Seen, today)
			if idle == nil || seen < oldest {
				idle, oldest = q, seen
			}
		}
		boosted := false
		for _, plan := range q.Plans {
			day, hot := live[plan]
			boosted = boosted || hot && seen < day
		}
		c := pick{q: q, luck: newDice(seed, q.ID).src.Uint64()}
		switch {
		case last[q.ID]:
			c.rank, c.keys[0] = rankLast, int(seen)
		case boosted:
			c.rank, c.keys[0] = rankBoost, int(seen)
		case known && p.due(it, today) <= today:
			c.rank, c.keys[0] = rankDue, int(p.due(it, today))
		case known:
			continue
		default:
			at := turnOf{b.newRank(i), q.Topic}
			c.rank, c.keys[0] = at.rank, turn[at]
			c.luck = newDice(seed, q.Topic).src.Uint64()
			turn[at]++
		}
		wanted = append(wanted, c)
	}
	return wanted, idle
}

// pressing gives the questions that must be asked now: as many of those that were seen longest
// ago as are needed so that every other still fits into the weekly sittings before its last day.
func (p *Progress) pressing(b *Bank, today Day, seed uint64) map[string]bool {
	var known []pick
	for id, it := range p.Items {
		if q := b.Question(id); q != nil {
			known = append(known, pick{q: q, keys: [2]int{int(p.past(it.Seen, today))}, luck: newDice(seed, id).src.Uint64()})
		}
	}
	slices.SortFunc(known, byRank)
	load, need := 0, 0
	for _, c := range known {
		load += b.takes(c.q)
		left := Day(c.keys[0]) + maxWait - today // days
		sittings := max(0, (left-ahead+week-1)/week)
		if need = max(need, load-int(sittings)*sure); need >= sittingTime {
			break
		}
	}
	out := map[string]bool{}
	for _, c := range known {
		if need <= 0 {
			break
		}
		out[c.q.ID] = true
		need -= b.takes(c.q)
	}
	return out
}

// essentialEarly moves the first new essential question before what is due.
func essentialEarly(sorted []pick) []pick {
	first := slices.IndexFunc(sorted, func(c pick) bool { return c.rank == rankNew })
	due := slices.IndexFunc(sorted, func(c pick) bool { return c.rank == rankDue })
	if first < 0 || due < 0 {
		return sorted
	}
	c := sorted[first]
	return slices.Insert(slices.Delete(sorted, first, first+1), due, c)
}

// turnOf is a kind of new questions, and a topic.
type turnOf struct {
	rank  int
	topic string
}

// newRank is the rank of a question when it is new.
func (b *Bank) newRank(i int) int {
	switch q := &b.questions[i]; {
	case q.Essential:
		return rankNew
	case i >= len(b.questions)-b.own:
		return rankNew + 1
	default:
		return rankNew + 1 + max(1, q.Level)
	}
}

func (p *Progress) known(id string) bool {
	_, ok := p.Items[id]
	return ok
}

// inBoxes is how many seconds all questions take that a learner has seen.
func (p *Progress) inBoxes(b *Bank) (sum int) {
	for id := range p.Items {
		if q := b.Question(id); q != nil && sum < rotation {
			sum += b.takes(q)
		}
	}
	return sum
}

// filling is a sitting that is being filled.
type filling struct {
	bank   *Bank
	taken  []*question.Question
	free   int // seconds
	room   int // seconds of new questions for which there is room in the weeks to come
	missed int // how many did not fit
	waits  int // the rank of a new question that did not fit
}

// take puts a question in if it fits, and reports whether to go on.
func (f *filling) take(c pick) bool {
	if c.rank >= rankNew && (f.room <= 0 || f.waits != 0 && c.rank > f.waits) {
		return true
	}
	t := f.bank.takes(c.q)
	if len(f.taken) > 0 && t > f.free {
		if c.rank >= rankNew {
			f.waits = c.rank
		}
		f.missed++
		return f.missed < misses
	}
	f.taken = append(f.taken, c.q)
	f.free -= t
	if c.rank >= rankNew {
		f.room -= t
	}
	return len(f.taken) < sittingMax && f.free > 0
}

// mix orders questions so that as few topics as can be follow themselves. Otherwise the order
// stays: topic by topic is learnt less well than mixed.
func mix(list []*question.Question) []string {
	var out []string
	left := map[string]int{}
	for _, q := range list {
		left[q.Topic]++
	}
	last := ""
	for list = slices.Clone(list); len(list) > 0; {
		free := func(q *question.Question) bool { return len(out) == 0 || q.Topic != last }
		// What must be now, or it follows itself later, goes before the next in order.
		next := slices.IndexFunc(list, func(q *question.Question) bool { return free(q) && 2*left[q.Topic] > len(list) })
		if next < 0 {
			next = max(0, slices.IndexFunc(list, free))
		}
		q := list[next]
		list = slices.Delete(list, next, next+1)
		left[q.Topic]--
		last = q.Topic
		out = append(out, q.ID)
	}
	return out
}
