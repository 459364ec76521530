package replace_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// TestMain is also the program that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CUSTODE_REPLACE_CHILD"); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

func child(dir string) int {
	files, err := readable(dir)
	if err == nil {
		fmt.Println("go")
		_, err = replace.Run(context.Background(), files, replace.Options{
			FS: disk.Real{}, Sealer: toy{}, Batch: 8, Done: func(replace.Result) { fmt.Println("one more") },
		})
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// readable lists what is not sealed yet.
func readable(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.HasSuffix(p, ".age") {
			files = append(files, p)
		}
		return err
	})
	return files, err
}

// bench is a shop on the real disk.
func bench(t *testing.T, dir string, n int) shop {
	t.Helper()
	s := shop{}
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range n {
		p := filepath.Join(dir, fmt.Sprintf("folder %d", i%3), fmt.Sprintf("%03d.csv", i))
		s[p] = fill(rng.IntN(20000), byte('a'+i%20))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, s[p], 0o640)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// state tells which files are sealed, and fails for those that are lost.
func (s shop) state(t *testing.T) (sealedFiles int) {
	t.Helper()
	for p, want := range s {
		plain, err := os.ReadFile(p)
		b, err2 := os.ReadFile(p + ".age")
		if err2 == nil {
			got, err := unseal(b)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s.age: %v", p, err)
			}
		}
		switch {
		case err == nil && !bytes.Equal(plain, want):
			t.Fatalf("%s was changed", p)
		case err != nil && err2 != nil:
			t.Fatalf("LOST %s: %v, %v", p, err, err2)
		case err != nil:
			sealedFiles++
		}
	}
	return sealedFiles
}

func (s shop) finished(t *testing.T, dir string) {
	t.Helper()
	if n := s.state(t); n != len(s) {
		t.Errorf("%d of %d files are sealed", n, len(s))
	}
	left, err := readable(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %q, %v", left, err)
	}
}

// TestKill kills a run 20 times, 300 with CUSTODE_TORTURE, at all moments.
func TestKill(t *testing.T) {
	kills, want := 0, 20
	if torture() {
		want = 300
	}
	dir := t.TempDir()
	s := bench(t, dir, 120)
	partial := 0
	for i := 0; kills < want && i < 4*want; i++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CUSTODE_REPLACE_CHILD="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		heard := bufio.NewScanner(out)
		for n := 0; n <= i%5*12 && heard.Scan(); n++ { // so far it has come
			if n == 0 && heard.Text() != "go" {
				t.Fatalf("it says %q", heard.Text())
			}
		}
		time.Sleep(time.Duration(i%7) * 300 * time.Microsecond)
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			kills++
		}
		n := s.state(t)
		if n > 0 && n < len(s) {
			partial++
		}
		if n > len(s)/2 { // begin again
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			s = bench(t, dir, 120)
		}
	}
	if kills < want || partial == 0 {
		t.Errorf("%d kills, %d of them between the first and the last file", kills, partial)
	}
	if _, err := replace.Run(t.Context(), s.paths(), replace.Options{FS: disk.Real{}, Sealer: toy{}}); err != nil {
		t.Errorf("the last run: %v", err)
	}
	s.finished(t, dir)
	t.Logf("%d kills, %d of them between the first file and the last", kills, partial)
}

// TestRealDisk seals a folder of this computer, with all that it keeps.
func TestRealDisk(t *testing.T) {
	dir := t.TempDir()
	s := bench(t, dir, 300)
	old := time.Unix(1_000_000_000, 0)
	for p := range s {
		if err := os.Chtimes(p, old, old); err != nil {
			t.Fatal(err)
		}
	}
	files, err := readable(dir)
	if err != nil {
		t.Fatal(err)
	}
	totals, err := replace.Run(t.Context(), files, replace.Options{FS: disk.Real{}, Sealer: toy{}})
	if err != nil || totals.Sealed != 300 {
		t.Errorf("%+v, %v", totals, err)
	}
	s.finished(t, dir)
	for p := range s {
		info, err := os.Stat(p + ".age")
		if err != nil || !info.ModTime().Equal(old) || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
			t.Fatalf("%v %v, %v", info.ModTime(), info.Mode(), err)
		}
	}
}

// TestRootFullDisk seals on a disk of 1 MB that is nearly full: each file sealed
// makes room for the next one; where there is none for the first, all stays.
func TestRootFullDisk(t *testing.T) {
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("SKIPPED, LOUDLY: only root can make a small disk")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "custode-test", dir).CombinedOutput(); err != nil {
		if strings.Contains(os.Getenv("CUSTODE_REQUIRE"), "root") {
			t.Fatalf("mount: %v %s", err, out)
		}
		t.Skipf("SKIPPED, LOUDLY: no tmpfs here: %s", out)
	}
	defer exec.Command("umount", dir).Run() //nolint:errcheck // the machine's cleaning
	s := bench(t, dir, 60)
	files, err := readable(dir)
	if err != nil {
		t.Fatal(err)
	}
	stuffing := filepath.Join(dir, "stuffing.age")
	if err := os.WriteFile(stuffing, make([]byte, 1<<20), 0o600); err == nil {
		t.Fatal("the disk has more room than thought")
	}
	o := replace.Options{FS: disk.Real{}, Sealer: toy{}}
	totals, err := replace.Run(t.Context(), files, o)
	var full *replace.FullError
	if !errors.As(err, &full) || full.Need <= 0 || !errors.Is(err, disk.ErrFull) {
		t.Errorf("%+v, %v", totals, err)
	}
	if n := s.state(t); n == len(s) {
		t.Error("the disk was not full")
	}
	left, err := readable(dir)
	for _, p := range left {
		if strings.HasSuffix(p, ".tmp") || err != nil {
			t.Errorf("left over: %s", p)
		}
	}
	if err := os.Truncate(stuffing, 100<<10); err != nil {
		t.Fatal(err)
	}
	if _, err := replace.Run(t.Context(), files, o); err != nil {
		t.Error(err)
	}
	s.finished(t, dir)
}

// TestSweeps: what an earlier run left is removed also when it is named, where
// nothing else is to be done, and nothing is told of it.
func TestSweeps(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, ".custode-abcdefgh.tmp")
	if err := os.WriteFile(left, []byte("Anna"), 0o600); err != nil {
		t.Fatal(err)
	}
	totals, err := replace.Run(t.Context(), []string{left}, replace.Options{FS: disk.Real{}, Sealer: toy{}, Done: func(r replace.Result) {
		t.Errorf("told of %+v", r)
	}})
	if _, there := os.Lstat(left); err != nil || totals.Files != 0 || !errors.Is(there, fs.ErrNotExist) {
		t.Errorf("%+v, %v; it is there: %v", totals, err, there)
	}
}
