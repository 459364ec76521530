package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/internal/sample/containers"
	"custode/scan/walk/baddisk"
)

// TestMendedFileIsReadAgain scans a file that cannot be read, or not whole, and
// again when that has passed without a trace in its size and times: the second
// scan reads it, and knows its people; the third has nothing to read.
func TestMendedFileIsReadAgain(t *testing.T) {
	made := t.TempDir()
	if _, err := containers.Write(filepath.Join(made, "a"), 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"csv.zip", "clienti.xlsx", "posta.mbox", "punto-e-virgola.csv"} {
		raw, err := os.ReadFile(filepath.Join(made, "a", name))
		if err != nil {
			t.Fatal(err)
		}
		size := int64(len(raw))
		for what, fault := range map[string]baddisk.Fault{
			"a bad sector":       {At: size / 2, Read: baddisk.ErrIO},
			"a bad last sector":  {At: size - 1, Read: baddisk.ErrIO},
			"no permission":      {Open: fs.ErrPermission},
			"no answer":          {Stall: true},
			"a bug":              {Panic: "x"},
			"gone for a moment":  {Open: fs.ErrNotExist},
			"known well, then a": {At: 0, Read: baddisk.ErrIO}, // bad sector
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
				path := put(t, filepath.Join(dir, name), string(raw))
				if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code > 1 {
					t.Fatalf("%+v", r)
				}
				time.Sleep(50 * time.Millisecond) // beyond the tick in which it was written
				if what == "known well, then a" {
					if n := totals(t, custode(t, home, "scan", dir, "--json")); n.Read != 1 || n.People < 250 {
						t.Errorf("as it was: %+v", n)
					}
					later := time.Now().Add(time.Minute) // so that it is read again
					if err := os.Chtimes(path, later, later); err != nil {
						t.Fatal(err)
					}
				}
				r := custodeOn(t, home, map[string]baddisk.Fault{path: fault}, "scan", dir, "--json")
				if n := totals(t, r); r.code != 1 || n.Errors != 1 {
					t.Errorf("with the fault: exit %d %+v", r.code, n)
				}
				if n := totals(t, custode(t, home, "scan", dir, "--json")); n.Read != 1 || n.People < 250 || n.Errors != 0 {
					t.Errorf("mended: %+v", n)
				}
				if n := totals(t, custode(t, home, "scan", dir, "--json")); what != "known well, then a" && (n.Read != 0 || n.People < 250) {
					t.Errorf("unchanged: %+v", n)
				}
			})
		}
	}
}

// TestDamagedFileIsReadEachTime: what could not be read whole is not remembered,
// not even where the file itself is to blame and nothing about it changes.
func TestDamagedFileIsReadEachTime(t *testing.T) {
	made, dir, home := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "home")
	if _, err := containers.Write(filepath.Join(made, "a"), 1); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(made, "a", "csv.zip"))
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	raw[len(raw)/2] ^= 0xff
	path := put(t, filepath.Join(dir, "csv.zip"), string(raw))
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "init", "--yes", "--data", dir); r.code != 1 {
		t.Fatalf("%+v", r)
	}
	time.Sleep(50 * time.Millisecond)
	for range 3 {
		if n := totals(t, custode(t, home, "scan", "--json")); n.Read != 1 || n.NotExamined != 1 {
			t.Errorf("damaged: %+v", n)
		}
	}
	put(t, path, good) // the same size, and the same time
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if n := totals(t, custode(t, home, "scan", "--json")); n.Read != 1 || n.NotExamined != 0 || n.People < 250 {
		t.Errorf("mended: %+v", n)
	}
}

type counted struct {
	Files, Read, Errors, People int64
	NotExamined                 int64 `json:"not_examined"`
}

func totals(t *testing.T, r result) counted {
	t.Helper()
	var d struct{ Totals counted }
	if err := json.Unmarshal([]byte(r.out), &d); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	return d.Totals
}
