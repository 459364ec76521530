package main

import (
	"context"
	"os"
	"strings"
	"time"

	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/i18n"
)

func (agents launchAgents) doc(state string) serviceDoc {
	return serviceDoc{Schema: "custode.service/1", Unit: agents[0].label, Path: agents[0].path, State: state, Check: timerDoc{Unit: agents[1].label, State: state}}
}

func (agents launchAgents) preview() string {
	var all strings.Builder
	for _, a := range agents {
		all.WriteString("# " + a.path + "\n" + a.text())
	}
	return all.String()
}

func (agents launchAgents) installed(sh *shell, p *page) {
	w := sh.words
	p.wrap("", p.green(w.T("service.installed"))+" "+w.T("service.agents.wrote", printable(agents[0].path), printable(agents[1].path)))
	p.wrap("", w.T("service.tasks.user"))
}

func (agents launchAgents) gone(w *i18n.Words, how string) string {
	return w.T("service.agents."+how, printable(agents[0].path), printable(agents[1].path))
}

// can fails where nobody is logged in on the Mac itself, as by ssh, or as root.
func (agents launchAgents) can(ctx context.Context) error {
	if (host.Launchd{}).Do(ctx, "print", agents[0].domain) != nil {
		return fault.New(fault.CannotMake, "fault.service.launchd")
	}
	return nil
}

// agentWas is an agent before it was touched.
type agentWas struct {
	state  unitState
	text   string // where there was one
	loaded bool
}

// there reports whether there is something to end: an agent whose file somebody took away goes on until its user logs out.
func (w agentWas) there() bool { return w.state != unitNone || w.loaded }

// look tells what there is of each agent. It fails where a file is not custode's.
func (agents launchAgents) look(ctx context.Context) ([]agentWas, error) {
	was := make([]agentWas, len(agents))
	for i, a := range agents {
		var err error
		if was[i].state, err = a.look(); err != nil {
			return nil, err
		}
		switch was[i].state {
		case unitForeign:
			return nil, fault.On(fault.CannotMake, "fault.service.foreign", a.path, nil)
		case unitOurs, unitOlder:
			raw, err := os.ReadFile(a.path)
			if err != nil {
				return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.service.read", a.path, err)
			}
			was[i].text = string(raw)
		case unitNone:
		}
		was[i].loaded = a.loaded(ctx)
	}
	return was, nil
}

func (a launchAgent) loaded(ctx context.Context) bool {
	return host.Launchd{}.Do(ctx, "print", a.domain+"/"+a.label) == nil
}

// load lets launchd start the agent, now and always.
func (a launchAgent) load(ctx context.Context) error {
	if (host.Launchd{}).Do(ctx, "bootstrap", a.domain, a.path) != nil {
		return fault.On(fault.CannotMake, "fault.service.launchd", a.path, nil)
	}
	return nil
}

// unload ends the agent where it runs, and waits until launchd has let go of it: before that it takes no other one.
func (a launchAgent) unload(ctx context.Context) error {
	if !a.loaded(ctx) {
		return ctx.Err()
	}
	_ = host.Launchd{}.Do(ctx, "bootout", a.domain+"/"+a.label) // it may also say that it is at it
	for range 150 {
		if !a.loaded(ctx) {
			return ctx.Err()
		}
		time.Sleep(200 * time.Millisecond)
	}
	return fault.On(fault.CannotMake, "fault.service.launchd.end", a.path, nil)
}

// start puts the agents in place and lets launchd start them. A failed run leaves everything as it was.
func (agents launchAgents) start(ctx context.Context) error {
	was, err := agents.look(ctx)
	if err != nil {
		return err
	}
	if err := agents.can(ctx); err != nil {
		return err
	}
	for i, a := range agents {
		if was[i].state != unitOurs {
			err = a.write(a.text())
		}
		if err == nil {
			err = a.unload(ctx)
		}
		if err == nil {
			err = a.load(ctx)
		}
		if err != nil {
			agents[:i+1].putBack(context.WithoutCancel(ctx), was)
			return err
		}
	}
	return nil
}

// putBack makes of agents what they were.
func (agents launchAgents) putBack(ctx context.Context, was []agentWas) {
	for i, a := range agents {
		_ = a.unload(ctx)
		if was[i].state == unitNone {
			_ = a.remove()
		} else if was[i].state != unitOurs {
			_ = a.write(was[i].text)
		}
		if was[i].loaded {
			_ = a.load(ctx)
		}
	}
}

// end ends the agents and removes them. Where launchd is not there for this user, nothing runs.
func (agents launchAgents) end(ctx context.Context, dry bool) (there bool, err error) {
	was, err := agents.look(ctx)
	if err != nil {
		return false, err
	}
	for _, w := range was {
		there = there || w.there()
	}
	if !there || dry {
		return there, nil
	}
	for i, a := range agents {
		if !was[i].there() {
			continue
		}
		if err := a.unload(ctx); err != nil {
			return true, err
		}
		if err := a.remove(); err != nil {
			return true, err
		}
	}
	return true, nil
}

// ask asks launchd whether the check waits, and the watch itself whether it runs.
func (agents launchAgents) ask(ctx context.Context, sh *shell) (d serviceDoc, state unitState, text string, err error) {
	if state, err = agents[0].look(); err != nil {
		return d, state, "", err
	}
	check, err := agents[1].look()
	if err != nil {
		return d, state, "", err
	}
	d = agents.doc("not-installed")
	switch {
	case check == unitNone:
	case agents[1].loaded(ctx):
		d.Check.State, d.Check.Next = "waiting", sh.nextCheck(ctx)
	default:
		d.Check.State = "stopped"
	}
	if state != unitNone {
		err = sh.askWatch(ctx, &d)
	}
	return d, state, "", err
}
