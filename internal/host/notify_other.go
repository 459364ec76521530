//go:build !linux && !darwin && !windows

package host

import "context"

func notify(context.Context, Env, string, string, bool) error { return ErrNoScreen }

func hasDesktop(Env) bool { return false }
