package daily_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/source"
	"custode/playbook/daily"
)

const seed = 20261123

// order lists the statuses from what earns least; unknown and red earn the same, but cap differently.
var order = []daily.Status{daily.Act, daily.Unknown, daily.Attention, daily.OK}

// someItems makes up a check of some items of the catalogue.
func someItems(rng *rand.Rand) []daily.Item {
	ids := []string{"data.plaintext", "keys.recovery", "self.log", "watch.running", "host.disk", "access.mfa", "scan.age", "scan.excluded", "people.quiz"}
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	var items []daily.Item
	for _, id := range ids[:1+rng.IntN(len(ids))] {
		s := order[rng.IntN(len(order))]
		kind := []daily.Kind{daily.Measured, daily.Declared, daily.Exercised, daily.Recorded}[rng.IntN(4)]
		items = append(items, daily.Item{ID: id, Status: s, Worth: s, Weight: rng.IntN(6), Evidence: daily.Evidence{Kind: kind}})
	}
	return items
}

// TestScore holds the score to its properties on thousands of made-up checks.
func TestScore(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 20000 {
		items := someItems(rng)
		score, caps := daily.Score(items)
		if score < 0 || score > 100 {
			t.Fatalf("%d points", score)
		}
		shuffled := slices.Clone(items)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, c := daily.Score(shuffled); got != score || !cmp.Equal(c, caps) {
			t.Fatalf("%d points %v, shuffled %d %v", score, caps, got, c)
		}
		i := rng.IntN(len(items))
		change := func(what string, fn func(*daily.Item)) {
			mended := slices.Clone(items)
			fn(&mended[i])
			if got, _ := daily.Score(mended); got < score {
				t.Fatalf("%s %+v lowers %d to %d", what, items[i], score, got)
			}
		}
		for _, better := range order {
			if slices.Index(order, items[i].Worth) < slices.Index(order, better) {
				change("mending", func(it *daily.Item) { it.Worth = better })
			}
		}
		if items[i].Evidence.Kind == daily.Declared {
			change("measuring", func(it *daily.Item) { it.Evidence.Kind = daily.Measured })
		}
		for _, it := range items {
			switch {
			case it.Worth == daily.Unknown && it.Weight > 0 && score > 89:
				t.Fatalf("%d points with an unknown", score)
			case it.Worth == daily.Act && (it.ID == "data.plaintext" || it.ID == "keys.recovery" || it.ID == "self.log") && score > 49:
				t.Fatalf("%d points with %s red", score, it.ID)
			}
		}
		if (score == 89 || score == 49) && len(caps) == 0 && allGood(items) {
			t.Fatalf("%d points and no cap", score)
		}
	}
	if n, _ := daily.Score(nil); n != 0 {
		t.Error("nothing checked is no 100")
	}
}

func allGood(items []daily.Item) bool {
	return !slices.ContainsFunc(items, func(it daily.Item) bool {
		return it.Worth != daily.OK || it.Evidence.Kind == daily.Declared
	})
}

// TestSaying: what was only said never counts as much as what was seen, whatever else there is.
func TestSaying(t *testing.T) {
	said := []daily.Item{
		{ID: "access.mfa", Status: daily.OK, Worth: daily.OK, Weight: 3, Evidence: daily.Evidence{Kind: daily.Declared}},
		{ID: "host.disk", Status: daily.OK, Worth: daily.OK, Weight: 3},
	}
	if n, _ := daily.Score(said); n != 87 {
		t.Errorf("%d points", n)
	}
}

// TestAge turns green to amber by nothing but the days that pass.
func TestAge(t *testing.T) {
	f := sound()
	last := 101
	for _, c := range []struct {
		days int
		want daily.Status
	}{{0, daily.OK}, {29, daily.OK}, {31, daily.Attention}, {60, daily.Attention}, {120, daily.Attention}, {400, daily.Attention}} {
		at := now().AddDate(0, 0, c.days)
		r := daily.Judge(f, at)
		it := r.Items[slices.IndexFunc(r.Items, func(it daily.Item) bool { return it.ID == "data.plaintext" })]
		if it.Status != c.want || it.Aged != (c.want != daily.OK) || (c.want != daily.OK) != (it.Do.Key == "check.aged.do") {
			t.Errorf("after %d days %s, %q", c.days, it.Status, it.Do.Key)
		}
		if r.Score > last {
			t.Errorf("after %d days %d points, before %d", c.days, r.Score, last)
		}
		last = r.Score
	}
	if last > 49 {
		t.Errorf("a shop that was switched off for a year has %d points", last)
	}
	if it := daily.Judge(f, now().Add(-2*time.Hour)).Items[0]; it.Status != daily.Unknown {
		t.Errorf("seen in the future: %s", it.Status)
	}
}

// TestSnooze: put off, an item is amber until its day, counts as before, and what can't wait can't be put off.
func TestSnooze(t *testing.T) {
	f := sound()
	f.Scan.Open, f.Journal.Broken = file("high"), true
	before := daily.Judge(f, now())
	f.Snoozes = map[string]daily.Snooze{
		"data.plaintext": {Until: now().Add(time.Hour), Because: "the accountant comes on Friday", By: "ada"},
		"self.log":       {Until: now().Add(time.Hour)}, "scan.age": {Until: now().Add(time.Hour)},
	}
	find := func(r daily.Result, id string) daily.Item {
		return r.Items[slices.IndexFunc(r.Items, func(it daily.Item) bool { return it.ID == id })]
	}
	r := daily.Judge(f, now())
	if it := find(r, "data.plaintext"); it.Status != daily.Attention || it.Worth != daily.Act || it.Snooze == nil || it.Snooze.Because == "" {
		t.Errorf("put off: %+v", it)
	}
	if it := find(r, "self.log"); it.Status != daily.Act || it.Snooze != nil {
		t.Errorf("what can't be put off: %+v", it)
	}
	if it := find(r, "scan.age"); it.Status != daily.OK || it.Snooze != nil {
		t.Errorf("what is in order: %+v", it)
	}
	if r.Score != before.Score || !cmp.Equal(r.Caps, before.Caps) {
		t.Errorf("%d points %v, put off %d %v", before.Score, before.Caps, r.Score, r.Caps)
	}
	if first := r.First(99); first[len(first)-1].ID != "data.plaintext" {
		t.Errorf("what was put off is not last: %s", first[len(first)-1].ID)
	}
	if it := find(daily.Judge(f, now().Add(2*time.Hour)), "data.plaintext"); it.Status != daily.Act || it.Snooze != nil {
		t.Errorf("when its day is over: %+v", it)
	}
}

// TestWorseDataNeverScoresBetter adds open files to shops of every kind.
func TestWorseDataNeverScoresBetter(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for range 5000 {
		f := someShop(rng)
		if f.Scan == nil {
			continue
		}
		score := daily.Judge(f, now()).Score
		scan, access := *f.Scan, *f.Access
		more := daily.File{Path: "/data/more.csv", Risk: []string{"low", "medium", "high"}[rng.IntN(3)], People: 3}
		at := len(scan.Open)
		if more.Risk == "high" {
			at = 0 // worst first
		}
		scan.Open, scan.Files, scan.People = slices.Insert(slices.Clone(scan.Open), at, more), scan.Files+1, scan.People+3
		switch rng.IntN(4) {
		case 0:
			access.Everyone = slices.Insert(slices.Clone(access.Everyone), min(at, len(access.Everyone)), more)
		case 1:
			access.Group = append(slices.Clone(access.Group), more)
		case 2:
			access.Unknown++
		}
		switch rng.IntN(3) {
		case 0:
			scan.Stray = append(slices.Clone(scan.Stray), more)
		case 1:
			scan.Stray, scan.StrayFar = append(slices.Clone(scan.Stray), more), true
		}
		uses := *f.Uses
		switch uses.Held = true; rng.IntN(3) {
		case 0:
			uses.NotNeeded, uses.Special = append(slices.Clone(uses.NotNeeded), more), rng.IntN(2) == 0 || uses.Special
		case 1:
			uses.Past, uses.PastLong = append(slices.Clone(uses.Past), more), rng.IntN(2) == 0 || uses.PastLong
		}
		f.Scan, f.Access, f.Uses = &scan, &access, &uses
		if got := daily.Judge(f, now()).Score; got > score {
			t.Fatalf("one more open file: %d, before %d: %+v %+v", got, score, scan, access)
		}
	}
}

// someShop makes up the facts of a shop.
func someShop(rng *rand.Rand) daily.Facts {
	f := sound()
	maybe := func(fn func()) {
		if rng.IntN(3) == 0 {
			fn()
		}
	}
	maybe(func() { f.Scan.Open = file("low") })
	maybe(func() { f.Scan.Open = file("high") })
	maybe(func() { f.Scan.Absent = file("") })
	maybe(func() { f.Scan.Uncovered = file("") })
	maybe(func() { f.Scan.Failed = file("") })
	maybe(func() { f.Scan.Files = 1 })
	maybe(func() { f.Scan.EndedAt = now().AddDate(0, 0, -rng.IntN(90)) })
	maybe(func() { f.Access.Everyone = file("low") })
	maybe(func() { f.Access.Group = file("medium") })
	maybe(func() { f.Access.Unknown = 1 })
	maybe(func() { f.Seal.Kept = 2 })
	maybe(func() { f.Seal.ProvenAt = time.Time{} })
	maybe(func() { f.Left = file("") })
	maybe(func() { f.Scan.Stray = file("low") })
	maybe(func() { f.Uses.Declared = false })
	maybe(func() { f.Uses.Held = false })
	maybe(func() { f.Uses.Past = file("") })
	maybe(func() { f.Journal = nil })
	maybe(func() { f.Began = now().AddDate(0, 0, -3) })
	return f
}

// TestSources: every standard that an item serves has its source.
func TestSources(t *testing.T) {
	list, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := sound()
	f.Left, f.Copies, f.Auto, f.Watch = file(""), file(""), &daily.AutoFacts{}, &daily.WatchFacts{}
	for _, it := range daily.Judge(f, now()).Items {
		for _, m := range it.MapsTo {
			if _, ok := list.Find(daily.SourceOf(m)); !ok {
				t.Errorf("%s: %s has no source", it.ID, m)
			}
		}
		if !slices.Contains(daily.Groups(), it.Group) {
			t.Errorf("%s: group %q", it.ID, it.Group)
		}
	}
}
