package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/internal/sample"
)

// The data folders on which the daily check is measured: so many small files.
const (
	checkBenchFiles = 100_000
	checkBenchBytes = 300_000_000
)

// TestBenchCheck measures the daily check on 100,000 files of which none has changed.
func TestBenchCheck(t *testing.T) {
	bin := os.Getenv("CUSTODE_BENCH")
	if bin == "" {
		t.Skip("only by make bench")
	}
	dir := filepath.Join(t.TempDir(), "shop")
	if err := sample.WriteBulk(dir, 1, checkBenchFiles, checkBenchBytes); err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, bin: bin, env: append(os.Environ(), "CUSTODE_HOME="+filepath.Join(t.TempDir(), "home"), "LANG=en_GB.UTF-8")}
	cmd := exec.Command(bin, "init", "--yes", "--country", "IT", "--data", dir)
	cmd.Env = b.env
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Log(err) // 1: some files are of no known format
	}
	scanned := time.Since(began)
	m := b.measure(3, b.custode("check"))
	fmt.Printf("\nthe daily check: %d files of about %d KB, none changed since the scan (which took %.0f s)\n\n", checkBenchFiles, checkBenchBytes/checkBenchFiles>>10, scanned.Seconds())
	b.reached("check, 100,000 unchanged files", "a few seconds", "%.1f s, %.0f MB", m.took.Seconds(), float64(m.peak)/1e6)
	for _, l := range b.targets {
		fmt.Printf("%-46s %-22s %s\n", l.what, l.aim, l.reached)
	}
}

// TestCheckReadsNoContent: the daily check opens no file of the shop's, besides the few sealed ones that
// are looked at in turn.
func TestCheckReadsNoContent(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED LOUDLY: strace is missing")
	}
	dir := t.TempDir()
	data, home, calls := filepath.Join(dir, "data"), filepath.Join(dir, "home"), filepath.Join(dir, "calls")
	if _, err := sample.Write(data, sample.Options{Seed: 1, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	_ = itself(t, home, "init", "--yes", "--country", "IT", "--data", data).Run() // 1: pictures
	traced := func(args ...string) string {
		cmd := itself(t, home, args...)
		cmd.Args = append([]string{strace, "-f", "-y", "-qq", "-e", "trace=open,openat,openat2", "-o", calls, cmd.Path}, args...)
		cmd.Path = strace
		_ = cmd.Run() // whatever it finds
		raw, err := os.ReadFile(calls)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	opened := func(log string) (files []string) {
		for line := range strings.Lines(log) {
			if strings.Contains(line, data) && !strings.Contains(line, "O_DIRECTORY") && !strings.Contains(line, "O_PATH") && !strings.Contains(line, "ENOENT") {
				files = append(files, strings.TrimSpace(line))
			}
		}
		return files
	}
	if log := traced("check"); !strings.Contains(log, "custode.db") {
		t.Skipf("SKIPPED LOUDLY: strace sees nothing here: %.200s", log)
	} else if files := opened(log); len(files) > 0 {
		t.Errorf("the check opened %d files: %s", len(files), files[0])
	}
	list := filepath.Join(data, "Clienti", "clienti.csv")
	if err := os.WriteFile(list, []byte("Nome;Email\nAda;ada@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if files := opened(traced("scan", list)); len(files) == 0 {
		t.Error("a scan that reads a file was not seen: this test can't fail")
	}
}
