//go:build !windows && !linux

package secret

func notDumpable() {}
