//go:build !linux

package intent

// runsOurs can't tell here which program a process runs.
func runsOurs(int) bool { return true }

// lives can't tell either: the file is removed at the end, and a killed process leaves it
// until the next watch.
func lives(int) bool { return true }
