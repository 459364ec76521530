package evidence

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"custode/internal/crashfs"
)

// memory is a disk whose power can be cut.
type memory struct{ *crashfs.FS }

func (m memory) MakeDir(dir string) error {
	if _, err := m.Stat(dir); err == nil {
		return nil
	}
	return errors.Join(m.FS.MakeDir(dir, 0o700), m.SyncDir("/"))
}

func (m memory) Create(path string) (output, error) { return m.FS.Create(path, 0o600) }

func (m memory) OpenAgain(path string) (io.ReadCloser, error) { return m.FS.OpenAgain(path) }

func (m memory) Exists(path string) bool {
	_, err := m.Stat(path)
	return err == nil
}

func (m memory) Same(a, b string) bool {
	one, err := m.Stat(a)
	other, err2 := m.Stat(b)
	return err == nil && err2 == nil && one.Ino == other.Ino
}

func (m memory) Sweep(dir string, _ time.Time) {
	names, _ := m.Names(dir)
	for _, n := range names {
		if strings.HasPrefix(n, temporary) {
			_ = m.Remove(filepath.Join(dir, n))
		}
	}
}

// shop is what the tests of a crash begin with.
type shop struct {
	t   *testing.T
	key *age.X25519Identity
}

func (s shop) folder(f *crashfs.FS) Folder {
	return Folder{Dir: "/evidence", To: []age.Recipient{s.key.Recipient()}, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }, disk: memory{f}}
}

// text takes more than one chunk of age and many blocks of the disk.
func text(n int) string { return strings.Repeat(fmt.Sprintf("%d anna.bianchi@example.com\n", n), 3000) }

func (s shop) note(f *crashfs.FS, n int) (Item, error) {
	return s.folder(f).Note(s.t.Context(), "note", strings.NewReader(text(n)))
}

// whole wants every item that can be seen to be whole, the promised ones to be among them,
// and nothing readable.
func (s shop) whole(f *crashfs.FS, promised ...Item) error {
	names, err := f.Names("/evidence")
	if err != nil {
		if len(promised) == 0 {
			return nil
		}
		return err
	}
	seen := map[string]bool{}
	for _, n := range names {
		raw, err := f.Get("/evidence/" + n)
		if err != nil {
			return err
		}
		if bytes.Contains(raw, []byte("bianchi")) {
			return fmt.Errorf("%s is readable", n)
		}
		if !strings.HasSuffix(n, ".age") {
			continue
		}
		r, err := age.Decrypt(bytes.NewReader(raw), s.key)
		if err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || string(plain) != text(1) && string(plain) != text(2) {
			return fmt.Errorf("%s is half: %d bytes, %w", n, len(plain), err)
		}
		seen[n] = true
	}
	for _, item := range promised {
		if !seen[item.File()] {
			return fmt.Errorf("%s was promised and is gone", item.ID)
		}
		if err := s.folder(f).Check(item); err != nil {
			return fmt.Errorf("%s: %w", item.ID, err)
		}
	}
	return nil
}

func begin(t *testing.T) shop {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return shop{t, key}
}

// TestPowerCuts cuts the power before each operation and after the last, with many ideas of
// what survives: an item is there whole or not at all, one whose command has ended is there,
// and the next item can be taken in and leaves nothing half behind.
func TestPowerCuts(t *testing.T) {
	s := begin(t)
	seeds := 6
	if os.Getenv("CUSTODE_TORTURE") != "" {
		seeds = 200
	}
	states := 0
	f := crashfs.New(crashfs.Options{})
	var promised []Item
	crash := func() {
		for n := range seeds {
			after := f.Crash(crashfs.Survival{Keep: []float64{0, 1, 0.5, 0.2, 0.8}[n%5], Split: n%2 == 1, Seed: uint64(n)})
			states++
			if err := s.whole(after, promised...); err != nil {
				t.Errorf("state %d: %v", states, err)
			}
			if states%5 > 0 {
				continue
			}
			again, err := s.note(after, 2)
			if err == nil {
				err = s.whole(after, append(promised, again)...)
			}
			names, _ := after.Names("/evidence")
			if err != nil || strings.Contains(strings.Join(names, " "), temporary) {
				t.Errorf("state %d, once more: %v, %q", states, err, names)
			}
		}
	}
	f.OnOp(func(int, crashfs.Op, string) { crash() })
	for n := range 2 {
		item, err := s.note(f, n+1)
		if err != nil {
			t.Fatal(err)
		}
		promised = append(promised, item)
	}
	crash()
	t.Logf("%d states", states)
	if states < 100 {
		t.Error("the power was hardly cut at all")
	}
}

// TestFaults makes each operation fail once, for good, or fail though it was done, and the
// disk forget or spoil what it took: a promised item is whole on the disk, else there is
// neither an item nor anything half.
func TestFaults(t *testing.T) {
	s := begin(t)
	tried, refused := 0, 0
	for _, op := range crashfs.Ops() {
		for n := 1; n < 400; n++ {
			reached := false
			for _, kind := range []crashfs.Fault{{}, {Sticky: true}, {After: true}, {Rot: true}} {
				if kind.Rot && op != crashfs.OpSync {
					continue
				}
				kind.Op, kind.N, kind.Err = op, n, syscall.EIO
				f := crashfs.New(crashfs.Options{})
				f.Inject(kind)
				item, err := s.note(f, 1)
				reached = reached || f.Count(op) >= n
				tried++
				after := f.Crash(crashfs.Survival{})
				if err == nil {
					if err := s.whole(after, item); err != nil {
						t.Errorf("%s %d %+v: promised: %v", op, n, kind, err)
					}
					continue
				}
				refused++
				names, _ := f.Names("/evidence")
				if stuck := op == crashfs.OpRemove; len(names) > 0 && !stuck {
					t.Errorf("%s %d %+v: refused (%v), and there is %q", op, n, kind, err, names)
				}
			}
			if !reached {
				break
			}
		}
	}
	t.Logf("%d faults, %d refused", tried, refused)
	if refused < 20 {
		t.Error("hardly anything failed")
	}
}

// A disk without room takes nothing, says so, and keeps what it had. One without hard links
// gets its items all the same.
func TestFullDisk(t *testing.T) {
	s := begin(t)
	for space := int64(1); space < 60; space++ {
		f := crashfs.New(crashfs.Options{Space: space * crashfs.Block})
		var kept []Item
		for {
			item, err := s.note(f, 1)
			if err != nil {
				if !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("%d blocks: %v", space, err)
				}
				break
			}
			kept = append(kept, item)
		}
		if err := s.whole(f.Crash(crashfs.Survival{}), kept...); err != nil {
			t.Errorf("%d blocks: %v", space, err)
		}
		if names, _ := f.Names("/evidence"); len(names) != len(kept) {
			t.Errorf("%d blocks: %q", space, names)
		}
	}
	f := crashfs.New(crashfs.Options{})
	f.Inject(crashfs.Fault{Op: crashfs.OpLink, N: 1, Sticky: true, Err: syscall.EPERM})
	item, err := s.note(f, 1)
	if err == nil {
		err = s.whole(f.Crash(crashfs.Survival{}), item)
	}
	if err != nil {
		t.Errorf("no hard links: %v", err)
	}
}

// What could be read once is kept when the file is gone, or the disk full, the second time.
func TestReadOnlyOnce(t *testing.T) {
	s := begin(t)
	path := filepath.Join(t.TempDir(), "log")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		options crashfs.Options
		fn      func()
	}{
		"deleted meanwhile":    {fn: func() { _ = os.Remove(path) }},
		"grows, the disk full": {crashfs.Options{Space: 30 * crashfs.Block}, func() { write(text(2)) }},
	} {
		write(text(1))
		f := crashfs.New(c.options)
		seen := false
		f.OnOp(func(_ int, op crashfs.Op, _ string) {
			if op == crashfs.OpSync && !seen {
				seen = true
				c.fn()
				_ = os.Chtimes(path, time.Now(), time.Now().Add(time.Hour))
			}
		})
		item, err := s.folder(f).Collect(t.Context(), path)
		if err != nil || !item.Changed {
			t.Errorf("%s: %+v, %v", name, item, err)
			continue
		}
		if err := s.whole(f.Crash(crashfs.Survival{}), item); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A change that leaves size and time of the last change as they were is noticed too.
func TestChangeThatHides(t *testing.T) {
	s := begin(t)
	path := filepath.Join(t.TempDir(), "list")
	at := time.Now().Add(-time.Hour)
	put := func(text string) {
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	put(text(1))
	f, reads := crashfs.New(crashfs.Options{}), 0
	f.OnOp(func(_ int, op crashfs.Op, _ string) {
		if op == crashfs.OpCreate {
			reads++
		}
		if op == crashfs.OpSync && reads == 2 { // the folder and the first try were created
			put(text(2))
		}
	})
	item, err := s.folder(f).Collect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if item.Altered.IsZero() {
		t.Skip("SKIPPED: this system does not tell when a file was altered")
	}
	if item.Changed || reads != 3 {
		t.Errorf("%+v after %d reads", item, reads-1)
	}
	var out bytes.Buffer
	sealed, err := f.Get("/evidence/" + item.File())
	if err != nil {
		t.Fatal(err)
	}
	if err := open(t.Context(), &out, bytes.NewReader(sealed), item, []age.Identity{s.key}); err != nil || out.String() != text(2) {
		t.Errorf("%v: not what the file is now", err)
	}
}

const child = "CUSTODE_TEST_EVIDENCE"

// TestKilled kills a program that takes in one item after the other: each one that it said
// is there is whole, nothing else can be seen, nothing is readable, and the next one clears
// up what was left over.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(child); dir != "" {
		collectForever(t, dir)
	}
	s := begin(t)
	dir := filepath.Join(t.TempDir(), "evidence")
	kills := 20
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 1000
	}
	said, rnd := map[string]bool{}, rand.New(rand.NewPCG(uint64(os.Getpid()), 1))
	for range kills {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestKilled$", "-test.v")
		cmd.Env = append(os.Environ(), child+"="+dir, child+"_TO="+s.key.Recipient().String())
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		limit := 1 + rnd.IntN(3)
		for n := 0; lines.Scan(); {
			id, ok := strings.CutPrefix(lines.Text(), "item ")
			if !ok {
				continue
			}
			said[id+".age"] = true
			if n++; n == limit {
				time.Sleep(time.Duration(rnd.Int64N(int64(8 * time.Millisecond))))
				_ = cmd.Process.Kill() // SIGKILL
			}
		}
		_ = cmd.Wait() // it was killed
	}
	left := s.real(dir, said)
	t.Logf("%d kills, %d items, %d left half", kills, len(said), left)
	f := Folder{Dir: dir, To: []age.Recipient{s.key.Recipient()}, Now: func() time.Time { return time.Now().Add(2 * leftover) }}
	if _, err := f.Note(t.Context(), "last", strings.NewReader(text(1))); err != nil {
		t.Fatal(err)
	}
	if left := s.real(dir, said); left != 0 {
		t.Errorf("%d are still there", left)
	}
}

// collectForever is the program that is killed.
func collectForever(t *testing.T, dir string) {
	t.Helper()
	to, err := age.ParseX25519Recipient(os.Getenv(child + "_TO"))
	if err != nil {
		t.Fatal(err)
	}
	f := Folder{Dir: dir, To: []age.Recipient{to}, Now: time.Now}
	for range 10_000 {
		item, err := f.Note(t.Context(), "note", strings.NewReader(text(1)))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("item " + item.ID)
	}
}

// real looks at a folder on the disk, and counts what is half.
func (s shop) real(dir string, said map[string]bool) (left int) {
	s.t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.t.Fatal(err)
	}
	there := map[string]bool{}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || bytes.Contains(raw, []byte("bianchi")) {
			s.t.Errorf("%s is readable, %v", e.Name(), err)
		}
		if strings.HasPrefix(e.Name(), temporary) {
			left++
			continue
		}
		there[e.Name()] = true
		r, err := age.Decrypt(bytes.NewReader(raw), s.key)
		if err != nil {
			s.t.Errorf("%s: %v", e.Name(), err)
			continue
		}
		if plain, err := io.ReadAll(r); err != nil || string(plain) != text(1) {
			s.t.Errorf("%s is half: %v", e.Name(), err)
		}
	}
	for name := range said {
		if !there[name] {
			s.t.Errorf("%s was promised and is gone", name)
		}
	}
	return left
}

// What another process is writing is not swept, however old it looks.
func TestSweepSpares(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, temporary+"x")
	f, err := realDisk{}.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	realDisk{}.Sweep(dir, time.Now().Add(time.Hour))
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	realDisk{}.Sweep(dir, time.Now())
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("younger than a minute: %v", err)
	}
	realDisk{}.Sweep(dir, time.Now().Add(time.Hour))
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nobody writes it: %v", err)
	}
}
