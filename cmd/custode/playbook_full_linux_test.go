package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"custode/internal/fault"
)

// TestRootFullDiskInAStep: the disk of custode's home is full in the middle of "done". The
// error says so, nothing of the step is written, and with room again the same command goes on.
func TestRootFullDiskInAStep(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, 0) })
	home := filepath.Join(disk, "home")
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", t.TempDir()); r.code > 1 {
		t.Fatalf("init: %+v", r)
	}
	if r := custode(t, home, "playbook", "start", "lost-device"); r.code != 0 {
		t.Fatalf("start: %+v", r)
	}
	step := []string{"playbook", "done", "seen", "place=car park", "--unknown", "--note", strings.Repeat("who had it ", 300)}
	fill, err := os.Create(filepath.Join(disk, "fill"))
	if err != nil {
		t.Fatal(err)
	}
	defer fill.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = fill.Write(block)
	}
	before := custode(t, home, "playbook", "status", "--json")
	r := custode(t, home, step...)
	if r.code != int(fault.IO) || !strings.Contains(r.err, "full") {
		t.Errorf("exit %d, stderr %q, stdout %q", r.code, r.err, r.out)
	}
	if err := os.Remove(fill.Name()); err != nil {
		t.Fatal(err)
	}
	_ = fill.Truncate(0)
	for _, sub := range []string{"facts", "status"} {
		if r := custode(t, home, "playbook", sub, "--json"); r.code != 0 || strings.Contains(r.out, "car park") {
			t.Errorf("half done: %+v (before: %+v)", r, before)
		}
	}
	if r := custode(t, home, step...); r.code != 0 {
		t.Errorf("it does not go on: %+v", r)
	}
	if r := custode(t, home, step...); r.code != int(fault.Data) {
		t.Errorf("done twice: %+v", r)
	}
	if r := custode(t, home, "journal", "verify"); r.code != 0 {
		t.Errorf("the journal: %+v", r)
	}
}
