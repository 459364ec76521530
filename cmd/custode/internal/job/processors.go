package job

import (
	"runtime"
	"runtime/debug"
)

// ForDisk has Go work as it is best for jobs that wait for the disk at every step,
// until back is called. More goroutines run at once than there are cores, since one
// that waits for the disk keeps others from its core for a moment: on two cores that
// takes a fifth off. And garbage is collected when there is so much of it, in per cent
// of what is in use: that is earlier than the scanner wants it, and 20,000 files are
// sealed with 25 MB less.
func ForDisk(garbage int) (back func()) {
	cores, was := runtime.GOMAXPROCS(0), debug.SetGCPercent(garbage)
	runtime.GOMAXPROCS(cores + 2)
	return func() {
		runtime.GOMAXPROCS(cores)
		debug.SetGCPercent(was)
	}
}
