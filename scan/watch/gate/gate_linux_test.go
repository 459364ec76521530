package gate_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/scan/watch"
	"custode/scan/watch/gate"
	"custode/scan/watch/judge"
	"custode/scan/watch/rules"
)

// TestMain is also the guard, and the programs that open files.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "guard" {
		if err := gate.Respond(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) > 1 && os.Args[1] == "do" {
		os.Exit(do(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// disk mounts a file system of the test's own, with a shop on it.
func disk(t *testing.T) (mount, shop string) {
	t.Helper()
	cannot := t.Skipf
	if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "root") {
		cannot = t.Fatalf
	}
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED, LOUDLY: a gate is for root only: see the step of root")
	}
	mount, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	if err := unix.Mount("custode-test", mount, "tmpfs", 0, "size=512m,mode=755"); err != nil {
		cannot("SKIPPED, LOUDLY: tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(mount, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	shop = filepath.Join(mount, "shop")
	must(t, os.MkdirAll(filepath.Join(shop, "orders"), 0o755))
	put(t, filepath.Join(shop, "orders", "a.txt"), "one")
	return mount, shop
}

func put(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

// program starts a program with a session of its own, and returns what it says when it
// has ended.
func program(t *testing.T, args ...string) (wait func() string) {
	t.Helper()
	r, w, err := os.Pipe()
	must(t, err)
	self, err := os.Executable()
	must(t, err)
	p, err := os.StartProcess(self, append([]string{self, "do"}, args...), &os.ProcAttr{
		Files: []*os.File{nil, w, os.Stderr}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	must(t, err)
	_ = unix.Setpriority(unix.PRIO_PROCESS, p.Pid, 0) // it has inherited that of the watch
	must(t, w.Close())
	return func() string {
		var b strings.Builder
		buf := make([]byte, 4096)
		for {
			n, err := r.Read(buf)
			b.Write(buf[:n])
			if err != nil {
				break
			}
		}
		_ = r.Close()
		_, err := p.Wait()
		must(t, err)
		return strings.TrimSpace(b.String())
	}
}

// runs is program that is waited for.
func runs(t *testing.T, args ...string) string {
	t.Helper()
	return program(t, args...)()
}

// shopWatch is the watch as it runs in earnest, with all parts.
type shopWatch struct {
	w    *watch.Watcher
	g    *gate.Gate
	d    *gate.Denials
	hold atomic.Pointer[chan struct{}] // the judge waits for it
	mu   sync.Mutex
	news []rules.News
	told []gate.Notice
}

func guardCommand(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	return []string{self, "guard"}
}

func watching(t *testing.T, folders ...string) *shopWatch {
	t.Helper()
	s := &shopWatch{d: gate.NewDenials(time.Now)}
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	s.w, err = watch.Start(ctx, watch.Options{Folders: folders, Now: time.Now, Backend: "fanotify"})
	must(t, err)
	j := judge.New(judge.Options{
		Folders: folders, Open: func(p string) (judge.File, error) { return os.OpenFile(p, os.O_RDONLY|unix.O_NONBLOCK, 0) },
		Decoy: func(p string) bool { return filepath.Base(p) == "decoy.csv" },
	})
	for _, f := range folders {
		must(t, filepath.WalkDir(f, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				j.Learn(p)
			}
			return err
		}))
	}
	s.g, err = gate.Start(ctx, gate.Options{
		Folders: folders, Command: guardCommand(t), Settle: s.w.Settle, Judge: s.d, Now: time.Now,
		Told: func(n gate.Notice) {
			s.mu.Lock()
			s.told = append(s.told, n)
			s.mu.Unlock()
		},
	})
	must(t, err)
	e := rules.New(rules.Config{}, rules.NewProfile(time.Now(), nil))
	var loop sync.WaitGroup
	loop.Go(func() {
		for {
			b, err := s.w.Next(ctx)
			if err != nil {
				return
			}
			if c := s.hold.Load(); c != nil {
				<-*c
			}
			var facts []rules.Fact
			for i := range b.Events {
				s.g.See(&b.Events[i])
				facts = append(facts, j.Facts(b.Events[i])...)
			}
			if b.Asked() {
				facts = append(facts, j.Settle()...)
			}
			s.d.See(facts)
			for _, f := range facts {
				news := e.See(f)
				s.d.Take(news)
				s.mu.Lock()
				s.news = append(s.news, news...)
				s.mu.Unlock()
			}
			b.Done()
		}
	})
	t.Cleanup(func() {
		s.g.Close()
		cancel()
		loop.Wait()
		s.w.Close()
	})
	return s
}

func (s *shopWatch) notices(what gate.What) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.told {
		if x.What == what {
			n++
		}
	}
	return n
}

// until waits for something to become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never: " + what)
}

// guards lists the guards that this process has started.
func guards(t *testing.T) (pids []int) {
	t.Helper()
	list, err := filepath.Glob("/proc/[0-9]*/stat")
	must(t, err)
	for _, p := range list {
		b, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		f := strings.Fields(rest)
		cmd, _ := os.ReadFile(filepath.Join(filepath.Dir(p), "cmdline"))
		if len(f) > 1 && f[1] == strconv.Itoa(os.Getpid()) && f[0] != "Z" && strings.HasSuffix(string(cmd), "\x00guard\x00") {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(p)))
			must(t, err)
			pids = append(pids, pid)
		}
	}
	return pids
}

func guard(t *testing.T) (pid int) {
	t.Helper()
	until(t, "a guard", func() bool {
		g := guards(t)
		if len(g) == 1 {
			pid = g[0]
		}
		return len(g) == 1
	})
	return pid
}

func TestStartSaysWhyNot(t *testing.T) {
	_, shop := disk(t)
	_, err := gate.Start(t.Context(), gate.Options{
		Folders: []string{shop}, Command: guardCommand(t), Judge: gate.NewDenials(time.Now), Now: time.Now,
		Settle: func(context.Context, ...int) ([]*watch.Actor, error) { return nil, errors.ErrUnsupported },
	})
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("sensors that cannot say what was before: %v", err)
	}
	_, err = gate.Start(t.Context(), gate.Options{
		Folders: []string{shop}, Command: []string{"/bin/false"}, Judge: gate.NewDenials(time.Now), Now: time.Now,
		Settle: func(ctx context.Context, _ ...int) ([]*watch.Actor, error) { return nil, ctx.Err() },
	})
	if err == nil {
		t.Error("a guard that is none")
	}
}

// Everybody is let in while nothing is wrong, also in folders that come later.
func TestAnswers(t *testing.T) {
	mount, shop := disk(t)
	s := watching(t, shop)
	if out := runs(t, "read", "1", filepath.Join(shop, "orders", "a.txt")); out != "ok" {
		t.Fatal(out)
	}
	before := s.g.Stats()
	if before.Asked == 0 || before.Denied+before.Skipped > 0 || before.Folders != 2 || before.Guards != 1 {
		t.Errorf("%+v", before)
	}
	must(t, os.MkdirAll(filepath.Join(mount, "new", "deep"), 0o755))
	put(t, filepath.Join(mount, "new", "deep", "b.txt"), "two")
	put(t, filepath.Join(mount, "outside.txt"), "three")
	if runs(t, "rename", filepath.Join(mount, "new"), filepath.Join(shop, "new")) != "ok" {
		t.Fatal("rename")
	}
	if runs(t, "mkdir", filepath.Join(shop, "made", "later")) != "ok" {
		t.Fatal("mkdir")
	}
	until(t, "new folders are behind the gate", func() bool { return s.g.Stats().Folders >= 6 })
	asked := func(n int, path string) {
		t.Helper()
		was := s.g.Stats()
		if out := runs(t, "read", "10", path); out != "ok" {
			t.Fatal(out)
		}
		now := s.g.Stats() // the judge's own looks go on meanwhile
		if got := now.Asked - now.Own - (was.Asked - was.Own); got != int64(n) {
			t.Errorf("%s: asked %d times, not %d", path, got, n)
		}
	}
	if out := runs(t, "write", filepath.Join(shop, "made", "later", "c.txt")); out != "ok" {
		t.Fatal(out)
	}
	asked(10, filepath.Join(shop, "new", "deep", "b.txt"))
	asked(10, filepath.Join(shop, "made", "later", "c.txt"))
	asked(0, filepath.Join(mount, "outside.txt"))
	// Names outside: a file with two names is asked for by both; a folder that left, too.
	if runs(t, "link", filepath.Join(shop, "orders", "a.txt"), filepath.Join(mount, "alias")) != "ok" {
		t.Fatal("link")
	}
	until(t, "the name outside is behind the gate", func() bool { return s.g.Stats().Links > 0 })
	asked(10, filepath.Join(mount, "alias"))
	if runs(t, "rename", filepath.Join(shop, "new"), filepath.Join(mount, "away")) != "ok" {
		t.Fatal("rename")
	}
	asked(10, filepath.Join(mount, "away", "deep", "b.txt"))
	if after := s.g.Stats(); after.Denied+after.Skipped > 0 {
		t.Errorf("%+v", after)
	}
}

// The watch opens files of its own behind the gate, also while its judge works.
func TestOwnOpens(t *testing.T) {
	_, shop := disk(t)
	s := watching(t, shop)
	defer s.stuck()()
	put(t, filepath.Join(shop, "own.txt"), "x")
	start := time.Now()
	for range 100 {
		if _, err := os.ReadFile(filepath.Join(shop, "own.txt")); err != nil {
			t.Fatal(err)
		}
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("100 own opens took %v", d)
	}
	if st := s.g.Stats(); st.Own < 100 || st.Skipped > 0 {
		t.Errorf("%+v", st)
	}
}

// stuck has the judge stand still until it is called.
func (s *shopWatch) stuck() (free func()) {
	c := make(chan struct{})
	s.hold.Store(&c)
	var once sync.Once
	return func() {
		once.Do(func() {
			s.hold.Store(nil)
			close(c)
		})
	}
}

// deny denies a session, as after an incident of it.
func (s *shopWatch) deny(who rules.Who) {
	s.d.Take([]rules.News{{What: rules.Began, Incident: rules.Incident{Serial: 77, Rule: rules.Unreadable, Severity: rules.Critical, Who: who}}})
}

// Whoever is denied opens nothing any more, others do; until the incident is over, or
// somebody says so.
func TestDenied(t *testing.T) {
	_, shop := disk(t)
	a := filepath.Join(shop, "orders", "a.txt")
	s := watching(t, shop)
	self, err := os.Executable()
	must(t, err)
	who := rules.Who{Session: 1 << 21, User: "root", Program: self, Human: true}
	s.deny(who)
	if out := runs(t, "read", "10", a); out != "ok" {
		t.Errorf("another session: %s", out)
	}
	s.d.Release(77)
	s.d.Take([]rules.News{{What: rules.Began, Incident: rules.Incident{Serial: 78, Rule: rules.Unreadable, Severity: rules.Critical, Who: who, Wide: true}}})
	for range 3 {
		if out := runs(t, "read", "10", a); !strings.Contains(out, "not permitted") {
			t.Errorf("the program in whatever session: %s", out)
		}
	}
	if out := runs(t, "write", filepath.Join(shop, "new.txt")); !strings.Contains(out, "not permitted") {
		t.Error(out)
	}
	if l := s.d.List(); len(l) != 1 || l[0].Denied != 4 || l[0].Path != filepath.Join(shop, "new.txt") {
		t.Errorf("%+v", l)
	}
	s.d.Take([]rules.News{{What: rules.Over, Incident: rules.Incident{Serial: 78}}})
	s.d.Tick()
	if out := runs(t, "read", "1", a); !strings.Contains(out, "not permitted") {
		t.Errorf("it is over, but was tried a moment ago: %s", out)
	}
	if !s.d.Release(78) || s.d.Release(78) {
		t.Error("released once")
	}
	if out := runs(t, "read", "10", a); out != "ok" {
		t.Errorf("released: %s", out)
	}
	if st := s.g.Stats(); st.Denied != 5 || st.Skipped > 0 {
		t.Errorf("%+v", st)
	}
}

// longestOf is the last number that "time" says, as a duration.
func longestOf(t *testing.T, out string) time.Duration {
	t.Helper()
	f := strings.Fields(out)
	if len(f) != 5 || f[4] != "ok" {
		t.Fatalf("%q", out)
	}
	us, err := strconv.ParseFloat(f[3], 64)
	must(t, err)
	return time.Duration(us * 1000)
}

// slack is what a loaded computer may add.
const slack = 100 * time.Millisecond

// With a judge that is stuck nobody waits longer than the deadline, and not again and
// again; it is counted and told, and the gate works again when the judge does.
func TestDeadline(t *testing.T) {
	_, shop := disk(t)
	a := filepath.Join(shop, "orders", "a.txt")
	s := watching(t, shop)
	free := s.stuck()
	defer free()
	start := time.Now()
	out := runs(t, "time", "changing", "200", a)
	if d := longestOf(t, out); d < gate.DefaultDeadline/2 || d > gate.DefaultDeadline+slack {
		t.Errorf("the longest of 200 opens took %v", d)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("200 opens took %v", d)
	}
	if n := s.g.Stats().Skipped; n < 199 {
		t.Errorf("%d skipped", n)
	}
	until(t, "that it is told", func() bool { return s.notices(gate.Skipped) > 0 })
	free()
	until(t, "that the gate works again", func() bool {
		before := s.g.Stats()
		longestOf(t, runs(t, "time", "changing", "5", a))
		after := s.g.Stats()
		return after.Skipped == before.Skipped && after.Judged > before.Judged
	})
}

// Nobody notices that the guard was killed, but that it is told, and that there is
// another one at once.
func TestGuardKilled(t *testing.T) {
	_, shop := disk(t)
	a := filepath.Join(shop, "orders", "a.txt")
	s := watching(t, shop)
	free := s.stuck()
	defer free()
	wait := program(t, "time", "changing", "3", a) // waits for the judge
	time.Sleep(10 * time.Millisecond)
	old := guard(t)
	must(t, syscall.Kill(old, syscall.SIGKILL))
	if d := longestOf(t, wait()); d > gate.DefaultDeadline+slack {
		t.Errorf("an open took %v", d)
	}
	until(t, "another guard", func() bool { g := guards(t); return len(g) == 1 && g[0] != old })
	free()
	until(t, "that it is told", func() bool { return s.notices(gate.Down) == 1 && s.notices(gate.Up) == 1 })
	until(t, "that it works", func() bool {
		before := s.g.Stats().Judged
		longestOf(t, runs(t, "time", "changing", "3", a))
		return s.g.Stats().Judged > before
	})
	if n := s.g.Stats().Guards; n != 2 {
		t.Errorf("%d guards", n)
	}
}

// A guard that was stopped is killed by the kernel, and everybody who waits is let in.
func TestGuardStopped(t *testing.T) {
	_, shop := disk(t)
	a := filepath.Join(shop, "orders", "a.txt")
	s := watching(t, shop)
	for range 3 {
		old := guard(t)
		wait := program(t, "time", "slowly", "100", a)
		time.Sleep(20 * time.Millisecond)
		must(t, syscall.Kill(old, syscall.SIGSTOP))
		if d := longestOf(t, wait()); d > gate.DefaultDeadline+slack {
			t.Errorf("an open took %v", d)
		}
		until(t, "another guard", func() bool { g := guards(t); return len(g) == 1 && g[0] != old })
	}
	until(t, "that it works", func() bool {
		before := s.g.Stats().Judged
		longestOf(t, runs(t, "time", "changing", "3", a))
		return s.g.Stats().Judged > before
	})
}

// A pipe, a socket and a device in a folder do not hold up the guard.
func TestSpecialFiles(t *testing.T) {
	_, shop := disk(t)
	must(t, unix.Mkfifo(filepath.Join(shop, "pipe"), 0o644))
	s := watching(t, shop)
	pipe := program(t, "read", "1", filepath.Join(shop, "pipe"))
	time.Sleep(50 * time.Millisecond)
	if out := runs(t, "read", "100", filepath.Join(shop, "orders", "a.txt")); out != "ok" {
		t.Error(out)
	}
	if out := runs(t, "write", filepath.Join(shop, "pipe")); out != "ok" {
		t.Error(out)
	}
	if out := pipe(); out != "ok" {
		t.Error(out)
	}
	if st := s.g.Stats(); st.Skipped+st.Denied > 0 || st.Guards != 1 {
		t.Errorf("%+v", st)
	}
}
