package reseal

import (
	"context"
	"errors"
	"io/fs"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// reserveFrom is the size from which room is reserved before the work.
const reserveFrom = 1 << 20

// errUnproven is wrapped around what a Proof says.
var errUnproven = errors.New("what was read back is not what was written")

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
	if j.out != 0 {
		j.close()
	}
}

// take opens the old file and holds it.
func (p *place) take(ctx context.Context, j *job) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if j.src, err = p.Open(j.name); err != nil {
		return err
	}
	switch err := j.src.Hold(); {
	case err == nil:
		j.held = true
	case !errors.Is(err, disk.ErrUnsupported):
		return err
	}
	now, err := j.src.Look()
	if err != nil {
		return err
	}
	if !now.Same(j.who) || p.run.Was != nil && !now.Same(*p.run.Was) {
		return disk.ErrChanged
	}
	return nil
}

// watched is the old file while it is read.
type watched struct {
	ctx context.Context //nolint:containedctx // lives as long as one file is read
	r   *run
	j   *job
}

func (w watched) ReadAt(b []byte, off int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	if w.j.held && !w.j.src.Held() {
		return 0, disk.ErrBusy
	}
	n, err := w.j.src.ReadAt(b, off)
	if w.r.Bytes != nil && n > 0 {
		w.r.Bytes(int64(n))
	}
	return n, err
}

// write makes the temporary file and proves it.
func (p *place) write(ctx context.Context, j *job) error {
	w := watched{ctx, p.run, j}
	work, err := p.run.Way.Open(ctx, Old{ReaderAt: w, File: j.src, Size: j.who.Size, Path: p.path(j.name)})
	if err != nil {
		return err
	}
	defer work.Close()
	f, err := p.create(j)
	if err != nil {
		return err
	}
	err = p.fill(ctx, j, f, work)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := p.prove(ctx, j, work); err != nil {
		return err
	}
	return p.same(j)
}

func (p *place) create(j *job) (disk.File, error) {
	for try := 0; ; try++ {
		name := replace.Temporary(p.run.Name())
		p.run.live.Store(p.path(name), true)
		f, err := p.Create(name)
		if err == nil {
			j.tmp = name
			return f, nil
		}
		p.run.live.Delete(p.path(name))
		if !errors.Is(err, fs.ErrExist) || try == 3 {
			return nil, err
		}
	}
}

// fill writes the new file and flushes it.
func (p *place) fill(ctx context.Context, j *job, f disk.File, work Work) error {
	if j.who.Size >= reserveFrom {
		if err := f.Reserve(j.who.Size); err != nil {
			return err
		}
	}
	if err := work.Write(ctx, f); err != nil {
		return err
	}
	j.missed = f.Keep(j.src)
	if at := p.run.Way.Time(); !at.IsZero() {
		is, err := f.Look()
		if err != nil {
			return err
		}
		j.missed = j.missed&^disk.MissedTimes | f.Restore(is.Mode, at.UnixNano())
	}
	return f.Sync()
}

// already sees to a file that is as it is to be. If that is recorded nothing is
// left to do; else it is opened to its end, made durable and recorded.
func (p *place) already(ctx context.Context, j *job) (err error) {
	if p.run.Known == nil || p.run.Known(p.path(j.name)) {
		j.end(Already, "", nil)
		return nil
	}
	if j.digests, err = p.run.Way.Verify(ctx, watched{ctx, p.run, j}, j.who.Size); err != nil {
		return err
	}
	j.already, j.proven = true, true
	j.close() // Windows would not let us in
	return p.SyncFile(j.name)
}

// same is nil while the old file is what it was, under its name and in nobody
// else's hands.
func (p *place) same(j *job) error {
	now, err := p.Look(j.name)
	switch {
	case err != nil:
		return err
	case !now.Same(j.who):
		return disk.ErrChanged
	case j.held && !j.src.Held():
		return disk.ErrBusy
	}
	return nil
}
