package unseal_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"filippo.io/age"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/seal"
	"custode/encrypt/unseal"
	"custode/internal/crashfs"
)

// key is the key of the shop, the same in all tests.
var key = sync.OnceValue(func() *age.X25519Identity {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err)
	}
	return id
})

var (
	sealedOnce sync.Mutex
	sealedAs   = map[string][]byte{}
)

// sealed gives the age file of a content, always the same one.
func sealed(plain []byte) []byte {
	sealedOnce.Lock()
	defer sealedOnce.Unlock()
	if b := sealedAs[string(plain)]; b != nil {
		return b
	}
	var b bytes.Buffer
	s, err := seal.Seal(context.Background(), &b, bytes.NewReader(plain), []age.Recipient{key().Recipient()}, seal.Options{})
	if err != nil {
		panic(err)
	}
	s.Forget()
	sealedAs[string(plain)] = b.Bytes()
	return b.Bytes()
}

func fill(n int, c byte) []byte { return bytes.Repeat([]byte{c, c + 1, '\n'}, n/3+1)[:n] }

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// shop is what the sealed files of a test hold, by path of the readable one.
type shop map[string][]byte

func (s shop) sealedPaths() []string {
	var out []string
	for p := range s {
		out = append(out, p+".age")
	}
	slices.Sort(out)
	return out
}

func (s shop) put(t *testing.T, f *crashfs.FS) {
	t.Helper()
	for p, plain := range s {
		if _, err := f.Stat(path.Dir(p)); err != nil {
			if err := f.Mkdir(path.Dir(p)); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Put(p+".age", sealed(plain), 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// lost names the files that are there neither sealed nor readable.
func (s shop) lost(f *crashfs.FS) (out []string) {
	for p, want := range s {
		if b, err := f.Get(p + ".age"); err == nil && bytes.Equal(b, sealed(want)) {
			continue
		}
		if b, err := f.Get(p); err == nil && bytes.Equal(b, want) {
			continue
		}
		if b, err := f.Get(numbered(p)); err == nil && bytes.Equal(b, want) {
			continue
		}
		out = append(out, p)
	}
	return out
}

func numbered(p string) string {
	e := path.Ext(p)
	return p[:len(p)-len(e)] + " (2)" + e
}

// unfinished says what is not as it should be after a run without trouble: each
// file readable and not sealed, and nothing else in the folders.
func (s shop) unfinished(f *crashfs.FS, others ...string) string {
	if l := s.lost(f); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	count := map[string]int{}
	for p := range s {
		if _, err := f.Stat(p + ".age"); err == nil {
			return p + " is still sealed"
		}
		count[path.Dir(p)]++
	}
	for _, p := range others {
		count[path.Dir(p)]++
	}
	for dir, want := range count {
		if names, _ := f.Names(dir); len(names) != want {
			return fmt.Sprintf("%s holds %q", dir, names)
		}
	}
	return ""
}

// memory is a disk that may lose its power, and who names the temporary files on it.
type memory struct {
	crashdisk.Disk

	names *atomic.Int64
}

func on(f *crashfs.FS) memory { return memory{Disk: crashdisk.Disk{FS: f}} }

// open runs once over the files of the shop.
func (s shop) open(m memory, change func(o *unseal.Options)) (unseal.Totals, map[string]unseal.Result, error) {
	if m.names == nil {
		m.names = new(atomic.Int64)
	}
	results := map[string]unseal.Result{}
	o := unseal.Options{
		FS: m.Disk, With: []age.Identity{key()}, Workers: 1,
		Name: func() string {
			n := m.names.Add(1)
			name := []byte("aaaaaaaa")
			for i := range name {
				name[i] += byte(n >> (4 * i) & 15)
			}
			return string(name)
		},
		Done: func(r unseal.Result) { results[r.Sealed] = r },
	}
	if change != nil {
		change(&o)
	}
	totals, err := unseal.Run(context.Background(), s.sealedPaths(), o)
	return totals, results, err
}
