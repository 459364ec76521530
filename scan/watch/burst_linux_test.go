package watch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// Programs that live a millisecond are named, and so is who started them. The
// share of users that is promised is for the program as it is delivered: with the
// race detector, beside all other tests, fewer may be known in time, but never a
// wrong one told.
func TestFanotifyNamesShortReaders(t *testing.T) {
	_, shop := disk(t)
	n := 100
	if torture() {
		n = 1000
	}
	var list strings.Builder
	for i := range n {
		f := filepath.Join(shop, fmt.Sprintf("f%04d.txt", i))
		write(t, f, "text")
		must(t, os.Chmod(f, 0o644))
		list.WriteString(f + "\n")
	}
	files := filepath.Join(t.TempDir(), "files")
	write(t, files, list.String())
	for at := shop; at != "/"; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err != nil || info.Mode().Perm()&0o005 != 0o005 {
			must(t, os.Chmod(at, 0o755))
		}
	}
	cat, err := filepath.EvalSymlinks("/bin/cat")
	must(t, err)
	l := watching(t, Options{Folders: []string{shop}, Backend: fanName})
	for _, at := range []string{"1", "4"} {
		for _, uid := range []uint32{0, 65534} {
			l.forget()
			in, err := os.Open(files)
			must(t, err)
			cmd := exec.Command("xargs", "-n1", "-P"+at, "cat")
			cmd.Stdin = in
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
			if out, err := cmd.CombinedOutput(); err != nil || len(out) != 4*n {
				t.Fatalf("%v: %d bytes", err, len(out))
			}
			must(t, in.Close())
			var opens map[string]*Actor
			l.until(t, "all reads", func() bool {
				opens = map[string]*Actor{}
				events, _ := l.all()
				for _, e := range events {
					if e.Op.Has(Open) {
						opens[e.Path] = e.Actor
					}
				}
				return len(opens) >= n
			})
			program, user, wrong := 0, 0, 0
			for _, a := range opens {
				if a != nil && a.Program == cat {
					program++
				}
				switch {
				case a != nil && a.UID == uid:
					user++
				case a != nil && a.UID != UnknownUID:
					wrong++
				}
			}
			t.Logf("%s at a time as %d: program right in %d of %d, user in %d", at, uid, program, n, user)
			share := 900
			if torture() {
				share = 995
			}
			if program*1000 < 999*n || user*1000 < share*n || wrong > 0 {
				t.Errorf("%s at a time as %d: program right in %d of %d, user in %d, wrong in %d", at, uid, program, n, user, wrong)
			}
		}
	}
}

// Time from a read to its event, at 1,000 a second and in a burst.
func TestTortureLatency(t *testing.T) {
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
			for i := range n {
				write(t, name(i), "text")
			}
			l := watching(t, Options{Folders: []string{shop}, Backend: backend})
			at := make([]time.Time, n)
			measure := func(what string, n int, pace time.Duration) {
				l.forget()
				start := time.Now()
				for i := range n {
					if pace > 0 {
						time.Sleep(time.Until(start.Add(time.Duration(i) * pace)))
					}
					at[i] = time.Now()
					read(t, name(i))
				}
				took := time.Since(start)
				byName := map[string]int{}
				for i := range n {
					byName[name(i)] = i
				}
				seen := make(map[int]time.Duration, n)
				l.wait(20*time.Second, func() bool {
					events, blind := l.all()
					clear(seen)
					for _, e := range events {
						if i, ok := byName[e.Path]; ok && e.Op.Has(Open) {
							if _, twice := seen[i]; !twice {
								seen[i] = e.At.Sub(at[i])
							}
						}
					}
					return len(seen) == n || len(blind) > 0
				})
				_, blind := l.all()
				var all []time.Duration
				for _, d := range seen {
					all = append(all, d)
				}
				slices.Sort(all)
				t.Logf("%s, %s: %d reads in %v (%v each), %d seen, p50 %v, p99 %v, blind %v", backend, what, n, took.Round(time.Millisecond), (took / time.Duration(n)).Round(100*time.Nanosecond), len(all), all[len(all)/2], all[len(all)*99/100], blind)
				if len(all) != n && len(blind) == 0 {
					t.Errorf("%d of %d reads went past in silence", n-len(all), n)
				}
			}
			measure("1,000 a second", 3000, time.Millisecond)
			measure("in a burst", n, 0)
		})
	}
}
