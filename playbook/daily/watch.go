package daily

import "time"

// WatchFacts are about the watch; nil where it has never run.
type WatchFacts struct {
	Running  bool
	Killed   bool      // it does not run, and nobody stopped it
	Heard    time.Time // when it was heard of last
	Since    time.Time // since when it runs
	Changed  int64     // files that changed while it could not see, in the last seven days
	Missing  int64     // things that a self-test should have seen and did not
	Critical int64     // alerts that nobody has looked at
	High     int64
	Unsent   int64 // messages that have not arrived
}

// watchRunning tells whether the watch runs and sees.
func watchRunning(w *WatchFacts) Item {
	const id = "watch.running"
	switch {
	case w.Killed:
		it := item(id, Act, "killed")
		it.Title.Args = []any{w.Heard}
		return it.do("start.do", "custode", "watch")
	case !w.Running:
		it := item(id, Attention, "off")
		it.Title.Args = []any{w.Heard}
		return it.do("start.do", "custode", "watch")
	case w.Missing > 0:
		return item(id, Attention, "missing").count(w.Missing).do("look.do", "custode", "watch", "--status")
	case w.Changed > 0:
		return item(id, Attention, "changed").count(w.Changed).do("look.do", "custode", "watch", "--status")
	}
	it := item(id, OK, "ok")
	it.Title.Args = []any{w.Since}
	return it
}

// watchAlerts tells what nobody has looked at.
func watchAlerts(w *WatchFacts) Item {
	const id = "watch.alerts"
	switch {
	case w.Critical > 0:
		return item(id, Act, "critical").count(w.Critical).do("look.do", "custode", "alerts", "list")
	case w.High > 0:
		return item(id, Attention, "high").count(w.High).do("look.do", "custode", "alerts", "list")
	case w.Unsent > 0:
		return item(id, Attention, "unsent").count(w.Unsent).do("unsent.do", "custode", "watch", "--status")
	}
	return item(id, OK, "ok")
}
