package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"custode/internal/host"
)

// asNobody is a home of another user, and a custode that both may run.
type asNobody struct {
	t    *testing.T
	dir  string
	home string
	bin  string
}

const nobody = 65534

func newNobody(t *testing.T) *asNobody {
	t.Helper()
	if !host.Root() {
		t.Skip("SKIPPED LOUDLY: only root can watch for another user")
	}
	dir, err := os.MkdirTemp("/tmp", "custode-nobody-") //nolint:usetesting // others must come to it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	n := &asNobody{t: t, dir: dir, home: filepath.Join(dir, "home"), bin: filepath.Join(dir, "custode")}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	n.must(os.Chmod(dir, 0o755))
	n.must(os.WriteFile(n.bin, raw, 0o755))
	n.must(os.Chmod(n.bin, 0o755))
	n.must(os.Mkdir(filepath.Join(dir, "data"), 0o700))
	for i := range 80 {
		n.must(os.WriteFile(n.list(i), []byte("Nome;Email\nRosa;rosa"+strconv.Itoa(i)+"@example.com\nLuca;luca"+strconv.Itoa(i)+"@example.com\n"), 0o600))
		n.must(os.Chown(n.list(i), nobody, nobody))
	}
	n.must(os.Chown(filepath.Join(dir, "data"), nobody, nobody))
	n.must(os.Mkdir(n.home, 0o700))
	n.must(os.Chown(n.home, nobody, nobody))
	return n
}

func (n *asNobody) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *asNobody) list(i int) string {
	return filepath.Join(n.dir, "data", "lista"+strconv.Itoa(i)+".csv")
}

// run runs custode, or another program, as that user.
func (n *asNobody) run(args ...string) string {
	n.t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = []string{"HOME=" + n.dir, "CUSTODE_HOME=" + n.home, "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if code, is := err.(*exec.ExitError); err != nil && (!is || code.ExitCode() > 3) { //nolint:errorlint // of exec itself
		n.t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (n *asNobody) until(want string, args ...string) {
	n.t.Helper()
	var last string
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if last = n.run(args...); strings.Contains(last, want) {
			return
		}
	}
	n.t.Fatalf("%q: no %q within 30 s:\n%s", args, want, last)
}

// TestRootWatchesForAnother: root watches and never touches the user's home; the user's
// side keeps the record, and nothing is lost while it is killed.
func TestRootWatchesForAnother(t *testing.T) {
	n := newNobody(t)
	n.run(n.bin, "init", "--data", filepath.Join(n.dir, "data"), "--yes")
	ctx := t.Context()
	var out bytes.Buffer
	root := exec.CommandContext(ctx, n.bin, "--home", n.home, "watch")
	root.Env = append(os.Environ(), "LANG=C.UTF-8")
	root.Stdout, root.Stderr = &out, &out
	n.must(root.Start())
	ended := make(chan error, 1)
	go func() { ended <- root.Wait() }()
	n.until(`"who": true`, n.bin, "watch", "--status", "--json")
	n.until(`"root": true`, n.bin, "watch", "--status", "--json")

	for i := range 4 {
		n.run("sh", "-c", "head -c 240 /dev/urandom > "+n.list(i))
	}
	n.until(`"rule": "unreadable"`, n.bin, "alerts", "list", "--json")

	// the user's side is killed: what happens then is told by the next one
	pid := n.keeper()
	n.must(syscall.Kill(pid, syscall.SIGKILL))
	for i := 10; i < 50; i++ {
		n.run("rm", n.list(i))
	}
	n.until(`"rule": "mass"`, n.bin, "alerts", "list", "--json")
	if n.keeper() == pid {
		t.Error("it was not killed")
	}

	// another plan reaches root
	n.run(n.bin, "watch", "--pause", "1h", "--why", "prova")
	time.Sleep(3 * time.Second)

	n.must(root.Process.Signal(os.Interrupt))
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
	if got := n.run(n.bin, "watch", "--status"); !strings.Contains(got, "The watch is off") {
		t.Errorf("%s", got)
	}
	if got := n.run(n.bin, "journal", "show"); strings.Count(got, "the watch was stopped") == 0 || strings.Count(got, "the watch noticed something") < 2 {
		t.Errorf("%s", got)
	}
	n.run(n.bin, "journal", "verify")
	err := filepath.WalkDir(n.home, func(path string, _ os.DirEntry, err error) error {
		if uid, ok := host.Owner(path); err == nil && (!ok || uid == 0) {
			t.Errorf("root made %s", path)
		}
		return err
	})
	n.must(err)
	n.spooled()
}

// keeper is the process of the user's side.
func (n *asNobody) keeper() int {
	n.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, l := range lines {
			raw, err := os.ReadFile(l)
			if err == nil && bytes.Contains(raw, []byte(n.home)) && bytes.Contains(raw, []byte("--keeper")) {
				pid, _ := strconv.Atoi(strings.Split(l, "/")[2])
				return pid
			}
		}
	}
	n.t.Fatal("no keeper")
	return 0
}

// spooled looks at what root keeps: nobody else may read it.
func (n *asNobody) spooled() {
	n.t.Helper()
	found := false
	plans, _ := filepath.Glob(filepath.Join(spools, "*", "plan.json"))
	for _, p := range plans {
		raw, err := os.ReadFile(p)
		n.must(err)
		var plan struct{ Folders []string }
		n.must(json.Unmarshal(raw, &plan))
		if len(plan.Folders) != 1 || !strings.HasPrefix(plan.Folders[0], n.dir) {
			continue
		}
		found = true
		dir, err := os.Stat(filepath.Dir(p))
		n.must(err)
		if dir.Mode().Perm() != 0o700 {
			n.t.Errorf("%s: %v", filepath.Dir(p), dir.Mode())
		}
		n.must(os.RemoveAll(filepath.Dir(p)))
	}
	if !found {
		n.t.Error("root kept nothing: the test shows nothing")
	}
}

// TestRootLooksWhereTheUserMay: a user can't have root look into folders that they may
// not list themselves.
func TestRootLooksWhereTheUserMay(t *testing.T) {
	n := newNobody(t)
	secret := filepath.Join(n.dir, "secret")
	n.must(os.Mkdir(secret, 0o700))
	open := filepath.Join(n.dir, "open")
	n.must(os.Mkdir(open, 0o755))
	for path, want := range map[string]bool{
		filepath.Join(n.dir, "data"): true, open: true, secret: false, filepath.Join(secret, "x"): false, "/root": false,
	} {
		if got := host.MayLook(nobody, path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	link := filepath.Join(n.dir, "data", "link")
	n.must(os.Symlink(secret, link))
	if host.MayLook(nobody, link) {
		t.Error("a link leads where they may not")
	}
}
