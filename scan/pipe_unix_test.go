//go:build !windows

package scan_test

import (
	"syscall"
	"testing"
)

func pipe(t *testing.T, at string) {
	t.Helper()
	if err := syscall.Mkfifo(at, 0o600); err != nil {
		t.Fatal(err)
	}
}
