package main

import (
	"bytes"
	"context"
	"fmt"
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

// TestRootFullDiskWhileEditing: a new version for which there is no room is an error
// that says where the copy is; the old version stays, and with some room the new one
// takes its place.
func TestRootFullDiskWhileEditing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can mount a small disk")
	}
	disk, home, bin := t.TempDir(), filepath.Join(t.TempDir(), "home"), t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, 0) })
	editor := fmt.Sprintf("#!/bin/sh\necho \"$1\" > %s/got\nhead -c 300000 /dev/urandom > \"$1\"\n", bin)
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(editor), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	put(t, filepath.Join(disk, "a.csv"), "nome,email\n")
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8", "DISPLAY": ":0", "CUSTODE_PASSPHRASE": "one two three four"}
	run := func(args ...string) result {
		var out, errs bytes.Buffer
		sh := &shell{in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: 400}
		code := sh.run(context.Background(), args)
		return result{code, out.String(), errs.String()}
	}
	if r := run("init", "--yes", "--country", "IT", "--data", disk); r.code > 1 {
		t.Fatalf("init: %+v", r)
	}
	k, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	if err := k.Proven(time.Now()); err != nil {
		t.Fatal(err)
	}
	sealed := filepath.Join(disk, "a.csv.age")
	if r := run("encrypt", filepath.Join(disk, "a.csv")); r.code != 0 {
		t.Fatalf("encrypt: %+v", r)
	}
	before, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	r := run("open", "--edit", sealed)
	got, _ := os.ReadFile(filepath.Join(bin, "got"))
	copied := strings.TrimSpace(string(got))
	if r.code != int(fault.IO) || !strings.Contains(r.err, copied) || !strings.Contains(r.err, "custode open --leftovers") {
		t.Errorf("%+v", r)
	}
	want, err := os.ReadFile(copied)
	if err != nil || len(want) != 300000 {
		t.Fatalf("the copy: %d bytes, %v", len(want), err)
	}
	if r := run("open", "--leftovers", "--seal"); r.code != int(fault.IO) {
		t.Errorf("still full: %+v", r)
	}
	if after, err := os.ReadFile(sealed); err != nil || !bytes.Equal(before, after) {
		t.Error("the old version is not as it was", err)
	}
	if left, _ := filepath.Glob(filepath.Join(disk, ".*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=4m"); err != nil {
		t.Fatal(err)
	}
	if r := run("open", "--leftovers", "--seal"); r.code != 0 {
		t.Errorf("with room: %+v", r)
	}
	if r := run("decrypt", "-o", "-", sealed); r.out != string(want) {
		t.Errorf("it holds %d bytes", len(r.out))
	}
	if _, err := os.Lstat(copied); err == nil {
		t.Error("the copy is left")
	}
}
