package replace_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// TestMeasureLarge prints how long one file of 2 GB takes to be sealed in place,
// flushed, read back and compared, beside what stock age takes to seal it alone: in
// CUSTODE_MEASURE, a folder with room for 7 GB.
func TestMeasureLarge(t *testing.T) {
	dir := os.Getenv("CUSTODE_MEASURE")
	if dir == "" {
		t.Skip("only with CUSTODE_MEASURE=DIR")
	}
	dir, err := os.MkdirTemp(dir, "large")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v %s", name, err, out)
		}
	}
	stock := filepath.Join(dir, "age.exe")
	run("go", "build", "-o", stock, "filippo.io/age/cmd/age")
	var to []age.Recipient
	args := []string{"-o", filepath.Join(dir, "stock.age")}
	for range 2 {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		to = append(to, id.Recipient())
		args = append(args, "-r", id.Recipient().String())
	}
	in := filepath.Join(dir, "one.bin")
	f, err := os.Create(in)
	if err != nil {
		t.Fatal(err)
	}
	rng, buf := rand.NewChaCha8([32]byte{1}), make([]byte, 1<<20)
	for range 2 << 10 {
		_, _ = rng.Read(buf)
		if _, err := f.Write(buf); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		run("sync")
		at := time.Now()
		run(stock, append(args, in)...)
		stockTook := time.Since(at)
		_ = os.Remove(filepath.Join(dir, "stock.age"))
		run("sync")
		var was, is syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &was)
		at = time.Now()
		totals, err := replace.Run(t.Context(), []string{in}, replace.Options{FS: disk.Real{}, Sealer: replace.Age{To: to}, Keep: true})
		took := time.Since(at)
		if err != nil || totals.Kept != 1 {
			t.Fatalf("%+v %v", totals, err)
		}
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &is)
		_ = os.Remove(in + ".age")
		t.Logf("stock age %.2f s; sealed, flushed, read back, compared %.2f s (%.2f user, %.2f system): %.2f x", stockTook.Seconds(), took.Seconds(),
			float64(is.Utime.Nano()-was.Utime.Nano())/1e9, float64(is.Stime.Nano()-was.Stime.Nano())/1e9, took.Seconds()/stockTook.Seconds())
	}
}
