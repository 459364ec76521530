//go:build !windows

package host

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// ours reports whether a folder is this user's, and nobody else's to enter.
func ours(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

func personal() string { return "custode-" + strconv.Itoa(os.Geteuid()) }

// apart takes a process out of the terminal.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

func root() string { return "/" }

// Alive reports whether a process runs.
func Alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return pid > 0 && (err == nil || err == syscall.EPERM)
}

// RootsAlone reports whether a file or folder is root's and nobody else's to write.
func RootsAlone(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Uid == 0 && (info.Mode().Perm()&0o022 == 0 || info.Mode()&os.ModeSymlink != 0)
}
