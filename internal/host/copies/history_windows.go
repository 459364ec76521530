package copies

import (
	"errors"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// fileHistory reads from the registry up to when File History has copied.
func fileHistory() (time.Time, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\FileHistory`, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	defer key.Close() // only read
	n, _, err := key.GetIntegerValue("ProtectedUpToTime")
	if errors.Is(err, registry.ErrNotExist) || err == nil && n == 0 {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	t := windows.Filetime{LowDateTime: uint32(n), HighDateTime: uint32(n >> 32)} //nolint:gosec // its two halves
	return time.Unix(0, t.Nanoseconds()), nil
}
