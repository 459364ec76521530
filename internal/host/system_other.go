//go:build !linux && !darwin && !windows

package host

import (
	"context"
	"os"
	"os/exec"
)

// DropTyped does nothing here.
func DropTyped(*os.File) {}

func candidates(Env) []Folder { return []Folder{temporary(personal())} }

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

// ScreenLocked is not known here.
func ScreenLocked(context.Context, Env) (locked, known bool) { return false, false }

// InUse is not known here.
func InUse(string) (used, known bool) { return false, false }
