package reseal_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/internal/crashfs"
)

// TestFresh: a name that is free is taken, one that is not gets a number, and what is
// there stays as it was.
func TestFresh(t *testing.T) {
	vault, dir := key(t), t.TempDir()
	path := filepath.Join(dir, "rubrica.csv.age")
	at := time.Unix(1_700_000_000, 0)
	for i, want := range []string{"rubrica.csv.age", "rubrica (2).csv.age", "rubrica (3).csv.age"} {
		text := fmt.Appendf(nil, "version %d", i)
		var recorded []reseal.Record
		res, err := reseal.Fresh(t.Context(), path, 1, reseal.Options{
			FS: disk.Real{}, Record: func(_ context.Context, batch []reseal.Record) error { recorded = batch; return nil },
			Way: &reseal.Renew{Keys: reseal.Keys{To: to(vault), New: ids(vault)}, At: at, Source: source(text)},
		})
		if err != nil || res.Outcome != reseal.Done || res.Reason != "" || res.Path != filepath.Join(dir, want) {
			t.Fatalf("%+v, %v", res, err)
		}
		if got, ok := opens(t, res.Path, vault); !ok || !bytes.Equal(got, text) {
			t.Errorf("%q", got)
		}
		if len(recorded) != 1 || recorded[0].Path != res.Path || !recorded[0].Proven || recorded[0].Digests.Size != int64(len(text)) {
			t.Errorf("%+v", recorded)
		}
		info, err := os.Stat(res.Path)
		if err != nil || !info.ModTime().Equal(at) || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
			t.Errorf("%v, %v", info, err)
		}
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 3 {
		t.Errorf("%v, %v", names, err)
	}
	res, err := reseal.Fresh(t.Context(), filepath.Join(dir, "no", "a.age"), 1, reseal.Options{FS: disk.Real{}, Way: toyWay{text: []byte("x")}})
	if err != nil || res.Outcome != reseal.Skipped || res.Reason != replace.Vanished {
		t.Errorf("no folder: %+v, %v", res, err)
	}
}

// freshWay needs no old file.
type freshWay struct{ toyWay }

func (w freshWay) Open(context.Context, reseal.Old) (reseal.Work, error) {
	return &toyWork{way: w.toyWay, out: toySealed('n', w.text)}, nil
}

// TestFreshFaults: whatever fails, and wherever the power goes, what was there stays,
// no name holds half a file, and what is said to be done is there.
func TestFreshFaults(t *testing.T) {
	text := fill(9000, 'x')
	start := func() *crashfs.FS {
		f := crashfs.New(crashfs.Options{})
		small.put(t, f)
		return f
	}
	run := func(f *crashfs.FS) reseal.Result {
		res, err := reseal.Fresh(t.Context(), "/s/a.csv.age", 1, reseal.Options{
			FS: crashdisk.Disk{FS: f}, Way: freshWay{toyWay{text: text}}, Name: func() string { return "abcdefgh" },
		})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	look := func(what string, f *crashfs.FS, done bool) {
		t.Helper()
		if l := small.lost(f, newJournal()); l != nil {
			t.Fatalf("%s: LOST %q", what, l)
		}
		names, err := f.Names("/s")
		if err != nil {
			t.Fatal(err)
		}
		if done && !slices.Contains(names, "a (2).csv.age") {
			t.Errorf("%s: said to be done, and there is %q", what, names)
		}
		for _, n := range names {
			if _, old := small["/s/"+n]; old || inplace.IsTemporary(n) {
				continue
			}
			b, err := f.Get("/s/" + n)
			if _, plain, bad := toyOpened(b); err != nil || bad != nil || !bytes.Equal(plain, text) {
				t.Errorf("%s: %s holds half a file: %v, %v", what, n, err, bad)
			}
		}
	}
	states := 0
	f := start()
	f.OnOp(func(n int, op crashfs.Op, name string) {
		for seed := range uint64(20) {
			states++
			look(fmt.Sprintf("power cut before operation %d (%s %s), seed %d", n, op, name, seed), f.Crash(crashdisk.Survival(seed)), false)
		}
	})
	if res := run(f); res.Outcome != reseal.Done || res.Reason != "" {
		t.Fatalf("%+v", res)
	}
	healthy := f
	for _, fault := range crashdisk.Faults(healthy.Count, syscall.ENOSPC, syscall.EIO, syscall.EACCES) {
		f := start()
		f.Inject(fault)
		res := run(f)
		if res.Outcome != reseal.Done && res.Reason == "" || res.Outcome == reseal.Done && strings.HasPrefix(string(res.Reason), "disk") {
			t.Errorf("%+v: %+v", fault, res)
		}
		for seed := range uint64(4) {
			states++
			look(fmt.Sprintf("%+v, seed %d", fault, seed), f.Crash(crashdisk.Survival(seed)), res.Outcome == reseal.Done && res.Reason == "")
		}
	}
	t.Logf("%d states", states)
}

// TestFreshSourceChanges: what changes while it is sealed is not sealed.
func TestFreshSourceChanges(t *testing.T) {
	vault, dir := key(t), t.TempDir()
	res, err := reseal.Fresh(t.Context(), filepath.Join(dir, "a.age"), 1, reseal.Options{FS: disk.Real{}, Way: &reseal.Renew{
		Keys: reseal.Keys{To: to(vault)}, At: time.Now(), Source: breaking(disk.ErrChanged),
	}})
	if left, _ := os.ReadDir(dir); err != nil || res.Outcome != reseal.Skipped || res.Reason != replace.Changed || len(left) != 0 {
		t.Errorf("%+v, %v, %v", res, err, left)
	}
}

func ids(all ...*age.HybridIdentity) (out []age.Identity) {
	for _, id := range all {
		out = append(out, id)
	}
	return out
}

func source(text []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

func breaking(err error) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(err))), nil
	}
}
