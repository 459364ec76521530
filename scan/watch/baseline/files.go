package baseline

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"custode/scan/walk"
)

// found is a file as it is now, its content perhaps not read yet.
type found struct {
	Record

	done    bool
	reading func(path string) (done func())
}

// read gives the record with the content, which is read unless that was done.
func (f *found) read() Record {
	if !f.done {
		f.content()
	}
	return f.Record
}

// content reads the file. One that changes meanwhile, or cannot be read, has no digest.
func (f *found) content() {
	f.done = true
	if f.reading != nil {
		defer f.reading(f.Path)()
	}
	file, stamp, err := walk.Open(f.Path, f.Stamp)
	if err != nil {
		return
	}
	defer file.Close() // opened for reading
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return
	}
	info, err := file.Stat()
	if err != nil || !walk.StampOf(info).Same(stamp) {
		return
	}
	h.Sum(f.Hash[:0])
}

// some is how many files are handed out together.
const some = 64

// each hands over the files in order; the contents of those that reads names are read
// by several goroutines ahead of it.
func (o Options) each(ctx context.Context, reads func(path string) bool, fn func(found) error) error {
	roots, err := walk.Roots(ctx, o.Roots, o.Walk)
	if err != nil {
		return err
	}
	slices.SortFunc(roots, func(a, b string) int {
		if Before(filepath.Join(a, "x"), filepath.Join(b, "x")) {
			return -1
		}
		return 1
	})
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type batch struct {
		files []found
		ready chan struct{}
	}
	work, order := make(chan batch), make(chan batch, 2*o.Workers)
	var readers sync.WaitGroup
	for range o.Workers {
		readers.Go(func() {
			for b := range work {
				for i := range b.files {
					if reads(b.files[i].Path) && ctx.Err() == nil {
						b.files[i].content()
					}
				}
				close(b.ready)
			}
		})
	}
	walked := make(chan error, 1)
	go func() {
		defer close(order)
		defer close(work)
		var few []found
		flush := func() error {
			if len(few) == 0 {
				return nil
			}
			b := batch{few, make(chan struct{})}
			few = nil
			for _, to := range []chan batch{work, order} {
				select {
				case to <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		}
		err := o.walk(ctx, roots, func(e walk.Entry) error {
			f := found{Record: Record{Path: e.Path, Stamp: e.Stamp}, reading: o.Reading}
			if o.Access != nil {
				f.Access = o.Access(e.Path)
			}
			if few = append(few, f); len(few) < some {
				return nil
			}
			return flush()
		})
		if err == nil {
			err = flush()
		}
		walked <- err
	}()
	for b := range order {
		<-b.ready
		for _, f := range b.files {
			if err == nil {
				if err = fn(f); err != nil {
					cancel()
				}
			}
		}
	}
	readers.Wait()
	return errors.Join(err, ignore(<-walked, err))
}

// ignore leaves out that the walk ended because something else had failed.
func ignore(walked, first error) error {
	if first != nil && errors.Is(walked, context.Canceled) {
		return nil
	}
	return walked
}

// walk hands over the regular files. Those of a folder that is listed in parts are put
// in order: a baseline is of use only where two meet them in the same one.
func (o Options) walk(ctx context.Context, roots []string, fn func(walk.Entry) error) error {
	var parts []walk.Entry
	take := func(b walk.Batch) error {
		entries := b.Entries
		if b.Dir != "" && (!b.Last || len(parts) > 0) {
			parts = append(parts, entries...)
			if !b.Last {
				return ctx.Err()
			}
			slices.SortFunc(parts, func(a, b walk.Entry) int { return strings.Compare(a.Path, b.Path) })
			entries, parts = parts, nil
		}
		for _, e := range entries {
			if err := errors.Join(ctx.Err(), o.one(e, fn)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, root := range roots {
		if err := walk.Folders(ctx, []string{root}, o.Walk, take); err != nil {
			return err
		}
	}
	return nil
}

// one hands over a regular file.
func (o Options) one(e walk.Entry, fn func(walk.Entry) error) error {
	switch {
	case o.Skip != nil && o.Skip(e.Path):
		return nil
	case e.State == walk.File && fs.FileMode(e.Stamp.Mode).IsRegular():
		if o.Files != nil {
			*o.Files++
		}
		return fn(e)
	case o.Left != nil:
		return o.Left(e)
	}
	return nil
}
