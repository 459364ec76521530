package torture_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// calls are what a program asks of the system while it works on files.
var calls = []string{
	"openat", "read", "pread64", "write", "pwrite64", "fsync", "fdatasync", "sync_file_range", "fallocate", "ftruncate", "renameat", "renameat2",
	"linkat", "unlinkat", "mkdirat", "newfstatat", "fstat", "fchmod", "fchown", "utimensat", "fcntl", "flock", "getdents64", "lseek",
	"flistxattr", "fgetxattr", "fsetxattr", "fadvise64", "copy_file_range", "close",
}

// fates are what befalls a call.
var fates = []string{"signal=KILL", "error=ENOSPC", "error=EIO", "error=EACCES"}

// TestRootStrace fails every call that a work makes, or kills the work there, on a real
// folder. A sample: each call meets one of the four fates at one of the times that it is
// made. With CUSTODE_TORTURE each call meets each fate, at three times.
func TestRootStrace(t *testing.T) {
	rooted(t)
	if _, err := exec.LookPath("strace"); err != nil {
		cannot(t, "no strace here")
	}
	if out, err := exec.Command("strace", "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		cannot(t, "no program may be traced here: %v %s", err, out)
	}
	chance := sampled(t)
	naiveLoses(t)
	for _, what := range works {
		by(t, what, newShop(6, 9<<20)).points(t, chance)
	}
	for _, c := range commands {
		program(t, c, newShop(4, 9<<20)).points(t, chance)
	}
}

// injection is one fate of one call, at its n-th time in one thread.
type injection struct {
	call, fate string
	n          int
}

func (i injection) String() string { return fmt.Sprintf("%s %s at %d", i.call, i.fate, i.n) }

// run does the work under strace, and reports whether the injection hit.
func (i injection) run(t *testing.T, w work, root string) (hit bool) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace")
	cmd := w.cmd(root)
	args := []string{"-f", "-o", log, "-e", "trace=" + i.call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", i.call, i.fate, i.n), cmd.Path}
	traced := exec.Command("strace", append(args, cmd.Args[1:]...)...)
	traced.Env = append(cmd.Environ(), "GOMAXPROCS=1") // few threads: each has its own count
	_ = traced.Run()                                   // it is to fail
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(b, []byte("(INJECTED)")) || bytes.Contains(b, []byte("killed by SIGKILL"))
}

// counts tells how often a work makes each call, in the thread that makes it most.
func (w work) counts(t *testing.T, root string) map[string]int {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace")
	w.start(t, root)
	cmd := w.cmd(root)
	traced := exec.Command("strace", append([]string{"-f", "-o", log, "-e", "trace=" + strings.Join(calls, ","), cmd.Path}, cmd.Args[1:]...)...)
	traced.Env = append(cmd.Environ(), "GOMAXPROCS=1")
	if out, err := traced.CombinedOutput(); err != nil {
		t.Fatalf("without trouble: %v %s", err, out)
	}
	clearOut(t, root)
	b, err := os.ReadFile(log)
	must(t, err)
	threads, most := map[string]int{}, map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+) +(\w+)\(`).FindAllStringSubmatch(string(b), -1) {
		threads[m[1]+m[2]]++
		most[m[2]] = max(most[m[2]], threads[m[1]+m[2]])
	}
	return most
}

// injections are those of one call that is made so often; c is its number.
func injections(call string, c, often int, chance *rand.Rand) (all []injection) {
	if !torture() {
		return []injection{{call, fates[chance.IntN(len(fates))], 1 + chance.IntN(often)}}
	}
	for f, fate := range fates {
		for round := range 3 {
			all = append(all, injection{call, fate, 1 + (c*3+f*5+round*7)%often})
		}
	}
	return all
}

// points injects fates into each call that the work makes, at times that are spread
// over the work. When a call is made so often in no thread this time, its first time is
// taken: none is left out.
func (w work) points(t *testing.T, chance *rand.Rand) {
	t.Helper()
	root := t.TempDir() // always the same: a home knows where it is
	counts := w.counts(t, root)
	hits, byFate := 0, map[string]int{}
	for c, call := range slices.Sorted(maps.Keys(counts)) {
		for _, i := range injections(call, c, counts[call], chance) {
			if w.point(t, root, i) || i.n != 1 && w.point(t, root, injection{call, i.fate, 1}) {
				hits++
				byFate[i.fate]++
			} else {
				t.Errorf("%s: %s %s was never hit", w.name, call, i.fate)
			}
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%s: %d injections: %v; calls: %v", w.name, hits, byFate, counts)
}

// point is one injection and what must be true after it.
func (w work) point(t *testing.T, root string, i injection) (hit bool) {
	t.Helper()
	w.start(t, root)
	hit = i.run(t, w, root)
	w.holds(t, root, i.String())
	w.again(t, root, i.String())
	clearOut(t, root)
	return hit
}

// naiveLoses: who seals into the file itself loses it when a write fails, or when he
// is killed there.
func naiveLoses(t *testing.T) {
	t.Helper()
	w := by(t, "naive in place", newShop(6))
	lost := 0
	for n := 1; n < 8; n++ {
		for _, fate := range fates[:2] {
			root := t.TempDir()
			w.start(t, root)
			injection{"write", fate, n}.run(t, w, root)
			lost += len(w.state(root).lost)
		}
	}
	if t.Logf("the naive way lost %d files", lost); lost == 0 {
		t.Error("the naive way lost nothing: the injections prove nothing")
	}
}
