package agent

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// samePeer reports whether the other end is this user's.
func samePeer(c net.Conn) bool {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return false
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return false
	}
	same := false
	err = raw.Control(func(fd uintptr) {
		cred, err := unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED) //nolint:gosec // a file descriptor
		same = err == nil && int(cred.Uid) == os.Geteuid()
	})
	return err == nil && same
}
