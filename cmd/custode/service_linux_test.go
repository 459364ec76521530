package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"custode/internal/host"
)

// TestRootUnitRights: with the rights that the unit leaves it, and no others, the watch
// of root's still sees by whom. The folder is another user's, closed to all but him.
func TestRootUnitRights(t *testing.T) {
	setpriv, err := exec.LookPath("setpriv")
	if os.Geteuid() != 0 || err != nil {
		if required("root") && os.Geteuid() == 0 {
			t.Fatal("no setpriv")
		}
		t.Skip("NOT TESTED: wants root and setpriv")
	}
	data, err := os.MkdirTemp("", "custode-unit-") //nolint:usetesting // where others come to
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(data)
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "a.txt"), []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{data, filepath.Join(data, "a.txt")} {
		if err := os.Chown(p, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", data); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	_, rest, ok := strings.Cut(unit{system: true}.text(), "CapabilityBoundingSet=")
	line, _, _ := strings.Cut(rest, "\n")
	if !ok || line == "" {
		t.Fatal("the unit leaves all rights")
	}
	rights := unitRights(line)
	cmd := itself(t, home, "watch", "--json")
	cmd.Args = append(append(rights, cmd.Path), cmd.Args[1:]...)
	cmd.Path = setpriv
	var said events
	cmd.Stdout = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Signal(syscall.SIGINT); _ = cmd.Wait() }()
	want := regexp.MustCompile(`"program":"[^"]*/cat","user":"nobody"`)
	for range 100 {
		time.Sleep(200 * time.Millisecond)
		cat := exec.Command(setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "cat", filepath.Join(data, "a.txt"))
		if out, err := cat.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if want.MatchString(said.String()) {
			return
		}
	}
	t.Errorf("nobody reads, and the watch says:\n%s\n%s", said.String(), custode(t, home, "watch", "--status").out)
}

// unitRights makes of the unit's line a command that runs something with those rights alone.
func unitRights(line string) []string {
	set := "-all"
	for c := range strings.FieldsSeq(line) {
		set += ",+" + strings.ToLower(strings.TrimPrefix(c, "CAP_"))
	}
	return []string{"setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=" + set}
}

// TestRootUnitForAnother: with those rights root also watches for another user, whose part
// runs as that user.
func TestRootUnitForAnother(t *testing.T) {
	n := newNobody(t)
	setpriv, err := exec.LookPath("setpriv")
	if err != nil {
		t.Skip("NOT TESTED: wants setpriv")
	}
	n.run(n.bin, "init", "--data", filepath.Join(n.dir, "data"), "--yes")
	_, rest, _ := strings.Cut(unit{system: true}.text(), "CapabilityBoundingSet=")
	line, _, _ := strings.Cut(rest, "\n")
	args := unitRights(line)
	cmd := exec.Command(setpriv, append(args[1:], n.bin, "--home", n.home, "watch")...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8")
	n.must(cmd.Start())
	defer func() { _ = cmd.Process.Signal(syscall.SIGINT); _ = cmd.Wait(); n.spooled() }()
	n.until(`"root": true`, n.bin, "watch", "--status", "--json")
	n.until(`"who": true`, n.bin, "watch", "--status", "--json")
	if uid, ok := host.Owner("/proc/" + strconv.Itoa(n.keeper())); !ok || uid != nobody {
		t.Errorf("the user's part runs as %d", uid)
	}
}

// events is what a watch says, read while it says it.
type events struct {
	sync.Mutex

	b strings.Builder
}

func (e *events) Write(p []byte) (int, error) {
	e.Lock()
	defer e.Unlock()
	return e.b.Write(p)
}

func (e *events) String() string {
	e.Lock()
	defer e.Unlock()
	return e.b.String()
}

// TestTasksWhole: what the Task Scheduler, played by a script here, refuses leaves everything as it was: nothing where
// nothing was, and the older tasks where there were such.
func TestTasksWhole(t *testing.T) {
	bin, registered := t.TempDir(), t.TempDir()
	script := "#!/bin/sh\ncd " + registered + `
case "$1" in
/create) test ! -e "refuse-$3" && cp "$5" "$3" ;;
/delete) rm "$3" ;;
/query) test -e "$3" ;;
esac
`
	if err := os.WriteFile(filepath.Join(bin, "schtasks"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	home := t.TempDir()
	pair := func(program string) taskPair {
		w := task{part: unitWatch, name: "w", path: filepath.Join(home, "service", "w.xml"), program: program, home: home}
		c := w
		c.part, c.name, c.path = unitCheck, "c", filepath.Join(home, "service", "c.xml")
		return taskPair{w, c}
	}
	refuse := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(registered, "refuse-"+name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	is := func(want taskPair) {
		t.Helper()
		for _, w := range want {
			kept, _ := os.ReadFile(w.path)
			system, _ := os.ReadFile(filepath.Join(registered, w.name))
			if string(kept) != string(w.file()) || string(system) != string(w.file()) {
				t.Errorf("%s: not as it was", w.name)
			}
		}
	}
	none := func() {
		t.Helper()
		left, _ := filepath.Glob(filepath.Join(registered, "?"))
		if _, err := os.Stat(filepath.Join(home, "service")); err == nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", err, left)
		}
	}
	first, newer := pair(`C:\1.exe`), pair(`C:\2.exe`)
	refuse("c")
	if err := first.start(t.Context()); err == nil {
		t.Error("what was refused is called done")
	}
	none()
	if err := os.Remove(filepath.Join(registered, "refuse-c")); err != nil {
		t.Fatal(err)
	}
	if err := first.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	is(first)
	for _, name := range []string{"c", "w"} {
		refuse(name)
		if err := newer.start(t.Context()); err == nil {
			t.Error("what was refused is called done")
		}
		is(pair(`C:\1.exe`)[:1])
		if state, err := newer[1].look(); state != unitOlder || err != nil {
			t.Errorf("%v %v", state, err)
		}
		_ = os.Remove(filepath.Join(registered, "refuse-"+name))
	}
	if there, err := newer.end(t.Context(), true); !there || err != nil {
		t.Error(there, err)
	}
	is(first)
	if there, err := newer.end(t.Context(), false); !there || err != nil {
		t.Error(there, err)
	}
	none()
	if there, err := newer.end(t.Context(), false); there || err != nil {
		t.Error(there, err)
	}
}
