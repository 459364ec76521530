package scan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/scan"
	"custode/scan/detect"
	"custode/scan/walk"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestUnderOurEyes changes files between their listing and their reading.
func TestUnderOurEyes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(path string) error
		state  scan.State
		reason scan.Reason
		emails int64
	}{
		"removed":  {os.Remove, scan.Failed, scan.Vanished, 0},
		"grown":    {func(p string) error { return os.WriteFile(p, []byte("anna@example.com b@example.com"), 0o600) }, scan.Examined, "", 2},
		"replaced": {func(p string) error { return replace(p, "c@example.com") }, scan.Examined, "", 1},
		"a folder now": {func(p string) error {
			if err := os.Remove(p); err != nil {
				return err
			}
			return os.Mkdir(p, 0o700)
		}, scan.Failed, scan.IsSpecial, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, filepath.Join(dir, "a.txt"), "anna@example.com")
			o := options(dir)
			done := false
			o.Read = func(p string) {
				if !done {
					done = true
					if err := c.change(p); err != nil {
						t.Error(err)
					}
				}
			}
			_, files := run(t, o)
			f := files["a.txt"]
			if f.State != c.state || f.Reason != c.reason || f.Path != path {
				t.Errorf("%s %s, want %s %s", f.State, f.Reason, c.state, c.reason)
			}
			if f.State == scan.Examined && (len(f.Findings) != 1 || f.Findings[0].Count != c.emails) {
				t.Errorf("found %+v", f.Findings)
			}
		})
	}
}

func replace(path, text string) error {
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// TestGrowingFile reads a file that another program never stops writing.
func TestGrowingFile(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "busy.log"), strings.Repeat("anna@example.com wrote something\n", 400_000))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := f.WriteString("x\n"); err != nil {
					t.Error(err)
					return
				}
				time.Sleep(100 * time.Microsecond)
			}
		}
	}()
	_, files := run(t, options(dir))
	close(stop)
	<-stopped
	if f := files["busy.log"]; f.State != scan.Failed || f.Reason != scan.Unsteady || len(f.Findings) == 0 {
		t.Errorf("%s %s, %d findings: want changed, and what was found all the same", f.State, f.Reason, len(f.Findings))
	}
}

// TestRemembering holds what is reused to what must not be.
func TestRemembering(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "a.txt"), "anna@example.com")
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	time.Sleep(60 * time.Millisecond)
	_, files := run(t, options(dir))
	known := files["a.txt"]
	for name, c := range map[string]struct {
		change func(f *scan.File, o *scan.Options)
		reused bool
	}{
		"unchanged":            {func(*scan.File, *scan.Options) {}, true},
		"another size":         {func(f *scan.File, _ *scan.Options) { f.Stamp.Size++ }, false},
		"another time":         {func(f *scan.File, _ *scan.Options) { f.Stamp.MTimeNS++ }, false},
		"same time, other use": {func(f *scan.File, _ *scan.Options) { f.Stamp.CTimeNS-- }, false},
		"another inode":        {func(f *scan.File, _ *scan.Options) { f.Stamp.Inode++ }, false},
		"failed then":          {func(f *scan.File, _ *scan.Options) { f.State = scan.Failed }, false},
		"damaged then":         {func(f *scan.File, _ *scan.Options) { f.State, f.Reason = scan.NotExamined, scan.Damaged }, false},
		"too big then":         {func(f *scan.File, _ *scan.Options) { f.State, f.Reason = scan.NotExamined, scan.TooBig }, false},
		"a part too big then": {func(f *scan.File, _ *scan.Options) {
			f.State, f.Reason, f.Unread = scan.NotExamined, scan.Partly, []scan.Piece{{Path: "a", Reason: scan.NoReader}, {Path: "b", Reason: scan.TooBig}}
		}, false},
		"more parts than are known then": {func(f *scan.File, _ *scan.Options) {
			f.State, f.Reason, f.UnreadMore = scan.NotExamined, scan.Partly, 1
		}, false},
		"a picture in it": {func(f *scan.File, _ *scan.Options) {
			f.State, f.Reason, f.Unread = scan.NotExamined, scan.Partly, []scan.Piece{{Path: "a", Reason: scan.ImageOnly}}
		}, true},
		"a picture":   {func(f *scan.File, _ *scan.Options) { f.State, f.Reason = scan.NotExamined, scan.ImageOnly }, true},
		"other rules": {func(f *scan.File, _ *scan.Options) { f.Rules = "older" }, false},
		"other key":   {func(_ *scan.File, o *scan.Options) { o.KeyID = "another" }, false},
		"other country": {func(_ *scan.File, o *scan.Options) {
			o.Rules = detect.New(detect.Options{Country: "GB"})
		}, false},
		"read in the same tick":  {func(f *scan.File, _ *scan.Options) { f.ReadAt = time.Unix(0, f.Stamp.CTimeNS+1) }, false},
		"read before the change": {func(f *scan.File, _ *scan.Options) { f.ReadAt = time.Unix(0, f.Stamp.CTimeNS-int64(time.Minute)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			f, o := known, options(dir)
			c.change(&f, &o)
			read := 0
			o.Read = func(string) { read++ }
			o.Known = func(d string, _ []string) (map[string]scan.File, error) {
				if d != dir {
					t.Errorf("asked for %s", d)
				}
				return map[string]scan.File{"a.txt": f}, nil
			}
			_, got := run(t, o)
			if got["a.txt"].Reused != c.reused || (read == 0) != c.reused {
				t.Errorf("reused %v, read %d times", got["a.txt"].Reused, read)
			}
		})
	}
}

func TestSkippedAndSpecial(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, ".git", "config"), "anna@example.com")
	write(t, filepath.Join(dir, "own", "custode.yaml"), "anna@example.com")
	write(t, filepath.Join(dir, "a.txt"), "anna@example.com")
	if err := os.Symlink("a.txt", filepath.Join(dir, "link")); err != nil {
		t.Skip("no links here")
	}
	o := options(dir)
	o.Exclude = []string{filepath.Join(dir, "own")}
	r, files := run(t, o)
	for path, want := range map[string]scan.Reason{".git": scan.ByRule, "own": scan.ByRule, "link": scan.IsLink} {
		if f := files[path]; f.State != scan.Skipped || f.Reason != want {
			t.Errorf("%s: %s %s", path, f.State, f.Reason)
		}
	}
	if r.Totals.Files != 1 || r.Totals.Skipped != 3 || !r.Totals.Complete() || r.Totals.People != 1 {
		t.Errorf("%+v", r.Totals)
	}
}

func TestErrorEndsTheScan(t *testing.T) {
	dir := t.TempDir()
	for i := range 300 {
		write(t, filepath.Join(dir, fmt.Sprintf("%03d.txt", i)), "x")
	}
	want := errors.New("no room")
	n := 0
	err := scan.Run(t.Context(), options(dir), func(scan.File) error {
		n++
		if n == 10 {
			return want
		}
		return nil
	})
	if !errors.Is(err, want) || n != 10 {
		t.Errorf("after %d files: %v", n, err)
	}
}

func TestMissingRootIsListed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "away")
	r, _ := run(t, options(dir))
	if r.Totals.Errors != 1 || r.Totals.Complete() || r.Unseen[0].Reason != scan.Absent {
		t.Errorf("%+v %+v", r.Totals, r.Unseen)
	}
}

// TestResultsHoldNoContent looks for the value in everything that a scan returns.
func TestResultsHoldNoContent(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.csv"), "Nome;Email;Carta\nAnnabella Esempio;annabella@example.com;4111111111111111\n")
	_, files := run(t, options(dir))
	f := files["a.csv"]
	sketch, err := f.Sketch.MarshalBinary()
	if err != nil || len(f.Findings) != 3 {
		t.Fatalf("%+v %v", f.Findings, err)
	}
	text := fmt.Sprintf("%+v", f) + string(sketch)
	for _, v := range []string{"nnabella", "Esempio", "411111", "1111111"} {
		if strings.Contains(text, v) {
			t.Errorf("%q in %s", v, text)
		}
	}
	var zero walk.Stamp
	if f.Stamp == zero || bytes.Contains(sketch, []byte("anna")) {
		t.Error("no stamp")
	}
}

// TestPanicIsAnError has a panic outside the reading of a file: an error that
// tells nothing of what the panic held.
func TestPanicIsAnError(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.txt"), "x")
	o := options(dir)
	o.Known = func(string, []string) (map[string]scan.File, error) { panic("anna@example.com") }
	err := scan.Run(t.Context(), o, func(scan.File) error { return nil })
	if !errors.Is(err, scan.ErrPanic) || strings.Contains(err.Error(), "anna") {
		t.Errorf("got %v", err)
	}
}

// TestCancelledScanHandsOverNoHalfResults stops scans at many moments: a file
// whose reading was cut off is no result, least of all a broken disk.
func TestCancelledScanHandsOverNoHalfResults(t *testing.T) {
	dir := t.TempDir()
	for i := range 8 {
		write(t, filepath.Join(dir, fmt.Sprintf("%d.txt", i)), strings.Repeat("anna@example.com and some words\n", 60_000))
	}
	for ms := range 12 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(ms)*2*time.Millisecond)
		err := scan.Run(ctx, options(dir), func(f scan.File) error {
			if f.State != scan.Examined || f.Findings[0].Count != 60_000 {
				t.Errorf("%s: %s %s", f.Path, f.State, f.Reason)
			}
			return nil
		})
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}
}
