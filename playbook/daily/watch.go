package daily

import "time"

// WatchFacts are about the watch; nil: nobody could look.
type WatchFacts struct {
	Never    bool // it has never run
	Running  bool
	Killed   bool          // it does not run, and nobody stopped it
	Heard    time.Time     // when it was heard of last
	Since    time.Time     // since when it runs
	Changed  int64         // files that changed while it could not see, in the last seven days
	Gap      time.Duration // in the last seven days, for how long it could not see although the computer ran
	Missing  int64         // things that a self-test should have seen and did not
	Critical int64         // alerts that nobody has looked at
	High     int64
	Unsent   int64 // messages that have not arrived
}

// gapLong is for how long in a week the watch may not have seen, without a file that changed then.
const gapLong = 24 * time.Hour

// watching judges the watch, its alerts and its decoys.
func watching(f Facts, now time.Time) []Item {
	items := []Item{watchRunning(f, now)}
	if w := f.Watch; w == nil || !w.Never || w.Critical+w.High > 0 { // people report things without a watch
		items = append(items, watchAlerts(f.Watch))
	}
	return append(items, Canaries(f.Decoys))
}

// watchRunning tells whether the watch runs and sees.
func watchRunning(f Facts, now time.Time) Item {
	const id = "watch.running"
	w := f.Watch
	switch {
	case w == nil:
		return item(id, Unknown, "unknown").do("look.do", "custode", "watch", "--status")
	case w.Never:
		return graced(item(id, Act, "never").do("start.do", "custode", "watch"), f, now)
	case w.Killed:
		return item(id, Act, "killed").on(w.Heard).do("start.do", "custode", "watch")
	case !w.Running:
		return item(id, Attention, "off").on(w.Heard).do("start.do", "custode", "watch")
	case w.Missing > 0:
		return item(id, Attention, "missing").count(w.Missing).do("look.do", "custode", "watch", "--status")
	case w.Changed > 0:
		return item(id, Attention, "changed").count(w.Changed).do("look.do", "custode", "watch", "--status")
	case w.Gap > gapLong:
		it := item(id, Attention, "gap").do("look.do", "custode", "watch", "--status")
		it.Title.Args = []any{w.Gap}
		return it
	}
	return item(id, OK, "ok").on(w.Since)
}

// watchAlerts tells what nobody has looked at.
func watchAlerts(w *WatchFacts) Item {
	const id = "watch.alerts"
	list := []string{"custode", "alerts", "list"}
	switch {
	case w == nil:
		return item(id, Unknown, "unknown").do("look.do", list...)
	case w.Critical > 0:
		return item(id, Act, "critical").count(w.Critical).do("look.do", list...)
	case w.High > 0:
		return item(id, Attention, "high").count(w.High).do("look.do", list...)
	case w.Unsent > 0:
		return item(id, Attention, "unsent").count(w.Unsent).do("unsent.do", "custode", "watch", "--status")
	}
	return item(id, OK, "ok").from(Recorded, time.Time{}, Phrase{Key: "evidence.alerts"})
}

// DecoyFacts are about the decoys; nil: nobody could look.
type DecoyFacts struct {
	Placed  int64  // that there should be
	Missing []File // gone, or not as they were placed
	Unseen  int64  // of which the system would not tell
}

// Canaries tells whether the decoys lie where they should.
func Canaries(d *DecoyFacts) Item {
	const id = "watch.canaries"
	place := []string{"custode", "watch", "decoys", "place"}
	switch {
	case d == nil:
		return item(id, Unknown, "unknown").do("look.do", "custode", "watch", "decoys", "list")
	case d.Placed == 0:
		return item(id, Attention, "none").do("place.do", place...)
	case len(d.Missing) > 0:
		s := Attention
		if int64(len(d.Missing)) == d.Placed {
			s = Act
		}
		it := item(id, s, "missing").count(int64(len(d.Missing))).do("look.do", "custode", "watch", "decoys", "list")
		it.Paths = d.Missing
		return it
	case d.Unseen > 0:
		return item(id, Unknown, "unseen").count(d.Unseen).do("look.do", "custode", "watch", "decoys", "list")
	}
	return item(id, OK, "ok").count(d.Placed)
}
