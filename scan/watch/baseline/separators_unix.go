//go:build !windows

package baseline

const separators = "/"
