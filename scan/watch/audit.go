package watch

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"custode/scan/watch/objaudit"
)

// usage is what a system writes down of who used which file: see [objaudit.Log].
type usage interface {
	Add(folder string) error
	Drop(folder string) error
	Names() objaudit.Names
	Next(ctx context.Context) (events []string, lost bool, err error)
	Long(path string) string
	Process(pid uint32) (start uint64, service bool)
	Close() error
}

// audit watches by two means at once. What changes, notify tells, at once and with the names as they are; who it was, and
// what was only read, Windows writes into its Security log, up to a second later. The two are joined: a change waits for
// its doer, and goes on without one where none is told in time.
//
// Its limits: a folder's own doer is not told where a program only made it; who made a file that nothing was written into
// either. A handle is written down once, the first time it is read from and the first time it is written to. Files that
// other computers read over a share are told with their user, and without a program.
type audit struct {
	out    *out
	files  *notify
	log    usage
	actors *logged
	stop   context.CancelFunc
	done   sync.WaitGroup
	more   chan struct{} // something waits

	mu    sync.Mutex
	names objaudit.Names
	roots []string
	join  *joiner
}

func newAudit(ctx context.Context, o *out, log usage, wait time.Duration) (*audit, error) {
	ctx, stop := context.WithCancel(ctx)
	a := &audit{out: o, log: log, actors: newLogged(o.now, log.Process), stop: stop, more: make(chan struct{}, 1), join: newJoiner(wait)}
	files, err := notifyTo(ctx, o, a.changed, auditName)
	if err != nil {
		stop()
		return nil, err
	}
	a.files = files
	a.done.Go(func() { a.read(ctx) })
	a.done.Go(func() { a.release(ctx) })
	return a, nil
}

// caps is what it can do where Windows does write; what is promised, the self-test says.
func (a *audit) caps() Caps {
	return Caps{Backend: auditName, Changes: true, Reads: true, Who: true, Permissions: hasModes}
}

func (a *audit) look() {}

func (a *audit) add(folder string) error {
	if err := a.log.Add(folder); err != nil {
		return err
	}
	a.mu.Lock()
	a.names = a.log.Names()
	a.roots = append(a.roots, folder)
	a.mu.Unlock()
	return a.files.add(folder)
}

func (a *audit) drop(folder string) {
	a.mu.Lock()
	a.roots = slices.DeleteFunc(a.roots, func(r string) bool { return r == folder })
	a.mu.Unlock()
	a.files.drop(folder)
	_ = a.log.Drop(folder) // it is noted, and tried again at the next end
}

func (a *audit) close() {
	a.stop()
	a.files.close()
	a.done.Wait()
	_ = a.log.Close() // what could not be taken back is noted, and tried again at the next end
}

// changed takes a change from notify.
func (a *audit) changed(e Event) {
	a.mu.Lock()
	a.join.change(e, a.out.now())
	a.mu.Unlock()
	a.wake()
}

func (a *audit) wake() {
	select {
	case a.more <- struct{}{}:
	default:
	}
}

// read takes what the system wrote down.
func (a *audit) read(ctx context.Context) {
	since := a.out.now()
	for {
		events, lost, err := a.log.Next(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			a.giveUp(err)
			return
		}
		now, bad := a.out.now(), int64(0)
		for _, text := range events {
			r, err := objaudit.Parse(strings.NewReader(text))
			if err != nil {
				bad++
				continue
			}
			a.used(r, now)
		}
		if lost {
			a.out.blind(Blind{From: since, To: now, Why: Overflow, Lost: -1, Folders: a.watched()})
		}
		if bad > 0 {
			a.out.blind(Blind{From: since, To: now, Why: Unnamed, Lost: bad, Folders: a.watched()})
		}
		since = now
		a.wake()
	}
}

func (a *audit) watched() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.roots)
}

// giveUp leaves the folders to a lesser sensor.
func (a *audit) giveUp(err error) {
	for _, root := range a.watched() {
		select {
		case a.out.failed <- failure{root, auditName, err}:
		default:
		}
	}
}

// used takes one use of a file, if it lies in a watched folder.
func (a *audit) used(r objaudit.Record, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	path, inside := a.inside(a.names.Path(r.Object))
	if !inside {
		return
	}
	r.Program = a.names.Path(r.Program)
	t := touch{at: r.At, got: now, access: r.Access, actor: a.actors.of(r)}
	a.join.touched(path, t)
	var op Op
	if r.Access&objaudit.ReadData != 0 {
		op |= Read
	}
	if r.Access&(objaudit.WriteDAC|objaudit.WriteOwner) != 0 {
		op |= Permission
	}
	dir := a.files.isDir(path)
	if dir {
		op &^= Read // it was listed
	}
	if op != 0 {
		a.join.pass(Event{At: now, Op: op, Path: path, Dir: dir, Actor: t.actor})
	}
}

// inside is the name of a file as it is in the watched folder: with the folder as it was given, and the names below it as
// they are on the disk. What is written into a stream beside a file counts as the file.
func (a *audit) inside(path string) (string, bool) {
	dir, base := filepath.Split(path)
	if file, stream, is := strings.Cut(base, ":"); is && file != "" && stream != "" {
		path = dir + file
	}
	for _, p := range []string{a.log.Long(path), path} {
		for _, root := range a.roots {
			if len(p) < len(root) || !strings.EqualFold(p[:len(root)], root) {
				continue
			}
			if p := root + p[len(root):]; under(p, root) {
				return p, true
			}
		}
	}
	return "", false
}

// auditTurn is how often it is looked whether something has waited long enough.
const auditTurn = 50 * time.Millisecond

// release passes on what has its doer, or has waited long enough.
func (a *audit) release(ctx context.Context) {
	var turn <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.more:
		case <-turn:
		}
		a.mu.Lock()
		events := a.join.release(a.out.now())
		waits := len(a.join.held) > 0
		a.mu.Unlock()
		for _, e := range events {
			if e.Actor == nil || e.Actor.PID != a.out.self || isProbe(e) {
				a.out.event(e)
			}
		}
		turn = nil
		if waits {
			turn = time.After(auditTurn)
		}
	}
}

// isProbe reports whether it is about a file of a self-test.
func isProbe(e Event) bool {
	return strings.HasPrefix(filepath.Base(e.Path), ProbePrefix) || strings.HasPrefix(filepath.Base(e.From), ProbePrefix)
}
