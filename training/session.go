package training

import (
	"errors"
	"slices"
	"time"

	"custode/training/question"
)

// What can be wrong with an answer.
var (
	ErrGiven    = errors.New("training: this question was answered already")
	ErrNotAsked = errors.New("training: this question is not of this sitting")
)

// sittingDays is how old a sitting that was left may be to be taken up again.
const sittingDays = 7

// Sitting is what is kept of the questions of one week while they are being answered.
type Sitting struct {
	Seed      uint64   `json:"seed"`
	Begun     Day      `json:"begun"`
	Questions []string `json:"questions"`
	Given     []Given  `json:"given,omitempty"`
}

// Given is one question of a sitting that was answered.
type Given struct {
	Question string `json:"question"`
	Passed   bool   `json:"passed,omitempty"`
}

// tidy drops what cannot be in a sitting.
func (s *Sitting) tidy() {
	s.Begun, s.Questions = max(0, s.Begun), once(s.Questions)
	var given []Given
	for _, g := range s.Given {
		if slices.Contains(s.Questions, g.Question) && !slices.ContainsFunc(given, func(o Given) bool { return o.Question == g.Question }) {
			given = append(given, g)
		}
	}
	s.Given = given
}

// given reports whether a question was answered.
func (s *Sitting) given(id string) bool {
	return slices.ContainsFunc(s.Given, func(g Given) bool { return g.Question == id })
}

// Session is a sitting that is under way. Progress is up to date after every Give: whoever
// writes it then can be killed at any moment.
type Session struct {
	*Sitting
	// Resumed says that it was left and is now taken up again.
	Resumed bool

	p *Progress
	b *Bank
}

// Asked is the next question of a sitting.
type Asked struct {
	Question   *question.Question
	Shown      []string // the order in which its options or steps are shown
	Number, Of int      // from 1
}

// Begin takes up the sitting that was left, if it is at most seven days old and there is
// something left in it; else it begins a new one. What was answered in the old one counts.
// Questions that are no longer in the bank are left out. It forgets what is to be forgotten.
// With an empty bank, the session is done at once.
func Begin(p *Progress, b *Bank, boosts []Boost, now time.Time, seed uint64) *Session {
	today := DayOf(now)
	p.Forget(b, now)
	if s := p.Sitting; s != nil {
		answered := len(s.Given)
		s.Questions = slices.DeleteFunc(s.Questions, func(id string) bool { return b.Question(id) == nil && !s.given(id) })
		if today-p.past(s.Begun, today) <= sittingDays && len(s.Questions) > answered {
			return &Session{Sitting: s, Resumed: true, p: p, b: b}
		}
		if len(s.Questions) == answered && answered > 0 { // the bank took away the rest
			p.Finished = p.past(s.Begun, today)
		}
	}
	p.Sitting = &Sitting{Seed: seed, Begun: today, Questions: Choose(p, b, boosts, now, seed)}
	s := &Session{Sitting: p.Sitting, p: p, b: b}
	if len(s.Questions) == 0 {
		p.Sitting = nil
	}
	return s
}

// Next gives the next question, and false when all were answered.
func (s *Session) Next() (Asked, bool) {
	for _, id := range s.Questions {
		if !s.given(id) {
			q := s.b.Question(id)
			return Asked{q, Arrange(q, s.Seed), len(s.Given) + 1, len(s.Questions)}, true
		}
	}
	return Asked{}, false
}

// Give takes an answer: it grades it and moves the question to its box. The last answer ends
// the sitting. It fails with ErrGiven and ErrNotAsked, and then changes nothing.
func (s *Session) Give(id string, a Answer, now time.Time) (Result, error) {
	switch {
	case !slices.Contains(s.Questions, id):
		return Result{}, ErrNotAsked
	case s.given(id):
		return Result{}, ErrGiven
	}
	today := DayOf(now)
	s.p.settle(today)
	r := Grade(s.b.Question(id), a)
	s.p.answered(id, r.Passed, today)
	s.Given = append(s.Given, Given{id, r.Passed})
	if s.Done() {
		s.p.Finished, s.p.Sitting = today, nil
	}
	return r, nil
}

// Done reports whether all questions were answered.
func (s *Session) Done() bool { return len(s.Given) >= len(s.Questions) }

// Right is how many answers were right.
func (s *Session) Right() (n int) {
	for _, g := range s.Given {
		if g.Passed {
			n++
		}
	}
	return n
}
