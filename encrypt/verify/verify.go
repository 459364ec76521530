// Package verify tells whether sealed files are as they were sealed.
//
// Without a key it holds the digest of each sealed file to the one that was taken
// when it was sealed, at the speed of the disk: a bit that rotted, a sync that cut
// the file, a program that wrote over it all show. With the key it opens the file to
// its end, writes nothing of it, and compares what is in it.
//
// What is read comes from the disk and not from memory, as far as the system lets
// it.
package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/encrypt/unseal"
)

// Trouble is what is wrong with a sealed file. This is the whole list.
type Trouble string

// What can be wrong.
const (
	Missing     Trouble = "missing"
	Cut         Trouble = "cut"         // shorter than it was
	Overwritten Trouble = "overwritten" // it is no sealed file any more
	Damaged     Trouble = "damaged"     // of the same length, and not the same
	Replaced    Trouble = "replaced"    // another sealed file, or with something behind it
	Changed     Trouble = "changed"     // it opens, and holds something else
	NoKey       Trouble = "no-key"      // none of our keys opens it
	KeyFailed   Trouble = "key-failed"  // what holds the key gave an error
	Unreadable  Trouble = "unreadable"  // no permission, or the disk failed
)

// Found is what is known of a file after it was looked at.
type Found struct {
	Path    string
	Trouble Trouble // "": it is as it was sealed
	Bytes   int64   // that were read
	Err     error
	Cipher  [32]byte // of a file that the catalogue does not know: it may know the same elsewhere

	// Anew is what the catalogue should know: of a file that it does not know, or
	// that somebody sealed again with the same content. Nil: nothing new.
	Anew *catalogue.Entry
}

// Verifier looks at files. Several goroutines may use it.
type Verifier struct {
	FS      disk.System
	With    []age.Identity // nil: without a key
	Key     catalogue.Key
	Workers int // cores for one file that is opened; 0: all
}

// WithKey reports whether files are opened.
func (v Verifier) WithKey() bool { return len(v.With) > 0 }

// Known looks at a file of the catalogue.
func (v Verifier) Known(ctx context.Context, e catalogue.Entry) Found {
	out := Found{Path: e.Path}
	f, who, err := v.open(e.Path)
	if err != nil {
		return out.failed(err)
	}
	defer f.Close()
	if v.WithKey() {
		return v.opened(ctx, e, f, who.Size)
	}
	if who.Size != e.SealedSize {
		out.Trouble = Replaced
		if who.Size < e.SealedSize {
			out.Trouble = Cut
		}
		return out.looked(f)
	}
	sum, err := digest(ctx, f)
	if out.Bytes = who.Size; err != nil {
		return out.failed(err)
	}
	if sum != e.Cipher {
		out.Trouble = Damaged
		return out.looked(f)
	}
	return out
}

// looked tells from its beginning whether a file is a sealed one at all.
func (f Found) looked(r io.ReaderAt) Found {
	head := make([]byte, 64)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return f.failed(err)
	}
	if n > 0 && !(replace.Age{}).Sealed(bytes.TrimLeft(head[:n], " \t\r\n")) {
		f.Trouble = Overwritten
	}
	return f
}

// failed sorts an error of the disk.
func (f Found) failed(err error) Found {
	f.Trouble, f.Err = Unreadable, err
	if errors.Is(err, fs.ErrNotExist) {
		f.Trouble = Missing
	}
	return f
}

// opened opens a file with the key. Its header tells that it is the file which was
// sealed; then it need not be hashed too.
func (v Verifier) opened(ctx context.Context, e catalogue.Entry, f disk.File, size int64) Found {
	out := Found{Path: e.Path, Bytes: size}
	s, err := seal.Verify(ctx, f, size, v.With, seal.Options{Workers: v.Workers, NoPlain: true, NoCipher: true})
	if err != nil {
		out = out.unopened(err)
		switch { // the size tells what the file itself cannot
		case out.Trouble == Unreadable:
			return out
		case size < e.SealedSize:
			out.Trouble = Cut
		case out.Trouble == Cut:
			out.Trouble = Damaged
		}
		return out.looked(f)
	}
	if s.Header == e.Header && s.Size == e.Size {
		return out
	}
	anew := e
	if out = v.read(ctx, out, f, size, &anew); out.Trouble != "" {
		return out
	}
	switch {
	case anew.Size == e.Size && e.Plain == [32]byte{}: // a very large one: what was in it nobody knows
		out.Trouble, out.Anew = Replaced, nil
	case anew.Size != e.Size || anew.Plain != e.Plain:
		out.Trouble, out.Anew = Changed, nil
	}
	return out
}

// unopened sorts an error of opening.
func (f Found) unopened(err error) Found {
	f.Err = err
	switch {
	case errors.Is(err, seal.ErrTruncated):
		f.Trouble = Cut
	case errors.Is(err, seal.ErrNotSealed):
		f.Trouble = Overwritten
	case errors.Is(err, seal.ErrIdentity):
		f.Trouble = KeyFailed
	case errors.Is(err, seal.ErrNoMatch):
		f.Trouble = NoKey
	case errors.Is(err, seal.ErrDamaged):
		f.Trouble = Damaged
	default:
		return f.failed(err)
	}
	return f
}

// read opens a file once more for all its digests, and puts them into e.
func (v Verifier) read(ctx context.Context, out Found, f disk.File, size int64, e *catalogue.Entry) Found {
	s, err := seal.Verify(ctx, f, size, v.With, seal.Options{Workers: v.Workers})
	if err != nil {
		return out.unopened(err)
	}
	e.Size, e.SealedSize, e.Cipher, e.Header, e.Plain = s.Size, s.SealedSize, s.Cipher, s.Header, v.Key.Keyed(s.Plain)
	out.Anew = e
	return out
}

// Unknown looks at a file that the catalogue does not know. With the key it is
// opened, and Anew is what can be known of it; without, Cipher tells whether it is
// one that was moved.
func (v Verifier) Unknown(ctx context.Context, path string) Found {
	out := Found{Path: path}
	f, who, err := v.open(path)
	if err != nil {
		return out.failed(err)
	}
	defer f.Close()
	if out.Bytes = who.Size; !v.WithKey() {
		if out = out.looked(f); out.Trouble == "" {
			if out.Cipher, err = digest(ctx, f); err != nil {
				return out.failed(err)
			}
		}
		return out
	}
	e := catalogue.Entry{Path: path, Original: unseal.Name(filepath.Base(path)), Mode: uint32(who.Mode.Perm()), MTime: time.Unix(0, who.MTime), Files: 1}
	if e.Original == "" {
		e.Original = filepath.Base(path)
	}
	out = v.read(ctx, out, f, who.Size, &e)
	out.Cipher = e.Cipher
	return out.looked(f)
}

func (v Verifier) open(path string) (file, disk.ID, error) {
	dir, err := v.FS.Open(filepath.Dir(path))
	if err != nil {
		return file{}, disk.ID{}, err
	}
	f, err := dir.OpenAgain(filepath.Base(path))
	if err != nil {
		_ = dir.Close()
		return file{}, disk.ID{}, err
	}
	out := file{f, dir}
	who, err := f.Look()
	if err != nil {
		_ = out.Close()
	}
	return out, who, err
}

// file is an open file and its folder.
type file struct {
	disk.File

	in disk.Folder
}

func (f file) Close() error { return errors.Join(f.File.Close(), f.in.Close()) }

// digest reads on one core and hashes on another.
func digest(ctx context.Context, r io.Reader) (out [32]byte, err error) {
	const size, ahead = 1 << 20, 3
	free, full := make(chan []byte, ahead), make(chan []byte, ahead)
	for range ahead {
		free <- nil
	}
	h := sha256.New()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := range full {
			h.Write(b)
			free <- b[:0]
		}
	}()
	for err == nil && ctx.Err() == nil {
		b := <-free
		if b == nil {
			b = make([]byte, size)
		}
		b = b[:cap(b)]
		var n int
		n, err = io.ReadFull(r, b)
		full <- b[:n]
	}
	close(full)
	<-done
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	h.Sum(out[:0])
	return out, err
}
