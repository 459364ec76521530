package seek_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/scan"
	"custode/scan/seek"
	"custode/scan/walk"
)

// badDisk is the system's, but for files whose names say what goes wrong.
type badDisk struct {
	walk.System

	hang chan struct{}
}

type badFile struct {
	walk.Content

	name string
	hang chan struct{}
}

func (d badDisk) Open(path string, want walk.Stamp) (walk.Content, walk.Stamp, error) {
	f, stamp, err := d.System.Open(path, want)
	return badFile{f, filepath.Base(path), d.hang}, stamp, err
}

func (f badFile) Read(p []byte) (int, error) {
	switch {
	case strings.HasPrefix(f.name, "panic"):
		panic("anna@example.com")
	case strings.HasPrefix(f.name, "hang"):
		<-f.hang
	case strings.HasPrefix(f.name, "fail"):
		return 0, errors.New("bad sector")
	}
	return f.Content.Read(p)
}

// TestRunOnABadDisk: a reader that panics and a file that cannot be read cost one
// file each, which is listed; the others are searched. A drive that never answers
// is not asked again, and all its files are listed.
func TestRunOnABadDisk(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{
			[]string{"a.txt", "fail.txt", "panic.txt", "panic2.txt", "z.txt"},
			[]string{"a.txt examined  1", "fail.txt failed io 0", "panic.txt failed bug 0", "panic2.txt failed bug 0", "z.txt examined  1"},
		},
		{[]string{"a.txt", "hang.txt", "z.txt"}, []string{"a.txt examined  1", "hang.txt failed too-slow 0", "z.txt failed too-slow 0"}},
	} {
		dir, hang := t.TempDir(), make(chan struct{})
		defer close(hang)
		for _, name := range c.names {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("Anna Rossi\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		o := seek.Options{Roots: []string{dir}, Workers: 1, Walk: walk.Options{Disk: badDisk{hang: hang}}}
		if slices.Contains(c.names, "hang.txt") {
			o.Walk.Patience = 100 * time.Millisecond
		}
		err := seeker(t, anna()...).Run(t.Context(), o, func(f seek.File) error {
			got = append(got, fmt.Sprintf("%s %s %s %d", filepath.Base(f.Path), f.State, f.Reason, f.All()))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestRunEnds: the first error of who is told ends the search, and so does the end
// of its context.
func TestRunEnds(t *testing.T) {
	dir := t.TempDir()
	for i := range 300 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte("Anna Rossi\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	enough := errors.New("enough")
	s := seeker(t, anna()...)
	if err := s.Run(t.Context(), seek.Options{Roots: []string{dir}}, func(seek.File) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := s.Run(ctx, seek.Options{Roots: []string{dir}}, func(seek.File) error {
		if n++; n == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n >= 300 {
		t.Errorf("%v after %d files", err, n)
	}
}

// sealedPart is what an encrypted member of a ZIP is marked with.
const sealedPart = 1

// TestPartly: what is locked inside a file is told, and what could be read of it
// is searched.
func TestPartly(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	plain, err := z.Create("clienti.txt")
	if err == nil {
		_, err = io.WriteString(plain, "Anna Rossi\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	locked, err := z.CreateRaw(&zip.FileHeader{Name: "chiuso.txt", Flags: sealedPart, CompressedSize64: 3, UncompressedSize64: 3})
	if err == nil {
		_, err = locked.Write([]byte("xyz"))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.zip"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	err = seeker(t, anna()...).Run(t.Context(), seek.Options{Roots: []string{dir}}, func(f seek.File) error {
		if f.State != scan.NotExamined || f.Reason != seek.Password || len(f.Places) != 1 || f.Places[0].Path != "clienti.txt" {
			t.Errorf("%+v", f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
