package host

import (
	"time"

	"golang.org/x/sys/windows"
)

func booted() time.Time { return time.Now().Add(-windows.DurationSinceBoot()) }

func packaged(string) bool { return false }
