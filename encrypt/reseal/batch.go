package reseal

import (
	"context"
	"errors"
	"io/fs"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
)

// job is one file on its way.
type job struct {
	inplace.Job

	already bool // to be recorded as it is
	digests replace.Digests
	proven  bool
	missed  disk.Missed

	out Outcome // 0 while it is on its way
	why replace.Reason
}

func (j *job) end(out Outcome, why replace.Reason, err error) {
	j.out, j.why, j.Err, j.Over = out, why, err, true
}

// place is one folder of the run.
type place struct {
	*inplace.Place

	run *run
}

// Enter begins a folder.
func (r *run) Enter(in *inplace.Place, _ []string) inplace.Steps[*job] { return folder{&place{in, r}} }

// Closed reports a file of a folder that cannot be read.
func (r *run) Closed(path string, err error) {
	r.report(Result{Path: path, Outcome: Skipped, Reason: cause(err), Err: err})
}

// GivenUp reports a file that was in use, and was not tried again.
func (r *run) GivenUp(path string) {
	r.report(Result{Path: path, Outcome: Skipped, Reason: replace.Cancelled})
}

// folder is a place as package inplace sees it.
type folder struct{ p *place }

// Look rules out what is left alone.
func (f folder) Look(name string) (*job, bool) {
	j := &job{Job: inplace.Job{Name: name}}
	var err error
	if j.Who, err = f.p.Look(name); err != nil {
		j.end(Skipped, cause(err), err)
	} else if why := ruleOut(name, j.Who); why != "" {
		j.end(Skipped, why, nil)
	}
	if j.Over {
		f.p.report(j)
	}
	return j, !j.Over
}

// ruleOut gives the reason why a file of this name and kind is left alone, or "".
func ruleOut(name string, who disk.ID) replace.Reason {
	switch {
	case !who.Mode.IsRegular():
		return replace.Special
	case inplace.IsTemporary(name):
		return replace.Ours
	case who.Away:
		return replace.InCloud
	case who.ReadOnly:
		return replace.ReadOnly
	case who.Links > 1:
		return replace.HardLinks
	}
	return ""
}

// Make makes the new file of one.
func (f folder) Make(ctx context.Context, j *job) { f.p.make(ctx, j) }

// Again begins anew.
func (f folder) Again(j *job) *job { return &job{Job: inplace.Job{Name: j.Name, Who: j.Who}} }

// NoRoom ends a file for which there was none.
func (f folder) NoRoom(j *job) {
	j.end(Skipped, replace.DiskFull, j.Err)
	f.p.report(j)
}

// Finish gives the new files their names, flushes the folder and records.
func (f folder) Finish(ctx context.Context, jobs []*job) {
	ctx = context.WithoutCancel(ctx) // what is written is finished
	p := f.p
	var ready []*job
	for _, j := range jobs {
		if !j.Over && p.swap(j) {
			ready = append(ready, j)
		}
	}
	if len(ready) > 0 {
		p.settle(ctx, ready)
	}
	for _, j := range jobs {
		if !j.Full {
			p.report(j)
		}
	}
}

func (p *place) report(j *job) {
	p.run.report(Result{Path: p.Path(j.Name), Outcome: j.out, Reason: j.why, Digests: j.digests, Missed: j.missed, Err: j.Err})
}

// drop ends a job whose old file stays: its temporary file goes.
func (p *place) drop(j *job, err error) {
	err = p.Meddled(&j.Job, err)
	why := cause(err)
	j.Full = why == replace.DiskFull
	p.Sweep(&j.Job)
	j.Close()
	if !j.Over {
		j.end(Skipped, why, err)
	}
}

// swap gives one new file its name.
func (p *place) swap(j *job) bool {
	defer j.Close()
	if j.already {
		return true
	}
	err := p.Same(&j.Job)
	if err == nil {
		j.Close() // Windows replaces no file that is open
		err = p.Swap(j.Tmp, j.Name, j.Who)
	}
	if err != nil && p.swapped(j) {
		err = nil
	}
	if err != nil {
		p.drop(j, err)
		j.Full = false // reported now: the next file finds out
		return false
	}
	p.Named(&j.Job)
	return true
}

// swapped reports whether it was done although the system said no: over a network
// the answer may be lost.
func (p *place) swapped(j *job) bool {
	_, err := p.Look(j.Tmp)
	if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	now, err := p.Look(j.Name)
	return err == nil && now.Size == j.digests.SealedSize && !now.SameFile(j.Who)
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
		records[i] = Record{Path: p.Path(j.Name), Digests: j.digests, Was: j.Who, Missed: j.missed, Proven: j.proven}
	}
	if err := p.run.Record(ctx, records); err != nil {
		for _, j := range ready {
			j.end(j.out, replace.NotRecorded, err)
		}
		p.run.End(err)
	}
}
