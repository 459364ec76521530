package intent

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
)

// runsOurs reports whether a process lives and runs the same program as this one. One that
// holds keys hides from everybody but root which program it runs, as custode's do: then
// that it lives must do.
func runsOurs(pid int) bool {
	theirs, err := os.Stat("/proc/" + strconv.Itoa(pid) + "/exe")
	if errors.Is(err, fs.ErrPermission) {
		return lives(pid)
	}
	if err != nil {
		return false
	}
	ours, err := os.Stat("/proc/self/exe")
	return err == nil && os.SameFile(ours, theirs)
}

func lives(pid int) bool {
	_, err := os.Stat("/proc/" + strconv.Itoa(pid))
	return err == nil
}
