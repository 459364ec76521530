package walk_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/scan/walk"
	"custode/scan/walk/baddisk"
)

// tree makes files by their paths below a folder.
func tree(t *testing.T, paths ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		path := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("ciao"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// patience is long enough for a folder that answers, on a busy computer too.
const patience = time.Second

// met walks and gives a line for each entry, within a time.
func met(t *testing.T, dir string, roots []string, o walk.Options) []string {
	t.Helper()
	var out []string
	begin := time.Now()
	err := walk.Walk(t.Context(), roots, o, func(e walk.Entry) error {
		rel, _ := filepath.Rel(dir, e.Path)
		if strings.HasPrefix(filepath.Base(rel), "ghost") {
			return nil
		}
		out = append(out, strings.TrimSpace(e.State.String()+" "+filepath.ToSlash(rel)+" "+string(e.Reason)))
		return nil
	})
	if took := time.Since(begin); err != nil || took > 20*time.Second {
		t.Errorf("%v after %v", err, took)
	}
	slices.Sort(out)
	return out
}

// TestSilentFolders has folders that never answer, or never end: each is given up
// and told of, and the others are walked.
func TestSilentFolders(t *testing.T) {
	dir := tree(t, "a/1.txt", "b/2.txt", "b/deep/3.txt", "c/4.txt")
	at := func(p string) string { return filepath.Join(dir, filepath.FromSlash(p)) }
	all := []string{"file a/1.txt", "file b/2.txt", "file b/deep/3.txt", "file c/4.txt"}
	without := func(prefix string, and ...string) []string {
		out := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return strings.HasPrefix(s, prefix) })
		out = append(out, and...)
		slices.Sort(out)
		return out
	}
	for name, c := range map[string]struct {
		roots  []string
		faults map[string]baddisk.Fault
		want   []string
	}{
		"none":             {[]string{dir}, nil, all},
		"a folder":         {[]string{dir}, map[string]baddisk.Fault{at("b"): {Stall: true}}, without("file b/", "unreadable b err.slow")},
		"the last of them": {[]string{dir}, map[string]baddisk.Fault{at("c"): {Stall: true}}, without("file c/", "unreadable c err.slow")},
		"two folders":      {[]string{dir}, map[string]baddisk.Fault{at("a"): {Stall: true}, at("b/deep"): {Stall: true}}, []string{"file b/2.txt", "file c/4.txt", "unreadable a err.slow", "unreadable b/deep err.slow"}},
		"a root":           {[]string{at("a"), at("b"), at("c")}, map[string]baddisk.Fault{at("b"): {Stall: true}}, without("file b/", "unreadable b err.slow")},
		"no end":           {[]string{dir}, map[string]baddisk.Fault{at("b"): {Endless: true}}, append(slices.Clone(all), "unreadable b err.slow")},
		"a bad sector":     {[]string{dir}, map[string]baddisk.Fault{at("c"): {List: baddisk.ErrIO}}, append(slices.Clone(all), "unreadable c err.io")},
		"not to be opened": {[]string{dir}, map[string]baddisk.Fault{at("b"): {Open: os.ErrPermission}}, without("file b/", "unreadable b err.denied")},
		"not to be seen":   {[]string{dir}, map[string]baddisk.Fault{at("b"): {Look: baddisk.ErrIO}}, without("file b/", "unreadable b err.io")},
	} {
		t.Run(name, func(t *testing.T) {
			disk := baddisk.New(c.faults)
			t.Cleanup(disk.Close)
			patience := patience
			if name == "no end" { // all that is listed until then is looked at
				patience /= 4
			}
			got := met(t, dir, c.roots, walk.Options{Disk: disk, Patience: patience})
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestDeadDrive has a drive on which nothing answers any more: it is asked only
// some times, and every folder of it that is known is told of.
func TestDeadDrive(t *testing.T) {
	var paths []string
	for _, n := range "abcdefghijklmnopqrst" {
		paths = append(paths, string(n)+"/x.txt")
	}
	dir := tree(t, paths...)
	faults := map[string]baddisk.Fault{}
	for _, n := range "efghijklmnopqrst" {
		faults[filepath.Join(dir, string(n))] = baddisk.Fault{Stall: true}
	}
	disk := baddisk.New(faults)
	t.Cleanup(disk.Close)
	begin := time.Now()
	got := met(t, dir, []string{dir}, walk.Options{Disk: disk, Patience: patience})
	if took := time.Since(begin); len(got) != 20 || !slices.Contains(got, "file d/x.txt") || took > 10*patience { // of sixteen
		t.Errorf("%q in %v", got, took)
	}
}

// TestSilentDriveAndTheEnd ends a walk that waits for a drive.
func TestSilentDriveAndTheEnd(t *testing.T) {
	dir := tree(t, "a/1.txt")
	disk := baddisk.New(map[string]baddisk.Fault{filepath.Join(dir, "a"): {Stall: true}})
	t.Cleanup(disk.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	err := walk.Walk(ctx, []string{dir}, walk.Options{Disk: disk}, func(e walk.Entry) error {
		t.Errorf("%s %v", e.Path, e.Err)
		return nil
	})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begin))
	}
}

// TestWeigh sums up what lies in folders that are left out.
func TestWeigh(t *testing.T) {
	dir := tree(t, "a.txt", ".git/1", ".git/sub/2", "own/3", "own/root/4", "mine/5", "mine/6", "shut/.git/7")
	at := func(p string) string { return filepath.Join(dir, filepath.FromSlash(p)) }
	disk := baddisk.New(map[string]baddisk.Fault{at("shut/.git"): {Stall: true}})
	t.Cleanup(disk.Close)
	got := map[string]walk.Held{}
	err := walk.Walk(t.Context(), []string{dir, at("own/root")}, walk.Options{
		Exclude: []string{at("own")}, Leave: []string{at("mine")}, Weigh: true, Disk: disk, Patience: patience,
	}, func(e walk.Entry) error {
		if e.State == walk.Skipped {
			rel, _ := filepath.Rel(dir, e.Path)
			got[filepath.ToSlash(rel)] = e.Held
		}
		return nil
	})
	want := map[string]walk.Held{
		".git": {Files: 2, Bytes: 8}, "own": {Files: 1, Bytes: 4}, "own/root": {Files: 1, Bytes: 4}, "mine": {Files: 2, Bytes: 8}, "shut/.git": {Unknown: true},
	}
	for name, h := range want {
		if got[name] != h {
			t.Errorf("%s: %+v, want %+v", name, got[name], h)
		}
	}
	if err != nil || len(got) != len(want) {
		t.Errorf("%v %+v", err, got)
	}
}
