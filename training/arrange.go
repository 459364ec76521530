package training

import (
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
	"slices"

	"custode/training/question"
)

// Arrange gives the order in which a question's options or steps are shown, as ids. It is the
// same for the same seed and question, on every machine: a sitting that is taken up again
// shows what it showed. An order question is never shown as it should be; true comes before
// false, and the parts of a scene stand as they were written.
func Arrange(q *question.Question, seed uint64) []string {
	ids := Arranged(q)
	switch q.Type {
	case question.Single, question.Multiple:
		newDice(seed, q.ID).shuffle(ids)
	case question.Order:
		right := slices.Clone(ids)
		for d := newDice(seed, q.ID); len(ids) > 1; {
			if d.shuffle(ids); !slices.Equal(ids, right) {
				break
			}
		}
	case question.TrueFalse, question.Spot:
	}
	return ids
}

// Arranged gives a question's options, steps or parts as they were written. Steps are written
// in their right order.
func Arranged(q *question.Question) []string {
	var ids []string
	switch q.Type {
	case question.Single, question.Multiple:
		for _, o := range q.Options {
			ids = append(ids, o.ID)
		}
	case question.TrueFalse:
		return []string{True, False}
	case question.Order:
		for _, s := range q.Steps {
			ids = append(ids, s.ID)
		}
	case question.Spot:
		if q.Scene == nil {
			return nil
		}
		for _, p := range q.Scene.Parts {
			ids = append(ids, p.ID)
		}
	}
	return once(ids)
}

// dice is chance from a seed. Only the source is the standard library's (PCG-DXSM, whose
// numbers are fixed by its definition); what is made of them is here, so that no other version
// of Go shuffles in another way.
type dice struct{ src *rand.PCG }

// newDice gives the dice of a seed and a name: the same seed throws otherwise for another name.
func newDice(seed uint64, name string) dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return dice{rand.NewPCG(seed, h.Sum64())}
}

// below throws a number from 0 to n-1, each as likely as any other: Lemire's multiplication,
// with what would favour some numbers thrown again.
func (d dice) below(n uint64) uint64 {
	hi, lo := bits.Mul64(d.src.Uint64(), n)
	for least := -n % n; lo < least; {
		hi, lo = bits.Mul64(d.src.Uint64(), n)
	}
	return hi
}

// shuffle mixes a list (Fisher and Yates).
func (d dice) shuffle(list []string) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.below(uint64(i) + 1)
		list[i], list[j] = list[j], list[i]
	}
}
