package reseal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/seal"
)

// TestMeasureRewrap prints how long a file of 2 GB takes to get another recipient,
// beside cp of the same bytes: in CUSTODE_MEASURE, a folder with room for 6 GB.
func TestMeasureRewrap(t *testing.T) {
	dir := os.Getenv("CUSTODE_MEASURE")
	if dir == "" {
		t.Skip("only with CUSTODE_MEASURE=DIR")
	}
	vault, was, recovery := key(t), key(t), key(t)
	p := filepath.Join(dir, "big.age")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	var src repeat
	src.block, src.left = block, 2<<30
	if _, err := seal.Seal(t.Context(), f, &src, to(vault, was), seal.Options{NoPlain: true, NoCipher: true}); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	defer os.Remove(p)
	cp := filepath.Join(dir, "copy")
	for i := range 4 {
		for k, c := range [][]string{{"cp", p, cp}, {"sh", "-c", "cp " + p + " " + cp + " && sync " + cp}, {"cp", p, cp}} {
			_ = os.Remove(cp)
			_ = exec.Command("sync").Run()
			at := time.Now()
			if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
				t.Fatal(string(out))
			}
			t.Logf("%-34s %v", []string{"cp", "cp and sync", "cp again"}[k], time.Since(at).Round(time.Millisecond))
		}
		_ = os.Remove(cp)
		_ = exec.Command("sync").Run()
		at := time.Now()
		now := recovery
		if i%2 == 1 {
			now = was
		}
		way := &reseal.Rewrap{Keys: reseal.Keys{To: to(vault, now), With: []age.Identity{vault}, New: []age.Identity{now}}}
		totals, err := reseal.Run(t.Context(), []string{p}, reseal.Options{FS: disk.Real{}, Way: way})
		if err != nil || totals.Done != 1 {
			t.Fatalf("%+v %v", totals, err)
		}
		t.Logf("%-34s %v", "rewrap, flushed, compared, digest", time.Since(at).Round(time.Millisecond))
	}
}

type repeat struct {
	block []byte
	left  int
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), r.left)], r.block)
	r.left -= n
	return n, nil
}

// TestMeasureRotate prints how long 20,000 files of 10 to 50 KB take to be sealed in
// place, and then anew.
func TestMeasureRotate(t *testing.T) {
	dir := os.Getenv("CUSTODE_MEASURE")
	if dir == "" {
		t.Skip("only with CUSTODE_MEASURE=DIR")
	}
	dir = filepath.Join(dir, "many")
	defer os.RemoveAll(dir)
	was, vault, recovery := key(t), key(t), key(t)
	var files, sealed []string
	for i := range 20_000 {
		p := filepath.Join(dir, fmt.Sprintf("%03d", i%200), fmt.Sprintf("%05d.csv", i))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, fill(10_000+i*7919%40_000, byte(i)), 0o600)); err != nil {
			t.Fatal(err)
		}
		files, sealed = append(files, p), append(sealed, p+".age")
	}
	_ = exec.Command("sync").Run()
	at := time.Now()
	if totals, err := replace.Run(t.Context(), files, replace.Options{FS: disk.Real{}, Sealer: replace.Age{To: to(was, recovery), Workers: 1}}); err != nil || totals.Sealed != len(files) {
		t.Fatalf("%+v %v", totals, err)
	}
	first := time.Since(at)
	at = time.Now()
	way := &reseal.Rewrap{Keys: reseal.Keys{To: to(vault, recovery), With: []age.Identity{vault}, New: []age.Identity{vault}}, Former: []age.Identity{was}}
	if totals, err := reseal.Run(t.Context(), sealed, reseal.Options{FS: disk.Real{}, Way: way}); err != nil || totals.Done != len(files) {
		t.Fatalf("%+v %v", totals, err)
	}
	anew := time.Since(at)
	at = time.Now()
	if totals, err := reseal.Run(t.Context(), sealed, reseal.Options{FS: disk.Real{}, Way: way}); err != nil || totals.Already != len(files) {
		t.Fatalf("%+v %v", totals, err)
	}
	t.Logf("sealed in %v, sealed anew in %v: %.2f x; looked through again in %v", first.Round(time.Millisecond), anew.Round(time.Millisecond),
		anew.Seconds()/first.Seconds(), time.Since(at).Round(time.Millisecond))
}
