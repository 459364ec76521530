package inplace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"custode/encrypt/disk"
)

// reserveFrom is the size from which room is reserved before the work.
const reserveFrom = 1 << 20

// What is said of a file beside the errors of package disk.
var (
	// ErrGone: the old file is no longer under its name.
	ErrGone = errors.New("the old file is gone")
	// ErrUnproven is wrapped around what a check says.
	ErrUnproven = errors.New("what was read back is not what was written")
)

// Job is one file on its way: what every run knows of it.
type Job struct {
	Name string
	Who  disk.ID // as it was when it was looked at

	Src  disk.File // the old file, while it is open
	Held bool      // the system tells when another program wants it

	Tmp string  // the temporary file; "": there is none
	New disk.ID // what that is, once it is proven

	Over bool // it has its outcome
	Full bool // no room: to be tried alone
	Err  error
}

// Based is a job of some run.
type Based interface{ Base() *Job }

// Base is for who embeds a Job.
func (j *Job) Base() *Job { return j }

// Close closes the old file.
func (j *Job) Close() {
	if j.Src != nil {
		_ = j.Src.Close() // was only read
		j.Src = nil
	}
}

// Place is one folder of a run.
type Place struct {
	disk.Folder

	run *Engine
	dir string
}

// Lone is a folder for one file that comes without a run.
func Lone(d disk.Folder, dir string, name func() string) *Place {
	return &Place{Folder: d, run: New(Options{Name: name}), dir: dir}
}

// Path is that of a name in it.
func (p *Place) Path(name string) string { return filepath.Join(p.dir, name) }

// clean removes a temporary file that an earlier run left: never the only copy.
func (p *Place) clean(name string) {
	if _, live := p.run.live.Load(p.Path(name)); live {
		return
	}
	if who, err := p.Look(name); err == nil && who.Mode.IsRegular() {
		_ = p.Remove(name) // if it can't be, the next run will
	}
}

// Take opens the old file and holds it. One with hidden parts is not taken.
func (p *Place) Take(ctx context.Context, j *Job) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if j.Src, err = p.Open(j.Name); err != nil {
		return err
	}
	switch err := j.Src.Hold(); {
	case err == nil:
		j.Held = true
	case !errors.Is(err, disk.ErrUnsupported):
		return err
	}
	now, err := j.Src.Look()
	if err != nil {
		return err
	}
	if !now.Same(j.Who) {
		return disk.ErrChanged
	}
	return disk.NoneHidden(j.Src)
}

// Same is nil while the old file is what it was, under its name and in nobody else's
// hands: that is asked last.
func (p *Place) Same(j *Job) error {
	now, err := p.Look(j.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", ErrGone, err)
	case err != nil:
		return err
	case !now.Same(j.Who):
		return disk.ErrChanged
	case j.Held && !j.Src.Held():
		return disk.ErrBusy
	}
	return nil
}

// Watched is the old file while it is read: it stops when the user does, or when
// another program wants the file.
type Watched struct {
	ctx context.Context //nolint:containedctx // lives as long as one file is read
	p   *Place
	j   *Job
}

// Watch gives the old file to be read.
func (p *Place) Watch(ctx context.Context, j *Job) *Watched { return &Watched{ctx, p, j} }

func (w *Watched) ready() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.j.Held && !w.j.Src.Held() {
		return disk.ErrBusy
	}
	return nil
}

func (w *Watched) read(n int) {
	if w.p.run.Bytes != nil && n > 0 {
		w.p.run.Bytes(int64(n))
	}
}

func (w *Watched) Read(b []byte) (int, error) {
	if err := w.ready(); err != nil {
		return 0, err
	}
	n, err := w.j.Src.Read(b)
	w.read(n)
	return n, err
}

// ReadAt is that of io.ReaderAt.
func (w *Watched) ReadAt(b []byte, off int64) (int, error) {
	if err := w.ready(); err != nil {
		return 0, err
	}
	n, err := w.j.Src.ReadAt(b, off)
	w.read(n)
	return n, err
}

// Size is what the file is taken to have.
func (w *Watched) Size() int64 { return w.j.Who.Size }

// Write makes the temporary file, with room for so many bytes, and has fill write and
// flush it.
func (p *Place) Write(j *Job, room int64, fill func(f disk.File) error) error {
	f, err := p.create(j)
	if err != nil {
		return err
	}
	if room >= reserveFrom {
		err = f.Reserve(room)
	}
	if err == nil {
		err = fill(f)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

func (p *Place) create(j *Job) (disk.File, error) {
	for try := 0; ; try++ {
		name := Temporary(p.run.Name())
		p.run.live.Store(p.Path(name), true)
		f, err := p.Create(name)
		if err == nil {
			j.Tmp = name
			return f, nil
		}
		p.run.live.Delete(p.Path(name))
		if !errors.Is(err, fs.ErrExist) || try == 3 {
			return nil, err
		}
	}
}

// Prove has check read the temporary file back from the disk.
func (p *Place) Prove(ctx context.Context, j *Job, check func(r io.ReaderAt, size int64) error) error {
	again, err := p.OpenAgain(j.Tmp)
	if err != nil {
		return err
	}
	j.New, err = again.Look()
	if err == nil {
		if err = check(again, j.New.Size); err != nil && ctx.Err() == nil {
			err = fmt.Errorf("%w: %w", ErrUnproven, err)
		}
	}
	if closing := again.Close(); err == nil {
		err = closing
	}
	return err
}

// Named is told that the temporary file has its name.
func (p *Place) Named(j *Job) { p.run.live.Delete(p.Path(j.Tmp)) }

// Sweep removes the temporary file, if there is one.
func (p *Place) Sweep(j *Job) {
	if j.Tmp == "" {
		return
	}
	_ = p.Remove(j.Tmp) // if it can't be, the next run will
	p.run.live.Delete(p.Path(j.Tmp))
	j.Tmp = ""
}

// Meddled gives ErrChanged for the error that something is gone where that is not the
// old file: another run has swept our temporary file away. It may be tried again.
func (p *Place) Meddled(j *Job, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, gone := p.Look(j.Name); gone != nil {
		return err
	}
	return fmt.Errorf("%w: %w", disk.ErrChanged, err)
}
