package replace

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"

	"custode/encrypt/disk"
)

// batchBytes is how much a batch may hold, unless it is one file.
const batchBytes = 64 << 20

// job is one file on its way.
type job struct {
	name string
	who  disk.ID // as it was when it was opened

	src    disk.File
	rehash bool // no lease: only its content tells whether it changed

	target  string
	tmp     string  // "" when the sealed copy was there before
	sealed  disk.ID // the temporary file
	digests Digests
	proof   Proof // nil when the sealed copy was there before
	missed  disk.Missed

	out  Outcome // 0 while it may still be sealed
	why  Reason
	err  error
	full bool // no room: to be tried alone
}

func (j *job) end(out Outcome, why Reason, err error) {
	j.out, j.why, j.err = out, why, err
}

// folder seals what is to be sealed in one folder.
func (r *run) folder(ctx context.Context, g *Group) {
	d, err := r.FS.Open(g.Dir)
	var names []string
	if err == nil {
		if names, err = d.List(); err != nil {
			_ = d.Close()
		}
	}
	if err != nil {
		for _, n := range g.Names {
			r.report(Result{Path: filepath.Join(g.Dir, n), Outcome: Skipped, Reason: cause(err), Err: err})
		}
		return
	}
	p := &place{Folder: d, run: r, dir: g.Dir, names: map[string][]string{}}
	for _, n := range names {
		if isOurs(n) {
			p.clean(n)
		}
		p.names[folded(n)] = append(p.names[folded(n)], n)
	}
	var batch []*job
	var size int64
	for _, name := range g.Names {
		if r.stopped(ctx) != nil {
			break
		}
		j := &job{name: name}
		if j.who, err = p.Look(name); isOurs(name) && errors.Is(err, fs.ErrNotExist) {
			continue // it has just been swept
		} else if err != nil {
			j.end(Skipped, cause(err), err)
		} else if why := p.rule(name, j.who); why != "" {
			j.end(Skipped, why, nil)
		}
		if j.out != 0 {
			p.report(j)
			continue
		}
		if len(batch) > 0 && (len(batch) == r.Batch || size+j.who.Size > batchBytes) {
			r.batch(ctx, p, batch)
			batch, size = nil, 0
		}
		batch, size = append(batch, j), size+j.who.Size
	}
	if len(batch) > 0 && r.stopped(ctx) == nil {
		r.batch(ctx, p, batch)
	}
	r.behind(func() { _ = p.Close() })
}

// behind runs fn behind the batch that is being finished, while the next is sealed.
// With one worker it runs at once, so that tests see one order.
func (r *run) behind(fn func()) {
	r.finishing.Wait()
	if r.Workers == 1 {
		fn()
		return
	}
	r.finishing.Go(fn)
}

// clean removes a temporary file that an earlier run left: never the only copy.
func (p *place) clean(name string) {
	if _, live := p.run.live.Load(filepath.Join(p.dir, name)); live {
		return
	}
	if who, err := p.Look(name); err == nil && who.Mode.IsRegular() {
		_ = p.Remove(name) // if it can't be, the next run will
	}
}

// batch seals files side by side and has them finished together. Those that found
// no room are tried again one by one: the others have made room by then.
func (r *run) batch(ctx context.Context, p *place, jobs []*job) {
	work := make(chan *job)
	var sealing sync.WaitGroup
	for range min(r.Workers, len(jobs)) {
		sealing.Go(func() {
			for j := range work {
				p.seal(ctx, j)
			}
		})
	}
	for _, j := range jobs {
		work <- j
	}
	close(work)
	sealing.Wait()
	var full []*job
	for _, j := range jobs {
		if j.full {
			full = append(full, j)
		}
	}
	r.behind(func() { p.finish(ctx, jobs) })
	if len(full) == 0 {
		return
	}
	r.finishing.Wait()
	for _, j := range full {
		if r.stopped(ctx) != nil {
			j.end(Skipped, DiskFull, j.err)
			p.report(j)
			continue
		}
		alone := &job{name: j.name, who: j.who}
		p.seal(ctx, alone)
		p.finish(ctx, []*job{alone})
		if alone.full {
			alone.end(Skipped, DiskFull, alone.err)
			p.report(alone)
			free, _ := p.Free()
			path := filepath.Join(p.dir, j.name)
			r.end(&FullError{Path: path, Need: j.who.Size + j.who.Size>>8 + 64<<10, Free: free, Err: alone.err})
		}
	}
}

func (p *place) report(j *job) {
	res := Result{
		Path: filepath.Join(p.dir, j.name), Outcome: j.out, Reason: j.why, Digests: j.digests, Missed: j.missed, Err: j.err,
	}
	if j.out != Skipped && j.target != "" {
		res.Sealed = filepath.Join(p.dir, j.target)
	}
	p.run.report(res)
}

// drop ends a job that will not be sealed: its temporary file goes.
func (p *place) drop(j *job, err error) {
	why := p.run.cause(err)
	j.full = why == DiskFull
	if j.tmp != "" {
		_ = p.Remove(j.tmp) // if it can't be, the next run will
		p.run.live.Delete(filepath.Join(p.dir, j.tmp))
		p.unclaim(j.target)
	}
	if j.src != nil {
		_ = j.src.Close()
		j.src = nil
	}
	if j.out == 0 {
		j.end(Skipped, why, err)
	}
}

// finish publishes, flushes the folder, records, and removes the originals.
func (p *place) finish(ctx context.Context, jobs []*job) {
	ctx = context.WithoutCancel(ctx) // what is sealed is finished
	ready := p.publish(jobs)
	if len(ready) > 0 {
		p.settle(ctx, ready)
	}
	for _, j := range jobs {
		if j.src != nil {
			_ = j.src.Close()
			j.src = nil
		}
		if !j.full {
			p.report(j)
		}
	}
}

func (p *place) publish(jobs []*job) (ready []*job) {
	for _, j := range jobs {
		if j.out != 0 {
			continue
		}
		if j.tmp != "" {
			err := p.same(j)
			if err == nil {
				err = p.Publish(j.tmp, j.target)
			}
			if err != nil {
				p.drop(j, err)
				j.full = false // reported now: the next file finds out
				continue
			}
			p.run.live.Delete(filepath.Join(p.dir, j.tmp))
		}
		ready = append(ready, j)
	}
	return ready
}

// settle does what is left once all have their names.
func (p *place) settle(ctx context.Context, ready []*job) {
	if err := p.Sync(); err != nil {
		for _, j := range ready {
			j.end(Kept, NotDurable, err)
		}
		return
	}
	var records []Record
	still := ready[:0]
	for _, j := range ready {
		if err := p.same(j); err != nil && !errors.Is(err, errGone) {
			p.takeBack(j, err)
			continue
		}
		still = append(still, j)
		records = append(records, Record{
			Path: filepath.Join(p.dir, j.name), Sealed: filepath.Join(p.dir, j.target),
			Digests: j.digests, Was: j.who, Missed: j.missed,
		})
	}
	if p.run.Record != nil && len(records) > 0 {
		if err := p.run.Record(ctx, records); err != nil {
			for _, j := range still {
				j.end(Kept, NotRecorded, err)
			}
			p.run.end(err)
			return
		}
	}
	for _, j := range still {
		if p.run.Keep {
			j.end(Kept, Asked, nil)
			continue
		}
		p.removeOriginal(ctx, j)
	}
}
