package objaudit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHere: the drives, the names of files and the start of processes are told by this Windows.
func TestHere(t *testing.T) {
	var l *Log
	dir := t.TempDir()
	found := false
	for _, d := range l.Names().drives {
		found = found || strings.EqualFold(d.letter, filepath.VolumeName(dir))
	}
	if !found {
		t.Errorf("%s is on none of %v", dir, l.Names())
	}
	name := filepath.Join(dir, "Elenco dei clienti.csv")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := l.Long(strings.ToUpper(name)); !strings.EqualFold(got, name) {
		t.Errorf("%s, on the disk %s", got, name)
	}
	if gone := filepath.Join(dir, "gone"); l.Long(gone) != gone {
		t.Error(l.Long(gone))
	}
	start, _ := l.Process(uint32(os.Getpid()))
	if gone, service := l.Process(0xfffffffc); start == 0 || gone != 0 || service {
		t.Error("when a process was started:", start, gone, service)
	}
}

// TestFolderHere: a folder's list gets custode's entry, and is what it was once that is taken out; where this user may not,
// there is an error, and nothing else.
func TestFolderHere(t *testing.T) {
	dir := t.TempDir()
	if err := privilege("SeSecurityPrivilege"); err != nil {
		t.Log("no privilege:", err)
	}
	before, err := settings{}.List(dir)
	if err != nil {
		t.Skip("NOT TESTED: the list of a folder can't be read here:", err)
	}
	with, added, err := before.With()
	if err != nil || !added {
		t.Fatal(added, err)
	}
	if err := (settings{}).SetList(dir, with); err != nil {
		t.Skip("NOT TESTED: the list of a folder can't be written here:", err)
	}
	if got, err := (settings{}).List(dir); err != nil || !bytes.Equal(got, with) {
		t.Skipf("NOT TESTED: the list is not kept here: %x, written %x, %v", got, with, err)
	}
	without, _, err := with.Without()
	if err := errors.Join(err, settings{}.SetList(dir, without)); err != nil {
		t.Fatal(err)
	}
	if after, err := (settings{}).List(dir); err != nil || !bytes.Equal(after, before) {
		t.Errorf("%x, before %x, %v", after, before, err)
	}
}

// TestOpenHere: the log opens and is closed again, or does not; either way nothing stays set, and nothing noted.
func TestOpenHere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audited.json")
	before, known := settings{}.Policy()
	l, err := Open(file)
	if err == nil {
		err = l.Close()
	} else {
		t.Log("not opened:", err)
		err = nil
	}
	if _, there := os.Stat(file); err != nil || !errors.Is(there, fs.ErrNotExist) {
		t.Error(err, there)
	}
	if after, err := (settings{}).Policy(); known == nil && (err != nil || after != before) {
		t.Errorf("audited before: %v, after: %v, %v", before, after, err)
	}
}
