package host

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestTell: what is said arrives as systemd wants it, and one line stays one line.
func TestTell(t *testing.T) {
	at := filepath.Join(t.TempDir(), "notify")
	for _, name := range []string{at, "@custode-test-" + strconv.Itoa(os.Getpid())} {
		l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		env := func(k string) string { return map[string]string{"NOTIFY_SOCKET": name}[k] }
		for want, say := range map[string]func() error{
			"READY=1\nSTATUS=12 files a b": func() error { return TellReady(env, "12 files\na\x00b") },
			"STATUS=x MAINPID=1":           func() error { return TellStatus(env, "x\nMAINPID=1") },
			"WATCHDOG=1":                   func() error { return TellAlive(env) },
			"STOPPING=1":                   func() error { return TellStopping(env) },
		} {
			if err := say(); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 200)
			if err := l.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
				t.Fatal(err)
			}
			n, err := l.Read(b)
			if err != nil || string(b[:n]) != want {
				t.Errorf("%q %v, want %q", b[:n], err, want)
			}
		}
	}
	if err := TellReady(func(string) string { return "" }, "x"); err != nil {
		t.Errorf("nobody is told: %v", err)
	}
	if TellAlive(func(string) string { return filepath.Join(t.TempDir(), "none") }) == nil {
		t.Error("a socket that is not there passes")
	}
}

func TestAliveEvery(t *testing.T) {
	pid := strconv.Itoa(os.Getpid())
	for _, c := range []struct {
		socket, usec, pid string
		want              time.Duration
	}{
		{"/run/x", "30000000", pid, 15 * time.Second},
		{"/run/x", "30000000", "", 15 * time.Second},
		{"/run/x", "30000000", "1", 0},
		{"", "30000000", pid, 0},
		{"/run/x", "", pid, 0},
		{"/run/x", "-1", pid, 0},
		{"/run/x", "x", pid, 0},
	} {
		env := func(k string) string {
			return map[string]string{"NOTIFY_SOCKET": c.socket, "WATCHDOG_USEC": c.usec, "WATCHDOG_PID": c.pid}[k]
		}
		if got := AliveEvery(env); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
