package intent

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

func TestAnnounced(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "intent")
	var forward atomic.Int64 // of the clock, which the listener reads meanwhile
	now := func() time.Time { return time.Now().Add(time.Duration(forward.Load())) }
	shop := filepath.FromSlash("/shop")
	file := func(name string) string { return filepath.Join(shop, name) }
	if end, err := Announce(dir, Announcement{Files: []string{file("a.csv")}}); err != nil {
		t.Fatal(err)
	} else {
		end() // nobody listens: nothing happens
	}
	r, err := Listen(dir, now, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	end, err := Announce(dir, Announcement{Files: []string{file("a.csv"), file("b.csv.age")}, Roots: []string{file("read")}})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][2]bool{
		file("a.csv"):                       {true, true},
		file("a.csv.age"):                   {true, true},
		file("b.csv"):                       {true, true},
		file("b.csv.age"):                   {true, true},
		file(".custode-1f.tmp"):             {true, true},
		file("c.csv"):                       {false, false},
		file("c.csv.locked"):                {false, false},
		file("a.csv.locked"):                {false, false},
		filepath.Join(file("sub"), "a.csv"): {false, false},
		filepath.Join(file("read"), "x"):    {false, true},
		file("read"):                        {false, true},
		file("reader"):                      {false, false},
	} {
		if got := [2]bool{r.Announced(path), r.Reads(path)}; got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	end()
	r.look()
	if !r.Announced(file("a.csv")) {
		t.Error("events that come a little late are not excused")
	}
	forward.Store(int64(grace + time.Second))
	r.look()
	if r.Announced(file("a.csv")) {
		t.Error("it counts for ever")
	}
}

// TestNotOurs: what another program announces, or a process that is gone, or what
// somebody else may have written, excuses nothing.
func TestNotOurs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells which program a process runs")
	}
	dir := t.TempDir()
	r, err := Listen(dir, time.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"gone":  {`{"PID":999999999,"Files":["/shop/a"]}`, 0o600},
		"other": {`{"PID":` + strconv.Itoa(other.Process.Pid) + `,"Files":["/shop/a"]}`, 0o600},
		"open":  {`{"PID":` + pidText() + `,"Files":["/shop/a"]}`, 0o666},
		"none":  {`{"PID":`, 0o600},
	} {
		// Made elsewhere and moved in: else the listener may see it before it has its mode.
		made := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(made, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(made, c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(made, filepath.Join(dir, name+announced)); err != nil {
			t.Fatal(err)
		}
		r.look()
		if r.Announced("/shop/a") {
			t.Errorf("%s: counts", name)
		}
	}
	path := filepath.Join(dir, "good"+announced)
	if err := os.WriteFile(path, []byte(`{"PID":`+pidText()+`,"Files":["/shop/a"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r.look()
	if !r.Announced("/shop/a") {
		t.Error("our own does not count: the test shows nothing")
	}
}

func pidText() string { return strconv.Itoa(os.Getpid()) }
