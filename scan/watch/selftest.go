package watch

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ProbePrefix begins the name of every file of a self-test. Such files never show
// in what a Watcher tells, as long as they are its own: the rest of the name is
// drawn anew each time, so that nobody can hide behind it.
const ProbePrefix = ".custode-probe-"

// probeText is what a probe holds: whoever finds one knows what it is, and a left
// one is removed only if it holds nothing else.
const probeText = "custode tries here what it can see. This file may be deleted.\n"

// The two names of a probe.
const (
	probeFirst  = ".tmp"
	probeSecond = ".tmp2"
)

// How long an event is waited for: one that the sensor should tell, and one that
// it should not be able to.
const (
	probePatience = 2 * time.Second
	probeDoubt    = 100 * time.Millisecond
	auditPatience = 3 // times as long: it writes its log every second
)

// Report is what a self-test found out about a folder.
type Report struct {
	Folder  string
	Backend string
	Tried   []Tried
	Who     bool  // each event that tells of a content or of a name that is gone named this very process, and its program
	Err     error // the probe could not be made, so that nothing is known: a folder that may only be read
}

// Tried is one way to touch the probe.
type Tried struct {
	Op    Op // Create, Write, Read, Rename, Permission and Delete
	Seen  bool
	Named bool          // the event named this very process, and its program
	Delay time.Duration // from the touch to its event
}

// who reports whether it is known who: what was written, deleted and, where that shows at all, read was told with its doer.
func (r Report) who() bool {
	named := map[Op]bool{}
	for _, t := range r.Tried {
		named[t.Op] = t.Named || t.Op == Read && !t.Seen
	}
	return named[Write] && named[Delete] && named[Read]
}

// Saw reports whether the operation was seen.
func (r Report) Saw(op Op) bool {
	for _, t := range r.Tried {
		if t.Op == op {
			return t.Seen
		}
	}
	return false
}

// Missing lists what a sensor promised and did not show.
func (r Report) Missing(promised Caps) []Op {
	var out []Op
	for _, t := range r.Tried {
		if !t.Seen && promised.has(t.Op) {
			out = append(out, t.Op)
		}
	}
	return out
}

// has reports whether the operation is among what is seen.
func (c Caps) has(op Op) bool {
	switch op {
	case Read:
		return c.Reads
	case Permission:
		return c.Permissions
	default:
		return c.Changes
	}
}

// SelfTest touches a file of its own in each folder in every way, and notes what
// the sensors tell of it and how fast; Coverage says so from then on. It also
// removes what an earlier self-test left that was killed. Next must be called
// meanwhile only if more than Options.Ring events may happen.
func (w *Watcher) SelfTest(ctx context.Context) []Report {
	type job struct {
		f      *folder
		sensor sensor
		caps   Caps
	}
	w.mu.Lock()
	var jobs []job
	for _, f := range w.folders {
		jobs = append(jobs, job{f, f.sensor, f.caps})
	}
	w.mu.Unlock()
	var out []Report
	for _, j := range jobs {
		r := Report{Folder: j.f.path, Backend: j.caps.Backend}
		if j.sensor == nil {
			r.Err = fs.ErrNotExist
			out = append(out, r)
			continue
		}
		w.sweep(j.f.path)
		w.try(ctx, &r, j.sensor)
		out = append(out, r)
		if r.Err != nil || ctx.Err() != nil {
			continue
		}
		w.mu.Lock()
		if j.f.sensor == j.sensor {
			j.f.caps = r.shown(j.f.caps, j.sensor.caps().Delay)
		}
		w.mu.Unlock()
	}
	return out
}

// shown is what was promised, as far as it was seen.
func (r Report) shown(c Caps, fixed time.Duration) Caps {
	c.Reads = r.Saw(Read)
	c.Permissions = r.Saw(Permission)
	c.Who = r.Who
	c.Changes = r.Saw(Create) && r.Saw(Write) && r.Saw(Rename) && r.Saw(Delete)
	if c.Backend == auditName {
		c.Why = ""
		if !c.Who {
			c.Why = Unproven
		}
	}
	c.Delay = fixed
	for _, t := range r.Tried {
		if fixed == 0 && t.Seen {
			c.Delay = max(c.Delay, t.Delay)
		}
	}
	return c
}

// try makes a probe and touches it.
func (w *Watcher) try(ctx context.Context, r *Report, s sensor) {
	token := ProbePrefix + rand.Text()
	seen := make(chan Event, 64)
	w.out.expect(token, seen)
	defer w.out.expect(token, nil)
	first := filepath.Join(r.Folder, token+probeFirst)
	second := filepath.Join(r.Folder, token+probeSecond)
	defer os.Remove(first)
	defer os.Remove(second)
	own, _ := os.Executable()
	if full, err := filepath.EvalSymlinks(own); err == nil {
		own = full
	}
	var f *os.File
	for _, step := range []struct {
		op Op
		do func() error
	}{
		{Create, func() (err error) {
			f, err = os.OpenFile(first, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			return err
		}},
		{Write, func() error {
			_, err := io.WriteString(f, probeText)
			return errors.Join(err, f.Close())
		}},
		{Read, func() error {
			_, err := os.ReadFile(first)
			return err
		}},
		{Rename, func() error { return os.Rename(first, second) }},
		{Permission, func() error { return os.Chmod(second, 0o400) }},
		{Delete, func() error { return removeReadOnly(second) }},
	} {
		start := w.out.now()
		if err := step.do(); err != nil {
			if f != nil {
				_ = f.Close()
			}
			r.Err = err
			return
		}
		s.look()
		t := Tried{Op: step.op}
		if e, ok := w.await(ctx, seen, step.op, s.caps()); ok {
			t.Seen, t.Delay = true, max(e.At.Sub(start), 0)
			t.Named = e.Actor != nil && e.Actor.PID == os.Getpid() && sameName(e.Actor.Program, own)
		}
		r.Tried = append(r.Tried, t)
	}
	r.Who = r.who()
}

// await waits for the event of a touch.
func (w *Watcher) await(ctx context.Context, seen <-chan Event, op Op, promised Caps) (Event, bool) {
	wait := w.opt.patience
	switch {
	case !promised.has(op):
		wait = min(wait, probeDoubt)
	case promised.Backend == auditName:
		wait *= auditPatience
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case e := <-seen:
			if op == Rename && e.Op&Create != 0 && strings.HasSuffix(e.Path, probeSecond) {
				return e, true // told by halves: the new name came
			}
			if e.Op&op != 0 || op == Write && e.Op&CloseWrite != 0 || op == Read && e.Op&Open != 0 && e.Op&Create == 0 {
				return e, true
			}
		case <-timer.C:
			return Event{}, false
		case <-ctx.Done():
			return Event{}, false
		}
	}
}

// removeReadOnly deletes a file that may only be read, which Windows refuses.
func removeReadOnly(path string) error {
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	return os.Remove(path)
}

// sweep removes probes that were left by a self-test that was killed: a plain file
// of that name that holds nothing but the text of a probe, or its beginning.
func (w *Watcher) sweep(folder string) {
	list, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, d := range list {
		name := d.Name()
		token, ok := probeToken(name)
		if !ok || !d.Type().IsRegular() {
			continue
		}
		path := filepath.Join(folder, name)
		if info, err := d.Info(); err != nil || info.Size() > int64(len(probeText)) {
			continue
		}
		w.out.expect(token, nil)
		if onlyProbe(path) {
			_ = removeReadOnly(path)
		}
	}
}

// onlyProbe reports whether a file holds nothing but the text of a probe, or its beginning.
func onlyProbe(path string) bool {
	b, err := os.ReadFile(path)
	return err == nil && strings.HasPrefix(probeText, string(b))
}

// Probe reports whether a file is one of a self-test, or was: it is gone, or holds nothing
// but what such files hold. What is compared with a baseline must not take it for news.
func Probe(path string) bool {
	if _, ok := probeToken(filepath.Base(path)); !ok {
		return false
	}
	info, err := os.Lstat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return info.Mode().IsRegular() && info.Size() <= int64(len(probeText)) && onlyProbe(path)
}

// probeToken is the part of a probe's name that both its names share.
func probeToken(name string) (string, bool) {
	token, ok := strings.CutSuffix(name, probeFirst)
	if !ok {
		token, ok = strings.CutSuffix(name, probeSecond)
	}
	random, is := strings.CutPrefix(token, ProbePrefix)
	if !ok || !is || len(random) != 26 {
		return "", false
	}
	for _, c := range random {
		if (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return "", false
		}
	}
	return token, true
}
