package host

import (
	"time"

	"golang.org/x/sys/windows"
)

func booted() time.Time {
	return time.Now().Add(-windows.DurationSinceBoot()) //nolint:forbidigo // of the system, as the other clock is
}

func packaged(string) bool { return false }
