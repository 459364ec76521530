package walk

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// stuck is a disk on which what lies in one folder never answers, nor does what leads there.
type stuck struct {
	System

	at    string
	until chan struct{}
}

func (s stuck) Folder(path string) (Folder, error) {
	if path == s.at {
		<-s.until
	}
	return s.System.Folder(path)
}

func (s stuck) Resolve(path string) (string, error) {
	if filepath.Base(path) == "zz to the share" {
		<-s.until
	}
	return s.System.Resolve(path)
}

// A folder shows its folders and the links that lead to one, and those lead out of every circle; a share that does not
// answer is waited for only so long.
func TestLook(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("makes links")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	share := filepath.Join(dir, "b share")
	for _, d := range []string{"B", "a", "a/deep", "b share"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"c to deep": "a/deep", "a/deep/back": "..", "to a file": "file", "nowhere": "gone", "round": "round", "zz to the share": "b share"} {
		if err := os.Symlink(filepath.Join(filepath.Dir(filepath.Join(dir, link)), to), filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	s := stuck{at: share, until: make(chan struct{})}
	defer close(s.until)
	o := Options{Disk: s, Patience: 50 * time.Millisecond}
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for path, want := range map[string][]Sub{
		dir:                    {{"a", at("a")}, {"B", at("B")}, {"b share", share}, {"c to deep", at("a/deep")}},
		at("c to deep"):        {{"back", at("a")}},
		at("a/deep/back/deep"): {{"back", at("a")}},
		at("B"):                nil,
	} {
		got, err := Look(t.Context(), path, o)
		if d := cmp.Diff(want, got.Folders); d != "" || err != nil {
			t.Errorf("%s: %v %s", path, err, d)
		}
	}
	if in, err := Look(t.Context(), at("a/deep/back/deep/back"), o); in.Real != at("a") || err != nil {
		t.Errorf("%+v, %v", in, err)
	}
	if in, err := Look(t.Context(), dir, o); err != nil || len(in.Files) != 1 || in.Files[0].Path != at("file") {
		t.Errorf("files %+v, %v", in.Files, err)
	}
	if _, err := Look(t.Context(), share, o); !errors.Is(err, ErrSlow) {
		t.Errorf("waited for a share: %v", err)
	}
	for _, path := range []string{at("gone"), at("file")} {
		if _, err := Look(t.Context(), path, o); err == nil || errors.Is(err, ErrSlow) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
