//go:build !windows

package host

// AccountID is known on Windows alone.
func AccountID() string { return "" }
