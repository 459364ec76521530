//go:build !windows

package agent

import "golang.org/x/sys/unix"

// pin keeps the key out of the swap file, as far as the system lets us.
func pin(b []byte) { _ = unix.Mlock(b) }
