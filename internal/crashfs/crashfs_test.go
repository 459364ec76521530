package crashfs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"

	"custode/internal/crashfs"
)

var whole = bytes.Repeat([]byte("0123456789abcde\n"), 600) // 9,600 bytes: three blocks

func disk(t *testing.T, o crashfs.Options) *crashfs.FS {
	t.Helper()
	f := crashfs.New(o)
	if err := errors.Join(f.Mkdir("/d"), f.Put("/d/x", whole, 0o600)); err != nil {
		t.Fatal(err)
	}
	return f
}

// write is what a program does that never heard of power cuts.
func write(f *crashfs.FS, name string, data []byte, sync bool) error {
	out, err := f.Create(name, 0o600)
	if err != nil {
		return err
	}
	if _, err := out.Write(data); err != nil {
		return err
	}
	if sync {
		if err := out.Sync(); err != nil {
			return err
		}
	}
	return out.Close()
}

// lost runs a way of replacing x by x.age and counts, over power cuts before each
// operation and after the last, how often neither was there whole.
func lost(t *testing.T, o crashfs.Options, way func(f *crashfs.FS) error) (states, losses int, kinds map[string]bool) {
	t.Helper()
	f := disk(t, o)
	kinds = map[string]bool{}
	look := func(int, crashfs.Op, string) {
		for seed := range uint64(60) {
			after := f.Crash(crashfs.Survival{Keep: []float64{0, 1, 0.5}[min(seed, 2)], Split: seed%2 == 1, Seed: seed})
			states++
			x, _ := after.Get("/d/x")
			age, err := after.Get("/d/x.age")
			if !bytes.Equal(x, whole) && !bytes.Equal(age, whole) {
				losses++
				switch {
				case err != nil:
					kinds["no file"] = true
				case len(age) == 0:
					kinds["0 bytes"] = true
				case len(bytes.Trim(age, "\x00")) == 0:
					kinds["zeros"] = true
				default:
					kinds["torn"] = true
				}
			}
		}
	}
	f.OnOp(look)
	if err := way(f); err != nil {
		t.Fatal(err)
	}
	look(0, "", "")
	return states, losses, kinds
}

func TestWaysToReplace(t *testing.T) {
	for name, c := range map[string]struct {
		way  func(f *crashfs.FS) error
		safe bool
	}{
		"write, remove": {func(f *crashfs.FS) error {
			return errors.Join(write(f, "/d/x.age", whole, false), f.Remove("/d/x"))
		}, false},
		"write, rename, remove": {func(f *crashfs.FS) error {
			return errors.Join(write(f, "/d/t", whole, false), f.Rename("/d/t", "/d/x.age"), f.Remove("/d/x"))
		}, false},
		"write, sync, rename, remove": {func(f *crashfs.FS) error {
			return errors.Join(write(f, "/d/t", whole, true), f.Rename("/d/t", "/d/x.age"), f.Remove("/d/x"))
		}, false},
		"write, rename, sync of the folder, remove": {func(f *crashfs.FS) error {
			return errors.Join(write(f, "/d/t", whole, false), f.Rename("/d/t", "/d/x.age"), f.SyncDir("/d"), f.Remove("/d/x"))
		}, false},
		"write, sync, rename, sync of the folder, remove": {func(f *crashfs.FS) error {
			return errors.Join(write(f, "/d/t", whole, true), f.Rename("/d/t", "/d/x.age"), f.SyncDir("/d"), f.Remove("/d/x"))
		}, true},
		"write over the file itself": {func(f *crashfs.FS) error {
			return errors.Join(f.Remove("/d/x"), write(f, "/d/x", whole, true))
		}, false},
	} {
		states, losses, kinds := lost(t, crashfs.Options{}, c.way)
		if (losses == 0) != c.safe {
			t.Errorf("%s: lost in %d of %d states", name, losses, states)
		}
		if name == "write, remove" {
			for _, kind := range []string{"no file", "0 bytes", "zeros", "torn"} {
				if !kinds[kind] {
					t.Errorf("%s: never found %q", name, kind)
				}
			}
		}
		t.Logf("%-50s lost in %3d of %3d states %v", name, losses, states, kinds)
	}
}

// picture is all that a disk holds, as text.
func picture(t *testing.T, f *crashfs.FS, dir string) string {
	t.Helper()
	names, err := f.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range names {
		data, err := f.Get(dir + "/" + n)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := f.Stat(dir + "/" + n)
		fmt.Fprintf(&b, "%s %v %d %x\n", n, s.Mode, s.Links, data)
	}
	return b.String()
}

func TestSameSeedSameDisk(t *testing.T) {
	f := disk(t, crashfs.Options{})
	for i := range 5 {
		if err := write(f, fmt.Sprintf("/d/%d", i), whole, i%2 == 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Rename("/d/1", "/d/one"), f.Link("/d/2", "/d/two"), f.Remove("/d/x")); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for seed := range uint64(50) {
		s := crashfs.Survival{Keep: 0.5, Split: true, Seed: seed}
		a, b := f.Crash(s), f.Crash(s)
		if picture(t, a, "/d") != picture(t, b, "/d") {
			t.Fatalf("seed %d gives two disks", seed)
		}
		p := picture(t, a, "/d")
		seen[p] = true
		if again := picture(t, a.Crash(crashfs.Survival{}), "/d"); again != p {
			t.Fatalf("seed %d: what was found after a crash is not durable:\n%s\n%s", seed, p, again)
		}
	}
	if len(seen) < 40 {
		t.Errorf("50 seeds gave %d disks", len(seen))
	}
}

// TestReorder wants a state where a later change of a folder is kept and an
// earlier one is lost, and with Split a rename that lost both names.
func TestReorder(t *testing.T) {
	f := disk(t, crashfs.Options{})
	if err := errors.Join(write(f, "/d/a", nil, true), write(f, "/d/b", nil, true), f.Rename("/d/x", "/d/y")); err != nil {
		t.Fatal(err)
	}
	reordered, gone, both := 0, 0, 0
	for seed := range uint64(200) {
		split := seed%2 == 0
		names, err := f.Crash(crashfs.Survival{Keep: 0.5, Split: split, Seed: seed}).List("/d")
		if err != nil {
			t.Fatal(err)
		}
		has := func(n string) bool { return slices.Contains(names, n) }
		if !has("a") && has("b") {
			reordered++
		}
		if has("x") == has("y") {
			if !split {
				t.Fatalf("seed %d: half a rename: %q", seed, names)
			}
			if has("x") {
				both++
			} else {
				gone++
			}
		}
	}
	if reordered == 0 || gone == 0 || both == 0 {
		t.Errorf("reordered %d, a rename with no name %d, with both %d", reordered, gone, both)
	}
}

// TestFailedSync: what a failed Sync dropped can be read, and a second Sync does
// not bring it back.
func TestFailedSync(t *testing.T) {
	f := disk(t, crashfs.Options{})
	f.Inject(crashfs.Fault{Op: crashfs.OpSync, N: 1, Err: syscall.EIO})
	out, err := f.Create("/d/new", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write(whole); err != nil {
		t.Fatal(err)
	}
	if err := out.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatalf("Sync: %v", err)
	}
	if err := errors.Join(out.Sync(), f.SyncDir("/d")); err != nil {
		t.Fatalf("again: %v", err)
	}
	if got, _ := f.Get("/d/new"); !bytes.Equal(got, whole) {
		t.Error("it can no longer be read from memory")
	}
	if got, err := f.Crash(crashfs.Survival{Keep: 1}).Get("/d/new"); err != nil || bytes.Equal(got, whole) {
		t.Errorf("after a crash: %d bytes, %v", len(got), err)
	}
	if _, err := f.OpenAgain("/d/new"); err != nil {
		t.Fatal(err)
	}
	if got, _ := f.Get("/d/new"); bytes.Equal(got, whole) {
		t.Error("it is read from a disk that never had it")
	}
}

func TestRot(t *testing.T) {
	f := disk(t, crashfs.Options{})
	f.Inject(crashfs.Fault{Op: crashfs.OpSync, N: 1, Rot: true})
	if err := write(f, "/d/new", whole, true); err != nil {
		t.Fatal(err)
	}
	if got, _ := f.Get("/d/new"); !bytes.Equal(got, whole) {
		t.Error("memory shows it already")
	}
	again, err := f.OpenAgain("/d/new")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(whole))
	if _, err := again.ReadAt(got, 0); err != nil || bytes.Equal(got, whole) {
		t.Errorf("the wrong bit is not on the disk (%v)", err)
	}
}

func TestFaults(t *testing.T) {
	f := disk(t, crashfs.Options{})
	f.Inject(
		crashfs.Fault{Op: crashfs.OpWrite, N: 2, Err: syscall.ENOSPC, Sticky: true},
		crashfs.Fault{Op: crashfs.OpRemove, N: 1, Err: syscall.EIO, After: true},
		crashfs.Fault{Op: crashfs.OpOpen, N: 2, Err: syscall.EACCES},
	)
	if err := write(f, "/d/1", whole, false); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"/d/2", "/d/3"} {
		if err := write(f, n, whole, false); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", n, err)
		}
		if got, _ := f.Get(n); len(got) != len(whole)/2 {
			t.Errorf("%s: a write that failed left %d bytes", n, len(got))
		}
	}
	if err := f.Remove("/d/x"); !errors.Is(err, syscall.EIO) {
		t.Errorf("Remove: %v", err)
	}
	if _, err := f.Stat("/d/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("only the answer was to be lost: %v", err)
	}
	for i, want := range []error{nil, fs.ErrPermission, nil} {
		if _, err := f.Open("/d/1"); !errors.Is(err, want) {
			t.Errorf("Open %d: %v", i+1, err)
		}
	}
	if f.Inject(); f.Remove("/d/1") != nil || f.Count(crashfs.OpRemove) != 1 {
		t.Error("not healthy again")
	}
}

func TestRefusals(t *testing.T) {
	f := disk(t, crashfs.Options{FoldCase: true, NoRename: true})
	long := "/d/" + strings.Repeat("n", crashfs.NameMax+1)
	_, loop := f.Open("/d/l")
	if err := errors.Join(
		f.Put("/d/l", []byte("x"), fs.ModeSymlink|0o777), f.Put("/d/i", nil, 0o600), f.Immutable("/d/i", true),
		f.Put("/d/secret", nil, 0), f.Mkdir("/ro"), f.Put("/ro/f", nil, 0o400), f.Chmod("/ro", 0o500),
	); err != nil || !errors.Is(loop, fs.ErrNotExist) {
		t.Fatal(err, loop)
	}
	_, loop = f.Open("/d/l")
	_, secret := f.Open("/d/secret")
	for name, c := range map[string]struct{ got, want error }{
		"long name":         {write(f, long, nil, false), syscall.ENAMETOOLONG},
		"longest name":      {write(f, long[:len(long)-1], nil, false), nil},
		"other case":        {write(f, "/d/X", nil, false), syscall.EEXIST},
		"rename on it":      {f.RenameNoReplace("/d/x", "/d/y"), syscall.EINVAL},
		"link on it":        {f.Link("/d/x", "/d/I"), syscall.EEXIST},
		"link":              {f.Link("/d/x", "/d/y"), nil},
		"a symbolic link":   {loop, syscall.ELOOP},
		"may not be read":   {secret, syscall.EACCES},
		"immutable":         {f.Remove("/d/i"), syscall.EPERM},
		"immutable, rename": {f.Rename("/d/i", "/d/j"), syscall.EPERM},
		"closed folder":     {f.Remove("/ro/f"), syscall.EACCES},
		"new in it":         {write(f, "/ro/g", nil, false), syscall.EACCES},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	if s, err := f.Lstat("/D/X"); err != nil || s.Links != 2 || s.Size != int64(len(whole)) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSpace(t *testing.T) {
	f := disk(t, crashfs.Options{Space: 6 * crashfs.Block})
	if err := write(f, "/d/1", whole, false); err != nil {
		t.Fatal(err)
	}
	if err := write(f, "/d/2", []byte("x"), false); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a seventh block: %v", err)
	}
	if err := errors.Join(f.Remove("/d/1"), write(f, "/d/3", whole, false)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if free := f.Crash(crashfs.Survival{Keep: 1}).Free(); free != 0 {
		t.Errorf("after a crash %d bytes are free", free)
	}
}
