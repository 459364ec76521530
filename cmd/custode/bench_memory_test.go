package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/internal/sample/containers"
)

// allowed is how much memory a scan may take, on any input, beyond what one of an
// empty folder takes, which is the program and its database.
const allowed = 64 << 20

// tortured reports whether the long tests are wanted.
func tortured(t *testing.T) {
	t.Helper()
	if os.Getenv("CUSTODE_TORTURE") == "" {
		t.Skip("make big has it: some minutes, and a few GB of sparse files")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("the memory of another process is not measured here")
	}
}

// scanAlone scans a folder in a process of its own, and gives the time that
// processors spent on it: a busy computer makes that no longer.
func scanAlone(t *testing.T, dir string) (d scanTotals, peak int64, spent time.Duration) {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code > 1 {
		t.Fatalf("%+v", r)
	}
	cmd := itself(t, home, "scan", "--json", dir)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan int64)
	go func() { ended <- watched(cmd.Process.Pid) }()
	_ = cmd.Wait() // ends with 1 where something could not be looked into
	peak = <-ended
	if code := cmd.ProcessState.ExitCode(); code > 1 {
		t.Fatalf("exit %d: %s", code, out.Bytes())
	}
	return decoded(t, out.Bytes()), peak, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// watched gives the largest memory of a process, looking every few milliseconds
// until it has ended. What the system says of an ended one is no less than its
// parent held when it made it.
func watched(pid int) (peak int64) {
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, rest, ok := strings.Cut(string(status), "VmHWM:")
		if err != nil || !ok {
			return peak
		}
		var kib int64
		if _, err := fmt.Sscan(rest, &kib); err == nil {
			peak = max(peak, kib<<10)
		}
		time.Sleep(3 * time.Millisecond)
	}
}

// TestTortureMemory prints the largest memory that a scan takes on inputs that are
// made to take much, and holds it to the bound.
func TestTortureMemory(t *testing.T) {
	tortured(t)
	_, base, _ := scanAlone(t, t.TempDir())
	fmt.Printf("%-36s %9s %9s\n%-36s %9d\n", "memory on", "peak MiB", "CPU s", "an empty folder", base>>20)
	measure := func(name, dir string, people int64) {
		d, peak, spent := scanAlone(t, dir)
		fmt.Printf("%-36s %9d %9.1f\n", name, peak>>20, spent.Seconds())
		if peak > base+allowed {
			t.Errorf("%s: %d MiB, want %d at most", name, peak>>20, (base+allowed)>>20)
		}
		if d.Totals.People < people {
			t.Errorf("%s: %d people, want %d", name, d.Totals.People, people)
		}
	}
	dir := t.TempDir()
	sparse(t, filepath.Join(dir, "big.txt"), 10<<30)
	measure("a file of 10 GB", dir, 3)
	bombs := t.TempDir()
	traps, err := containers.Hostile(bombs, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, trap := range traps {
		if !trap.Bomb && trap.Path != "quoted.zip" && trap.Path != "dimension.xlsx" {
			continue
		}
		one := t.TempDir()
		if err := os.Rename(filepath.Join(bombs, trap.Path), filepath.Join(one, trap.Path)); err != nil {
			t.Fatal(err)
		}
		people := int64(0)
		if trap.Planted {
			people = 1
		}
		measure(trap.Path, one, people)
	}
	many := t.TempDir()
	for i := range 1_000_000 {
		if err := os.WriteFile(filepath.Join(many, fmt.Sprintf("nota %07d.txt", i)), []byte("niente"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	measure("a folder of a million files", many, 0)
	customers := t.TempDir()
	writeCustomers(t, customers, 200_000)
	measure("200,000 files about a person each", customers, 190_000)
}

// writeCustomers writes that many small files with an address in each; of twenty, two
// have the same content.
func writeCustomers(t *testing.T, dir string, n int) {
	t.Helper()
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprintf("%04d", i/500))
		if i%500 == 0 {
			if err := os.Mkdir(sub, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		who := i
		if i%20 == 19 {
			who--
		}
		text := fmt.Sprintf("Gentile cliente, scriviamo a cliente%07d@example.com, telefono +39 399 %07d.\n", who, who)
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("lettera %07d.txt", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sparse makes a file of that size with a person at its beginning, in its middle
// and at its end, and holes between.
func sparse(t *testing.T, path string, size int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, at := range map[string]int64{"anna": 0, "bruno": size/2 - 200_000, "carla": size - 400_000} {
		text := "scrive a " + name + ".esempio@example.com\n" + strings.Repeat("niente da vedere in questa riga\n", 10_000)
		if _, err := f.WriteAt([]byte(text), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
}
