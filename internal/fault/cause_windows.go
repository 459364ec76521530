package fault

import (
	"errors"
	"syscall"
)

// The numbers of winerror.h.
const (
	errSharing  = syscall.Errno(32)
	errLocked   = syscall.Errno(33)
	errHandle   = syscall.Errno(39)
	errDiskFull = syscall.Errno(112)
	errLongName = syscall.Errno(206)
	errCRC      = syscall.Errno(23)
	errCloudOff = syscall.Errno(362)
)

// systemCause names the causes that each system numbers for itself.
func systemCause(err error) string {
	switch {
	case errors.Is(err, errDiskFull), errors.Is(err, errHandle):
		return "full"
	case errors.Is(err, errSharing), errors.Is(err, errLocked):
		return "inuse"
	case errors.Is(err, errLongName):
		return "longname"
	case errors.Is(err, errCRC), errors.Is(err, errCloudOff):
		return "io"
	}
	return ""
}
