package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/i18n"
	"custode/internal/safefile"
)

func (tasks taskPair) doc(state string) serviceDoc {
	return serviceDoc{Schema: "custode.service/1", Unit: tasks[0].name, Path: tasks[0].path, State: state, Check: timerDoc{Unit: tasks[1].name, State: state}}
}

func (tasks taskPair) preview() string { return tasks[0].text() + tasks[1].text() }

func (tasks taskPair) installed(sh *shell, p *page) {
	w := sh.words
	p.wrap("", p.green(w.T("service.installed"))+" "+w.T("service.tasks.wrote", tasks[0].name, tasks[1].name))
	p.wrap("", w.T("service.tasks.user"))
}

func (tasks taskPair) gone(w *i18n.Words, how string) string {
	return w.T("service.tasks."+how, tasks[0].name, tasks[1].name)
}

// can never fails: whether the Task Scheduler takes orders, it says when it gets one.
func (taskPair) can(context.Context) error { return nil }

// start registers the tasks and starts the watch.
func (tasks taskPair) start(ctx context.Context) error {
	var was [][]byte // nil: there was none
	for _, t := range tasks {
		raw, err := os.ReadFile(t.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.On(fault.CodeOf(err, fault.IO), "fault.service.read", t.path, err)
		}
		was = append(was, raw)
	}
	for i, t := range tasks {
		if err := t.register(ctx); err != nil {
			if was[i] == nil { // it was not taken: nothing may say that it was
				_ = os.Remove(t.path)
			}
			tasks[:i+1].putBack(context.WithoutCancel(ctx), was)
			return err
		}
	}
	_ = host.Tasks{}.Do(ctx, "/run", "/tn", tasks[0].name) // else it starts within ten minutes
	return nil
}

// register writes a task down and gives it to the Task Scheduler.
func (t task) register(ctx context.Context) error {
	for _, p := range []string{t.program, t.home} {
		if strings.ContainsFunc(p, unicode.IsControl) {
			return fault.On(fault.Usage, "fault.service.name", p, nil)
		}
	}
	if err := t.write(); err != nil {
		return err
	}
	if (host.Tasks{}).Do(ctx, "/create", "/tn", t.name, "/xml", t.path, "/f") != nil {
		return fault.On(fault.CannotMake, "fault.service.tasks", t.name, nil)
	}
	return nil
}

// putBack makes of tasks what they were.
func (tasks taskPair) putBack(ctx context.Context, was [][]byte) {
	for i, t := range tasks {
		if was[i] == nil {
			_ = tasks[i : i+1].take(ctx)
		} else if safefile.Write(t.path, was[i], 0o600) == nil {
			_ = host.Tasks{}.Do(ctx, "/create", "/tn", t.name, "/xml", t.path, "/f") // what failed just now is as it was anyway
		}
	}
}

// take ends and removes the tasks, and what is kept of them.
func (tasks taskPair) take(ctx context.Context) error {
	var failed error
	for _, t := range tasks {
		_ = host.Tasks{}.Do(ctx, "/end", "/tn", t.name) // it may not run
		if err := (host.Tasks{}).Do(ctx, "/delete", "/tn", t.name, "/f"); err != nil && (host.Tasks{}).Do(ctx, "/query", "/tn", t.name) == nil {
			failed = fault.On(fault.CannotMake, "fault.service.tasks", t.name, nil)
			continue
		}
		if err := os.Remove(t.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = fault.On(fault.CodeOf(err, fault.IO), "fault.service.remove", t.path, err)
		}
	}
	_ = os.Remove(filepath.Dir(tasks[0].path)) // if nothing else is in it
	return failed
}

func (tasks taskPair) end(ctx context.Context, dry bool) (there bool, err error) {
	var ours taskPair
	for _, t := range tasks {
		state, err := t.look()
		if err != nil {
			return false, err
		}
		if state != unitNone {
			ours = append(ours, t)
		}
	}
	if len(ours) == 0 || dry {
		return len(ours) > 0, nil
	}
	return true, ours.take(ctx)
}

// ask asks the watch itself whether it runs: what the Task Scheduler prints is in the language of the system.
func (tasks taskPair) ask(ctx context.Context, sh *shell) (d serviceDoc, state unitState, text string, err error) {
	if state, err = tasks[0].look(); err != nil {
		return d, state, "", err
	}
	check, err := tasks[1].look()
	if err != nil {
		return d, state, "", err
	}
	d = tasks.doc("not-installed")
	if check != unitNone {
		d.Check.State, d.Check.Next = "waiting", sh.nextCheck(ctx)
	}
	if state != unitNone {
		err = sh.askWatch(ctx, &d)
	}
	return d, state, "", err
}
