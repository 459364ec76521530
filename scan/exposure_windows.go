package scan

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// removableDrive reports whether Windows calls the drive of a path a removable
// one. Hard disks in USB cases say that they are fixed.
func removableDrive(path string) bool {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(path) + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOVABLE
}

func separator(r rune) bool { return r == '\\' || r == '/' }
