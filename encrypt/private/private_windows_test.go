package private_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"

	"custode/encrypt/private"
)

// TestCloseAndRestore: a file that everybody may read is closed to others and given back to them, by the numbers of
// users, which are the same in every language.
func TestCloseAndRestore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clienti è più.csv")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	sd, err := windows.SecurityDescriptorFromString("D:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;FR;;;WD)")
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := sd.DACL()
	if err != nil {
		t.Fatal(err)
	}
	err = windows.SetNamedSecurityInfo(file, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
	if err != nil {
		t.Fatal(err)
	}
	was, err := private.Look(file)
	if err != nil || !strings.Contains(was, "WD") {
		t.Fatalf("%q, %v", was, err)
	}
	if closed, err := private.Closed(file); closed || err != nil {
		t.Fatal(closed, err)
	}
	if err := private.Close(file); err != nil {
		is, _ := private.Look(file)
		t.Fatalf("%q became %q: %v", was, is, err)
	}
	if closed, err := private.Closed(file); !closed || err != nil {
		t.Error(closed, err)
	}
	if raw, err := os.ReadFile(file); err != nil || string(raw) != "x" {
		t.Errorf("%q, %v", raw, err)
	}
	if err := private.Restore(file, was); err != nil {
		t.Fatal(err)
	}
	if again, err := private.Look(file); err != nil || !strings.Contains(again, "WD") {
		t.Errorf("%q came back as %q, %v", was, again, err)
	}
	if err := private.Restore(file, was); !errors.Is(err, private.ErrOpened) {
		t.Error(err)
	}
	if err := private.Close(filepath.Join(t.TempDir(), "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
