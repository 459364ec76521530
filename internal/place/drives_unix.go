//go:build !windows

package place

import (
	"os"
	"path/filepath"
)

// Drives lists where the drives of this computer begin: the topmost folder, then what desktops hang in below
// /media, /run/media, /mnt and /Volumes. It asks none of them anything.
func Drives(env Env) []string {
	out := []string{"/"}
	for _, dir := range []string{filepath.Join("/run/media", env("USER")), filepath.Join("/media", env("USER")), "/mnt", "/Volumes"} {
		list, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, d := range list {
			if d.IsDir() {
				out = append(out, filepath.Join(dir, d.Name()))
			}
		}
	}
	return out
}
