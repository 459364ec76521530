package drill_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/playbook"
	"custode/playbook/drill"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// once is what is built in, read once for all players.
var once = sync.OnceValues(func() (*plan.Library, error) {
	book, err := fact.Load()
	if err != nil {
		return nil, err
	}
	return plan.Load(book)
})

func built(t *testing.T) (*fact.Book, *plan.Library) {
	t.Helper()
	lib, err := once()
	if err != nil {
		t.Fatal(err)
	}
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	return book, lib
}

// player plays an exercise by a script.
type player struct {
	t     *testing.T
	book  *fact.Book
	lib   *plan.Library
	s     *drill.Scenario
	by    map[string]*plan.Plan
	r     *playbook.Run
	now   time.Time
	truth fact.Set
}

func play(t *testing.T, s *drill.Scenario) *player {
	t.Helper()
	book, lib := built(t)
	p := &player{t: t, book: book, lib: lib, s: s, by: map[string]*plan.Plan{}, now: time.Date(2026, 11, 28, 9, 10, 0, 0, time.UTC)}
	var plans []*plan.Plan
	for _, id := range []string{s.Plan, "breach-notice"} {
		one, ok := lib.Get(id)
		if !ok {
			t.Fatalf("no plan %s", id)
		}
		plans = append(plans, one)
		p.by[one.Digest] = one
	}
	p.truth = s.Set(p.now)
	p.take(playbook.Begin(p.who(), plans))
	return p
}

func (p *player) who() playbook.Who {
	p.now = p.now.Add(time.Minute)
	return playbook.Who{Name: "anna", At: p.now}
}

func (p *player) take(more []playbook.Event) {
	p.t.Helper()
	var events []playbook.Event
	if p.r != nil {
		events = slices.Clone(p.r.Events)
	}
	r, err := playbook.Replay(p.book, p.by, append(events, more...))
	if err != nil {
		p.t.Fatal(err)
	}
	p.r = r
}

// told are times of who was told, as they are when a step is done.
func (p *player) answer(key string) string {
	if v, ok := p.truth[key]; ok {
		return v.Text
	}
	if d, _ := p.book.Find(key); d.Type == fact.Moment && d.Group == "told" {
		return p.now.Format(time.RFC3339)
	}
	return fact.Unknown
}

// all does every step with the true answers, meets every inject well, and does what change says instead.
func (p *player) all(change func(step string, given playbook.Answers) (skip bool)) {
	p.t.Helper()
	for range 200 {
		for _, in := range p.s.Pending(p.r, p.now.Add(24*time.Hour)) {
			value := ""
			for _, o := range in.Options {
				if o.Costs == 0 {
					value = o.ID
				}
			}
			p.must(p.r.Record(p.who(), playbook.Event{Kind: playbook.Inject, Ref: in.ID, Value: value}))
		}
		open := p.r.Path().Open
		if len(open) == 0 {
			return
		}
		given := playbook.Answers{}
		for _, key := range open[0].Step.Asks {
			given[key] = p.answer(key)
		}
		if change != nil && change(open[0].ID, given) {
			p.must(p.r.Skip(p.who(), open[0].ID, "no time"))
			continue
		}
		p.must(p.r.Done(p.who(), open[0].ID, given, ""))
	}
	p.t.Fatal("it does not end")
}

func (p *player) must(events []playbook.Event, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	p.take(events)
}

func scenarios(t *testing.T) []drill.Scenario {
	t.Helper()
	book, lib := built(t)
	all, err := drill.Load(book, lib)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// In every exercise: perfect is 100, nothing is at most 10, and each mistake costs.
func TestScore(t *testing.T) {
	for _, s := range scenarios(t) {
		t.Run(s.ID, func(t *testing.T) {
			perfect := play(t, &s)
			perfect.all(nil)
			if got := perfect.judge(); got.Points != 100 || len(got.Faults) != 0 {
				t.Errorf("perfect: %d %+v", got.Points, got)
			}
			if got := play(t, &s).judge(); got.Points > 10 {
				t.Errorf("nothing: %d %+v", got.Points, got)
			}
			if s.Key.Authority.Answer == "yes" {
				late := play(t, &s)
				late.all(func(_ string, given playbook.Answers) bool {
					if _, asked := given["authority_notified_at"]; asked {
						given["authority_notified_at"] = late.now.Add(100 * time.Hour).Format(time.RFC3339)
					}
					return false
				})
				if got := late.judge(); got.Points > 85 || !has(got, "late") {
					t.Errorf("late: %d %+v", got.Points, got)
				}
				silent := play(t, &s)
				silent.all(func(_ string, given playbook.Answers) bool {
					if _, asked := given["authority_decision"]; asked {
						given["authority_decision"] = "no"
					}
					return false
				})
				if got := silent.judge(); got.Points > 80 {
					t.Errorf("not notified: %d %+v", got.Points, got)
				}
			}
			for _, w := range s.Wrong {
				p := play(t, &s)
				p.all(func(step string, given playbook.Answers) bool {
					if w.Said != nil {
						if _, asked := given[w.Said.Key]; asked {
							given[w.Said.Key] = w.Said.Value
						}
					}
					return step == w.Skipped
				})
				if got := p.judge(); got.Points >= 100 || !has(got, w.ID) {
					t.Errorf("%s costs nothing: %d %+v", w.ID, got.Points, got)
				}
			}
		})
	}
}

// In every exercise each ill-chosen way to meet what happens meanwhile costs its points;
// to power off a machine that waits for a ransom is one of them.
func TestIllChosen(t *testing.T) {
	off := false
	for _, s := range scenarios(t) {
		for _, in := range s.Injects {
			for _, o := range in.Options {
				if o.Costs == 0 {
					continue
				}
				off = off || s.ID == "ransomware" && strings.Contains(o.Label.EN+o.Why.EN, "off")
				p := play(t, &s)
				p.must(p.r.Record(p.who(), playbook.Event{Kind: playbook.Inject, Ref: in.ID, Value: o.ID}))
				p.all(nil)
				if got := p.judge(); got.Points != 100-o.Costs || !has(got, o.ID) {
					t.Errorf("%s, %s, %s costs %d: %d %+v", s.ID, in.ID, o.ID, o.Costs, got.Points, got)
				}
			}
		}
	}
	if !off {
		t.Error("powering off a ransomed machine costs nothing")
	}
}

func has(s drill.Score, id string) bool {
	return slices.ContainsFunc(s.Faults, func(f drill.Fault) bool { return f.ID == id })
}

func (p *player) judge() drill.Score { return p.s.Judge(p.r, p.lib) }
