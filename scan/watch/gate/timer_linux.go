package gate

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// deadman is a timer of the kernel that kills this process unless it is set anew in
// time: also a process that was stopped, which can do nothing for itself. When it is
// gone, the kernel frees everybody who waits for its answer.
type deadman struct {
	id    int32
	after unix.Timespec
}

// sigevent and itimerspec are as the kernel has them on all systems of 64 bits.
type sigevent struct {
	value        uintptr
	signo, notif int32
	_            [48]byte
}

type itimerspec struct{ interval, value unix.Timespec }

const sigevSignal = 0

func newDeadman(after time.Duration) (*deadman, error) {
	d := &deadman{after: unix.NsecToTimespec(int64(after))}
	ev := sigevent{signo: int32(unix.SIGKILL), notif: sigevSignal}
	_, _, e := unix.Syscall(unix.SYS_TIMER_CREATE, unix.CLOCK_MONOTONIC, uintptr(unsafe.Pointer(&ev)), uintptr(unsafe.Pointer(&d.id))) //nolint:gosec // as the kernel wants it
	if e != 0 {
		return nil, e
	}
	return d, d.pet()
}

// pet gives this process so much time again.
func (d *deadman) pet() error {
	s := itimerspec{value: d.after}
	_, _, e := unix.RawSyscall6(unix.SYS_TIMER_SETTIME, uintptr(d.id), 0, uintptr(unsafe.Pointer(&s)), 0, 0, 0) //nolint:gosec // as the kernel wants it
	if e != 0 {
		return e
	}
	return nil
}
