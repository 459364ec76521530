package main

import (
	"os"
	"runtime/debug"

	"custode/internal/secret"
)

// What the garbage collector is told: to let garbage lie while there is little of
// it, and to take away all it can once the heap comes near to so many bytes. A
// scan is a seventh faster for it and takes less memory at its peak.
const (
	garbage = 400 // per cent of what is in use
	heap    = 58 << 20
)

// useMemory sets that, unless the environment says otherwise. The memory is nobody
// else's to see: passphrases go through it.
func useMemory() {
	secret.NoDump()
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(garbage)
		debug.SetMemoryLimit(heap)
	}
}
