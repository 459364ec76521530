package torture_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/keys"
	"custode/encrypt/replace"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

const passphrase = "garden plum seven castle river wool"

// built is the program as people have it.
var built = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(binaries, "custode.exe")
	out, err := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", bin, "custode/cmd/custode").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return bin, err
})

// command is a work of the program, in a home of its own beside the folder.
type command struct {
	name     string
	args     []string // before the path of the folder
	sealed   bool     // the files are sealed before
	readable bool     // and after it they are not
	archived bool     // after it the folder is one file
	keyless  bool     // it needs no key, also to finish what was killed
}

// commands are what changes files.
var commands = []command{
	{name: "custode encrypt", args: []string{"encrypt", "--yes", "--no-drill"}, keyless: true},
	{name: "custode encrypt --archive", args: []string{"encrypt", "--archive", "--yes", "--no-drill"}, archived: true},
	{name: "custode decrypt", args: []string{"decrypt"}, sealed: true, readable: true},
	{name: "custode keys rotate", args: []string{"keys", "rotate", "--yes"}, sealed: true},
}

// program is a work of the program.
func program(t *testing.T, c command, s shop) work {
	t.Helper()
	bin, err := built()
	must(t, err)
	paper, err := keys.Generate(keys.Hybrid)
	must(t, err)
	w := work{name: c.name, shop: s, readable: c.readable, archived: c.archived, ids: []age.Identity{paper}}
	run := func(root string, args ...string) *exec.Cmd {
		cmd := exec.Command(bin, append([]string{"--home", filepath.Join(root, "home"), "--lang", "en"}, args...)...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "HOME="+filepath.Join(root, "user"), "TMPDIR="+filepath.Join(root, "tmp"), "XDG_RUNTIME_DIR="+filepath.Join(root, "tmp"))
		if !c.keyless {
			cmd.Env = append(cmd.Env, "CUSTODE_PASSPHRASE="+passphrase)
		}
		return cmd
	}
	w.cmd = func(root string) *exec.Cmd { return run(root, append(c.args, folder(root))...) }
	made := map[string]tree{} // a home knows where it is
	w.start = func(t *testing.T, root string) {
		t.Helper()
		if made[root] == nil {
			s.put(t, folder(root))
			for _, d := range []string{"user", "tmp"} {
				must(t, os.MkdirAll(filepath.Join(root, d), 0o700))
			}
			must(t, os.MkdirAll(filepath.Join(root, "home"), 0o700))
			sheet, err := keys.Parse(paper.Text())
			must(t, err)
			r, u, err := ring.Create(filepath.Join(root, "home", "keys"), ring.CreateOptions{
				Kind: keys.Hybrid, Name: "Owner", Passphrase: secret.New([]byte(passphrase)), WorkFactor: 10, Now: time.Now(), Recovery: &sheet,
			})
			must(t, err)
			u.Wipe()
			if out, err := run(root, "init", "--yes", "--country", "IT", "--data", folder(root)).CombinedOutput(); err != nil {
				t.Fatalf("init: %v %s", err, out)
			}
			if c.sealed {
				plain, _, err := files(folder(root))
				must(t, err)
				totals, err := replace.Run(t.Context(), plain, replace.Options{FS: disk.Real{}, Sealer: replace.Age{To: r.Recipients()}})
				if must(t, err); totals.Sealed != len(plain) {
					t.Fatalf("%+v", totals)
				}
			}
			made[root] = readTree(t, root)
			return
		}
		made[root].write(t, root)
	}
	w.last = vault
	w.hunt = hunt
	return w
}

// vault gives what a shop's files must open with in the end.
func vault(root string) ([]age.Identity, error) {
	r, err := ring.Load(filepath.Join(root, "home", "keys"))
	if err != nil {
		return nil, err
	}
	u, err := r.Unlock(secret.New([]byte(passphrase)), "")
	if err != nil {
		return nil, err
	}
	return u.Identities()[:1], nil
}

// tree is a folder in memory.
type tree map[string]node

type node struct {
	mode fs.FileMode
	b    []byte
}

func readTree(t *testing.T, root string) tree {
	t.Helper()
	out := tree{}
	must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		n := node{mode: info.Mode()}
		if d.Type().IsRegular() {
			if n.b, err = os.ReadFile(p); err != nil {
				return err
			}
		}
		rel, err := filepath.Rel(root, p)
		out[rel] = n
		return err
	}))
	return out
}

func (f tree) write(t *testing.T, root string) {
	t.Helper()
	for rel, n := range f {
		p := filepath.Join(root, rel)
		switch {
		case n.mode.IsDir():
			must(t, os.MkdirAll(p, n.mode.Perm()))
		case n.mode.IsRegular():
			must(t, errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, n.b, n.mode.Perm())))
		}
	}
}

// hunt looks for what must be nowhere: content outside of the readable files, the
// passphrase, a key; and for what others may read. Half done: a readable file may be
// on its way beside its sealed one, for its owner alone to read.
func hunt(t *testing.T, root string, halfDone bool) {
	t.Helper()
	must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !strings.HasPrefix(p, folder(root)) && p != root && info.Mode().Perm()&0o077 != 0 && d.Type()&fs.ModeSymlink == 0 {
			t.Errorf("%s: %v", p, info.Mode())
		}
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, s := range []string{passphrase, "AGE-SECRET-KEY-"} {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds %.14s...", p, s)
			}
		}
		temporary := strings.HasPrefix(d.Name(), ".custode-")
		own := strings.HasPrefix(p, folder(root)+string(filepath.Separator)) && (!temporary || halfDone && info.Mode().Perm() == 0o600)
		if !own && bytes.Contains(b, []byte(marker)) {
			t.Errorf("%s holds what is in the files", p)
		}
		return nil
	}))
}
