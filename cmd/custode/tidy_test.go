package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/store"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/encrypt/undo"
	"custode/internal/fault"
	"custode/internal/secret"
)

// tidyShop is a home with keys, and a table of which every other row is too old.
type tidyShop struct {
	home, dir, file string
	old, left       []byte
	keys            ring.Unlocked
}

func newTidyShop(t *testing.T, dir, home string, rows int) *tidyShop {
	t.Helper()
	s := &tidyShop{home: home, dir: dir, file: filepath.Join(dir, "visits.csv")}
	var old, left bytes.Buffer
	for i := range rows {
		day := "31/12/2019"
		if i%2 == 1 {
			day = "31/12/2090"
		}
		row := fmt.Sprintf("%06d;planted-%06d@example.com;%s\r\n", i, i, day)
		if i == 0 {
			row = "id;email;visit\r\n"
		}
		old.WriteString(row)
		if i == 0 || i%2 == 1 {
			left.WriteString(row)
		}
	}
	s.old, s.left = old.Bytes(), left.Bytes()
	s.write(t)
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", dir); r.code > 1 {
		t.Fatalf("init: %+v", r)
	}
	_, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.keys = u
	t.Cleanup(u.Wipe)
	return s
}

func (s *tidyShop) write(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(s.file, s.old, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *tidyShop) args() []string {
	return []string{"privacy", "purge", s.file, "--older-than", "24m", "--yes"}
}

// copies lists what is known of the copies, and holds each that is there to the file.
func (s *tidyShop) copies(t *testing.T) (whole int) {
	t.Helper()
	st, err := store.Open(context.Background(), s.home, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	list, err := st.Undos(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		f, err := os.Open(filepath.Join(undo.Folder(s.home), k.Copy))
		if err != nil {
			t.Fatalf("copy %d is known, and is not there: %v", k.ID, err)
		}
		var out bytes.Buffer
		_, err = seal.Decrypt(t.Context(), &out, f, s.keys.Identities(), seal.Options{})
		_ = f.Close()
		if err != nil || !bytes.Equal(out.Bytes(), s.old) {
			t.Fatalf("copy %d does not hold what the file held: %v, %d bytes", k.ID, err, out.Len())
		}
		whole++
	}
	return whole
}

// TestTidyKilled kills purge at random: the file is always the old one or the new one,
// and with the new one there is a copy that is known and opens.
func TestTidyKilled(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := newTidyShop(t, t.TempDir(), t.TempDir(), 3000)
	run := &scripted{t, s.home, exe}
	start := time.Now()
	if out, err := run.command(s.args()...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole := time.Since(start)
	kills := 12
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 200
	}
	rnd := rand.New(rand.NewPCG(uint64(os.Getpid()), 8))
	killed, changed := 0, 0
	for tries := 0; killed < kills; tries++ {
		if tries > 20*kills {
			t.Fatal("the program is always faster")
		}
		s.write(t)
		cmd := run.command(s.args()...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(whole/3+time.Duration(rnd.Int64N(int64(whole))), func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err != nil && cmd.ProcessState.ExitCode() == -1 {
			killed++
		}
		now, err := os.ReadFile(s.file)
		if err != nil {
			t.Fatal(err)
		}
		copies := s.copies(t)
		switch {
		case bytes.Equal(now, s.old):
		case !bytes.Equal(now, s.left):
			t.Fatalf("the file has %d bytes: neither %d nor %d", len(now), len(s.old), len(s.left))
		case copies == 0:
			t.Fatal("rows are gone, and there is no copy")
		default:
			changed++
		}
	}
	s.write(t)
	if r := custode(t, s.home, s.args()...); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	names, err := filepath.Glob(filepath.Join(undo.Folder(s.home), "*"))
	if err != nil || len(names) != 1 || s.copies(t) != 1 {
		t.Errorf("what killed runs left of the same file is still there: %q, %v", names, err)
	}
	entries, _ := os.ReadDir(s.dir)
	if len(entries) != 1 {
		t.Errorf("the folder holds %v", entries)
	}
	if r := custode(t, s.home, "journal", "verify"); r.code != 0 {
		t.Errorf("%+v", r)
	}
	t.Logf("%d killed, %d changes", killed, changed)
}

// TestTidyLeaksNothing searches all that custode wrote for what stood in the rows.
func TestTidyLeaksNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	s := newTidyShop(t, t.TempDir(), t.TempDir(), 50)
	pass := filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(pass, []byte("one two three four\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, args := range [][]string{
		append(s.args(), "--dry-run"), s.args(), {"privacy", "undo", "list"}, {"privacy", "undo", "list", "--json"}, {"journal", "show", "--json"},
	} {
		r := custode(t, s.home, args...)
		if r.code != 0 {
			t.Fatalf("%q: %+v", args, r)
		}
		said += r.out + r.err
	}
	for _, dir := range []string{s.home, temp} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if bytes.Contains(b, []byte("planted")) {
				t.Errorf("%s holds what stood in the file", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(said, "planted") {
		t.Errorf("it is said: %s", said)
	}
	r := custode(t, s.home, "privacy", "undo", "1", "--json", "--passphrase-file", pass)
	conform(t, r.out)
	if b, err := os.ReadFile(s.file); r.code != 0 || err != nil || !bytes.Equal(b, s.old) {
		t.Errorf("%+v, %v", r, err)
	}
	if names, _ := filepath.Glob(filepath.Join(undo.Folder(s.home), "*")); len(names) > 0 {
		t.Errorf("left: %q", names)
	}
}

// TestTidyWithoutPermission: a folder that nobody may write into, and a copy that is
// not needed after all.
func TestTidyWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: permissions mean nothing to root")
	}
	s := newTidyShop(t, t.TempDir(), t.TempDir(), 50)
	if err := os.Chmod(s.dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(s.dir, 0o700) }()
	r := custode(t, s.home, s.args()...)
	if r.code != int(fault.NoPerm) || !strings.Contains(r.err, "no permission") {
		t.Errorf("%+v", r)
	}
	s.untouched(t)
	if err := os.Chmod(s.file, 0); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, s.home, s.args()...); r.code != int(fault.NoPerm) {
		t.Errorf("%+v", r)
	}
}

// untouched: the file is as it was, and neither a copy nor a temporary file is left.
func (s *tidyShop) untouched(t *testing.T) {
	t.Helper()
	if b, err := os.ReadFile(s.file); err != nil || !bytes.Equal(b, s.old) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	for _, dir := range []string{s.dir, undo.Folder(s.home)} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if e.Name() != filepath.Base(s.file) && e.Name() != "filler" {
				t.Errorf("%s is left in %s", e.Name(), dir)
			}
		}
	}
	if n := s.copies(t); n != 0 {
		t.Errorf("%d copies are known", n)
	}
}
