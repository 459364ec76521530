package training_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"custode/training"

	"custode/training/question"
)

// coins gives these tosses, and fails after them.
func coins(tosses ...bool) func() (bool, error) {
	return func() (bool, error) {
		if len(tosses) == 0 {
			return false, errors.New("no coin")
		}
		c := tosses[0]
		tosses = tosses[1:]
		return c, nil
	}
}

// Whatever is counted, it is at most three times as likely after a right answer as after a
// wrong one, and the other way round: over all tosses that there are.
func TestNoisyGuarantee(t *testing.T) {
	count := map[[2]bool]int{} // of four: was right, is counted
	for _, passed := range []bool{true, false} {
		for _, first := range []bool{true, false} {
			for _, second := range []bool{true, false} {
				counted, err := training.Noisy(passed, coins(first, second))
				if err != nil {
					t.Fatal(err)
				}
				count[[2]bool{passed, counted}]++
			}
		}
	}
	for _, counted := range []bool{true, false} {
		right, wrong := count[[2]bool{true, counted}], count[[2]bool{false, counted}]
		if right == 0 || wrong == 0 || right > 3*wrong || wrong > 3*right {
			t.Errorf("counted %v: %d of 4 after right, %d of 4 after wrong", counted, right, wrong)
		}
	}
	if count[[2]bool{true, true}] != 3 || count[[2]bool{false, true}] != 1 {
		t.Errorf("%v: the estimate would be wrong", count)
	}
	for _, c := range []func() (bool, error){coins(), coins(true), coins(false)} {
		if counted, err := training.Noisy(true, c); err == nil || counted {
			t.Error("without a coin something was counted")
		}
	}
}

// The estimate is right on average, and its interval holds the truth nine times in ten.
func TestEstimate(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	coin := func() (bool, error) { return r.IntN(2) == 0, nil }
	for _, truth := range []float64{0, 0.3, 0.6, 0.85, 1} {
		for _, asked := range []int{30, 120} {
			const rounds = 3000
			sum, held := 0.0, 0
			for range rounds {
				counted, passed := 0, 0
				for range asked {
					is := r.Float64() < truth
					if is {
						passed++
					}
					if c, _ := training.Noisy(is, coin); c {
						counted++
					}
				}
				share, low, high := training.Estimate(asked, counted)
				sum += share
				if low <= truth && truth <= high {
					held++
				}
				if low > high || low < 0 || high > 1 {
					t.Fatalf("%d of %d: %f to %f", counted, asked, low, high)
				}
			}
			mean, cover := sum/rounds, float64(held)/rounds
			t.Logf("truth %.2f, %3d answers: mean %.3f, in the interval %.1f %%", truth, asked, mean, 100*cover)
			if math.Abs(mean-truth) > 0.015 {
				t.Errorf("truth %.2f, %d answers: on average %.3f", truth, asked, mean)
			}
			if cover < 0.90 {
				t.Errorf("truth %.2f, %d answers: in the interval %.1f %%", truth, asked, 100*cover)
			}
		}
	}
}

func TestStrengthOf(t *testing.T) {
	for _, c := range []struct {
		asked, counted int
		want           training.Strength
	}{
		{0, 0, training.Unknown},
		{5, 5, training.Unknown},
		{19, 19, training.Unknown},
		{-1, 0, training.Unknown},
		{3, 4, training.Unknown},
		{30, 23, training.Strong},
		{30, 20, training.Unknown},
		{30, 7, training.Weak},
		{30, 15, training.Unknown},
		{400, 280, training.Strong},
		{400, 235, training.Mixed},
		{400, 200, training.Weak},
		{400, 400, training.Strong},
	} {
		if got := training.StrengthOf(c.asked, c.counted); got != c.want {
			share, low, high := training.Estimate(c.asked, c.counted)
			t.Errorf("%d of %d: %s, want %s (%.2f, %.2f to %.2f)", c.counted, c.asked, got, c.want, share, low, high)
		}
	}
}

// A weak team is hardly ever called strong, and a strong one hardly ever weak.
func TestStrengthHonest(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	coin := func() (bool, error) { return r.IntN(2) == 0, nil }
	for _, c := range []struct {
		truth float64
		never training.Strength
	}{{0.55, training.Strong}, {0.80, training.Weak}} {
		for _, asked := range []int{30, 60, 200} {
			bad := 0
			for range 2000 {
				counted := 0
				for range asked {
					if is, _ := training.Noisy(r.Float64() < c.truth, coin); is {
						counted++
					}
				}
				if training.StrengthOf(asked, counted) == c.never {
					bad++
				}
			}
			if bad > 100 { // 5 %
				t.Errorf("truth %.2f, %d answers: called %s %d times in 2000", c.truth, asked, c.never, bad)
			}
		}
	}
}

// What the team's tally takes of a learner: how the last answer in each topic was.
func TestLatest(t *testing.T) {
	file := func(topic string, ids ...string) *question.File {
		f := &question.File{Topic: topic}
		for _, id := range ids {
			f.Questions = append(f.Questions, question.Question{ID: id, Topic: topic})
		}
		return f
	}
	b := training.NewBank([]*question.File{file("a", "a1", "a2", "a3"), file("b", "b1", "b2"), file("c", "c1")}, nil, func(*question.Question) int { return 1 })
	p := &training.Progress{Items: map[string]training.Item{
		"a1": {Box: 1, Seen: 10}, "a2": {Box: 2, Seen: 11}, // wrong, then right
		"b1": {Box: 2, Seen: 12}, "b2": {Box: 1, Seen: 12}, // both on one day
		"gone": {Box: 1, Seen: 99},
	}}
	got := p.Latest(b)
	if len(got) != 2 || !got["a"] || got["b"] {
		t.Errorf("%v", got)
	}
	if got := b.Topics(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("%v", got)
	}
}
