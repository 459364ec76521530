package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
)

// ownWatch is a watch within the server of the page: the same as `custode watch`, with the same lock, so
// that there is one of a home.
type ownWatch struct {
	turn sync.Mutex // held while one is started or ended

	mu    sync.Mutex
	stop  context.CancelFunc // nil: none was started, or it was ended here
	ended chan struct{}      // closed when it has ended and err stands
	err   error              // why it ended
}

// runs reports whether it does; otherwise why it does not.
func (w *ownWatch) runs() (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop == nil {
		return false, nil
	}
	select {
	case <-w.ended:
		return false, w.err
	default:
		return true, nil
	}
}

// begin starts one with watch.
func (w *ownWatch) begin(watch func(context.Context) error) (ended <-chan struct{}) {
	ctx, stop := context.WithCancel(context.Background()) // it ends with the server
	done := make(chan struct{})
	w.mu.Lock()
	w.stop, w.ended, w.err = stop, done, nil
	w.mu.Unlock()
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				w.err = &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{fmt.Sprintf("%T", r)}}
			}
		}()
		w.err = watch(ctx)
	}()
	return done
}

// end ends it and waits until what it knows is written down.
func (w *ownWatch) end() {
	w.mu.Lock()
	stop, ended := w.stop, w.ended
	w.stop = nil
	w.mu.Unlock()
	if stop != nil {
		stop()
		<-ended
	}
}

// StartWatch implements [web.WatchRunner].
func (o *office) StartWatch(ctx context.Context, always bool) error {
	o.own.turn.Lock()
	defer o.own.turn.Unlock()
	here, _ := o.own.runs()
	if !always {
		if here {
			return nil
		}
		return o.watchHere(ctx)
	}
	u, err := o.sh.starterHere(ctx)
	if err != nil {
		return err
	}
	if here { // one of a home
		o.own.end()
	}
	if err := u.start(ctx); err != nil {
		if here {
			err = errors.Join(err, o.watchHere(ctx))
		}
		return err
	}
	return o.heard(ctx, nil)
}

// starterHere is what starts the watch by itself, where it can be told to.
func (sh *shell) starterHere(ctx context.Context) (starter, error) {
	u, err := sh.starter()
	if err == nil {
		err = u.can(ctx)
	}
	return u, err
}

// watchHere starts one within this program. The caller holds turn.
func (o *office) watchHere(ctx context.Context) error {
	sh := *o.counter.sh // of no visitor: it goes on, and writes to people in the language of the shop
	sh.inTerm, sh.outTerm, sh.errTerm, sh.out, sh.err = false, false, false, io.Discard, io.Discard
	set, err := sh.settings()
	if err == nil && !sh.langFixed {
		err = sh.speakAs(set.Language)
	}
	if err != nil {
		return err
	}
	ended := o.own.begin(func(ctx context.Context) error { return sh.watch(ctx, watchOptions{}) }) //nolint:contextcheck // it outlives the request
	if err := o.heard(ctx, ended); err != nil {
		return err
	}
	if on, err := o.own.runs(); !on && err != nil {
		o.own.end()
		return err
	}
	return nil
}

// heardWithin is how long is waited until a watch is heard that was started.
const heardWithin = 8 * time.Second

// heard waits until a watch is heard, ended is closed, or it took too long: then the page tells how it stands.
func (o *office) heard(ctx context.Context, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, heardWithin)
	defer cancel()
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // nothing was written
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, running, err := o.sh.watchState(ctx, st); err != nil && ctx.Err() == nil {
			return err
		} else if running {
			return nil
		}
		select {
		case <-ended:
			return nil
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// EndWatch implements [web.WatchRunner].
func (o *office) EndWatch(ctx context.Context, always bool) error {
	o.own.turn.Lock()
	defer o.own.turn.Unlock()
	if !always {
		o.own.end()
		return nil
	}
	u, err := o.sh.starterHere(ctx)
	if err != nil {
		return err
	}
	_, err = u.end(ctx, false)
	return err
}

// watchRun tells where the watch runs, and what can be done about it.
func (o *office) watchRun(ctx context.Context, running bool) (r web.WatchRun) {
	sh, w := o.sh, o.sh.words
	say := func(err error) string {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			return ""
		}
		id := f.ID
		if w.Has("web." + id) {
			id = "web." + id
		}
		s := capital(w.T(id, f.Args...)) + "."
		if f.Path != "" {
			s += " (" + printable(f.Path) + ")"
		}
		return s
	}
	here, why := o.own.runs()
	if why != nil {
		r.Said = append(r.Said, w.T("web.watch.run.ended-here")+" "+say(why))
	}
	if _, err := sh.starterHere(ctx); err != nil {
		r.Cannot = say(err)
	} else if d, state, _, err := sh.askService(ctx); err != nil {
		r.Starts, r.Cannot = true, say(err)
	} else {
		r.Starts, r.Hourly = true, d.Check.State == "waiting"
		r.Set, r.Always = state != unitNone, state != unitForeign
		if state == unitForeign {
			r.Cannot = w.T("service.changed", printable(d.Path))
		}
		r.Said = append(r.Said, sh.serviceSaid(d)...)
		if d.State == "running" {
			r.Where = web.WatchService
		}
	}
	switch {
	case here:
		r.Where = web.WatchHere
	case running && r.Where == web.WatchNowhere:
		r.Where = web.WatchElsewhere
	}
	return r
}

// serviceSaid says how it stands with the service, for people who do nothing about it in a terminal.
func (sh *shell) serviceSaid(d serviceDoc) (lines []string) {
	w := sh.words
	switch d.State {
	case "running":
		lines = append(lines, w.T("web.watch.run.service"))
	case "starting":
		lines = append(lines, w.T("service.starting"))
	case "failed":
		s := w.T("service.failed", fmt.Sprint(d.Exit))
		if key := "service.why." + d.Why; w.Has(key) {
			s = w.T(key)
		} else if key := "service.exit." + fmt.Sprint(d.Exit); w.Has(key) {
			s += " " + w.T(key)
		}
		if d.Again {
			s += " " + w.T("service.again")
		}
		lines = append(lines, s)
	case "stopped":
		lines = append(lines, w.T("service.stopped"))
	default:
		return nil
	}
	if next, err := time.Parse(time.RFC3339, d.Check.Next); d.Check.State == "waiting" && err == nil {
		lines = append(lines, w.T("service.check.next", w.DateTime(next.Local())))
	} else if d.Check.State == "waiting" {
		lines = append(lines, w.T("service.check.waits"))
	}
	return lines
}
