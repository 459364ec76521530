package main

import (
	"context"
	"os"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
)

// standWithin is how long is waited for another custode of this home that begins a page.
const standWithin = 10 * time.Second

// standAt gives a link to the page that runs already, or else listens and notes where. One at a time does so: of
// two that are started at the same moment the second gets a link to the first.
func (sh *shell) standAt(ctx context.Context, o serveOptions) (l web.Listener, now served, runs web.Given, err error) {
	if err := os.MkdirAll(sh.home, 0o700); err != nil {
		return nil, now, runs, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.home.make", sh.home, err)
	}
	free, err := sh.lock(serveLock)
	for range standWithin / (50 * time.Millisecond) {
		if !isFault(err, "fault.busy") || ctx.Err() != nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
		free, err = sh.lock(serveLock)
	}
	if err != nil {
		return nil, now, runs, err
	}
	defer free()
	was := sh.wasServed()
	if runs, ok := was.ask(ctx, o.lan); ok {
		if o.lan && !runs.Staff {
			return nil, was, runs, fault.New(fault.Busy, "fault.serve.lan")
		}
		return nil, was, runs, nil
	}
	l, err = web.Listen(ctx, o.addr)
	if err != nil && o.clicked { // who clicked cannot choose a port
		l, err = web.Listen(ctx, anyPort)
	}
	if err != nil {
		return nil, now, runs, &fault.Error{Code: fault.CannotMake, ID: "fault.serve.listen", Args: []any{o.addr}, Err: err}
	}
	now = served{Name: was.Name, Addr: l.Addr().String(), Key: web.Token(), Pid: os.Getpid(), Door: was.Door}
	if now.Name == "" {
		now.Name = web.Token()[:12]
	}
	if err := sh.noteServed(now); err != nil {
		_ = l.Close() // nobody has called
		return nil, now, runs, err
	}
	return l, now, runs, nil
}
