package disk_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"custode/encrypt/disk"
)

const veryLarge = 32 << 20

// straight makes a new file that is written straight to the disk.
func straight(t *testing.T, d disk.Folder, name string) (disk.File, disk.ReadBack) {
	t.Helper()
	f, err := d.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Reserve(veryLarge); err != nil {
		t.Fatal(err)
	}
	back, err := f.ReadBack()
	if errors.Is(err, disk.ErrUnsupported) {
		t.Skip("SKIPPED, LOUDLY: this is no ext4, xfs or btrfs")
	}
	if err != nil {
		t.Fatal(err)
	}
	return f, back
}

// TestReadBack: what is read back while it is written is what was written, shorter
// or longer than it was said to be; the end comes with Sync; the times are kept.
func TestReadBack(t *testing.T) {
	_, d := folder(t)
	old, err := d.Create("old")
	if err != nil {
		t.Fatal(err)
	}
	past := time.Unix(1_000_000_000, 5000)
	old.Restore(0o640, past.UnixNano())
	rng := rand.New(rand.NewPCG(7, 8))
	all := make([]byte, veryLarge+1<<20+77)
	_, _ = rand.NewChaCha8([32]byte{9}).Read(all)
	for _, n := range []int{len(all), veryLarge - 5, 3 << 20, 0} {
		want := all[:n]
		f, back := straight(t, d, "x")
		got := make(chan []byte, 1)
		synced := make(chan struct{})
		go func() {
			b, err := io.ReadAll(back)
			select {
			case <-synced:
			default:
				err = errors.Join(err, errors.New("the end came before Sync"))
			}
			if err != nil {
				t.Error(n, err)
			}
			got <- b
		}()
		for rest := want; len(rest) > 0; {
			m := min(len(rest), 1+rng.IntN(300_000))
			if k, err := f.Write(rest[:m]); err != nil || k != m {
				t.Fatal(k, err)
			}
			rest = rest[m:]
		}
		if missed := f.Keep(old); missed != 0 {
			t.Errorf("missed %v", missed)
		}
		close(synced) // from now on it may end
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(<-got, want) {
			t.Errorf("%d bytes: other ones came back", n)
		}
		closed(t, back)
		closed(t, f)
		who, err := d.Look("x")
		if err != nil || who.Size != int64(n) || who.MTime != past.UnixNano() || who.Mode != 0o640 {
			t.Errorf("%+v, %v", who, err)
		}
		again, err := d.OpenAgain("x")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(again); err != nil || !bytes.Equal(b, want) {
			t.Errorf("%d bytes: other ones are on the disk, %v", n, err)
		}
		closed(t, again)
		if err := d.Remove("x"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadBackEnds: it does not wait for what does not come.
func TestReadBackEnds(t *testing.T) {
	_, d := folder(t)
	for name, end := range map[string]func(f disk.File, back disk.ReadBack){
		"interrupted": func(_ disk.File, back disk.ReadBack) { back.Interrupt() },
		"abandoned":   func(f disk.File, _ disk.ReadBack) { _ = f.Close() },
	} {
		f, back := straight(t, d, name)
		if _, err := f.Write(make([]byte, 5<<20)); err != nil {
			t.Fatal(err)
		}
		read := make(chan error)
		go func() { _, err := io.ReadAll(back); read <- err }()
		end(f, back)
		if err := <-read; err == nil {
			t.Errorf("%s: it was read to its end", name)
		}
		closed(t, back)
		_ = f.Close() // one of them was before
	}
}
