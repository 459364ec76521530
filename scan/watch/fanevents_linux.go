package watch

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

func (f *fan) resolve(ctx context.Context) {
	var spare []rawFan
	for {
		items, g, err := f.next(ctx, spare)
		if err != nil {
			return
		}
		for i := range items {
			f.one(&items[i])
		}
		spare = items
		if g.lost > 0 {
			f.out.blind(Blind{From: g.from, To: g.to, Why: RingFull, Lost: g.lost, Folders: f.roots()})
		}
		now := f.out.now()
		for _, e := range f.half.left(now) {
			f.moved(e, "")
		}
		f.tidy(now)
		f.answer(g.marks, now)
		if f.unnamed.Lost > 0 && now.Sub(f.unnamed.From) > time.Second {
			f.unnamed.Folders = f.roots()
			f.out.blind(f.unnamed)
			f.unnamed = Blind{}
		}
	}
}

// next waits for something. It comes back with nothing after a while only where something
// else waits for its time: to wake up ten times a second for nothing costs a computer more
// than all that it is told of on a quiet day.
func (f *fan) next(ctx context.Context, spare []rawFan) ([]rawFan, gap, error) {
	if len(f.half.half) == 0 && len(f.doomed) == 0 && !f.relink && f.unnamed.Lost == 0 {
		return f.raw.take(ctx, spare)
	}
	return f.raw.takeWithin(ctx, spare, moveWait)
}

// answer passes marks on, with the processes that they ask for.
func (f *fan) answer(marks []*mark, now time.Time) {
	if len(marks) > 0 {
		f.procs.drain()
	}
	for _, m := range marks {
		for _, pid := range m.pids {
			m.actors = append(m.actors, f.actors.of(f.procs.held(pid, now)))
		}
		f.out.ring.mark(m)
	}
}

// tidy does what can wait.
func (f *fan) tidy(now time.Time) {
	for len(f.doomed) > 0 && now.Sub(f.doomed[0].at) > doomedFor {
		f.dirs.remove(f.doomed[0].key)
		f.doomed = f.doomed[1:]
	}
	if f.relink && f.dirs.relink(f.out.now) {
		f.relink = false
	}
}

func (f *fan) roots() []string {
	f.dirs.mu.RLock()
	defer f.dirs.mu.RUnlock()
	return slices.Clone(f.dirs.roots)
}

// one names what an event is about, and passes it on if it is inside.
func (f *fan) one(r *rawFan) {
	switch {
	case r.mask&unix.FAN_Q_OVERFLOW != 0:
		f.dirs.doubt()
		f.out.blind(Blind{From: r.idle, To: r.at, Why: Overflow, Lost: -1, Folders: f.roots()})
	case r.dir == "" && r.toDir == "":
		f.nameless(r)
	case r.mask&unix.FAN_RENAME != 0:
		f.renamed(r)
	case r.mask&unix.FAN_MOVED_FROM != 0:
		if path, inside, err := f.path(r, r.dir, r.name); err == nil && inside {
			f.half.put(r.pid, Event{At: r.at, Op: Rename, From: path, Dir: r.mask&dirOnly != 0, Actor: f.actors.of(r.who)})
		}
	case r.mask&unix.FAN_MOVED_TO != 0:
		path, inside, err := f.path(r, r.dir, r.name)
		old, paired := f.half.match(r.pid)
		if !paired {
			old = Event{At: r.at, Op: Rename, Dir: r.mask&dirOnly != 0, Actor: f.actors.of(r.who)}
		}
		if err == nil && inside {
			f.moved(old, path)
		} else if paired {
			f.moved(old, "")
		}
	default:
		f.touched(r)
	}
}

// path names a file of an event.
func (f *fan) path(r *rawFan, dir, name string) (path string, inside bool, err error) {
	at, inside, err := f.dirs.name(dir)
	if err != nil {
		f.dirs.mu.RLock()
		over := f.dirs.over
		f.dirs.mu.RUnlock()
		if over { // else the folders inside are all known, and this one was outside
			if f.unnamed.Lost == 0 {
				f.unnamed = Blind{From: r.at, Why: Unnamed}
			}
			f.unnamed.Lost++
			f.unnamed.To = r.at
		}
		return "", false, err
	}
	path = join(at, name)
	return path, inside || f.dirs.inside(path), nil
}

// renamed passes on an event that has both names.
func (f *fan) renamed(r *rawFan) {
	e := Event{At: r.at, Op: Rename, Dir: r.mask&dirOnly != 0, Actor: f.actors.of(r.who)}
	to := ""
	if path, inside, err := f.path(r, r.dir, r.name); err == nil && inside {
		e.From = path
	}
	if path, inside, err := f.path(r, r.toDir, r.to); err == nil && inside {
		to = path
	}
	if e.From == "" && to == "" {
		return
	}
	f.moved(e, to)
	if r.file != "" && !e.Dir {
		if _, ok := f.dirs.isLinked(r.file); ok && to != "" {
			f.dirs.link(r.file, to)
		}
	}
}

// moved passes on a rename, and gives new names to what lies under a folder.
func (f *fan) moved(e Event, to string) {
	e.Path = to
	f.out.event(e)
	if slices.Contains(f.roots(), e.From) || slices.Contains(f.roots(), to) {
		f.out.recheck()
	}
	switch {
	case !e.Dir:
	case e.From != "":
		f.dirs.rename(e.From, to)
	default:
		f.dirs.walk(to, func(path string, dir bool) {
			f.out.event(Event{At: e.At, Op: Create, Path: path, Dir: dir, Actor: e.Actor})
		})
	}
}

// touched passes on everything that is no rename.
func (f *fan) touched(r *rawFan) {
	path, inside, err := f.path(r, r.dir, r.name)
	if err != nil {
		return
	}
	e := Event{At: r.at, Path: path, Dir: r.mask&dirOnly != 0, Op: fanOp(r.mask)}
	if e.Dir {
		e.Op &^= Open | Read
	}
	if !inside {
		linked, ok := f.dirs.isLinked(r.file)
		if !ok {
			return
		}
		e.Path, e.Alias = linked, path
	}
	if e.Op == 0 {
		return
	}
	e.Actor = f.actors.of(r.who)
	f.out.event(e)
	if r.file == "" || e.Alias != "" {
		return
	}
	if e.Dir && e.Op.Has(Create) {
		f.dirs.add(r.file, path)
	}
	switch {
	case !e.Op.Has(Delete):
	case !e.Dir:
		f.dirs.unlink(r.file, path)
	default:
		f.doomed = append(f.doomed, doomed{r.file, r.at})
		if slices.Contains(f.roots(), path) {
			f.out.recheck()
		}
	}
}

// nameless is told of a file whose number of names changed, before the change of
// names itself is: it may have got a name outside of the folders, or one inside.
func (f *fan) nameless(r *rawFan) {
	if r.file == "" || r.mask&unix.FAN_ATTRIB == 0 {
		return
	}
	f.dirs.mu.RLock()
	places := f.dirs.places[fsOf(r.file)]
	f.dirs.mu.RUnlock()
	for _, at := range places {
		fd, err := openKey(r.file, at)
		if err != nil {
			continue
		}
		var st unix.Stat_t
		err = unix.Fstat(fd, &st)
		_ = unix.Close(fd)
		if err != nil || st.Nlink < 2 || st.Mode&unix.S_IFMT != unix.S_IFREG {
			return
		}
		if path, err := nameOf(r.file, at); err == nil && f.dirs.inside(path) {
			f.dirs.link(r.file, path)
			return
		}
		if _, ok := f.dirs.isLinked(r.file); !ok {
			f.relink = !f.dirs.relink(f.out.now)
		}
		return
	}
}

// fanOp is what an event means.
func fanOp(mask uint64) Op {
	var op Op
	for _, m := range []struct {
		bit uint64
		op  Op
	}{
		{unix.FAN_OPEN, Open},
		{unix.FAN_ACCESS, Read},
		{unix.FAN_MODIFY, Write},
		{unix.FAN_CLOSE_WRITE, CloseWrite},
		{unix.FAN_ATTRIB, Permission},
		{unix.FAN_CREATE, Create},
		{unix.FAN_DELETE, Delete},
	} {
		if mask&m.bit != 0 {
			op |= m.op
		}
	}
	return op
}
