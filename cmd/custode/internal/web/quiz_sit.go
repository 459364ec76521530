package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// quizView is the page of who sits down.
type quizView struct {
	QuizNow

	Late    bool // an answer came to a question that was answered before
	Wrong   string
	Chosen  []int // of what was given and does not do
	Verdict int
}

// Ticked reports whether a choice, counted from 0, was given.
func (v quizView) Ticked(i int) bool { return slices.Contains(v.Chosen, i+1) }

// Placed is the place that a step, counted from 0, was given; "": none.
func (v quizView) Placed(i int) string {
	if i < len(v.Chosen) && v.Chosen[i] > 0 {
		return strconv.Itoa(v.Chosen[i])
	}
	return ""
}

// sitting does something for who sits at a quiz.
func (v *visit) sitting(do func(QuizSeat) error) error { return v.sittingAt(quizBench, do) }

// sittingAt does something for who sits here. Who was away for long types the PIN again.
func (v *visit) sittingAt(b bench, do func(QuizSeat) error) error {
	seat, there := v.seated(b)
	if !there {
		return v.away(b)
	}
	v.r = v.r.WithContext(context.WithoutCancel(v.ctx())) // a second click ends the first; its answer counts
	err := do(seat)
	if errors.Is(err, ErrLeft) {
		return v.away(b)
	}
	if err != nil && !errors.Is(err, ErrAnswered) { // what is kept is read anew when the PIN was typed
		v.leave(b)
	}
	return v.nobody(err)
}

// away asks anew who sits down, and gives back what was typed.
func (v *visit) away(b bench) error {
	if kept := byHand(v.r.URL.Path, v.written()); len(kept) > 0 {
		return v.benchPage(b, http.StatusForbidden, benchView{Away: true, Typed: kept})
	}
	return v.see(b.path() + "?away=1")
}

func showQuiz(v *visit) error {
	return v.sitting(func(s QuizSeat) error { return v.quizPage(s, http.StatusOK, quizView{Late: v.field("late") != ""}) })
}

func (v *visit) quizPage(s QuizSeat, status int, view quizView) error {
	now, err := v.office.QuizNow(v.ctx(), s)
	if err != nil {
		return err
	}
	view.QuizNow = now
	return v.page("quiz_sit", status, view)
}

func beginQuiz(v *visit) error {
	return v.sitting(func(s QuizSeat) error {
		if err := v.office.QuizBegin(v.ctx(), s); err != nil {
			return err
		}
		return v.see(quizBench.sits())
	})
}

// answerQuiz takes the answer to the question that is asked, once. A form of another question, from
// the back button or a second click, does nothing.
func answerQuiz(v *visit) error {
	return v.sitting(func(s QuizSeat) error {
		now, err := v.office.QuizNow(v.ctx(), s)
		if err != nil {
			return err
		}
		number, _ := strconv.Atoi(v.field("number"))
		switch {
		case now.Told != nil && now.Told.Number == number: // a second click
			return v.see(quizBench.sits())
		case now.Asked == nil || now.Asked.Number != number || now.Asked.ID != v.field("question"):
			return v.see("/quiz/sit?late=1")
		}
		a, view, good := v.answer(now.Asked)
		if !good {
			view.QuizNow = now
			return v.page("quiz_sit", http.StatusUnprocessableEntity, view)
		}
		if err := v.office.QuizGive(v.ctx(), s, a); errors.Is(err, ErrAnswered) {
			return v.see(quizBench.sits())
		} else if err != nil {
			return err
		}
		return v.see(quizBench.sits())
	})
}

// answer reads the form of a question. If it is not good, the view says what is wrong and what was given.
func (v *visit) answer(q *QuizAsked) (a QuizAnswer, view quizView, good bool) {
	a.Number, a.ID = q.Number, q.ID
	n := len(q.Choices)
	for i := range n {
		if q.Type == "order" {
			place, _ := strconv.Atoi(v.field("place" + strconv.Itoa(i+1)))
			view.Chosen = append(view.Chosen, place)
		} else if slices.Contains(v.r.PostForm["choice"], strconv.Itoa(i+1)) {
			view.Chosen = append(view.Chosen, i+1)
		}
	}
	a.Chosen = view.Chosen
	w := v.words
	switch q.Type {
	case "order":
		a.Chosen = make([]int, n)
		for step, place := range view.Chosen {
			if place < 1 || place > n || a.Chosen[place-1] != 0 {
				view.Wrong = w.T("web.quiz.wrong.order", w.Int(int64(n)))
				break
			}
			a.Chosen[place-1] = step + 1
		}
	case "multiple":
		if len(a.Chosen) == 0 {
			view.Wrong = w.T("web.quiz.wrong.several")
		}
	case "spot":
		a.Verdict, _ = strconv.Atoi(v.field("verdict"))
		if view.Verdict = a.Verdict; a.Verdict < 1 || a.Verdict > len(q.Verdicts) {
			view.Wrong = w.T("web.quiz.wrong.verdict")
		}
	default:
		if len(a.Chosen) != 1 {
			view.Wrong = w.T("web.quiz.wrong.single")
		}
	}
	return a, view, view.Wrong == ""
}

// readQuiz goes on after what an answer was worth. The form says after which, so that a second click
// skips nothing.
func readQuiz(v *visit) error {
	return v.sitting(func(s QuizSeat) error {
		number, _ := strconv.Atoi(v.field("number"))
		v.office.QuizRead(s, number)
		return v.see(quizBench.sits())
	})
}

func leaveQuiz(v *visit) error {
	v.leave(quizBench)
	return v.see("/quiz")
}
