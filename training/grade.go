package training

import (
	"slices"

	"custode/training/question"
)

// Grade says what an answer is worth, in integers from 0 to 100, rounded half up. What is
// chosen twice counts once; what the question does not have counts as wrong.
//
//   - single, multiple: 100 * (hits - wrong) / right, never below 0;
//   - true-false: 100 or 0;
//   - order: 100 * the pairs of steps that stand the right way round / all pairs. A step that
//     was not placed, and one that is not the question's, is the wrong way round with all others;
//   - spot: a wrong verdict, or none, is 0. The right one is 100 where the scene is genuine; on
//     a fraud it is 50, and the marked clues give the other 50: 50 * F1, the harmonic mean of
//     the share of the marks that are clues and the share of the clues that were marked.
//
// So all that is right is 100, nothing at all is 0, one more right choice never lowers the
// score, and one more wrong choice never raises it.
func Grade(q *question.Question, a Answer) Result {
	var r Result
	switch chosen := once(a.Chosen); q.Type {
	case question.Single, question.Multiple:
		var right, all []string
		for _, o := range q.Options {
			all = append(all, o.ID)
			if o.Right {
				right = append(right, o.ID)
			}
		}
		r.sort(chosen, right, all)
		r.Score = percent(len(r.Hits)-len(r.Wrong), len(right))
	case question.TrueFalse:
		if a.Verdict == True && q.Statement || a.Verdict == False && !q.Statement {
			r.Score = 100
		}
	case question.Order:
		r.order(chosen, Arranged(q))
	case question.Spot:
		if q.Scene != nil {
			r.spot(q.Scene, chosen, a.Verdict)
		}
	}
	r.Passed = r.Score >= PassMark
	return r
}

// sort puts what was chosen to the hits and the wrong ones, in the order of the question, and
// after them what is not the question's.
func (r *Result) sort(chosen, right, all []string) {
	for _, id := range all {
		switch is, was := slices.Contains(right, id), slices.Contains(chosen, id); {
		case is && was:
			r.Hits = append(r.Hits, id)
		case is:
			r.Missed = append(r.Missed, id)
		case was:
			r.Wrong = append(r.Wrong, id)
		}
	}
	for _, id := range chosen {
		if !slices.Contains(all, id) {
			r.Wrong = append(r.Wrong, id)
		}
	}
}

// order grades steps that were put in order.
func (r *Result) order(chosen, right []string) {
	foreign, pairs := 0, 0
	for i, id := range chosen {
		place := slices.Index(right, id)
		if place == i {
			r.Hits = append(r.Hits, id)
		} else {
			r.Wrong = append(r.Wrong, id)
		}
		if place < 0 {
			foreign++
			continue
		}
		for _, before := range chosen[:i] {
			if p := slices.Index(right, before); p >= 0 && p < place {
				pairs++
			}
		}
	}
	for _, id := range right {
		if !slices.Contains(chosen, id) {
			r.Missed = append(r.Missed, id)
		}
	}
	n := len(right) + foreign
	if n == 1 && len(r.Hits) == 1 { // one step has no pair
		r.Score = 100
		return
	}
	r.Score = percent(pairs, n*(n-1)/2)
}

// spot grades a verdict on a scene and the marked clues.
func (r *Result) spot(s *question.Scene, chosen []string, verdict string) {
	var all []string
	for _, p := range s.Parts {
		all = append(all, p.ID)
	}
	clues := s.Clues() // of a genuine scene: none
	r.sort(chosen, clues, all)
	switch {
	case s.Genuine && verdict == Genuine:
		r.Score = 100
	case s.Genuine || verdict != Fraud:
	case len(clues) == 0 && len(chosen) == 0: // nothing to mark, nothing marked
		r.Score = 100
	default: // F1 is 2 * hits / (marked + clues)
		r.Score = 50 + percent(len(r.Hits), len(chosen)+len(clues))
	}
}

// percent is 100 * part / whole, rounded half up, and 0 where there is nothing.
func percent(part, whole int) int {
	if part <= 0 || whole <= 0 {
		return 0
	}
	return (200*part + whole) / (2 * whole)
}

// once gives a list without what it has a second time.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
