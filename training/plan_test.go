package training_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/training"
	"custode/training/question"
)

// sixty seconds each: three questions a sitting.
func sixty(*question.Question) int { return 60 }

// item is a question of a box that was seen some days ago.
func item(box, ago int) training.Item {
	return training.Item{Box: box, Seen: today - training.Day(ago)}
}

// choose gives the questions of a sitting of today, in the order of the letters.
func choose(p *training.Progress, b *training.Bank, boosts []training.Boost) string {
	got := training.Choose(p, b, boosts, monday, 1)
	slices.Sort(got)
	return strings.Join(got, "")
}

// Who comes first.
func TestChooseRanks(t *testing.T) {
	hot := []training.Boost{{Plan: "hot", Since: after(-5)}}
	for _, c := range []struct {
		name  string
		items map[string]training.Item
		boost []training.Boost
		want  string // of the questions a to i, e and f essential, a and h of the first level, g with the plan; three fit; | is or
	}{
		{"nothing known: the essentials, then the rest by level", nil, nil, "aef|efh"},
		{"what is due, oldest first, and one essential", map[string]training.Item{"a": item(2, 8), "b": item(2, 9), "c": item(3, 33), "d": item(1, 1)}, nil, "bce|bcf"},
		{"not yet due", map[string]training.Item{"a": item(2, 6), "b": item(3, 29), "c": item(4, 89), "d": item(1, 0)}, nil, "efh"},
		{"due to the day", map[string]training.Item{"a": item(2, 7), "b": item(3, 30), "c": item(4, 90), "d": item(1, 0), "e": item(5, 1), "f": item(5, 1)}, nil, "abc"},
		{"the plan before what is due", map[string]training.Item{"a": item(2, 50), "b": item(2, 49), "g": item(4, 6)}, hot, "aeg|afg"},
		{"the plan, but answered since", map[string]training.Item{"a": item(2, 50), "b": item(2, 49), "g": item(4, 5)}, hot, "abe|abf"},
		{"the plan, never answered", map[string]training.Item{"a": item(2, 50), "b": item(2, 49)}, hot, "aeg|afg"},
		{"what would wait too long before all", map[string]training.Item{"a": item(5, 106), "b": item(5, 107), "c": item(1, 90), "d": item(5, 119), "g": item(4, 6)}, hot, "abd"},
		{"one day before", map[string]training.Item{"a": item(5, 105), "b": item(5, 106), "g": item(4, 6), "e": item(5, 1), "f": item(5, 1), "h": item(5, 1)}, hot, "bcg|bdg"},
		{"what waited too long", map[string]training.Item{"a": item(5, 140), "b": item(5, 150), "c": item(5, 130), "d": item(5, 160), "g": item(4, 6)}, hot, "abd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var qs []question.Question
			for id := range strings.SplitSeq("abcdefghi", "") {
				q := plain(id)
				q.Essential = id == "e" || id == "f"
				if q.Level = 2; id == "a" || id == "h" {
					q.Level = 1
				}
				if id == "i" {
					q.Level = 3
				}
				if id == "g" {
					q.Plans = []string{"cold", "hot"}
				}
				qs = append(qs, q)
			}
			b := training.NewBank([]*question.File{{Questions: qs}}, nil, sixty)
			if got := choose(&training.Progress{Items: c.items}, b, c.boost); !slices.Contains(strings.Split(c.want, "|"), got) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Somebody new: the essentials of all topics in turn, then the shop's own, then by level, the
// topics in turn.
func TestChooseNew(t *testing.T) {
	files, own := makeFiles(4), makeFiles(5)[4:]
	for i := range own[0].Questions {
		own[0].Questions[i].Essential = false
	}
	b := training.NewBank(files, own, func(*question.Question) int { return 50 })
	p, got := &training.Progress{}, []string{}
	for day := range 20 {
		s := training.Begin(p, b, nil, after(day), uint64(day))
		for a, more := s.Next(); more; a, more = s.Next() {
			if !slices.Contains(got, a.Question.ID) {
				got = append(got, a.Question.ID)
			}
			if _, err := s.Give(a.Question.ID, right(a.Question), after(day)); err != nil {
				t.Fatal(err)
			}
		}
	}
	kind := func(id string) int {
		q := b.Question(id)
		switch {
		case q.Essential:
			return 0
		case q.Topic == "topic4":
			return 1
		}
		return 1 + q.Level
	}
	if len(got) < 30 {
		t.Fatalf("only %d", len(got))
	}
	last, topics := 0, map[string]int{}
	for i, id := range got {
		q := b.Question(id)
		if kind(id) < last {
			t.Errorf("%s (kind %d) after kind %d: %v", id, kind(id), last, got[:i+1])
		}
		if kind(id) != last {
			last, topics = kind(id), map[string]int{}
		}
		topics[q.Topic]++
		for _, f := range files {
			if last != 1 && topics[q.Topic] > topics[f.Topic]+1 && i%3 == 2 { // after each sitting of three
				t.Errorf("%s: topic %s came %d times, %s %d times", id, q.Topic, topics[q.Topic], f.Topic, topics[f.Topic])
			}
		}
	}
}

// A topic of which little was seen comes before one of which much was; and no new question goes
// before one of an earlier kind, though that one does not fit and this one would.
func TestChooseTurn(t *testing.T) {
	files := makeFiles(3)
	for _, f := range files {
		for i := range f.Questions {
			f.Questions[i].Essential, f.Questions[i].Level = false, 1
		}
	}
	b := training.NewBank(files, nil, sixty)
	p := &training.Progress{Items: map[string]training.Item{}}
	for i := range 4 {
		p.Items[fmt.Sprintf("topic0-%d", i)] = item(5, 1)
		p.Items[fmt.Sprintf("topic1-%d", i)] = item(5, 1)
	}
	for seed := range uint64(20) {
		for _, id := range training.Choose(p, b, nil, monday, seed) {
			if !strings.HasPrefix(id, "topic2-") {
				t.Fatalf("%s: the topic of which nothing was seen must catch up", id)
			}
		}
	}

	long := map[string]int{"a": 100, "b": 100, "c": 30}
	qs := []question.Question{plain("a"), plain("b"), plain("c")}
	qs[0].Essential, qs[1].Essential = true, true
	b = training.NewBank([]*question.File{{Questions: qs}}, nil, func(q *question.Question) int { return long[q.ID] })
	if got := choose(&training.Progress{}, b, nil); got != "a" && got != "b" {
		t.Errorf("%s: c is not essential", got)
	}
}

// Nothing new while the boxes hold as much as can be asked in time; then one after the other.
func TestChooseRoom(t *testing.T) {
	b := training.NewBank(makeFiles(6), nil, sixty)
	for known, want := range map[int]int{30: 3, 33: 1, 34: 0, 50: 0} { // 2025 seconds are 33 questions and 45 seconds
		p := &training.Progress{Items: map[string]training.Item{}}
		for i := range known {
			p.Items[fmt.Sprintf("topic%d-%d", i/10, i%10)] = item(5, 1+i*2)
		}
		fresh := 0
		for _, id := range training.Choose(p, b, nil, monday, 1) {
			if _, is := p.Items[id]; !is {
				fresh++
			}
		}
		if fresh != want {
			t.Errorf("%d known: %d new, want %d", known, fresh, want)
		}
	}
}

// Two people, or two weeks, do not get the topics in the same turn.
func TestChooseLuck(t *testing.T) {
	b, seen := training.NewBank(makeFiles(12), nil, sixty), map[string]bool{}
	for seed := range uint64(50) {
		seen[strings.Join(training.Choose(&training.Progress{}, b, nil, monday, seed), " ")] = true
	}
	if len(seen) < 40 {
		t.Errorf("%d different sittings of 50", len(seen))
	}
}

// Boosts end after 90 days, and one of the future counts as of today.
func TestBoostAge(t *testing.T) {
	q, r := plain("a"), plain("b")
	q.Plans = []string{"hot"}
	b := training.NewBank([]*question.File{{Questions: []question.Question{q, r}}}, nil, func(*question.Question) int { return 100 })
	for _, c := range []struct {
		since int
		want  string
	}{{0, "a"}, {-89, "a"}, {-90, "b"}, {400, "a"}} {
		p := &training.Progress{Items: map[string]training.Item{"a": item(5, 100), "b": item(4, 95)}}
		if got := choose(p, b, []training.Boost{{Plan: "hot", Since: after(c.since)}}); got != c.want {
			t.Errorf("since day %d: %s", c.since, got)
		}
	}
}

// One question that is too long is asked alone, and what does not fit is passed over.
func TestChooseTime(t *testing.T) {
	long := map[string]int{"a": 400, "b": 100, "c": 90, "d": 70}
	b := training.NewBank([]*question.File{{Questions: []question.Question{plain("a"), plain("b"), plain("c"), plain("d")}}}, nil, func(q *question.Question) int { return long[q.ID] })
	for _, c := range []struct {
		items map[string]training.Item
		want  string
	}{
		{map[string]training.Item{"a": item(2, 10), "b": item(2, 9), "c": item(2, 8), "d": item(2, 7)}, "a"},
		{map[string]training.Item{"a": item(5, 1), "b": item(2, 9), "c": item(2, 8), "d": item(2, 7)}, "bd"},
		{map[string]training.Item{"a": item(5, 3), "b": item(5, 2), "c": item(5, 1), "d": item(5, 2)}, "a"}, // nothing is wanted: what was seen longest ago
	} {
		if got := choose(&training.Progress{Items: c.items}, b, nil); got != c.want {
			t.Errorf("%v: %s, want %s", c.items, got, c.want)
		}
	}
	if got := training.Choose(&training.Progress{}, bankOf(), nil, monday, 1); len(got) != 0 {
		t.Errorf("of an empty bank: %v", got)
	}
}

// follows counts how often a topic follows itself.
func follows(topics []string) (n int) {
	for i := 1; i < len(topics); i++ {
		if topics[i] == topics[i-1] {
			n++
		}
	}
	return n
}

// fewest is how often a topic must follow itself in the best order, by trying all.
func fewest(topics []string) int {
	best := len(topics)
	var try func(i int)
	try = func(i int) {
		if follows(topics[:i]) >= best {
			return
		}
		if i == len(topics) {
			best = follows(topics)
			return
		}
		for j := i; j < len(topics); j++ {
			topics[i], topics[j] = topics[j], topics[i]
			try(i + 1)
			topics[i], topics[j] = topics[j], topics[i]
		}
	}
	try(0)
	return best
}

// For made-up progress of any kind: at most eight questions and three minutes, none twice, all
// of the bank, mixed as well as can be, and the same again for the same input.
func TestChooseProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for round := range 400 {
		files := makeFiles(1 + r.IntN(4))
		takes := seconds(0.4 + 2*r.Float64())
		b := training.NewBank(files, nil, takes)
		p := &training.Progress{Items: map[string]training.Item{}}
		for _, f := range files {
			for _, q := range f.Questions {
				if r.IntN(3) > 0 {
					p.Items[q.ID] = training.Item{Box: 1 + r.IntN(5), Seen: today - training.Day(r.IntN(200)-20)}
				}
			}
		}
		var boosts []training.Boost
		for range r.IntN(3) {
			boosts = append(boosts, training.Boost{Plan: fmt.Sprintf("plan%d", r.IntN(4)), Since: after(-r.IntN(120))})
		}
		got := training.Choose(p, b, boosts, monday, uint64(round))
		for range 3 { // a map has another order each time
			if again := training.Choose(p, b, boosts, monday, uint64(round)); !slices.Equal(got, again) {
				t.Fatalf("%v, and again: %v", got, again)
			}
		}
		sum, seen, topics := 0, map[string]bool{}, []string{}
		for _, id := range got {
			q := b.Question(id)
			if q == nil || seen[id] {
				t.Fatalf("%s in %v", id, got)
			}
			seen[id] = true
			sum += takes(q)
			topics = append(topics, q.Topic)
		}
		if len(got) == 0 || len(got) > 8 || len(got) > 1 && sum > 180 {
			t.Fatalf("%d questions, %d s", len(got), sum)
		}
		if is := follows(topics); is > fewest(slices.Clone(topics)) {
			t.Fatalf("%v: %d times, could be %d", topics, is, fewest(topics))
		}
	}
}

// Ten thousand questions: how long it takes is printed, and how many are measured is bounded.
func TestChooseMany(t *testing.T) {
	measured := 0
	takes := func(q *question.Question) int { measured++; return 30 }
	b := training.NewBank(makeFiles(1000), nil, takes)
	p := &training.Progress{Items: map[string]training.Item{}}
	for i := range 5000 {
		p.Items[fmt.Sprintf("topic%d-%d", i/10, i%10)] = training.Item{Box: 1 + i%5, Seen: today - training.Day(i%140)}
	}
	begin := time.Now()
	got := training.Choose(p, b, nil, monday, 1)
	t.Logf("of 10,000 questions, %d known: %s, %d of them measured", len(p.Items), time.Since(begin).Round(100*time.Microsecond), measured)
	if len(got) != 6 || measured > 300 {
		t.Errorf("%d questions, %d measured", len(got), measured)
	}
}
