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

// bench measures commands and calls: the median of some runs after one that warms
// the cache, and the largest memory.
type bench struct {
	t       *testing.T
	bin     string
	env     []string
	targets []target
}

// target is a line of the table at the end: what was aimed at, and what was reached.
type target struct{ what, aim, reached string }

type measured struct {
	took time.Duration
	peak int64
}

func (b *bench) measure(runs int, run func() (time.Duration, int64)) measured {
	var took []time.Duration
	var peak int64
	run()
	for range runs {
		d, p := run()
		took, peak = append(took, d), max(peak, p)
	}
	return measured{median(took), peak}
}

// process gives a call that runs a program to its end.
func (b *bench) process(name string, args ...string) func() (time.Duration, int64) {
	return func() (time.Duration, int64) {
		cmd := exec.Command(name, args...)
		cmd.Env = b.env
		start := time.Now()
		_ = cmd.Run() // findings and what was not examined have codes of their own
		return time.Since(start), peakMemory(cmd.ProcessState)
	}
}

func (b *bench) custode(args ...string) func() (time.Duration, int64) {
	return b.process(b.bin, args...)
}

func (b *bench) reached(what, aim, format string, args ...any) {
	b.targets = append(b.targets, target{what, aim, fmt.Sprintf(format, args...)})
}

// TestBench prints the table of make bench. It measures the binary named by
// CUSTODE_BENCH as a whole process, beside a bare read of the same bytes, a
// bare walk, and ripgrep looking for ten like patterns where there is one. It asserts
// nothing.
func TestBench(t *testing.T) {
	bin := os.Getenv("CUSTODE_BENCH")
	if bin == "" {
		t.Skip("only by make bench")
	}
	b := &bench{t: t, bin: bin, env: append(os.Environ(), "CUSTODE_HOME="+filepath.Join(t.TempDir(), "home"), "LANG=en_GB.UTF-8")}
	idle := b.measure(benchRuns, b.custode("version"))
	b.tree(idle.peak)
	b.small()
	b.doubling()
	b.containers()
	if info, err := os.Stat(bin); err == nil {
		b.reached("binary, stripped", "at most 30 MB", "%.1f MB", float64(info.Size())/1e6)
	}
	fmt.Printf("\n%-46s %-22s %s\n", "", "aim", "reached")
	for _, l := range b.targets {
		fmt.Printf("%-46s %-22s %s\n", l.what, l.aim, l.reached)
	}
}

// tree measures the corpus: scans of it, and what others do with it.
func (b *bench) tree(idle int64) {
	t := b.t
	dir := filepath.Join(t.TempDir(), "corpus")
	if err := sample.WriteBulk(dir, 1, benchFiles, benchBytes); err != nil {
		t.Fatal(err)
	}
	paths, bytes := list(t, dir)
	fmt.Printf("corpus: %d files, %.1f MB; %d cores; warm cache; median of %d runs\n\n", len(paths), float64(bytes)/1e6, runtime.NumCPU(), benchRuns)
	fmt.Printf("%-48s %9s %9s %10s %9s\n", "what", "seconds", "MB/s", "files/s", "peak MiB")
	row := func(what string, run func() (time.Duration, int64)) measured {
		m := b.measure(benchRuns, run)
		mem := "-"
		if m.peak > 0 {
			mem = fmt.Sprint(m.peak >> 20)
		}
		fmt.Printf("%-48s %9.3f %9.0f %10.0f %9s\n", what, m.took.Seconds(), float64(bytes)/1e6/m.took.Seconds(), float64(len(paths))/m.took.Seconds(), mem)
		return m
	}
	home := strings.TrimPrefix(b.env[len(b.env)-2], "CUSTODE_HOME=")
	walk := row("bare walk with stat", func() (time.Duration, int64) {
		start := time.Now()
		list(t, dir)
		return time.Since(start), 0
	})
	read := row("bare read, 2 workers", func() (time.Duration, int64) { return bareRead(t, paths), 0 })
	scan := row("custode scan, nothing remembered", b.custode("scan", "--json", dir))
	first := row("custode init (first scan, remembered)", func() (time.Duration, int64) {
		if err := os.RemoveAll(home); err != nil {
			t.Fatal(err)
		}
		return b.custode("init", "--yes", "--json", "--country", "IT", "--data", dir)()
	})
	again := row("custode scan, nothing changed", b.custode("scan", "--json"))
	page := row("the same for a person's page", b.custode("scan"))
	row("custode check", b.custode("check", "--json"))
	b.reached("text tree, nothing remembered", "at least 400 MB/s", "%.0f MB/s", float64(bytes)/1e6/scan.took.Seconds())
	b.reached("text tree, found and remembered", "", "%.0f MB/s", float64(bytes)/1e6/first.took.Seconds())
	b.reached("against the bare read", "at most 6 x", "%.1f x", scan.took.Seconds()/read.took.Seconds())
	if rg, err := exec.LookPath("rg"); err == nil {
		for _, how := range []string{"-c", "--count-matches"} {
			args := append(append([]string{how}, strings.Fields("-j2 --no-ignore --hidden")...), append(patterns(), dir)...)
			m := row("ripgrep "+how+" of ten patterns, 2 threads", b.process(rg, args...))
			aim := "at least 2 x as fast"
			if how != "-c" { // every match, as we do, not every line
				aim = ""
			}
			b.reached("against ripgrep "+how, aim, "%.2f x as fast", m.took.Seconds()/scan.took.Seconds())
		}
	} else {
		fmt.Println("ripgrep                                       (not installed: apt-get install ripgrep)")
	}
	b.reached("unchanged tree, against the bare walk", "at most 4 x", "%.1f x as document, %.1f x as page", again.took.Seconds()/walk.took.Seconds(), page.took.Seconds()/walk.took.Seconds())
	peak := max(scan.peak, first.peak, again.peak, page.peak)
	b.reached("peak memory above an idle custode", "at most 64 MiB", "%d MiB (%d in all)", (peak-idle)>>20, peak>>20)
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
