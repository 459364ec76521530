//go:build !windows

package rawpath

import "path/filepath"

// Of gives the path as it is.
func Of(path string) string { return path }

// New refuses nothing.
func New(string) error { return nil }

// Abs is filepath.Abs.
func Abs(path string) (string, error) { return filepath.Abs(path) }

// Resolve is filepath.EvalSymlinks.
func Resolve(path string) (string, error) { return filepath.EvalSymlinks(path) }
