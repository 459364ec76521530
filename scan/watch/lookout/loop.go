package lookout

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"sync"
	"time"

	"custode/internal/fault"
	"custode/scan/watch"
	"custode/scan/watch/gate"
	"custode/scan/watch/judge"
	"custode/scan/watch/rules"
)

// lookout is one run. One goroutine, the loop, owns all of it but for what is said.
type lookout struct {
	o       Options
	times   Times
	run     string
	folders []string
	tell    func(Entry) error
	started time.Time

	w       *watch.Watcher
	reading func(path string) (done func())
	judge   *judge.Judge
	engine  *rules.Engine
	intents Intents
	decoys  map[string]bool
	record  *Record
	queue   queue

	alive    alive
	last     [32]byte // digest of the baseline
	fast     time.Time
	checking bool
	done     chan compared
	waiting  []*pending // blind intervals that no comparison closes yet
	closing  []*pending // those that the one that runs will close
	now      *touched   // since the comparison that runs, or the last one, began
	before   *touched   // while the one before that was not over
	earlier  *touched   // by the run before this one; nil once that was compared

	learned  chan judge.Seen
	learning bool
	tests    chan []watch.Report
	testing  bool
	promised map[string]watch.Caps
	tested   time.Time
	missing  []string
	events   int64
	busy     time.Duration
	grown    map[uint64]int // files of the open incidents when they were told last
	gate     *gate.Gate     // nil: none
	gated    string
	denied   int64 // opens, as told last
	asks     bool  // for a gate
	denials  *gate.Denials
	notices  chan gate.Notice
	tired    time.Time // when something that takes memory ended; zero: what it took was given back
	holding  bool      // a batch is being judged
	held     []Entry
	grave    bool   // something in it is to be told at once
	some     []Seen // of a batch, to be passed on together
	haste    haste
	habits   map[rules.Key]int // how the habits stood when they were told last
}

// pending is a blind interval that is to be compared.
type pending struct {
	Blind

	until time.Time // when it is told at the latest
	told  bool
}

// Run looks until ctx ends, and tells. plans brings a new plan whenever it changes; the
// folders of the first one stay. An error of tell ends it.
func Run(ctx context.Context, o Options, first Plan, plans <-chan Plan, tell func(Entry) error) error {
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	l, err := newLookout(ctx, o, first, tell)
	if err != nil {
		return err
	}
	defer l.w.Close()
	batches := make(chan watch.Batch)
	beside.Go(func() {
		for {
			b, err := l.w.Next(ctx)
			if err != nil {
				return
			}
			select {
			case batches <- b:
			case <-ctx.Done():
				return
			}
		}
	})
	beside.Go(func() { l.learn(ctx) })
	return l.loop(ctx, &beside, batches, plans)
}

func newLookout(ctx context.Context, o Options, first Plan, tell func(Entry) error) (*lookout, error) {
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	o.Sensors.Folders, o.Sensors.Now, o.Sensors.Keep = first.Folders, o.Now, o.Dir
	l := &lookout{
		o: o, times: o.Times.filled(), run: hex.EncodeToString(id[:]), folders: first.Folders, tell: tell, started: o.Now(), last: first.Baseline,
		intents: o.Intents, done: make(chan compared, 1), now: newTouched(""), before: newTouched(""),
		learned: make(chan judge.Seen, 64), learning: true, tests: make(chan []watch.Report, 1), grown: map[uint64]int{}, habits: map[rules.Key]int{},
		asks: first.Gate, denials: gate.NewDenials(o.Now), notices: make(chan gate.Notice, 16),
	}
	l.record = NewRecord(l.times.Bucket)
	before, ran := lastAlive(o.Dir)
	at := touchedPath(o.Dir)
	l.earlier = readTouched(at+".old", at)
	w, err := watch.Start(ctx, o.Sensors)
	if err != nil {
		return nil, err
	}
	l.w, l.reading = w, w.Reading
	l.judge = judge.New(judge.Options{
		Folders: first.Folders, Open: l.look, Packaged: o.Packed,
		Decoy:     func(path string) bool { return l.decoys[path] },
		Announced: l.intents.Announced,
		Own:       l.ours,
	})
	l.engine = rules.New(rules.Config{}, rules.NewProfile(first.Since, first.Habits))
	l.take(first)
	for _, h := range first.Habits {
		l.habits[h.Key()] = weigh(h)
	}
	l.alive = before
	l.alive.Run, l.alive.Ended = l.run, false
	if !ran { // the first comparison makes the baseline, which reads all
		l.alive.Full, l.alive.Sample = l.started, l.started
	}
	if ran && before.At.Before(l.started) {
		l.blind(watch.Blind{From: before.At, To: l.started, Why: watch.Stopped, Lost: -1}, !before.Ended && l.upSince(before.At))
	}
	return l, nil
}

// upSince reports whether the computer is known to have run on since a time.
func (l *lookout) upSince(at time.Time) bool {
	booted := l.o.Booted()
	return !booted.IsZero() && booted.Before(at)
}

// take takes a plan over.
func (l *lookout) take(p Plan) {
	l.decoys = map[string]bool{}
	for _, d := range p.Decoys {
		l.decoys[d] = true
	}
	zone := time.Local //nolint:gosmopolitan // the shop's hours are those of its computer, if nothing else is said
	if z, err := time.LoadLocation(p.Zone); err == nil && p.Zone != "" {
		zone = z
	}
	l.engine.Configure(rules.Config{
		Hours: p.Hours, Zone: zone, Limits: p.Limits, Paused: func(at time.Time) bool { return at.Before(p.Pause) },
	})
	for _, i := range p.Looked {
		if i.Run == l.run {
			l.denials.Release(i.Serial)
		}
	}
	for _, h := range p.Habits {
		if h.Said != rules.Unsaid {
			l.engine.Profile().Answer(h.Key(), h.Said, h.By, h.On)
		}
	}
}

// ours reports whether it is custode's own program.
func (l *lookout) ours(a *watch.Actor) bool { return l.o.Own != [32]byte{} && a.Digest == l.o.Own }

// How often the loop looks at the clock, and at what was learned.
const (
	tickEvery   = 500 * time.Millisecond
	habitsEvery = 5 * time.Second
	breath      = 2 * time.Second // what takes memory comes together: it is given back once
)

// loop is the one place where everything meets.
func (l *lookout) loop(ctx context.Context, beside *sync.WaitGroup, batches <-chan watch.Batch, plans <-chan Plan) error {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	var next struct{ status, habits, alive, test time.Time }
	learned := l.learned
	if err := l.status(); err != nil {
		return err
	}
	l.start(ctx, beside, compare{})
	if l.raise(ctx); l.gate != nil {
		defer l.gate.Close()
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return l.end()
		case b := <-l.queue.room(batches):
			err = l.batch(b)
		case <-l.queue.more():
			err = l.judgeNext(batches)
		case s, more := <-learned:
			if !more {
				learned, l.learning = nil, false
				l.tired = l.o.Now()
				err = l.status()
				break
			}
			l.judge.Keep(s)
		case p := <-plans:
			l.take(p)
		case n := <-l.notices:
			err = l.say(Entry{Gate: &n})
		case c := <-l.done:
			l.tired = l.o.Now()
			err = l.compared(c)
		case r := <-l.tests:
			l.tired = l.o.Now()
			err = l.selfTested(r)
		case <-tick.C:
			now := l.o.Now()
			if now.Sub(next.alive).Abs() >= aliveEvery {
				next.alive, l.alive.At = now, now
				_ = l.alive.give(l.o.Dir) // without it the gap after a kill seems longer
			}
			if !l.testing && now.Sub(next.test).Abs() >= l.times.Test {
				next.test, l.testing, l.promised = now, true, l.w.Coverage().Folders
				beside.Go(func() { l.tests <- l.w.SelfTest(ctx) })
			}
			if now.Sub(next.status).Abs() >= l.times.Status || l.turnedAway() {
				next.status = now
				err = l.status()
			}
			if now.Sub(next.habits).Abs() >= habitsEvery {
				next.habits = now
				err = errors.Join(err, l.grew())
			}
			err = errors.Join(err, l.tick(ctx, beside, now))
		}
		if err != nil {
			return errors.Join(err, l.end())
		}
	}
}

// tick does what time brings.
func (l *lookout) tick(ctx context.Context, beside *sync.WaitGroup, now time.Time) error {
	l.denials.Tick()
	l.now.flush()
	l.calm(now)
	judged := l.queue.upTo(now)
	err := l.judged(l.judge.Tick(judged))
	err = errors.Join(err, l.news(l.engine.Tick(judged)))
	if rows := l.record.Due(now); rows != nil {
		err = errors.Join(err, l.say(Entry{Activity: rows}))
	}
	for _, p := range l.closing {
		if !p.told && !now.Before(p.until) {
			err = errors.Join(err, l.tellBlind(p))
		}
	}
	if !l.tired.IsZero() && !l.checking && !l.testing && !l.learning && now.Sub(l.tired).Abs() >= breath {
		l.tired = time.Time{}
		if l.o.HandBack != nil {
			beside.Go(l.o.HandBack)
		}
	}
	if l.checking {
		return err
	}
	if len(l.waiting) > 0 {
		l.start(ctx, beside, compare{})
	} else if c, due := l.dueCheck(now); due {
		l.start(ctx, beside, c)
	}
	return err
}

// start begins a comparison, which closes all intervals that wait.
func (l *lookout) start(ctx context.Context, beside *sync.WaitGroup, c compare) {
	c.blinds, l.waiting = l.waiting, nil
	l.checking, l.fast = true, l.o.Now()
	l.before, l.now = l.now, l.turn()
	c.last = l.last
	beside.Go(func() { l.done <- l.check(ctx, c) })
	l.closing = c.blinds
}

// turn begins to note anew what the sensors tell; what was noted stays until the
// comparison is over.
func (l *lookout) turn() *touched {
	l.now.flush()
	l.now.close()
	at := touchedPath(l.o.Dir)
	if l.earlier == nil {
		_ = os.Rename(at, at+".old") // where it is not there, nothing was told
	} else if raw, err := os.ReadFile(at); err == nil { // of the run before: both count until they were compared
		if f, err := os.OpenFile(at+".old", os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err == nil {
			_, _ = f.Write(raw) // without it the next run counts too much
			_ = f.Close()
		}
	}
	return newTouched(at)
}

// say tells an entry, or keeps it until the batch has been judged: programs may wait for
// that at the gate.
func (l *lookout) say(e Entry) error {
	e.At, e.Run = l.o.Now(), l.run
	if l.holding {
		l.held = append(l.held, e)
		return nil
	}
	return l.tell(e)
}

// release tells what was kept.
func (l *lookout) release() error {
	l.holding = false
	var err error
	for _, e := range l.held {
		err = errors.Join(err, l.tell(e))
	}
	clear(l.held)
	l.held = l.held[:0]
	return err
}

// turnedAway reports whether the gate has turned somebody away since that was told.
func (l *lookout) turnedAway() bool {
	return l.gate != nil && l.gate.Stats().Denied != l.denied
}

// raise puts up the gate, if it is asked for.
func (l *lookout) raise(ctx context.Context) {
	if !l.asks || len(l.o.Guard) == 0 {
		return
	}
	g, err := gate.Start(ctx, gate.Options{
		Folders: l.folders, Command: l.o.Guard, Settle: l.w.Settle, Judge: l.denials, Now: l.o.Now,
		Told: func(n gate.Notice) {
			select {
			case l.notices <- n:
			default: // the next one tells more
			}
		},
	})
	if l.gated = GateOn; err != nil {
		l.gated = GateFailed
		return
	}
	l.gate = g
}

// end tells what is left when the lookout is stopped in order.
func (l *lookout) end() error {
	l.now.flush()
	l.alive.At, l.alive.Ended = l.o.Now(), true
	err := errors.Join(l.rest(), l.alive.give(l.o.Dir))
	if rows := l.record.flush(); len(rows) > 0 {
		err = errors.Join(err, l.say(Entry{Activity: rows}))
	}
	return errors.Join(err, l.grew())
}

func causeOf(err error) string {
	if c := fault.Cause(err); c != "" {
		return c
	}
	return "other"
}
