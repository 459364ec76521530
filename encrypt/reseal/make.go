package reseal

import (
	"context"
	"errors"
	"io"

	"custode/encrypt/disk"
)

// make takes one file as far as a proven temporary file, or finds that it needs no
// change. Nothing that a user sees has changed by then.
func (p *place) make(ctx context.Context, j *job) {
	err := p.take(ctx, j)
	if err == nil {
		err = p.write(ctx, j)
	}
	if errors.Is(err, ErrAlready) {
		err = p.already(ctx, j)
	}
	if err != nil {
		p.drop(j, err)
	}
	if j.Over {
		j.Close()
	}
}

// take opens the old file and holds it.
func (p *place) take(ctx context.Context, j *job) error {
	if err := p.Take(ctx, &j.Job); err != nil {
		return err
	}
	if p.run.Was != nil && !j.Who.Same(*p.run.Was) {
		return disk.ErrChanged
	}
	return nil
}

// write makes the temporary file and proves it.
func (p *place) write(ctx context.Context, j *job) error {
	work, err := p.run.Way.Open(ctx, Old{ReaderAt: p.Watch(ctx, &j.Job), File: j.Src, Size: j.Who.Size, Path: p.Path(j.Name)})
	if err != nil {
		return err
	}
	defer work.Close()
	err = p.Write(&j.Job, j.Who.Size, func(f disk.File) error { return p.fill(ctx, j, f, work) })
	if err == nil {
		err = p.prove(ctx, j, work)
	}
	if err != nil {
		return err
	}
	return p.Same(&j.Job)
}

// fill writes the new file and flushes it.
func (p *place) fill(ctx context.Context, j *job, f disk.File, work Work) error {
	if err := work.Write(ctx, f); err != nil {
		return err
	}
	j.missed = f.Keep(j.Src)
	if at := p.run.Way.Time(); !at.IsZero() {
		is, err := f.Look()
		if err != nil {
			return err
		}
		j.missed = j.missed&^disk.MissedTimes | f.Restore(is.Mode, at.UnixNano())
	}
	return f.Sync()
}

// prove reads the temporary file back from the disk.
func (p *place) prove(ctx context.Context, j *job, work Work) error {
	err := p.Prove(ctx, &j.Job, func(r io.ReaderAt, size int64) (err error) {
		j.digests, err = work.Check(ctx, r, size)
		return err
	})
	j.proven = work.Proven()
	return err
}

// already sees to a file that is as it is to be. If that is recorded nothing is
// left to do; else it is opened to its end, made durable and recorded.
func (p *place) already(ctx context.Context, j *job) (err error) {
	if p.run.Known == nil || p.run.Known(p.Path(j.Name)) {
		j.end(Already, "", nil)
		return nil
	}
	if j.digests, err = p.run.Way.Verify(ctx, p.Watch(ctx, &j.Job), j.Who.Size); err != nil {
		return err
	}
	j.already, j.proven = true, true
	j.Close() // Windows would not let us in
	return p.SyncFile(j.Name)
}
