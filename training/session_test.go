package training_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/training"
	"custode/training/question"
)

// reread writes a progress and reads it back.
func reread(t *testing.T, p *training.Progress) *training.Progress {
	t.Helper()
	raw, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := training.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// give answers the next question.
func give(t *testing.T, s *training.Session, passed bool, day int) training.Asked {
	t.Helper()
	a, more := s.Next()
	if !more {
		t.Fatal("nothing is asked")
	}
	answer := training.Answer{}
	if passed {
		answer = right(a.Question)
	}
	r, err := s.Give(a.Question.ID, answer, after(day))
	if err != nil || r.Passed != passed {
		t.Fatalf("%s: %+v %v", a.Question.ID, r, err)
	}
	return a
}

func TestSession(t *testing.T) {
	b := training.NewBank(makeFiles(4), nil, sixty)
	p := &training.Progress{}
	s := training.Begin(p, b, nil, monday, 5)
	if s.Resumed || s.Done() || len(s.Questions) != 3 {
		t.Fatalf("%+v", s)
	}
	first := give(t, s, true, 0)
	if first.Number != 1 || first.Of != 3 {
		t.Errorf("question %d of %d", first.Number, first.Of)
	}
	before, _ := p.Encode()
	for id, want := range map[string]error{first.Question.ID: training.ErrGiven, "topic3-9": training.ErrNotAsked, "": training.ErrNotAsked} {
		if _, err := s.Give(id, training.Answer{}, monday); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", id, err, want)
		}
	}
	if now, _ := p.Encode(); string(now) != string(before) {
		t.Errorf("a refused answer changed something:\n%s\n%s", before, now)
	}

	next, _ := s.Next() // left, and taken up again three days later, with another seed
	p = reread(t, p)
	s = training.Begin(p, b, nil, after(3), 99)
	again, _ := s.Next()
	if diff := cmp.Diff(next, again); diff != "" || !s.Resumed || again.Number != 2 || again.Of != 3 {
		t.Errorf("taken up at %d of %d: %s", again.Number, again.Of, diff)
	}
	give(t, s, false, 3)
	if p.Finished != 0 || p.Sitting == nil {
		t.Error("finished too early")
	}
	give(t, s, true, 3)
	if _, more := s.Next(); more || !s.Done() || p.Finished != today+3 || p.Sitting != nil || s.Right() != 2 {
		t.Errorf("not finished: %+v, right %d", p, s.Right())
	}
	if _, err := s.Give(first.Question.ID, training.Answer{}, after(3)); !errors.Is(err, training.ErrGiven) {
		t.Errorf("after the end: %v", err)
	}
	boxes := map[int]int{}
	for _, it := range p.Items {
		boxes[it.Box]++
	}
	if len(p.Items) != 3 || boxes[1] != 1 || boxes[2] != 2 {
		t.Errorf("%+v", p.Items)
	}
}

// left is a sitting of which one question was answered on the first day.
func left(t *testing.T, b *training.Bank) (*training.Progress, training.Asked) {
	t.Helper()
	p := &training.Progress{}
	first := give(t, training.Begin(p, b, nil, monday, 5), true, 0)
	return reread(t, p), first
}

// How old a sitting may be to be taken up.
func TestResumeAge(t *testing.T) {
	b := training.NewBank(makeFiles(4), nil, sixty)
	for day, want := range map[int]bool{0: true, 7: true, 8: false, 100: false, -3000: true} {
		p, first := left(t, b)
		s := training.Begin(p, b, nil, after(day), 99)
		if s.Resumed != want {
			t.Errorf("after %d days: taken up %v", day, s.Resumed)
		}
		if !want && (s.Seed != 99 || len(s.Given) != 0 || p.Finished != 0) {
			t.Errorf("after %d days: %+v", day, s.Sitting)
		}
		if it, known := p.Items[first.Question.ID]; !known && day < 97 || known && it.Box != 2 {
			t.Errorf("after %d days: the answer does not count: %+v", day, it)
		}
	}
}

// A sitting that was begun while the clock stood in the future ages from when that was noticed.
func TestResumeFuture(t *testing.T) {
	b := training.NewBank(makeFiles(4), nil, sixty)
	p := &training.Progress{}
	training.Begin(p, b, nil, after(900), 5)
	for _, c := range []struct {
		day  int
		want bool
	}{{0, true}, {7, true}, {8, false}} {
		if s := training.Begin(p, b, nil, after(c.day), 9); s.Resumed != c.want {
			t.Errorf("day %d: taken up %v", c.day, s.Resumed)
		}
	}
}

// To begin forgets what is to be forgotten.
func TestBeginForgets(t *testing.T) {
	p := &training.Progress{Items: map[string]training.Item{"a": item(1, 200), "gone": {Box: 5, Seen: today - 100, Gone: today - 90}}}
	s := training.Begin(p, bankOf(plain("a"), plain("b")), nil, monday, 1)
	if len(p.Items) != 0 || len(s.Questions) != 2 {
		t.Errorf("%+v %v", p.Items, s.Questions)
	}
}

// The bank changed while a sitting was left.
func TestResumeChanged(t *testing.T) {
	files := makeFiles(4)
	b := training.NewBank(files, nil, sixty)
	p, first := left(t, b)
	rest := slices.DeleteFunc(slices.Clone(p.Sitting.Questions), func(id string) bool { return id == first.Question.ID })
	without := func(ids ...string) *training.Bank {
		var out []*question.File
		for _, f := range makeFiles(4) {
			f.Questions = slices.DeleteFunc(f.Questions, func(q question.Question) bool { return slices.Contains(ids, q.ID) })
			out = append(out, f)
		}
		return training.NewBank(out, nil, sixty)
	}
	t.Run("one is gone", func(t *testing.T) {
		p := reread(t, p)
		s := training.Begin(p, without(rest[0]), nil, after(1), 9)
		a, _ := s.Next()
		if !s.Resumed || a.Question.ID != rest[1] || a.Number != 2 || a.Of != 2 {
			t.Errorf("%s, %d of %d", a.Question.ID, a.Number, a.Of)
		}
		give(t, s, true, 1)
		if !s.Done() || p.Finished != today+1 {
			t.Errorf("%+v", p)
		}
	})
	t.Run("the answered one is gone", func(t *testing.T) {
		p := reread(t, p)
		s := training.Begin(p, without(first.Question.ID), nil, after(1), 9)
		if a, _ := s.Next(); !s.Resumed || a.Question.ID != rest[0] || a.Number != 2 || a.Of != 3 {
			t.Errorf("%s, %d of %d", a.Question.ID, a.Number, a.Of)
		}
	})
	t.Run("all that is left is gone", func(t *testing.T) {
		p := reread(t, p)
		s := training.Begin(p, without(rest...), nil, after(1), 9)
		if s.Resumed || len(s.Given) != 0 || len(s.Questions) == 0 || p.Finished != today {
			t.Errorf("%+v, finished %d", s.Sitting, p.Finished)
		}
	})
	t.Run("all are gone", func(t *testing.T) {
		p := reread(t, p)
		s := training.Begin(p, bankOf(), nil, after(1), 9)
		if _, more := s.Next(); more || !s.Done() || p.Sitting != nil || len(p.Items) != 1 {
			t.Errorf("%+v %+v", s.Sitting, p)
		}
	})
	t.Run("an option is gone", func(t *testing.T) {
		p := reread(t, p)
		changed := makeFiles(4)
		for _, f := range changed {
			for i := range f.Questions {
				if q := &f.Questions[i]; len(q.Options) > 0 {
					q.Options = q.Options[:len(q.Options)-1]
				} else if q.Scene != nil {
					q.Scene.Parts = q.Scene.Parts[:len(q.Scene.Parts)-1]
				}
			}
		}
		s := training.Begin(p, training.NewBank(changed, nil, sixty), nil, after(1), 9)
		for a, more := s.Next(); more; a, more = s.Next() {
			if want := training.Arranged(a.Question); len(a.Shown) != len(want) {
				t.Errorf("shown %v of %v", a.Shown, want)
			}
			give(t, s, true, 1)
		}
	})
}

// Random histories: a learner answers, is late, the clock jumps, the bank loses questions and
// gets them back, an incident happens. Killed after any answer, and begun again from what was
// written, all goes on as if nothing had been: to the byte.
func TestHistories(t *testing.T) {
	for seed := range uint64(30) {
		kept, killed := live(t, seed, 0), live(t, seed, 1)
		if kept != killed {
			t.Fatalf("seed %d:\n%s\n%s", seed, kept, killed)
		}
		if other := live(t, seed, 3); kept != other {
			t.Fatalf("seed %d, killed now and then:\n%s\n%s", seed, kept, other)
		}
	}
}

// live is one random history. The process is killed after every so many answers; 0: never.
func live(t *testing.T, seed uint64, kill int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 77))
	banks := []*training.Bank{training.NewBank(makeFiles(5), nil, seconds(1)), training.NewBank(makeFiles(4), nil, seconds(1)), training.NewBank(makeFiles(3), makeFiles(5)[3:], seconds(1))}
	p, day, answers := &training.Progress{}, 0, 0
	var log strings.Builder
	for range 25 {
		switch r.IntN(12) {
		case 0:
			day -= r.IntN(400)
		case 1:
			day += r.IntN(400)
		default:
			day += r.IntN(10)
		}
		b := banks[max(0, r.IntN(6)-3)]
		boosts := []training.Boost{{Plan: fmt.Sprintf("plan%d", r.IntN(5)), Since: after(day - r.IntN(30))}}
		due, at := p.Due(b, boosts, after(day))
		fmt.Fprintln(&log, day, due, at)
		known := len(p.Items)
		s := training.Begin(p, b, boosts, after(day), r.Uint64())
		if len(p.Items) > known {
			t.Fatalf("seed %d: to begin made something known", seed)
		}
		for a, more := s.Next(); more; a, more = s.Next() {
			if r.IntN(10) == 0 {
				break // left
			}
			answer := right(a.Question)
			if r.IntN(4) == 0 {
				answer = training.Answer{}
			}
			res, err := s.Give(a.Question.ID, answer, after(day))
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			it := p.Items[a.Question.ID]
			if it.Seen != training.DayOf(after(day)) || !res.Passed && it.Box != 1 {
				t.Fatalf("seed %d: %+v %+v", seed, it, res)
			}
			fmt.Fprintln(&log, a.Question.ID, a.Shown, a.Number, a.Of, res.Score)
			if answers++; kill > 0 && answers%kill == 0 {
				p = reread(t, p)
				if p.Sitting != nil {
					if s = training.Begin(p, b, nil, after(day), 0); !s.Resumed {
						t.Fatalf("seed %d: begun anew", seed)
					}
				}
			}
		}
	}
	raw, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return log.String() + string(raw)
}
