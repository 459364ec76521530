package daily_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"custode/playbook/daily"
)

// said is the answers of somebody who answers every question the same way.
func said(value func(q daily.Question) string) map[string]daily.Reply {
	out := map[string]daily.Reply{}
	for _, q := range daily.Questions() {
		out[q.ID] = daily.Reply{Value: value(q), Made: now().Add(-time.Hour), Until: now().AddDate(0, 0, q.Days), By: "ada"}
	}
	return out
}

// best is the first answer of a question.
func best(q daily.Question) string {
	if q.Values == nil {
		return "/mnt/copies"
	}
	return q.Values[0].ID
}

func find(r daily.Result, id string) daily.Item {
	if i := slices.IndexFunc(r.Items, func(it daily.Item) bool { return it.ID == id }); i >= 0 {
		return r.Items[i]
	}
	return daily.Item{}
}

// TestAnswers makes each item that only the owner can answer each of its colours: by its values, by age,
// by its end, by no answer.
func TestAnswers(t *testing.T) {
	for _, q := range daily.Questions() {
		if q.Spare || q.ID == daily.Place {
			continue
		}
		judge := func(a daily.Reply) daily.Item {
			f := sound()
			f.Answers[q.ID] = a
			return find(daily.Judge(f, now()), q.ID)
		}
		colours := map[daily.Status]bool{}
		for _, v := range q.Values {
			it := judge(daily.Reply{Value: v.ID, Made: now().Add(-time.Hour), Until: now().AddDate(0, 0, 5)})
			colours[it.Status] = true
			if it.Status != v.Counts || it.Question || it.Evidence.Kind != daily.Declared || it.Title.Key != "item."+q.ID+"."+v.ID+".title" {
				t.Errorf("%s %s: %s %s %s", q.ID, v.ID, it.Status, it.Title.Key, it.Evidence.Kind)
			}
			if (it.Do.Key == "") != (v.Counts == daily.OK) {
				t.Errorf("%s %s: do %q", q.ID, v.ID, it.Do.Key)
			}
		}
		good := q.Values[0].ID
		for _, c := range []struct {
			name string
			a    daily.Reply
		}{
			{"none", daily.Reply{}},
			{"of another question", daily.Reply{Value: "perhaps", Made: now(), Until: now().AddDate(0, 0, 5)}},
			{"ended", daily.Reply{Value: good, Made: now().AddDate(0, 0, -3), Until: now().Add(-time.Second)}},
			{"given in the future", daily.Reply{Value: good, Made: now().Add(time.Hour), Until: now().AddDate(0, 0, 5)}},
			{"for ever", daily.Reply{Value: good, Made: now().AddDate(0, 0, -q.Days-2), Until: now().AddDate(100, 0, 0)}},
		} {
			it := judge(c.a)
			colours[it.Status] = true
			if it.Status != daily.Unknown || !it.Question || len(it.Command) != 4 {
				t.Errorf("%s, %s: %s, question %v, %v", q.ID, c.name, it.Status, it.Question, it.Command)
			}
		}
		if q.Fresh < q.Days {
			old := judge(daily.Reply{Value: good, Made: now().AddDate(0, 0, -q.Fresh-1), Until: now().AddDate(0, 0, 5)})
			colours[old.Status] = true
			if old.Status != daily.Attention || !old.Aged {
				t.Errorf("%s, an old answer: %s", q.ID, old.Status)
			}
		}
		for _, s := range order {
			if !colours[s] {
				t.Errorf("%s is never %s", q.ID, s)
			}
		}
	}
}

// TestSpareNeverOverrules: what custode could look at stands, whatever is said, and with no answer
// at all an unknown is a question.
func TestSpareNeverOverrules(t *testing.T) {
	for _, status := range order {
		it := daily.Spared(daily.Item{ID: "host.disk", Status: status, Worth: status}, daily.Facts{Answers: said(best)}, now())
		if status != daily.Unknown && (it.Status != status || it.Worth != status || it.Evidence.Kind == daily.Declared) {
			t.Errorf("measured %s, said yes: %s", status, it.Status)
		}
		if status == daily.Unknown && (it.Status != daily.OK || it.Evidence.Kind != daily.Declared) {
			t.Errorf("not known, said yes: %s %s", it.Status, it.Evidence.Kind)
		}
	}
	it := daily.Spared(daily.Item{ID: "host.disk", Status: daily.Unknown, Worth: daily.Unknown}, daily.Facts{}, now())
	if it.Status != daily.Unknown || !it.Question {
		t.Errorf("not known and not said: %s", it.Status)
	}
	for _, id := range []string{"data.plaintext", "response.clock", "self.log"} {
		if _, there := daily.FindQuestion(id); there {
			t.Errorf("%s can be answered away", id)
		}
	}
}

// TestSayingIsWorthLess: a shop in which a thing is seen to be in order always has more points than
// one that only says so, and one that says nothing never more than one that says it is in order.
func TestSayingIsWorthLess(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 3))
	for range 2000 {
		items := someItems(rng)
		i := rng.IntN(len(items))
		items[i].Weight = 1 + rng.IntN(5)
		score := func(s daily.Status, k daily.Kind) int {
			items[i].Status, items[i].Worth, items[i].Evidence.Kind = s, s, k
			n, _ := daily.Score(items)
			return n
		}
		seen, told, silent := score(daily.OK, daily.Measured), score(daily.OK, daily.Declared), score(daily.Unknown, daily.Declared)
		if told > seen || silent > told {
			t.Fatalf("seen %d, said %d, not said %d", seen, told, silent)
		}
	}
	open := daily.Judge(daily.Facts{Scan: &daily.ScanFacts{EndedAt: now()}}, now())
	if open.Questions() == 0 || open.Score > 89 {
		t.Errorf("%d questions, %d points", open.Questions(), open.Score)
	}
}

// TestQuestionsAreNoFailure: a shop in order whose owner has not answered yet needs attention, and
// is none in which something could not be checked.
func TestQuestionsAreNoFailure(t *testing.T) {
	f := sound()
	f.Answers = nil
	if r := daily.Judge(f, now()); r.Status != daily.Attention || r.Score > 89 {
		t.Errorf("%s, %d points", r.Status, r.Score)
	}
}
