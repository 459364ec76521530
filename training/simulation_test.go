package training_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/training"
	"custode/training/bank"
	"custode/training/question"
)

// monday is when the simulated staff begin.
var monday = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)

// makeFiles makes a bank: topics of ten questions each, four single, two multiple, one
// statement, two scenes, one order; levels 5/3/2, the first of two kinds essential.
func makeFiles(topics int) []*question.File {
	var files []*question.File
	for t := range topics {
		f := &question.File{Topic: fmt.Sprintf("topic%d", t), Title: i18n.Text{EN: "t", IT: "t"}}
		for i := range 10 {
			q := [10]*question.Question{
				options(question.Single, "aBcd"), options(question.Multiple, "AbCd"), scene("AbCde"), options(question.Single, "Abc"), steps("abcd"),
				options(question.Single, "abC"), statement(i%2 == 0), scene("abcd"), options(question.Multiple, "aBCdE"), options(question.Single, "abcD"),
			}[i]
			q.ID, q.Topic = fmt.Sprintf("topic%d-%d", t, i), f.Topic
			q.Level = [10]int{1, 1, 1, 1, 1, 2, 2, 2, 3, 3}[i]
			q.Essential = i == 0 || i == 2
			q.Plans = []string{fmt.Sprintf("plan%d", t)}
			f.Questions = append(f.Questions, *q)
		}
		files = append(files, f)
	}
	return files
}

// seconds gives each question a length as those of the bank have: text, options and
// explanation at 200 words a minute, and five seconds; factor makes all of them longer.
func seconds(factor float64) func(*question.Question) int {
	return func(q *question.Question) int {
		h := 0
		for _, c := range q.ID {
			h = (h*31 + int(c)) % 1009
		}
		span := map[question.Type][2]int{question.Single: {26, 37}, question.Multiple: {31, 35}, question.TrueFalse: {17, 21}, question.Order: {28, 33}, question.Spot: {29, 37}}[q.Type]
		return int(factor * float64(span[0]+h%(span[1]-span[0])))
	}
}

// right is the answer that is worth 100.
func right(q *question.Question) training.Answer {
	var a training.Answer
	switch q.Type {
	case question.Single, question.Multiple:
		for _, o := range q.Options {
			if o.Right {
				a.Chosen = append(a.Chosen, o.ID)
			}
		}
	case question.TrueFalse:
		a.Verdict = training.False
		if q.Statement {
			a.Verdict = training.True
		}
	case question.Order:
		a.Chosen = training.Arranged(q)
	case question.Spot:
		if a.Verdict = training.Genuine; !q.Scene.Genuine {
			a.Verdict, a.Chosen = training.Fraud, q.Scene.Clues()
		}
	}
	return a
}

// learner is one made-up member of the staff.
type learner struct {
	name   string
	errors int                              // in a hundred
	away   func(day int, r *rand.Rand) bool // at a day on which a sitting is due
	more   func(day int, r *rand.Rand) bool // sits though nothing is due
	weekly bool                             // comes every week
}

var never = func(int, *rand.Rand) bool { return false }

// late comes up to two days late.
func late(_ int, r *rand.Rand) bool { return r.IntN(3) == 0 }

func crew() []learner {
	return []learner{
		{"sure of it", 5, late, never, true},
		{"often wrong", 40, late, never, true},
		{"misses weeks", 15, func(_ int, r *rand.Rand) bool { return r.IntN(10) > 0 }, never, false},
		{"three weeks away", 20, func(day int, r *rand.Rand) bool { return day%364 >= 140 && day%364 < 161 || r.IntN(3) == 0 }, never, false},
		{"more than asked", 10, late, func(_ int, r *rand.Rand) bool { return r.IntN(5) == 0 }, true},
		{"much at once", 12, late, func(day int, _ *rand.Rand) bool { return day < 7 || day >= 200 && day < 210 }, true},
	}
}

// history is what became of a learner.
type history struct {
	sittings, longest, most, follow int            // most seconds, topics that followed themselves
	waited                          int            // the longest that a seen question waited, in days
	overdue                         []int          // at the end of each week, questions that waited more than 120 days
	seen                            map[int]int    // after so many weeks
	last                            map[string]int // the day on which a question was last seen
	repeat, repeats                 int            // days until a wrong one came again
	half, boxes                     [6]int         // after 26 weeks, at the end
	mastered                        int
	essential                       int // weeks until all essentials were seen
	p                               *training.Progress
	wrong                           map[string]int // the day on which a question was wrong, until it comes again
}

// shop is where they learn.
type shop struct {
	files []*question.File
	takes func(*question.Question) int
	bank  *training.Bank
}

func newShop(files []*question.File, takes func(*question.Question) int) shop {
	known := map[string]int{} // to count words takes most of the time of a simulation
	once := func(q *question.Question) int {
		n, ok := known[q.ID]
		if !ok {
			n = takes(q)
			known[q.ID] = n
		}
		return n
	}
	return shop{files, once, training.NewBank(files, nil, once)}
}

// run lets a learner live for some weeks, and holds every sitting to its limits. Between any
// two answers the progress is written and read back.
func (sh shop) run(t *testing.T, l learner, weeks int) *history {
	t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(l.errors)))
	h := &history{seen: map[int]int{}, last: map[string]int{}, wrong: map[string]int{}, p: &training.Progress{}}
	skipped := 0
	for day := range weeks * 7 {
		now := monday.AddDate(0, 0, day)
		due, _ := h.p.Due(sh.bank, nil, now)
		sits := l.more(day, r)
		if due {
			if l.weekly && skipped == 2 || !l.away(day, r) {
				sits, skipped = true, 0
			} else {
				skipped++
			}
		}
		if sits {
			h.sit(t, sh, l, day, r)
		}
		h.p.Forget(sh.bank, now)
		over := 0
		for id := range h.p.Items {
			h.waited = max(h.waited, day-h.last[id])
			if day-h.last[id] > 120 {
				over++
			}
		}
		if day%7 == 6 {
			h.seen[day/7+1] = len(h.last)
			h.overdue = append(h.overdue, over)
			for _, it := range h.p.Items {
				if day/7 == 25 {
					h.half[it.Box]++
				}
			}
			if h.essential == 0 && len(h.p.Items) > 0 && allEssentials(sh.files, h.last) {
				h.essential = day/7 + 1
			}
		}
	}
	end := monday.AddDate(0, 0, weeks*7-1)
	for id, it := range h.p.Items {
		h.boxes[it.Box]++
		if h.p.Mastered(id, end) {
			h.mastered++
		}
	}
	return h
}

func allEssentials(files []*question.File, seen map[string]int) bool {
	for _, f := range files {
		for _, q := range f.Questions {
			if _, ok := seen[q.ID]; q.Essential && !ok {
				return false
			}
		}
	}
	return true
}

// sit is one sitting.
func (h *history) sit(t *testing.T, sh shop, l learner, day int, r *rand.Rand) {
	t.Helper()
	now := monday.AddDate(0, 0, day)
	s := training.Begin(h.p, sh.bank, nil, now, r.Uint64())
	n, sum, topic, counts := 0, 0, "", map[string]int{}
	for {
		asked, more := s.Next()
		if !more {
			break
		}
		q := asked.Question
		counts[q.Topic]++
		if n++; n > 1 && q.Topic == topic {
			h.follow++
		}
		topic, sum = q.Topic, sum+sh.takes(q)
		a := right(q)
		if r.IntN(100) < l.errors {
			a = training.Answer{}
		}
		res, err := s.Give(q.ID, a, now)
		if err != nil {
			t.Fatal(err)
		}
		if was, again := h.wrong[q.ID]; again {
			h.repeat, h.repeats = h.repeat+day-was, h.repeats+1
			delete(h.wrong, q.ID)
		}
		if !res.Passed {
			h.wrong[q.ID] = day
		}
		h.last[q.ID] = day
	}
	h.sittings++
	h.longest, h.most = max(h.longest, n), max(h.most, sum)
	for _, c := range counts { // what could be apart must be
		if c > (n+1)/2 {
			h.follow -= 2*c - n - 1
		}
	}
	raw, err := h.p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := training.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := back.Encode(); err != nil || string(again) != string(raw) {
		t.Fatalf("%s\n%s\n%v", raw, again, err)
	}
	h.p = back
}

// Six members of the staff, half a year and two years long, with questions as long as those of
// the bank and with longer ones: a sitting is three minutes and eight questions at most, one a
// week; who comes every week has no seen question wait longer than 120 days; no topic follows
// itself; the essentials are seen within half a year.
func TestSimulation(t *testing.T) {
	built, err := bank.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		shop shop
	}{
		{"made up", newShop(makeFiles(12), seconds(1))},
		{"made up, longer", newShop(makeFiles(12), seconds(1.5))},
		{"built in, English", newShop(built, training.Takes("en"))},
		{"built in, Italian", newShop(built, training.Takes("it"))},
	} {
		sum, n := 0, 0
		for _, f := range c.shop.files {
			for i := range f.Questions {
				sum, n = sum+c.shop.takes(&f.Questions[i]), n+1
			}
		}
		t.Logf("%s: %d questions, on average %.1f s each", c.name, n, float64(sum)/float64(n))
		const weeks = 104 // the first 26 are in them
		for _, l := range crew() {
			h := c.shop.run(t, l, weeks)
			mean := 0
			if h.repeats > 0 {
				mean = h.repeat / h.repeats
			}
			t.Logf("%s, %3d weeks, %-17s %3d sittings, at most %d questions and %d s; seen after 4, 13, 26 weeks and at the end: %d %d %d %d; all essentials in week %d; boxes after 26 weeks %v and at the end %v; mastered %d; longest wait %d days; a mistake comes again after %d days",
				c.name, weeks, l.name+":", h.sittings, h.longest, h.most, h.seen[4], h.seen[13], h.seen[26], h.seen[weeks], h.essential, h.half[1:], h.boxes[1:], h.mastered, h.waited, mean)
			if h.longest > 8 || h.most > 180 {
				t.Errorf("a sitting had %d questions and took %d s", h.longest, h.most)
			}
			if l.weekly && c.name != "made up, longer" && (h.essential == 0 || h.essential > 26) {
				t.Errorf("%s: the essentials were seen in week %d", l.name, h.essential)
			}
			if h.follow > 0 {
				t.Errorf("a topic followed itself %d times", h.follow)
			}
			if l.weekly && h.waited > 120 {
				t.Errorf("%s: a question waited %d days", l.name, h.waited)
			}
		}
	}
}

// Who was away for three weeks has questions that wait longer than 120 days: they come first,
// and some weeks later all is as it was.
func TestHoliday(t *testing.T) {
	for _, factor := range []float64{1, 1.5} {
		h := newShop(makeFiles(12), seconds(factor)).run(t, crew()[3], 156)
		most, weeks := 0, 0
		for week, n := range h.overdue {
			if year := (week * 7) % 364; year > 161+8*7 || year < 140 { // eight weeks after the holiday
				if n > 0 {
					t.Errorf("x%.1f, week %d: %d questions waited more than 120 days", factor, week, n)
				}
			} else if n > 0 {
				weeks++
			}
			most = max(most, n)
		}
		t.Logf("x%.1f: at most %d questions waited longer than 120 days, in %d weeks of 156; the longest %d days", factor, most, weeks, h.waited)
	}
}
