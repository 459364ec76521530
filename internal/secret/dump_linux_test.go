package secret_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"custode/internal/secret"
)

// TestNoDump: no core file, and no look at the memory for others.
func TestNoDump(t *testing.T) {
	secret.NoDump()
	limit := unix.Rlimit{}
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil || limit.Cur != 0 {
		t.Errorf("core files up to %d bytes, %v", limit.Cur, err)
	}
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("dumpable: %d, %v", dumpable, err)
	}
}
