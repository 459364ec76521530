//go:build !linux

package host

import "runtime/debug"

// HandBack gives the memory back that only the start, or a comparison, needed.
func HandBack() { debug.FreeOSMemory() }
