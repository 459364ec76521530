//go:build !windows

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory gives the largest memory, in bytes, that a process that has ended held.
func peakMemory(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		if runtime.GOOS == "darwin" {
			return u.Maxrss
		}
		return u.Maxrss << 10
	}
	return 0
}
