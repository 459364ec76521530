//go:build !windows

package main

import (
	"os"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// makeFifo makes a named pipe.
func makeFifo(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o600))
}

// openAlone opens a file.
func openAlone(path string) (*os.File, error) { return os.Open(path) }
