package host

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
)

// Program is a program that was started on a file.
type Program struct {
	// Waits reports whether Done tells when the person is done with the file. Where
	// it is false, Done only tells that the starter has handed the file over.
	Waits bool
	Done  <-chan struct{}
}

// Open starts the program that belongs to a file. It outlives a Ctrl-C in the
// terminal. The error is ErrNoScreen, ErrNoProgram, or the system's.
func Open(env Env, path string) (Program, error) { return open(env, path) }

// HasScreen reports whether there is a desktop to open a window on.
func HasScreen(env Env) bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != ""
}

// started lets a starter run by itself.
func started(name string, args ...string) (<-chan struct{}, error) {
	cmd := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // the starter of the system; the file is one argument
	cmd.Env = background(os.Environ())
	apart(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = cmd.Wait() // what it says of itself is for nobody
	}()
	return done, nil
}

// ErrNotReady says that a process in the background ended before it was ready.
var ErrNotReady = errors.New("the process in the background did not start")

// Background starts a process that outlives this one and its terminal. What it is
// to know comes through its standard input; when it is ready it writes a line.
func Background(ctx context.Context, program string, args []string, input []byte) error {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, args...) //nolint:gosec // our own binary
	cmd.Env = background(os.Environ())
	cmd.Dir = root()
	apart(cmd)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("%w: %v", ErrNotReady, err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: %v", ErrNotReady, err)
	}
	ready := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(io.LimitReader(out, 64)).ReadString('\n')
		ready <- err
	}()
	select {
	case err = <-ready:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return fmt.Errorf("%w: %w", ErrNotReady, err)
	}
	_ = out.Close()
	return nil // it is waited for by nobody: the system takes it over when this process ends
}
