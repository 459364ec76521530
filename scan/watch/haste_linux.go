package watch

import (
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// hurry gives the thread of this goroutine a place before all other work, where
// that is allowed, and else before most; the thread ends with the goroutine. Each
// program that is started costs it 50 microseconds.
func hurry() {
	runtime.LockOSThread()
	if unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0) != nil {
		hasten()
	}
}

// hasten gives the thread of this goroutine a place before most other work.
func hasten() {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), -15)
}

// hastenAll gives this whole process a place before most other work, and so what it
// starts: a program that encrypts as fast as it can uses all of a computer, and while
// the judge waits for its turn three milliseconds long, thirty files are gone.
func hastenAll() {
	list, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, d := range list {
		if thread, err := strconv.Atoi(d.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, thread, -10)
		}
	}
}
