package replace

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
)

// Opener has Run go the other way, with the same promise: readable files take the
// place of sealed ones. Package unseal is made of it. What is said of originals and
// their sealed copies holds of sealed files and their readable copies then:
// Record.Path and Result.Path is the sealed file, Sealed the readable one.
type Opener interface {
	// Open writes to dst what the sealed file src holds. After an error what was
	// written is thrown away.
	Open(ctx context.Context, dst io.Writer, src io.Reader) (Proof, error)
	// Verify and Sealed are those of Sealer.
	Verify(ctx context.Context, r io.ReaderAt, size int64) (Digests, error)
	Sealed(head []byte) bool
	// Names gives names for the readable file, the best first. All but the last are
	// given up where there is another file of that name. None: it is Misnamed.
	Names(path string) []string
	// Called is the name that the readable file is known to have had, or "".
	Called(path string) string
	// Was tells the permissions and the time of the last change that the readable
	// file had, in nanoseconds, where that is known better than from the sealed one.
	Was(path string) (mode fs.FileMode, mtime int64, ok bool)
	// Reason sorts the errors of Open and Verify; "" for those of the disk.
	Reason(err error) Reason
}

// target is the n-th choice for the name of the new file. More: another one may be
// tried where this is taken.
func (p *place) target(name string, n int) (target string, more bool) {
	if p.run.Opener == nil {
		return numbered(name, n), p.run.Number
	}
	names := p.run.Opener.Names(p.Path(name))
	if n <= len(names) {
		return names[n-1], n < len(names) || p.run.Number
	}
	return Count(names[0], n-len(names)+1), p.run.Number
}

// ruleOutSealed is Rules.Out for sealed files. That it has several names, or holes,
// is no reason: nothing becomes readable or full by it.
func (p *place) ruleOutSealed(name string, who disk.ID) Reason {
	switch {
	case !who.Mode.IsRegular():
		return Special
	case inplace.IsTemporary(name):
		return Ours
	case who.Away:
		return InCloud
	case who.ReadOnly:
		return ReadOnly
	}
	return ""
}

// ruleOutHead is Rules.OutContent for sealed files.
func (p *place) ruleOutHead(name string, head []byte) Reason {
	switch {
	case !p.run.Opener.Sealed(head):
		return NotSealed
	case len(p.run.Opener.Names(p.Path(name))) == 0:
		return Misnamed
	}
	return ""
}

// restore gives the new file what is known of the readable one that there was. Who
// could not become its owner leaves it to nobody else.
func (p *place) restore(j *job, f disk.File) {
	mode, mtime, ok := p.run.Opener.Was(p.Path(j.Name))
	if !ok {
		return
	}
	if mode &= fs.ModePerm; j.missed&disk.MissedOwner != 0 {
		mode = mode&0o700 | 0o400
	}
	j.missed &^= disk.MissedMode | disk.MissedTimes
	j.missed |= f.Restore(mode, mtime)
}

// roomFor is what the content of a sealed file of this size takes at least.
func roomFor(size int64) int64 { return max(0, size-size>>11-16<<10) }

// compareOpened is the comparison of a sealed file with a readable one that is there.
func (p *place) compareOpened(ctx context.Context, j *job) (digests Digests, same bool, err error) {
	if digests, err = p.run.Opener.Verify(ctx, j.Src, j.Who.Size); err != nil {
		return digests, false, &openError{err}
	}
	f, err := p.OpenAgain(j.target)
	if errors.Is(err, disk.ErrSpecial) {
		return digests, false, nil
	}
	if err != nil {
		return digests, false, err
	}
	defer f.Close()
	who, err := f.Look()
	if err != nil || who.Size != digests.Size {
		return digests, false, err
	}
	plain, err := Sum(ctx, f, who.Size)
	return digests, plain == digests.Plain, err
}

// openError is what an Opener says.
type openError struct{ error }

func (e *openError) Unwrap() error { return e.error }

// cause is the same as the function, and knows what the Opener says.
func (r *run) cause(err error) Reason {
	var opened *openError
	if r.Opener != nil && errors.As(err, &opened) && !errors.Is(err, inplace.ErrUnproven) {
		if why := r.Opener.Reason(opened.error); why != "" {
			return why
		}
	}
	return cause(err)
}

// Sum is the SHA-256 of a file of this size: of one byte more, if there is more.
func Sum(ctx context.Context, r io.ReaderAt, size int64) ([32]byte, error) {
	return SumOf(ctx, io.NewSectionReader(r, 0, size+1))
}

// SumOf is the SHA-256 of all that in gives.
func SumOf(ctx context.Context, in io.Reader) (out [32]byte, err error) {
	h := sha256.New()
	buf := make([]byte, 128<<10)
	for {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		n, err := in.Read(buf)
		h.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			return [32]byte(h.Sum(nil)), nil
		}
		if err != nil {
			return out, err
		}
	}
}
