package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/internal/sample/containers"
)

// small measures a tree of small files only.
func (b *bench) small() {
	const files = 20_000
	dir := filepath.Join(b.t.TempDir(), "small")
	for i := range files {
		path := filepath.Join(dir, fmt.Sprintf("%03d/%05d.txt", i/200, i))
		if i%200 == 0 {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				b.t.Fatal(err)
			}
		}
		text := fmt.Sprintf("Gentile cliente %d,\nla ringraziamo per il suo ordine. Per ogni domanda: cliente%d@example.com, tel. +39 399 %07d.\n%s", i, i, i, strings.Repeat("I saldi durano fino a sabato. ", 20))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	m := b.measure(benchRuns, b.custode("--home", b.t.TempDir(), "scan", "--json", dir))
	b.reached("small files, of 700 bytes", "at least 50,000 /s", "%.0f /s", files/m.took.Seconds())
}

// doubling measures inputs that make bad scanners slow out of proportion, once and
// twice as long. What it takes to start is taken off.
func (b *bench) doubling() {
	dir := b.t.TempDir()
	least := func(text string) time.Duration {
		path := filepath.Join(dir, "input")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.t.Fatal(err)
		}
		run, best := b.custode("--home", b.t.TempDir(), "scan", "--json", path), time.Duration(0)
		for range 2 * benchRuns {
			if d, _ := run(); best == 0 || d < best {
				best = d
			}
		}
		return best
	}
	lines := func(n int, line func(i int) string) string {
		var s strings.Builder
		for i := range n {
			s.WriteString(line(i))
		}
		return s.String()
	}
	start := least("")
	for _, c := range []struct {
		what string
		text func(n int) string
	}{
		{"JSON on one line, 4 and 8 MB", func(n int) string {
			return "[" + lines(n*50_000, func(i int) string {
				return fmt.Sprintf(`{"id":%d,"email":"cliente%d@example.com","tel":"+39399%07d"},`, i, i, i)
			}) + "0]"
		}},
		{"CSV of one column, 4 and 8 MB", func(n int) string {
			return "Email\n" + lines(n*160_000, func(i int) string { return fmt.Sprintf("cliente%d@example.com\n", i) })
		}},
		{"one and two million '@'", func(n int) string { return strings.Repeat("@", n*1_000_000) }},
		{"one and two million digits", func(n int) string { return strings.Repeat("1234567890", n*100_000) }},
	} {
		once, twice := least(c.text(1))-start, least(c.text(2))-start
		if once < 10*time.Millisecond {
			b.reached("doubling "+c.what, "at most 2.2 x", "too quick to tell (%.1f and %.1f ms)", once.Seconds()*1000, twice.Seconds()*1000)
			continue
		}
		b.reached("doubling "+c.what, "at most 2.2 x", "%.2f x (%d and %d ms)", twice.Seconds()/once.Seconds(), once.Milliseconds(), twice.Milliseconds())
	}
}

// containers measures a workbook, a database and a print.
func (b *bench) containers() {
	dir := filepath.Join(b.t.TempDir(), "containers")
	if err := containers.WriteBench(dir); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	scan := func(name string) (time.Duration, int64) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			b.t.Fatal(err)
		}
		return b.measure(benchRuns, b.custode("--home", b.t.TempDir(), "scan", "--json", filepath.Join(dir, name))).took, info.Size()
	}
	took, _ := scan(containers.BenchWorkbook)
	b.reached("XLSX of 20,000 rows, 14 columns", "at most 0.2 s", "%.3f s", took.Seconds())
	took, size := scan(containers.BenchDatabase)
	b.reached("SQLite", "at least 50 MB/s", "%.0f MB/s", float64(size)/1e6/took.Seconds())
	took, _ = scan(containers.BenchPages)
	b.reached("PDF", "at most 5 ms a page", "%.1f ms a page", float64(took.Microseconds())/1000/containers.BenchPageCount)
}
