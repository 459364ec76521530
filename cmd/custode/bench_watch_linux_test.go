package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"custode/cmd/custode/internal/store"
	"custode/internal/host"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// The shop of the watch's bench.
const (
	watchFiles  = 50_000
	watchSize   = 20 << 10
	watchRounds = 3
	idleFor     = time.Minute
)

// TestBenchWatch prints what the watch costs and how fast it is: its comparison beside
// aide --check, and the whole of custode watch --json. It asserts nothing.
func TestBenchWatch(t *testing.T) {
	bin := os.Getenv("CUSTODE_BENCH")
	if bin == "" {
		t.Skip("only by make bench")
	}
	w := &watchBench{bench: bench{t: t, bin: bin, env: append(os.Environ(), "LANG=C.UTF-8")}}
	w.dir = w.disk()
	w.home, w.shop = filepath.Join(t.TempDir(), "home"), filepath.Join(w.dir, "shop")
	w.must(os.Mkdir(w.shop, 0o755))
	w.run("init", "--yes", "--country", "IT", "--data", w.shop)
	for i := range watchFiles {
		w.file(i)
	}
	fmt.Printf("\nthe watch: %d files of %d KB; %d cores; warm cache; median of %d rounds\n\n", watchFiles, watchSize>>10, runtime.NumCPU(), watchRounds)
	w.compare()
	w.live()
	w.backup()
	w.names()
	fmt.Printf("\n%-52s %-18s %s\n", "", "aim", "reached")
	for _, l := range w.targets {
		fmt.Printf("%-52s %-18s %s\n", l.what, l.aim, l.reached)
	}
}

// watchBench measures the watch.
type watchBench struct {
	bench

	dir, home, shop string
}

func (w *watchBench) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// run runs custode to its end; what it found is no failure.
func (w *watchBench) run(args ...string) string {
	w.t.Helper()
	cmd := exec.Command(w.bin, append([]string{"--home", w.home}, args...)...)
	cmd.Env = w.env
	out, err := cmd.Output()
	if end, is := errors.AsType[*exec.ExitError](err); err != nil && (!is || end.ExitCode() > 2) {
		w.t.Fatalf("%q: %v", args, err)
	}
	return string(out)
}

// disk is a file system of its own, as root: the sensor hears of nobody else's files.
func (w *watchBench) disk() string {
	dir := w.t.TempDir()
	if !host.Root() {
		return dir
	}
	if err := syscall.Mount("custode", dir, "tmpfs", 0, "size=3g"); err != nil {
		fmt.Println("! no file system of its own:", err)
		return dir
	}
	w.t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func (w *watchBench) name(i int) string {
	return filepath.Join(w.shop, fmt.Sprintf("d%03d", i%100), fmt.Sprintf("f%05d.csv", i))
}

func (w *watchBench) file(i int) {
	w.t.Helper()
	line := fmt.Sprintf("%d;Anna Rossi;anna.rossi%d@example.com;Via Roma 1\n", i, i)
	w.must(os.MkdirAll(filepath.Dir(w.name(i)), 0o755))
	w.must(os.WriteFile(w.name(i), []byte(strings.Repeat(line, watchSize/len(line)+1)[:watchSize]), 0o644))
}

// compare measures the comparison with the baseline beside aide.
func (w *watchBench) compare() {
	w.run("watch", "--reconcile")
	row := func(what string, run func() (time.Duration, int64)) measured {
		m := w.measure(watchRounds, run)
		fmt.Printf("%-44s %8.2f s %6d MiB\n", what, m.took.Seconds(), m.peak>>20)
		return m
	}
	own := func(args ...string) func() (time.Duration, int64) {
		return w.custode(append([]string{"--home", w.home, "watch", "--reconcile"}, args...)...)
	}
	full, fast := row("custode watch --reconcile --full", own("--full")), row("custode watch --reconcile", own())
	w.reached("memory of watch --reconcile, fast and full", "", "%d and %d MiB", fast.peak>>20, full.peak>>20)
	aide, err := exec.LookPath("aide")
	if err != nil {
		fmt.Println("! SKIPPED LOUDLY: aide is not installed (apt-get install aide): nothing to compare with")
		return
	}
	conf, db := filepath.Join(w.t.TempDir(), "aide.conf"), filepath.Join(w.t.TempDir(), "db")
	w.must(os.WriteFile(conf, []byte(strings.Join([]string{
		"database_in=file:" + db, "database_out=file:" + db, "num_workers=2", "report_url=file:" + db + ".report", "log_level=error",
		w.shop + " p+i+n+u+g+s+m+c+acl+sha256", "",
	}, "\n")), 0o600))
	w.must(exec.Command(aide, "--init", "--config="+conf).Run())
	peer := row("aide --check, 2 workers", w.process(aide, "--check", "--config="+conf))
	w.reached("50,000 files, all read, against aide", "8 x as fast", "%.1f x", peer.took.Seconds()/full.took.Seconds())
	w.reached("50,000 files, by what the disk tells, against aide", "60 x as fast", "%.0f x", peer.took.Seconds()/fast.took.Seconds())
}

// live measures a watch that runs.
func (w *watchBench) live() {
	if !host.Root() {
		fmt.Println("! SKIPPED LOUDLY: only root sees who reads: the running watch is not measured")
		return
	}
	s := w.stream()
	s.settle()
	before := s.spent()
	time.Sleep(idleFor)
	w.reached("idle: part of a core", "0.5 %", "%.2f %%", 100*(s.spent()-before).Seconds()/idleFor.Seconds())
	w.reached("idle: memory", "40 MiB", "%d MiB, of it %d its own, the rest the program's file", s.memory("VmRSS")>>20, s.memory("RssAnon")>>20)
	for _, what := range []string{"read", "write"} {
		paced := s.touch(what, 5000, time.Millisecond)
		w.reached("event to line, 1,000 "+what+"s a second", "p99 1 ms", "%v", paced)
		burst := s.touch(what, watchFiles, 0)
		w.reached(fmt.Sprintf("event to line, a burst of 50,000 %ss", what), "p99 10 ms", "%v", burst)
		w.reached("  of them lost in silence", "0", "%d of %d", watchFiles-burst.seen-int(s.lost()), watchFiles)
	}
	s.end()
}

// backup has a learned program read all files.
func (w *watchBench) backup() {
	if !host.Root() {
		fmt.Println("! SKIPPED LOUDLY: only root sees who reads: no learned backup is measured")
		return
	}
	cp, err := filepath.EvalSymlinks("/bin/cp")
	w.must(err)
	since := time.Now().AddDate(0, 0, -30)
	habit := rules.Habit{Folder: w.shop, User: "root", Program: cp, Verbs: rules.Read, Most: watchFiles, First: since, Last: since}
	for h := range 168 {
		habit.Hours.Add(since.Add(time.Duration(h) * time.Hour))
	}
	ctx := context.Background()
	st, err := store.Open(ctx, w.home, time.Now)
	w.must(err)
	w.must(st.SaveHabits(ctx, lookout.Habits{Since: since, List: []rules.Habit{habit}}))
	w.must(st.Close())
	w.sql("DELETE FROM activity")
	s := w.stream()
	s.settle()
	from := s.alerts()
	w.must(exec.Command(cp, "-r", w.shop, w.t.TempDir()).Run())
	s.quiet()
	alerts := s.alerts() - from
	s.end()
	w.reached("a learned backup of 50,000 files: alerts", "0", "%d", alerts)
	w.reached("  rows of its record", "at most 100", "%d", w.sql("SELECT count(*) FROM activity"))
}

var namedReaders = regexp.MustCompile(`(\d at a time as \d+): program right in (\d+) of (\d+), user in (\d+)`)

// names has the sensors' own test say how many short readers they name, while the
// computer has other work.
func (w *watchBench) names() {
	if !host.Root() {
		fmt.Println("! SKIPPED LOUDLY: only root sees who reads: no names are measured")
		return
	}
	var stop atomic.Bool
	for range runtime.NumCPU() {
		go func() {
			for !stop.Load() { // to be busy is what it is for
			}
		}()
	}
	cmd := exec.Command("go", "test", "-count=1", "-v", "-run", "TestFanotifyNamesShortReaders", "custode/scan/watch")
	cmd.Env = append(os.Environ(), "CUSTODE_TORTURE=1")
	out, err := cmd.CombinedOutput()
	stop.Store(true)
	found := namedReaders.FindAllStringSubmatch(string(out), -1)
	if len(found) == 0 {
		fmt.Printf("! no names: %v\n%s\n", err, out)
	}
	for _, m := range found {
		w.reached("short readers named on a busy computer, "+m[1], "99.9 %, 99.5 %", "program %s, user %s of %s", m[2], m[4], m[3])
	}
}
