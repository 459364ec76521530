package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestTortureMillion prints what a million small files cost custode encrypt, and holds
// the memory beyond that of an empty folder, which is the program itself, to the bound:
// shown all, and sealed as many as ten of the thousand folders hold. (Sealed to the end, by hand, all of them take no more.)
func TestTortureMillion(t *testing.T) {
	tortured(t)
	exe := filepath.Join(t.TempDir(), "custode") // itself: with the tests in it, it is larger
	if out, err := exec.Command("go", "build", "-o", exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	home, dir := filepath.Join(t.TempDir(), "home"), t.TempDir()
	ringOn(t, home, t.TempDir())
	const folders, each = 1000, 1000
	for i := range folders {
		sub := filepath.Join(dir, fmt.Sprintf("%03d", i))
		if err := os.Mkdir(sub, 0o700); err != nil {
			t.Fatal(err)
		}
		for j := range each {
			text := fmt.Appendf(nil, "nome,email\nCliente,c%07d@example.com\n", i*each+j)
			if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("cliente %07d.csv", i*each+j)), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	fmt.Printf("%-40s %9s %9s\n", "encrypt", "peak MiB", "seconds")
	base := int64(0)
	measure := func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(exe, append([]string{"--home", home}, args...)...)
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan int64)
		go func() { ended <- watched(cmd.Process.Pid) }()
		err := cmd.Wait()
		peak := <-ended
		fmt.Printf("%-40s %9d %9.1f\n", name, peak>>20, time.Since(begun).Seconds())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if base == 0 {
			base = peak
		}
		if peak > base+allowed {
			t.Errorf("%s: %d MiB, want %d at most", name, peak>>20, (base+allowed)>>20)
		}
	}
	measure("--dry-run, an empty folder", "encrypt", "--dry-run", "--json", t.TempDir())
	measure("--dry-run, a million files", "encrypt", "--dry-run", "--json", dir)
	args := []string{"encrypt", "--yes", "--json"}
	for i := range 10 {
		args = append(args, filepath.Join(dir, fmt.Sprintf("%03d", i)))
	}
	measure("10,000 files sealed", args...)
	measure("--dry-run, 990,000 beside 10,000 sealed", "encrypt", "--dry-run", "--json", dir)
}
