package fault_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"custode/internal/fault"
)

// TestCauseOfWindows: each number that Windows gives has its cause, by which a person is
// told, and its exit code.
func TestCauseOfWindows(t *testing.T) {
	for errno, want := range map[syscall.Errno]struct {
		cause string
		code  fault.Code
	}{
		5: {"permission", fault.NoPerm}, 19: {"readonly", fault.NoPerm}, 32: {"inuse", fault.Busy}, 33: {"inuse", fault.Busy},
		112: {"full", fault.IO}, 1295: {"full", fault.IO}, 123: {"badname", fault.Data}, 206: {"longname", fault.Data},
		1200: {"device", fault.Data}, 225: {"virus", fault.Data}, 740: {"permission", fault.NoPerm}, 1314: {"permission", fault.NoPerm}, 53: {"absent", fault.NoInput},
	} {
		err := &os.PathError{Op: "open", Path: "x", Err: errno}
		if got := fault.Cause(err); got != want.cause {
			t.Errorf("%d (%v): cause %q, want %q", errno, errno, got, want.cause)
		}
		if got := fault.CodeOf(err, fault.Data); got != want.code {
			t.Errorf("%d (%v): code %d, want %d", errno, errno, got, want.code)
		}
	}
}

// TestHeld: a file that another program does not share.
func TestHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ, 0, nil, syscall.OPEN_EXISTING, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(path); fault.Cause(err) != "inuse" || fault.CodeOf(err, fault.IO) != fault.Busy {
		t.Errorf("held: %v", err)
	}
	if err := syscall.CloseHandle(h); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(path); err != nil {
		t.Errorf("let go of: %v", err)
	}
}
