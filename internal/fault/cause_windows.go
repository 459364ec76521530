package fault

import (
	"errors"
	"syscall"
)

// The numbers of winerror.h.
const (
	errProtected = syscall.Errno(19) // the switch of a stick or card, a disc
	errCRC       = syscall.Errno(23)
	errSharing   = syscall.Errno(32)
	errLocked    = syscall.Errno(33)
	errHandle    = syscall.Errno(39)
	errDiskFull  = syscall.Errno(112)
	errBadName   = syscall.Errno(123)
	errLongName  = syscall.Errno(206)
	errVirus     = syscall.Errno(225)
	errCloudOff  = syscall.Errno(362)
	errBadDevice = syscall.Errno(1200) // of the name of a new file: see rawpath.New
	errElevation = syscall.Errno(740)
	errQuota     = syscall.Errno(1295)
	errPrivilege = syscall.Errno(1314)
)

// systemCause names the causes that each system numbers for itself.
func systemCause(err error) string {
	switch {
	case errors.Is(err, errDiskFull), errors.Is(err, errHandle), errors.Is(err, errQuota), errors.Is(err, syscall.ENOSPC):
		return "full"
	case errors.Is(err, errProtected):
		return "readonly"
	case errors.Is(err, errElevation), errors.Is(err, errPrivilege):
		return "permission"
	case errors.Is(err, errBadName):
		return "badname"
	case errors.Is(err, errBadDevice):
		return "device"
	case errors.Is(err, errVirus):
		return "virus"
	case errors.Is(err, errSharing), errors.Is(err, errLocked):
		return "inuse"
	case errors.Is(err, errLongName):
		return "longname"
	case errors.Is(err, errCRC), errors.Is(err, errCloudOff):
		return "io"
	}
	return ""
}
