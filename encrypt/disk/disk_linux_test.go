package disk_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/encrypt/disk"
)

// TestLease: a file that is open elsewhere is refused; one that somebody opens
// later is no longer held, and he waits only until we let go.
func TestLease(t *testing.T) {
	dir, d := folder(t)
	path := filepath.Join(dir, "x")
	put(t, path, "x")
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Hold(); errors.Is(err, disk.ErrUnsupported) {
		t.Skipf("SKIPPED, LOUDLY: no leases here: %v", err)
	} else if !errors.Is(err, disk.ErrBusy) || f.Held() {
		t.Fatalf("while it is open elsewhere: %v, held %v", err, f.Held())
	}
	closed(t, reader)
	if err := f.Hold(); err != nil || !f.Held() {
		t.Fatalf("afterwards: %v", err)
	}
	opened := make(chan error)
	go func() {
		g, err := os.OpenFile(path, os.O_RDWR, 0)
		if err == nil {
			err = g.Close()
		}
		opened <- err
	}()
	for i := 0; f.Held(); i++ {
		if i > 500 {
			t.Fatal("nobody told us that it is wanted")
		}
		time.Sleep(10 * time.Millisecond)
	}
	closed(t, f)
	select {
	case err := <-opened:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the other program still waits")
	}
}

func TestPipe(t *testing.T) {
	dir, d := folder(t)
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open("pipe"); !errors.Is(err, disk.ErrSpecial) {
		t.Errorf("a pipe: %v", err)
	}
}

func TestAttributes(t *testing.T) {
	dir, d := folder(t)
	path := filepath.Join(dir, "x")
	put(t, path, "x")
	if err := os.Chmod(path, 0o440); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setxattr(path, "user.shop.note", []byte("kept"), 0); err != nil {
		t.Skipf("SKIPPED, LOUDLY: no attributes here: %v", err)
	}
	acl := exec.Command("setfacl", "-m", "u:12345:r", path).Run() == nil
	old, err := d.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.Create("new")
	if err != nil {
		t.Fatal(err)
	}
	if missed := f.Keep(old); missed != 0 {
		t.Errorf("missed %b", missed)
	}
	closed(t, f)
	closed(t, old)
	buf := make([]byte, 100)
	n, err := unix.Getxattr(filepath.Join(dir, "new"), "user.shop.note", buf)
	if err != nil || string(buf[:n]) != "kept" {
		t.Errorf("%q, %v", buf[:max(n, 0)], err)
	}
	if acl {
		if _, err := unix.Getxattr(filepath.Join(dir, "new"), "system.posix_acl_access", buf); err != nil {
			t.Errorf("the access list: %v", err)
		}
	}
}

// TestMovedFolder: a folder that is renamed while it is open stays the one.
func TestMovedFolder(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "a")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "x"), "ours")
	d, err := disk.Real{}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, d)
	trap := filepath.Join(top, "trap")
	if err := errors.Join(os.Mkdir(trap, 0o700), os.Rename(dir, filepath.Join(top, "b")), os.Symlink(trap, dir)); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(trap, "x"), "theirs")
	if err := d.Remove("x"); err != nil {
		t.Fatal(err)
	}
	if get(t, filepath.Join(trap, "x")) != "theirs" {
		t.Error("it followed the link")
	}
}
