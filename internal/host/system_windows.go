package host

import (
	"context"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// DropTyped forgets what was typed on a terminal and not read yet.
func DropTyped(f *os.File) {
	_ = windows.FlushConsoleInputBuffer(windows.Handle(f.Fd())) // no terminal: nothing to forget
}

func candidates(Env) []Folder { return []Folder{temporary("custode")} }

// ours trusts the access list of the user's own temporary folder.
func ours(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
}

func root() string { return os.TempDir() }

func open(_ Env, path string) (Program, error) {
	verb, err := windows.UTF16PtrFromString("open")
	if err != nil {
		return Program{}, err
	}
	file, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Program{}, err
	}
	done := make(chan struct{})
	close(done)
	return Program{Done: done}, windows.ShellExecute(0, verb, file, nil, nil, windows.SW_SHOWNORMAL)
}

// ScreenLocked is not known here.
func ScreenLocked(context.Context, Env) (locked, known bool) { return false, false }

// InUse reports whether a program has a file open: then the system does not give it
// to us alone.
func InUse(path string) (used, known bool) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return false, false
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return err == windows.ERROR_SHARING_VIOLATION, true
	}
	return false, windows.CloseHandle(h) == nil
}

// Alive reports whether a process runs.
func Alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid)) //nolint:gosec // a process number
	if err != nil {
		return err == windows.ERROR_ACCESS_DENIED
	}
	defer windows.CloseHandle(h) //nolint:errcheck // opened to look
	state, err := windows.WaitForSingleObject(h, 0)
	return err == nil && state == uint32(windows.WAIT_TIMEOUT)
}

// RootsAlone is not known here.
func RootsAlone(os.FileInfo) bool { return false }
