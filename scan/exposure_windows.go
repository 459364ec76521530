package scan

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

func separator(r rune) bool { return r == '\\' || r == '/' }

// drive tells what Windows says of the drive of a path. Hard disks in USB cases
// say that they are fixed.
func drive(path string) Exposure {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(path) + `\`)
	if err != nil {
		return NotExposed
	}
	switch windows.GetDriveType(root) {
	case windows.DRIVE_REMOVABLE:
		return OnRemovable
	case windows.DRIVE_REMOTE:
		return OnNetwork
	}
	return NotExposed
}

// networkMounts is empty: here the letter of the drive tells.
func networkMounts() []string { return nil }

// builtIn is not asked here: drive knows.
func builtIn(string) bool { return false }
