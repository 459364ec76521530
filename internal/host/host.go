// Package host is what custode asks of the computer it runs on, besides files:
// a private folder for what must be readable for a while, the program that
// belongs to a file, a process of our own in the background, and whether the
// screen is locked. It is the only place that starts programs; it starts them
// directly, never through a shell.
//
//	                Linux                          macOS                Windows
//	Private         $XDG_RUNTIME_DIR, /run/user,   per-user temporary   per-user temporary
//	                /dev/shm; else temporary       folder (a disk)      folder (a disk)
//	Open            xdg-open, which does not wait  open -W, which does  ShellExecute, which does not
//	ScreenLocked    loginctl                       not known            not known
//	Notify          D-Bus                          osascript            WTSSendMessage
//
// Memory-backed means that the file system lies in memory; the system may still
// write memory to its swap file.
package host

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// The errors that callers tell apart.
var (
	ErrNoScreen  = errors.New("there is no desktop to open a window on")
	ErrNoProgram = errors.New("the system names no program that opens files")
	ErrNoFolder  = errors.New("there is no folder that nobody else can read")
)

// Env reads an environment variable, as os.Getenv does.
type Env func(string) string

// Folder is a folder that nobody but this user can read.
type Folder struct {
	Path         string
	MemoryBacked bool // what is written there reaches no disk, swap aside
}

// Private gives the user's private folder, making it if needed. The first place
// that is safe wins; ErrNoFolder if none is.
func Private(env Env) (Folder, error) {
	for _, c := range candidates(env) {
		if err := os.Mkdir(c.Path, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			continue
		}
		if ours(c.Path) {
			return c, nil
		}
	}
	return Folder{}, ErrNoFolder
}

// background is the environment of what runs in the background: all but what is
// secret in it.
func background(all []string) (out []string) {
	for _, v := range all {
		if name, _, _ := strings.Cut(v, "="); !strings.EqualFold(name, "CUSTODE_PASSPHRASE") {
			out = append(out, v)
		}
	}
	return out
}

// temporary is the last resort of every system: the user's temporary folder.
func temporary(name string) Folder { return Folder{Path: filepath.Join(os.TempDir(), name)} }
