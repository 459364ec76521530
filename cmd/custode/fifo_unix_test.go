//go:build !windows

package main

import (
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// makeFifo makes a named pipe.
func makeFifo(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o600))
}
