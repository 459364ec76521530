package watch

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestInotifySeesReads(t *testing.T) {
	dir := place(t)
	l := watching(t, Options{Folders: []string{dir}, Backend: inotifyName})
	a := filepath.Join(dir, "orders", "a.txt")
	done := l.w.Reading(a)
	if _, err := os.ReadFile(a); err != nil {
		t.Fatal(err)
	}
	done()
	write(t, filepath.Join(dir, "marker"), "")
	l.until(t, "the marker", func() bool { return l.has(Create, filepath.Join(dir, "marker")) })
	if l.has(Open|Read, a) {
		t.Error("custode's own read is told")
	}
	time.Sleep(readingSlack + 50*time.Millisecond)
	if _, err := os.ReadFile(a); err != nil {
		t.Fatal(err)
	}
	l.until(t, "that it was opened", func() bool { return l.has(Open, a) })
	l.until(t, "that it was read", func() bool { return l.has(Read, a) })
	// To list a folder reads no file.
	l.forget()
	if _, err := os.ReadDir(dir); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "marker 2"), "")
	l.until(t, "the marker", func() bool { return l.has(Create, filepath.Join(dir, "marker 2")) })
	if l.has(Open|Read, dir) {
		t.Error("a listing is told")
	}
}

func TestInotifyFolderFromOutside(t *testing.T) {
	dir := place(t)
	l := watching(t, Options{Folders: []string{dir}, Backend: inotifyName})
	outside := filepath.Join(filepath.Dir(dir), "outside")
	must(t, os.MkdirAll(filepath.Join(outside, "deep"), 0o755))
	write(t, filepath.Join(outside, "deep", "f.txt"), "text")
	in := filepath.Join(dir, "brought")
	must(t, os.Rename(outside, in))
	l.until(t, "the folder", func() bool { return l.renamed("", in) })
	l.until(t, "what is in it", func() bool { return l.has(Create, filepath.Join(in, "deep", "f.txt")) })
	write(t, filepath.Join(in, "deep", "f.txt"), "other")
	l.until(t, "a change in it", func() bool { return l.has(Write, filepath.Join(in, "deep", "f.txt")) })
	must(t, os.Rename(in, outside))
	l.until(t, "that it left", func() bool { return l.renamed(in, "") })
	l.forget()
	write(t, filepath.Join(outside, "deep", "f.txt"), "not ours")
	write(t, filepath.Join(dir, "marker"), "")
	l.until(t, "the marker", func() bool { return l.has(Create, filepath.Join(dir, "marker")) })
	if l.has(Write, filepath.Join(in, "deep", "f.txt")) {
		t.Error("a file that left is still told of")
	}
}

// The limit of watches is for each user, and cannot be lowered for a test: what
// the kernel answers is made up here.
func TestLimitErrorNamesTheSetting(t *testing.T) {
	err := limitError("fs.inotify.max_user_watches", "/shop")
	got := (*LimitError)(nil)
	if !errors.As(err, &got) || got.Value < 1 || got.Sysctl != "fs.inotify.max_user_watches" || got.Folder != "/shop" {
		t.Errorf("%+v", err)
	}
}

func TestParseMounts(t *testing.T) {
	got := parseMounts("36 35 98:0 / / rw,noatime master:1 - ext4 /dev/root rw\n" +
		"40 36 0:35 /sub /srv/my\\040data rw,noexec - fuse.sshfs shop@example.com:/ rw\nnonsense\n" +
		"41 36 0:36 / /srv rw - tmpfs none rw\n")
	if len(got) != 3 || got[1] != (mount{dev: "0:35", root: "/sub", at: "/srv/my data", kind: "fuse.sshfs", source: "shop@example.com:/"}) || !got[0].exec {
		t.Fatalf("%+v", got)
	}
	m, ok := mountOf(got, "/srv/my data/x")
	if !ok || m.kind != "fuse.sshfs" || !remoteFuse(m.kind) {
		t.Errorf("%+v", m)
	}
	if m, _ := mountOf(got, "/srvx"); m.kind != "ext4" {
		t.Errorf("%+v", m)
	}
}

func FuzzParseInotify(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 'a', '.', 't', 'x', 't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 'a'})
	f.Fuzz(func(t *testing.T, b []byte) {
		for rest := b; len(rest) > 0; {
			r, next, err := parseInotify(rest)
			if err != nil {
				return
			}
			if len(next) > len(rest)-unix.SizeofInotifyEvent || len(r.name) > len(rest) {
				t.Fatalf("%d bytes left of %d, name of %d", len(next), len(rest), len(r.name))
			}
			rest = next
		}
	})
}

func FuzzParseMounts(f *testing.F) {
	f.Add(`36 35 98:0 / /a\040b rw - ext4 /dev/root rw`)
	f.Add(`36 35 98:0 / /a\9 rw - ext4 \`)
	f.Fuzz(func(_ *testing.T, s string) { parseMounts(s) })
}
