package fault_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"custode/internal/fault"
)

func TestCause(t *testing.T) {
	_, absent := os.Open(filepath.Join(t.TempDir(), "no such file"))
	for _, c := range []struct {
		err   error
		cause string
		code  fault.Code
	}{
		{nil, "", fault.Bug},
		{absent, "absent", fault.NoInput},
		{fmt.Errorf("x: %w", fs.ErrPermission), "permission", fault.NoPerm},
		{&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, "full", fault.IO},
		{&fs.PathError{Op: "write", Path: "x", Err: syscall.EROFS}, "readonly", fault.NoPerm},
		{errors.New("unheard of"), "", fault.Bug},
	} {
		if got := fault.Cause(c.err); got != c.cause {
			t.Errorf("Cause(%v) = %q, want %q", c.err, got, c.cause)
		}
		if got := fault.CodeOf(c.err, fault.Bug); got != c.code {
			t.Errorf("CodeOf(%v) = %d, want %d", c.err, got, c.code)
		}
	}
}

func TestErrorIsFound(t *testing.T) {
	err := fmt.Errorf("outer: %w", fault.On(fault.IO, "fault.write", "/x", syscall.ENOSPC))
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.IO || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("lost on the way: %v", err)
	}
}
