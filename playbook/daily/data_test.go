package daily_test

import (
	"slices"
	"testing"
	"time"

	"custode/playbook/daily"
)

// TestData makes each item about where data lies, why and for how long each of its colours, and those
// of what is sealed that rest on the catalogue and on the sample.
func TestData(t *testing.T) {
	var cases []itemCase
	add := func(id, c string, want daily.Status, change func(f *daily.Facts)) {
		cases = append(cases, itemCase{c, id, change, want, "item." + id + "." + c + ".title"})
	}
	const stray, purpose, retention, second, sound = "data.stray", "data.purpose", "data.retention", "keys.second", "sealed.sound"

	add(stray, "ok", daily.OK, func(*daily.Facts) {})
	add(stray, "ok-but", daily.OK, func(f *daily.Facts) { f.Scan.Images = 1 })
	add(stray, "ok-but", daily.OK, func(f *daily.Facts) { f.Left = file("") })
	add(stray, "near", daily.Attention, func(f *daily.Facts) { f.Scan.Stray = file("high") })
	add(stray, "far", daily.Act, func(f *daily.Facts) { f.Scan.Stray, f.Scan.StrayFar = file("low"), true })
	add(stray, "unknown", daily.Unknown, func(f *daily.Facts) { f.Scan = nil })
	add(stray, "unknown", daily.Unknown, func(f *daily.Facts) { f.Scan.Absent = file("") })

	add(purpose, "ok", daily.OK, func(*daily.Facts) {})
	add(purpose, "nothing", daily.OK, func(f *daily.Facts) { f.Uses.Held = false })
	add(purpose, "some", daily.Attention, func(f *daily.Facts) { f.Uses.NotNeeded, f.Uses.People = file(""), 100 })
	add(purpose, "some", daily.Act, func(f *daily.Facts) { f.Uses.NotNeeded, f.Uses.People = file(""), 101 })
	add(purpose, "some", daily.Act, func(f *daily.Facts) { f.Uses.NotNeeded, f.Uses.Special = file(""), true })
	add(purpose, "none", daily.Act, func(f *daily.Facts) { f.Uses.Declared = false })
	add(purpose, "none", daily.Attention, func(f *daily.Facts) { f.Uses.Declared, f.Began = false, now().AddDate(0, 0, -3) })
	add(purpose, "unknown", daily.Unknown, func(f *daily.Facts) { f.Uses = nil })
	add(purpose, "unknown", daily.Unknown, func(f *daily.Facts) { f.Uses.Scanned = false })

	add(retention, "ok", daily.OK, func(*daily.Facts) {})
	add(retention, "nothing", daily.OK, func(f *daily.Facts) { f.Uses.Held = false })
	add(retention, "past", daily.Attention, func(f *daily.Facts) { f.Uses.Past = file("") })
	add(retention, "past", daily.Act, func(f *daily.Facts) { f.Uses.Past, f.Uses.PastLong = file(""), true })
	add(retention, "none", daily.Unknown, func(f *daily.Facts) { f.Uses.Declared = false })
	add(retention, "unknown", daily.Unknown, func(f *daily.Facts) { f.Uses = nil })

	add(second, "ok", daily.OK, func(*daily.Facts) {})
	add(second, "nothing", daily.OK, func(f *daily.Facts) { f.Seal.Sealed = 0 })
	add(second, "some", daily.Attention, func(f *daily.Facts) { f.Seal.Single = 1 })
	add(second, "all", daily.Act, func(f *daily.Facts) { f.Seal.Single = f.Seal.Sealed })
	add(second, "unknown", daily.Unknown, func(f *daily.Facts) { f.Seal.NoKeys = 1 })

	sampled := func(key bool) func(f *daily.Facts) {
		return func(f *daily.Facts) {
			f.Seal.Sampled, f.Seal.SampledAt, f.Seal.SampledKey = 5, now().Add(-time.Minute), key
		}
	}
	add(sound, "opened", daily.OK, sampled(true))
	add(sound, "held", daily.OK, sampled(false))
	add(sound, "sample-failed", daily.Act, func(f *daily.Facts) { sampled(true)(f); f.Seal.SampleFailed = file("") })
	add(sound, "sample-blind", daily.Unknown, func(f *daily.Facts) { sampled(true)(f); f.Seal.SampleBlind = 1 })
	add(sound, "away", daily.Unknown, func(f *daily.Facts) { sampled(true)(f); f.Seal.Away = 1 })
	add("keys.recovery", "gone", daily.Unknown, func(f *daily.Facts) { f.Seal.Keys = false })
	add("keys.recovery", "future", daily.Unknown, func(f *daily.Facts) { f.Seal.ProvenAt = now().Add(time.Hour) })
	add("backup.home", "gone", daily.Unknown, func(f *daily.Facts) { f.Seal.Keys = false })
	add(sound, "old", daily.Attention, func(f *daily.Facts) { sampled(true)(f); f.Seal.Since = now().AddDate(0, 0, -91) })
	add(sound, "future", daily.Unknown, func(f *daily.Facts) { f.Seal.VerifiedAt = now().Add(time.Hour) })
	add(sound, "future", daily.Unknown, func(f *daily.Facts) { f.Seal.SampledAt = now().Add(time.Hour) })
	judgeAll(t, cases)
}

// TestOneKeyMoreEarnsNothing: a file with one key beside one of unknown keys is no gain.
func TestOneKeyMoreEarnsNothing(t *testing.T) {
	f := sound()
	f.Seal.NoKeys = 1
	before := daily.Judge(f, now()).Score
	f.Seal.Single = 1
	if got := daily.Judge(f, now()).Score; got > before {
		t.Errorf("%d points, before %d", got, before)
	}
}

// TestRecordsLost: where the journal is a new one, that nothing stands in the records is no green.
func TestRecordsLost(t *testing.T) {
	f := sound()
	f.Journal.Begun = false
	kept := []daily.Group{daily.Sealed, daily.Backup, daily.Watch, daily.Response, daily.Staff, daily.Privacy}
	for _, it := range daily.Judge(f, now()).Items {
		if slices.Contains(kept, it.Group) && it.Status == daily.OK && (it.Group != daily.Backup || it.Evidence.Kind != daily.Measured) {
			t.Errorf("%s is green without a record", it.ID)
		}
	}
}

// TestNothingGathered: whatever could not be looked at, alone or with others, is judged without a green.
func TestNothingGathered(t *testing.T) {
	parts := []func(f *daily.Facts){
		func(f *daily.Facts) { f.Scan = nil }, func(f *daily.Facts) { f.Access = nil }, func(f *daily.Facts) { f.Journal = nil },
		func(f *daily.Facts) { f.Seal = nil }, func(f *daily.Facts) { f.Watch = nil }, func(f *daily.Facts) { f.Decoys = nil },
		func(f *daily.Facts) { f.Uses = nil }, func(f *daily.Facts) { f.Response = nil }, func(f *daily.Facts) { f.Staff = nil },
		func(f *daily.Facts) { f.Privacy = nil }, func(f *daily.Facts) { f.Answers = nil }, func(f *daily.Facts) { f.Backup = nil }, func(f *daily.Facts) { f.Host = nil },
	}
	whole := daily.Judge(sound(), now())
	for set := 0; set < 1<<len(parts); set += 13 { // a few hundred of the combinations
		f := sound()
		for i, drop := range parts {
			if set&(1<<i) != 0 {
				drop(&f)
			}
		}
		if r := daily.Judge(f, now()); r.Score > whole.Score {
			t.Fatalf("without parts %b: %d points, with all %d", set, r.Score, whole.Score)
		}
	}
	for _, it := range daily.Judge(daily.Facts{}, now()).Items {
		if it.Status == daily.OK {
			t.Errorf("%s is green, of a shop of which nothing is known", it.ID)
		}
	}
}
