package main

import (
	"errors"

	"custode/internal/fault"
)

// refusal is an error of a room, and the failure for people that it becomes.
type refusal struct {
	err  error
	code fault.Code
	id   string
	path string // the file or folder that it is about, or ""
	args []any
}

// refused gives the failure of the first refusal that an error is, and false where it is none.
func refused(err error, list []refusal) (*fault.Error, bool) {
	for _, r := range list {
		if errors.Is(err, r.err) {
			return &fault.Error{Code: r.code, ID: r.id, Path: r.path, Args: r.args}, true
		}
	}
	return nil, false
}
