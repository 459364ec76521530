//go:build !windows

package copies

import "time"

var fileHistory func() (time.Time, error) // there is none
