package unseal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
)

// ErrTaken says that there is a file of the name already, which stays.
var ErrTaken = errors.New("the name is taken")

// Written is what Write and Salvage made.
type Written struct {
	Path    string
	Digests replace.Digests
	Missed  disk.Missed
	// Lost is what is wrong with the sealed file, after Salvage: a seal.BrokenError,
	// whose Good bytes are all that was written. Nil: the file is whole.
	Lost error
}

// Write opens a sealed file to a new one, which may be in another folder. It
// appears whole, flushed to the disk and compared, or not at all; ErrTaken where
// the name is not free. The sealed file stays as it is. (Of Options only FS, With,
// Original, Bytes and Name count.)
func Write(ctx context.Context, from, to string, o Options) (Written, error) {
	return o.write(ctx, from, to, false)
}

// Salvage is Write for files that are damaged or cut off: it gives their authentic
// beginning. A file of which nothing is authentic gives nothing and its error.
func Salvage(ctx context.Context, from, to string, o Options) (Written, error) {
	return o.write(ctx, from, to, true)
}

// Print writes what a sealed file holds to a stream, once all of it was found
// authentic.
func Print(ctx context.Context, from string, dst io.Writer, o Options) (replace.Digests, error) {
	in, err := o.open(from)
	if err != nil {
		return replace.Digests{}, err
	}
	defer in.Close()
	s, err := seal.DecryptTo(ctx, dst, in, o.With, seal.Options{})
	return digests(s), err
}

// Sweep removes from a folder the temporary files that a run left which was killed.
// Nobody else may be at work in it.
func Sweep(fsys disk.System, dir string) {
	d, err := fsys.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	names, _ := d.List()
	for _, n := range names {
		if inplace.IsTemporary(n) {
			_ = d.Remove(n) // if it can't be, the next run will
		}
	}
}

// source is a sealed file and its folder.
type source struct {
	disk.File

	in disk.Folder
}

func (s source) Close() error { return errors.Join(s.File.Close(), s.in.Close()) }

func (o Options) open(path string) (source, error) {
	dir, err := o.FS.Open(filepath.Dir(path))
	if err != nil {
		return source{}, err
	}
	f, err := dir.Open(filepath.Base(path))
	if err != nil {
		return source{}, errors.Join(err, dir.Close())
	}
	return source{f, dir}, nil
}

func (o Options) write(ctx context.Context, from, to string, salvage bool) (out Written, err error) {
	in, err := o.open(from)
	if err != nil {
		return out, err
	}
	defer in.Close()
	dir, err := o.FS.Open(filepath.Dir(to))
	if err != nil {
		return out, err
	}
	defer dir.Close()
	name := filepath.Base(to)
	if _, err := dir.Look(name); err == nil {
		return out, ErrTaken
	}
	random := o.Name
	if random == nil {
		random = inplace.RandomName
	}
	tmp := inplace.Temporary(random())
	f, err := dir.Create(tmp)
	if err != nil {
		return out, err
	}
	out, err = o.fill(ctx, in, from, f, salvage)
	err = errors.Join(err, f.Close())
	if err == nil {
		if err = arrived(ctx, dir, tmp, out.Digests); err == nil {
			err = dir.Publish(tmp, name)
		}
	}
	if err != nil {
		_ = dir.Remove(tmp)
		if errors.Is(err, fs.ErrExist) {
			err = ErrTaken
		}
		return Written{}, err
	}
	out.Path = to
	return out, dir.Sync()
}

// fill opens in into f and flushes it. What it returns is what f holds.
func (o Options) fill(ctx context.Context, in source, from string, f disk.File, salvage bool) (out Written, err error) {
	w := &counter{w: bufio.NewWriterSize(f, 128<<10)}
	s, err := seal.Decrypt(ctx, w, counted{in, o.Bytes}, o.With, seal.Options{})
	out.Digests = digests(s)
	var broken *seal.BrokenError
	if err != nil && salvage && errors.As(err, &broken) && w.n > 0 {
		out.Lost, err = &seal.BrokenError{Kind: broken.Kind, Good: w.n}, nil
	}
	if err == nil {
		err = w.w.Flush()
	}
	if err != nil {
		return out, err
	}
	if out.Lost != nil { // nobody has told its digest
		out.Digests.Size = w.n
		if out.Digests.Plain, err = replace.Sum(ctx, f, w.n); err != nil {
			return out, err
		}
	}
	out.Missed = f.Keep(in.File)
	if mode, mtime, ok := (opener{original: o.Original}).Was(from); ok && out.Missed&disk.MissedOwner == 0 {
		out.Missed = out.Missed&^(disk.MissedMode|disk.MissedTimes) | f.Restore(mode, mtime)
	}
	return out, f.Sync()
}

// arrived holds what is on the disk to what was written.
func arrived(ctx context.Context, dir disk.Folder, name string, d replace.Digests) error {
	f, err := dir.OpenAgain(name)
	if err != nil {
		return err
	}
	defer f.Close()
	who, err := f.Look()
	if err != nil {
		return err
	}
	_, err = proof{d}.Check(ctx, f, who.Size)
	return err
}

type counter struct {
	w *bufio.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// counted tells how much was read.
type counted struct {
	r     io.Reader
	bytes func(int64)
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if c.bytes != nil && n > 0 {
		c.bytes(int64(n))
	}
	return n, err
}
