package gate_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/scan/watch/gate"
)

const folderVar = "CUSTODE_GATE_TEST_FOLDER"

// TestWatchProcess is no test but the whole watch with its gate, as a process that the
// others kill and stop. It ends with its input.
func TestWatchProcess(t *testing.T) {
	folder := os.Getenv(folderVar)
	if folder == "" {
		t.Skip("it is for the other tests")
	}
	watching(t, folder)
	fmt.Printf("guard %d\n", guard(t))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// process is the watch in a process of its own.
type process struct {
	*os.Process
	guard int
}

func watchProcess(t *testing.T, folder string) process {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	in, hold, err := os.Pipe()
	must(t, err)
	r, w, err := os.Pipe()
	must(t, err)
	p, err := os.StartProcess(self, []string{self, "-test.run=^TestWatchProcess$"}, &os.ProcAttr{
		Files: []*os.File{in, w, os.Stderr}, Env: append(os.Environ(), folderVar+"="+folder),
	})
	must(t, err)
	must(t, w.Close())
	must(t, in.Close())
	t.Cleanup(func() {
		_ = hold.Close()
		_ = p.Signal(syscall.SIGCONT)
		time.AfterFunc(5*time.Second, func() { _ = p.Kill() })
		_, _ = p.Wait()
		_ = r.Close()
	})
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if pid, ok := strings.CutPrefix(lines.Text(), "guard "); ok {
			n, err := strconv.Atoi(pid)
			must(t, err)
			return process{p, n}
		}
	}
	t.Fatal("the watch did not start")
	return process{}
}

func gone(pid int) bool { return unix.Kill(pid, 0) == unix.ESRCH || zombie(pid) }

func zombie(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(b), ") Z ")
}

// opening starts programs that open files all the time, one of them changing it, which
// the watch is to judge; and gives the longest time that one took.
func opening(t *testing.T, folder string) (longest func() time.Duration) {
	t.Helper()
	quiet := program(t, "time", "slowly", "300", filepath.Join(folder, "orders", "a.txt"))
	busy := program(t, "time", "busily", "300", filepath.Join(folder, "orders", "b.txt"))
	time.Sleep(50 * time.Millisecond)
	return func() time.Duration { return max(longestOf(t, quiet()), longestOf(t, busy())) }
}

// What happens to the watch is noticed by nobody who opens files.
func TestWatchStandsStill(t *testing.T) {
	cases := map[string]struct {
		do   func(t *testing.T, p process)
		free time.Duration // programs wait no longer
		ends bool          // the guard is gone afterwards
	}{
		"killed": {func(t *testing.T, p process) {
			t.Helper()
			must(t, p.Kill())
		}, 10 * time.Millisecond, true},
		"stopped": {func(t *testing.T, p process) {
			t.Helper()
			must(t, p.Signal(syscall.SIGSTOP))
		}, gate.DefaultDeadline, false},
		"guard stopped": {func(t *testing.T, p process) {
			t.Helper()
			must(t, syscall.Kill(p.guard, syscall.SIGSTOP))
		}, gate.DefaultDeadline, true},
		"both stopped": {func(t *testing.T, p process) {
			t.Helper()
			must(t, p.Signal(syscall.SIGSTOP))
			must(t, syscall.Kill(p.guard, syscall.SIGSTOP))
		}, gate.DefaultDeadline, true},
		"both stopped, the guard first": {func(t *testing.T, p process) {
			t.Helper()
			must(t, syscall.Kill(p.guard, syscall.SIGSTOP))
			must(t, p.Signal(syscall.SIGSTOP))
		}, gate.DefaultDeadline, true},
		"both killed": {func(t *testing.T, p process) {
			t.Helper()
			must(t, syscall.Kill(p.guard, syscall.SIGKILL))
			must(t, p.Kill())
		}, 10 * time.Millisecond, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, shop := disk(t)
			put(t, filepath.Join(shop, "orders", "b.txt"), "two")
			p := watchProcess(t, shop)
			wait := opening(t, shop)
			c.do(t, p)
			d := wait()
			t.Logf("the longest open took %v", d)
			if d > c.free+slack {
				t.Errorf("an open took %v", d)
			}
			if c.ends {
				until(t, "the guard ends", func() bool { return gone(p.guard) })
			}
			start := time.Now()
			for range 50 {
				if out := runs(t, "read", "2", filepath.Join(shop, "orders", "a.txt")); out != "ok" {
					t.Fatal(out)
				}
			}
			if d := time.Since(start); d > 3*time.Second {
				t.Errorf("afterwards, 50 programs took %v", d)
			}
			if name == "stopped" {
				must(t, p.Signal(syscall.SIGCONT))
				if gone(p.guard) {
					t.Error("the guard ended because the watch was stopped")
				}
			}
		})
	}
}
