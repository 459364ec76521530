package main

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/playbook/daily"
)

// unitPart says what a unit is for.
type unitPart int

const (
	unitWatch unitPart = iota // the watch, always
	unitCheck                 // one daily check
	unitTimer                 // when that is
)

// parts are the units of a home: the watch, the daily check, and the timer that starts it.
func (u unit) parts() []unit {
	check, timer := u, u
	check.part, timer.part = unitCheck, unitTimer
	name := strings.Replace(u.name, "custode-watch", "custode-check", 1)
	folder := strings.TrimSuffix(u.path, u.name)
	check.name, timer.name = name, strings.TrimSuffix(name, ".service")+".timer"
	check.path, timer.path = folder+check.name, folder+timer.name
	return []unit{u, check, timer}
}

// checkText is the daily check. Amber and red are what it found, no failure of its own. That of the
// computer runs as the user whose home it is: it opens that user's records.
func (u unit) checkText(line func(string)) {
	line("[Unit]")
	line("Description=custode holds the daily check and tells what is new or worse")
	if u.system {
		line("After=local-fs.target network-online.target")
		line("Wants=network-online.target")
	}
	line("")
	line("[Service]")
	line("Type=oneshot")
	if uid, ok := host.Owner(u.home); u.system && ok && uid != 0 {
		line("User=" + strconv.FormatUint(uint64(uid), 10))
	}
	line("ExecStart=" + quoteUnit(u.program) + " --home " + quoteUnit(u.home) + " check --notify --if-due")
	line("# Attention, act, not known: it was held all the same.")
	line("SuccessExitStatus=1 2 3")
	line("TimeoutStartSec=30min")
	line("UMask=0077")
	line("")
	for _, s := range hardening {
		line(s)
	}
}

// timerText is when it is asked whether a check is due: each hour, and after one that was missed as soon as the computer
// runs again. The check itself says when it is due (daily.NextDue): in the morning, never twice within 20 hours.
func timerText(line func(string)) {
	line("[Unit]")
	line("Description=custode's daily check, every morning")
	line("")
	line("[Timer]")
	line("# Each hour it is asked whether the check is due: at nine, or later that day if the computer was off.")
	line("OnCalendar=hourly")
	line("Persistent=true")
	line("RandomizedDelaySec=10m")
	line("")
	line("[Install]")
	line("WantedBy=timers.target")
}

// looks tells what lies where each unit belongs. It fails where one is not custode's.
func looks(parts []unit) ([]unitState, error) {
	states := make([]unitState, len(parts))
	for i, u := range parts {
		var err error
		if states[i], err = u.look(); err != nil {
			return nil, err
		}
		if states[i] == unitForeign {
			return nil, fault.On(fault.CannotMake, "fault.service.foreign", u.path, nil)
		}
	}
	return states, nil
}

// putInPlace writes the units and lets systemd start them. A failed run leaves everything as it was.
func putInPlace(ctx context.Context, parts []unit, states []unitState) error {
	systemd := parts[0].systemd()
	undo := func() {
		after := context.WithoutCancel(ctx)
		for i, u := range parts {
			if states[i] == unitNone {
				if u.part != unitCheck { // that one is started by the timer alone
					_, _ = systemd.Do(after, "disable", "--now", u.name)
				}
				_ = os.Remove(u.path)
			}
		}
		_, _ = systemd.Do(after, "daemon-reload")
	}
	for i, u := range parts {
		if states[i] == unitOurs {
			continue
		}
		if err := u.write(); err != nil {
			undo()
			return err
		}
	}
	watch, timer := parts[0].name, parts[2].name
	for _, args := range [][]string{{"daemon-reload"}, {"enable", watch}, {"restart", "--no-block", watch}, {"enable", timer}, {"restart", "--no-block", timer}} {
		if _, err := systemd.Do(ctx, args...); err != nil {
			undo()
			return fault.On(fault.CannotMake, "fault.service.systemctl", parts[0].path, nil)
		}
	}
	return nil
}

// takeAway ends the units that are there and removes them.
func takeAway(ctx context.Context, parts []unit, states []unitState) error {
	systemd := parts[0].systemd()
	runs := systemd.Runs(ctx)
	for i, u := range parts {
		if states[i] == unitNone {
			continue
		}
		// Without systemd there is nothing to stop; its links to the unit are removed by it alone.
		if runs && u.part != unitCheck {
			if _, err := systemd.Do(ctx, "disable", "--now", u.name); err != nil {
				return fault.On(fault.CannotMake, "fault.service.systemctl", u.path, nil)
			}
		}
	}
	for i, u := range parts {
		if states[i] == unitNone {
			continue
		}
		if err := os.Remove(u.path); err != nil {
			return fault.On(fault.CodeOf(err, fault.IO), "fault.service.remove", u.path, err)
		}
	}
	_, _ = systemd.Do(ctx, "daemon-reload") // it forgets the units; they are stopped already
	return nil
}

// timerDoc says of the daily check whether it is held by itself.
type timerDoc struct {
	Unit  string `json:"unit"`
	State string `json:"state"` // waiting, stopped, not-installed
	Next  string `json:"next"`  // when it is due next; "" where that is not known, and where it is due now
}

// timerDoc asks systemd about the timer of the daily check.
func (u unit) timerDoc(ctx context.Context) (timerDoc, error) {
	timer := u.parts()[2]
	d := timerDoc{Unit: timer.name, State: "not-installed"}
	state, err := timer.look()
	if err != nil || state == unitNone {
		return d, err
	}
	d.State = "stopped"
	if !timer.systemd().Runs(ctx) {
		return d, nil
	}
	out, err := timer.systemd().Do(ctx, "show", "--property=ActiveState", timer.name)
	if err != nil {
		return d, fault.On(fault.IO, "fault.service.systemctl", timer.path, nil)
	}
	if slices.Contains(strings.Fields(out), "ActiveState=active") {
		d.State = "waiting"
	}
	return d, nil
}

// nextCheck tells when the daily check is due next by itself; "" where that is not known, and within the hour.
func (sh *shell) nextCheck(ctx context.Context) string {
	if _, other := sh.otherOwner(); other {
		return ""
	}
	set, err := sh.settings()
	if err != nil {
		return ""
	}
	st, err := sh.open(ctx)
	if err != nil {
		return ""
	}
	defer st.Close() // nothing was written
	now := set.clock(sh.now)()
	run, there, err := job.LastCheck(ctx, st, now, longestApart)
	if next := daily.NextDue(run.At, now.Location()); err == nil && there && next.After(now) {
		return stamp(next)
	}
	return ""
}

// showTimer says whether the daily check is held by itself, and when next.
func (sh *shell) showTimer(p *page, d timerDoc) {
	w := sh.words
	next, err := time.Parse(time.RFC3339, d.Next)
	switch {
	case d.State == "waiting" && err == nil:
		p.wrap("", w.T("service.check.next", w.DateTime(next.Local())))
	case d.State == "waiting":
		p.wrap("", w.T("service.check.waits"))
	default:
		p.wrap("", p.amber(w.T("service.check.off", sh.command("custode", "service", "install"))))
	}
}
