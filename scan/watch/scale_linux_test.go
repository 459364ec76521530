package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Changes in a burst: each file is told, or a blind interval is.
func TestTortureChanges(t *testing.T) {
	if !torture() {
		t.Skip("CUSTODE_TORTURE=1 measures")
	}
	for _, backend := range []string{fanName, inotifyName} {
		t.Run(backend, func(t *testing.T) {
			able(t, backend)
			_, shop := disk(t)
			const n = 50_000
			for i := range 100 {
				must(t, os.Mkdir(filepath.Join(shop, fmt.Sprint("d", i)), 0o755))
			}
			name := func(i int) string { return filepath.Join(shop, fmt.Sprint("d", i%100), fmt.Sprint("f", i)) }
			l := watching(t, Options{Folders: []string{shop}, Backend: backend})
			burst := func(what string, op Op, told func(i int) string, do func(i int) error) {
				l.forget()
				start := time.Now()
				for i := range n {
					must(t, do(i))
				}
				took := time.Since(start)
				seen := map[string]bool{}
				l.wait(20*time.Second, func() bool {
					events, blind := l.all()
					clear(seen)
					for _, e := range events {
						if e.Op&op != 0 {
							seen[e.Path] = true
						}
					}
					return len(seen) >= n || len(blind) > 0
				})
				missed := 0
				for i := range n {
					if !seen[told(i)] {
						missed++
					}
				}
				_, blind := l.all()
				t.Logf("%s, %d %s in %v (%v each): %d not told, blind %v", backend, n, what, took.Round(time.Millisecond), (took / n).Round(100*time.Nanosecond), missed, blind)
				if missed > 0 && len(blind) == 0 {
					t.Errorf("%d went past in silence", missed)
				}
			}
			burst("made", Create, name, func(i int) error { return os.WriteFile(name(i), []byte("text"), 0o600) })
			burst("changed", Write, name, func(i int) error { return os.WriteFile(name(i), []byte("other"), 0o600) })
			locked := func(i int) string { return name(i) + ".locked" }
			burst("renamed", Rename, locked, func(i int) error { return os.Rename(name(i), locked(i)) })
			burst("deleted", Delete, locked, func(i int) error { return os.Remove(locked(i)) })
		})
	}
}

// What it costs to watch 100,000 folders.
func TestTortureFolders(t *testing.T) {
	if !torture() {
		t.Skip("CUSTODE_TORTURE=1 measures")
	}
	_, shop := disk(t)
	const n = 100_000
	for i := range n {
		dir := filepath.Join(shop, fmt.Sprint("d", i/100))
		if i%100 == 0 {
			must(t, os.Mkdir(dir, 0o755))
		} else {
			must(t, os.Mkdir(filepath.Join(dir, fmt.Sprint(i%100)), 0o755))
		}
	}
	for _, backend := range []string{fanName, inotifyName, notifyName} {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		w, err := Start(t.Context(), Options{Folders: []string{shop}, Backend: backend, Now: time.Now, self: -1})
		must(t, err)
		took := time.Since(start)
		if f, ok := w.sensors[fanName].(*fan); ok {
			for known := 0; known < n; time.Sleep(time.Millisecond) {
				f.dirs.mu.RLock()
				known = len(f.dirs.in)
				f.dirs.mu.RUnlock()
			}
		}
		all := time.Since(start)
		runtime.GC()
		runtime.ReadMemStats(&after)
		t.Logf("%s: %d folders watched after %v, all known after %v, %d KiB; by %s", backend, n, took.Round(10*time.Microsecond), all.Round(time.Millisecond), (int64(after.HeapAlloc)-int64(before.HeapAlloc))/1024, w.Coverage().Backend)
		w.Close()
	}
}
