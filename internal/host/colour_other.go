//go:build !windows

package host

import "os"

func colours(*os.File) bool { return true }
