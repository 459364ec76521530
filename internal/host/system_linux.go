package host

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// DropTyped forgets what was typed on a terminal and not read yet: an Enter that was
// meant for the question before must not answer the next. Elsewhere than on a terminal
// it does nothing.
func DropTyped(f *os.File) {
	_ = unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH) // no terminal: nothing to forget
}

func candidates(env Env) (out []Folder) {
	add := func(dir, name string) {
		if dir != "" && filepath.IsAbs(dir) && inMemory(dir) {
			out = append(out, Folder{filepath.Join(dir, name), true})
		}
	}
	for _, dir := range []string{env("XDG_RUNTIME_DIR"), "/run/user/" + strconv.Itoa(os.Geteuid())} {
		if ours(dir) {
			add(dir, "custode")
		}
	}
	add("/dev/shm", personal())
	last := temporary(personal())
	last.MemoryBacked = inMemory(os.TempDir())
	return append(out, last)
}

func inMemory(dir string) bool {
	var st unix.Statfs_t
	return unix.Statfs(dir, &st) == nil && (int64(st.Type) == unix.TMPFS_MAGIC || int64(st.Type) == unix.RAMFS_MAGIC) //nolint:unconvert // its type differs by processor
}

func open(env Env, path string) (Program, error) {
	if !HasScreen(env) {
		return Program{}, ErrNoScreen
	}
	name, err := exec.LookPath("xdg-open")
	if err != nil {
		return Program{}, ErrNoProgram
	}
	done, err := started(name, path)
	return Program{Done: done}, err
}

// ScreenLocked asks the system whether the session is locked or over. Known is
// false where nothing tells.
func ScreenLocked(ctx context.Context, env Env) (locked, known bool) {
	name, err := exec.LookPath("loginctl")
	if err != nil {
		return false, false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	id := env("XDG_SESSION_ID")
	if id == "" { // a program that the desktop started may not have it: ask for the user's session with a screen
		out, err := exec.CommandContext(ctx, name, "show-user", strconv.Itoa(os.Getuid()), "-p", "Display").Output() //nolint:gosec // a number
		if err != nil {
			return false, false
		}
		id = strings.TrimPrefix(strings.TrimSpace(string(out)), "Display=")
	}
	if id == "" {
		return false, false
	}
	out, err := exec.CommandContext(ctx, name, "show-session", id, "-p", "LockedHint", "-p", "State").Output() //nolint:gosec // one argument
	if err != nil {
		return false, false
	}
	text := string(out)
	return strings.Contains(text, "LockedHint=yes") || strings.Contains(text, "State=closing"), strings.Contains(text, "LockedHint=")
}

// InUse reports whether a process of this user has a file open. Known is false where
// the system does not tell.
func InUse(path string) (used, known bool) {
	want, err := os.Stat(path)
	if err != nil {
		return false, false
	}
	fds, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil || len(fds) == 0 {
		return false, false
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err != nil || !strings.HasPrefix(to, "/") {
			continue
		}
		if info, err := os.Stat(fd); err == nil && os.SameFile(info, want) {
			return true, true
		}
	}
	return false, true
}
