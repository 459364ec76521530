package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"custode/internal/host"
)

// serviceManager stands for systemd, until the script ends: what the service tells goes
// into a file: manager FILE.
func serviceManager(ts *testscript.TestScript, _ bool, args []string) {
	at := ts.MkAbs("notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: at, Net: "unixgram"})
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv("NOTIFY_SOCKET", at)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	go func() {
		defer f.Close()
		b := make([]byte, 4096)
		for {
			n, err := l.Read(b)
			if err != nil {
				return
			}
			_, _ = f.Write(append(b[:n:n], '\n'))
		}
	}()
}

// TestUnit: systemd understands both units without a complaint, and takes names literally.
func TestUnit(t *testing.T) {
	program, err := exec.LookPath("true")
	if err != nil {
		t.Skip("no program to name")
	}
	for _, system := range []bool{false, true} {
		u := unit{name: "custode-watch.service", system: system, program: program, home: `/home/a "b" %n $HOME \x41 'c' è;d`}
		text := u.text()
		if want := `ExecStart="` + program + `" --home "/home/a \"b\" %%n $$HOME \\x41 'c' è;d" watch` + "\n"; !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
		if got := strings.Contains(text, "CAP_SYS_ADMIN"); got != system {
			t.Errorf("system %v: capabilities %v", system, got)
		}
		u.path = filepath.Join(t.TempDir(), u.name)
		var paths []string
		for _, part := range u.parts() {
			paths = append(paths, part.path)
			if err := os.WriteFile(part.path, []byte(part.text()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		analyze, err := exec.LookPath("systemd-analyze")
		if err != nil {
			t.Log("NOT TESTED: no systemd-analyze on this computer")
			continue
		}
		args := append([]string{"verify", "--man=no", "--recursive-errors=no"}, paths...)
		if !system {
			args = append([]string{"--user"}, args...)
		}
		cmd := exec.Command(analyze, args...)
		cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "custode-") {
			t.Errorf("system %v: %v\n%s", system, err, out)
		}
	}
}

// TestCheckUnit: the check of the computer's own unit runs as whose home it is, never as root for
// somebody else; amber and red are no failure of it; a morning that was missed is made up for.
func TestCheckUnit(t *testing.T) {
	home := t.TempDir()
	uid, known := host.Owner(home)
	for _, system := range []bool{false, true} {
		u := unit{name: "custode-watch-1a.service", path: "/u/custode-watch-1a.service", system: system, program: "/usr/bin/custode", home: home}
		parts := u.parts()
		if len(parts) != 3 || parts[0].text() != u.text() || parts[1].path != "/u/custode-check-1a.service" || parts[2].path != "/u/custode-check-1a.timer" {
			t.Fatalf("%+v", parts)
		}
		check, timer := parts[1].text(), parts[2].text()
		for _, want := range []string{"\nType=oneshot\n", `/custode" --home "` + home + `" check --notify --if-due` + "\n", "\nSuccessExitStatus=1 2 3\n", "\nNoNewPrivileges=yes\n"} {
			if !strings.Contains(check, want) {
				t.Errorf("no %q in\n%s", want, check)
			}
		}
		if want := "\nUser=" + strconv.Itoa(int(uid)) + "\n"; strings.Contains(check, want) != (system && known && uid != 0) {
			t.Errorf("system %v, owner %d:\n%s", system, uid, check)
		}
		for _, want := range []string{"\nOnCalendar=hourly\n", "\nPersistent=true\n", "\nWantedBy=timers.target\n"} {
			if !strings.Contains(timer, want) {
				t.Errorf("no %q in\n%s", want, timer)
			}
		}
	}
}

// TestUnitIsTold tells apart: ours, an older one of ours, somebody's.
func TestUnitIsTold(t *testing.T) {
	u := unit{path: filepath.Join(t.TempDir(), "custode-watch.service"), program: "/usr/bin/custode", home: "/h"}
	older := u
	older.program = "/opt/custode"
	for _, c := range []struct {
		text string
		want unitState
	}{
		{"", unitForeign},
		{u.text(), unitOurs},
		{older.text(), unitOlder},
		{older.text() + "\n", unitForeign},
		{"[Unit]\n", unitForeign},
		{strings.Replace(u.text(), "watch\n", "watch --json\n", 1), unitForeign},
	} {
		if err := os.WriteFile(u.path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := u.look(); err != nil || got != c.want {
			t.Errorf("%.60q: %v %v", c.text, got, err)
		}
	}
	if err := os.Remove(u.path); err != nil {
		t.Fatal(err)
	}
	if got, err := u.look(); err != nil || got != unitNone {
		t.Error(got, err)
	}
	if err := os.Symlink("/etc/passwd", u.path); err != nil {
		t.Fatal(err)
	}
	if got, err := u.look(); err != nil || got != unitForeign {
		t.Error(got, err)
	}
}

// TestServiceDocuments holds what the service says to its schema.
func TestServiceDocuments(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only systemd on Linux")
	}
	home := t.TempDir()
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", t.TempDir()); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	for code, args := range map[int][]string{0: {"service", "install", "--dry-run", "--json"}, 1: {"service", "status", "--json"}} {
		r := custode(t, home, args...)
		if r.code != code || r.err != "" {
			t.Errorf("%v: %+v", args, r)
		}
		conform(t, r.out)
	}
	if r := custode(t, home, "service", "remove", "--json"); r.code != 0 || !strings.Contains(r.out, `"state": "not-installed"`) {
		t.Errorf("%+v", r)
	}
}
