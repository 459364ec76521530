//go:build !windows

package secret

import "golang.org/x/sys/unix"

// NoDump has the system write no core file of this process when it is killed, and
// on Linux show its memory to no other program of the same user. Programs that it
// starts may be dumped again, if somebody allows it to them.
func NoDump() {
	limit := unix.Rlimit{}
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit) // going down is allowed to everybody
	}
	notDumpable()
}
