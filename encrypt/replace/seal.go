package replace

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/seal"
)

// seal takes one file as far as a proven temporary file, or finds that its sealed
// copy is there already. Nothing that a user sees has changed by then.
func (p *place) seal(ctx context.Context, j *job) {
	if err := p.take(ctx, j); err != nil {
		p.drop(j, err)
		return
	}
	for n := 1; !j.Over; {
		var there, more bool
		j.target, there, more, n = p.choose(j.Name, n)
		if there {
			again, err := p.compare(ctx, j, more || p.run.Opener == nil && n > 2) // where the best name is not ours to have, a later one need not be
			switch {
			case err == nil && again:
				continue
			case err != nil:
				p.drop(j, err)
			}
			break
		}
		if err := p.write(ctx, j); err != nil {
			if j.Tmp == "" {
				p.unclaim(j.target)
			}
			p.drop(j, err)
		}
		break
	}
	if j.Over {
		j.Close()
	}
}

// take opens the original and holds it, and looks whether its beginning rules it out.
func (p *place) take(ctx context.Context, j *job) error {
	if err := p.Take(ctx, &j.Job); err != nil {
		return err
	}
	head := make([]byte, 64)
	n, err := j.Src.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	ruleOut := p.rules().OutContent
	if p.run.Opener != nil {
		ruleOut = p.ruleOutHead
	}
	if why := ruleOut(j.Name, head[:n]); why != "" {
		j.end(Skipped, why, nil)
	}
	return nil
}

// write makes the temporary file and proves it.
func (p *place) write(ctx context.Context, j *job) error {
	room := j.Who.Size
	if p.run.Opener != nil {
		room = roomFor(room)
	}
	checked := false
	err := p.Write(&j.Job, room, func(f disk.File) (err error) {
		checked, err = p.fill(ctx, j, f)
		return err
	})
	switch {
	case err != nil:
	case !checked:
		err = p.Prove(ctx, &j.Job, func(r io.ReaderAt, size int64) (err error) {
			j.digests, err = j.proof.Check(ctx, r, size)
			return err
		})
	default:
		if j.New, err = p.Look(j.Tmp); err == nil && j.New.Size != j.digests.SealedSize {
			err = inplace.ErrUnproven
		}
	}
	if err != nil {
		return err
	}
	if j.digests.of(p.run) != j.Who.Size {
		return disk.ErrChanged
	}
	return p.Same(&j.Job)
}

// fill seals the original into the temporary file and flushes it. Checked: it was
// also read back and compared.
func (p *place) fill(ctx context.Context, j *job, f disk.File) (checked bool, err error) {
	w := bufio.NewWriterSize(f, int(min(128<<10, j.Who.Size+8<<10))) // a small file is one write, header and all
	flush := func() error {
		if err := w.Flush(); err != nil {
			return err
		}
		j.missed = f.Keep(j.Src)
		if p.run.Opener != nil {
			p.restore(j, f)
		}
		return f.Sync()
	}
	src := p.Watch(ctx, &j.Job)
	if s, ok := p.run.Sealer.(AtOnce); ok && p.run.Opener == nil {
		back, err := f.ReadBack()
		if err == nil {
			j.proof, j.digests, err = s.SealChecked(ctx, seal.Target{Writer: w, Back: back, Flush: flush}, src)
			return true, errors.Join(err, back.Close())
		}
		if !errors.Is(err, disk.ErrUnsupported) {
			return false, err
		}
	}
	if j.proof, err = p.convert(ctx, w, src); err != nil {
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
			return false, p.Same(&j.Job)
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
	case err == nil && digests.Size == j.Who.Size && digests.Plain == plain:
		j.digests = digests
		return false, p.Same(&j.Job)
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
	known, ok := p.run.Known(ctx, Found{Sealed: p.Path(j.target), Cipher: cipher, Plain: plain, Was: j.Who})
	if !ok {
		j.end(Kept, NeedsKey, nil)
		return nil
	}
	j.digests = Digests{Size: j.Who.Size, SealedSize: who.Size, Plain: plain, Cipher: cipher, Header: known.Header}
	return p.Same(&j.Job)
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
		same, err = j.proof.Same(ctx, io.NewSectionReader(j.Src, 0, j.Who.Size+1))
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
	return Sum(ctx, j.Src, j.Who.Size)
}

// takeBack ends a job whose original changed after its copy was published: the
// copy is out of date and goes, if it is ours and the original is there.
func (p *place) takeBack(j *job, err error) {
	_, there := p.Look(j.Name)
	now, ours := p.Look(j.target)
	if j.Tmp == "" || there != nil || ours != nil || !now.SameFile(j.New) || p.Remove(j.target) != nil {
		j.end(Kept, ChangedLate, err)
		return
	}
	p.unclaim(j.target)
	j.end(Skipped, p.run.cause(err), err)
}

// removeOriginal is the last step. Only its own errors are left to report: the
// sealed copy is durable and recorded.
func (p *place) removeOriginal(ctx context.Context, j *job) {
	err := p.Same(&j.Job)
	if err == nil && !j.Held {
		err = p.sameContent(ctx, j)
	}
	if err == nil {
		err = j.Src.Remove(j.Who)
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
