package walk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// batch is how many names of a folder are read at once, the first time aheadBatch,
// and looks of how many of them the sizes and times are asked for at once: not long
// before they are handed over. The entries of a bigger folder are in order within
// each batch.
const (
	batch = 8192
	looks = 256
)

// Seen is what can be seen of an entry without opening it.
type Seen struct {
	Stamp
	Cloud bool // its content is not on this computer (Windows)
}

func seen(info fs.FileInfo) Seen { return Seen{stamp(info), inCloud(info)} }

func (s Seen) folder() bool { return fs.FileMode(s.Mode).IsDir() }

// join is the path of a name in a folder.
func join(dir, name string) string {
	if strings.HasSuffix(dir, string(filepath.Separator)) { // the root of a file system
		return dir + name
	}
	return dir + string(filepath.Separator) + name
}

// listing is a folder that is being listed.
type listing struct {
	path   string
	seen   Seen  // the folder itself, or what stands in its place
	err    error // it could not be looked at or opened
	dir    Folder
	names  []fs.DirEntry // that have not been looked at
	end    error         // after them: io.EOF, or why it could not be listed to its end
	looked []looked
	stale  bool          // it was begun only, nothing has been looked at yet
	took   time.Duration // by the drive, in all
}

// looked is an entry of a folder. Folders are looked at when they are entered: one
// may be a drive that does not answer.
type looked struct {
	name   string
	folder bool
	seen   Seen
	err    error
}

// list looks at a path and, if it is a folder, opens it and reads the first part.
func list(disk Disk, path string) *listing {
	l := &listing{path: path}
	info, err := disk.Look(path)
	if err != nil {
		l.err = err
		return l
	}
	l.seen = seen(info)
	if !info.IsDir() {
		return l
	}
	if l.dir, l.err = disk.Folder(path); l.err == nil {
		l.read(aheadBatch)
		l.sort()
		if l.end != nil && len(l.names) <= looks { // of a big folder the looks come later
			l.look()
		} else {
			l.stale = true
		}
	}
	return l
}

// read reads on until there are n names.
func (l *listing) read(n int) {
	for l.end == nil && len(l.names) < n {
		var more []fs.DirEntry
		more, l.end = l.dir.ReadDir(n - len(l.names))
		l.names = append(l.names, more...)
	}
}

func (l *listing) sort() {
	slices.SortFunc(l.names, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
}

// look looks at some of the names.
func (l *listing) look() {
	n := min(len(l.names), looks)
	l.looked = slices.Grow(l.looked, n)
	for _, d := range l.names[:n] {
		e := looked{name: d.Name(), folder: d.IsDir()}
		if !e.folder {
			e.seen, e.err = l.dir.Look(d)
		}
		l.looked = append(l.looked, e)
	}
	l.names = l.names[n:]
}

// ended tells whether all that there is was looked at, and why that is not all of
// the folder.
func (l *listing) ended() (last bool, broken error) {
	if len(l.names) > 0 || l.end == nil {
		return false, nil
	}
	if errors.Is(l.end, io.EOF) {
		return true, nil
	}
	return true, l.end
}

// next looks at some more entries.
func (l *listing) next(ctx context.Context, w *walker) {
	start := time.Now() //nolint:forbidigo // how long a drive takes, no date
	if l.end == nil && len(l.names) == 0 {
		l.more(ctx, w, func(l *listing) { l.read(batch) })
		l.sort()
	}
	l.stale = false
	l.more(ctx, w, (*listing).look)
	l.took += time.Since(start) //nolint:forbidigo // the same
	if l.end == nil && l.took > listings*w.calls.patience {
		l.names, l.end = nil, ErrSlow
	}
}

// more lets the drive be asked for more.
func (l *listing) more(ctx context.Context, w *walker, ask func(*listing)) {
	had := listing{dir: l.dir, names: slices.Clip(l.names), end: l.end} // what is given up stays as it is
	more, err := try(ctx, &w.calls, l.seen.Dev, func() (listing, error) {
		ask(&had)
		return had, nil
	})
	if err != nil { // what comes is not known one by one; the folder may be in use yet, and is closed when nobody has it any more
		l.names, l.end, l.dir = nil, err, nil
		return
	}
	l.names, l.end, l.looked = more.names, more.end, more.looked
}

func (l *listing) close(ctx context.Context, w *walker) error {
	dir := l.dir
	if dir == nil {
		return nil
	}
	_, err := try(ctx, &w.calls, l.seen.Dev, func() (struct{}, error) { return struct{}{}, dir.Close() })
	if errors.Is(err, ErrSlow) { // the folder was listed, or it is said already that it was not
		return nil
	}
	return err
}

// skipped completes what is left out by a rule; of a folder, what lies in it is
// summed up.
func (w *walker) skipped(ctx context.Context, e Entry) Entry {
	switch {
	case e.Stamp == Stamp{}: // it could not be looked at
		e.Held.Unknown = true
	case fs.FileMode(e.Stamp.Mode).IsDir():
		if w.weighs && e.Reason != ReasonSystem {
			w.weigh(ctx, e.Stamp.Dev, e.Path, w.begin(e.Path), &e.Held)
		} else {
			e.Held.Unknown = true
		}
	}
	return e
}

// weigh adds up the regular files in a folder, but for roots in it, which are
// looked at by themselves.
func (w *walker) weigh(ctx context.Context, dev uint64, path string, coming <-chan outcome[*listing], h *Held) {
	l, err := wait(ctx, &w.calls, dev, coming, func() { forget(coming) })
	if err == nil {
		err = l.err
	}
	if err != nil || !l.seen.folder() {
		h.Unknown = true
		return
	}
	soon := &queue{w: w, dev: dev, dir: path}
	defer soon.drop()
	for first := true; ; first = false {
		if !first || l.stale {
			l.next(ctx, w)
		}
		for i := range l.looked {
			found := &l.looked[i]
			sub := join(path, found.name)
			_, isRoot := w.roots[w.rules.key(sub)]
			switch {
			case isRoot:
			case found.err != nil:
				h.Unknown = h.Unknown || !errors.Is(found.err, fs.ErrNotExist)
			case found.folder:
				soon.names = append(soon.names, found.name)
			case fs.FileMode(found.seen.Mode).IsRegular():
				h.Files++
				h.Bytes += found.seen.Size
			}
		}
		l.looked = l.looked[:0]
		if last, broken := l.ended(); last {
			h.Unknown = h.Unknown || broken != nil
			break
		}
	}
	h.Unknown = l.close(ctx, w) != nil || h.Unknown
	for i := range soon.names {
		if ctx.Err() != nil {
			return
		}
		w.weigh(ctx, dev, soon.path(i), soon.take(i), h)
	}
}
