package statement_test

import (
	"strings"
	"testing"
	"time"

	"custode/playbook/privacy/statement"
)

// published is what a sound shop printed ten days ago.
func published(t *testing.T, turn func(*statement.Facts)) statement.Published {
	t.Helper()
	f := sound()
	if turn != nil {
		turn(&f)
	}
	raw, err := draw(t, f, "en").Encode()
	if err != nil {
		t.Fatal(err)
	}
	p, err := statement.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func broken(t *testing.T, p statement.Published, f statement.Facts) map[string]statement.Broken {
	t.Helper()
	out := map[string]statement.Broken{}
	for _, b := range book(t).Check(p, f, now(), func(item string) time.Time {
		if item == "watch.running" || item == "data.plaintext" {
			return ago(3)
		}
		return time.Time{}
	}) {
		out[b.ID] = b
	}
	return out
}

// TestPrintedHolds finds nothing to say where nothing got worse, or things got better.
func TestPrintedHolds(t *testing.T) {
	for name, turn := range map[string]func(*statement.Facts){
		"the same":                  func(*statement.Facts) {},
		"a later exercise":          at(statement.Exercise, ago(1)),
		"tried again":               at(statement.Drilled, ago(1)),
		"more files, all encrypted": both(count(statement.Sealed, 20), count(statement.Found, 20)),
		"an earlier beginning":      at(statement.WatchSince, ago(90)),
	} {
		f := sound()
		turn(&f)
		if got := broken(t, published(t, nil), f); len(got) > 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestEveryPrintedTurns prints each claim, turns each of its facts, and wants the check to say so
// wherever the claim is no longer made.
func TestEveryPrintedTurns(t *testing.T) {
	b := book(t)
	for id, rows := range turns {
		p := published(t, before[id])
		if !contains(p, id) {
			t.Fatalf("%s was not printed", id)
		}
		c, _ := b.Find(id)
		for _, row := range rows {
			f := sound()
			row.do(&f)
			got, told := broken(t, p, f)[id]
			if gone := len(c.Lacks(f, now())) > 0; gone != (told && !got.Better) {
				t.Errorf("%s, %s: gone %t, told %t", id, row.name, gone, told)
			}
		}
	}
}

func contains(p statement.Published, id string) bool {
	for _, s := range p.Sentences {
		if s.ID == id {
			return true
		}
	}
	return false
}

// TestPrintedTooGood finds a claim that still holds, but of which the page says more than is true.
func TestPrintedTooGood(t *testing.T) {
	for name, c := range map[string]struct {
		printed, now func(*statement.Facts)
		id           string
	}{
		"fewer encrypted":             {oneOpen, both(oneOpen, count(statement.Sealed, 10)), "files.share"},
		"more can be read":            {oneOpen, both(oneOpen, count(statement.Found, 14)), "files.share"},
		"fewer encrypted, old scan":   {unknown(statement.Scanned), both(unknown(statement.Scanned), count(statement.Sealed, 11)), "files.some"},
		"the watch began again":       {nil, at(statement.WatchSince, ago(30)), "watch.long"},
		"the law gives less time":     {nil, count(statement.LawHours, 24), "attack.authority"},
		"the first seal was later":    {nil, at(statement.FirstSeal, ago(199)), "files.all"},
		"the law gives people sooner": {nil, count(statement.PeopleDays, 10), "attack.tell-days"},
	} {
		f := sound()
		c.now(&f)
		got, ok := broken(t, published(t, c.printed), f)[c.id]
		if !ok || !got.Better {
			t.Errorf("%s: %+v", name, got)
		}
	}
	f := sound()
	f.Count[statement.LawHours] = 96
	if got := broken(t, published(t, nil), f); len(got) > 0 {
		t.Errorf("the law gives more time: %+v", got)
	}
}

// TestSinceWhen tells since when a sentence is no longer true, where that is known.
func TestSinceWhen(t *testing.T) {
	f := sound()
	red("watch.running")(&f)
	at(statement.Drilled, ago(181))(&f)
	count(statement.Contacts, 0)(&f)
	oneOpen(&f)
	got := broken(t, published(t, nil), f)
	for id, want := range map[string]time.Time{
		"watch.long": ago(3), "keys.recovery": ago(1), "plan": {}, "files.all": ago(3),
	} {
		if b, ok := got[id]; !ok || !b.Since.Equal(want) || b.Text == "" {
			t.Errorf("%s: %+v, want since %s", id, b, want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d broken: %+v", len(got), got)
	}
}

// TestOtherVersions: a claim that this version does not know counts as broken; what is no
// statement is refused.
func TestOtherVersions(t *testing.T) {
	p, err := statement.Decode([]byte(`{"sentences":[{"id":"gone","text":"We are safe."}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := broken(t, p, sound()); !strings.Contains(got["gone"].Text, "safe") {
		t.Errorf("%+v", got)
	}
	if _, err := statement.Decode([]byte("[1")); err == nil {
		t.Error("taken for a statement")
	}
}
