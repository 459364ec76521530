package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/internal/sample"
)

// The corpus of make bench: many small mails, notes and exports, and a few big
// tables and logs.
const (
	benchFiles = 20_000
	benchBytes = 200_000_000
	benchRuns  = 5
)

// TestBench prints the table of make bench. It measures the binary named by
// CUSTODE_BENCH as a whole process, beside a bare read of the same bytes, a
// bare walk, and ripgrep counting ten like patterns where there is one. It asserts nothing.
func TestBench(t *testing.T) {
	bin := os.Getenv("CUSTODE_BENCH")
	if bin == "" {
		t.Skip("only by make bench")
	}
	dir, home := filepath.Join(t.TempDir(), "corpus"), filepath.Join(t.TempDir(), "home")
	if err := sample.WriteBulk(dir, 1, benchFiles, benchBytes); err != nil {
		t.Fatal(err)
	}
	paths, bytes := list(t, dir)
	fmt.Printf("corpus: %d files, %.1f MB; %d cores; warm cache; median of %d runs\n\n", len(paths), float64(bytes)/1e6, runtime.NumCPU(), benchRuns)
	fmt.Printf("%-44s %9s %9s %10s %9s\n", "what", "seconds", "MB/s", "files/s", "peak MiB")
	row := func(what string, run func() (time.Duration, int64)) time.Duration {
		var took []time.Duration
		var peak int64
		run()
		for range benchRuns {
			d, p := run()
			took, peak = append(took, d), max(peak, p)
		}
		d := median(took)
		mem := "-"
		if peak > 0 {
			mem = fmt.Sprint(peak >> 20)
		}
		fmt.Printf("%-44s %9.3f %9.0f %10.0f %9s\n", what, d.Seconds(), float64(bytes)/1e6/d.Seconds(), float64(len(paths))/d.Seconds(), mem)
		return d
	}
	env := append(os.Environ(), "CUSTODE_HOME="+home, "LANG=en_GB.UTF-8")
	process := func(name string, args ...string) func() (time.Duration, int64) {
		return func() (time.Duration, int64) {
			cmd := exec.Command(name, args...)
			cmd.Env = env
			start := time.Now()
			_ = cmd.Run()
			return time.Since(start), peakMemory(cmd.ProcessState)
		}
	}
	walk := row("bare walk with stat", func() (time.Duration, int64) {
		start := time.Now()
		list(t, dir)
		return time.Since(start), 0
	})
	read := row("bare read, 2 workers", func() (time.Duration, int64) { return bareRead(t, paths), 0 })
	scan := row("custode scan, nothing remembered", process(bin, "scan", "--json", dir))
	first := row("custode init (first scan, remembered)", func() (time.Duration, int64) {
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
		return process(bin, "init", "--yes", "--json", "--country", "IT", "--data", dir)()
	})
	again := row("custode scan, nothing changed", process(bin, "scan", "--json"))
	row("custode check", process(bin, "check", "--json"))
	if rg, err := exec.LookPath("rg"); err == nil {
		row("ripgrep counting ten patterns, 2 threads", process(rg, append(strings.Fields("-c -j2 --no-ignore --hidden"), append(patterns(), dir)...)...))
	} else {
		fmt.Println("ripgrep counting ten patterns                 (not installed: apt-get install ripgrep)")
	}
	fmt.Printf("\nscan is %.1f x the bare read, remembered %.1f x; an unchanged tree is %.1f x the bare walk\n",
		scan.Seconds()/read.Seconds(), first.Seconds()/read.Seconds(), again.Seconds()/walk.Seconds())
}

// patterns are like what the scanner looks for, as regular expressions.
func patterns() []string {
	var out []string
	for _, p := range []string{
		`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`, `\b(?:\d[ -]?){13,19}\b`, `\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b`, `\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b`,
		`\b\d{11}\b`, `\+\d{1,3}[ .-]?\d{2,4}[ .-]?\d{3,4}[ .-]?\d{3,4}`, `\b3\d{2}[ .-]?\d{6,7}\b`, `\b\d{2}/\d{2}/\d{4}\b`, `\b0\d{1,3}[ /.-]?\d{5,8}\b`, `(?i)password\s*[:=]\s*\S+`,
	} {
		out = append(out, "-e", p)
	}
	return out
}

func list(t *testing.T, dir string) (paths []string, bytes int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		paths, bytes = append(paths, path), bytes+info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths, bytes
}

func bareRead(t *testing.T, paths []string) time.Duration {
	t.Helper()
	start := time.Now()
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			buf := make([]byte, 1<<20)
			for i := w; i < len(paths); i += 2 {
				f, err := os.Open(paths[i])
				if err != nil {
					t.Error(err)
					return
				}
				for err == nil {
					_, err = f.Read(buf)
				}
				if !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				_ = f.Close()
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func median(d []time.Duration) time.Duration {
	for i := range d {
		for j := i; j > 0 && d[j] < d[j-1]; j-- {
			d[j], d[j-1] = d[j-1], d[j]
		}
	}
	return d[len(d)/2]
}

// TestTortureBigFile scans a file of 1 GB on a single line: in bounded memory,
// the customers at its beginning, middle and end found.
func TestTortureBigFile(t *testing.T) {
	if os.Getenv("CUSTODE_TORTURE") == "" {
		t.Skip("only by make torture")
	}
	path := filepath.Join(t.TempDir(), "line.txt")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := []byte(strings.Repeat("no name, no number; ", 50_000)) // 1 MB
	const blocks = 1000
	for i := range blocks {
		if i == 0 || i == blocks/2 || i == blocks-1 {
			if _, err := fmt.Fprintf(f, " p%d@example.com ", i); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := itself(t, filepath.Join(t.TempDir(), "home"), "scan", "--json", path)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	conform(t, string(out))
	if !strings.Contains(string(out), `"people": 3,`) {
		t.Errorf("not all three were found: %s", out)
	}
	peak := peakMemory(cmd.ProcessState)
	t.Logf("1 GB on one line: peak %d MiB", peak>>20)
	if peak > 100<<20 {
		t.Errorf("peak memory %d MiB, want under 100", peak>>20)
	}
}
