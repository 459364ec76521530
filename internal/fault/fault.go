// Package fault is how custode fails: an error has a code that scripts can rely
// on, a sentence that says what happened, on which file and why, and a hint
// that says what to do next. The words themselves are in the catalogue of
// internal/i18n, under the fault's ID and ID.hint.
package fault

import (
	"errors"
	"io/fs"
	"syscall"
)

// Code is an exit code, after sysexits.h.
type Code int

// The exit codes of the contract. What is not listed never leaves the program.
const (
	Usage       Code = 64  // the command line is wrong
	Data        Code = 65  // a file's content is wrong
	NoInput     Code = 66  // an input is not there
	Bug         Code = 70  // custode itself is wrong
	CannotMake  Code = 73  // an output cannot be created
	IO          Code = 74  // reading or writing failed
	Busy        Code = 75  // another custode holds the lock, or another program has the file open
	NoPerm      Code = 77  // no permission
	Config      Code = 78  // the settings are wrong
	Interrupted Code = 130 // stopped by the user
)

// Error is a failure that a person will read. It never holds file content.
type Error struct {
	Code Code
	ID   string // the key of the sentence; the hint is under ID + ".hint"
	Path string // the file or folder concerned, or ""
	Args []any  // fill the sentence's verbs; never secrets or content
	Err  error  // the cause, or nil
}

// New makes a failure without a file.
func New(code Code, id string, args ...any) *Error {
	return &Error{Code: code, ID: id, Args: args}
}

// On makes a failure about a file, with its cause.
func On(code Code, id, path string, err error) *Error {
	return &Error{Code: code, ID: id, Path: path, Err: err}
}

// Error is for logs and tests; people read the catalogue's sentence.
func (e *Error) Error() string {
	s := e.ID
	if e.Path != "" {
		s += " " + e.Path
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Cause names why the system refused, as the last part of a catalogue key
// ("cause.full"), or "" when nothing is known that a person could use.
func Cause(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return "absent"
	case errors.Is(err, fs.ErrPermission):
		return "permission"
	case errors.Is(err, syscall.EROFS):
		return "readonly"
	case errors.Is(err, fs.ErrExist):
		return "exists"
	}
	return systemCause(err)
}

// CodeOf chooses the exit code for an error of the system: the cause decides,
// and what has no cause of its own is other.
func CodeOf(err error, other Code) Code {
	switch Cause(err) {
	case "absent":
		return NoInput
	case "permission", "readonly":
		return NoPerm
	case "full", "io":
		return IO
	case "inuse":
		return Busy
	}
	return other
}
