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

// listing is a folder that is being listed.
type listing struct {
	w    *walker
	path string
	dev  uint64
	dir  Folder
	took time.Duration // by the drive, in all
	more []fs.DirEntry // names that have not been looked at
	end  error         // after them
}

// looked is an entry of a folder, with its size and times.
type looked struct {
	entry fs.DirEntry
	info  fs.FileInfo
	err   error
}

func (w *walker) list(ctx context.Context, dev uint64, path string) (*listing, error) {
	dir, err := try(ctx, &w.calls, dev, func() (Folder, error) { return w.disk.Folder(path) })
	return &listing{w: w, path: path, dev: dev, dir: dir}, err
}

// next gives some more entries. The error stands behind them: io.EOF, or why the
// folder could not be listed to its end.
func (l *listing) next(ctx context.Context) ([]looked, error) {
	start := time.Now()
	if len(l.more) == 0 && l.end == nil {
		dir := l.dir
		l.more, l.end = try(ctx, &l.w.calls, l.dev, func() ([]fs.DirEntry, error) { return dir.ReadDir(batch) })
		slices.SortFunc(l.more, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	some, path := l.more[:min(len(l.more), looks)], l.path
	list, err := try(ctx, &l.w.calls, l.dev, func() ([]looked, error) {
		list := make([]looked, 0, len(some))
		for _, d := range some {
			info, err := lookAt(filepath.Join(path, d.Name()), d)
			list = append(list, looked{d, info, err})
		}
		return list, nil
	})
	l.more = l.more[len(some):]
	l.took += time.Since(start)
	switch {
	case err != nil: // those of some are not known one by one
		return nil, err
	case len(l.more) > 0:
		err = nil
	default:
		err = l.end
	}
	if err == nil && l.took > listings*l.w.calls.patience {
		err = ErrSlow
	}
	return list, err
}

func (l *listing) close(ctx context.Context) error {
	dir := l.dir
	_, err := try(ctx, &l.w.calls, l.dev, func() (struct{}, error) { return struct{}{}, dir.Close() })
	if errors.Is(err, ErrSlow) { // the folder was listed, or it is said already that it was not
		return nil
	}
	return err
}

// skipped hands over what is left out by a rule; of a folder, what lies in it is
// summed up.
func (w *walker) skipped(ctx context.Context, e Entry) error {
	if e.Info != nil && e.Info.IsDir() {
		if w.weighs && e.Reason != ReasonSystem {
			w.weigh(ctx, e.Path, e.Stamp.Dev, &e.Held)
		} else {
			e.Held.Unknown = true
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.fn(e)
}

// weigh adds up the regular files in a folder, but for roots in it, which are
// looked at by themselves.
func (w *walker) weigh(ctx context.Context, path string, dev uint64, h *Held) {
	l, err := w.list(ctx, dev, path)
	if err != nil {
		h.Unknown = true
		return
	}
	var subs []string
	for err == nil {
		var list []looked
		list, err = l.next(ctx)
		for _, found := range list {
			sub := filepath.Join(path, found.entry.Name())
			_, isRoot := w.roots[w.rules.key(sub)]
			switch {
			case isRoot:
			case found.err != nil:
				h.Unknown = h.Unknown || !errors.Is(found.err, fs.ErrNotExist)
			case found.info.IsDir():
				subs = append(subs, sub)
			case found.info.Mode().IsRegular():
				h.Files++
				h.Bytes += found.info.Size()
			}
		}
	}
	if closeErr := l.close(ctx); closeErr != nil || !errors.Is(err, io.EOF) {
		h.Unknown = true
	}
	for _, sub := range subs {
		if ctx.Err() != nil {
			return
		}
		w.weigh(ctx, sub, dev, h)
	}
}
