package rawpath

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// errBadDevice is the number of winerror.h for a device that is none.
const errBadDevice = syscall.Errno(1200)

// Of gives an absolute path in the form that is taken as it stands.
func Of(path string) string {
	switch {
	case strings.HasPrefix(path, `\\?\`), strings.HasPrefix(path, `\\.\`), strings.HasPrefix(path, `\??\`):
		return path
	case !filepath.IsAbs(path):
		return path
	}
	path = filepath.Clean(path)
	if strings.HasPrefix(path, `\\`) {
		return `\\?\UNC\` + path[2:]
	}
	return `\\?\` + path
}

// New refuses the path of a file that is to be made, if Windows would take its name for
// a device: what is written there is gone.
func New(path string) error {
	if Reserved(filepath.Base(path)) {
		return &fs.PathError{Op: "create", Path: path, Err: errBadDevice}
	}
	return nil
}

// Abs is filepath.Abs, but for a file whose name Windows would read as another: if it
// is there, it is meant; and nobody means a device.
func Abs(path string) (string, error) {
	plain, err := filepath.Abs(path)
	if err != nil || path == "" {
		return plain, err
	}
	exact := filepath.Clean(path)
	if !filepath.IsAbs(exact) {
		if filepath.VolumeName(exact) != "" || os.IsPathSeparator(exact[0]) { // of a drive's own folder, or of the drive
			return plain, nil
		}
		wd, err := os.Getwd()
		if err != nil {
			return plain, nil
		}
		exact = filepath.Join(wd, exact)
	}
	if exact == plain {
		return plain, nil
	}
	if _, err := Lstat(exact); err != nil && !strings.HasPrefix(plain, `\\.\`) {
		return plain, nil
	}
	return exact, nil
}

// Resolve is filepath.EvalSymlinks, also for a file whose name Windows would read as
// another.
func Resolve(path string) (string, error) {
	plain, err := filepath.Abs(path)
	if err != nil || plain == filepath.Clean(path) || !filepath.IsAbs(path) {
		return filepath.EvalSymlinks(path)
	}
	info, err := Lstat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Type() != 0 && !info.IsDir() { // a link
		return filepath.EvalSymlinks(path)
	}
	dir, err := Resolve(filepath.Dir(filepath.Clean(path)))
	return filepath.Join(dir, filepath.Base(path)), err
}
