//go:build !windows

package extsort

import (
	"errors"
	"os"
)

// temporary makes a file that only this process can open, for it has no name any
// more: the system takes it away when the process ends, however it ends.
func temporary(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".sorting-*") // for its owner alone
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
