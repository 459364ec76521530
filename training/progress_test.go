package training_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/i18n"
	"custode/training"
	"custode/training/question"
)

var today = training.DayOf(monday)

// after is the moment some days after monday.
func after(days int) time.Time { return monday.AddDate(0, 0, days) }

// bankOf is a bank of these questions, each of which takes 30 seconds.
func bankOf(questions ...question.Question) *training.Bank {
	return training.NewBank([]*question.File{{Questions: questions}}, nil, func(*question.Question) int { return 30 })
}

// plain is a question without anything special.
func plain(id string) question.Question {
	q := *options(question.Single, "aBcd")
	q.ID, q.Topic, q.Level = id, id, 1
	return q
}

// What is written, to the byte: it lies in databases.
func TestEncodeGolden(t *testing.T) {
	p := &training.Progress{
		Items:    map[string]training.Item{"b": {Box: 1, Seen: 20000}, "a": {Box: 5, Seen: 20001, First: 19000}, "c": {Box: 2, Seen: 20001, Gone: 20002}},
		Finished: 20001, Noticed: 20000,
		Sitting: &training.Sitting{Seed: 1<<64 - 1, Begun: 20002, Questions: []string{"a", "b"}, Given: []training.Given{{Question: "a", Passed: true}}},
	}
	const want = `{"v":1,"finished":20001,"noticed":20000,"sitting":{"seed":18446744073709551615,"begun":20002,"questions":["a","b"],"given":[{"question":"a","passed":true}]},"items":{"a":[5,20001,19000],"b":[1,20000],"c":[2,20001,0,20002]}}`
	raw, err := p.Encode()
	if err != nil || string(raw) != want {
		t.Fatalf("%s %v", raw, err)
	}
	back, err := training.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, back); diff != "" {
		t.Error(diff)
	}
}

func TestDecode(t *testing.T) {
	for _, raw := range []string{"", `{"v":1,"items":{}}`, `{"v":1}`, `{"v":1,"items":null,"new":1}`} {
		p, err := training.Decode([]byte(raw))
		if err != nil || p.Items == nil || len(p.Items) != 0 {
			t.Errorf("%q: %+v %v", raw, p, err)
		}
	}
	for _, raw := range []string{"x", "{}", "[]", "null", `{"v":0}`, `{"v":1`, `{"v":1,"items":[]}`, `{"v":1,"items":{"a":"b"}}`, `{"v":1,"sitting":7}`} {
		if _, err := training.Decode([]byte(raw)); !errors.Is(err, training.ErrProgress) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	for _, raw := range []string{`{"v":2}`, `{"v":2,"items":[1]}`} {
		if _, err := training.Decode([]byte(raw)); !errors.Is(err, training.ErrNewer) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	p, err := training.Decode([]byte(`{"v":1,"finished":-4,"items":{"a":[9,-3,-1,-1],"b":[]},"sitting":{"begun":-1,"questions":["a","a","b"],"given":[{"question":"z"},{"question":"a"},{"question":"a"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &training.Progress{
		Items:   map[string]training.Item{"a": {Box: 5, Seen: 1}, "b": {Box: 1, Seen: 1}},
		Sitting: &training.Sitting{Questions: []string{"a", "b"}, Given: []training.Given{{Question: "a"}}},
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"v":1,"finished":20001,"noticed":20000,"sitting":{"seed":1,"begun":20002,"questions":["q0","q1"],"given":[{"question":"q0","passed":true}]},"items":{"q0":[5,20001,19000],"q1":[1,20000]}}`), 3)
	b := bankOf(plain("q0"), plain("q1"), plain("q2"))
	f.Fuzz(func(t *testing.T, raw []byte, days int) {
		p, err := training.Decode(raw)
		if err != nil {
			return
		}
		now := after(days % 100000)
		p.Due(b, []training.Boost{{Plan: "x", Since: now}}, now)
		s := training.Begin(p, b, nil, now, 1)
		for a, more := s.Next(); more; a, more = s.Next() {
			if _, err := s.Give(a.Question.ID, right(a.Question), now); err != nil {
				t.Fatal(err)
			}
		}
		p.Mastery(b, now)
		if !s.Done() || p.Sitting != nil || p.Finished != training.DayOf(now) {
			t.Fatalf("%+v", p)
		}
	})
}

// Ten thousand questions with long names stay below a megabyte.
func TestSize(t *testing.T) {
	p := &training.Progress{Items: map[string]training.Item{}}
	for i := range 10000 {
		p.Items[fmt.Sprintf("%s-%05d", strings.Repeat("q", 60), i)] = training.Item{Box: 5, Seen: today, First: today - 100}
	}
	raw, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(raw))
	if len(raw) >= 1_000_000 {
		t.Errorf("%d bytes", len(raw))
	}
}

func TestForget(t *testing.T) {
	b := bankOf(plain("a"), plain("b"))
	whole, without := b, bankOf(plain("a"))
	fresh := func() *training.Progress {
		return &training.Progress{Items: map[string]training.Item{"a": {Box: 2, Seen: today}, "b": {Box: 5, Seen: today}}}
	}
	kept := func(p *training.Progress) string {
		return strings.Join(slices.Sorted(maps.Keys(p.Items)), "")
	}
	t.Run("overdue", func(t *testing.T) { // a is due after 7 days, b after 120
		for _, c := range []struct {
			day  int
			want string
		}{{0, "ab"}, {96, "ab"}, {97, "b"}, {209, "b"}, {210, ""}} {
			p := fresh()
			p.Forget(whole, after(c.day))
			if got := kept(p); got != c.want {
				t.Errorf("after %d days: %q, want %q", c.day, got, c.want)
			}
		}
	})
	t.Run("gone", func(t *testing.T) {
		p := fresh()
		p.Items["a"] = training.Item{Box: 5, Seen: today}
		for _, c := range []struct {
			day  int
			b    *training.Bank
			want string
		}{{10, without, "ab"}, {99, without, "ab"}, {100, without, "a"}} {
			if p.Forget(c.b, after(c.day)); kept(p) != c.want {
				t.Errorf("after %d days: %q, want %q", c.day, kept(p), c.want)
			}
		}
	})
	t.Run("gone for a while", func(t *testing.T) {
		p := fresh()
		p.Items["a"] = training.Item{Box: 5, Seen: today}
		p.Forget(without, after(10))
		p.Forget(whole, after(60))
		p.Forget(without, after(70))
		if p.Forget(without, after(159)); kept(p) != "ab" {
			t.Errorf("%q", kept(p))
		}
		if p.Forget(without, after(160)); kept(p) != "a" {
			t.Errorf("%q", kept(p))
		}
	})
	t.Run("gone in the future", func(t *testing.T) { // the clock stood ahead when it was missed
		p := fresh()
		p.Items["b"] = training.Item{Box: 5, Seen: today, Gone: today + 900}
		p.Forget(without, monday)
		if it := p.Items["b"]; it.Gone != today {
			t.Errorf("%+v", it)
		}
	})
	t.Run("clock back", func(t *testing.T) { // nothing is lost, there and back again
		p := fresh()
		p.Forget(without, after(-3000))
		p.Forget(whole, after(1))
		if diff := cmp.Diff(fresh(), p); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDue(t *testing.T) {
	q, other := plain("a"), plain("b")
	q.Plans = []string{"lost-laptop"}
	b := bankOf(q, other)
	boost := func(day int) []training.Boost {
		return []training.Boost{{Plan: "lost-laptop", Since: after(day)}, {Plan: "elsewhere", Since: after(day)}}
	}
	seen := func(day int) map[string]training.Item {
		return map[string]training.Item{"a": {Box: 5, Seen: today + training.Day(day)}, "b": {Box: 5, Seen: today}}
	}
	for _, c := range []struct {
		name   string
		p      training.Progress
		b      *training.Bank
		boosts []training.Boost
		day    int
		due    bool
		since  int // -1: no time
	}{
		{"nobody ever learnt", training.Progress{}, b, nil, 0, true, -1},
		{"nothing to ask", training.Progress{}, bankOf(), nil, 0, false, -1},
		{"just finished", training.Progress{Finished: today}, b, nil, 0, false, 7},
		{"six days ago", training.Progress{Finished: today}, b, nil, 6, false, 7},
		{"a week ago", training.Progress{Finished: today}, b, nil, 7, true, 7},
		{"long ago", training.Progress{Finished: today}, b, nil, 40, true, 7},
		{"finished in the future", training.Progress{Finished: today + 500}, b, nil, 3, false, 10},
		{"noticed a while ago", training.Progress{Finished: today + 500, Noticed: today}, b, nil, 8, true, 7},
		{"an incident since", training.Progress{Finished: today, Items: seen(0)}, b, boost(2), 3, true, 2},
		{"an incident, the question is new", training.Progress{Finished: today}, b, boost(2), 3, true, 2},
		{"an incident, answered since", training.Progress{Finished: today, Items: seen(3)}, b, boost(2), 3, false, 7},
		{"an incident before the last sitting", training.Progress{Finished: today, Items: seen(-9)}, b, boost(-2), 3, false, 7},
		{"an incident, nothing goes with it", training.Progress{Finished: today, Items: seen(0)}, bankOf(other), boost(2), 3, false, 7},
		{"an incident, and a week", training.Progress{Finished: today, Items: seen(0)}, b, boost(9), 10, true, 7},
		{"an incident of tomorrow", training.Progress{Finished: today, Items: seen(0)}, b, boost(5), 3, true, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			due, since := c.p.Due(c.b, c.boosts, after(c.day))
			want := time.Time{}
			if c.since >= 0 {
				want = after(c.since).Truncate(24 * time.Hour)
			}
			if due != c.due || !since.Equal(want) {
				t.Errorf("%v %s, want %v %s", due, since, c.due, want)
			}
		})
	}
}

// How long questions take: words at 200 a minute, and five seconds an answer.
func TestTakes(t *testing.T) {
	text := func(words int) i18n.Text {
		return i18n.Text{EN: strings.Repeat("word ", words), IT: strings.Repeat("parola ", 2*words)}
	}
	single := &question.Question{Type: question.Single, Text: text(20), Explain: text(40), Options: []question.Option{{ID: "a", Right: true, Text: text(20)}, {ID: "b", Text: text(20), Why: text(100)}}}
	order := &question.Question{Type: question.Order, Text: text(50), Explain: text(10), Steps: []question.Step{{ID: "a", Text: text(20)}, {ID: "b", Text: text(20)}}}
	fraud := &question.Question{Type: question.Spot, Text: text(50), Explain: text(10), Scene: &question.Scene{Parts: []question.Part{{ID: "a", Text: text(19), Target: "x@example.com", Clue: text(20)}, {ID: "b", Fine: text(100)}}}}
	genuine := &question.Question{Type: question.Spot, Text: text(50), Explain: text(10), Scene: &question.Scene{Genuine: true, Parts: []question.Part{{ID: "a", Text: text(20), Fine: text(20)}}}}
	for _, c := range []struct {
		q      *question.Question
		en, it int
	}{{single, 35, 65}, {order, 35, 65}, {fraud, 40, 70}, {genuine, 40, 70}, {&question.Question{Text: i18n.Text{IT: "Una parola sola, dunque"}}, 7, 7}} {
		if en, it := training.Takes("en")(c.q), training.Takes("it")(c.q); en != c.en || it != c.it {
			t.Errorf("%s: %d and %d s, want %d and %d", c.q.Type, en, it, c.en, c.it)
		}
	}
}

func TestMastery(t *testing.T) {
	qs := []question.Question{plain("a"), plain("b"), plain("c"), plain("d")}
	for i := range qs {
		qs[i].Topic = [4]string{"x", "x", "x", "y"}[i]
		qs[i].Level = [4]int{1, 2, 3, 1}[i]
	}
	b := bankOf(qs...)
	p := &training.Progress{Items: map[string]training.Item{
		"a": {Box: 3, Seen: today, First: today - 7},
		"b": {Box: 2, Seen: today, First: today - 6},  // too near
		"c": {Box: 1, Seen: today, First: today - 90}, // the last one was wrong
	}}
	want := []training.Mastery{{Topic: "x", Questions: 3, Seen: 3, Mastered: 1, Percent: 17}, {Topic: "y", Questions: 1}}
	if diff := cmp.Diff(want, p.Mastery(b, monday)); diff != "" {
		t.Error(diff)
	}
	s := training.Begin(p, b, nil, after(1), 1)
	for a, more := s.Next(); more; a, more = s.Next() {
		if _, err := s.Give(a.Question.ID, right(a.Question), after(1)); err != nil {
			t.Fatal(err)
		}
	}
	if !p.Mastered("c", after(1)) || p.Mastered("d", after(1)) || p.Mastered("none", after(1)) {
		t.Errorf("%+v", p.Items)
	}
}
