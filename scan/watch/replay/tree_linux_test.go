package replay

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// markFile carries the mark of a tree, at the top of its file system.
const markFile = "replay-mark"

// tree is a file system in memory with the files of a shop, made by this test.
type tree struct {
	mount string // the file system
	shop  string // the folder in it that is watched
	away  string // a folder in it that is not
	mark  string
	files []string // by names below the shop, in the order of a walk
	count *counter
}

// newTree mounts a file system of the test's own. It is empty until it is filled.
func newTree(t *testing.T, megabytes int) *tree {
	t.Helper()
	rooted(t)
	mount, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	count := newCounter(t)
	tr := &tree{mount: mount, shop: filepath.Join(mount, "shop"), away: filepath.Join(mount, "away"), mark: rand.Text(), count: count}
	tr.put(t, megabytes)
	t.Cleanup(func() { must(t, unix.Unmount(mount, unix.MNT_DETACH)) })
	return tr
}

func (tr *tree) put(t *testing.T, megabytes int) {
	t.Helper()
	if err := unix.Mount("custode-replay", tr.mount, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, fmt.Sprintf("size=%dm,mode=755", megabytes)); err != nil {
		cannot(t, "tmpfs: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(tr.mount, markFile), []byte(tr.mark), 0o600))
	must(t, os.Mkdir(tr.shop, 0o755))
	must(t, os.Mkdir(tr.away, 0o755))
}

// again replaces the file system by a new one at the same place.
func (tr *tree) again(t *testing.T, megabytes int) {
	t.Helper()
	must(t, unix.Unmount(tr.mount, unix.MNT_DETACH))
	tr.files = nil
	tr.put(t, megabytes)
}

// fill puts the shop's files into the tree, and with decoys one into each folder that
// comes before the others.
func (tr *tree) fill(t *testing.T, decoys bool) {
	t.Helper()
	folders := map[string]bool{}
	for _, f := range shopFiles() {
		p := filepath.Join(tr.shop, f.name)
		dir := filepath.Dir(p)
		if !folders[dir] {
			folders[dir] = true
			must(t, os.MkdirAll(dir, 0o755))
			if decoys {
				must(t, os.WriteFile(filepath.Join(dir, decoyName), decoyText(), 0o640))
			}
		}
		must(t, os.WriteFile(p, f.text, 0o640))
		tr.files = append(tr.files, f.name)
	}
}

// decoyName is how a decoy of these tests is called: it sorts before all others.
const decoyName = "0-clienti-vip.csv"

func isDecoy(path string) bool { return filepath.Base(path) == decoyName }

// environment is what a role is told.
func (tr *tree) environment(role string) []string {
	return append(os.Environ(), roleVar+"="+role, treeVar+"="+tr.mount, markVar+"="+tr.mark, countVar+"="+tr.count.path)
}

// counter is memory that this test and its roles share: how many files are lost, and
// since when.
type counter struct {
	path  string
	cells []int64
}

const (
	cellLost  = iota // files of which something is gone
	cellFirst        // when the first was, by the computer's clock since it started
	cellRead         // files read
	cells
)

func newCounter(t *testing.T) *counter {
	t.Helper()
	path := filepath.Join(t.TempDir(), "count")
	must(t, os.WriteFile(path, make([]byte, cells*8), 0o600))
	c, err := openCounter(path)
	must(t, err)
	return c
}

func openCounter(path string) (*counter, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := syscall.Mmap(int(f.Fd()), 0, cells*8, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return &counter{path, unsafe.Slice((*int64)(unsafe.Pointer(&b[0])), cells)}, nil
}

func (c *counter) clear() { clear(c.cells) }

// sinceStart is a clock that all processes share.
func sinceStart() int64 {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) // there is always one
	return ts.Nano()
}

// made is one file of the shop.
type made struct {
	name string
	text []byte
}

// shopFiles makes them once.
var shopFiles = sync.OnceValue(makeShop)

// day is when all runs begin by the watch's clock: a Wednesday morning.
var day = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
