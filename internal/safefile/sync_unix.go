//go:build !windows

package safefile

import (
	"errors"
	"os"
	"syscall"
)

// SyncDir flushes a folder, so that a rename in it outlives a power cut. File
// systems that cannot do it (EINVAL, ENOTSUP) are taken at their word.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
