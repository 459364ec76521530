package reseal_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
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
