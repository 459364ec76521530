// Custode makes a small shop breach-ready: it finds what personal data lies
// where, says what to do about it, and keeps a record that can be trusted.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	width := 80
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && w > 0 {
		width = w
	}
	sh := &shell{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now, width: width,
		inTerm: terminal(os.Stdin), outTerm: terminal(os.Stdout), errTerm: terminal(os.Stderr),
	}
	code := sh.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
