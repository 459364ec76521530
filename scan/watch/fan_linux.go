package watch

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// fanMask is everything that fanotify tells of files; how renames are told depends
// on the kernel.
const fanMask = unix.FAN_OPEN | unix.FAN_ACCESS | unix.FAN_MODIFY | unix.FAN_CLOSE_WRITE | unix.FAN_ATTRIB |
	unix.FAN_CREATE | unix.FAN_DELETE | unix.FAN_ONDIR

// fan watches whole file systems, as only root may, with one mark for each that
// holds a watched folder. What happens elsewhere on it is sorted out: by folder,
// and for files with several names by the file, so that a name outside of the
// folders hides nothing.
//
// The queue of the kernel keeps its limit: a watch that was stopped must not fill
// the memory of the computer. The kernel merges what one process does to one file,
// and the receiver only sorts, so that a full queue is rare; it is told as Blind.
type fan struct {
	out     *out
	fd      int
	wake    int
	self    int32
	renames bool // the kernel tells both names of a rename at once
	procs   *processes
	actors  *actors
	dirs    *dirs
	raw     *ring[rawFan]
	another string // the file whose number of names changed last: its new name comes next
	stop    context.CancelFunc
	done    sync.WaitGroup
	ended   atomic.Bool
	marksMu sync.Mutex
	marks   []*mark // that receive has not passed on yet

	half    moves[int32]
	unnamed Blind
	relink  bool     // files with several names are to be looked for
	doomed  []doomed // folders that were removed
}

// doomed is a removed folder. Its name is kept for a while: the kernel merges its
// making and its removal, and tells both before what happened in it.
type doomed struct {
	key string
	at  time.Time
}

const doomedFor = 2 * time.Second

func newFan(ctx context.Context, o *out) (sensor, error) {
	fd, err := fanInit()
	if err != nil {
		return nil, fanError(err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	procs, err := newProcesses(o.now)
	if err != nil {
		_ = unix.Close(fd)
		_ = unix.Close(wake)
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	f := &fan{
		out: o, fd: fd, wake: wake, self: int32(o.self), renames: true, //nolint:gosec // process numbers have 22 bits
		procs: procs, actors: newActors(o.now), dirs: newDirs(), raw: newRing[rawFan](o.ring.most), stop: stop,
	}
	hastenAll()
	f.done.Go(func() { f.actors.meet(procs.accounts()) })
	f.done.Go(f.receive)
	f.done.Go(func() { f.resolve(ctx) })
	return f, nil
}

// fanInit asks for the handle of the file itself along with its name (5.17), or
// does without.
func fanInit() (fd int, err error) {
	for _, report := range []uint{
		unix.FAN_REPORT_DFID_NAME_TARGET,
		unix.FAN_REPORT_DFID_NAME | unix.FAN_REPORT_FID,
		unix.FAN_REPORT_DFID_NAME,
	} {
		fd, err = unix.FanotifyInit(unix.FAN_CLASS_NOTIF|unix.FAN_CLOEXEC|unix.FAN_NONBLOCK|report, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_LARGEFILE)
		if !errors.Is(err, unix.EINVAL) {
			break
		}
	}
	return fd, err
}

// fanError names the setting where a limit is reached.
func fanError(err error) error {
	switch {
	case errors.Is(err, unix.EMFILE):
		return limitError("fs.fanotify.max_user_groups", "")
	case errors.Is(err, unix.ENOSPC):
		return limitError("fs.fanotify.max_user_marks", "")
	}
	return err
}

func (f *fan) caps() Caps {
	return Caps{Backend: fanName, Changes: true, Reads: true, Who: true, Permissions: true}
}

func (f *fan) look() {}

func (f *fan) close() {
	f.stop()
	f.ended.Store(true)
	f.poke()
	f.done.Wait()
	f.procs.close()
	_ = unix.Close(f.fd)
	_ = unix.Close(f.wake)
}

// poke wakes the receiver: it ends, or has a mark to pass on.
func (f *fan) poke() { _, _ = unix.Write(f.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// settle sends a mark behind all that the kernel has queued so far.
func (f *fan) settle(m *mark) {
	f.marksMu.Lock()
	f.marks = append(f.marks, m)
	f.marksMu.Unlock()
	f.poke()
}

func (f *fan) takeMarks() []*mark {
	f.marksMu.Lock()
	defer f.marksMu.Unlock()
	m := f.marks
	f.marks = nil
	return m
}

// patience is how long the start waits until the folders are known: longer only
// matters for folders that vanish meanwhile.
const patience = 100 * time.Millisecond

func (f *fan) add(folder string) error {
	if err := f.mark(folder); err != nil {
		return err
	}
	f.dirs.mu.Lock()
	f.dirs.roots = append(f.dirs.roots, folder)
	clear(f.dirs.outside)
	f.dirs.turn++
	f.dirs.mu.Unlock()
	if mounts, err := readMounts(); err == nil {
		for _, m := range mounts {
			if m.at != folder && under(m.at, folder) {
				_ = f.mark(m.at) // what has no handles there shows in the self-test only
			}
		}
	}
	known := make(chan struct{})
	f.done.Go(func() {
		defer close(known)
		start := f.out.now()
		f.dirs.walk(folder, nil)
		f.dirs.mu.Lock()
		f.dirs.walked, f.dirs.took = f.out.now(), f.out.now().Sub(start)
		f.dirs.mu.Unlock()
	})
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-known:
	case <-wait.C:
	}
	return nil
}

// mark watches the file system at a place, if its files can be named again by
// their handles.
func (f *fan) mark(at string) error {
	key, err := keyOf(at)
	if err != nil {
		return &fs.PathError{Op: "watch", Path: at, Err: err}
	}
	fd, err := openKey(key, at)
	if err != nil {
		return &fs.PathError{Op: "watch", Path: at, Err: err}
	}
	_ = unix.Close(fd)
	mark := func(mask uint64) error {
		return unix.FanotifyMark(f.fd, unix.FAN_MARK_ADD|unix.FAN_MARK_FILESYSTEM, mask, unix.AT_FDCWD, at)
	}
	err = unix.EINVAL
	if f.renames {
		err = mark(fanMask | unix.FAN_RENAME)
	}
	if errors.Is(err, unix.EINVAL) { // before 5.17
		f.renames = false
		err = mark(fanMask | unix.FAN_MOVED_FROM | unix.FAN_MOVED_TO)
	}
	if err != nil {
		return fanError(err)
	}
	f.dirs.placeOf(key, at)
	return nil
}

func (f *fan) drop(folder string) {
	places := map[string][]string{}
	f.dirs.mu.RLock()
	for id, at := range f.dirs.places {
		places[id] = slices.Clone(at)
	}
	f.dirs.mu.RUnlock()
	for _, id := range f.dirs.leave(folder) {
		for _, at := range places[id] {
			var st unix.Statfs_t
			if unix.Statfs(at, &st) == nil && string(fsidBytes(st.Fsid)) == id {
				_ = unix.FanotifyMark(f.fd, unix.FAN_MARK_REMOVE|unix.FAN_MARK_FILESYSTEM,
					fanMask|unix.FAN_RENAME|unix.FAN_MOVED_FROM|unix.FAN_MOVED_TO, unix.AT_FDCWD, at)
			}
		}
	}
}

// mounted takes in that something was mounted inside a watched folder.
func (f *fan) mounted(_, at string) {
	if f.mark(at) == nil {
		f.dirs.walk(at, nil)
	}
}

// remark listens for programs that are started from what was just mounted.
func (f *fan) remark() { f.procs.mark() }

// receive sorts out what does not matter, asks who it was as long as it can be
// known, and does nothing else.
func (f *fan) receive() {
	hasten()
	buf := make([]byte, 1<<18)
	idle := f.out.now()
	fds := []unix.PollFd{{Fd: int32(f.fd), Events: unix.POLLIN}, {Fd: int32(f.wake), Events: unix.POLLIN}} //nolint:gosec // file descriptors
	var marks []*mark                                                                                      // that came before the queue was found empty
	for {
		marks = append(marks, f.takeMarks()...)
		got, err := unix.Read(f.fd, buf)
		switch {
		case errors.Is(err, unix.EAGAIN):
			for _, m := range marks {
				f.raw.mark(m)
			}
			marks = nil
			idle = f.out.now()
			if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) || f.ended.Load() {
				return
			}
			if fds[1].Revents != 0 {
				_, _ = unix.Read(f.wake, buf[:8])
			}
			continue
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return
		}
		now := f.out.now()
		f.procs.drain() // whoever did this was started before
		for rest := buf[:got]; len(rest) > 0; {
			var r rawFan
			if r, rest, err = parseFan(rest); err != nil {
				break
			}
			if f.matters(&r) {
				if r.mask&unix.FAN_Q_OVERFLOW == 0 {
					r.who = f.procs.who(int(r.pid), now)
				}
				r.at, r.idle = now, idle
				f.raw.put(r, now)
			}
		}
	}
}

const dirOnly = unix.FAN_ONDIR

// matters sorts out what certainly happened elsewhere.
func (f *fan) matters(r *rawFan) bool {
	if r.mask&unix.FAN_Q_OVERFLOW != 0 {
		return true
	}
	if r.pid == f.self && !strings.HasPrefix(r.name, ProbePrefix) && !strings.HasPrefix(r.to, ProbePrefix) {
		return false
	}
	moves := r.mask & (unix.FAN_RENAME | unix.FAN_MOVED_FROM | unix.FAN_MOVED_TO)
	if r.mask&dirOnly != 0 {
		if moves != 0 {
			f.dirs.doubt() // what was outside may be inside now
			return true
		}
		if r.mask&^(unix.FAN_OPEN|unix.FAN_ACCESS|dirOnly) == 0 {
			return false // listing a folder reads no file
		}
	}
	if r.dir == "" && r.toDir == "" {
		f.another = r.file
		return true
	}
	if !f.dirs.isOutside(cmp.Or(r.dir, r.toDir)) || r.toDir != "" && !f.dirs.isOutside(r.toDir) {
		return true
	}
	_, linked := f.dirs.isLinked(r.file)
	return linked || r.mask&unix.FAN_CREATE != 0 && r.file == f.another
}
