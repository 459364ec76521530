//go:build unix

package intent

import (
	"io/fs"
	"syscall"
)

// hasModes says that permissions mean something here.
const hasModes = true

func sameOwner(a, b fs.FileInfo) bool {
	x, ok := a.Sys().(*syscall.Stat_t)
	y, ok2 := b.Sys().(*syscall.Stat_t)
	return ok && ok2 && x.Uid == y.Uid
}
