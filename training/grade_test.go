package training_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/training"
	"custode/training/question"
)

// options makes a question with options: those that are right are in capitals.
func options(kind question.Type, ids string) *question.Question {
	q := &question.Question{ID: "q", Type: kind}
	for id := range strings.SplitSeq(ids, "") {
		q.Options = append(q.Options, question.Option{ID: id, Right: id == strings.ToUpper(id)})
	}
	return q
}

func statement(is bool) *question.Question {
	return &question.Question{ID: "q", Type: question.TrueFalse, Statement: is}
}

func steps(ids string) *question.Question {
	q := &question.Question{ID: "q", Type: question.Order}
	for id := range strings.SplitSeq(ids, "") {
		q.Steps = append(q.Steps, question.Step{ID: id})
	}
	return q
}

// scene makes a scene: parts in capitals are clues; with none it is genuine.
func scene(ids string) *question.Question {
	s := &question.Scene{Kind: question.Mail, Genuine: strings.ToLower(ids) == ids}
	for id := range strings.SplitSeq(ids, "") {
		p := question.Part{ID: id, Kind: question.Body}
		if id == strings.ToUpper(id) {
			p.Clue.EN, p.Clue.IT = "clue", "indizio"
		}
		s.Parts = append(s.Parts, p)
	}
	return &question.Question{ID: "q", Type: question.Spot, Scene: s}
}

// given makes an answer: a verdict, or none, and what was chosen.
func given(verdict, chosen string) training.Answer {
	a := training.Answer{Verdict: verdict}
	if chosen != "" {
		a.Chosen = strings.Split(chosen, "")
	}
	return a
}

func TestGrade(t *testing.T) {
	single, two, three, four := options(question.Single, "aBcd"), options(question.Multiple, "AbCd"), options(question.Multiple, "ABCde"), steps("abcd")
	fraud, genuine := scene("AbCdE"), scene("abc")
	for _, c := range []struct {
		name            string
		q               *question.Question
		verdict, chosen string
		score           int
		lists           string // hits, missed, wrong
	}{
		{"single right", single, "", "B", 100, "B||"},
		{"single twice the same", single, "", "BB", 100, "B||"},
		{"single wrong", single, "", "a", 0, "|B|a"},
		{"single nothing", single, "", "", 0, "|B|"},
		{"single two", single, "", "Bc", 0, "B||c"},
		{"single of another question", single, "", "z", 0, "|B|z"},

		{"two of two", two, "", "AC", 100, "AC||"},
		{"two, other way round", two, "", "CA", 100, "AC||"},
		{"one of two", two, "", "C", 50, "C|A|"},
		{"two of two and one wrong", two, "", "ACb", 50, "AC||b"},
		{"one of two and one wrong", two, "", "Ab", 0, "A|C|b"},
		{"all", two, "", "AbCd", 0, "AC||bd"},
		{"more wrong than right", two, "", "bdA", 0, "A|C|bd"},
		{"doubles", two, "", "AAbbCC", 50, "AC||b"},
		{"one of another question", two, "", "ACz", 50, "AC||z"},
		{"one of three", three, "", "A", 33, "A|BC|"},
		{"two of three", three, "", "AC", 67, "AC|B|"},
		{"three and one wrong", three, "", "ABCd", 67, "ABC||d"},

		{"true is true", statement(true), training.True, "", 100, "||"},
		{"true is false", statement(true), training.False, "", 0, "||"},
		{"false is false", statement(false), training.False, "", 100, "||"},
		{"neither", statement(false), "", "", 0, "||"},
		{"another verdict", statement(false), training.Fraud, "", 0, "||"},

		{"in order", four, "", "abcd", 100, "abcd||"},
		{"two exchanged", four, "", "abdc", 83, "ab||dc"},
		{"two pairs exchanged", four, "", "badc", 67, "||badc"},
		{"first goes last", four, "", "bcda", 50, "||bcda"},
		{"backwards", four, "", "dcba", 0, "||dcba"},
		{"not placed", four, "", "", 0, "|abcd|"},
		{"one alone", four, "", "a", 0, "a|bcd|"},
		{"one left out", four, "", "abd", 50, "ab|c|d"},
		{"one twice", four, "", "aabcd", 100, "abcd||"},
		{"one of another question", four, "", "abcdz", 60, "abcd||z"},
		{"one of three exchanged", steps("abc"), "", "acb", 67, "a||cb"},
		{"one of five exchanged", steps("abcde"), "", "abced", 90, "abc||ed"},
		{"a single step", steps("a"), "", "a", 100, "a||"},
		{"a single step and another", steps("a"), "", "az", 0, "a||z"},

		{"fraud, all clues", fraud, training.Fraud, "ACE", 100, "ACE||"},
		{"fraud, no clue", fraud, training.Fraud, "", 50, "|ACE|"},
		{"fraud, one clue", fraud, training.Fraud, "A", 75, "A|CE|"},
		{"fraud, two clues", fraud, training.Fraud, "AC", 90, "AC|E|"},
		{"fraud, two clues and one wrong", fraud, training.Fraud, "ACb", 83, "AC|E|b"},
		{"fraud, all marked", fraud, training.Fraud, "AbCdE", 88, "ACE||bd"},
		{"fraud, only wrong ones", fraud, training.Fraud, "bd", 50, "|ACE|bd"},
		{"fraud taken for genuine", fraud, training.Genuine, "", 0, "|ACE|"},
		{"fraud taken for genuine, clues marked", fraud, training.Genuine, "ACE", 0, "ACE||"},
		{"fraud, no verdict", fraud, "", "ACE", 0, "ACE||"},
		{"genuine", genuine, training.Genuine, "", 100, "||"},
		{"genuine taken for a fraud", genuine, training.Fraud, "b", 0, "||b"},
		{"genuine, no verdict", genuine, "", "", 0, "||"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := training.Grade(c.q, given(c.verdict, c.chosen))
			lists := strings.Join(got.Hits, "") + "|" + strings.Join(got.Missed, "") + "|" + strings.Join(got.Wrong, "")
			if got.Score != c.score || lists != c.lists || got.Passed != (c.score >= 75) {
				t.Errorf("got %d %v %s, want %d %s", got.Score, got.Passed, lists, c.score, c.lists)
			}
		})
	}
}

// A question that is not whole is worth nothing, and breaks nothing.
func TestGradeUnfinished(t *testing.T) {
	for _, q := range []*question.Question{{Type: question.Single}, {Type: question.Order}, {Type: question.Spot}, {Type: "other"}} {
		if got := training.Grade(q, given(training.Fraud, "abc")); got.Score != 0 {
			t.Errorf("%s: %d", q.Type, got.Score)
		}
		training.Arrange(q, 1)
	}
}

// every gives all choices of some of the ids.
func every(ids []string) (out [][]string) {
	for mask := range 1 << len(ids) {
		var some []string
		for i, id := range ids {
			if mask>>i&1 == 1 {
				some = append(some, id)
			}
		}
		out = append(out, some)
	}
	return out
}

// Over all choices that there are: all that is right is 100, nothing is 0, one more right
// choice never lowers the score and one more wrong one never raises it.
func TestGradeProperties(t *testing.T) {
	for name, q := range map[string]*question.Question{
		"single":   options(question.Single, "aBcd"),
		"multiple": options(question.Multiple, "AbCdE"),
		"fraud":    scene("AbCdEf"),
		"genuine":  scene("abcd"),
	} {
		for _, verdict := range []string{"", training.Fraud, training.Genuine} {
			ids := append(training.Arranged(q), "z") // and one of another question
			for _, some := range every(ids) {
				base := training.Grade(q, training.Answer{Chosen: some, Verdict: verdict})
				if base.Score < 0 || base.Score > 100 || base.Passed != (base.Score >= training.PassMark) {
					t.Fatalf("%s %q %v: %+v", name, verdict, some, base)
				}
				if perfect := len(base.Missed)+len(base.Wrong) == 0; q.Type != question.Spot && perfect != (base.Score == 100) {
					t.Errorf("%s %v: %d", name, some, base.Score)
				}
				if (len(some) == 0 && verdict == "") && base.Score != 0 {
					t.Errorf("%s: nothing is worth %d", name, base.Score)
				}
				for _, id := range ids {
					if slices.Contains(some, id) {
						continue
					}
					more := training.Grade(q, training.Answer{Chosen: append(slices.Clone(some), id), Verdict: verdict})
					switch right := id == strings.ToUpper(id); {
					case right && more.Score < base.Score:
						t.Errorf("%s %q %v: %d, and with %s %d", name, verdict, some, base.Score, id, more.Score)
					case !right && more.Score > base.Score:
						t.Errorf("%s %q %v: %d, and with %s %d", name, verdict, some, base.Score, id, more.Score)
					}
				}
			}
		}
	}
}

// An order that is nearer to the right one is worth more: to put two neighbours right never
// lowers the score, and what was placed in addition never does either.
func TestGradeOrderProperties(t *testing.T) {
	q, r := steps("abcde"), rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		list := training.Arranged(q)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		list = list[:r.IntN(len(list)+1)]
		base := training.Grade(q, training.Answer{Chosen: list}).Score
		if (base == 100) != (strings.Join(list, "") == "abcde") {
			t.Fatalf("%v: %d", list, base)
		}
		for i := 1; i < len(list); i++ {
			if list[i-1] > list[i] {
				next := slices.Clone(list)
				next[i-1], next[i] = next[i], next[i-1]
				if got := training.Grade(q, training.Answer{Chosen: next}).Score; got <= base {
					t.Fatalf("%v: %d, %v: %d", list, base, next, got)
				}
			}
		}
		for _, id := range training.Arranged(q) {
			if !slices.Contains(list, id) {
				if got := training.Grade(q, training.Answer{Chosen: append(slices.Clone(list), id)}).Score; got < base {
					t.Fatalf("%v: %d, with %s %d", list, base, id, got)
				}
			}
		}
		if got := training.Grade(q, training.Answer{Chosen: append(slices.Clone(list), "z")}).Score; got > base {
			t.Fatalf("%v: %d, with another one %d", list, base, got)
		}
	}
}

// The orders of some seeds, as they must be on every machine and with every version of Go.
func TestArrangeGolden(t *testing.T) {
	var got []string
	for _, q := range []*question.Question{options(question.Single, "abCd"), options(question.Multiple, "aBcDe"), steps("abc"), steps("abcde")} {
		for _, seed := range []uint64{0, 1, 2, 1 << 63, 1<<64 - 1} {
			got = append(got, fmt.Sprintf("%s %d %s", q.Type, seed, strings.Join(training.Arrange(q, seed), "")))
		}
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(golden), "\n"), got); diff != "" {
		t.Error(diff)
	}
}

const golden = `
single 0 bCad
single 1 Cbda
single 2 badC
single 9223372036854775808 abdC
single 18446744073709551615 daCb
multiple 0 DcBae
multiple 1 BDcea
multiple 2 caBeD
multiple 9223372036854775808 aBeDc
multiple 18446744073709551615 DBaec
order 0 bac
order 1 bca
order 2 acb
order 9223372036854775808 acb
order 18446744073709551615 acb
order 0 dcbae
order 1 bdcea
order 2 cabed
order 9223372036854775808 abedc
order 18446744073709551615 dbaec
`

// Every order comes up, about as often as any other; an order question never as it should be.
func TestArrangeEven(t *testing.T) {
	for _, c := range []struct {
		q      *question.Question
		orders int
	}{{options(question.Single, "aBcd"), 24}, {options(question.Multiple, "aBC"), 6}, {steps("abcd"), 23}, {steps("ab"), 1}} {
		const rounds = 24000
		count := map[string]int{}
		for seed := range uint64(rounds) {
			count[strings.Join(training.Arrange(c.q, seed), "")]++
		}
		if len(count) != c.orders {
			t.Errorf("%s: %d orders, want %d", c.q.Type, len(count), c.orders)
		}
		want := rounds / c.orders
		for order, n := range count {
			if n < want*8/10 || n > want*12/10 {
				t.Errorf("%s %s: %d times, want about %d", c.q.Type, order, n, want)
			}
			if c.q.Type == question.Order && slices.IsSorted(strings.Split(order, "")) {
				t.Errorf("shown in its right order: %s", order)
			}
		}
	}
	for seed := range uint64(50) {
		if got := training.Arrange(statement(true), seed); !slices.Equal(got, []string{training.True, training.False}) {
			t.Fatalf("true-false: %v", got)
		}
		if got := strings.Join(training.Arrange(scene("AbCd"), seed), ""); got != "AbCd" {
			t.Fatalf("spot: %s", got)
		}
		if got := training.Arrange(steps("a"), seed); !slices.Equal(got, []string{"a"}) {
			t.Fatalf("one step: %v", got)
		}
	}
}

// Two questions of one sitting are not mixed in the same way.
func TestArrangeOwnWay(t *testing.T) {
	a, b := options(question.Single, "aBcd"), options(question.Single, "aBcd")
	b.ID = "other"
	same := 0
	for seed := range uint64(1000) {
		if slices.Equal(training.Arrange(a, seed), training.Arrange(b, seed)) {
			same++
		}
	}
	if same > 80 { // one in 24: about 42
		t.Errorf("%d of 1000 alike", same)
	}
}
