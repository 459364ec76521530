package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// notify watches through fsnotify, which every system has: it sees changes only,
// no reads, and names no process. Each folder is watched for itself, so that new
// ones must be added as they come, and what came into them before that is told
// by listing them.
type notify struct {
	out  *out
	tell func(Event)
	name string // of the sensor that it is, or belongs to
	w    *fsnotify.Watcher
	raw  *ring[rawNotify]
	stop context.CancelFunc
	done sync.WaitGroup

	mu    sync.Mutex
	roots []string
	dirs  map[string]struct{} // that are watched

	half  moves[string]        // renames of which only the old name is known, by that name
	again map[string]time.Time // old names of renamed folders: fsnotify tells of those twice
}

// rawNotify is an event as it came, or an error.
type rawNotify struct {
	e   fsnotify.Event
	err error
	at  time.Time
	// idle is when the queue of the kernel was last seen empty.
	idle time.Time
}

func newNotify(ctx context.Context, o *out) (sensor, error) {
	return notifyTo(ctx, o, o.event, notifyName)
}

// notifyTo hands the events to tell.
func notifyTo(ctx context.Context, o *out, tell func(Event), name string) (*notify, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		if errors.Is(err, syscall.EMFILE) {
			err = limitError("fs.inotify.max_user_instances", "")
		}
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	n := &notify{
		out: o, tell: tell, name: name, w: w, stop: stop, raw: newRing[rawNotify](o.ring.most),
		dirs: map[string]struct{}{}, again: map[string]time.Time{},
	}
	n.done.Go(func() { n.receive(ctx) })
	n.done.Go(func() { n.resolve(ctx) })
	return n, nil
}

func (n *notify) caps() Caps { return Caps{Backend: notifyName, Changes: true, Permissions: hasModes} }

func (n *notify) look() {}

func (n *notify) close() {
	n.stop()
	_ = n.w.Close()
	n.done.Wait()
}

func (n *notify) add(folder string) error {
	n.mu.Lock()
	n.roots = append(n.roots, folder)
	n.mu.Unlock()
	return n.cover(folder, nil)
}

// isDir reports whether it is a folder that is watched.
func (n *notify) isDir(path string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, is := n.dirs[path]
	return is
}

// cover adds the folder and all below it.
func (n *notify) cover(top string, file func(string, fs.DirEntry)) error {
	count := 0
	return descend(top, func(dir string) error {
		if err := n.w.Add(dir); err != nil {
			if errors.Is(err, syscall.ENOSPC) {
				return limitError("fs.inotify.max_user_watches", top)
			}
			return err
		}
		n.mu.Lock()
		n.dirs[dir] = struct{}{}
		n.mu.Unlock()
		return nil
	}, func(path string, d fs.DirEntry) {
		if count++; file != nil {
			file(path, d)
		}
	})
}

func (n *notify) drop(folder string) {
	n.mu.Lock()
	n.roots = slices.DeleteFunc(n.roots, func(r string) bool { return r == folder })
	n.mu.Unlock()
	n.forget(folder)
}

// forget stops watching top and all below it.
func (n *notify) forget(top string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	any := false
	for dir := range n.dirs {
		if under(dir, top) {
			_ = n.w.Remove(dir)
			delete(n.dirs, dir)
			any = true
		}
	}
	return any
}

// receive does nothing but to empty the queue: while it does anything else, the
// kernel's queue fills.
func (n *notify) receive(ctx context.Context) {
	last := n.out.now()
	idle := last
	put := func(r rawNotify) {
		r.at = n.out.now()
		if r.at.Sub(last) > 10*time.Millisecond {
			idle = r.at
		}
		last, r.idle = r.at, idle
		n.raw.put(r, r.at)
	}
	for {
		select {
		case e, ok := <-n.w.Events:
			if !ok {
				return
			}
			put(rawNotify{e: e})
		case err, ok := <-n.w.Errors:
			if !ok {
				return
			}
			put(rawNotify{err: err})
		case <-ctx.Done():
			return
		}
	}
}

func (n *notify) resolve(ctx context.Context) {
	var spare []rawNotify
	for {
		items, g, err := n.raw.takeWithin(ctx, spare, moveWait)
		if err != nil {
			return
		}
		for _, r := range items {
			if r.err != nil {
				n.trouble(r)
			} else {
				n.one(r)
			}
		}
		spare = items
		if g.lost > 0 {
			n.lost(Blind{From: g.from, To: g.to, Why: RingFull, Lost: g.lost})
		}
		now := n.out.now()
		for _, e := range n.half.left(now) {
			n.forget(e.From)
			n.tell(e)
		}
		for name, at := range n.again {
			if now.Sub(at) > time.Second {
				delete(n.again, name)
			}
		}
	}
}

// trouble is what fsnotify reports as an error.
func (n *notify) trouble(r rawNotify) {
	if errors.Is(r.err, fsnotify.ErrEventOverflow) {
		n.lost(Blind{From: r.idle, To: r.at, Why: Overflow, Lost: -1})
	}
}

// lost records the loss, and adds the folders that came meanwhile.
func (n *notify) lost(b Blind) {
	n.mu.Lock()
	roots := slices.Clone(n.roots)
	n.mu.Unlock()
	b.Folders = slices.Clone(roots)
	for _, r := range roots {
		if err := n.cover(r, nil); err != nil {
			n.giveUp(r, err)
		}
	}
	n.out.blind(b)
}

// one passes on an event.
func (n *notify) one(r rawNotify) {
	e := Event{At: r.at, Path: r.e.Name}
	switch {
	case r.e.Has(fsnotify.Create):
		n.created(r, e)
	case r.e.Has(fsnotify.Rename):
		if _, twice := n.again[e.Path]; twice {
			return
		}
		n.mu.Lock()
		_, e.Dir = n.dirs[e.Path]
		n.mu.Unlock()
		n.half.put(e.Path, Event{At: e.At, Op: Rename, From: e.Path, Dir: e.Dir})
	case r.e.Has(fsnotify.Remove):
		e.Op = Delete
		e.Dir = n.forget(e.Path)
		n.self(e.Path)
		n.tell(e)
	default:
		if r.e.Has(fsnotify.Write) {
			e.Op |= Write
		}
		if r.e.Has(fsnotify.Chmod) {
			e.Op |= Permission
		}
		n.mu.Lock()
		_, e.Dir = n.dirs[e.Path]
		n.mu.Unlock()
		if e.Dir {
			e.Op &^= Write // Windows: something in the folder changed, and is told for itself
		}
		if e.Op != 0 {
			n.tell(e)
		}
	}
}

// self has it checked where a watched folder itself is gone.
func (n *notify) self(path string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if slices.Contains(n.roots, path) {
		n.out.recheck()
	}
}

// created passes on a new name, which may be the second half of a rename.
func (n *notify) created(r rawNotify, e Event) {
	e.Op = Create
	info, err := os.Lstat(e.Path)
	e.Dir = err == nil && info.IsDir()
	from := renamedFrom(r.e)
	old, paired := n.half.match(from)
	if paired {
		e.Op, e.From = Rename, from
	}
	n.tell(e)
	if !e.Dir {
		return
	}
	var file func(string, fs.DirEntry)
	if paired {
		if n.forget(old.From); old.Dir {
			n.again[old.From] = e.At
		}
	} else {
		file = func(path string, _ fs.DirEntry) { n.tell(Event{At: e.At, Op: Create, Path: path}) }
	}
	if err := n.coverNew(e, file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		n.mu.Lock()
		roots := slices.Clone(n.roots)
		n.mu.Unlock()
		for _, root := range roots {
			if under(e.Path, root) {
				n.giveUp(root, err)
			}
		}
	}
}

// coverNew adds a folder that just came, and tells of the folders in it.
func (n *notify) coverNew(e Event, file func(string, fs.DirEntry)) error {
	if err := n.cover(e.Path, file); err != nil {
		return err
	}
	if file == nil {
		return nil
	}
	n.mu.Lock()
	var below []string
	for dir := range n.dirs {
		if dir != e.Path && under(dir, e.Path) {
			below = append(below, dir)
		}
	}
	n.mu.Unlock()
	slices.Sort(below)
	for _, dir := range below {
		n.tell(Event{At: e.At, Op: Create, Path: dir, Dir: true})
	}
	return nil
}

// giveUp leaves the folder to a lesser sensor.
func (n *notify) giveUp(root string, err error) {
	select {
	case n.out.failed <- failure{root, n.name, err}:
	default:
	}
}

// renamedFrom is the old name of what was renamed, which fsnotify tells in the
// text of the event only; "" where it does not know it.
func renamedFrom(e fsnotify.Event) string {
	_, quoted, ok := strings.Cut(e.String(), strconv.Quote(e.Name)+" ← ")
	if !ok {
		return ""
	}
	from, err := strconv.Unquote(quoted)
	if err != nil {
		return ""
	}
	return from
}

// limitError names the setting that stands in the way.
func limitError(sysctl, folder string) error {
	e := &LimitError{Sysctl: sysctl, Folder: folder}
	if b, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(sysctl, ".", "/")); err == nil {
		_, _ = fmt.Sscan(string(b), &e.Value)
	}
	return e
}
