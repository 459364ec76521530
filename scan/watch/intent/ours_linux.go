package intent

import (
	"os"
	"strconv"
)

// runsOurs reports whether a process lives and runs the same program as this one.
func runsOurs(pid int) bool {
	theirs, err := os.Stat("/proc/" + strconv.Itoa(pid) + "/exe")
	if err != nil {
		return false
	}
	ours, err := os.Stat("/proc/self/exe")
	return err == nil && os.SameFile(ours, theirs)
}
