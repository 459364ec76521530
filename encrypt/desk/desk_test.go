package desk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func note(content string) Note {
	sum := sha256.Sum256([]byte(content))
	return Note{Home: "/home/of/one", Sealed: "/shop/rubrica.csv.age", Name: "rubrica.csv", Content: hex.EncodeToString(sum[:]), Bytes: int64(len(content))}
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestChild is the process that TestFind kills.
func TestChild(t *testing.T) {
	base := os.Getenv("DESK_CHILD")
	if base == "" {
		t.Skip("the child of TestFind")
	}
	c, err := New(base, note("old"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, c.Path(), "new")
	_, _ = os.Stdout.WriteString("ready\n")
	time.Sleep(time.Minute)
}

// TestFind: a copy in use is not found, one whose custode was killed is; copies of
// another home are not told, and those of nobody are only if there is something in them.
func TestFind(t *testing.T) {
	base := filepath.Join(t.TempDir(), "a [b] *")
	if err := os.Mkdir(base, 0o700); err != nil {
		t.Fatal(err)
	}
	find := func() []Left {
		t.Helper()
		left, err := Find(t.Context(), base, "/home/of/one")
		if err != nil {
			t.Fatal(err)
		}
		return left
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestChild$")
	cmd.Env = append(os.Environ(), "DESK_CHILD="+base)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	if left := find(); len(left) != 0 || !Open(base, "/home/of/one", "/shop/rubrica.csv.age") {
		t.Errorf("in use: %+v", left)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	left := find()
	if len(left) != 1 || !left[0].Unsealed() || left[0].State != Changed || left[0].Note.Sealed != "/shop/rubrica.csv.age" || Open(base, "/home/of/one", "/shop/rubrica.csv.age") {
		t.Fatalf("killed: %+v", left)
	}
	if raw, err := os.ReadFile(left[0].Path()); err != nil || string(raw) != "new" {
		t.Errorf("%q, %v", raw, err)
	}
	other := note("x")
	other.Home = "/home/of/another"
	c, err := New(base, other)
	if err != nil {
		t.Fatal(err)
	}
	c.Leave()
	empty, full := filepath.Join(base, "edit-0"), filepath.Join(base, "edit-1", "copy", "who.csv")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, full, "x")
	put(t, filepath.Join(base, "edit-1", "note.json"), `{"name": "../../etc/passwd"}`)
	left = find()
	if len(left) != 2 || !slices.ContainsFunc(left, func(l Left) bool { return slices.Equal(l.Others, []string{full}) && l.Note.Name == "" }) {
		t.Fatalf("%+v", left)
	}
	for _, l := range left {
		c, err := Take(l)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Take(l); !errors.Is(err, ErrInUse) {
			t.Errorf("taken twice: %v", err)
		}
		if err := c.Remove(); err != nil {
			t.Error(err)
		}
	}
	if left := find(); len(left) != 0 {
		t.Errorf("%+v", left)
	}
}

// TestStates of a copy, and what lies beside it.
func TestStates(t *testing.T) {
	c, err := New(t.TempDir(), note("old"))
	if err != nil {
		t.Fatal(err)
	}
	want := func(what string, want State) {
		t.Helper()
		if got, _, err := c.Look(t.Context()); got != want || err != nil {
			t.Errorf("%s: %d, %v", what, got, err)
		}
	}
	want("nothing", Gone)
	put(t, c.Path(), "old")
	want("as it was", Same)
	was := c.Stamp()
	put(t, c.Path()+".x", "new")
	if err := os.Rename(c.Path()+".x", c.Path()); err != nil {
		t.Fatal(err)
	}
	want("saved by rename", Changed)
	if c.Stamp().Same(was) || !c.Stamp().Same(c.Stamp()) {
		t.Error("the stamp does not tell")
	}
	put(t, c.Path(), "")
	want("emptied", Emptied)
	if err := os.Remove(c.Path()); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", c.Path()); err != nil {
		t.Skip("no links here")
	}
	want("a link", Gone)
}

// TestDroppings: what programs leave is not the person's, and a lock tells that it is open.
func TestDroppings(t *testing.T) {
	c, err := New(t.TempDir(), note("old"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"rubrica.csv~", "rubrica.csv.bak", "rubrica.bak", "lu123.tmp", "#rubrica.csv#", ".custode-abcdefgh.tmp", ".goutputstream-AB", "Thumbs.db"} {
		put(t, filepath.Join(c.Folder(), n), "x")
	}
	if got := c.Others(); len(got) != 0 || c.Locked() {
		t.Errorf("%q", got)
	}
	for _, n := range []string{".~lock.rubrica.csv#", "~$brica.xlsx", ".rubrica.csv.swp", ".#rubrica.csv"} {
		put(t, filepath.Join(c.Folder(), n), "x")
		if !c.Locked() || len(c.Others()) != 0 {
			t.Errorf("%s does not tell", n)
		}
		if err := os.Remove(filepath.Join(c.Folder(), n)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{filepath.Join(c.Folder(), "pagina_files", "a.htm"), filepath.Join(c.Folder(), "rubrica.xlsx")}
	for _, p := range want {
		put(t, p, "x")
	}
	if got := c.Others(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestReopen: a copy that changes while it is read is not taken for whole.
func TestReopen(t *testing.T) {
	c, err := New(t.TempDir(), note("old"))
	if err != nil {
		t.Fatal(err)
	}
	changed := errors.New("changed")
	for what, spoil := range map[string]func(){
		"":         func() {},
		"longer":   func() { put(t, c.Path(), "longer") },
		"replaced": func() { put(t, c.Path()+"x", "old"); _ = os.Rename(c.Path()+"x", c.Path()) },
		"gone":     func() { _ = os.Remove(c.Path()) },
	} {
		put(t, c.Path(), "old")
		r, err := Reopen(c.Path(), changed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, 2)); err != nil {
			t.Fatal(err)
		}
		spoil()
		if _, err := io.Copy(io.Discard, r); (what == "") != (err == nil) || what != "" && !errors.Is(err, changed) {
			t.Errorf("%q: %v", what, err)
		}
		_ = r.Close()
	}
}

// TestMark: the beginning and the length tell, and no file has none.
func TestMark(t *testing.T) {
	p := filepath.Join(t.TempDir(), "a.age")
	seen := map[string]bool{}
	for _, content := range [][]byte{[]byte("a"), []byte("b"), bytes.Repeat([]byte("a"), 100_000), bytes.Repeat([]byte("a"), 100_001), {}} {
		put(t, p, string(content))
		m, err := Mark(t.Context(), p)
		again, _ := Mark(t.Context(), p)
		if err != nil || m == "" || seen[m] || again != m {
			t.Errorf("%d bytes: %q, %v", len(content), m, err)
		}
		seen[m] = true
	}
	if m, err := Mark(t.Context(), p+"x"); m != "" || err != nil {
		t.Errorf("%q, %v", m, err)
	}
}
