package decoy_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"custode/scan/walk"
	"custode/scan/watch/decoy"
)

// placed puts decoys into a folder with some files.
func placed(t *testing.T) (dir string, list []decoy.Draft) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range numbered(25, "ordini %d.csv") {
		put(t, filepath.Join(dir, name), "12 sedie")
	}
	return dir, place(t, dir)
}

func put(t *testing.T, path, data string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o640); err != nil {
		t.Fatal(err)
	}
}

func place(t *testing.T, dir string) []decoy.Draft {
	t.Helper()
	f, err := decoy.Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := decoy.Plan(f, decoy.Options{Lang: "it", Now: time.Now(), Random: stream(1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if err := decoy.Place(d); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func state(t *testing.T, d decoy.Draft, want decoy.State) {
	t.Helper()
	if got, err := d.Check(); got != want || err != nil {
		t.Errorf("%s: %q, %v; want %q", d.Path, got, err, want)
	}
}

func TestPlace(t *testing.T) {
	dir, list := placed(t)
	es, err := os.ReadDir(dir)
	if err != nil || len(es) != 28 || len(list) != 3 {
		t.Fatalf("%d files with %d decoys, %v", len(es), len(list), err)
	}
	for _, d := range list {
		state(t, d, decoy.Present)
		info, err := os.Stat(d.Path)
		if err != nil || !info.ModTime().Equal(d.MTime) {
			t.Errorf("%s: %v, %v; want %v", d.Path, info.ModTime(), err, d.MTime)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
			t.Errorf("%s: %v among files of 0640", d.Path, info.Mode())
		}
	}
	// the first and the last of the folder, as it is read
	if es[0].Name() != filepath.Base(list[0].Path) || es[27].Name() != filepath.Base(list[1].Path) {
		t.Errorf("%s … %s", es[0].Name(), es[27].Name())
	}
}

// TestNeverOver: what lies there stays as it is, and nothing is left beside it.
func TestNeverOver(t *testing.T) {
	dir, list := placed(t)
	d := list[0]
	for _, how := range []func(){
		func() { put(t, d.Path, "Rossi, by hand") },
		func() { _ = os.Remove(d.Path); _ = os.Mkdir(d.Path, 0o700) },
		func() { _ = os.Remove(d.Path); _ = os.Symlink(filepath.Join(dir, "nowhere"), d.Path) },
	} {
		how()
		before, err := os.Lstat(d.Path)
		if err != nil {
			t.Skip(err) // no links here
		}
		if err := decoy.Place(d); !errors.Is(err, decoy.ErrTaken) {
			t.Errorf("placed over something: %v", err)
		}
		after, err := os.Lstat(d.Path)
		if err != nil || after.Mode() != before.Mode() || after.Size() != before.Size() {
			t.Errorf("%v became %v, %v", before.Mode(), after.Mode(), err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("written through a link")
	}
	if es, err := os.ReadDir(dir); err != nil || len(es) != 28 {
		t.Errorf("%d files, %v", len(es), err)
	}
	d.Path, d.Folder = filepath.Join(dir, "no", "such.csv"), filepath.Join(dir, "no")
	if err := decoy.Place(d); err == nil {
		t.Error("placed into a folder that is not there")
	}
}

// TestKilled: what a run left that was killed between two steps is removed by the next
// and by Remove.
func TestKilled(t *testing.T) {
	dir, list := placed(t)
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := list[0]
	if err := d.Remove(); err != nil {
		t.Fatal(err)
	}
	temp := decoy.Temp(d)
	put(t, temp, string(d.Data[:100]))
	if err := decoy.Place(d); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadDir(dir)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d files, %d before, %v", len(after), len(before), err)
	}
	put(t, temp, "x")
	if err := d.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(temp); !os.IsNotExist(err) {
		t.Errorf("left: %v", err)
	}
}

func TestCheckAndRemove(t *testing.T) {
	dir, list := placed(t)
	d := list[0]
	// one byte, the size and the time as they were: only its content tells
	data := []byte(string(d.Data))
	data[len(data)/2] ^= 1
	put(t, d.Path, string(data))
	if err := os.Chtimes(d.Path, d.MTime, d.MTime); err != nil {
		t.Fatal(err)
	}
	late := d
	late.MadeAt = d.MadeAt.Add(-time.Hour) // it was made an hour ago
	if runtime.GOOS == "linux" {
		state(t, late, decoy.Changed)
	}
	if err := d.Remove(); !errors.Is(err, decoy.ErrChanged) {
		t.Errorf("removed what somebody changed: %v", err)
	}
	if _, err := os.Lstat(d.Path); err != nil {
		t.Error(err)
	}
	put(t, d.Path, "shorter")
	state(t, d, decoy.Changed)

	d = list[1] // touched, and the same
	if err := os.Chtimes(d.Path, time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	state(t, d, decoy.Present)
	if err := d.Remove(); err != nil {
		t.Error(err)
	}
	state(t, d, decoy.Gone)
	if err := d.Remove(); err != nil {
		t.Errorf("one that is gone: %v", err)
	}

	d = list[2] // another file, under its name
	if err := os.Rename(d.Path, d.Path+".enc"); err != nil {
		t.Fatal(err)
	}
	state(t, d, decoy.Gone)
	if err := os.Symlink(d.Path+".enc", d.Path); err == nil {
		state(t, d, decoy.Changed)
		if err := d.Remove(); !errors.Is(err, decoy.ErrChanged) {
			t.Errorf("a link was removed: %v", err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	state(t, d, decoy.Away)
}

// TestKnown: a decoy is known where it lies without being opened, and a copy of it
// anywhere by its content; a file that somebody wrote there is not taken for one.
func TestKnown(t *testing.T) {
	dir, list := placed(t)
	var known []decoy.Decoy
	for _, d := range list {
		known = append(known, d.Decoy)
	}
	k := decoy.NewKnown(known)
	is := func(path string) bool {
		t.Helper()
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		return k.Size(info.Size()) && k.Is(path, walk.StampOf(info))
	}
	d := list[0]
	if !is(d.Path) || !k.At(d.Path) || is(filepath.Join(dir, "ordini 1.csv")) {
		t.Error("a decoy is not known, or a file taken for one")
	}
	if os.Geteuid() != 0 && runtime.GOOS != "windows" { // then opening it fails
		if err := os.Chmod(d.Path, 0); err != nil {
			t.Fatal(err)
		}
		if !is(d.Path) {
			t.Error("it was opened to know it")
		}
		if err := os.Chmod(d.Path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	backup := filepath.Join(t.TempDir(), "copy of it.csv")
	put(t, backup, string(d.Data))
	if !is(backup) || k.At(backup) {
		t.Error("a copy in a backup counts as customers' data")
	}
	other := []byte(string(d.Data))
	other[7] ^= 1
	put(t, d.Path, string(other))
	if is(d.Path) {
		t.Error("what somebody wrote over a decoy is left out")
	}
	if decoy.NewKnown(nil).Size(0) {
		t.Error("no decoys, and one is known")
	}
}
