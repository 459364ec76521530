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
func (sh *shell) standAt(ctx context.Context, o serveOptions) (l web.Listener, now served, link string, err error) {
	if err := os.MkdirAll(sh.home, 0o700); err != nil {
		return nil, now, "", fault.On(fault.CodeOf(err, fault.CannotMake), "fault.home.make", sh.home, err)
	}
	free, err := sh.lock("serve")
	for range standWithin / (50 * time.Millisecond) {
		if !isFault(err, "fault.busy") || ctx.Err() != nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
		free, err = sh.lock("serve")
	}
	if err != nil {
		return nil, now, "", err
	}
	defer free()
	was := sh.wasServed()
	if link, ok := was.ask(ctx); ok {
		return nil, was, link, was.suits(o)
	}
	l, err = web.Listen(ctx, o.addr)
	if err != nil && o.clicked { // who clicked cannot choose a port
		l, err = web.Listen(ctx, anyPort)
	}
	if err != nil {
		return nil, now, "", &fault.Error{Code: fault.CannotMake, ID: "fault.serve.listen", Args: []any{o.addr}, Err: err}
	}
	now = served{Name: was.Name, Addr: l.Addr().String(), Key: web.Token(), Pid: os.Getpid(), Lan: o.lan, Clicked: o.clicked}
	if now.Name == "" {
		now.Name = web.Token()[:12]
	}
	if err := sh.noteServed(now); err != nil {
		_ = l.Close() // nobody has called
		return nil, now, "", err
	}
	return l, now, "", nil
}

// suits fails where the page that runs lacks the door that is asked for, and says how to end it.
func (s served) suits(o serveOptions) error {
	switch {
	case !o.lan || s.Lan:
		return nil
	case s.Clicked:
		return fault.New(fault.Busy, "fault.serve.lan.clicked")
	}
	return fault.New(fault.Busy, "fault.serve.lan")
}
