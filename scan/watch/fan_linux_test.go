package watch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// disk mounts a file system of the test's own, and makes a folder on it.
func disk(t *testing.T) (mount, shop string) {
	t.Helper()
	rooted(t)
	mount, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	if err := unix.Mount("custode-test", mount, "tmpfs", 0, "size=256m,mode=755"); err != nil {
		cannot(t, "tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(mount, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	shop = filepath.Join(mount, "shop")
	must(t, os.MkdirAll(filepath.Join(shop, "orders"), 0o755))
	write(t, filepath.Join(shop, "orders", "a.txt"), "one")
	return mount, shop
}

// cannot skips, or fails where it must not be skipped.
func cannot(t *testing.T, format string, args ...any) {
	t.Helper()
	if required("root") {
		t.Fatalf(format, args...)
	}
	t.Skipf("SKIPPED, LOUDLY: "+format, args...)
}

func (l *log) aliased(op Op, path, alias string) bool {
	events, _ := l.all()
	return slices.ContainsFunc(events, func(e Event) bool { return e.Op&op != 0 && e.Path == path && e.Alias == alias })
}

func TestFanotifyThroughOtherNames(t *testing.T) {
	mount, shop := disk(t)
	a := filepath.Join(shop, "orders", "a.txt")
	before := filepath.Join(mount, "made before")
	must(t, os.Link(a, before))
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	read(t, before)
	l.until(t, "a read through a name outside that was there before", func() bool { return l.aliased(Open, a, before) })

	b := filepath.Join(shop, "orders", "b.txt")
	write(t, b, "two")
	for i := range 5 {
		after := filepath.Join(mount, "made after "+strconv.Itoa(i))
		must(t, os.Link(b, after))
		l.until(t, "that it was made", func() bool { return l.aliased(Create, b, after) })
		read(t, after)
		l.until(t, "a read through a name outside that was made later", func() bool { return l.aliased(Open, b, after) })
	}
	// A file that left keeps its other name inside.
	inside := filepath.Join(shop, "linked in.txt")
	must(t, os.WriteFile(filepath.Join(mount, "stranger"), []byte("x"), 0o600))
	must(t, os.Link(filepath.Join(mount, "stranger"), inside))
	l.until(t, "a name made inside", func() bool { return l.has(Create, inside) })
	write(t, filepath.Join(mount, "stranger"), "y")
	l.until(t, "a change through the name outside", func() bool { return l.aliased(Write, inside, filepath.Join(mount, "stranger")) })

	l.forget()
	write(t, filepath.Join(mount, "elsewhere"), "not ours")
	write(t, filepath.Join(shop, "marker"), "")
	l.until(t, "the marker", func() bool { return l.has(Create, filepath.Join(shop, "marker")) })
	events, _ := l.all()
	for _, e := range events {
		if !under(e.Path, shop) {
			t.Errorf("%s %s is told", e.Op, e.Path)
		}
	}
}

func read(t *testing.T, path string) {
	t.Helper()
	if _, err := os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
}

// Folders that are renamed, swapped and removed faster than anybody looks: every
// file is still told by a name that it had.
func TestFanotifyFoldersThatAreGone(t *testing.T) {
	_, shop := disk(t)
	for i := range 20 {
		deep := filepath.Join(shop, fmt.Sprint("d", i), "x", "y")
		must(t, os.MkdirAll(deep, 0o755))
		write(t, filepath.Join(deep, "f.txt"), "text")
	}
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	for i := range 20 {
		d, moved := filepath.Join(shop, fmt.Sprint("d", i)), filepath.Join(shop, fmt.Sprint("moved", i))
		must(t, os.Rename(d, moved))
		must(t, os.RemoveAll(moved))
	}
	for i := range 20 {
		at := filepath.Join(shop, fmt.Sprint("moved", i), "x", "y", "f.txt")
		was := filepath.Join(shop, fmt.Sprint("d", i), "x", "y", "f.txt")
		l.until(t, at, func() bool { return l.has(Delete, at) || l.has(Delete, was) })
	}
	// Made, filled and removed at once.
	for i := range 20 {
		d := filepath.Join(shop, fmt.Sprint("brief", i), "in")
		must(t, os.MkdirAll(d, 0o755))
		write(t, filepath.Join(d, "f.txt"), "text")
		must(t, os.RemoveAll(filepath.Dir(d)))
	}
	for i := range 20 {
		f := filepath.Join(shop, fmt.Sprint("brief", i), "in", "f.txt")
		l.until(t, f, func() bool { return l.has(CloseWrite, f) && l.has(Delete, f) })
	}
	// Two folders trade places.
	one, two, tmp := filepath.Join(shop, "one"), filepath.Join(shop, "two"), filepath.Join(shop, "tmp")
	must(t, os.MkdirAll(one, 0o755))
	must(t, os.MkdirAll(two, 0o755))
	write(t, filepath.Join(one, "from one.txt"), "")
	write(t, filepath.Join(two, "from two.txt"), "")
	must(t, os.Rename(one, tmp))
	must(t, os.Rename(two, one))
	must(t, os.Rename(tmp, two))
	l.until(t, "the last rename", func() bool { return l.renamed(tmp, two) })
	write(t, filepath.Join(one, "from two.txt"), "changed")
	l.until(t, "a change after it", func() bool { return l.has(Write, filepath.Join(one, "from two.txt")) })
	write(t, filepath.Join(two, "from one.txt"), "changed")
	l.until(t, "a change after it", func() bool { return l.has(Write, filepath.Join(two, "from one.txt")) })
	if _, blind := l.all(); len(blind) > 0 {
		t.Errorf("blind: %+v", blind)
	}
}

func TestFanotifyAcrossTheBorder(t *testing.T) {
	mount, shop := disk(t)
	outside := filepath.Join(mount, "outside")
	must(t, os.MkdirAll(filepath.Join(outside, "deep"), 0o755))
	write(t, filepath.Join(outside, "deep", "f.txt"), "text")
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	read(t, filepath.Join(outside, "deep", "f.txt")) // now it is known to be outside
	in := filepath.Join(shop, "brought")
	must(t, os.Rename(outside, in))
	l.until(t, "the folder", func() bool { return l.renamed("", in) })
	l.until(t, "what is in it", func() bool { return l.has(Create, filepath.Join(in, "deep", "f.txt")) })
	read(t, filepath.Join(in, "deep", "f.txt"))
	l.until(t, "a read in it", func() bool { return l.has(Open, filepath.Join(in, "deep", "f.txt")) })
	must(t, os.Rename(in, outside))
	l.until(t, "that it left", func() bool { return l.renamed(in, "") })
	l.forget()
	read(t, filepath.Join(outside, "deep", "f.txt"))
	write(t, filepath.Join(shop, "marker"), "")
	l.until(t, "the marker", func() bool { return l.has(Create, filepath.Join(shop, "marker")) })
	if events, _ := l.all(); slices.ContainsFunc(events, func(e Event) bool { return strings.Contains(e.Path, "f.txt") }) {
		t.Error("a file that left is still told of")
	}
}

// Kernels before 5.17 tell the two halves of a rename.
func TestFanotifyRenamesInHalves(t *testing.T) {
	mount, shop := disk(t)
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	f, ok := l.w.sensors[fanName].(*fan)
	if !ok {
		t.Fatal("no fanotify")
	}
	must(t, unix.FanotifyMark(f.fd, unix.FAN_MARK_REMOVE|unix.FAN_MARK_FILESYSTEM, unix.FAN_RENAME, unix.AT_FDCWD, shop))
	must(t, unix.FanotifyMark(f.fd, unix.FAN_MARK_ADD|unix.FAN_MARK_FILESYSTEM, unix.FAN_MOVED_FROM|unix.FAN_MOVED_TO, unix.AT_FDCWD, shop))
	a, b, away := filepath.Join(shop, "orders"), filepath.Join(shop, "old"), filepath.Join(mount, "away")
	must(t, os.Rename(a, b))
	l.until(t, "a rename", func() bool { return l.renamed(a, b) })
	must(t, os.Rename(b, away))
	l.until(t, "that it left", func() bool { return l.renamed(b, "") })
	must(t, os.Rename(away, a))
	l.until(t, "that it came", func() bool { return l.renamed("", a) })
	write(t, filepath.Join(a, "a.txt"), "changed")
	l.until(t, "a change", func() bool { return l.has(Write, filepath.Join(a, "a.txt")) })
}

func TestFanotifyMountsInside(t *testing.T) {
	_, shop := disk(t)
	over := filepath.Join(shop, "orders")
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	must(t, unix.Mount("custode-test", over, "tmpfs", 0, "size=1m"))
	l.until(t, "the mount", func() bool { return l.has(Cover, over) && l.blindFor(Covered) })
	write(t, filepath.Join(over, "on it.txt"), "text")
	l.until(t, "a file on it", func() bool { return l.has(Create, filepath.Join(over, "on it.txt")) })
	l.forget()
	must(t, unix.Unmount(over, 0)) // nothing of ours keeps it busy
	l.until(t, "that it is gone", func() bool { return l.has(Cover, over) })
	write(t, filepath.Join(over, "a.txt"), "changed")
	l.until(t, "a file under it", func() bool { return l.has(Write, filepath.Join(over, "a.txt")) })
}

func TestFanotifyFolderIsMountedOver(t *testing.T) {
	_, shop := disk(t)
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName, Check: time.Hour})
	must(t, unix.Mount("custode-test", shop, "tmpfs", 0, "size=1m"))
	t.Cleanup(func() { _ = unix.Unmount(shop, unix.MNT_DETACH) })
	l.until(t, "that it is covered", func() bool { return l.has(Cover, shop) && l.blindFor(Covered) })
	write(t, filepath.Join(shop, "on it.txt"), "text")
	l.until(t, "a file on it", func() bool { return l.has(Create, filepath.Join(shop, "on it.txt")) })
}

func TestFanotifySaysWho(t *testing.T) {
	_, shop := disk(t)
	must(t, os.Chmod(filepath.Join(shop, "orders", "a.txt"), 0o644))
	for at := shop; at != "/"; at = filepath.Dir(at) { // the other user must come to the file
		if info, err := os.Stat(at); err != nil || info.Mode().Perm()&0o005 != 0o005 {
			must(t, os.Chmod(at, 0o755))
		}
	}
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	a := filepath.Join(shop, "orders", "a.txt")
	script := filepath.Join(t.TempDir(), "copy orders.sh")
	must(t, os.WriteFile(script, []byte("#!/bin/sh\nread x < "+a+"\nsleep 0.1\n"), 0o755))

	// The programs stay a while: what is told of short ones is measured elsewhere.
	who := func(what string, cmd *exec.Cmd) *Actor {
		t.Helper()
		l.forget()
		in, out, err := os.Pipe()
		must(t, err)
		defer in.Close()
		time.AfterFunc(100*time.Millisecond, func() { _ = out.Close() })
		cmd.Stdin = in
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		l.until(t, what, func() bool { return l.has(Open, a) })
		events, _ := l.all()
		i := slices.IndexFunc(events, func(e Event) bool { return e.Path == a && e.Op&Open != 0 })
		if events[i].Actor == nil {
			t.Fatalf("%s: nobody", what)
		}
		return events[i].Actor
	}
	cat, err := filepath.EvalSymlinks("/bin/cat")
	must(t, err)
	sh, err := filepath.EvalSymlinks("/bin/sh")
	must(t, err)
	session, err := unix.Getsid(0) // 0 in a container that was entered from outside
	must(t, err)
	got := who("cat", exec.Command("cat", a, "-"))
	if got.Program != cat || got.UID != 0 || got.User != "root" || got.Digest == [32]byte{} || got.Session != session || got.Start == 0 || got.Script != "" {
		t.Errorf("%+v", got)
	}
	if own, err := os.Executable(); err != nil || len(got.Parents) == 0 || got.Parents[0] != own {
		t.Errorf("parents %q, want %q first", got.Parents, own)
	}
	nobody := exec.Command("cat", a, "-")
	nobody.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if got := who("cat as another user", nobody); got.UID != 65534 || got.User != "nobody" || got.Program != cat {
		t.Errorf("%+v", got)
	}
	byEnv := filepath.Join(t.TempDir(), "by-env")
	write(t, byEnv, "#!/usr/bin/env sh\nread x < '"+a+"' || true\n")
	must(t, os.Chmod(byEnv, 0o700))
	if got := who("a script by env", exec.Command(byEnv)); got.Program != sh || got.Script != byEnv {
		t.Errorf("a script by env: %+v", got)
	}
	if got := who("a script", exec.Command(script)); got.Program != sh || got.Script != script {
		t.Errorf("%+v", got)
	}
	named := exec.Command("sh", filepath.Base(script))
	named.Dir = filepath.Dir(script)
	if got := who("a script by its name", named); got.Program != sh || got.Script != script {
		t.Errorf("%+v", got)
	}
	if got := who("a command in a shell", exec.Command("sh", "-c", "read x < '"+a+"'; sleep 0.1")); got.Program != sh || got.Script != "" {
		t.Errorf("%+v", got)
	}
	if got := who("the loader itself", exec.Command(loader(t), cat, a, "-")); got.Program != loader(t) {
		t.Errorf("%+v", got)
	}
}
