package watch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// stopwatch is a clock that can be held, and with it everybody who asks it.
type stopwatch struct{ mu sync.Mutex }

func (s *stopwatch) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now()
}

// Overflow drill: the receiver stands still until the kernel's queue of 16,384 is
// full. The loss is told, a comparison finds every change, and what comes after
// is seen again.
func TestKernelQueueOverflows(t *testing.T) {
	for _, backend := range []string{fanName, inotifyName, notifyName} {
		t.Run(backend, func(t *testing.T) {
			able(t, backend)
			if backend == notifyName && !torture() || backend == inotifyName && !torture() && os.Geteuid() == 0 {
				t.Skip("CUSTODE_TORTURE=1 drills it too")
			}
			var shop string
			if os.Geteuid() == 0 {
				_, shop = disk(t)
			} else {
				shop = place(t)
			}
			before, err := snapshot(shop)
			must(t, err)
			var clock stopwatch
			l := watchingBy(t, clock.now, Options{Folders: []string{shop}, Backend: backend})
			clock.mu.Lock()
			const n = 17_000
			for i := range n {
				f, err := os.OpenFile(filepath.Join(shop, fmt.Sprint("f", i)), os.O_CREATE|os.O_WRONLY, 0o600)
				must(t, err)
				must(t, f.Close())
			}
			must(t, os.MkdirAll(filepath.Join(shop, "made", "meanwhile"), 0o755))
			clock.mu.Unlock()
			l.until(t, "the overflow", func() bool { return l.blindFor(Overflow) })
			_, blind := l.all()
			if b := blind[0]; b.Lost != -1 || len(b.Folders) != 1 || b.Folders[0] != shop || b.To.Before(b.From) {
				t.Errorf("%+v", b)
			}
			start := time.Now()
			after, err := snapshot(shop)
			must(t, err)
			if found := compare(before, after); len(found) != n+2 {
				t.Errorf("the comparison finds %d of %d", len(found), n+2)
			}
			t.Logf("%s: %d files compared in %v", backend, n, time.Since(start).Round(time.Millisecond))
			late := filepath.Join(shop, "made", "meanwhile", "late.txt")
			write(t, late, "text")
			l.until(t, "what comes after", func() bool { return l.has(Create, late) })
		})
	}
}

// A reader that takes 200 microseconds for an event, and a queue of 100: every
// event is told or counted as lost, and a comparison finds every change.
func TestSlowConsumer(t *testing.T) {
	n := 600
	if torture() {
		n = 50_000
	}
	for _, backend := range []string{fanName, inotifyName} {
		t.Run(backend, func(t *testing.T) {
			able(t, backend)
			shop := place(t)
			before, err := snapshot(shop)
			must(t, err)
			w, err := Start(t.Context(), Options{Folders: []string{shop}, Backend: backend, Now: time.Now, Ring: 100, self: -1})
			must(t, err)
			defer w.Close()
			done := make(chan struct{})
			go func() {
				defer close(done)
				for i := range n {
					f, err := os.OpenFile(filepath.Join(shop, fmt.Sprint("f", i)), os.O_CREATE|os.O_WRONLY, 0o600)
					if err == nil {
						err = f.Close()
					}
					if err != nil {
						t.Error(err)
					}
				}
			}()
			seen := map[string]bool{}
			var lost int64
			var last time.Time
			for writing := true; writing || w.out.ring.len() > 0; {
				b, err := w.Next(t.Context())
				must(t, err)
				for _, e := range b.Events {
					seen[e.Path] = true
					time.Sleep(200 * time.Microsecond)
				}
				for _, bl := range b.Blind {
					if bl.Why != RingFull || bl.Lost <= 0 || bl.To.Before(bl.From) {
						t.Errorf("%+v", bl)
					}
					lost += bl.Lost
					last = bl.To
				}
				select {
				case <-done:
					writing = false
				default:
				}
			}
			if lost == 0 || last.IsZero() {
				t.Errorf("nothing lost: %d of %d files seen", len(seen), n)
			}
			start := time.Now()
			after, err := snapshot(shop)
			must(t, err)
			if found := compare(before, after); len(found) != n {
				t.Errorf("the comparison finds %d of %d", len(found), n)
			}
			t.Logf("%s: %d files, %d seen, %d events counted as lost, compared in %v", backend, n, len(seen), lost, time.Since(start).Round(time.Millisecond))
		})
	}
}

const limitChild = "CUSTODE_WATCH_LIMIT"

// In a user namespace of its own, the kernel's limit of watches can be lowered:
// the folder is then looked at from time to time, and it is said why.
func TestLimitOfWatches(t *testing.T) {
	if os.Getenv(limitChild) != "" {
		limited(t)
		return
	}
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, "-test.run=^TestLimitOfWatches$", "-test.v")
	cmd.Env = append(os.Environ(), limitChild+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if pathErr := (*os.PathError)(nil); errors.As(err, &pathErr) {
		cannot(t, "a user namespace: %v", err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func limited(t *testing.T) { //nolint:thelper // it is the test, in another process
	if err := os.WriteFile("/proc/sys/user/max_inotify_watches", []byte("5"), 0); err != nil {
		t.Skipf("SKIPPED, LOUDLY: %v", err)
	}
	for _, backend := range []string{inotifyName, notifyName} {
		dir := place(t)
		small := filepath.Join(dir, "orders")
		for i := range 10 {
			must(t, os.Mkdir(filepath.Join(dir, fmt.Sprint("d", i)), 0o755))
		}
		w, err := Start(t.Context(), Options{Folders: []string{dir, filepath.Join(filepath.Dir(dir), "tiny")}, Backend: backend, Now: time.Now, Poll: 20 * time.Millisecond, Check: 20 * time.Millisecond})
		must(t, err)
		c := w.Coverage().Folders[dir]
		limit := (*LimitError)(nil)
		if c.Backend != pollName || c.Why != Limit || !errors.As(c.Err, &limit) || limit.Sysctl != "fs.inotify.max_user_watches" || limit.Folder != dir {
			t.Errorf("%s: %+v", backend, c)
		}
		write(t, filepath.Join(small, "new.txt"), "text")
		for seen := false; !seen; {
			b, err := w.Next(t.Context())
			must(t, err)
			for _, e := range b.Events {
				seen = seen || e.Path == filepath.Join(small, "new.txt") && e.Op.Has(Create)
			}
		}
		// A folder that outgrows the limit while it is watched.
		tiny := filepath.Join(filepath.Dir(dir), "tiny")
		must(t, os.Mkdir(tiny, 0o755))
		waitFor(t, "the new folder", func() bool { return w.Coverage().Folders[tiny].Backend == backend })
		for i := range 10 {
			must(t, os.Mkdir(filepath.Join(tiny, fmt.Sprint("d", i)), 0o755))
		}
		waitFor(t, "the limit", func() bool { return w.Coverage().Folders[tiny].Why == Limit })
		w.Close()
	}
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
