package replay

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// ordinary gives this process the place of ordinary work: it was started by a watch,
// which goes before.
func ordinary() { priority(0) }

func priority(nice int) {
	list, _ := os.ReadDir("/proc/self/task")
	for _, d := range list {
		if id, err := strconv.Atoi(d.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, nice)
		}
	}
}
