package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"custode/encrypt/disk"
	"custode/encrypt/seal"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func key(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// home makes one with all that goes in, and what must stay out.
func home(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "home")
	for name, text := range map[string]string{
		"custode.yaml": "shop: Bottega\n", "privacy.yaml": "trade: restaurant\n", "privacy.yaml.old": "no", "custode.db": "raw", "custode.db-wal": "raw", "seal.lock": "", "seal.pid": "1",
		"keys/ring.json": "{}", "keys/people.key": "0123456789abcdef", "keys/people/ada-1.vault.age": "x", "evidence/1/a b.txt": strings.Repeat("e", 200000),
		"reports/oggi.html": "<p>", "other/x": "no", "custode.db.before-3": "no", temporary + "backup-1/custode.db": "left over",
	} {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

func source(home string, to age.Recipient) Source {
	return Source{Home: home, To: []age.Recipient{to}, Now: now, Version: "1.0", FS: disk.Real{}, Copy: func(_ context.Context, to string) error {
		return os.WriteFile(to, []byte("a clean copy"), 0o600)
	}}
}

// tree lists what is in a folder, files with their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		raw, err := os.ReadFile(path)
		out[filepath.ToSlash(rel)] = string(raw)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

var inside = []string{"custode.db", "custode.yaml", "evidence/1/a b.txt", "keys/people.key", "keys/people/ada-1.vault.age", "keys/ring.json", "privacy.yaml", "reports/oggi.html"}

// There and back: all that belongs, nothing else, for the owner alone; and plain age
// and tar read it.
func TestThereAndBack(t *testing.T) {
	id, from, usb := key(t), home(t), t.TempDir()
	file := filepath.Join(usb, "b.age")
	w, err := Write(t.Context(), file, source(from, id.Recipient()))
	if err != nil || w.Files != int64(len(inside)) {
		t.Fatalf("%+v, %v", w, err)
	}
	if left, _ := filepath.Glob(filepath.Join(from, temporary+"*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(raw), id)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(plain); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
	}
	slices.Sort(names)
	if d := cmp.Diff(append([]string{aboutName}, inside...), names); d != "" {
		t.Error(d)
	}
	to := filepath.Join(t.TempDir(), "a", "home")
	about, err := Read(t.Context(), file, Target{Home: to, With: []age.Identity{id}})
	if err != nil || !about.MadeAt.Equal(now) {
		t.Fatalf("%+v, %v", about, err)
	}
	got, want := tree(t, to), tree(t, from)
	for name := range want {
		if !slices.Contains(inside, name) {
			delete(want, name)
		}
	}
	want["custode.db"] = "a clean copy"
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	info, err := os.Stat(filepath.Join(to, "keys", "people.key"))
	if err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, err := Read(t.Context(), file, Target{Home: to, With: []age.Identity{id}}); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("over a home: %v", err)
	}
	if _, err := Write(t.Context(), file, source(from, id.Recipient())); !errors.Is(err, ErrTaken) {
		t.Errorf("over a file: %v", err)
	}
	if again, _ := os.ReadFile(file); !bytes.Equal(again, raw) {
		t.Error("the file was touched")
	}
}

// When a step fails, nothing is there, and nothing readable is left.
func TestFailedBackup(t *testing.T) {
	broken := errors.New("broken")
	for name, spoil := range map[string]func(*Source){
		"the copy fails": func(s *Source) { s.Copy = func(context.Context, string) error { return broken } },
		"no recipient":   func(s *Source) { s.To = nil },
		"a file grows": func(s *Source) {
			s.To = []age.Recipient{growing{s.To[0], filepath.Join(s.Home, "reports", "oggi.html")}}
		},
		"the disk is full": func(s *Source) { s.FS = full{disk.Real{}} },
	} {
		t.Run(name, func(t *testing.T) {
			from, usb := home(t), t.TempDir()
			src := source(from, key(t).Recipient())
			spoil(&src)
			if _, err := Write(t.Context(), filepath.Join(usb, "b.age"), src); err == nil {
				t.Fatal("no error")
			}
			if got := tree(t, usb); len(got) > 0 {
				t.Errorf("left: %v", got)
			}
			if left, _ := filepath.Glob(filepath.Join(from, temporary+"*")); len(left) > 0 {
				t.Errorf("left over: %q", left)
			}
		})
	}
}

// growing is a recipient that writes to a file of the home: it is asked after the
// files were listed, and before they are read.
type growing struct {
	age.Recipient
	path string
}

func (g growing) Wrap(key []byte) ([]*age.Stanza, error) {
	if err := os.WriteFile(g.path, []byte("longer than before"), 0o600); err != nil {
		return nil, err
	}
	return g.Recipient.Wrap(key)
}

// full is a disk on which nothing can be flushed.
type full struct{ disk.System }

func (f full) Open(dir string) (disk.Folder, error) {
	d, err := f.System.Open(dir)
	return fullFolder{d}, err
}

type fullFolder struct{ disk.Folder }

func (f fullFolder) Create(name string) (disk.File, error) {
	file, err := f.Folder.Create(name)
	return fullFile{file}, err
}

type fullFile struct{ disk.File }

func (fullFile) Sync() error { return disk.ErrFull }

// entry is one of a tar that somebody made by hand.
type entry struct {
	h    tar.Header
	text string
}

func file(name, text string) entry {
	return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o600}, text}
}

func about(files, bytes int64) entry {
	raw, _ := json.Marshal(About{Schema: schema, MadeAt: now, Files: files, Bytes: bytes})
	return file(aboutName, string(raw))
}

func link(kind byte, name, to string) entry {
	return entry{tar.Header{Typeflag: kind, Name: name, Linkname: to, Mode: 0o777}, ""}
}

// What a backup of ours never holds is refused, whoever could seal it: the vault's
// recipient is public.
func TestHostile(t *testing.T) {
	newer := file(aboutName, `{"schema":"custode.backup-about/2"}`)
	other := file(aboutName, `{"schema":"something/1"}`)
	for name, c := range map[string]struct {
		entries []entry
		want    error
	}{
		"sound":               {[]entry{about(1, 1), file("keys/a", "x")}, nil},
		"empty":               {nil, ErrForeign},
		"another tar":         {[]entry{file("a", "x")}, ErrForeign},
		"another document":    {[]entry{other}, ErrForeign},
		"newer":               {[]entry{newer}, ErrNewer},
		"no document":         {[]entry{file(aboutName, "{")}, ErrDamaged},
		"above":               {[]entry{about(1, 1), file("../x", "x")}, ErrDamaged},
		"above, deep":         {[]entry{about(1, 1), file("keys/../../x", "x")}, ErrDamaged},
		"absolute":            {[]entry{about(1, 1), file("/etc/x", "x")}, ErrDamaged},
		"not ours":            {[]entry{about(1, 1), file("bin/x", "x")}, ErrDamaged},
		"not ours, on top":    {[]entry{about(1, 1), file("x", "x")}, ErrDamaged},
		"a folder as file":    {[]entry{about(1, 1), file("keys", "x")}, ErrDamaged},
		"untidy":              {[]entry{about(1, 1), file("keys//x", "x")}, ErrDamaged},
		"symbolic link":       {[]entry{about(1, 0), link(tar.TypeSymlink, "keys/x", "/etc")}, ErrDamaged},
		"through a link":      {[]entry{about(2, 1), link(tar.TypeSymlink, "keys", "/tmp"), file("keys/x", "x")}, ErrDamaged},
		"hard link":           {[]entry{about(1, 0), link(tar.TypeLink, "keys/x", "/etc/passwd")}, ErrDamaged},
		"device":              {[]entry{about(1, 0), link(tar.TypeFifo, "keys/x", "")}, ErrDamaged},
		"a folder":            {[]entry{about(1, 0), link(tar.TypeDir, "keys/", "")}, ErrDamaged},
		"twice":               {[]entry{about(2, 2), file("keys/x", "x"), file("keys/x", "y")}, ErrDamaged},
		"one too few":         {[]entry{about(2, 2), file("keys/x", "x")}, ErrDamaged},
		"one too many":        {[]entry{about(1, 1), file("keys/x", "x"), file("keys/y", "y")}, ErrDamaged},
		"another length":      {[]entry{about(1, 7), file("keys/x", "x")}, ErrDamaged},
		"the document, again": {[]entry{about(1, 1), file(aboutName, "x")}, ErrDamaged},
		"endless name":        {[]entry{about(1, 1), file("keys/"+strings.Repeat("x", 5000), "x")}, fs.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			id, dir := key(t), t.TempDir()
			path := filepath.Join(dir, "b.age")
			sealTar(t, path, id.Recipient(), c.entries, nil)
			_, err := Read(t.Context(), path, Target{Home: filepath.Join(dir, "in", "home"), With: []age.Identity{id}})
			if c.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !errors.Is(c.want, fs.ErrInvalid) && !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if got := tree(t, filepath.Join(dir, "in")); len(got) > 0 {
				t.Errorf("left: %v", got)
			}
		})
	}
}

// sealTar seals a tar made by hand, with what follows it.
func sealTar(t *testing.T, path string, to age.Recipient, entries []entry, after []byte) {
	t.Helper()
	var plain, out bytes.Buffer
	w := tar.NewWriter(&plain)
	for _, e := range entries {
		e.h.Format = tar.FormatPAX
		if err := w.WriteHeader(&e.h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	plain.Write(after)
	s, err := seal.Seal(t.Context(), &out, &plain, []age.Recipient{to}, seal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Forget()
	put(t, path, out.String())
}

// Every byte that is changed, and every end that is missing, is found, and no home
// is made: also where the tar had already ended.
func TestDamaged(t *testing.T) {
	id, dir := key(t), t.TempDir()
	path := filepath.Join(dir, "b.age")
	sealTar(t, path, id.Recipient(), []entry{about(1, 1), file("keys/x", "x")}, bytes.Repeat([]byte{0}, 200000))
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(sound); i += 977 {
		flipped := bytes.Clone(sound)
		flipped[i] ^= 4
		for _, bad := range [][]byte{flipped, sound[:i]} {
			put(t, path, string(bad))
			_, err := Read(t.Context(), path, Target{Home: filepath.Join(dir, "in", "home"), With: []age.Identity{id}})
			if err == nil {
				t.Fatalf("byte %d: no error", i)
			}
			if got := tree(t, filepath.Join(dir, "in")); len(got) > 0 {
				t.Fatalf("byte %d: left %v", i, got)
			}
		}
	}
}

// A check that says no, or a run that only looks, leaves nothing; what a killed run
// left goes with the next.
func TestNothingHalf(t *testing.T) {
	id, usb, in := key(t), t.TempDir(), t.TempDir()
	path := filepath.Join(usb, "b.age")
	if _, err := Write(t.Context(), path, source(home(t), id.Recipient())); err != nil {
		t.Fatal(err)
	}
	no := errors.New("no")
	to := Target{Home: filepath.Join(in, "home"), With: []age.Identity{id}, Check: func(_ context.Context, home string) error {
		if got := tree(t, home); len(got) != len(inside) {
			return fmt.Errorf("%d files", len(got))
		}
		return no
	}}
	put(t, filepath.Join(in, temporary+"home-123", "keys", "x"), "of a killed run")
	put(t, filepath.Join(in, temporary+"other-123", "x"), "not ours")
	put(t, filepath.Join(in, temporary+"home-try-123", "x"), "of a run for home-try")
	if _, err := Read(t.Context(), path, to); !errors.Is(err, no) {
		t.Error(err)
	}
	to.Check, to.DryRun = nil, true
	if _, err := Read(t.Context(), path, to); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff(map[string]string{temporary + "other-123/x": "not ours", temporary + "home-try-123/x": "of a run for home-try"}, tree(t, in)); d != "" {
		t.Error(d)
	}
	if err := os.Mkdir(to.Home, 0o700); err != nil { // an empty folder is no home
		t.Fatal(err)
	}
	to.DryRun = false
	if _, err := Read(t.Context(), path, to); err != nil || len(tree(t, to.Home)) != len(inside) {
		t.Error(err)
	}
}

// TestKeep: what a page leaves in the place is no home, and is there afterwards; with anything else nothing is touched.
func TestKeep(t *testing.T) {
	id, src := key(t), home(t)
	file := filepath.Join(t.TempDir(), "b.age")
	if _, err := Write(t.Context(), file, source(src, id.Recipient())); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "home")
	target := Target{Home: to, With: []age.Identity{id}, Keep: []string{"page.json", "page.lock"}}
	put(t, filepath.Join(to, "page.json"), "the page")
	put(t, filepath.Join(to, "custode.yaml"), "another shop\n")
	before := tree(t, to)
	if _, err := Read(t.Context(), file, target); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("over a home: %v", err)
	}
	target.Check = func(context.Context, string) error { // somebody sets a home up meanwhile
		put(t, filepath.Join(to, "custode.yaml"), "another shop\n")
		return nil
	}
	if err := os.Remove(filepath.Join(to, "custode.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), file, target); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("over a home that came meanwhile: %v", err)
	}
	if d := cmp.Diff(before, tree(t, to)); d != "" {
		t.Errorf("touched: %s", d)
	}
	if err := os.Remove(filepath.Join(to, "custode.yaml")); err != nil {
		t.Fatal(err)
	}
	target.Check = nil
	if _, err := Read(t.Context(), file, target); err != nil {
		t.Fatal(err)
	}
	got := tree(t, to)
	if got["page.json"] != "the page" || got["custode.yaml"] != "shop: Bottega\n" {
		t.Errorf("%v", got)
	}
	if left, err := os.ReadDir(filepath.Dir(to)); err != nil || len(left) != 1 {
		t.Errorf("left over: %v %v", left, err)
	}
}

// TestTwoAtOnce: while a home is made, a second run for the same place is refused and takes nothing from it; one for
// another place goes on, and nothing of a lock is left over.
func TestTwoAtOnce(t *testing.T) {
	id := key(t)
	file, dir := filepath.Join(t.TempDir(), "c.age"), t.TempDir()
	if _, err := Write(t.Context(), file, source(home(t), id.Recipient())); err != nil {
		t.Fatal(err)
	}
	to := Target{Home: filepath.Join(dir, "home"), With: []age.Identity{id}}
	other := Target{Home: filepath.Join(dir, "home-try"), With: to.With, DryRun: true}
	first := to
	first.Check = func(ctx context.Context, made string) error {
		for _, dry := range []bool{false, true} {
			second := to
			second.DryRun = dry
			if _, err := Read(ctx, file, second); !errors.Is(err, ErrInUse) {
				t.Errorf("a second run, dry %t: %v", dry, err)
			}
		}
		if _, err := Read(ctx, file, other); err != nil {
			t.Errorf("one for another place: %v", err)
		}
		_, err := os.Stat(filepath.Join(made, "custode.db"))
		return err
	}
	if _, err := Read(t.Context(), file, first); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left over: %v %v", left, err)
	}
}
