package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"custode/scan/watch"
)

// Gate is one that stands.
type Gate struct {
	o     Options
	procs int // how many goroutines of this process ran at once before
	stop  context.CancelFunc
	done  sync.WaitGroup

	mu    sync.Mutex
	guard *running // nil while there is none
	past  Stats    // of the guards before
	count chan Stats
	links map[string]struct{} // that were told to be marked
	lanes lanes
}

// running is a guard that was started.
type running struct {
	sock  int
	proc  *os.Process
	ready chan error // all folders are marked, or why not
	tell  sync.Once
	ended chan struct{}
}

// Start puts up the gate, and returns when all folders are behind it, or after a while
// where they are many. The error is errors.ErrUnsupported where the sensors cannot say
// what was before what, and one of the kernel where it does not ask anybody: without
// root, above all.
func Start(ctx context.Context, o Options) (*Gate, error) {
	if o.Deadline == 0 {
		o.Deadline = DefaultDeadline
	}
	if o.Told == nil {
		o.Told = func(Notice) {}
	}
	if len(o.Command) == 0 || o.Settle == nil || o.Judge == nil || o.Now == nil {
		return nil, errors.New("gate: options are missing")
	}
	for _, f := range o.Folders {
		if !filepath.IsAbs(f) {
			return nil, fmt.Errorf("gate: %s is not a full path", f)
		}
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := o.Settle(over); errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
	hasten()
	// Whoever works for the gate never waits until other work of this process makes room.
	procs := runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), runtime.NumCPU()+spare))
	ctx, stop := context.WithCancel(ctx)
	g := &Gate{o: o, procs: procs, stop: stop, count: make(chan Stats, 1), links: map[string]struct{}{}, lanes: lanes{list: map[int]*lane{}}}
	r, err := g.launch(ctx)
	if err == nil {
		select {
		case err = <-r.ready:
		case <-r.ended:
			err = errors.New("gate: the guard ended at once")
		case <-time.After(mostStart):
		}
	}
	if err != nil {
		g.Close()
		return nil, err
	}
	if d, ok := o.Judge.(*Denials); ok {
		d.onChange(g.guarded)
	}
	g.done.Go(func() { g.keep(ctx, r) })
	return g, nil
}

// hasten gives the watch a place before most other work: those wait for it who do that.
func hasten() {
	threads, _ := os.ReadDir("/proc/self/task") // those that come later inherit it
	for _, t := range threads {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, tid, niceness)
		}
	}
}

const niceness = -10

// spare is how many goroutines work for the gate at once.
const spare = 4

// mostStart is how long Start waits for the marks.
const mostStart = 10 * time.Second

// launch starts a guard, and listens to it until it ends.
func (g *Gate) launch(ctx context.Context) (*running, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	theirs := os.NewFile(uintptr(pair[1]), "gate")
	c, err := json.Marshal(config{g.o.Folders, os.Getpid(), g.o.Deadline})
	if err == nil {
		err = send(pair[0], append([]byte{msgConfig}, c...))
	}
	var proc *os.Process
	if err == nil {
		proc, err = os.StartProcess(g.o.Command[0], g.o.Command, &os.ProcAttr{Dir: "/", Env: []string{}, Files: []*os.File{nil, nil, nil, theirs}})
	}
	_ = theirs.Close()
	if err != nil {
		_ = unix.Close(pair[0])
		return nil, err
	}
	r := &running{sock: pair[0], proc: proc, ready: make(chan error, 1), ended: make(chan struct{})}
	g.mu.Lock()
	g.guard = r
	g.past.Guards++
	_ = send(r.sock, []byte{msgGuarded, flag(g.o.Judge.Guarded())})
	g.mu.Unlock()
	free := context.AfterFunc(ctx, func() { _ = unix.Shutdown(r.sock, unix.SHUT_RDWR) })
	g.done.Go(func() {
		last := g.listen(ctx, r)
		free()
		_, _ = proc.Wait()
		g.mu.Lock()
		g.guard = nil
		g.past = g.past.plus(last)
		g.mu.Unlock()
		_ = unix.Close(r.sock)
		close(r.ended)
	})
	return r, nil
}

// keep starts another guard when one has ended: at once, and then ever more slowly.
func (g *Gate) keep(ctx context.Context, r *running) {
	wait, started := time.Duration(0), g.o.Now()
	for {
		<-r.ended
		if ctx.Err() != nil {
			return
		}
		g.o.Told(Notice{At: g.o.Now(), What: Down})
		if wait = 2*wait + 10*time.Millisecond; g.o.Now().Sub(started) > time.Minute {
			wait = 0
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			var err error
			if r, err = g.launch(ctx); err == nil {
				break
			}
			wait = min(2*wait+10*time.Millisecond, 10*time.Second)
		}
		started = g.o.Now()
		wait = min(wait, 10*time.Second)
		select {
		case <-r.ended:
		case err := <-r.ready:
			if err == nil {
				g.o.Told(Notice{At: g.o.Now(), What: Up})
			}
		}
	}
}

// listen answers a guard until it ends, and returns what it counted.
func (g *Gate) listen(ctx context.Context, r *running) (last Stats) {
	b := make([]byte, msgMost)
	asks := make(chan ask, 1<<12)
	defer close(asks)
	g.done.Go(func() { g.judges(ctx, r, asks) })
	for {
		n, err := recv(r.sock, b)
		if err != nil || n == 0 {
			return last
		}
		a, ok := askOf(b[:n])
		if !ok {
			g.heard(r, b[:n], &last)
			continue
		}
		select {
		case asks <- a:
		default: // the guard does not wait longer than the deadline
		}
	}
}

// judges answers questions, all that are there at once. It waits for those who take the
// events of the watch, and nobody waits for it but the guard.
func (g *Gate) judges(ctx context.Context, r *running, asks <-chan ask) {
	var list []ask
	for a := range asks {
		list = append(list[:0], a)
		for n := len(asks); n > 0; n-- {
			list = append(list, <-asks)
		}
		g.judge(ctx, r, list)
	}
}

// heard takes in what is no question.
func (g *Gate) heard(r *running, b []byte, last *Stats) {
	switch b[0] {
	case msgReady, msgStats:
		if json.Unmarshal(b[1:], last) != nil {
			return
		}
		if b[0] == msgReady {
			r.tell.Do(func() { r.ready <- nil })
			if last.Uncovered > 0 {
				g.o.Told(Notice{At: g.o.Now(), What: Uncovered, N: last.Uncovered})
			}
			return
		}
		select {
		case g.count <- *last:
		default:
		}
	case msgError:
		n, _ := strconv.Atoi(string(b[1:]))
		r.tell.Do(func() { r.ready <- os.NewSyscallError("fanotify", unix.Errno(n)) })
	case msgSkipped:
		if n, err := strconv.ParseInt(string(b[1:]), 10, 64); err == nil {
			last.Skipped += n
			g.o.Told(Notice{At: g.o.Now(), What: Skipped, N: n})
		}
	}
}

// tell sends the guard a message, if there is one.
func (g *Gate) tell(b []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.guard == nil {
		return os.ErrProcessDone
	}
	return send(g.guard.sock, b)
}

// guarded has the guard ask for everybody, or not any more.
func (g *Gate) guarded(on bool) { _ = g.tell([]byte{msgGuarded, flag(on)}) }

// See takes in an event of the watch, before the batch that it is in is said to be done:
// new folders, and files with names elsewhere, are put behind the gate.
func (g *Gate) See(ev *watch.Event) {
	switch {
	case ev.Dir && ev.Path != "" && ev.Op&(watch.Create|watch.Cover|watch.Rename) != 0:
		_ = g.tell(append([]byte{msgWalk}, ev.Path...))
	case ev.Alias != "":
		g.mu.Lock()
		_, known := g.links[ev.Path]
		if len(g.links) >= mostLinks {
			clear(g.links)
		}
		g.links[ev.Path] = struct{}{}
		g.mu.Unlock()
		if !known {
			_ = g.tell(append([]byte{msgLink}, ev.Path...))
		}
	}
}

// mostLinks is how many names are remembered as told.
const mostLinks = 1 << 12

// Stats counts.
func (g *Gate) Stats() Stats {
	select {
	case <-g.count: // an answer that came too late
	default:
	}
	var now Stats
	if g.tell([]byte{msgCount}) == nil {
		select {
		case now = <-g.count:
		case <-time.After(g.o.Deadline):
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.past.plus(now)
}

// Close takes the gate down.
func (g *Gate) Close() {
	g.stop()
	g.done.Wait()
	runtime.GOMAXPROCS(g.procs)
}
