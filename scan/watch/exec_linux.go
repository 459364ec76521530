package watch

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// processes knows which program each process runs. Who asks /proc after an event
// comes too late for a program that lives a millisecond; so a second group of
// fanotify tells of every program that is started on this computer, before it
// runs its first instruction, and hands over the program itself.
type processes struct {
	now  func() time.Time
	fd   int // -1 where there is no such group
	wake int
	done sync.WaitGroup

	mu     sync.Mutex
	byPID  map[int]*entry
	kinds  map[fileKey]binaryKind
	marked map[string]struct{} // file systems, by device
	buf    []byte              // for the queue
	small  []byte              // for /proc
	fresh  []int               // interpreters that were not asked for their scripts yet
	lost   int                 // how often the queue overflowed
}

// process is one as it was at a moment. It never changes, but for the actor that
// is made of it when it is first told of.
type process struct {
	procStat
	pid     int
	program string
	file    fileKey
	script  string
	parents []string

	once  sync.Once
	actor *Actor
}

// entry is what is known of a process now.
type entry struct {
	p       *process
	asked   time.Time // when /proc was last asked
	loader  bool      // the next program that it opens is only the loader of this one
	script  string    // a script whose interpreter comes next
	scripts bool      // it was asked for its script
}

// fileKey tells one content of a program from another.
type fileKey struct {
	fileID
	size, mod int64
}

// binaryKind is what the kernel does with a program that is started.
type binaryKind uint8

const (
	plainBinary  binaryKind = iota + 1 // runs by itself: also the loader
	loadedBinary                       // is started by a loader, which is opened next
	scriptText                         // "#!": its interpreter is opened next
)

// The most that is remembered of processes, and how old an answer of /proc may be:
// a file server takes on the user of its client within a process.
const (
	mostProcesses = 1 << 14
	askAgain      = 50 * time.Millisecond
	goneFor       = 5 * time.Second
	mostParents   = 8
)

// newProcesses starts to listen for programs that are started. Without the group
// it still answers, from /proc.
func newProcesses(now func() time.Time) (*processes, error) {
	p := &processes{
		now: now, fd: -1, wake: -1, byPID: map[int]*entry{}, kinds: map[fileKey]binaryKind{},
		marked: map[string]struct{}{}, buf: make([]byte, 1<<16), small: make([]byte, 1<<13),
	}
	fd, err := unix.FanotifyInit(unix.FAN_CLASS_NOTIF|unix.FAN_CLOEXEC|unix.FAN_NONBLOCK, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_LARGEFILE)
	if err != nil {
		return p, fanError(err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(fd)
		return p, err
	}
	p.fd, p.wake = fd, wake
	p.mark()
	p.running()
	p.done.Go(p.listen)
	return p, nil
}

func (p *processes) close() {
	if p.fd < 0 {
		return
	}
	_, _ = unix.Write(p.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	p.done.Wait()
	_ = unix.Close(p.fd)
	_ = unix.Close(p.wake)
}

// mark listens on every file system from which programs may be started.
func (p *processes) mark() {
	if p.fd < 0 {
		return
	}
	mounts, err := readMounts()
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	here := map[string]struct{}{}
	for _, m := range mounts {
		if _, ok := p.marked[m.dev]; ok || !m.exec {
			here[m.dev] = struct{}{}
			continue
		}
		if unix.FanotifyMark(p.fd, unix.FAN_MARK_ADD|unix.FAN_MARK_FILESYSTEM, unix.FAN_OPEN_EXEC, unix.AT_FDCWD, m.at) == nil {
			p.marked[m.dev] = struct{}{}
			here[m.dev] = struct{}{}
		}
	}
	for dev := range p.marked {
		if _, ok := here[dev]; !ok { // unmounted: its number may be another's next
			delete(p.marked, dev)
		}
	}
}

// running reads of all processes that run already.
func (p *processes) running() {
	list, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range list {
		if pid, err := strconv.Atoi(d.Name()); err == nil && p.byPID[pid] == nil {
			p.load(pid, 0)
		}
	}
}

// listen takes in new programs as soon as they come. It goes before other work of
// this computer, since it has a millisecond.
func (p *processes) listen() {
	hurry()
	fds := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}, {Fd: int32(p.wake), Events: unix.POLLIN}} //nolint:gosec // file descriptors
	for {
		n, err := unix.Poll(fds, p.patience())
		if err != nil && !errors.Is(err, unix.EINTR) || fds[1].Revents != 0 {
			return
		}
		if n == 0 {
			p.askScripts()
		}
		p.drain()
	}
}

// patience is how long to wait for new programs, in milliseconds: interpreters
// that just started are to be asked for their scripts as soon as they have
// started in full.
func (p *processes) patience() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.fresh) > 0 {
		return 1
	}
	return -1
}

// askScripts asks the interpreters that just started.
func (p *processes) askScripts() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, pid := range p.fresh {
		if e := p.byPID[pid]; e != nil && e.p != nil {
			p.askScript(pid, e)
		}
	}
	p.fresh = p.fresh[:0]
}

// askScript asks an interpreter for its script, once. p.mu is held.
func (p *processes) askScript(pid int, e *entry) {
	if e.scripts || !interprets(e.p.program) {
		return
	}
	e.scripts = true
	if s := scriptOf(pid, p.small); s != "" {
		e.p = e.p.with(func(n *process) { n.script = s })
	}
}

// drain takes in all programs that were started so far.
func (p *processes) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fd < 0 {
		return
	}
	for {
		n, err := unix.Read(p.fd, p.buf)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		for rest := p.buf[:n]; len(rest) > 0; {
			var r rawFan
			if r, rest, err = parseFan(rest); err != nil {
				return
			}
			if r.mask&unix.FAN_Q_OVERFLOW != 0 {
				p.lost++
				clear(p.byPID) // what is remembered may be wrong now
				continue
			}
			if r.fd >= 0 {
				p.started(int(r.pid), int(r.fd))
				_ = unix.Close(int(r.fd))
			}
		}
	}
}

// started takes in that a process runs the program open at fd. p.mu is held.
func (p *processes) started(pid, fd int) {
	e := p.byPID[pid]
	st, gone := procStat{}, error(nil)
	if e == nil || !e.loader { // before all else: the process has a millisecond
		st, gone = readProc(pid, p.small)
	}
	key, kind := p.look(fd)
	if e != nil && e.loader {
		if kind == plainBinary {
			e.loader = false
			return
		}
		st, gone = readProc(pid, p.small)
	}
	path, err := nameOfFD(fd)
	if err != nil {
		return
	}
	path = strings.TrimSuffix(path, " (deleted)")
	if kind == scriptText {
		if e == nil {
			e = &entry{}
			p.put(pid, e)
		}
		e.script, e.loader = path, false
		return
	}
	now := p.now()
	is := &process{pid: pid, program: path, file: key}
	if e != nil {
		is.script, e.script = e.script, ""
		if is.script == "" && e.p != nil && filepath.Base(e.p.program) == "env" && interprets(path) {
			is.script = e.p.script // #!/usr/bin/env node
		}
	}
	if is.procStat = st; gone != nil { // a wrong user would be worse than none
		is.uid = UnknownUID
	}
	is.parents = p.parents(is.parent, 0)
	p.put(pid, &entry{p: is, asked: now, loader: kind == loadedBinary, scripts: is.script != ""})
	if is.script == "" && len(p.fresh) < 256 && interprets(path) {
		p.fresh = append(p.fresh, pid)
	}
}

// put remembers a process, and forgets those that are long gone when there are
// many. p.mu is held.
func (p *processes) put(pid int, e *entry) {
	if len(p.byPID) >= mostProcesses {
		now := p.now()
		for id, old := range p.byPID {
			if now.Sub(old.asked) > goneFor && errors.Is(unix.Kill(id, 0), unix.ESRCH) {
				delete(p.byPID, id)
			}
		}
		if len(p.byPID) >= mostProcesses {
			clear(p.byPID)
		}
	}
	p.byPID[pid] = e
}

// who is the process behind an event, nil where nothing can be known of it.
func (p *processes) who(pid int, now time.Time) *process {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.byPID[pid]
	if e == nil || e.p == nil {
		e = p.load(pid, 0)
	} else if now.Sub(e.asked) > askAgain {
		p.refresh(pid, e, now)
		e = p.byPID[pid]
	}
	if e == nil {
		return nil
	}
	p.askScript(pid, e)
	return e.p
}

// with is a copy with a change.
func (p *process) with(change func(*process)) *process {
	n := &process{procStat: p.procStat, pid: p.pid, program: p.program, file: p.file, script: p.script, parents: p.parents}
	change(n)
	return n
}

// refresh looks whether a process is still the same, and acts for the same user.
// p.mu is held.
func (p *processes) refresh(pid int, e *entry, now time.Time) {
	st, err := readProc(pid, p.small)
	e.asked = now
	switch {
	case err != nil: // gone, and what is known of it stays true
	case e.p.start == 0:
		e.p = e.p.with(func(n *process) { n.procStat = st })
	case st.start != e.p.start: // another one with its number
		delete(p.byPID, pid)
		p.load(pid, 0)
	case st.uid != e.p.uid || st.session != e.p.session || st.terminal != e.p.terminal:
		e.p = e.p.with(func(n *process) { n.procStat = st })
	}
}

// load asks /proc for a process that was not seen to start. p.mu is held.
func (p *processes) load(pid, depth int) *entry {
	st, err := readProc(pid, p.small)
	if err != nil {
		return nil
	}
	is := &process{procStat: st, pid: pid}
	at := "/proc/" + strconv.Itoa(pid) + "/exe"
	if path, err := os.Readlink(at); err == nil {
		is.program = strings.TrimSuffix(path, " (deleted)")
		var s unix.Stat_t
		if unix.Stat(at, &s) == nil {
			is.file = keyOfStat(&s)
		}
	}
	e := &entry{p: is, asked: p.now()}
	p.put(pid, e)
	is.parents = p.parents(st.parent, depth+1)
	return e
}

// parents lists the programs of a process and of those above it. p.mu is held.
func (p *processes) parents(pid, depth int) []string {
	if pid <= 0 || depth >= mostParents {
		return nil
	}
	e := p.byPID[pid]
	if e == nil || e.p == nil {
		if e = p.load(pid, depth); e == nil {
			return nil
		}
	}
	out := append([]string{e.p.program}, e.p.parents...)
	return out[:min(len(out), mostParents)]
}
