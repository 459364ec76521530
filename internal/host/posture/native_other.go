//go:build !linux && !windows

package posture

import (
	"os"
	"runtime"
	"slices"
)

// admins is the number of macOS' group of administrators.
const admins = 80

func (c *Computer) native() {
	if runtime.GOOS != "darwin" {
		return
	}
	c.Token = func() (Rights, bool) {
		if os.Getuid() == 0 {
			return Rights{Admin: Yes, Always: true, By: "root"}, true
		}
		list, err := os.Getgroups()
		if err != nil {
			return Rights{}, false
		}
		if slices.Contains(list, admins) {
			return Rights{Admin: Yes, By: "admin"}, true
		}
		return Rights{Admin: No}, true
	}
}
