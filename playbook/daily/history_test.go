package daily_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/daily"
)

// ranAt is a check that found one item to be something.
func ranAt(at time.Time, score int, s daily.Status) daily.Run {
	return daily.Run{At: at, Day: at.Format(time.DateOnly), Score: score, Items: map[string]daily.Status{"data.plaintext": s}}
}

func on(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }

// openCards is a shop whose cards lie open: red.
func openCards(snoozes map[string]daily.Snooze) daily.Result {
	f := sound()
	f.Scan.Open, f.Snoozes = file("high"), snoozes
	return daily.Judge(f, now())
}

// TestSince: since when something is so, over checks in any order, and whether or not it was put off.
func TestSince(t *testing.T) {
	off := map[string]daily.Snooze{"data.plaintext": {Until: now().AddDate(0, 1, 0), Because: "waits for a drive"}}
	for _, c := range []struct {
		name string
		runs []daily.Run
		want time.Time
	}{
		{"the first check", nil, now()},
		{"since it is known", []daily.Run{ranAt(on(20, 9), 0, daily.Act), ranAt(on(21, 9), 0, daily.Act)}, on(20, 9)},
		{"it was in order between", []daily.Run{ranAt(on(20, 9), 0, daily.Act), ranAt(on(21, 9), 0, daily.OK), ranAt(on(22, 9), 0, daily.Act)}, on(22, 9)},
		{"it was less bad", []daily.Run{ranAt(on(20, 9), 0, daily.Attention)}, now()},
		{"it was not known", []daily.Run{ranAt(on(20, 9), 0, daily.Act), ranAt(on(21, 9), 0, daily.Unknown)}, now()},
		{"there was no such item", []daily.Run{{At: on(20, 9), Items: map[string]daily.Status{}}}, now()},
		{"a clock that was wrong", []daily.Run{ranAt(on(22, 9), 0, daily.Act), ranAt(on(28, 9), 0, daily.OK)}, on(22, 9)},
	} {
		for _, snoozes := range []map[string]daily.Snooze{nil, off} {
			r := openCards(snoozes)
			if got := daily.Since(r, c.runs)["data.plaintext"]; !got.Equal(c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
			slices.Reverse(c.runs)
			if got := daily.Since(r, c.runs)["data.plaintext"]; !got.Equal(c.want) {
				t.Errorf("%s, in the other order: %v", c.name, got)
			}
		}
	}
}

// TestRunOf: what is kept of a check does not change because something was put off.
func TestRunOf(t *testing.T) {
	f := sound()
	f.Scan.Open = append(file("high"), file("low")...)
	plain := daily.RunOf(daily.Judge(f, now()), f)
	f.Snoozes = map[string]daily.Snooze{"data.plaintext": {Until: now().AddDate(0, 1, 0), Because: "x"}}
	off := daily.Judge(f, now())
	if got := daily.RunOf(off, f); !cmp.Equal(got.Items, plain.Items) || got.Score != plain.Score {
		t.Error(cmp.Diff(plain, got))
	}
	if plain.Items["data.plaintext"] != daily.Act || plain.OpenFiles != 2 || plain.OpenPeople != 12 || plain.Day != "2026-11-23" {
		t.Errorf("%+v", plain)
	}
	if got := daily.RunOf(daily.Judge(daily.Facts{}, now()), daily.Facts{}); got.Items["data.plaintext"] != daily.Unknown || got.OpenFiles != 0 {
		t.Errorf("%+v", got)
	}
}

// TestPrevious: a score is held against that of an earlier day; within the first day, against its first.
func TestPrevious(t *testing.T) {
	for _, c := range []struct {
		runs []daily.Run
		want int
	}{
		{nil, -1},
		{[]daily.Run{ranAt(on(25, 9), 70, "")}, -1},
		{[]daily.Run{ranAt(on(23, 7), 40, ""), ranAt(on(23, 8), 50, "")}, 40},
		{[]daily.Run{ranAt(on(21, 9), 30, ""), ranAt(on(22, 9), 58, ""), ranAt(on(22, 8), 20, ""), ranAt(on(23, 8), 50, ""), ranAt(on(25, 9), 70, "")}, 58},
	} {
		run, there := daily.Previous(c.runs, now())
		if !there {
			run.Score = -1
		}
		if run.Score != c.want {
			t.Errorf("%v: %d", c.runs, run.Score)
		}
	}
}

// TestGap: the days without a check, by the calendar and not by hours.
func TestGap(t *testing.T) {
	for _, c := range []struct {
		last     time.Time
		from, to int // 0: none
	}{
		{on(23, 8), 0, 0},
		{on(22, 23), 0, 0},
		{on(22, 0), 0, 0},
		{on(21, 23), 22, 22},
		{on(13, 9), 14, 22},
		{on(25, 9), 0, 0},
	} {
		from, to, there := daily.Gap([]daily.Run{ranAt(c.last, 0, "")}, now())
		switch {
		case there != (c.from > 0):
			t.Errorf("%v: %v %v %v", c.last, from, to, there)
		case there && (!from.Equal(on(c.from, 0)) || !to.Equal(on(c.to, 0))):
			t.Errorf("%v: %v %v", c.last, from, to)
		}
	}
	if _, _, there := daily.Gap(nil, now()); there {
		t.Error("a gap before the first check")
	}
}

// TestSnoozeEarnsNothing: whatever is put off, of a random shop, the score, its caps and what each item counts are as before; no
// item looks better than amber or goes away, and what may not be put off is not.
func TestSnoozeEarnsNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 300 {
		f := sound()
		if r.IntN(3) == 0 {
			f.Scan.Open = file([]string{"high", "medium", "low"}[r.IntN(3)])
		}
		f.Access.Unknown = int64(r.IntN(2))
		f.Scan.EndedAt = now().AddDate(0, 0, -r.IntN(60))
		f.Journal.Broken = r.IntN(4) == 0
		f.Seal.BackupAt = now().AddDate(0, 0, -r.IntN(300))
		f.Watch = &daily.WatchFacts{Running: r.IntN(2) == 0, Critical: int64(r.IntN(2)), Heard: now()}
		if r.IntN(8) == 0 {
			f.Scan = nil
		}
		before := daily.Judge(f, now())
		f.Snoozes = map[string]daily.Snooze{}
		for _, it := range before.Items {
			if r.IntN(2) == 0 {
				f.Snoozes[it.ID] = daily.Snooze{Until: now().AddDate(0, 0, r.IntN(200)-10), Because: "x"}
			}
		}
		after := daily.Judge(f, now())
		if after.Score != before.Score || !slices.Equal(after.Caps, before.Caps) || len(after.Items) != len(before.Items) {
			t.Fatalf("%d %v became %d %v by %v", before.Score, before.Caps, after.Score, after.Caps, f.Snoozes)
		}
		for i, it := range after.Items {
			was := before.Items[i]
			_, may := daily.Known(it.ID)
			s, put := f.Snoozes[it.ID]
			switch {
			case it.ID != was.ID || it.Worth != was.Worth || it.Status == daily.OK && was.Status != daily.OK:
				t.Fatalf("%+v became %+v", was, it)
			case it.Snooze != nil && (!put || !may || now().After(s.Until) || it.Status != daily.Attention):
				t.Fatalf("%+v is put off", it)
			case it.Snooze == nil && it.Status != was.Status:
				t.Fatalf("%+v became %+v", was, it)
			}
		}
	}
}

// TestSnoozeCoversWhatWasSeen: put off as amber, an item that turns red is red; one that is mended half-way stays put off.
func TestSnoozeCoversWhatWasSeen(t *testing.T) {
	for _, c := range []struct {
		was   daily.Status
		risk  string
		blind bool
		want  daily.Status
		off   bool
	}{
		{daily.Attention, "low", false, daily.Attention, true},
		{daily.Attention, "high", false, daily.Act, false},
		{daily.Attention, "", true, daily.Unknown, false},
		{daily.Unknown, "", true, daily.Attention, true},
		{daily.Unknown, "low", false, daily.Attention, true},
		{daily.Unknown, "high", false, daily.Act, false},
		{daily.Act, "high", false, daily.Attention, true},
		{daily.Act, "low", false, daily.Attention, true},
		{"", "high", false, daily.Attention, true}, // put off by an older custode
	} {
		f := sound()
		if c.risk != "" {
			f.Scan.Open = file(c.risk)
		}
		if c.blind {
			f.Scan.Absent = file("")
		}
		f.Snoozes = map[string]daily.Snooze{"data.plaintext": {Until: now().AddDate(0, 1, 0), Because: "x", Was: c.was}}
		for _, it := range daily.Judge(f, now()).Items {
			if it.ID == "data.plaintext" && (it.Status != c.want || (it.Snooze != nil) != c.off) {
				t.Errorf("put off as %q, now %q: %s, put off %v", c.was, c.risk, it.Status, it.Snooze != nil)
			}
		}
	}
}

// found makes a result out of statuses by item.
func found(at time.Time, s map[string]daily.Status, off map[string]bool) daily.Result {
	r := daily.Result{At: at}
	for _, id := range []string{"data.plaintext", "data.access", "scan.age", "keys.recovery"} {
		it := daily.Item{ID: id, Status: s[id], Worth: s[id]}
		if off[id] && it.Status != daily.OK {
			it.Status, it.Snooze = daily.Attention, &daily.Snooze{}
		}
		r.Items = append(r.Items, it)
	}
	return r
}

// TestTell walks one item through days; n is news, - is none.
func TestTell(t *testing.T) {
	const id = "data.plaintext"
	g, a, u, x := daily.OK, daily.Attention, daily.Unknown, daily.Act
	type step struct {
		day  int
		s    daily.Status
		off  bool
		news bool
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"the same, day after day", []step{{20, x, false, true}, {20, x, false, false}, {21, x, false, false}, {22, x, false, false}}},
		{"worse by the hour", []step{{20, a, false, true}, {20, u, false, true}, {20, x, false, true}, {21, x, false, false}}},
		{"better is no news, worse again is, once", []step{{20, x, false, true}, {21, a, false, false}, {22, x, false, true}, {22, a, false, false}, {22, x, false, false}, {23, x, false, false}}},
		{"better on the day, worse the next", []step{{20, x, false, true}, {20, a, false, false}, {21, x, false, true}}},
		{"mended, and back on another day", []step{{20, x, false, true}, {21, g, false, false}, {22, x, false, true}}},
		{"mended on the day, and back the next", []step{{20, x, false, true}, {20, g, false, false}, {21, x, false, true}, {21, x, false, false}}},
		{"it comes and goes within a day", []step{{20, x, false, true}, {20, g, false, false}, {20, x, false, false}, {20, g, false, false}, {20, x, false, false}, {21, x, false, false}}},
		{"back on the day, but worse", []step{{20, a, false, true}, {20, g, false, false}, {20, x, false, true}}},
		{"put off", []step{{20, x, true, false}, {21, x, true, false}, {22, x, false, true}}},
		{"told, put off, and its time is over", []step{{20, x, false, true}, {21, x, true, false}, {22, x, false, true}}},
		{"in order", []step{{20, g, false, false}, {21, g, false, false}}},
	} {
		var told map[string]daily.Told
		for i, s := range c.steps {
			m := map[string]daily.Status{id: s.s, "data.access": g, "scan.age": g, "keys.recovery": g}
			var news []daily.Item
			news, told = daily.Tell(found(on(s.day, 9+i), m, map[string]bool{id: s.off}), told)
			if got := len(news) == 1; got != s.news {
				t.Errorf("%s, step %d: news is %v", c.name, i+1, got)
			}
		}
	}
	r := found(on(20, 9), map[string]daily.Status{id: u, "data.access": g, "scan.age": g, "keys.recovery": g}, nil)
	r.Items[0].Question = true
	if news, _ := daily.Tell(r, nil); len(news) > 0 {
		t.Error("a question is told as news")
	}
}

// TestTellQuietly: over random days with many checks, nothing is told twice on a day as the same or less, nothing that is put off is told,
// everything that is worse than it was in the evening is told by the first check of the next day, and the
// order of the items changes nothing.
func TestTellQuietly(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 3))
	all := []daily.Status{daily.OK, daily.Attention, daily.Unknown, daily.Act}
	rank := func(s daily.Status) int { return slices.Index(all, s) }
	ids := []string{"data.plaintext", "data.access", "scan.age", "keys.recovery"}
	for range 80 {
		var told map[string]daily.Told
		was, off := map[string]daily.Status{}, map[string]bool{}
		for _, id := range ids {
			was[id] = daily.OK
		}
		for d := 1; d <= 12; d++ {
			today := map[string]daily.Status{}
			for n := range 1 + r.IntN(5) {
				s := map[string]daily.Status{}
				for _, id := range ids {
					s[id], off[id] = all[r.IntN(4)], r.IntN(6) == 0
				}
				res := found(on(d, 8+n), s, off)
				news, next := daily.Tell(res, told)
				slices.Reverse(res.Items)
				if _, other := daily.Tell(res, told); !cmp.Equal(next, other) {
					t.Fatal(cmp.Diff(next, other))
				}
				told = next
				said := map[string]bool{}
				for _, it := range news {
					if said[it.ID] = true; off[it.ID] || it.Status == daily.OK {
						t.Fatalf("%+v is told", it)
					}
					if before, again := today[it.ID]; again && rank(it.Status) <= rank(before) {
						t.Fatalf("day %d: %s is told as %s after %s", d, it.ID, it.Status, before)
					}
					today[it.ID] = it.Status
				}
				for _, id := range ids {
					if n == 0 && !off[id] && rank(s[id]) > rank(was[id]) && !said[id] {
						t.Fatalf("day %d: %s became %s overnight, and nobody is told", d, id, s[id])
					}
					if was[id] = s[id]; off[id] {
						was[id] = daily.OK
					}
				}
			}
		}
	}
}

// ExampleGap shows what the first line of a check says after a weekend.
func ExampleGap() {
	from, to, there := daily.Gap([]daily.Run{{At: on(20, 9)}}, on(23, 9))
	fmt.Println(from.Format(time.DateOnly), to.Format(time.DateOnly), there)
	// Output: 2026-11-21 2026-11-22 true
}
