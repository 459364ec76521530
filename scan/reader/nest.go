package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"custode/scan/reader/archive"
)

// How far a reader follows what lies inside files.
const (
	maxNested = 8       // containers in one another
	keep      = 8 << 20 // bytes of a member held for random access; beyond, it is inflated again when needed

	// What one file may inflate to: a gigabyte, or two hundred times its size if
	// that is more, up to 64 GiB. Deflate can reach 1,032 times, ordinary tables 20 times.
	freeInflated  = 1 << 30
	ratioInflated = 200
	mostInflated  = 64 << 30
)

// ErrBudget says that a file holds more than is read of one: see Outcome.Unread.
var ErrBudget = errors.New("reader: inflates to more than is read of one file")

// nest is what the readers of one file and of what lies in it share.
type nest struct {
	left     int64 // bytes that may still be inflated
	unread   []Unread
	more     int64 // unread parts beyond those
	sealed   int64 // parts that are encrypted
	plain    int64 // parts that were read
	pictures int64
	spent    bool
}

// spend is told of bytes that were inflated.
func (n *nest) spend(bytes int64) error {
	if n.left -= bytes; n.left < 0 {
		n.spent = true
		return ErrBudget
	}
	return nil
}

func (n *nest) missed(path, reason string) {
	if last := len(n.unread) - 1; reason == ReasonDamaged && last >= 0 && n.unread[last] == (Unread{path, reason}) {
		return // found out in two ways
	}
	if len(n.unread) == maxUnread {
		n.more++
		return
	}
	n.unread = append(n.unread, Unread{Path: path, Reason: reason})
}

// random gives random access to src where it has it, and its size.
func random(src io.Reader) (io.ReaderAt, int64) {
	at, ok := src.(io.ReaderAt)
	if !ok {
		return nil, 0
	}
	switch s := src.(type) {
	case interface{ Size() int64 }:
		return at, s.Size()
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := s.Stat(); err == nil && info.Mode().IsRegular() {
			return at, info.Size()
		}
	}
	return nil, 0
}

// content is the content of a member, as archives and documents hand it over.
type content struct {
	name string
	kind string // the type that a mail gives it, "" for none
	line int64  // where its text begins in the file, 0 for unknown
	size int64  // as the container says, -1 for unknown
	once io.Reader
	open func() (io.ReadCloser, error) // nil when it can be read once only
	at   io.ReaderAt                   // not nil when it is stored as it is
}

// member reads one member. The error is one that ends the reading of the whole
// file: what is wrong with the member alone is noted.
func (r *Reader) member(m content) error {
	path := within(r.inside, m.name)
	if r.depth+1 >= maxNested {
		r.nest.missed(path, ReasonDeep)
		return nil
	}
	body := m.once
	if m.open != nil {
		rc, err := m.open()
		if err != nil {
			return r.memberFailed(path, err)
		}
		defer rc.Close()
		body = rc
	}
	c := r.inner()
	c.inside, c.content = path, m
	c.begin(r.src.ctx, body, r.sink)
	c.nest = r.nest
	if path == r.inside {
		c.message = r.message
	}
	out := c.read(ext(m.name))
	err := c.src.err
	c.end()
	switch {
	case err != nil:
		return r.memberFailed(path, err)
	case out.Encrypted:
		r.nest.sealed++
	case !out.Examined && out.Reason != ReasonPart: // parts of it are listed already
		r.nest.missed(path, out.Reason)
	default:
		r.nest.plain++
	}
	return nil
}

// memberFailed notes why a member could not be read to its end, and gives back
// what ends the reading of the whole file.
func (r *Reader) memberFailed(path string, err error) error {
	switch {
	case errors.Is(err, ErrBudget):
		if len(r.nest.unread) == 0 || r.nest.unread[len(r.nest.unread)-1].Reason != ReasonBudget {
			r.nest.missed(path, ReasonBudget)
		}
		return ErrBudget
	case r.src.ctx.Err() != nil:
		return r.src.ctx.Err()
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrClosed):
		return err
	}
	r.nest.missed(path, ReasonDamaged)
	return nil
}

// inner is the reader for what lies in this one's file.
func (r *Reader) inner() *Reader {
	if r.child == nil {
		r.child = newReader(r.lim)
		r.child.depth = r.depth + 1
	}
	return r.child
}

// randomAccess gives random access to what is being read: to the file itself, to
// what is stored in it as it is, or through memory.
func (r *Reader) randomAccess() (io.ReaderAt, int64, error) {
	if r.at == nil {
		var err error
		if r.at, r.size, err = r.makeRandom(); err != nil {
			return nil, 0, err
		}
	}
	return r.at, r.size, nil
}

func (r *Reader) makeRandom() (io.ReaderAt, int64, error) {
	if r.depth == 0 {
		at, size := random(r.src.r)
		if at == nil {
			return nil, 0, errOnce
		}
		return at, size, nil
	}
	if r.content.at != nil {
		return r.content.at, r.content.size, nil
	}
	if r.kept == nil {
		r.kept = new(bytes.Buffer)
	}
	r.kept.Reset()
	n, err := io.Copy(r.kept, io.LimitReader(r.raw(), keep+1))
	switch {
	case err != nil:
		return nil, 0, err
	case n <= keep:
		return bytes.NewReader(r.kept.Bytes()), n, nil
	case r.content.open == nil:
		return nil, 0, errOnce
	}
	r.kept.Reset()
	r.back = archive.NewRewinder(r.content.open, r.content.size, keep/2)
	size, err := r.back.Size()
	return r.back, size, err
}

// errOnce says that what needs random access can be read from its start only.
var errOnce = errors.New("reader: can be read once only")

// rawReader gives out the bytes of a file that have not been decoded yet.
type rawReader struct{ s *source }

func (r *Reader) raw() io.Reader { return rawReader{&r.src} }

func (r rawReader) Read(p []byte) (int, error) {
	s := r.s
	for s.from == s.to && !s.done {
		s.from, s.to = 0, 0
		s.more()
	}
	if s.from == s.to {
		if s.err != nil {
			return 0, s.err
		}
		return 0, io.EOF
	}
	n := copy(p, s.raw[s.from:s.to])
	s.from += n
	return n, nil
}

// textReader gives out the text of a file in UTF-8.
type textReader struct{ w *window }

func (r textReader) Read(p []byte) (int, error) {
	if r.w.pos == r.w.end && !r.w.eof {
		r.w.fill()
	}
	if r.w.pos == r.w.end {
		if err := r.w.src.err; err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	n := copy(p, r.w.rest())
	r.w.pos += n
	return n, nil
}

// ended sums up the reading of a container: err is what ended it.
func (r *Reader) ended(format string, err error, damaged bool) Outcome {
	switch {
	case err == nil:
	case errors.Is(err, ErrBudget):
		r.nest.missed(r.inside, ReasonBudget)
	case r.src.ctx.Err() != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		r.src.err = r.src.ctx.Err()
	case errors.Is(err, errOnce):
		return Outcome{Format: format, Reason: ReasonNoReader}
	default:
		if r.depth == 0 && !damaged {
			r.src.err = fmt.Errorf("reading stopped: %w", err)
		} else {
			r.nest.missed(r.inside, ReasonDamaged)
		}
	}
	return Outcome{Format: format, Examined: true}
}
