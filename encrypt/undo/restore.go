package undo

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
)

// Return is a file that is to be brought back.
type Return struct {
	Path   string
	Copy   string   // the name of the copy
	Digest [32]byte // SHA-256 of the copy
	Mode   fs.FileMode
	MTime  time.Time
	// Holds tells what the content of this SHA-256 is: what the file held before, or
	// what was left of it.
	Holds func(sum [32]byte) Held
	// Open writes what the copy holds.
	Open func(ctx context.Context, dst io.Writer, copied io.ReaderAt, size int64) error
}

// Held is what a file holds now.
type Held int

// What there is.
const (
	Other Held = iota // something else
	Old               // what it held before
	New               // what was left of it
)

// Returned is what became of a Return.
type Returned struct {
	Path    string // where the old content is now
	Beside  bool   // not in its place, since something else is there
	Already bool   // it was there
}

// What may be wrong with a copy.
var (
	ErrCopyGone    = errors.New("the copy is not there any more")
	ErrCopyDamaged = errors.New("the copy is not as it was made")
)

// ErrNoFolder says that the folder that the file was in is gone.
var ErrNoFolder = errors.New("the folder is gone")

// maxNames is how many names are tried.
const maxNames = 1000

// Restore brings a file back: in its place if it is as it was left, or gone; else
// under a free name beside it. No file but the one that was left so is replaced. An
// error may also be what Open said, or a *RefusedError.
func Restore(ctx context.Context, sys disk.System, dir string, r Return) (Returned, error) {
	src, size, end, err := r.copied(ctx, sys, dir)
	if err != nil {
		return Returned{}, err
	}
	defer end()
	d, err := sys.Open(filepath.Dir(r.Path))
	if errors.Is(err, fs.ErrNotExist) {
		return Returned{}, ErrNoFolder
	}
	if err != nil {
		return Returned{}, refusal(err)
	}
	p := inplace.Lone(d, filepath.Dir(r.Path), nil)
	defer func() { _ = p.Close() }()
	who, held, err := r.look(ctx, p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r.fresh(ctx, p, 1, src, size)
	case err != nil:
		return Returned{}, refusal(err)
	case held == Old:
		return Returned{Path: r.Path, Already: true}, nil
	case held == Other:
		return r.fresh(ctx, p, 2, src, size)
	}
	return r.swap(ctx, sys, who, src, size)
}

// copied opens the copy and looks whether it is as it was made.
func (r Return) copied(ctx context.Context, sys disk.System, dir string) (f disk.File, size int64, end func(), err error) {
	d, err := sys.Open(dir)
	if err == nil {
		if f, err = d.OpenAgain(r.Copy); err != nil {
			_ = d.Close()
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil, ErrCopyGone
	}
	if err != nil {
		return nil, 0, nil, refusal(err)
	}
	end = func() {
		_ = f.Close() // only read
		_ = d.Close()
	}
	who, err := f.Look()
	if err == nil {
		var sum [32]byte
		if sum, err = replace.Sum(ctx, f, who.Size); err == nil && sum != r.Digest {
			err = ErrCopyDamaged
		}
	}
	if err != nil {
		end()
		return nil, 0, nil, err
	}
	return f, who.Size, end, nil
}

// look tells what the file holds now. What is no file, or has other names, is
// something else.
func (r Return) look(ctx context.Context, p *inplace.Place) (disk.ID, Held, error) {
	name := filepath.Base(r.Path)
	who, err := p.Look(name)
	if err != nil || !who.Mode.IsRegular() || who.Links > 1 || who.Away {
		return who, Other, err
	}
	f, err := p.Open(name)
	if errors.Is(err, disk.ErrSpecial) {
		return who, Other, nil
	}
	if err != nil {
		return who, Other, err
	}
	defer f.Close() // only read
	sum, err := replace.Sum(ctx, f, who.Size)
	return who, r.Holds(sum), err
}

// swap puts the old content in the place of what was left of it.
func (r Return) swap(ctx context.Context, sys disk.System, who disk.ID, src disk.File, size int64) (Returned, error) {
	var opened error
	make := func(dst io.Writer, _ io.Reader) error {
		opened = r.Open(ctx, dst, src, size)
		return opened
	}
	var res reseal.Result
	_, err := reseal.Run(ctx, []string{r.Path}, reseal.Options{
		FS: sys, Way: &rewrite{make: make, at: r.MTime}, Workers: 1, Was: &who, Done: func(d reseal.Result) { res = d },
	})
	switch {
	case res.Outcome == reseal.Done && res.Reason == "":
		return Returned{Path: r.Path}, nil
	case res.Outcome == reseal.Done:
		return Returned{Path: r.Path}, ErrNotDurable
	case opened != nil:
		return Returned{}, opened
	case res.Reason == "":
		return Returned{}, refusal(err)
	}
	return Returned{}, &RefusedError{Reason: res.Reason, Err: errors.Join(res.Err, err)}
}

// fresh writes the old content to a file that is not there yet.
func (r Return) fresh(ctx context.Context, p *inplace.Place, from int, src disk.File, size int64) (Returned, error) {
	j := &inplace.Job{}
	var now replace.Digests
	var opened error
	err := p.Write(j, size, func(f disk.File) error {
		out := newSummed(f)
		if opened = r.Open(ctx, out, src, size); opened != nil {
			return opened
		}
		if err := out.end(&now); err != nil {
			return err
		}
		f.Restore(r.Mode.Perm()|0o400, r.MTime.UnixNano()) // what is missed leaves it to its owner alone
		return f.Sync()
	})
	if err == nil {
		err = p.Prove(ctx, j, func(in io.ReaderAt, n int64) error { return same(ctx, in, n, now) })
	}
	if err != nil {
		p.Sweep(j)
		if opened != nil {
			return Returned{}, opened
		}
		return Returned{}, refusal(err)
	}
	name := filepath.Base(r.Path)
	for n := from; n < from+maxNames; n++ {
		to := replace.Count(name, n)
		if err = p.Publish(j.Tmp, to); errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			break
		}
		p.Named(j)
		out := Returned{Path: p.Path(to), Beside: to != name}
		if err := p.Sync(); err != nil {
			return out, ErrNotDurable
		}
		return out, nil
	}
	p.Sweep(j)
	return Returned{}, refusal(err)
}
