package replay

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/scan/watch"
	"custode/scan/watch/judge"
	"custode/scan/watch/rules"
)

// eye watches a tree as the delivered watch does: sensors, judge, rules.
type eye struct {
	w       *watch.Watcher
	j       *judge.Judge
	e       *rules.Engine
	shift   atomic.Int64 // from the computer's clock to the watch's
	onNews  func(n rules.News)
	events  atomic.Int64
	last    atomic.Int64 // when the last event was taken
	stop    context.CancelFunc
	done    sync.WaitGroup
	mu      sync.Mutex
	news    []rules.News
	blind   []watch.Blind
	stopped bool
}

// open opens a file so that its last access stays as it was.
func open(path string) (judge.File, error) {
	return os.OpenFile(path, os.O_RDONLY|unix.O_NOATIME|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
}

// hours of the shop.
func hours(t *testing.T) rules.Week {
	t.Helper()
	w, err := rules.ParseWeek("mon-sat 08:00-20:00")
	must(t, err)
	return w
}

// watching begins. at is the time by the watch's clock; onNews is called at once, from
// the goroutine that judges.
func watching(t *testing.T, tr *tree, p *rules.Profile, at time.Time, onNews func(rules.News)) *eye {
	t.Helper()
	y := &eye{onNews: onNews, e: rules.New(rules.Config{Hours: hours(t)}, p)}
	y.j = judge.New(judge.Options{Folders: []string{tr.shop}, Open: open, Decoy: isDecoy})
	must(t, filepath.WalkDir(tr.shop, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			y.j.Learn(p)
		}
		return err
	}))
	y.setClock(at)
	ctx, stop := context.WithCancel(context.Background())
	y.stop = stop
	w, err := watch.Start(ctx, watch.Options{Folders: []string{tr.shop}, Now: time.Now})
	must(t, err)
	y.w = w
	if c := w.Coverage(); c.Backend != "fanotify" {
		t.Fatalf("watched by %s: %s %v", c.Backend, c.Why, c.Err)
	}
	y.done.Go(func() { y.run(ctx) })
	y.last.Store(sinceStart())
	return y
}

// setClock says what time it is now by the watch's clock.
func (y *eye) setClock(at time.Time) { y.shift.Store(int64(time.Until(at))) }

func (y *eye) now() time.Time { return time.Now().Add(time.Duration(y.shift.Load())).UTC() }

func (y *eye) run(ctx context.Context) {
	for next := time.Now(); ; {
		short, cancel := context.WithDeadline(ctx, next)
		b, err := y.w.Next(short)
		cancel()
		if ctx.Err() != nil {
			return
		}
		y.mu.Lock()
		if err == nil {
			y.take(b)
		}
		if time.Now().After(next) {
			y.see(y.j.Tick(y.now()))
			next = time.Now().Add(500 * time.Millisecond)
		}
		y.mu.Unlock()
	}
}

func (y *eye) take(b watch.Batch) {
	y.blind = append(y.blind, b.Blind...)
	for _, ev := range b.Events {
		ev.At = ev.At.Add(time.Duration(y.shift.Load())).UTC()
		y.see(y.j.Facts(ev))
	}
	y.events.Add(int64(len(b.Events)))
	y.last.Store(sinceStart())
}

func (y *eye) see(facts []rules.Fact) {
	for _, f := range facts {
		y.tell(y.e.See(f))
	}
}

func (y *eye) tell(news []rules.News) {
	for _, n := range news {
		y.news = append(y.news, n)
		if y.onNews != nil {
			y.onNews(n)
		}
	}
}

// settle waits until nothing more comes, and looks at what waited.
func (y *eye) settle(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if sinceStart()-y.last.Load() > int64(250*time.Millisecond) {
			break
		}
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	for i := range 40 {
		y.see(y.j.Tick(y.now().Add(time.Duration(i) * time.Second)))
	}
}

// close stops it and gives all that was told.
func (y *eye) close() ([]rules.News, []watch.Blind) {
	if !y.stopped {
		y.stopped = true
		y.stop()
		y.w.Close()
		y.done.Wait()
	}
	return y.news, y.blind
}

// incidents lists what was opened or became worse: "rule severity why".
func incidents(news []rules.News) []string {
	var out []string
	for _, n := range news {
		if n.What == rules.Over {
			continue
		}
		s := string(n.Incident.Rule) + " " + n.Incident.Severity.String()
		if n.Incident.Why != "" {
			s += " " + string(n.Incident.Why)
		}
		if n.Incident.Who.Program != "" {
			s += " (" + filepath.Base(n.Incident.Who.Program) + ")"
		}
		out = append(out, s)
	}
	return out
}
