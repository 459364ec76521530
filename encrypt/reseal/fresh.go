package reseal

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
)

// maxFresh is how many names are tried.
const maxFresh = 1000

// Fresh seals to a file that is not there yet: what was edited while the file that it
// came from became another one, or went away. No file is ever replaced: where the name
// is taken the new one gets a number, "NAME (2).EXT.age", from the given one on. It is
// flushed, read back and compared before it gets its name, and recorded once that is
// durable. (Of Options FS, Way, Record and Name count.) The error is that of Record.
func Fresh(ctx context.Context, path string, from int, o Options) (Result, error) {
	res := Result{Path: path, Outcome: Skipped}
	dir := filepath.Dir(path)
	d, err := o.FS.Open(dir)
	if err != nil {
		res.Reason, res.Err = cause(err), err
		return res, nil
	}
	p := &place{inplace.Lone(d, dir, o.Name), &run{Options: o}}
	defer func() { _ = p.Close() }()
	j := &job{}
	if err = p.fresh(ctx, j); err == nil {
		err = p.publish(j, strings.TrimSuffix(filepath.Base(path), ".age"), from)
	}
	if err != nil {
		p.Sweep(&j.Job)
		res.Reason, res.Err = cause(err), err
		return res, nil
	}
	res.Path, res.Outcome, res.Digests, res.Missed = p.Path(j.Name), Done, j.digests, j.missed
	if err := p.Sync(); err != nil {
		res.Reason, res.Err = replace.NotDurable, err
		return res, nil
	}
	if o.Record == nil {
		return res, nil
	}
	err = o.Record(context.WithoutCancel(ctx), []Record{{
		Path: res.Path, Digests: j.digests, Missed: j.missed, Proven: j.proven,
		Was: disk.ID{Mode: freshMode, MTime: o.Way.Time().UnixNano()},
	}})
	if err != nil {
		res.Reason, res.Err = replace.NotRecorded, err
	}
	return res, err
}

// freshMode: nobody has said who else may read it.
const freshMode = 0o600

// fresh writes the temporary file and proves it.
func (p *place) fresh(ctx context.Context, j *job) error {
	work, err := p.run.Way.Open(ctx, Old{})
	if err != nil {
		return err
	}
	defer work.Close()
	err = p.Write(&j.Job, 0, func(f disk.File) error {
		if err := work.Write(ctx, f); err != nil {
			return err
		}
		if at := p.run.Way.Time(); !at.IsZero() {
			j.missed = f.Restore(freshMode, at.UnixNano())
		}
		return f.Sync()
	})
	if err != nil {
		return err
	}
	return p.prove(ctx, j, work)
}

// publish gives a file the first name that is free.
func (p *place) publish(j *job, name string, from int) (err error) {
	for n := from; n < from+maxFresh; n++ {
		j.Name = replace.SealedName(replace.Count(name, n))
		if err = p.Publish(j.Tmp, j.Name); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return err
}
