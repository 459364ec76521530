package torture_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKillsLeak ends the program by every signal that makes others leave a core
// file, a trace or a half-written file, where all of these are allowed. No content,
// passphrase or key is in what it printed, in its arguments, or anywhere on the disk
// but in the files themselves.
func TestKillsLeak(t *testing.T) {
	rooted(t)
	for _, c := range commands {
		t.Run(c.name, func(t *testing.T) {
			w := program(t, c, newShop(30, 5<<20))
			root := t.TempDir()
			for i := range 3 {
				for _, sig := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
					clearOut(t, root)
					w.start(t, root)
					w.leaks(t, root, sig, time.Duration(i*40)*time.Millisecond+rand.N(40*time.Millisecond))
				}
			}
			w.again(t, root, "in the end")
		})
	}
}

func (w work) leaks(t *testing.T, root string, sig syscall.Signal, after time.Duration) {
	t.Helper()
	own := w.cmd(root)
	cmd := exec.Command("sh", append([]string{"-c", `ulimit -c unlimited; exec "$@"`, "sh", own.Path}, own.Args[1:]...)...)
	cmd.Dir, cmd.Env = filepath.Join(root, "tmp"), own.Env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	for range 500 { // until it has come to its own first line
		proc := fmt.Sprintf("/proc/%d/", cmd.Process.Pid)
		limits, err := os.ReadFile(proc + "limits")
		exe, err2 := os.Readlink(proc + "exe")
		if err != nil || err2 == nil && exe == own.Path && regexp.MustCompile(`core file size +0 `).Match(limits) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(after)
	args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", cmd.Process.Pid)) // it may have ended
	_ = cmd.Process.Signal(sig)
	_ = cmd.Wait() // it was to fail
	for what, b := range map[string][]byte{"its output": out.Bytes(), "its arguments": args} {
		for _, secret := range []string{passphrase, "AGE-SECRET-KEY-", marker} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s, %v: %s holds %.10s...", w.name, sig, what, secret)
			}
		}
	}
	must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), "core") {
			t.Errorf("%s, %v: a core file %s", w.name, sig, p)
		}
		return err
	}))
	w.holds(t, root, sig.String())
	w.hunt(t, root, w.readable && sig != syscall.SIGTERM && sig != syscall.SIGINT) // these it hears
}
