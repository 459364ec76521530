package disk_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/encrypt/disk"
)

func folder(t *testing.T) (dir string, d disk.Folder) {
	t.Helper()
	dir = t.TempDir()
	d, err := disk.Real{}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return dir, d
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func closed(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// TestReplace goes the whole way once.
func TestReplace(t *testing.T) {
	dir, d := folder(t)
	put(t, filepath.Join(dir, "x"), "the original")
	src, err := d.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	if err := src.Hold(); err != nil && !errors.Is(err, disk.ErrUnsupported) {
		t.Fatal(err)
	}
	was, err := src.Look()
	if err != nil || was.Size != 12 || was.Links != 1 || !was.Mode.IsRegular() {
		t.Fatalf("%+v, %v", was, err)
	}
	tmp, err := d.Create("t")
	if err != nil {
		t.Fatal(err)
	}
	if err := tmp.Reserve(1 << 20); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(tmp, src); err != nil {
		t.Fatal(err)
	}
	if missed := tmp.Keep(src); missed != 0 {
		t.Errorf("not kept: %b", missed)
	}
	if err := tmp.Sync(); err != nil {
		t.Fatal(err)
	}
	closed(t, tmp)
	again, err := d.OpenAgain("t")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(again); err != nil || string(got) != "the original" {
		t.Fatalf("%q, %v", got, err)
	}
	closed(t, again)
	if err := errors.Join(d.Publish("t", "x.age"), d.Sync(), d.SyncFile("x.age")); err != nil {
		t.Fatal(err)
	}
	now, err := d.Look("x.age")
	if err != nil || now.MTime != was.MTime && now.MTime/1000 != was.MTime/1000 || now.Mode != was.Mode || now.Size != was.Size {
		t.Errorf("was %+v, is %+v, %v", was, now, err)
	}
	if err := src.Remove(was); err != nil {
		t.Fatal(err)
	}
	closed(t, src)
	names, err := d.List()
	if err != nil || !slices.Equal(names, []string{"x.age"}) {
		t.Errorf("the folder holds %q, %v", names, err)
	}
	if names, err = d.List(); err != nil || len(names) != 1 {
		t.Errorf("listed again: %q, %v", names, err)
	}
	if free, err := d.Free(); err != nil || free <= 0 {
		t.Errorf("free: %d, %v", free, err)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	dir, d := folder(t)
	put(t, filepath.Join(dir, "a"), "a")
	put(t, filepath.Join(dir, "b"), "b")
	if err := d.Publish("a", "b"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Publish: %v", err)
	}
	if _, err := d.Create("b"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create: %v", err)
	}
	if get(t, filepath.Join(dir, "a")) != "a" || get(t, filepath.Join(dir, "b")) != "b" {
		t.Error("something was overwritten")
	}
}

// TestChanged: a file that was changed, or another one of its name, is not removed.
func TestChanged(t *testing.T) {
	dir, d := folder(t)
	path := filepath.Join(dir, "x")
	put(t, path, "first")
	f, err := d.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	was, err := f.Look()
	if err != nil {
		t.Fatal(err)
	}
	other := was
	other.Size++
	if err := f.Remove(other); !errors.Is(err, disk.ErrChanged) {
		t.Errorf("another size: %v", err)
	}
	defer closed(t, f)
	if runtime.GOOS == "windows" { // where nobody can change it now
		if err := os.Rename(path, path+"2"); err == nil {
			t.Error("another program could take it away")
		}
		return
	}
	put(t, filepath.Join(dir, "new"), "first")
	if err := os.Rename(filepath.Join(dir, "new"), path); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(was); !errors.Is(err, disk.ErrChanged) {
		t.Errorf("another file: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(was); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestRefused(t *testing.T) {
	dir, d := folder(t)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "x"), "x")
	if err := os.Symlink("x", filepath.Join(dir, "link")); err != nil {
		t.Logf("no links here: %v", err)
	} else if _, err := d.Open("link"); !errors.Is(err, disk.ErrSpecial) {
		t.Errorf("a link: %v", err)
	} else if who, err := d.Look("link"); err != nil || who.Mode&fs.ModeSymlink == 0 {
		t.Errorf("a link: %+v, %v", who, err)
	}
	if err := os.Link(filepath.Join(dir, "x"), filepath.Join(dir, "second")); err != nil {
		t.Logf("no second names here: %v", err)
	} else if who, err := d.Look("x"); err != nil || who.Links != 2 {
		t.Errorf("two names: %+v, %v", who, err)
	}
	if _, err := d.Open("sub"); !errors.Is(err, disk.ErrSpecial) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := d.Open("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := d.Create(strings.Repeat("n", 256)); err == nil || runtime.GOOS == "linux" && !errors.Is(err, disk.ErrLongName) {
		t.Errorf("a long name: %v", err)
	}
	for _, name := range []string{"none", "x"} {
		if _, err := (disk.Real{}).Open(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was opened as a folder", name)
		}
	}
}

// TestTimes: a time before 1970 and one with nanoseconds survive.
func TestTimes(t *testing.T) {
	dir, d := folder(t)
	for _, at := range []time.Time{time.Unix(1700000000, 123456700), time.Unix(0, 0), time.Unix(-86400, 0)} {
		put(t, filepath.Join(dir, "old"), "old")
		if err := os.Chtimes(filepath.Join(dir, "old"), at, at); err != nil {
			t.Fatal(err)
		}
		old, err := d.Open("old")
		if err != nil {
			t.Fatal(err)
		}
		f, err := d.Create("new")
		if err != nil {
			t.Fatal(err)
		}
		missed := f.Keep(old)
		closed(t, f)
		closed(t, old)
		info, err := os.Stat(filepath.Join(dir, "new"))
		if err != nil || missed != 0 || info.ModTime().Sub(at).Abs() > time.Microsecond {
			t.Errorf("want %v, got %v, missed %b, %v", at, info.ModTime(), missed, err)
		}
		if err := errors.Join(d.Remove("old"), d.Remove("new")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSwap: another file takes the place of one that is as it was, in one step.
func TestSwap(t *testing.T) {
	dir, d := folder(t)
	path := filepath.Join(dir, "x.age")
	put(t, path, "old")
	put(t, filepath.Join(dir, "t"), "new")
	was, err := d.Look("x.age")
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]disk.ID{
		"none": {}, "another size": {Dev: was.Dev, Ino: was.Ino, Size: 4, MTime: was.MTime, CTime: was.CTime},
		"another file": {Dev: was.Dev, Ino: was.Ino + 1, Size: was.Size, MTime: was.MTime, CTime: was.CTime},
		"changed":      {Dev: was.Dev, Ino: was.Ino, Size: was.Size, MTime: was.MTime + 1, CTime: was.CTime},
	} {
		if err := d.Swap("t", "x.age", other); !errors.Is(err, disk.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.Swap("t", "none", was); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to replace: %v", err)
	}
	if err := d.Swap("none", "x.age", was); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to replace it by: %v", err)
	}
	if get(t, path) != "old" || get(t, filepath.Join(dir, "t")) != "new" {
		t.Error("a refusal changed something")
	}
	if err := errors.Join(d.Swap("t", "x.age", was), d.Sync()); err != nil {
		t.Fatal(err)
	}
	if names, err := d.List(); err != nil || !slices.Equal(names, []string{"x.age"}) || get(t, path) != "new" {
		t.Errorf("the folder holds %q, %v", names, err)
	}
	if err := d.Swap("x.age", "x.age", was); !errors.Is(err, disk.ErrChanged) {
		t.Errorf("the old one is gone: %v", err)
	}
}

// TestCopyFrom copies a part behind what was written, from any place, and tells
// when there is less than asked for.
func TestCopyFrom(t *testing.T) {
	dir, d := folder(t)
	whole := strings.Repeat("0123456789abcde\n", 300_000) // 4.8 MB
	put(t, filepath.Join(dir, "x"), whole)
	src, err := d.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, src)
	for i, c := range []struct {
		off, n int64
		want   string
		err    error
	}{
		{0, int64(len(whole)), whole, nil},
		{7, 4_000_001, whole[7:4_000_008], nil},
		{int64(len(whole)), 0, "", nil},
		{4_799_990, 11, whole[4_799_990:], io.ErrUnexpectedEOF},
		{5_000_000, 1, "", io.ErrUnexpectedEOF},
	} {
		name := string(rune('a' + i))
		dst, err := d.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dst.Write([]byte("header\n")); err != nil {
			t.Fatal(err)
		}
		err = dst.CopyFrom(src, c.off, c.n)
		if !errors.Is(err, c.err) {
			t.Errorf("%+v: %v", c, err)
		}
		if err == nil {
			if _, err := dst.Write([]byte("end")); err != nil {
				t.Fatal(err)
			}
			c.want += "end"
		}
		closed(t, dst)
		if got := get(t, filepath.Join(dir, name)); err == nil && got != "header\n"+c.want {
			t.Errorf("%d from %d: got %d bytes, want %d", c.n, c.off, len(got), len(c.want)+7)
		}
	}
	if place, err := src.Read(make([]byte, 3)); err != nil || place != 3 {
		t.Errorf("reading on: %d, %v", place, err)
	}
}
