package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/safefile"
	"custode/scan/watch/intent"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
	"custode/scan/watch/spool"
)

// spools is where root keeps what the user's side has not taken over yet.
const spools = "/var/lib/custode"

// How soon another keeper is started after one has ended, at first and at most.
const (
	keeperSoon = time.Second
	keeperLate = time.Minute
	keeperWait = time.Minute // for its first word
	keeperEnds = 10 * time.Second
)

// otherOwner gives whose the home is, if this is root and it is somebody else's.
func (sh *shell) otherOwner() (uid uint32, other bool) {
	uid, ok := host.Owner(sh.home)
	return uid, ok && host.Root() && uid != 0
}

// rooted is the watch that root runs for somebody else's home. It reads nothing there but
// through the keeper, and writes nothing there.
type rooted struct {
	sh    *shell
	o     watchOptions
	owner uint32
	dir   string
	spool *spool.Spool
	said  *intent.Set

	plans chan lookout.Plan
	wake  chan struct{} // there is something in the spool
	plan  lookout.Plan  // the last one that was told

	mu     sync.Mutex
	keeper *wire // nil while there is none
	sent   uint64
	last   *lookout.Entry // with the last status
}

// watchFor watches as root for the user whose home it is.
func (sh *shell) watchFor(ctx context.Context, owner uint32, o watchOptions) error {
	debug.SetGCPercent(watchGarbage)
	name := sha256.Sum256([]byte(sh.home))
	dir := filepath.Join(spools, strconv.FormatUint(uint64(owner), 10)+"-"+hex.EncodeToString(name[:6]))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.home.make", dir, err)
	}
	release, err := sh.lockIn(dir, "watch")
	if err != nil {
		return err
	}
	defer release()
	s, err := spool.Open(dir)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.watch.spool", dir, err)
	}
	defer s.Close() // each grave entry is on the disk
	r := &rooted{
		sh: sh, o: o, owner: owner, dir: dir, spool: s, said: intent.NewSet(sh.now),
		plans: make(chan lookout.Plan, 1), wake: make(chan struct{}, 1),
	}
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { r.keepers(ctx) })
	beside.Go(func() { r.deliver(ctx) })
	if err := r.firstPlan(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := r.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *rooted) planPath() string { return filepath.Join(r.dir, "plan.json") }

// firstPlan waits for the keeper's; one that does not come in time is replaced by the last
// one that did.
func (r *rooted) firstPlan(ctx context.Context) error {
	wait := time.NewTimer(keeperWait)
	defer wait.Stop()
	select {
	case r.plan = <-r.plans:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
	}
	raw, err := os.ReadFile(r.planPath())
	if err == nil {
		err = json.Unmarshal(raw, &r.plan)
	}
	if err != nil {
		return fault.On(fault.Config, "fault.watch.keeper", r.sh.home, err)
	}
	return nil
}

// run looks until the folders change or ctx ends.
func (r *rooted) run(ctx context.Context) error {
	opt, err := r.sh.lookoutOptions()
	if err != nil {
		return err
	}
	opt.Dir, opt.Intents = r.dir, r.said
	if r.o.json {
		opt.Events = (&watching{sh: r.sh}).events
	}
	run, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	opt.Sensors.Allow = func(folder string) bool { return host.MayLook(r.owner, folder) }
	plan := r.plan
	plans := make(chan lookout.Plan)
	beside.Go(func() {
		for {
			select {
			case r.plan = <-r.plans:
			case <-run.Done():
				return
			}
			if !slices.Equal(r.plan.Folders, plan.Folders) {
				stop()
				return
			}
			select {
			case plans <- r.plan:
			case <-run.Done():
				return
			}
		}
	})
	told := inTurn(r.tell)
	err = lookout.Run(run, opt, plan, plans, told.take)
	return errors.Join(err, told.end())
}

// tell puts an entry where it is safe. What the disk has no room for is told at once.
func (r *rooted) tell(e lookout.Entry) error {
	if e.Status != nil {
		(&watching{sh: r.sh}).tellSystem(*e.Status)
		r.mu.Lock()
		r.last = &e
		r.mu.Unlock()
		r.live(toKeeper{Entry: &e})
		return nil
	}
	grave := e.News != nil && e.News.Incident.Severity > rules.Note || e.Blind != nil || e.Checked != nil
	if _, full := r.spool.Put(e, grave); full != nil {
		r.live(toKeeper{Entry: &e})
		return nil //nolint:nilerr // it was told, past the disk
	}
	r.awake()
	return nil
}

// awake says that there is something in the spool.
func (r *rooted) awake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// live tells the keeper something that is not kept.
func (r *rooted) live(m toKeeper) {
	r.mu.Lock()
	k := r.keeper
	r.mu.Unlock()
	if k != nil {
		_ = k.say(m) // that it is gone, keepers notices
	}
}

// atOnce is how many entries are handed over together.
const atOnce = 200

// deliver hands the keeper what is in the spool.
func (r *rooted) deliver(ctx context.Context) {
	for {
		select {
		case <-r.wake:
		case <-ctx.Done():
			return
		}
		for {
			r.mu.Lock()
			k, from := r.keeper, r.sent
			r.mu.Unlock()
			if k == nil {
				break
			}
			var batch []toKeeper
			err := r.spool.After(from, func(n uint64, raw []byte) error {
				var e lookout.Entry
				if json.Unmarshal(raw, &e) == nil {
					batch = append(batch, toKeeper{N: n, Entry: &e})
				}
				if len(batch) >= atOnce {
					return io.EOF
				}
				return nil
			})
			if err != nil && !errors.Is(err, io.EOF) || len(batch) == 0 {
				break
			}
			for _, m := range batch {
				if err = k.say(m); err != nil {
					break
				}
				r.mu.Lock()
				if r.keeper == k {
					r.sent = m.N
				}
				r.mu.Unlock()
			}
			if err != nil && !errors.Is(err, io.EOF) {
				break
			}
		}
	}
}

// keepers starts a keeper, and another one when it has ended: the watch goes on meanwhile.
func (r *rooted) keepers(ctx context.Context) {
	pause := keeperSoon
	for ctx.Err() == nil {
		start := r.sh.now()
		_ = r.keep(ctx) // whatever ended it, another one is started
		if r.sh.now().Sub(start) > keeperLate {
			pause = keeperSoon
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, keeperLate)
	}
}

// keep runs one keeper.
func (r *rooted) keep(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"--home", r.sh.home, "watch", "--keeper"}
	if r.o.json {
		args = append(args, "--json")
	}
	child, err := host.AsUser(ctx, r.owner, program, args...)
	if err != nil {
		return err
	}
	k := &wire{w: child.In}
	done := make(chan struct{})
	go func() { // it is asked to end before it is killed
		select {
		case <-ctx.Done():
			_ = child.In.Close()
		case <-done:
		}
	}()
	err = hear(child.Out, func(m toRoot) error { return r.heard(k, m) })
	close(done)
	r.mu.Lock()
	r.keeper = nil
	r.mu.Unlock()
	_ = child.In.Close()
	end := time.AfterFunc(keeperEnds, child.Kill)
	defer end.Stop()
	return errors.Join(err, child.Wait())
}

// heard takes in what the keeper says.
func (r *rooted) heard(k *wire, m toRoot) error {
	if m.Taken != nil {
		r.met(k, *m.Taken)
		if err := r.spool.Taken(*m.Taken); err != nil {
			return err
		}
	}
	if m.Plan != nil {
		if raw, err := json.Marshal(m.Plan); err == nil {
			_ = safefile.Write(r.planPath(), raw, 0o600) // it is only for the next start
		}
		select {
		case <-r.plans: // an older one that nobody took
		default:
		}
		r.plans <- *m.Plan
	}
	switch {
	case m.Begin != nil:
		r.said.Put(m.Name, *m.Begin)
		return k.say(toKeeper{OK: m.Name})
	case m.End:
		r.said.End(m.Name)
	case m.Say != "":
		fmt.Fprintln(r.sh.out, m.Say)
	}
	return nil
}

// met begins to hand a keeper the entries after those that it has, at its first word.
func (r *rooted) met(k *wire, taken uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keeper == k {
		return
	}
	if r.last != nil {
		_ = k.say(toKeeper{Entry: r.last}) // that it is gone, is noticed where it is read
	}
	r.keeper, r.sent = k, taken
	if taken > r.spool.Last() {
		r.sent = 0 // the spool is another one
	}
	r.awake()
}
