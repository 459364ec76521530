package undo

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
)

const ext = ".age"

// CopyName is the name of a copy: until when it is kept, what it is a copy of, and
// something that no other has.
func CopyName(until, tag, random string) string { return until + "-" + tag + "-" + random + ext }

// parts takes a name apart.
func parts(name string) (until, tag string, ok bool) {
	const day = len("2006-01-02")
	body, ok := strings.CutSuffix(name, ext)
	if !ok || len(body) != day+1+16+1+8 || body[day] != '-' || body[day+17] != '-' {
		return "", "", false
	}
	return body[:day], body[day+1 : day+17], true
}

// keep makes the copy of a file that is still what it was.
func (o Options) keep(ctx context.Context, c Change) (kept Copy, err error) {
	from, err := o.FS.Open(filepath.Dir(c.Path))
	if err != nil {
		return kept, err
	}
	p := inplace.Lone(from, filepath.Dir(c.Path), o.Name)
	defer func() { _ = p.Close() }()
	to, err := o.FS.Open(o.Dir)
	if err != nil {
		return kept, err
	}
	q := inplace.Lone(to, o.Dir, o.Name)
	defer func() { _ = q.Close() }()
	j := &inplace.Job{Name: filepath.Base(c.Path), Who: c.Was}
	if err := p.Take(ctx, j); err != nil {
		return kept, err
	}
	defer j.Close()
	copying := &inplace.Job{}
	if kept, err = o.write(ctx, c, q, copying, p.Watch(ctx, j)); err == nil {
		err = p.Same(j)
	}
	if err == nil {
		err = o.publish(q, copying, &kept)
	}
	if err != nil {
		q.Sweep(copying)
		return Copy{}, err
	}
	return kept, nil
}

// write writes the temporary file of a copy, flushes it, and reads it back.
func (o Options) write(ctx context.Context, c Change, q *inplace.Place, copying *inplace.Job, src io.Reader) (kept Copy, err error) {
	in := &tee{in: src, h: sha256.New()}
	var proof replace.Proof
	var now replace.Digests
	err = q.Write(copying, c.Was.Size, func(f disk.File) (err error) {
		if c.Sealed {
			out := newSummed(f)
			if _, err = io.Copy(out, in); err == nil {
				err = out.end(&now)
			}
		} else {
			w := bufio.NewWriterSize(f, 128<<10)
			if proof, err = o.Sealer.Seal(ctx, w, in); err == nil {
				err = w.Flush()
			}
		}
		if err != nil {
			return err
		}
		return f.Sync()
	})
	if err != nil {
		return kept, err
	}
	if in.sum() != c.Before {
		return kept, disk.ErrChanged
	}
	err = q.Prove(ctx, copying, func(r io.ReaderAt, size int64) (err error) {
		if c.Sealed {
			return same(ctx, r, size, now)
		}
		now, err = proof.Check(ctx, r, size)
		return err
	})
	return Copy{Digest: now.Cipher, Size: c.Was.Size, SealedSize: now.SealedSize}, err
}

// publish gives a copy its name, durably.
func (o Options) publish(q *inplace.Place, copying *inplace.Job, kept *Copy) error {
	for try := 0; ; try++ {
		kept.Name = CopyName(o.Until, o.Tag, o.random())
		err := q.Publish(copying.Tmp, kept.Name)
		if errors.Is(err, fs.ErrExist) && try < 3 {
			continue
		}
		if err != nil {
			return err
		}
		break
	}
	q.Named(copying)
	copying.Tmp = ""
	return q.Sync()
}

// drop removes a copy.
func (o Options) drop(name string) error {
	d, err := o.FS.Open(o.Dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Remove(name), d.Sync(), d.Close())
}

// sweep removes what earlier runs left that were killed: temporary files, and copies
// of the same content of the same file that nobody knows. If it can't, the next can.
func (o Options) sweep(kept string) {
	Clean(o.FS, o.Dir)
	d, err := o.FS.Open(o.Dir)
	if err != nil {
		return
	}
	defer func() { _ = d.Close() }()
	names, err := d.List()
	if err != nil {
		return
	}
	for _, name := range names {
		_, tag, ok := parts(name)
		if ok && name != kept && tag == o.Tag && o.Known != nil && !o.Known(name) {
			_ = d.Remove(name)
		}
	}
}

// Clean removes the temporary files that a killed run left in a folder: after a power
// cut one may even be a second name of a file that was finished. It is for who alone is
// at work there. What it can't do the next can.
func Clean(sys disk.System, dir string) {
	d, err := sys.Open(dir)
	if err != nil {
		return
	}
	defer func() { _ = d.Close() }()
	names, err := d.List()
	if err != nil {
		return
	}
	for _, name := range names {
		if !inplace.IsTemporary(name) {
			continue
		}
		if who, err := d.Look(name); err == nil && who.Mode.IsRegular() {
			_ = d.Remove(name)
		}
	}
}

// Expire removes the copies whose last day is before today, and those that are told
// to be over. A folder that is not there holds none.
func Expire(sys disk.System, dir, today string, over []string) (gone int, err error) {
	d, err := sys.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	names, err := d.List()
	if err != nil {
		return 0, err
	}
	told := map[string]bool{}
	for _, name := range over {
		told[name] = true
	}
	var failed error
	for _, name := range names {
		until, _, ok := parts(name)
		if !ok || until >= today && !told[name] {
			continue
		}
		if err := d.Remove(name); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		gone++
	}
	if gone > 0 {
		failed = errors.Join(failed, d.Sync())
	}
	return gone, failed
}

// tee sums up what is read.
type tee struct {
	in io.Reader
	h  hash.Hash
}

func (t *tee) Read(b []byte) (int, error) {
	n, err := t.in.Read(b)
	t.h.Write(b[:n])
	return n, err
}

func (t *tee) sum() [32]byte { return [32]byte(t.h.Sum(nil)) }

// summed writes in large pieces and sums up what is written.
type summed struct {
	w *bufio.Writer
	h hash.Hash
	n int64
}

func newSummed(dst io.Writer) *summed {
	return &summed{w: bufio.NewWriterSize(dst, 128<<10), h: sha256.New()}
}

func (s *summed) Write(b []byte) (int, error) {
	s.h.Write(b)
	s.n += int64(len(b))
	return s.w.Write(b)
}

// end writes the rest, and says what was written.
func (s *summed) end(is *replace.Digests) error {
	sum := [32]byte(s.h.Sum(nil))
	*is = replace.Digests{Size: s.n, SealedSize: s.n, Plain: sum, Cipher: sum}
	return s.w.Flush()
}

var errOther = errors.New("what was read back is something else")

// same holds what lies on the disk to what was written.
func same(ctx context.Context, r io.ReaderAt, size int64, is replace.Digests) error {
	sum, err := replace.Sum(ctx, r, size)
	if err == nil && (size != is.SealedSize || sum != is.Cipher) {
		err = errOther
	}
	return err
}
