package watch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// way is a way to touch a file. Of each backend stands what must be told of the
// file, any of it; nothing at all where it is 0: that is what a watch cannot see.
type way struct {
	name                 string
	fan, inotify, notify Op
	do                   func(w *ways, file string) error
}

const opened = Open | Read

// table has the twenty-seven ways.
func table() []way {
	return []way{
		{"cat", opened, opened, 0, func(_ *ways, f string) error { return exec.Command("cat", f).Run() }},
		{"cp", opened, opened, 0, func(w *ways, f string) error { return exec.Command("cp", f, w.outside("cp")).Run() }},
		{"sendfile", opened, opened, 0, func(w *ways, f string) error {
			return w.between(f, func(in, out int) error {
				_, err := unix.Sendfile(out, in, nil, 100)
				return err
			})
		}},
		{"copy_file_range", opened, opened, 0, func(w *ways, f string) error {
			return w.between(f, func(in, out int) error {
				_, err := unix.CopyFileRange(in, nil, out, nil, 100, 0)
				return err
			})
		}},
		{"O_DIRECT", opened, opened, 0, func(_ *ways, f string) error {
			fd, err := unix.Open(f, unix.O_RDONLY|unix.O_DIRECT, 0)
			if err != nil {
				return err
			}
			return unix.Close(fd)
		}},
		{"/proc/PID/fd", opened, opened, 0, func(w *ways, f string) error {
			_, err := os.ReadFile("/proc/self/fd/" + strconv.Itoa(w.path[f]))
			return err
		}},
		{"a file opened before the watch began", Read, Read, 0, func(w *ways, f string) error {
			_, err := unix.Read(w.early[f], make([]byte, 10))
			return errors.Join(err, unix.Close(w.early[f])) // inotify: seen when it is closed
		}},
		{"mmap to read", Open, Open, 0, func(_ *ways, f string) error { return mapped(f, unix.O_RDONLY, unix.PROT_READ) }},
		{"mmap to write", Open | CloseWrite, Open | CloseWrite, 0, func(_ *ways, f string) error {
			return mapped(f, unix.O_RDWR, unix.PROT_READ|unix.PROT_WRITE)
		}},
		{"a hard link outside", opened, 0, 0, func(w *ways, f string) error {
			_, err := os.ReadFile(w.outside("link to " + filepath.Base(f)))
			return err
		}},
		{"a bind mount", opened, opened, 0, func(w *ways, f string) error {
			at := w.outside("bind")
			if err := errors.Join(os.Mkdir(at, 0o755), unix.Mount(filepath.Dir(f), at, "", unix.MS_BIND, "")); err != nil {
				return err
			}
			_, err := os.ReadFile(filepath.Join(at, filepath.Base(f)))
			return errors.Join(err, unmounted(at))
		}},
		{"a mount namespace, as containers have", opened, opened, 0, func(_ *ways, f string) error {
			cmd := exec.Command("cat", f)
			cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
			return cmd.Run()
		}},
		// By inotify only as long as the kernel remembers the name of the file.
		{"open_by_handle_at", opened, opened, 0, func(w *ways, f string) error {
			key, err := keyOf(f)
			if err != nil {
				return err
			}
			at, err := unix.Open(w.mount, unix.O_RDONLY|unix.O_DIRECTORY, 0)
			if err != nil {
				return err
			}
			defer unix.Close(at)
			kind := int32(order.Uint32([]byte(key[8:keyHead])))
			fd, err := unix.OpenByHandleAt(at, unix.NewFileHandle(kind, []byte(key[keyHead:])), unix.O_RDONLY)
			if err != nil {
				return err
			}
			_, err = unix.Read(fd, make([]byte, 10))
			return errors.Join(err, unix.Close(fd))
		}},
		{"truncate", Write, Write, Write, func(_ *ways, f string) error { return os.Truncate(f, 1) }},
		{"write", Write, Write, Write, func(_ *ways, f string) error { return os.WriteFile(f, []byte("other"), 0o600) }},
		{"chmod", Permission, Permission, Permission, func(_ *ways, f string) error { return os.Chmod(f, 0o644) }},
		{"chown", Permission, Permission, Permission, func(_ *ways, f string) error { return os.Chown(f, 65534, 65534) }},
		{"an extended attribute", Permission, Permission, Permission, func(_ *ways, f string) error {
			return unix.Setxattr(f, "trusted.custode", []byte("x"), 0)
		}},
		{"times", Permission, Permission, Permission, func(_ *ways, f string) error { return os.Chtimes(f, t0, t0) }},
		{"rename within", Rename, Rename, Rename, func(_ *ways, f string) error { return os.Rename(f, f+".locked") }},
		{"rename to outside", Rename, Rename, Rename, func(w *ways, f string) error { return os.Rename(f, w.outside("stolen")) }},
		{"another hard link", Create, Create, Create, func(_ *ways, f string) error { return os.Link(f, f+" too") }},
		{"unlink", Delete, Delete, Delete, func(_ *ways, f string) error { return os.Remove(f) }},
		{"stat", 0, 0, 0, func(_ *ways, f string) error {
			_, err := os.Stat(f)
			return err
		}},
		{"O_PATH", 0, 0, 0, func(_ *ways, f string) error {
			fd, err := unix.Open(f, unix.O_PATH, 0)
			if err != nil {
				return err
			}
			return unix.Close(fd)
		}},
		{"the device under the file system", 0, 0, 0, func(w *ways, _ string) error {
			return w.device()
		}},
		{"mounted over", Cover, Cover, Cover, func(_ *ways, f string) error {
			return unix.Mount("custode-test", f, "tmpfs", 0, "size=1m")
		}},
	}
}

// unmounted unmounts, and waits for whoever has a file in it: a watcher of the same disk, of
// another test too, is handed each file that is opened, and holds it until it has told of it.
func unmounted(at string) error {
	end := time.Now().Add(10 * time.Second)
	for {
		err := unix.Unmount(at, 0)
		if !errors.Is(err, unix.EBUSY) || time.Now().After(end) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// ways is the place where they are tried.
type ways struct {
	mount string
	image string
	early map[string]int // files that were open before the watch
	path  map[string]int // the same for O_PATH
}

func (w *ways) outside(name string) string { return filepath.Join(w.mount, "outside", name) }

// between opens the file and another one outside.
func (w *ways) between(f string, do func(in, out int) error) error {
	in, err := os.Open(f)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(w.outside("copy of "+filepath.Base(f)), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	return do(int(in.Fd()), int(out.Fd()))
}

// device reads the text of a file off the disk that the file system is on.
func (w *ways) device() error {
	unix.Sync()
	b, err := os.ReadFile(w.image)
	if err == nil && !strings.Contains(string(b), "secret on the disk") {
		err = errors.New("the text is not on the disk")
	}
	return err
}

func mapped(f string, flags, prot int) error {
	fd, err := unix.Open(f, flags, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	b, err := unix.Mmap(fd, 0, 3, prot, unix.MAP_SHARED)
	if err != nil {
		return err
	}
	if prot&unix.PROT_WRITE != 0 {
		b[0] = 'X'
	}
	if b[1] == 0 {
		return errors.New("nothing in it")
	}
	return unix.Munmap(b)
}

// loopDisk is an ext4 of the test's own, on a file.
func loopDisk(t *testing.T) (mount, image string) {
	t.Helper()
	rooted(t)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	image, mount = filepath.Join(dir, "image"), filepath.Join(dir, "mount")
	must(t, os.Mkdir(mount, 0o755))
	f, err := os.OpenFile(image, os.O_CREATE|os.O_WRONLY, 0o600)
	must(t, err)
	must(t, errors.Join(f.Truncate(16<<20), f.Close()))
	for _, args := range [][]string{{"mkfs.ext4", "-q", "-F", image}, {"mount", "-o", "loop", image, mount}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			cannot(t, "%s: %v: %s", args[0], err, out)
		}
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", mount).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return mount, image
}

// The twenty-seven ways to touch a file, and what each backend says of them.
func TestWaysToTouchAFile(t *testing.T) {
	all := table()
	if len(all) != 27 {
		t.Fatalf("%d ways", len(all))
	}
	for _, backend := range []string{fanName, inotifyName, notifyName} {
		t.Run(backend, func(t *testing.T) {
			mount, image := loopDisk(t)
			w := &ways{mount: mount, image: image, early: map[string]int{}, path: map[string]int{}}
			shop := filepath.Join(mount, "shop")
			must(t, os.MkdirAll(shop, 0o755))
			must(t, os.Mkdir(filepath.Join(mount, "outside"), 0o755))
			file := func(i int) string { return filepath.Join(shop, fmt.Sprintf("way %d", i)) }
			for i, way := range all {
				f := file(i)
				if way.name == "mounted over" {
					must(t, os.Mkdir(f, 0o755))
					continue
				}
				write(t, f, "secret on the disk")
				switch way.name {
				case "a hard link outside":
					must(t, os.Link(f, w.outside("link to "+filepath.Base(f))))
				case "a file opened before the watch began":
					fd, err := unix.Open(f, unix.O_RDONLY, 0)
					must(t, err)
					w.early[f] = fd
				case "/proc/PID/fd":
					fd, err := unix.Open(f, unix.O_PATH, 0)
					must(t, err)
					w.path[f] = fd
					t.Cleanup(func() { _ = unix.Close(fd) })
				}
			}
			l := watching(t, Options{Folders: []string{shop}, Backend: backend, Check: time.Hour})
			for i, way := range all {
				must(t, way.do(w, file(i)))
				marker := filepath.Join(shop, fmt.Sprint("marker ", i))
				write(t, marker, "")
				l.until(t, "the marker", func() bool { return l.has(Create, marker) })
				want := map[string]Op{fanName: way.fan, inotifyName: way.inotify, notifyName: way.notify}[backend]
				about := func() Op {
					var op Op
					events, _ := l.all()
					for _, e := range events {
						if e.Path == file(i) || e.From == file(i) || e.Path == file(i)+" too" {
							op |= e.Op
						}
					}
					return op
				}
				if want == 0 {
					if got := about(); got != 0 {
						t.Errorf("%s: told %s, where nothing was expected", way.name, got)
					}
					continue
				}
				if !l.wait(2*time.Second, func() bool { return about()&want != 0 }) {
					t.Errorf("%s: told %q, want any of %s", way.name, about(), want)
				}
				if way.name == "mounted over" {
					must(t, unmounted(file(i)))
				}
			}
			if _, blind := l.all(); slices.ContainsFunc(blind, func(b Blind) bool { return b.Why != Covered }) {
				t.Errorf("blind: %+v", blind)
			}
		})
	}
}

// saidOf is how the manual calls what is told.
var saidOf = map[Op]string{
	0: "nothing", opened: "read", Read: "read", Open: "opened", Open | CloseWrite: "opened, saved", Write: "changed", Permission: "permissions",
	Rename: "renamed", Create: "new name", Delete: "deleted", Cover: "covered",
}

// The manual has the same table.
func TestWaysStandInTheManual(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join("..", "..", "docs", "watch.md"))
	must(t, err)
	var got, want []string
	within := false
	for line := range strings.Lines(string(manual)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case cells[0] == "way":
			within = true
		case len(cells) != 4:
			within = false
		case within && !strings.HasPrefix(cells[0], "-"):
			got = append(got, strings.Join(cells, " | "))
		}
	}
	for _, w := range table() {
		want = append(want, strings.Join([]string{w.name, saidOf[w.fan], saidOf[w.inotify], saidOf[w.notify]}, " | "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("docs/watch.md does not have the table that is proven here:\n%s", strings.Join(want, "\n"))
	}
}
