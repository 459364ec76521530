package daily

import (
	"time"

	"custode/internal/host/posture"
)

// The ages at which the computer's own protections are no longer green, and then red.
const (
	updatesFresh = 14 * day
	updatesOld   = 30 * day
	endsSoon     = 60 * day // before the maker of the system stops mending it
	virusFresh   = 3 * day  // the lists of malicious programs
	virusOld     = 14 * day
	lockSoon     = 15 * time.Minute
	lockLate     = time.Hour
)

// computer judges the computer itself. What makes no sense on its system is left out.
func computer(f Facts, now time.Time) []Item {
	h := f.Host
	if h == nil {
		var out []Item
		for _, id := range []string{"host.disk", "host.updates", "host.firewall", "host.malware", "host.lock", "host.admin", "host.autorun"} {
			out = append(out, untold(id, posture.System))
		}
		return out
	}
	out := []Item{disk(f, now), updates(h.Updates, h.System, now), firewall(h.Firewall, h.System), malware(h.Malware, h.System, now)}
	if h.Lock != nil {
		out = append(out, screenLock(*h.Lock, h.System))
	}
	out = append(out, rights(h.Admin, h.System))
	if h.Autorun != nil {
		out = append(out, autorun(*h.Autorun, h.System))
	}
	return out
}

// untold is what the system does not tell, and why.
func untold(id string, why posture.Lack) Item {
	it := item(id, Unknown, "unknown")
	it.Title.Args = []any{Phrase{Key: "item.host.lack." + string(why)}}
	it.Do = Phrase{Key: "item.host.look.do"}
	return it
}

// seenIn says where something of the computer was seen.
func (it Item) seenIn(where string) Item {
	if where == "" {
		return it
	}
	return it.from(Measured, time.Time{}, Phrase{Key: "evidence.computer", Args: []any{where}})
}

// with fills the title.
func (it Item) with(args ...any) Item {
	it.Title.Args = args
	return it
}

// by gives what to do on a system.
func (it Item) by(system string) Item {
	switch system {
	case "windows", "darwin":
		return it.do(system + ".do")
	}
	return it.do("linux.do")
}

// disk: a computer that is stolen is read by whoever has it, unless its disk is encrypted, or at
// least each file with personal data is.
func disk(f Facts, now time.Time) Item {
	const id = "host.disk"
	var open []File
	var by string
	var why posture.Lack
	for _, d := range f.Host.Disks {
		switch d.Sealed {
		case posture.No:
			open = append(open, File{Path: d.Folder, Whole: true})
		case posture.Untold:
			why = d.Lack
		case posture.Yes:
			by = d.By
		}
	}
	switch {
	case len(open) > 0 && !f.sealedAll(now):
		it := item(id, Act, "off").count(int64(len(open))).by(f.Host.System)
		it.Paths = open
		return it
	case why != "":
		return untold(id, why)
	case len(open) > 0:
		return item(id, Attention, "sealed").by(f.Host.System)
	case by == "":
		return untold(id, posture.Missing)
	}
	return item(id, OK, "ok").with(by)
}

// sealedAll: a scan that is not old looked at everything, and found no personal data that lies open.
func (f Facts) sealedAll(now time.Time) bool {
	s := f.Scan
	return s != nil && len(s.Open) == 0 && !s.blind() && len(s.Failed)+len(s.NoRead) == 0 && len(f.Copies) == 0 &&
		aged(now, s.EndedAt, scanOld, scanOld) == OK
}

// updates: most break-ins use a hole for which there was a cure.
func updates(u posture.Updates, system string, now time.Time) Item {
	const id = "host.updates"
	proven := !u.Last.IsZero() && !u.Last.After(now)
	last := OK
	if proven {
		last = aged(now, owed(u, now), updatesFresh, updatesOld)
	}
	end := u.Ends.Add(day) // it is mended on its last day too
	switch {
	case !u.Ends.IsZero() && !now.Before(end):
		return item(id, Act, "ended").with(u.Name, u.Ends).by(system)
	case last == Act:
		return item(id, Act, "old").with(u.Last).by(system).seenIn(u.Where)
	case !proven && u.Last.IsZero():
		return untold(id, u.Lack)
	case !proven:
		return item(id, Unknown, "future").with(u.Last).by(system)
	case u.Ends.IsZero() && !u.Rolling && (!u.Monthly || u.EndLack != posture.Unlisted): // who gets this month's updates is mended
		it := untold(id, u.EndLack)
		if u.EndLack == posture.Unlisted {
			it = item(id, Unknown, "unlisted").with(u.Name).by(system)
		}
		return it
	case last == Attention:
		return item(id, Attention, "old").with(u.Last).by(system).seenIn(u.Where)
	case !u.Ends.IsZero() && end.Sub(now) <= endsSoon:
		return item(id, Attention, "ending").with(u.Name, u.Ends).by(system)
	}
	return item(id, OK, "ok").with(u.Last, u.Name).seenIn(u.Where)
}

// owed gives since when updates are owed: since the last ones came, or where they come on the
// second Tuesday of a month, since the first such day after that.
func owed(u posture.Updates, now time.Time) time.Time {
	if !u.Monthly {
		return u.Last
	}
	for m := 0; ; m++ {
		first := time.Date(u.Last.Year(), u.Last.Month()+time.Month(m), 1, 18, 0, 0, 0, time.UTC) // in the evening of Europe
		tuesday := first.AddDate(0, 0, (int(time.Tuesday)-int(first.Weekday())+7)%7+7)
		switch {
		case tuesday.After(now):
			return now
		case tuesday.After(u.Last):
			return tuesday
		}
	}
}

// firewall: without one, every program that waits for others can be reached from the same network.
func firewall(s posture.Switch, system string) Item {
	const id = "host.firewall"
	switch {
	case s.On == posture.Yes:
		return item(id, OK, "ok").with(s.Program).seenIn(s.Where)
	case s.On == posture.Untold:
		return untold(id, s.Lack)
	case s.Partly:
		return item(id, Attention, "partly").by(system).seenIn(s.Where)
	}
	return item(id, Act, "off").with(s.Program).by(system).seenIn(s.Where)
}

// malware: where there is no program for it (usual on Linux), that is amber: it was looked for.
func malware(m posture.Malware, system string, now time.Time) Item {
	const id = "host.malware"
	if m.None {
		return item(id, Attention, "none").by(system)
	}
	age := Status("")
	if !m.Signatures.IsZero() {
		age = aged(now, m.Signatures, virusFresh, virusOld)
	}
	switch {
	case m.On == posture.No && system == "linux" && age != "" && age != Unknown && age != Act: // it is asked for files by hand
		return item(id, Attention, "idle").with(m.Program).by(system).seenIn(m.Where)
	case m.On == posture.No:
		return item(id, Act, "off").with(m.Program).by(system).seenIn(m.Where)
	case age == Act || age == Attention:
		return item(id, age, "old").with(m.Program, m.Signatures).by(system).seenIn(m.Where)
	case m.Fresh == posture.No:
		return item(id, Attention, "stale").with(m.Program).by(system).seenIn(m.Where)
	case m.On == posture.Untold:
		return untold(id, m.Lack)
	case age == Unknown || age == "" && m.Fresh != posture.Yes:
		return untold(id, posture.Missing)
	}
	return item(id, OK, "ok").with(m.Program).seenIn(m.Where)
}

// screenLock: whoever sits down at a computer that was left is its user.
func screenLock(l posture.Lock, system string) Item {
	const id = "host.lock"
	switch {
	case l.On == posture.Untold:
		return untold(id, l.Lack)
	case l.On == posture.No:
		return item(id, Act, "off").by(system).seenIn(l.Where)
	case l.After > lockLate:
		return item(id, Act, "late").with(l.After).by(system).seenIn(l.Where)
	case l.After > lockSoon:
		return item(id, Attention, "late").with(l.After).by(system).seenIn(l.Where)
	}
	return item(id, OK, "ok").with(l.After).seenIn(l.Where)
}

// rights: a malicious program may do what its user may.
func rights(r posture.Rights, system string) Item {
	const id = "host.admin"
	switch {
	case r.Admin == posture.Untold:
		return untold(id, r.Lack)
	case r.Admin == posture.No:
		return item(id, OK, "ok")
	case r.Always:
		return item(id, Act, "always").with(r.By).by(system)
	}
	return item(id, Attention, "may").with(r.By).by(system)
}

// autorun: a drive that was found in the car park must not start anything.
func autorun(s posture.Switch, system string) Item {
	const id = "host.autorun"
	switch {
	case s.On == posture.Untold:
		return untold(id, s.Lack)
	case s.On == posture.No:
		return item(id, OK, "ok").seenIn(s.Where)
	case s.Partly:
		return item(id, Attention, "asks").by(system).seenIn(s.Where)
	}
	return item(id, Act, "on").by(system).seenIn(s.Where)
}
