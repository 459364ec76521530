package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
)

// TestFoldersOfThisComputer: from the first list one gets to every folder and back up to the drive; what may not be
// listed, or is not there, says so.
func TestFoldersOfThisComputer(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"Documents/Clienti <2026>", "Documents/.cache"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(d)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"HOME": dir, "USERPROFILE": dir, "CUSTODE_HOME": t.TempDir()}
	o := newCounter(&shell{env: func(k string) string { return env[k] }, now: time.Now, home: env["CUSTODE_HOME"]}).office("en").(*office) //nolint:errcheck,forcetypeassert // it is what office gives
	first := o.Folders(t.Context(), "", "")
	if len(first.In) < 2 || first.At != "" {
		t.Fatalf("%+v", first)
	}
	if !onWindows() && (first.In[0].Path != filepath.Join(dir, "Documents") || first.In[1].Path != dir) {
		t.Errorf("%+v", first.In)
	}
	docs := o.Folders(t.Context(), filepath.Join(dir, "Documents"), "")
	if len(docs.In) != 1 || docs.In[0].Name != "Clienti <2026>" || !docs.Hidden || docs.Up != dir || docs.Wrong != "" {
		t.Errorf("%+v", docs)
	}
	for _, name := range []string{"Backup.AGE", "nota.txt", ".nascosto.age"} {
		put(t, filepath.Join(dir, "Documents", name), "x")
	}
	for files, want := range map[string]string{"": "", ".age": "Backup.AGE", web.AnyFile: "Backup.AGE nota.txt"} {
		var got []string
		for _, l := range o.Folders(t.Context(), docs.At, files).In {
			if l.File {
				got = append(got, l.Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("files %q: %q", files, got)
		}
	}
	at := o.Folders(t.Context(), docs.In[0].Path, "")
	for range 50 {
		if at.Up == "" {
			break
		}
		at = o.Folders(t.Context(), at.Up, "")
	}
	if at.Up != "" || filepath.Dir(at.At) != at.At {
		t.Errorf("does not get up to the drive: %+v", at.At)
	}
	if gone := o.Folders(t.Context(), filepath.Join(dir, "gone"), ""); gone.Wrong == "" || gone.Up != dir || len(gone.In) != 0 {
		t.Errorf("%+v", gone)
	}
	if typed := o.Folders(t.Context(), "Documents", ""); typed.At != "" {
		t.Errorf("a path that is none leads to %s", typed.At)
	}
	if os.Geteuid() != 0 && !onWindows() {
		if err := os.Chmod(docs.In[0].Path, 0); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.Chmod(docs.In[0].Path, 0o700) }()
		if shut := o.Folders(t.Context(), docs.In[0].Path, ""); !strings.Contains(shut.Wrong, "permission") {
			t.Errorf("%+v", shut)
		}
	}
}
