package watch

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// inotifyMask leaves out IN_ACCESS, one event for each read: in a burst it alone
// overflows the queue. An open is told at once, and a file that was open before the
// watch began when it is closed.
const inotifyMask = unix.IN_OPEN | unix.IN_CLOSE_NOWRITE | unix.IN_MODIFY | unix.IN_CLOSE_WRITE | unix.IN_ATTRIB |
	unix.IN_CREATE | unix.IN_DELETE | unix.IN_MOVED_FROM | unix.IN_MOVED_TO | unix.IN_DELETE_SELF | unix.IN_MOVE_SELF |
	unix.IN_ONLYDIR | unix.IN_DONT_FOLLOW

// inotify watches each folder for itself, as any user may. It sees changes and
// reads, and never who: custode's own reads look like everybody's, so that they
// must be announced ([Watcher.Reading]). It does not see what goes through a hard
// link outside the folders.
type inotify struct {
	out  *out
	fd   int
	wake int // written to, to end the receiver
	raw  *ring[rawInotify]
	stop context.CancelFunc
	done sync.WaitGroup

	mu    sync.Mutex
	roots []string
	dirs  map[int32]string // of each watch
	wds   map[string]int32

	half moves[uint32]
}

func newInotify(ctx context.Context, o *out) (sensor, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if errors.Is(err, unix.EMFILE) {
		err = limitError("fs.inotify.max_user_instances", "")
	}
	if err != nil {
		return nil, err
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	n := &inotify{
		out: o, fd: fd, wake: wake, stop: stop, raw: newRing[rawInotify](o.ring.most),
		dirs: map[int32]string{}, wds: map[string]int32{},
	}
	n.done.Go(n.receive)
	n.done.Go(func() { n.resolve(ctx) })
	return n, nil
}

func (n *inotify) caps() Caps {
	return Caps{Backend: inotifyName, Changes: true, Reads: true, Permissions: true}
}

func (n *inotify) look() {}

func (n *inotify) close() {
	n.stop()
	_, _ = unix.Write(n.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	n.done.Wait()
	_ = unix.Close(n.fd)
	_ = unix.Close(n.wake)
}

func (n *inotify) add(folder string) error {
	n.mu.Lock()
	n.roots = append(n.roots, folder)
	n.mu.Unlock()
	return n.cover(folder, nil, nil)
}

// cover watches a folder and all below it, which it tells of where told is given.
func (n *inotify) cover(top string, folder func(string), file func(string, fs.DirEntry)) error {
	return descend(top, func(dir string) error {
		wd, err := unix.InotifyAddWatch(n.fd, dir, inotifyMask)
		if errors.Is(err, unix.ENOSPC) {
			return limitError("fs.inotify.max_user_watches", top)
		}
		if err != nil {
			return &fs.PathError{Op: "watch", Path: dir, Err: err}
		}
		n.mu.Lock()
		n.name(int32(wd), dir) //nolint:gosec // the kernel counts watches from 1
		n.mu.Unlock()
		if folder != nil && dir != top {
			folder(dir)
		}
		return nil
	}, file)
}

// name notes which folder a watch is for. n.mu is held.
func (n *inotify) name(wd int32, dir string) {
	if was, ok := n.dirs[wd]; ok && n.wds[was] == wd {
		delete(n.wds, was)
	}
	n.dirs[wd], n.wds[dir] = dir, wd
}

func (n *inotify) drop(folder string) {
	n.mu.Lock()
	n.roots = slices.DeleteFunc(n.roots, func(r string) bool { return r == folder })
	n.mu.Unlock()
	n.forget(folder)
}

// forget stops watching top and all below it.
func (n *inotify) forget(top string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for dir, wd := range n.wds {
		if under(dir, top) {
			_, _ = unix.InotifyRmWatch(n.fd, uint32(wd)) //nolint:gosec // it came from the kernel
			delete(n.wds, dir)
			delete(n.dirs, wd)
		}
	}
}

// rename gives new names to what lies under a renamed folder: a watch follows its
// folder.
func (n *inotify) rename(from, to string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for wd, dir := range n.dirs {
		if under(dir, from) {
			n.name(wd, moved(dir, from, to))
		}
	}
}

// receive does nothing but to empty the queue of the kernel.
func (n *inotify) receive() {
	buf := make([]byte, 1<<18)
	idle := n.out.now()
	fds := []unix.PollFd{{Fd: int32(n.fd), Events: unix.POLLIN}, {Fd: int32(n.wake), Events: unix.POLLIN}} //nolint:gosec // file descriptors
	for {
		got, err := unix.Read(n.fd, buf)
		if errors.Is(err, unix.EAGAIN) {
			idle = n.out.now()
			if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) {
				return
			}
			if fds[1].Revents != 0 {
				return
			}
			continue
		}
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return
		}
		now := n.out.now()
		for rest := buf[:got]; len(rest) > 0; {
			var r rawInotify
			if r, rest, err = parseInotify(rest); err != nil {
				break
			}
			r.at, r.idle = now, idle
			n.raw.put(r, now)
		}
	}
}

func (n *inotify) resolve(ctx context.Context) {
	var spare []rawInotify
	for {
		items, g, err := n.raw.takeWithin(ctx, spare, moveWait)
		if err != nil {
			return
		}
		for _, r := range items {
			n.one(r)
		}
		spare = items
		if g.lost > 0 {
			n.lost(Blind{From: g.from, To: g.to, Why: RingFull, Lost: g.lost})
		}
		for _, e := range n.half.left(n.out.now()) {
			if e.Dir {
				n.forget(e.From)
			}
			n.out.event(e)
		}
	}
}

// lost records the loss, and watches the folders that came meanwhile.
func (n *inotify) lost(b Blind) {
	n.mu.Lock()
	b.Folders = slices.Clone(n.roots)
	n.mu.Unlock()
	for _, r := range slices.Clone(b.Folders) {
		n.cover1(r, r, nil)
	}
	n.out.blind(b)
}

// cover1 covers what is in a watched folder, and gives the folder up where it cannot.
func (n *inotify) cover1(root, top string, tell func(string, bool)) {
	var folder func(string)
	var file func(string, fs.DirEntry)
	if tell != nil {
		folder = func(path string) { tell(path, true) }
		file = func(path string, _ fs.DirEntry) { tell(path, false) }
	}
	if err := n.cover(top, folder, file); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ENOTDIR) {
		select {
		case n.out.failed <- failure{root, inotifyName, err}:
		default:
		}
	}
}

// mounted watches what was mounted in a watched folder, or what was under it.
func (n *inotify) mounted(root, at string) { n.cover1(root, at, nil) }

// root is the watched folder in which path lies.
func (n *inotify) root(path string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.roots {
		if under(path, r) {
			return r
		}
	}
	return ""
}

// one passes on an event.
func (n *inotify) one(r rawInotify) {
	if r.mask&unix.IN_Q_OVERFLOW != 0 {
		n.lost(Blind{From: r.idle, To: r.at, Why: Overflow, Lost: -1})
		return
	}
	n.mu.Lock()
	dir, known := n.dirs[r.wd]
	isRoot := slices.Contains(n.roots, dir)
	if r.mask&unix.IN_IGNORED != 0 && known {
		delete(n.dirs, r.wd)
		if n.wds[dir] == r.wd {
			delete(n.wds, dir)
		}
	}
	n.mu.Unlock()
	if isRoot && r.mask&(unix.IN_DELETE_SELF|unix.IN_MOVE_SELF|unix.IN_UNMOUNT|unix.IN_IGNORED) != 0 {
		n.out.recheck()
	}
	if !known || r.name == "" && (!isRoot || r.mask&unix.IN_ATTRIB == 0) {
		return // a folder is told of by the one it lies in
	}
	e := Event{At: r.at, Path: filepath.Join(dir, r.name), Dir: r.mask&unix.IN_ISDIR != 0}
	switch {
	case r.mask&unix.IN_MOVED_FROM != 0:
		n.half.put(r.cookie, Event{At: r.at, Op: Rename, From: e.Path, Dir: e.Dir})
	case r.mask&unix.IN_MOVED_TO != 0:
		n.arrived(r, e)
	case r.mask&unix.IN_CREATE != 0:
		e.Op = Create
		n.out.event(e)
		n.inside(e)
	default:
		n.touched(r.mask, e)
	}
}

// arrived is the second half of a rename, or a file from outside.
func (n *inotify) arrived(r rawInotify, e Event) {
	e.Op = Rename
	old, ok := n.half.match(r.cookie)
	e.From = old.From
	if ok && e.Dir {
		n.rename(e.From, e.Path)
	}
	n.out.event(e)
	if !ok {
		n.inside(e)
	}
}

// inside watches a folder that just came, and tells what is in it already.
func (n *inotify) inside(e Event) {
	if !e.Dir {
		return
	}
	n.cover1(n.root(e.Path), e.Path, func(path string, dir bool) {
		n.out.event(Event{At: e.At, Op: Create, Path: path, Dir: dir})
	})
}

// touched is everything that leaves the names as they are.
func (n *inotify) touched(mask uint32, e Event) {
	for _, m := range []struct {
		bit uint32
		op  Op
	}{
		{unix.IN_OPEN, Open},
		{unix.IN_CLOSE_NOWRITE, Read},
		{unix.IN_MODIFY, Write},
		{unix.IN_CLOSE_WRITE, CloseWrite},
		{unix.IN_ATTRIB, Permission},
		{unix.IN_DELETE, Delete},
	} {
		if mask&m.bit != 0 {
			e.Op |= m.op
		}
	}
	if e.Dir {
		e.Op &^= Open | Read // listing a folder reads no file
	}
	if e.Op&^(Open|Read) == 0 && n.out.ours(e.Path, e.At) {
		return
	}
	if e.Op != 0 {
		n.out.event(e)
	}
}

// rawInotify is one record of the kernel.
type rawInotify struct {
	wd           int32
	mask, cookie uint32
	name         string
	at, idle     time.Time
}

var errRecord = errors.New("watch: a record of the kernel makes no sense")

// parseInotify takes one record from what was read, and returns the rest.
func parseInotify(b []byte) (rawInotify, []byte, error) {
	if len(b) < unix.SizeofInotifyEvent {
		return rawInotify{}, nil, errRecord
	}
	r := rawInotify{wd: int32(order.Uint32(b)), mask: order.Uint32(b[4:]), cookie: order.Uint32(b[8:])} //nolint:gosec // as the kernel wrote it
	size := order.Uint32(b[12:])
	b = b[unix.SizeofInotifyEvent:]
	if uint64(size) > uint64(len(b)) {
		return rawInotify{}, nil, errRecord
	}
	r.name = cString(b[:size])
	return r, b[size:], nil
}
