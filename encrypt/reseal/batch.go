package reseal

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// batchBytes is how much a batch may hold, unless it is one file.
const batchBytes = 64 << 20

// job is one file on its way.
type job struct {
	name string
	who  disk.ID // as it was when it was looked at

	src     disk.File
	held    bool // the system tells when another program wants it
	tmp     string
	already bool // to be recorded as it is
	digests replace.Digests
	proven  bool
	missed  disk.Missed

	out  Outcome // 0 while it is on its way
	why  replace.Reason
	err  error
	full bool // no room: to be tried alone
}

func (j *job) end(out Outcome, why replace.Reason, err error) { j.out, j.why, j.err = out, why, err }

// place is one folder of the run.
type place struct {
	disk.Folder

	run *run
	dir string
}

func (p *place) path(name string) string { return filepath.Join(p.dir, name) }

// folder does what is to be done in one folder.
func (r *run) folder(ctx context.Context, g *replace.Group) {
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
	p := &place{Folder: d, run: r, dir: g.Dir}
	for _, n := range names {
		if replace.IsTemporary(n) {
			p.clean(n)
		}
	}
	var batch []*job
	var size int64
	for _, name := range g.Names {
		if r.stopped(ctx) != nil {
			break
		}
		j := &job{name: name}
		if j.who, err = p.Look(name); err != nil {
			j.end(Skipped, cause(err), err)
		} else if why := ruleOut(name, j.who); why != "" {
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

// ruleOut gives the reason why a file of this name and kind is left alone, or "".
func ruleOut(name string, who disk.ID) replace.Reason {
	switch {
	case !who.Mode.IsRegular():
		return replace.Special
	case replace.IsTemporary(name):
		return replace.Ours
	case who.Away:
		return replace.InCloud
	case who.Links > 1:
		return replace.HardLinks
	}
	return ""
}

// clean removes a temporary file that an earlier run left: never the only copy.
func (p *place) clean(name string) {
	if _, live := p.run.live.Load(p.path(name)); live {
		return
	}
	if who, err := p.Look(name); err == nil && who.Mode.IsRegular() {
		_ = p.Remove(name) // if it can't be, the next run will
	}
}

// behind runs fn behind the batch that is being finished, while the next is written.
// With one worker it runs at once, so that tests see one order.
func (r *run) behind(fn func()) {
	r.finishing.Wait()
	if r.Workers == 1 {
		fn()
		return
	}
	r.finishing.Go(fn)
}

// batch writes files side by side and has them finished together. Those that found
// no room are tried again one by one: the others have made room by then.
func (r *run) batch(ctx context.Context, p *place, jobs []*job) {
	work := make(chan *job)
	var writing sync.WaitGroup
	for range min(r.Workers, len(jobs)) {
		writing.Go(func() {
			for j := range work {
				p.make(ctx, j)
			}
		})
	}
	for _, j := range jobs {
		work <- j
	}
	close(work)
	writing.Wait()
	var full []*job
	for _, j := range jobs {
		if j.full {
			full = append(full, j)
		}
	}
	r.behind(func() { p.finish(ctx, jobs) })
	if len(full) > 0 {
		r.finishing.Wait()
		p.alone(ctx, full)
	}
}

// alone tries files one by one that found no room.
func (p *place) alone(ctx context.Context, full []*job) {
	for _, j := range full {
		if p.run.stopped(ctx) != nil {
			j.end(Skipped, replace.DiskFull, j.err)
			p.report(j)
			continue
		}
		again := &job{name: j.name, who: j.who}
		p.make(ctx, again)
		p.finish(ctx, []*job{again})
		if again.full {
			again.end(Skipped, replace.DiskFull, again.err)
			p.report(again)
			free, _ := p.Free()
			p.run.end(&replace.FullError{Path: p.path(j.name), Need: j.who.Size + j.who.Size>>8 + 64<<10, Free: free, Err: again.err})
		}
	}
}

func (p *place) report(j *job) {
	p.run.report(Result{Path: p.path(j.name), Outcome: j.out, Reason: j.why, Digests: j.digests, Missed: j.missed, Err: j.err})
}

// drop ends a job whose old file stays: its temporary file goes.
func (p *place) drop(j *job, err error) {
	why := cause(err)
	j.full = why == replace.DiskFull
	if why == replace.Vanished {
		if _, err := p.Look(j.name); err == nil { // another run swept our temporary file away
			why = replace.Changed
		}
	}
	p.sweep(j)
	j.close()
	if j.out == 0 {
		j.end(Skipped, why, err)
	}
}

// sweep removes the temporary file, if there is one.
func (p *place) sweep(j *job) {
	if j.tmp == "" {
		return
	}
	_ = p.Remove(j.tmp) // if it can't be, the next run will
	p.run.live.Delete(p.path(j.tmp))
	j.tmp = ""
}

func (j *job) close() {
	if j.src != nil {
		_ = j.src.Close()
		j.src = nil
	}
}

// finish gives the new files their names, flushes the folder and records.
func (p *place) finish(ctx context.Context, jobs []*job) {
	ctx = context.WithoutCancel(ctx) // what is written is finished
	var ready []*job
	for _, j := range jobs {
		if j.out == 0 && p.swap(j) {
			ready = append(ready, j)
		}
	}
	if len(ready) > 0 {
		p.settle(ctx, ready)
	}
	for _, j := range jobs {
		if !j.full {
			p.report(j)
		}
	}
}

// swap gives one new file its name.
func (p *place) swap(j *job) bool {
	defer j.close()
	if j.already {
		return true
	}
	err := p.same(j)
	if err == nil {
		j.close() // Windows replaces no file that is open
		err = p.Swap(j.tmp, j.name, j.who)
	}
	if err != nil && p.swapped(j) {
		err = nil
	}
	if err != nil {
		p.drop(j, err)
		j.full = false // reported now: the next file finds out
		return false
	}
	p.run.live.Delete(p.path(j.tmp))
	return true
}

// swapped reports whether it was done although the system said no: over a network
// the answer may be lost.
func (p *place) swapped(j *job) bool {
	_, err := p.Look(j.tmp)
	if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	now, err := p.Look(j.name)
	return err == nil && now.Size == j.digests.SealedSize && !now.SameFile(j.who)
}

// settle does what is left once all have their names.
func (p *place) settle(ctx context.Context, ready []*job) {
	for _, j := range ready {
		if j.already {
			j.end(Already, "", nil)
		} else {
			j.end(Done, "", nil)
		}
	}
	if err := p.Sync(); err != nil {
		for _, j := range ready {
			j.end(j.out, replace.NotDurable, err)
		}
		return
	}
	if p.run.Record == nil {
		return
	}
	records := make([]Record, len(ready))
	for i, j := range ready {
		records[i] = Record{Path: p.path(j.name), Digests: j.digests, Was: j.who, Missed: j.missed, Proven: j.proven}
	}
	if err := p.run.Record(ctx, records); err != nil {
		for _, j := range ready {
			j.end(j.out, replace.NotRecorded, err)
		}
		p.run.end(err)
	}
}
