package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk/crashdisk"
	"custode/internal/crashfs"
)

// cheap is a key that costs nothing: the file key stands in the header, turned round.
type cheap struct{}

func (cheap) turn(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x5a
	}
	return out
}

func (c cheap) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	return []*age.Stanza{{Type: "cheap", Body: c.turn(fileKey)}}, nil
}

func (c cheap) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if stanzas[0].Type != "cheap" {
		return nil, age.ErrIncorrectIdentity
	}
	return c.turn(stanzas[0].Body), nil
}

func (cheap) Native() bool { return true }

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// shop is the files of a test, by path: those in /s/old are made a bundle of.
type shop map[string]string

const (
	oldDir  = "/s/old"
	bundled = "/s/old.zip.age"
)

func (s shop) put(t *testing.T, f *crashfs.FS) {
	t.Helper()
	for _, p := range slices.Sorted(func(yield func(string) bool) {
		for p := range s {
			if !yield(p) {
				return
			}
		}
	}) {
		for i := 1; i < len(p); i++ {
			if _, err := f.Stat(p[:i]); p[i] == '/' && err != nil {
				if err := f.Mkdir(p[:i]); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := f.Put(p, []byte(s[p]), 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// inBundle gives what a sealed file holds, or nil.
func inBundle(f *crashfs.FS, name string) map[string]string {
	b, err := f.Get(name)
	if err != nil {
		return nil
	}
	a, err := bundle.Open(bytes.NewReader(b), int64(len(b)), cheap{})
	if err != nil {
		return nil
	}
	out := map[string]string{}
	for m, err := range a.Members(context.Background()) {
		if err != nil {
			return nil
		}
		r, err := a.Read(m)
		if err != nil {
			return nil
		}
		content, err := io.ReadAll(r)
		if err != nil {
			continue
		}
		if !m.Folder() {
			out["/s/"+m.Name] = string(content)
		}
	}
	return out
}

// lost names the files that are there neither readable nor in a bundle.
func (s shop) lost(f *crashfs.FS) (out []string) {
	var bundles []map[string]string
	names, _ := f.Names("/s")
	for _, n := range names {
		if strings.HasSuffix(n, ".age") {
			bundles = append(bundles, inBundle(f, "/s/"+n))
		}
	}
	for p, want := range s {
		if got, err := f.Get(p); err == nil && string(got) == want {
			continue
		}
		if !slices.ContainsFunc(bundles, func(b map[string]string) bool { got, ok := b[p]; return ok && got == want }) {
			out = append(out, p)
		}
	}
	return out
}

// unfinished says what is not as it should be after a run without trouble.
func (s shop) unfinished(f *crashfs.FS) string {
	if l := s.lost(f); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	names, _ := f.Names("/s")
	for _, n := range names { // two where a file could not be read the first time
		if !strings.HasPrefix(n, path.Base(oldDir)) || !strings.HasSuffix(n, bundle.Ext) {
			return fmt.Sprintf("the folder holds %q", names)
		}
	}
	return ""
}

func namer() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("aaaaaa%c%c", 'a'+n.Load()/20, 'a'+n.Add(1)%20) }
}

func (s shop) seal(d crashdisk.Disk, workers int) (bundle.Result, error) {
	return bundle.Run(context.Background(), oldDir, bundle.Options{
		FS: d, To: []age.Recipient{cheap{}}, With: []age.Identity{cheap{}}, Workers: workers, Name: namer(),
	})
}

func (s shop) open(d crashdisk.Disk) (bundle.Unpacked, error) {
	return bundle.Unpack(context.Background(), bundled, bundle.UnpackOptions{FS: d, With: []age.Identity{cheap{}}, Name: namer()})
}

var small = shop{
	oldDir + "/a.csv": "one\n", oldDir + "/b/c.txt": strings.Repeat("two", 3000), oldDir + "/b/d/e": "three", oldDir + "/b/empty": "",
	oldDir + "/f/g": strings.Repeat("4", 5000),
}

// scene is a disk before the work, the work, and what is to come of it.
type scene struct {
	name  string
	files shop
	disk  crashfs.Options
	lease bool
	work  func(s shop, d crashdisk.Disk) error
	done  func(s shop, f *crashfs.FS) string
	set   func(t *testing.T, s shop, f *crashfs.FS)
	wild  bool
}

func sealing(workers int) func(s shop, d crashdisk.Disk) error {
	return func(s shop, d crashdisk.Disk) error {
		res, err := s.seal(d, workers)
		return errors.Join(err, res.Err)
	}
}

func opening(s shop, d crashdisk.Disk) error {
	if names, _ := d.Names("/s"); slices.Contains(names, path.Base(bundled)) { // else it is done
		u, err := s.open(d)
		return errors.Join(err, u.Err)
	}
	return nil
}

// opened says what is missing after unpacking.
func (s shop) opened(f *crashfs.FS) string {
	if names, _ := f.Names("/s"); len(names) != 1 || names[0] != path.Base(oldDir) {
		return fmt.Sprintf("the folder holds %q", names)
	}
	for p, want := range s {
		if got, err := f.Get(p); err != nil || string(got) != want {
			return fmt.Sprintf("LOST %s: %v", p, err)
		}
	}
	return ""
}

func closed(t *testing.T, s shop, f *crashfs.FS) {
	t.Helper()
	if _, err := s.seal(crashdisk.Disk{FS: f}, 1); err != nil {
		t.Fatal(err)
	}
	f.Inject()
	*f = *f.Crash(crashfs.Survival{Keep: 1})
}

func scenes() []scene {
	leftover := func(t *testing.T, _ shop, f *crashfs.FS) {
		t.Helper()
		if err := errors.Join(f.Put("/s/.custode-abcdefgh.tmp", []byte("half"), 0o600), f.Mkdir("/s/.custode-22222222.tmp"),
			f.Put("/s/.custode-22222222.tmp/x", []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return []scene{
		{name: "seal", files: small, lease: true, work: sealing(1), done: shop.unfinished},
		{name: "seal without leases", files: small, work: sealing(1), done: shop.unfinished},
		{name: "seal without rename", files: small, lease: true, work: sealing(1), done: shop.unfinished, disk: crashfs.Options{NoRename: true}},
		{name: "seal after a crash", files: small, lease: true, work: sealing(1), done: shop.unfinished, set: leftover},
		{name: "seal, several at once", files: small, lease: true, work: sealing(4), done: shop.unfinished, wild: true},
		{name: "unpack", files: small, work: opening, done: shop.opened, set: closed},
		{name: "unpack without rename", files: small, work: opening, done: shop.opened, set: closed, disk: crashfs.Options{NoRename: true}},
	}
}

func (s scene) start(t *testing.T) *crashfs.FS {
	t.Helper()
	f := crashfs.New(s.disk)
	s.files.put(t, f)
	if s.set != nil {
		s.set(t, s.files, f)
	}
	return f
}

// survival is that of files; but the rename of a folder is kept or lost as one: no
// file system leaves a folder with two names.
func (s scene) survival(n uint64) crashfs.Survival {
	out := crashdisk.Survival(n)
	out.Split = out.Split && s.set == nil
	return out
}

// found looks at the disk after a power cut: nothing is lost, and one run more
// finishes the work, even if the power goes in it once more.
func (s scene) found(f *crashfs.FS, again int) string {
	if l := s.files.lost(f); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	var second *crashfs.FS
	if again > 0 {
		f.OnOp(func(n int, _ crashfs.Op, _ string) {
			if n == again {
				second = f.Crash(s.survival(uint64(again)))
			}
		})
	}
	err := s.work(s.files, crashdisk.Disk{FS: f, NoLease: !s.lease})
	if second != nil {
		return s.found(second, 0)
	}
	f.OnOp(nil)
	if what := s.done(s.files, f); what != "" {
		return fmt.Sprint(what, ": ", err)
	}
	return ""
}
