package replace

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"custode/encrypt/disk"
	"custode/encrypt/seal"
)

// reserveFrom is the size from which room is reserved before the work.
const reserveFrom = 1 << 20

// errGone says that the original is no longer under its name.
var errGone = errors.New("the original is gone")

// seal takes one file as far as a proven temporary file, or finds that its sealed
// copy is there already. Nothing that a user sees has changed by then.
func (p *place) seal(ctx context.Context, j *job) {
	if err := p.take(ctx, j); err != nil {
		p.drop(j, err)
		return
	}
	for n := 1; j.out == 0; {
		var there, more bool
		j.target, there, more, n = p.choose(j.name, n)
		if there {
			again, err := p.compare(ctx, j, more)
			switch {
			case err == nil && again:
				continue
			case err != nil:
				p.drop(j, err)
			}
			break
		}
		if err := p.write(ctx, j); err != nil {
			if j.tmp == "" {
				p.unclaim(j.target)
			}
			p.drop(j, err)
		}
		break
	}
	if j.out != 0 && j.src != nil {
		_ = j.src.Close()
		j.src = nil
	}
}

// take opens the original and holds it.
func (p *place) take(ctx context.Context, j *job) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if j.src, err = p.Open(j.name); err != nil {
		return err
	}
	switch err := j.src.Hold(); {
	case errors.Is(err, disk.ErrUnsupported):
		j.rehash = true
	case err != nil:
		return err
	}
	now, err := j.src.Look()
	if err != nil {
		return err
	}
	if !now.Same(j.who) {
		return disk.ErrChanged
	}
	head := make([]byte, 64)
	n, err := j.src.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	ruleOut := p.rules().OutContent
	if p.run.Opener != nil {
		ruleOut = p.ruleOutHead
	}
	if why := ruleOut(j.name, head[:n]); why != "" {
		j.end(Skipped, why, nil)
	}
	return nil
}

// watched is the original while it is sealed: it stops when the user does, or when
// another program wants the file.
type watched struct {
	ctx context.Context //nolint:containedctx // lives as long as one call of Seal
	p   *place
	j   *job
}

func (w *watched) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	if !w.j.rehash && !w.j.src.Held() {
		return 0, disk.ErrBusy
	}
	n, err := w.j.src.Read(b)
	if w.p.run.Bytes != nil && n > 0 {
		w.p.run.Bytes(int64(n))
	}
	return n, err
}

// Size is what it is taken to have.
func (w *watched) Size() int64 { return w.j.who.Size }

// write makes the temporary file and proves it.
func (p *place) write(ctx context.Context, j *job) error {
	f, err := p.create(j)
	if err != nil {
		return err
	}
	checked, err := p.fill(ctx, j, f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if checked {
		if j.sealed, err = p.Look(j.tmp); err == nil && j.sealed.Size != j.digests.SealedSize {
			err = errUnproven
		}
	} else {
		err = p.check(ctx, j)
	}
	if err != nil {
		return err
	}
	if j.digests.of(p.run) != j.who.Size {
		return disk.ErrChanged
	}
	return p.same(j)
}

// check reads the temporary file back and compares.
func (p *place) check(ctx context.Context, j *job) error {
	again, err := p.OpenAgain(j.tmp)
	if err != nil {
		return err
	}
	j.sealed, err = again.Look()
	if err == nil {
		if j.digests, err = j.proof.Check(ctx, again, j.sealed.Size); err != nil && ctx.Err() == nil {
			err = fmt.Errorf("%w: %w", errUnproven, err)
		}
	}
	if closing := again.Close(); err == nil {
		err = closing
	}
	return err
}

func (p *place) create(j *job) (disk.File, error) {
	for try := 0; ; try++ {
		name := Temporary(p.run.Name())
		p.run.live.Store(filepath.Join(p.dir, name), true)
		f, err := p.Create(name)
		if err == nil {
			j.tmp = name
			return f, nil
		}
		p.run.live.Delete(filepath.Join(p.dir, name))
		if !errors.Is(err, fs.ErrExist) || try == 3 {
			return nil, err
		}
	}
}

// fill seals the original into the temporary file and flushes it. Checked: it was
// also read back and compared.
func (p *place) fill(ctx context.Context, j *job, f disk.File) (checked bool, err error) {
	if j.who.Size >= reserveFrom {
		room := j.who.Size
		if p.run.Opener != nil {
			room = roomFor(room)
		}
		if err := f.Reserve(room); err != nil {
			return false, err
		}
	}
	w := bufio.NewWriterSize(f, int(min(128<<10, j.who.Size+8<<10))) // a small file is one write, header and all
	flush := func() error {
		if err := w.Flush(); err != nil {
			return err
		}
		j.missed = f.Keep(j.src)
		if p.run.Opener != nil {
			p.restore(j, f)
		}
		return f.Sync()
	}
	if s, ok := p.run.Sealer.(AtOnce); ok && p.run.Opener == nil {
		back, err := f.ReadBack()
		if err == nil {
			j.proof, j.digests, err = s.SealChecked(ctx, seal.Target{Writer: w, Back: back, Flush: flush}, &watched{ctx, p, j})
			return true, errors.Join(err, back.Close())
		}
		if !errors.Is(err, disk.ErrUnsupported) {
			return false, err
		}
	}
	if j.proof, err = p.convert(ctx, w, &watched{ctx, p, j}); err != nil {
		return false, err
	}
	return false, flush()
}

func (p *place) convert(ctx context.Context, dst io.Writer, src io.Reader) (Proof, error) {
	if p.run.Opener == nil {
		return p.run.Sealer.Seal(ctx, dst, src)
	}
	proof, err := p.run.Opener.Open(ctx, dst, src)
	if err != nil {
		err = &openError{err}
	}
	return proof, err
}

// compare looks at a sealed copy that was there before. If it holds just what the
// original holds, the job goes on without a temporary file. Again: it does not, and
// the next number is to be tried.
func (p *place) compare(ctx context.Context, j *job, more bool) (again bool, err error) {
	if err := p.SyncFile(j.target); err != nil && !errors.Is(err, disk.ErrSpecial) {
		return false, err
	}
	if p.run.Opener != nil {
		digests, same, err := p.compareOpened(ctx, j)
		switch {
		case err != nil:
			return false, err
		case same:
			j.digests = digests
			return false, p.same(j)
		case more:
			return true, nil
		}
		j.end(Kept, Differs, nil)
		return false, nil
	}
	digests, err := p.opened(ctx, j.target)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if errors.Is(err, ErrNeedsKey) {
		return false, p.compareKnown(ctx, j)
	}
	var plain [32]byte
	if err == nil {
		if plain, err = p.sum(ctx, j); err != nil {
			return false, err
		}
	}
	switch {
	case err == nil && digests.Size == j.who.Size && digests.Plain == plain:
		j.digests = digests
		return false, p.same(j)
	case more:
		return true, nil
	}
	j.end(Kept, Differs, err)
	return false, nil
}

// compareKnown is compare without the key: by what was recorded when the sealed copy
// was proven.
func (p *place) compareKnown(ctx context.Context, j *job) error {
	if p.run.Known == nil {
		j.end(Kept, NeedsKey, nil)
		return nil
	}
	f, err := p.OpenAgain(j.target)
	if err != nil {
		return err
	}
	defer f.Close()
	who, err := f.Look()
	if err != nil {
		return err
	}
	cipher, err := Sum(ctx, f, who.Size)
	if err != nil {
		return err
	}
	plain, err := p.sum(ctx, j)
	if err != nil {
		return err
	}
	if !p.run.Known(filepath.Join(p.dir, j.target), cipher, plain) {
		j.end(Kept, NeedsKey, nil)
		return nil
	}
	j.digests = Digests{Size: j.who.Size, SealedSize: who.Size, Plain: plain, Cipher: cipher}
	return p.same(j)
}

func (p *place) opened(ctx context.Context, name string) (Digests, error) {
	f, err := p.OpenAgain(name)
	if err != nil {
		return Digests{}, err
	}
	defer f.Close()
	who, err := f.Look()
	if err != nil {
		return Digests{}, err
	}
	return p.run.Sealer.Verify(ctx, f, who.Size)
}

// sameContent is nil while the original holds what was sealed.
func (p *place) sameContent(ctx context.Context, j *job) error {
	var same bool
	var err error
	if j.proof != nil {
		same, err = j.proof.Same(ctx, io.NewSectionReader(j.src, 0, j.who.Size+1))
	} else {
		var now [32]byte
		now, err = p.sum(ctx, j)
		if same = now == j.digests.Plain; p.run.Opener != nil {
			same = now == j.digests.Cipher
		}
	}
	if err == nil && !same {
		err = disk.ErrChanged
	}
	return err
}

// sum is the digest of the original as it is now.
func (p *place) sum(ctx context.Context, j *job) ([32]byte, error) {
	return Sum(ctx, j.src, j.who.Size)
}

// same is nil while the original is what was sealed, under its name and in nobody
// else's hands.
func (p *place) same(j *job) error {
	if !j.rehash && !j.src.Held() {
		return disk.ErrBusy
	}
	now, err := p.Look(j.name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	if err != nil {
		return err
	}
	if !now.Same(j.who) {
		return disk.ErrChanged
	}
	return nil
}

// takeBack ends a job whose original changed after its copy was published: the
// copy is out of date and goes, if it is ours and the original is there.
func (p *place) takeBack(j *job, err error) {
	_, there := p.Look(j.name)
	now, ours := p.Look(j.target)
	if j.tmp == "" || there != nil || ours != nil || !now.SameFile(j.sealed) || p.Remove(j.target) != nil {
		j.end(Kept, ChangedLate, err)
		return
	}
	p.unclaim(j.target)
	j.end(Skipped, p.run.cause(err), err)
}

// removeOriginal is the last step. Only its own errors are left to report: the
// sealed copy is durable and recorded.
func (p *place) removeOriginal(ctx context.Context, j *job) {
	err := p.same(j)
	if err == nil && j.rehash {
		err = p.sameContent(ctx, j)
	}
	if err == nil {
		err = j.src.Remove(j.who)
	}
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		j.end(Sealed, "", nil)
	case errors.Is(err, disk.ErrChanged), errors.Is(err, disk.ErrBusy):
		j.end(Kept, ChangedLate, err)
	default:
		j.end(Kept, NotRemovable, err)
	}
}
