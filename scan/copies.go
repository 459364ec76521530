package scan

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"custode/internal/extsort"
	"custode/internal/rawpath"
	"custode/scan/detect"
	"custode/scan/walk"
)

// maxCopies is how many other paths of the same content are listed for a file.
const maxCopies = 5

// CopyOptions say how files with the same content are found.
type CopyOptions struct {
	Key      [32]byte           // of the digests, which without it can't be held against a known file
	Patience time.Duration      // how long one file may take, as in Options
	Read     func(path string)  // when not nil, told of every file before it is read
	Save     func([]File) error // when not nil, given the digests that are new, to be remembered; also those before a failure
}

// errSlow says that a file took too long.
var errSlow = errors.New("scan: a file took too long")

// Copies finds files of the same content among those of the report and others
// that are known from earlier scans, which others hands over, and notes them in the
// report's files. Only files with findings are compared, and only those are read, once,
// that have the Likeness of another one and no Digest yet.
// A file that can't be read, has changed or takes too long is no copy.
//
// Memory does not grow with the files, nor with those of one content: they are
// sorted by their likeness, then those that have one by their digest, and each
// group is gone through twice, to see how large it is and to deal with its files.
func (r *Report) Copies(ctx context.Context, o CopyOptions, others func(func(File) error) error) error {
	if r.likes == nil {
		return nil
	}
	alike := extsort.New(r.temp, r.room/3)
	defer alike.Close() // nothing of it is needed any more
	if err := r.alike(alike, others); err != nil {
		return err
	}
	same := extsort.New(r.temp, r.room/3)
	defer same.Close()
	p := printer{o: o, buf: make([]byte, 1<<16)}
	err := r.compare(ctx, &p, alike, same)
	if err = errors.Join(err, p.save()); err != nil {
		return err
	}
	r.notes = extsort.New(r.temp, r.room/3)
	return r.noteCopies(same)
}

// alike gathers the files that may have the likeness of another one, by that. Of a
// record: the likeness, 1 for a file of the report, the record of the file.
func (r *Report) alike(to *extsort.Sorter, others func(func(File) error) error) error {
	var room []byte
	add := func(like uint64, own byte, rec []byte) error {
		room = append(append(binary.BigEndian.AppendUint64(room[:0], like), own), rec...)
		return to.Add(room)
	}
	if others != nil {
		err := others(func(f File) error {
			if !canCompare(&f) || !r.likes.once(f.Likeness) || !stays(&f) {
				return nil
			}
			r.likes.add(f.Likeness)
			return add(f.Likeness, 0, r.pack.record(&f))
		})
		if err != nil {
			return err
		}
	}
	if !r.likes.any {
		return nil
	}
	recs, err := r.kept.Sorted()
	for err == nil {
		var rec []byte
		if rec, err = recs.Next(); err != nil {
			break
		}
		if like := likenessOf(rec); r.likes.twice(like) {
			f, ok := r.pack.open(rec)
			if !ok {
				return errRecord
			}
			if canCompare(&f) {
				err = add(like, 1, rec)
			}
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return err
}

// compare makes the digests that are wanting, and gathers the files by them. Of a
// record: the likeness, the digest, by what the one to keep is the first, the path, what follows
// says: 1 for a file of the report, and its key there.
func (r *Report) compare(ctx context.Context, p *printer, alike, same *extsort.Sorter) error {
	var room []byte
	own, all := 0, 0
	look := func(first bool, rec []byte) {
		if first {
			own, all = 0, 0
		}
		own, all = own+int(rec[8]), all+1
	}
	return groups(alike, 8, look, func(rec []byte) error {
		if own == 0 || all < 2 {
			return nil
		}
		f, ok := r.pack.open(rec[9:])
		if !ok {
			return errRecord
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(f.Digest) != sha256.Size {
			if f.Digest = p.digestOf(ctx, &f); f.Digest == nil {
				return ctx.Err()
			}
			if err := p.fresh(File{Path: f.Path, Stamp: f.Stamp, Digest: f.Digest}); err != nil {
				return err
			}
		}
		room = append(r.around.Places.appendKeepFirst(append(append(room[:0], rec[:8]...), f.Digest...), &f), rec[8])
		return same.Add(append(room, rec[9:9+keyHead]...))
	})
}

// canCompare reports whether what is known of a file is known of it as it is now.
func canCompare(f *File) bool {
	return f.Likeness != 0 && (f.State == Examined || f.State == NotExamined) && f.Stamp.Size > 0
}

// stays reports whether a file that was not looked at now lies there as it did.
func stays(f *File) bool {
	info, err := rawpath.Lstat(f.Path)
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

// noteCopies notes for each of the files that have one content what the others are:
// the one to keep first. A file that is alone has none.
func (r *Report) noteCopies(same *extsort.Sorter) error {
	const path = sameHead + keepHead
	var names []string // of the first
	all, at := 0, 0
	look := func(first bool, rec []byte) {
		if first {
			names, all, at = names[:0], 0, 0
		}
		if all++; len(names) <= maxCopies {
			names = append(names, string(rec[path:len(rec)-keyHead-2]))
		}
	}
	return groups(same, sameHead, look, func(rec []byte) error {
		i := at
		if at++; all < 2 || rec[len(rec)-keyHead-1] == 0 {
			return nil
		}
		f := File{Spare: i > 0}
		for j, other := range names {
			if i != j && len(f.Copies) < maxCopies {
				f.Copies = append(f.Copies, other)
			}
		}
		f.CopiesMore = int64(all - 1 - len(f.Copies))
		p := pack{to: append(append([]byte{}, rec[len(rec)-keyHead:]...), rec[path:len(rec)-keyHead-1]...)}
		p.copies(&f)
		return r.notes.Add(p.to)
	})
}

// sameHead is the length of what files of one content share.
const sameHead = 8 + sha256.Size

// keepHead is the length of what stands before the path in the order of keeping.
const keepHead = 14

// appendKeepFirst appends what orders copies: the one to keep is no backup, then the one
// that lies best, then the one that was written first, then the one with the shorter
// path, for copies have something added to their names.
func (p *Places) appendKeepFirst(to []byte, f *File) []byte {
	backup := byte(0)
	if inBackup(f.Path) {
		backup = 1
	}
	to = append(to, backup, byte(p.Of(f.Path).rank()))                      //nolint:gosec // a few ranks
	to = binary.BigEndian.AppendUint64(to, uint64(f.Stamp.MTimeNS)^(1<<63)) //nolint:gosec // so that those before 1970 come first
	to = binary.BigEndian.AppendUint32(to, uint32(len(f.Path)))             //nolint:gosec // a path
	return append(append(to, f.Path...), 0)
}

// NoteCopies notes in files of one Digest, of which no other is known, what the others are, as Copies
// does in those of a report. They need their paths and stamps, and come back with the one to keep first.
func (p *Places) NoteCopies(same []*File) {
	if len(same) < 2 {
		return
	}
	key := func(f *File) []byte { return p.appendKeepFirst(nil, f) }
	slices.SortFunc(same, func(a, b *File) int { return bytes.Compare(key(a), key(b)) })
	for i, f := range same {
		f.Spare, f.Copies = i > 0, nil
		for j, other := range same[:min(len(same), maxCopies+1)] {
			if i != j && len(f.Copies) < maxCopies {
				f.Copies = append(f.Copies, other.Path)
			}
		}
		f.CopiesMore = int64(len(same) - 1 - len(f.Copies))
	}
}

// printer makes digests of files.
type printer struct {
	o       CopyOptions
	buf     []byte
	slow    bool // a drive does not answer
	unsaved []File
}

// digestOf makes the digest of a file, or gives nil.
func (p *printer) digestOf(ctx context.Context, f *File) []byte {
	if p.slow { // it may be of the same drive
		return nil
	}
	sum, err := p.print(ctx, f)
	if err != nil {
		p.slow = errors.Is(err, errSlow)
		return nil
	}
	return sum
}

// maxUnsaved is how many digests are saved at once.
const maxUnsaved = 500

// fresh takes a digest that is new.
func (p *printer) fresh(f File) error {
	if p.unsaved = append(p.unsaved, f); len(p.unsaved) < maxUnsaved {
		return nil
	}
	return p.save()
}

func (p *printer) save() error {
	some := p.unsaved
	p.unsaved = nil
	if len(some) == 0 || p.o.Save == nil {
		return nil
	}
	return p.o.Save(some)
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
