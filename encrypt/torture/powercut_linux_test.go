package torture_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kind is a file system that is made on a disk of our own.
type kind struct {
	name    string
	make    []string
	options string // of the mount
	again   string // of the mount of an image whose power was cut
}

// The disks write down what happened every second, not after 5 or 30: then a cut
// a second later shows what was not flushed.
var kinds = []kind{
	{"ext4", []string{"mkfs.ext4", "-q", "-F"}, "commit=1", ""},
	{"xfs", []string{"mkfs.xfs", "-q", "-f"}, "", "nouuid"},
	{"btrfs", []string{"mkfs.btrfs", "-q", "-f"}, "commit=1", ""},
}

// TestRootPowerCut cuts the power of real disks: ext4, xfs and btrfs in a file on
// an XFS disk, where cp --reflink takes in an instant what was written so far. The
// program is stopped for that instant, so that the cuts spread over all of its work.
// Each image is mounted (the file system replays its log), and must have lost
// nothing; one more run on it finishes. The naive way loses files on it.
func TestRootPowerCut(t *testing.T) {
	rooted(t)
	base := backing(t)
	whats, cuts := works[:2], 4
	if torture() {
		whats, cuts = append([]string{"seal", "seal"}, works...), 8
	}
	hurry(t)
	total, want := 0, 0
	for n, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			k.naiveLoses(t, base)
			for i, what := range whats {
				want += cuts
				total += k.powerCuts(t, base, by(t, what, newShop(120, 9<<20)), plan{cuts, 250 * time.Millisecond, time.Duration(1+i%2) * 600 * time.Millisecond})
			}
			for i, c := range commands {
				if torture() || i%len(kinds) == n { // each on one of the disks
					want += cuts
					total += k.powerCuts(t, base, program(t, c, newShop(120, 9<<20)), plan{cuts, 400 * time.Millisecond, 600 * time.Millisecond})
				}
			}
		})
	}
	if t.Logf("%d images", total); total < max(want, 40) && !t.Failed() {
		t.Errorf("%d images, want %d", total, max(want, 40))
	}
}

// naiveLoses: what is sealed without flushing is lost. When that shows depends on when
// the disk writes down what happened, so it may take a longer wait.
func (k kind) naiveLoses(t *testing.T, base string) {
	t.Helper()
	w, lost, still := by(t, "naive", newShop(100)), 0, 4*time.Second
	for try := 0; lost == 0 && try < 3; try++ {
		for _, img := range k.cut(t, base, w, plan{cuts: 1, still: still}) {
			k.mounted(t, img, base, func(root string) { lost += len(w.state(root).lost) })
		}
		still += 4 * time.Second
	}
	if t.Logf("%s: the naive way lost %d of 100 files", k.name, lost); lost == 0 {
		t.Error("the naive way lost nothing: the cuts prove nothing")
	}
}

// powerCuts cuts the power of a work, and says in which states that was.
func (k kind) powerCuts(t *testing.T, base string, w work, c plan) (images int) {
	t.Helper()
	states := map[string]int{}
	for _, img := range k.cut(t, base, w, c) {
		images++
		k.mounted(t, img, base, func(root string) {
			st := w.holds(t, root, img)
			states[fmt.Sprintf("%d readable, %d both, %d sealed", st.readable, st.both, st.sealed)]++
			w.again(t, root, img)
		})
	}
	t.Logf("%s, %s: %v", k.name, w.name, states)
	return images
}

// tool runs a program of the system.
func tool(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
}

// mount gives what unmounts, which may be called again.
func mount(t *testing.T, img, dir, options string) (unmount func()) {
	t.Helper()
	opts := "loop"
	if options != "" {
		opts += "," + options
	}
	tool(t, "mount", "-o", opts, img, dir)
	mounted := true
	unmount = func() {
		if !mounted {
			return
		}
		mounted = false
		for i := 0; ; i++ {
			out, err := exec.Command("umount", dir).CombinedOutput()
			if err == nil {
				return
			}
			if i == 50 {
				t.Errorf("umount %s: %v: %s", dir, err, out)
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	t.Cleanup(unmount)
	return unmount
}

// backing is an XFS disk on which files are cloned in an instant.
func backing(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"mkfs.ext4", "mkfs.xfs", "mkfs.btrfs", "mount"} {
		if _, err := exec.LookPath(name); err != nil {
			cannot(t, "no %s here", name)
		}
	}
	dir := t.TempDir()
	img, base := filepath.Join(dir, "backing.img"), filepath.Join(dir, "base")
	must(t, os.Mkdir(base, 0o700))
	must(t, os.WriteFile(img, nil, 0o600))
	must(t, os.Truncate(img, 24<<30))
	tool(t, "mkfs.xfs", "-q", "-f", img)
	if out, err := exec.Command("mount", "-o", "loop", img, base).CombinedOutput(); err != nil {
		cannot(t, "no loop mounts here: %v %s", err, out)
	}
	tool(t, "umount", base)
	mount(t, img, base, "")
	return base
}

// hurry has XFS write its log down every second, for as long as the test runs.
func hurry(t *testing.T) {
	t.Helper()
	const knob = "/proc/sys/fs/xfs/xfssyncd_centisecs"
	was, err := os.ReadFile(knob)
	if err != nil {
		t.Fatal(err)
	}
	must(t, os.WriteFile(knob, []byte("100"), 0o600))
	t.Cleanup(func() { must(t, os.WriteFile(knob, was, 0o600)) })
}

// plan says how often the power is cut, spread over how much of the work (0: after
// it), and how long the program stands still before: then the disk has written down more of what
// was not flushed.
type plan struct {
	cuts        int
	over, still time.Duration
}

// cut does the work on a new disk and takes images meanwhile.
func (k kind) cut(t *testing.T, base string, w work, c plan) (images []string) {
	t.Helper()
	img, dir := filepath.Join(base, k.name+".img"), filepath.Join(base, "mnt")
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(img, nil, 0o600))
	must(t, os.Truncate(img, 512<<20))
	tool(t, k.make[0], append(k.make[1:], img)...)
	unmount := mount(t, img, dir, k.options)
	w.start(t, dir)
	tool(t, "sync", "-f", dir)
	cmd := w.cmd(dir)
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var err error
	for i := range c.cuts {
		if c.over > 0 {
			time.Sleep(rand.N(2 * c.over / time.Duration(c.cuts)))
		} else {
			err = <-ended
			ended <- err
		}
		stopped := cmd.Process.Signal(syscall.SIGSTOP) == nil // it may have ended
		time.Sleep(c.still * time.Duration(i%2+1) / 2)
		images = append(images, fmt.Sprintf("%s/%s-%d.cut", base, k.name, i))
		tool(t, "cp", "--reflink=always", img, images[i])
		if stopped {
			_ = cmd.Process.Signal(syscall.SIGCONT)
		}
	}
	if err = <-ended; err != nil {
		t.Errorf("without trouble: %v", err)
	}
	unmount()
	must(t, os.Remove(img))
	return images
}

// mounted mounts an image whose power was cut, and removes it afterwards.
func (k kind) mounted(t *testing.T, img, base string, look func(root string)) {
	t.Helper()
	dir := filepath.Join(base, "mnt")
	unmount := mount(t, img, dir, k.again)
	look(dir)
	unmount()
	must(t, os.Remove(img))
}
