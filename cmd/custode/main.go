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

	"custode/internal/host"
	"custode/internal/host/posture"
)

// version is set by the linker.
var version = "dev"

// grace is how long a command may take to end after Ctrl-C.
const grace = 3 * time.Second

func main() { os.Exit(live(func(*shell) {})) }

// live runs the command line of this process and gives its exit code. Tests change the shell first.
func live(change func(*shell)) int {
	useMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	_ = stop                        // the process ends with the command
	context.AfterFunc(ctx, func() { // what hangs in a call of the system is not waited for; the state is in transactions
		time.Sleep(grace)
		os.Exit(130)
	})
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	sh := &shell{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now, width: 80, posture: posture.Here,
		inTerm: terminal(os.Stdin), outTerm: terminal(os.Stdout), errTerm: terminal(os.Stderr), byClick: host.Clicked(os.Getenv),
	}
	sh.bare = sh.outTerm && !host.Colours(os.Stdout) || sh.errTerm && !host.Colours(os.Stderr)
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && w > 0 {
		sh.width = w
	}
	change(sh)
	return sh.run(ctx, os.Args[1:])
}
