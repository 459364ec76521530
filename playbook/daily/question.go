package daily

import (
	"slices"
	"time"
)

// Question is something that no program can see, or not on every computer: the owner answers it,
// until a day. Its sentences are question.ID.ask, and question.ID.VALUE for each value.
type Question struct {
	ID     string  // of the item that it is about
	Values []Value // nil: a place, as a path
	Fresh  int     // days for which a good answer is green; then it is amber
	Days   int     // days for which an answer holds at most; then the question is open again
	Spare  bool    // it counts only where custode could not look itself
}

// Value is one answer, and what it counts.
type Value struct {
	ID     string
	Counts Status
}

// Place is the question where the copies of the data lie. Its answer is a path, which is then measured.
const Place = "backup.place"

// Questions lists them in the order in which they are asked: what weighs most first.
func Questions() []Question {
	three := []Value{{"yes", OK}, {"partly", Attention}, {"no", Act}}
	two := []Value{{"yes", OK}, {"no", Act}}
	return []Question{
		{ID: "access.mfa", Values: three, Fresh: 180, Days: 365},
		{ID: Place, Fresh: 365, Days: 365},
		{ID: "backup.isolated", Values: []Value{{"apart", OK}, {"network", Attention}, {"same", Act}}, Fresh: 180, Days: 365},
		{ID: "backup.restore", Values: []Value{{"yes", OK}, {"no", Act}}, Fresh: 90, Days: 180, Spare: true},
		{ID: "access.leavers", Values: []Value{{"yes", OK}, {"nobody", OK}, {"partly", Attention}, {"no", Act}}, Fresh: 90, Days: 180},
		{ID: "access.shared", Values: three, Fresh: 180, Days: 365},
		{ID: "people.report", Values: three, Fresh: 90, Days: 180},
		{ID: "response.roles", Values: three, Fresh: 180, Days: 365},
		{ID: "supplier.list", Values: []Value{{"yes", OK}, {"none", OK}, {"partly", Attention}, {"no", Act}}, Fresh: 180, Days: 365},
		{ID: "insurer.known", Values: []Value{{"yes", OK}, {"none", Attention}, {"no", Act}}, Fresh: 365, Days: 365},
		{ID: "host.disk", Values: two, Fresh: 180, Days: 365, Spare: true},
		{ID: "host.updates", Values: two, Fresh: 14, Days: 30, Spare: true},
		{ID: "host.firewall", Values: two, Fresh: 90, Days: 180, Spare: true},
		{ID: "host.malware", Values: two, Fresh: 14, Days: 30, Spare: true},
		{ID: "host.lock", Values: two, Fresh: 180, Days: 365, Spare: true},
		{ID: "host.admin", Values: two, Fresh: 180, Days: 365, Spare: true},
		{ID: "host.autorun", Values: two, Fresh: 180, Days: 365, Spare: true},
	}
}

// FindQuestion gives the question of an ID.
func FindQuestion(id string) (Question, bool) {
	all := Questions()
	i := slices.IndexFunc(all, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return Question{}, false
	}
	return all[i], true
}

// value gives what an answer counts; false: it is none of this question's.
func (q Question) value(id string) (Status, bool) {
	i := slices.IndexFunc(q.Values, func(v Value) bool { return v.ID == id })
	if i < 0 {
		return Unknown, false
	}
	return q.Values[i].Counts, true
}

// Reply is what somebody answered.
type Reply struct {
	Value string
	Made  time.Time
	Until time.Time // the end of the last day on which it holds
	By    string
}

// Holds reports whether an answer to a question counts now: it is one of its values, was not given in the
// future, and has not ended, nor been given an end later than the question allows.
func (q Question) Holds(a Reply, now time.Time) bool {
	_, ok := q.value(a.Value)
	ok = ok || q.Values == nil && a.Value != ""
	end := a.Made.AddDate(0, 0, q.Days+1)
	return ok && !a.Made.After(now) && !now.After(a.Until) && !now.After(end)
}

// PlaceOfCopies is where the copies of the data lie, as the owner says now; "" not said.
func (f Facts) PlaceOfCopies(now time.Time) string {
	q, _ := FindQuestion(Place)
	if a := f.Answers[Place]; q.Holds(a, now) {
		return a.Value
	}
	return ""
}

// answered judges what only the owner can say.
func answered(f Facts, now time.Time) []Item {
	var items []Item
	for _, q := range Questions() {
		if !q.Spare && q.ID != Place {
			items = append(items, q.item(f, now))
		}
	}
	return items
}

func (q Question) item(f Facts, now time.Time) Item {
	a := f.Answers[q.ID]
	if !q.Holds(a, now) {
		it := item(q.ID, Unknown, "open")
		it.Question = true
		return it.ask()
	}
	s, _ := q.value(a.Value)
	it := item(q.ID, s, a.Value)
	if s != OK {
		it = it.do("do", it.ask().Command...)
	}
	return it.said(q, a, now)
}

// ask sets what to do to the question.
func (it Item) ask() Item {
	it.Do, it.Command = Phrase{Key: "question.do"}, []string{"custode", "check", "answer", it.ID}
	return it
}

// said dates an item by an answer. A good one is amber when it has become old.
func (it Item) said(q Question, a Reply, now time.Time) Item {
	it = it.from(Declared, a.Made, Phrase{Key: "evidence.said", Args: []any{a.By, Phrase{Key: "evidence.until", Args: []any{a.Until}}}})
	if it.Status == OK && now.Sub(a.Made) > days(q.Fresh) {
		it = it.turn(Attention).ask()
		it.Aged = true
	}
	return it
}

// spare lets the owner answer what custode could not look at. What it measured stands, whatever
// was said.
func (it Item) spare(f Facts, now time.Time) Item {
	q, there := FindQuestion(it.ID)
	if !there || !q.Spare || it.Status != Unknown {
		return it
	}
	a := f.Answers[q.ID]
	s, known := q.value(a.Value)
	if !known || !q.Holds(a, now) {
		it.Question = true
		return it.ask()
	}
	it = it.turn(s)
	it.Title = Phrase{Key: "question." + it.ID + "." + a.Value}
	if s != OK {
		it.Do = Phrase{Key: "question.mend"}
		it.Command = it.ask().Command
	} else {
		it.Do, it.Command = Phrase{}, nil
	}
	return it.said(q, a, now)
}
