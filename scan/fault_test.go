package scan_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"custode/internal/sample/containers"
	"custode/scan"
	"custode/scan/walk/baddisk"
)

// shelf writes the same people into every container there is.
func shelf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	_, err := containers.Write(filepath.Join(dir, "a"), 1)
	if err == nil {
		_, err = containers.Kept(filepath.Join(dir, "b"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// broken scans a folder where every file has the same fault.
func broken(t *testing.T, dir string, fault func(size int64) baddisk.Fault) (*scan.Report, map[string]scan.File) {
	t.Helper()
	faults := map[string]baddisk.Fault{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			faults[path] = fault(info.Size())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	disk := baddisk.New(faults)
	t.Cleanup(disk.Close)
	o := options(dir)
	o.Disk = disk
	return run(t, o)
}

// TestBadSector has every container lie on a bad sector, somewhere: however its
// reader bears that, the file is one that the disk failed to give.
func TestBadSector(t *testing.T) {
	dir := shelf(t)
	for where, at := range map[string]func(size int64) int64{
		"at the first byte":  func(int64) int64 { return 0 },
		"in the middle":      func(size int64) int64 { return size / 2 },
		"near the end":       func(size int64) int64 { return size - size/50 - 1 },
		"at the last byte":   func(size int64) int64 { return size - 1 },
		"behind the heading": func(size int64) int64 { return min(size-1, 64<<10) },
	} {
		t.Run(where, func(t *testing.T) {
			r, files := broken(t, dir, func(size int64) baddisk.Fault { return baddisk.Fault{At: at(size), Read: baddisk.ErrIO} })
			for name, f := range files {
				// The last byte of a format without a reader is never asked for.
				if f.State == scan.NotExamined && f.Reason == scan.NoReader {
					continue
				}
				if f.State != scan.Failed || f.Reason != scan.Broken {
					t.Errorf("%s: %s %s", name, f.State, f.Reason)
				}
			}
			if len(files) < 30 || r.Totals.Complete() {
				t.Errorf("%d files, %+v", len(files), r.Totals)
			}
		})
	}
}

// TestShortReads has a disk that gives a byte less than was asked for each time,
// as it may: nothing is lost.
func TestShortReads(t *testing.T) {
	dir := shelf(t)
	_, want := run(t, options(dir))
	_, got := broken(t, dir, func(int64) baddisk.Fault { return baddisk.Fault{Short: true} })
	for name, f := range want {
		if g := got[name]; g.State != f.State || g.People != f.People {
			t.Errorf("%s: %s, %d people; want %s, %d", name, g.State, g.People, f.State, f.People)
		}
	}
}

// TestCutWhileRead cuts every container off once it is open: it is read again as
// it is then, and listed as one that keeps changing when it happens a second time.
func TestCutWhileRead(t *testing.T) {
	dir := shelf(t)
	_, names := run(t, options(dir))
	for name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, times := range []int32{1, 2} {
			var opened atomic.Int32
			one := t.TempDir()
			copied := filepath.Join(one, filepath.Base(name))
			if err := os.WriteFile(copied, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			disk := baddisk.New(map[string]baddisk.Fault{copied: {Opened: func() {
				n := opened.Add(1)
				if n > times {
					return
				}
				text := whole[:len(whole)/2+int(n)]
				if err := os.WriteFile(copied, text, 0o600); err != nil {
					t.Error(err)
				}
			}}})
			o := options(one)
			o.Disk = disk
			_, files := run(t, o)
			f := files[filepath.Base(name)]
			switch {
			case times == 2 && (f.State != scan.Failed || f.Reason != scan.Unsteady):
				t.Errorf("%s cut twice: %s %s", name, f.State, f.Reason)
			case times == 1 && (opened.Load() != 2 || f.State == scan.Failed || f.Stamp.Size != int64(len(whole)/2+1)):
				t.Errorf("%s cut once: %s %s, %d bytes, opened %d times", name, f.State, f.Reason, f.Stamp.Size, opened.Load())
			}
		}
	}
}

// TestSilentFile has a file that is never given: it is listed, the others are read.
func TestSilentFile(t *testing.T) {
	dir := t.TempDir()
	silent := write(t, filepath.Join(dir, "a.txt"), "anna@example.com")
	write(t, filepath.Join(dir, "b.txt"), "anna@example.com")
	disk := baddisk.New(map[string]baddisk.Fault{silent: {Stall: true}})
	t.Cleanup(disk.Close)
	o := options(dir)
	o.Disk, o.Patience = disk, 200*time.Millisecond
	r, files := run(t, o)
	if f := files["a.txt"]; f.State != scan.Failed || f.Reason != scan.TooSlow || r.Totals.Complete() {
		t.Errorf("%s %s", f.State, f.Reason)
	}
}

// TestSilentFolder has a folder that is never listed: so it says, and the others
// are read.
func TestSilentFolder(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "nas", "a.txt"), "anna@example.com")
	write(t, filepath.Join(dir, "own", "b.txt"), "bruno@example.com")
	disk := baddisk.New(map[string]baddisk.Fault{filepath.Join(dir, "nas"): {Stall: true}})
	t.Cleanup(disk.Close)
	o := options(dir)
	o.Disk, o.Patience = disk, 200*time.Millisecond
	r, files := run(t, o)
	if f := files["nas"]; f.State != scan.Failed || f.Reason != scan.TooSlow || r.Totals.Complete() {
		t.Errorf("%+v", files)
	}
	if f := files["own/b.txt"]; f.State != scan.Examined || f.People != 1 {
		t.Errorf("%s %s", f.State, f.Reason)
	}
}

// TestPanicOfAReader has a file whose reading makes custode panic: it is listed,
// without a word of what the panic held, and the others are read.
func TestPanicOfAReader(t *testing.T) {
	dir := t.TempDir()
	bad := write(t, filepath.Join(dir, "a.txt"), "anna@example.com")
	write(t, filepath.Join(dir, "b.txt"), "anna@example.com")
	o := options(dir)
	o.Disk = baddisk.New(map[string]baddisk.Fault{bad: {Panic: "anna@example.com"}})
	r, files := run(t, o)
	if f := files["a.txt"]; f.State != scan.Failed || f.Reason != scan.Stumbled || r.Totals.Complete() {
		t.Errorf("%s %s", f.State, f.Reason)
	}
	if f := files["b.txt"]; f.State != scan.Examined || f.People != 1 {
		t.Errorf("%s %s", f.State, f.Reason)
	}
}

// TestNothingHalfReadIsRemembered scans twice, with a fault the first time that
// leaves no trace in size or times: the second scan reads the file.
func TestNothingHalfReadIsRemembered(t *testing.T) {
	dir := shelf(t)
	damaged := filepath.Join(dir, "damaged.zip")
	raw, err := os.ReadFile(filepath.Join(dir, "a", "csv.zip"))
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/3] ^= 0x55
	write(t, damaged, string(raw))
	time.Sleep(60 * time.Millisecond) // beyond the tick in which they were written
	for name, fault := range map[string]func(size int64) baddisk.Fault{
		"bad sector":    func(size int64) baddisk.Fault { return baddisk.Fault{At: size / 2, Read: baddisk.ErrIO} },
		"no permission": func(int64) baddisk.Fault { return baddisk.Fault{Open: os.ErrPermission} },
		"a panic":       func(int64) baddisk.Fault { return baddisk.Fault{Panic: "x"} },
		"none":          func(int64) baddisk.Fault { return baddisk.Fault{} },
	} {
		t.Run(name, func(t *testing.T) {
			_, first := broken(t, dir, fault)
			o := options(dir)
			o.Known = func(d string, _ []string) (map[string]scan.File, error) {
				known := map[string]scan.File{}
				for _, f := range first {
					if filepath.Dir(f.Path) == d {
						known[filepath.Base(f.Path)] = f
					}
				}
				return known, nil
			}
			_, second := run(t, o)
			for path, f := range second {
				whole := f.State == scan.Examined || f.Reason == scan.NoReader || f.Reason == scan.ImageOnly
				switch {
				case f.Reused && first[path].State == scan.Failed:
					t.Errorf("%s: what failed is remembered", path)
				case f.Reused != whole && name == "none":
					t.Errorf("%s, %s %s %v: reused %v", path, f.State, f.Reason, f.Unread, f.Reused)
				case !strings.HasPrefix(path, "a/") && !strings.HasPrefix(path, "b/") && f.State == scan.Examined:
					t.Errorf("%s: %s", path, f.State)
				case strings.HasPrefix(path, "a/") && (f.State != scan.Examined || f.People < 250):
					t.Errorf("%s: %s %s, %d people", path, f.State, f.Reason, f.People)
				}
			}
		})
	}
}
