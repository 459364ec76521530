package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// diskOf makes a file system in a file, which must hold access lists and attributes,
// and mounts it for the test.
func diskOf(t *testing.T, mkfs ...string) (dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can mount a disk")
	}
	img := put(t, filepath.Join(t.TempDir(), "disk.img"), "")
	if err := os.Truncate(img, 512<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(mkfs[0], append(mkfs[1:], img)...).CombinedOutput(); err != nil {
		skipDisk(t, "%v: %s", err, out)
	}
	dir = t.TempDir()
	if out, err := exec.Command("mount", "-o", "loop", img, dir).CombinedOutput(); err != nil {
		skipDisk(t, "no loop mounts here: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
	return dir
}

// accessList is one as Linux keeps it (linux/posix_acl_xattr.h): the owner reads and
// writes, user 4321 reads, the group reads, nobody else.
func accessList() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, perm uint16
		id        uint32
	}{{1, 6, ^uint32(0)}, {2, 4, 4321}, {4, 4, ^uint32(0)}, {0x10, 4, ^uint32(0)}, {0x20, 0, ^uint32(0)}} {
		b = binary.LittleEndian.AppendUint16(b, e.tag)
		b = binary.LittleEndian.AppendUint16(b, e.perm)
		b = binary.LittleEndian.AppendUint32(b, e.id)
	}
	return b
}

// meta is what a file has besides its content.
type meta struct {
	uid, gid   uint32
	mode       fs.FileMode
	mtime      time.Time
	attributes [2]string
}

func metaOf(t *testing.T, path string) (m meta) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		m.uid, m.gid = st.Uid, st.Gid
	}
	m.mode, m.mtime = info.Mode(), info.ModTime()
	for i, name := range []string{"user.custode.test", "system.posix_acl_access"} {
		b := make([]byte, 1000)
		if n, err := unix.Lgetxattr(path, name, b); err == nil {
			m.attributes[i] = string(b[:n])
		}
	}
	return m
}

// TestRootMetadata: what root seals keeps its owner, permissions, date, access list and
// attributes, sealed and when it is readable again; nobody may read the sealed file who
// could not read the other one.
func TestRootMetadata(t *testing.T) {
	for _, mkfs := range [][]string{{"mkfs.ext4", "-q", "-F"}, {"mkfs.xfs", "-q", "-f"}, {"mkfs.btrfs", "-q", "-f"}} {
		t.Run(mkfs[0], func(t *testing.T) {
			dir, home := diskOf(t, mkfs...), filepath.Join(t.TempDir(), "home")
			ringOn(t, home, t.TempDir())
			before := map[string]meta{}
			for name, mode := range map[string]fs.FileMode{"private.csv": 0o600, "group.csv": 0o640, "all.csv": 0o644, "read-only.csv": 0o400, "none.csv": 0, "program.csv": 0o755} {
				path := put(t, filepath.Join(dir, name), "nome\nAnna\n")
				at := time.Unix(1_000_000_000, 123456789)
				for _, err := range []error{
					os.Chown(path, 1234, 2345), os.Chmod(path, mode), unix.Setxattr(path, "user.custode.test", []byte("mio\x00"), 0),
					os.Chtimes(path, at, at),
				} {
					if err != nil {
						t.Fatal(err)
					}
				}
				if name == "group.csv" {
					if err := unix.Setxattr(path, "system.posix_acl_access", accessList(), 0); err != nil {
						t.Fatal(err)
					}
				}
				before[name] = metaOf(t, path)
			}
			if before["group.csv"].attributes[1] == "" || before["all.csv"].attributes[0] == "" || before["all.csv"].uid != 1234 {
				t.Fatalf("this disk keeps nothing: %+v", before)
			}
			outcomesOf(t, home, 0, dir)
			for name, was := range before {
				if now := metaOf(t, filepath.Join(dir, name+".age")); now != was {
					t.Errorf("%s sealed: %+v, was %+v", name, now, was)
				}
			}
			pass := put(t, filepath.Join(t.TempDir(), "pass"), "one two three four\n")
			if r := custode(t, home, "decrypt", "--passphrase-file", pass, dir); r.code != 0 {
				t.Fatalf("%+v", r)
			}
			for name, was := range before {
				if now := metaOf(t, filepath.Join(dir, name)); now != was {
					t.Errorf("%s readable again: %+v, was %+v", name, now, was)
				}
			}
		})
	}
}

// TestRootProtected: what the system lets nobody remove is sealed, and the readable one
// stays and is told of: custode takes no protection away. Without it the next run
// finishes. A device is left alone, and so is what lies on a disk that can only be read.
func TestRootProtected(t *testing.T) {
	dir, home := diskOf(t, "mkfs.ext4", "-q", "-F"), filepath.Join(t.TempDir(), "home")
	ringOn(t, home, t.TempDir())
	locked, grows := put(t, filepath.Join(dir, "locked.csv"), "nome\nAnna\n"), put(t, filepath.Join(dir, "grows.csv"), "nome\nBruno\n")
	chattr := func(flags ...string) {
		t.Helper()
		if out, err := exec.Command("chattr", flags...).CombinedOutput(); err != nil {
			skipDisk(t, "chattr: %v: %s", err, out)
		}
	}
	chattr("+i", locked)
	chattr("+a", grows)
	t.Cleanup(func() { _ = exec.Command("chattr", "-ia", locked, grows).Run() })
	if err := unix.Mknod(filepath.Join(dir, "device"), unix.S_IFCHR|0o600, int(unix.Mkdev(1, 5))); err != nil {
		t.Fatal(err)
	}
	got := outcomesOf(t, home, 1, dir)
	for _, name := range []string{"locked.csv", "grows.csv"} {
		if got[name].Outcome != "kept" || got[name].Reason != "not-removable" {
			t.Errorf("%+v", got[name])
		}
	}
	if r := custode(t, home, "encrypt", "--yes", "--lang", "it", locked); r.code != 1 || !strings.Contains(strings.Join(strings.Fields(r.out), " "), "il file è protetto") {
		t.Errorf("%+v", r)
	}
	if data, err := os.ReadFile(locked); err != nil || string(data) != "nome\nAnna\n" {
		t.Errorf("%q, %v", data, err)
	}
	if got := outcomesOf(t, home, 1, filepath.Join(dir, "device")); got["device"].Reason != "special" {
		t.Errorf("%+v", got)
	}
	chattr("-i", locked)
	chattr("-a", grows)
	if got := outcomesOf(t, home, 0, locked, grows); got["locked.csv"].Outcome != "sealed" || got["grows.csv"].Outcome != "sealed" {
		t.Errorf("without the protection: %+v", got)
	}
	if _, err := os.Lstat(locked); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	for name, protect := range map[string]func() error{
		"folder that takes no new files": func() error { chattr("+i", dir); return nil },
		"disk that can only be read":     func() error { return unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, "") },
	} {
		file := put(t, filepath.Join(dir, "late.csv"), "nome\nCarla\n")
		if err := protect(); err != nil {
			t.Fatal(err)
		}
		if got := outcomesOf(t, home, 1, file); got["late.csv"].Outcome != "skipped" || got["late.csv"].Reason != "no-permission" {
			t.Errorf("%s: %+v", name, got)
		}
		if data, err := os.ReadFile(file); err != nil || !bytes.HasSuffix(data, []byte("Carla\n")) {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		_ = unix.Mount("", dir, "", unix.MS_REMOUNT, "")
		chattr("-i", dir)
	}
}
