package lookout

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/rules"
)

// backends are those that look here: fanotify is for root only.
func backends() []string {
	if os.Geteuid() == 0 {
		return []string{"inotify", "fanotify"}
	}
	return []string{"inotify"}
}

// each runs a test for every backend, several at once.
func each(t *testing.T, test func(t *testing.T, backend string)) {
	t.Helper()
	for _, b := range backends() {
		t.Run(b, func(t *testing.T) {
			t.Parallel()
			test(t, b)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// silent has announced nothing.
type silent struct{}

func (silent) Announced(string) bool { return false }
func (silent) Reads(string) bool     { return false }

// ground is a shop and the folder of its watch, with a clock that can be put forward.
type ground struct {
	shop, dir, backend string
	ahead              atomic.Int64
}

func newGround(t *testing.T, backend string, files int) *ground {
	t.Helper()
	at, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	g := &ground{shop: filepath.Join(at, "shop"), dir: filepath.Join(at, "watch"), backend: backend}
	must(t, os.Mkdir(g.shop, 0o755))
	for i := range files {
		must(t, os.WriteFile(g.file(i), fmt.Appendf(nil, "Nome;Email\nAnna;anna%d@example.com\n", i), 0o600))
	}
	return g
}

func (g *ground) file(i int) string { return filepath.Join(g.shop, fmt.Sprintf("f%04d.csv", i)) }

func (g *ground) now() time.Time { return time.Now().Add(time.Duration(g.ahead.Load())) }

func (g *ground) options() Options {
	return Options{
		Dir: g.dir, Intents: silent{}, Now: g.now, Booted: func() time.Time { return g.now().Add(-time.Hour) },
		Sensors: watch.Options{Backend: g.backend, Check: 20 * time.Millisecond},
		Times:   Times{Status: 50 * time.Millisecond, Bucket: 50 * time.Millisecond},
	}
}

func (g *ground) plan() Plan { return Plan{Folders: []string{g.shop}} }

// sh lets somebody else touch the files: fanotify does not tell a watch what it did itself.
func (g *ground) sh(t *testing.T, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir = g.shop
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", script, err, out)
	}
}

// looking is a lookout that runs, and all that it told.
type looking struct {
	plans chan Plan
	began time.Time
	stop  context.CancelFunc
	done  chan error

	mu      sync.Mutex
	entries []Entry
	events  []watch.Event
}

// look begins; tell, if there is one, is called before an entry is noted.
func look(t *testing.T, o Options, p Plan, tell func(Entry)) *looking {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &looking{plans: make(chan Plan), began: time.Now(), stop: stop, done: make(chan error, 1)}
	o.Events = func(list []Seen) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, s := range list {
			l.events = append(l.events, *s.Event)
		}
	}
	go func() {
		l.done <- Run(ctx, o, p, l.plans, func(e Entry) error {
			if tell != nil {
				tell(e)
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			l.entries = append(l.entries, e)
			return nil
		})
	}()
	t.Cleanup(func() { l.end(t) })
	return l
}

// end stops it in order.
func (l *looking) end(t *testing.T) {
	t.Helper()
	l.stop()
	err, more := <-l.done
	if err != nil {
		t.Errorf("the lookout ended with %v", err)
	}
	if more {
		close(l.done)
	}
}

func (l *looking) all() ([]Entry, []watch.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries), slices.Clone(l.events)
}

// until waits until an entry is told that fits, and gives the first such.
func (l *looking) until(t *testing.T, what string, fits func(Entry) bool) Entry {
	t.Helper()
	var found Entry
	l.wait(t, what, func() bool {
		entries, _ := l.all()
		i := slices.IndexFunc(entries, fits)
		if i >= 0 {
			found = entries[i]
		}
		return i >= 0
	})
	return found
}

func (l *looking) wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			entries, _ := l.all()
			var b strings.Builder
			for _, e := range entries {
				if e.Status == nil || e.Blind != nil || e.News != nil || e.Checked != nil {
					raw, _ := json.Marshal(e)
					fmt.Fprintf(&b, "%.600s\n", raw)
				}
			}
			t.Fatalf("waited in vain: %s\n%s", what, b.String())
		}
	}
}

// ready waits until it knows all files and the first comparison is over, which it gives.
func (l *looking) ready(t *testing.T) Checked {
	t.Helper()
	c := l.until(t, "a comparison", func(e Entry) bool { return e.Checked != nil })
	l.until(t, "all files known", func(e Entry) bool { return e.Status != nil && !e.Status.Learning && !e.Status.Tested.IsZero() })
	return *c.Checked
}

func (l *looking) has(op watch.Op, path string) bool {
	_, events := l.all()
	return slices.ContainsFunc(events, func(e watch.Event) bool { return e.Op&op != 0 && e.Path == path })
}

// news are the incidents that began.
func (l *looking) news() (list []rules.Incident) {
	entries, _ := l.all()
	for _, e := range entries {
		if e.News != nil && e.News.What == rules.Began {
			list = append(list, e.News.Incident)
		}
	}
	return list
}

// of is the incident of a rule that began, nil if none did.
func (l *looking) of(rule rules.Rule) *rules.Incident {
	for _, i := range l.news() {
		if i.Rule == rule {
			return &i
		}
	}
	return nil
}

// incident waits for one.
func (l *looking) incident(t *testing.T, rule rules.Rule) rules.Incident {
	t.Helper()
	return l.until(t, "an incident of the rule "+string(rule), func(e Entry) bool { return e.News != nil && e.News.Incident.Rule == rule }).News.Incident
}

// marker makes a file and waits until it was told: what came before it was told too.
func (l *looking) marker(t *testing.T, g *ground, name string) {
	t.Helper()
	g.sh(t, ": > "+name)
	l.wait(t, name, func() bool { return l.has(watch.Create, filepath.Join(g.shop, name)) })
}

func sum(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
