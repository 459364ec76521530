package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestClicked: without arguments, terminal and pipes to read, but with a screen, custode opens its page; a second click
// opens the page that runs; without a screen it says that a command is missing, as before.
func TestClicked(t *testing.T) {
	home, bin := t.TempDir(), t.TempDir()
	opened := filepath.Join(bin, "opened")
	put(t, filepath.Join(bin, "xdg-open"), "#!/bin/sh\necho \"$1\" >>'"+opened+"'\n")
	if err := os.Chmod(filepath.Join(bin, "xdg-open"), 0o700); err != nil {
		t.Fatal(err)
	}
	click := func(screen string) *exec.Cmd {
		cmd := itself(t, home)
		cmd.Env = append(cmd.Env, "DISPLAY="+screen, "WAYLAND_DISPLAY=", "DBUS_SESSION_BUS_ADDRESS=", "PATH="+bin)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	if err := click("").Wait(); err == nil || err.Error() != "exit status 64" {
		t.Errorf("without a screen: %v", err)
	}
	links := func(n int) []string {
		for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			raw, _ := os.ReadFile(opened)
			if all := strings.Fields(string(raw)); len(all) >= n {
				return all
			}
			if time.Now().After(end) {
				t.Fatalf("opened: %s", raw)
			}
		}
	}
	first := click(":9")
	defer func() { _ = first.Process.Kill() }()
	host := oneTime.FindStringSubmatch(links(1)[0])
	if err := click(":9").Wait(); err != nil {
		t.Errorf("the second click: %v", err)
	}
	again := oneTime.FindStringSubmatch(links(2)[1])
	if host == nil || again == nil || again[1] != host[1] || again[2] == host[2] {
		t.Fatalf("%v, %v", host, again)
	}
	(&visitor{t: t, host: again[1]}).enter(again[2])
	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("the page: %v", err)
	}
	if err := os.Remove(filepath.Join(bin, "xdg-open")); err != nil {
		t.Fatal(err)
	}
	if err := click(":9").Wait(); err == nil || err.Error() != "exit status 73" {
		t.Errorf("without a browser: %v", err)
	}
}
