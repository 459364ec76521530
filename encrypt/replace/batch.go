package replace

import (
	"context"
	"errors"
	"io/fs"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
)

// job is one file on its way.
type job struct {
	inplace.Job

	target  string // the name that the sealed copy is to have
	digests Digests
	proof   Proof // nil when the sealed copy was there before
	missed  disk.Missed
	mark    string

	out Outcome // 0 while it may still be sealed
	why Reason
}

func (j *job) end(out Outcome, why Reason, err error) {
	j.out, j.why, j.Err, j.Over = out, why, err, true
}

// place is one folder of the run.
type place struct {
	*inplace.Place

	run     *run
	names   map[string][]string // what is in it or will be, by folded name; guarded by run.mu
	claimed map[string]bool     // of these, what this run makes
	exact   bool                // names that differ by case alone are two here, and may be
}

// Enter begins a folder.
func (r *run) Enter(in *inplace.Place, names []string) inplace.Steps[*job] {
	p := &place{Place: in, run: r, names: map[string][]string{}, claimed: map[string]bool{}}
	for _, n := range names {
		p.names[folded(n)] = append(p.names[folded(n)], n)
	}
	// Sealing makes no two such names, since the folder may be copied to another disk;
	// opening gives back those that there were.
	p.exact = r.Opener != nil && tellsCase(in.Look, names)
	return folder{p}
}

// Closed reports a file of a folder that cannot be read.
func (r *run) Closed(path string, err error) {
	r.report(Result{Path: path, Outcome: Skipped, Reason: cause(err), Err: err})
}

// GivenUp reports a file that was in use, and was not tried again.
func (r *run) GivenUp(path string) {
	r.report(Result{Path: path, Outcome: Skipped, Reason: Cancelled})
}

// folder is a place as package inplace sees it.
type folder struct{ p *place }

// Look rules out what is not to be sealed.
func (f folder) Look(name string) (*job, bool) {
	p, j := f.p, &job{Job: inplace.Job{Name: name}}
	var err error
	if j.Who, err = p.Look(name); inplace.IsTemporary(name) && errors.Is(err, fs.ErrNotExist) {
		return nil, false // it has just been swept
	} else if err != nil {
		j.end(Skipped, cause(err), err)
	} else if why := p.rule(name, j.Who); why != "" {
		j.end(Skipped, why, nil)
		if why == InUse {
			j.mark = p.rules().Mark(name)
		}
	}
	if j.Over {
		p.report(j)
	}
	return j, !j.Over
}

// Make seals one file.
func (f folder) Make(ctx context.Context, j *job) { f.p.seal(ctx, j) }

// Again begins anew.
func (f folder) Again(j *job) *job { return &job{Job: inplace.Job{Name: j.Name, Who: j.Who}} }

// NoRoom ends a file for which there was none.
func (f folder) NoRoom(j *job) {
	j.end(Skipped, DiskFull, j.Err)
	f.p.report(j)
}

// Finish publishes, flushes the folder, records, and removes the originals.
func (f folder) Finish(ctx context.Context, jobs []*job) {
	ctx = context.WithoutCancel(ctx) // what is sealed is finished
	p := f.p
	var ready []*job
	if p.promise(ctx, jobs) {
		ready = p.publish(jobs)
	}
	if len(ready) > 0 {
		p.settle(ctx, ready)
	}
	for _, j := range jobs {
		j.Close()
		if !j.Full {
			p.report(j)
		}
	}
}

func (p *place) report(j *job) {
	res := Result{Path: p.Path(j.Name), Outcome: j.out, Reason: j.why, Digests: j.digests, Missed: j.missed, Mark: j.mark, Err: j.Err}
	if j.out != Skipped && j.target != "" {
		res.Sealed = p.Path(j.target)
	}
	p.run.report(res)
}

// drop ends a job that will not be sealed: its temporary file goes.
func (p *place) drop(j *job, err error) {
	why := p.run.cause(err)
	j.Full = why == DiskFull
	if j.Tmp != "" {
		p.unclaim(j.target)
	}
	p.Sweep(&j.Job)
	j.Close()
	if !j.Over {
		j.end(Skipped, why, err)
	}
}

// promise has remembered what is to be published. False: it could not be, and all
// of it is dropped.
func (p *place) promise(ctx context.Context, jobs []*job) bool {
	if p.run.Promise == nil {
		return true
	}
	var records []Record
	for _, j := range jobs {
		if !j.Over && j.Tmp != "" {
			records = append(records, p.record(j))
		}
	}
	if len(records) == 0 {
		return true
	}
	err := p.run.Promise(ctx, records)
	if err == nil {
		return true
	}
	for _, j := range jobs {
		if !j.Over {
			p.drop(j, err)
			j.Full = false // it is the place of the records that has no room
			j.why = NotRecorded
		}
	}
	p.run.End(err)
	return false
}

func (p *place) record(j *job) Record {
	return Record{Path: p.Path(j.Name), Sealed: p.Path(j.target), Digests: j.digests, Was: j.Who, Missed: j.missed}
}

func (p *place) publish(jobs []*job) (ready []*job) {
	for _, j := range jobs {
		if j.Over {
			continue
		}
		if j.Tmp != "" {
			err := p.Same(&j.Job)
			if err == nil {
				err = p.Publish(j.Tmp, j.target)
			}
			if err != nil {
				p.drop(j, err)
				j.Full = false // reported now: the next file finds out
				continue
			}
			p.Named(&j.Job)
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
		if err := p.Same(&j.Job); err != nil && !errors.Is(err, inplace.ErrGone) {
			p.takeBack(j, err)
			continue
		}
		still = append(still, j)
		records = append(records, p.record(j))
	}
	if p.run.Record != nil && len(records) > 0 {
		if err := p.run.Record(ctx, records); err != nil {
			for _, j := range still {
				j.end(Kept, NotRecorded, err)
			}
			p.run.End(err)
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
