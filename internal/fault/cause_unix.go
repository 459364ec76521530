//go:build !windows

package fault

import (
	"errors"
	"syscall"
)

// systemCause names the causes that each system numbers for itself.
func systemCause(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "full"
	case errors.Is(err, syscall.EIO):
		return "io"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "toomany"
	case errors.Is(err, syscall.ENAMETOOLONG):
		return "longname"
	case errors.Is(err, syscall.EISDIR):
		return "isdir"
	}
	return ""
}
