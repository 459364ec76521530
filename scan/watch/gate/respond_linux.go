package gate

import (
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Respond is the guard: the whole life of the process that [Options.Command] starts. It
// ends when the watch does, and then, as at every other end, the kernel lets everybody
// in who waits.
func Respond() error {
	b := make([]byte, msgMost)
	n, err := recv(guardFD, b)
	if err != nil {
		return err
	}
	var c config
	if n < 2 || b[0] != msgConfig {
		return errors.New("gate: started by hand")
	}
	if err := json.Unmarshal(b[1:n], &c); err != nil {
		return err
	}
	g := &guard{sock: guardFD, self: int32(c.Self), pid: int32(os.Getpid()), deadline: c.Deadline, buf: b, m: &marker{}, near: near{cpu: -1}} //nolint:gosec // process numbers have 22 bits
	if err := g.open(); err != nil {
		_ = send(g.sock, append([]byte{msgError}, strconv.Itoa(int(errnoOf(err)))...))
		return err
	}
	go g.mark(c.Folders)
	return g.run()
}

// clock is the guard's own: it is a process of its own, and only measures how long others
// wait.
func clock() time.Time { return time.Now() } //nolint:forbidigo // see above

func errnoOf(err error) unix.Errno {
	if e := unix.Errno(0); errors.As(err, &e) {
		return e
	}
	return unix.EIO
}

// guard answers the kernel. All but the marks is done by one thread, which never waits
// for anything but news, and never opens a file.
type guard struct {
	asks, changes, sock int
	self, pid           int32 // the watch, and this process
	deadline            time.Duration
	timer               *deadman
	petted              time.Time
	m                   *marker
	work                chan func()
	buf                 []byte
	msg                 []byte

	waiting []waiter // the oldest first
	ids     uint64
	changed uint64 // counts what was changed, as far as it has been read
	judged  uint64 // up to which of these the watch has judged
	guarded bool   // somebody is denied
	missed  int    // questions in a row that were not answered in time
	probing bool   // a question is out that nobody waits for
	told    int64  // of the skipped ones
	stats   Stats
	near    near
	awake   *awake

	seen, collected int64 // questions when it was tidied last, and when garbage was collected
	quiet           time.Time
}

// waiter is a program that waits, for an answer of the watch.
type waiter struct {
	id    uint64
	fd    int32
	since time.Time
}

// mostMemory is what the guard may use before the collector runs all the same.
const mostMemory = 64 << 20

// patience is after how many questions without an answer in time nobody waits any more.
const patience = 3

func (g *guard) open() (err error) {
	// The collector of garbage stops everybody, and may itself be kept waiting by other
	// work of the computer. There is hardly any: see tidy.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(mostMemory)
	runtime.GOMAXPROCS(4 + mostAwake)
	if err := unix.SetNonblock(g.sock, true); err != nil {
		return err
	}
	_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1 << 16, Max: 1 << 16}) // each who waits holds one
	_ = unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT)         // what was used once is never read from the disk again
	// O_NONBLOCK: else the kernel waits for the other end of a pipe on the guard's time.
	g.asks, err = unix.FanotifyInit(unix.FAN_CLASS_CONTENT|unix.FAN_CLOEXEC|unix.FAN_NONBLOCK|unix.FAN_UNLIMITED_QUEUE,
		unix.O_RDONLY|unix.O_LARGEFILE|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOATIME)
	if err != nil {
		return err
	}
	g.changes, err = unix.FanotifyInit(unix.FAN_CLASS_NOTIF|unix.FAN_CLOEXEC|unix.FAN_NONBLOCK|unix.FAN_REPORT_FID, unix.O_RDONLY|unix.O_CLOEXEC)
	if err != nil {
		return err
	}
	g.m.asks, g.m.changes = g.asks, g.changes
	g.work = make(chan func(), 1<<12)
	g.awake = newAwake()
	g.timer, err = newDeadman(g.deadline)
	return err
}

// mark does what has to do with marks, one after the other.
func (g *guard) mark(folders []string) {
	for _, f := range folders {
		g.m.walk(f)
	}
	g.m.ready.Store(true)
	for f := range g.work {
		f()
	}
}

// run answers until the watch ends. Its thread goes before other work: everybody waits
// for it.
func (g *guard) run() error {
	runtime.LockOSThread()
	if unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0) != nil {
		_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), -15)
	}
	fds := []unix.PollFd{
		{Fd: int32(g.asks), Events: unix.POLLIN}, {Fd: int32(g.sock), Events: unix.POLLIN}, {Fd: int32(g.changes), Events: unix.POLLIN}, //nolint:gosec // file descriptors
	}
	events := make([]byte, 1<<12)
	for {
		now := clock()
		if err := g.pet(now); err != nil {
			return err
		}
		left := unix.NsecToTimespec(int64(g.rest(now)))
		if _, err := unix.Ppoll(fds, &left, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		if fds[1].Revents != 0 && !g.hear() {
			return nil
		}
		if fds[0].Revents != 0 {
			n, err := unix.Read(g.asks, events)
			if err != nil && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
				return err
			}
			g.drain()
			g.asked(events[:max(n, 0)])
		} else if fds[2].Revents != 0 {
			g.drain()
		}
		g.expire()
	}
}

// pet keeps the timer of the kernel from going off, and tells what is to be told.
func (g *guard) pet(now time.Time) error {
	if g.m.ready.Load() && g.m.ready.Swap(false) {
		_ = send(g.sock, g.count(msgReady))
	}
	if now.Sub(g.petted) < g.deadline/4 {
		return nil
	}
	g.petted = now
	g.tidy(now)
	if n := g.stats.Skipped - g.told; n > 0 && send(g.sock, append([]byte{msgSkipped}, strconv.FormatInt(n, 10)...)) == nil {
		g.told = g.stats.Skipped
	}
	return g.timer.pet()
}

// tidy collects the garbage while nobody asks.
func (g *guard) tidy(now time.Time) {
	switch {
	case g.stats.Asked != g.seen:
		g.seen, g.quiet = g.stats.Asked, now
	case now.Sub(g.quiet) < quiet:
		g.near.free()
	case g.seen >= g.collected+often:
		g.collected = g.seen
		runtime.GC()
	}
}

// Garbage is collected after so many questions, when there was none for so long.
const (
	often = 100_000
	quiet = time.Second
)

// rest is how long there is nothing to do by itself.
func (g *guard) rest(now time.Time) time.Duration {
	d := g.deadline / 3
	if len(g.waiting) > 0 {
		d = min(d, g.latest().Sub(now))
	}
	return max(d, 0)
}

// latest is when the oldest question is answered without the watch: a little before the
// deadline, so that the answer is there by then.
func (g *guard) latest() time.Time { return g.waiting[0].since.Add(g.deadline * 24 / 25) }

// drain counts what was changed. Who changes something and then opens a file did the
// first before the second, so it is counted by now.
func (g *guard) drain() {
	for {
		n, err := unix.Read(g.changes, g.buf)
		if err != nil || n <= 0 {
			return
		}
		for b := g.buf[:n]; ; {
			e, rest, ok := eventOf(b)
			if !ok {
				break
			}
			if e.pid != g.self || e.mask&unix.FAN_Q_OVERFLOW != 0 {
				g.changed++
			}
			b = rest
		}
	}
}

// asked answers questions of the kernel, or passes them on.
func (g *guard) asked(b []byte) {
	now := clock()
	for {
		e, rest, ok := eventOf(b)
		if !ok {
			return
		}
		b = rest
		if e.fd < 0 || e.mask&unix.FAN_OPEN_PERM == 0 {
			continue
		}
		g.stats.Asked++
		if e.pid != g.self {
			if g.near.saw(e.pid, now) {
				g.awake.saw(now)
			}
		}
		switch {
		case e.pid == g.self || e.pid == g.pid:
			g.stats.Own++
			g.answer(e.fd, true, now)
		case g.changed == g.judged && !g.guarded && !g.m.blind.Load():
			g.answer(e.fd, true, now)
		case g.missed >= patience:
			if !g.probing {
				g.probing = g.pass(e) == nil
			}
			g.skip(e.fd, now)
		case g.pass(e) != nil:
			g.skip(e.fd, now)
		default:
			g.waiting = append(g.waiting, waiter{g.ids, e.fd, now})
		}
	}
}

// pass asks the watch.
func (g *guard) pass(e event) error {
	g.ids++
	g.stats.Judged++
	g.msg = ask{id: g.ids, seq: g.changed, pid: e.pid, fd: e.fd}.put(g.msg)
	return send(g.sock, g.msg)
}

func (g *guard) answer(fd int32, yes bool, since time.Time) {
	say := event{fd: fd}.response(yes)
	_, _ = unix.Write(g.asks, say[:]) // who was killed meanwhile needs no answer
	_ = unix.Close(int(fd))
	g.stats.took(clock().Sub(since))
}

func (g *guard) skip(fd int32, since time.Time) {
	g.stats.Skipped++
	g.answer(fd, true, since)
}

// expire lets those in who waited as long as they may; and when it was in vain again and
// again, all.
func (g *guard) expire() {
	if len(g.waiting) == 0 {
		return
	}
	now := clock()
	for len(g.waiting) > 0 && (!now.Before(g.latest()) || g.missed >= patience) {
		w := g.waiting[0]
		g.waiting = slices.Delete(g.waiting, 0, 1)
		g.missed++
		g.skip(w.fd, w.since)
	}
}

// hear takes in what the watch says. It returns false when the watch is gone.
func (g *guard) hear() bool {
	for {
		n, err := recv(g.sock, g.buf)
		switch {
		case errors.Is(err, unix.EAGAIN):
			return true
		case err != nil || n == 0:
			return false
		}
		b := g.buf[:n]
		switch b[0] {
		case msgReply:
			if r, ok := replyOf(b); ok {
				g.replied(r)
			}
		case msgGuarded:
			g.guarded = n > 1 && b[1] != 0
		case msgWalk:
			path := string(b[1:])
			g.later(func() { g.m.walk(path) })
		case msgLink:
			path := string(b[1:])
			g.later(func() { g.m.link(path) })
		case msgCount:
			_ = send(g.sock, g.count(msgStats))
		}
	}
}

// later has something marked; where too much of that waits, it is told as not marked.
func (g *guard) later(f func()) {
	select {
	case g.work <- f:
	default:
		g.m.uncovered.Add(1)
	}
}

func (g *guard) replied(r reply) {
	g.probing, g.guarded = false, r.guarded
	if r.verdict == failed {
		g.missed++
	} else {
		g.missed, g.judged = 0, max(g.judged, r.seq)
	}
	for i, w := range g.waiting {
		if w.id != r.id {
			continue
		}
		g.waiting = slices.Delete(g.waiting, i, i+1)
		switch r.verdict {
		case failed:
			g.skip(w.fd, w.since)
		case denied:
			g.answer(w.fd, false, w.since)
		case allowed:
			g.answer(w.fd, true, w.since)
		}
		return
	}
}

// count is the stats as a message.
func (g *guard) count(kind byte) []byte {
	s := g.stats
	s.Folders, s.Links, s.Uncovered = g.m.folders.Load(), g.m.links.Load(), g.m.uncovered.Load()
	b, _ := json.Marshal(s)
	return append([]byte{kind}, b...)
}
