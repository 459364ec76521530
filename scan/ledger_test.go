package scan_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/internal/sample/containers"
	"custode/scan"
	"custode/scan/walk/baddisk"
)

// reasons is the closed list.
var reasons = []scan.Reason{
	scan.NoReader, scan.ImageOnly, scan.Encoded, scan.Partly, scan.Damaged, scan.TooDeep, scan.TooBig, scan.TooSlow, scan.Absent,
	scan.Encoding, scan.IsLink, scan.LinkOut, scan.IsSpecial, scan.ByRule, scan.Permission, scan.Vanished, scan.Unsteady,
	scan.Broken, scan.LongName, scan.InUse, scan.InCloud, scan.Stumbled,
}

// onDisk adds up the regular files under a folder, but for what cannot be listed.
func onDisk(t *testing.T, dir string) (a scan.Account) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err == nil {
			a.Files++
			a.Bytes += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// balanced holds a scan to the ledger: each file in one state, with a reason of
// the list where it was not read whole, and every byte of the disk in one column.
func balanced(t *testing.T, want scan.Account, r *scan.Report, files map[string]scan.File) {
	t.Helper()
	for name, f := range files {
		switch f.State {
		case scan.Examined, scan.Sealed:
			if f.Reason != "" || len(f.Unread) > 0 {
				t.Errorf("%q: %s, and yet %q %v", name, f.State, f.Reason, f.Unread)
			}
		case scan.NotExamined, scan.Skipped, scan.Failed:
			if !slices.Contains(reasons, f.Reason) || f.Reason == scan.Partly && len(f.Unread) == 0 {
				t.Errorf("%q: %s for the reason %q, parts %v", name, f.State, f.Reason, f.Unread)
			}
			for _, p := range f.Unread {
				if !slices.Contains(reasons, p.Reason) {
					t.Errorf("%q: %q for the reason %q", name, p.Path, p.Reason)
				}
			}
		default:
			t.Errorf("%q: state %q", name, f.State)
		}
	}
	sum := r.Ledger.Looked()
	for _, l := range r.Ledger.Listed() {
		sum.Files += l.Files
		sum.Bytes += l.Bytes
	}
	if sum != want {
		t.Errorf("accounted for: %+v; on the disk: %+v (%+v)", sum, want, r.Ledger)
	}
	if unseen := r.Totals.NotExamined + r.Totals.Errors; r.Totals.Complete() != (unseen == 0) || int64(len(r.Unseen))+r.Unnamed != unseen {
		t.Errorf("%+v, %d listed", r.Totals, len(r.Unseen))
	}
}

// spoiled is one thing that is wrong in a folder beside a file that is in order.
type spoiled struct {
	name    string
	reason  scan.Reason
	path    string                        // of what must be listed
	make    func(t *testing.T, at string) // makes it at that path
	fault   baddisk.Fault                 // and its fault
	before  func(t *testing.T, at string) // done when it is about to be read, each time
	unknown bool                          // nobody knows how much is in it
}

func text(size int) func(*testing.T, string) {
	return func(t *testing.T, at string) {
		t.Helper()
		write(t, at, strings.Repeat("nobody is called by this. ", size/26+1)[:size])
	}
}

// faults are all but the hostile files of containers.
func faults() []spoiled {
	grow := func(t *testing.T, at string) {
		t.Helper()
		f, err := os.OpenFile(at, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("one more line\n")
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}
	return []spoiled{
		{name: "no permission", reason: scan.Permission, path: "a.txt", make: text(1000), fault: baddisk.Fault{Open: fs.ErrPermission}},
		{name: "no permission for a folder", reason: scan.Permission, path: "in", make: func(t *testing.T, at string) { t.Helper(); text(1000)(t, filepath.Join(at, "a.txt")) }, fault: baddisk.Fault{Open: fs.ErrPermission}, unknown: true},
		{name: "not to be looked at", reason: scan.Broken, path: "in", make: func(t *testing.T, at string) { t.Helper(); text(1000)(t, filepath.Join(at, "a.txt")) }, fault: baddisk.Fault{Look: baddisk.ErrIO}, unknown: true},
		{name: "vanished", reason: scan.Vanished, path: "a.txt", make: text(1000), before: func(_ *testing.T, at string) { _ = os.Remove(at) }},
		{name: "changed twice", reason: scan.Unsteady, path: "a.txt", make: text(1000), fault: baddisk.Fault{Opened: func() {}}, before: grow},
		{name: "bad sector", reason: scan.Broken, path: "a.txt", make: text(300_000), fault: baddisk.Fault{At: 150_000, Read: baddisk.ErrIO}},
		{name: "bad sector in a folder", reason: scan.Broken, path: "in", make: func(t *testing.T, at string) {
			t.Helper()
			text(10)(t, filepath.Join(at, "a.txt"))
			text(10)(t, filepath.Join(at, "b.txt"))
		}, fault: baddisk.Fault{List: baddisk.ErrIO}, unknown: true},
		{name: "a drive that gives nothing", reason: scan.TooSlow, path: "a.txt", make: text(1000), fault: baddisk.Fault{Stall: true}},
		{name: "a drive that lists nothing", reason: scan.TooSlow, path: "in", make: func(t *testing.T, at string) { t.Helper(); text(1000)(t, filepath.Join(at, "a.txt")) }, fault: baddisk.Fault{Stall: true}, unknown: true},
		{name: "a folder without an end", reason: scan.TooSlow, path: "in", make: func(t *testing.T, at string) { t.Helper(); text(1000)(t, filepath.Join(at, "a.txt")) }, fault: baddisk.Fault{Endless: true}, unknown: true},
		{name: "a bug of ours", reason: scan.Stumbled, path: "a.txt", make: text(1000), fault: baddisk.Fault{Panic: "anna@example.com"}},
		{name: "a picture", reason: scan.ImageOnly, path: "a.jpg", make: func(t *testing.T, at string) {
			t.Helper()
			write(t, at, "\xff\xd8\xff\xe0\x00\x10JFIF\x00"+strings.Repeat("\x01\x02", 500))
		}},
		{name: "a format without a reader", reason: scan.NoReader, path: "a.7z", make: func(t *testing.T, at string) {
			t.Helper()
			write(t, at, "7z\xbc\xaf\x27\x1c\x00\x04"+strings.Repeat("\x01\x02", 500))
		}},
		{name: "bytes of no format", reason: scan.NoReader, path: "a.dat", make: func(t *testing.T, at string) { t.Helper(); write(t, at, strings.Repeat("\x00\x01\x02\xfe", 500)) }},
		{name: "UTF-32", reason: scan.Encoding, path: "a.txt", make: func(t *testing.T, at string) {
			t.Helper()
			write(t, at, "\xff\xfe\x00\x00"+strings.Repeat("a\x00\x00\x00", 500))
		}},
		{name: "a picture in an archive", reason: scan.Partly, path: "a.zip", make: func(t *testing.T, at string) {
			t.Helper()
			var b bytes.Buffer
			w := zip.NewWriter(&b)
			for _, n := range []string{"a.txt", "b.jpg"} {
				to, err := w.Create(n)
				if err == nil {
					_, err = to.Write([]byte(map[string]string{"a.txt": "hello", "b.jpg": "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"}[n]))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			write(t, at, b.String())
		}},
		{name: "left out by rule", reason: scan.ByRule, path: ".git", make: func(t *testing.T, at string) {
			t.Helper()
			text(1000)(t, filepath.Join(at, "config"))
			text(3000)(t, filepath.Join(at, "objects", "00", "11"))
		}},
		{name: "a link out", reason: scan.LinkOut, path: "a.txt", make: func(t *testing.T, at string) {
			t.Helper()
			link(t, write(t, filepath.Join(t.TempDir(), "x.txt"), "anna@example.com"), at)
		}},
		{name: "a link to nothing", reason: scan.LinkOut, path: "a.txt", make: func(t *testing.T, at string) { t.Helper(); link(t, "away", at) }},
		{name: "a link to itself", reason: scan.LinkOut, path: "a.txt", make: func(t *testing.T, at string) { t.Helper(); link(t, at, at) }},
		{name: "a pipe", reason: scan.IsSpecial, path: "pipe", make: pipe},
	}
}

func link(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Skip("no links here")
	}
}

// TestLedger spoils one folder after the other: the bytes add up, what is wrong
// is listed with its reason, and nothing passes for clean.
func TestLedger(t *testing.T) {
	for _, c := range faults() {
		t.Run(c.name, func(t *testing.T) {
			dir, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "in order.txt"), "there is nobody in here")
			at := filepath.Join(dir, c.path)
			c.make(t, at)
			want := onDisk(t, dir)
			if c.unknown { // what lies in it
				in := onDisk(t, at)
				want.Files, want.Bytes = want.Files-in.Files, want.Bytes-in.Bytes
			}
			o := options(dir)
			if c.before != nil && c.fault.Opened != nil {
				c.fault.Opened = func() { c.before(t, at) }
			} else if c.before != nil {
				o.Read = func(path string) {
					if path == at {
						c.before(t, at)
					}
				}
			}
			disk := baddisk.New(map[string]baddisk.Fault{at: c.fault})
			t.Cleanup(disk.Close)
			o.Disk, o.Patience = disk, 300*time.Millisecond
			if c.fault.Endless {
				o.Patience = 10 * time.Millisecond
			}
			r, files := run(t, o)
			f, met := files[c.path]
			if !met || f.Reason != c.reason || f.State == scan.Examined || f.State == scan.Sealed {
				t.Errorf("%s %s, want %s", f.State, f.Reason, c.reason)
			}
			switch c.name { // in these, more was seen of the folder, or the file grew
			case "changed twice":
				want = onDisk(t, dir)
			case "bad sector in a folder":
				want.Files, want.Bytes = want.Files+1, want.Bytes+10
			case "a folder without an end":
				want.Files, want.Bytes = want.Files+1, want.Bytes+1000
				for name := range files { // names behind which there is nothing
					if strings.Contains(name, "ghost") {
						delete(files, name)
					}
				}
			}
			if len(files) < 2 {
				t.Errorf("met only %d", len(files))
			}
			if !c.fault.Endless { // there, the report has each name that was given
				balanced(t, want, r, files)
			}
			listed := slices.ContainsFunc(r.Ledger.Listed(), func(l scan.Listed) bool {
				return l.Reason == c.reason && l.Entries > 0 && (l.Unknown > 0) == c.unknown
			})
			if !listed || r.Whole() || r.Ledger.Percent() > 99 {
				t.Errorf("it may pass for clean: %d %%, %+v", r.Ledger.Percent(), r.Ledger)
			}
		})
	}
}

// TestLedgerOfGoodFiles is what the others are held against: all was looked at.
func TestLedgerOfGoodFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.txt"), "there is nobody in here")
	write(t, filepath.Join(dir, "b", "empty.txt"), "")
	write(t, filepath.Join(dir, "c.age"), "age-encryption.org/v1\n-> X25519 x\n--- y\n\x01\x02")
	write(t, filepath.Join(dir, "own", "custode.yaml"), "shop: x")
	want := onDisk(t, dir)
	o := options(dir)
	o.Exclude = []string{filepath.Join(dir, "own")}
	r, files := run(t, o)
	balanced(t, want, r, files)
	if !r.Whole() || r.Ledger.Percent() != 100 || r.Ledger.Sealed.Files != 1 || r.Ledger.Examined.Files != 2 {
		t.Errorf("%d %%, %+v", r.Ledger.Percent(), r.Ledger)
	}
}

// TestLedgerOfHostileFiles scans one of each file that lies about itself.
func TestLedgerOfHostileFiles(t *testing.T) { hostile(t, false) }

// TestTortureLedger has bombs among them, of some gigabytes each.
func TestTortureLedger(t *testing.T) {
	if os.Getenv("CUSTODE_TORTURE") == "" {
		t.Skip("make big has it")
	}
	hostile(t, true)
}

func hostile(t *testing.T, bombs bool) {
	t.Helper()
	dir := t.TempDir()
	traps, err := containers.Hostile(dir, bombs)
	if err != nil {
		t.Fatal(err)
	}
	want := onDisk(t, dir)
	o := options(dir)
	o.Patience = 10 * time.Minute
	stop := heap()
	r, files := run(t, o)
	if peak := stop(); peak > 64<<20 {
		t.Errorf("the heap grew by %d MiB", peak>>20)
	}
	balanced(t, want, r, files)
	if r.Whole() {
		t.Error("it may pass for clean")
	}
	for _, trap := range traps {
		f, ok := files[trap.Path]
		t.Logf("%-14s %s %s %v, %d findings", trap.Path, f.State, f.Reason, f.Unread, len(f.Findings))
		switch {
		case !ok:
			t.Errorf("%s was not met", trap.Path)
		case trap.Planted && len(f.Findings) == 0:
			t.Errorf("%s: what could be read of it was not: %s %s %v", trap.Path, f.State, f.Reason, f.Unread)
		case trap.Whole && f.State != scan.Examined, trap.Sealed && f.State != scan.Sealed:
			t.Errorf("%s: %s %s %v", trap.Path, f.State, f.Reason, f.Unread)
		case !trap.Whole && !trap.Sealed && f.State != scan.NotExamined:
			t.Errorf("%s: %s %s", trap.Path, f.State, f.Reason)
		}
	}
}

// oddNames are names that play tricks.
func oddNames() []string {
	if runtime.GOOS == "windows" {
		return []string{"emoji 🎁.csv", strings.Repeat("x", 200) + ".txt", "ünïcödé.txt"}
	}
	return []string{
		"emoji 🎁.csv", "quote'\".txt", strings.Repeat("x", 251) + ".txt", "-rf.txt", "$(id).txt", strings.Repeat("ü", 125) + ".txt", "NUL.txt", " .txt", "~", "a:b.txt",
		"new\nline.txt", "bell\a\x1b[31mred.txt", "not\xffutf8.txt", "\xff\xfe", "rtl\u202egnp.txt", `back\slash.txt`, "nul?*.txt",
	}
}

// TestLedgerOfOddNames examines files and folders of any name.
func TestLedgerOfOddNames(t *testing.T) {
	dir := t.TempDir()
	for i, n := range oddNames() {
		write(t, filepath.Join(dir, n, n), fmt.Sprintf("p%d@example.com", i))
	}
	want := onDisk(t, dir)
	r, files := run(t, options(dir))
	balanced(t, want, r, files)
	for i, n := range oddNames() {
		if f := files[filepath.ToSlash(filepath.Join(n, n))]; f.State != scan.Examined || f.People != 1 {
			t.Errorf("name %d, %q: %s %s, %d people", i, n, f.State, f.Reason, f.People)
		}
	}
	if !r.Whole() {
		t.Errorf("%+v", r.Ledger)
	}
}

// heap watches how much the heap holds beyond what it held, until stopped.
func heap() (stop func() int64) {
	now := func() int64 {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return int64(s.HeapAlloc)
	}
	runtime.GC()
	start, peak := now(), int64(0)
	quit := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for {
			select {
			case <-quit:
				return
			case <-time.After(5 * time.Millisecond):
				peak = max(peak, now()-start)
			}
		}
	})
	return func() int64 { close(quit); watcher.Wait(); return peak }
}

// TestLedgerOfManyFiles has a folder of more files than are listed at once, half
// of them pictures: each counts, and not all of them are kept in memory.
func TestLedgerOfManyFiles(t *testing.T) {
	const many = 21_000
	dir := t.TempDir()
	for i := range many {
		text := "niente"
		if i%2 == 0 {
			text = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
		}
		write(t, filepath.Join(dir, fmt.Sprintf("%d", i)), text)
	}
	bad := filepath.Join(dir, "20999")
	disk := baddisk.New(map[string]baddisk.Fault{bad: {Open: fs.ErrPermission}})
	o := options(dir)
	o.Disk = disk
	r, files := run(t, o)
	balanced(t, onDisk(t, dir), r, files)
	if len(files) != many || r.Totals.Files != many || r.Totals.NotExamined != many/2 || r.Totals.Errors != 1 || len(r.Unseen) != 10_000 || r.Unnamed != 501 {
		t.Errorf("%d files, %+v, %d and %d", len(files), r.Totals, len(r.Unseen), r.Unnamed)
	}
}
