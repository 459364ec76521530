package scan

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"custode/scan/detect"
	"custode/scan/walk"
)

// maxCopies is how many other paths of the same content are listed for a file.
const maxCopies = 5

// CopyOptions say how files with the same content are found.
type CopyOptions struct {
	Key      [32]byte          // of the digests, which without it can't be held against a known file
	Patience time.Duration     // how long one file may take, as in Options
	Read     func(path string) // when not nil, told of every file before it is read
}

// errSlow says that a file took too long.
var errSlow = errors.New("scan: a file took too long")

// Copies finds files of the same content among those of the report and others
// that are known from earlier scans, and notes them in the report's files.
// Only files with findings are compared, and only those are read, once, that
// have the Likeness of another one and no Digest yet.
// A file that can't be read, has changed or takes too long is no copy. It gives
// the files whose digest is new, to be remembered.
func (r *Report) Copies(ctx context.Context, o CopyOptions, others []File) ([]File, error) {
	groups := map[uint64][]*File{}
	for i := range r.Files {
		if f := &r.Files[i]; canCompare(f) {
			groups[f.Likeness] = append(groups[f.Likeness], f)
		}
	}
	for i := range others {
		f := &others[i]
		if canCompare(f) && groups[f.Likeness] != nil && stays(f) {
			groups[f.Likeness] = append(groups[f.Likeness], f)
		}
	}
	p := printer{o: o, buf: make([]byte, 1<<16)}
	var fresh []File
	for _, like := range groups {
		if len(like) < 2 {
			continue
		}
		for _, f := range like {
			if f.Digest != nil {
				continue
			}
			if err := ctx.Err(); err != nil {
				return fresh, err
			}
			if sum, err := p.print(ctx, f); err == nil {
				f.Digest = sum
				fresh = append(fresh, File{Path: f.Path, Stamp: f.Stamp, Digest: sum})
			} else if errors.Is(err, errSlow) { // its drive does not answer, and may hold others
				return fresh, nil
			}
		}
		noteCopies(like, &r.around.Places)
	}
	return fresh, nil
}

// canCompare reports whether what is known of a file is known of it as it is now.
func canCompare(f *File) bool {
	return f.Likeness != 0 && (f.State == Examined || f.State == NotExamined) && f.Stamp.Size > 0
}

// stays reports whether a file that was not looked at now lies there as it did.
func stays(f *File) bool {
	info, err := os.Lstat(f.Path)
	return err == nil && info.Mode().IsRegular() && walk.StampOf(info).Same(f.Stamp)
}

// likeness is the same for files of the same content, and hardly ever for
// others: a keyed hash of the size, of what was found and of whom it is about.
func likeness(r *detect.Rules, f *File) uint64 {
	if len(f.Findings) == 0 {
		return 0
	}
	var room [512]byte
	b := binary.AppendVarint(room[:0], f.Stamp.Size)
	b = binary.LittleEndian.AppendUint64(b, f.Sketch.Trait())
	for i := range f.Findings {
		x := &f.Findings[i]
		b = append(append(b, x.Kind...), x.Sample...)
		b = binary.AppendVarint(binary.AppendVarint(binary.AppendVarint(b, x.Count), x.Distinct), x.Where.Number)
	}
	return max(r.Mark("likeness", b), 1)
}

// noteCopies tells each of the files that have one content about the others:
// the one to keep first. A file that is alone has none.
func noteCopies(like []*File, places *Places) {
	same := map[string][]*File{}
	for _, f := range like {
		if f.Digest != nil {
			same[string(f.Digest)] = append(same[string(f.Digest)], f)
		}
	}
	for _, files := range same {
		slices.SortFunc(files, func(a, b *File) int { return keepFirst(a, b, places) })
		for i, f := range files {
			f.Spare, f.Copies = i > 0, nil
			for j, other := range files[:min(len(files), maxCopies+1)] {
				if i != j && len(f.Copies) < maxCopies {
					f.Copies = append(f.Copies, other.Path)
				}
			}
			f.CopiesMore = int64(len(files) - 1 - len(f.Copies))
		}
	}
}

// keepFirst orders copies: the one to keep is no backup, then the one that lies best,
// then the one that was written first, then the one with the shorter path, for copies
// have something added to their names.
func keepFirst(a, b *File, places *Places) int {
	backup := func(f *File) int {
		if inBackup(f.Path) {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(backup(a), backup(b)), cmp.Compare(places.Of(a.Path).rank(), places.Of(b.Path).rank()), cmp.Compare(a.Stamp.MTimeNS, b.Stamp.MTimeNS),
		cmp.Compare(len(a.Path), len(b.Path)), cmp.Compare(a.Path, b.Path))
}

// printer makes digests of files.
type printer struct {
	o   CopyOptions
	buf []byte
}

// print makes the digest of a file, for at most as long as it may take: a read
// from a drive that is gone may never return.
func (p *printer) print(ctx context.Context, f *File) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, Options{Patience: p.o.Patience}.patience(f.Stamp.Size), errSlow)
	defer cancel()
	if p.o.Read != nil {
		p.o.Read(f.Path)
	}
	var sum []byte
	done := make(chan error, 1)
	go func(path string, want walk.Stamp) {
		var err error
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%w of type %T", ErrPanic, r)
			}
			done <- err
		}()
		sum, err = p.digest(ctx, path, want)
	}(f.Path, f.Stamp)
	select {
	case err := <-done:
		if err != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return sum, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// digest reads a file that must be as it was when it was looked at. The buffer
// is left to it for good when it does not return.
func (p *printer) digest(ctx context.Context, path string, want walk.Stamp) ([]byte, error) {
	opened, stamp, err := walk.Open(path, walk.Stamp{}) // the number of its device may be another one
	if err != nil {
		return nil, err
	}
	defer opened.Close() // opened for reading
	if !stamp.Same(want) {
		return nil, walk.ErrChanged
	}
	mac := hmac.New(sha256.New, p.o.Key[:])
	src := &source{Content: opened, size: stamp.Size}
	for ctx.Err() == nil {
		n, err := src.Read(p.buf)
		mac.Write(p.buf[:n])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if info, err := opened.Stat(); err != nil || src.read != stamp.Size || walk.StampOf(info) != stamp {
		return nil, errors.Join(walk.ErrChanged, err, ctx.Err())
	}
	return mac.Sum(nil), ctx.Err()
}
