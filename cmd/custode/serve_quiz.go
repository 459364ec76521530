package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
	"custode/training"
	"custode/training/pin"
	"custode/training/question"
	"custode/training/staff"
)

// quizSeat is somebody at a browser who has typed the PIN. What the PIN closes is opened anew for
// every request, so that a quiz that goes on elsewhere, or after the page was started anew, is never
// taken up where it was not. It is in memory only.
type quizSeat struct {
	mu   sync.Mutex
	id   int64
	key  pin.Key
	gone bool
	last *quizAnswered // that was not read about yet
	over bool          // all was answered, since this seat was taken
}

// quizAnswered is an answer that was given and counted.
type quizAnswered struct {
	asked     training.Asked
	answer    training.Answer
	result    training.Result
	right, of int // of the whole quiz, after it
}

// Leave implements [web.QuizSeat].
func (s *quizSeat) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key.Wipe()
	s.gone, s.last = true, nil
}

// QuizStaff implements [web.Quizzer].
func (o *office) QuizStaff(ctx context.Context) ([]web.Learner, error) {
	t, err := o.Team(ctx)
	return t.People, err
}

// SitDown implements [web.Quizzer].
func (o *office) SitDown(ctx context.Context, sitter web.Sitter) (web.QuizSeat, error) {
	return o.sitDown(ctx, sitter, func(d *trainer, desk *job.Desk, boosts []training.Boost) error {
		if due, _ := desk.Progress.Due(d.q.bank, boosts, o.sh.now()); !due && !d.IsDue(desk.Person, boosts) {
			return nil
		}
		_, err := desk.Begin(ctx, d.q.bank, boosts)
		return err
	})
}

// sitDown opens with the PIN what somebody has, and does something there first. Without one yet, this one is chosen,
// with a code or where the owner sits. One PIN is tried at a time: each try takes 64 MiB.
func (o *office) sitDown(ctx context.Context, sitter web.Sitter, first func(*trainer, *job.Desk, []training.Boost) error) (web.QuizSeat, error) {
	o.pins.Lock()
	defer o.pins.Unlock()
	d, err := o.quizzer(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	who, err := d.one(ctx, sitter.ID)
	if err != nil {
		return nil, err
	}
	var key pin.Key
	switch {
	case who.HasPIN:
		key, err = d.Unlock(ctx, who.ID, sitter.PIN)
	case sitter.Owner:
		key, err = d.ChoosePIN(ctx, who.ID, sitter.PIN)
	default:
		code := digitsOf(sitter.Code)
		defer code.Wipe()
		key, err = d.ChooseWithCode(ctx, who.ID, code, sitter.PIN)
	}
	if err != nil {
		return nil, o.sh.trainFault(err, who.Name)
	}
	s := &quizSeat{id: who.ID, key: key}
	err = s.at(ctx, d, func(desk *job.Desk, boosts []training.Boost) error { return first(d, desk, boosts) })
	if err != nil {
		s.Leave()
		return nil, o.sh.trainFault(err, who.Name)
	}
	return s, nil
}

// digitsOf is a code as it was made: it is shown, and may be typed, in groups.
func digitsOf(code secret.Bytes) secret.Bytes {
	var out []byte
	for _, b := range code.Reveal() {
		if b >= '0' && b <= '9' {
			out = append(out, b)
		}
	}
	return secret.New(out)
}

// at opens what the PIN of a seat closes. The caller holds the seat.
func (s *quizSeat) at(ctx context.Context, d *trainer, do func(*job.Desk, []training.Boost) error) error {
	boosts, err := d.boosts(ctx)
	if err != nil {
		return err
	}
	desk, err := d.SitDown(ctx, s.id, s.key)
	if errors.Is(err, staff.ErrGone) {
		return web.ErrNobody
	}
	if err != nil {
		return err
	}
	return do(desk, boosts)
}

// sat does something at a seat.
func (o *office) sat(ctx context.Context, seat web.QuizSeat, do func(*quizSeat, *trainer, *job.Desk, []training.Boost) error) error {
	s, ok := seat.(*quizSeat)
	if !ok {
		return web.ErrLeft
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone {
		return web.ErrLeft
	}
	d, err := o.quizzer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	err = s.at(ctx, d, func(desk *job.Desk, boosts []training.Boost) error { return do(s, d, desk, boosts) })
	return o.sh.trainFault(err, "")
}

// left gives the quiz that was begun, and false if there is none.
func (d *trainer) left(ctx context.Context, desk *job.Desk, boosts []training.Boost) (*training.Session, bool, error) {
	if desk.Progress.Sitting == nil {
		return nil, false, nil
	}
	s, err := desk.Begin(ctx, d.q.bank, boosts)
	return s, err == nil && !s.Done(), err
}

// QuizBegin implements [web.Quizzer].
func (o *office) QuizBegin(ctx context.Context, seat web.QuizSeat) error {
	return o.sat(ctx, seat, func(s *quizSeat, d *trainer, desk *job.Desk, boosts []training.Boost) error {
		s.over, s.last = false, nil
		_, err := desk.Begin(ctx, d.q.bank, boosts)
		return err
	})
}

// QuizGive implements [web.Quizzer].
func (o *office) QuizGive(ctx context.Context, seat web.QuizSeat, a web.QuizAnswer) error {
	return o.sat(ctx, seat, func(s *quizSeat, d *trainer, desk *job.Desk, boosts []training.Boost) error {
		now, there, err := d.left(ctx, desk, boosts)
		if err != nil {
			return err
		}
		if !there {
			return web.ErrAnswered
		}
		next, _ := now.Next()
		if next.Number != a.Number || next.Question.ID != a.ID {
			return web.ErrAnswered
		}
		z, err := newQuizWords(o.sh.words, d.q.topics)
		if err != nil {
			return err
		}
		given := z.given(next, a)
		r, err := desk.Give(ctx, now, d.q.bank, next.Question, given)
		if errors.Is(err, training.ErrGiven) || errors.Is(err, training.ErrNotAsked) {
			return web.ErrAnswered
		}
		if err != nil {
			return err
		}
		s.last, s.over = &quizAnswered{next, given, r, now.Right(), len(now.Questions)}, now.Done()
		return nil
	})
}

// given is an answer as the training knows it.
func (z quizWords) given(q training.Asked, a web.QuizAnswer) training.Answer {
	pick := func(items []offer, numbers []int) (out []string) {
		for _, n := range numbers {
			if n >= 1 && n <= len(items) {
				out = append(out, items[n-1].id)
			}
		}
		return out
	}
	one := func(items []offer, n int) string { return append(pick(items, []int{n}), "")[0] }
	items := z.choices(q.Question, q.Shown)
	switch q.Question.Type {
	case question.TrueFalse:
		return training.Answer{Verdict: one(items, append(slices.Clone(a.Chosen), 0)[0])}
	case question.Spot:
		verdict := one(z.verdicts(), a.Verdict)
		if verdict != training.Fraud { // what is genuine has no clues
			return training.Answer{Verdict: verdict}
		}
		return training.Answer{Verdict: verdict, Chosen: pick(items, a.Chosen)}
	case question.Single, question.Multiple, question.Order:
	}
	return training.Answer{Chosen: pick(items, a.Chosen)}
}

// QuizRead implements [web.Quizzer].
func (*office) QuizRead(seat web.QuizSeat, number int) {
	s, ok := seat.(*quizSeat)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil && s.last.asked.Number == number {
		if s.over {
			s.last.asked.Question = nil // only how the quiz went is still to be told
			return
		}
		s.last = nil
	}
}

// QuizNow implements [web.Quizzer].
func (o *office) QuizNow(ctx context.Context, seat web.QuizSeat) (v web.QuizNow, err error) {
	err = o.sat(ctx, seat, func(s *quizSeat, d *trainer, desk *job.Desk, boosts []training.Boost) error {
		v.Name = printable(desk.Person.Name)
		z, err := newQuizWords(o.sh.words, d.q.topics)
		if err != nil {
			return err
		}
		w := o.sh.words
		_, next := desk.Progress.Due(d.q.bank, nil, o.sh.now())
		switch {
		case s.last != nil && s.last.asked.Question != nil:
			v.Told = z.toldOn(s.last)
			return nil
		case s.last != nil && s.over:
			v.Over = &web.QuizOver{Right: w.T("quiz.over", w.Int(int64(s.last.right)), w.Int(int64(s.last.of))), Next: w.T("quiz.over.next", w.Date(next))}
			if s.last.right < s.last.of {
				v.Over.Again = w.T("quiz.over.again")
			}
			return nil
		}
		now, there, err := d.left(ctx, desk, boosts)
		if err != nil {
			return err
		}
		if !there {
			v.Next = w.T("quiz.not-due", w.Date(next))
			return nil
		}
		asked, _ := now.Next()
		v.Asked = z.askedOn(asked)
		return nil
	})
	return v, err
}
