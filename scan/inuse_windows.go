package scan

import (
	"errors"
	"syscall"
)

// inUse reports whether another program holds the file, as Excel does
// (ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION).
func inUse(err error) bool {
	return errors.Is(err, syscall.Errno(32)) || errors.Is(err, syscall.Errno(33))
}
