package reseal_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/reseal"
)

// TestMain is also the program that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CUSTODE_RESEAL_CHILD"); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

func child(dir string) int {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.age"))
	if err == nil {
		fmt.Println("go")
		_, err = reseal.Run(context.Background(), files, reseal.Options{
			FS: disk.Real{}, Way: toyWay{}, Batch: 8, Done: func(reseal.Result) { fmt.Println("one more") },
		})
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// bench is a shop on the real disk.
func bench(t *testing.T, dir string, n int) shop {
	t.Helper()
	s := shop{}
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range n {
		p := filepath.Join(dir, fmt.Sprintf("folder %d", i%3), fmt.Sprintf("%03d.csv.age", i))
		s[p] = fill(rng.IntN(20000), byte('a'+i%20))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, toySealed('o', s[p]), 0o640)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// state tells how many files have the new key, and fails for those that are lost.
func (s shop) state(t *testing.T) (anew int) {
	t.Helper()
	for p, want := range s {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatalf("LOST: %v", err)
		}
		key, plain, err := toyOpened(b)
		if err != nil || !bytes.Equal(plain, want) {
			t.Fatalf("LOST %s: %v, %d bytes", p, err, len(b))
		}
		if key == 'n' {
			anew++
		}
	}
	return anew
}

func (s shop) finished(t *testing.T, dir string) {
	t.Helper()
	if n := s.state(t); n != len(s) {
		t.Errorf("%d of %d files have the new key", n, len(s))
	}
	if all, err := filepath.Glob(filepath.Join(dir, "*", "*")); err != nil || len(all) != len(s) {
		t.Errorf("%d files, %v", len(all), err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*", ".*")); err != nil || len(left) != 0 {
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
		cmd.Env = append(os.Environ(), "CUSTODE_RESEAL_CHILD="+dir)
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
	if _, err := reseal.Run(t.Context(), s.paths(), reseal.Options{FS: disk.Real{}, Way: toyWay{}}); err != nil {
		t.Errorf("the last run: %v", err)
	}
	s.finished(t, dir)
	t.Logf("%d kills, %d of them between the first file and the last", kills, partial)
}

// TestRealDisk: mode and time of the old file stay, new content has a time of its
// own.
func TestRealDisk(t *testing.T) {
	dir := t.TempDir()
	s := bench(t, dir, 300)
	old := time.Unix(1_000_000_000, 0)
	for p := range s {
		if err := os.Chtimes(p, old, old); err != nil {
			t.Fatal(err)
		}
	}
	totals, err := reseal.Run(t.Context(), s.paths(), reseal.Options{FS: disk.Real{}, Way: toyWay{}})
	if err != nil || totals.Done != 300 {
		t.Errorf("%+v, %v", totals, err)
	}
	s.finished(t, dir)
	look := func(p string, at time.Time) {
		t.Helper()
		info, err := os.Stat(p)
		if err != nil || !info.ModTime().Equal(at) || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
			t.Fatalf("%v %v, %v", info.ModTime(), info.Mode(), err)
		}
	}
	for p := range s {
		look(p, old)
	}
	one := s.paths()[0]
	way := toyWay{text: []byte("edited")}
	s[one] = way.text
	totals, err = reseal.Run(t.Context(), []string{one}, reseal.Options{FS: disk.Real{}, Way: way})
	if err != nil || totals.Done != 1 {
		t.Errorf("%+v, %v", totals, err)
	}
	look(one, way.Time())
	s.finished(t, dir)
}

// TestRootFullDisk works on a disk of 1 MB that is nearly full.
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
	stuffing := filepath.Join(dir, "stuffing")
	if err := os.WriteFile(stuffing, make([]byte, 1<<20), 0o600); err == nil {
		t.Fatal("the disk has more room than thought")
	}
	o := reseal.Options{FS: disk.Real{}, Way: toyWay{}}
	if totals, err := reseal.Run(t.Context(), s.paths(), o); !errors.Is(err, disk.ErrFull) {
		t.Errorf("%+v, %v", totals, err)
	}
	if n := s.state(t); n == len(s) {
		t.Error("the disk was not full")
	}
	if err := os.Truncate(stuffing, 100<<10); err != nil {
		t.Fatal(err)
	}
	if _, err := reseal.Run(t.Context(), s.paths(), o); err != nil {
		t.Error(err)
	}
	s.finished(t, dir)
}
