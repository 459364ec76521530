//go:build !windows

package scan

// removableDrive reports whether the system calls the drive of a path a
// removable one: here the folders in which drives are mounted say so.
func removableDrive(string) bool { return false }

func separator(r rune) bool { return r == '/' }
