package evidence_test

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
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/playbook/evidence"
)

const marker = "Anna Bianchi <anna.bianchi@example.com>"

func key(t *testing.T) *age.X25519Identity {
	t.Helper()
	k, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func folder(t *testing.T, keys ...*age.X25519Identity) evidence.Folder {
	t.Helper()
	f := evidence.Folder{Dir: filepath.Join(t.TempDir(), "evidence"), Now: time.Now}
	for _, k := range keys {
		f.To = append(f.To, k.Recipient())
	}
	return f
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// Each kind of evidence comes back as it was, for each key that it was sealed to.
func TestCollect(t *testing.T) {
	vault, recovery, stranger := key(t), key(t), key(t)
	f := folder(t, vault, recovery)
	dir := t.TempDir()
	big := strings.Repeat(marker, 100_000)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(write(t, filepath.Join(dir, "photo.jpg"), big), link); err != nil {
		t.Skip("no links here")
	}
	for name, c := range map[string]struct{ path, want string }{
		"a file":            {filepath.Join(dir, "photo.jpg"), big},
		"an empty file":     {write(t, filepath.Join(dir, "empty"), ""), ""},
		"a link":            {link, big},
		"a name with lines": {write(t, filepath.Join(dir, "a\nb 😀"), "x"), "x"},
	} {
		item, err := f.Collect(t.Context(), c.path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if item.Size != int64(len(c.want)) || item.Changed || item.Modified.IsZero() || item.Name != filepath.Base(c.path) {
			t.Errorf("%s: %+v", name, item)
		}
		for _, k := range []*age.X25519Identity{vault, recovery} {
			var out bytes.Buffer
			if err := f.View(t.Context(), &out, item, k); err != nil || out.String() != c.want {
				t.Errorf("%s: %v, %d bytes", name, err, out.Len())
			}
		}
		if err := f.View(t.Context(), io.Discard, item, stranger); !errors.Is(err, evidence.ErrNone) {
			t.Errorf("%s: a stranger: %v", name, err)
		}
		if err := f.Check(item); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"nothing": {filepath.Join(dir, "none"), fs.ErrNotExist}, "a device": {os.DevNull, evidence.ErrSpecial}, "an empty folder": {t.TempDir(), evidence.ErrEmpty},
	} {
		if _, err := f.Collect(t.Context(), c.path); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := (evidence.Folder{Dir: f.Dir, Now: time.Now}).Collect(t.Context(), link); !errors.Is(err, evidence.ErrNone) {
		t.Errorf("sealed to nobody: %v", err)
	}
	onlyItems(t, f.Dir, 4)
}

// onlyItems wants n sealed items in a folder, and nothing else.
func onlyItems(t *testing.T, dir string, n int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasSuffix(e.Name(), ".age") || info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
			t.Errorf("%s %v %v", e.Name(), info.Mode(), err)
		}
	}
	if len(entries) != n {
		t.Errorf("%d files, want %d", len(entries), n)
	}
}

func TestFolder(t *testing.T) {
	k := key(t)
	f := folder(t, k)
	dir := filepath.Join(t.TempDir(), "ransom")
	write(t, filepath.Join(dir, "note.txt"), "pay")
	write(t, filepath.Join(dir, "sub", "list.csv"), marker)
	if err := os.Symlink("note.txt", filepath.Join(dir, "link")); err != nil {
		t.Skip("no links here")
	}
	item, err := f.Collect(t.Context(), dir)
	if err != nil || item.Kind != "folder" || item.Files != 2 || len(item.Unread) != 1 || item.Unread[0] != "link" {
		t.Fatalf("%+v, %v", item, err)
	}
	var out bytes.Buffer
	if err := f.View(t.Context(), &out, item, k); err != nil {
		t.Fatal(err)
	}
	got := untar(t, out.Bytes())
	if got["ransom/note.txt"] != "pay" || got["ransom/sub/list.csv"] != marker {
		t.Errorf("%q", got)
	}
}

func untar(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = string(b)
	}
}

// A file that somebody goes on writing to is kept as it was read, and marked; nothing of
// the tries before stays.
func TestChangesWhileRead(t *testing.T) {
	k := key(t)
	f := folder(t, k)
	path := write(t, filepath.Join(t.TempDir(), "log"), strings.Repeat("x", 1<<20))
	later := time.Now()
	f.Now = func() time.Time { // it is asked for while each item is being written
		later = later.Add(time.Second)
		if err := os.Chtimes(path, later, later); err != nil {
			t.Error(err)
		}
		return time.Now()
	}
	item, err := f.Collect(t.Context(), path)
	if err != nil || !item.Changed {
		t.Errorf("%+v, %v", item, err)
	}
	if err := f.View(t.Context(), io.Discard, item, k); err != nil {
		t.Error(err)
	}
	onlyItems(t, f.Dir, 1)
}

// Every byte of a sealed item that is changed, and every cut, is found.
func TestDamaged(t *testing.T) {
	k := key(t)
	f := folder(t, k)
	item, err := f.Note(t.Context(), "note", strings.NewReader(marker))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(f.Dir, item.File())
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		write(t, path, string(bad))
		if f.Check(item) == nil || f.View(t.Context(), io.Discard, item, k) == nil {
			t.Fatalf("byte %d changed, and nobody notices", i)
		}
	}
	write(t, path, string(good[:len(good)-1]))
	if !errors.Is(f.Check(item), evidence.ErrDamaged) {
		t.Error("cut, and nobody notices")
	}
	other, err := f.Note(t.Context(), "note", strings.NewReader("another"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(f.Dir, other.File()), path); err != nil {
		t.Fatal(err)
	}
	if err := f.View(t.Context(), io.Discard, item, k); !errors.Is(err, evidence.ErrDamaged) {
		t.Errorf("another one in its place: %v", err)
	}
	item.ID = "../" + item.ID
	if err := f.View(t.Context(), io.Discard, item, k); !errors.Is(err, evidence.ErrDamaged) {
		t.Errorf("an id that leads elsewhere: %v", err)
	}
}

// A reader that fails, and work that is cancelled, leave nothing.
func TestNothingHalf(t *testing.T) {
	f := folder(t, key(t))
	bad := errors.New("bad sector")
	r := io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<18)), failing{bad})
	if _, err := f.Note(t.Context(), "n", r); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := f.Collect(ctx, write(t, filepath.Join(t.TempDir(), "f"), marker)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	onlyItems(t, f.Dir, 0)
	old := write(t, filepath.Join(f.Dir, ".custode-evidence-old"), "x")
	fresh := write(t, filepath.Join(f.Dir, ".custode-evidence-new"), "x")
	if err := os.Chtimes(old, time.Now(), time.Now().Add(-48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Note(t.Context(), "n", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("what a killed one left two days ago is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("what somebody may be writing is gone")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A bundle is verified with stock age and sha256sum alone, as it lies and sealed to
// somebody else; and nothing readable lies anywhere.
func TestBundle(t *testing.T) {
	home := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(home, "tmp"))
	if err := os.Mkdir(filepath.Join(home, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	vault, police := key(t), key(t)
	f := folder(t, vault)
	f.Dir = filepath.Join(home, "evidence")
	item, err := f.Collect(t.Context(), write(t, filepath.Join(t.TempDir(), "clienti.csv"), marker))
	if err != nil {
		t.Fatal(err)
	}
	note, err := f.Note(t.Context(), "note", strings.NewReader(marker+" called"))
	if err != nil {
		t.Fatal(err)
	}
	bin := stockAge(t)
	for name, c := range map[string]struct {
		b   evidence.Bundle
		key *age.X25519Identity
	}{
		"as it lies":     {evidence.Bundle{}, vault},
		"for the police": {evidence.Bundle{Seal: []age.Recipient{police.Recipient()}, Open: []age.Identity{vault}}, police},
	} {
		c.b.Manifest = evidence.Manifest{Made: time.Unix(1_000_000, 0).UTC(), Run: 1, Plan: "lost-device", Receipt: "r", Items: []evidence.Item{item, note}, Events: json.RawMessage("[]")}
		var out bytes.Buffer
		if err := f.Export(t.Context(), &out, c.b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if bytes.Contains(out.Bytes(), []byte(marker)) {
			t.Errorf("%s: readable", name)
		}
		members := untar(t, out.Bytes())
		dir := t.TempDir()
		for n, text := range members {
			write(t, filepath.Join(dir, n), text)
		}
		write(t, filepath.Join(dir, "key"), c.key.String()+"\n")
		run(t, dir, "sha256sum", "-c", "SHA256SUMS")
		got := run(t, dir, bin, "-d", "-i", "key", "evidence/"+item.File())
		if got != marker {
			t.Errorf("%s: age gives %q", name, got)
		}
		write(t, filepath.Join(dir, item.ID), got)
		if said := run(t, dir, "sha256sum", "-c", "--ignore-missing", "PLAINTEXT.SHA256SUMS"); said != item.ID+": OK\n" {
			t.Errorf("%s: %q", name, said)
		}
		if !strings.Contains(members["PLAINTEXT.SHA256SUMS"], item.SHA256+"  "+item.ID) || !strings.Contains(members["manifest.json"], `"name": "clienti.csv"`) {
			t.Errorf("%s: %q", name, members)
		}
	}
	onlyItems(t, f.Dir, 2)
	err = filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte("bianchi")) {
			t.Errorf("%s is readable", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(f.Dir, note.File())); err != nil {
		t.Fatal(err)
	}
	b := evidence.Bundle{Manifest: evidence.Manifest{Items: []evidence.Item{note}}}
	if err := f.Export(t.Context(), io.Discard, b); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an item that is gone: %v", err)
	}
}

// A readable bundle holds the items as they were, and sha256sum says so; one that another
// key would open is refused.
func TestReadableBundle(t *testing.T) {
	vault := key(t)
	f := folder(t, vault)
	item, err := f.Note(t.Context(), "note", strings.NewReader(marker))
	if err != nil {
		t.Fatal(err)
	}
	b := evidence.Bundle{Manifest: evidence.Manifest{Open: true, Items: []evidence.Item{item}}, Open: []age.Identity{vault}}
	var out bytes.Buffer
	if err := f.Export(t.Context(), &out, b); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	members := untar(t, out.Bytes())
	for n, text := range members {
		write(t, filepath.Join(dir, n), text)
	}
	run(t, dir, "sha256sum", "-c", "SHA256SUMS")
	if members["evidence/"+item.ID] != marker || !strings.Contains(members["manifest.json"], `"readable": true`) {
		t.Errorf("%q", members)
	}
	b.Open = []age.Identity{key(t)}
	if err := f.Export(t.Context(), io.Discard, b); !errors.Is(err, evidence.ErrNone) {
		t.Errorf("another key: %v", err)
	}
}

// stockAge builds the program of the age module, in the version that we use.
func stockAge(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "age.exe")
	if out, err := exec.Command("go", "build", "-o", bin, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		missing(t, "age", fmt.Errorf("%w: %s", err, out))
	}
	return bin
}

// missing skips the test, loudly, unless CUSTODE_REQUIRE has age.
func missing(t *testing.T, tool string, err error) {
	t.Helper()
	if strings.Contains(os.Getenv("CUSTODE_REQUIRE"), "age") {
		t.Fatalf("%s is required: %v", tool, err)
	}
	t.Skipf("SKIPPED: no %s here: the bundle was not verified with it: %v", tool, err)
}

// run runs a stock tool.
func run(t *testing.T, dir, tool string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		missing(t, tool, err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", tool, args, err, out)
	}
	return string(out)
}
