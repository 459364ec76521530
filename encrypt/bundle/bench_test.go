package bundle_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
)

// TestBenchArchive measures, with CUSTODE_BENCH set, what a folder of 20,000 files of
// 10 to 50 KB costs, durable and read back and with the originals removed, beside a
// shell loop over stock age (which does none of that) on 2,000 of them; and how long
// one member takes to open.
func TestBenchArchive(t *testing.T) {
	if os.Getenv("CUSTODE_BENCH") == "" {
		t.Skip("only in make bench")
	}
	k := newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "old")
	total := benchFolder(t, dir, 20_000)
	start := time.Now()
	res, left := k.make(t, dir, func(o *bundle.Options) {
		o.Record = func(context.Context, bundle.Made) error {
			t.Logf("archive: proven after %v", time.Since(start).Round(time.Millisecond))
			return nil
		}
	})
	took := time.Since(start)
	if !res.Gone || len(left) > 0 {
		t.Fatalf("%+v, %d left", res, len(left))
	}
	ours := 20_000 / took.Seconds()
	t.Logf("archive, flushed, read back, originals removed: %v, %.0f files/s, %.0f MB/s", took.Round(time.Millisecond), ours, float64(total)/1e6/took.Seconds())
	benchMember(t, k, res.Made[0].Path)
	if loop := benchLoop(t, k, filepath.Join(parent, "few")); loop > 0 {
		t.Logf("loop over age, nothing flushed, compared or removed: %.0f files/s; archive %.1f x", loop, ours/loop)
	}
}

func benchFolder(t *testing.T, dir string, n int) (total int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	buf := make([]byte, 50_000)
	for i := range buf {
		buf[i] = byte(rng.UintN(256))
	}
	for i := range n {
		in := filepath.Join(dir, fmt.Sprintf("%03d", i%200))
		size := 10_000 + rng.IntN(40_000)
		total += size
		err := os.MkdirAll(in, 0o700)
		if err == nil {
			err = os.WriteFile(filepath.Join(in, fmt.Sprintf("%05d.csv", i)), buf[:size], 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	_ = exec.Command("sync").Run() // that is not measured
	return total
}

// benchMember opens the bundle and reads one member, as whoever wants one file does.
func benchMember(t *testing.T, k keys, path string) {
	t.Helper()
	var all []time.Duration
	for range 5 {
		start := time.Now()
		f, err := disk.Real{}.Open(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		in, err := f.OpenAgain(filepath.Base(path))
		if err != nil {
			t.Fatal(err)
		}
		who, _ := in.Look()
		a, err := bundle.Open(in, who.Size, k.with...)
		if err != nil {
			t.Fatal(err)
		}
		m, err := a.Find(t.Context(), "150/15150.csv")
		if err != nil {
			t.Fatal(err)
		}
		r, err := a.Read(m)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != m.Size {
			t.Fatal(n, err)
		}
		all = append(all, time.Since(start))
		_ = in.Close()
		_ = f.Close()
	}
	t.Logf("one member of %d MB: %v", 600, all)
}

// benchLoop is for f: age -o f.age f, in files a second.
func benchLoop(t *testing.T, k keys, dir string) float64 {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "age")
	if out, err := exec.Command("go", "build", "-o", bin, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		t.Logf("SKIPPED: stock age cannot be built here: %v: %s", err, out)
		return 0
	}
	benchFolder(t, dir, 2000)
	args := ""
	for _, to := range k.to {
		args += fmt.Sprintf(" -r %v", to)
	}
	start := time.Now()
	cmd := exec.Command("sh", "-c", `for f in "$1"/*/*.csv; do `+bin+args+` -o "$f.age" "$f" || exit 1; done`, "sh", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return 2000 / time.Since(start).Seconds()
}
