package watch

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestSelfTest(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		gone := filepath.Join(filepath.Dir(dir), "gone")
		l := watching(t, Options{Folders: []string{dir, gone}, Backend: backend})
		reports := l.w.SelfTest(t.Context())
		if len(reports) != 2 || reports[1].Err == nil || reports[1].Folder != gone {
			t.Fatalf("%+v", reports)
		}
		r := reports[0]
		var ops []Op
		for _, tried := range r.Tried {
			ops = append(ops, tried.Op)
			if want := l.w.sensors[backend].caps().has(tried.Op); tried.Seen != want && (hasModes || tried.Op != Permission) {
				t.Errorf("%s seen: %v", tried.Op, tried.Seen)
			}
			if tried.Delay < 0 || tried.Delay > time.Second {
				t.Errorf("%s after %v", tried.Op, tried.Delay)
			}
		}
		if r.Err != nil || !slices.Equal(ops, []Op{Create, Write, Read, Rename, Permission, Delete}) || r.Who != (backend == fanName) {
			t.Errorf("%+v", r)
		}
		c := l.w.Coverage().Folders[dir]
		if !c.Changes || c.Reads != (backend == fanName || backend == inotifyName) || c.Who != (backend == fanName) || c.Delay <= 0 {
			t.Errorf("%+v", c)
		}
		t.Logf("%s: delay %v", backend, c.Delay)
		if len(r.Missing(c)) > 0 {
			t.Errorf("missing: %v", r.Missing(c))
		}
		write(t, filepath.Join(dir, "marker"), "")
		l.until(t, "the marker", func() bool { return l.has(Create, filepath.Join(dir, "marker")) })
		events, _ := l.all()
		for _, e := range events {
			if e.Path != filepath.Join(dir, "marker") {
				t.Errorf("told of the probe: %+v", e)
			}
		}
		if left, err := filepath.Glob(filepath.Join(dir, ProbePrefix+"*")); err != nil || len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	})
}

// What a killed self-test left is removed, and nothing else.
func TestSelfTestSweeps(t *testing.T) {
	dir := place(t)
	l := watching(t, Options{Folders: []string{dir}})
	left := map[string]string{
		ProbePrefix + rand.Text() + ".tmp":  "",
		ProbePrefix + rand.Text() + ".tmp2": probeText,
	}
	stay := map[string]string{
		ProbePrefix + rand.Text() + ".tmp": "orders of somebody who chose this name",
		ProbePrefix + "mine.tmp":           probeText,
		"orders.tmp":                       probeText,
	}
	for name, text := range left {
		write(t, filepath.Join(dir, name), text)
	}
	for name, text := range stay {
		write(t, filepath.Join(dir, name), text)
	}
	for name := range stay { // a stranger's file does not hide behind the name
		l.until(t, name, func() bool { return l.has(Create, filepath.Join(dir, name)) })
	}
	l.w.SelfTest(t.Context())
	for name := range left {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	for name := range stay {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A sensor that goes silent loses what it promised.
func TestSelfTestFindsABlindSensor(t *testing.T) {
	dir := place(t)
	l := watching(t, Options{Folders: []string{dir}, Backend: notifyName, patience: 50 * time.Millisecond})
	n, ok := l.w.sensors[notifyName].(*notify)
	if !ok {
		t.Fatal("no notify")
	}
	n.forget(dir)
	r := l.w.SelfTest(t.Context())[0]
	if got := r.Missing(Caps{Changes: true, Reads: true, Permissions: true}); len(got) != 6 {
		t.Errorf("missing: %v", got)
	}
	if c := l.w.Coverage(); c.Changes || c.Permissions || c.Reads || c.Who {
		t.Errorf("%+v", c)
	}
}
