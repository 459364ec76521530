//go:build !windows

package host

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

func clicked(env Env) bool {
	if runtime.GOOS == "darwin" || !HasScreen(env) {
		return false
	}
	for _, f := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if isTerminal(int(f.Fd())) {
			return false
		}
	}
	return true
}

// isTerminal reports whether a stream has a size, as terminals have.
func isTerminal(fd int) bool {
	_, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	return err == nil
}

func leaveConsole() {}
