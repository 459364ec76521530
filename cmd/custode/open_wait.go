package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"custode/internal/host"
	"custode/internal/rawpath"
)

// whileOpen ends with the window of the terminal too.
func whileOpen(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return ctx, func() {}
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// How long a copy that nobody has open stays when there is no terminal: a program
// needs a moment to start, and some read a file and close it.
const (
	openLook  = 250 * time.Millisecond
	openQuiet = 3 * time.Second
)

// untilDone waits for the end: Enter on a terminal; else that the program has ended
// and, where the starter does not wait for it, that nobody has the file open.
func (sh *shell) untilDone(ctx context.Context, program host.Program, path string) error {
	if sh.inTerm {
		var done <-chan struct{}
		if program.Waits {
			done = program.Done
		}
		entered := make(chan struct{})
		a := sh.asker(ctx)
		go func() { defer close(entered); a.line() }()
		select {
		case <-entered:
		case <-done:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	select {
	case <-program.Done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if program.Waits {
		return nil
	}
	t := time.NewTicker(openLook)
	defer t.Stop()
	for quiet := time.Duration(0); quiet < openQuiet; {
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if used, known := host.InUse(path); used || !known && exists(path) {
			quiet = 0
		} else {
			quiet += openLook
		}
	}
	return nil
}

func exists(path string) bool { _, err := rawpath.Lstat(path); return err == nil }

// sweepCopies removes the copies whose custode is gone: killed, or the power failed.
// They are to read only, so nothing in them is new.
func sweepCopies(base string) (n int) {
	found, _ := filepath.Glob(filepath.Join(base, "open-*-*"))
	for _, dir := range found {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "open-%d-", &pid); err != nil || pid == os.Getpid() || host.Alive(pid) {
			continue
		}
		if os.RemoveAll(dir) == nil {
			n++
		}
	}
	return n
}
