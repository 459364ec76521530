package host_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"custode/internal/host"
)

// TestUsers: another program that has a file open is named, we ourselves are not.
func TestUsers(t *testing.T) {
	held, mine, free := filepath.Join(t.TempDir(), "held"), filepath.Join(t.TempDir(), "mine"), filepath.Join(t.TempDir(), "free")
	for _, path := range []string{held, mine, free} {
		if err := os.WriteFile(path, []byte("a"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, err := os.Open(held)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sleep", "60")
	cmd.Stdin = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	_ = in.Close()
	ours, err := os.Open(mine)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	got := host.Users([]string{held, mine, free, "/nowhere"})
	if len(got) != 1 || got[held] != "sleep" {
		t.Errorf("%q", got)
	}
}
