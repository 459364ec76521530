package lookout

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/rules"
)

// Overflow drill: whoever keeps what is told stands still while 5,000 files are made, and
// the queue holds a hundred events. The loss is told, and what was told and what the
// comparison finds are together every file, none of them twice.
func TestSlowKeeper(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		const n = 5000
		g := newGround(t, backend, 10)
		o := g.options()
		o.Sensors.Ring, o.Times.Bucket = 100, time.Millisecond
		held := make(chan struct{})
		l := look(t, o, g.plan(), func(e Entry) {
			if e.Activity != nil {
				<-held
			}
		})
		l.until(t, "the baseline", func(e Entry) bool { return e.Checked != nil })
		g.sh(t, fmt.Sprintf("i=0; while [ $i -lt %d ]; do : > new$i; i=$((i+1)); done", n))
		close(held)
		b := l.until(t, "the interval", func(e Entry) bool { return e.Blind != nil && e.Blind.Why == watch.RingFull && e.Blind.Compared }).Blind
		if b.Lost <= 0 || b.To.Before(b.From) || b.Changed == 0 || len(b.Paths) != MostPaths {
			t.Errorf("%+v", b)
		}
		entries, events := l.all()
		told, found := map[string]bool{}, 0
		for _, ev := range events {
			if strings.HasPrefix(filepath.Base(ev.Path), "new") {
				told[ev.Path] = true
			}
		}
		for _, e := range entries {
			if e.Checked != nil {
				found += sum(e.Checked.Counts)
			}
		}
		if len(told) == 0 || found == 0 || len(told)+found != n {
			t.Errorf("%d files were told, %d found by the comparison: together not %d", len(told), found, n)
		}
		if i := l.incident(t, rules.Blind); i.Counts.Files != found || i.Why != rules.Why(watch.RingFull) {
			t.Errorf("%+v", i)
		}
		t.Logf("%d told, %d events lost, %d files found", len(told), b.Lost, found)
	})
}

const killChild = "CUSTODE_LOOKOUT_CHILD"

// TestKilledChild is the watch that TestKilled kills.
func TestKilledChild(t *testing.T) {
	at := os.Getenv(killChild)
	if at == "" {
		t.Skip("only as a child of TestKilled")
	}
	backend, root, _ := strings.Cut(at, ":")
	g := &ground{shop: filepath.Join(root, "shop"), dir: filepath.Join(root, "watch"), backend: backend}
	err := Run(t.Context(), g.options(), g.plan(), nil, func(e Entry) error {
		return json.NewEncoder(os.Stdout).Encode(e)
	})
	t.Fatal(err)
}

// A watch that is killed tells at its next start, within five seconds, since when nobody
// looked and how many files changed meanwhile; what it had told before does not count.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		g := newGround(t, backend, 300)
		self, err := os.Executable()
		must(t, err)
		cmd := exec.Command(self, "-test.run=^TestKilledChild$")
		cmd.Env = append(os.Environ(), killChild+"="+backend+":"+filepath.Dir(g.shop))
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := json.NewDecoder(out)
		var digest [32]byte
		for ready := false; !ready; {
			var e Entry
			must(t, lines.Decode(&e))
			if e.Checked != nil {
				digest = e.Checked.Digest
			}
			ready = digest != [32]byte{} && e.Status != nil && !e.Status.Learning && !e.Status.Tested.IsZero()
		}
		go func() { // nobody else reads what it tells
			var e Entry
			for lines.Decode(&e) == nil {
			}
		}()
		g.sh(t, "echo told >> f0001.csv; echo told > told.txt; rm f0002.csv; mv f0003.csv moved.csv; echo first >> f0004.csv")
		noted := func() bool {
			raw, _ := os.ReadFile(touchedPath(g.dir))
			return strings.Contains(string(raw), "f0004.csv")
		}
		var lk looking
		lk.wait(t, "that the changes were noted", func() bool {
			_, ran := lastAlive(g.dir)
			return ran && noted()
		})
		must(t, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
		killed := time.Now()
		time.Sleep(often + 100*time.Millisecond) // what comes so soon after what was told counts as told
		g.sh(t, "echo again >> f0004.csv; echo more >> f0010.csv; echo new > unseen.txt; rm f0011.csv; mv f0012.csv elsewhere.csv; chmod 644 f0013.csv")

		p := g.plan()
		p.Baseline = digest
		l := look(t, g.options(), p, nil)
		b := l.until(t, "the gap", func(e Entry) bool { return e.Blind != nil }).Blind
		if took := time.Since(l.began); took > 5*time.Second {
			t.Errorf("told after %v", took)
		}
		if b.Why != watch.Stopped || !b.Killed || !b.Compared || b.Changed != 6 || b.From.After(killed) || killed.Sub(b.From) > 2*aliveEvery || b.To.Before(killed) {
			t.Errorf("%+v", b)
		}
		i := l.incident(t, rules.Blind)
		if i.Severity != rules.High || i.Why != rules.Why(watch.Stopped) || i.Counts.Files != 6 {
			t.Errorf("%+v", i)
		}
		l.ready(t)
		l.end(t)
		orderly(t, g, l)
	})
}

// orderly: stopped in order and started again, a watch has no news, but where files changed
// meanwhile.
func orderly(t *testing.T, g *ground, before *looking) {
	t.Helper()
	p := g.plan()
	for _, changed := range []int{0, 2} {
		p.Baseline = before.ready(t).Digest
		if changed > 0 {
			g.sh(t, "echo more >> f0020.csv; rm f0021.csv")
		}
		l := look(t, g.options(), p, nil)
		b := l.until(t, "the pause", func(e Entry) bool { return e.Blind != nil }).Blind
		if b.Why != watch.Stopped || b.Killed || !b.Compared || b.Changed != changed {
			t.Errorf("%+v", b)
		}
		l.ready(t)
		l.end(t)
		if news := l.news(); changed == 0 && len(news) > 0 || changed > 0 && (len(news) != 1 || news[0].Counts.Files != changed) {
			t.Errorf("%d changed: %+v", changed, news)
		}
		before = l
	}
}

// A plan that comes later takes effect: a pause, decoys, and what a person said.
func TestNewPlan(t *testing.T) {
	each(t, func(t *testing.T, backend string) {
		t.Helper()
		g := newGround(t, backend, 200)
		l := look(t, g.options(), g.plan(), nil)
		l.ready(t)
		p := g.plan()
		p.Pause = g.now().Add(time.Hour)
		l.plans <- p
		g.sh(t, "rm f000*.csv f001*.csv f002*.csv f003*.csv")
		l.marker(t, g, "paused")
		if news := l.news(); len(news) > 0 {
			t.Errorf("paused: %+v", news)
		}
		l.plans <- g.plan()
		g.sh(t, "rm f004*.csv f005*.csv f006*.csv f007*.csv")
		if i := l.incident(t, rules.Mass); i.Why != rules.ManyDeleted {
			t.Errorf("%+v", i)
		}

		cat := func(name string) {
			l.wait(t, "that "+name+" is read", func() bool {
				g.sh(t, "read x <"+name+"; sleep 0.1") // it lives until it was asked who it is
				return l.has(watch.Read|watch.Open, filepath.Join(g.shop, name))
			})
		}
		cat("f0101.csv")
		p = g.plan()
		p.Decoys = []string{g.file(100)}
		p.Habits = []rules.Habit{{Folder: g.shop, Said: rules.Normal}}
		if backend != "inotify" { // it tells who
			p.Habits[0].User, p.Habits[0].Program = me(t)
		}
		l.plans <- p
		cat("f0100.csv")
		l.marker(t, g, "answered")
		if i := l.of(rules.Decoy); i != nil {
			t.Errorf("called normal: %+v", i)
		}
		p.Habits[0].Said = rules.Wrong
		l.plans <- p
		l.wait(t, "an alert for the decoy", func() bool {
			cat("f0100.csv")
			i := l.of(rules.Decoy)
			return i != nil && i.Why == rules.Opened
		})
	})
}

// me is who reads with sh.
func me(t *testing.T) (name, program string) {
	t.Helper()
	u, err := user.Current()
	must(t, err)
	program, err = exec.LookPath("sh")
	must(t, err)
	program, err = filepath.EvalSymlinks(program)
	must(t, err)
	return u.Username, program
}

// What a lookout took, it gives back when it ends.
func TestNothingStaysBehind(t *testing.T) {
	for _, backend := range backends() {
		t.Run(backend, func(t *testing.T) {
			g := newGround(t, backend, 1500)
			once := func() {
				l := look(t, g.options(), g.plan(), nil)
				l.until(t, "a comparison", func(e Entry) bool { return e.Checked != nil })
				l.end(t)
			}
			once()
			heap, files, routines := held()
			for range 5 {
				once()
			}
			var lk looking
			lk.wait(t, "that all that was taken is given back", func() bool {
				h, f, r := held()
				return f <= files && r <= routines && h <= heap+1<<20 // what one lookout knows of 1,500 files is half of that
			})
		})
	}
}

func held() (heap uint64, files, routines int) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	open, _ := os.ReadDir("/proc/self/fd")
	return m.HeapAlloc, len(open), runtime.NumGoroutine()
}
