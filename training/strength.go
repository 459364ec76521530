package training

import "math"

// Noisy is what a team's tally counts of one answer: two fair coins are tossed (randomised
// response, Warner 1965). Heads: the truth. Tails: what the second coin says. A right answer
// is so counted three times in four, a wrong one once in four; whatever was counted, the odds
// that the answer was right change by a factor of three at most, so nobody can say of anybody
// how they answered, not even who looks before and after. Both coins are always tossed.
func Noisy(passed bool, coin func() (bool, error)) (bool, error) {
	first, err := coin()
	if err != nil {
		return false, err
	}
	second, err := coin()
	if err != nil {
		return false, err
	}
	if first {
		return passed, nil
	}
	return second, nil
}

// interval is the half width of a 90 % interval in standard errors.
const interval = 1.6448536269514722

// Estimate gives the share of right answers behind a tally of Noisy: 2 * counted/asked - 1/2,
// which is right on average. With few answers it can be below 0 or above 1. Low and high are
// a 90 % interval, from 0 to 1: Wilson's for what was counted, and half an answer wider on
// each side, so that it holds the truth in at least nine cases of ten and not only on average.
func Estimate(asked, counted int) (share, low, high float64) {
	if asked <= 0 || counted < 0 || counted > asked {
		return 0, 0, 1
	}
	// Each product is rounded by itself: some machines would else join it with a sum.
	n, z2 := float64(asked), float64(interval*interval)
	c := float64(counted) / n
	mid := (c + float64(z2/(2*n))) / (1 + float64(z2/n))
	half := float64(interval*math.Sqrt(float64(c*(1-c)/n)+float64(z2/(4*n*n))))/(1+float64(z2/n)) + 1/(2*n)
	bound := func(x float64) float64 { return min(max(0, float64(2*x)-0.5), 1) }
	return float64(2*c) - 0.5, bound(mid - half), bound(mid + half)
}

// Strength is a word for how strong a team is in a topic.
type Strength string

// The words.
const (
	Strong  Strength = "strong"
	Mixed   Strength = "mixed"
	Weak    Strength = "weak"
	Unknown Strength = "unknown" // too few answers to say
)

// Where a team begins to be strong, and to be weak, and how many answers say nothing yet.
const (
	few        = 20
	strongFrom = 0.75
	weakBelow  = 0.60
)

// StrengthOf gives the word for a tally, coarse on purpose; fewer than 20 answers have none. Strong: at least 75 % and, by the
// interval, surely not weak. Weak: below 60 % and surely not strong. Mixed: between, and surely
// neither below 45 % nor above 90 %. Else nothing can be said.
func StrengthOf(asked, counted int) Strength {
	share, low, high := Estimate(asked, counted)
	switch {
	case asked < few:
		return Unknown
	case share >= strongFrom && low >= weakBelow:
		return Strong
	case share < weakBelow && high < strongFrom:
		return Weak
	case share >= weakBelow && share < strongFrom && low >= 0.45 && high <= 0.90:
		return Mixed
	}
	return Unknown
}
