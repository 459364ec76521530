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
	"custode/internal/safefile"
)

// taskDoc is the document of the tasks.
func taskDoc(tasks taskPair, state string) serviceDoc {
	return serviceDoc{Schema: "custode.service/1", Unit: tasks[0].name, Path: tasks[0].path, State: state, Check: timerDoc{Unit: tasks[1].name, State: state}}
}

// tasksInstall lets the Task Scheduler start the watch and the daily check.
func (sh *shell) tasksInstall(ctx context.Context, o serviceOptions) error {
	if _, err := sh.settings(); err != nil { // a watch that cannot start helps nobody
		return err
	}
	tasks, err := sh.tasks()
	if err != nil {
		return err
	}
	if o.dry {
		return sh.tasksWouldBe(tasks, o)
	}
	if err := tasks.start(ctx); err != nil {
		return err
	}
	if o.json {
		return sh.json(taskDoc(tasks, "starting"))
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.green(w.T("service.installed"))+" "+w.T("service.tasks.wrote", tasks[0].name, tasks[1].name))
	p.wrap("", w.T("service.tasks.user"))
	p.wrap("", w.T("service.check.daily"))
	p.wrap("", w.T("service.look", sh.command("custode", "service", "status")))
	return p.fail
}

// start registers the tasks and starts the watch. A failed run leaves everything as it was.
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

func (sh *shell) tasksWouldBe(tasks taskPair, o serviceOptions) error {
	text := tasks[0].text() + tasks[1].text()
	if o.json {
		d := taskDoc(tasks, "would-install")
		d.Text = text
		return sh.json(d)
	}
	p := sh.page(sh.out, sh.outTerm)
	for l := range strings.Lines(text) {
		p.line(strings.TrimSuffix(l, "\n"))
	}
	return p.fail
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

// end removes the tasks that were installed, or with dry only looks; there tells whether there is any.
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

func (sh *shell) tasksRemove(ctx context.Context, o serviceOptions) error {
	tasks, err := sh.tasks()
	if err != nil {
		return err
	}
	there, err := tasks.end(ctx, o.dry)
	if err != nil {
		return err
	}
	said, key := "not-installed", "service.not-installed"
	switch {
	case !there:
	case o.dry:
		said, key = "would-remove", "service.tasks.would-remove"
	default:
		key = "service.tasks.removed"
	}
	if o.json {
		return sh.json(taskDoc(tasks, said))
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", sh.words.T(key, tasks[0].name, tasks[1].name))
	return p.fail
}

// askTasks tells how it stands with the tasks. Whether the watch runs, it says itself: what the Task Scheduler prints is in
// the language of the system.
func (sh *shell) askTasks(ctx context.Context) (d serviceDoc, state unitState, err error) {
	tasks, err := sh.tasks()
	if err != nil {
		return d, state, err
	}
	if state, err = tasks[0].look(); err != nil {
		return d, state, err
	}
	check, err := tasks[1].look()
	if err != nil {
		return d, state, err
	}
	d = taskDoc(tasks, "not-installed")
	if check != unitNone {
		d.Check.State, d.Check.Next = "waiting", sh.nextCheck(ctx)
	}
	if state == unitNone {
		return d, state, nil
	}
	d.State = "stopped"
	st, err := sh.open(ctx)
	if err != nil {
		return d, state, err
	}
	defer st.Close() // nothing was written
	k, running, err := sh.watchState(ctx, st)
	if running {
		d.State, d.Since = "running", stamp(k.Started)
	}
	return d, state, err
}
