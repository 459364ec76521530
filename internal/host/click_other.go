//go:build !windows

package host

import (
	"runtime"

	"golang.org/x/sys/unix"
)

func clicked(env Env) bool {
	if runtime.GOOS == "darwin" || !HasScreen(env) {
		return false
	}
	for stream := range 3 { // input, output, errors
		if isTerminal(stream) {
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
