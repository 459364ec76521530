//go:build !windows

package objaudit

import (
	"context"
	"errors"
)

// Log is the Security log of Windows, from now on.
type Log struct{}

// Elevated says whether this process may use it.
func Elevated() bool { return false }

// Open opens it; file is where it is noted what was set.
func Open(string) (*Log, error) { return nil, errors.ErrUnsupported }

// Names are the drives of this computer.
func (*Log) Names() Names { return Names{} }

// Add has a folder audited.
func (*Log) Add(string) error { return errors.ErrUnsupported }

// Drop has it no longer audited.
func (*Log) Drop(string) error { return errors.ErrUnsupported }

// Next waits for events.
func (*Log) Next(context.Context) ([]string, bool, error) { return nil, false, errors.ErrUnsupported }

// Long is a path with the full names of its parts.
func (*Log) Long(path string) string { return path }

// Process says when a process was started, and whether it runs where services do.
func (*Log) Process(uint32) (start uint64, service bool) { return 0, false }

// Close takes back what was set.
func (*Log) Close() error { return nil }
