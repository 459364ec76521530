package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/secret"
)

// TestRootFullDiskIsSaid: a disk that is full while files are sealed is an error with
// its own sentence and code, not one more file on the list, and nothing is lost.
func TestRootFullDiskIsSaid(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can mount a small disk")
	}
	disk, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=4m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, 0) })
	big := make([]byte, 3<<20)
	_, _ = rand.Read(big)
	for name, data := range map[string][]byte{"a.txt": []byte("anna@example.com"), "big.bin": big} {
		if err := os.WriteFile(filepath.Join(disk, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", disk); r.code > 1 {
		t.Fatalf("init: %+v", r)
	}
	_, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	r := custode(t, home, "encrypt", "--no-drill", disk)
	if r.code != int(fault.IO) || !strings.Contains(r.err, "The disk is full") {
		t.Errorf("exit %d, stderr %q, stdout %q", r.code, r.err, r.out)
	}
	if !strings.Contains(r.out, "1 file was sealed") {
		t.Errorf("what was done until then is not said: %q", r.out)
	}
	if got, err := os.ReadFile(filepath.Join(disk, "big.bin")); err != nil || len(got) != len(big) {
		t.Error("lost", err)
	}
}
