package replay

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// claimed is a tree as a role has it: what lies in it can be reached through root alone.
type claimed struct {
	root  *os.Root // the shop
	path  string   // for programs of the system, which are started in it
	count *counter
}

var errNotOurs = errors.New("this is no tree that a test of this package made for itself: nothing is touched")

// claim finds the tree of the test that started this process, or refuses.
func claim() (*claimed, error) {
	mount, mark := os.Getenv(treeVar), os.Getenv(markVar)
	if !filepath.IsAbs(mount) || len(mark) < 20 {
		return nil, errNotOurs
	}
	if err := ours(mount, mark); err != nil {
		return nil, fmt.Errorf("%w (%w)", errNotOurs, err)
	}
	count, err := openCounter(os.Getenv(countVar))
	if err != nil {
		return nil, err
	}
	shop := filepath.Join(mount, "shop")
	root, err := os.OpenRoot(shop)
	if err != nil {
		return nil, err
	}
	return &claimed{root, shop, count}, nil
}

// ours says why a folder is not the top of a tree with this mark.
func ours(mount, mark string) error {
	var s unix.Statfs_t
	if err := unix.Statfs(mount, &s); err != nil {
		return err
	}
	if s.Type != unix.TMPFS_MAGIC {
		return errors.New("not in memory")
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	found := false
	for line := range strings.Lines(string(mounts)) {
		f := strings.Fields(line)
		if len(f) < 10 {
			continue
		}
		switch at := f[4]; {
		case at == mount:
			found = f[3] == "/" && strings.Contains(line, " - tmpfs custode-replay ")
		case strings.HasPrefix(at, mount+"/"):
			return errors.New("something else is mounted in it")
		}
	}
	if !found {
		return errors.New("not a file system of its own")
	}
	root, err := os.OpenRoot(mount)
	if err != nil {
		return err
	}
	defer root.Close()
	got, err := root.ReadFile(markFile)
	if err != nil || string(got) != mark {
		return errors.New("without the mark")
	}
	return nil
}

// TestRootRefuses: the roles touch nothing but a tree of their own test.
func TestRootRefuses(t *testing.T) {
	tr := newTree(t, 16)
	must(t, os.WriteFile(filepath.Join(tr.shop, "a.csv"), []byte("a;b\n"), 0o600))
	outside := filepath.Join(t.TempDir(), "outside.csv")
	must(t, os.WriteFile(outside, []byte("mine\n"), 0o600))
	must(t, os.Symlink(outside, filepath.Join(tr.shop, "b.csv")))
	plain := t.TempDir()
	must(t, os.Mkdir(filepath.Join(plain, "shop"), 0o755))
	must(t, os.WriteFile(filepath.Join(plain, markFile), []byte(tr.mark), 0o600))
	mounted := filepath.Join(tr.mount, "away", "in")
	must(t, os.Mkdir(mounted, 0o755))

	try := func(mount, mark string) error {
		t.Setenv(treeVar, mount)
		t.Setenv(markVar, mark)
		t.Setenv(countVar, tr.count.path)
		c, err := claim()
		if err == nil {
			must(t, c.root.Close())
		}
		return err
	}
	for name, c := range map[string][2]string{
		"no tree":           {"", tr.mark},
		"a part of one":     {tr.shop, tr.mark},
		"another mark":      {tr.mount, strings.Repeat("x", 26)},
		"no mark":           {tr.mount, ""},
		"a folder on disk":  {plain, tr.mark},
		"the whole system":  {"/", tr.mark},
		"memory of another": {"/dev/shm", tr.mark},
		"a way round":       {tr.mount + "/../" + filepath.Base(tr.mount), tr.mark},
	} {
		if err := try(c[0], c[1]); !errors.Is(err, errNotOurs) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := try(tr.mount, tr.mark); err != nil {
		t.Errorf("the test's own: %v", err)
	}
	must(t, unix.Mount("custode-replay", mounted, "tmpfs", 0, "size=1m"))
	if err := try(tr.mount, tr.mark); !errors.Is(err, errNotOurs) {
		t.Errorf("something else mounted in it: %v", err)
	}
	must(t, unix.Unmount(mounted, 0))

	for style := range styles {
		t.Setenv(treeVar, tr.mount)
		c, err := claim()
		must(t, err)
		_ = styles[style](&victim{claimed: c, key: demoKey()}, "b.csv") // it leads out: whatever it says
		_ = styles[style](&victim{claimed: c, key: demoKey()}, "../../"+filepath.Base(outside))
		must(t, c.root.Close())
		if got, err := os.ReadFile(outside); err != nil || string(got) != "mine\n" {
			t.Fatalf("%s left its tree: %q %v", style, got, err)
		}
		if err := os.Remove(filepath.Join(tr.shop, "b.csv")); err == nil || errors.Is(err, fs.ErrNotExist) {
			_ = os.Remove(filepath.Join(tr.shop, "b.csv"))
			must(t, os.Symlink(outside, filepath.Join(tr.shop, "b.csv")))
		}
	}
}
