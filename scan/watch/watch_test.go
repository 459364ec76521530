package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// log collects what a watcher tells.
type log struct {
	w *Watcher

	mu     sync.Mutex
	events []Event
	blind  []Blind
}

// watching starts a watcher with one backend on folders.
func watching(t *testing.T, opt Options) *log {
	t.Helper()
	return watchingBy(t, time.Now, opt)
}

func watchingBy(t *testing.T, now func() time.Time, opt Options) *log {
	t.Helper()
	opt.Now = now
	opt.self = -1 // this process touches the files
	if opt.Check == 0 {
		opt.Check = 20 * time.Millisecond
	}
	if opt.Poll == 0 {
		opt.Poll = 20 * time.Millisecond
	}
	w, err := Start(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	for path, c := range w.Coverage().Folders {
		if _, err := os.Stat(path); err == nil && opt.Backend != "" && c.Backend != opt.Backend {
			t.Fatalf("%s is watched by %q (%s, %v), not by %s", path, c.Backend, c.Why, c.Err, opt.Backend)
		}
	}
	l := &log{w: w}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			b, err := w.Next(ctx)
			if err != nil {
				return
			}
			l.mu.Lock()
			l.events = append(l.events, b.Events...)
			l.blind = append(l.blind, b.Blind...)
			l.mu.Unlock()
		}
	})
	t.Cleanup(func() {
		w.Close()
		cancel()
		wg.Wait()
	})
	return l
}

// forget leaves out all that was told so far.
func (l *log) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events, l.blind = nil, nil
}

func (l *log) all() ([]Event, []Blind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.events), slices.Clone(l.blind)
}

// has reports whether the operation was told of the path.
func (l *log) has(op Op, path string) bool {
	events, _ := l.all()
	return slices.ContainsFunc(events, func(e Event) bool { return e.Op&op != 0 && e.Path == path })
}

func (l *log) renamed(from, to string) bool {
	events, _ := l.all()
	if !hasModes && l.has(Create, to) && l.has(Delete, from) {
		return true // a look from time to time cannot tell on Windows
	}
	return slices.ContainsFunc(events, func(e Event) bool { return e.Op&Rename != 0 && e.Path == to && e.From == from })
}

func (l *log) blindFor(why Why) bool {
	_, blind := l.all()
	return slices.ContainsFunc(blind, func(b Blind) bool { return b.Why == why })
}

// until waits for something to become true, and says what was told if it does not.
func (l *log) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	if l.wait(10*time.Second, ok) {
		return
	}
	events, blind := l.all()
	var b strings.Builder
	for i, e := range events {
		if i == 60 {
			b.WriteString("...\n")
			break
		}
		fmt.Fprintf(&b, "%s %q from %q, by %q\n", e.Op, e.Path, e.From, e.Alias)
	}
	t.Fatalf("not told: %s\n%sblind: %+v", what, b.String(), blind)
}

func (l *log) wait(most time.Duration, ok func() bool) bool {
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return true
		}
	}
	return ok()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rename gives a folder another name. Where a sensor is listing it at that
// moment, Windows refuses: then it is tried again, for 20 seconds.
func rename(t *testing.T, was, is string) {
	t.Helper()
	err := os.Rename(was, is)
	for tries := 0; err != nil && !hasModes && tries < 1000; tries++ {
		time.Sleep(20 * time.Millisecond)
		err = os.Rename(was, is)
	}
	must(t, err)
}

// place makes a folder to be watched, with one file in one folder.
func place(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	dir = filepath.Join(dir, "shop")
	must(t, os.MkdirAll(filepath.Join(dir, "orders"), 0o755))
	write(t, filepath.Join(dir, "orders", "a.txt"), "one")
	return dir
}

// each runs a test for every backend that works here.
func each(t *testing.T, test func(t *testing.T, backend string)) {
	t.Helper()
	for _, b := range backends() {
		t.Run(b, func(t *testing.T) {
			able(t, b)
			test(t, b)
		})
	}
}

func TestChangesAreTold(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		l := watching(t, Options{Folders: []string{dir}, Backend: backend})
		a, b := filepath.Join(dir, "orders", "a.txt"), filepath.Join(dir, "b.txt")

		write(t, a, "two, and longer")
		l.until(t, "a change", func() bool { return l.has(Write, a) })
		write(t, b, "new")
		l.until(t, "a new file", func() bool { return l.has(Create, b) })
		if hasModes {
			must(t, os.Chmod(a, 0o644))
			l.until(t, "permissions", func() bool { return l.has(Permission, a) })
		}
		c := filepath.Join(dir, "orders", "c.txt")
		must(t, os.Rename(b, c))
		l.until(t, "a rename", func() bool { return l.renamed(b, c) })
		must(t, os.Remove(c))
		l.until(t, "a deletion", func() bool { return l.has(Delete, c) })
		if _, blind := l.all(); len(blind) > 0 {
			t.Errorf("blind: %+v", blind)
		}
	})
}

// Files that come into a folder before its sensor is in place are told too.
func TestNewFoldersAreWatchedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		l := watching(t, Options{Folders: []string{dir}, Backend: backend})
		var files []string
		for range 30 {
			at := filepath.Join(dir, fmt.Sprint("new", len(files)))
			deep := filepath.Join(at, "x", "y")
			must(t, os.MkdirAll(deep, 0o755))
			f := filepath.Join(deep, "f.txt")
			write(t, f, "text")
			files = append(files, f)
		}
		for _, f := range files {
			l.until(t, f, func() bool { return l.has(Create, f) })
		}
		late := filepath.Join(filepath.Dir(files[0]), "late.txt")
		write(t, late, "text")
		l.until(t, late, func() bool { return l.has(Create, late) })
	})
}

// After a folder is renamed, what is in it has its new name.
func TestRenamedFolder(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		must(t, os.MkdirAll(filepath.Join(dir, "orders", "deep"), 0o755))
		write(t, filepath.Join(dir, "orders", "deep", "d.txt"), "one")
		l := watching(t, Options{Folders: []string{dir}, Backend: backend})
		write(t, filepath.Join(dir, "orders", "deep", "d.txt"), "two!")
		l.until(t, "a change before", func() bool { return l.has(Write, filepath.Join(dir, "orders", "deep", "d.txt")) })

		was, is := filepath.Join(dir, "orders"), filepath.Join(dir, "old orders")
		rename(t, was, is)
		l.until(t, "the rename", func() bool { return l.renamed(was, is) })
		time.Sleep(50 * time.Millisecond) // fsnotify watches the folder anew
		l.forget()
		d := filepath.Join(is, "deep", "d.txt")
		write(t, d, "three!!")
		l.until(t, "a change after", func() bool { return l.has(Write, d) })
		events, _ := l.all()
		for _, e := range events {
			if under(e.Path, was) {
				t.Errorf("%s is told under its old name: %s", e.Op, e.Path)
			}
		}
	})
}

func TestFolderVanishesAndReturns(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		l := watching(t, Options{Folders: []string{dir}, Backend: backend})
		away := dir + " away"
		rename(t, dir, away)
		l.until(t, "that the folder is gone", func() bool { return l.has(Delete|Rename, dir) && l.w.Coverage().Why == Gone })
		rename(t, away, dir)
		l.until(t, "that it is back", func() bool { return l.blindFor(Gone) && l.w.Coverage().Changes })
		f := filepath.Join(dir, "orders", "after.txt")
		write(t, f, "text")
		l.until(t, "a file after it", func() bool { return l.has(Create, f) })
	})
}

func TestFolderThatIsReplaced(t *testing.T) {
	if !hasModes {
		t.Skip("Windows does not tell which folder it is")
	}
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		l := watching(t, Options{Folders: []string{dir}, Backend: backend, Check: time.Hour})
		must(t, os.Rename(dir, dir+" away"))
		must(t, os.MkdirAll(dir, 0o755))
		l.w.out.recheck()
		l.until(t, "another folder in its place", func() bool { return l.blindFor(Covered) || l.blindFor(Gone) })
		f := filepath.Join(dir, "in the other.txt")
		write(t, f, "text")
		l.until(t, "a file in it", func() bool { return l.has(Create, f) })
	})
}

// A folder given through a symbolic link is told by the name that was given.
func TestFolderBehindALink(t *testing.T) {
	if !hasModes {
		t.Skip("Windows does not tell which folder it is")
	}
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		dir := place(t)
		given := filepath.Join(filepath.Dir(dir), "link")
		if err := os.Symlink(dir, given); err != nil {
			t.Skip(err)
		}
		l := watching(t, Options{Folders: []string{given}, Backend: backend})
		write(t, filepath.Join(dir, "f.txt"), "text")
		l.until(t, "the file", func() bool { return l.has(Create, filepath.Join(given, "f.txt")) })
	})
}

func TestOptionsThatAreWrong(t *testing.T) {
	for _, opt := range []Options{{}, {Now: time.Now, Folders: []string{"shop"}}} {
		if _, err := Start(t.Context(), opt); err == nil {
			t.Errorf("%+v: no error", opt)
		}
	}
}

func TestFolderThatIsNotThereYet(t *testing.T) {
	dir := filepath.Join(place(t), "later")
	l := watching(t, Options{Folders: []string{dir}})
	if c := l.w.Coverage(); c.Changes || c.Why != Gone || c.Backend != "" {
		t.Errorf("%+v", c)
	}
	must(t, os.Mkdir(dir, 0o755))
	l.until(t, "the folder", func() bool { return l.w.Coverage().Changes })
}

// A sensor that gives up leaves the folder to the next one, and this is told.
func TestLesserSensor(t *testing.T) {
	dir := place(t)
	l := watching(t, Options{Folders: []string{dir}, Backend: notifyName})
	limit := &LimitError{Sysctl: "fs.inotify.max_user_watches", Value: 8192}
	l.w.out.failed <- failure{l.w.folders[0].real, notifyName, limit}
	l.w.out.failed <- failure{l.w.folders[0].real, notifyName, limit} // what was under way fails too
	l.until(t, "the poll", func() bool { return l.w.Coverage().Backend == pollName && l.blindFor(Limit) })
	c := l.w.Coverage()
	if got := (*LimitError)(nil); c.Why != Limit || !errors.As(c.Err, &got) || got != limit {
		t.Errorf("%+v", c)
	}
	f := filepath.Join(dir, "f.txt")
	write(t, f, "text")
	l.until(t, "a change by the poll", func() bool { return l.has(Create, f) })
}

func TestClockThatJumps(t *testing.T) {
	for _, c := range []struct {
		byClock, really time.Duration
		want            bool
	}{{time.Hour, time.Hour, false}, {time.Second, 2 * time.Second, false}, {-time.Hour, time.Second, true}, {time.Hour, time.Second, true}} {
		if got := jumped(c.byClock, c.really); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestCompare(t *testing.T) {
	got := compare(
		map[string]state{"gone": {size: 1}, "same": {size: 1}, "grown": {size: 1}, "mode": {mode: 0o600}},
		map[string]state{"new": {size: 1}, "same": {size: 1}, "grown": {size: 2}, "mode": {mode: 0o644}},
	)
	want := []Event{{Op: Delete, Path: "gone"}, {Op: Write, Path: "grown"}, {Op: Permission, Path: "mode"}, {Op: Create, Path: "new"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestUnder(t *testing.T) {
	sep := string(filepath.Separator)
	for _, c := range []struct {
		path, folder string
		want         bool
	}{
		{sep + "a" + sep + "b", sep + "a", true},
		{sep + "a", sep + "a", true},
		{sep + "ab", sep + "a", false},
		{sep + "x", sep, true},
		{"", sep + "a", false},
	} {
		if got := under(c.path, c.folder); got != c.want {
			t.Errorf("%q under %q: %v", c.path, c.folder, got)
		}
	}
	if got := moved(sep+"a"+sep+"f", sep+"a", sep+"b"); got != sep+"b"+sep+"f" {
		t.Error(got)
	}
}
